"""应履责事项: the fold of one call, due times by the calendar, and one obligation counted again."""

import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import cycle, islice
from random import Random

from domain.calls.intake import acceptance
from domain.calls.intake import submission as i
from domain.calls.words import Grade
from domain.calls.work import completion
from domain.calls.work import handling as h
from domain.calls.work import records as r
from domain.obligations.reckoning import reckon
from domain.shared.calendar import LOCAL, WorkingCalendar
from domain.shared.calendar_days import WorkingHours
from domain.shared.changes import changed
from domain.shared.deadlines import CountFrom, Limit, LimitUnit
from domain.shared.events import Event
from tests.benchmarks.bench import Bench
from tests.benchmarks.figures import SEED, Figure, median
from tests.domain.calls.county import the_county
from tests.domain.obligations.comparing import folded
from tests.domain.shared.calendars import NOTICE_2026, NOTICE_2027, USUAL

FACTS = 40
DAY = timedelta(days=1)


def obligation_figures(bench: Bench) -> list[Figure]:
    """Processor time on one core: these are pure functions, without a database."""
    rounds = bench.some(9, 5)
    facts, calendar = _a_call()
    return [_fold_figure(facts, rounds), _deadline_figure(rounds), _reckon_figure(facts, calendar, rounds)]


def _a_call() -> tuple[Sequence[Event], WorkingCalendar]:
    """A call of as many facts: sent back, objected to in part, reworked twice, made by the real commands."""
    county = the_county()
    call = county.placed()
    county.say(acceptance.SendCallBack(call_id=call, gaps="缺地点"), "li")
    county.pass_time(days=1)
    county.say(i.SupplementCall(call_id=call, text="占道", place="人民路"), "wang")
    county.say(acceptance.AcceptCall(call_id=call), "li")
    county.dispatch(call, "zhifa", "shichang", item=county.code_of("占道经营"))
    for who in ("zhifa", "shichang"):
        county.say(h.Respond(call_id=call, handler="郑某", contact="13900000000", first_step="今日到场"), who)
        county.say(h.RecordArrival(call_id=call, organization=county.orgs[who]), "wang")
    county.say(county.objection(call, whole=False), "zhifa")
    county.say(county.upholding(call), "li")
    county.say(county.dispatching_part(call), "li")
    for days in (1, 1, 2, 1):
        county.pass_time(days=days)
        for who in ("zhifa", "shichang", "huanjing"):
            county.say(r.RecordPhoneCall(call_id=call, called=county.orgs["chengdong"], text="说明进展"), who)
        county.say(h.ReportProgress(call_id=call, text="已约谈"), "zhifa")
    county.say(h.ReportAssistance(call_id=call, text="已核查"), "shichang")
    for _ in range(2):
        county.pass_time(days=2)
        county.say(h.ReportResult(call_id=call, text="已清理"), "zhifa")
        county.pass_time(days=2)
        county.say(completion.OrderRework(call_id=call, reason="没有解决"), "wang")
    county.say(h.ReportCooperation(call_id=call, text="已劝导"), "wang")
    county.say(h.ReportResult(call_id=call, text="已再清理"), "zhifa")
    county.say(completion.ConfirmResult(call_id=call), "wang")
    county.say(completion.ResolveCall(call_id=call), "li")
    county.say(completion.EvaluateCall(call_id=call, grade=Grade.BASICALLY), "wang")
    facts = county.history(call)
    assert len(facts) >= FACTS, len(facts)
    return facts[:FACTS], county.rules.calendar


def _fold_figure(facts: Sequence[Event], rounds: int) -> Figure:
    call = folded(facts)

    def fold() -> None:
        folded(facts)

    def copied() -> None:
        state = call
        for fact in facts:
            state = changed(state, version=fact.originator_version, changed_at=fact.recorded_at)

    spent, limit = 1_000 * _seconds(fold, 200, rounds), 1_000 * _seconds(copied, 2_000, rounds)
    return Figure(
        "fold_call",
        spent,
        "ms",
        "lower",
        f"The facts of one call made by the real commands, the first {FACTS} of them, folded from nothing to the call"
        f" with its {len(call.obligations)} obligations and their ledgers; the median of {rounds} rounds.",
        goal=1.0,
        limit="as many copies of the folded call with two fields changed, which is what any frozen state costs",
        limit_value=limit,
        notes=f"{1_000 * spent / FACTS:.0f} µs a fact, of which the one copy of the call every fact needs takes"
        f" {1_000 * limit / FACTS:.1f}. In: steps chosen by the fact's type instead of by asking a model, copies that"
        " run no constructor. What the obligations with their ledgers (decision 0034) take of it has not been profiled"
        " apart.",
    )


def _deadline_figure(rounds: int) -> Figure:
    calendar = WorkingCalendar([NOTICE_2026, NOTICE_2027], [USUAL])
    asked = _asked(Random(SEED), 2_000)

    def looked_up() -> None:
        for limit, opened in asked:
            calendar.deadline(limit, opened)

    walking = _Walking(calendar, USUAL)

    def walked() -> None:
        for limit, opened in asked:
            walking.due(limit, opened)

    for limit, opened in asked:
        assert walking.due(limit, opened) == calendar.deadline(limit, opened).due, (limit, opened)
    return Figure(
        "deadline",
        len(asked) / _seconds(looked_up, 5, rounds),
        "per second",
        "higher",
        f"{len(asked):,} limits of every unit (1 to 25 working days, hours, minutes; from the event and from the next"
        " day) opened at random minutes of 2026: due time, 75 % mark, whether it is provisional and which notices said"
        " so, as the Deadline a fact carries.",
        goal=200_000,
        peer="the same due times alone, by walking from day to day and from interval to interval",
        peer_value=len(asked) / _seconds(walked, 2, rounds),
        notes="In: the working time a budget takes is known from counting its due time, so its 75 % mark is one search"
        " among the days between; moments made by multiplying a microsecond; the Deadline filled by its slots, not"
        " validated (that took 3.7 µs). Side by side on a busy machine 4.4 µs where it was 5.9: due time and mark 1.5,"
        " moments to and from microseconds 1.0, the Deadline 0.9, who had a say 0.3, the rest calls.",
    )


def _reckon_figure(facts: Sequence[Event], calendar: WorkingCalendar, rounds: int) -> Figure:
    owed = list(islice(cycle(folded(facts).obligations), 200))
    at = facts[-1].recorded_at

    def reckoned() -> None:
        for one in owed:
            reckon(one, calendar, at)

    def recomputed() -> None:
        for one in owed:
            calendar.recompute(one.deadline)

    return Figure(
        "reckon_obligation",
        1_000_000 * _seconds(reckoned, 5, rounds) / len(owed),
        "µs",
        "lower",
        "One obligation of the same call counted again: every span with what it charged and what was justified, the"
        " budget, the due time through all pauses, and whether the record agrees. A page shows one, a review of a"
        " year some ten thousand.",
        goal=100.0,
        limit="its due time computed once more, without pauses and spans",
        limit_value=1_000_000 * _seconds(recomputed, 5, rounds) / len(owed),
    )


def _seconds(deed: Callable[[], None], times: int, rounds: int) -> float:
    """Processor time of doing it once (nothing here waits): the median of rounds, after one that warms up."""
    taken = []
    for _ in range(rounds + 1):
        begun = time.process_time()
        for _ in range(times):
            deed()
        taken.append((time.process_time() - begun) / times)
    return median(taken[1:])


def _asked(random: Random, many: int) -> list[tuple[Limit, datetime]]:
    longest = {LimitUnit.WORKING_DAYS: 25, LimitUnit.WORKING_HOURS: 8, LimitUnit.HOURS: 24, LimitUnit.MINUTES: 30}
    asked = []
    for _ in range(many):
        unit = random.choice(list(LimitUnit))
        amount, count_from = random.randint(1, longest[unit]), random.choice(list(CountFrom))
        opened = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=random.randrange(365 * 1_440))
        asked.append((Limit(amount=amount, unit=unit, count_from=count_from, basis="测"), opened))
    return asked


class _Walking:
    """Due times as they are usually computed: a loop over days. One version of hours, the same on every day."""

    def __init__(self, calendar: WorkingCalendar, hours: WorkingHours) -> None:
        self._works = calendar.is_working_day
        self._intervals = [interval.seconds for interval in hours.intervals]
        self._seconds = sum(ends - starts for starts, ends in self._intervals)

    def due(self, limit: Limit, opened: datetime) -> datetime:
        start = opened.astimezone(LOCAL)
        midnight = start.replace(hour=0, minute=0, second=0, microsecond=0)
        if limit.count_from is CountFrom.NEXT_DAY:
            start = midnight = midnight + DAY
        if limit.unit in (LimitUnit.MINUTES, LimitUnit.HOURS):
            return start + limit.amount * timedelta(minutes=1 if limit.unit is LimitUnit.MINUTES else 60)
        left = limit.amount * (self._seconds if limit.unit is LimitUnit.WORKING_DAYS else 3_600)
        while True:
            if self._works(midnight.date()):
                for starts, ends in self._intervals:
                    opening = max(midnight + timedelta(seconds=starts), start)
                    there = (midnight + timedelta(seconds=ends) - opening) // timedelta(seconds=1)
                    if there >= left:
                        return opening + timedelta(seconds=left)
                    left -= max(there, 0)
            midnight += DAY
