"""Random lives of calls against the oracle: some on every run, ten thousand by `python -m tests.domain.obligations`."""

import pytest

from tests.domain.obligations.comparing import differences
from tests.domain.obligations.lives import lives

pytestmark = pytest.mark.long

SEED = "20261127"
CALLS = 300


def test_the_fold_and_an_oracle_that_walks_minute_by_minute_say_the_same_of_random_lives() -> None:
    found = [
        f"seed {SEED}, call {number}: {difference}"
        for number, life in enumerate(lives(SEED, CALLS))
        for _, difference in differences(life)
    ]
    assert not found, "\n".join(found[:20])
