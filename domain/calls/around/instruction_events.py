"""批示和来源的事实: what a superior or another channel asks about a call (domain.md §4)."""

from domain.calls.events import CallEvent, JustifiedClock, MovedClock, OrganizationRef
from domain.calls.words import InstructionSource
from domain.shared.deadlines import Instant
from domain.shared.events import SealedText


class InstructionRecorded(CallEvent, wire="calls.InstructionRecorded"):
    """批示、交办: its source, number, text and limit. The stricter limit rules: `moved` holds the clocks it shortens,
    `justified` until when being late with these is no fault.

    `handler` is whom it names; the listed duty stays where the list puts it.
    """

    source: InstructionSource
    number: str
    handler: OrganizationRef | None = None
    due: Instant | None = None
    moved: tuple[MovedClock, ...] = ()
    justified: tuple[JustifiedClock, ...] = ()
    text: SealedText
