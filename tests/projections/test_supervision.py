"""督办视图: folded piece by piece as built anew; who may read what; what waits for the clock, by index."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from domain.calls.around.confidentiality import MarkConfidential
from domain.calls.slow_work import interim
from domain.calls.work import completion
from domain.calls.work import handling as h
from domain.obligations.words import Action
from domain.shared.posts import Post
from domain.supervision import circulars as c
from domain.supervision import events as e
from domain.supervision import failures as f
from domain.supervision import orders as o
from domain.supervision.words import FailureKind, Rung, SuspicionState
from projections.calls.tables import obligations
from projections.calls.view import CallsView
from projections.engine.builds import ensure
from projections.engine.projection import live_schema
from projections.scope import Breadth, Viewer
from projections.supervision.on_obligations import ObligationSuspicions, is_suspected
from projections.supervision.queries import SupervisionQueries
from projections.supervision.timers import Timers
from projections.supervision.view import SupervisionView
from tests.building import build_anew
from tests.county_store import CountyStore, county_store
from tests.domain.supervision.county import SupervisedCounty, the_supervised_county, told
from tests.domain.supervision.test_imported_calls import imported, rows_of


@pytest.fixture
def house(database: str) -> Iterator[CountyStore]:
    with county_store(database, view=SupervisionView(), founded=False) as house:
        house.county = the_supervised_county()
        ensure(house.engine, CallsView())
        yield house


def county_of(house: CountyStore) -> SupervisedCounty:
    assert isinstance(house.county, SupervisedCounty)
    return house.county


def viewer(house: CountyStore, name: str, breadth: Breadth = Breadth.OWN) -> Viewer:
    actor = house.county.by(name)
    assert actor.person is not None
    return Viewer(
        actor.person, name, Post(actor.post), actor.organization, actor.organization_name, "", uuid4(), breadth
    )


def store(house: CountyStore) -> None:
    """What the county in memory decided, stored as it came."""
    for events in house.county.streams.facts.values():
        house.keep(events)


def fold_both(house: CountyStore) -> None:
    build_anew(house.dsn, house.engine, house.pool, house.keys, [CallsView(), house.view])


def supervised(house: CountyStore) -> UUID:
    """Everything that can be on a matter: a signed order answered, a circular drafted, a suspicion confirmed."""
    county = county_of(house)
    call = county.ordered("shichang")
    county.say(o.IssueOrder(call_id=call, order=1, demands="立即响应"), "ducha_leader")
    county.say(o.ReplyToOrder(call_id=call, order=1, text="已安排"), "zhifa")
    county.at("2026-05-19", "17:31")
    county.tick(call)
    county.say(f.ConfirmFailure(call_id=call, suspicion=1, reason="期限内没有响应"), "supervisor")
    return call


@pytest.mark.parametrize("batch", [1, 3, 500])
def test_piece_by_piece_or_anew_the_rows_are_the_same(house: CountyStore, batch: int) -> None:
    supervised(house)
    store(house)
    house.fold(batch)
    piece_by_piece = house.rows()
    assert all(piece_by_piece[name] for name in ("matters", "ladders", "obligations", "orders", "suspicions", "record"))
    house.rebuild()
    assert house.rows() == piece_by_piece


def test_what_is_not_signed_is_known_to_who_supervises_alone(house: CountyStore) -> None:
    call = supervised(house)
    store(house)
    house.fold()
    queries = SupervisionQueries(house.engine)
    lines = {
        name: {line.kind for line in queries.documents(viewer(house, name, breadth))}
        for name, breadth in (
            ("supervisor", Breadth.ALL),
            ("zhifa", Breadth.OWN),
            ("shichang", Breadth.OWN),
            ("west", Breadth.OWN),
        )
    }
    assert lines["supervisor"] == {"county", "circular"}
    assert lines["zhifa"] == {"county"}
    assert lines["west"] == set()
    matter = queries.matter(viewer(house, "zhifa"), call)
    assert matter is not None
    told = [entry.wire for entry in queries.record(viewer(house, "zhifa"), matter)]
    assert "supervision.OrderIssued" in told
    assert len(matter.orders) == 2
    assert told.count("supervision.OrderDrafted") == 1, "of the one that was signed since"
    assert "supervision.CircularDrafted" not in told
    assert queries.matter(viewer(house, "west"), call) is None
    assert queries.matter(viewer(house, "huanjing"), call) is None


def test_a_suspicion_is_told_to_whom_it_is_about_and_to_the_town_once_it_is_confirmed(house: CountyStore) -> None:
    county = county_of(house)
    call = county.silent()
    county.at("2026-05-19", "17:31")
    county.tick(call)
    store(house)
    house.fold()
    queries = SupervisionQueries(house.engine)
    matter = queries.matter(viewer(house, "wang"), call)
    assert matter is not None
    suspicion = "supervision.FailureSuspected"
    assert suspicion not in {entry.wire for entry in queries.record(viewer(house, "wang"), matter)}
    assert suspicion in {entry.wire for entry in queries.record(viewer(house, "zhifa"), matter)}
    assert len(queries.suspicions(viewer(house, "zhifa"))) == 1
    assert queries.suspicions(viewer(house, "shichang")) == []
    for fact in county.say(f.ConfirmFailure(call_id=call, suspicion=1, reason="属实"), "supervisor"):
        house.keep([fact])
    house.fold()
    confirmed = queries.matter(viewer(house, "wang"), call)
    assert confirmed is not None
    assert suspicion in {entry.wire for entry in queries.record(viewer(house, "wang"), confirmed)}
    assert queries.suspicions(viewer(house, "supervisor", Breadth.ALL)) == [], "it waits for nobody any more"


def test_what_rests_on_an_obligation_is_told_beside_it_to_whom_may_know_and_found_by_the_same_rule(
    house: CountyStore,
) -> None:
    county = county_of(house)
    first, second = county.silent(), county.silent()
    county.at("2026-05-19", "17:31")
    county.tick(first)
    county.tick(second)
    county.say(f.ConfirmFailure(call_id=first, suspicion=1, reason="期限内没有响应"), "supervisor")
    store(house)
    fold_both(house)
    queries = ObligationSuspicions(house.engine)
    about = {Action.RESPOND, Action.HANDLE}
    both = {(call, county.place(call, action)) for call in (first, second) for action in about}
    confirmed = {(call, place) for call, place in both if call == first}
    owed = select(obligations.c.stream_id, obligations.c.place)
    for name, breadth, known in (
        ("supervisor", Breadth.ALL, both),
        ("zhifa", Breadth.OWN, both),
        ("wang", Breadth.OWN, confirmed),
        ("shichang", Breadth.OWN, set()),
        ("west", Breadth.OWN, set()),
    ):
        who = viewer(house, name, breadth)
        told = queries.of_calls(who, {first, second})
        assert set(told) == known, name
        for states in (*({state} for state in SuspicionState), set(SuspicionState)):
            with house.engine.connect() as connection:
                found = {
                    (row[0], row[1])
                    for row in connection.execute(owed.where(is_suspected(who, states, *owed.selected_columns)))
                }
            assert found == {where for where, some in told.items() if any(one.state in states for one in some)}, name
    who = viewer(house, "zhifa")
    (one,) = queries.of_calls(who, {first})[first, county.place(first, Action.RESPOND)]
    assert (one.kind, one.state, one.by_machine) == (FailureKind.NO_RESPONSE, SuspicionState.CONFIRMED, True)
    assert (one.decided_by, one.decided_at) == (house.county.by("supervisor").organization_name, county.now)
    (other,) = queries.of_calls(who, {second})[second, county.place(second, Action.RESPOND)]
    assert (other.state, other.decided_by, other.decided_at) == (SuspicionState.SUSPECTED, "", None)
    assert queries.of_calls(who, ()) == {}
    keeper = replace(who, post=Post.ADMINISTRATOR)
    assert queries.of_calls(keeper, {first, second}) == {}
    with house.engine.connect() as connection:
        wanted = owed.where(is_suspected(keeper, set(SuspicionState), *owed.selected_columns))
        assert connection.execute(wanted).all() == []


def test_the_desk_has_what_orders_and_circulars_ask_for(house: CountyStore) -> None:
    county = county_of(house)
    call = supervised(house)
    county.say(c.IssueCircular(call_id=call, circular=1), "ducha_leader")
    store(house)
    house.fold()
    queries = SupervisionQueries(house.engine)
    assert {line.owed.action for line in queries.to_do(viewer(house, "supervisor"))} == {Action.CHECK_REPLY}
    assert {line.owed.action for line in queries.to_do(viewer(house, "zhifa"))} == {Action.RECTIFY}
    assert {line.owed.action for line in queries.to_do(viewer(house, "zhifa_leader"))} == {Action.RECTIFY}
    assert queries.waiting(viewer(house, "zhifa")) == 1
    assert queries.to_do(viewer(house, "li")) == []


def test_the_clock_finds_what_is_due_in_the_order_of_time(house: CountyStore) -> None:
    county = county_of(house)
    first = county.silent()
    county.pass_time(minutes=30)
    second = county.silent(urgency="urgent")
    store(house)
    fold_both(house)
    timers = Timers(house.engine, page=1)
    assert list(timers.fresh(county.now)) == []
    later = county.now + timedelta(days=1, hours=8)
    found = [(timer.call, timer.place) for timer in timers.fresh(later)]
    assert found == [
        (second, county.place(second, Action.RESPOND)),
        (first, county.place(first, Action.RESPOND)),
    ]
    assert all(timer.rung is Rung.REMIND and timer.seen == 0 for timer in timers.fresh(later))


def test_a_ladder_that_climbs_is_found_by_its_next_rung_and_a_resting_one_not_at_all(house: CountyStore) -> None:
    county = county_of(house)
    call = county.silent()
    respond = county.place(call, Action.RESPOND)
    county.at("2026-05-12", "16:00")
    county.tick(call, respond)
    store(house)
    fold_both(house)
    timers = Timers(house.engine)
    at_due = county.call(call).obligations[respond].deadline.due
    assert list(timers.fresh(at_due)) == [], "it climbs already"
    (timer,) = timers.climbing(at_due)
    assert (timer.rung, timer.place) == (Rung.OVERDUE, respond)
    assert list(timers.climbing(at_due - timedelta(seconds=1))) == []
    for fact in (*county.say(h.Respond(call_id=call, handler="郑某", contact="1390000", first_step="到场"), "zhifa"),):
        house.keep([fact])
    county.now = at_due + timedelta(minutes=1)
    for fact in county.tick(call, respond):
        house.keep([fact])
    fold_both(house)
    assert list(timers.climbing(at_due + timedelta(days=30))) == []


def test_what_an_order_asks_for_is_found_by_its_time_beside_what_the_call_asks_for(house: CountyStore) -> None:
    county = county_of(house)
    call = county.ordered()
    county.say(o.IssueOrder(call_id=call, order=1), "ducha_leader")
    store(house)
    fold_both(house)
    timers = Timers(house.engine, page=1)
    reply = county.matter(call).obligations[1]
    assert reply.action is Action.ORDER_REPLY
    assert list(timers.asked(county.now)) == []
    later = reply.deadline.due + timedelta(days=4)
    (timer,) = timers.asked(later)
    assert (timer.call, timer.place, timer.own, timer.seen) == (call, 1, True, 0)
    assert timers.backlog(later).count == len([*timers.fresh(later), *timers.climbing(later), timer])
    county.now = later
    house.keep(county.tick_own(call))
    fold_both(house)
    assert list(timers.asked(later + timedelta(days=400))) == [], "at its top, it climbs no further"
    assert call not in {timer.call for timer in timers.climbing(later + timedelta(days=400)) if timer.own}


def test_a_draft_is_found_as_soon_as_nothing_it_names_is_to_be_done(house: CountyStore) -> None:
    county = county_of(house)
    call, waiting = county.silent(), county.silent()
    county.at("2026-05-14", "17:31")
    for one in (call, waiting):
        county.tick(one)
    store(house)
    fold_both(house)
    timers = Timers(house.engine, page=1)
    assert list(timers.moot(county.now)) == []
    county.pass_time(minutes=1)
    house.keep(county.say(h.Respond(call_id=call, handler="郑某", contact="1390000", first_step="到场"), "zhifa"))
    fold_both(house)
    (timer,) = timers.moot(county.now)
    assert (timer.call, timer.place, timer.own) == (call, 0, True)
    house.keep(county.tick_own(call))
    fold_both(house)
    assert list(timers.moot(county.now)) == []
    assert county.matter(waiting).open_obligations, "of the other one nothing was done"


def test_a_circulars_draft_is_found_as_soon_as_another_level_has_circulated_what_it_names(house: CountyStore) -> None:
    county = county_of(house)
    call, waiting = county.silent(), county.silent()
    county.at("2026-05-19", "17:31")
    for one in (call, waiting):
        county.tick(one)
        county.say(c.DraftCircular(call_id=one, addressee=county.orgs["zhifa"]), "city_supervisor")
    store(house)
    fold_both(house)
    timers = Timers(house.engine, page=1)
    assert list(timers.moot(county.now)) == []
    county.pass_time(minutes=1)
    house.keep(county.say(c.IssueCircular(call_id=call, circular=2), "city_leader"))
    fold_both(house)
    (timer,) = timers.moot(county.now)
    draft = county.matter(call).obligations[timer.place]
    assert (timer.call, timer.own, draft.action, draft.entry) == (call, True, Action.SIGN_CIRCULAR, 1)
    house.keep(county.tick_own(call))
    fold_both(house)
    assert list(timers.moot(county.now)) == []
    assert county.matter(waiting).circulars[0].open, "of the other one nothing was signed"


def test_who_may_not_know_of_a_draft_learns_nothing_from_its_ladder(house: CountyStore) -> None:
    county = county_of(house)
    call = county.ordered()
    county.at("2026-05-18", "10:00")
    assert "UrgeIssued" in told(county.tick_own(call))
    store(house)
    fold_both(house)
    queries = SupervisionQueries(house.engine)

    def read(name: str, breadth: Breadth = Breadth.OWN) -> list[str]:
        who = viewer(house, name, breadth)
        matter = queries.matter(who, call)
        assert matter is not None
        entries = queries.record(who, matter)
        return [entry.wire for entry in entries if "sign_order" in str(entry.fact)]

    assert read("supervisor", Breadth.ALL)
    assert read("ducha_leader")
    assert read("zhifa") == read("wang") == []
    house.keep(county.say(o.IssueOrder(call_id=call, order=1), "ducha_leader"))
    fold_both(house)
    assert read("zhifa") == read("supervisor", Breadth.ALL), "signed, it is no secret"


def test_work_refused_twice_is_found_until_it_is_suspected_or_long_over(house: CountyStore) -> None:
    """A quick call climbs no ladder: the second refusal alone makes the clock ask."""
    county = county_of(house)
    call, once, released = county.silent(), county.silent(), county.silent()
    for refused, times in ((call, 2), (once, 1), (released, 2)):
        for _ in range(times):
            county.say(h.ReportResult(call_id=refused, text="已清理"), "zhifa")
            county.say(completion.OrderRework(call_id=refused, reason="没有清理"), "wang")
    county.say(county.objection(released), "zhifa")
    county.say(county.upholding(released), "li")
    store(house)
    fold_both(house)
    timers = Timers(house.engine, page=1)
    assert not [*timers.fresh(county.now), *timers.climbing(county.now)]
    place = county.place(call, Action.HANDLE)
    assert [(timer.call, timer.place) for timer in timers.refused(county.now)] == [(call, place)]
    for fact in county.say(h.ReportResult(call_id=call, text="已清理干净"), "zhifa"):
        house.keep([fact])
    fold_both(house)
    assert [timer.call for timer in timers.refused(county.now + timedelta(days=29))] == [call], "over, and found still"
    assert list(timers.refused(county.now + timedelta(days=31))) == []
    for fact in county.tick(call, place):
        house.keep([fact])
    fold_both(house)
    assert list(timers.refused(county.now)) == []


def test_a_second_failure_is_looked_for_though_one_of_the_same_organization_is_suspected(house: CountyStore) -> None:
    """Another kind of failure, or the same one of another obligation; the ladder of the first is at its top."""
    county = county_of(house)
    call = county.silent()
    respond, handle = county.place(call, Action.RESPOND), county.place(call, Action.HANDLE)
    county.at("2026-05-19", "17:31")
    county.tick(call)
    county.pass_time(minutes=10)
    county.say(h.Respond(call_id=call, handler="郑某", contact="1390000", first_step="到场"), "zhifa")
    store(house)
    fold_both(house)
    timers = Timers(house.engine, page=1)
    assert not [*timers.fresh(county.now), *timers.climbing(county.now), *timers.refused(county.now)]
    assert [(timer.call, timer.place) for timer in timers.answered(county.now)] == [(call, respond)]
    house.keep(county.tick(call, respond))
    for command, who in (
        (county.interim_proposal(call, "2026-06-10"), "zhifa"),
        (interim.ApproveInterim(call_id=call), "li"),
        (interim.MeetMilestone(call_id=call, milestone=1, text="已完成"), "zhifa"),
        *(
            (h.ReportResult(call_id=call, text="已清理"), "zhifa"),
            (completion.OrderRework(call_id=call, reason="没有清理"), "wang"),
        )
        * 2,
    ):
        house.keep(county.say(command, who))
    fold_both(house)
    final = county.place(call, Action.FINAL_RESULT)
    assert list(timers.answered(county.now)) == []
    assert [(timer.call, timer.place) for timer in timers.refused(county.now)] == [(call, final)]
    house.keep(county.tick(call, final))
    fold_both(house)
    assert list(timers.refused(county.now)) == []
    assert [(one.kind, [item.place for item in one.items]) for one in county.matter(call).suspicions] == [
        (FailureKind.NO_RESPONSE, [respond, handle]),
        (FailureKind.LATE_RESPONSE, [respond]),
        (FailureKind.INACTION, [respond, handle]),
        (FailureKind.INACTION, [final]),
    ]


def test_what_came_due_before_its_import_is_asked_about_once(house: CountyStore) -> None:
    county = county_of(house)
    call = imported(county, rows_of(county), at=county.now)
    store(house)
    fold_both(house)
    timers = Timers(house.engine)
    county.pass_time(minutes=1)
    assert {timer.call for timer in timers.fresh(county.now)} == {call}
    house.keep(county.tick(call))
    fold_both(house)
    later = county.now + timedelta(days=400)
    assert [*timers.fresh(later), *timers.climbing(later)] == []
    assert timers.backlog(later).count == 0


def test_the_clock_reads_its_lists_by_index(house: CountyStore) -> None:
    """However long the history: no sequential scan of what is over."""
    names = {
        row[0] for row in house.sql("SELECT indexname FROM pg_indexes WHERE schemaname = %s", live_schema(house.view))
    }
    assert {"ladders_next", "supervision_due", "suspicions_of_call", "suspicions_unanswered"} <= names
    of_calls = {
        row[0] for row in house.sql("SELECT indexname FROM pg_indexes WHERE schemaname = %s", live_schema(CallsView()))
    }
    assert {"obligations_by_time", "obligations_lapsing", "obligations_refused"} <= of_calls


def test_the_supervision_of_a_call_about_its_own_staff_is_kept_from_the_supervision_body(house: CountyStore) -> None:
    """The machine drafts nothing in its name, no suspicion waits for it, and it learns nothing of either."""
    county = county_of(house)
    call = county.accepted()
    about = MarkConfidential(call_id=call, about=county.orgs["ducha"], text="有人反映", reason="怕被报复")
    county.say(about, "wang")
    county.dispatch(call, "zhifa")
    county.at("2026-06-30", "17:31")
    assert not {"OrderDrafted", "CircularDrafted"} & set(told(county.tick(call)))
    assert county.refused(o.DraftOrder(call_id=call, addressee=county.orgs["zhifa"]), "supervisor").code == "not-found"
    county.say(o.DraftOrder(call_id=call, addressee=county.orgs["zhifa"]), "city_supervisor")
    (order,) = county.say(o.IssueOrder(call_id=call, order=1), "city_leader")
    assert isinstance(order, e.OrderIssued)
    assert county.orgs["ducha"] not in [copy.id for copy in order.copies]
    store(house)
    fold_both(house)
    queries = SupervisionQueries(house.engine)
    accused, city = viewer(house, "supervisor", Breadth.ALL), viewer(house, "city_supervisor", Breadth.ALL)
    assert queries.matter(accused, call) is None
    assert queries.matter(city, call) is not None
    for asked in (queries.documents, queries.suspicions):
        assert call in [line.call for line in asked(city)]
        assert asked(accused) == []
    assert queries.late(accused, county.now) == []
