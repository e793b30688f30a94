"""合订本指纹: the same items bound give the same hash, however they came there."""

import hashlib
import json
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.duty_lists.drafts import ItemDraft
from domain.duty_lists.events import ItemAdded, ItemAmended, RevisionEvent, RevisionPublished
from domain.duty_lists.item_commands import AddItem, AmendItem, RemoveItem
from domain.duty_lists.items import ListItem, content_hash
from domain.duty_lists.refusals import DoubledTitle, NothingAmended
from domain.duty_lists.revision import Revision, evolve
from tests.domain.duty_lists.county import Offices, an_item, the_offices

TITLES = ("餐饮油烟扰民", "社会生活噪声", "非法倾倒污水", "秸秆焚烧", "黑加油点")
STEPS = st.lists(
    st.tuples(st.sampled_from(["add", "amend", "remove"]), st.integers(0, 4), st.sampled_from(TITLES)), max_size=12
)


def _follow(offices: Offices, revision: UUID, steps: list[tuple[str, int, str]]) -> dict[str, ListItem]:
    """Take the steps that are not refused; gives the items that then must be left, kept in a plain dictionary."""
    left: dict[str, ListItem] = {}
    for number, (what, place, title) in enumerate(steps):
        content = an_item(title, "生态环境", offices.environment, f"查处{number}。")
        code = sorted(left)[place % len(left)] if left else ""
        try:
            if what == "add":
                (fact,) = offices.county.ask(AddItem(revision=revision, content=content), offices.keeper)
            elif what == "amend" and code:
                (fact,) = offices.county.ask(AmendItem(revision=revision, item=code, content=content), offices.keeper)
            elif code:
                (fact,) = offices.county.ask(
                    RemoveItem(revision=revision, item=code, reason="不再列入"), offices.keeper
                )
            else:
                continue
        except (DoubledTitle, NothingAmended):
            continue  # the draft stands as it was
        if isinstance(fact, ItemAdded | ItemAmended):
            left[fact.item.code] = fact.item
        else:
            del left[code]
    return left


@given(STEPS)
def test_adding_amending_and_removing_fold_to_the_hash_of_the_items_that_are_left(
    steps: list[tuple[str, int, str]],
) -> None:
    offices = the_offices()
    revision = offices.opened()
    left = _follow(offices, revision, steps)
    state = offices.revision(revision)
    assert content_hash(reversed(list(state.items.values()))) == content_hash(left.values())
    assert len({(item.field, item.title) for item in left.values()}) == len(left)
    if left:
        published, _ = offices.published(revision)
        assert isinstance(published, RevisionPublished)
        assert published.content_hash == content_hash(left.values())
        assert published.item_count == len(left)


def test_facts_read_back_from_their_stored_form_fold_to_the_same_revision(offices: Offices) -> None:
    first = offices.opened()
    _follow(offices, first, [("add", 0, TITLES[0]), ("add", 0, TITLES[1]), ("amend", 0, TITLES[2])])
    offices.published(first)
    second = offices.opened()
    state: Revision | None = None
    for fact in offices.county.facts[second]:
        assert isinstance(fact, RevisionEvent)
        state = evolve(state, type(fact).model_validate_json(fact.model_dump_json(exclude_none=True)))
    assert state == offices.revision(second)
    assert state is not None
    assert len(state.items) == 2


class ItemOfALaterRelease(ListItem):
    """An item with a field that today's release does not know."""

    remark: str = ""


def test_a_field_added_by_a_later_release_leaves_old_hashes_alone(offices: Offices) -> None:
    revision = offices.opened()
    offices.county.ask(AddItem(revision=revision, content=offices.smoke()), offices.keeper)
    (item,) = offices.revision(revision).items.values()
    later = ItemOfALaterRelease.model_validate(item.model_dump())
    assert content_hash([later]) == content_hash([item])
    assert content_hash([later.model_copy(update={"remark": "新"})]) != content_hash([item])


def test_the_hash_is_sha256_over_canonical_json(offices: Offices) -> None:
    revision = offices.opened()
    offices.county.ask(AddItem(revision=revision, content=offices.smoke()), offices.keeper)
    (item,) = offices.revision(revision).items.values()
    text = json.dumps(
        [item.model_dump(mode="json", exclude_defaults=True)], ensure_ascii=False, sort_keys=True, separators=(",", ":")
    )
    assert content_hash([item]) == hashlib.sha256(text.encode()).hexdigest()


@pytest.mark.parametrize(
    "changed", [{"number": 2}, {"title": "油烟"}, {"legal_basis": "大气污染防治法"}, {"batch": 2}, {"code": "x-0001"}]
)
def test_any_change_changes_the_hash(offices: Offices, changed: dict[str, object]) -> None:
    revision = offices.opened()
    content: ItemDraft = offices.smoke()
    offices.county.ask(AddItem(revision=revision, content=content), offices.keeper)
    (item,) = offices.revision(revision).items.values()
    assert content_hash([item.model_copy(update=changed)]) != content_hash([item])
