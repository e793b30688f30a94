"""The offices that make lists."""

import pytest

from tests.domain.duty_lists.county import Offices, the_offices


@pytest.fixture
def offices() -> Offices:
    return the_offices()
