"""可采用的时限: limits that a list's duty texts state in words, offered for confirmation, never taken silently."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from domain.duty_lists.kinds import LimitedAction
from domain.shared.deadlines import Limit, LimitUnit
from domain.shared.urgency import Urgency

_UNITS = {
    "紧急工作时": (LimitUnit.HOURS, 1),  # digital city management counts these round the clock
    "工作小时": (LimitUnit.WORKING_HOURS, 1),
    "工作时": (LimitUnit.WORKING_HOURS, 1),
    "工作日": (LimitUnit.WORKING_DAYS, 1),
    "小时": (LimitUnit.HOURS, 1),
    "分钟": (LimitUnit.MINUTES, 1),
    "日": (LimitUnit.HOURS, 24),
    "天": (LimitUnit.HOURS, 24),
    "周": (LimitUnit.HOURS, 168),
}
_DIGITS = {digit: value for value, digit in enumerate("一二三四五六七八九", start=1)} | {"两": 2}
_STATED = re.compile(
    r"(?<![\d年月.第])(?P<amount>\d{1,3}|[一二两三四五六七八九十]{1,3})\s*个?\s*(?P<unit>"
    + "|".join(_UNITS)
    + r")(之?内)?"
)
_ABOUT_LIMITS = re.compile("为?(处置|办理|完成)?时限$")
_CLAUSE = re.compile("[^、,\uff0c:\uff1a()\uff08\uff09]+")
_SENTENCE = re.compile("[^;\uff1b。\n]+")
_EMERGENCY = re.compile("紧急工单|特急|突发")


@dataclass(frozen=True, slots=True)
class OfferedLimit:
    """可采用的时限. `words` as the list has them, `step` what they bound, in the list's words without the limit.

    `of_township`: stated in the township's column. Calendar days and weeks are offered as hours.
    """

    step: str
    action: LimitedAction
    urgency: Urgency
    limit: Limit
    words: str
    of_township: bool = False


def limits_in(text: str, *, of_township: bool = False) -> Iterator[OfferedLimit]:
    """Every limit the text states, in its order."""
    for sentence in _SENTENCE.findall(text):
        urgency = Urgency.EMERGENCY if _EMERGENCY.search(sentence) else Urgency.ORDINARY
        for clause in _CLAUSE.findall(sentence):
            for stated in _STATED.finditer(clause):
                amount = _amount(stated["amount"])
                if not amount:
                    continue
                unit, factor = _UNITS[stated["unit"]]
                step = _ABOUT_LIMITS.sub("", _STATED.sub("", clause)).strip() or "办结"
                yield OfferedLimit(
                    step=step,
                    action=_action(clause),
                    urgency=urgency,
                    limit=Limit(amount=amount * factor, unit=unit, basis=f"清单原文“{clause.strip()}”"),
                    words=stated.group(),
                    of_township=of_township,
                )


def _action(clause: str) -> LimitedAction:
    if "响应" in clause:
        return LimitedAction.RESPOND
    if "初步" in clause or "首次" in clause:
        return LimitedAction.FIRST_RESULT
    return LimitedAction.HANDLE


def _amount(words: str) -> int:
    """Digits, or Chinese numerals up to 99; 0 where they make no number."""
    if words.isdigit():
        return int(words)
    tens, ten, ones = words.partition("十")
    if not ten:
        return _DIGITS.get(words, 0)
    if "十" in ones:
        return 0
    return _DIGITS.get(tens, 1 if not tens else 0) * 10 + _DIGITS.get(ones, 0)
