"""延误的正当事由: extension, suspension, waiting, escalation up, recomputed clocks."""
