"""`python -m tests.corpus` adds a frozen line for every event type and version that has none yet.

The facts are those the domain's own tests decide; they are written through the product's mapper. Lines that stand are
never touched. Look at what was added before you commit it: it stays for ever.
"""

import json
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from psycopg_pool import ConnectionPool
from sqlalchemy import create_engine

from adapters.event_store.key_ring import KeyRing
from adapters.event_store.mapper import encode
from domain.shared.events import EVENT_TYPES, Envelope, Event
from infra.composition import HANDLERS
from infra.migrations.upgrade import upgrade
from tests.county_store import MASTER
from tests.servers import postgres_server

assert HANDLERS, "importing the composition imports every subject, and with it every event type"

FOLDER = Path(__file__).parent
EVENTS = FOLDER / "events.jsonl"
KEYS = FOLDER / "content_keys.jsonl"
_OF_EACH = 20
"""Facts of one name among which the fullest is taken."""


def wanted() -> set[str]:
    """Wire names whose newest version has no line. Older versions are lines of older releases."""
    lines = [json.loads(line) for line in EVENTS.read_text().splitlines()]
    known = {(line["topic"], json.loads(line["state"])["v"]) for line in lines}
    return {wire for wire, event_type in EVENT_TYPES.items() if (wire, event_type.schema_version) not in known}


def decided_by_the_domains_tests(names: set[str]) -> list[Event]:
    """The first fact of each of these names that a test of the domain decides; the fullest of the first few."""
    found: dict[str, list[Event]] = {name: [] for name in names}
    made = vars(Event)["at_version"].__func__

    def listening(kind: type[Event], stream: UUID, version: int, envelope: Envelope, /, **fields: Any) -> Event:
        event: Event = made(kind, stream, version, envelope, **fields)
        if event.wire in found and len(found[event.wire]) < _OF_EACH:
            found[event.wire].append(event)
        return event

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Event, "at_version", classmethod(listening))
        pytest.main(["-q", "--no-header", "-p", "no:cacheprovider", *sorted({_tests_of(name) for name in names})])
    return [
        max(events, key=lambda event: len(event.model_dump_json())) for _, events in sorted(found.items()) if events
    ]


def _tests_of(wire: str) -> str:
    """The folder of tests of the subject."""
    return f"tests/domain/{wire.partition('.')[0]}"


@contextmanager
def key_ring() -> Iterator[tuple[KeyRing, ConnectionPool]]:
    """A key ring that has the corpus's keys, over a database of its own."""
    with (
        tempfile.TemporaryDirectory(prefix="huying-", ignore_cleanup_errors=True) as name,
        postgres_server(Path(name) / "pg") as server,
    ):
        engine = create_engine(server.sqlalchemy_url())
        upgrade(engine)
        engine.dispose()
        with ConnectionPool(server.dsn(), min_size=1, max_size=2, open=True) as pool:
            with pool.connection() as connection:
                for line in KEYS.read_text().splitlines():
                    key = json.loads(line)
                    connection.execute(
                        "INSERT INTO content_keys (key_id, wrapped) VALUES (%s, %s)",
                        (key["key_id"], bytes.fromhex(key["wrapped"])),
                    )
            yield KeyRing(pool, MASTER), pool


def main() -> int:
    """Add what is missing; 1 when some type is decided by no test of the domain."""
    names = wanted()
    facts = decided_by_the_domains_tests(names) if names else []
    known_keys = len(KEYS.read_text().splitlines())
    with key_ring() as (keys, pool), EVENTS.open("a") as lines:
        for fact in facts:
            stored = encode(fact, keys)
            line = {
                "topic": stored.topic,
                "originator_id": str(stored.originator_id),
                "originator_version": stored.originator_version,
                "state": stored.state.decode(),
                "says": fact.model_dump(
                    mode="json", exclude={"originator_id", "originator_version"}, exclude_none=True
                ),
            }
            lines.write(json.dumps(line, ensure_ascii=False) + "\n")
        with pool.connection() as connection, KEYS.open("a") as kept:
            rows = connection.execute("SELECT key_id, wrapped FROM content_keys ORDER BY created_at, key_id").fetchall()
            standing = {json.loads(line)["key_id"] for line in KEYS.read_text().splitlines()}
            for key_id, wrapped in rows:
                if key_id not in standing:
                    kept.write(json.dumps({"key_id": key_id, "wrapped": bytes(wrapped).hex()}) + "\n")
    left = names - {fact.wire for fact in facts}
    print(f"added {len(facts)} lines; keys before: {known_keys}")
    print("decided by no test of the domain:", *sorted(left)) if left else None
    return 1 if left else 0


if __name__ == "__main__":
    sys.exit(main())
