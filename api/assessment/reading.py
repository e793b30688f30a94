"""运行情况的读取: who may read figures, for which months, by what."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import Query

from api.services import Services
from domain.assessment.definitions import MEASURES
from domain.assessment.measure import Dimension, Measure
from domain.assessment.periods import Span, month_of, span_of
from domain.assessment.scheme import Scheme
from domain.directory.kinds import OrganizationKind
from domain.shared.calendar import LOCAL
from domain.shared.posts import Post
from domain.shared.refusals import Invalid, NotYours
from projections.rates.periods import Freeze
from projections.rates.queries import FigureLine, Figures
from projections.scope import Viewer

PeriodCode = Annotated[
    str, Query(alias="period", max_length=20, description="期间:2026-05、2026-Q2、2026 或 2026-05..2026-08;空为本月")
]
By = Annotated[Dimension | None, Query(description="按什么分列;空为本单位所属的一类")]

_CALLING = ("township", "functional_zone")
_OFFICES = frozenset(
    {
        OrganizationKind.PLATFORM,
        OrganizationKind.DUTY_ROOM,
        OrganizationKind.ESTABLISHMENT_OFFICE,
        OrganizationKind.LEADER_GROUP,
    }
)


TREND_MONTHS = 12
"""走势 looks so many months back, the running one included."""


def organization_asked(of: str) -> UUID | None:
    """The organization with this key; None for none. Refuses Invalid."""
    try:
        return UUID(of) if of else None
    except ValueError:
        raise Invalid("没有这个单位,请从运行情况页重新打开。", field="of") from None


def refuse_non_readers(viewer: Viewer) -> None:
    """Refuses NotYours for an administrator: keeping the directory gives no look into casework."""
    if viewer.post is Post.ADMINISTRATOR and not viewer.sees_all:
        raise NotYours("运行情况和履责台账由承办单位、乡镇(街道)和平台、督查、监督岗位查看,系统管理员不查看办理情况。")


def span_asked(services: Services, code: str) -> Span:
    """The months that are asked for; the running month if none. Refuses Invalid."""
    return span_of(code or month_of(services.clock()))


def dimension_asked(viewer: Viewer, by: Dimension | None) -> Dimension:
    """By what: as asked, or what the viewer's organization is."""
    if by is not None:
        return by
    if viewer.organization_kind in _CALLING:
        return Dimension.TOWNSHIP
    if not viewer.sees_all and viewer.organization_kind in _OFFICES:
        return Dimension.OFFICE
    return Dimension.DEPARTMENT


def measure_asked(id_: str) -> Measure:
    """The measure with this id. Refuses Invalid."""
    if id_ not in MEASURES:
        raise Invalid("没有这个指标,请从运行情况页重新打开。", field="measure")
    return MEASURES[id_]


def named(
    services: Services, viewer: Viewer, dimension: Dimension, figures: Figures, now: datetime
) -> list[FigureLine]:
    """The lines in the directory's order (items and fields by name), with their names; townships without a call too."""
    if dimension in (Dimension.ITEM, Dimension.FIELD):
        lines = sorted(figures.lines, key=lambda line: (line.key == "", line.name or line.key))
        blank = "清单外" if dimension is Dimension.ITEM else "清单外或未载明领域"
        return [FigureLine(line.key, line.name or line.key or blank, line.counts) for line in lines]
    standing = {line.key: line for line in figures.lines}
    listed: list[FigureLine] = []
    for entry in services.directory.organizations(viewer, now, limit=500):
        known = standing.pop(str(entry.id), None)
        shown = viewer.sees_all and dimension is Dimension.TOWNSHIP and entry.kind in _CALLING
        if known is not None or shown:
            listed.append(FigureLine(str(entry.id), entry.name, known.counts if known else {}))
    names = _former_names(services, viewer, standing)
    return [*listed, *(FigureLine(key, names[key], line.counts) for key, line in standing.items())]


def _former_names(services: Services, viewer: Viewer, lines: Mapping[str, FigureLine]) -> dict[str, str]:
    """Of organizations that stand no more."""
    found = {key: services.directory.organization(viewer, UUID(key)) for key in lines}
    return {key: f"{entry.name}(已撤销)" if entry else "已撤销的机构" for key, entry in found.items()}


def freeze_of(services: Services, viewer: Viewer, span: Span) -> Freeze | None:
    """Which frozen period has all these months, exactly or among others; None: the figures of none were frozen."""
    return services.periods.freezes(viewer, [span]).get(span)


def scheme_for(services: Services, viewer: Viewer, span: Span) -> Scheme:
    """The scheme by which the figures of a span are read, wherever they are shown."""
    return schemes_for(services, viewer, [span])[0]


def schemes_for(services: Services, viewer: Viewer, spans: Sequence[Span]) -> list[Scheme]:
    """For each span that of the period with exactly these months; else what was shipped."""
    held = services.periods.of_months(viewer, spans)
    return [held[span].scheme if span in held else services.scheme for span in spans]


def local_day(moment: datetime) -> date:
    """The county's day."""
    return moment.astimezone(LOCAL).date()
