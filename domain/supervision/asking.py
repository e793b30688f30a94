"""请求的共同部分: what every step of supervision asks with, and how a handler begins."""

from typing import Any
from uuid import UUID

from pydantic import Field

from domain.calls.call import Call
from domain.calls.setting import Setting
from domain.directory.organization import Organization
from domain.directory.organization import evolve as evolve_organization
from domain.shared.commands import Command, Desk
from domain.shared.events import Event
from domain.shared.posts import Post
from domain.shared.refusals import NotFound
from domain.supervision.events import SupervisionEvent
from domain.supervision.fold import evolve
from domain.supervision.matter import Fact, Matter, matter_stream, reference
from domain.supervision.rights import Seat, SupervisionStep

TEXT = 5_000


class SupervisionCommand(Command):
    """A step on the supervision of a call."""

    call_id: UUID = Field(title="呼叫事项")


class OrderCommand(SupervisionCommand):
    """A step on one order of a matter."""

    order: int = Field(title="第几份督办通知单", ge=1, json_schema_extra={"on_form": False})


class CircularCommand(SupervisionCommand):
    """A step on one circular of a matter."""

    circular: int = Field(title="第几份通报", ge=1, json_schema_extra={"on_form": False})


class SuspicionCommand(SupervisionCommand):
    """A step on one suspicion of a matter."""

    suspicion: int = Field(title="第几项疑似情形", ge=1, json_schema_extra={"on_form": False})


class Work:
    """One command's work on a matter: the call and the matter as they stand, and the facts decided so far."""

    def __init__(self, step: SupervisionStep, command: SupervisionCommand, desk: Desk) -> None:
        """Refuses NotFound (also whose own staff a confidential call is about), and what `step` refuses."""
        self.desk = desk
        self.setting = Setting(desk)
        self.call: Call = self.setting.call(command.call_id)
        if self.call.complained_of == desk.envelope.actor.organization:
            raise NotFound
        stream = matter_stream(desk.envelope.node, self.call.id)
        self.matter = desk.streams.find(stream, evolve) or Matter.of(desk.envelope.node, self.call)
        self.facts: list[Event] = []
        self.number: int = getattr(command, step.subject.value, 0)
        refusal = step.refusal(self.matter, self.number, self.seat)
        if refusal is not None:
            raise refusal

    @property
    def seat(self) -> Seat:
        """Where the actor acts from, by the directory's facts."""
        actor = self.desk.envelope.actor
        found = self.desk.streams.find(actor.organization, evolve_organization)
        kind = found.kind.value if isinstance(found, Organization) else ""
        return Seat(Post(actor.post), actor.organization, kind)

    def fact(self, fact_type: type[Fact], **fields: Any) -> "Work":
        """One fact further."""
        return self.take(self.matter.next(fact_type, self.desk.envelope, reference(self.call), **fields))

    def take(self, fact: SupervisionEvent) -> "Work":
        """One fact further, decided elsewhere."""
        self.facts.append(fact)
        self.matter = evolve(self.matter, fact)
        return self
