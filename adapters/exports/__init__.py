"""导出: documents as files people print, sign and send."""
