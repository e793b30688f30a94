"""通知: whom a fact tells what, by which channels and when. Pure: facts in, notices out."""
