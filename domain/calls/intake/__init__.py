"""提交和受理: a call is written, endorsed, placed, accepted, sent back, declined."""
