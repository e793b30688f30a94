"""呼叫事项接口: commands and queries of calls under /api/v1."""
