"""One small county for the tests of the directory."""

import pytest

from tests.domain.directory.county import Town, a_town


@pytest.fixture
def town() -> Town:
    return a_town()
