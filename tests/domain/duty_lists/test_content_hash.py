"""合订本指纹: the same items bound give the same hash, however they came there."""

import hashlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.duty_lists.drafts import ItemDraft
from domain.duty_lists.events import RevisionEvent
from domain.duty_lists.item_commands import AddItem, AmendItem, RemoveItem
from domain.duty_lists.items import ListItem, content_hash
from domain.duty_lists.refusals import DoubledTitle, NothingAmended
from domain.duty_lists.revision import Revision, evolve
from tests.domain.duty_lists.county import Offices, an_item, the_offices

TITLES = ("餐饮油烟扰民", "社会生活噪声", "非法倾倒污水", "秸秆焚烧", "黑加油点")
STEPS = st.lists(
    st.tuples(st.sampled_from(["add", "amend", "remove"]), st.integers(0, 4), st.sampled_from(TITLES)), max_size=12
)


def _follow(offices: Offices, steps: list[tuple[str, int, str]]) -> Revision:
    revision = offices.opened()
    for number, (what, place, title) in enumerate(steps):
        codes = sorted(offices.revision(revision).items)
        content = an_item(title, "生态环境", offices.environment, f"查处{number}。")
        if what == "add":
            _try(offices, AddItem(revision=revision, content=content))
        elif codes:
            code = codes[place % len(codes)]
            if what == "amend":
                _try(offices, AmendItem(revision=revision, item=code, content=content))
            else:
                offices.county.ask(RemoveItem(revision=revision, item=code, reason="不再列入"), offices.keeper)
    return offices.revision(revision)


def _try(offices: Offices, command: AddItem | AmendItem) -> None:
    try:
        offices.county.ask(command, offices.keeper)
    except (DoubledTitle, NothingAmended):
        return  # the draft stands as it was: that is what is compared


@given(STEPS)
def test_adding_amending_and_removing_fold_to_the_hash_of_the_items_that_are_left(
    steps: list[tuple[str, int, str]],
) -> None:
    offices = the_offices()
    revision = _follow(offices, steps)
    left = [ListItem.model_validate_json(item.model_dump_json()) for item in revision.items.values()]
    assert content_hash(reversed(left)) == content_hash(revision.items.values())
    assert len({(item.field, item.title) for item in left}) == len(left)
    state: Revision | None = None
    for fact in offices.county.facts[revision.id]:
        assert isinstance(fact, RevisionEvent)
        state = evolve(state, type(fact).model_validate_json(fact.model_dump_json(exclude_none=True)))
    assert state == revision


def test_the_hash_is_sha256_over_canonical_json(offices: Offices) -> None:
    revision = offices.opened()
    offices.county.ask(AddItem(revision=revision, content=offices.smoke()), offices.keeper)
    (item,) = offices.revision(revision).items.values()
    text = json.dumps(
        [item.model_dump(mode="json", exclude_none=True)], ensure_ascii=False, sort_keys=True, separators=(",", ":")
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
