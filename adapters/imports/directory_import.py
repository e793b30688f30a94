"""名录导入: appends what import tables add to the directory, in few large transactions.

Decided from facts like every command, but for many streams at once: the streams that the rows name are read in bulk.
"""

import hashlib
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID, uuid5

from eventsourcing.persistence import IntegrityError, StoredEvent

from adapters.event_store.group_commit import CommandRecord
from adapters.event_store.recorder import Recorder
from adapters.event_store.store import EventStore
from domain.directory.authority import check_authority, require_directory_keeper
from domain.directory.division import evolve as evolve_division
from domain.directory.import_plan import Known, plan_import, streams_named
from domain.directory.import_rows import DirectoryRows
from domain.directory.organization import evolve as evolve_organization
from domain.directory.person import evolve as evolve_person
from domain.shared.commands import Fold
from domain.shared.events import Envelope, Event
from domain.shared.refusals import StaleVersion

BATCH = 5_000
"""Events per transaction: the table lock is held for a fraction of a second."""

_READ_AT_ONCE = 10_000
_ATTEMPTS = 5

_State = TypeVar("_State")


@dataclass(frozen=True, slots=True)
class ImportReceipt:
    """导入回执: how many facts were recorded, in how many transactions, and the last position (0: nothing was new)."""

    events: int
    batches: int
    position: int


def import_directory(
    store: EventStore,
    rows: DirectoryRows,
    envelope: Envelope,
    *,
    batch: int = BATCH,
    progress: Callable[[int, int], None] = lambda done, planned: None,
) -> ImportReceipt:
    """Record what the rows add or change; `progress(done, planned)` is told after each transaction.

    All rows are checked before the first transaction (RowRefused: nothing recorded). Stopped halfway, the same import
    goes on where it stood: each batch is a command of its own, named by what it records, and what stands already is
    not planned again. Refuses NotAdministrator and what check_authority does; StaleVersion when other writers keep
    changing the same streams.
    """
    if not 0 < batch <= BATCH:
        raise ValueError(f"a batch has 1 to {BATCH} events")
    check_authority(store, envelope)
    require_directory_keeper(store, envelope.actor)
    recorded = batches = position = 0
    for _ in range(_ATTEMPTS):
        planned = plan_import(rows, _known(store, rows, envelope.node), envelope)
        try:
            for start in range(0, len(planned), batch):
                chunk = planned[start : start + batch]
                position = _append(store, chunk, envelope.command_id)
                recorded += len(chunk)
                batches += 1
                progress(start + len(chunk), len(planned))
        except IntegrityError:
            continue  # another writer was there first: plan again on the newer facts
        return ImportReceipt(recorded, batches, position)
    raise StaleVersion


def _append(store: EventStore, events: Sequence[Event], import_id: UUID) -> int:
    """One transaction, one command; gives the last position."""
    named = hashlib.sha256()
    for event in events:
        named.update(event.originator_id.bytes + event.originator_version.to_bytes(8, "big"))
    command_id = uuid5(import_id, named.hexdigest())
    caused = [event.model_copy(update={"command_id": command_id, "causation_id": import_id}) for event in events]
    recordings = store.save(*caused, command=CommandRecord(command_id, "directory.import", named.digest()))
    return recordings[-1].notification.id


def _known(store: EventStore, rows: DirectoryRows, node: str) -> Known:
    named = streams_named(rows, node)
    return Known(
        _fold(store, named.divisions, evolve_division),
        _fold(store, named.organizations, evolve_organization),
        _fold(store, named.persons, evolve_person),
    )


def _fold(store: EventStore, streams: Collection[UUID], evolve: Fold[_State]) -> dict[UUID, _State]:
    """The states of many streams, some thousands a query; those without an event are left out."""
    recorder = store.recorder
    if not isinstance(recorder, Recorder):
        raise TypeError("the bulk import reads PostgreSQL")
    states: dict[UUID, _State] = {}
    ids = sorted(streams)
    for start in range(0, len(ids), _READ_AT_ONCE):
        with recorder.datastore.get_connection() as connection:
            found = connection.execute(
                "SELECT originator_id, originator_version, topic, state FROM stored_events"
                " WHERE originator_id = ANY(%s) ORDER BY originator_id, originator_version",
                (ids[start : start + _READ_AT_ONCE],),
            ).fetchall()
        for row in found:
            stored = StoredEvent(row["originator_id"], row["originator_version"], row["topic"], bytes(row["state"]))
            stream: UUID = row["originator_id"]
            states[stream] = evolve(states.get(stream), store.mapper.to_domain_event(stored))
    return states
