"""停算和正当事由的起止: a pause and an excuse name the fact that began them and the one that ended them."""

from datetime import date

from domain.calls.delays import suspensions as s
from domain.calls.delays import waiting as w
from domain.calls.explanation import explain
from domain.calls.intake import acceptance as a
from domain.calls.intake import submission as i
from domain.calls.work import completion
from domain.calls.work import handling as h
from domain.obligations.obligation import Excuse, Obligation, Pause
from domain.obligations.reckoning import reckon
from domain.obligations.words import Action
from tests.domain.calls.county import CallCounty
from tests.domain.obligations.asking import owed


def _kept(one: Obligation) -> list[tuple[int, int]]:
    spans: tuple[Pause | Excuse, ...] = (*one.pauses, *one.excuses)
    return [(span.by, span.ended_by) for span in spans]


def test_a_suspension_ended_early_names_the_fact_that_ended_it_and_one_that_runs_out_names_none(
    county: CallCounty,
) -> None:
    call = county.handling()
    county.say(
        s.RequestSuspension(
            call_id=call, ground="testing", last_day=date(2026, 5, 20), reason="须先鉴定", proof="委托书8号"
        ),
        "zhifa",
    )
    (suspended,) = county.say(s.SuspendCall(call_id=call, suspension=1), "li")
    work = owed(county, call, Action.HANDLE, "zhifa")
    assert _kept(work) == [(suspended.originator_version, 0)], "it is over by itself"
    county.pass_time(days=1)
    (resumed,) = county.say(s.ResumeCall(call_id=call, reason="报告已出"), "zhifa")
    work = owed(county, call, Action.HANDLE, "zhifa")
    assert _kept(work) == [(suspended.originator_version, resumed.originator_version)]
    county.pass_time(days=1)
    assert reckon(work, county.rules.calendar, county.now).spans[-1].by == resumed.originator_version
    said = explain(
        county.streams.facts[call], county.call(call).obligations.index(work), county.rules.calendar, county.now
    )
    assert said is not None
    assert resumed.originator_version in {fact.version for fact in said.cited}


def test_a_wait_names_the_request_and_what_ended_it(county: CallCounty) -> None:
    call = county.handling("shichang")
    (asked,) = county.say(
        w.RequestWaiting(call_id=call, on=county.orgs["shichang"], own_step="须先查明", request="请查明"), "zhifa"
    )
    county.pass_time(days=1)
    *_, ended = county.say(h.ReportAssistance(call_id=call, text="已查明"), "shichang")
    work = owed(county, call, Action.HANDLE, "zhifa")
    assert _kept(work) == [(asked.originator_version, ended.originator_version)]
    said = explain(
        county.streams.facts[call], county.call(call).obligations.index(work), county.rules.calendar, county.now
    )
    assert said is not None
    assert [fact.wire for fact in said.cited] == [
        "calls.CallDispatched",
        "calls.WaitingRequested",
        "calls.WaitingEnded",
    ]


def test_the_time_for_a_supplement_ends_with_the_supplement(county: CallCounty) -> None:
    call = county.placed()
    (sent_back,) = county.say(a.SendCallBack(call_id=call, gaps="缺少地点"), "li")
    county.pass_time(hours=1)
    supplemented, *_ = county.say(i.SupplementCall(call_id=call, text="垃圾堆放", place="学前街"), "wang")
    assert _kept(owed(county, call, Action.ACCEPT, "platform")) == [
        (sent_back.originator_version, supplemented.originator_version)
    ]


def test_the_time_of_looking_at_a_result_ends_with_the_rework(county: CallCounty) -> None:
    call = county.handling()
    (result,) = county.say(h.ReportResult(call_id=call, text="已清理"), "zhifa")
    county.pass_time(days=2)
    (rework,) = county.say(completion.OrderRework(call_id=call, reason="仍有堆放", own_fault=True), "wang")
    assert _kept(owed(county, call, Action.HANDLE, "zhifa")) == [(result.originator_version, rework.originator_version)]
