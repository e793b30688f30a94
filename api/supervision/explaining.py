"""督办期限说明接口: why what an order or a circular asks for is due then, late or excused, as data."""

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter

from api.calls.explaining import ExplanationBody, explanation_body
from api.documented import API, READING
from api.pages.obligation import AsOf, ObligationPlace, moment_asked, refuse_no_such
from api.reading import MinPosition, wait_for
from api.services import Services
from api.supervision.queries import Reader
from domain.calls.explanation import Explanation
from domain.shared.refusals import NotFound
from domain.supervision.explanation import explain
from domain.supervision.matter import Matter
from projections.scope import Viewer
from projections.supervision.sight import may_know_obligation
from projections.supervision.view import SupervisionView


def matter_explaining_router(services: Services) -> APIRouter:
    """GET /calls/{id}/supervision/obligations/{place}."""
    router = APIRouter(prefix=API, tags=["督办"])

    @router.get(
        "/calls/{call_id}/supervision/obligations/{place}",
        summary="督办期限说明",
        description="督办通知单或通报要求办理的一项,`facts` 的序号为督办内序号。",
        responses=READING,
    )
    def one(
        call_id: UUID, place: ObligationPlace, viewer: Reader, as_of: AsOf = None, min_position: MinPosition = 0
    ) -> ExplanationBody:
        wait_for(services, SupervisionView, min_position)
        matter = services.supervision.matter(viewer, call_id)
        if matter is None:
            raise NotFound("该事项没有督办,或者您无权查看。")
        return explanation_body(matter_explained(services, viewer, matter, place, moment_asked(services, as_of)))

    return router


def matter_explained(services: Services, viewer: Viewer, matter: Matter, place: int, at: datetime) -> Explanation:
    """The explanation of what a matter asks for, where the viewer may know of that. Refuses NotFound."""
    explanation = None
    if place < len(matter.obligations) and may_know_obligation(viewer, matter, place):
        explanation = explain(services.history.history(matter.id), place, services.rulebook().calendar, at)
    return refuse_no_such(explanation)
