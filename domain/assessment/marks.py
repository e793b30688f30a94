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
    """Borne by the calling township itself, or by the dissolved one whose call it was."""
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
    """What its bearer did to answer the dispatch was recorded later than the rule allows."""
    EVALUATED = 4096
    """A township evaluated, and the evaluation was not taken out of the figures."""
    SATISFIED = 8192
    """Everybody who evaluated was satisfied."""
    BASICALLY = 16384
    """Everybody who evaluated was at least basically satisfied, and not everybody satisfied."""
    PENDING = 32768
    """Still to be done: it counts once its moment has passed."""
    RATED = 65536
    """Resolved, with an evaluation to be given that nobody took out of the figures."""
    INTERIM = 131072
    """The platform agreed to interim resolution (阶段性办结)."""
    REOPENED = 262144
    """Opened again after it was resolved."""
    PART = 524288
    """To handle a part that the lead took over beside the matter it leads."""
