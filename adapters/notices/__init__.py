"""通知: plans notices from facts, keeps the outbox, and sends by mail, signed webhook and the county's gateway."""
