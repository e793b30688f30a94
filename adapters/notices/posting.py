"""系统对接与网关: the two channels that post: to an organization's own system, and to the county's gateway.

What the gateway is given and must answer: docs/notice-gateway.md.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

import orjson

from adapters.notices.port import Later, Message, Outcome
from adapters.notices.signed_post import post
from domain.rules.notice_rule import Channel


class WebhookChannel:
    """Posts to the system of an organization. Receivers of Standard Webhooks know a message by its `webhook-id`."""

    deduplicates = True

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock

    def send(self, message: Message) -> Outcome:
        """See ChannelPort. One system that is away says nothing of the others."""
        body = orjson.dumps(message.content)
        outcome = post(message.to["url"], message.to["secret"], message.id, body, self._clock())
        return replace(outcome, away=False) if isinstance(outcome, Later) else outcome


@dataclass(frozen=True, slots=True)
class Gateway:
    """网关: the county's own small service behind which SMS, telephone and 政务微信 are reached."""

    url: str
    secret: str
    deduplicates: bool


class GatewayChannel:
    """Hands one channel's messages to the gateway."""

    def __init__(self, gateway: Gateway, channel: Channel, clock: Callable[[], datetime]) -> None:
        self._gateway = gateway
        self._channel = channel
        self._clock = clock

    @property
    def deduplicates(self) -> bool:
        """As the county says of its gateway: the port demands it, not every vendor keeps it."""
        return self._gateway.deduplicates

    def send(self, message: Message) -> Outcome:
        """See ChannelPort."""
        body = orjson.dumps(
            {
                "channel": self._channel.value,
                "urgent": message.urgent,
                "to": dict(message.to),
                "text": message.text,
                "title": message.subject,
            }
        )
        return post(self._gateway.url, self._gateway.secret, message.id, body, self._clock())
