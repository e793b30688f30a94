"""时限重算, by the platform itself: provisional due times once the notice is known, outages, which justify for all."""

from collections.abc import Iterator
from datetime import datetime
from typing import ClassVar

from pydantic import Field

from domain.calls.asking import CallCommand
from domain.calls.call import Call
from domain.calls.clocks import Change, justified, moved
from domain.calls.delays import events as e
from domain.calls.delays import refusals
from domain.calls.refusals import NotYourPost
from domain.calls.setting import Setting
from domain.calls.words import RecomputeReason
from domain.obligations.counting import excused, recounted
from domain.obligations.obligation import Obligation
from domain.obligations.words import MAY, ExcuseGround
from domain.rules.streams import Outage
from domain.shared.calendar import LOCAL
from domain.shared.commands import Desk, Handlers
from domain.shared.events import Event
from domain.shared.posts import Post


class RecomputeClocks(CallCommand):
    """时限重算 of one call: asked by the platform for every call that a notice or an outage concerns."""

    wire: ClassVar[str] = "calls.recompute_clocks"
    title: ClassVar[str] = "重算时限"

    reason: RecomputeReason = Field(title="原因")


def recompute_clocks(command: RecomputeClocks, desk: Desk) -> list[Event]:
    """时限重算. Asked again, it finds nothing. Refuses NotYourPost, NothingToRecompute."""
    setting = Setting(desk)
    call = setting.call(command.call_id)
    if desk.envelope.actor.post != Post.SYSTEM:
        raise NotYourPost("时限重算由平台在放假通知载入或平台故障公布后自动办理。")
    by_notice = command.reason is RecomputeReason.NOTICE
    basis, changes = _noticed(call, setting) if by_notice else _through_outages(call, setting)
    clocks, excuses = moved(changes), justified(changes)
    if not clocks and not excuses:
        raise refusals.NothingToRecompute
    return [
        call.next(
            e.ClocksRecomputed,
            desk.envelope,
            reason=command.reason,
            basis=basis,
            moved=clocks,
            justified=excuses,
        )
    ]


def _noticed(call: Call, setting: Setting) -> tuple[str, list[Change]]:
    """Open clocks whose due time was 暂定, except those that stand still: they are counted anew when they go on.

    Whoever went by the old due time is not late by the new one.
    """
    now, calendar, by = setting.envelope.recorded_at, setting.rules.calendar, call.version + 1
    changes = []
    for owed in call.obligations:
        if not owed.open or not owed.deadline.provisional or owed.stands_still:
            continue
        after = recounted(owed, calendar)
        if after.deadline.due < now <= owed.deadline.due:
            after = excused(after, ExcuseGround.PROVISIONAL, after.deadline.due, owed.deadline.due, by, calendar)
        changes.append((owed, after))
    names = dict.fromkeys(after.deadline.calendar for before, after in changes if after.deadline != before.deadline)
    return ";".join(names), changes


def _through_outages(call: Call, setting: Setting) -> tuple[str, list[Change]]:
    """What ran through an outage: open, or done late before the outage was declared."""
    calendar, by = setting.rules.calendar, call.version + 1
    changes, named = [], dict[Outage, None]()
    for owed in call.obligations:
        if owed.action in MAY:
            continue
        after = owed
        for outage in _concerning(owed, setting):
            longer = excused(after, ExcuseGround.OUTAGE, outage.starts_at, outage.ends_at, by, calendar)
            if longer is not after:
                named[outage] = None
                after = longer
        changes.append((owed, after))
    return ";".join(map(_words, named)), changes


def _concerning(owed: Obligation, setting: Setting) -> Iterator[Outage]:
    at = owed.performed or owed.ended
    if at is not None and at <= owed.deadline.due:
        return
    until = at or setting.envelope.recorded_at
    yield from setting.rules.outages_between(owed.deadline.opened, until)


def _words(outage: Outage) -> str:
    return f"{outage.kind.label}:{_local(outage.starts_at)} 至 {_local(outage.ends_at)}"


def _local(moment: datetime) -> str:
    return f"{moment.astimezone(LOCAL):%Y-%m-%d %H:%M}"


HANDLERS: Handlers = {RecomputeClocks: recompute_clocks}
