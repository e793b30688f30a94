"""时间的写法: limits as people say them."""

from datetime import date, timedelta

import pytest

from api.pages.times import limit_text, parts_text, shown_deadline
from domain.shared.calendar import WorkingCalendar
from domain.shared.deadlines import Deadline, Limit, LimitUnit
from tests.domain.memory import local
from tests.domain.shared.calendars import NOTICE_2026, USUAL


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


def test_a_named_day_is_said_as_that_day_and_what_moves_it_beside() -> None:
    opened = local("2026-12-28", "09:00")
    deadline = WorkingCalendar([NOTICE_2026], [USUAL]).until_close(date(2027, 1, 9), opened, "第 1 次会商议定事项")
    assert limit_text(deadline) == "至2027年1月9日下班"
    assert parts_text(deadline) == "至2027年1月9日下班(依据:第 1 次会商议定事项)"
    assert shown_deadline(deadline, opened).how == [
        "12月28日(周一) 09:00 起算,从次日算起",
        "时限 至2027年1月9日下班(依据:第 1 次会商议定事项)",
        "到期 2027-01-11 17:30",
        "这一天是约定的:当天休息的顺延至下一个工作日,其间放假调休不改变期限",
        "只计工作时间,节假日按国务院办公厅放假通知,调休上班日计入",
        "暂定:跨入尚未公布放假安排的年份,公布后另行重算并记录",
    ]
    longer = deadline.extended(Limit(amount=2, unit=LimitUnit.WORKING_DAYS, basis="延期规定"))
    assert limit_text(longer) == "至2027年1月9日下班加2个工作日"
    assert parts_text(longer) == "至2027年1月9日下班(依据:第 1 次会商议定事项),延期2个工作日(依据:延期规定)"
