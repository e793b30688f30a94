"""历史进程: where an old case stands while it is told: no more of the call than the next row asks about.

What the fold makes of the same facts (`domain.calls.fold`) agrees with it; a property test holds them together. The
fold itself keeps the whole ledger of obligations, which costs an import of millions of rows a third of its time.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from domain.calls import events as e
from domain.calls.words import FINAL_STAGES, Stage
from domain.shared.deadlines import Deadline
from domain.shared.events import Event
from domain.shared.urgency import Urgency

Said = Mapping[str, Any]
"""What a fact says: its fields by name."""


@dataclass(slots=True)
class OldParty:
    """承办单位 of the running dispatch."""

    ref: e.OrganizationRef
    vertical: bool
    objecting: bool = False


@dataclass(slots=True)
class Course:
    """The call as told so far. `stage` is None before it was submitted.

    `complete` is by when the lead must be done, as last set; `window` until when a resolved call may be evaluated, a
    declined one contested; `evaluated`, `progress`: whether there was one.
    """

    version: int = 0
    stage: Stage | None = None
    urgency: Urgency = Urgency.ORDINARY
    township: e.OrganizationRef | None = None
    text: str = ""
    place: str = ""
    sent_back: bool = False
    round: int = 0
    lead: UUID | None = None
    parties: dict[UUID, OldParty] = field(default_factory=dict)
    complete: Deadline | None = None
    window: datetime | None = None
    evaluated: bool = False
    progress: bool = False

    @property
    def over(self) -> bool:
        """Nothing but notes can follow."""
        return self.stage in FINAL_STAGES

    @property
    def calling(self) -> UUID | None:
        """The calling township's id."""
        return self.township.id if self.township is not None else None

    @property
    def own_work(self) -> bool:
        """镇街主办: the calling township leads itself."""
        return self.lead is not None and self.lead == self.calling

    def take(self, kind: type[Event], version: int, said: Said) -> None:
        """One fact further: its type, its place in the stream and what it says."""
        self.version = version
        if (stage := _STAGES.get(kind)) is not None:
            self.stage = stage
        if (step := _STEPS.get(kind)) is not None:
            step(self, said)


def _submitted(course: Course, said: Said) -> None:
    course.urgency, course.township = said["urgency"], said["township"]
    course.text, course.place = said["text"], said["place"]


def _sent_back(course: Course, said: Said) -> None:
    course.sent_back = True


def _declined(course: Course, said: Said) -> None:
    course.window = said["contest"].due


def _dispatched(course: Course, said: Said) -> None:
    lead: e.PartyDuty = said["lead"]
    course.round = said["round"]
    course.lead, course.complete = lead.organization.id, lead.complete
    duties = (lead, *said["assistants"])
    course.parties = {duty.organization.id: OldParty(duty.organization, duty.vertical) for duty in duties}


def _objected(course: Course, said: Said) -> None:
    course.parties[said["organization"].id].objecting = True


def _objection_upheld(course: Course, said: Said) -> None:
    if said["dispatch"] is None:
        del course.parties[said["organization"].id]
    else:
        course.stage, course.lead, course.parties = Stage.ACCEPTED, None, {}


def _objection_rejected(course: Course, said: Said) -> None:
    course.parties[said["organization"].id].objecting = False


def _progress(course: Course, said: Said) -> None:
    course.progress = True


def _rework(course: Course, said: Said) -> None:
    course.complete = said["complete"]


def _resolved(course: Course, said: Said) -> None:
    course.window = said["evaluate"].due
    for party in course.parties.values():
        party.objecting = False


def _evaluated(course: Course, said: Said) -> None:
    course.evaluated = True


_STAGES: Mapping[type[Event], Stage] = {
    e.CallSubmitted: Stage.SUBMITTED,
    e.CallPlaced: Stage.PLACED,
    e.CallSentBack: Stage.SENT_BACK,
    e.CallSupplemented: Stage.PLACED,
    e.CallAccepted: Stage.ACCEPTED,
    e.CallDeclined: Stage.DECLINED,
    e.DeclineContested: Stage.DECLINE_CONTESTED,
    e.DeclineContestDecided: Stage.ACCEPTED,
    e.CallHandedOver: Stage.HANDED_OVER,
    e.CallDispatched: Stage.HANDLING,
    e.ResultReported: Stage.RESULT_REPORTED,
    e.ResultConfirmed: Stage.CONFIRMED,
    e.ReworkOrdered: Stage.HANDLING,
    e.CallResolved: Stage.RESOLVED,
    e.CallClosed: Stage.CLOSED,
    e.CallWithdrawn: Stage.WITHDRAWN,
}
"""The stage after a fact of an import."""

_STEPS: Mapping[type[Event], Callable[[Course, Said], None]] = {
    e.CallSubmitted: _submitted,
    e.CallSentBack: _sent_back,
    e.CallDeclined: _declined,
    e.CallDispatched: _dispatched,
    e.ObjectionRaised: _objected,
    e.ObjectionUpheld: _objection_upheld,
    e.ObjectionRejected: _objection_rejected,
    e.ProgressReported: _progress,
    e.ReworkOrdered: _rework,
    e.CallResolved: _resolved,
    e.CallEvaluated: _evaluated,
}
"""What else it changes."""
