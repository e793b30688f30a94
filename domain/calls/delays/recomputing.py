"""时限重算, by the platform itself: provisional due times once the notice is known, outages, which justify for all."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from pydantic import Field

from domain.calls.asking import CallCommand
from domain.calls.clocks import Change, justified, moved
from domain.calls.delays import events as e
from domain.calls.delays import refusals
from domain.calls.events import JustifiedClock, MovedClock
from domain.calls.refusals import NotYourPost
from domain.calls.setting import Setting
from domain.calls.slow_work.named_times import with_its_day
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
    obligations = [with_its_day(owed, call) for owed in call.obligations]
    recomputed = clocks_recomputed(obligations, command.reason, setting, call.version + 1)
    return [call.next(e.ClocksRecomputed, desk.envelope, **recomputed.fields)]


@dataclass(frozen=True, slots=True)
class Recomputed:
    """重算结果: what becomes of obligations for a reason, on what basis, as the fact tells it."""

    reason: RecomputeReason
    basis: str
    moved: tuple[MovedClock, ...]
    justified: tuple[JustifiedClock, ...]

    @property
    def fields(self) -> dict[str, Any]:
        """By their names in the fact."""
        return {"reason": self.reason, "basis": self.basis, "moved": self.moved, "justified": self.justified}


def clocks_recomputed(
    obligations: Sequence[Obligation], reason: RecomputeReason, setting: Setting, by: int
) -> Recomputed:
    """What the fact with version `by` is to tell. Refuses NothingToRecompute."""
    asked = _noticed if reason is RecomputeReason.NOTICE else _through_outages
    basis, changes = asked(obligations, setting, by)
    clocks, excuses = moved(changes), justified(changes)
    if not clocks and not excuses:
        raise refusals.NothingToRecompute
    return Recomputed(reason, basis, clocks, excuses)


def _noticed(obligations: Sequence[Obligation], setting: Setting, by: int) -> tuple[str, list[Change]]:
    """Open clocks whose due time was 暂定, except those that stand still: they are counted anew when they go on.

    Whoever went by the old due time is not late by the new one.
    """
    now, calendar = setting.envelope.recorded_at, setting.rules.calendar
    changes = []
    for owed in obligations:
        if not owed.open or not owed.deadline.provisional or owed.stands_still:
            continue
        after = recounted(owed, calendar)
        if after.deadline.due < now <= owed.deadline.due:
            after = excused(after, ExcuseGround.PROVISIONAL, after.deadline.due, owed.deadline.due, by, calendar)
        changes.append((owed, after))
    names = dict.fromkeys(after.deadline.calendar for before, after in changes if after.deadline != before.deadline)
    return ";".join(names), changes


def _through_outages(obligations: Sequence[Obligation], setting: Setting, by: int) -> tuple[str, list[Change]]:
    """What ran through an outage: open, or done late before the outage was declared."""
    calendar = setting.rules.calendar
    changes, named = [], dict[Outage, None]()
    for owed in obligations:
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
