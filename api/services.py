"""服务: what composition hands to pages and API. Ports only: nothing here knows a database or a broker."""

from collections.abc import AsyncIterator, Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from api.findings import Finding
from domain.assessment.scheme import Scheme
from domain.notices.records import InboxEntry, Preferences
from domain.rules.notice_rule import Channel
from domain.rules.rulebook import Rulebook
from domain.shared.commands import CommandPort
from domain.shared.events import Event
from domain.supervision.document import PrintedDocument
from projections.calls.evidence import EvidenceQueries
from projections.calls.owed import OwedQueries
from projections.calls.queries import CallQueries
from projections.calls.statements import StatementQueries
from projections.directory import DirectoryQueries
from projections.duty_lists import DutyListQueries
from projections.engine.freshness import Freshness
from projections.engine.waiting import Waiting
from projections.rates.as_frozen import FrozenLists
from projections.rates.periods import PeriodQueries
from projections.rates.queries import RateQueries
from projections.rates.record import RecordQueries
from projections.rates.supervisory import SupervisoryQueries
from projections.scope import Viewer
from projections.supervision.on_obligations import ObligationSuspicions
from projections.supervision.queries import SupervisionQueries


class LivePort(Protocol):
    """Wakes open pages."""

    def changes(self, topics: Iterable[str], beat_seconds: float = 20.0) -> AsyncIterator[bool]: ...


class HistoryPort(Protocol):
    """Reads the facts of one stream, for a look at an earlier moment."""

    def history(self, stream: UUID) -> Sequence[Event]: ...


class StoredFile(Protocol):
    """附件 as the store keeps it: `sha256` is its address."""

    @property
    def sha256(self) -> str: ...
    @property
    def size(self) -> int: ...
    @property
    def media_type(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def thumbnail(self) -> bool: ...


class AttachmentPort(Protocol):
    """附件库: files sealed under the key of the call they belong to."""

    def take(self, call: UUID, name: str, content: Iterable[bytes]) -> StoredFile:
        """Check, clean and keep a file. Refuses what is too large, broken or of a type not allowed."""
        ...

    def kept(self, call: UUID, sha256: str) -> StoredFile | None:
        """A file kept before for this call, or None."""
        ...

    def read(self, call: UUID, sha256: str, *, thumbnail: bool = False) -> bytes | None:
        """The content, or None when it was withdrawn or never kept."""
        ...


class InboxPort(Protocol):
    """消息: everybody's own notices."""

    def unread(self, viewer: Viewer) -> int: ...
    def entries(self, viewer: Viewer, after: str = "", *, only_owed: bool = False) -> Sequence[InboxEntry]: ...
    def next_place(self, page: Sequence[InboxEntry]) -> str: ...
    def read(self, viewer: Viewer, which: UUID) -> str | None:
        """Mark one as read; gives where it stands in the product, None where it is not the viewer's."""
        ...

    def read_all(self, viewer: Viewer, up_to: datetime) -> int: ...


class NoticePreferencesPort(Protocol):
    """个人通知设置."""

    def of(self, person: UUID) -> Preferences: ...
    def keep(self, person: UUID, wanted: Preferences) -> None:
        """Refuses KeyDestroyed where the person's data was erased by order."""
        ...


class DocumentPort(Protocol):
    """Prints a document as a file."""

    def pdf(self, document: PrintedDocument) -> bytes: ...
    def docx(self, document: PrintedDocument) -> bytes: ...


def _nothing_looked_at() -> Sequence[Finding]:
    return ()


@dataclass(frozen=True, slots=True)
class Services:
    """Everything the doors need."""

    commands: CommandPort
    calls: CallQueries
    supervision: SupervisionQueries
    documents: DocumentPort
    lists: DutyListQueries
    directory: DirectoryQueries
    rulebook: Callable[[], Rulebook]
    history: HistoryPort
    freshness: Freshness
    rates: RateQueries
    periods: PeriodQueries
    frozen_lists: FrozenLists
    obligation_record: RecordQueries
    statements: StatementQueries
    evidence: EvidenceQueries
    owed: OwedQueries
    supervisory: SupervisoryQueries
    suspicions: ObligationSuspicions
    scheme: Scheme
    waiting: Waiting
    attachments: AttachmentPort
    live: LivePort
    inbox: InboxPort
    notice_preferences: NoticePreferencesPort
    channels: Collection[Channel]
    """通知方式 this installation can send by."""
    clock: Callable[[], datetime]
    node: str
    demonstration: bool
    file_megabytes: int
    findings: Callable[[], Sequence[Finding]] = _nothing_looked_at
    """体检: how views, relay and Kafka stand, in the words of `huying doctor`."""
