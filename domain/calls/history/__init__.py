"""历史导入: what an older platform recorded, told as the facts of calls."""
