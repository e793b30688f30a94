"""实时提示: tells open pages that something they show has changed."""
