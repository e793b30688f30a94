"""通知设置: what each person wishes, and which organizations' systems are connected. Addresses, secrets: sealed."""

import base64
import secrets
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import orjson
from sqlalchemy import Engine, delete, select
from sqlalchemy.dialects.postgresql import insert

from adapters.event_store.key_ring import KeyRing
from adapters.notices.tables import preferences, webhooks
from domain.notices.records import Preferences
from domain.notices.routing import Wishes
from domain.rules.notice_rule import Channel

_SECRET_BYTES = 32


@dataclass(frozen=True, slots=True)
class Webhook:
    """系统对接: where an organization's notices are posted, and the secret that signs them."""

    organization: UUID
    url: str
    secret: str


class NoticePreferences:
    """个人通知设置: one row a person who changed anything."""

    def __init__(self, engine: Engine, keys: KeyRing, clock: Callable[[], datetime]) -> None:
        self._engine = engine
        self._keys = keys
        self._clock = clock

    def of(self, person: UUID) -> Preferences:
        """One person's settings."""
        with self._engine.connect() as connection:
            row = connection.execute(select(preferences).where(preferences.c.person_id == person)).one_or_none()
        if row is None:
            return Preferences()
        addresses = self._opened(person, row.addresses)
        return Preferences(
            Wishes(frozenset(map(Channel, row.channels)), row.daily, row.only_owed),
            addresses.get("email", ""),
            addresses.get("zwwx", ""),
        )

    def keep(self, person: UUID, wanted: Preferences) -> None:
        """Change one person's settings. Refuses KeyDestroyed where the person's data was erased by order."""
        addresses = orjson.dumps({"email": wanted.email, "zwwx": wanted.zwwx})
        values = {
            "person_id": person,
            "channels": sorted(channel.value for channel in wanted.wishes.channels),
            "daily": wanted.wishes.daily,
            "only_owed": wanted.wishes.only_owed,
            "addresses": self._keys.seal(_key_of(person), addresses, _context(person)),
            "changed_at": self._clock(),
        }
        with self._engine.begin() as connection:
            connection.execute(
                insert(preferences).values(values).on_conflict_do_update(index_elements=["person_id"], set_=values)
            )

    def wishes(self, persons: Collection[UUID]) -> Mapping[UUID, Wishes]:
        """What these persons wish; those who changed nothing are left out."""
        wanted = select(
            preferences.c.person_id, preferences.c.channels, preferences.c.daily, preferences.c.only_owed
        ).where(preferences.c.person_id.in_(persons))
        with self._engine.connect() as connection:
            return {
                person: Wishes(frozenset(map(Channel, channels)), daily, only_owed)
                for person, channels, daily, only_owed in connection.execute(wanted)
            }

    def _opened(self, person: UUID, box: bytes | None) -> dict[str, str]:
        plain = self._keys.open(_key_of(person), box, _context(person)) if box else None
        opened: dict[str, str] = orjson.loads(plain) if plain else {}
        return opened


class Webhooks:
    """系统对接登记: one address an organization, registered on the server (decision 0037)."""

    def __init__(self, engine: Engine, keys: KeyRing, clock: Callable[[], datetime]) -> None:
        self._engine = engine
        self._keys = keys
        self._clock = clock

    def register(self, organization: UUID, url: str) -> str:
        """Connect, or connect anew: the secret of before is void. Gives the new secret (whsec_…), which is not shown
        again."""
        secret = "whsec_" + base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()
        values = {
            "organization_id": organization,
            "url": url,
            "secret": self._keys.seal(_webhook_key(organization), secret.encode(), _context(organization)),
            "registered_at": self._clock(),
        }
        with self._engine.begin() as connection:
            connection.execute(
                insert(webhooks).values(values).on_conflict_do_update(index_elements=["organization_id"], set_=values)
            )
        return secret

    def remove(self, organization: UUID) -> bool:
        """Disconnect. False when it was not connected."""
        with self._engine.begin() as connection:
            gone = connection.execute(delete(webhooks).where(webhooks.c.organization_id == organization))
        return gone.rowcount == 1

    def of(self, organization: UUID) -> Webhook | None:
        """Where and with which secret, or None."""
        with self._engine.connect() as connection:
            row = connection.execute(select(webhooks).where(webhooks.c.organization_id == organization)).one_or_none()
        if row is None:
            return None
        secret = self._keys.open(_webhook_key(organization), row.secret, _context(organization))
        return Webhook(organization, row.url, secret.decode()) if secret else None

    def connected(self, organizations: Collection[UUID]) -> frozenset[UUID]:
        """Which of these are connected."""
        wanted = select(webhooks.c.organization_id).where(webhooks.c.organization_id.in_(organizations))
        with self._engine.connect() as connection:
            return frozenset(connection.execute(wanted).scalars())


class NoticeSettings:
    """What the planner asks: wishes and connections."""

    def __init__(self, preferences: NoticePreferences, webhooks: Webhooks) -> None:
        self.wishes = preferences.wishes
        self.connected = webhooks.connected


def _key_of(person: UUID) -> str:
    """The key that seals everything personal of that person: erasing it erases this too."""
    return f"person/{person}"


def _webhook_key(organization: UUID) -> str:
    return f"webhook/{organization}"


def _context(of: UUID) -> bytes:
    return f"notices/{of}".encode()
