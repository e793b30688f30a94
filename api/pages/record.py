"""履责台账页: what organizations owed, line by line; as a workbook; and as one page about one organization."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from starlette.requests import Request
from starlette.responses import Response

from adapters.exports.record_sheet_pdf import RecordSheet, record_sheet
from adapters.exports.record_xlsx import record_workbook
from api.assessment.reading import PeriodCode, refuse_non_readers, span_asked
from api.pages.downloads import PDF, XLSX, download
from api.pages.forms import uuid_or_none
from api.pages.frame import TemplatePages
from api.pages.rates import periods_offered
from api.pages.record_grounds import Ground, ground_cells, grounds_of
from api.pages.record_lines import (
    Beside,
    beside,
    lateness_of,
    line_href,
    remarks,
    shown_lines,
    state_text,
    suspicion_about,
    suspicion_href,
    suspicion_text,
    when_text,
)
from api.pages.times import exact_text
from api.security.gate import RequiredViewer
from api.services import Services
from domain.obligations.words import Action, Performance
from domain.shared.refusals import Invalid, NotFound
from domain.supervision.words import SuspicionState
from projections.rates.lines import PAGE, CountedLine, Place
from projections.rates.record import MOST_EXPORTED, RECORDED, overdue
from projections.rates.record_filter import RecordFilter
from projections.scope import Viewer
from projections.supervision.on_obligations import ObligationSuspicion

_ON_THE_SHEET = 14
_SAID_ON_THE_SHEET = 5
_LONGEST_SAID = 120
_TO_LOOK_AT = {Performance.LATE, Performance.UNMET, Performance.JUSTIFIED, Performance.UNRECORDED}
_CALLING = ("township", "functional_zone")

_SUSPICIONS = {
    "any": ("有疑似情形的", frozenset(SuspicionState)),
    "suspected": ("待认定", frozenset({SuspicionState.SUSPECTED})),
    "confirmed": ("已认定", frozenset({SuspicionState.CONFIRMED})),
    "dismissed": ("认定不成立", frozenset({SuspicionState.DISMISSED})),
}
"""筛选: its words, and which states it means."""


@dataclass(frozen=True)
class Asked:
    """What the address asks for, as it was typed."""

    period: PeriodCode = ""
    organization: Annotated[str, Query(max_length=40)] = ""
    state: Annotated[str, Query(max_length=20)] = ""
    action: Annotated[str, Query(max_length=30)] = ""
    township: Annotated[str, Query(max_length=40)] = ""
    item: Annotated[str, Query(max_length=60)] = ""
    suspicion: Annotated[str, Query(max_length=20)] = ""
    number: Annotated[str, Query(max_length=40)] = ""

    @property
    def narrowed(self) -> bool:
        """Whether it asks for less than all of a period."""
        conditions = (self.organization, self.state, self.action, self.township, self.item, self.suspicion, self.number)
        return any(conditions)


Filters = Annotated[Asked, Depends()]


def record_router(services: Services, pages: TemplatePages) -> APIRouter:
    """`/record`, `/record.xlsx`, `/record.pdf`."""
    router = APIRouter(include_in_schema=False)

    @router.get("/record")
    def show(
        request: Request,
        viewer: RequiredViewer,
        asked: Filters,
        after: Annotated[str, Query(max_length=120)] = "",
    ) -> Response:
        wanted = filter_of(services, viewer, asked)
        return pages(request, "record.html", _context(services, viewer, asked, wanted, after))

    @router.get("/record.xlsx")
    def workbook(viewer: RequiredViewer, asked: Filters) -> Response:
        return record_as_workbook(services, viewer, asked)

    @router.get("/record.pdf")
    def sheet(viewer: RequiredViewer, asked: Filters) -> Response:
        return record_as_sheet(services, viewer, asked)

    return router


def record_as_workbook(services: Services, viewer: Viewer, asked: Asked) -> Response:
    """台账表格 to be saved. Refuses what `filter_of` does."""
    wanted, now = filter_of(services, viewer, asked), services.clock()
    found = services.obligation_record.lines(viewer, wanted, most=MOST_EXPORTED)
    about = [
        ("台账", _title(services, viewer, asked, wanted)),
        ("导出人", f"{viewer.organization_name} {viewer.name}"),
        ("导出时间", exact_text(now)),
        ("佐证材料", "该项开始以后、到履行或终止为止,承担单位提交的份数"),
        ("逾期多久", "按时限自己的时间计,与期限说明一致;“至导出时”为尚未办理的"),
    ]
    capped = f"最多导出 {MOST_EXPORTED} 行,其余请按月或按单位分次导出。" if len(found) == MOST_EXPORTED else ""
    rows = export_rows(found, beside(services, viewer, found), grounds_of(services, viewer, found, now), now)
    return download(record_workbook(about, rows, capped), XLSX, f"履责台账{wanted.span.name}.xlsx")


def record_as_sheet(services: Services, viewer: Viewer, asked: Asked) -> Response:
    """一页履责情况说明 to be saved. Refuses Invalid where it is of no one organization, and what `filter_of` does."""
    wanted = filter_of(services, viewer, asked)
    organization = wanted.organization or (None if viewer.sees_all else viewer.organization)
    if organization is None:
        raise Invalid("履责情况说明按单位出具,请先选择单位。", field="organization")
    made = sheet_of(services, viewer, RecordFilter(wanted.span, organization), organization)
    return download(record_sheet(made), PDF, f"{made.organization}履责情况说明{wanted.span.name}.pdf")


def filter_of(services: Services, viewer: Viewer, asked: Asked) -> RecordFilter:
    """What the address asks for. Refuses NotYours for an administrator, Invalid for words that are none of ours."""
    refuse_non_readers(viewer)
    return RecordFilter(
        span=span_asked(services, asked.period),
        organization=_uuid(asked.organization, "organization"),
        state=_word(Performance, asked.state, "state"),
        action=_word(Action, asked.action, "action"),
        item=asked.item.strip(),
        township=_uuid(asked.township, "township"),
        suspicions=_suspicions(asked.suspicion),
        number=asked.number.strip(),
    )


def _uuid(text: str, field: str) -> UUID | None:
    found = uuid_or_none(text)
    if text and found is None:
        raise Invalid("没有这个单位,请从下拉框中重新选择。", field=field)
    return found


def _word(kind: Any, text: str, field: str) -> Any:
    if not text:
        return None
    try:
        return kind(text)
    except ValueError:
        raise Invalid("筛选条件不在所列范围内,请从下拉框中重新选择。", field=field) from None


def _suspicions(text: str) -> frozenset[SuspicionState]:
    if not text:
        return frozenset()
    if text not in _SUSPICIONS:
        raise Invalid("筛选条件不在所列范围内,请从下拉框中重新选择。", field="suspicion")
    return _SUSPICIONS[text][1]


def _context(services: Services, viewer: Viewer, asked: Asked, wanted: RecordFilter, after: str) -> dict[str, Any]:
    now = services.clock()
    found = services.obligation_record.lines(viewer, wanted, after)
    standing = services.directory.organizations(viewer, now, limit=500)
    counted: dict[Performance, int] = {}
    if wanted.organization or not viewer.sees_all:  # of one organization; the county's numbers stand in 运行情况
        for one in services.obligation_record.states(viewer, replace(wanted, state=None)):
            counted[one.state] = counted.get(one.state, 0) + one.number
    return {
        "title": _title(services, viewer, asked, wanted),
        "span": wanted.span,
        "offered": periods_offered(now),
        "filters": asked,
        "narrowed": asked.narrowed,
        "organizations": [{"value": str(o.id), "label": o.name} for o in standing] if viewer.sees_all else [],
        "townships": [{"value": str(o.id), "label": o.name} for o in standing if o.kind in _CALLING],
        "states": [{"value": one.value, "label": one.label} for one in Performance],
        "actions": [{"value": one.value, "label": one.label} for one in RECORDED],
        "suspicions": [{"value": code, "label": label} for code, (label, _) in _SUSPICIONS.items()],
        "numbers": [
            {"label": state.label, "value": number, "href": _href(asked, wanted, "/record", state=state.value)}
            for state in Performance
            if (number := counted.get(state, 0))
        ],
        "rows": shown_lines(found, now, beside(services, viewer, found), lateness_of(services, viewer, found)),
        "next_href": _href(asked, wanted, "/record", after=found[-1].place_in_list) if len(found) == PAGE else None,
        "first_href": _href(asked, wanted, "/record") if after else None,
        "xlsx_href": _href(asked, wanted, "/record.xlsx"),
        "pdf_href": _href(asked, wanted, "/record.pdf") if wanted.organization or not viewer.sees_all else None,
    }


def _href(asked: Asked, wanted: RecordFilter, path: str, **more: str) -> str:
    said = {
        "period": wanted.span.code,
        "organization": asked.organization,
        "state": asked.state,
        "action": asked.action,
        "township": asked.township,
        "item": asked.item,
        "suspicion": asked.suspicion,
        "number": asked.number,
        **more,
    }
    return f"{path}?{urlencode({name: value for name, value in said.items() if value})}"


def _title(services: Services, viewer: Viewer, asked: Asked, wanted: RecordFilter) -> str:
    whose = "各单位"
    if wanted.organization is not None:
        whose = _name(services, viewer, wanted.organization)
    elif not viewer.sees_all:
        whose = viewer.organization_name
    parts = [wanted.span.name, whose]
    parts += [word.label for word in (wanted.action, wanted.state) if word is not None]
    if wanted.township is not None:
        parts.append(_name(services, viewer, wanted.township))
    if asked.suspicion:
        parts.append(f"疑似情形:{_SUSPICIONS[asked.suspicion][0]}" if asked.suspicion != "any" else "有疑似情形的")
    return " · ".join([*parts, *(text for text in (wanted.item, wanted.number) if text)])


def _name(services: Services, viewer: Viewer, organization: UUID) -> str:
    entry = services.directory.organization(viewer, organization)
    return entry.name if entry else "已撤销的机构"


def export_rows(
    found: Sequence[CountedLine], more: Beside, grounds: Mapping[Place, Ground], now: datetime
) -> Iterator[Sequence[str]]:
    """The lines as a workbook holds them, column by column as its headings say."""
    for line in found:
        place = line.key
        yield (
            line.number,
            line.organization_name,
            Action(line.action).label,
            line.township_name,
            line.document or line.item_title,
            state_text(line, now),
            exact_text(line.opened_at),
            exact_text(line.moment),
            exact_text(line.performed_at) if line.performed_at else "",
            ";".join(remarks(line)),
            "\n".join(_suspected(more, line, where=True)),
            str(more.evidence.get(place, "")),
            "\n".join(one.text for one in more.statements.get(place, ())),
            line_href(line),
            *ground_cells(grounds.get(place)),
        )


def _suspected(more: Beside, line: CountedLine, *, where: bool = False) -> list[str]:
    """疑似情形 of a line with who decided and when; `where`: and the page that says why."""
    return [
        f"{suspicion_text(one)}({suspicion_about(one)}){f' {suspicion_href(one)}' if where else ''}"
        for one in more.suspicions.get(line.key, ())
    ]


def sheet_of(services: Services, viewer: Viewer, wanted: RecordFilter, organization: UUID) -> RecordSheet:
    """履责情况说明 of an organization the viewer may read. Refuses NotFound."""
    entry = services.directory.organization(viewer, organization)
    if entry is None or not (viewer.sees_all or organization == viewer.organization):
        raise NotFound("没有该单位的台账,或者您无权查看。")
    now = services.clock()
    numbers = services.obligation_record.states(viewer, wanted)
    states = [state for state in Performance if any(one.state is state for one in numbers)]
    actions = [action for action in Action if any(one.action is action for one in numbers)]
    by = {(one.action, one.state): one.number for one in numbers}
    found = services.obligation_record.lines(viewer, wanted, most=MOST_EXPORTED)
    more = beside(services, viewer, found)
    suspected = [line for line in found if line.key in more.suspicions]
    late = [line for line in found if Performance(line.performance) in _TO_LOOK_AT or overdue(line, now)]
    cases = [*suspected, *(line for line in late if line.key not in more.suspicions)]
    shown = cases[:_ON_THE_SHEET]
    over = lateness_of(services, viewer, shown)
    said = [
        f"{line.number} {Action(line.action).label}:{_short(one.text)}"
        for line in found
        for one in more.statements.get(line.key, ())
    ]
    return RecordSheet(
        organization=entry.name,
        period=f"{wanted.span.name}到期的应履责事项",
        states=[state.label for state in states],
        counts=[(action.label, [by.get((action, state), 0) for state in states]) for action in actions],
        cases=[
            (
                line.number,
                Action(line.action).label,
                exact_text(line.moment)[:16],
                when_text(line, now, over),
                ";".join([state_text(line, now), *remarks(line), *_suspected(more, line)]),
            )
            for line in shown
        ],
        more_cases=max(0, len(cases) - _ON_THE_SHEET),
        suspicions=_numbers({one for line in suspected for one in more.suspicions[line.key]}),
        statements=said[:_SAID_ON_THE_SHEET],
        notes=[
            "本说明由平台按办理记录生成,只列事实:应当做什么、何时到期、何时做的。怎样评价,由有权机关依规定另行认定。",
            *([f"另有陈述 {len(said) - _SAID_ON_THE_SHEET} 条,见履责台账。"] if len(said) > _SAID_ON_THE_SHEET else []),
        ],
        printed=f"{viewer.organization_name} {viewer.name} {exact_text(now)} 生成",
    )


def _numbers(suspicions: Collection[ObligationSuspicion]) -> str:
    """How many stand in each state; empty where there are none. One may rest on several lines and counts once."""
    by = Counter(one.state for one in suspicions)
    return "、".join(f"{_SUSPICIONS[state.value][0]} {by[state]} 项" for state in SuspicionState if by[state])


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST_SAID else text[: _LONGEST_SAID - 1] + "…"
