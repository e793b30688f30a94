"""What must hold of obligations whatever happens: laws over random lives, and over clocks nobody would live through."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import date, datetime, timedelta
from functools import cache
from itertools import pairwise
from random import Random
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.calls.call import Call
from domain.calls.delays.events import ClocksRecomputed
from domain.calls.delays.recomputing import RecomputeClocks
from domain.calls.delays.refusals import NothingToRecompute
from domain.calls.explanation import explain
from domain.calls.fold import evolve
from domain.calls.slow_work.named_times import with_its_day
from domain.calls.words import RecomputeReason
from domain.obligations.obligation import Excuse, Obligation, Pause
from domain.obligations.reckoning import by_day, reckon
from domain.obligations.words import Action, Ending, ExcuseGround, PauseGround, Performance
from domain.rules.calendar_commands import LoadHolidayNotice, SetWorkingHours
from domain.rules.commands import LimitLine, SetLimits
from domain.rules.events import Basis
from domain.shared.calendar import WorkingCalendar
from domain.shared.calendar_days import HolidayNotice, WorkingHours
from domain.shared.changes import changed
from domain.shared.deadlines import CountFrom, Limit, LimitUnit
from domain.shared.events import Event
from tests.domain.calls.county import CallCounty, the_county
from tests.domain.memory import PLATFORM_ITSELF
from tests.domain.obligations.comparing import folded
from tests.domain.obligations.lives import Life, life
from tests.domain.shared.calendars import MOMENTS, NOTICE_2027, USUAL, any_hours, any_notices, at

SEEDS = st.integers(0, 149)
SOME = settings(max_examples=30, deadline=None)
LIMITS = st.builds(
    Limit, amount=st.integers(1, 20), unit=st.sampled_from(LimitUnit), count_from=st.sampled_from(CountFrom)
)
GAPS = st.lists(st.timedeltas(timedelta(), timedelta(days=4)), min_size=2, max_size=8)
SOMEBODY = UUID(int=1)
FOR_GOOD = {Ending.RELEASED, Ending.PASSED_ON}
FAILED = {Performance.LATE, Performance.UNMET, Performance.UNRECORDED, Performance.JUSTIFIED}


@cache
def lived(seed: int) -> Life:
    """One life, by one calendar; the laws look at the same ones."""
    return life(Random(f"law {seed}"), notices=False)


def prefixes(facts: list[Event]) -> Iterator[tuple[Event, Call]]:
    """The call after each fact."""
    call: Call | None = None
    for fact in facts:
        call = evolve(call, fact)
        yield fact, call


def owed_under(calendar: WorkingCalendar, limit: Limit, opened: datetime) -> Obligation:
    """An obligation of the lead to handle, opened at a moment."""
    return Obligation(Action.HANDLE, SOMEBODY, "综合行政执法局", calendar.deadline(limit, opened), opened_by=1)


@SOME
@given(SEEDS)
def test_the_day_of_a_milestone_is_told_by_the_call_where_its_clock_does_not_name_it(seed: int) -> None:
    for _, call in prefixes(lived(seed).facts):
        for owed in call.open_obligations:
            if owed.action is Action.MILESTONE:
                unnamed = changed(owed, deadline=owed.deadline.model_copy(update={"day": None}))
                assert with_its_day(unnamed, call) == owed


@SOME
@given(SEEDS)
def test_what_was_overdue_once_is_never_in_time_again(seed: int) -> None:
    """Not by a pause, not by a rework, not by a new clock. Only who did it before after all, or never owed it, is."""
    story = lived(seed)
    last = folded(story.facts)
    for fact, call in prefixes(story.facts):
        for was, now in zip(call.obligations, last.obligations, strict=False):
            if was.open and was.owed and was.overdue_at(fact.recorded_at):
                agreed = now.performed is not None and now.performed < fact.recorded_at
                assert now.open or now.ending in FOR_GOOD or agreed or now.performance in FAILED, (was, now)


@settings(max_examples=60, deadline=None)
@given(any_notices(), any_hours(), LIMITS, MOMENTS, GAPS, st.data())
def test_a_pause_after_a_breach_never_heals_it(
    notices: list[HolidayNotice],
    hours: list[WorkingHours],
    limit: Limit,
    opened: datetime,
    gaps: list[timedelta],
    data: st.DataObject,
) -> None:
    """Whatever clock a fact names afterwards, and however often it is paused, done and opened again."""
    calendar = WorkingCalendar(notices, hours)
    owed = owed_under(calendar, limit, opened)
    moment = owed.deadline.due + timedelta(microseconds=1)
    assert owed.overdue_at(moment)
    for version, gap in enumerate(gaps, start=2):
        moment += gap
        new = calendar.deadline(limit, moment)
        match data.draw(st.sampled_from(["pause", "rework"])):
            case "pause":
                owed = owed.paused(data.draw(st.sampled_from(PauseGround)), moment, version)
                assert owed.overdue_at(moment)
                moment += gap
                owed = owed.resumed(moment, data.draw(st.sampled_from([new, owed.deadline])), version)
            case _:
                owed = owed.discharged(moment, version)
                assert owed.performance is Performance.LATE
                deadline = data.draw(st.sampled_from([new, owed.deadline]))
                owed = owed.reopened(moment, deadline, version, own_fault=data.draw(st.booleans()))
        assert owed.overdue_at(moment + timedelta(microseconds=1))
    assert owed.discharged(moment, 99).performance in {Performance.LATE}
    assert owed.given_up(Ending.LAPSED, moment, 99).performance is Performance.UNMET


@SOME
@given(st.lists(SEEDS, min_size=2, max_size=4, unique=True), st.randoms(use_true_random=False))
def test_how_independent_calls_interleave_changes_none_of_them(seeds: list[int], random: Random) -> None:
    streams = [list(lived(seed).facts) for seed in seeds]
    alone = {facts[0].originator_id: folded(facts) for facts in streams}
    together: dict[UUID, Call | None] = {}
    while any(streams):
        fact = random.choice([facts for facts in streams if facts]).pop(0)
        together[fact.originator_id] = evolve(together.get(fact.originator_id), fact)
    assert together == alone


@SOME
@given(SEEDS)
def test_as_of_a_moment_the_fold_is_that_of_the_facts_recorded_by_then(seed: int) -> None:
    """And nothing recorded later makes what had begun by then begin otherwise, or not at all."""
    story = lived(seed)
    last = folded(story.facts)
    for fact, _ in prefixes(story.facts):
        by_then = folded([known for known in story.facts if known.recorded_at <= fact.recorded_at])
        for place, owed in enumerate(by_then.obligations):
            told = explain(story.facts, place, story.founding.calendar, fact.recorded_at)
            assert told is not None
            assert told.owed == owed
            now = last.obligations[place]
            assert (owed.action, owed.organization, owed.opened_by) == (now.action, now.organization, now.opened_by)
            assert owed.moved == now.moved[: len(owed.moved)]
        assert explain(story.facts, len(by_then.obligations), story.founding.calendar, fact.recorded_at) is None


@SOME
@given(SEEDS)
def test_when_a_call_is_over_every_obligation_has_ended_in_exactly_one_state(seed: int) -> None:
    story = lived(seed)
    call = folded(story.facts)
    for owed in call.obligations:
        assert (owed.performance is Performance.PENDING) == owed.open
        assert owed.open == (owed.ending is None) == (owed.ended is None) == (owed.ended_by == 0)
        assert not (owed.performed is not None and owed.ending in {Ending.LAPSED, Ending.PASSED_ON})
    if story.final:
        # A contested evaluation is decided also after the call is filed (decision 0038).
        still = {Action.DECIDE_EVALUATION, Action.APPROVE_EXCLUSION}
        assert not [owed for owed in call.obligations if owed.open and owed.action not in still]


@SOME
@given(SEEDS)
def test_what_is_counted_again_agrees_with_the_record_while_the_calendar_stays(seed: int) -> None:
    story = lived(seed)
    for fact, call in prefixes(story.facts):
        for owed in call.obligations:
            reckoning = reckon(owed, story.founding.calendar, fact.recorded_at)
            assert reckoning.agrees, (owed, reckoning)
            assert all(span.since <= span.until for span in reckoning.spans)
            assert all(one.until == other.since for one, other in pairwise(reckoning.spans))


@SOME
@given(SEEDS)
def test_the_days_of_a_span_add_up_to_the_span(seed: int) -> None:
    story = lived(seed)
    for owed in folded(story.facts).obligations:
        for span in reckon(owed, story.founding.calendar, story.now).spans:
            days = by_day(span, owed.deadline, story.founding.calendar)
            if span.pause is None:
                assert sum((day.counted for day in days), timedelta()) == span.counted


@settings(max_examples=60, deadline=None)
@given(any_notices(), any_hours(), LIMITS, MOMENTS, GAPS)
def test_cutting_a_clock_anywhere_changes_neither_what_it_counts_nor_when_it_is_due(
    notices: list[HolidayNotice], hours: list[WorkingHours], limit: Limit, opened: datetime, gaps: list[timedelta]
) -> None:
    """A pause of no length is a cut."""
    calendar = WorkingCalendar(notices, hours)
    whole = owed_under(calendar, limit, opened)
    cuts, moment = [], opened
    for version, gap in enumerate(gaps, start=2):
        moment += gap
        cuts.append(Pause(PauseGround.SUPPLEMENT, moment, version, moment))
    one = reckon(whole, calendar, moment)
    parts = reckon(changed(whole, pauses=tuple(cuts)), calendar, moment)
    assert parts.consumed == one.consumed
    assert parts.agrees
    assert parts.due == one.due


@settings(max_examples=60, deadline=None)
@given(any_notices(), any_hours(), LIMITS, MOMENTS, GAPS, GAPS)
def test_what_is_excused_is_never_more_than_what_was_late_nor_than_what_passed(
    notices: list[HolidayNotice],
    hours: list[WorkingHours],
    limit: Limit,
    opened: datetime,
    pauses: list[timedelta],
    excuses: list[timedelta],
) -> None:
    """However the excuses overlap each other, the pauses and the ends of the clock."""
    calendar = WorkingCalendar(notices, hours)
    owed = changed(
        owed_under(calendar, limit, opened),
        pauses=tuple(Pause(PauseGround.SUPPLEMENT, a, 2, b) for a, b in _spans_from(opened, pauses)),
        excuses=tuple(
            Excuse(ExcuseGround.RULING_OVERRUN, since, 3, None if gap.seconds % 5 == 0 else since + gap)
            for since, gap in zip((opened + gap for gap in excuses), reversed(excuses), strict=True)
        ),
    )
    end = opened + sum(pauses, timedelta()) + max(excuses)
    reckoning = reckon(owed, calendar, end)
    assert timedelta() <= reckoning.justified <= reckoning.late_by <= reckoning.consumed <= end - opened
    assert 0 <= reckoning.justified_share <= 1
    for span in reckoning.spans:
        assert timedelta() <= span.justified <= span.counted <= span.until - span.since
        assert span.pause is None or span.counted == span.justified == timedelta()


def _spans_from(start: datetime, gaps: list[timedelta]) -> Iterator[tuple[datetime, datetime]]:
    """Spans one after the other, from a gap to the next."""
    for place, gap in enumerate(gaps):
        if place % 2:
            yield start, start + gap
        start += gap


@SOME
@given(SEEDS)
def test_what_is_over_is_not_judged_anew_when_notices_hours_or_limits_change(seed: int) -> None:
    """Neither by the facts folded again under the changed rules, nor by the platform asked to recompute by them."""
    story, county = lived(seed), the_county()
    county.streams.record(story.facts)
    county.now = story.now
    call = story.facts[0].originator_id
    before = results_of_what_is_over(county.call(call))
    change_every_rule(county)
    running = {(owed.action.value, owed.organization, owed.opened_by) for owed in county.call(call).open_obligations}
    with suppress(NothingToRecompute):
        (fact,) = county.ask(RecomputeClocks(call_id=call, reason=RecomputeReason.NOTICE), PLATFORM_ITSELF)
        assert isinstance(fact, ClocksRecomputed)
        assert {(clock.task, clock.organization, clock.opened_by) for clock in fact.moved} <= running
    after = results_of_what_is_over(folded(county.history(call)))
    assert after == before
    for owed in folded(county.history(call)).obligations:
        reckoning = reckon(owed, county.rules.calendar, county.now)
        assert reckoning.due is None or reckoning.agrees == (reckoning.due == owed.deadline.due)


def test_the_changed_rules_would_judge_otherwise_most_of_what_is_over() -> None:
    """So that the law above can be broken: the due time counted by the calendar of today, or by its limits."""
    county = the_county()
    county.now = at("2027-06-01")
    change_every_rule(county)
    calendar, over = county.rules.calendar, 0
    moved, judged = 0, 0
    for seed in range(20):
        for owed in folded(lived(seed).facts).obligations:
            if owed.open:
                continue
            over += 1
            by_calendar = reckon(owed, calendar, owed.deadline.due).due
            moved += by_calendar not in (None, owed.deadline.due)
            by_limits = changed(owed, deadline=calendar.deadline(_ONE_HOUR, owed.deadline.opened))
            judged += by_limits.performance is not owed.performance
    assert moved > over / 4
    assert judged > over / 10


def results_of_what_is_over(call: Call) -> Mapping[int, tuple[Obligation, Performance]]:
    """What stands of every obligation that ended, by its place in the call."""
    return {place: (owed, owed.performance) for place, owed in enumerate(call.obligations) if not owed.open}


def change_every_rule(county: CallCounty) -> None:
    """Many a working day becomes free, also days that are over, the year to come gets its notice, the hours of each day
    are fewer from tomorrow on, and every limit is one hour."""
    for notice in (_AMENDMENT, NOTICE_2027):
        county.ask(LoadHolidayNotice(notice=notice))
    basis = Basis(document="本县办法(示例)", clause="测试")
    tomorrow = county.now.date() + timedelta(days=1)
    county.ask(SetWorkingHours(effective_from=tomorrow, intervals=USUAL.intervals[:1], basis=basis))
    lines = (
        LimitLine(kind=kind, urgency=urgency, amount=1, unit=_ONE_HOUR.unit, basis=basis)
        for kind, urgency in county.rules.limits()
    )
    county.ask(SetLimits(lines=tuple(lines)))


@SOME
@given(SEEDS)
def test_an_explanation_cites_every_fact_the_obligation_names(seed: int) -> None:
    story = lived(seed)
    recorded = {fact.originator_version: fact for fact in story.facts}
    for place, owed in enumerate(folded(story.facts).obligations):
        told = explain(story.facts, place, story.founding.calendar, story.now)
        assert told is not None
        named = {owed.opened_by, owed.ended_by, owed.attested_by}
        named |= {move.by for move in owed.moved}
        named |= {pause.by for pause in owed.pauses} | {pause.ended_by for pause in owed.pauses}
        named |= {excuse.by for excuse in owed.excuses} | {excuse.ended_by for excuse in owed.excuses}
        assert [cited.version for cited in told.cited] == sorted(named - {0})
        for cited in told.cited:
            assert (cited.wire, cited.recorded_at) == (
                recorded[cited.version].wire,
                recorded[cited.version].recorded_at,
            )


_FREED = tuple(date(2026, 5, 1) + timedelta(days=day) for day in range(0, 240, 2))
_AMENDMENT = HolidayNotice(year=2026, number="测试修订", off_days=_FREED)
_ONE_HOUR = Limit(amount=1, unit=LimitUnit.WORKING_HOURS)
