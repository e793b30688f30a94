"""督办的通知 on the real store: from the reminder to the signed order, each once, to whom it is for and nobody else."""

from uuid import UUID, uuid4

import pytest

from adapters.notices.wording import Wording
from domain.calls.intake.acceptance import AcceptCall
from domain.directory.person_commands import AppointPerson
from domain.obligations.words import Action
from domain.rules.notice_rule import Channel
from domain.shared.commands import Ask
from domain.shared.events import Actor
from domain.shared.posts import Post
from domain.shared.urgency import Urgency
from domain.supervision.firing import FireRungs, RungDue
from domain.supervision.orders import IssueOrder, ReplyToOrder
from domain.supervision.words import Rung
from tests.adapters.notices.town import ORIGIN, NoticeTown
from tests.domain.memory import PLATFORM_ITSELF, local


def dispatched(town: NoticeTown, urgency: Urgency = Urgency.ORDINARY) -> UUID:
    """A call of 城东镇 dispatched to 综合行政执法局 on Monday morning, and nobody responds."""
    call = town.store.submitted(urgency=urgency) if urgency is Urgency.EMERGENCY else town.store.placed()
    town.store.say(AcceptCall(call_id=call), "li")
    town.store.say(town.store.county.dispatching(call), "li")
    return call


def tick(town: NoticeTown, call: UUID, action: Action = Action.RESPOND) -> None:
    """The clock asks about what 综合行政执法局 owes, now."""
    owed = town.store.call(call).obligations
    (place,) = [n for n, one in enumerate(owed) if one.action is action]
    rungs = (RungDue(call=call, place=place, rung=Rung.REMIND, due=owed[place].deadline.due),)
    town.store.bus.execute(FireRungs(rungs=rungs), Ask(uuid4(), PLATFORM_ITSELF))


@pytest.fixture
def led(town: NoticeTown) -> NoticeTown:
    """督查室 and 综合行政执法局 have their leaders."""
    county = town.store.county
    leaders = {}
    for name, person, of in (("ducha_leader", "zhujian", "ducha"), ("zhifa_leader", "huanjing", "zhifa")):
        appoint = AppointPerson(person=town.person(person), organization=county.orgs[of], post=Post.LEADER)
        town.store.bus.execute(appoint, Ask(uuid4(), PLATFORM_ITSELF))
        leaders[name] = Actor(
            person=town.person(person),
            post=Post.LEADER,
            organization=county.orgs[of],
            organization_name=county.names[of],
        )
    county.people = {**county.people, **leaders}
    town.fold()
    return town


def told_of_supervision(town: NoticeTown) -> dict[str, list[str]]:
    """By person, what was told of the matter, oldest first."""
    names = {actor.person: name for name, actor in town.store.county.people.items() if actor.person is not None}
    found: dict[str, list[str]] = {}
    rows = town.store.sql(
        "SELECT n.person_id, n.topic FROM notices n JOIN stored_events e ON e.notification_id = n.position"
        " WHERE e.topic LIKE 'supervision.%' ORDER BY n.position, n.topic"
    )
    for person, topic in rows:
        found.setdefault(names[person], []).append(topic)
    return found


def drafted(town: NoticeTown) -> UUID:
    """Reminded on Tuesday afternoon, urged on Wednesday, an order drafted on Thursday evening."""
    call = dispatched(town)
    for day, time in (("2026-05-12", "15:45"), ("2026-05-13", "09:30"), ("2026-05-14", "17:31")):
        town.store.county.at(day, time)
        tick(town, call)
    return call


def test_supervision_reaches_the_people_it_is_for_and_nobody_else(led: NoticeTown) -> None:
    call = drafted(led)
    led.plan()
    assert told_of_supervision(led) == {
        "zhifa": ["due_soon", "urged"],
        "zhifa_leader": ["urged"],
        "ducha_leader": ["sign_order"],
    }
    led.store.say(IssueOrder(call_id=call, order=1, demands="立即响应"), "ducha_leader")
    led.store.say(ReplyToOrder(call_id=call, order=1, text="今日到场"), "zhifa")
    led.plan()
    assert told_of_supervision(led) == {
        "zhifa": ["due_soon", "urged", "answer_order"],
        "zhifa_leader": ["urged", "answer_order"],
        "ducha_leader": ["sign_order"],
        "supervisor": ["order_issued", "check_reply"],
        "wang": ["order_issued"],
        "li": ["order_issued"],
        "zhao": ["order_issued"],
    }


def test_a_notice_of_supervision_leads_to_its_own_page_and_says_by_when(led: NoticeTown) -> None:
    call = drafted(led)
    led.plan()
    (sign,) = led.inbox.entries(led.viewer("ducha_leader"))
    urged = led.inbox.entries(led.viewer("zhifa"))[0]
    assert Wording(ORIGIN).link(sign.notice) == f"{ORIGIN}/calls/{call}/supervision/orders/1"
    assert Wording(ORIGIN).link(urged.notice) == f"{ORIGIN}/calls/{call}"
    assert led.inbox.read(led.viewer("ducha_leader"), sign.notice.id) == f"/calls/{call}/supervision/orders/1"
    assert (sign.notice.call, sign.notice.number) == (call, led.store.call(call).number)
    assert sign.notice.due is not None
    assert urged.notice.due == local("2026-05-12", "17:30")


@pytest.mark.parametrize("batch", [1, 200])
def test_planned_anew_from_any_place_nothing_of_supervision_is_told_twice(led: NoticeTown, batch: int) -> None:
    begun = led.store.sql("SELECT next_offset FROM notice_places")[0][0]
    drafted(led)
    led.plan()
    before = led.store.sql("SELECT * FROM notices ORDER BY notice_id")
    for back in (0, 4, 7):
        led.store.sql("UPDATE notice_places SET next_offset = %s, stream_id = NULL", begun + back)
        led.plan(led.planner(batch=batch))
        assert led.store.sql("SELECT * FROM notices ORDER BY notice_id") == before


def test_what_an_earlier_release_read_past_is_not_told_and_what_follows_is(led: NoticeTown) -> None:
    """It left its place behind facts of supervision of which it knew nothing."""
    call = drafted(led)
    led.store.sql("UPDATE notice_places SET next_offset = %s + 1, stream_id = NULL", led.store.last_position())
    led.plan()
    assert told_of_supervision(led) == {}
    led.store.say(IssueOrder(call_id=call, order=1), "ducha_leader")
    led.plan()
    assert told_of_supervision(led)["zhifa_leader"] == ["answer_order"]


def test_an_ordinary_reminder_of_the_night_stands_in_the_inbox_and_leaves_the_house_in_the_morning(
    town: NoticeTown,
) -> None:
    """A clock that comes back at 23:00: the fact is recorded when it was seen, the notice rule says when it goes."""
    town.wish("zhifa", Channel.SMS)
    call = dispatched(town)
    town.store.county.at("2026-05-17", "23:00")
    town.plan()
    tick(town, call, Action.HANDLE)
    town.plan()
    assert town.told("zhifa")[-1] == "due_soon"
    ((goes,),) = town.store.sql(
        "SELECT d.should_go_at FROM notice_deliveries d JOIN notice_delivery_items i USING (delivery_id)"
        " JOIN notices n USING (notice_id) WHERE n.topic = 'due_soon'"
    )
    assert goes == local("2026-05-18", "07:00")


def test_an_urge_in_an_emergency_rings_at_once_and_a_draft_rings_for_its_leader_alone(led: NoticeTown) -> None:
    led.store.county.at("2026-05-16", "02:10")
    call = dispatched(led, Urgency.EMERGENCY)
    led.store.county.pass_time(minutes=95)
    tick(led, call)
    led.plan()
    rung = led.store.sql(
        "SELECT n.topic, d.should_go_at, count(*) FROM notice_deliveries d JOIN notice_delivery_items i"
        " USING (delivery_id) JOIN notices n USING (notice_id) WHERE d.channel = 'phone'"
        " AND n.topic IN ('urged', 'sign_order') GROUP BY 1, 2 ORDER BY 1"
    )
    assert rung == [("sign_order", led.store.county.now, 1), ("urged", led.store.county.now, 2)]
