"""时限重算: by the platform alone; provisional due times once the notice is known; outages, which justify for all."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from domain.calls.clocks import clock_of
from domain.calls.delays import events as e
from domain.calls.delays.recomputing import RecomputeClocks
from domain.calls.dispatch import objections
from domain.calls.events import HandlerDesignated, ObjectionRejected
from domain.calls.slow_work import interim
from domain.calls.slow_work.shelving import ReviewShelving
from domain.calls.words import ClockPolicy, RecomputeReason
from domain.calls.work import completion
from domain.calls.work import handling as h
from domain.obligations.obligation import Obligation
from domain.obligations.reckoning import reckon
from domain.obligations.words import Action, Performance
from domain.rules.calendar_commands import DeclareOutage, LoadHolidayNotice
from domain.rules.words import OutageKind
from domain.shared.calendar_days import HolidayNotice
from tests.domain.calls.asking import check_ledgers, extension, granting, owed
from tests.domain.calls.county import CallCounty
from tests.domain.memory import PLATFORM_ITSELF, MemoryStreams, local

NOTICE = HolidayNotice.model_validate(
    {
        "year": 2027,
        "number": "国办发明电〔2026〕99号(虚构)",
        "off_days": ["2027-01-01", "2027-01-04"],
        "make_up_days": ["2027-01-09"],
    }
)

AMENDED = HolidayNotice.model_validate({"year": 2026, "number": "〔2026〕98号(虚构)", "off_days": ["2026-12-31"]})


def recomputing(call: UUID, reason: RecomputeReason) -> RecomputeClocks:
    return RecomputeClocks(call_id=call, reason=reason)


def taking_up(call: UUID) -> ReviewShelving:
    return ReviewShelving(call_id=call, shelved_on=False, policy=ClockPolicy.CONTINUE, reason="资金已到位")


def outage(county: CallCounty, start: datetime, end: datetime) -> None:
    county.ask(DeclareOutage(kind=OutageKind.PLATFORM, starts_at=start, ends_at=end), PLATFORM_ITSELF)


def into_the_new_year(county: CallCounty) -> UUID:
    county.at("2026-12-28", "09:00")
    return county.handling()


def test_a_provisional_due_time_is_recomputed_once_the_notice_is_known(county: CallCounty) -> None:
    call = into_the_new_year(county)
    handle = owed(county, call, Action.HANDLE)
    assert (handle.deadline.provisional, handle.deadline.due) == (True, local("2027-01-04", "17:30"))
    refused = county.refusal(recomputing(call, RecomputeReason.NOTICE), PLATFORM_ITSELF)
    assert refused.code == "nothing-to-recompute"
    county.ask(LoadHolidayNotice(notice=NOTICE), PLATFORM_ITSELF)
    assert owed(county, call, Action.HANDLE) == handle, "what is recorded does not change by itself"
    (fact,) = county.ask(recomputing(call, RecomputeReason.NOTICE), PLATFORM_ITSELF)
    assert isinstance(fact, e.ClocksRecomputed)
    assert "国办发明电〔2026〕99号" in fact.basis
    again = owed(county, call, Action.HANDLE)
    assert (again.deadline.provisional, again.deadline.due) == (False, local("2027-01-06", "17:30"))
    assert again.moved[-1].deadline == handle.deadline, "the old one stays readable"
    refused = county.refusal(recomputing(call, RecomputeReason.NOTICE), PLATFORM_ITSELF)
    assert refused.code == "nothing-to-recompute"
    check_ledgers(county, county.call(call))


def test_a_recomputation_rests_on_what_moved_its_clocks_alone(county: CallCounty) -> None:
    """The notice of the old year is amended in the new one, whose own is not out: what began then stays 暂定."""
    call = into_the_new_year(county)
    county.at("2027-01-04", "09:00")
    county.say(extension(call, 3), "zhifa")
    answer = owed(county, call, Action.ANSWER_EXTENSION, "platform")
    county.ask(LoadHolidayNotice(notice=AMENDED), PLATFORM_ITSELF)
    (fact,) = county.ask(recomputing(call, RecomputeReason.NOTICE), PLATFORM_ITSELF)
    assert isinstance(fact, e.ClocksRecomputed)
    assert owed(county, call, Action.ANSWER_EXTENSION, "platform") == answer
    assert fact.basis == owed(county, call, Action.HANDLE).deadline.calendar


def test_an_extended_provisional_clock_keeps_its_extension(county: CallCounty) -> None:
    call = into_the_new_year(county)
    county.say(extension(call, 3), "zhifa")
    county.say(granting(call, 3), "li")
    county.ask(LoadHolidayNotice(notice=NOTICE), PLATFORM_ITSELF)
    county.ask(recomputing(call, RecomputeReason.NOTICE), PLATFORM_ITSELF)
    assert owed(county, call, Action.HANDLE).deadline.due == local("2027-01-09", "17:30")


def test_whoever_went_by_the_provisional_due_time_is_not_late_by_the_new_one(county: CallCounty) -> None:
    """A day that seemed free turns out to work: what was due on Monday was due on Saturday."""
    call = into_the_new_year(county)
    notice = {"year": 2027, "number": "〔2026〕99号(虚构)", "make_up_days": ["2027-01-02"]}
    county.at("2027-01-04", "09:00")
    county.ask(LoadHolidayNotice(notice=HolidayNotice.model_validate(notice)), PLATFORM_ITSELF)
    county.ask(recomputing(call, RecomputeReason.NOTICE), PLATFORM_ITSELF)
    handle = owed(county, call, Action.HANDLE)
    assert (handle.deadline.due, handle.justified_until) == (local("2027-01-02", "17:30"), local("2027-01-04", "17:30"))


def test_shelved_before_a_day_that_turned_out_to_be_free_it_has_that_day_still(county: CallCounty) -> None:
    call = into_the_new_year(county)
    county.at("2026-12-29", "07:20")
    county.shelved(call)
    county.ask(LoadHolidayNotice(notice=NOTICE), PLATFORM_ITSELF)
    county.at("2027-01-07", "08:30")
    county.say(taking_up(call), "li")
    handle = owed(county, call, Action.HANDLE)
    assert (handle.deadline.provisional, handle.deadline.due) == (False, local("2027-01-12", "17:30")), "none was used"
    assert reckon(handle, county.rules.calendar, county.now).agrees


def test_sent_back_for_rework_after_the_notice_it_goes_on_with_all_of_its_time(county: CallCounty) -> None:
    call = into_the_new_year(county)
    county.at("2026-12-29", "17:30")
    county.say(h.ReportResult(call_id=call, text="已清理"), "zhifa")
    county.ask(LoadHolidayNotice(notice=NOTICE), PLATFORM_ITSELF)
    county.at("2026-12-30", "17:30")
    county.say(completion.OrderRework(call_id=call, reason="未清理"), "wang")
    handle = owed(county, call, Action.HANDLE)
    assert (handle.deadline.provisional, handle.deadline.due) == (False, local("2027-01-07", "17:30")), "four are left"
    assert reckon(handle, county.rules.calendar, county.now).agrees


def test_shelved_in_time_by_the_provisional_due_time_it_was_not_late_by_the_new_one(county: CallCounty) -> None:
    """A day that seemed free turns out to work: it had been due on Saturday, and was shelved on Monday morning."""
    call = into_the_new_year(county)
    county.at("2027-01-04", "07:20")
    county.shelved(call)
    notice = {"year": 2027, "number": "〔2026〕99号(虚构)", "make_up_days": ["2027-01-02"]}
    county.ask(LoadHolidayNotice(notice=HolidayNotice.model_validate(notice)), PLATFORM_ITSELF)
    county.at("2027-01-07", "08:30")
    county.say(taking_up(call), "li")
    handle = owed(county, call, Action.HANDLE)
    assert handle.deadline.due == local("2027-01-07", "17:30"), "Monday was its last day"
    assert not handle.overdue_at(county.now)


def notice_of_one_day_off(county: CallCounty) -> None:
    """What was due on Monday 4 January is due on Tuesday."""
    notice = {"year": 2027, "number": "〔2026〕99号(虚构)", "off_days": ["2027-01-01"]}
    county.ask(LoadHolidayNotice(notice=HolidayNotice.model_validate(notice)), PLATFORM_ITSELF)


@pytest.mark.parametrize("asked", ["on the shelf", "after it was taken up"])
def test_shelved_after_a_provisional_due_time_it_is_late_by_the_notice_s_and_no_longer_provisional(
    county: CallCounty, asked: str
) -> None:
    """A pause after a breach heals nothing, so the clock does not stand still: it is recomputed like any other."""
    call = into_the_new_year(county)
    county.at("2027-01-06", "09:00")
    county.shelved(call)
    notice_of_one_day_off(county)
    if asked == "on the shelf":
        county.ask(recomputing(call, RecomputeReason.NOTICE), PLATFORM_ITSELF)
        handle = owed(county, call, Action.HANDLE)
        assert (handle.deadline.provisional, handle.deadline.due) == (False, local("2027-01-05", "17:30"))
    county.at("2027-01-20", "09:00")
    county.say(taking_up(call), "li")
    handle = owed(county, call, Action.HANDLE)
    assert (handle.deadline.provisional, handle.deadline.due) == (False, local("2027-01-05", "17:30"))
    assert handle.overdue_at(county.now)
    check_ledgers(county, county.call(call))


@pytest.mark.parametrize("asked", ["on the shelf", "after it was taken up"])
def test_shelved_after_a_provisional_due_time_and_in_time_by_the_notice_it_has_the_rest_still(
    county: CallCounty, asked: str
) -> None:
    call = into_the_new_year(county)
    county.at("2027-01-05", "07:29")
    county.shelved(call)
    assert owed(county, call, Action.HANDLE).overdue_at(county.now)
    notice_of_one_day_off(county)
    if asked == "on the shelf":
        county.ask(recomputing(call, RecomputeReason.NOTICE), PLATFORM_ITSELF)
        assert not owed(county, call, Action.HANDLE).overdue_at(county.now)
    county.at("2027-01-20", "08:30")
    county.say(taking_up(call), "li")
    handle = owed(county, call, Action.HANDLE)
    assert (handle.deadline.provisional, handle.deadline.due) == (False, local("2027-01-20", "17:30")), "the whole day"
    assert not handle.overdue_at(county.now)
    check_ledgers(county, county.call(call))


def test_reported_late_and_refused_after_the_notice_it_keeps_no_provisional_due_time(county: CallCounty) -> None:
    call = into_the_new_year(county)
    county.at("2027-01-06", "09:00")
    county.say(h.ReportResult(call_id=call, text="已清理"), "zhifa")
    notice_of_one_day_off(county)
    county.at("2027-01-07", "09:00")
    county.say(completion.OrderRework(call_id=call, reason="未清理"), "wang")
    handle = owed(county, call, Action.HANDLE)
    assert (handle.deadline.provisional, handle.deadline.due) == (False, local("2027-01-05", "17:30"))


def test_people_recompute_nothing(county: CallCounty) -> None:
    call = into_the_new_year(county)
    for who in ("li", "zhifa", "wang", "leader"):
        assert county.refused(recomputing(call, RecomputeReason.OUTAGE), who).code == "not-your-post"


def test_an_outage_justifies_for_everybody_exactly_what_it_took(county: CallCounty) -> None:
    call = county.handling("shichang")
    county.at("2026-05-13", "09:00")
    outage(county, local("2026-05-12", "14:00"), local("2026-05-12", "16:00"))
    (fact,) = county.ask(recomputing(call, RecomputeReason.OUTAGE), PLATFORM_ITSELF)
    assert isinstance(fact, e.ClocksRecomputed)
    assert fact.basis == "平台停用:2026-05-12 14:00 至 2026-05-12 16:00"
    assert not fact.moved
    for action, organization, until in (
        (Action.RESPOND, "zhifa", local("2026-05-13", "10:30")),
        (Action.RESPOND, "shichang", local("2026-05-13", "10:30")),
        (Action.HANDLE, "zhifa", local("2026-05-19", "10:30")),
        (Action.ASSIST, "shichang", local("2026-05-19", "10:30")),
    ):
        assert owed(county, call, action, organization).justified_until == until
    county.say(h.Respond(call_id=call, handler="郑某", contact="13900000000", first_step="到场"), "zhifa")
    assert owed(county, call, Action.RESPOND).performance is Performance.JUSTIFIED
    assert county.refusal(recomputing(call, RecomputeReason.OUTAGE), PLATFORM_ITSELF).code == "nothing-to-recompute"
    check_ledgers(county, county.call(call))


def with_milestones(county: CallCounty, *days: str) -> UUID:
    """Agreed to on 28 December, before the notice of the next year is out."""
    county.at("2026-12-28", "09:00")
    call = county.handling()
    proposal = county.interim_proposal(call, *days)
    county.say(proposal.model_copy(update={"filed_on": date(2026, 12, 21)}), "zhifa")
    county.say(interim.ApproveInterim(call_id=call), "li")
    return call


def named(county: CallCounty, call: UUID, action: Action) -> list[Obligation]:
    return [one for one in county.call(call).obligations if one.action is action]


def test_a_milestone_stays_on_the_day_that_was_named_whatever_the_notice_says_of_the_days_before(
    county: CallCounty,
) -> None:
    """The second is a day off by the weekday (due on the Monday), and turns out to be a make-up day."""
    call = with_milestones(county, "2027-01-04", "2027-01-09", "2027-01-12")
    steps = named(county, call, Action.MILESTONE)
    assert all(one.deadline.provisional for one in steps)
    assert [one.deadline.due for one in steps] == [
        local("2027-01-04", "17:30"),
        local("2027-01-11", "17:30"),
        local("2027-01-12", "17:30"),
    ]
    county.ask(LoadHolidayNotice(notice=NOTICE), PLATFORM_ITSELF)
    county.ask(recomputing(call, RecomputeReason.NOTICE), PLATFORM_ITSELF)
    steps = named(county, call, Action.MILESTONE)
    assert [one.deadline.due for one in steps] == [
        local("2027-01-05", "17:30"),
        local("2027-01-09", "17:30"),
        local("2027-01-12", "17:30"),
    ], "the first turned out to be a day off: the next working day"
    for one in steps:
        assert (one.deadline.provisional, len(one.moved)) == (False, 1)
        assert reckon(one, county.rules.calendar, county.now).agrees


def agreed(county: CallCounty, day: str) -> UUID:
    county.at("2026-12-28", "09:00")
    actions = [{"organization": county.orgs["zhujian"], "text": "出具加固图纸", "day": day}]
    return county.consulted(actions=actions)


def test_what_was_agreed_for_a_named_day_stays_on_it(county: CallCounty) -> None:
    call = agreed(county, "2027-01-06")
    county.ask(LoadHolidayNotice(notice=NOTICE), PLATFORM_ITSELF)
    county.ask(recomputing(call, RecomputeReason.NOTICE), PLATFORM_ITSELF)
    (action,) = named(county, call, Action.AGREED_ACTION)
    assert (action.deadline.provisional, action.deadline.due) == (False, local("2027-01-06", "17:30"))


def as_recorded_before(county: CallCounty, call: UUID) -> None:
    """By builds that did not say in a clock which day had been named."""
    facts = [type(fact).model_validate(_unnamed(fact.model_dump())) for fact in county.history(call)]
    county.streams = MemoryStreams({**county.streams.facts, call: facts})


def _unnamed(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _unnamed(part) for name, part in value.items() if name != "day" or "due" not in value}
    return tuple(_unnamed(part) for part in value) if isinstance(value, tuple) else value


def test_a_milestone_recorded_without_its_day_in_the_clock_stays_on_it_all_the_same(county: CallCounty) -> None:
    """The proposal says which day it was."""
    call = with_milestones(county, "2027-01-04", "2027-01-09", "2027-01-12")
    as_recorded_before(county, call)
    assert [one.deadline.day for one in named(county, call, Action.MILESTONE)] == [None] * 3
    county.ask(LoadHolidayNotice(notice=NOTICE), PLATFORM_ITSELF)
    county.ask(recomputing(call, RecomputeReason.NOTICE), PLATFORM_ITSELF)
    assert [one.deadline.due for one in named(county, call, Action.MILESTONE)] == [
        local("2027-01-05", "17:30"),
        local("2027-01-09", "17:30"),
        local("2027-01-12", "17:30"),
    ]


@pytest.mark.parametrize(("day", "due"), [("2027-01-06", "2027-01-06"), ("2027-01-09", "2027-01-11")])
def test_an_action_recorded_without_its_day_stays_on_the_day_it_was_due(county: CallCounty, day: str, due: str) -> None:
    """Nothing says any more that it was the Saturday: nobody was told of another day than the Monday."""
    call = agreed(county, day)
    as_recorded_before(county, call)
    county.ask(LoadHolidayNotice(notice=NOTICE), PLATFORM_ITSELF)
    county.ask(recomputing(call, RecomputeReason.NOTICE), PLATFORM_ITSELF)
    (action,) = named(county, call, Action.AGREED_ACTION)
    assert (action.deadline.provisional, action.deadline.due) == (False, local(due, "17:30"))


def test_a_milestone_recorded_before_that_an_amended_notice_had_moved_comes_back_to_its_day(
    county: CallCounty,
) -> None:
    """Still provisional, since the notice of its own year is not out."""
    call = with_milestones(county, "2027-01-12")
    as_recorded_before(county, call)
    (step,) = named(county, call, Action.MILESTONE)
    county.ask(LoadHolidayNotice(notice=AMENDED), PLATFORM_ITSELF)
    moved = replace(step, deadline=county.rules.calendar.recompute(step.deadline))
    assert moved.deadline.due == local("2027-01-13", "17:30")
    fields = {"reason": RecomputeReason.NOTICE, "basis": AMENDED.number, "moved": (clock_of(step, moved.deadline),)}
    state = county.call(call)
    county.streams.record([state.next(e.ClocksRecomputed, county.desk(PLATFORM_ITSELF).envelope, **fields)])
    county.ask(recomputing(call, RecomputeReason.NOTICE), PLATFORM_ITSELF)
    (step,) = named(county, call, Action.MILESTONE)
    assert (step.deadline.due, step.deadline.day) == (local("2027-01-12", "17:30"), date(2027, 1, 12))


def test_of_milestones_opened_by_one_fact_each_is_justified_for_itself(county: CallCounty) -> None:
    """The later ones have more time: what is justified of theirs must not forgive the first."""
    call = county.interim_resolved("2026-05-20", "2026-07-10", "2026-08-07")
    county.at("2026-05-15", "09:00")
    outage(county, local("2026-05-14", "14:00"), local("2026-05-14", "16:00"))
    county.ask(recomputing(call, RecomputeReason.OUTAGE), PLATFORM_ITSELF)
    steps = [one for one in county.call(call).obligations if one.action is Action.MILESTONE]
    assert [one.deadline.due.date().isoformat() for one in steps] == ["2026-05-20", "2026-07-10", "2026-08-07"]
    for one in steps:
        assert one.justified_until is not None
        assert timedelta() < one.justified_until - one.deadline.due < timedelta(days=4), one.entry
        assert len(one.excuses) == 1


def test_what_was_done_late_before_the_outage_was_declared_is_justified_too(county: CallCounty) -> None:
    call = county.handling()
    county.at("2026-05-13", "08:40")
    county.say(h.Respond(call_id=call, handler="郑某", contact="13900000000", first_step="到场"), "zhifa")
    assert owed(county, call, Action.RESPOND).performance is Performance.LATE
    outage(county, local("2026-05-12", "16:00"), local("2026-05-13", "08:35"))
    county.ask(recomputing(call, RecomputeReason.OUTAGE), PLATFORM_ITSELF)
    assert owed(county, call, Action.RESPOND).performance is Performance.JUSTIFIED


def test_an_outage_that_went_on_after_it_was_done_justifies_no_more_than_it_took(county: CallCounty) -> None:
    call = county.handling()
    county.at("2026-05-13", "08:40")
    county.say(h.Respond(call_id=call, handler="郑某", contact="13900000000", first_step="到场"), "zhifa")
    county.at("2026-05-13", "16:00")
    outage(county, local("2026-05-12", "16:00"), local("2026-05-13", "12:00"))
    county.ask(recomputing(call, RecomputeReason.OUTAGE), PLATFORM_ITSELF)
    respond = owed(county, call, Action.RESPOND)
    assert respond.performance is Performance.JUSTIFIED
    assert [excuse.until for excuse in respond.excuses] == [local("2026-05-13", "08:40")]
    assert respond.justified_until == local("2026-05-13", "10:10"), "an hour and forty minutes"


def test_an_outage_after_the_deadline_heals_nothing(county: CallCounty) -> None:
    call = county.handling()
    county.say(h.Respond(call_id=call, handler="郑某", contact="13900000000", first_step="到场"), "zhifa")
    county.at("2026-05-20", "09:00")
    outage(county, local("2026-05-19", "09:00"), local("2026-05-19", "16:00"))
    assert county.refusal(recomputing(call, RecomputeReason.OUTAGE), PLATFORM_ITSELF).code == "nothing-to-recompute"


def test_outages_that_overlap_count_once(county: CallCounty) -> None:
    call = county.handling()
    county.at("2026-05-13", "09:00")
    outage(county, local("2026-05-12", "09:00"), local("2026-05-12", "11:00"))
    outage(county, local("2026-05-12", "10:00"), local("2026-05-12", "12:00"))
    county.ask(recomputing(call, RecomputeReason.OUTAGE), PLATFORM_ITSELF)
    assert owed(county, call, Action.HANDLE).justified_until == local("2026-05-19", "11:30"), "three hours"
    check_ledgers(county, county.call(call))


def test_a_closed_call_is_justified_as_well(county: CallCounty) -> None:
    call = county.handling()
    county.at("2026-05-19", "09:00")
    county.say(h.ReportResult(call_id=call, text="已清理"), "zhifa")
    county.say(completion.ConfirmResult(call_id=call), "wang")
    county.say(completion.ResolveCall(call_id=call), "li")
    county.at("2026-05-27", "09:00")
    county.say(completion.CloseCall(call_id=call), "li")
    outage(county, local("2026-05-18", "14:00"), local("2026-05-18", "17:30"))
    county.ask(recomputing(call, RecomputeReason.OUTAGE), PLATFORM_ITSELF)
    assert owed(county, call, Action.HANDLE).performance is Performance.JUSTIFIED


def test_a_rejected_objection_justifies_only_what_the_mediator_took_over_its_time(county: CallCounty) -> None:
    call = county.objected()
    county.at("2026-05-14", "10:00")
    reject = objections.RejectObjection(call_id=call, organization=county.orgs["zhifa"], reason="属其职责")
    county.say(reject, "li")
    handle = owed(county, call, Action.HANDLE)
    assert handle.deadline.due == local("2026-05-18", "17:30")
    assert handle.justified_until == local("2026-05-20", "10:00"), "due on Tuesday evening, ruled on Thursday at ten"
    check_ledgers(county, county.call(call))


def test_rejected_in_time_nothing_is_justified(county: CallCounty) -> None:
    call = county.objected()
    reject = objections.RejectObjection(call_id=call, organization=county.orgs["zhifa"], reason="属其职责")
    (fact,) = county.say(reject, "li")
    assert isinstance(fact, ObjectionRejected)
    assert not fact.justified


@pytest.mark.parametrize("handler", ["zhifa", "zhujian"])
def test_whoever_is_designated_to_go_on_has_every_overrun_of_the_ruling_justified(
    county: CallCounty, handler: str
) -> None:
    """Mediation in time; the opinion a day over, the designation two."""
    call = county.objected()
    county.say(objections.RequestOpinion(call_id=call, question="由谁承办"), "li")
    county.at("2026-05-15", "17:30")
    county.say(county.opinion(call), "keeper")
    county.at("2026-05-22", "17:30")
    (fact,) = county.say(county.designation(call, handler), "leader")
    assert isinstance(fact, HandlerDesignated)
    if handler == "zhujian":
        assert not fact.justified
        return
    assert len(fact.justified) == 1, "the designation's overrun began after the deadline and what was justified by then"
    assert owed(county, call, Action.HANDLE).justified_until == local("2026-05-19", "17:30")
    check_ledgers(county, county.call(call))


def test_what_stays_after_a_partial_objection_keeps_the_overrun_as_well(county: CallCounty) -> None:
    call = county.handling()
    county.say(county.objection(call, whole=False), "zhifa")
    county.at("2026-05-14", "10:00")
    county.say(county.upholding(call), "li")
    assert owed(county, call, Action.HANDLE).justified_until == local("2026-05-20", "10:00")
