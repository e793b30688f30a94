"""督办的台账: what orders and circulars asked of organizations stands in their record beside what calls asked."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from uuid import UUID

import pytest

from domain.calls.around.confidentiality import MarkConfidential
from domain.calls.work import handling as h
from domain.obligations.words import Action, Performance
from domain.shared.posts import Post
from domain.supervision import circulars as c
from domain.supervision import orders as o
from domain.supervision.statement import StateInMatter
from domain.supervision.words import SuspicionState
from projections.calls.view import CallsView
from projections.engine.builds import ensure
from projections.rates.lines import CountedLine
from projections.rates.record import RecordQueries
from projections.rates.record_filter import RecordFilter
from projections.rates.supervisory import SupervisoryQueries
from projections.rates.view import RatesView
from projections.scope import Breadth
from projections.supervision.view import SupervisionView
from tests.building import build_anew
from tests.county_store import CountyStore, county_store
from tests.domain.supervision.county import the_supervised_county
from tests.projections.test_rates import MAY, YEAR
from tests.projections.test_supervision import county_of, store, viewer


@pytest.fixture
def house(database: str) -> Iterator[CountyStore]:
    with county_store(database, view=SupervisionView(), founded=False) as house:
        house.county = the_supervised_county()
        for view in (CallsView(), RatesView()):
            ensure(house.engine, view)
        yield house


def fold(house: CountyStore) -> None:
    build_anew(house.dsn, house.engine, house.pool, house.keys, [CallsView(), RatesView(), house.view])


def supervised(house: CountyStore) -> UUID:
    """An order answered too late, and a circular on the same department that waits to be rectified."""
    county = county_of(house)
    call = county.ordered()
    county.at("2026-05-15", "09:00")
    county.say(o.IssueOrder(call_id=call, order=1), "ducha_leader")
    county.at("2026-05-25", "09:30")
    county.say(o.ReplyToOrder(call_id=call, order=1, text="已安排"), "zhifa")
    county.say(StateInMatter(call_id=call, obligation=1, text="经办人出差"), "zhifa")
    county.tick(call)
    county.say(c.IssueCircular(call_id=call, circular=1), "ducha_leader")
    store(house)
    fold(house)
    return call


def of_supervision(lines: list[CountedLine]) -> list[CountedLine]:
    return [line for line in lines if Action(line.action).supervisory]


def test_each_body_finds_its_own_beside_what_the_call_asked_and_who_answers_for_the_county_all(
    house: CountyStore,
) -> None:
    call = supervised(house)
    record, county = RecordQueries(house.engine), county_of(house)
    own = record.lines(viewer(house, "zhifa"), RecordFilter(YEAR))
    assert {line.organization for line in own} == {county.orgs["zhifa"]}
    assert {Action(line.action) for line in own} >= {Action.RESPOND, Action.HANDLE, Action.ORDER_REPLY, Action.RECTIFY}
    assert [line.moment for line in own] == sorted((line.moment for line in own), reverse=True)
    assert {
        Action(line.action) for line in of_supervision(record.lines(viewer(house, "ducha_leader"), RecordFilter(YEAR)))
    } == {
        Action.SIGN_ORDER,
        Action.CHECK_REPLY,
        Action.SIGN_CIRCULAR,
    }
    everything = record.lines(viewer(house, "supervisor", Breadth.ALL), RecordFilter(YEAR), most=1_000)
    matter = county.matter(call)
    assert {(line.key, line.performance) for line in of_supervision(everything)} == {
        ((matter.id, place), owed.performance.value) for place, owed in enumerate(matter.obligations)
    }
    administrator = replace(viewer(house, "zhifa"), post=Post.ADMINISTRATOR)
    assert record.lines(administrator, RecordFilter(YEAR)) == []
    assert of_supervision(record.lines(viewer(house, "wang"), RecordFilter(YEAR))) == []


def test_a_line_says_which_paper_asked_when_it_was_done_and_what_was_stated(house: CountyStore) -> None:
    call = supervised(house)
    record, county = RecordQueries(house.engine), county_of(house)
    who = viewer(house, "zhifa")
    (reply,) = record.lines(who, RecordFilter(YEAR, action=Action.ORDER_REPLY))
    order = county.matter(call).orders[0]
    assert (reply.document, reply.entry) == (f"督办通知单 {order.number}", 1)
    assert (reply.performance, reply.statements, reply.number) == ("late", 1, county.call(call).number)
    supervisory = SupervisoryQueries(house.engine)
    assert [one.text for one in supervisory.statements(who, {county.matter(call).id})[reply.key]] == ["经办人出差"]
    assert supervisory.at(who, [reply.key])[reply.key] == county.matter(call).obligations[1]
    other = viewer(house, "shichang")
    assert supervisory.statements(other, {county.matter(call).id}) == {}
    assert supervisory.at(other, [reply.key]) == {}


def test_every_filter_narrows_both_alike_and_the_numbers_add_up(house: CountyStore) -> None:
    call = supervised(house)
    county, record = county_of(house), RecordQueries(house.engine)
    who = viewer(house, "supervisor", Breadth.ALL)
    everything = record.lines(who, RecordFilter(YEAR), most=1_000)
    zhifa, town, number = county.orgs["zhifa"], county.orgs["chengdong"], county.call(call).number
    filters: tuple[tuple[RecordFilter, Callable[[CountedLine], bool]], ...] = (
        (RecordFilter(YEAR, organization=zhifa), lambda line: line.organization == zhifa),
        (RecordFilter(YEAR, township=town), lambda line: line.township == town),
        (RecordFilter(YEAR, township=zhifa), lambda line: False),
        (RecordFilter(YEAR, action=Action.CHECK_REPLY), lambda line: line.action == "check_reply"),
        (RecordFilter(YEAR, state=Performance.LATE), lambda line: line.performance == "late"),
        (RecordFilter(YEAR, number=number), lambda line: True),
        (RecordFilter(YEAR, number="HY-0"), lambda line: False),
        (RecordFilter(MAY), lambda line: MAY.since <= line.moment < MAY.until),
    )
    for wanted, holds in filters:
        found = record.lines(who, wanted, most=1_000)
        assert found == [line for line in everything if holds(line)], wanted
        assert sum(one.number for one in record.states(who, wanted)) == len(found), wanted
    suspected = record.lines(who, RecordFilter(YEAR, suspicions=frozenset(SuspicionState)), most=1_000)
    assert of_supervision(suspected) == [], "no suspicion rests on what supervision asks for"


def test_pages_of_both_together_miss_nothing_and_show_nothing_twice(house: CountyStore) -> None:
    supervised(house)
    record, who = RecordQueries(house.engine), viewer(house, "supervisor", Breadth.ALL)
    everything = record.lines(who, RecordFilter(YEAR), most=1_000)
    found: list[CountedLine] = []
    while page := record.lines(who, RecordFilter(YEAR), found[-1].place_in_list if found else "", most=2):
        assert len(page) <= 2
        found += page
    assert found == everything


def test_by_an_item_the_record_has_what_was_asked_about_calls_dispatched_by_it(house: CountyStore) -> None:
    supervised(house)
    record, who = RecordQueries(house.engine), viewer(house, "supervisor", Breadth.ALL)
    titles = {line.item_title for line in record.lines(who, RecordFilter(YEAR), most=1_000) if line.item_title}
    for title in titles:
        found = record.lines(who, RecordFilter(YEAR, item=title), most=1_000)
        assert of_supervision(found), title
    assert record.lines(who, RecordFilter(YEAR, item="没有这样的事项")) == []


def test_the_record_of_a_call_about_its_own_staff_is_kept_from_the_supervision_body(house: CountyStore) -> None:
    county = county_of(house)
    call = county.accepted()
    about = MarkConfidential(call_id=call, about=county.orgs["ducha"], text="有人反映", reason="怕被报复")
    county.say(about, "wang")
    county.dispatch(call, "zhifa")
    county.at("2026-06-30", "17:31")
    county.tick(call)
    county.say(o.DraftOrder(call_id=call, addressee=county.orgs["zhifa"]), "city_supervisor")
    county.say(o.IssueOrder(call_id=call, order=1), "city_leader")
    county.say(h.Respond(call_id=call, handler="郑某", contact="1390000", first_step="到场"), "zhifa")
    store(house)
    fold(house)
    record = RecordQueries(house.engine)
    assert of_supervision(record.lines(viewer(house, "supervisor", Breadth.ALL), RecordFilter(YEAR))) == []
    assert of_supervision(record.lines(viewer(house, "city_supervisor", Breadth.ALL), RecordFilter(YEAR)))
