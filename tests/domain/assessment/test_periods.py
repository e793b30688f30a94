"""考核周期: opened, exclusions decided by somebody else, frozen once it is over, published."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest

from domain.assessment import commands as c
from domain.assessment import events as e
from domain.assessment.definitions import VERSION
from domain.assessment.listing import ListPeriods
from domain.assessment.measure import Dimension
from domain.assessment.period import Period, evolve
from domain.assessment.periods import code_of, span_of
from domain.assessment.register import register_stream
from domain.assessment.words import ExclusionGround, ExclusionState, PeriodState
from domain.calls.around.confidentiality import MarkConfidential
from domain.shared.refusals import Invalid
from tests.domain.calls.county import CallCounty
from tests.domain.memory import NODE, PLATFORM_ITSELF, only

MAY = {"first_day": date(2026, 5, 1), "last_day": date(2026, 5, 31)}


def opening(**more: Any) -> c.OpenPeriod:
    fields = {
        "name": "2026年5月",
        **MAY,
        "minimum": 10,
        "participation": 60,
        "aim": 95,
        "calls_low": 3,
        "calls_high": 120,
        "basis": "考核办法",
        **more,
    }
    return c.OpenPeriod(**fields)


def opened(county: CallCounty) -> UUID:
    return county.say(opening(), "supervisor")[0].originator_id


def period(county: CallCounty, id_: UUID) -> Period:
    found: Period = county.streams.get(id_, evolve)
    return found


def proposing(county: CallCounty, id_: UUID, call: UUID, organization: str = "zhifa") -> c.ProposeExclusion:
    return c.ProposeExclusion(
        period_id=id_,
        call=call,
        organization=county.orgs[organization],
        ground=ExclusionGround.OUTAGE,
        reason="5月12日平台故障",
    )


def freezing(id_: UUID, **more: Any) -> c.FreezePeriod:
    line = e.FrozenLine(dimension=Dimension.DEPARTMENT, key="", name="", counts={"response": e.Count(met=3, counted=4)})
    return c.FreezePeriod(**{"period_id": id_, "definitions": VERSION, "position": 9, "figures": (line,), **more})


def test_a_period_is_whole_months_of_the_countys_time(county: CallCounty) -> None:
    fact = only(e.PeriodOpened, county.say(opening(), "supervisor"))
    assert (fact.since.isoformat(), fact.until.isoformat()) == (
        "2026-05-01T00:00:00+08:00",
        "2026-06-01T00:00:00+08:00",
    )
    for wrong in ({"last_day": date(2026, 5, 30)}, {"first_day": date(2026, 5, 2)}, {"last_day": date(2027, 5, 31)}):
        assert county.refused(opening(**wrong), "supervisor").code == "period-not-whole-months"
    assert county.refused(opening(calls_low=200), "supervisor").code == "bounds-reversed"


def spanning(first: str, last: str) -> dict[str, date]:
    return {"first_day": date.fromisoformat(first), "last_day": date.fromisoformat(last)}


QUARTER = spanning("2026-04-01", "2026-06-30")
NESTED_OR_APART = {
    "the next month": spanning("2026-06-01", "2026-06-30"),
    "the month before": spanning("2026-04-01", "2026-04-30"),
    "the quarter it lies in": QUARTER,
    "the year it lies in": spanning("2026-01-01", "2026-12-31"),
    "a span that begins with it": spanning("2026-05-01", "2026-06-30"),
    "the same month of another year": spanning("2025-05-01", "2025-05-31"),
}


@pytest.mark.parametrize("other", NESTED_OR_APART.values(), ids=NESTED_OR_APART)
def test_months_that_nest_or_do_not_touch_are_periods_beside_each_other(
    county: CallCounty, other: dict[str, date]
) -> None:
    opened(county)
    county.say(opening(**other), "supervisor")
    assert county.refused(opening(**other), "li").code == "period-exists"


def test_the_same_months_are_no_second_period_whoever_opens_it_and_by_which_scheme(county: CallCounty) -> None:
    opened(county)
    for again in (opening(), opening(name="五月"), opening(minimum=3, basis="另一办法")):
        refused = county.refused(again, "li")
        assert (refused.code, refused.status, refused.field) == ("period-exists", 409, "first_day")
        assert "“2026年5月”(2026-05-01 至 2026-05-31)" in refused.message
        assert "先撤销" in refused.message
    county.at("2026-06-01", "00:00")
    county.say(freezing(opened_as(county, "2026年5月")), "supervisor")
    frozen = county.refused(opening(), "li")
    assert (frozen.code, "已冻结" in frozen.message, "撤销" in frozen.message) == ("period-exists", True, False)


@pytest.mark.parametrize("crossing", [("2026-02-01", "2026-04-30"), ("2026-06-01", "2026-07-31")])
def test_months_that_partly_overlap_are_no_period(county: CallCounty, crossing: tuple[str, str]) -> None:
    county.say(opening(name="2026年第二季度", **QUARTER), "supervisor")
    county.say(opening(), "supervisor")
    refused = county.refused(opening(**spanning(*crossing)), "supervisor")
    assert refused.code == "periods-overlap"
    assert "“2026年第二季度”(2026-04-01 至 2026-06-30)" in refused.message
    assert "完全在另一个之内" in refused.message


def test_a_period_opened_by_mistake_is_withdrawn_and_its_months_are_free_again(county: CallCounty) -> None:
    wrong = county.say(opening(**spanning("2026-05-01", "2026-07-31")), "supervisor")[0].originator_id
    assert county.refused(opening(**QUARTER), "supervisor").code == "periods-overlap"
    withdrawal = c.WithdrawPeriod(period_id=wrong, reason="起止月份填错")
    assert county.refused(withdrawal, "wang").code == "not-assessor"
    county.say(withdrawal, "li")
    assert period(county, wrong).state is PeriodState.WITHDRAWN
    county.say(opening(**QUARTER), "supervisor")
    call = county.handling()
    county.at("2026-08-01", "00:00")
    for late in (freezing(wrong), proposing(county, wrong, call), withdrawal):
        assert county.refused(late, "supervisor").code == "period-withdrawn"


def test_a_period_whose_figures_hold_or_that_took_something_out_is_not_withdrawn(county: CallCounty) -> None:
    id_, call = opened(county), county.handling()
    withdrawal = c.WithdrawPeriod(period_id=id_, reason="填错")
    county.say(proposing(county, id_, call), "zhifa")
    assert county.refused(withdrawal, "supervisor").code == "exclusions-undecided"
    county.say(c.DecideExclusion(period_id=id_, exclusion=1, approved=True, reason="属实"), "supervisor")
    assert county.refused(withdrawal, "supervisor").code == "period-has-exclusions"
    county.at("2026-06-01", "00:00")
    county.say(freezing(id_), "supervisor")
    assert county.refused(withdrawal, "supervisor").code == "period-frozen"


def test_an_exclusion_that_was_refused_does_not_keep_a_period(county: CallCounty) -> None:
    id_, call = opened(county), county.handling()
    county.say(proposing(county, id_, call), "zhifa")
    county.say(c.DecideExclusion(period_id=id_, exclusion=1, approved=False, reason="平台正常"), "supervisor")
    county.say(c.WithdrawPeriod(period_id=id_, reason="填错"), "supervisor")
    county.say(opening(), "supervisor")


def test_a_period_of_an_earlier_build_is_listed_by_the_platform_once_and_refuses_others(county: CallCounty) -> None:
    earlier = opened(county)
    del county.streams.facts[register_stream(NODE)]
    listing = ListPeriods(periods=(earlier, earlier, uuid4()))
    for nobody in ("supervisor", "li", "leader"):
        assert county.refused(listing, nobody).code == "not-assessor"
    (fact,) = county.ask(listing, PLATFORM_ITSELF)
    assert isinstance(fact, e.PeriodListed)
    assert (fact.period, fact.name, fact.first_day, fact.last_day) == (earlier, "2026年5月", *MAY.values())
    assert county.refusal(listing, PLATFORM_ITSELF).code == "nothing-to-list"
    assert county.refused(opening(), "supervisor").code == "period-exists"
    county.say(opening(name="第二季度", **QUARTER), "supervisor")
    assert county.refused(opening(**spanning("2026-06-01", "2026-07-31")), "supervisor").code == "periods-overlap"


def opened_as(county: CallCounty, name: str) -> UUID:
    """The period that was opened by this name."""
    opened = [f for facts in county.streams.facts.values() for f in facts if isinstance(f, e.PeriodOpened)]
    return next(fact.originator_id for fact in opened if fact.name == name)


@pytest.mark.parametrize("who", ["wang", "mayor", "zhifa", "keeper", "leader", "auditor", "duty"])
def test_only_the_supervision_body_and_the_platform_run_a_period(county: CallCounty, who: str) -> None:
    assert county.refused(opening(), who).code == "not-assessor"
    id_ = opened(county)
    assert county.refused(freezing(id_), who).status == 403
    assert county.refused(c.PublishResult(period_id=id_, document="通报1号"), who).status == 403


def test_an_organization_proposes_for_itself_and_somebody_else_decides(county: CallCounty) -> None:
    id_, call = opened(county), county.handling("shichang")
    assert county.refused(proposing(county, id_, call, "shichang"), "zhifa").code == "exclusion-not-yours"
    county.say(proposing(county, id_, call), "zhifa")
    assert county.refused(proposing(county, id_, call), "supervisor").code == "exclusion-already-proposed"
    county.say(proposing(county, id_, call, "shichang"), "supervisor")
    decision = c.DecideExclusion(period_id=id_, exclusion=2, approved=True, reason="属实")
    assert county.refused(decision, "supervisor").code == "exclusion-same-person"
    county.say(decision, "li")
    county.say(c.DecideExclusion(period_id=id_, exclusion=1, approved=False, reason="当日平台正常"), "supervisor")
    states = [asked.state for asked in period(county, id_).exclusions]
    assert states == [ExclusionState.REFUSED, ExclusionState.APPROVED]
    assert county.refused(decision, "li").code == "unknown-exclusion", "it was decided before"


def test_who_had_nothing_to_do_on_a_call_needs_no_exclusion(county: CallCounty) -> None:
    id_, call = opened(county), county.handling()
    assert county.refused(proposing(county, id_, call, "huanjing"), "supervisor").code == "exclusion-without-part"
    assert county.refused(proposing(county, id_, id_), "supervisor").code == "not-found"


def test_who_may_not_know_of_a_call_neither_proposes_nor_decides_its_exclusion(county: CallCounty) -> None:
    id_, call = opened(county), county.handling()
    mark = MarkConfidential(call_id=call, about=county.orgs["ducha"], text="有人反映", reason="怕被报复")
    county.say(mark, "wang")
    assert county.refused(proposing(county, id_, call), "supervisor").code == "not-found"
    county.say(proposing(county, id_, call), "zhifa")
    decision = c.DecideExclusion(period_id=id_, exclusion=1, approved=True, reason="属实")
    assert county.refused(decision, "supervisor").code == "unknown-exclusion"
    county.say(decision, "li")


def test_a_period_is_frozen_once_it_is_over_and_nothing_waits(county: CallCounty) -> None:
    id_, call = opened(county), county.handling()
    county.say(proposing(county, id_, call), "zhifa")
    assert county.refused(freezing(id_), "supervisor").code == "period-not-over"
    county.at("2026-06-01", "00:00")
    assert county.refused(freezing(id_), "supervisor").code == "exclusions-undecided"
    county.say(c.DecideExclusion(period_id=id_, exclusion=1, approved=True, reason="属实"), "supervisor")
    assert county.refused(c.PublishResult(period_id=id_, document="通报1号"), "supervisor").code == "period-not-frozen"
    county.say(freezing(id_), "supervisor")
    for late in (freezing(id_), proposing(county, id_, call)):
        assert county.refused(late, "supervisor").code == "period-frozen"
    county.say(c.PublishResult(period_id=id_, document="督查通报〔2026〕6号"), "supervisor")
    assert period(county, id_).state is PeriodState.PUBLISHED
    assert county.refused(c.PublishResult(period_id=id_, document="通报2号"), "supervisor").code == "already-published"


def test_figures_that_no_count_gives_are_not_frozen(county: CallCounty) -> None:
    id_ = opened(county)
    county.at("2026-06-01", "00:00")

    def with_counts(**counts: e.Count) -> tuple[e.FrozenLine, ...]:
        return (e.FrozenLine(dimension=Dimension.DEPARTMENT, key="", name="", counts=counts),)

    for wrong in (
        {"figures": with_counts(response=e.Count(met=5, counted=4))},
        {"figures": with_counts(made_up=e.Count(met=1, counted=4))},
        {"definitions": "2025-1"},
    ):
        assert county.refused(freezing(id_, **wrong), "supervisor").code == "figures-unsound"
    counted_only = freezing(id_, figures=with_counts(volume=e.Count(met=0, counted=4)))
    assert county.say(counted_only, "supervisor")


def test_figures_of_many_lines_are_told_in_several_facts_and_the_freeze_is_the_last(county: CallCounty) -> None:
    id_ = opened(county)
    county.at("2026-06-01", "00:00")
    lines = tuple(
        e.FrozenLine(
            dimension=Dimension.DEPARTMENT,
            key=str(UUID(int=n)),
            name=f"第{n}局",
            counts={"response": e.Count(met=0, counted=n)},
        )
        for n in range(1, 2 * c.LINES_A_FACT + 2)
    )
    facts = county.say(freezing(id_, figures=lines), "supervisor")
    assert [type(fact) for fact in facts] == [e.FiguresCounted, e.FiguresCounted, e.PeriodFrozen]
    before, frozen = [fact for fact in facts if isinstance(fact, e.FiguresCounted)], only(e.PeriodFrozen, facts)
    assert [fact.originator_version for fact in facts] == [2, 3, 4]
    assert (*(line for fact in before for line in fact.figures), *frozen.figures) == lines
    assert frozen.lines_before == sum(len(fact.figures) for fact in before) == len(lines) - 1
    assert {(fact.definitions, fact.position, fact.command_id) for fact in before} == {
        (frozen.definitions, frozen.position, frozen.command_id)
    }
    assert period(county, id_).version == 4
    assert county.refused(freezing(id_), "supervisor").code == "period-frozen"


@pytest.mark.parametrize("lines", [0, 1, "as many as one fact holds"])
def test_figures_that_one_fact_holds_stand_in_the_freeze_alone(county: CallCounty, lines: int | str) -> None:
    id_ = opened(county)
    county.at("2026-06-01", "00:00")
    asked = freezing(id_)
    figures = asked.figures * (lines if isinstance(lines, int) else c.LINES_A_FACT)
    (frozen,) = county.say(freezing(id_, figures=figures), "supervisor")
    assert isinstance(frozen, e.PeriodFrozen)
    assert (frozen.figures, frozen.lines_before) == (figures, 0)


def test_a_stream_of_another_sort_is_no_period(county: CallCounty) -> None:
    call = county.handling()
    county.at("2026-06-01", "00:00")
    for command in (freezing(call), c.PublishResult(period_id=uuid4(), document="通报")):
        assert county.refused(command, "supervisor").code == "not-found"


@pytest.mark.parametrize(
    ("code", "first", "end", "months"),
    [
        ("2026-12", date(2026, 12, 1), date(2027, 1, 1), 1),
        ("2026-Q4", date(2026, 10, 1), date(2027, 1, 1), 3),
        ("2026", date(2026, 1, 1), date(2027, 1, 1), 12),
        ("2026-Q1", date(2026, 1, 1), date(2026, 4, 1), 3),
        ("2026-11..2027-01", date(2026, 11, 1), date(2027, 2, 1), 3),
    ],
)
def test_a_month_a_quarter_and_a_year_are_named_by_a_code(code: str, first: date, end: date, months: int) -> None:
    span = span_of(code)
    assert (span.first, span.end, span.months) == (first, end, months)
    assert code_of(first, months) == code


def test_from_a_month_to_the_same_one_is_that_month() -> None:
    span = span_of("2026-05..2026-05")
    assert (span.first, span.end, span.months) == (date(2026, 5, 1), date(2026, 6, 1), 1)


@pytest.mark.parametrize(
    "code", ["", "2026-13", "2026-Q5", "1999", "2026-5", "20２６", "2026-05..2026-04", "2026-01..2029-01"]
)
def test_what_names_no_period_is_refused(code: str) -> None:
    with pytest.raises(Invalid):
        span_of(code)
