"""应履责事项 by call and place: who reads the call reads them, as they were folded."""

from collections.abc import Iterator

import pytest

from domain.calls.explanation import explain
from domain.rules.rulebook import rulebook_of
from projections.calls.owed import OwedQueries
from projections.scope import Breadth
from tests.county_store import CountyStore, county_store
from tests.domain.calls.test_passing import passing_on
from tests.domain.memory import NODE
from tests.projections.test_calls import keep, viewer


@pytest.fixture
def house(database: str) -> Iterator[CountyStore]:
    with county_store(database) as house:
        yield house


def test_obligations_are_read_by_place_and_by_nobody_who_may_not_read_the_call(house: CountyStore) -> None:
    county = house.county
    call = county.handling("shichang")
    keep(house)
    queries, owed = OwedQueries(house.engine), county.call(call).obligations
    places = {(call, place) for place in range(len(owed))}
    assert dict(queries.at(viewer(house, "zhifa"), places)) == {(call, n): one for n, one in enumerate(owed)}
    assert set(queries.at(viewer(house, "wang"), {(call, 1), (call, 999)})) == {(call, 1)}
    assert queries.at(viewer(house, "huanjing"), places) == {}
    assert queries.at(viewer(house, "zhifa"), ()) == {}


def test_the_duties_they_rest_on_are_those_that_the_facts_explain(house: CountyStore) -> None:
    """Whichever dispatch opened them: by the list with the township's own duty, of a part, to the next stage."""
    county = house.county
    listed = county.handling("shichang", item=county.code_of("流动摊点疏导"))
    in_part = county.upheld_in_part()
    county.say(county.dispatching_part(in_part), "li")
    passed = county.handling()
    county.say(passing_on(county, passed), "zhifa")
    keep(house)
    queries, platform = OwedQueries(house.engine), viewer(house, "li", Breadth.ALL)
    calendar = rulebook_of(county.streams, NODE).calendar
    for call in (listed, in_part, passed):
        places = {(call, place) for place in range(len(county.call(call).obligations))}
        explained = {place: explain(county.history(call), place[1], calendar, county.now) for place in places}
        duties = {place: one.duty for place, one in explained.items() if one is not None and one.duty is not None}
        owed = queries.at(platform, places)
        assert len(duties) >= 4
        assert queries.duties(platform, owed) == duties
        assert queries.duties(viewer(house, "yancao"), owed) == {}, "who may not read the call reads no duty of it"
    assert queries.duties(platform, {}) == {}
