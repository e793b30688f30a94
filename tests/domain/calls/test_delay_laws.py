"""延期、暂缓、等待的规律: whatever mix of requests, answers, waits and outages: every clock follows from its ledger."""

from collections.abc import Callable
from datetime import timedelta
from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.calls.call import Call
from domain.calls.delays import extensions as x
from domain.calls.delays import suspensions as s
from domain.calls.delays import waiting as w
from domain.calls.delays.recomputing import RecomputeClocks
from domain.calls.dispatch import objections
from domain.calls.lights import Light, light_of
from domain.calls.words import ClockPolicy, Delay, RecomputeReason
from domain.calls.work import completion
from domain.calls.work import handling as h
from domain.obligations.obligation import Obligation
from domain.obligations.reckoning import reckon
from domain.obligations.words import Performance
from domain.rules.calendar_commands import DeclareOutage
from domain.rules.words import OutageKind
from domain.shared.calendar import LOCAL
from domain.shared.commands import Command
from domain.shared.refusals import Refusal
from domain.shared.urgency import Urgency
from tests.domain.calls.asking import check_ledgers, extension, folded_until, suspension
from tests.domain.calls.county import CallCounty, the_county
from tests.domain.memory import PLATFORM_ITSELF

PARTIES = ("zhifa", "shichang", "zhujian")
KINDS = (
    *("extend", "suspend", "wait") * 3,
    *("grant", "pause") * 3,
    *("refuse", "no_pause", "resume", "end", "assist", "cooperate", "progress", "result", "rework", "restart"),
    *("object", "reject", "outage"),
)
HOURS = (0, 0, 1, 2, 5, 8, 16, 24, 24, 48)

Move = tuple[str, str, str, int, int]
"""What is done, by whom, about whom, with which number, and how many hours later."""


def _moves(seed: int) -> list[Move]:
    """A mix: drawn evenly, which hypothesis does not."""
    draw = Random(seed)
    return [
        (draw.choice(KINDS), draw.choice(PARTIES), draw.choice((*PARTIES, "chengdong")), draw.randint(0, 9), hours)
        for hours in draw.choices(HOURS, k=35)
    ]


def _commands(county: CallCounty, call: Call, move: Move) -> list[tuple[Command, Any]]:
    """The commands of a move, each with who asks."""
    kind, who, whom, number, _ = move
    id_, li, by = call.id, county.by("li"), county.by(who)
    last_day = county.now.astimezone(LOCAL).date() + timedelta(days=number)
    extending, suspending = (
        next((one.number for one in call.asking if one.kind is kind_), 1)
        for kind_ in (Delay.EXTENSION, Delay.SUSPENSION)
    )
    ground = ("procurement", "complex_facts", "many_parties", "works_in_progress")[number % 4]
    made: dict[str, Callable[[], list[tuple[Command, Any]]]] = {
        "extend": lambda: [(extension(id_, number + 1, ground=ground), by)],
        "grant": lambda: [(x.GrantExtension(call_id=id_, extension=extending, working_days=number // 3 + 1), li)],
        "refuse": lambda: [(x.RefuseExtension(call_id=id_, extension=extending, reason="不必"), li)],
        "suspend": lambda: [(suspension(id_, last_day.isoformat()), by)],
        "pause": lambda: [(s.SuspendCall(call_id=id_, suspension=suspending), li)],
        "no_pause": lambda: [(s.RefuseSuspension(call_id=id_, suspension=suspending, reason="不必"), li)],
        "resume": lambda: [(s.ResumeCall(call_id=id_, reason="已出报告"), by)],
        "wait": lambda: [
            (w.RequestWaiting(call_id=id_, on=county.orgs[whom], own_step="处罚", request="核查"), by),
        ],
        "end": lambda: [(w.EndWaiting(call_id=id_, waiting=number % 3 + 1), by)],
        "assist": lambda: [(h.ReportAssistance(call_id=id_, text="已核"), by)],
        "cooperate": lambda: [(h.ReportCooperation(call_id=id_, text="已劝导"), county.by("wang"))],
        "progress": lambda: [(h.ReportProgress(call_id=id_, text="正在办"), county.by("zhifa"))],
        "result": lambda: [(h.ReportResult(call_id=id_, text="已办"), county.by("zhifa"))],
        "rework": lambda: [(completion.OrderRework(call_id=id_, reason="没有解决"), county.by("wang"))],
        "restart": lambda: [
            (completion.ConfirmResult(call_id=id_), county.by("wang")),
            (completion.OrderRework(call_id=id_, reason="反弹", policy=ClockPolicy.RESTART), li),
        ],
        "object": lambda: [(county.objection(id_, whole=number > 7), by)],
        "reject": lambda: [
            (objections.RejectObjection(call_id=id_, organization=county.orgs[who], reason="属其职责"), li)
        ],
        "outage": lambda: [
            (
                DeclareOutage(
                    kind=OutageKind.PLATFORM, starts_at=county.now - timedelta(hours=number + 1), ends_at=county.now
                ),
                PLATFORM_ITSELF,
            ),
            (RecomputeClocks(call_id=id_, reason=RecomputeReason.OUTAGE), PLATFORM_ITSELF),
        ],
    }
    return made[kind]()


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 2**32 - 1), st.sampled_from(Urgency))
def test_whatever_is_asked_and_answered_every_clock_follows_from_its_ledger(seed: int, urgency: Urgency) -> None:
    county = the_county()
    call = county.handling("shichang", "zhujian", urgency=urgency, item=county.code_of("占道经营"))
    before = county.call(call)
    kept = [before]
    for move in _moves(seed):
        county.pass_time(hours=move[4])
        for command, actor in _commands(county, before, move):
            try:
                county.ask(command, actor)
            except Refusal:
                continue
            after = county.call(call)
            check_ledgers(county, after)
            for was, now in zip(before.obligations, after.obligations, strict=False):
                _check_change(was, now, after)
            _check_moments(county, after)
            before = after
            kept.append(after)
    for state in kept:
        assert folded_until(county, call, state.version) == state, "as of a moment it is what it was then"


def _check_change(was: Obligation, now: Obligation, call: Call) -> None:
    at = call.changed_at
    if was.open and now.open and now.deadline != was.deadline and at > was.deadline.due:
        # What had run out moves only where its pause or an extension asked in time says so.
        extended = any(r.asked_at <= was.deadline.due for r in call.delays if r.kind is Delay.EXTENSION and r.granted)
        assert was.paused_at(at) or extended or now.breached, (was, now)
    for pause in now.pauses[len(was.pauses) :]:
        if was.open and pause.since > was.deadline.due:
            assert now.deadline == was.deadline, "a pause after a breach heals nothing"
    for excuse in now.excuses[len(was.excuses) :]:
        assert excuse.since <= now.justified_to
        assert now.excuses[len(was.excuses)].since <= max(was.justified_to, now.deadline.due), "late, then excused"
    if not was.open and not now.open:
        assert now.performance is was.performance or now.performance in (Performance.JUSTIFIED, Performance.ENDED)


def _check_moments(county: CallCounty, call: Call) -> None:
    """What counts as excused is what lies after the due time: each hour once, none that was paused, none to come."""
    calendar = county.rules.calendar
    for owed in call.obligations:
        if owed.justified_until is None or any(p.since > owed.deadline.due for p in owed.pauses):
            continue
        reckoning = reckon(owed, calendar, county.now)
        if not reckoning.in_working_time or any(x.until is None for x in owed.excuses):
            continue
        beyond = calendar.working_time_between(owed.deadline.due, owed.justified_to)
        assert beyond == sum((span.justified for span in reckoning.spans), timedelta()), owed
    for owed in call.obligations:
        running = [p for p in owed.pauses if p.until is not None and p.since <= county.now < p.until]
        if owed.open and running and running[0].since <= owed.deadline.due and not owed.breached:
            assert light_of(owed, county.now) is Light.SUSPENDED
            assert light_of(owed, running[0].until or county.now) in (Light.SUSPENDED, Light.NORMAL, Light.DUE_SOON)
