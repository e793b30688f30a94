"""标记: what is true of one counted line, as bits, so that a measure is two sets of them (domain.md §7).

The bits are stored in a view and in no fact: a changed meaning is a new version of the view, and of the measures.
"""

from enum import IntFlag


class Mark(IntFlag):
    """一条计数项的情况."""

    COUNTS = 1
    """Owed and not fallen away: in the denominators."""
    IN_TIME = 2
    """Done in time, or late with a justification."""
    OWN = 4
    """Borne by the calling township itself."""
    REPORTED = 8
    """A result was reported at least once."""
    RESOLVED = 16
    """The platform verified the result and resolved the call."""
    OBJECTED = 32
    """Its bearer objected to the dispatch."""
    MISDISPATCHED = 64
    """An objection to what was dispatched then was upheld, whole or in part."""
    REWORKED = 128
    """The result was sent back."""
    EXTENDED = 256
    SUSPENDED = 512
    SHELVED = 1024
    LATE_ENTRY = 2048
    """Its bearer recorded something on the call later than the rule allows."""
    EVALUATED = 4096
    """The township evaluated."""
    SATISFIED = 8192
    BASICALLY = 16384
    PENDING = 32768
    """Still to be done: it counts once its moment has passed."""
