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


def test_released_from_one_round_it_answers_for_an_earlier_one_all_the_same(county: CallCounty) -> None:
    """It assisted and kept silent; then it was to lead, and that was wrong."""
    call = county.handling("shichang")
    county.say(county.objection(call), "zhifa")
    county.pass_time(days=3)
    county.say(county.upholding(call), "li")
    county.dispatch(call, "shichang")
    county.say(county.objection(call), "shichang")
    county.say(county.upholding(call, "shichang"), "li")
    theirs = [one for one in county.call(call).obligations if one.organization == county.orgs["shichang"]]
    assert [(one.round, one.action, one.performance) for one in theirs] == [
        (1, Action.RESPOND, Performance.UNMET),
        (1, Action.ASSIST, Performance.ENDED),
        (2, Action.RESPOND, Performance.ENDED),
        (2, Action.HANDLE, Performance.ENDED),
    ]


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
