"""The county with its notices, begun: what is recorded from now on is told."""

from collections.abc import Iterator

import pytest

from tests.adapters.notices.town import NoticeTown, notice_town


@pytest.fixture
def town(database: str) -> Iterator[NoticeTown]:
    with notice_town(database) as opened:
        opened.planner().begin()
        yield opened
