"""办理: responded to, worked on, reported, confirmed, resolved, and what is recorded about it."""
