"""机构和岗位页面: who holds which post in which organization; read by everybody who is signed in."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.pages.frame import TemplatePages
from api.pages.item_views import item_href
from api.pages.lists import today_of
from api.pages.times import LOCAL
from api.security.gate import RequiredViewer
from api.services import Services
from domain.directory.kinds import OrganizationKind
from domain.shared.posts import Post
from domain.shared.refusals import NotFound
from projections.directory import OrganizationEntry, StaffMember
from projections.scope import Viewer


def directory_router(services: Services, pages: TemplatePages) -> APIRouter:
    """`/directory`, `/organizations/{organization}`."""
    router = APIRouter(include_in_schema=False)

    @router.get("/directory")
    def directory(request: Request, viewer: RequiredViewer, q: str = "") -> Response:
        now = services.clock()
        found = services.directory.organizations(viewer, now, search=q.strip()[:50], limit=500)
        return pages(
            request,
            "directory.html",
            {
                "kinds": _by_kind(found),
                "posts": [],
                "tabs": [],
                "search": {"href": "/directory", "q": q, "hidden": []},
            },
        )

    @router.get("/organizations/{organization_id}")
    def organization(request: Request, organization_id: UUID, viewer: RequiredViewer) -> Response:
        entry = services.directory.organization(viewer, organization_id)
        if entry is None:
            raise NotFound
        return pages(request, "organization.html", _organization(services, viewer, entry))

    return router


def _by_kind(found: Sequence[OrganizationEntry]) -> list[dict[str, Any]]:
    kinds: dict[OrganizationKind, list[dict[str, str]]] = {}
    for entry in found:
        kinds.setdefault(entry.kind, []).append(
            {
                "href": f"/organizations/{entry.id}",
                "name": entry.name,
                "management_text": entry.management.label,
                "people_text": entry.division_name or "",
            }
        )
    return [{"label": kind.label, "organizations": kinds[kind]} for kind in OrganizationKind if kind in kinds]


def _organization(services: Services, viewer: Viewer, entry: OrganizationEntry) -> dict[str, Any]:
    now = services.clock()
    return {
        "organization": {
            "name": entry.name,
            "kind_text": entry.kind.label,
            "management_text": entry.management.label,
            "parent": entry.parent_name,
            "parent_href": f"/organizations/{entry.parent}" if entry.parent else None,
            "aliases": list(entry.aliases),
            # The code joins imported tables; it means something to those who import them, to nobody else.
            "code_text": entry.code if viewer.post is Post.ADMINISTRATOR else None,
            "status_text": None if entry.stands_at(now) else _ended(entry),
            "division_text": entry.division_name or "—",
        },
        "people": [_person(member) for member in services.directory.people_of(viewer, entry.id, now)],
        "duties": _duties(services, viewer, entry),
        "duties_text": "现行清单",
        "stationed": [],
        "numbers": [],
        "actions": [],
        "back_href": "/directory",
    }


def _person(member: StaffMember) -> dict[str, Any]:
    since = member.starts_at.astimezone(LOCAL)
    return {
        "name": member.name,
        "post_name": member.post.label,
        "since_text": f"{since.year}年{since.month}月起",
        "phone": member.masked_phone,
    }


def _duties(services: Services, viewer: Viewer, entry: OrganizationEntry) -> list[dict[str, Any]]:
    """What the lists in force ask of the organization."""
    calling = entry.kind in (OrganizationKind.TOWNSHIP, OrganizationKind.FUNCTIONAL_ZONE)
    township = entry.id if calling else None
    return [
        {
            "href": item_href(item),
            "number": f"第{item.item.number}项",
            "title": item.item.title,
            "role": duty.role.label,
            "duty_text": duty.text,
        }
        for revision in services.lists.in_force(viewer, today_of(services), township)
        for item in services.lists.items(viewer, revision.id)
        for duty in item.item.duties_of(entry.id, township)
    ]


def _ended(entry: OrganizationEntry) -> str:
    if entry.successor_name:
        return f"该机构已撤销,职责由{entry.successor_name}承继。"
    return "该机构已撤销或任务期满。"
