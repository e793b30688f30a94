"""起草: who drafts, and what an item must be."""

import pytest

from domain.directory.organization_commands import DissolveOrganization
from domain.duty_lists.drafts import DutyDraft, ItemDraft, StepDraft
from domain.duty_lists.events import ItemAdded, RevisionOpened
from domain.duty_lists.item_commands import AddItem, AmendItem, RemoveItem
from domain.duty_lists.items import ActionLimit
from domain.duty_lists.kinds import DutyMode, DutyRole, LimitedAction, ListKind
from domain.duty_lists.refusals import (
    BearerGone,
    DoubledDuty,
    DoubledLimit,
    DoubledTitle,
    EmptyDuty,
    EmptyTitle,
    ListStands,
    NoPrimaryBearer,
    NothingAmended,
    NotListKeeper,
    ReasonMissing,
    TownshipDutyReclaimed,
    TownshipMustBePrimary,
    TownshipMustNotBePrimary,
    UnknownBearer,
    UnknownItem,
    UnknownList,
    UnknownRevision,
    UnpublishedBase,
)
from domain.duty_lists.revision_commands import OpenList, OpenRevision, SubmitRevision
from domain.shared.deadlines import Limit, LimitUnit
from domain.shared.refusals import Refusal
from domain.shared.urgency import Urgency
from tests.domain.duty_lists.county import Offices, an_item

FAST = ActionLimit(
    action=LimitedAction.RESPOND, urgency=Urgency.EMERGENCY, limit=Limit(amount=30, unit=LimitUnit.MINUTES)
)


def test_a_list_is_opened_once_by_the_list_keeper_of_the_establishment_office(offices: Offices) -> None:
    (opened,) = offices.county.ask(OpenList(kind=ListKind.GRID, keeper=offices.establishment), offices.keeper)
    assert opened.model_dump()["title"] == "网格事项清单"
    with pytest.raises(ListStands):
        offices.county.ask(OpenList(kind=ListKind.GRID, keeper=offices.establishment), offices.keeper)


@pytest.mark.parametrize("who", ["liaison", "head", "approver"])
def test_nobody_but_the_list_keeper_opens_lists_or_drafts(offices: Offices, who: str) -> None:
    with pytest.raises(NotListKeeper):
        offices.county.ask(OpenList(kind=ListKind.GRID, keeper=offices.establishment), getattr(offices, who))
    revision = offices.opened()
    for command in (
        OpenRevision(kind=ListKind.TERRITORIAL),
        AddItem(revision=revision, content=offices.smoke()),
        SubmitRevision(revision=revision),
    ):
        with pytest.raises(NotListKeeper):
            offices.county.ask(command, getattr(offices, who))


def test_a_revision_needs_its_list(offices: Offices) -> None:
    with pytest.raises(UnknownList):
        offices.county.ask(OpenRevision(kind=ListKind.GRID), offices.keeper)


def test_an_id_of_another_stream_is_no_revision(offices: Offices) -> None:
    offices.opened()
    with pytest.raises(UnknownRevision):
        offices.county.ask(AddItem(revision=offices.list().id, content=offices.smoke()), offices.keeper)
    with pytest.raises(UnknownRevision):
        offices.county.ask(AddItem(revision=offices.east, content=offices.smoke()), offices.keeper)


def test_a_draft_carries_on_only_published_revisions_of_its_list(offices: Offices) -> None:
    draft = offices.opened()
    with pytest.raises(UnpublishedBase):
        offices.county.ask(OpenRevision(kind=ListKind.TERRITORIAL, based_on=draft), offices.keeper)


def test_an_item_gets_its_code_and_the_bearers_names_of_the_day(offices: Offices) -> None:
    revision = offices.opened()
    (added,) = offices.county.ask(AddItem(revision=revision, content=offices.smoke()), offices.keeper)
    assert isinstance(added, ItemAdded)
    assert added.item.code == "territorial-0001"
    assert added.item.batch == 1
    assert [duty.bearer.name for duty in added.item.duties] == ["生态环境分局", "属地乡镇(街道)"]
    assert added.item.duties_of(offices.east, offices.east)[0].role is DutyRole.COOPERATIVE
    assert added.item.duties_of(offices.west, offices.east) == ()


def test_a_removed_code_is_never_given_again(offices: Offices) -> None:
    revision = offices.opened()
    offices.county.ask(AddItem(revision=revision, content=offices.smoke()), offices.keeper)
    offices.county.ask(RemoveItem(revision=revision, item="territorial-0001", reason="重复"), offices.keeper)
    (added,) = offices.county.ask(AddItem(revision=revision, content=offices.smoke()), offices.keeper)
    assert isinstance(added, ItemAdded)
    assert added.item.code == "territorial-0002"
    (third,) = offices.county.ask(
        AddItem(revision=revision, content=an_item("噪声", "生态环境", offices.environment)), offices.keeper
    )
    assert isinstance(third, ItemAdded)
    assert third.item.code == "territorial-0003"


def _refusals(offices: Offices) -> list[tuple[ItemDraft, type[Refusal]]]:
    lead = DutyDraft(bearer=offices.environment, role=DutyRole.PRIMARY, text="查处。")
    helper = DutyDraft(role=DutyRole.COOPERATIVE, text="上报。")
    step = StepDraft(name="到场核实", bearer=offices.environment, limits=(FAST, FAST))
    return [
        (ItemDraft(field="生态环境", title=" ", duties=(lead,)), EmptyTitle),
        (ItemDraft(field="", title="噪声", duties=(lead,)), EmptyTitle),
        (ItemDraft(field="生态环境", title="噪声", duties=(lead, helper.model_copy(update={"text": ""}))), EmptyDuty),
        (ItemDraft(field="生态环境", title="噪声", duties=(helper,)), NoPrimaryBearer),
        (ItemDraft(field="生态环境", title="噪声", duties=()), NoPrimaryBearer),
        (ItemDraft(field="生态环境", title="噪声", duties=(lead, lead)), DoubledDuty),
        (ItemDraft(field="生态环境", title="噪声", duties=(lead,), limits=(FAST, FAST)), DoubledLimit),
        (ItemDraft(field="生态环境", title="噪声", duties=(lead,), steps=(step,)), DoubledLimit),
        (ItemDraft(field="生态环境", title="噪声", duties=(lead,), steps=(StepDraft(name=" "),)), EmptyDuty),
        (an_item("噪声", "生态环境", offices.list().id), UnknownBearer),
        (an_item(" 餐饮油烟 扰民", "生态环境", offices.enforcement), DoubledTitle),
    ]


@pytest.mark.parametrize("place", range(11))
def test_an_item_that_breaks_a_rule_is_refused_by_name(offices: Offices, place: int) -> None:
    revision = offices.opened()
    offices.county.ask(AddItem(revision=revision, content=offices.smoke()), offices.keeper)
    content, refusal = _refusals(offices)[place]
    with pytest.raises(refusal) as refused:
        offices.county.ask(AddItem(revision=revision, content=content), offices.keeper)
    assert type(refused.value) is refusal
    assert len(offices.revision(revision).items) == 1


def test_the_same_title_may_stand_in_another_field(offices: Offices) -> None:
    revision = offices.opened()
    offices.county.ask(AddItem(revision=revision, content=offices.smoke()), offices.keeper)
    other = an_item("餐饮油烟扰民", "城市管理", offices.enforcement)
    offices.county.ask(AddItem(revision=revision, content=other), offices.keeper)
    assert len(offices.revision(revision).items) == 2


def test_one_bearer_may_have_a_standing_duty_beside_the_one_on_call(offices: Offices) -> None:
    revision = offices.opened()
    smoke = offices.smoke()
    patrol = DutyDraft(role=DutyRole.COOPERATIVE, mode=DutyMode.STANDING, text="日常巡查。")
    content = smoke.model_copy(update={"duties": (*smoke.duties, patrol)})
    offices.county.ask(AddItem(revision=revision, content=content), offices.keeper)
    assert len(offices.revision(revision).items["territorial-0001"].duties) == 3


def test_a_dissolved_organization_bears_no_new_duty(offices: Offices) -> None:
    revision = offices.opened()
    offices.county.ask(
        DissolveOrganization(
            organization=offices.environment, successor=offices.enforcement, document="示编发〔2026〕1号"
        )
    )
    with pytest.raises(BearerGone, match="生态环境分局"):
        offices.county.ask(AddItem(revision=revision, content=offices.smoke()), offices.keeper)


def test_an_amendment_changes_something_and_keeps_code_place_and_batch(offices: Offices) -> None:
    revision = offices.opened()
    offices.county.ask(AddItem(revision=revision, content=offices.smoke(), number=7), offices.keeper)
    same = AmendItem(revision=revision, item="territorial-0001", content=offices.smoke())
    with pytest.raises(NothingAmended):
        offices.county.ask(same, offices.keeper)
    other = same.model_copy(update={"content": offices.smoke(offices.enforcement)})
    offices.county.ask(other, offices.keeper)
    item = offices.revision(revision).items["territorial-0001"]
    assert (item.number, item.batch) == (7, 1)
    assert item.bearers(DutyRole.PRIMARY)[0].name == "综合行政执法局"


def test_what_is_not_in_the_revision_can_be_neither_amended_nor_removed(offices: Offices) -> None:
    revision = offices.opened()
    with pytest.raises(UnknownItem):
        offices.county.ask(
            AmendItem(revision=revision, item="territorial-0009", content=offices.smoke()), offices.keeper
        )
    with pytest.raises(UnknownItem):
        offices.county.ask(RemoveItem(revision=revision, item="territorial-0009", reason="无"), offices.keeper)


def test_removing_needs_a_reason(offices: Offices) -> None:
    revision = offices.opened()
    offices.county.ask(AddItem(revision=revision, content=offices.smoke()), offices.keeper)
    with pytest.raises(ReasonMissing):
        offices.county.ask(RemoveItem(revision=revision, item="territorial-0001", reason=" "), offices.keeper)


def test_an_item_taken_back_by_the_higher_level_lays_no_duty_on_townships(offices: Offices) -> None:
    revision = offices.opened(ListKind.RECLAIMED)
    with pytest.raises(TownshipDutyReclaimed):
        offices.county.ask(AddItem(revision=revision, content=offices.smoke()), offices.keeper)
    alone = an_item("餐饮油烟扰民", "生态环境", offices.environment, township="")
    named = alone.model_copy(
        update={"duties": (*alone.duties, DutyDraft(bearer=offices.east, role=DutyRole.COOPERATIVE, text="配合。"))}
    )
    with pytest.raises(TownshipDutyReclaimed):
        offices.county.ask(AddItem(revision=revision, content=named), offices.keeper)
    step = alone.model_copy(update={"steps": (StepDraft(name="现场初查"),)})
    with pytest.raises(TownshipDutyReclaimed):
        offices.county.ask(AddItem(revision=revision, content=step), offices.keeper)
    offices.county.ask(AddItem(revision=revision, content=alone), offices.keeper)


def test_the_kind_of_list_says_who_answers(offices: Offices) -> None:
    basic, cooperative = offices.opened(ListKind.TOWNSHIP_BASIC), offices.opened(ListKind.TOWNSHIP_COOPERATIVE)
    village = an_item("村道日常养护", "交通运输", None, township="")
    with pytest.raises(TownshipMustBePrimary):
        offices.county.ask(AddItem(revision=basic, content=offices.smoke()), offices.keeper)
    with pytest.raises(TownshipMustNotBePrimary):
        offices.county.ask(AddItem(revision=cooperative, content=village), offices.keeper)
    offices.county.ask(AddItem(revision=basic, content=village), offices.keeper)
    offices.county.ask(AddItem(revision=cooperative, content=offices.smoke()), offices.keeper)


def test_a_township_may_be_the_primary_bearer_in_the_territorial_list(offices: Offices) -> None:
    revision = offices.opened()
    village = an_item("乡村违法建设", "拆违拆临", None, "责令停止建设,逾期拆除。", township="")
    offices.county.ask(AddItem(revision=revision, content=village), offices.keeper)
    item = offices.revision(revision).items["territorial-0001"]
    assert item.bearers(DutyRole.PRIMARY)[0].is_township_concerned


def test_the_first_revision_starts_empty_and_says_so(offices: Offices) -> None:
    offices.county.ask(OpenList(kind=ListKind.POWERS, keeper=offices.establishment), offices.keeper)
    (opened,) = offices.county.ask(OpenRevision(kind=ListKind.POWERS), offices.keeper)
    assert isinstance(opened, RevisionOpened)
    assert (opened.number, opened.based_on, opened.last_code) == (1, None, 0)
