"""运行情况接口: figures, what they mean, and the lines behind each."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, Field

from api.assessment.reading import (
    By,
    PeriodCode,
    dimension_asked,
    freeze_of,
    measure_asked,
    named,
    refuse_non_readers,
    scheme_for,
    span_asked,
)
from api.documented import API, READING
from api.pages.record_lines import evidence_of, mark_codes
from api.reading import MinPosition, wait_for
from api.security.gate import within
from api.security.scopes import Scope
from api.services import Services
from domain.assessment.definitions import MEASURES, VERSION
from domain.assessment.events import Count
from domain.assessment.measure import Dimension
from domain.assessment.scheme import Scheme
from domain.assessment.words import PeriodState
from projections.calls.view import CallsView
from projections.rates.lines import PAGE, CountedLine, Place
from projections.rates.periods import Freeze
from projections.rates.view import RatesView
from projections.scope import Viewer

Reader = Annotated[Viewer, Depends(within(Scope.ASSESSMENT_READ))]


class DefinitionBody(BaseModel):
    """一个指标的口径。"""

    id: str
    name: str
    version: int
    denominator: str
    numerator: str = Field(description="空为只计件数")
    moment: str = Field(description="以什么时间归入期间")
    remark: str
    is_share: bool = Field(description="占比,本身无所谓高低好坏")


class DefinitionsBody(BaseModel):
    """全部口径。"""

    version: str = Field(description="口径版本")
    measures: list[DefinitionBody]


class FigureLineBody(BaseModel):
    """一行指标:分子与分母的件数。件数不足或评价参与不足的,不宜折算百分比。"""

    key: str = Field(description="机构编号、事项代码或领域;全县为空")
    name: str
    counts: dict[str, Count]


class FreezeBody(BaseModel):
    """本周期已冻结,以冻结的数字为准:见 /periods/{period}。"""

    period: UUID
    name: str
    state: PeriodState
    frozen_at: datetime
    document: str = Field(description="公布文件;未公布为空")


class FiguresBody(BaseModel):
    """一个期间的指标,按现有记录统计。各行按名录次序,不按高低。"""

    period: str
    since: datetime
    until: datetime
    by: Dimension
    definitions: str = Field(description="口径版本")
    scheme: Scheme = Field(description="怎么看:最少件数、评价参与率下限、目标、呼叫量参考区间及其依据")
    total: FigureLineBody
    lines: list[FigureLineBody]
    frozen: FreezeBody | None = Field(description="本周期已冻结的,以冻结的数字为准;没有冻结为空")
    frozen_within: FreezeBody | None = Field(
        description="本期没有单独冻结,但在这个已冻结的周期之内(冻结的是整个周期的数字);不在则为空"
    )


class FrozenLineBody(BaseModel):
    """冻结的数字中的一件,截至冻结时的情况。"""

    call: UUID
    number: str
    place: int = Field(description="事项内第几项应履责事项;-1 为事项本身")
    action: str
    organization: UUID
    organization_name: str
    township: UUID
    township_name: str
    item: str
    item_title: str
    performance: str = Field(description="履行情况;事项本身为空")
    due_at: datetime = Field(description="到期时间(事项本身为发出时间)")
    opened_at: datetime
    performed_at: datetime | None
    ended_at: datetime | None


class CountedLineBody(FrozenLineBody):
    """一件。"""

    evidence: int = Field(description="佐证材料份数:该项开始以后、到履行或终止为止,承担单位提交的")
    statements: int = Field(description="陈述条数")
    marks: list[str] = Field(
        description="有关情况:interim 同意阶段性办结、resolved 已核实办结、objected 提出过异议、"
        "misdispatched 异议成立、reworked 被退回重办、extended 获准延期、suspended 曾暂缓、shelved 挂账、"
        "late_entry 有补录、satisfied 评价满意、basically 评价基本满意、dissatisfied 有评价不满意、"
        "reopened 办结后重新打开"
    )
    justified_by: str = Field(description="正当事由,如“等待他方办理”;没有则为空")


class CountedLinesBody(BaseModel):
    """一页,`next` 为下一页的位置(没有则为空)。"""

    items: list[CountedLineBody]
    next: str | None


class FrozenLinesBody(BaseModel):
    """一页,`next` 为下一页的位置(没有则为空)。"""

    items: list[FrozenLineBody]
    next: str | None


ListPart = Annotated[Literal["counted", "met", "unmet"], Query(description="分母、分子,或在分母而不在分子的")]
LineKey = Annotated[str | None, Query(max_length=60, description="哪一行(key;清单外为空);不写为全部")]
After = Annotated[str, Query(max_length=120, description="下一页位置")]


def rates_api(services: Services) -> APIRouter:
    """GET /rates, /rates/definitions, /rates/lines."""
    router = APIRouter(prefix=API, tags=["运行情况"])

    @router.get("/rates", summary="运行情况", responses=READING)
    def figures(viewer: Reader, period: PeriodCode = "", by: By = None, min_position: MinPosition = 0) -> FiguresBody:
        wait_for(services, RatesView, min_position)
        refuse_non_readers(viewer)
        span, dimension, now = span_asked(services, period), dimension_asked(viewer, by), services.clock()
        found = services.rates.figures(viewer, dimension, span, now)
        total = found.total if viewer.sees_all else services.rates.county_total(viewer, dimension, span, now)
        freeze = freeze_of(services, viewer, span)
        return FiguresBody(
            period=span.code,
            since=span.since,
            until=span.until,
            by=dimension,
            definitions=VERSION,
            scheme=scheme_for(services, viewer, span),
            total=FigureLineBody(key="", name="全县", counts=total.counts),
            lines=[
                FigureLineBody(key=line.key, name=line.name, counts=line.counts)
                for line in named(services, viewer, dimension, found, now)
            ],
            frozen=freeze_body(freeze) if freeze and freeze.whole else None,
            frozen_within=freeze_body(freeze) if freeze and not freeze.whole else None,
        )

    @router.get("/rates/definitions", summary="指标口径", responses=READING)
    def definitions(viewer: Reader) -> DefinitionsBody:
        return DefinitionsBody(
            version=VERSION,
            measures=[
                DefinitionBody(
                    id=one.id,
                    name=one.name,
                    version=one.version,
                    denominator=one.denominator,
                    numerator=one.numerator,
                    moment=one.moment,
                    remark=one.remark,
                    is_share=one.share,
                )
                for one in MEASURES.values()
            ],
        )

    @router.get("/rates/lines", summary="指标后面的清单", responses=READING)
    def lines(
        viewer: Reader,
        measure: Annotated[str, Query(max_length=40, description="指标,见 /rates/definitions")],
        period: PeriodCode = "",
        by: By = None,
        of: LineKey = None,
        part: ListPart = "counted",
        after: After = "",
        min_position: MinPosition = 0,
    ) -> CountedLinesBody:
        wait_for(services, RatesView, min_position)
        wait_for(services, CallsView, min_position)
        refuse_non_readers(viewer)
        span, dimension = span_asked(services, period), dimension_asked(viewer, by)
        found = services.rates.behind(
            viewer, measure_asked(measure), dimension, of, span, services.clock(), part, after
        )
        return counted_lines(found, evidence_of(services, viewer, found))

    return router


def freeze_body(freeze: Freeze) -> FreezeBody:
    """A freeze as the interface says it."""
    period = freeze.period
    return FreezeBody(
        period=period.id,
        name=period.name,
        state=period.state,
        frozen_at=freeze.frozen_at,
        document=period.document,
    )


def frozen_lines(found: list[CountedLine]) -> FrozenLinesBody:
    """A page of lines as they stood at a freeze."""
    return FrozenLinesBody(
        items=[FrozenLineBody(**_line(line)) for line in found],
        next=found[-1].place_in_list if len(found) == PAGE else None,
    )


def _line(line: CountedLine) -> dict[str, Any]:
    return {
        "call": line.call,
        "number": line.number,
        "place": line.place,
        "action": line.action,
        "organization": line.organization,
        "organization_name": line.organization_name,
        "township": line.township,
        "township_name": line.township_name,
        "item": line.item,
        "item_title": line.item_title,
        "performance": line.performance,
        "due_at": line.moment,
        "opened_at": line.opened_at,
        "performed_at": line.performed_at,
        "ended_at": line.ended_at,
    }


def counted_lines(found: list[CountedLine], evidence: Mapping[Place, int]) -> CountedLinesBody:
    """A page of lines, with how many files were given for each."""
    return CountedLinesBody(
        items=[
            CountedLineBody(
                **_line(line),
                evidence=evidence.get(line.key, 0),
                statements=line.statements,
                marks=mark_codes(line),
                justified_by=line.excuses,
            )
            for line in found
        ],
        next=found[-1].place_in_list if len(found) == PAGE else None,
    )
