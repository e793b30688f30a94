"""折叠·待办与承办单位: how tasks are opened and ended and parties change, for every step of the fold."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from domain.calls import events as e
from domain.calls.call import Call, Task
from domain.calls.words import TaskKind
from domain.shared.changes import changed
from domain.shared.deadlines import Deadline
from domain.shared.events import Event

Steps = Mapping[type[Event], Callable[[Call, Any], Call]]
"""What each kind of fact makes of a call."""

PARTY_KINDS = (TaskKind.RESPOND, TaskKind.FIRST_RESULT, TaskKind.HANDLE, TaskKind.ASSIST)
"""What a party owes by its dispatch."""

RULING_KINDS = (TaskKind.MEDIATE, TaskKind.OPINE, TaskKind.DESIGNATE)
"""What the ruling bodies owe while it is disputed who handles."""


def task_of(kind: TaskKind, bearer: e.OrganizationRef, deadline: Deadline, round_: int = 0, entry: int = 0) -> Task:
    """A task of a bearer, open."""
    return Task(kind, bearer.id, bearer.name, deadline, round_, entry)


def opened(call: Call, kind: TaskKind, organization: UUID, name: str, deadline: Deadline, entry: int = 0) -> Call:
    """A further task of the running round."""
    task = Task(kind, organization, name, deadline, call.round, entry)
    return changed(call, tasks=(*call.tasks, task))


def opened_at_platform(call: Call, kind: TaskKind, deadline: Deadline, entry: int = 0) -> Call:
    """A further task of the platform."""
    assert call.platform is not None, "a placed call names its platform"
    return opened(call, kind, call.platform, call.platform_name, deadline, entry)


def ended(
    call: Call, event: Event, *kinds: TaskKind, organization: UUID | None = None, done: bool = True, entry: int = 0
) -> Call:
    """End the open tasks of these kinds (of all kinds when none is named)."""
    tasks = list(call.tasks)
    for place, task in enumerate(tasks):
        if (
            task.ended is None
            and (not kinds or task.kind in kinds)
            and (organization is None or task.organization == organization)
            and (entry == 0 or task.entry == entry)
        ):
            tasks[place] = changed(task, ended=event.recorded_at, done=done)
    return changed(call, tasks=tuple(tasks))


def with_party(call: Call, organization: UUID, **changes: object) -> Call:
    """The call with one party of the running round changed."""
    return changed(
        call,
        parties=tuple(
            changed(p, **changes) if p.organization == organization and p.round == call.round else p  # type: ignore[arg-type]
            for p in call.parties
        ),
    )


def undisputed(call: Call) -> Call:
    """Nobody's objection is open any more."""
    return changed(call, parties=tuple(changed(p, objection_open=False) for p in call.parties))
