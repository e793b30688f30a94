"""公布: binds a revision and lists it, in one decision on two streams."""

from dataclasses import dataclass
from datetime import date

from domain.duty_lists.duty_list import DutyList
from domain.duty_lists.events import RevisionListed, RevisionPublished
from domain.duty_lists.items import Area, content_hash
from domain.duty_lists.kinds import RevisionStage
from domain.duty_lists.policies import day_of
from domain.duty_lists.refusals import (
    DocumentNumberMissing,
    EffectiveBeforePredecessor,
    EffectiveBeforePublication,
    EffectiveInThePast,
    PublishedInFuture,
    SuspendedItemNotRevised,
)
from domain.duty_lists.revision import Revision
from domain.shared.events import Envelope


@dataclass(frozen=True, slots=True)
class Publication:
    """公布要素: document number, days and area. `at_set_up`: entering what was in force before the system was."""

    document_number: str
    published_on: date
    effective_from: date
    applies_to: Area
    at_set_up: bool = False

    def check(self, envelope: Envelope, duty_list: DutyList) -> None:
        """Refuses DocumentNumberMissing, EffectiveBeforePublication, PublishedInFuture, EffectiveInThePast,
        EffectiveBeforePredecessor."""
        today = day_of(envelope.recorded_at)
        if not self.document_number:
            raise DocumentNumberMissing(field="document_number")
        if self.effective_from < self.published_on:
            raise EffectiveBeforePublication(field="effective_from")
        if self.published_on > today:
            raise PublishedInFuture(field="published_on")
        if self.effective_from < today and not self.at_set_up:
            raise EffectiveInThePast(field="effective_from")
        if duty_list.latest is not None and self.effective_from < duty_list.latest.effective_from:
            raise EffectiveBeforePredecessor(field="effective_from")


def publish(
    envelope: Envelope, revision: Revision, base: Revision | None, duty_list: DutyList, publication: Publication
) -> tuple[RevisionPublished, RevisionListed]:
    """公布 and list the revision. Both facts stand or none does.

    Refuses DraftOvertaken, SuspendedItemNotRevised (`base` is the revision this one carries on), what
    Publication.check does, and any stage but approved.
    """
    revision.check_stage(RevisionStage.APPROVED)
    revision.check_current(duty_list)
    publication.check(envelope, duty_list)
    for code in sorted(revision.carried & (base.suspensions.keys() if base else set())):
        raise SuspendedItemNotRevised(
            f"事项“{revision.item(code).title}”已因法律变化暂停执行,请退回修改,先修改或移出该事项,再公布新版本。"
        )
    bound = {
        "number": revision.number,
        "document_number": publication.document_number,
        "published_on": publication.published_on,
        "effective_from": publication.effective_from,
        "applies_to": publication.applies_to,
        "content_hash": content_hash(revision.items.values()),
        "item_count": len(revision.items),
    }
    return (
        RevisionPublished.at_version(revision.id, revision.version + 1, envelope, **bound),
        RevisionListed.at_version(
            duty_list.id,
            duty_list.version + 1,
            envelope,
            revision=revision.id,
            last_code=revision.last_code,
            **bound,
        ),
    )
