"""历史讲述: tells the rows of one old case, one after the other, as facts of a call.

What a row says becomes the fact that a live command would have recorded. Where the call is not at the step that the row
presupposes, the missing steps are told before it, marked as implied (Provenance.implied); what can't follow from where
the call is becomes a note in the old platform's own words. So every row stands in the record, and the result folds.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import chain
from typing import NamedTuple
from uuid import UUID

from domain.calls import events as e
from domain.calls.history.case import OldCase
from domain.calls.history.clocks import recorded
from domain.calls.history.course import Course, Said
from domain.calls.history.log import HistoryFault, OldOrganization, OldRow, OldStep
from domain.calls.words import DiscoveredHow, NoteReach, Stage
from domain.directory.kinds import OrganizationKind
from domain.rules.words import LimitKind
from domain.shared.deadlines import Deadline
from domain.shared.events import Event
from domain.shared.urgency import Urgency

UNRECORDED = "原平台未记载"
"""Stands where a fact needs a text and the old record has none."""

NO_SUCH_STEP = "原平台没有此环节的记录,依其后的记录推定。"
"""Stands in the text of an implied fact."""

OLD_PLATFORM = "old_platform"
"""The code of a ground that was chosen from no list of ours."""

REPORTED = (Stage.RESULT_REPORTED, Stage.CONFIRMED)
"""A result is there, and not settled."""

CALLING_KINDS = (OrganizationKind.TOWNSHIP, OrganizationKind.FUNCTIONAL_ZONE)
_HANDLING = frozenset({OldStep.RESPONDED, OldStep.ARRIVED, OldStep.PROGRESS, OldStep.RESULT, OldStep.OBJECTED})
"""Steps that only a party takes: who takes the first of them was dispatched to."""


class OldFact(NamedTuple):
    """旧事实: what a fact of a case says that others of the case don't.

    `acting` is who acted there: an organization, as persons of the old platform are nobody here. `row` is the number of
    the row that tells it, `causation` the row's name; `said` its own fields, of the very types that `kind` names, but
    for those at their defaults.
    """

    kind: type[e.CallEvent]
    version: int
    occurred_at: datetime
    recorded_at: datetime
    acting: e.OrganizationRef
    causation: UUID
    row: int
    implied: bool
    said: Said


class Telling:
    """One case being told. `course` is where it stands; `facts` what was told so far, after the `earlier` ones."""

    def __init__(self, case: OldCase, rows: Sequence[OldRow], ids: Sequence[UUID], earlier: Sequence[Event]) -> None:
        self.case = case
        self.terms = case.terms
        self.rows = rows
        self.facts: list[OldFact] = []
        self.course = Course()
        self._ids = ids
        self._place = 0
        for event in earlier:
            self.course.take(type(event), event.originator_version, event.__dict__)

    def each_row(self) -> Iterator[OldRow]:
        """The rows, one after the other: what is said belongs to the one given last."""
        for place, row in enumerate(self.rows):
            self._place = place
            yield row

    @property
    def due(self) -> datetime | None:
        """The handling limit that the rows told so far named last: many old logs repeat it in every row."""
        return next((row.due for row in reversed(self.rows[: self._place + 1]) if row.due), None)

    def say(
        self,
        fact: type[e.CallEvent],
        row: OldRow,
        /,
        *,
        implied: bool = False,
        at: datetime | None = None,
        **fields: object,
    ) -> None:
        """The next fact, as the row says it or as the row presupposes it; `at` where that was not at the row's time."""
        acting = self._presumably(fact, fields) if implied else self.acting(row)
        course = self.course
        version = course.version + 1
        occurred_at, recorded_at = (at, at) if at else (row.occurred_at, row.recorded_at)
        cause = self._ids[self._place]
        self.facts.append(OldFact(fact, version, occurred_at, recorded_at, acting, cause, row.number, implied, fields))
        course.take(fact, version, fields)

    def note(self, row: OldRow, text: str | None = None) -> None:
        """备注: what has no word of its own here, in the old platform's words."""
        self.submitted_before(row)
        said = written(row) if text is None else text
        self.say(
            e.NoteAdded,
            row,
            organization=self.acting(row),
            reach=NoteReach.PARTIES,
            text=f"〔原平台环节“{row.word}”〕{said}",
        )

    def keep_text(self, row: OldRow) -> None:
        """What was written on a row whose fact has no place for it."""
        if written(row):
            self.note(row)

    def clock(self, kind: LimitKind, row: OldRow) -> Deadline:
        """By the county's limit, from the row on."""
        return self.terms.clocks.counted(kind, self.course.urgency, row)

    def acting(self, row: OldRow) -> e.OrganizationRef:
        """Who did it: the organization that the row names, else the platform."""
        return row.organization.ref if row.organization else self.terms.platform

    def submit(self, row: OldRow, *, implied: bool) -> None:
        """提交, and 发出 with it unless the old platform had an endorsement of its own."""
        township, urgency = self._township(row), self._first_urgency()
        endorsed = self.terms.endorses and urgency is not Urgency.EMERGENCY
        text = row.text or next((other.text for other in self.rows if other.text and not implied), "")
        self.say(
            e.CallSubmitted,
            row,
            implied=implied,
            number=self.case.number,
            township=township.ref,
            urgency=urgency,
            discovered_at=row.occurred_at,
            discovered_how=DiscoveredHow.OTHER,
            endorse=self.terms.clocks.counted(LimitKind.ENDORSE, urgency, row) if endorsed else None,
            text=text or UNRECORDED,
            place=row.place or next((other.place for other in self.rows if other.place), "") or UNRECORDED,
            item_hint=row.item or next((other.item for other in self.rows if other.item), "") or None,
        )
        if not endorsed:
            self.place(row, implied=implied)
        if not implied and beside(row):
            self.note(row, beside(row))

    def place(self, row: OldRow, *, implied: bool) -> None:
        """发出: from now on the platform's clock runs."""
        self.say(
            e.CallPlaced,
            row,
            implied=implied,
            platform=self.terms.platform,
            accept=self.clock(LimitKind.ACCEPT, row),
        )

    def submitted_before(self, row: OldRow) -> None:
        """The call is there."""
        if self.course.stage is None:
            self.submit(row, implied=True)

    def handler(self, row: OldRow) -> OldOrganization | None:
        """To whom a dispatch went: as the row says, else who acted on it first afterwards. None: not on record."""
        if row.handler is not None:
            return row.handler
        own = row.organization
        if own is not None and own.id not in (self.terms.platform.id, self.course.calling):
            return own
        later = (r.organization for r in self.rows[self._place :] if r.step in _HANDLING and r.organization)
        return next(later, None)

    def recorded_complete(self, row: OldRow) -> Deadline:
        """A rework's limit: the one on its row, else the lead's old one goes on."""
        if row.due:
            return recorded(row.recorded_at, row.due)
        assert self.course.complete is not None, "a call being handled was dispatched"
        return self.course.complete

    def close_after_its_window(self) -> None:
        """归档 of what waits for nothing any more: long over, it would stand on somebody's desk for ever."""
        row, course = self.rows[-1], self.course
        window = course.window
        if course.stage not in (Stage.RESOLVED, Stage.DECLINED) or window is None or window > self.terms.imported_at:
            return
        self.say(e.CallClosed, row, implied=True, at=max(window, row.recorded_at), evaluated=course.evaluated)

    def _township(self, row: OldRow) -> OldOrganization:
        rows = (row, *self.rows)
        named = chain((r.township for r in rows), (r.organization for r in rows))
        township = next((one for one in named if one is not None and one.kind in CALLING_KINDS), None)
        if township is None:
            raise HistoryFault(
                row.number,
                "township",
                "township-missing",
                "没有一行写明呼叫的镇(街道):请在映射文件 columns.township 中指明镇街所在的列,或补上该列内容。",
            )
        return township

    def _first_urgency(self) -> Urgency:
        return next((row.urgency for row in self.rows if row.urgency is not None), Urgency.ORDINARY)

    def _presumably(self, fact: type[e.CallEvent], fields: dict[str, object]) -> e.OrganizationRef:
        """Who took a step of which there is no record: whose step it is."""
        named = fields.get("township" if fact is e.CallSubmitted else "organization")
        if fact in (e.CallSubmitted, e.ResultReported, e.ObjectionRaised) and isinstance(named, e.OrganizationRef):
            return named
        township = self.course.township
        if fact in (e.CallEndorsed, e.CallSupplemented, e.DeclineContested, e.ResultConfirmed) and township is not None:
            return self.terms.platform if fact is e.ResultConfirmed and self.course.own_work else township
        return self.terms.platform


def written(row: OldRow) -> str:
    """What was written on a row, what else is kept of it, and who dealt with it there."""
    more = beside(row)
    return f"{row.text}\n{more}" if row.text and more else row.text or more


def beside(row: OldRow) -> str:
    """What is kept of a row beside its text. Persons of the old platform stand in texts only."""
    if not row.person and not row.contact:
        return row.attributes
    by = f"经办:{'、'.join(part for part in (row.person, row.contact) if part)}"
    return f"{row.attributes}\n{by}" if row.attributes else by


Steps = Mapping[OldStep, Callable[[Telling, OldRow], None]]
"""What each step of the old platform becomes, given where the call stands."""
