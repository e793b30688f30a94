"""历史时点的督办: a matter as it stood at an earlier moment, told by what may be known of it now."""

from dataclasses import dataclass
from datetime import datetime

from api.services import Services
from domain.shared.refusals import NotFound
from domain.supervision.fold import evolve
from domain.supervision.matter import Matter
from projections.calls.queries import RecordEntry
from projections.scope import Viewer
from projections.supervision.sight import may_know_document, may_know_obligation, may_know_suspicion


@dataclass(frozen=True, slots=True)
class Sight:
    """What somebody may know of a matter: decided by the matter as it stands now (`told`), whichever moment they look
    at. What is kept back now is kept back of then; what is told now may be told of then, too: its record tells it."""

    viewer: Viewer
    told: Matter

    def document(self, is_order: bool, number: int) -> bool:
        """Whether they may know of an order or circular."""
        return may_know_document(self.viewer, self.told, is_order, number)

    def obligation(self, place: int) -> bool:
        """Whether they may know of what the matter asks for."""
        return place < len(self.told.obligations) and may_know_obligation(self.viewer, self.told, place)

    def suspicion(self, number: int) -> bool:
        """Whether they may know of a suspicion."""
        return may_know_suspicion(self.viewer, self.told, number)


@dataclass(frozen=True, slots=True)
class MatterThen:
    """A matter as the facts recorded by then tell it, and of these facts what the viewer may read."""

    matter: Matter
    record: list[RecordEntry]


def matter_then(services: Services, viewer: Viewer, present: Matter, at: datetime) -> MatterThen:
    """The matter as of then. Refuses NotFound where the viewer may read of nothing by then."""
    record = [entry for entry in services.supervision.record(viewer, present) if entry.recorded_at <= at]
    then: Matter | None = None
    for event in services.history.history(present.id):
        if event.recorded_at > at:
            break
        then = evolve(then, event)
    if then is None or not record:
        raise NotFound("该时点尚无督办。")
    return MatterThen(then, record)
