"""通知对象与去向: whom a telling reaches, by which channels, and when; what nobody can switch off."""

from dataclasses import replace
from datetime import datetime, time, timedelta
from itertools import product
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.calls.events import OrganizationRef
from domain.notices.addressing import Holder, Reached, reached
from domain.notices.records import delivery_id, digest_id, notice_id
from domain.notices.retrying import LONGEST, LONGEST_OF_EMERGENCY, next_try
from domain.notices.routing import Wishes, routes
from domain.notices.telling import Telling
from domain.notices.words import Topic
from domain.rules.notice_rule import Channel, Demand, NoticeRule, NoticeRuleUnsound
from domain.shared.calendar import LOCAL
from domain.shared.posts import Post
from domain.shared.urgency import Urgency

OF = OrganizationRef(id=uuid4(), name="综合行政执法局")
OWED = Telling(Topic.RESPOND_AS_LEAD, OF, frozenset({Post.LIAISON, Post.LEADER}))
KNOWN = Telling(Topic.RESOLVED, OF, frozenset({Post.LIAISON, Post.LEADER}))
RULE = NoticeRule(
    quiet_from=time(22),
    quiet_until=time(7),
    digest_at=time(8),
    at_once=(Urgency.EMERGENCY,),
    demands=(Demand(urgency=Urgency.EMERGENCY, channels=(Channel.PHONE, Channel.SMS)),),
)
LIAISON, SECOND, LEADER, GUARD = (UUID(int=n) for n in range(1, 5))
HOLDERS = [Holder(LIAISON, Post.LIAISON), Holder(SECOND, Post.LIAISON), Holder(LEADER, Post.LEADER)]


def at(hour: int, minute: int = 0, day: int = 12) -> datetime:
    return datetime(2026, 5, day, hour, minute, tzinfo=LOCAL)


def whom(
    telling: Telling = OWED,
    urgency: Urgency = Urgency.ORDINARY,
    holders: list[Holder] = HOLDERS,
    on_duty: tuple[UUID, ...] = (),
    actor: UUID | None = None,
    submitter: UUID | None = None,
) -> Reached:
    return reached(telling, urgency, holders, on_duty, actor=actor, submitter=submitter)


def test_those_who_work_are_told_and_leaders_only_where_nobody_else_may_act() -> None:
    assert whom().persons == (LIAISON, SECOND)
    assert whom(holders=[Holder(LEADER, Post.LEADER)]).persons == (LEADER,)
    other = Telling(Topic.OPINE, OF, frozenset({Post.LIST_KEEPER}))
    assert whom(other).persons == (LEADER,), "an empty post falls to who leads"


def test_what_is_for_the_leaders_too_reaches_them_beside_those_who_work_on_it() -> None:
    urge = replace(OWED, leaders=True)
    assert whom(urge).persons == (LIAISON, SECOND, LEADER)
    assert whom(urge, holders=[Holder(LEADER, Post.LEADER)]).persons == (LEADER,), "once"
    assert whom(urge, actor=LEADER).persons == (LIAISON, SECOND)


def test_what_is_not_for_the_roster_wakes_those_it_is_for_and_nobody_on_duty() -> None:
    draft = Telling(Topic.SIGN_ORDER, OF, frozenset({Post.LEADER}), roster=False)
    reached = whom(draft, Urgency.EMERGENCY, on_duty=(GUARD,))
    assert (reached.persons, reached.called) == ((LEADER,), frozenset({LEADER}))


def test_nobody_is_told_of_their_own_act() -> None:
    assert whom(actor=LIAISON).persons == (SECOND,)
    alone = whom(actor=LIAISON, holders=[Holder(LIAISON, Post.LIAISON)])
    assert (alone.persons, alone.nobody) == ((), False)


def test_an_organization_with_nobody_in_it_is_known_as_such() -> None:
    assert whom(holders=[]).nobody
    assert whom(holders=[Holder(GUARD, Post.AUDITOR)]).nobody


def test_a_grid_worker_is_told_only_of_what_they_submitted() -> None:
    telling = Telling(Topic.CONFIRM, OF, frozenset({Post.CALLER, Post.GRID_WORKER}))
    holders = [Holder(LIAISON, Post.CALLER), Holder(GUARD, Post.GRID_WORKER)]
    assert whom(telling, holders=holders).persons == (LIAISON,)
    assert whom(telling, holders=holders, submitter=GUARD).persons == (LIAISON, GUARD)


def test_an_emergency_calls_who_is_on_duty_and_without_a_roster_those_it_tells() -> None:
    on_duty = whom(urgency=Urgency.EMERGENCY, on_duty=(GUARD,))
    assert on_duty.persons == (LIAISON, SECOND, GUARD)
    assert on_duty.called == {GUARD}
    assert whom(urgency=Urgency.EMERGENCY).called == {LIAISON, SECOND}
    assert whom(on_duty=(GUARD,)).persons == (LIAISON, SECOND), "an ordinary matter wakes nobody"
    assert whom(KNOWN, Urgency.EMERGENCY, on_duty=(GUARD,)).persons == (LIAISON, SECOND)


def going(
    telling: Telling = OWED,
    urgency: Urgency = Urgency.ORDINARY,
    moment: datetime = at(10),
    called: bool = True,
    wishes: Wishes = Wishes(),
) -> dict[Channel, tuple[datetime, bool]]:
    found = routes(telling, urgency, called=called, wishes=wishes, rule=RULE, at=moment)
    return {route.channel: (route.at, route.gathered) for route in found}


def test_an_emergency_rings_and_texts_at_once_in_the_middle_of_the_night() -> None:
    assert going(urgency=Urgency.EMERGENCY, moment=at(3)) == {
        Channel.SMS: (at(3), False),
        Channel.PHONE: (at(3), False),
    }


def test_what_is_demanded_is_demanded_of_those_called_and_of_what_is_owed_only() -> None:
    assert going(urgency=Urgency.EMERGENCY, called=False) == {}
    assert going(KNOWN, Urgency.EMERGENCY) == {}


@pytest.mark.parametrize(
    ("moment", "goes"),
    [
        (at(21, 59), at(21, 59)),
        (at(22), at(7, day=13)),
        (at(23, 30), at(7, day=13)),
        (at(0), at(7)),
        (at(6, 59), at(7)),
        (at(7), at(7)),
    ],
)
def test_an_ordinary_notice_waits_for_the_end_of_the_quiet_hours(moment: datetime, goes: datetime) -> None:
    assert going(moment=moment, wishes=Wishes(frozenset({Channel.EMAIL}))) == {Channel.EMAIL: (goes, False)}
    assert RULE.may_go(Urgency.URGENT, moment) == goes
    assert RULE.may_go(Urgency.EMERGENCY, moment) == moment


def test_quiet_hours_within_one_day_hold_too() -> None:
    noon = RULE.model_copy(update={"quiet_from": time(12), "quiet_until": time(14)})
    assert noon.may_go(Urgency.ORDINARY, at(13)) == at(14)
    assert noon.may_go(Urgency.ORDINARY, at(23)) == at(23)


def test_a_person_may_gather_ordinary_notices_once_a_day_but_no_urgent_one() -> None:
    wishes = Wishes(frozenset({Channel.EMAIL, Channel.SMS}), daily=True)
    assert going(moment=at(10), wishes=wishes) == {Channel.EMAIL: (at(8, day=13), True), Channel.SMS: (at(10), False)}
    assert going(moment=at(7, 30), wishes=wishes)[Channel.EMAIL] == (at(8), True)
    assert going(moment=at(8), wishes=wishes)[Channel.EMAIL] == (at(8, day=13), True)
    assert going(urgency=Urgency.URGENT, wishes=wishes)[Channel.EMAIL] == (at(10), False)


def test_a_person_may_leave_out_what_asks_nothing_of_them() -> None:
    wishes = Wishes(frozenset({Channel.EMAIL}), only_owed=True)
    assert going(KNOWN, wishes=wishes) == {}
    assert Channel.EMAIL in going(OWED, wishes=wishes)


def test_nobody_can_wish_for_the_telephone_or_for_another_organizations_system() -> None:
    assert going(wishes=Wishes(frozenset(Channel))) == {
        channel: (at(10), False) for channel in (Channel.EMAIL, Channel.SMS, Channel.ZWWX)
    }


@given(
    channels=st.frozensets(st.sampled_from(Channel)),
    daily=st.booleans(),
    only_owed=st.booleans(),
    hour=st.integers(0, 23),
)
def test_no_settings_take_away_or_delay_what_the_rule_demands(
    channels: frozenset[Channel], daily: bool, only_owed: bool, hour: int
) -> None:
    for urgency, demanding in product(Urgency, (Urgency.ORDINARY, Urgency.EMERGENCY)):
        rule = RULE.model_copy(update={"demands": (Demand(urgency=demanding, channels=(Channel.SMS, Channel.EMAIL)),)})
        wishes = Wishes(channels, daily, only_owed)
        found = routes(OWED, urgency, called=True, wishes=wishes, rule=rule, at=at(hour))
        kept = {route.channel: route for route in found if route.demanded}
        assert kept.keys() == rule.demanded(urgency)
        assert all(route.at == rule.may_go(urgency, at(hour)) and not route.gathered for route in kept.values())
        assert len({route.channel for route in found}) == len(found), "nobody is told twice by one channel"


@pytest.mark.parametrize(
    "unsound",
    [
        {"quiet_until": time(22)},
        {"digest_at": time(23)},
        {"demands": (Demand(urgency=Urgency.EMERGENCY, channels=()),) * 2},
    ],
)
def test_a_rule_that_cannot_be_kept_is_refused(unsound: dict[str, object]) -> None:
    with pytest.raises(NoticeRuleUnsound):
        NoticeRule.model_validate({**dict(RULE), **unsound})


def test_waits_grow_and_end_at_the_stated_limit() -> None:
    for urgency, longest in ((Urgency.ORDINARY, LONGEST), (Urgency.EMERGENCY, LONGEST_OF_EMERGENCY)):
        now, waits = at(8), []
        for attempts in range(1, 1_000):
            again = next_try(urgency, attempts, at(8), now)
            if again is None:
                break
            waits.append(again - now)
            now = again
        assert waits == sorted(waits)
        assert at(8) + longest - max(waits) <= now <= at(8) + longest
        assert timedelta() < waits[0] <= timedelta(seconds=10)


def test_the_numbers_of_notices_and_sendings_are_the_same_whoever_makes_them() -> None:
    call, organization = uuid4(), uuid4()
    assert notice_id(call, 3, organization, LIAISON) == notice_id(call, 3, organization, LIAISON)
    different = {
        notice_id(call, version, of, person)
        for version, of, person in product((3, 4), (organization, uuid4()), (LIAISON, None))
    }
    assert len(different) == 8
    one = notice_id(call, 3, organization, None)
    assert len({delivery_id(one, channel) for channel in Channel}) == len(Channel)
    assert digest_id(LIAISON, Channel.EMAIL, at(8)) == digest_id(LIAISON, Channel.EMAIL, at(8))
    assert digest_id(LIAISON, Channel.EMAIL, at(8)) != digest_id(LIAISON, Channel.EMAIL, at(8, day=13))
