"""等待他方: a dated written request justifies exactly what was waited, never a circle, never whoever kept silent."""

from fractions import Fraction
from uuid import UUID

import pytest

from domain.calls import events as ce
from domain.calls.delays import events as e
from domain.calls.delays import waiting as w
from domain.calls.dispatch.passing import SucceedParty
from domain.calls.dispatch.passing_events import PartySucceeded
from domain.calls.fold import evolve
from domain.calls.intake.submission import WithdrawCall
from domain.calls.words import WaitEnd
from domain.calls.work import handling as h
from domain.directory.organization_commands import DissolveOrganization
from domain.obligations.reckoning import reckon
from domain.obligations.words import Action, Performance
from tests.domain.calls.asking import check_ledgers, extension, granting, owed, waiting_on
from tests.domain.calls.county import CallCounty
from tests.domain.memory import local, only

DUE = local("2026-05-18", "17:30")


@pytest.fixture
def call(county: CallCounty) -> UUID:
    """Two assistants, the township's cooperation by the list; the lead has responded."""
    call = county.handling("shichang", "zhujian", item=county.code_of("占道经营"))
    county.say(h.Respond(call_id=call, handler="郑某", contact="13900000000", first_step="今日到场"), "zhifa")
    return call


def assisted(call: UUID) -> h.ReportAssistance:
    return h.ReportAssistance(call_id=call, text="已核查")


def result(call: UUID) -> h.ReportResult:
    return h.ReportResult(call_id=call, text="已处罚")


def test_two_days_of_waiting_justify_two_of_six_days_late(county: CallCounty, call: UUID) -> None:
    county.at("2026-05-14", "08:30")
    (asked,) = county.say(waiting_on(county, call, "shichang"), "zhifa")
    assert isinstance(asked, e.WaitingRequested)
    county.at("2026-05-18", "08:30")
    facts = county.say(assisted(call), "shichang")
    assert [type(fact) for fact in facts] == [ce.AssistanceReported, e.WaitingEnded]
    over = only(e.WaitingEnded, facts)
    assert (over.how, over.on) == (WaitEnd.DISCHARGED, asked.on)
    handle = owed(county, call, Action.HANDLE)
    assert handle.deadline.due == DUE, "no clock stops for it"
    assert handle.justified_until == local("2026-05-20", "17:30")
    county.at("2026-05-26", "17:30")
    county.say(result(call), "zhifa")
    handle = owed(county, call, Action.HANDLE)
    assert handle.performance is Performance.LATE
    reckoning = reckon(handle, county.rules.calendar, county.now)
    assert reckoning.justified_share == Fraction(2, 6)
    check_ledgers(county, county.call(call))


@pytest.mark.parametrize(
    ("day", "performance"), [("2026-05-20", Performance.JUSTIFIED), ("2026-05-21", Performance.LATE)]
)
def test_within_what_was_waited_the_lead_is_not_to_blame(
    county: CallCounty, call: UUID, day: str, performance: Performance
) -> None:
    county.at("2026-05-14", "08:30")
    county.say(waiting_on(county, call, "shichang"), "zhifa")
    county.at("2026-05-18", "08:30")
    county.say(assisted(call), "shichang")
    county.at(day, "17:00")
    county.say(result(call), "zhifa")
    assert owed(county, call, Action.HANDLE).performance is performance


def test_whoever_still_waits_when_it_is_done_is_justified(county: CallCounty, call: UUID) -> None:
    county.at("2026-05-14", "08:30")
    county.say(waiting_on(county, call, "shichang"), "zhifa")
    county.at("2026-05-29", "08:30")
    assert owed(county, call, Action.HANDLE).justified_at(county.now)
    facts = county.say(result(call), "zhifa")
    assert [type(fact) for fact in facts] == [e.WaitingEnded, ce.ResultReported]
    assert only(e.WaitingEnded, facts).how is WaitEnd.FINISHED
    assert owed(county, call, Action.HANDLE).performance is Performance.JUSTIFIED
    assert not county.call(call).open_waits


def test_nobody_waits_any_more_for_a_call_that_was_withdrawn(county: CallCounty, call: UUID) -> None:
    county.at("2026-05-14", "08:30")
    county.say(waiting_on(county, call, "shichang"), "zhifa")
    county.at("2026-05-15", "09:00")
    county.say(WithdrawCall(call_id=call, reason="已自行解决", asked_by="报修群众"), "wang")
    handle = owed(county, call, Action.HANDLE)
    assert [(excuse.since, excuse.until) for excuse in handle.excuses] == [(local("2026-05-14", "08:30"), county.now)]
    assert not county.call(call).open_waits


def test_a_wait_that_began_after_the_deadline_justifies_nothing(county: CallCounty, call: UUID) -> None:
    county.at("2026-05-19", "08:30")
    county.say(waiting_on(county, call, "shichang"), "zhifa")
    assert not owed(county, call, Action.HANDLE).justified_at(county.now)
    county.at("2026-05-20", "08:30")
    facts = county.say(assisted(call), "shichang")
    assert not only(e.WaitingEnded, facts).justified
    county.say(result(call), "zhifa")
    assert owed(county, call, Action.HANDLE).performance is Performance.LATE


def test_two_waits_at_once_count_every_hour_once(county: CallCounty, call: UUID) -> None:
    county.at("2026-05-13", "08:30")
    county.say(waiting_on(county, call, "shichang"), "zhifa")
    county.at("2026-05-14", "08:30")
    county.say(waiting_on(county, call, "zhujian"), "zhifa")
    county.at("2026-05-15", "08:30")
    county.say(assisted(call), "shichang")
    county.at("2026-05-18", "08:30")
    county.say(assisted(call), "zhujian")
    assert owed(county, call, Action.HANDLE).justified_until == local("2026-05-21", "17:30"), "three days, not four"
    check_ledgers(county, county.call(call))


def test_never_both_sides_of_a_circle(county: CallCounty, call: UUID) -> None:
    county.say(waiting_on(county, call, "shichang"), "zhifa")
    refusal = county.refused(waiting_on(county, call, "zhifa"), "shichang")
    assert (refusal.code, refusal.field) == ("waiting-circle", "on")
    county.say(waiting_on(county, call, "zhujian"), "shichang")
    assert county.refused(waiting_on(county, call, "zhifa"), "zhujian").code == "waiting-circle", "nor through another"
    county.say(w.EndWaiting(call_id=call, waiting=1), "zhifa")
    county.say(waiting_on(county, call, "zhifa"), "zhujian")
    assert county.refused(waiting_on(county, call, "shichang"), "zhifa").code == "waiting-circle"


def test_not_on_oneself_nor_on_one_who_owes_nothing(county: CallCounty, call: UUID) -> None:
    assert county.refused(waiting_on(county, call, "zhifa"), "zhifa").code == "waits-on-itself"
    for other in ("huanjing", "platform"):
        refusal = county.refused(waiting_on(county, call, other), "zhifa")
        assert (refusal.code, refusal.field) == ("owes-nothing", "on")
    county.say(assisted(call), "shichang")
    assert county.refused(waiting_on(county, call, "shichang"), "zhifa").code == "owes-nothing"
    county.say(waiting_on(county, call, "chengdong"), "zhifa")
    county.say(h.ReportCooperation(call_id=call, text="已劝导"), "grid")
    assert not county.call(call).open_waits, "the township's cooperation can be waited for"


def test_once_at_a_time_for_the_same_party(county: CallCounty, call: UUID) -> None:
    county.say(waiting_on(county, call, "shichang"), "zhifa")
    assert county.refused(waiting_on(county, call, "shichang"), "zhifa").code == "already-waiting"
    county.say(w.EndWaiting(call_id=call, waiting=1, remark="已另行取得"), "zhifa")
    county.say(waiting_on(county, call, "shichang"), "zhifa")


@pytest.mark.parametrize(("day", "time", "refused"), [("2026-05-14", "12:00", False), ("2026-05-14", "12:01", True)])
def test_not_by_one_who_kept_silent_for_half_of_its_time(
    county: CallCounty, day: str, time: str, refused: bool
) -> None:
    """Five working days from Tuesday: half of them are over on Thursday at noon."""
    call = county.handling("shichang")
    county.at(day, time)
    if refused:
        county.say(h.ReportProgress(call_id=call, text="刚开始办"), "zhifa")
        assert county.refused(waiting_on(county, call, "shichang"), "zhifa").code == "silent-too-long"
    else:
        assert county.decide(waiting_on(county, call, "shichang"), county.by("zhifa"))


def test_any_act_in_the_first_half_is_no_silence(county: CallCounty) -> None:
    call = county.handling("shichang")
    county.at("2026-05-13", "09:00")
    county.say(h.ReportProgress(call_id=call, text="已勘查"), "zhifa")
    county.at("2026-05-18", "09:00")
    assert county.decide(waiting_on(county, call, "shichang"), county.by("zhifa"))


def test_only_who_waits_ends_it_by_hand(county: CallCounty, call: UUID) -> None:
    county.at("2026-05-14", "08:30")
    county.say(waiting_on(county, call, "shichang"), "zhifa")
    assert county.refused(w.EndWaiting(call_id=call, waiting=1), "shichang").code == "wrong-stage"
    assert county.refused(w.EndWaiting(call_id=call, waiting=2), "zhifa").code == "not-waiting"
    county.at("2026-05-15", "08:30")
    (ended,) = county.say(w.EndWaiting(call_id=call, waiting=1), "zhifa")
    assert isinstance(ended, e.WaitingEnded)
    assert ended.how is WaitEnd.BY_HAND
    assert owed(county, call, Action.HANDLE).justified_until == local("2026-05-19", "17:30")


def test_it_ends_when_the_other_is_released(county: CallCounty, call: UUID) -> None:
    county.say(waiting_on(county, call, "shichang"), "zhifa")
    county.say(county.objection(call), "shichang")
    facts = county.say(county.upholding(call, "shichang"), "li")
    assert [type(fact) for fact in facts] == [ce.ObjectionUpheld, e.WaitingEnded]
    assert only(e.WaitingEnded, facts).how is WaitEnd.RELEASED


def test_a_new_round_begins_without_the_old_ones_waits(county: CallCounty, call: UUID) -> None:
    county.say(waiting_on(county, call, "shichang"), "zhifa")
    county.say(county.objection(call), "zhifa")
    (upheld,) = county.say(county.upholding(call), "li")
    assert isinstance(upheld, ce.ObjectionUpheld), "nobody waits who is released"
    assert not county.call(call).open_waits
    county.dispatch(call, "zhujian", "shichang")
    assert county.decide(waiting_on(county, call, "shichang"), county.by("zhujian"))


def _succeed(county: CallCounty, call: UUID, was: str, now: str) -> None:
    county.ask(
        DissolveOrganization(organization=county.orgs[was], successor=county.orgs[now], document="示编〔2026〕9号")
    )
    county.pass_time(minutes=1)
    county.say(SucceedParty(call_id=call, dissolved=county.orgs[was]), "li")


def test_what_was_asked_and_waited_for_goes_on_as_the_successors(county: CallCounty, call: UUID) -> None:
    county.say(waiting_on(county, call, "shichang"), "zhifa")
    county.say(extension(call, 2), "zhifa")
    _succeed(county, call, "zhifa", "huanjing")
    (wait,) = county.call(call).open_waits
    assert (wait.waiter, wait.on) == (county.orgs["huanjing"], county.orgs["shichang"])
    county.say(granting(call, 2), "li")
    assert owed(county, call, Action.HANDLE, "huanjing").deadline.due == local("2026-05-20", "17:30")
    county.at("2026-05-13", "08:30")
    facts = county.say(assisted(call), "shichang")
    assert [type(fact) for fact in facts] == [ce.AssistanceReported, e.WaitingEnded]
    assert owed(county, call, Action.HANDLE, "huanjing").justified_until == local("2026-05-21", "17:30")
    check_ledgers(county, county.call(call))


def test_nobody_waits_for_oneself_by_succession(county: CallCounty, call: UUID) -> None:
    county.say(waiting_on(county, call, "shichang"), "zhifa")
    _succeed(county, call, "shichang", "zhifa")
    assert not county.call(call).open_waits
    assert not owed(county, call, Action.HANDLE).justified_at(local("2026-05-19", "09:00"))


def test_in_facts_from_before_a_wait_for_oneself_ends_with_the_succession_itself(
    county: CallCounty, call: UUID
) -> None:
    """No fact of its own said so then."""
    county.say(waiting_on(county, call, "shichang"), "zhifa")
    at_work, (asked, on) = county.call(call), (county.orgs["zhifa"], county.orgs["shichang"])
    _succeed(county, call, "shichang", "zhifa")
    told = only(PartySucceeded, county.history(call))
    state = evolve(at_work, told.model_copy(update={"originator_version": at_work.version + 1}))
    assert [(wait.waiter, wait.on, wait.over) for wait in state.waits] == [(asked, asked, True)]
    (handle,) = (one for one in state.obligations if one.action is Action.HANDLE)
    assert [excuse.until for excuse in handle.excuses] == [told.recorded_at]
    assert on not in {one.organization for one in state.obligations if one.open}


def test_what_was_waited_until_the_other_came_to_be_oneself_stays_justified(county: CallCounty, call: UUID) -> None:
    county.at("2026-05-14", "08:30")
    county.say(waiting_on(county, call, "shichang"), "zhifa")
    county.at("2026-05-18", "08:29")
    _succeed(county, call, "shichang", "zhifa")
    assert not county.call(call).open_waits
    handle = owed(county, call, Action.HANDLE)
    assert handle.justified_until == local("2026-05-20", "17:30"), "two working days were waited"
    check_ledgers(county, county.call(call))


def test_a_succession_closes_no_circle(county: CallCounty, call: UUID) -> None:
    """One waits for another who waits for a third, and the third comes to be the first."""
    county.say(waiting_on(county, call, "shichang"), "zhifa")
    county.say(waiting_on(county, call, "zhujian"), "shichang")
    _succeed(county, call, "zhujian", "zhifa")
    (wait,) = county.call(call).open_waits
    assert (wait.waiter, wait.on) == (county.orgs["zhifa"], county.orgs["shichang"])
    check_ledgers(county, county.call(call))
