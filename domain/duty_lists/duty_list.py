"""清单: the index of its revisions, and what may happen to it."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from domain.duty_lists.events import ListEvent, ListOpened, RevisionListed
from domain.duty_lists.items import Area
from domain.duty_lists.kinds import ListKind
from domain.duty_lists.refusals import EmptyTitle, UnknownList
from domain.shared.events import Envelope
from domain.shared.identifiers import stream_id


@dataclass(frozen=True, slots=True)
class ListedRevision:
    """列入清单的版本: what is needed to say when and where a published revision applies."""

    revision: UUID
    number: int
    document_number: str
    published_on: date
    effective_from: date
    applies_to: Area
    content_hash: str
    listed_at: datetime


@dataclass(frozen=True, slots=True)
class DutyList:
    """清单: its published revisions in the order they were listed; never shortened, never reordered."""

    id: UUID
    version: int
    kind: ListKind
    title: str
    keeper: UUID
    keeper_name: str
    revisions: tuple[ListedRevision, ...] = ()
    last_code: int = 0

    @classmethod
    def open(cls, envelope: Envelope, kind: ListKind, title: str, keeper: UUID, keeper_name: str) -> ListOpened:
        """建立清单. Refuses EmptyTitle. That none of the kind stands is checked by the handler."""
        if not title:
            raise EmptyTitle(field="title")
        return ListOpened.first(
            list_stream(envelope.node, kind), envelope, kind=kind, title=title, keeper=keeper, keeper_name=keeper_name
        )

    @property
    def latest(self) -> ListedRevision | None:
        """The revision listed last; it may take effect in the future only."""
        return self.revisions[-1] if self.revisions else None

    def listed(self, revision: UUID) -> ListedRevision | None:
        """The entry of a revision, or None when it was never published."""
        return next((entry for entry in self.revisions if entry.revision == revision), None)


def list_stream(node: str, kind: ListKind) -> UUID:
    """The stream of the county's list of this kind."""
    return stream_id(node, "list", kind.value)


def evolve(duty_list: DutyList | None, event: ListEvent) -> DutyList:
    """One step of the fold. Refuses UnknownList for a stream that is no list."""
    match event:
        case ListOpened():
            return DutyList(
                event.originator_id,
                event.originator_version,
                event.kind,
                event.title,
                event.keeper,
                event.keeper_name,
            )
        case RevisionListed() if duty_list is not None:
            entry = ListedRevision(
                event.revision,
                event.number,
                event.document_number,
                event.published_on,
                event.effective_from,
                event.applies_to,
                event.content_hash,
                event.recorded_at,
            )
            return replace(
                duty_list,
                version=event.originator_version,
                revisions=(*duty_list.revisions, entry),
                last_code=event.last_code,
            )
        case _ if duty_list is None or not isinstance(event, ListEvent):
            raise UnknownList
    return replace(duty_list, version=event.originator_version)
