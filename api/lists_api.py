"""责任清单接口: what is in force on a day, every revision, the items and how each came to read as it does."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query

from api.documented import API, READING
from api.list_bodies import ItemBody, ItemChangeBody, ItemStepBody, ListBody, RevisionBody
from api.reading import MinPosition, wait_for
from api.security.gate import within
from api.security.scopes import Scope
from api.services import Services
from domain.duty_lists.kinds import ListKind
from domain.shared.calendar import LOCAL
from domain.shared.refusals import NotFound
from projections.duty_lists import DutyLists, ItemEntry
from projections.scope import Viewer

Reader = Annotated[Viewer, Depends(within(Scope.LISTS_READ))]
On = Annotated[date | None, Query(description="哪一天(不填为今天)", examples=["2026-05-30"])]
Township = Annotated[UUID | None, Query(description="哪个乡镇(街道)(不填为全县)")]
Code = Annotated[str, Path(max_length=100, description="事项编号")]


def lists_api(services: Services) -> APIRouter:
    """GET /lists, /lists/{kind}/revisions, /revisions/{id}[/items|/changes], /items, /items/{code}[/history]."""
    router = APIRouter(prefix=API, tags=["责任清单查询"])
    queries = services.lists

    def day(on: date | None) -> date:
        return on or services.clock().astimezone(LOCAL).date()

    @router.get("/lists", summary="现行清单", responses=READING)
    def lists(
        viewer: Reader, on: On = None, township: Township = None, min_position: MinPosition = 0
    ) -> list[ListBody]:
        wait_for(services, DutyLists, min_position)
        return [ListBody.model_validate(entry) for entry in queries.lists(viewer, day(on), township)]

    @router.get("/lists/{kind}/revisions", summary="清单的全部版本", responses=READING)
    def revisions(kind: ListKind, viewer: Reader, min_position: MinPosition = 0) -> list[RevisionBody]:
        wait_for(services, DutyLists, min_position)
        return [RevisionBody.model_validate(entry) for entry in queries.revisions(viewer, kind)]

    @router.get("/revisions/{revision_id}", summary="查看清单版本", responses=READING)
    def revision(revision_id: UUID, viewer: Reader, min_position: MinPosition = 0) -> RevisionBody:
        wait_for(services, DutyLists, min_position)
        entry = queries.revision(viewer, revision_id)
        if entry is None:
            raise NotFound
        return RevisionBody.model_validate(entry)

    @router.get("/revisions/{revision_id}/items", summary="版本中的事项", responses=READING)
    def items(
        revision_id: UUID,
        viewer: Reader,
        field: Annotated[str | None, Query(max_length=60, description="只看某一领域")] = None,
        words: Annotated[str, Query(max_length=100, description="在该版本中检索")] = "",
        min_position: MinPosition = 0,
    ) -> list[ItemBody]:
        wait_for(services, DutyLists, min_position)
        if queries.revision(viewer, revision_id) is None:
            raise NotFound
        if words.strip():
            return _items([hit.entry for hit in queries.search_in(viewer, revision_id, words, field, limit=200)])
        return _items(queries.items(viewer, revision_id, field))

    @router.get("/revisions/{revision_id}/changes", summary="与上一版的差异", responses=READING)
    def changes(revision_id: UUID, viewer: Reader, min_position: MinPosition = 0) -> list[ItemChangeBody]:
        wait_for(services, DutyLists, min_position)
        if queries.revision(viewer, revision_id) is None:
            raise NotFound
        return [ItemChangeBody.model_validate(change) for change in queries.changes(viewer, revision_id)]

    @router.get("/items", summary="在现行清单中检索事项", responses=READING)
    def search(
        viewer: Reader,
        words: Annotated[str, Query(min_length=1, max_length=100, description="检索用词,可以是一句话")],
        on: On = None,
        township: Township = None,
        kind: Annotated[list[ListKind] | None, Query(description="只在这些类别的清单中检索")] = None,
        limit: Annotated[int, Query(ge=1, le=50, description="最多几项")] = 20,
        min_position: MinPosition = 0,
    ) -> list[ItemBody]:
        wait_for(services, DutyLists, min_position)
        found = queries.search(viewer, words, day(on), township, kinds=kind, limit=limit)
        return _items([hit.entry for hit in found])

    @router.get("/items/{code}", summary="查看事项(可指定日期)", responses=READING)
    def item(
        code: Code, viewer: Reader, on: On = None, township: Township = None, min_position: MinPosition = 0
    ) -> ItemBody:
        wait_for(services, DutyLists, min_position)
        entry = queries.item_in_force(viewer, code, day(on), township)
        if entry is None:
            raise NotFound("该日适用的清单中没有此事项,请核对事项编号和日期。")
        return ItemBody.model_validate(entry)

    @router.get("/items/{code}/history", summary="事项沿革", responses=READING)
    def history(code: Code, viewer: Reader, min_position: MinPosition = 0) -> list[ItemStepBody]:
        wait_for(services, DutyLists, min_position)
        steps = queries.item_history(viewer, code)
        if not steps:
            raise NotFound("已公布的清单中没有此事项,请核对事项编号。")
        return [ItemStepBody.model_validate(step) for step in steps]

    return router


def _items(entries: Sequence[ItemEntry]) -> list[ItemBody]:
    return [ItemBody.model_validate(entry) for entry in entries]
