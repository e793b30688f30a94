"""What parties ask for in these tests: extensions, suspensions, waits and escalations, filled in."""

from datetime import date
from typing import Any
from uuid import UUID

from domain.calls.call import Call
from domain.calls.delays import escalating as u
from domain.calls.delays import extensions as x
from domain.calls.delays import suspensions as s
from domain.calls.delays import waiting as w
from domain.calls.fold import evolve
from domain.calls.words import UpperOutcome
from domain.obligations.obligation import Obligation
from domain.obligations.reckoning import reckon
from domain.obligations.words import Action
from tests.domain.calls.county import CallCounty


def extension(call: UUID, days: int = 8, **more: Any) -> x.RequestExtension:
    fields = {"ground": "procurement", "reason": "防护栏已订货", **more}
    return x.RequestExtension(call_id=call, working_days=days, **fields)


def granting(call: UUID, days: int = 8, number: int = 1) -> x.GrantExtension:
    return x.GrantExtension(call_id=call, extension=number, working_days=days)


def suspension(call: UUID, last_day: str = "2026-05-14", **more: Any) -> s.RequestSuspension:
    fields = {"ground": "testing", "reason": "须先鉴定", "proof": "鉴定委托书", **more}
    return s.RequestSuspension(call_id=call, last_day=date.fromisoformat(last_day), **fields)


def waiting_on(county: CallCounty, call: UUID, on: str) -> w.RequestWaiting:
    return w.RequestWaiting(call_id=call, on=county.orgs[on], own_step="依核查结果处罚", request="请核查经营资质")


def escalating_up(county: CallCounty, call: UUID, waiter: str | None = "zhifa", **more: Any) -> u.EscalateUp:
    fields = {
        "upper": "示例市水务局",
        "letter": "示呼应报〔2026〕3号",
        "reason": "河道主管权限在市级",
        "request": "请审批清障方案",
        **more,
    }
    return u.EscalateUp(call_id=call, waiter=None if waiter is None else county.orgs[waiter], **fields)


def upper_receipt(call: UUID, number: int = 1, **more: Any) -> u.RecordUpperReceipt:
    fields = {"receipt": "市水收〔2026〕118号", "received_by": "办公室 刘", **more}
    return u.RecordUpperReceipt(call_id=call, escalation=number, **fields)


def upper_answer(call: UUID, number: int = 1, outcome: UpperOutcome = UpperOutcome.ANSWERED) -> u.RecordUpperAnswer:
    return u.RecordUpperAnswer(call_id=call, escalation=number, outcome=outcome, text="同意清障方案")


def owed(county: CallCounty, call: UUID, action: Action, organization: str = "zhifa") -> Obligation:
    """The last obligation of an action, open or ended."""
    found = [
        one
        for one in county.call(call).obligations
        if one.action is action and one.organization == county.orgs[organization]
    ]
    return found[-1]


def check_ledgers(county: CallCounty, call: Call) -> None:
    """What the record says of every clock follows from its ledger, and nothing is excused that did not pass."""
    for one in call.obligations:
        if one.moved and one.paused_since is not None:
            continue
        reckoning = reckon(one, county.rules.calendar, county.now)
        assert reckoning.agrees, (one, reckoning)
        assert reckoning.justified <= reckoning.late_by <= reckoning.consumed


def folded_until(county: CallCounty, call: UUID, version: int) -> Call:
    """The call as its first facts alone make it."""
    state: Call | None = None
    for event in county.history(call)[:version]:
        state = evolve(state, event)
    assert state is not None
    return state
