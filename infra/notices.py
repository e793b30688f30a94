"""通知装配: the planner and the senders of an installation, and the threads they run in."""

import threading
from collections.abc import Callable, Mapping
from datetime import datetime
from urllib.parse import urlsplit
from uuid import UUID

import structlog

from adapters.event_store.feed import StoreFeed, StoreStreams
from adapters.notices.composing import Composing
from adapters.notices.mail import Mail, MailServer, MailServerUnreadable
from adapters.notices.planner import Planner
from adapters.notices.port import ChannelPort
from adapters.notices.posting import Gateway, GatewayChannel, WebhookChannel
from adapters.notices.preferences import NoticePreferences, NoticeSettings, Webhooks
from adapters.notices.sender import Sender
from adapters.notices.signed_post import AddressUnreadable, SecretUnreadable, check_address, signing_key
from adapters.notices.wording import Wording
from domain.directory.person import Person
from domain.directory.person import evolve as evolve_person
from domain.rules.notice_rule import Channel
from infra.facts import Facts
from infra.services.problems import ServiceUnavailable
from infra.settings import Settings
from projections.directory.duty import PeopleAtWork
from projections.directory.view import Directory
from projections.engine.builds import ensure

log = structlog.get_logger()

Clock = Callable[[], datetime]

_BY_GATEWAY = frozenset({Channel.SMS, Channel.PHONE, Channel.ZWWX})
_SECONDS_BEFORE_ANOTHER_TRY = 5.0
_SECONDS_TO_END = 20.0


class Notifier:
    """通知: one planner and one sender a channel, each in a thread of its own: a mail server that hangs holds up no
    telephone call. Any number of processes may run one."""

    def __init__(self, planner: Planner, senders: Mapping[Channel, Sender]) -> None:
        self.planner = planner
        self.senders = senders

    def run(self, stop: threading.Event) -> None:
        """Until `stop` is set. A part that breaks is started again; the others go on."""
        parts = {"planner": self.planner.run, **{c.value: sender.run for c, sender in self.senders.items()}}
        threads = [
            threading.Thread(target=_for_ever, args=(name, part, stop), name=f"notices-{name}", daemon=True)
            for name, part in parts.items()
        ]
        for thread in threads:
            thread.start()
        stop.wait()
        for thread in threads:
            thread.join(_SECONDS_TO_END)


def _for_ever(name: str, part: Callable[[threading.Event], None], stop: threading.Event) -> None:
    while not stop.is_set():
        try:
            part(stop)
        except Exception as problem:  # whatever broke, notices go on once it is mended, and the log says what
            log.error("通知中断,稍后重试", part=name, reason=f"{type(problem).__name__}: {problem}")
            stop.wait(_SECONDS_BEFORE_ANOTHER_TRY)


def make_notifier(facts: Facts, clock: Clock) -> Notifier:
    """The notifier of an installation. Refuses ServiceUnavailable for settings that can't be used."""
    ports = channel_ports(facts.settings, clock)
    ensure(facts.engine, Directory())  # it says who is at work; a notifier may be the first to start
    preferences = NoticePreferences(facts.engine, facts.keys, clock)
    webhooks = Webhooks(facts.engine, facts.keys, clock)
    planner = Planner(
        facts.engine,
        StoreFeed(facts.dsn),
        StoreStreams(facts.pool),
        PeopleAtWork(facts.engine),
        NoticeSettings(preferences, webhooks),
        lambda: facts.rulebook().notice_rule(),
        ports.keys(),
        clock,
    )

    def person_of(person: UUID) -> Person | None:
        return facts.store.find(person, evolve_person)

    composer = Composing(facts.engine, Wording(_origin(facts.settings)), preferences, webhooks, person_of)
    senders = {
        channel: Sender(facts.engine, facts.dsn, channel, port, composer, clock) for channel, port in ports.items()
    }
    return Notifier(planner, senders)


def channel_ports(settings: Settings, clock: Clock) -> dict[Channel, ChannelPort]:
    """What this installation can send by. Refuses ServiceUnavailable, naming the setting."""
    ports: dict[Channel, ChannelPort] = {Channel.WEBHOOK: WebhookChannel(clock)}
    if settings.mail_server is not None:
        if "@" not in settings.mail_from:
            raise ServiceUnavailable("设置了 HUYING_MAIL_SERVER,还须设置发件地址 HUYING_MAIL_FROM。")
        try:
            server = MailServer.at(settings.mail_server.get_secret_value())
        except MailServerUnreadable as problem:
            raise ServiceUnavailable(f"HUYING_MAIL_SERVER 不正确:{problem}。") from None
        domain = settings.mail_from.rpartition("@")[2].rstrip("> ")
        ports[Channel.EMAIL] = Mail(server, settings.mail_from, domain, clock)
    if settings.notice_gateway:
        gateway = _gateway(settings)
        ports |= {channel: GatewayChannel(gateway, channel, clock) for channel in _gateway_channels(settings)}
    return ports


def _gateway(settings: Settings) -> Gateway:
    secret = settings.notice_gateway_secret
    if secret is None:
        raise ServiceUnavailable("设置了 HUYING_NOTICE_GATEWAY,还须设置签名密钥 HUYING_NOTICE_GATEWAY_SECRET。")
    try:
        signing_key(secret.get_secret_value())
        url = check_address(settings.notice_gateway)
    except SecretUnreadable as problem:
        raise ServiceUnavailable(f"HUYING_NOTICE_GATEWAY_SECRET 不正确:{problem}。") from None
    except AddressUnreadable as problem:
        raise ServiceUnavailable(f"HUYING_NOTICE_GATEWAY 不正确:{problem}。") from None
    return Gateway(url, secret.get_secret_value(), settings.notice_gateway_deduplicates)


def _gateway_channels(settings: Settings) -> list[Channel]:
    named = [part.strip() for part in settings.notice_gateway_channels.split(",") if part.strip()]
    known = {channel.value: channel for channel in _BY_GATEWAY}
    if unknown := [name for name in named if name not in known]:
        raise ServiceUnavailable(
            f"HUYING_NOTICE_GATEWAY_CHANNELS 中的“{'、'.join(unknown)}”不是网关能发的方式(sms、phone、zwwx)。"
        )
    return [known[name] for name in dict.fromkeys(named)]


def _origin(settings: Settings) -> str:
    """Where people open the product; without a public address only the demonstration knows its own."""
    if settings.public_origin:
        return settings.public_origin
    parts = urlsplit(f"http://{settings.host}:{settings.port}")
    return parts.geturl() if settings.demonstration else ""
