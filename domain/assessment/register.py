"""考核周期目录: which periods a county has opened, so that a new one is decided beside all others (decision 0063).

One stream a node. It holds the months of each period; what became of a period stands in the period's own stream.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from domain.assessment.events import PeriodListed
from domain.assessment.period import Period, evolve
from domain.assessment.refusals import PeriodExists, PeriodsOverlap
from domain.assessment.words import PeriodState
from domain.shared.changes import changed
from domain.shared.commands import Streams
from domain.shared.identifiers import stream_id
from domain.shared.refusals import NotFound


@dataclass(frozen=True)
class Register:
    """目录: every opened period, in the order of opening."""

    version: int = 0
    listed: tuple[PeriodListed, ...] = ()


def register_stream(node: str) -> UUID:
    """The identifier of a node's register."""
    return stream_id(node, "assessment", "periods")


def evolve_register(register: Register | None, event: PeriodListed) -> Register:
    """One fact further. Refuses NotFound for a stream that is no register."""
    if not isinstance(event, PeriodListed):
        raise NotFound
    known = register or Register()
    return changed(known, version=event.originator_version, listed=(*known.listed, event))


def register_of(streams: Streams, node: str) -> Register:
    """The register as it stands."""
    return streams.find(register_stream(node), evolve_register) or Register()


def refuse_crossing(streams: Streams, register: Register, first_day: date, last_day: date) -> None:
    """Periods lie apart, or one lies within the other. Refuses PeriodExists, PeriodsOverlap."""
    for listed, period in _meeting(streams, register, first_day, last_day):
        days = f"“{listed.name}”({listed.first_day.isoformat()} 至 {listed.last_day.isoformat()})"
        is_open = period.state is PeriodState.OPEN
        within = listed.first_day <= first_day and last_day <= listed.last_day
        around = first_day <= listed.first_day and listed.last_day <= last_day
        if within and around:
            raise PeriodExists(_same(days, is_open=is_open), field="first_day")
        if not (within or around):
            raise PeriodsOverlap(_partly(days, is_open=is_open), field="first_day")


def _meeting(
    streams: Streams, register: Register, first_day: date, last_day: date
) -> Iterator[tuple[PeriodListed, Period]]:
    """The periods that stand and have a day in common with the span."""
    for listed in register.listed:
        if listed.first_day <= last_day and first_day <= listed.last_day:
            period = streams.get(listed.period, evolve)
            if period.state is not PeriodState.WITHDRAWN:
                yield listed, period


def _same(days: str, *, is_open: bool) -> str:
    if is_open:
        return f"{days}已经设立,同样的月份只设一个考核周期,请在该周期办理;设错了的,先撤销该周期再重新设立。"
    return f"{days}已经设立并已冻结,同样的月份只设一个考核周期,请直接查看或公布该周期的数字。"


def _partly(days: str, *, is_open: bool) -> str:
    way_out = "请调整起止月份" + (",或先撤销设错的周期。" if is_open else "。")
    return f"与考核周期{days}部分重叠:两个周期应当互不相交,或一个完全在另一个之内(如月在季度内)。{way_out}"
