"""导出: documents made from what a page shows."""
