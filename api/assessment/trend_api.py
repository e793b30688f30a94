"""走势接口: the figures of one line month by month."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from api.assessment.rates_api import FreezeBody, Reader, freeze_body
from api.assessment.reading import (
    TREND_MONTHS,
    By,
    dimension_asked,
    organization_asked,
    refuse_non_readers,
    schemes_for,
)
from api.documented import API, READING
from api.reading import MinPosition, wait_for
from api.services import Services
from domain.assessment.definitions import VERSION
from domain.assessment.events import Count
from domain.assessment.measure import Dimension
from domain.assessment.periods import months_until
from domain.assessment.scheme import Scheme
from projections.rates.view import RatesView


class TrendMonthBody(BaseModel):
    """一个月,按现有记录统计;本月尚未结束的截至此刻。"""

    period: str
    since: datetime
    until: datetime
    scheme: Scheme = Field(description="怎么看:本月有自己的考核周期的,按该周期")
    counts: dict[str, Count]
    frozen: FreezeBody | None = Field(description="本月已冻结的,以冻结的数字为准;没有冻结为空")
    frozen_within: FreezeBody | None = Field(description="在这个已冻结的周期之内;不在则为空")


class TrendBody(BaseModel):
    """最近十二个月,由远到近。只看自己的变化,不与他人比较。"""

    by: Dimension
    of: str = Field(description="单位编号、事项代码或领域;空为可查阅的全部")
    definitions: str = Field(description="口径版本")
    months: list[TrendMonthBody]


def trend_api(services: Services) -> APIRouter:
    """GET /rates/trend."""
    router = APIRouter(prefix=API, tags=["运行情况"])

    @router.get("/rates/trend", summary="走势", responses=READING)
    def trend(
        viewer: Reader,
        by: By = None,
        of: Annotated[str, Query(max_length=60, description="哪一行(key);空为可查阅的全部")] = "",
        min_position: MinPosition = 0,
    ) -> TrendBody:
        wait_for(services, RatesView, min_position)
        refuse_non_readers(viewer)
        dimension, now = dimension_asked(viewer, by), services.clock()
        if dimension not in (Dimension.ITEM, Dimension.FIELD):
            organization_asked(of)
        months = months_until(now, TREND_MONTHS)
        lines = services.rates.month_by_month(viewer, dimension, of or None, months, now)
        schemes, freezes = schemes_for(services, viewer, months), services.periods.freezes(viewer, months)
        shown = []
        for span, line, scheme in zip(months, lines, schemes, strict=True):
            freeze = freezes.get(span)
            told = freeze_body(freeze) if freeze else None
            whole = freeze is not None and freeze.whole
            shown.append(
                TrendMonthBody(
                    period=span.code,
                    since=span.since,
                    until=span.until,
                    scheme=scheme,
                    counts=line.counts,
                    frozen=told if whole else None,
                    frozen_within=None if whole else told,
                )
            )
        return TrendBody(by=dimension, of=of, definitions=VERSION, months=shown)

    return router
