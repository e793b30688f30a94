"""清单规则: which revision applies, and what an item must be. Pure: same facts, same answer, at any time asked."""

from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta, timezone
from typing import Final
from uuid import UUID

from domain.duty_lists.duty_list import DutyList, ListedRevision
from domain.duty_lists.items import ActionLimit, ListItem, title_key
from domain.duty_lists.kinds import DutyRole, ListKind
from domain.duty_lists.refusals import (
    DoubledDuty,
    DoubledLimit,
    DoubledTitle,
    EmptyDuty,
    EmptyTitle,
    NoPrimaryBearer,
    TownshipDutyReclaimed,
    TownshipMustBePrimary,
    TownshipMustNotBePrimary,
)
from domain.duty_lists.revision import Revision

_LOCAL: Final = timezone(timedelta(hours=8))


def day_of(instant: datetime) -> date:
    """The calendar day of an instant, in Beijing time: lists take effect by the day."""
    return instant.astimezone(_LOCAL).date()


def applicable_revision(
    duty_list: DutyList, on: date, township: UUID | None, *, known_at: datetime | None = None
) -> ListedRevision | None:
    """适用版本: the one revision in force on that day for a matter in that township, or None.

    `on` is the day the obligation opened: a running case stays with the list it began under (一案到底). Of all that
    had taken effect by then the latest counts; on one day, the one listed later. `known_at` asks what was known at
    an earlier moment (历史时点): revisions listed after it are left out.
    """
    in_force = [
        (entry.effective_from, place)
        for place, entry in enumerate(duty_list.revisions)
        if entry.effective_from <= on
        and entry.applies_to.covers(township)
        and (known_at is None or entry.listed_at <= known_at)
    ]
    return duty_list.revisions[max(in_force)[1]] if in_force else None


def find_item(revision: Revision, code: str, on: date) -> ListItem | None:
    """The item as it holds on that day: None when the revision lacks it or a change of law has suspended it."""
    suspended = revision.suspensions.get(code)
    if suspended is not None and suspended.effective_from <= on:
        return None
    return revision.items.get(code)


def check_title(item: ListItem, others: Iterable[ListItem]) -> None:
    """Refuses DoubledTitle: no two items of one field have the same title."""
    key = title_key(item.field, item.title)
    for other in others:
        if other.code != item.code and title_key(other.field, other.title) == key:
            raise DoubledTitle(
                f"“{item.field}”领域已有事项“{other.title}”(编号{other.code}),请改名或修改该事项。", field="title"
            )


def check_item(kind: ListKind, item: ListItem, townships: Collection[UUID]) -> None:
    """Whether the item can stand in a list of this kind.

    `townships` are those of the organizations it names that are townships. Refuses EmptyTitle, EmptyDuty, DoubledDuty,
    DoubledLimit, NoPrimaryBearer, and what the kind forbids.
    """
    if not item.title or not item.field:
        raise EmptyTitle(field="title" if item.field else "field")
    if not all(duty.text for duty in item.duties) or not all(step.name for step in item.steps):
        raise EmptyDuty(f"事项“{item.title}”有职责或环节没有写明内容,请补充或删去。", field="duties")
    if len({(duty.bearer, duty.role, duty.mode) for duty in item.duties}) != len(item.duties):
        raise DoubledDuty(f"事项“{item.title}”中同一单位的同类职责重复填写,请合并为一项。", field="duties")
    for limits in (item.limits, *(step.limits for step in item.steps)):
        _check_limits(limits)
    if not item.bearers(DutyRole.PRIMARY):
        raise NoPrimaryBearer(f"事项“{item.title}”没有主体责任单位,请至少填写一项主体责任。", field="duties")
    _check_kind(kind, item, townships)


def _check_limits(limits: tuple[ActionLimit, ...]) -> None:
    if len({(own.action, own.urgency) for own in limits}) != len(limits):
        raise DoubledLimit(field="limits")


def _check_kind(kind: ListKind, item: ListItem, townships: Collection[UUID]) -> None:
    roles = {
        duty.role for duty in item.duties if duty.bearer.is_township_concerned or duty.bearer.organization in townships
    }
    steps = any(step.bearer.is_township_concerned or step.bearer.organization in townships for step in item.steps)
    if kind is ListKind.RECLAIMED and (roles or steps):
        raise TownshipDutyReclaimed(field="duties")
    if kind is ListKind.TOWNSHIP_BASIC and DutyRole.PRIMARY not in roles:
        raise TownshipMustBePrimary(field="duties")
    if kind is ListKind.TOWNSHIP_COOPERATIVE and DutyRole.PRIMARY in roles:
        raise TownshipMustNotBePrimary(field="duties")
