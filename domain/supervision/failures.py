"""疑似情形的认定: suspected by rule or by a supervisor, confirmed or dismissed by one, always with a reason."""

from typing import ClassVar
from uuid import UUID

from pydantic import Field

from domain.calls.events import OrganizationRef
from domain.obligations.words import Action
from domain.shared.commands import Desk, Handlers
from domain.shared.events import Event
from domain.shared.posts import Post
from domain.supervision import events as e
from domain.supervision import refusals, rights
from domain.supervision.asking import TEXT, SupervisionCommand, SuspicionCommand, Work
from domain.supervision.lateness import item_of
from domain.supervision.rights import Subject, SupervisionStep
from domain.supervision.words import FailureKind, SuspicionState


class SuspectFailure(SupervisionCommand):
    """登记疑似情形."""

    wire: ClassVar[str] = "supervision.suspect_failure"
    title: ClassVar[str] = "登记疑似情形"

    organization: UUID = Field(title="承办单位")
    kind: FailureKind = Field(title="疑似情形")
    reason: str = Field(title="依据的事实", min_length=2, max_length=TEXT)


def suspect(command: SuspectFailure, desk: Desk) -> list[Event]:
    """登记, e.g. a completion that turned out to be none. It rests on what no such suspicion names that waits.

    Refuses NotAParty, SuspicionStands.
    """
    work = Work(SUSPECT_FAILURE, command, desk)
    party = next((p for p in reversed(work.call.parties) if p.organization == command.organization), None)
    if party is None:
        raise refusals.NotAParty(field="organization")
    waiting = [
        one
        for one in work.matter.suspicions
        if one.state is SuspicionState.SUSPECTED and (one.kind, one.organization) == (command.kind, party.organization)
    ]
    named = {item.place for one in waiting for item in one.items}
    action = (
        (Action.HANDLE, Action.ASSIST, Action.FINAL_RESULT)
        if command.kind is FailureKind.INACTION
        else (Action.RESPOND,)
    )
    places = [
        place
        for place, owed in enumerate(work.call.obligations)
        if owed.organization == party.organization and owed.action in action and place not in named
    ]
    if waiting and not places:
        raise refusals.SuspicionStands
    return work.fact(
        e.FailureSuspected,
        suspicion=len(work.matter.suspicions) + 1,
        kind=command.kind,
        organization=OrganizationRef(id=party.organization, name=party.name),
        items=tuple(item_of(work.call, place) for place in places),
        decider=work.setting.own,
        reason=command.reason,
    ).facts


class ConfirmFailure(SuspicionCommand):
    """认定属实."""

    wire: ClassVar[str] = "supervision.confirm_failure"
    title: ClassVar[str] = "认定属实"

    reason: str = Field(title="认定理由", min_length=2, max_length=TEXT)


def confirm(command: ConfirmFailure, desk: Desk) -> list[Event]:
    """认定属实, by a supervisor of the county."""
    work = Work(CONFIRM_FAILURE, command, desk)
    return work.fact(e.FailureConfirmed, suspicion=command.suspicion, reason=command.reason).facts


class DismissFailure(SuspicionCommand):
    """认定不成立."""

    wire: ClassVar[str] = "supervision.dismiss_failure"
    title: ClassVar[str] = "认定不成立"

    reason: str = Field(title="不成立的理由", min_length=2, max_length=TEXT)


def dismiss(command: DismissFailure, desk: Desk) -> list[Event]:
    """认定不成立, by a supervisor of the county."""
    work = Work(DISMISS_FAILURE, command, desk)
    return work.fact(e.FailureDismissed, suspicion=command.suspicion, reason=command.reason).facts


_SUPERVISOR = frozenset({Post.SUPERVISOR})
_OPEN: frozenset[str] = frozenset({SuspicionState.SUSPECTED})

SUSPECT_FAILURE = SupervisionStep(SuspectFailure, Subject.MATTER, _SUPERVISOR, rights.supervises_here)
CONFIRM_FAILURE = SupervisionStep(
    ConfirmFailure, Subject.SUSPICION, _SUPERVISOR, rights.supervises_here, _OPEN, primary=True
)
DISMISS_FAILURE = SupervisionStep(DismissFailure, Subject.SUSPICION, _SUPERVISOR, rights.supervises_here, _OPEN)

STEPS: tuple[SupervisionStep, ...] = (SUSPECT_FAILURE, CONFIRM_FAILURE, DISMISS_FAILURE)

HANDLERS: Handlers = {SuspectFailure: suspect, ConfirmFailure: confirm, DismissFailure: dismiss}
