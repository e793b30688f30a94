"""历史导入的机构: every organization the directory's facts know, by all names it ever had."""

from collections.abc import Mapping
from uuid import UUID

from eventsourcing.persistence import StoredEvent

from adapters.event_store.recorder import Recorder
from adapters.event_store.store import EventStore
from adapters.imports.history_cells import Organizations
from adapters.imports.records import bare
from domain.calls.events import OrganizationRef
from domain.calls.history.log import OldOrganization
from domain.directory.events import OrganizationEstablished, OrganizationEvent, OrganizationRenamed
from domain.directory.kinds import Management
from domain.directory.organization import Organization, evolve


def organizations_of(store: EventStore) -> Organizations:
    """From the facts, those dissolved since among them: an old case may name them.

    Where two have had the same name, the one that stands goes before the one that is no more, today's name before a
    former one, and a code before any name.
    """
    recorder = store.recorder
    if not isinstance(recorder, Recorder):
        raise TypeError("the import of history reads PostgreSQL")
    with recorder.datastore.get_connection() as connection:
        rows = connection.execute(
            "SELECT originator_id, originator_version, topic, state FROM stored_events WHERE originator_id IN"
            " (SELECT originator_id FROM stored_events WHERE topic = %s AND originator_version = 1)"
            " ORDER BY originator_id, originator_version",
            (OrganizationEstablished.wire,),
        ).fetchall()
    states: dict[UUID, Organization] = {}
    former: dict[UUID, set[str]] = {}
    for row in rows:
        stored = StoredEvent(row["originator_id"], row["originator_version"], row["topic"], bytes(row["state"]))
        event = store.mapper.to_domain_event(stored)
        assert isinstance(event, OrganizationEvent)
        stream: UUID = row["originator_id"]
        states[stream] = evolve(states.get(stream), event)
        if isinstance(event, OrganizationRenamed):
            former.setdefault(stream, set()).add(event.was)
    return _by_name(states, former)


def _by_name(states: Mapping[UUID, Organization], former: Mapping[UUID, set[str]]) -> Organizations:
    known: dict[str, OldOrganization] = {}
    ranked: list[tuple[int, str, OldOrganization]] = []
    for id_, state in states.items():
        entry = OldOrganization(
            OrganizationRef(id=id_, name=state.name), state.kind, state.management is Management.VERTICAL
        )
        gone = 10 if state.dissolved else 0
        ranked.append((0, state.code, entry))
        ranked += [(1 + gone, name, entry) for name in (state.name, *state.aliases)]
        ranked += [(5 + gone, name, entry) for name in former.get(id_, ())]
    for _, name, entry in sorted(ranked, key=lambda one: (one[0], one[1])):
        known.setdefault(bare(name), entry)
    names = tuple(dict.fromkeys(name for rank, name, _ in ranked if rank == 1))
    return Organizations(known, names)
