"""旧事实: what is told of an old case, as the facts that the store gives back."""

from collections.abc import Sequence

from domain.calls.history import facts
from domain.calls.history.case import OldCase
from domain.calls.history.telling import OldFact
from domain.shared.events import Actor, Event
from domain.shared.posts import Post
from domain.shared.provenance import told_by


def as_event(case: OldCase, fact: OldFact) -> Event:
    """The fact, checked by its model field by field, nothing converted."""
    who = Actor(post=Post.SYSTEM, organization=fact.acting.id, organization_name=fact.acting.name)
    envelope = {
        "originator_id": case.stream,
        "originator_version": fact.version,
        "recorded_at": fact.recorded_at,
        "occurred_at": fact.occurred_at,
        "actor": who,
        "command_id": case.command_id,
        "correlation_id": case.terms.import_id,
        "causation_id": fact.causation,
        "node": case.terms.node,
        "imported_from": told_by(case.terms.file, fact.row, implied=fact.implied),
        "imported_at": case.terms.imported_at,
    }
    assert not envelope.keys() & fact.said.keys()
    assert fact.said.keys() <= fact.kind.model_fields.keys()
    return fact.kind.model_validate({**envelope, **fact.said}, strict=True)


def told(case: OldCase, earlier: Sequence[Event] = ()) -> list[Event]:
    """What an import adds to the stream of the case."""
    return [as_event(case, fact) for fact in facts.told(case, earlier)]
