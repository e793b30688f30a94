"""历史时点: pages as of an earlier moment: what was typed, what is wrong with it, what such a page says of itself."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Annotated, Self, TypeVar
from urllib.parse import urlencode

from fastapi import Query

from api.pages.times import LOCAL, second_text
from domain.shared.refusals import NotFound

AsOfTyped = Annotated[str, Query(alias="as_of", title="历史时点", max_length=60)]
"""From the page's own form: a browser sends what was typed without a zone (Beijing time), and nothing as an empty
text. What is wrong with it is said beside it, on the page it came from."""

_CLOCK = re.compile(r"[T ]\d\d:?(?:\d\d)?(?P<second>:?\d\d)?(?P<part>[.,]\d+)?")
_INSTANT = timedelta(microseconds=1)
_Shown = TypeVar("_Shown")


@dataclass(frozen=True, slots=True)
class EarlierMoment:
    """`moment` is None for now, also where what was typed is refused: `problem` then says why and how to go on.
    `chosen` is what to choose in a form for the same moment."""

    typed: str = ""
    moment: datetime | None = None
    problem: str = ""
    chosen: str = ""

    @classmethod
    def read(cls, typed: str, now: datetime) -> Self:
        """What was typed: the whole minute, where no second is, as the record shows minutes; the whole second, where
        no part of one is; never later than now."""
        typed = typed.strip()
        if not typed:
            return cls()
        try:
            begin = datetime.fromisoformat(typed)
            begin = (begin if begin.tzinfo else begin.replace(tzinfo=LOCAL)).astimezone(UTC)
            end = begin + _meant(typed)
        except (ValueError, OverflowError):
            return cls(typed, None, "历史时点无效,请用日历选择,或写成 2026-05-31T17:00 的形式。")
        if begin > now:
            return cls(typed, None, "历史时点不能晚于现在,请重新填写。")
        local, after = begin.astimezone(LOCAL).replace(tzinfo=None), end + _INSTANT
        unit = "minutes" if after == after.replace(second=0, microsecond=0) else "seconds"
        return cls(typed, min(end, now), "", local.isoformat(timespec=unit))

    @property
    def status(self) -> int:
        """Of the page that answers."""
        return 422 if self.problem else 200

    def show(self, shown: Callable[[datetime], _Shown], now: datetime, not_yet: str) -> tuple[Self, _Shown]:
        """What is to be shown as of the moment; as of now, and refused in the words of `not_yet`, where there was
        nothing of it then. Refuses NotFound where there is nothing now either."""
        if self.moment is None:
            return self, shown(now)
        try:
            return self, shown(self.moment)
        except NotFound:
            at_present = shown(now)
            return replace(self, moment=None, problem=not_yet), at_present

    @property
    def asked(self) -> str:
        """What a link adds to lead to a page as of the same moment; empty for now."""
        return f"?{urlencode({'as_of': self.moment.isoformat(timespec='microseconds')})}" if self.moment else ""

    def form(self, href: str) -> dict[str, str]:
        """Where the page asks for a moment, what is chosen, and what a page as of an earlier one says of itself."""
        if self.moment is None:
            return {"href": href, "value": self.typed, "text": "", "problem": self.problem}
        return {
            "href": href,
            "value": self.chosen,
            "text": f"以下为 {second_text(self.moment)} 的情况,此后的办理不在内。",
            "problem": "",
        }


NOW = EarlierMoment()
"""Nothing earlier is asked for."""


def _meant(typed: str) -> timedelta:
    """What is typed goes on so long after its first instant: to the last of a minute or a second, or not at all."""
    clock = _CLOCK.search(typed)
    if clock is None or clock["second"] is None:
        return timedelta(minutes=1) - _INSTANT
    return timedelta(0) if clock["part"] else timedelta(seconds=1) - _INSTANT
