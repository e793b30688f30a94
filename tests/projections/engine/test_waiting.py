"""待更新: what stands in the store and on no page yet: counted, dated, and told to whoever recorded it."""

from uuid import UUID, uuid4

from domain.calls.intake import acceptance
from domain.shared.posts import Post
from projections.engine.waiting import Waiting
from projections.scope import Breadth, Viewer
from tests.county_store import CountyStore


def viewer(house: CountyStore, name: str) -> Viewer:
    actor = house.county.by(name)
    assert actor.person is not None
    return Viewer(
        actor.person, name, Post(actor.post), actor.organization, actor.organization_name, "", uuid4(), Breadth.OWN
    )


def waiting(house: CountyStore) -> Waiting:
    return Waiting(house.engine, [house.view])


def test_nothing_waits_when_every_view_has_everything(house: CountyStore) -> None:
    house.placed()
    house.fold()
    assert waiting(house).backlog() is None
    assert waiting(house).own(viewer(house, "wang")) == []


def test_the_age_is_that_of_the_first_fact_no_page_has(house: CountyStore) -> None:
    """And every fact from then on is counted."""
    house.placed()
    house.fold()
    call = house.placed()
    ((first, count),) = house.sql(
        "SELECT min(convert_from(state, 'UTF8')::jsonb ->> 'recorded_at')::timestamptz, count(*) FROM stored_events"
        " WHERE originator_id = %s",
        call,
    )
    backlog = waiting(house).backlog()
    assert backlog is not None
    assert (backlog.since, backlog.behind) == (first, count)


def test_one_is_told_of_one_s_own_facts_and_of_others_only_how_many(house: CountyStore) -> None:
    call = house.placed()
    house.fold()
    house.say(acceptance.AcceptCall(call_id=call), "li")
    mine = waiting(house).of_stream(viewer(house, "li"), call, 3)
    assert [(fact.wire, fact.version) for fact in mine.own] == [("calls.CallAccepted", 4)]
    assert mine.others == 0
    theirs = waiting(house).of_stream(viewer(house, "wang"), call, 3)
    assert (list(theirs.own), theirs.others) == ([], 1)
    assert [fact.stream for fact in waiting(house).own(viewer(house, "li"))] == [call]
    assert waiting(house).own(viewer(house, "wang")) == []


def test_the_receipt_of_a_new_call_names_its_number(house: CountyStore) -> None:
    """It stands in the clear part: no key is needed, and nothing sealed is opened."""
    call = house.placed()
    submitted = next(f for f in waiting(house).of_stream(viewer(house, "wang"), call, 0).own if f.version == 1)
    assert submitted.number.startswith("HY")


def test_a_stream_nobody_wrote_has_nothing_waiting(house: CountyStore) -> None:
    found = waiting(house).of_stream(viewer(house, "wang"), UUID(int=7), 0)
    assert (list(found.own), found.others) == ([], 0)
