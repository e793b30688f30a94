"""通知去向: by which channels a notice leaves the house, and when: first what the rule demands, then wishes."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from domain.notices.telling import Telling
from domain.rules.notice_rule import Channel, NoticeRule
from domain.shared.urgency import Urgency

WISHED = frozenset({Channel.EMAIL, Channel.SMS, Channel.ZWWX})
"""What a person may add for themselves: the telephone rings by rule only, and systems are connected on the server."""

GATHERED = frozenset({Channel.EMAIL, Channel.ZWWX})
"""By what a daily digest may go."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """个人设置, within what the rule demands: further channels, ordinary ones once a day, only what is asked of me."""

    channels: frozenset[Channel] = frozenset()
    daily: bool = False
    only_owed: bool = False


@dataclass(frozen=True, slots=True)
class Route:
    """去向: one channel, from when on. `gathered`: in the digest of that moment, with whatever else is in it."""

    channel: Channel
    at: datetime
    demanded: bool = False
    gathered: bool = False


def routes(
    telling: Telling, urgency: Urgency, *, called: bool, wishes: Wishes, rule: NoticeRule, at: datetime
) -> tuple[Route, ...]:
    """Where one person's notice goes, besides their inbox. `called`: the rule's demands are for this person.

    No wish takes away what is demanded, and what is demanded never waits for a digest.
    """
    demanded = rule.demanded(urgency) - {Channel.WEBHOOK} if telling.owed and called else frozenset()
    wished = wishes.channels & WISHED if telling.owed or not wishes.only_owed else frozenset()
    return tuple(_routes(demanded, wished - demanded, urgency, wishes, rule, at))


def _routes(
    demanded: frozenset[Channel],
    wished: frozenset[Channel],
    urgency: Urgency,
    wishes: Wishes,
    rule: NoticeRule,
    at: datetime,
) -> Iterator[Route]:
    soon = rule.may_go(urgency, at)
    for channel in Channel:
        if channel in demanded:
            yield Route(channel, soon, demanded=True)
        elif channel in wished:
            gathered = wishes.daily and urgency is Urgency.ORDINARY and channel in GATHERED
            yield Route(channel, rule.next_digest(at), gathered=True) if gathered else Route(channel, soon)
