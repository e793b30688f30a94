"""没有做完: long work that ended before it was done, said to the person who gave it."""


class Unfinished(Exception):
    """One Chinese sentence: the cause, what holds all the same, and how to go on."""
