"""责任清单页面: lists, revisions, items; read by everybody who is signed in."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.pages.forms import uuid_or_none
from api.pages.frame import TemplatePages
from api.pages.item_views import (
    change_text,
    county_text,
    day_text,
    item_href,
    item_shown,
    revision_shown,
    revision_status,
    source_lines,
    source_text,
    township_text,
)
from api.pages.times import LOCAL
from api.security.gate import RequiredViewer
from api.services import Services
from domain.duty_lists.kinds import DutyRole, ListKind
from domain.shared.refusals import NotFound
from projections.duty_lists import ItemEntry, ItemStep, ListEntry, RevisionEntry, limits_text
from projections.scope import Viewer


def lists_router(services: Services, pages: TemplatePages) -> APIRouter:
    """`/lists`, `/lists/{kind}`, `/revisions/{revision}`, `/items/{code}`."""
    router = APIRouter(include_in_schema=False)

    def today() -> date:
        return today_of(services)

    @router.get("/lists")
    def all_lists(request: Request, viewer: RequiredViewer, q: str = "") -> Response:
        found = services.lists.search(viewer, q[:100], today()) if q.strip() else None
        return pages(
            request,
            "lists.html",
            {
                "lists": [_list_shown(entry) for entry in services.lists.lists(viewer, today())],
                "search": {"href": "/lists", "q": q},
                "results": [item_shown(hit.entry) for hit in found] if found is not None else None,
                "primary": None,
            },
        )

    @router.get("/lists/{kind}")
    def one_list(request: Request, kind: ListKind, viewer: RequiredViewer) -> Response:
        entry = next((e for e in services.lists.lists(viewer, today()) if e.kind is kind), None)
        if entry is None:
            raise NotFound
        current = entry.in_force.id if entry.in_force else None
        return pages(
            request,
            "list.html",
            {
                "list": {
                    "title": entry.title,
                    "kind_text": entry.kind.label,
                    "issuer": entry.keeper_name,
                    "description": "版本公布后不再改动;有变化时公布新版本,已在办的事项仍按呼叫当日的版本办理。",
                },
                "back_href": "/lists",
                "revisions": [
                    revision_shown(revision, today(), revision.id == current)
                    for revision in services.lists.revisions(viewer, kind)
                ],
                "actions": [],
                "events": [],
            },
        )

    @router.get("/revisions/{revision_id}")
    def one_revision(request: Request, revision_id: UUID, viewer: RequiredViewer, q: str = "") -> Response:
        revision = services.lists.revision(viewer, revision_id)
        if revision is None:
            raise NotFound
        return pages(request, "revision.html", _revision(services, viewer, revision, today(), q[:100]))

    @router.get("/items/{code}")
    def one_item(request: Request, code: str, viewer: RequiredViewer, revision: str = "") -> Response:
        wanted = uuid_or_none(revision)
        entry = (
            services.lists.item(viewer, wanted, code)
            if wanted
            else services.lists.item_in_force(viewer, code, today(), None)
        )
        history = services.lists.item_history(viewer, code)
        if entry is None:
            entry = next((step.entry for step in reversed(history) if step.entry is not None), None)
        if entry is None:
            raise NotFound
        current = services.lists.item_in_force(viewer, code, today(), None)
        is_current = current is not None and current.revision.id == entry.revision.id
        return pages(request, "item.html", _item(services, viewer, entry, history, is_current))

    return router


def today_of(services: Services) -> date:
    """The county's day."""
    return services.clock().astimezone(LOCAL).date()


def _list_shown(entry: ListEntry) -> dict[str, Any]:
    force = entry.in_force
    coming = "".join(f";{day_text(r.effective_from)}起施行第{r.number}版" for r in entry.coming)
    return {
        "href": f"/lists/{entry.kind.value}",
        "title": entry.title,
        "kind_text": entry.kind.label,
        "issuer": entry.keeper_name,
        "revision_text": f"第{force.number}版({force.document_number})" if force else "尚无现行版本",
        "effective_text": (f"{day_text(force.effective_from)}起施行" if force else "") + coming,
        "item_count": force.item_count if force else 0,
        "township_text": force.applies_to.label if force and force.applies_to else "",
        "status_text": "现行有效" if force else "未施行",
    }


def _revision(services: Services, viewer: Viewer, revision: RevisionEntry, on: date, q: str) -> dict[str, Any]:
    found = (
        [hit.entry for hit in services.lists.search_in(viewer, revision.id, q, limit=200)]
        if q.strip()
        else list(services.lists.items(viewer, revision.id))
    )
    changes = {change.code: change for change in services.lists.changes(viewer, revision.id)}
    fields: dict[str, list[dict[str, Any]]] = {}
    for entry in found:
        fields.setdefault(entry.item.field, []).append(
            {
                "href": item_href(entry),
                "number": entry.item.number,
                "title": entry.item.title,
                "county_text": county_text(entry),
                "township_text": township_text(entry),
                "change_text": change_text(changes.get(entry.item.code)) if revision.based_on else None,
            }
        )
    in_force = {r.id for r in services.lists.in_force(viewer, on)}
    counted = {kind: sum(1 for c in changes.values() if c.change == kind) for kind in ("added", "amended", "removed")}
    difference = (
        f"与第{revision.based_on_number}版相比:新增 {counted['added']} 项,修改 {counted['amended']} 项,"
        f"移出 {counted['removed']} 项"
        if revision.based_on
        else None
    )
    return {
        "list": {"title": revision.list_title, "href": f"/lists/{revision.kind.value}"},
        "revision": revision_shown(revision, on, revision.id in in_force),
        "fields": [
            {"name": name, "anchor": f"field-{place}", "entries": entries}
            for place, (name, entries) in enumerate(fields.items(), start=1)
        ],
        "difference_text": difference,
        "difference_href": None,
        "search": {"href": f"/revisions/{revision.id}", "q": q},
        "total": len(found),
        "actions": [],
    }


def _item(
    services: Services, viewer: Viewer, entry: ItemEntry, history: Sequence[ItemStep], is_current: bool
) -> dict[str, Any]:
    item, revision, on = entry.item, entry.revision, today_of(services)

    def side(township: bool) -> list[dict[str, Any]]:
        return [
            {
                "organization": duty.bearer.name,
                "role": "主体" if duty.role is DutyRole.PRIMARY else "配合",
                "duty_text": duty.text,
                "mode_text": duty.mode.label,
                "changed": False,
            }
            for duty in item.duties
            if duty.bearer.is_township_concerned is township
        ]

    return {
        "item": {
            "number": f"第{item.number}项",
            "title": item.title,
            "field": item.field,
            "description": "",
            "supervised_text": None,
            "county": side(False),
            "township": side(True),
            "basis": [source_text(item.legal_basis)] if item.legal_basis else [],
            "limits": [("时限", limits_text(item.limits))] if item.limits else [],
            "notes": source_lines(item.source_note),
            "suspended_text": (
                f"依法自{day_text(entry.suspended.effective_from)}起暂停执行:{entry.suspended.law}"
                if entry.suspended
                else None
            ),
        },
        "list": {"title": revision.list_title, "href": f"/lists/{revision.kind.value}"},
        "revision": {
            "number_text": f"第{revision.number}版",
            "href": f"/revisions/{revision.id}",
            "effective_text": day_text(revision.effective_from) or "未定",
            "status_text": revision_status(revision, on, is_current),
            "current": is_current,
        },
        "as_of_text": None,
        "history": [_step(step, entry) for step in history],
        "steps": [
            {
                "name": step.name,
                "organization": step.bearer.name,
                "limit_text": limits_text(step.limits),
                "boundary_text": step.demarcation,
            }
            for step in item.steps
        ],
        "precedents": [
            {
                "href": f"/calls/{precedent.call}" if precedent.readable else "",
                "text": f"{precedent.reference}:应由{precedent.proposed}承办",
            }
            for precedent in services.calls.precedents(viewer, item.code)
        ],
        "calls_text": "查看此事项的呼叫",
        "calls_href": f"/search?q={item.title}",
    }


def _step(step: ItemStep, shown: ItemEntry) -> dict[str, Any]:
    changed = "、".join(difference.part for difference in step.differences)
    if step.entry is None:
        text = f"移出:{step.removal_reason}"
    elif step.entry.change == "added":
        text = "列入"
    else:
        text = f"修改了{changed}" if changed else "沿用"
    return {
        "number_text": f"第{step.revision.number}版",
        "effective_text": day_text(step.revision.effective_from),
        "change_text": text,
        "href": item_href(step.entry) if step.entry else f"/revisions/{step.revision.id}",
        "current": step.revision.id == shown.revision.id,
    }
