"""What becomes of what is owed when a round, a dispute or a call is over."""

from domain.calls.dispatch import objections
from domain.calls.work import completion
from domain.calls.work import handling as h
from domain.obligations.words import Action, Performance
from tests.domain.calls.county import CallCounty
from tests.domain.obligations.asking import owed


def test_a_new_dispatch_ends_the_round_and_hides_no_overdue_ruling(county: CallCounty) -> None:
    call = county.handling("shichang", item=county.code_of("占道经营"))
    county.say(county.objection(call), "shichang")
    county.say(county.objection(call), "zhifa")
    county.pass_time(days=14)
    county.say(county.upholding(call), "li")
    assert owed(county, call, Action.MEDIATE, "platform", entry=1).performance is Performance.UNMET
    assert owed(county, call, Action.MEDIATE, "platform", entry=2).performance is Performance.LATE
    assert owed(county, call, Action.COOPERATE, "chengdong").performance is Performance.UNMET
    assert owed(county, call, Action.HANDLE, "zhifa").performance is Performance.ENDED


def test_nobody_owes_an_evaluation_of_its_own_work(county: CallCounty) -> None:
    call = county.accepted()
    county.dispatch(call, "chengdong", item=county.code_of("村庄违建"))
    county.say(h.ReportResult(call_id=call, text="已拆除"), "wang")
    county.say(completion.ConfirmResult(call_id=call), "li")
    county.say(completion.ResolveCall(call_id=call), "li")
    assert not [one for one in county.call(call).obligations if one.action is Action.EVALUATE]


def test_what_was_passed_on_stays_passed_on_and_what_was_upheld_leaves_nothing(county: CallCounty) -> None:
    call = county.designating()
    county.pass_time(days=30)
    county.say(county.designation(call), "leader")
    assert owed(county, call, Action.HANDLE, "zhifa").performance is Performance.TRANSFERRED
    other = county.objected()
    county.pass_time(days=30)
    county.say(objections.UpholdObjection(call_id=other, organization=county.orgs["zhifa"], reason="派错"), "li")
    assert owed(county, other, Action.HANDLE, "zhifa").performance is Performance.ENDED
