"""响应: what counts as a response, and for which time."""

from datetime import timedelta

import pytest

from domain.calls.intake import submission as i
from domain.calls.work import completion, late_entries
from domain.calls.work import handling as h
from domain.calls.work import records as r
from domain.obligations.words import Action, Performance
from domain.shared.urgency import Urgency
from tests.domain.calls.county import CallCounty
from tests.domain.obligations.asking import EMERGENCY, claim, owed, responding


def test_an_arrival_the_township_saw_counts_also_where_a_response_was_clicked_later(county: CallCounty) -> None:
    call = county.handling(urgency=EMERGENCY)
    on_site = county.now + timedelta(minutes=20)
    county.pass_time(minutes=40)
    county.say(responding(call), "zhifa")
    assert owed(county, call, Action.RESPOND, "zhifa").performance is Performance.LATE
    (seen,) = county.say(h.RecordArrival(call_id=call, organization=county.orgs["zhifa"], occurred_at=on_site), "wang")
    response = owed(county, call, Action.RESPOND, "zhifa")
    assert (response.performance, response.performed) == (Performance.MET, on_site)
    assert response.attested_by == seen.originator_version
    assert response.ended == county.now, "when it was recorded stays in the record"


def test_an_arrival_seen_later_than_the_response_takes_nothing_away(county: CallCounty) -> None:
    call = county.handling(urgency=EMERGENCY)
    county.say(responding(call), "zhifa")
    before = owed(county, call, Action.RESPOND, "zhifa")
    county.pass_time(minutes=40)
    county.say(h.RecordArrival(call_id=call, organization=county.orgs["zhifa"]), "wang")
    assert owed(county, call, Action.RESPOND, "zhifa") == before


def test_a_claim_confirmed_after_the_resolution_is_a_record_after_all(county: CallCounty) -> None:
    call = county.handling(urgency=EMERGENCY)
    on_site = county.now + timedelta(minutes=20)
    county.pass_time(hours=2)
    county.say(claim(county, call, on_site), "zhifa")
    county.say(h.ReportResult(call_id=call, text="已清理"), "zhifa")
    county.say(completion.ConfirmResult(call_id=call), "wang")
    county.say(completion.ResolveCall(call_id=call), "li")
    assert owed(county, call, Action.RESPOND, "zhifa").performance is Performance.UNRECORDED
    county.say(late_entries.ConfirmLateEntry(call_id=call, entry=1), "wang")
    assert owed(county, call, Action.RESPOND, "zhifa").performance is Performance.MET


def test_a_claim_about_an_earlier_round_counts_for_that_round_only(county: CallCounty) -> None:
    call = county.designating()
    at = county.now
    county.pass_time(days=7)
    county.say(claim(county, call, at), "zhifa")
    county.say(county.designation(call), "leader")
    assert owed(county, call, Action.RESPOND, "zhifa").performance is Performance.TRANSFERRED
    county.dispatch(call, "zhujian", "zhifa")
    county.say(late_entries.ConfirmLateEntry(call_id=call, entry=1), "wang")
    first, second = (
        one for one in county.call(call).obligations
        if one.action is Action.RESPOND and one.organization == county.orgs["zhifa"]
    )  # fmt: skip
    assert (first.round, first.performance) == (1, Performance.MET)
    assert (second.round, second.performance) == (2, Performance.PENDING)


def test_a_claim_of_before_answers_no_part_dispatched_after(county: CallCounty) -> None:
    call = county.upheld_in_part("shichang", urgency=Urgency.URGENT)
    on_site = county.now
    county.pass_time(days=3)
    county.say(county.dispatching_part(call, "shichang"), "li")
    county.say(claim(county, call, on_site), "shichang")
    county.say(late_entries.ConfirmLateEntry(call_id=call, entry=1), "wang")
    assert owed(county, call, Action.RESPOND, "shichang").performance is Performance.MET
    assert owed(county, call, Action.RESPOND, "shichang", entry=1).open


@pytest.mark.parametrize(("who", "called"), [("wang", "zhifa"), ("zhifa", "chengdong")])
def test_a_phone_call_shows_that_it_acted_whoever_called(county: CallCounty, who: str, called: str) -> None:
    call = county.handling()
    county.pass_time(days=2)
    county.say(r.RecordPhoneCall(call_id=call, called=county.orgs[called], text="约定到场"), who)
    county.say(i.WithdrawCall(call_id=call, reason="已解决", asked_by="本镇"), "wang")
    assert owed(county, call, Action.RESPOND, "zhifa").performance is Performance.UNRECORDED


def test_who_says_itself_that_its_part_is_not_done_and_never_does_it_has_not_done_it(county: CallCounty) -> None:
    """It acted, and the platform has that on record: what lacks is the deed, not the record."""
    call = county.handling("shichang")
    county.say(h.ReportAssistance(call_id=call, done=False, text="已派员"), "shichang")
    county.pass_time(days=30)
    county.say(i.WithdrawCall(call_id=call, reason="已解决", asked_by="本镇"), "wang")
    assert owed(county, call, Action.ASSIST, "shichang").performance is Performance.UNMET


def test_a_report_of_what_was_done_is_no_response_whoever_reports(county: CallCounty) -> None:
    """It names no one to call. For the lead's result as for the assistant's part: a trace, and the response stays open
    until somebody responds; who is late by then is late."""
    call = county.handling("shichang")
    county.pass_time(days=2)
    county.say(h.ReportAssistance(call_id=call, text="已查处"), "shichang")
    county.say(h.ReportResult(call_id=call, text="已清理"), "zhifa")
    for party in ("shichang", "zhifa"):
        response = owed(county, call, Action.RESPOND, party)
        assert (response.open, response.traces) == (True, True)
    county.say(responding(call), "shichang")
    assert owed(county, call, Action.RESPOND, "shichang").performance is Performance.LATE
    county.say(completion.ConfirmResult(call_id=call), "wang")
    county.say(completion.ResolveCall(call_id=call), "li")
    assert owed(county, call, Action.RESPOND, "zhifa").performance is Performance.UNRECORDED
