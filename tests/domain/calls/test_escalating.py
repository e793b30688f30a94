"""提级上报: what lies with an upper body; only its receipt justifies, only from then on, only for who waits for it."""

from fractions import Fraction
from uuid import UUID

import pytest

from domain.calls import events as ce
from domain.calls.around.merging import MergeCall
from domain.calls.delays import escalating as u
from domain.calls.delays import escalation_events as e
from domain.calls.delays import events as de
from domain.calls.delays import waiting as w
from domain.calls.dispatch.passing import SucceedParty
from domain.calls.words import UpperOutcome, WaitEnd
from domain.calls.work import handling as h
from domain.calls.work.completion import ConfirmResult, ResolveCall
from domain.directory.organization_commands import DissolveOrganization
from domain.obligations.reckoning import reckon
from domain.obligations.words import Action, ExcuseGround, Performance
from domain.shared.urgency import Urgency
from tests.domain.calls.asking import check_ledgers, escalating_up, owed, upper_answer, upper_receipt
from tests.domain.calls.county import CallCounty
from tests.domain.memory import local, only

DUE = local("2026-05-18", "17:30")


@pytest.fixture
def call(county: CallCounty) -> UUID:
    """An assistant beside the lead, which has responded."""
    call = county.handling("shichang", item=county.code_of("占道经营"))
    county.say(h.Respond(call_id=call, handler="郑某", contact="13900000000", first_step="今日到场"), "zhifa")
    return call


def result(call: UUID) -> h.ReportResult:
    return h.ReportResult(call_id=call, text="已处罚")


def test_an_escalation_without_a_receipt_justifies_nothing(county: CallCounty, call: UUID) -> None:
    county.at("2026-05-13", "08:30")
    (sent,) = county.say(escalating_up(county, call), "li")
    assert isinstance(sent, e.EscalatedUp)
    county.at("2026-05-20", "08:30")
    handle = owed(county, call, Action.HANDLE)
    assert handle.deadline.due == DUE
    assert not handle.excuses
    assert not handle.justified_at(county.now)
    (answered,) = county.say(upper_answer(call), "li")
    assert isinstance(answered, e.UpperAnswerRecorded), "nobody waited"
    county.say(result(call), "zhifa")
    assert owed(county, call, Action.HANDLE).performance is Performance.LATE


def test_from_the_receipt_to_the_answer_is_justified_and_no_more(county: CallCounty, call: UUID) -> None:
    county.at("2026-05-13", "08:30")
    county.say(escalating_up(county, call), "li")
    county.at("2026-05-14", "08:30")
    (received,) = county.say(upper_receipt(call), "li")
    assert isinstance(received, e.UpperReceiptRecorded)
    county.at("2026-05-18", "08:30")
    answered, ended = county.say(upper_answer(call), "li")
    assert isinstance(answered, e.UpperAnswerRecorded)
    assert isinstance(ended, de.WaitingEnded)
    assert (ended.how, ended.on, ended.upper) == (WaitEnd.ANSWERED, None, "示例市水务局")
    assert {clock.task for clock in ended.justified} == {"handle"}, "the assistant waits for nothing"
    handle = owed(county, call, Action.HANDLE)
    assert handle.deadline.due == DUE, "no clock stops for it"
    assert handle.justified_until == local("2026-05-20", "17:30")
    assert [x.ground for x in handle.excuses] == [ExcuseGround.ESCALATED]
    county.at("2026-05-26", "17:30")
    county.say(result(call), "zhifa")
    reckoning = reckon(owed(county, call, Action.HANDLE), county.rules.calendar, county.now)
    assert reckoning.justified_share == Fraction(2, 6)
    check_ledgers(county, county.call(call))


def test_a_receipt_told_in_time_counts_from_when_it_was_given(county: CallCounty, call: UUID) -> None:
    county.at("2026-05-13", "08:30")
    county.say(escalating_up(county, call), "li")
    county.at("2026-05-14", "16:30")
    (received,) = county.say(upper_receipt(call, received_at=local("2026-05-14", "08:30")), "li")
    assert isinstance(received, e.UpperReceiptRecorded)
    assert (received.occurred_at, received.since) == (local("2026-05-14", "08:30"), local("2026-05-14", "08:30"))
    county.at("2026-05-15", "08:30")
    county.say(upper_answer(call), "li")
    assert owed(county, call, Action.HANDLE).justified_until == local("2026-05-19", "17:30")
    check_ledgers(county, county.call(call))


def test_a_receipt_told_too_late_counts_from_when_it_is_recorded(county: CallCounty, call: UUID) -> None:
    county.at("2026-05-12", "14:30")
    county.say(escalating_up(county, call), "li")
    county.at("2026-05-18", "08:30")
    (received,) = county.say(upper_receipt(call, received_at=local("2026-05-13", "08:30")), "li")
    assert isinstance(received, e.UpperReceiptRecorded)
    assert (received.occurred_at, received.since) == (local("2026-05-13", "08:30"), county.now)


def test_never_from_before_it_was_sent(county: CallCounty, call: UUID) -> None:
    county.at("2026-05-13", "10:30")
    county.say(escalating_up(county, call), "li")
    sent = county.now
    county.at("2026-05-13", "16:30")
    (received,) = county.say(upper_receipt(call, received_at=local("2026-05-13", "08:30")), "li")
    assert isinstance(received, e.UpperReceiptRecorded)
    assert received.since == sent


def test_whoever_was_late_before_the_receipt_stays_late(county: CallCounty, call: UUID) -> None:
    county.at("2026-05-13", "08:30")
    county.say(escalating_up(county, call), "li")
    county.at("2026-05-19", "08:30")
    county.say(upper_receipt(call), "li")
    county.at("2026-05-22", "08:30")
    facts = county.say(upper_answer(call), "li")
    assert not only(de.WaitingEnded, facts).justified
    county.say(result(call), "zhifa")
    assert owed(county, call, Action.HANDLE).performance is Performance.LATE


def test_the_platform_owes_the_follow_up_until_the_receipt(county: CallCounty, call: UUID) -> None:
    county.at("2026-05-13", "08:30")
    county.say(escalating_up(county, call), "li")
    following = owed(county, call, Action.FOLLOW_UP_ESCALATION, "platform")
    assert following.open
    assert following.deadline.limit.basis
    assert following.owed_to == county.orgs["zhifa"]
    county.at("2026-05-14", "08:30")
    county.say(upper_receipt(call), "li")
    assert owed(county, call, Action.FOLLOW_UP_ESCALATION, "platform").performance is Performance.MET
    assert county.refused(upper_receipt(call), "li").code == "wrong-stage"


def test_two_escalations_have_a_receipt_each(county: CallCounty, call: UUID) -> None:
    county.say(escalating_up(county, call), "li")
    county.say(escalating_up(county, call, "shichang", upper="示例市市场监管局"), "li")
    county.say(upper_receipt(call, 2), "li")
    assert county.refused(upper_receipt(call, 2), "li").code == "no-such-escalation"
    (wait,) = county.call(call).open_waits
    assert (wait.waiter, wait.on, wait.escalation) == (county.orgs["shichang"], None, 2)
    assert county.call(call).owing(Action.FOLLOW_UP_ESCALATION) is not None


def test_one_who_finishes_all_the_same_waits_no_more(county: CallCounty, call: UUID) -> None:
    county.at("2026-05-14", "08:30")
    county.say(escalating_up(county, call), "li")
    county.say(upper_receipt(call), "li")
    county.at("2026-05-29", "08:30")
    facts = county.say(result(call), "zhifa")
    assert [type(fact) for fact in facts] == [de.WaitingEnded, ce.ResultReported]
    assert only(de.WaitingEnded, facts).how is WaitEnd.FINISHED
    assert owed(county, call, Action.HANDLE).performance is Performance.JUSTIFIED
    assert [type(fact) for fact in county.say(upper_answer(call), "li")] == [e.UpperAnswerRecorded]


def test_whoever_waits_may_wait_no_more(county: CallCounty, call: UUID) -> None:
    county.say(escalating_up(county, call), "li")
    county.say(upper_receipt(call), "li")
    (ended,) = county.say(w.EndWaiting(call_id=call, waiting=1), "zhifa")
    assert isinstance(ended, de.WaitingEnded)
    assert ended.how is WaitEnd.BY_HAND
    assert county.call(call).open_escalations, "the answer is still to come"


@pytest.mark.parametrize(
    ("outcome", "how"),
    [
        (UpperOutcome.HANDLED, WaitEnd.ANSWERED),
        (UpperOutcome.ANSWERED, WaitEnd.ANSWERED),
        (UpperOutcome.NOT_TAKEN, WaitEnd.NOT_TAKEN),
    ],
)
def test_whatever_comes_back_ends_the_wait(county: CallCounty, call: UUID, outcome: UpperOutcome, how: WaitEnd) -> None:
    county.say(escalating_up(county, call), "li")
    county.say(upper_receipt(call), "li")
    facts = county.say(upper_answer(call, outcome=outcome), "li")
    assert only(de.WaitingEnded, facts).how is how
    assert not county.call(call).open_waits
    assert county.refused(upper_answer(call), "li").code == "wrong-stage"


def test_what_is_taken_back_is_waited_for_no_more(county: CallCounty, call: UUID) -> None:
    withdrawing = u.WithdrawEscalation(call_id=call, escalation=1, reason="县里自行处理")
    county.say(escalating_up(county, call), "li")
    county.say(upper_receipt(call), "li")
    facts = county.say(withdrawing, "li")
    assert [type(fact) for fact in facts] == [e.EscalationWithdrawn, de.WaitingEnded]
    assert only(de.WaitingEnded, facts).how is WaitEnd.WITHDRAWN
    assert not county.call(call).open_escalations


def test_an_escalation_taken_back_in_time_was_not_failed_to_be_followed_up(county: CallCounty, call: UUID) -> None:
    county.say(escalating_up(county, call), "li")
    county.say(u.WithdrawEscalation(call_id=call, escalation=1, reason="报错单位"), "li")
    assert owed(county, call, Action.FOLLOW_UP_ESCALATION, "platform").performance is Performance.ENDED


def test_only_one_at_work_can_be_named_as_waiting(county: CallCounty, call: UUID) -> None:
    for name in ("huanjing", "chengdong", "platform"):
        refusal = county.refused(escalating_up(county, call, name), "li")
        assert (refusal.code, refusal.field) == ("nothing-waits-for-it", "waiter")
    county.say(h.ReportAssistance(call_id=call, text="已核查"), "shichang")
    assert county.refused(escalating_up(county, call, "shichang"), "li").code == "nothing-waits-for-it"


def test_one_that_kept_silent_for_half_of_its_time_can_not_be_named(county: CallCounty) -> None:
    call = county.handling("shichang")
    county.at("2026-05-14", "12:01")
    refusal = county.refused(escalating_up(county, call), "li")
    assert (refusal.code, refusal.field) == ("silent-too-long", "waiter")
    county.say(escalating_up(county, call, None), "li")
    county.say(upper_receipt(call), "li")
    assert not county.call(call).open_waits, "the matter can be put before the upper body all the same"


def test_before_a_dispatch_it_waits_for_nobody(county: CallCounty) -> None:
    call = county.accepted()
    county.say(escalating_up(county, call, None), "li")
    (received,) = county.say(upper_receipt(call), "li")
    assert isinstance(received, e.UpperReceiptRecorded)
    assert (received.organization, received.waiting, received.since) == (None, None, None)


def test_a_receipt_for_one_whose_work_is_over_excuses_nobody(county: CallCounty, call: UUID) -> None:
    county.say(escalating_up(county, call, "shichang"), "li")
    county.say(h.ReportAssistance(call_id=call, text="已核查"), "shichang")
    (received,) = county.say(upper_receipt(call), "li")
    assert isinstance(received, e.UpperReceiptRecorded)
    assert received.waiting is None
    assert not county.call(call).waits


def test_what_a_receipt_says_of_times_must_be_possible(county: CallCounty, call: UUID) -> None:
    county.at("2026-05-13", "08:30")
    county.say(escalating_up(county, call), "li")
    future = upper_receipt(call, received_at=local("2026-05-14", "08:30"))
    assert county.refused(future, "li").code == "future-claim"
    promised = upper_receipt(call, promised=local("2026-05-12", "17:30"))
    refusal = county.refused(promised, "li")
    assert (refusal.code, refusal.field) == ("promised-too-early", "promised")


def test_in_an_emergency_the_receipt_is_due_within_hours(county: CallCounty) -> None:
    call = county.handling(urgency=Urgency.EMERGENCY)
    (sent,) = county.say(escalating_up(county, call), "li")
    assert isinstance(sent, e.EscalatedUp)
    assert (sent.follow_up.due - county.now).total_seconds() == 2 * 3600


def test_a_call_that_waits_for_an_upper_body_goes_into_no_other(county: CallCounty) -> None:
    call, other = county.accepted(), county.handling()
    county.say(escalating_up(county, call, None), "li")
    merging = MergeCall(call_id=call, into=other, reason="同一件事")
    assert county.refused(merging, "li").code == "escalation-open"
    assert MergeCall in county.barred(call, "li")
    county.say(upper_answer(call), "li")
    county.say(merging, "li")


def test_what_is_over_is_followed_up_no_more(county: CallCounty, call: UUID) -> None:
    county.say(escalating_up(county, call), "li")
    for command, by in (
        (result(call), "zhifa"),
        (ConfirmResult(call_id=call), "wang"),
        (ResolveCall(call_id=call), "li"),
    ):
        county.say(command, by)
    assert owed(county, call, Action.FOLLOW_UP_ESCALATION, "platform").performance is Performance.ENDED


def test_whoever_succeeds_waits_in_the_place_of_the_body_that_is_gone(county: CallCounty, call: UUID) -> None:
    county.say(escalating_up(county, call), "li")
    heir = county.orgs["huanjing"]
    county.ask(DissolveOrganization(organization=county.orgs["zhifa"], successor=heir, document="示编〔2026〕9号"))
    county.pass_time(minutes=1)
    county.say(SucceedParty(call_id=call, dissolved=county.orgs["zhifa"]), "li")
    (received,) = county.say(upper_receipt(call), "li")
    assert isinstance(received, e.UpperReceiptRecorded)
    assert received.organization is not None
    assert received.organization.id == heir
    county.at("2026-05-13", "08:30")
    facts = county.say(upper_answer(call), "li")
    assert [clock.organization for clock in only(de.WaitingEnded, facts).justified] == [heir]
    check_ledgers(county, county.call(call))
