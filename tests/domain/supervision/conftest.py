"""The county in which calls are supervised."""

import pytest

from tests.domain.supervision.county import SupervisedCounty, the_supervised_county


@pytest.fixture
def county() -> SupervisedCounty:
    return the_supervised_county()
