"""历史导入: takes cases of an event log in, a batch in one transaction, each case whole or not at all, once for ever.

A batch is looked up, told, sealed and appended by itself, so several processes may take batches at once, and a process
killed in the middle leaves nothing half done: what stands is found by its command id, what does not is told again.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

import psycopg
from eventsourcing.persistence import IntegrityError, StoredEvent

from adapters.event_store.bulk_append import BulkSealer, Entry, append_in_bulk
from adapters.event_store.group_commit import CommandRecord
from adapters.event_store.key_ring import KeyDestroyed, KeyRing
from adapters.event_store.mapper import EventTooLarge, decode
from adapters.imports.history_cells import CaseCells, CellFault, CellReader, LogPlaces, Organizations
from adapters.imports.history_mapping import HistoryMapping
from adapters.imports.old_facts import OldFactWriter
from domain.calls.history.case import HistoryTerms, OldCase
from domain.calls.history.facts import told
from domain.calls.history.log import HistoryFault, OldRow
from domain.shared.refusals import Invalid, Refusal

COMMAND = "calls.import_history"
_ATTEMPTS = 5

_KEY_OF_FIELD = {"recorded_at": "recorded", "due": "deadline", "respond_due": "respond_deadline"}
"""Where the mapping calls the column of a field of OldRow by another name."""


@dataclass(frozen=True, slots=True)
class Rejected:
    """未导入: one fault of one case. Nothing of the case was imported; `rows` is how many rows it has."""

    row: int
    column: str
    case: str
    code: str
    message: str
    rows: int


@dataclass(slots=True)
class Outcome:
    """What became of some cases. `known`: all their rows stand already; `grown`: they had been imported before, and
    now have more; `left_out`: rows whose word the mapping leaves out; `implied`: facts of steps without a record."""

    new: int = 0
    grown: int = 0
    known: int = 0
    rows: int = 0
    left_out: int = 0
    facts: int = 0
    implied: int = 0
    position: int = 0
    rejected: list[Rejected] = field(default_factory=list)

    def add(self, other: "Outcome") -> None:
        """Both together."""
        self.new += other.new
        self.grown += other.grown
        self.known += other.known
        self.rows += other.rows
        self.left_out += other.left_out
        self.facts += other.facts
        self.implied += other.implied
        self.position = max(self.position, other.position)
        self.rejected += other.rejected

    @property
    def rejected_cases(self) -> int:
        """How many cases were not imported."""
        return len({one.case or f"row {one.row}" for one in self.rejected})


@dataclass(frozen=True, slots=True)
class Instructions:
    """All that a process must know to take cases in. Can be sent to another process."""

    mapping: HistoryMapping
    places: LogPlaces
    cell_faults: Mapping[int, tuple[str, str, str]]
    organizations: Organizations
    terms: HistoryTerms
    dry_run: bool = False


class HistoryImport:
    """Takes cases in, over a connection of its own."""

    def __init__(self, connection: psycopg.Connection, keys: KeyRing, instructions: Instructions) -> None:
        self._connection = connection
        self._keys = keys
        self._given = instructions
        self._terms = instructions.terms
        self._writer = OldFactWriter(instructions.terms)
        self._cells = CellReader(
            instructions.mapping,
            instructions.places.columns,
            instructions.places.attributes,
            instructions.places.width,
            instructions.organizations,
            instructions.terms.imported_at,
        )

    def take(self, cases: Sequence[CaseCells]) -> Outcome:
        """Import these cases. With `dry_run` everything but the writing is done."""
        read = Outcome(rows=sum(len(case.rows) for case in cases))
        old = [found for case in cases if (found := self._read(case, read)) is not None]
        for _ in range(_ATTEMPTS):
            outcome, entries, keys = self._planned(old)
            try:
                if entries and not self._given.dry_run:
                    outcome.position = append_in_bulk(self._connection, entries, keys)
            except (IntegrityError, psycopg.errors.LockNotAvailable):
                continue  # somebody was there first, or holds the order for long: look again at what stands
            read.add(outcome)
            return read
        raise ImportHindered

    def _read(self, case: CaseCells, outcome: Outcome) -> OldCase | None:
        """The case's rows; its faults, all of them, noted where it has any."""
        rows: list[OldRow] = []
        faults = list(self._broken_cells(case)) if self._given.cell_faults else []
        for place, (row, cells) in enumerate(case.rows):
            try:
                if not place:
                    self._cells.check_number(row, cells)
                found = self._cells.read(row, cells)
            except CellFault as fault:
                faults.append(self._rejected(case, fault.row, fault.key, fault.code, fault.message))
                continue
            if found is None:
                outcome.left_out += 1
            else:
                rows.append(found)
        outcome.rejected += faults
        return OldCase(case.number, rows, self._terms) if rows and not faults else None

    def _planned(self, cases: Sequence[OldCase]) -> tuple[Outcome, list[Entry], Mapping[str, bytes]]:
        """What is to be appended for them, as the store stands now."""
        outcome, entries = Outcome(), list[Entry]()
        done = self._done(cases)
        open_cases = [case for case in cases if case.command_id not in done]
        outcome.known = len(cases) - len(open_cases)
        stored = self._stored(open_cases)
        sealer = BulkSealer(self._keys, [f"calls/{stream}" for stream in stored])
        for case in open_cases:
            earlier = [decode(event, sealer) for event in stored.get(case.stream, ())]
            try:
                facts = told(case, earlier)
                rows = list(self._writer.rows(case, facts, sealer))
            except HistoryFault as fault:
                key = _KEY_OF_FIELD.get(fault.field, fault.field)
                outcome.rejected.append(self._rejected(case, fault.row, key, fault.code, fault.message))
                continue
            except (EventTooLarge, KeyDestroyed, Invalid) as refusal:
                sealer.made.pop(f"calls/{case.stream}", None)
                outcome.rejected.append(self._rejected(case, case.ordered[0].number, "", refusal.code, refusal.message))
                continue
            if not facts:
                outcome.known += 1
                continue
            outcome.new, outcome.grown = outcome.new + (not earlier), outcome.grown + bool(earlier)
            outcome.facts += len(facts)
            outcome.implied += sum(fact.implied for fact in facts)
            entries.append(Entry(self._record(case), rows))
        return outcome, entries, sealer.made

    def _record(self, case: OldCase) -> CommandRecord:
        return CommandRecord(case.command_id, COMMAND, self._keys.fingerprint(case.digest))

    def _done(self, cases: Sequence[OldCase]) -> set[UUID]:
        rows = self._connection.execute(
            "SELECT command_id FROM commands WHERE command_id = ANY(%s)", ([case.command_id for case in cases],)
        )
        return {row[0] for row in rows.fetchall()}

    def _stored(self, cases: Sequence[OldCase]) -> dict[UUID, list[StoredEvent]]:
        rows = self._connection.execute(
            "SELECT originator_id, originator_version, topic, state FROM stored_events WHERE originator_id = ANY(%s)"
            " ORDER BY originator_id, originator_version",
            ([case.stream for case in cases],),
        )
        found: dict[UUID, list[StoredEvent]] = {}
        for stream, version, topic, state in rows.fetchall():
            found.setdefault(stream, []).append(StoredEvent(stream, version, topic, bytes(state)))
        return found

    def _broken_cells(self, case: CaseCells) -> Iterator[Rejected]:
        for row, _ in case.rows:
            if (found := self._given.cell_faults.get(row)) is not None:
                yield Rejected(row, found[0], case.number, found[1], found[2], len(case.rows))

    def _rejected(self, case: CaseCells | OldCase, row: int, key: str, code: str, message: str) -> Rejected:
        title = key.removeprefix("attributes:") if key.startswith("attributes:") else self._title(key)
        return Rejected(row, title, case.number, code, message, len(case.rows))

    def _title(self, key: str) -> str:
        return self._given.places.titles.get(key, "")


class ImportHindered(Refusal):
    """Other writers kept changing the same calls, or held the order for long."""

    code = "import-hindered"
    rule = "导入多次与其他办理冲突,已停下;已导入的不受影响,请稍后用同一命令继续。"
