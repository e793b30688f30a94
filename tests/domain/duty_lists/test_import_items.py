"""清单导入: a table of items in one command."""

from datetime import date
from typing import Any

import pytest

from domain.duty_lists.events import (
    ItemAdded,
    ItemAmended,
    ItemRemoved,
    ListOpened,
    RevisionApproved,
    RevisionListed,
    RevisionOpened,
    RevisionPublished,
    RevisionReviewed,
    RevisionSubmitted,
)
from domain.duty_lists.import_command import ImportItems, PublicationTerms
from domain.duty_lists.kinds import ListKind, RevisionStage
from domain.duty_lists.refusals import (
    DocumentNumberMissing,
    DoubledTitle,
    NothingImported,
    NotListKeeper,
    PublishesOnlyAtSetUp,
    UnknownList,
)
from domain.shared.events import Event
from tests.domain.duty_lists.county import Offices, an_item

TERMS = PublicationTerms(
    document_number="示办发〔2025〕1号", published_on=date(2025, 3, 1), effective_from=date(2025, 4, 1)
)


def the_table(offices: Offices, **more: Any) -> ImportItems:
    return ImportItems(
        kind=ListKind.TERRITORIAL,
        keeper=offices.establishment,
        items=(
            offices.smoke(),
            an_item("噪声", "生态环境", offices.environment),
            an_item("占道经营", "城市管理", offices.enforcement),
        ),
        source="清单.csv",
        **more,
    )


def _kinds(facts: "list[Event] | tuple[Event, ...]") -> list[type[Event]]:
    return [type(fact) for fact in facts]


def test_at_set_up_a_table_becomes_a_published_list_in_one_command(offices: Offices) -> None:
    facts = list(offices.county.ask(the_table(offices, publication=TERMS)))
    assert _kinds(facts) == [
        ListOpened,
        RevisionOpened,
        ItemAdded,
        ItemAdded,
        ItemAdded,
        RevisionSubmitted,
        RevisionReviewed,
        RevisionApproved,
        RevisionPublished,
        RevisionListed,
    ]
    (entry,) = offices.list().revisions
    assert (entry.number, entry.effective_from) == (1, date(2025, 4, 1))
    assert [item.number for item in offices.revision(entry.revision).items.values()] == [1, 2, 3]


def test_the_keeper_imports_a_draft_and_nobody_else_does(offices: Offices) -> None:
    with pytest.raises(NotListKeeper):
        offices.county.ask(the_table(offices), offices.liaison)
    facts = list(offices.county.ask(the_table(offices), offices.keeper))
    assert offices.revision(facts[1].originator_id).stage is RevisionStage.DRAFT
    with pytest.raises(NotListKeeper):
        offices.county.ask(the_table(offices), offices.head)


def test_only_set_up_publishes_at_once(offices: Offices) -> None:
    with pytest.raises(PublishesOnlyAtSetUp):
        offices.county.ask(the_table(offices, publication=TERMS), offices.keeper)


def test_a_refused_row_or_publication_records_nothing(offices: Offices) -> None:
    twice = the_table(offices).model_copy(update={"items": (offices.smoke(), offices.smoke())})
    with pytest.raises(DoubledTitle, match="导入表"):
        offices.county.ask(twice)
    with pytest.raises(DocumentNumberMissing):
        offices.county.ask(the_table(offices, publication=TERMS.model_copy(update={"document_number": ""})))
    assert all(not isinstance(fact, ListOpened) for facts in offices.county.facts.values() for fact in facts)


def test_without_a_list_the_import_names_its_keeper(offices: Offices) -> None:
    with pytest.raises(UnknownList):
        offices.county.ask(the_table(offices).model_copy(update={"keeper": None}))


def test_importing_again_amends_what_differs_carries_the_rest_and_keeps_codes(offices: Offices) -> None:
    offices.county.ask(the_table(offices, publication=TERMS))
    with pytest.raises(NothingImported):
        offices.county.ask(the_table(offices))
    changed = the_table(offices).model_copy(
        update={
            "items": (
                offices.smoke(offices.enforcement),
                an_item("噪声", "生态环境", offices.environment),
                an_item("露天烧烤", "城市管理", offices.enforcement),
            )
        }
    )
    facts = list(offices.county.ask(changed))
    assert _kinds(facts) == [RevisionOpened, ItemAdded, ItemAdded, ItemAdded, ItemAmended, ItemAdded]
    revision = offices.revision(facts[0].originator_id)
    assert (revision.number, len(revision.items)) == (2, 4)
    assert revision.items["territorial-0001"].duties[0].bearer.name == "综合行政执法局"
    assert revision.items["territorial-0004"].title == "露天烧烤"


def test_a_whole_table_removes_what_it_lacks(offices: Offices) -> None:
    offices.county.ask(the_table(offices, publication=TERMS))
    fewer = the_table(offices, whole=True).model_copy(
        update={"items": (offices.smoke(), an_item("噪声", "生态环境", offices.environment))}
    )
    facts = list(offices.county.ask(fewer))
    assert _kinds(facts)[-1] is ItemRemoved
    assert sorted(offices.revision(facts[0].originator_id).items) == ["territorial-0001", "territorial-0002"]
