"""事项草稿: an item as the list keeper writes it, and the item it becomes once its organizations are looked up."""

from collections.abc import Mapping
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from domain.directory.kinds import OrganizationKind
from domain.directory.organization import Organization
from domain.directory.organization import evolve as evolve_organization
from domain.directory.refusals import UnknownOrganization
from domain.duty_lists.items import ActionLimit, Area, Bearer, Duty, ListItem, NamedOrganization, ProcessStep
from domain.duty_lists.kinds import DutyMode, DutyRole
from domain.duty_lists.refusals import BearerGone, NotATownship, UnknownBearer
from domain.shared.commands import Desk

_BEARER = Field(default=None, title="责任单位", description="不填表示事项所在地的乡镇(街道)")


class _Draft(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class DutyDraft(_Draft):
    """职责: bearer by id; None is the township concerned."""

    bearer: UUID | None = _BEARER
    role: DutyRole = Field(title="职责角色")
    mode: DutyMode = Field(default=DutyMode.ON_CALL, title="履责方式")
    text: str = Field(title="职责内容", max_length=4_000)


class StepDraft(_Draft):
    """流程环节."""

    name: str = Field(title="环节名称", max_length=200)
    bearer: UUID | None = _BEARER
    limits: tuple[ActionLimit, ...] = Field(default=(), title="时限", max_length=9)
    demarcation: str = Field(default="", title="分界点", max_length=500)
    handover: str = Field(default="", title="衔接点", max_length=500)


class ItemDraft(_Draft):
    """事项."""

    field: str = Field(title="领域", max_length=60)
    title: str = Field(title="事项名称", max_length=200)
    duties: tuple[DutyDraft, ...] = Field(title="职责", max_length=60)
    legal_basis: str = Field(default="", title="法律和政策依据", max_length=4_000)
    source_note: str = Field(default="", title="来源说明", max_length=2_000)
    steps: tuple[StepDraft, ...] = Field(default=(), title="流程环节", max_length=30)
    limits: tuple[ActionLimit, ...] = Field(default=(), title="办理时限", max_length=9)
    guidance_item: str = Field(default="", title="对应的上级指导目录事项", max_length=200)


class Register:
    """机构名录查阅 during one command: each organization's stream is read once."""

    def __init__(self, desk: Desk) -> None:
        self._streams = desk.streams
        self._at = desk.envelope.recorded_at
        self._seen: dict[UUID, Organization] = {}

    def organization(self, organization: UUID, field: str) -> Organization:
        """An organization that stands now. Refuses UnknownBearer, BearerGone."""
        known = self._known(organization, field)
        if not known.stands_at(self._at):
            raise BearerGone(f"责任单位“{known.name}”已经撤销,请改为职责承继机构。", field=field)
        return known

    def keeper_now(self, keeper: UUID) -> UUID:
        """The organization that keeps a list today: the keeper, or whoever its duties have passed to."""
        found = self._streams.find(keeper, evolve_organization)
        while isinstance(found, Organization) and found.successor is not None:
            keeper = found.successor
            found = self._streams.find(keeper, evolve_organization)
        return keeper

    def check_bearers(self, item: ListItem) -> None:
        """Refuses BearerGone: an item carried on from earlier revisions may name organizations dissolved since."""
        for bearer in (*(duty.bearer for duty in item.duties), *(step.bearer for step in item.steps)):
            if bearer.organization is not None and not self._known(bearer.organization, "revision").stands_at(self._at):
                raise BearerGone(
                    f"事项“{item.title}”的责任单位“{bearer.name}”已经撤销,请改为职责承继机构。", field="revision"
                )

    def kind_of(self, organization: UUID) -> OrganizationKind | None:
        """The kind of an organization, or None when the directory does not know it."""
        try:
            found = self._streams.find(organization, evolve_organization)
        except UnknownOrganization:
            return None
        return found.kind if isinstance(found, Organization) else None

    def item(self, draft: ItemDraft, code: str, number: int, batch: int) -> ListItem:
        """The item with every bearer's name of today. Refuses UnknownBearer, BearerGone."""
        return ListItem(
            code=code,
            number=number,
            field=draft.field,
            title=draft.title,
            duties=tuple(
                Duty(bearer=self._bearer(duty.bearer, "duties"), role=duty.role, mode=duty.mode, text=duty.text)
                for duty in draft.duties
            ),
            legal_basis=draft.legal_basis,
            source_note=draft.source_note,
            steps=tuple(
                ProcessStep(
                    name=step.name,
                    bearer=self._bearer(step.bearer, "steps"),
                    limits=step.limits,
                    demarcation=step.demarcation,
                    handover=step.handover,
                )
                for step in draft.steps
            ),
            limits=draft.limits,
            batch=batch,
            guidance_item=draft.guidance_item,
        )

    def area(self, townships: tuple[UUID, ...]) -> Area:
        """适用范围. Refuses NotATownship, UnknownBearer, BearerGone."""
        named = []
        for township in dict.fromkeys(townships):
            organization = self.organization(township, "townships")
            if organization.kind is not OrganizationKind.TOWNSHIP:
                raise NotATownship(f"“{organization.name}”不是乡镇(街道),请重新选择。", field="townships")
            named.append(NamedOrganization(organization=organization.id, name=organization.name))
        return Area(townships=tuple(named))

    def townships(self) -> frozenset[UUID]:
        """Those of the organizations looked up so far that are townships."""
        return frozenset(id_ for id_, known in self._seen.items() if known.kind is OrganizationKind.TOWNSHIP)

    def _known(self, organization: UUID, field: str) -> Organization:
        if organization not in self._seen:
            try:
                found = self._streams.find(organization, evolve_organization)
            except UnknownOrganization:
                found = None
            if not isinstance(found, Organization):
                raise UnknownBearer(field=field)
            self._seen[organization] = found
        return self._seen[organization]

    def _bearer(self, organization: UUID | None, field: str) -> Bearer:
        if organization is None:
            return Bearer()
        return Bearer(organization=organization, name=self.organization(organization, field).name)


def numbered(items: Mapping[str, ListItem]) -> int:
    """The place of the next item: after the last."""
    return max((item.number for item in items.values()), default=0) + 1
