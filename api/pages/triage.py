"""派发页: the call beside the list: find the item by typing, see both sides' duties, choose lead and assistants."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api.pages.call_views import attachments, call_head, waiting
from api.pages.choices import choices_for
from api.pages.forms import Form, FormField, Option, form_for, typed_from, uuid_or_none, values_from
from api.pages.frame import TemplatePages, leave_flash
from api.pages.item_views import item_shown
from api.pages.lateness import Lateness
from api.pages.obligation_views import shown_obligation
from api.pages.step_forms import draft_of, may_dispatch, step_forms
from api.pages.steps import call_page
from api.pages.times import LOCAL
from api.pages.waiting import shown_call
from api.security.gate import RequiredViewer, actor_of
from api.services import Services
from api.validation import field_errors, parsed
from domain.calls.call import Call
from domain.calls.dispatch.dispatching import DispatchCall
from domain.calls.intake.acceptance import DeclineCall, HandCallOver, SendCallBack
from domain.calls.words import BasisKind
from domain.duty_lists.kinds import DutyRole
from domain.shared.commands import Ask
from domain.shared.refusals import CommandIdReused, NotFound, NotYours, Refusal
from domain.shared.urgency import Urgency
from projections.duty_lists import ItemEntry
from projections.scope import Viewer

_COMPARED = 8
"""So many bearers can be compared side by side; more are a list to choose from."""

_FOUND = 12
"""So many items are shown of what was looked for."""

_OFFERED = 5
"""So many are offered before anybody looked: the nearest to the call's own words."""

_ELSEWHERE: frozenset[type] = frozenset({SendCallBack, DeclineCall, HandCallOver})


def triage_router(services: Services, pages: TemplatePages) -> APIRouter:
    """`GET /calls/{call}/triage`, its item search, and `POST /calls/{call}/triage`."""
    router = APIRouter(include_in_schema=False)

    @router.get("/calls/{call_id}/triage")
    def show(
        request: Request,
        call_id: UUID,
        viewer: RequiredViewer,
        q: str = "",
        item: str = "",
        revision: str = "",
        basis: str = "list",
    ) -> Response:
        shown = shown_call(services, viewer, call_id)
        if shown is None:
            raise NotFound
        call = shown.now
        if not may_dispatch(viewer, call):
            # Most come here by the back button, after the dispatch: the call itself says what stands now.
            response = RedirectResponse(f"/calls/{call_id}", 303)
            leave_flash(response, "information", f"事项现为“{call.stage.label}”,不在您的派发环节。")
            return response
        return _page(
            services, pages, request, viewer, call, {"q": q, "item": item, "revision": revision, "basis": basis}
        )

    @router.get("/calls/{call_id}/triage/items")
    def items(request: Request, call_id: UUID, viewer: RequiredViewer, q: str = "") -> Response:
        call = _dispatchable(services, viewer, call_id)
        return pages(request, "item_results.html", _results(services, viewer, call, q[:100], ""))

    @router.post("/calls/{call_id}/triage")
    async def send(request: Request, call_id: UUID, viewer: RequiredViewer) -> Response:
        form = await request.form()
        return await run_in_threadpool(_send, services, pages, request, viewer, call_id, form)

    return router


def _dispatchable(services: Services, viewer: Viewer, call_id: UUID) -> Call:
    shown = shown_call(services, viewer, call_id)
    if shown is None:
        raise NotFound
    call = shown.now
    if not may_dispatch(viewer, call):
        raise NotYours(f"事项现为“{call.stage.label}”,或您的岗位不负责派发。请返回事项页面查看现在可办理的操作。")
    return call


def _send(
    services: Services, pages: TemplatePages, request: Request, viewer: Viewer, call_id: UUID, form: FormData
) -> Response:
    typed = typed_from(form)
    command_id = uuid_or_none(typed.get("command_id")) or uuid4()
    version = str(typed.get("expected_version", ""))
    try:
        values = values_from(DispatchCall, form)
        command = parsed(DispatchCall, {"call_id": call_id, **values})
        receipt = services.commands.execute(
            command, Ask(command_id, actor_of(viewer), expected_version=int(version) if version.isdecimal() else None)
        )
    except Refusal as refusal:
        shown = shown_call(services, viewer, call_id)
        if shown is None:
            raise
        call = shown.now
        if not may_dispatch(viewer, call):
            return call_page(services, pages, request, viewer, call_id, refusal=refusal, typed=typed)
        asked = {
            "q": str(typed.get("q", "")),
            "item": str(typed.get("item", "")),
            "revision": str(typed.get("revision", "")),
            "basis": "list" if typed.get("basis") == BasisKind.LIST_ITEM.value else "other",
        }
        return _page(services, pages, request, viewer, call, asked, typed, refusal, str(command_id))
    response = RedirectResponse(f"/calls/{call_id}?min_position={receipt.position}", 303)
    leave_flash(response, "success", "已派发,下一步由承办单位响应。", draft=draft_of(call_id, DispatchCall))
    return response


def _page(
    services: Services,
    pages: TemplatePages,
    request: Request,
    viewer: Viewer,
    call: Call,
    asked: dict[str, str],
    typed: dict[str, Any] | None = None,
    refusal: Refusal | None = None,
    command_id: str = "",
) -> Response:
    now = services.clock()
    by_list = asked["basis"] != "other"
    chosen = _chosen(services, viewer, call, asked) if by_list else None
    entries = services.calls.record(viewer, call)
    path = f"/calls/{call.id}/triage"
    query = asked["q"] if asked["q"] or chosen else call.item_title or _hint(entries)
    results = _results(services, viewer, call, query, asked["item"])
    if by_list and chosen is None and not asked["q"] and not results["items"]:
        query, results = "", _results(services, viewer, call, "", "", said=call.text)
    form = None
    if chosen is not None or not by_list:
        form = _form(services, viewer, call, chosen, typed, refusal)
        if command_id and not isinstance(refusal, CommandIdReused):
            form.command_id = command_id
    context = {
        "call": call_head(call, entries[0].fact if entries else {}, "", viewer, now),
        "call_href": f"/calls/{call.id}",
        "attachments": attachments(services.calls.files(viewer, call)),
        "waiting": waiting(call, now, Lateness(services.rulebook)),
        "search": {"href": path, "q": query, "live_href": f"{path}/items"} if by_list else None,
        **results,
        "chosen": item_shown(chosen) if chosen else None,
        "bases": [
            {"href": path, "label": "按责任清单", "active": by_list},
            {"href": f"{path}?basis=other", "label": "清单外(三定、法律、批示等)", "active": not by_list},
        ],
        "form": form,
        "checks": _checks(call, chosen, services, viewer) if form else [],
        "other_forms": step_forms(services, viewer, call, only=_ELSEWHERE),
        "problem": {"title": "未能派发", "message": refusal.message, "code": refusal.code} if refusal else None,
    }
    return pages(request, "triage.html", context, refusal.status if refusal else 200)


def _chosen(services: Services, viewer: Viewer, call: Call, asked: dict[str, str]) -> ItemEntry | None:
    revision = uuid_or_none(asked["revision"])
    return services.lists.item(viewer, revision, asked["item"]) if revision and asked["item"] else None


def _results(services: Services, viewer: Viewer, call: Call, q: str, chosen: str, *, said: str = "") -> dict[str, Any]:
    """The items found by what was typed; before anybody typed, those nearest to what the call says."""
    day = call.submitted_at.astimezone(LOCAL).date()
    typed = (q or said).strip()
    hits = services.lists.search(viewer, typed, day, call.township)[: _FOUND if q else _OFFERED] if typed else []

    def choose_href(entry: ItemEntry) -> str:
        asked = {"q": q, "item": entry.item.code, "revision": str(entry.revision.id)}
        return f"/calls/{call.id}/triage?{urlencode(asked)}#dispatch"

    return {
        "items": [item_shown(hit.entry, choose_href(hit.entry)) for hit in hits],
        "searched": bool(q.strip()),
        "by_what_is_said": bool(said),
        "q": q,
        "chosen_id": chosen or None,
    }


def _form(
    services: Services,
    viewer: Viewer,
    call: Call,
    chosen: ItemEntry | None,
    typed: dict[str, Any] | None,
    refusal: Refusal | None,
) -> Form:
    filled = typed if typed is not None else _proposal(call, chosen)
    choices = choices_for(services, viewer, call)
    form = form_for(DispatchCall, f"/calls/{call.id}/triage", choices, filled, field_errors(refusal))
    form.expected_version = str(call.version)
    form.draft, form.returned = draft_of(call.id, DispatchCall), refusal is not None
    hidden = {"basis", "revision", "item", "reference", "basis_text"} if chosen else {"revision", "item"}
    if call.urgency is not Urgency.EMERGENCY:
        form.fields = [field for field in form.fields if field.name != "by_phone_at"]
    for field in form.fields:
        if field.name in hidden:
            field.kind, field.error = "hidden", ""
        elif field.name == "basis":
            field.options = [o for o in field.options if o.value != BasisKind.LIST_ITEM.value]
        elif field.name in ("lead", "assistants") and chosen is not None:
            field.options = _bearers_first(field, call, chosen)
            if field.name == "assistants":
                _fold_others(field, set(_duties_by_bearer(call, chosen)))
        elif field.name == "reference":
            field.label, field.required = "依据名称和文号", True
        elif field.name == "assistants":
            _fold_others(field, set())
            field.value = [field.value] if isinstance(field.value, str) and field.value else field.value or []
    form.stays = ("lead", "assistants")
    if chosen is not None:
        _compare_bearers(form, call, chosen)
    return form


def _fold_others(field: FormField, named: set[str]) -> None:
    """协办: those the list names stand open; every other organization of the county is a fold away."""
    field.folded = [option for option in field.options if option.value not in named]
    field.folded_label = "增加其他协办单位" if named else "选协办单位"
    field.options = [option for option in field.options if option.value in named]


def _compare_bearers(form: Form, call: Call, chosen: ItemEntry) -> None:
    """The lead among the item's bearers, each with its duty text: by list nobody else leads."""
    lead = next(field for field in form.fields if field.name == "lead")
    named = set(_duties_by_bearer(call, chosen))
    bearers = [o for o in lead.options if o.value in named or o.value in (str(lead.value), str(call.designated))]
    if not bearers or len(bearers) > _COMPARED:
        return
    lead.kind, lead.options = "organization", bearers
    lead.help = "清单所列单位都不合适的,请在上面改选“清单外”,写明由其他单位主办的依据。"


def _proposal(call: Call, chosen: ItemEntry | None) -> dict[str, Any]:
    """What the list proposes: the first primary bearer (it may be the township) leads, the county's others assist."""
    if chosen is None:
        return {"lead": str(call.designated)} if call.designated else {}
    bearers = [
        duty.bearer.organization or call.township
        for role in (DutyRole.PRIMARY, DutyRole.COOPERATIVE)
        for duty in chosen.item.duties
        if duty.role is role and (duty.bearer.organization is not None or role is DutyRole.PRIMARY)
    ]
    ordered = list(dict.fromkeys(bearers))
    lead = call.designated or (ordered[0] if ordered else call.township)
    return {
        "basis": BasisKind.LIST_ITEM.value,
        "revision": str(chosen.revision.id),
        "item": chosen.item.code,
        "lead": str(lead),
        "assistants": [str(o) for o in ordered if o != lead],
    }


def _duties_by_bearer(call: Call, chosen: ItemEntry) -> dict[str, list[str]]:
    """What the list asks of each; of the township that called only where the list makes it the primary bearer."""
    duties: dict[str, list[str]] = {}
    for duty in chosen.item.duties:
        primary = duty.role is DutyRole.PRIMARY
        if duty.bearer.organization is not None or primary:
            bearer = str(duty.bearer.organization or call.township)
            duties.setdefault(bearer, []).append(f"{'主体' if primary else '配合'}:{duty.text}")
    return duties


def _bearers_first(field: FormField, call: Call, chosen: ItemEntry) -> list[Option]:
    """The item's bearers before everybody else, with what the list asks of them."""
    duties = _duties_by_bearer(call, chosen)
    order = list(duties)
    return sorted(
        (Option(o.value, o.label, ";".join(duties.get(o.value, ()))) for o in field.options),
        key=lambda o: order.index(o.value) if o.value in duties else len(order),
    )


def _checks(call: Call, chosen: ItemEntry | None, services: Services, viewer: Viewer) -> list[dict[str, str]]:
    found = []
    if chosen is not None:
        found.append({"state": "ok", "text": f"{chosen.revision.label}是呼叫当日适用的版本,派发后固定下来。"})
    else:
        found.append({"state": "warning", "text": "清单外派发:按法律和三定判断,不称“依单”。须写明依据名称和文号。"})
    if call.designated is not None:
        found.append({"state": "warning", "text": f"已指定由{call.designated_name}承办,须派发给该单位。"})
    dispatch = next((t for t in call.open_obligations if t.action.value == "dispatch"), None)
    if dispatch is not None:
        shown = shown_obligation(dispatch, services.clock(), Lateness(services.rulebook))
        state = "warning" if shown.light.code == "overdue" else "ok"
        found.append({"state": state, "text": f"派发期限 {shown.due_text},{shown.left_text}。"})
    return found


def _hint(entries: Any) -> str:
    return str(entries[0].fact.get("item_hint", "")) if entries else ""
