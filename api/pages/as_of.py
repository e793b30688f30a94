"""历史时点: pages as of an earlier moment: what was typed, what is wrong with it, what such a page says of itself."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Annotated, Self, TypeVar
from urllib.parse import urlencode

from fastapi import Query

from api.pages.times import LOCAL, exact_text
from domain.shared.refusals import NotFound

AsOfTyped = Annotated[str, Query(alias="as_of", title="历史时点", max_length=60)]
"""From the page's own form: a browser sends what was typed without a zone (Beijing time), and nothing as an empty
text. What is wrong with it is said beside it, on the page it came from."""

_Shown = TypeVar("_Shown")


@dataclass(frozen=True, slots=True)
class EarlierMoment:
    """`moment` is None for now, also where what was typed is refused: `problem` then says why and how to go on."""

    typed: str = ""
    moment: datetime | None = None
    problem: str = ""

    @classmethod
    def read(cls, typed: str, now: datetime) -> Self:
        """What was typed."""
        typed = typed.strip()
        if not typed:
            return cls()
        try:
            moment = datetime.fromisoformat(typed)
            moment = (moment if moment.tzinfo else moment.replace(tzinfo=LOCAL)).astimezone(UTC)
        except (ValueError, OverflowError):
            return cls(typed, None, "历史时点无效,请用日历选择,或写成 2026-05-31T17:00 的形式。")
        return cls(typed, None, "历史时点不能晚于现在,请重新填写。") if moment > now else cls(typed, moment)

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
        return f"?{urlencode({'as_of': self.moment.isoformat()})}" if self.moment else ""

    def form(self, href: str) -> dict[str, str]:
        """Where the page asks for a moment, what is chosen, and what a page as of an earlier one says of itself."""
        if self.moment is None:
            return {"href": href, "value": self.typed, "text": "", "problem": self.problem}
        chosen = self.moment.astimezone(LOCAL).replace(tzinfo=None)
        return {
            "href": href,
            "value": chosen.isoformat(timespec="seconds" if chosen.second else "minutes"),
            "text": f"以下为 {exact_text(self.moment)} 的情况,此后的办理不在内。",
            "problem": "",
        }


NOW = EarlierMoment()
"""Nothing earlier is asked for."""
