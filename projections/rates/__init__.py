"""运行情况视图: what measures count, one row a counted line; periods and exclusions beside it."""
