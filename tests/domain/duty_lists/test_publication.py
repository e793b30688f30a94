"""审核、批准、公布: from draft to a revision that is never changed again."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from domain.directory.kinds import OrganizationKind
from domain.directory.organization_commands import DeclareSuccession, DissolveOrganization
from domain.duty_lists.commands import possible_steps
from domain.duty_lists.events import ItemAdded, ItemAmended, ItemSuspendedByLaw, RevisionListed, RevisionPublished
from domain.duty_lists.item_commands import AddItem, AmendItem, RemoveItem
from domain.duty_lists.items import content_hash
from domain.duty_lists.kinds import ListKind, RevisionStage
from domain.duty_lists.policies import find_item
from domain.duty_lists.refusals import (
    BearerGone,
    DocumentNumberMissing,
    DraftClosed,
    DraftOvertaken,
    EffectiveBeforePredecessor,
    EffectiveBeforePublication,
    EffectiveInThePast,
    EmptyRevision,
    NotATownship,
    NotInForceThen,
    NotListApprover,
    NotListKeeper,
    NotListReviewer,
    PublishedInFuture,
    PublishedIsFixed,
    ReasonMissing,
    ReviewedByDrafter,
    SuspendedAlready,
    SuspendedItemNotRevised,
    SuspendedRetroactively,
    WrongRevisionStage,
)
from domain.duty_lists.revision_commands import (
    ApproveRevision,
    DiscardRevision,
    OpenRevision,
    PublishRevision,
    ReviewRevision,
    SendRevisionBack,
    SubmitRevision,
    SuspendItemByLaw,
)
from domain.shared.posts import Post
from tests.domain.directory.county import NODE
from tests.domain.duty_lists.county import Offices, an_item

ITEM = "territorial-0001"
TODAY = date(2026, 3, 2)


def a_draft(offices: Offices) -> UUID:
    """A draft with the one item."""
    revision = offices.opened()
    offices.county.ask(AddItem(revision=revision, content=offices.smoke()), offices.keeper)
    return revision


def test_publication_lists_the_revision_in_the_same_save(offices: Offices) -> None:
    revision = a_draft(offices)
    published, listed = offices.published(revision, date(2026, 4, 1), townships=(offices.east, offices.east))
    assert isinstance(published, RevisionPublished)
    assert isinstance(listed, RevisionListed)
    assert listed.originator_id == offices.list().id
    assert listed.revision == revision
    assert published.content_hash == listed.content_hash == content_hash(offices.revision(revision).items.values())
    assert published.applies_to.label == "城东镇"
    assert published.node == NODE
    assert offices.list().latest is not None
    assert offices.revision(revision).stage is RevisionStage.PUBLISHED


def test_a_revision_goes_through_review_approval_and_publication_in_this_order(offices: Offices) -> None:
    revision = a_draft(offices)
    publish = PublishRevision(
        revision=revision, document_number="示办发〔2026〕3号", published_on=TODAY, effective_from=TODAY
    )
    for command, who in (
        (ReviewRevision(revision=revision), offices.head),
        (ApproveRevision(revision=revision), offices.approver),
        (publish, offices.keeper),
    ):
        with pytest.raises(WrongRevisionStage, match="起草中"):
            offices.county.ask(command, who)
    offices.county.ask(SubmitRevision(revision=revision), offices.keeper)
    with pytest.raises(WrongRevisionStage, match="待审核"):
        offices.county.ask(AddItem(revision=revision, content=offices.smoke()), offices.keeper)
    offices.county.ask(ReviewRevision(revision=revision), offices.jurist)
    offices.county.ask(ApproveRevision(revision=revision), offices.approver)
    offices.county.ask(publish, offices.keeper)


def test_each_step_belongs_to_its_office(offices: Offices) -> None:
    revision = a_draft(offices)
    offices.county.ask(SubmitRevision(revision=revision), offices.keeper)
    for who in (offices.keeper, offices.approver, offices.liaison):
        with pytest.raises(NotListReviewer):
            offices.county.ask(ReviewRevision(revision=revision), who)
    offices.county.ask(ReviewRevision(revision=revision), offices.head)
    for who in (offices.keeper, offices.head, offices.jurist):
        with pytest.raises(NotListApprover):
            offices.county.ask(ApproveRevision(revision=revision), who)
    offices.county.ask(ApproveRevision(revision=revision), offices.approver)
    with pytest.raises(NotListKeeper):
        offices.county.ask(
            PublishRevision(revision=revision, document_number="1", published_on=TODAY, effective_from=TODAY),
            offices.approver,
        )


def test_nobody_reviews_what_they_submitted(offices: Offices) -> None:
    revision = a_draft(offices)
    both = offices.head
    assert both.person is not None
    offices.county.appointed(both.person, offices.establishment, Post.LIST_KEEPER)
    offices.county.ask(SubmitRevision(revision=revision), both.model_copy(update={"post": Post.LIST_KEEPER}))
    with pytest.raises(ReviewedByDrafter):
        offices.county.ask(ReviewRevision(revision=revision), both)
    offices.county.ask(ReviewRevision(revision=revision), offices.jurist)


def test_whoever_may_take_the_next_step_may_send_it_back_with_a_reason(offices: Offices) -> None:
    revision = a_draft(offices)
    back = SendRevisionBack(revision=revision, reason="依据须补充")
    with pytest.raises(WrongRevisionStage):
        offices.county.ask(back, offices.keeper)
    offices.county.ask(SubmitRevision(revision=revision), offices.keeper)
    with pytest.raises(NotListReviewer):
        offices.county.ask(back, offices.approver)
    with pytest.raises(ReasonMissing):
        offices.county.ask(back.model_copy(update={"reason": ""}), offices.head)
    offices.county.ask(back, offices.head)
    assert offices.revision(revision).stage is RevisionStage.DRAFT
    offices.approved(revision)
    offices.county.ask(back, offices.keeper)
    offices.county.ask(SubmitRevision(revision=revision), offices.keeper)
    offices.county.ask(ReviewRevision(revision=revision), offices.head)
    with pytest.raises(NotListApprover):
        offices.county.ask(back, offices.head)
    offices.county.ask(back, offices.approver)


@pytest.mark.parametrize(
    ("terms", "refusal"),
    [
        ({"document_number": " "}, DocumentNumberMissing),
        ({"published_on": date(2026, 4, 2), "effective_from": date(2026, 4, 1)}, EffectiveBeforePublication),
        ({"published_on": TODAY + timedelta(days=1)}, PublishedInFuture),
        ({"published_on": date(2026, 2, 1), "effective_from": date(2026, 3, 1)}, EffectiveInThePast),
    ],
)
def test_what_publication_needs(offices: Offices, terms: dict[str, Any], refusal: type[Exception]) -> None:
    revision = offices.approved(a_draft(offices))
    said = {
        "document_number": "示办发〔2026〕3号",
        "published_on": TODAY,
        "effective_from": date(2026, 4, 1),
        **terms,
    }
    with pytest.raises(refusal):
        offices.county.ask(PublishRevision(revision=revision, **said), offices.keeper)
    assert offices.list().revisions == ()


def test_an_item_carried_on_with_a_dissolved_bearer_is_not_submitted(offices: Offices) -> None:
    offices.published(a_draft(offices))
    second = offices.opened()
    offices.county.ask(
        DissolveOrganization(organization=offices.environment, successor=offices.enforcement, document="1")
    )
    with pytest.raises(BearerGone, match=r"餐饮油烟扰民.*生态环境分局"):
        offices.county.ask(SubmitRevision(revision=second), offices.keeper)
    offices.county.ask(
        AmendItem(revision=second, item=ITEM, content=offices.smoke(offices.enforcement)), offices.keeper
    )
    offices.county.ask(SubmitRevision(revision=second), offices.keeper)


def test_a_list_passes_to_the_successor_of_its_keeper(offices: Offices) -> None:
    revision = a_draft(offices)
    new = offices.county.organization("bianban2", "县委机构编制办", OrganizationKind.ESTABLISHMENT_OFFICE)
    person = offices.keeper.person
    assert person is not None
    offices.county.appointed(person, new, Post.LIST_KEEPER)
    successor = offices.keeper.model_copy(update={"organization": new})
    with pytest.raises(NotListKeeper):
        offices.county.ask(SubmitRevision(revision=revision), successor)
    offices.county.ask(DeclareSuccession(organization=offices.establishment, successor=new, document="1"))
    offices.county.ask(SubmitRevision(revision=revision), successor)


def test_a_revision_applies_to_townships_only(offices: Offices) -> None:
    with pytest.raises(NotATownship, match="生态环境分局"):
        offices.published(a_draft(offices), townships=(offices.east, offices.environment))


def test_an_empty_revision_is_not_submitted(offices: Offices) -> None:
    with pytest.raises(EmptyRevision):
        offices.county.ask(SubmitRevision(revision=offices.opened()), offices.keeper)


def test_a_published_revision_is_never_changed(offices: Offices) -> None:
    revision = a_draft(offices)
    offices.published(revision)
    before = offices.revision(revision)
    for command in (
        AddItem(revision=revision, content=an_item("噪声", "生态环境", offices.environment)),
        AmendItem(revision=revision, item=ITEM, content=offices.smoke(offices.enforcement)),
        RemoveItem(revision=revision, item=ITEM, reason="无"),
        SubmitRevision(revision=revision),
        SendRevisionBack(revision=revision, reason="无"),
        DiscardRevision(revision=revision, reason="无"),
        PublishRevision(revision=revision, document_number="1", published_on=TODAY, effective_from=TODAY),
    ):
        with pytest.raises(PublishedIsFixed):
            offices.county.ask(command, offices.keeper)
    assert offices.revision(revision) == before


def test_a_discarded_draft_is_closed_and_leaves_its_number_to_the_next(offices: Offices) -> None:
    revision = a_draft(offices)
    with pytest.raises(ReasonMissing):
        offices.county.ask(DiscardRevision(revision=revision, reason=""), offices.keeper)
    offices.county.ask(DiscardRevision(revision=revision, reason="重新起草"), offices.keeper)
    with pytest.raises(DraftClosed):
        offices.county.ask(AddItem(revision=revision, content=offices.smoke()), offices.keeper)
    assert offices.revision(a_draft(offices)).number == 1


def test_the_next_revision_carries_every_item_on_with_its_document_number_and_batch(offices: Offices) -> None:
    first = a_draft(offices)
    offices.published(first, document_number="示办发〔2026〕3号")
    opened, carried = offices.county.ask(OpenRevision(kind=ListKind.TERRITORIAL), offices.keeper)
    assert isinstance(carried, ItemAdded)
    assert carried.carried_from == first
    assert (carried.item.code, carried.item.document_number, carried.item.batch) == (ITEM, "示办发〔2026〕3号", 1)
    second = opened.originator_id
    (added,) = offices.county.ask(
        AddItem(revision=second, content=an_item("噪声", "生态环境", offices.environment)), offices.keeper
    )
    assert isinstance(added, ItemAdded)
    assert (added.item.code, added.item.document_number, added.item.batch) == ("territorial-0002", "", 2)
    (amended,) = offices.county.ask(
        AmendItem(revision=second, item=ITEM, content=offices.smoke(offices.enforcement)), offices.keeper
    )
    assert isinstance(amended, ItemAmended)
    assert (amended.item.document_number, amended.item.batch) == ("", 1)


def test_of_two_drafts_only_one_is_published_and_the_other_must_start_anew(offices: Offices) -> None:
    one, other, third = a_draft(offices), a_draft(offices), offices.approved(a_draft(offices))
    offices.published(one)
    with pytest.raises(DraftOvertaken):
        offices.county.ask(SubmitRevision(revision=other), offices.keeper)
    with pytest.raises(DraftOvertaken):
        offices.county.ask(
            PublishRevision(revision=third, document_number="1", published_on=TODAY, effective_from=TODAY),
            offices.keeper,
        )


def test_a_revision_takes_effect_no_earlier_than_the_one_before(offices: Offices) -> None:
    offices.published(a_draft(offices), date(2026, 6, 1))
    second = offices.opened()
    with pytest.raises(EffectiveBeforePredecessor):
        offices.published(second, date(2026, 5, 31))
    offices.county.ask(
        PublishRevision(revision=second, document_number="1", published_on=TODAY, effective_from=date(2026, 6, 1)),
        offices.keeper,
    )


def suspend(effective_from: date, item: str = ITEM) -> SuspendItemByLaw:
    return SuspendItemByLaw(
        kind=ListKind.TERRITORIAL, item=item, effective_from=effective_from, law="大气污染防治法(修订)第八十一条"
    )


def test_a_change_of_law_suspends_the_item_at_once_now_and_in_what_is_to_come(offices: Offices) -> None:
    first = a_draft(offices)
    offices.published(first)
    second = offices.opened()
    offices.published(second, date(2026, 6, 1))
    facts = offices.county.ask(suspend(date(2026, 3, 10)), offices.keeper)
    assert all(isinstance(fact, ItemSuspendedByLaw) for fact in facts)
    assert [fact.originator_id for fact in facts] == [first, second]
    assert find_item(offices.revision(first), ITEM, date(2026, 3, 9)) is not None
    assert find_item(offices.revision(first), ITEM, date(2026, 3, 10)) is None
    assert find_item(offices.revision(second), ITEM, date(2026, 6, 2)) is None


def test_a_suspension_leaves_days_gone_by_and_superseded_revisions_alone(offices: Offices) -> None:
    first = a_draft(offices)
    offices.published(first)
    offices.county.pass_time(days=10)
    second = offices.opened()
    offices.published(second)
    with pytest.raises(SuspendedRetroactively):
        offices.county.ask(suspend(date(2026, 3, 5)), offices.keeper)
    (fact,) = offices.county.ask(suspend(date(2026, 3, 20)), offices.keeper)
    assert fact.originator_id == second
    for day in (20, 21):
        with pytest.raises(SuspendedAlready):
            offices.county.ask(suspend(date(2026, 3, day)), offices.keeper)
    with pytest.raises(NotInForceThen):
        offices.county.ask(suspend(date(2026, 3, 21), "territorial-0099"), offices.keeper)
    with pytest.raises(NotListKeeper):
        offices.county.ask(suspend(date(2026, 3, 21)), offices.liaison)


def test_a_suspension_reaches_a_township_with_a_revision_of_its_own(offices: Offices) -> None:
    first, second = a_draft(offices), None
    offices.published(first)
    second = offices.opened()
    offices.published(second, townships=(offices.east,))
    facts = offices.county.ask(suspend(date(2026, 3, 10)), offices.keeper)
    assert {fact.originator_id for fact in facts} == {first, second}


def test_a_suspended_item_is_not_carried_on_unchanged(offices: Offices) -> None:
    offices.published(a_draft(offices))
    second = offices.opened()
    offices.county.ask(suspend(TODAY), offices.keeper)
    with pytest.raises(SuspendedItemNotRevised, match="餐饮油烟扰民"):
        offices.published(second)
    offices.county.ask(SendRevisionBack(revision=second, reason="按新法修改"), offices.keeper)
    offices.county.ask(
        AmendItem(revision=second, item=ITEM, content=offices.smoke(offices.enforcement)), offices.keeper
    )
    offices.published(second)
    assert find_item(offices.revision(second), ITEM, TODAY) is not None


def test_pages_offer_exactly_the_steps_that_are_not_refused(offices: Offices) -> None:
    keeper = offices.establishment
    drafting = possible_steps(
        RevisionStage.DRAFT, keeper, Post.LIST_KEEPER, offices.establishment, "establishment_office"
    )
    assert SubmitRevision in drafting
    assert PublishRevision not in drafting
    assert possible_steps(RevisionStage.SUBMITTED, keeper, Post.LEADER, offices.establishment, "justice_office") == (
        ReviewRevision,
        SendRevisionBack,
    )
    assert possible_steps(RevisionStage.REVIEWED, keeper, Post.LEADER, offices.east, "two_offices")[0] is (
        ApproveRevision
    )
    assert possible_steps(RevisionStage.SUBMITTED, keeper, Post.LEADER, offices.east, "township") == ()
    assert possible_steps(RevisionStage.PUBLISHED, keeper, Post.LIST_KEEPER, keeper, "establishment_office") == ()
