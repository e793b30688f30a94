"""What the tests of obligations ask and look up, in short."""

from datetime import datetime
from uuid import UUID

from domain.calls.words import ClockPolicy, LateFact
from domain.calls.work import handling as h
from domain.calls.work import late_entries
from domain.calls.work import records as r
from domain.obligations.obligation import Obligation
from domain.obligations.words import Action
from domain.shared.urgency import Urgency
from tests.domain.calls.county import CallCounty

EMERGENCY = Urgency.EMERGENCY


def owed(county: CallCounty, call: UUID, action: Action, organization: str, entry: int = 0) -> Obligation:
    """The last obligation of a kind, open or ended."""
    found = [
        one
        for one in county.call(call).obligations
        if one.action is action and one.organization == county.orgs[organization] and one.entry == entry
    ]
    return found[-1]


def responding(call: UUID) -> h.Respond:
    return h.Respond(call_id=call, handler="郑某", contact="13900000000", first_step="今日到场")


def claim(
    county: CallCounty, call: UUID, at: datetime, fact: LateFact = LateFact.ARRIVAL
) -> late_entries.MakeLateEntry:
    return late_entries.MakeLateEntry(
        call_id=call, fact=fact, occurred_at=at, text="已到现场", reason="现场无信号", proof="执法记录仪"
    )


def raised(call: UUID, policy: ClockPolicy, urgency: Urgency = EMERGENCY) -> r.ChangeUrgency:
    return r.ChangeUrgency(call_id=call, urgency=urgency, policy=policy, reason="情况变化")
