"""通知计划 on the real store: each notice once, whatever happens; nothing old, nothing imported, nothing lost."""

import threading
from uuid import uuid4

import pytest

from adapters.notices.planner import NOBODY
from domain.calls.intake.submission import RefuseEndorsement
from domain.directory.person_commands import AppointPerson
from domain.rules.notice_rule import Channel
from domain.rules.refusals import NoticeRuleNotSet
from domain.shared.commands import Ask
from domain.shared.posts import Post
from domain.shared.urgency import Urgency
from tests.adapters.kafka.bench import wait_until
from tests.adapters.notices.town import NoticeTown, notice_town
from tests.domain.memory import PLATFORM_ITSELF


def rows(town: NoticeTown) -> dict[str, list[str]]:
    """Everything that was planned, as text."""
    return {
        table: [row[0] for row in town.store.sql(f"SELECT to_jsonb(t)::text FROM {table} t ORDER BY 1")]
        for table in ("notices", "notice_deliveries", "notice_delivery_items")
    }


def test_facts_become_notices_of_those_who_may_act(town: NoticeTown) -> None:
    call = town.store.placed()
    town.plan()
    assert town.told("mayor") == ["endorse"]
    assert town.told("li") == town.told("zhao") == ["accept"]
    assert town.told("wang") == town.told("west") == town.told("auditor") == []
    (entry,) = town.inbox.entries(town.viewer("li"))
    notice = entry.notice
    assert (notice.call, notice.number) == (call, town.store.call(call).number)
    assert (notice.due, notice.by_organization) == (town.store.call(call).open_obligations[0].deadline.due, "城东镇")


def test_what_stood_before_the_first_start_is_never_told(database: str) -> None:
    with notice_town(database) as town:
        town.store.placed()
        planner = town.planner()
        planner.begin()
        town.plan(planner)
        assert town.told("li") == []
        town.store.placed()
        town.plan(planner)
        town.planner().begin()  # a second start begins nothing anew
        town.plan()
        assert town.told("li") == ["accept"]


def test_an_import_of_history_tells_nothing(town: NoticeTown) -> None:
    facts = town.store.county.submitted()
    town.store.keep(fact.model_copy(update={"imported_from": "旧平台"}) for fact in town.store.county.history(facts))
    town.plan()
    assert rows(town)["notices"] == []


def test_a_rebuild_of_the_views_tells_nothing_again(town: NoticeTown) -> None:
    town.store.placed()
    town.plan()
    before = rows(town)
    town.store.rebuild()
    town.plan()
    assert rows(town) == before


@pytest.mark.parametrize("batch", [1, 3, 200])
def test_planned_anew_from_any_place_it_is_the_same(town: NoticeTown, batch: int) -> None:
    """As after a kill between any two transactions; each batch is one."""
    town.wish("li", Channel.EMAIL, email="li@example.gov.cn", daily=True)
    begun = town.store.sql("SELECT next_offset FROM notice_places")[0][0]
    for _ in range(3):
        town.store.placed()
    town.plan()
    before = rows(town)
    assert len(before["notices"]) == 3 * 3
    for back in (0, 2, 5):
        town.store.county.pass_time(hours=3)
        town.store.sql("UPDATE notice_places SET next_offset = %s, stream_id = NULL", begun + back)
        town.plan(town.planner(batch=batch))
        assert rows(town) == before


def test_planners_side_by_side_plan_everything_once(town: NoticeTown) -> None:
    stop = threading.Event()
    planners = [town.planner(batch=3) for _ in range(3)]
    threads = [threading.Thread(target=planner.run, args=(stop,)) for planner in planners]
    for thread in threads:
        thread.start()
    calls = [town.store.placed() for _ in range(20)]
    try:
        wait_until(lambda: town.store.sql("SELECT count(*) FROM notices")[0][0] >= 3 * len(calls), 30)
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    told = town.store.sql("SELECT call_id, version, organization_id, person_id, count(*) FROM notices GROUP BY 1,2,3,4")
    assert len(told) == 3 * len(calls)
    assert all(count == 1 for *_, count in told)


def test_a_fact_that_cannot_be_read_silences_its_own_call_only_and_is_told_once_it_can(town: NoticeTown) -> None:
    broken, other = town.store.submitted(), town.store.submitted()
    town.store.say(RefuseEndorsement(call_id=other, reason="请写明地点"), "mayor")
    town.store.sql(
        "SELECT append_events(ARRAY[%s]::uuid[], ARRAY[2]::bigint[], ARRAY['calls.FromTheFuture'],"
        ' ARRAY[\'{"v":1,"recorded_at":"2026-05-11T02:00:00Z"}\'::bytea], NULL, NULL, NULL)',
        broken,
    )
    town.plan()
    assert (town.told("mayor"), town.told("wang")) == (["endorse", "endorse"], ["amend"])
    (left,) = town.standing.unplanned()
    assert (left.stream, left.code) == (broken, "event-type-unknown")
    assert town.planner().try_again() == 1
    town.store.sql("ALTER TABLE stored_events DISABLE TRIGGER stored_events_only_grow")
    town.store.sql(
        "UPDATE stored_events SET topic = 'calls.EndorsementRefused', state = (SELECT state FROM stored_events"
        " WHERE originator_id = %s AND originator_version = 2) WHERE originator_id = %s AND originator_version = 2",
        other,
        broken,
    )
    assert town.planner().try_again() == 0
    assert town.standing.unplanned() == []
    assert town.told("wang") == ["amend", "amend"]


def test_without_a_rule_nothing_is_planned_and_nothing_is_lost(database: str) -> None:
    with notice_town(database) as town:
        town.planner().begin()
        town.store.sql("ALTER TABLE stored_events DISABLE TRIGGER stored_events_only_grow")
        columns = "originator_id, originator_version, topic, state"
        rule = town.store.sql(f"DELETE FROM stored_events WHERE topic = 'rules.NoticeRuleSet' RETURNING {columns}")
        town.store.placed()
        planner = town.planner()
        with pytest.raises(NoticeRuleNotSet):
            town.plan(planner)
        assert rows(town)["notices"] == []
        town.store.sql(f"INSERT INTO stored_events ({columns}) VALUES (%s, %s, %s, %s)", *rule[0])
        town.plan()
        assert town.told("li") == ["accept"]


def test_a_store_restored_to_an_earlier_moment_tells_what_came_after_and_nothing_twice(town: NoticeTown) -> None:
    """As after a recovery to a point in time: facts that were told are gone, others stand at their places."""
    first = town.store.placed()
    town.plan()
    town.store.county.pass_time(minutes=5)
    lost = town.store.submitted()
    town.plan()
    before = rows(town)
    assert len(before["notices"]) == 4
    town.store.sql("ALTER TABLE stored_events DISABLE TRIGGER stored_events_only_grow")
    (position,) = town.store.sql("DELETE FROM stored_events WHERE originator_id = %s RETURNING notification_id", lost)[
        0
    ]
    town.store.sql("SELECT setval('stored_events_notification_id_seq', %s, false)", position)
    town.store.county.pass_time(minutes=5)
    since = [town.store.submitted() for _ in range(2)]
    town.plan()
    found = town.store.sql("SELECT call_id, count(*) FROM notices GROUP BY 1")
    assert dict(found) == {first: 3, lost: 1, **dict.fromkeys(since, 1)}


def test_nobody_to_tell_is_a_problem_until_somebody_is_there(town: NoticeTown) -> None:
    town.store.county.at("2026-05-12", "09:00")
    call = town.store.placed()
    town.store.sql(
        "DELETE FROM directory_v1.appointments WHERE organization_id = %s", town.store.county.orgs["platform"]
    )
    town.plan()
    (left,) = town.standing.unplanned()
    assert (left.stream, left.code) == (call, NOBODY)
    assert "呼应平台没有在岗人员" in left.reason
    assert town.told("mayor") == ["endorse"], "the others are told"
    appointed = AppointPerson(
        person=town.person("zhujian"), organization=town.store.county.orgs["platform"], post=Post.OPERATOR
    )
    town.store.bus.execute(appointed, Ask(uuid4(), PLATFORM_ITSELF))
    town.fold()
    assert town.planner().try_again() == 0
    assert town.told("zhujian") == ["accept"]
    assert town.told("mayor") == ["endorse"]


def test_what_the_rule_demands_of_a_channel_that_is_missing_is_listed_and_not_forgotten(town: NoticeTown) -> None:
    town.store.submitted(urgency=Urgency.EMERGENCY)
    town.plan(town.planner(offered={Channel.EMAIL}))
    assert town.states(Channel.PHONE) == {"given_up": 3}
    assert town.standing.missing() == 6
    assert town.standing.given_up() == [], "it has a finding of its own"


def test_a_connected_organizations_system_is_told_beside_its_people(town: NoticeTown) -> None:
    platform = town.store.county.orgs["platform"]
    assert town.webhooks.register(platform, "http://127.0.0.1:1/x").startswith("whsec_")
    town.store.placed()
    town.plan()
    assert town.states(Channel.WEBHOOK) == {"waiting": 1}
    assert town.told("li") == ["accept"]


def test_no_word_that_was_typed_stands_in_any_table_of_notices(town: NoticeTown) -> None:
    town.wish("li", Channel.EMAIL, email="li@example.gov.cn")
    town.store.placed(text="门口有人占道摆摊", place="人民路12号", informant_name="赵六", informant_phone="13911112222")
    town.plan()
    said = repr(rows(town)) + repr(town.store.sql("SELECT * FROM notice_preferences"))
    assert not any(typed in said for typed in ("占道", "人民路", "赵六", "13911112222", "li@example"))
