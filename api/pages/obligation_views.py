"""应履责事项的写法: one obligation's clock as people read it: light, time left or how it ended, how it counts."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from api.pages.lateness import Lateness
from api.pages.times import (
    DeadlineShown,
    LightShown,
    MarkShown,
    exact_text,
    extension_text,
    shown_deadline,
    shown_light,
    time_text,
    until_due_text,
)
from domain.calls.lights import Light, light_of
from domain.obligations.obligation import Obligation
from domain.obligations.words import Action, ExcuseGround, Performance

_CODES = {
    Performance.MET: "done",
    Performance.LATE: "overdue",
    Performance.UNMET: "overdue",
    Performance.UNRECORDED: "overdue",
    Performance.JUSTIFIED: "ended",
    Performance.TRANSFERRED: "ended",
    Performance.ENDED: "ended",
}


def shown_obligation(owed: Obligation, now: datetime, late: Lateness, why_href: str = "") -> DeadlineShown:
    """An obligation's clock as it stands now, or as it ended; how late, as `late` counts. `why_href` is the page that
    explains it in full."""
    shown = shown_deadline(owed.deadline, now)
    at = owed.performed or owed.ended
    light = (
        shown_light(light_of(owed, now)) if owed.open else LightShown(_CODES[owed.performance], owed.performance.label)
    )
    return replace(
        shown,
        light=light,
        left_text=_left(owed, now, late),
        how=[*shown.how, *_history(owed, now), *filter(None, (still_owed_text(owed),))],
        done_text=time_text(at, now) if at is not None and owed.done else "",
        why_href=why_href,
        marks=list(_marks(owed, now)),
    )


_WAITING = {ExcuseGround.ESCALATED: "等待上级答复", ExcuseGround.AWAITING_RECORD: "待召集单位登记"}


_STILL_OWED = (
    "该单位已有办理记录,但进展、协办情况、办理结果和电话联系不代替响应:请补作响应(承办人、联系电话、第一步),或者登记到达现场;"
    "当时已经响应而没有登记的,请补录,经对方确认即按当时计。事项了结时仍没有响应记录的,逾期的列为“平台无记录”,不列为“未履行”。"
)


def still_owed_text(owed: Obligation) -> str:
    """Why a response is owed though its bearer has reported already, and what to do; else nothing."""
    return _STILL_OWED if owed.open and owed.traces and owed.action is Action.RESPOND else ""


def _marks(owed: Obligation, now: datetime) -> Iterator[MarkShown]:
    if still_owed_text(owed):
        yield MarkShown("info-circle", "已有办理记录,尚缺响应")
    if extended := extension_text(owed.deadline):
        yield MarkShown("arrow-clockwise", extended)
    if not owed.open:
        if vouched := _vouched(owed, now):
            yield MarkShown("info-circle", vouched)
        return
    running = (x for x in owed.excuses if x.until is None and x.since <= now)
    waits = dict.fromkeys(_WAITING.get(x.ground, "等待他方办理") for x in running)
    yield from (MarkShown("clock", text) for text in waits)
    if owed.overdue_at(now) and owed.justified_at(now):
        yield MarkShown("info-circle", "逾期有正当事由", "urgent")


_VOUCHED = (Action.RESPOND, Action.CALL)
"""What counts as done when the other side says it was done, though it was recorded later."""


def _vouched(owed: Obligation, now: datetime) -> str:
    """When it was recorded, where both sides' word puts it earlier: both times stand beside the limit."""
    if owed.action not in _VOUCHED or owed.performed is None or owed.ended is None or not owed.done:
        return ""
    recorded = time_text(owed.ended, now)
    return f"{recorded} 登记,时间经对方确认" if recorded != time_text(owed.performed, now) else ""


def _left(owed: Obligation, now: datetime, late: Lateness) -> str:
    if owed.open:
        if light_of(owed, now) is Light.SUSPENDED:
            if owed.unrecorded_at(now) and owed.overdue_at(now):
                return "待对方先办"
            until = next((p.until for p in owed.pauses if p.until is not None and p.since <= now <= p.until), None)
            return "暂停计时" if until is None else f"暂停计时,{time_text(until, now)} 恢复"
        over = now > owed.deadline.due
        if over:
            return f"已超期 {late.text(owed, now)}"
        again = "(此前已超期)" if owed.breached else ""
        return f"{until_due_text(owed.deadline, now)}{again}"
    at = owed.performed or owed.ended
    assert at is not None, "what is not open has ended"
    match owed.performance:
        case Performance.MET:
            return "按期办理"
        case Performance.LATE | Performance.JUSTIFIED if at <= owed.deadline.due:
            return "此前已超期,重新计时后办理"
        case Performance.LATE:
            return f"逾期 {late.text(owed, at)}办理"
        case Performance.JUSTIFIED:
            return f"逾期 {late.text(owed, at)},有正当事由"
        case Performance.UNMET:
            return "事项了结时已超期,未办理"
        case Performance.UNRECORDED:
            return "事项了结时已超期,平台没有办理的记录"
        case Performance.TRANSFERRED:
            return f"{time_text(at, now)} 移交"
        case _:
            return f"{time_text(owed.ended or at, now)} 终止,不计为办理"


def _history(owed: Obligation, now: datetime) -> list[str]:
    """What happened to the clock, in words."""
    lines = [
        f"{pause.ground.label}不计时:{time_text(pause.since, now)} 至 "
        + (time_text(pause.until, now) if pause.until is not None else "恢复之日")
        for pause in owed.pauses
    ]
    lines += [f"原期限 {exact_text(moved.deadline.due)},后经变更" for moved in owed.moved]
    lines += [
        f"正当事由({excuse.ground.label}):{time_text(excuse.since, now)} 至 "
        + (time_text(excuse.until, now) if excuse.until is not None else "现在")
        for excuse in owed.excuses
        if excuse.since < (excuse.until or now)
    ]
    if owed.justified_until is not None:
        lines.append(f"{exact_text(owed.justified_until)} 前逾期有正当事由")
    if owed.ended is not None:
        done = "办理" if owed.done else "终止"
        lines.append(f"{done}于 {exact_text(owed.performed or owed.ended)}")
        if owed.performed is not None and owed.performed != owed.ended:
            by_whom = ",时间经对方确认" if owed.action in _VOUCHED else ""
            lines.append(f"登记于 {exact_text(owed.ended)}{by_whom}")
    return lines
