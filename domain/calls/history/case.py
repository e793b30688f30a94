"""历史事项: one case of an older platform and the terms of its import: its identity, its rows in order, their names.

The order in which the rows stand in their file says nothing; the same rows are always named alike (decision 0036).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from hashlib import sha256
from uuid import UUID

from domain.calls.events import DispatchBasis, OrganizationRef
from domain.calls.history.clocks import Clocks
from domain.calls.history.log import OldRow, OldStep
from domain.calls.words import BasisKind, Evaluator
from domain.rules.words import LimitKind
from domain.shared.calendar import WorkingCalendar
from domain.shared.deadlines import Limit
from domain.shared.identifiers import derived_id, derived_ids, stream_id
from domain.shared.urgency import Urgency

_PLACE_IN_A_MOMENT = {step: place for place, step in enumerate(OldStep)}


@dataclass(frozen=True)
class HistoryTerms:
    """导入条件: what is the same for all cases of one import.

    `source` names the older platform and, with `node`, every call made of it: it must never change. `basis` is what the
    county says it dispatched on there. `endorses`, `closes`: the old platform has a step of its own for it. Without a
    recorded limit the county's limits and calendar are counted with.
    """

    node: str
    source: str
    file: str
    imported_at: datetime
    platform: OrganizationRef
    basis: BasisKind
    reference: str
    calendar: WorkingCalendar
    limits: Mapping[tuple[LimitKind, Urgency], Limit]
    endorses: bool = False
    closes: bool = False
    evaluator: Evaluator = Evaluator.TOWNSHIP

    @cached_property
    def clocks(self) -> Clocks:
        """The county's limits by its calendar."""
        return Clocks(self.calendar, self.limits)

    @cached_property
    def dispatch_basis(self) -> DispatchBasis:
        """The same for all of them."""
        return DispatchBasis(kind=self.basis, reference=self.reference)

    @cached_property
    def import_id(self) -> UUID:
        """What all facts of this older platform have in common (their correlation)."""
        return stream_id(self.node, "history-import", self.source)


@dataclass(frozen=True)
class OldCase:
    """原平台的一件事项: its number there and all rows known of it now."""

    number: str
    rows: Sequence[OldRow]
    terms: HistoryTerms

    @cached_property
    def stream(self) -> UUID:
        """The call it becomes: the same whenever it is imported."""
        return stream_id(self.terms.node, "history-call", f"{self.terms.source}/{self.number}")

    @cached_property
    def ordered(self) -> tuple[OldRow, ...]:
        """By recorded time, then claimed time; within one moment as the steps follow each other."""
        return tuple(sorted(self.rows, key=_place_in_time))

    @cached_property
    def row_ids(self) -> tuple[UUID, ...]:
        """Names the ordered rows by what they say was done, when and by whom: not by their place in a file, which
        another export changes, nor by their text, which stands in clear nowhere."""
        seen: dict[str, int] = {}
        names = []
        for row in self.ordered:
            by = row.organization.id.hex if row.organization else ""
            occurred = recorded = str(row.occurred_at.timestamp())
            if row.recorded_at is not row.occurred_at:
                recorded = str(row.recorded_at.timestamp())
            said = f"{row.word}|{occurred}|{recorded}|{by}"
            seen[said] = again = seen.get(said, -1) + 1
            names.append(f"{said}|{again}")
        return tuple(derived_ids(self.stream, names))

    @cached_property
    def digest(self) -> bytes:
        """SHA-256 of the names of its rows."""
        return sha256(b"".join([id_.int.to_bytes(16) for id_ in self.row_ids])).digest()

    @cached_property
    def command_id(self) -> UUID:
        """The import of just these rows of this case: done once for ever."""
        return derived_id(self.stream, self.digest.hex())


def _place_in_time(row: OldRow) -> tuple[datetime, datetime, int, str, int]:
    return (row.recorded_at, row.occurred_at, _PLACE_IN_A_MOMENT[row.step], row.word, row.number)
