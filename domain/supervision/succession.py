"""督办承接, by the platform itself: the successor of a dissolved body answers, checks and signs in its place."""

from typing import ClassVar
from uuid import UUID

from pydantic import Field

from domain.calls.events import OrganizationRef
from domain.calls.setting import Setting
from domain.directory.organization import Organization
from domain.directory.register import organization_known
from domain.shared.commands import Command, Desk, Handlers
from domain.shared.events import Event
from domain.shared.posts import Post
from domain.supervision import events as e
from domain.supervision.fold import evolve
from domain.supervision.fold_succession import awaited
from domain.supervision.matter import matter_stream, reference
from domain.supervision.refusals import NothingToSucceed, NotYourSupervision


class SucceedInMatter(Command):
    """督办承接: asked for every matter in which a body that is no more has still a part."""

    wire: ClassVar[str] = "supervision.succeed"
    title: ClassVar[str] = "督办转由承接单位办理"

    call_id: UUID = Field(title="呼叫事项")
    dissolved: UUID = Field(title="已撤销的单位")


def succeed_in_matter(command: SucceedInMatter, desk: Desk) -> list[Event]:
    """督办承接. Asked again, it finds nothing. Whose staff a confidential call is about steps in nowhere: whoever was
    given the call in its place steps in here too.

    Refuses NotYourSupervision for anybody but the platform itself, NothingToSucceed.
    """
    if desk.envelope.actor.post != Post.SYSTEM:
        raise NotYourSupervision
    setting = Setting(desk)
    call, heir = setting.call(command.call_id), setting.heir(command.dissolved)
    matter = desk.streams.find(matter_stream(desk.envelope.node, call.id), evolve)
    if heir is not None and heir.id == call.complained_of:
        heir = _instead(call.stand_in(command.dissolved), setting)
    if matter is None or heir is None or command.dissolved not in awaited(matter):
        raise NothingToSucceed
    was = organization_known(desk.streams, command.dissolved)
    return [
        matter.next(
            e.PartySucceeded,
            desk.envelope,
            reference(call),
            was=OrganizationRef(id=was.id, name=was.name),
            now=OrganizationRef(id=heir.id, name=heir.name),
        )
    ]


def _instead(stand_in: UUID | None, setting: Setting) -> Organization | None:
    """Who was given the call, or whoever has succeeded that body since."""
    if stand_in is None:
        return None
    return setting.heir(stand_in) or organization_known(setting.desk.streams, stand_in)


HANDLERS: Handlers = {SucceedInMatter: succeed_in_matter}
