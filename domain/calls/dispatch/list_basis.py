"""依单派发: the list item that a dispatch rests on, as it held on the day the call was made (domain.md §3)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from domain.calls.events import ListItemRef
from domain.calls.setting import Setting
from domain.duty_lists import duty_list, revision
from domain.duty_lists.items import Duty, ListItem
from domain.duty_lists.kinds import DutyMode, DutyRole, LimitedAction, ListKind
from domain.duty_lists.policies import applicable_revision, find_item
from domain.rules.words import LimitKind
from domain.shared.deadlines import Limit
from domain.shared.refusals import Refusal
from domain.shared.urgency import Urgency


class NotInForce(Refusal):
    """Another revision applies to this call."""

    code = "revision-not-in-force"
    rule = "所选清单版本不是呼叫当日对该镇街适用的版本,请重新查找事项后派发。"


class ItemNotInForce(Refusal):
    """The revision lacks the item, or a change of law has suspended it by now."""

    code = "item-not-in-force"
    rule = "该事项在呼叫当日适用的清单中不存在,或已依法暂停执行,不能再据以派发。请另选事项,或改用其他派发依据。"


_OWN_LIMITS = {
    LimitedAction.RESPOND: LimitKind.RESPOND,
    LimitedAction.FIRST_RESULT: LimitKind.FIRST_RESULT,
    LimitedAction.HANDLE: LimitKind.HANDLE,
}


OwnLimits = Mapping[tuple[LimitKind, Urgency], Limit]
"""An item's own limits; they beat the county's (domain.md §4)."""


@dataclass(frozen=True, slots=True)
class PinnedItem:
    """An item as a dispatch pins it: texts and limits stay with the call, whatever later revisions say (一案到底)."""

    ref: ListItemRef
    reference: str
    township_duty: str
    limits: OwnLimits
    reclaimed: bool
    item: ListItem
    township: UUID
    heirs: Mapping[UUID, UUID]

    def duty_text(self, organization: UUID) -> str:
        """What the list asks of an organization; empty where it asks nothing of it."""
        return ";".join(f"{duty.role.label}:{duty.text}" for duty in self.duties_of(organization))

    def names(self, organization: UUID) -> bool:
        """Whether the item asks anything of it (or of one it has succeeded)."""
        return bool(self.duties_of(organization))

    def is_primary(self, organization: UUID) -> bool:
        """Whether the item makes it answer for the matter (主体责任)."""
        return any(duty.role is DutyRole.PRIMARY for duty in self.duties_of(organization))

    def duties_of(self, organization: UUID) -> tuple[Duty, ...]:
        """What the item asks of it: in its own name, or of bodies since dissolved whose duties have passed to it."""
        held = (organization, *(gone for gone, heir in self.heirs.items() if heir == organization))
        return tuple(duty for bearer in held for duty in self.item.duties_of(bearer, self.township))


def pin_item(
    setting: Setting, revision_id: UUID, code: str, township: UUID, *, called_on: date, dispatched_on: date
) -> PinnedItem:
    """Pin the item. Refuses NotInForce, ItemNotInForce.

    Two days decide (domain.md §3). Which revision applies: the day of the call, on which the matter began (一案到底).
    Whether the law still lets the item stand: the day of the dispatch, since a suspension takes effect at once, and
    only the dispatch opens the department's obligation: none may be opened on what the law has already ended. What was
    dispatched before stays.
    """
    streams = setting.desk.streams
    bound = streams.find(revision_id, revision.evolve)
    if not isinstance(bound, revision.Revision):
        raise NotInForce(field="item")
    listed = streams.get(bound.list, duty_list.evolve)
    applicable = applicable_revision(listed, called_on, township)
    if applicable is None or applicable.revision != revision_id:
        raise NotInForce(field="item")
    item = find_item(bound, code, dispatched_on)
    if item is None:
        raise ItemNotInForce(field="item")
    number = f"第{bound.number}版"
    return PinnedItem(
        ref=ListItemRef(
            list_kind=bound.kind.value,
            list_title=bound.list_title,
            revision=revision_id,
            revision_number=number,
            item=item.code,
            title=item.title,
            field=item.field,
        ),
        reference=f"{bound.list_title}({number},{applicable.document_number})第{item.number}项“{item.title}”",
        township_duty=";".join(
            duty.text for duty in item.duties_of(township, township) if duty.mode is DutyMode.ON_CALL
        ),
        limits=_limits(item),
        reclaimed=bound.kind is ListKind.RECLAIMED,
        item=item,
        township=township,
        heirs=_heirs(setting, item),
    )


def _heirs(setting: Setting, item: ListItem) -> Mapping[UUID, UUID]:
    """To whom the duties of bearers that are no more have passed (SuccessionDeclared)."""
    bearers = {duty.bearer.organization for duty in item.duties if duty.bearer.organization is not None}
    return {bearer: heir.id for bearer in bearers if (heir := setting.heir(bearer)) is not None}


def pinned_limits(setting: Setting, revision_id: UUID | None, code: str | None) -> OwnLimits:
    """The own limits of an item that a dispatch pinned before; none for a dispatch off the list."""
    if revision_id is None or code is None:
        return {}
    item = setting.desk.streams.get(revision_id, revision.evolve).items.get(code)
    return _limits(item) if item is not None else {}


def _limits(item: ListItem) -> OwnLimits:
    return {(_OWN_LIMITS[own.action], own.urgency): own.limit for own in item.limits}
