"""应履责事项 by call and place: who reads the call reads them, as they were folded."""

from collections.abc import Iterator

import pytest

from projections.calls.owed import OwedQueries
from tests.county_store import CountyStore, county_store
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
