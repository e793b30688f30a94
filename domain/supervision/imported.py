"""导入的事项: a call, and until when it was another platform's. What came due there, nobody urges or orders here."""

from dataclasses import dataclass
from datetime import datetime

from domain.calls.call import Call
from domain.calls.fold import evolve as evolve_call
from domain.shared.events import Event


@dataclass(frozen=True, slots=True)
class KnownCall:
    """呼叫事项 with `imported_at`: when it was imported (last, if it grew); None for a call made here."""

    call: Call
    imported_at: datetime | None = None

    def before_import(self, moment: datetime) -> bool:
        """Whether the moment passed while the call was another platform's."""
        return self.imported_at is not None and moment <= self.imported_at


def evolve(known: KnownCall | None, event: Event) -> KnownCall:
    """One fact further, as a call is folded. Refuses NotFound for a stream that is no call."""
    if known is None:
        return KnownCall(evolve_call(None, event), event.imported_at)
    return KnownCall(evolve_call(known.call, event), event.imported_at or known.imported_at)
