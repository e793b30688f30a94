"""呼叫事项视图: calls, what everybody has to do on them, and their records."""
