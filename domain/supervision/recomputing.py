"""督办时限重算, by the platform itself: notices and outages hold for what a matter asks for, as for a call."""

from typing import ClassVar
from uuid import UUID

from pydantic import Field

from domain.calls.delays.recomputing import clocks_recomputed
from domain.calls.delays.refusals import NothingToRecompute
from domain.calls.setting import Setting
from domain.calls.words import RecomputeReason
from domain.shared.commands import Command, Desk, Handlers
from domain.shared.events import Event
from domain.shared.posts import Post
from domain.supervision import events as e
from domain.supervision.fold import evolve
from domain.supervision.matter import matter_stream, reference
from domain.supervision.refusals import NotYourSupervision


class RecomputeMatter(Command):
    """督办时限重算: asked by the platform for every matter that a notice or an outage concerns."""

    wire: ClassVar[str] = "supervision.recompute_clocks"
    title: ClassVar[str] = "重算督办时限"

    call_id: UUID = Field(title="呼叫事项")
    reason: RecomputeReason = Field(title="原因")


def recompute_matter(command: RecomputeMatter, desk: Desk) -> list[Event]:
    """督办时限重算. Asked again, it finds nothing. Refuses NotYourSupervision, NothingToRecompute."""
    if desk.envelope.actor.post != Post.SYSTEM:
        raise NotYourSupervision("督办时限重算由平台在放假通知载入或平台故障公布后自动办理。")
    setting = Setting(desk)
    call = setting.call(command.call_id)
    matter = desk.streams.find(matter_stream(desk.envelope.node, call.id), evolve)
    if matter is None:
        raise NothingToRecompute
    recomputed = clocks_recomputed(matter.obligations, command.reason, setting, matter.version + 1)
    return [matter.next(e.ClocksRecomputed, desk.envelope, reference(call), **recomputed.fields)]


HANDLERS: Handlers = {RecomputeMatter: recompute_matter}
