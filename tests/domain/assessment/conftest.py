"""The county in which calls are made."""

import pytest

from tests.domain.calls.county import CallCounty, the_county


@pytest.fixture
def county() -> CallCounty:
    return the_county()
