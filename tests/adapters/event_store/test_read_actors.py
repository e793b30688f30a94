"""办理人读一次: the same actor is one record in all facts read, and nobody is taken for another."""

from typing import Any

import orjson
import pytest
from eventsourcing.persistence import StoredEvent

from adapters.event_store.mapper import FactUnreadable, decode
from domain.shared.events import Actor
from tests.benchmarks.synthetic import one_stored_event
from tests.domain.calls.county import the_county

_STORED = one_stored_event(the_county())
_SAID: dict[str, Any] = orjson.loads(_STORED.state)


def _by(actor: Any) -> StoredEvent:
    return StoredEvent(
        _STORED.originator_id, _STORED.originator_version, _STORED.topic, orjson.dumps({**_SAID, "actor": actor})
    )


def test_the_same_actor_is_the_same_record() -> None:
    assert decode(_STORED, None).actor is decode(_by(dict(_SAID["actor"])), None).actor


@pytest.mark.parametrize("name", ["person", "organization", "acting_for"])
def test_another_person_or_organization_is_another_actor(name: str) -> None:
    other = {**_SAID["actor"], name: "5f0c8eb7-3ba9-5ed3-8f0c-8eb7067cf4e2"}
    assert decode(_by(other), None).actor == Actor.model_validate(other) != decode(_STORED, None).actor


def test_values_under_other_names_are_another_actor() -> None:
    """The same texts in the same order, but the organization's id is the one acted for, and the other way round."""
    said = _SAID["actor"] | {"acting_for": "5f0c8eb7-3ba9-5ed3-8f0c-8eb7067cf4e2"}
    swapped = {{"organization": "acting_for", "acting_for": "organization"}.get(key, key): said[key] for key in said}
    assert list(swapped.values()) == list(said.values())
    assert decode(_by(said), None).actor.organization == decode(_by(swapped), None).actor.acting_for


def test_what_a_newer_release_adds_to_an_actor_is_passed_over() -> None:
    for more in ({"seat": "3"}, {"seat": {"room": ["3"]}}):
        assert decode(_by({**_SAID["actor"], **more}), None).actor == decode(_STORED, None).actor


@pytest.mark.parametrize("actor", [None, "li", ["li"], {}, {"post": "operator"}, {**_SAID["actor"], "person": ["x"]}])
def test_what_is_no_actor_is_refused(actor: Any) -> None:
    with pytest.raises(FactUnreadable):
        decode(_by(actor), None)
