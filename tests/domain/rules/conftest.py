"""A small county whose rules can be asked about."""

import pytest

from tests.domain.rules.ruled_county import RuledTown, a_ruled_town


@pytest.fixture
def town() -> RuledTown:
    """Documents adopted, nothing else set."""
    return a_ruled_town()
