"""示范县 with its list-making offices, in memory: facts given, commands asked, facts or refusals gotten."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from domain.directory.authority import check_authority
from domain.directory.commands import HANDLERS as DIRECTORY
from domain.directory.kinds import DivisionLevel, OrganizationKind
from domain.duty_lists.commands import HANDLERS as DUTY_LISTS
from domain.duty_lists.drafts import DutyDraft, ItemDraft
from domain.duty_lists.duty_list import DutyList, list_stream
from domain.duty_lists.duty_list import evolve as evolve_list
from domain.duty_lists.kinds import DutyRole, ListKind
from domain.duty_lists.revision import Revision
from domain.duty_lists.revision import evolve as evolve_revision
from domain.duty_lists.revision_commands import (
    ApproveRevision,
    OpenList,
    OpenRevision,
    PublishRevision,
    ReviewRevision,
    SubmitRevision,
)
from domain.shared.commands import Command
from domain.shared.events import Actor, Event
from domain.shared.posts import Post
from tests.domain.directory.county import NODE, PLATFORM_ITSELF, County, OneDesk

SPRING = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


class ListCounty(County):
    """The county in memory, with the commands of lists besides those of the directory."""

    def ask(self, command: Command, by: Actor = PLATFORM_ITSELF) -> Sequence[Event]:
        envelope = self.envelope(by)
        check_authority(self, envelope)
        events = {**DIRECTORY, **DUTY_LISTS}[type(command)](command, OneDesk(envelope, self))
        self.record(events)
        return events


@dataclass
class Offices:
    """编办, 两办, 司法局, two departments, two townships, and the people who make lists."""

    county: ListCounty
    establishment: UUID
    enforcement: UUID
    environment: UUID
    east: UUID
    west: UUID
    keeper: Actor
    head: Actor
    jurist: Actor
    approver: Actor
    liaison: Actor

    def list(self, kind: ListKind = ListKind.TERRITORIAL) -> DutyList:
        return self.county.get(list_stream(NODE, kind), evolve_list)

    def revision(self, revision: UUID) -> Revision:
        return self.county.get(revision, evolve_revision)

    def opened(self, kind: ListKind = ListKind.TERRITORIAL) -> UUID:
        """A draft on the latest revision, of a list that is opened when it is not there."""
        if self.county.find(list_stream(NODE, kind), evolve_list) is None:
            self.county.ask(OpenList(kind=kind, keeper=self.establishment), self.keeper)
        return self.county.ask(OpenRevision(kind=kind), self.keeper)[0].originator_id

    def approved(self, revision: UUID) -> UUID:
        self.county.ask(SubmitRevision(revision=revision), self.keeper)
        self.county.ask(ReviewRevision(revision=revision), self.head)
        self.county.ask(ApproveRevision(revision=revision), self.approver)
        return revision

    def published(self, revision: UUID, effective_from: date | None = None, **more: Any) -> Sequence[Event]:
        """Approved and published today, in force from that day (today if none is named)."""
        today = self.county.now.date()
        return self.county.ask(
            PublishRevision(
                revision=self.approved(revision),
                document_number=more.pop("document_number", "示办发〔2026〕3号"),
                published_on=today,
                effective_from=effective_from or today,
                **more,
            ),
            self.keeper,
        )

    def smoke(self, lead: UUID | None = None, text: str = "查处未装净化设施、超标排放。") -> ItemDraft:
        """餐饮油烟, led by 生态环境分局 unless another is named."""
        return an_item("餐饮油烟扰民", "生态环境", lead or self.environment, text)


def an_item(
    title: str,
    field: str,
    lead: UUID | None,
    text: str = "查处。",
    township: str = "受理群众反映、现场初查、上报。",
    **more: Any,
) -> ItemDraft:
    """An item with one primary bearer, and the township concerned to help unless its text is empty."""
    duties = [DutyDraft(bearer=lead, role=DutyRole.PRIMARY, text=text)]
    if township:
        duties.append(DutyDraft(role=DutyRole.COOPERATIVE, text=township))
    return ItemDraft(field=field, title=title, duties=tuple(duties), **more)


def the_offices(county: ListCounty | None = None) -> Offices:
    """The offices in a new county in memory, or in the one that is given."""
    county = county or ListCounty()
    county.now = SPRING
    county.division("370000000000", "示范省", DivisionLevel.PROVINCE)
    county.division("370100000000", "示范市", DivisionLevel.CITY, "370000000000")
    county.division("370101000000", "示范县", DivisionLevel.COUNTY, "370100000000")
    county.division("370101100000", "城东镇", DivisionLevel.TOWNSHIP, "370101000000")
    county.division("370101101000", "城西镇", DivisionLevel.TOWNSHIP, "370101000000")
    establishment = county.organization("bianban", "县委编办", OrganizationKind.ESTABLISHMENT_OFFICE)
    two_offices = county.organization("liangban", "县委办公室、县政府办公室", OrganizationKind.TWO_OFFICES)
    justice = county.organization("sifa", "司法局", OrganizationKind.JUSTICE_OFFICE)
    enforcement = county.organization("zhzf", "综合行政执法局", OrganizationKind.DEPARTMENT)
    environment = county.organization("sthj", "生态环境分局", OrganizationKind.DEPARTMENT)
    east = county.organization("chengdong", "城东镇", OrganizationKind.TOWNSHIP, division_code="370101100000")
    west = county.organization("chengxi", "城西镇", OrganizationKind.TOWNSHIP, division_code="370101101000")

    def in_post(code: str, name: str, organization: UUID, post: Post) -> Actor:
        person = county.person(code, name)
        county.appointed(person, organization, post)
        return Actor(person=person, post=post, organization=organization, organization_name="—")

    return Offices(
        county,
        establishment,
        enforcement,
        environment,
        east,
        west,
        keeper=in_post("2001", "钱清单", establishment, Post.LIST_KEEPER),
        head=in_post("2002", "孙主任", establishment, Post.LEADER),
        jurist=in_post("2003", "周法制", justice, Post.LEADER),
        approver=in_post("2004", "吴两办", two_offices, Post.LEADER),
        liaison=in_post("2005", "郑专管", environment, Post.LIAISON),
    )
