"""The county on a real PostgreSQL."""

from collections.abc import Iterator

import pytest

from tests.county_store import CountyStore, county_store


@pytest.fixture
def house(database: str) -> Iterator[CountyStore]:
    with county_store(database) as house:
        yield house
