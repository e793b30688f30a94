"""The stored bytes are pydantic's JSON of a fact, whoever writes them and whatever was written before."""

import base64
from collections.abc import Iterable
from uuid import uuid4

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from adapters.event_store.json_parts import RecurringParts, filled_fields
from adapters.event_store.mapper import decode, encode
from adapters.imports.old_facts import OldFactWriter
from domain.calls import events as e
from domain.calls.history import facts as history
from domain.calls.history.case import HistoryTerms
from domain.calls.history.log import HistoryFault, OldRow
from domain.shared.deadlines import Limit
from domain.shared.events import Actor, Event
from tests.adapters.event_store.test_stored_names_and_shapes import LINES, stored
from tests.domain.calls.county import the_county
from tests.domain.calls.old_facts import as_event, told
from tests.domain.calls.test_history import LOOP, TERMS, TERMS_OF_ANY, case, old_rows, told_or_refused
from tests.domain.calls.test_sealing import Typist, every_fact

RECURRING = (Actor, e.OrganizationRef, Limit, e.DispatchBasis)


class Plain:
    """Seals nothing, and opens nothing: what is sealed reads as withdrawn."""

    def seal(self, key_id: str, plain: bytes, context: bytes) -> bytes:
        return plain

    def open(self, key_id: str, box: bytes, context: bytes) -> bytes | None:
        return None


def as_pydantic_writes(event: Event) -> bytes:
    """The stored bytes, made of the model's own JSON."""
    kind = type(event)
    place = {"originator_id", "originator_version"}
    clear = event.model_dump_json(exclude={*place, *kind.sealed_fields}, exclude_none=True)
    scopes = dict.fromkeys(kind.sealed_fields[name] for name in kind.model_fields if name in kind.sealed_fields)
    boxes = {}
    for scope in scopes:
        names = {name for name, its in kind.sealed_fields.items() if its == scope}
        if (content := event.model_dump_json(include=names, exclude_none=True)) != "{}":
            boxes[scope] = {"key": event.key_id(scope), "box": base64.b64encode(content.encode()).decode()}
    sealed = b',"sealed":' + orjson.dumps(boxes) if boxes else b""
    return b'{"v":%d,' % kind.schema_version + clear[1:-1].encode() + sealed + b"}"


def are_written_so(events: Iterable[Event], recurring: RecurringParts) -> int:
    """How many there were."""
    several = list(events)
    for event in several:
        assert encode(event, Plain()).state == as_pydantic_writes(event)
        assert encode(event, Plain(), recurring).state == as_pydantic_writes(event)
    return len(several)


def test_every_event_type_is_written_as_its_model_would_be() -> None:
    assert are_written_so((decode(stored(line), Plain()) for line in LINES), RecurringParts(*RECURRING)) == len(LINES)


def test_whatever_is_decided_on_calls_is_written_so() -> None:
    assert are_written_so(every_fact(the_county(), Typist()), RecurringParts(*RECURRING)) > 60


@settings(max_examples=100, deadline=None)
@given(old_rows(), TERMS_OF_ANY)
def test_an_older_platforms_facts_are_written_so_whatever_was_written_before(
    rows: list[OldRow], terms: HistoryTerms
) -> None:
    facts = told_or_refused(case(rows, terms))
    are_written_so(() if isinstance(facts, str) else facts, OF_ALL_EXAMPLES)


@settings(max_examples=300, deadline=None)
@given(old_rows(), TERMS_OF_ANY)
def test_an_import_stores_what_the_facts_would_be_as_models(rows: list[OldRow], terms: HistoryTerms) -> None:
    """By one writer for all examples, as an import has one for all its cases."""
    old = case(rows, terms)
    try:
        facts = history.told(old)
    except HistoryFault:
        return
    for (stream, version, topic, state), fact in zip(WRITER.rows(old, facts, Plain()), facts, strict=True):
        event = as_event(old, fact)
        assert (stream, version, topic) == (event.originator_id, event.originator_version, event.wire)
        assert state == as_pydantic_writes(event)


OF_ALL_EXAMPLES = RecurringParts(*RECURRING)
WRITER = OldFactWriter(TERMS)


@settings(max_examples=200, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=40))
def test_every_text_is_written_so(text: str) -> None:
    fact = told(case(LOOP[:1]))[0].model_copy(update={"text": text, "number": text})
    assert are_written_so([fact], RecurringParts(*RECURRING)) == 1


def test_fields_of_a_newer_release_are_written_so() -> None:
    newer = told(case(LOOP[:1]))[0].model_dump() | {"mood": {"calm": None, "degrees": [1.5, None]}, "nothing": None}
    event = e.CallSubmitted.model_validate(newer)
    assert are_written_so([event], RecurringParts(*RECURRING)) == 1
    assert orjson.loads(encode(event, Plain()).state)["mood"] == {"calm": None, "degrees": [1.5, None]}


def test_parts_that_stand_at_the_address_of_others_gone_are_not_taken_for_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many there were: only so many are kept, and then none."""
    monkeypatch.setattr("adapters.event_store.json_parts._AT_HAND", 3)
    recurring = RecurringParts(e.OrganizationRef)
    for number in range(50):
        part = e.OrganizationRef(id=uuid4(), name=f"机构{number}")
        for _ in range(2):
            assert orjson.dumps(part, recurring) == part.model_dump_json().encode()


@pytest.mark.parametrize("stranger", [object(), BaseModel, {1, 2}, 1j])
def test_what_stands_in_no_event_is_not_written(stranger: object) -> None:
    with pytest.raises(TypeError, match="stands in no event"):
        filled_fields(stranger)
