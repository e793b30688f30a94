"""督办时限重算, by the platform itself: notices and outages hold for what a matter asks for, as for a call."""

from collections.abc import Iterator
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from domain.calls.call import Call
from domain.calls.delays.recomputing import clocks_recomputed
from domain.calls.delays.refusals import NothingToRecompute
from domain.calls.events import OrganizationRef
from domain.calls.setting import Setting
from domain.calls.words import RecomputeReason
from domain.shared.commands import Command, Desk, Handlers
from domain.shared.events import Event
from domain.shared.posts import Post
from domain.supervision import events as e
from domain.supervision.fold import evolve
from domain.supervision.ladder import RungTimes, counted_anew
from domain.supervision.matter import Matter, matter_stream, reference
from domain.supervision.refusals import NotYourSupervision
from domain.supervision.words import Standing


class RecomputeMatter(Command):
    """督办时限重算: asked by the platform for every matter that a notice or an outage concerns."""

    wire: ClassVar[str] = "supervision.recompute_clocks"
    title: ClassVar[str] = "重算督办时限"

    call_id: UUID = Field(title="呼叫事项")
    reason: RecomputeReason = Field(title="原因")


def recompute_matter(command: RecomputeMatter, desk: Desk) -> list[Event]:
    """督办时限重算, and the next rungs of its ladders. Asked again, it finds nothing.

    Refuses NotYourSupervision, NothingToRecompute.
    """
    if desk.envelope.actor.post != Post.SYSTEM:
        raise NotYourSupervision("督办时限重算由平台在放假通知载入或平台故障公布后自动办理。")
    setting = Setting(desk)
    call = setting.call(command.call_id)
    matter = desk.streams.find(matter_stream(desk.envelope.node, call.id), evolve)
    if matter is None:
        raise NothingToRecompute
    facts: list[Event] = []
    try:
        recomputed = clocks_recomputed(matter.obligations, command.reason, setting, matter.version + 1)
    except NothingToRecompute:
        pass
    else:
        fact = matter.next(e.ClocksRecomputed, desk.envelope, reference(call), **recomputed.fields)
        facts, matter = [fact], evolve(matter, fact)
    if command.reason is RecomputeReason.NOTICE:
        for rung in _rungs(matter, call, setting):
            named = matter.next(e.LadderRested, desk.envelope, reference(call), **rung)
            facts, matter = [*facts, named], evolve(matter, named)
    if not facts:
        raise NothingToRecompute
    return facts


def _rungs(matter: Matter, call: Call, setting: Setting) -> Iterator[dict[str, object]]:
    """下一级时间: of ladders whose next rung was counted through a year that has its notice by now."""
    times = RungTimes(setting.rules)
    for ladder in matter.ladders:
        among = matter.obligations if ladder.action.supervisory else call.obligations
        owed = among[ladder.place]
        if (reach := counted_anew(ladder, owed, call.urgency, times)) is not None:
            yield {
                "place": ladder.place,
                "action": ladder.action,
                "bearer": OrganizationRef(id=owed.organization, name=owed.organization_name),
                "due": ladder.due,
                "standing": Standing.CLIMBING,
                "next_rung": reach.rung,
                "again_at": reach.at,
            }


HANDLERS: Handlers = {RecomputeMatter: recompute_matter}
