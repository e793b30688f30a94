"""应履责事项的写法: one obligation's clock as people read it: light, time left or how it ended, how it counts."""

from dataclasses import replace
from datetime import datetime

from api.pages.times import DeadlineShown, LightShown, exact_text, shown_deadline, shown_light, span_text, time_text
from domain.calls.lights import Light, light_of
from domain.obligations.obligation import Obligation
from domain.obligations.words import Performance

_CODES = {
    Performance.MET: "done",
    Performance.LATE: "overdue",
    Performance.UNMET: "overdue",
    Performance.UNRECORDED: "overdue",
    Performance.JUSTIFIED: "ended",
    Performance.TRANSFERRED: "ended",
    Performance.ENDED: "ended",
}


def shown_obligation(owed: Obligation, now: datetime, why_href: str = "") -> DeadlineShown:
    """An obligation's clock as it stands now, or as it ended. `why_href` is the page that explains it in full."""
    shown = shown_deadline(owed.deadline, now)
    at = owed.performed or owed.ended
    light = (
        shown_light(light_of(owed, now)) if owed.open else LightShown(_CODES[owed.performance], owed.performance.label)
    )
    return replace(
        shown,
        light=light,
        left_text=_left(owed, now),
        how=[*shown.how, *_history(owed, now)],
        done_text=time_text(at, now) if at is not None and owed.done else "",
        why_href=why_href,
    )


def _left(owed: Obligation, now: datetime) -> str:
    if owed.open:
        if light_of(owed, now) is Light.SUSPENDED:
            return "暂停计时" if owed.paused_since is not None else "待对方先办"
        over = now > owed.deadline.due
        if over:
            return f"已超期 {span_text(now - owed.deadline.due)}"
        again = "(此前已超期)" if owed.breached else ""
        return f"还剩 {span_text(owed.deadline.due - now)}{again}"
    at = owed.performed or owed.ended
    assert at is not None, "what is not open has ended"
    late = at - owed.deadline.due
    match owed.performance:
        case Performance.MET:
            return "按期办理"
        case Performance.LATE | Performance.JUSTIFIED if at <= owed.deadline.due:
            return "此前已超期,重新计时后办理"
        case Performance.LATE:
            return f"逾期 {span_text(late)}办理"
        case Performance.JUSTIFIED:
            return f"逾期 {span_text(late)},有正当事由"
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
    if owed.justified_until is not None:
        lines.append(f"{exact_text(owed.justified_until)} 前逾期有正当事由")
    if owed.ended is not None:
        done = "办理" if owed.done else "终止"
        lines.append(f"{done}于 {exact_text(owed.performed or owed.ended)}")
        if owed.performed is not None and owed.performed != owed.ended:
            lines.append(f"登记于 {exact_text(owed.ended)},时间由双方确认")
    return lines
