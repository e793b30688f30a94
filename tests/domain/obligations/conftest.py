"""The county in which obligations are owed."""

import pytest

from tests.domain.calls.county import CallCounty, the_county


@pytest.fixture
def county() -> CallCounty:
    return the_county()
