"""旧事实入库: facts told of old cases as the rows of the store, without a model in between (decision 0073).

What stands is what `adapters.event_store.mapper.encode` would write of the fact as a model: tests hold every row to it,
byte by byte. Only what facts of an import can hold is written: no files, nothing sealed for a person, and no NUL, as
no cell with control characters is read.
"""

from base64 import b64encode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import orjson

from adapters.event_store.bulk_append import StoredRow
from adapters.event_store.json_parts import JSON, RecurringParts
from adapters.event_store.mapper import MAX_EVENT_BYTES, EventTooLarge, Sealer, Shape, context_of
from domain.calls.events import CallEvent, DispatchBasis, OrganizationRef
from domain.calls.history.case import HistoryTerms, OldCase
from domain.calls.history.telling import OldFact
from domain.shared.deadlines import Limit
from domain.shared.posts import Post
from domain.shared.provenance import told_by

_ENVELOPE: Final = (
    *("recorded_at", "occurred_at", "actor", "command_id", "correlation_id", "causation_id", "node"),
    *("imported_from", "imported_at"),
)
"""What every fact of an import says beside its own fields, in the order in which it stands."""

_ACTORS_AT_HAND = 20_000


@dataclass(frozen=True, slots=True)
class _Own:
    """The fields of a type's own that a fact which says `given` has, each with its default: in clear, and sealed.
    `head` is the JSON before the envelope: what stands there (files) no import gives, so it is at its defaults.
    """

    head: bytes
    wire: str
    clear: tuple[tuple[str, Any], ...]
    sealed: tuple[tuple[str, Any], ...]

    @classmethod
    @cache
    def of(cls, kind: type[CallEvent], given: tuple[str, ...] = ()) -> "_Own":
        shape = Shape.of(kind)
        place = shape.clear.index(_ENVELOPE[0])
        end = place + len(_ENVELOPE)
        assert shape.clear[place:end] == _ENVELOPE

        def fields(names: Sequence[str]) -> tuple[tuple[str, Any], ...]:
            of_kind = ((name, kind.model_fields[name]) for name in names)
            usual = ((name, None if field.is_required() else field.get_default()) for name, field in of_kind)
            return tuple((name, default) for name, default in usual if name in given or default is not None)

        before = b"".join(_json({name: usual})[1:-1] + b"," for name, usual in fields(shape.clear[:place]))
        sealed = fields(dict(shape.sealed).get("content", ()))
        return cls(shape.head + before + b'"recorded_at":', kind.wire, fields(shape.clear[end:]), sealed)


class OldFactWriter:
    """Writes the facts of one import."""

    def __init__(self, terms: HistoryTerms) -> None:
        self._part = RecurringParts(OrganizationRef, Limit, DispatchBasis)
        self._actors: dict[int, tuple[OrganizationRef, bytes]] = {}
        self._file = terms.file
        self._correlation = b',"correlation_id":' + _json(terms.import_id) + b',"causation_id":'
        self._node = b',"node":' + _json(terms.node) + b',"imported_from":'
        self._imported_at = b',"imported_at":' + _json(terms.imported_at)

    def rows(self, case: OldCase, facts: Sequence[OldFact], sealer: Sealer) -> Iterator[StoredRow]:
        """Refuses EventTooLarge, and what the sealer does."""
        stream, part, dumps = case.stream, self._part, orjson.dumps
        name = str(stream)
        key = f"calls/{name}"
        same = b',"command_id":' + _json(case.command_id) + self._correlation
        box = b',"sealed":{"content":{"key":"' + key.encode() + b'","box":"'
        for fact in facts:
            own, said, by = _Own.of(fact.kind, tuple(fact.said)), fact.said, fact.acting
            recorded = dumps(fact.recorded_at, option=JSON)
            pieces = [
                own.head,
                recorded,
                b',"occurred_at":',
                recorded if fact.occurred_at is fact.recorded_at else dumps(fact.occurred_at, option=JSON),
                b',"actor":',
                self._actor(by),
                same,
                dumps(fact.causation),
                self._node,
                dumps(told_by(self._file, fact.row, implied=fact.implied)),
                self._imported_at,
            ]
            clear = {field: value for field, usual in own.clear if (value := said.get(field, usual)) is not None}
            if clear:
                pieces += (b",", dumps(clear, part, JSON)[1:-1])
            content = {field: value for field, usual in own.sealed if (value := said.get(field, usual)) is not None}
            if content:
                sealed = sealer.seal(key, dumps(content, part, JSON), context_of(own.wire, name, fact.version))
                pieces += (box, b64encode(sealed), b'"}}')
            pieces.append(b"}")
            state = b"".join(pieces)
            if len(state) > MAX_EVENT_BYTES:
                raise EventTooLarge
            yield stream, fact.version, own.wire, state

    def _actor(self, by: OrganizationRef) -> bytes:
        """Written once for each of the directory: the very same objects act in case after case."""
        if (known := self._actors.get(id(by))) is None:
            if len(self._actors) >= _ACTORS_AT_HAND:
                self._actors.clear()
            said = {"post": Post.SYSTEM, "organization": by.id, "organization_name": by.name}
            self._actors[id(by)] = known = (by, _json(said))
        return known[1]


def _json(value: object) -> bytes:
    return orjson.dumps(value, option=JSON)
