"""Names and shapes are for ever: what an earlier release stored, every later one reads."""

import hashlib
import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import orjson
import pytest
from eventsourcing.persistence import StoredEvent
from psycopg_pool import ConnectionPool

from adapters.event_store.key_ring import KeyRing
from adapters.event_store.mapper import EventTooLarge, UnknownEventType, UnstorableCharacter, decode, encode
from domain.calls import events as e
from domain.calls.words import Evaluator, Grade, NoteReach
from domain.calls.work import records as r
from domain.rules.events import LimitSet
from domain.rules.words import FormerLimitKind
from domain.shared.events import EVENT_TYPES, Event
from domain.shared.posts import Post
from domain.supervision.events import ReminderSent
from infra.composition import HANDLERS
from projections.scope import Breadth, Viewer
from tests.county_store import MASTER, CountyStore

CORPUS = Path(__file__).parents[2] / "corpus"
LINES: list[dict[str, Any]] = [json.loads(line) for line in (CORPUS / "events.jsonl").read_text().splitlines()]

FROZEN = (157, "2dedd906c7cce4a879b90197a05a49105022fadc4408ed98069a167c0360418f")
"""How many lines stand for good, and their SHA-256. Lines may come after them; these never change."""

assert HANDLERS, "importing the composition imports every subject, and with it every event type"


@pytest.fixture
def keys(database: str) -> Iterator[KeyRing]:
    """A key ring whose database holds the corpus's keys, as they were wrapped then."""
    with ConnectionPool(database, min_size=1, max_size=2, open=True) as pool:
        with pool.connection() as connection:
            for line in (CORPUS / "content_keys.jsonl").read_text().splitlines():
                key = json.loads(line)
                connection.execute(
                    "INSERT INTO content_keys (key_id, wrapped) VALUES (%s, %s)",
                    (key["key_id"], bytes.fromhex(key["wrapped"])),
                )
        yield KeyRing(pool, MASTER)


def stored(line: dict[str, Any]) -> StoredEvent:
    return StoredEvent(UUID(line["originator_id"]), line["originator_version"], line["topic"], line["state"].encode())


def says(event: Event) -> dict[str, Any]:
    return event.model_dump(mode="json", exclude={"originator_id", "originator_version"}, exclude_none=True)


def test_every_event_type_and_every_version_of_it_is_frozen() -> None:
    """A new type or version needs a line: `python -m tests.corpus` adds it."""
    frozen = {(line["topic"], json.loads(line["state"])["v"]) for line in LINES}
    known = {(wire, version) for wire, kind in EVENT_TYPES.items() for version in range(1, kind.schema_version + 1)}
    assert known - frozen == set(), "event types or versions without a frozen line"
    assert frozen - known == set(), "frozen facts that this release has no class for: they must be read for ever"


def test_no_frozen_line_was_changed_or_taken_away() -> None:
    """Byte for byte."""
    number, digest = FROZEN
    lines = (CORPUS / "events.jsonl").read_text().splitlines(keepends=True)[:number]
    assert hashlib.sha256("".join(lines).encode()).hexdigest() == digest


def test_every_frozen_event_still_says_what_it_said(keys: KeyRing) -> None:
    for line in LINES:
        now_says = says(decode(stored(line), keys))
        assert {name: now_says.get(name) for name in line["says"]} == line["says"], line["topic"]


def test_every_frozen_event_can_be_written_again(keys: KeyRing) -> None:
    for line in LINES:
        event = decode(stored(line), keys)
        assert decode(encode(event, keys), keys) == event, line["topic"]


def test_the_sealed_texts_of_the_frozen_events_are_not_in_their_bytes() -> None:
    sealed = 0
    for line in LINES:
        sealed_fields = EVENT_TYPES[line["topic"]].sealed_fields
        clear = str([said for name, said in line["says"].items() if name not in sealed_fields])
        for name in sealed_fields:
            text = line["says"].get(name)
            if isinstance(text, str) and len(text) > 3 and text not in clear:
                sealed += 1
                assert text not in line["state"], (line["topic"], name)
    assert sealed > 20


def test_a_stored_name_is_not_the_place_of_its_class() -> None:
    """Moving or renaming a class changes nothing stored: the wire name stands in the class statement itself."""
    for wire, event_type in EVENT_TYPES.items():
        assert event_type.wire == wire
        assert event_type.__module__ not in wire
        subject, _, name = wire.partition(".")
        assert subject.isidentifier()
        assert name.isidentifier()

    class SomethingElse(e.NoteAdded):
        __module__ = "moved.elsewhere"

    note = SomethingElse.model_validate({**_note().model_dump(), "organization": _note().organization})
    assert encode(note, _Plain()).topic == "calls.NoteAdded"


def test_facts_are_read_and_written_the_same_when_the_classes_stand_in_another_file_under_other_names() -> None:
    """Really moved: the source of an event module with every class renamed, loaded from another place."""
    moved = subprocess.run(
        [sys.executable, "-c", MOVED, str(CORPUS / "events.jsonl")], capture_output=True, text=True, check=True
    )
    assert json.loads(moved.stdout) == [
        [line["topic"], f"elsewhere.Moved{EVENT_TYPES[line['topic']].__name__}"]
        for line in LINES
        if line["topic"].startswith("rules.")
    ]


MOVED = """
import ast, json, sys, types
from pathlib import Path
from uuid import UUID
from eventsourcing.persistence import StoredEvent
import domain.rules as package
source = (Path(package.__path__[0]) / "events.py").read_text()
tree = ast.parse(source)
names = {node.name for node in tree.body if isinstance(node, ast.ClassDef)}
class Renaming(ast.NodeTransformer):
    def visit_ClassDef(self, node):
        self.generic_visit(node)
        node.name = "Moved" + node.name
        return node
    def visit_Name(self, node):
        if node.id in names:
            node.id = "Moved" + node.id
        return node
elsewhere = types.ModuleType("elsewhere")
sys.modules["elsewhere"] = elsewhere
exec(compile(ast.fix_missing_locations(Renaming().visit(tree)), "elsewhere.py", "exec"), elsewhere.__dict__)
from adapters.event_store.mapper import decode, encode
class Plain:
    def seal(self, key_id, plain, context): return plain
    def open(self, key_id, box, context): return None
told = []
for line in map(json.loads, Path(sys.argv[1]).read_text().splitlines()):
    if line["topic"].startswith("rules."):
        stored = StoredEvent(UUID(line["originator_id"]), line["originator_version"], line["topic"],
                             line["state"].encode())
        event = decode(stored, Plain())
        again = encode(event, Plain())
        assert "sealed" in json.loads(stored.state) or json.loads(again.state) == json.loads(stored.state)
        told.append([again.topic, type(event).__module__ + "." + type(event).__name__])
print(json.dumps(told))
"""


def test_two_classes_cannot_claim_one_name() -> None:
    with pytest.raises(TypeError, match=r"calls\.NoteAdded"):
        type("Another", (Event,), {}, wire="calls.NoteAdded")


def test_whatever_may_be_absent_has_a_default() -> None:
    """Empty fields are not stored: one that may be None must be readable when it is missing."""
    for wire, event_type in EVENT_TYPES.items():
        for name, field in event_type.model_fields.items():
            if "None" in str(field.annotation):
                assert not field.is_required(), f"{wire}.{name}"


class TestVersions:
    def test_an_evaluation_of_version_one_was_the_townships(self, keys: KeyRing) -> None:
        line = next(line for line in LINES if line["topic"] == "calls.CallEvaluated")
        assert json.loads(line["state"])["v"] == 1
        assert "evaluator" not in json.loads(line["state"])
        event = decode(stored(line), keys)
        assert isinstance(event, e.CallEvaluated)
        assert event.evaluator is Evaluator.TOWNSHIP
        assert event.grade is Grade.SATISFIED

    def test_a_new_evaluation_is_stored_as_version_two(self, keys: KeyRing) -> None:
        line = next(line for line in LINES if line["topic"] == "calls.CallEvaluated")
        again = orjson.loads(encode(decode(stored(line), keys), keys).state)
        assert (again["v"], again["evaluator"]) == (2, "township")

    def test_a_limit_of_a_kind_that_is_set_no_more_is_read_and_written_as_it_was(self, keys: KeyRing) -> None:
        (line,) = [line for line in LINES if line["says"].get("kind") == "quiet_from"]
        event = decode(stored(line), keys)
        assert isinstance(event, LimitSet)
        assert event.kind is FormerLimitKind.QUIET_FROM
        assert orjson.loads(encode(event, keys).state) == orjson.loads(line["state"])

    def test_a_reminder_of_an_earlier_release_still_says_when_it_was_to_be_told(self, keys: KeyRing) -> None:
        line = next(line for line in LINES if line["topic"] == "supervision.ReminderSent")
        event = decode(stored(line), keys)
        assert isinstance(event, ReminderSent)
        assert event.not_before == datetime.fromisoformat("2026-05-18T07:00:00+08:00")

    def test_every_earlier_version_has_an_upcaster(self) -> None:
        for wire, event_type in EVENT_TYPES.items():
            assert set(event_type.upcasters) == set(range(1, event_type.schema_version)), wire

    def test_unknown_fields_of_a_newer_release_are_kept(self) -> None:
        value = orjson.loads(encode(_note(), _Plain()).state)
        newer = StoredEvent(uuid4(), 1, "calls.NoteAdded", orjson.dumps({**value, "mood": "calm"}))
        event = decode(newer, _Plain())
        assert orjson.loads(encode(event, _Plain()).state)["mood"] == "calm"

    @pytest.mark.parametrize(("topic", "version"), [("calls.FromTheFuture", 1), ("calls.NoteAdded", 99)])
    def test_a_type_or_version_of_a_newer_release_is_named(self, topic: str, version: int) -> None:
        with pytest.raises(UnknownEventType, match="升级"):
            decode(StoredEvent(uuid4(), 1, topic, orjson.dumps({"v": version})), _Plain())


def test_an_event_above_the_log_entrys_size_is_refused(house: CountyStore) -> None:
    call = house.placed()
    with pytest.raises(EventTooLarge):
        encode(_note("长" * 40_000), _Plain())
    house.say(r.AddNote(call_id=call, text="长" * 5_000), "li")  # the longest text a page lets through


def test_a_character_no_view_can_show_is_refused_at_the_door(house: CountyStore) -> None:
    with pytest.raises(UnstorableCharacter):
        encode(_note("占道\x00经营"), _Plain())
    call = house.submitted(text="反斜线 \\u0000 不是控制字符")
    house.fold()
    assert house.queries.by_number(everywhere(house), house.call(call).number) == call


def everywhere(house: CountyStore) -> Viewer:
    """Somebody who may read every call."""
    actor = house.county.by("supervisor")
    assert actor.person is not None
    return Viewer(
        actor.person, "蒋督办", Post.SUPERVISOR, actor.organization, "督查室", "supervision_body", uuid4(), Breadth.ALL
    )


def _note(text: str = "备注") -> e.NoteAdded:
    line = next(line for line in LINES if line["topic"] == "calls.NoteAdded")
    return e.NoteAdded.model_validate(
        {**line["says"], "originator_id": uuid4(), "originator_version": 1, "reach": NoteReach.INTERNAL, "text": text}
    )


class _Plain:
    """Seals nothing: for tests that look at the bytes."""

    def seal(self, key_id: str, plain: bytes, context: bytes) -> bytes:
        return plain

    def open(self, key_id: str, box: bytes, context: bytes) -> bytes | None:
        return box
