"""期限说明接口: why one obligation is due then, late or excused, as data; now or as of an earlier moment."""

from datetime import datetime, timedelta
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, Field

from api.calls.queries import Reader
from api.documented import API, READING
from api.pages.obligation import AsOf, ObligationPlace, explained, moment_asked
from api.reading import MinPosition, wait_for
from api.services import Services
from domain.calls.events import ListItemRef
from domain.calls.explanation import Explanation
from domain.obligations.words import Action, ExcuseGround, PauseGround, Performance
from domain.shared.deadlines import Deadline
from projections.calls.view import CallsView


class SpanBody(BaseModel):
    """一段计时或停算。"""

    since: datetime
    until: datetime
    counted: timedelta = Field(description="计入时限的时间(工作时间或自然时间)")
    justified: timedelta = Field(description="其中有正当事由的时间")
    pause: PauseGround | None = Field(description="停算原因;计时的为空")
    fact: int = Field(description="由哪条记录开始(事项内序号)")
    ended_by: int | None = Field(description="停算由哪条记录结束(事项内序号);计时的、仍在停算或期满自行恢复的为空")


class MovedBody(BaseModel):
    """变更前的一个期限。"""

    deadline: Deadline
    fact: int = Field(description="由哪条记录变更(事项内序号)")


class ExcuseBody(BaseModel):
    """一段正当事由。"""

    ground: ExcuseGround
    ground_label: str
    since: datetime
    until: datetime | None = Field(description="仍在继续的为空")
    fact: int = Field(description="由哪条记录产生(事项内序号)")
    ended_by: int | None = Field(description="由哪条记录结束(事项内序号);仍在继续,或产生时已定结束时间的为空")


class CitedBody(BaseModel):
    """所依的一条记录。"""

    version: int
    type: str
    recorded_at: datetime


class ExplanationBody(BaseModel):
    """一项应履责事项的期限说明。"""

    action: Action
    organization: UUID
    organization_name: str
    owed_to: UUID | None
    owed_to_name: str
    performance: Performance
    deadline: Deadline
    basis: str = Field(description="派发依据;没有的,以时限依据为准")
    duty_text: str
    item: ListItemRef | None = Field(description="所依的清单事项及其修订版;清单外的为空")
    at: datetime = Field(description="推算到何时")
    in_working_time: bool = Field(description="是否只计工作时间")
    budget: timedelta
    consumed: timedelta
    late_by: timedelta
    justified: timedelta
    justified_share: tuple[int, int] = Field(description="有正当事由的占超出时间的比例:分子、分母(最简)")
    justified_until: datetime | None = Field(description="到何时为止的逾期有正当事由;没有的为空")
    excuses: list[ExcuseBody] = Field(description="正当事由,按先后")
    moved: list[MovedBody] = Field(description="变更前的期限,按先后")
    spans: list[SpanBody]
    recomputed_due: datetime | None = Field(description="按现行工作日历推算的到期时间;停算中为空")
    agrees: bool = Field(description="推算与记录是否一致;不一致以记录为准")
    facts: list[CitedBody]


def explaining_router(services: Services) -> APIRouter:
    """GET /calls/{id}/obligations/{place}."""
    router = APIRouter(prefix=API, tags=["呼叫查询"])

    @router.get("/calls/{call_id}/obligations/{place}", summary="期限说明", responses=READING)
    def one(
        call_id: UUID, place: ObligationPlace, viewer: Reader, as_of: AsOf = None, min_position: MinPosition = 0
    ) -> ExplanationBody:
        wait_for(services, CallsView, min_position)
        _, explanation = explained(services, viewer, call_id, place, moment_asked(services, as_of))
        return explanation_body(explanation)

    return router


def explanation_body(explanation: Explanation) -> ExplanationBody:
    """As data."""
    owed, reckoning, duty = explanation.owed, explanation.reckoning, explanation.duty
    return ExplanationBody(
        action=owed.action,
        organization=owed.organization,
        organization_name=owed.organization_name,
        owed_to=owed.owed_to,
        owed_to_name=owed.owed_to_name,
        performance=owed.performance,
        deadline=owed.deadline,
        basis=duty.reference if duty else "",
        duty_text=duty.duty_text if duty else "",
        item=duty.item if duty else None,
        at=reckoning.at,
        in_working_time=reckoning.in_working_time,
        budget=reckoning.budget,
        consumed=reckoning.consumed,
        late_by=reckoning.late_by,
        justified=reckoning.justified,
        justified_share=reckoning.justified_share.as_integer_ratio(),
        justified_until=owed.justified_until,
        excuses=[
            ExcuseBody(
                ground=one.ground,
                ground_label=one.ground.label,
                since=one.since,
                until=one.until,
                fact=one.by,
                ended_by=one.ended_by or None,
            )
            for one in owed.excuses
        ],
        moved=[MovedBody(deadline=one.deadline, fact=one.by) for one in owed.moved],
        spans=[
            SpanBody(
                since=span.since,
                until=span.until,
                counted=span.counted,
                justified=span.justified,
                pause=span.pause,
                fact=span.by,
                ended_by=span.ended_by or None,
            )
            for span in reckoning.spans
        ],
        recomputed_due=reckoning.due,
        agrees=reckoning.agrees,
        facts=[CitedBody(version=f.version, type=f.wire, recorded_at=f.recorded_at) for f in explanation.cited],
    )
