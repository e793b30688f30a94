"""运行情况视图: the same figures as counted by hand over the facts, exact lists behind them, nobody else's lines."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import partial
from itertools import product
from typing import Any, NamedTuple
from uuid import UUID, uuid4

import pytest

from api.assessment.freezing import lines_of
from domain.assessment import commands as c
from domain.assessment.columns import COLUMNS
from domain.assessment.definitions import MEASURES, VERSION
from domain.assessment.events import Count, FrozenLine
from domain.assessment.measure import Dimension, Measure
from domain.assessment.periods import Span, span_of
from domain.assessment.words import ExclusionGround, ExclusionState, PeriodState
from domain.calls.around.confidentiality import MarkConfidential
from domain.calls.dispatch.passing_events import StagePassed
from domain.calls.events import CallDispatched, PartDispatched
from domain.calls.work import completion, handling
from domain.obligations.words import Action, Performance
from domain.shared.events import Event
from domain.shared.posts import Post
from domain.shared.refusals import Invalid
from projections.calls.view import CallsView
from projections.engine.builds import ensure
from projections.rates.as_frozen import Frozen, FrozenLists
from projections.rates.lines import PAGE, CountedLine
from projections.rates.periods import PeriodQueries
from projections.rates.queries import FigureLine, Figures, RateQueries
from projections.rates.record import RECORDED, RecordQueries
from projections.rates.record_filter import RecordFilter
from projections.rates.view import RatesView
from projections.scope import Breadth, Viewer
from projections.supervision.view import SupervisionView
from tests.building import build_anew
from tests.county_store import CountyStore, county_store
from tests.projections.random_lives import county_of_endings, random_county
from tests.projections.slow_count import Counts, Matter, matters_of, slow_counts

YEAR, MAY = span_of("2026"), span_of("2026-05")
SEEDS = (0, 1, 2, 3, 5, 9)
"""Random counties that together reach every measure."""


@pytest.fixture
def house(database: str) -> Iterator[CountyStore]:
    with county_store(database, view=RatesView()) as house:
        ensure(house.engine, CallsView())  # says which calls are kept from whom
        ensure(house.engine, SupervisionView())  # the record reads it beside
        yield house


def viewer(house: CountyStore, name: str, breadth: Breadth = Breadth.OWN, kind: str = "") -> Viewer:
    actor = house.county.by(name)
    assert actor.person is not None
    return Viewer(
        actor.person, name, Post(actor.post), actor.organization, actor.organization_name, kind, uuid4(), breadth
    )


def keep(house: CountyStore, batch: int = 500) -> None:
    """Store what the county in memory decided since, and fold it."""
    stored = {row[0] for row in house.sql("SELECT originator_id FROM stored_events")}
    fresh: list[Event] = [
        event
        for stream, events in house.county.streams.facts.items()
        for event in events
        if stream not in stored and event.wire.partition(".")[0] in ("calls", "assessment")
    ]
    house.keep(fresh)
    house.fold(batch)


def lived(house: CountyStore, seed: int, **how: int) -> CountyStore:
    house.county = random_county(seed, **how)
    keep(house)
    return house


def numbers(figures: Figures) -> dict[str, dict[str, tuple[int, int]]]:
    return {line.key: _pairs(line) for line in figures.lines}


_KEYS: dict[Dimension, Any] = {
    Dimension.DEPARTMENT: lambda matter, owed: str(owed.organization if owed else ""),
    Dimension.OFFICE: lambda matter, owed: str(owed.organization if owed else ""),
    Dimension.TOWNSHIP: lambda matter, owed: str(matter.call.township),
}


def _item(matter: Matter, owed: Any) -> str:
    """Of the fact that bound the party; of the round's dispatch for what was opened before or later; of the newest
    dispatch for what belongs to no round."""
    code = newest = ""
    found = False
    for fact in matter.facts:
        if not isinstance(fact, CallDispatched | StagePassed | PartDispatched):
            continue
        on = fact.basis.item.item if fact.basis.item else ""
        part = isinstance(fact, PartDispatched)
        newest = newest if part else on
        if owed is None or fact.round != owed.round:
            continue
        binding = not part or fact.originator_version == owed.opened_by
        if binding and (fact.originator_version <= owed.opened_by or not found):
            code, found = on, True
    return code if found else newest


_KEYS[Dimension.ITEM] = _item


def _wanted(counts: Counts, dimension: Dimension) -> Counts:
    shown = {*COLUMNS[dimension, False], *COLUMNS.get((dimension, True), ())}
    shown |= {"participation"} if "satisfaction" in shown else set()
    kept = {
        key: {measure: number for measure, number in by.items() if measure in shown and number != (0, 0)}
        for key, by in counts.items()
    }
    return {key: by for key, by in kept.items() if by}


@pytest.mark.parametrize("seed", SEEDS)
def test_every_figure_is_what_a_slow_count_over_the_facts_gives(house: CountyStore, seed: int) -> None:
    lived(house, seed)
    _as_counted_by_hand(house)


def test_every_figure_of_what_was_withdrawn_or_inherited_is_what_a_slow_count_gives(house: CountyStore) -> None:
    house.county = county_of_endings()
    keep(house)
    _as_counted_by_hand(house)
    matters = matters_of(house.county.streams.facts)
    owed = [(matter, one) for matter in matters for one in matter.call.obligations]
    assert any(m.never_was and (o.action, o.performance) == (Action.ACCEPT, Performance.UNMET) for m, o in owed)
    assert any(m.withdrawn and (o.action, o.performance) == (Action.RESPOND, Performance.ENDED) for m, o in owed)
    inherited = {wire for m, o in owed for wire in _NOTED if o.open and len(m.bearers(o)) > 2 and m.named(wire, o)}
    assert inherited == set(_NOTED), "so that agreeing with the slow count means something"


_NOTED = (
    "calls.ExtensionGranted",
    "calls.CallSuspended",
    "calls.CallShelved",
    "calls.ObjectionRaised",
    "calls.LateEntryMade",
    "calls.ResultReported",
    "calls.ReworkOrdered",
)


def _as_counted_by_hand(house: CountyStore) -> None:
    supervisor, rates = viewer(house, "supervisor", Breadth.ALL), RateQueries(house.engine)
    matters = matters_of(house.county.streams.facts)
    mid = house.county.now - timedelta(days=20)
    for now in (house.county.now, mid):
        for span in (YEAR, MAY, span_of("2026-06"), span_of("2026-Q3")):
            for dimension, key in _KEYS.items():
                counted = slow_counts(matters, span.since, span.until, now, key)
                assert numbers(rates.figures(supervisor, dimension, span, now)) == _wanted(counted, dimension), (
                    dimension,
                    span.code,
                )


@pytest.mark.parametrize("seed", SEEDS)
def test_the_lists_behind_a_figure_are_as_long_as_its_numbers(house: CountyStore, seed: int) -> None:
    lived(house, seed)
    supervisor, rates, now = viewer(house, "supervisor", Breadth.ALL), RateQueries(house.engine), house.county.now
    for dimension in Dimension:
        figures = rates.figures(supervisor, dimension, YEAR, now)
        for line in (*figures.lines, figures.total):
            key = line.key if line is not figures.total else None
            for name, count in line.counts.items():
                lists = {
                    part: _whole(rates, supervisor, name, dimension, key, YEAR, house, part)
                    for part in ("counted", "met", "unmet")
                }
                assert len(lists["counted"]) == count.counted
                if MEASURES[name].met:
                    assert (len(lists["met"]), len(lists["unmet"])) == (count.met, count.counted - count.met)
                    assert lists["met"] | lists["unmet"] == lists["counted"]


SPLIT = {
    "2026-Q2": ("2026-04", "2026-05", "2026-06"),
    "2026-Q3": ("2026-07", "2026-08", "2026-09"),
    "2026-05..2026-08": ("2026-05", "2026-06..2026-07", "2026-08"),
    "2026": ("2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4"),
}
"""Periods, and parts that make them up."""


@pytest.mark.parametrize("seed", SEEDS[:3])
def test_the_parts_of_a_period_add_up_to_it(house: CountyStore, seed: int) -> None:
    """Counts, numerators and denominators, of every line and of the total; also while the period runs."""
    lived(house, seed)
    supervisor, rates = viewer(house, "supervisor", Breadth.ALL), RateQueries(house.engine)
    spread = 0
    for now in (house.county.now, house.county.now - timedelta(days=20)):
        for (whole, parts), dimension in product(SPLIT.items(), Dimension):
            of_whole = rates.figures(supervisor, dimension, span_of(whole), now)
            of_parts = [rates.figures(supervisor, dimension, span_of(part), now) for part in parts]
            assert numbers(of_whole) == _added([numbers(one) for one in of_parts]), (whole, dimension, now)
            assert _pairs(of_whole.total) == _added([{"": _pairs(one.total)} for one in of_parts])[""]
            spread += sum(bool(one.lines) for one in of_parts) > 1
    assert spread > 10, "something in several parts of one period"


def test_the_lists_of_the_parts_of_a_period_are_its_list(house: CountyStore) -> None:
    """Nothing stands in two parts, and nothing of the whole in none."""
    lived(house, 1)
    supervisor, rates = viewer(house, "supervisor", Breadth.ALL), RateQueries(house.engine)
    quarter, months = "2026-Q2", SPLIT["2026-Q2"]
    spread = 0
    for dimension in (Dimension.DEPARTMENT, Dimension.OFFICE, Dimension.TOWNSHIP):
        for line in rates.figures(supervisor, dimension, span_of(quarter), house.county.now).lines:
            for name in line.counts:
                for part in ("counted", "met") if MEASURES[name].met else ("counted",):
                    whole, *listed = (
                        _whole(rates, supervisor, name, dimension, line.key, span_of(span), house, part)
                        for span in (quarter, *months)
                    )
                    assert sum(map(len, listed)) == len(whole), "no line in two months"
                    assert set().union(*listed) == whole
                    spread += sum(map(bool, listed)) > 1
    assert spread > 10, "lists of which several months have a part"


def _pairs(line: FigureLine) -> dict[str, tuple[int, int]]:
    return {name: (one.met, one.counted) for name, one in line.counts.items()}


def _added(parts: Sequence[Mapping[str, Mapping[str, tuple[int, int]]]]) -> dict[str, dict[str, tuple[int, int]]]:
    """Line by line and measure by measure; what none of the parts counts is in none."""
    sums: dict[str, dict[str, tuple[int, int]]] = {}
    for part in parts:
        for key, counts in part.items():
            line = sums.setdefault(key, {})
            for name, (met, counted) in counts.items():
                before = line.get(name, (0, 0))
                line[name] = (before[0] + met, before[1] + counted)
    return sums


def _whole(
    rates: RateQueries,
    who: Viewer,
    measure: str,
    dimension: Dimension,
    key: str | None,
    span: Span,
    house: CountyStore,
    part: str,
) -> set[tuple[UUID, int]]:
    found: set[tuple[UUID, int]] = set()
    after, now = "", house.county.now
    while True:
        page = rates.behind(who, MEASURES[measure], dimension, key, span, now, part, after)
        assert not found & {(line.call, line.place) for line in page}, "no line twice"
        found |= {(line.call, line.place) for line in page}
        if len(page) < PAGE:
            return found
        after = page[-1].place_in_list


_SUMS = (
    "SELECT dimension, month, key, name, action, marks, number::int FROM rates_v7.cells WHERE number <> 0"
    " ORDER BY 1, 2, 3, 4, 5, 6"
)
_SUMS_OF_ROWS = """
    SELECT d.dimension, date_trunc('month', moment, 'Asia/Shanghai'), d.key, d.name, action, marks, count(*)::int
    FROM rates_v7.counted, LATERAL (VALUES ('bearer', organization::text, ''), ('township', township::text, ''),
        ('item', item, item_title), ('field', field, '')) AS d (dimension, key, name)
    WHERE marks & 32768 = 0 AND action NOT IN ('endorse', 'amend', 'supplement', 'first_result', 'contest_decline',
        'dispatch_part', 'confirm_late_entry', 'attend')
        AND (d.dimension IN ('bearer', 'township')
            OR action IN ('respond', 'handle', 'assist', 'milestone', 'final_result', 'agreed_action'))
    GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 1, 2, 3, 4, 5, 6
"""


def test_the_months_sums_are_those_of_the_rows_after_every_change(house: CountyStore) -> None:
    """Also when a call is folded anew, rows are taken away by hand, and after a rebuild left the sums empty."""
    house.county = random_county(12)
    keep(house, batch=3)
    assert house.sql(_SUMS) == house.sql(_SUMS_OF_ROWS)
    assert house.sql(_SUMS)
    house.sql("UPDATE rates_v7.counted SET moment = moment + interval '40 days' WHERE action = 'respond'")
    house.sql("DELETE FROM rates_v7.counted WHERE action = 'accept'")
    assert house.sql(_SUMS) == house.sql(_SUMS_OF_ROWS)
    house.rebuild()
    who, rates, now = viewer(house, "supervisor", Breadth.ALL), RateQueries(house.engine), house.county.now
    before = {one: numbers(rates.figures(who, one, YEAR, now)) for one in Dimension}
    assert house.sql("SELECT count(*) FROM rates_v7.cells") == [(0,)], "a build leaves them empty"
    house.sql("DELETE FROM rates_v7.counted WHERE false")
    assert house.sql(_SUMS) == house.sql(_SUMS_OF_ROWS)
    assert before == {one: numbers(rates.figures(who, one, YEAR, now)) for one in Dimension}


def test_random_lives_reach_every_measure(house: CountyStore) -> None:
    """So that agreeing with the slow count means something."""
    reached = set()
    for seed in SEEDS:
        county = random_county(seed)
        for key in _KEYS.values():
            counts = slow_counts(matters_of(county.streams.facts), YEAR.since, YEAR.until, county.now, key)
            reached |= {name for by in counts.values() for name, (met, _) in by.items() if met or name == "volume"}
    assert reached >= set(MEASURES), set(MEASURES) - reached


def test_the_rows_are_the_same_however_the_facts_were_cut(house: CountyStore) -> None:
    house.county = random_county(11)
    keep(house, batch=1)
    singly = house.rows()
    house.rebuild(batch=5_000)
    assert house.rows() == singly


class TestScope:
    def test_a_department_reads_its_own_line_and_the_countys_total(self, house: CountyStore) -> None:
        lived(house, 3)
        rates, now = RateQueries(house.engine), house.county.now
        own, everybody = viewer(house, "zhifa"), viewer(house, "supervisor", Breadth.ALL)
        lines = rates.figures(own, Dimension.DEPARTMENT, YEAR, now).lines
        assert [line.key for line in lines] == [str(own.organization)]
        total = rates.county_total(own, Dimension.DEPARTMENT, YEAR, now)
        assert total.counts == rates.figures(everybody, Dimension.DEPARTMENT, YEAR, now).total.counts
        assert total.key == ""

    def test_nobody_opens_the_list_behind_anothers_figure(self, house: CountyStore) -> None:
        lived(house, 3)
        rates, now = RateQueries(house.engine), house.county.now
        zhifa, west = str(house.county.orgs["zhifa"]), viewer(house, "west")
        for dimension in (Dimension.DEPARTMENT, Dimension.OFFICE, Dimension.TOWNSHIP):
            for measure in MEASURES.values():
                for line in rates.behind(west, measure, dimension, None, YEAR, now):
                    assert west.organization in (line.organization, line.township)
        measure = MEASURES["response"]
        assert rates.behind(viewer(house, "shichang"), measure, Dimension.DEPARTMENT, zhifa, YEAR, now) == []
        assert rates.behind(viewer(house, "zhifa"), measure, Dimension.DEPARTMENT, zhifa, YEAR, now)

    def test_an_administrator_reads_no_figure(self, house: CountyStore) -> None:
        lived(house, 3, calls=3)
        plain = viewer(house, "li")
        keeper = Viewer(plain.person, "", Post.ADMINISTRATOR, plain.organization, "", "", uuid4(), Breadth.OWN)
        rates, now = RateQueries(house.engine), house.county.now
        assert rates.county_total(keeper, Dimension.DEPARTMENT, YEAR, now).counts == {}
        for dimension in Dimension:
            assert rates.figures(keeper, dimension, YEAR, now).lines == []
        assert RecordQueries(house.engine).lines(keeper, RecordFilter(YEAR)) == []

    def test_a_place_nobody_handed_out_is_refused(self, house: CountyStore) -> None:
        rates = RateQueries(house.engine)
        who = viewer(house, "supervisor", Breadth.ALL)
        for wrong in ("x", "2026-01-01T00:00:00|x|1", f"2026-01-01T00:00:00+08:00|{uuid4()}|99999999"):
            with pytest.raises(Invalid):
                rates.behind(who, MEASURES["response"], Dimension.DEPARTMENT, None, YEAR, house.county.now, after=wrong)
        with pytest.raises(Invalid):
            rates.behind(who, MEASURES["response"], Dimension.DEPARTMENT, "nobody", YEAR, house.county.now)


def test_a_list_names_no_call_that_is_kept_from_who_reads_it_and_the_sum_keeps_it(house: CountyStore) -> None:
    """A confidential call about the staff of an organization that sees the whole county."""
    county = house.county
    call = county.accepted()
    county.say(MarkConfidential(call_id=call, about=county.orgs["ducha"], text="有人反映", reason="怕被报复"), "wang")
    county.dispatch(call, "zhifa")
    county.pass_time(days=20)
    keep(house)
    build_anew(house.dsn, house.engine, house.pool, house.keys, [CallsView(), house.view])
    queries, record, now = RateQueries(house.engine), RecordQueries(house.engine), county.now
    wanted = MEASURES["response"], Dimension.DEPARTMENT, None, YEAR, now
    everybody = viewer(house, "leader", Breadth.ALL)
    accused = viewer(house, "supervisor", Breadth.ALL)
    assert [line.call for line in queries.behind(everybody, *wanted)] == [call]
    assert queries.behind(accused, *wanted) == []
    assert {line.call for line in record.lines(everybody, RecordFilter(YEAR))} == {call}
    assert record.lines(accused, RecordFilter(YEAR)) == []
    figures = [queries.figures(who, Dimension.DEPARTMENT, YEAR, now) for who in (everybody, accused)]
    assert numbers(figures[0]) == numbers(figures[1])


class TestExclusions:
    def test_what_is_excluded_leaves_both_and_its_list(self, house: CountyStore) -> None:
        county = house.county
        first, second = county.handling("shichang"), county.handling()
        period = county.say(_opening(), "supervisor")[0].originator_id
        county.say(_proposing(house, period, first), "zhifa")
        county.say(_proposing(house, period, second), "zhifa")
        county.pass_time(days=15)
        county.say(c.DecideExclusion(period_id=period, exclusion=1, approved=True, reason="属实"), "li")
        county.say(c.DecideExclusion(period_id=period, exclusion=2, approved=False, reason="不属实"), "li")
        keep(house)
        rates, who = RateQueries(house.engine), viewer(house, "supervisor", Breadth.ALL)
        lines = numbers(rates.figures(who, Dimension.DEPARTMENT, MAY, county.now))
        assert lines[str(county.orgs["zhifa"])]["response"] == (0, 1), "the second call alone"
        assert lines[str(county.orgs["shichang"])]["response"] == (0, 1), "another's part in the call stays"
        behind = rates.behind(who, MEASURES["response"], Dimension.DEPARTMENT, None, MAY, county.now)
        assert {(line.call, line.organization_name) for line in behind} == {
            (first, "市场监管局"),
            (second, "综合行政执法局"),
        }
        asked = PeriodQueries(house.engine).exclusions(who, period)
        assert [one.state for one in asked] == [ExclusionState.APPROVED, ExclusionState.REFUSED]
        assert PeriodQueries(house.engine).exclusions(viewer(house, "shichang"), period) == []

    def test_an_exclusion_on_a_call_that_is_kept_from_who_reads_it_is_left_out(self, house: CountyStore) -> None:
        """As lists behind figures are; that it takes a line out of the sum stays."""
        county = house.county
        plain, kept = county.handling(), county.handling()
        mark = MarkConfidential(call_id=kept, about=county.orgs["ducha"], text="有人反映", reason="怕被报复")
        county.say(mark, "wang")
        period = county.say(_opening(), "supervisor")[0].originator_id
        for call in (plain, kept):
            county.say(_proposing(house, period, call), "zhifa")
        keep(house)
        build_anew(house.dsn, house.engine, house.pool, house.keys, [CallsView(), house.view])
        periods = PeriodQueries(house.engine)
        everybody, accused = viewer(house, "leader", Breadth.ALL), viewer(house, "supervisor", Breadth.ALL)
        asked = {call: number for number, call in enumerate((plain, kept), start=1)}
        for who, readable in ((everybody, {plain, kept}), (viewer(house, "zhifa"), {plain, kept}), (accused, {plain})):
            found = periods.exclusions(who, period)
            assert {one.call: one.number for one in found} == {call: asked[call] for call in readable}

    def test_a_frozen_period_keeps_its_figures_whatever_happens_after(self, house: CountyStore) -> None:
        county = house.county
        call = county.handling()
        period = county.say(_opening(), "supervisor")[0].originator_id
        county.at("2026-06-01", "09:00")
        keep(house)
        rates, who = RateQueries(house.engine), viewer(house, "supervisor", Breadth.ALL)
        figures = _all_figures(rates, who, county.now)
        house.say(
            c.FreezePeriod(period_id=period, definitions=VERSION, position=house.last_position(), figures=figures),
            "supervisor",
        )
        house.fold()
        entry = PeriodQueries(house.engine).one(who, period)
        assert entry is not None
        assert (entry.state, entry.span.since, entry.span.until) == (PeriodState.FROZEN, MAY.since, MAY.until)
        assert entry.figures == figures == _all_figures(rates, who, county.now)
        house.say(handling.ReportResult(call_id=call, text="已清理"), "zhifa")
        house.say(completion.ConfirmResult(call_id=call), "wang")
        house.say(completion.ResolveCall(call_id=call), "li")
        house.fold()
        assert _all_figures(rates, who, county.now) != figures, "resolved after all: a count made now is another"
        later = PeriodQueries(house.engine).one(who, period)
        assert later is not None
        assert later.figures == figures

    def test_the_list_behind_a_frozen_number_stays_what_it_was(self, house: CountyStore) -> None:
        """Lists of every third figure, for who reads everything, a department and a township, page by page; though half
        of the facts come after, and an exclusion is approved that takes lines out of what is counted now."""
        county = house.county = random_county(1, calls=12)
        rates, lists = RateQueries(house.engine), FrozenLists(house.engine, house.streams, house.decoder)
        later = _keep_the_first_half(house)
        frozen = Frozen(YEAR, house.last_position())
        asked = [
            _Figure(who, MEASURES[name], dimension, line.key if line is not found.total else None)
            for who in (viewer(house, "supervisor", Breadth.ALL), viewer(house, "zhifa"), viewer(house, "wang"))
            for dimension in Dimension
            for found in [rates.figures(who, dimension, YEAR, YEAR.until)]
            for line in (found.total, *found.lines)
            for name in line.counts
        ][::3]

        def counted_now(part: str) -> list[list[CountedLine]]:
            return [_every_page(partial(rates.behind, *figure, YEAR, YEAR.until, part)) for figure in asked]

        then = {part: counted_now(part) for part in ("met", "unmet")}
        house.keep(later)
        borne = {line.call for page in then["unmet"] for line in page if line.organization_name == "综合行政执法局"}
        went_on = {event.originator_id for event in later}
        excluded = [min(borne & went_on), min(borne - went_on)]
        opening = _opening(first_day=date(2026, 1, 1), last_day=date(2026, 12, 31))
        period = county.say(opening, "supervisor")[0].originator_id
        for number, call in enumerate(excluded, start=1):
            county.say(_proposing(house, period, call), "zhifa")
            decision = c.DecideExclusion(period_id=period, exclusion=number, approved=True, reason="属实")
            county.say(decision, "li")
        house.keep(county.streams.facts[period])
        house.fold()
        assert sum(one != was for one, was in zip(counted_now("met"), then["met"], strict=True)) > len(asked) // 4
        for part, lists_then in then.items():
            for figure, was in zip(asked, lists_then, strict=True):
                assert _every_page(partial(lists.behind, *figure, frozen, part)) == was, (figure, part)

    @pytest.mark.parametrize(("departments", "townships"), [(60, 30), (120, 60)])
    def test_the_figures_of_a_large_county_are_frozen_whole(
        self, house: CountyStore, departments: int, townships: int
    ) -> None:
        """Every measure of every line has something to count, as over a year."""
        county, who, periods = house.county, viewer(house, "supervisor", Breadth.ALL), PeriodQueries(house.engine)
        period = county.say(_opening(), "supervisor")[0].originator_id
        county.at("2026-06-01", "09:00")
        keep(house)
        figures = _every_measure(departments, townships, offices=8)
        house.say(c.FreezePeriod(period_id=period, definitions=VERSION, position=7, figures=figures), "supervisor")
        house.fold()
        entry = periods.one(who, period)
        assert entry is not None
        assert entry.figures == figures
        assert (entry.state, entry.definitions, entry.position) == (PeriodState.FROZEN, VERSION, 7)
        house.rebuild(batch=1)
        assert periods.one(who, period) == entry

    def test_figures_that_are_still_being_told_are_shown_by_nobody(self, house: CountyStore) -> None:
        """The view may stand between two facts of one freeze."""
        county, who = house.county, viewer(house, "supervisor", Breadth.ALL)
        period = county.say(_opening(), "supervisor")[0].originator_id
        county.at("2026-06-01", "09:00")
        figures = _every_measure(60, 30, offices=8)
        freeze = c.FreezePeriod(period_id=period, definitions=VERSION, position=7, figures=figures)
        *before, frozen = county.say(freeze, "supervisor")
        house.keep([county.streams.facts[period][0], *before])
        house.fold()
        entry = PeriodQueries(house.engine).one(who, period)
        assert entry is not None
        assert (entry.state, entry.figures, entry.definitions, entry.frozen_at) == (PeriodState.OPEN, (), "", None)
        house.keep([frozen])
        house.fold()
        entry = PeriodQueries(house.engine).one(who, period)
        assert entry is not None
        assert (entry.state, entry.figures) == (PeriodState.FROZEN, figures)


class _Figure(NamedTuple):
    who: Viewer
    measure: Measure
    dimension: Dimension
    key: str | None


def _keep_the_first_half(house: CountyStore) -> list[Event]:
    """Of every second call the first half of its facts, of the others all or none; gives the facts left out."""
    kept: list[Event] = []
    left: list[Event] = []
    calls = [events for events in house.county.streams.facts.values() if events[0].wire.startswith("calls.")]
    for number, events in enumerate(calls):
        some = (len(events) // 2, len(events), len(events) * 2 // 3, 0)[number % 4]
        kept += events[:some]
        left += events[some:]
    house.keep(kept)
    house.fold()
    return left


def _every_page(asked: Callable[..., list[CountedLine]]) -> list[CountedLine]:
    found = page = asked("")
    while len(page) == PAGE:
        page = asked(page[-1].place_in_list)
        found = [*found, *page]
    return found


def _all_figures(rates: RateQueries, who: Viewer, now: datetime) -> tuple[FrozenLine, ...]:
    """What a freeze of May keeps."""
    return tuple(
        line
        for dimension, found in rates.counted_to(who, MAY, now)[1].items()
        for line in lines_of(dimension, found.total, found.lines)
    )


_LONGEST = "占道经营" * 50
"""As long as the title of an item may be."""


def _every_measure(departments: int, townships: int, offices: int) -> tuple[FrozenLine, ...]:
    """Figures of so many organizations, the total of each dimension first, no measure without a count."""
    numbers = (
        (Dimension.DEPARTMENT, departments),
        (Dimension.OFFICE, offices),
        (Dimension.TOWNSHIP, townships),
        (Dimension.ITEM, departments),
    )
    return tuple(
        FrozenLine(
            dimension=dimension,
            key="" if n == 0 else str(UUID(int=n)),
            name="" if n == 0 else _LONGEST if dimension is Dimension.ITEM else f"第{n}住房和城乡建设管理服务局",
            counts={
                measure: Count(met=1_000 + n, counted=12_000 + n)
                for measure in (*COLUMNS[dimension, False], *COLUMNS.get((dimension, True), ()))
            },
        )
        for dimension, number in numbers
        for n in range(number + 1)
    )


def _opening(first_day: date = date(2026, 5, 1), last_day: date = date(2026, 5, 31)) -> c.OpenPeriod:
    return c.OpenPeriod(
        name="2026年5月",
        first_day=first_day,
        last_day=last_day,
        minimum=10,
        participation=60,
        aim=95,
        calls_low=3,
        calls_high=120,
        basis="考核办法",
    )


def _proposing(house: CountyStore, period: UUID, call: UUID) -> c.ProposeExclusion:
    return c.ProposeExclusion(
        period_id=period,
        call=call,
        organization=house.county.orgs["zhifa"],
        ground=ExclusionGround.OUTAGE,
        reason="当日平台故障",
    )


def test_no_text_that_somebody_typed_stands_in_the_view(house: CountyStore) -> None:
    for seed in SEEDS:
        lived(house, seed)
    typed = {text for facts in house.county.streams.facts.values() for fact in facts for text in _sealed(fact)}
    assert len(typed) > 20
    kept = str(house.rows()["matters"])
    assert not [text for text in typed if text in kept]


def _sealed(fact: Event) -> Iterator[str]:
    for name in fact.sealed_fields:
        value = getattr(fact, name)
        said = value if isinstance(value, tuple) else (value,)
        yield from (one for one in said if isinstance(one, str) and len(one) > 3)  # shorter ones are words of rules too


class TestRecord:
    def test_it_holds_every_obligation_of_an_organization_and_nobody_elses(self, house: CountyStore) -> None:
        lived(house, 5)
        record, own = RecordQueries(house.engine), viewer(house, "zhifa")
        found: list[Any] = []
        while page := record.lines(own, RecordFilter(YEAR), found[-1].place_in_list if found else ""):
            found += page
        owed = {
            (matter.call.id, place, o.performance.value)
            for matter in matters_of(house.county.streams.facts)
            for place, o in enumerate(matter.call.obligations)
            if o.organization == own.organization and o.owed
        }
        assert {(line.call, line.place, line.performance) for line in found} == owed
        assert len(found) == len(owed)
        assert [line.moment for line in found] == sorted((line.moment for line in found), reverse=True)
        states = record.states(own, RecordFilter(YEAR))
        assert sum(one.number for one in states) == len(owed)

    def test_every_filter_narrows_it(self, house: CountyStore) -> None:
        lived(house, 5)
        record, who = RecordQueries(house.engine), viewer(house, "supervisor", Breadth.ALL)
        everything = record.lines(who, RecordFilter(YEAR), most=10_000)
        assert {line.action for line in everything} <= {action.value for action in RECORDED}
        zhifa, town = house.county.orgs["zhifa"], house.county.orgs["chengxi"]
        filters: tuple[tuple[RecordFilter, Callable[[CountedLine], bool]], ...] = (
            (RecordFilter(YEAR, organization=zhifa), lambda line: line.organization == zhifa),
            (RecordFilter(YEAR, township=town), lambda line: line.township == town),
            (RecordFilter(YEAR, action=Action.RESPOND), lambda line: line.action == "respond"),
            (RecordFilter(YEAR, state=Performance.LATE), lambda line: line.performance == "late"),
            (RecordFilter(MAY), lambda line: MAY.since <= line.moment < MAY.until),
        )
        for wanted, holds in filters:
            found = record.lines(who, wanted, most=10_000)
            assert found == [line for line in everything if holds(line)]
