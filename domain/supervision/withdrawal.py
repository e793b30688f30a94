"""内容撤除: where a call's key was destroyed, what was written on its supervision is gone too, and this says so."""

from typing import ClassVar
from uuid import UUID

from pydantic import Field

from domain.calls.setting import Setting
from domain.shared.commands import Command, Desk, Handlers
from domain.shared.events import Event
from domain.shared.posts import Post
from domain.shared.refusals import NotFound
from domain.supervision import events as e
from domain.supervision.fold import evolve
from domain.supervision.matter import matter_stream, reference
from domain.supervision.refusals import NotYourSupervision


class WithdrawMatterContent(Command):
    """督办内容撤除, after the call's own: recorded by the platform, so that views fold the matter anew."""

    wire: ClassVar[str] = "supervision.withdraw_content"
    title: ClassVar[str] = "撤除督办内容"

    call_id: UUID = Field(title="呼叫事项")
    order_number: str = Field(title="撤除决定文号", min_length=2, max_length=200)


def withdraw(command: WithdrawMatterContent, desk: Desk) -> list[Event]:
    """Refuses NotYourSupervision for anybody but the platform itself, NotFound where nothing was supervised."""
    if desk.envelope.actor.post != Post.SYSTEM:
        raise NotYourSupervision
    call = Setting(desk).call(command.call_id)
    matter = desk.streams.find(matter_stream(desk.envelope.node, call.id), evolve)
    if matter is None:
        raise NotFound
    about = reference(call)
    return [matter.next(e.ContentWithdrawn, desk.envelope, about, order_number=command.order_number)]


HANDLERS: Handlers = {WithdrawMatterContent: withdraw}
