"""考核周期页: open or withdraw, exclude with approval, freeze, publish; and a frozen period counted again."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api.assessment.freezing import counted_now, differences, freezing
from api.assessment.reading import By, dimension_asked, freeze_of, refuse_non_readers
from api.pages.figure_tables import dimension_tabs, figures_frozen, figures_now, freeze_shown
from api.pages.forms import Choices, Form, Option, form_for, typed_from, uuid_or_none, values_from
from api.pages.frame import TemplatePages, leave_flash
from api.pages.rate_views import scheme_lines
from api.pages.times import exact_text
from api.reading import MinPosition
from api.security.gate import RequiredViewer, actor_of
from api.services import Services
from api.validation import field_errors, parsed
from domain.assessment import rights
from domain.assessment.columns import COLUMNS
from domain.assessment.commands import (
    DecideExclusion,
    FreezePeriod,
    OpenPeriod,
    ProposeExclusion,
    PublishResult,
    WithdrawPeriod,
)
from domain.assessment.definitions import MEASURES, VERSION
from domain.assessment.events import Count
from domain.assessment.measure import Dimension
from domain.assessment.words import ExclusionState, PeriodState
from domain.shared.commands import Ask, Command
from domain.shared.refusals import Invalid, NotFound, Refusal
from projections.rates.periods import ExclusionEntry, PeriodEntry
from projections.rates.view import RatesView
from projections.scope import Viewer

_STEPS: Mapping[str, type[Command]] = {
    "propose-exclusion": ProposeExclusion,
    "decide-exclusion": DecideExclusion,
    "freeze": FreezePeriod,
    "publish": PublishResult,
    "withdraw": WithdrawPeriod,
}


def periods_router(services: Services, pages: TemplatePages) -> APIRouter:
    """`/periods`, `/periods/{period}`, and the steps on it."""
    router = APIRouter(include_in_schema=False)

    @router.get("/periods")
    def all_periods(request: Request, viewer: RequiredViewer) -> Response:
        refuse_non_readers(viewer)
        return pages(request, "periods.html", _list(services, viewer))

    @router.post("/periods")
    async def open_one(request: Request, viewer: RequiredViewer) -> Response:
        form = await request.form()
        return await run_in_threadpool(_open, services, pages, request, viewer, form)

    @router.get("/periods/{period_id}")
    def one(
        request: Request, period_id: UUID, viewer: RequiredViewer, by: By = None, min_position: MinPosition = 0
    ) -> Response:
        services.freshness.wait_for(RatesView, min_position)
        return _page(services, pages, request, viewer, period_id, by)

    @router.post("/periods/{period_id}/{step}")
    async def take(request: Request, period_id: UUID, step: str, viewer: RequiredViewer) -> Response:
        if step not in _STEPS:
            raise NotFound
        form = await request.form()
        return await run_in_threadpool(_take, services, pages, request, viewer, period_id, _STEPS[step], form)

    return router


def _open(services: Services, pages: TemplatePages, request: Request, viewer: Viewer, form: FormData) -> Response:
    _refuse_others(viewer)
    typed = typed_from(form)
    command_id = uuid_or_none(typed.get("command_id")) or uuid4()
    try:
        command = parsed(OpenPeriod, values_from(OpenPeriod, form))
        receipt = services.commands.execute(command, Ask(command_id, actor_of(viewer)))
    except Refusal as refusal:
        if refusal.status == 403:
            raise
        context = _list(services, viewer, typed, refusal)
        return pages(request, "periods.html", {**context, "problem": _problem(refusal)}, refusal.status)
    response = RedirectResponse(f"/periods/{receipt.stream}?min_position={receipt.position}", 303)
    leave_flash(response, "success", f"已办理:{OpenPeriod.title}。")
    return response


def _take(
    services: Services,
    pages: TemplatePages,
    request: Request,
    viewer: Viewer,
    period_id: UUID,
    command_type: type[Command],
    form: FormData,
) -> Response:
    if command_type is not ProposeExclusion:
        _refuse_others(viewer)
    typed = typed_from(form)
    command_id = uuid_or_none(typed.get("command_id")) or uuid4()
    version = str(typed.get("expected_version", ""))
    expected = int(version) if version.isdecimal() and len(version) < 15 else None
    try:
        if command_type is FreezePeriod:
            command: Command = freezing(services, viewer, period_of(services, viewer, period_id))
        else:
            values = {"period_id": period_id, **values_from(command_type, form)}
            command = parsed(command_type, _with_call(services, viewer, values))
        receipt = services.commands.execute(command, Ask(command_id, actor_of(viewer), expected_version=expected))
    except Refusal as refusal:
        if refusal.status in (403, 404):
            raise
        return _page(services, pages, request, viewer, period_id, None, command_type, typed, refusal)
    response = RedirectResponse(f"/periods/{period_id}?min_position={receipt.position}", 303)
    leave_flash(response, "success", f"已办理:{command_type.title}。")
    return response


def _refuse_others(viewer: Viewer) -> None:
    """Before what was typed is looked at. Refuses NotAssessor."""
    refusal = rights.assessing(viewer.post, viewer.organization_kind)
    if refusal is not None:
        raise refusal


def _with_call(services: Services, viewer: Viewer, values: dict[str, Any]) -> dict[str, Any]:
    """People know a call by its number. Refuses Invalid for one the viewer can't read."""
    number = values.get("call")
    if number is None or uuid_or_none(number) is not None:
        return values
    found = services.calls.by_number(viewer, str(number).strip().upper())
    if found is None:
        raise Invalid("没有这个编号的事项,请核对呼叫编号。", field="call")
    return {**values, "call": found}


def period_of(services: Services, viewer: Viewer, period_id: UUID) -> PeriodEntry:
    """The period. Refuses NotFound, NotYours."""
    refuse_non_readers(viewer)
    period = services.periods.one(viewer, period_id)
    if period is None:
        raise NotFound("没有这个考核周期,请从考核周期页重新打开。")
    return period


def _list(
    services: Services, viewer: Viewer, typed: Mapping[str, Any] | None = None, refusal: Refusal | None = None
) -> dict[str, Any]:
    form = None
    if rights.assessing(viewer.post, viewer.organization_kind) is None:
        filled = typed or {name: getattr(services.scheme, name) for name in type(services.scheme).model_fields}
        form = form_for(OpenPeriod, "/periods", Choices({}, {}), filled, field_errors(refusal))
        for field in form.fields:
            field.kind = {"first_day": "date", "last_day": "date"}.get(field.name, field.kind)
        form.returned = refusal is not None
    return {
        "rows": [
            {
                "href": f"/periods/{period.id}",
                "name": period.name,
                "days_text": days_text(period),
                "state_text": period.state.label,
                "document": period.document,
            }
            for period in services.periods.all(viewer)
        ],
        "form": form,
    }


def days_text(period: PeriodEntry) -> str:
    """From which day until which."""
    return f"{period.first_day.isoformat()} 至 {period.last_day.isoformat()}"


def _page(
    services: Services,
    pages: TemplatePages,
    request: Request,
    viewer: Viewer,
    period_id: UUID,
    by: By = None,
    failed: type[Command] | None = None,
    typed: Mapping[str, Any] | None = None,
    refusal: Refusal | None = None,
) -> Response:
    period = period_of(services, viewer, period_id)
    frozen = period.frozen_at is not None
    dimension = dimension_asked(viewer, by)
    context = {
        "period": {
            "name": period.name,
            "days_text": days_text(period),
            "state_text": period.state.label,
            "document": period.document,
            "withdrawn": period.withdrawn,
            "frozen_text": exact_text(period.frozen_at) if period.frozen_at else "",
            "definitions": period.definitions,
            "position": period.position,
        },
        "now_href": f"/rates?{urlencode({'period': period.span.code, 'by': dimension.value})}",
        "circular_href": f"/rates/circular.docx?period={period.span.code}" if viewer.sees_all else None,
        "tabs": dimension_tabs(viewer, dimension, lambda one: f"/periods/{period.id}?{urlencode({'by': one.value})}"),
        "by_label": dimension.label,
        "tables": _tables(services, viewer, period, dimension),
        "freeze": None if frozen else freeze_shown(freeze_of(services, viewer, period.span), dimension),
        "only_the_sum": frozen and not viewer.sees_all and dimension in (Dimension.ITEM, Dimension.FIELD),
        "recount": _recount(services, viewer, period, dimension) if frozen else None,
        "exclusions": [
            _exclusion(viewer, period, one, failed, typed, refusal)
            for one in services.periods.exclusions(viewer, period.id)
        ],
        "forms": _forms(services, viewer, period, failed, typed, refusal),
        "reading": scheme_lines(period.scheme, Dimension.TOWNSHIP),
        "problem": _problem(refusal) if refusal is not None else None,
    }
    return pages(request, "period.html", context, refusal.status if refusal else 200)


def _recount(services: Services, viewer: Viewer, period: PeriodEntry, dimension: Dimension) -> dict[str, Any]:
    """What counting again gives otherwise: by this dimension in words, by the others how often."""
    found = differences(viewer, period.figures, counted_now(services, viewer, period)[1])
    shown = [one for one in found if one.line.dimension is dimension]
    return {
        "otherwise": "" if period.definitions == VERSION else VERSION,
        "elsewhere": len(found) - len(shown),
        "rows": [
            {
                "name": one.line.name or "全县",
                "measure": MEASURES[one.measure].name,
                "frozen": _text(one.frozen),
                "now": _text(one.now),
            }
            for one in shown
        ],
    }


def _text(count: Count | None) -> str:
    return "–" if count is None else f"{count.met}/{count.counted}"


def _tables(services: Services, viewer: Viewer, period: PeriodEntry, dimension: Dimension) -> list[dict[str, Any]]:
    """主要指标 and 过程占比 of a dimension: frozen, or (while the period is open) as counted now."""
    shown = [
        figures_now(services, viewer, period.span, dimension, shares=shares)
        if period.frozen_at is None
        else figures_frozen(viewer, period, dimension, shares=shares)
        for shares in (False, True)
        if (dimension, shares) in COLUMNS
    ]
    return [
        {
            "title": "过程占比" if one.shares else "主要指标",
            "headings": [figure.label for figure in one.total],
            "total": one.total,
            "rows": one.rows,
        }
        for one in shown
        if one is not None
    ]


def _exclusion(
    viewer: Viewer,
    period: PeriodEntry,
    asked: ExclusionEntry,
    failed: type[Command] | None,
    typed: Mapping[str, Any] | None,
    refusal: Refusal | None,
) -> dict[str, Any]:
    form = None
    may = rights.assessing(viewer.post, viewer.organization_kind) is None and period.state is PeriodState.OPEN
    if may and asked.state is ExclusionState.PROPOSED:
        mine = failed is DecideExclusion and str((typed or {}).get("exclusion")) == str(asked.number)
        form = form_for(
            DecideExclusion,
            f"/periods/{period.id}/decide-exclusion",
            Choices({}, {}),
            (typed if mine else None) or {"exclusion": asked.number},
            field_errors(refusal) if mine else {},
            leave_out=("period_id",),
        )
        form.id = f"decide-{asked.number}"
        for field in form.fields:
            if field.name == "exclusion":
                field.kind, field.value = "hidden", asked.number
    return {
        "number": asked.number,
        "call_href": f"/calls/{asked.call}",
        "call_number": asked.call_number,
        "organization": asked.organization_name,
        "ground": asked.ground.label,
        "state_text": asked.state.label,
        "reason": asked.reason,
        "decision": asked.decision,
        "form": form,
    }


def _forms(
    services: Services,
    viewer: Viewer,
    period: PeriodEntry,
    failed: type[Command] | None,
    typed: Mapping[str, Any] | None,
    refusal: Refusal | None,
) -> list[Form]:
    assessing = rights.assessing(viewer.post, viewer.organization_kind) is None
    forms: list[Form] = []

    def add(step: str, command: type[Command], choices: Choices, leave_out: Sequence[str]) -> None:
        mine = failed is command
        form = form_for(
            command,
            f"/periods/{period.id}/{step}",
            choices,
            typed if mine else None,
            field_errors(refusal) if mine else {},
            leave_out=leave_out,
        )
        form.expected_version, form.returned = str(period.version), mine
        forms.append(form)

    own = rights.proposing(viewer.post, viewer.organization_kind, viewer.organization, viewer.organization) is None
    if period.state is PeriodState.OPEN and own:
        standing = services.directory.organizations(viewer, services.clock(), limit=500) if assessing else ()
        offered = [Option(str(o.id), o.name) for o in standing] or [
            Option(str(viewer.organization), viewer.organization_name)
        ]
        add("propose-exclusion", ProposeExclusion, Choices({"organization": offered}, {}), ("period_id",))
        for field in forms[-1].fields:
            if field.name == "call":
                field.label = "呼叫编号"
    if assessing and period.state is PeriodState.OPEN:
        add("freeze", FreezePeriod, Choices({}, {}), ("period_id", "definitions", "position", "figures"))
        forms[-1].notice = "冻结后数字不再改动,也不能再申请剔除。周期结束、剔除申请都已决定后才能冻结。"
        forms[-1].danger = True
        add("withdraw", WithdrawPeriod, Choices({}, {}), ("period_id",))
        forms[-1].notice = "设错了的周期可以撤销,撤销后可重新设立。已同意过剔除、已冻结的不能撤销。"
        forms[-1].danger = True
    if assessing and period.state is PeriodState.FROZEN:
        add("publish", PublishResult, Choices({}, {}), ("period_id",))
    return forms


def _problem(refusal: Refusal) -> dict[str, Any]:
    return {"title": "未能办理", "message": refusal.message, "code": refusal.code, "kept": True, "texts": []}
