"""通知方式的端口: what a channel is given, and the four ways it can end. Vendors stand behind it, none in here."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Message:
    """待发内容: ready to go. `id` is the same for every attempt; `to` names where, by the channel's own words."""

    id: str
    to: Mapping[str, str]
    subject: str
    text: str
    urgent: bool = False
    content: Mapping[str, object] = field(default_factory=dict)
    """What a system reads; people read `text`."""


@dataclass(frozen=True, slots=True)
class Sent:
    """已发出: the receiving side has taken it over; `answer` is what it said."""

    answer: str = ""


@dataclass(frozen=True, slots=True)
class Later:
    """暂不能发: surely not taken over. `away`: the whole channel can't be reached, whoever it is for."""

    reason: str
    away: bool = False


@dataclass(frozen=True, slots=True)
class Refused:
    """不能发: it will not be taken however often it is tried."""

    reason: str
    code: str = "notice-refused"


@dataclass(frozen=True, slots=True)
class Unclear:
    """结果不明: it was handed over and no answer came."""

    reason: str


Outcome = Sent | Later | Refused | Unclear


class ChannelPort(Protocol):
    """One way out of the house.

    `deduplicates`: the receiving side takes one `id` once, however often it comes. Then what is unclear is tried again
    (at least once, seen once); otherwise it is given up as unclear (at most once).
    """

    @property
    def deduplicates(self) -> bool: ...

    def send(self, message: Message) -> Outcome:
        """Hand one message over, within a bounded time."""
        ...
