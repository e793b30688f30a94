"""示范县 with its notices: real facts in a real database, a planner and senders that the test runs as it likes."""

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from adapters.event_store.feed import StoreFeed
from adapters.notices.composing import Composing
from adapters.notices.inbox import Inbox
from adapters.notices.mail import Mail, MailServer
from adapters.notices.planner import Planner
from adapters.notices.port import ChannelPort
from adapters.notices.posting import Gateway, GatewayChannel, WebhookChannel
from adapters.notices.preferences import NoticePreferences, NoticeSettings, Webhooks
from adapters.notices.sender import Sender
from adapters.notices.standing import NoticeStanding
from adapters.notices.wording import Wording
from domain.directory.person import evolve as evolve_person
from domain.notices.records import Preferences
from domain.notices.routing import Wishes
from domain.rules.notice_rule import Channel
from domain.rules.rulebook import rulebook_of
from domain.shared.posts import Post
from projections.directory import Directory
from projections.directory.duty import PeopleAtWork
from projections.engine.builds import ensure
from projections.engine.projector import Projector
from projections.scope import Breadth, Viewer
from tests.county_store import CountyStore, county_store
from tests.domain.memory import NODE
from tests.notice_doubles import SECRET

ORIGIN = "https://huying.example.gov.cn"
EVERYTHING = frozenset(Channel)


@dataclass
class NoticeTown:
    """The county's store with everything that tells people."""

    store: CountyStore
    preferences: NoticePreferences
    webhooks: Webhooks
    inbox: Inbox
    standing: NoticeStanding
    feeds: list[StoreFeed] = field(default_factory=list)

    @property
    def clock(self) -> Callable[[], datetime]:
        """The county's clock."""
        return lambda: self.store.county.now

    def person(self, name: str) -> UUID:
        """A person of the county by the short name."""
        person = self.store.county.by(name).person
        assert person is not None
        return person

    def viewer(self, name: str) -> Viewer:
        """The same as who looks."""
        actor = self.store.county.by(name)
        return Viewer(
            self.person(name), name, Post(actor.post), actor.organization, "", "department", UUID(int=0), Breadth.OWN
        )

    def wish(self, name: str, *channels: Channel, **more: Any) -> None:
        """Somebody's own settings."""
        addresses = {field: more.pop(field) for field in ("email", "zwwx") if field in more}
        self.preferences.keep(self.person(name), Preferences(Wishes(frozenset(channels), **more), **addresses))

    def planner(self, offered: Collection[Channel] = EVERYTHING, *, batch: int = 200) -> Planner:
        """A planner over the store."""
        self.feeds.append(StoreFeed(self.store.dsn))
        return Planner(
            self.store.engine,
            self.feeds[-1],
            self.store.streams,
            PeopleAtWork(self.store.engine),
            NoticeSettings(self.preferences, self.webhooks),
            lambda: rulebook_of(self.store.store.now(), NODE).notice_rule(),
            offered,
            self.clock,
            batch,
        )

    def plan(self, planner: Planner | None = None) -> None:
        """Plan everything that stands."""
        planner = planner or self.planner()
        while planner.step(0):
            pass

    def sender(self, channel: Channel, port: ChannelPort) -> Sender:
        """A sender of one channel."""
        composer = Composing(
            self.store.engine,
            Wording(ORIGIN),
            self.preferences,
            self.webhooks,
            lambda person: self.store.store.find(person, evolve_person),
        )
        return Sender(self.store.engine, self.store.dsn, channel, port, composer, self.clock)

    def mail(self, address: str) -> Sender:
        """A sender by mail."""
        port = Mail(MailServer.at(address), "呼应平台 <huying@example.gov.cn>", "example.gov.cn", self.clock)
        return self.sender(Channel.EMAIL, port)

    def post(self) -> Sender:
        """A sender to organizations' systems."""
        return self.sender(Channel.WEBHOOK, WebhookChannel(self.clock))

    def gateway(self, channel: Channel, url: str, *, deduplicates: bool = True) -> Sender:
        """A sender by the gateway."""
        port = GatewayChannel(Gateway(url, SECRET, deduplicates), channel, self.clock)
        return self.sender(channel, port)

    def told(self, name: str) -> list[str]:
        """The topics of somebody's inbox, oldest first."""
        entries = list(self.inbox.entries(self.viewer(name)))
        return [entry.notice.topic.value for entry in reversed(entries)]

    def states(self, channel: Channel) -> Mapping[str, int]:
        """How many sendings of a channel stand how."""
        return dict(
            self.store.sql(
                "SELECT state, count(*) FROM notice_deliveries WHERE channel = %s GROUP BY state", channel.value
            )
        )

    def fold(self) -> None:
        """Bring calls and directory views up to date."""
        with self.store.feed() as feed:
            Projector(
                self.store.engine, feed, self.store.decoder, self.store.streams, [self.store.view, Directory()]
            ).catch_up()

    def settings(self, folder: Path, **more: str) -> dict[str, str]:
        """The environment of the product's own process over this database."""
        return {
            "HUYING_DATABASE_URL": self.store.dsn,
            "HUYING_NODE": NODE,
            "HUYING_FOLDER": str(folder),
            "HUYING_MASTER_KEY": (b"m" * 32).hex(),
            "HUYING_PUBLIC_ORIGIN": ORIGIN,
            "HUYING_DATABASE_POOL": "4",
            **more,
        }


@contextmanager
def notice_town(dsn: str) -> Iterator[NoticeTown]:
    """The county founded, its views folded; nothing planned yet."""
    with ExitStack() as opening:
        store = opening.enter_context(county_store(dsn))
        ensure(store.engine, Directory())
        clock = lambda: store.county.now  # noqa: E731
        town = NoticeTown(
            store,
            NoticePreferences(store.engine, store.keys, clock),
            Webhooks(store.engine, store.keys, clock),
            Inbox(store.engine, clock),
            NoticeStanding(store.engine),
        )
        town.fold()
        yield town
        for feed in town.feeds:
            feed.close()
