"""时间的写法: instants and deadlines as people read them, in the county's own time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from domain.calls.lights import Light, light
from domain.shared.deadlines import CountFrom, Deadline, Limit, LimitUnit

LOCAL = ZoneInfo("Asia/Shanghai")
_WEEKDAYS = "一二三四五六日"
_UNITS = {
    LimitUnit.HOURS: "小时",
    LimitUnit.WORKING_HOURS: "个工作时",
    LimitUnit.WORKING_DAYS: "个工作日",
}


def time_text(moment: datetime, now: datetime) -> str:
    """E.g. "5月9日(周六) 08:30"; with the year when it is another one."""
    local = moment.astimezone(LOCAL)
    year = "" if local.year == now.astimezone(LOCAL).year else f"{local.year}年"
    return f"{year}{local.month}月{local.day}日(周{_WEEKDAYS[local.weekday()]}) {local:%H:%M}"


def exact_text(moment: datetime) -> str:
    """For the record: 2026-05-09 08:30, to the second where there are some: 2026-05-09 08:30:07."""
    local = moment.astimezone(LOCAL)
    return f"{local:%Y-%m-%d %H:%M:%S}" if local.second else f"{local:%Y-%m-%d %H:%M}"


def second_text(moment: datetime) -> str:
    """For a moment that was chosen: always to the second, 2026-05-09 08:30:00."""
    return f"{moment.astimezone(LOCAL):%Y-%m-%d %H:%M:%S}"


def span_text(span: timedelta) -> str:
    """E.g. "2天3小时", "1小时20分", "不到1分钟"."""
    minutes = int(span.total_seconds() // 60)
    days, minutes = divmod(minutes, 24 * 60)
    hours, minutes = divmod(minutes, 60)
    if days:
        return f"{days}天{hours}小时" if hours else f"{days}天"
    if hours:
        return f"{hours}小时{minutes}分" if minutes else f"{hours}小时"
    return f"{minutes}分钟" if minutes else "不到1分钟"


def until_due_text(deadline: Deadline, now: datetime) -> str:
    """How far the due moment is: "距到期 1天8小时(自然时间)"; where minutes run day and night, that needs no saying."""
    kind = "(自然时间)" if any(part.unit.working for part in deadline.budget) else ""
    return f"距到期 {span_text(deadline.due - now)}{kind}"


@dataclass(frozen=True, slots=True)
class LightShown:
    """灯 for the template: code (style), word."""

    code: str
    word: str


@dataclass(frozen=True, slots=True)
class MarkShown:
    """What is special about a clock: icon, words, and the style of the tag."""

    icon: str
    word: str
    style: str = "soft"


@dataclass(frozen=True, slots=True)
class DeadlineShown:
    """期限 for the template: due, time left, light, how it was computed, when it was done, where it is explained."""

    due_text: str
    left_text: str
    light: LightShown
    how: list[str]
    provisional: bool
    done_text: str = ""
    why_href: str = ""
    marks: Sequence[MarkShown] = ()


def shown_light(code: Light) -> LightShown:
    """The light with its word."""
    return LightShown(code.value, code.label)


def limit_text(deadline: Deadline) -> str:
    """E.g. "4个工作时"; with what was added in another unit "24小时加2个工作日"; a named day "至2027年1月5日下班"."""
    if deadline.day is not None:
        return "加".join([_until(deadline.day), *map(_amount, deadline.budget[1:])])
    return "加".join(_amount(limit) for limit in (deadline.limit, *deadline.added))


def parts_text(deadline: Deadline) -> str:
    """The parts of a budget, each with its rule: "5个工作日(依据:…),延期8个工作日(依据:…)"."""
    first, *further = deadline.budget
    says = _amount(first) if deadline.day is None else _until(deadline.day)
    return ",".join([says + _rule(first), *(f"延期{_amount(part)}{_rule(part)}" for part in further)])


def extension_text(deadline: Deadline) -> str:
    """E.g. "延期8个工作日"; empty for what was never extended."""
    further = deadline.budget[1:]
    return f"延期{'加'.join(map(_amount, further))}" if further else ""


def _amount(limit: Limit) -> str:
    if limit.unit is LimitUnit.MINUTES:  # also of what lasts days: a set day, an older platform's limit
        return _whole(limit.amount)
    return f"{limit.amount}{_UNITS[limit.unit]}"


def _whole(minutes: int) -> str:
    """Nothing left out: "30分钟", "1小时30分钟", "1天", "3天5分钟"."""
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    parts = ((days, "天"), (hours, "小时"), (minutes, "分钟"))
    return "".join(f"{amount}{unit}" for amount, unit in parts if amount)


def _until(day: date) -> str:
    return f"至{day.year}年{day.month}月{day.day}日下班"


def _rule(limit: Limit) -> str:
    return f"(依据:{limit.basis})" if limit.basis else ""


def shown_deadline(deadline: Deadline, now: datetime) -> DeadlineShown:
    """A running deadline as it stands now; what is left of it is for `shown_obligation` to say."""
    how = [
        f"{time_text(deadline.opened, now)} 起算"
        + (",从次日算起" if deadline.limit.count_from is CountFrom.NEXT_DAY else ""),
        f"时限 {parts_text(deadline)}" + (f",共{limit_text(deadline)}" if deadline.parts else ""),
        f"到期 {exact_text(deadline.due)}",
    ]
    if deadline.day is not None:
        how.append("这一天是约定的:当天休息的顺延至下一个工作日,其间放假调休不改变期限")
    if deadline.limit.unit.working:
        how.append("只计工作时间,节假日按国务院办公厅放假通知,调休上班日计入")
    else:
        how.append("按自然时间连续计算,昼夜和节假日都计入")
    if deadline.provisional:
        how.append("暂定:跨入尚未公布放假安排的年份,公布后另行重算并记录")
    shown = shown_light(light(deadline, now))
    return DeadlineShown(time_text(deadline.due, now), "", shown, how, deadline.provisional)
