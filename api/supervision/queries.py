"""督办查询接口: what is late, the documents under way, suspected failures, and the matter of one call."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from api.calls.commands import slug
from api.documented import API, READING
from api.pages.obligation import AsOf, moment_asked
from api.reading import MinPosition, wait_for
from api.security.gate import within
from api.security.scopes import Scope
from api.services import Services
from api.supervision.as_of import Sight, matter_then
from domain.obligations.words import Action
from domain.shared.deadlines import Deadline
from domain.shared.refusals import NotFound
from domain.supervision.commands import possible_steps
from domain.supervision.events import Item
from domain.supervision.matter import Circular, Matter, Order
from domain.supervision.rights import Seat, Subject
from domain.supervision.words import FailureKind, Rung, Standing, SuspicionState
from projections.calls.queries import RecordEntry
from projections.scope import Viewer
from projections.supervision.signatures import signature_of
from projections.supervision.view import SupervisionView

Reader = Annotated[Viewer, Depends(within(Scope.SUPERVISION_READ))]


class LateBody(BaseModel):
    """一项超期未办的应履责事项。"""

    call: UUID
    number: str
    township_name: str
    place: int = Field(description="事项内第几项应履责事项(从 0 起);督办要求办理的,为督办内第几项")
    action: Action
    organization: UUID
    organization_name: str
    due: datetime


class ToDoBody(BaseModel):
    """一项督办待办。"""

    call: UUID
    number: str
    action: Action
    document: int = Field(description="事项内第几份督办通知单或通报")
    deadline: Deadline


class DocumentLineBody(BaseModel):
    """一份未办结的督办文书。"""

    call: UUID
    call_number: str
    number: str
    kind: str
    document: int
    issuer_name: str
    addressee_name: str
    stage: str
    issued_at: datetime | None


class SuspicionLineBody(BaseModel):
    """一项待认定的疑似情形。"""

    call: UUID
    call_number: str
    suspicion: int
    kind: FailureKind
    organization_name: str
    suspected_at: datetime


class BoardBody(BaseModel):
    """督办总览。"""

    late_count: int = Field(description="超期未办的项数,最多计到 1000")
    late: list[LateBody]
    to_do: list[ToDoBody]
    documents: list[DocumentLineBody]
    suspicions: list[SuspicionLineBody]


class LadderBody(BaseModel):
    """一项应履责事项的督办阶梯;`action` 是督办要求办理的(如 order_reply),`place` 为督办内第几项。"""

    place: int
    action: Action
    organization: UUID
    due: datetime
    rung: Rung | None
    reached_at: datetime | None
    standing: Standing
    next_rung: Rung | None
    next_at: datetime | None


class DocumentBody(BaseModel):
    """一份督办通知单或通报。"""

    document: int
    number: str
    kind: str
    level: str
    issuer: UUID
    issuer_name: str
    addressee: UUID
    addressee_name: str
    items: list[Item]
    stage: str
    drafted_at: datetime
    issued_at: datetime | None
    signed_by: UUID | None
    signed_for: UUID | None = Field(description="受托代签的,为委托人;signed_by 为实际签发的受托人")
    demands: str
    answer: str
    possible_steps: list[str]


class SuspicionBody(BaseModel):
    """一项疑似情形。"""

    suspicion: int
    kind: FailureKind
    organization: UUID
    organization_name: str
    grounds: str
    state: SuspicionState
    suspected_at: datetime
    decided_at: datetime | None
    possible_steps: list[str]


class MatterBody(BaseModel):
    """一件呼叫的督办情况。"""

    call: UUID
    number: str
    version: int
    ladders: list[LadderBody]
    orders: list[DocumentBody]
    circulars: list[DocumentBody]
    suspicions: list[SuspicionBody]
    obligations: list[ToDoBody]
    record: list[str] = Field(description="督办记录的类型,按先后")
    possible_steps: list[str]


def supervision_query_router(services: Services) -> APIRouter:
    """GET /supervision and GET /calls/{call_id}/supervision."""
    router = APIRouter(prefix=API, tags=["督办"])

    @router.get("/supervision", summary="督办总览", responses=READING)
    def board(viewer: Reader, min_position: MinPosition = 0) -> BoardBody:
        wait_for(services, SupervisionView, min_position)
        return _board(services, viewer)

    @router.get("/calls/{call_id}/supervision", summary="一件呼叫的督办情况", responses=READING)
    def one(call_id: UUID, viewer: Reader, as_of: AsOf = None, min_position: MinPosition = 0) -> MatterBody:
        wait_for(services, SupervisionView, min_position)
        present = services.supervision.matter(viewer, call_id)
        if present is None:
            raise NotFound("该事项没有督办,或者您无权查看。")
        sight = Sight(viewer, present)
        if as_of is not None:
            then = matter_then(services, viewer, present, moment_asked(services, as_of))
            return _matter(then.matter, sight, then.record, offered=False)
        return _matter(present, sight, services.supervision.record(viewer, present), offered=True)

    return router


def _board(services: Services, viewer: Viewer) -> BoardBody:
    now = services.clock()
    return BoardBody(
        late_count=services.supervision.late_count(viewer, now),
        late=[
            LateBody(
                call=line.call,
                number=line.number,
                township_name=line.township_name,
                place=line.place,
                action=line.owed.action,
                organization=line.owed.organization,
                organization_name=line.owed.organization_name,
                due=line.owed.deadline.due,
            )
            for line in services.supervision.late(viewer, now)
        ],
        to_do=[
            ToDoBody(
                call=line.call,
                number=line.number,
                action=line.owed.action,
                document=line.owed.entry,
                deadline=line.owed.deadline,
            )
            for line in services.supervision.to_do(viewer)
        ],
        documents=[
            DocumentLineBody(
                call=line.call,
                call_number=line.call_number,
                number=line.number,
                kind=line.kind,
                document=line.document,
                issuer_name=line.issuer_name,
                addressee_name=line.addressee_name,
                stage=line.stage,
                issued_at=line.issued_at,
            )
            for line in services.supervision.documents(viewer)
        ],
        suspicions=[
            SuspicionLineBody(
                call=line.call,
                call_number=line.call_number,
                suspicion=line.suspicion,
                kind=FailureKind(line.kind),
                organization_name=line.organization_name,
                suspected_at=line.suspected_at,
            )
            for line in services.supervision.suspicions(viewer)
        ],
    )


def seat_of(viewer: Viewer) -> Seat:
    """Where a viewer acts from."""
    return Seat(viewer.post, viewer.organization, viewer.organization_kind)


def _matter(matter: Matter, sight: Sight, record: Sequence[RecordEntry], *, offered: bool) -> MatterBody:
    """What is told of it; `offered`: with the steps that the viewer may take, which there are none of in the past."""
    viewer = sight.viewer

    def steps(subject: Subject, number: int) -> list[str]:
        possible = possible_steps(matter, subject, number, seat_of(viewer)) if offered else ()
        return [slug(step.command) for step in possible]

    return MatterBody(
        call=matter.about.id,
        number=matter.about.number,
        version=matter.version,
        ladders=[
            LadderBody(
                place=ladder.place,
                action=ladder.action,
                organization=ladder.organization,
                due=ladder.due,
                rung=ladder.rung,
                reached_at=ladder.reached_at,
                standing=ladder.standing,
                next_rung=ladder.next_rung,
                next_at=ladder.next_at,
            )
            for ladder in matter.ladders
            if not ladder.action.supervisory or sight.obligation(ladder.place)
        ],
        orders=[
            _document(order, order.kind.value, order.reply, record, steps(Subject.ORDER, order.order))
            for order in matter.orders
            if sight.document(True, order.order)
        ],
        circulars=[
            _document(circular, "circular", circular.rectification, record, steps(Subject.CIRCULAR, circular.circular))
            for circular in matter.circulars
            if sight.document(False, circular.circular)
        ],
        suspicions=[
            SuspicionBody(
                suspicion=one.suspicion,
                kind=one.kind,
                organization=one.organization,
                organization_name=one.organization_name,
                grounds=one.grounds,
                state=one.state,
                suspected_at=one.suspected_at,
                decided_at=one.decided_at,
                possible_steps=steps(Subject.SUSPICION, one.suspicion),
            )
            for one in matter.suspicions
            if sight.suspicion(one.suspicion)
        ],
        obligations=[
            ToDoBody(
                call=matter.about.id,
                number=matter.about.number,
                action=owed.action,
                document=owed.entry,
                deadline=owed.deadline,
            )
            for owed in matter.open_obligations
            if viewer.sees_all or viewer.organization in (owed.organization, owed.owed_to)
        ],
        record=[entry.wire for entry in record],
        possible_steps=steps(Subject.MATTER, 0),
    )


def _document(
    one: Order | Circular, kind: str, answer: str, record: Sequence[RecordEntry], steps: list[str]
) -> DocumentBody:
    signature = signature_of(record, one)
    return DocumentBody(
        document=one.order if isinstance(one, Order) else one.circular,
        number=one.number,
        kind=kind,
        level=one.level,
        issuer=one.issuer,
        issuer_name=one.issuer_name,
        addressee=one.addressee,
        addressee_name=one.addressee_name,
        items=list(one.items),
        stage=one.stage,
        drafted_at=one.drafted_at,
        issued_at=one.issued_at,
        signed_by=one.signed_by,
        signed_for=signature.acting_for if signature is not None else None,
        demands=one.demands,
        answer=answer,
        possible_steps=steps,
    )
