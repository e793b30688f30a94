"""时间的写法: limits as people say them."""

from datetime import timedelta

import pytest

from api.pages.times import limit_text, parts_text
from domain.shared.deadlines import Deadline, Limit, LimitUnit
from tests.domain.memory import local


@pytest.mark.parametrize(
    ("minutes", "says"),
    [
        (1, "1分钟"),
        (30, "30分钟"),
        (60, "1小时"),
        (90, "1小时30分钟"),
        (1_440, "1天"),
        (1_500, "1天1小时"),
        (4_325, "3天5分钟"),
    ],
)
def test_a_limit_in_minutes_is_said_in_days_and_hours_and_nothing_is_left_out(minutes: int, says: str) -> None:
    opened = local("2026-05-11", "09:00")
    limit = Limit(amount=minutes, unit=LimitUnit.MINUTES, basis="会商时间")
    deadline = Deadline(opened=opened, due=opened + timedelta(minutes=minutes), limit=limit)
    assert limit_text(deadline) == says
    assert parts_text(deadline) == f"{says}(依据:会商时间)"


def test_a_rule_in_hours_is_said_as_the_rule_says_it() -> None:
    opened = local("2026-05-11", "09:00")
    limit = Limit(amount=24, unit=LimitUnit.HOURS)
    assert limit_text(Deadline(opened=opened, due=opened + timedelta(hours=24), limit=limit)) == "24小时"
