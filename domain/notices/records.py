"""通知记录: a notice and what became of it, as the inbox, the settings and the sender read them. Nothing sealed."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid5

from domain.notices.routing import Wishes
from domain.notices.words import Topic
from domain.rules.notice_rule import Channel
from domain.shared.labels import Labelled
from domain.shared.urgency import Urgency


@dataclass(frozen=True, slots=True)
class Notice:
    """通知: what one person (or, without `person`, the systems of an organization) is told by one fact.

    Holds what may leave the house: number, what is owed, by when; no text anybody typed. `call` is what it is about: a
    call, or the assessment period where the topic is of one, whose months stand for a number. `version` is that of the
    fact in its own stream (the call's, that of its supervision, the period's), `page` where under the page of what it
    is about it stands.
    """

    id: UUID
    call: UUID
    version: int
    position: int
    number: str
    topic: Topic
    urgency: Urgency
    due: datetime | None
    person: UUID | None
    organization: UUID
    organization_name: str
    by_organization: str
    recorded_at: datetime
    page: str = ""

    @property
    def href(self) -> str:
        """Where it stands in the product."""
        return notice_href(self.topic, self.call, self.page)


def notice_href(topic: Topic, about: UUID, page: str) -> str:
    """The page of the call or of the period, or what stands under it."""
    return f"/periods/{about}{page}" if topic.of_a_period else f"/calls/{about}{page}"


def notice_id(stream: UUID, version: int, organization: UUID, person: UUID | None) -> UUID:
    """The same for the same fact and recipient, whoever plans it and however often."""
    return uuid5(stream, f"notice/{version}/{organization}/{person or 'systems'}")


def delivery_id(notice: UUID, channel: Channel) -> UUID:
    """What a receiver knows a sending by: the same for every attempt."""
    return uuid5(notice, channel.value)


def digest_id(person: UUID, channel: Channel, at: datetime) -> UUID:
    """One digest a person, channel and moment."""
    return uuid5(person, f"digest/{channel.value}/{at.timestamp():.0f}")


class DeliveryState(Labelled):
    """发送情况."""

    WAITING = "waiting", "待发送"
    SENDING = "sending", "正在发送"
    SENT = "sent", "已发送"
    GIVEN_UP = "given_up", "未送达"


@dataclass(frozen=True, slots=True)
class Delivery:
    """发送: how a notice went by one channel."""

    channel: Channel
    state: DeliveryState
    at: datetime
    attempts: int = 0
    answer: str = ""
    gathered: bool = False


@dataclass(frozen=True, slots=True)
class InboxEntry:
    """消息: a notice in somebody's inbox. `text`: what the call is about, where the reader may read it now, else ""."""

    notice: Notice
    read_at: datetime | None
    deliveries: tuple[Delivery, ...] = ()
    text: str = ""


@dataclass(frozen=True, slots=True)
class Preferences:
    """通知设置 of one person: their wishes, and where they are reached. The phone is the directory's."""

    wishes: Wishes = field(default_factory=Wishes)
    email: str = ""
    zwwx: str = ""
