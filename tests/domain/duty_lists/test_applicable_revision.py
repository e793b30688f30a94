"""适用版本: which revision applies, for every day and township."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from domain.duty_lists.duty_list import DutyList, ListedRevision
from domain.duty_lists.item_commands import AddItem, AmendItem
from domain.duty_lists.items import Area, NamedOrganization
from domain.duty_lists.kinds import DutyRole, ListKind
from domain.duty_lists.policies import applicable_revision, day_of, find_item
from tests.domain.duty_lists.county import Offices

EAST, WEST, SOUTH = UUID(int=1), UUID(int=2), UUID(int=3)
FIRST_DAY = date(2026, 1, 1)
DAYS = st.integers(0, 40).map(lambda day: FIRST_DAY + timedelta(days=day))
AREAS = st.sets(st.sampled_from([EAST, WEST, SOUTH])).map(
    lambda ids: Area(townships=tuple(NamedOrganization(organization=id_, name="镇") for id_ in sorted(ids)))
)
LISTED_AT = datetime(2026, 1, 1, tzinfo=UTC)


def a_list(revisions: list[tuple[date, Area]]) -> DutyList:
    """A list whose revisions were listed a day apart, in this order."""
    return DutyList(
        UUID(int=9),
        len(revisions) + 1,
        ListKind.TERRITORIAL,
        "清单",
        UUID(int=8),
        "编办",
        tuple(
            ListedRevision(UUID(int=100 + n), n + 1, "1", day, day, area, "", LISTED_AT + timedelta(days=n))
            for n, (day, area) in enumerate(revisions)
        ),
    )


LISTS = st.lists(st.tuples(DAYS, AREAS), max_size=6).map(a_list)
TOWNSHIPS = st.sampled_from([EAST, WEST, SOUTH, None])


@given(LISTS, DAYS, TOWNSHIPS)
def test_at_most_one_revision_is_in_force_and_nothing_later_covers_the_day(
    duty_list: DutyList, on: date, township: UUID | None
) -> None:
    applied = applicable_revision(duty_list, on, township)
    possible = [r for r in duty_list.revisions if r.effective_from <= on and r.applies_to.covers(township)]
    if applied is None:
        assert possible == []
        return
    assert applied in possible
    after = possible[possible.index(applied) + 1 :]
    assert all(other.effective_from < applied.effective_from for other in after)
    assert all(other.effective_from <= applied.effective_from for other in possible)


@given(LISTS, DAYS, TOWNSHIPS, DAYS, AREAS)
def test_a_later_revision_never_changes_what_applied_before_it_took_effect(
    duty_list: DutyList, on: date, township: UUID | None, effective_from: date, area: Area
) -> None:
    longer = a_list([*((r.effective_from, r.applies_to) for r in duty_list.revisions), (effective_from, area)])
    if on < effective_from or not area.covers(township):
        assert applicable_revision(longer, on, township) == applicable_revision(duty_list, on, township)


@given(LISTS, DAYS, TOWNSHIPS, st.integers(0, 7))
def test_asked_what_was_known_then_the_answer_is_that_of_then(
    duty_list: DutyList, on: date, township: UUID | None, days: int
) -> None:
    then = LISTED_AT + timedelta(days=days)
    known = [r for r in duty_list.revisions if r.listed_at <= then]
    of_then = a_list([(r.effective_from, r.applies_to) for r in known])
    assert applicable_revision(duty_list, on, township, known_at=then) == applicable_revision(of_then, on, township)


def test_a_list_takes_effect_at_midnight_in_beijing() -> None:
    assert day_of(datetime(2026, 5, 31, 15, 59, tzinfo=UTC)) == date(2026, 5, 31)
    assert day_of(datetime(2026, 5, 31, 16, 0, tzinfo=UTC)) == date(2026, 6, 1)


def test_the_third_revision_moves_kitchen_smoke_on_the_first_of_june(offices: Offices) -> None:
    """Story 5: 餐饮油烟 passes from 生态环境分局 to 综合行政执法局; a call of 30 May stays under revision 2."""
    first = offices.opened()
    offices.county.ask(AddItem(revision=first, content=offices.smoke()), offices.keeper)
    offices.published(first)
    second = offices.opened()
    text = "查处未装净化设施、超标排放;新设选址把关。"
    offices.county.ask(
        AmendItem(revision=second, item="territorial-0001", content=offices.smoke(text=text)), offices.keeper
    )
    offices.published(second, date(2026, 4, 1))
    offices.county.pass_time(days=60)
    third = offices.opened()
    offices.county.ask(
        AmendItem(revision=third, item="territorial-0001", content=offices.smoke(offices.enforcement, text)),
        offices.keeper,
    )
    offices.published(third, date(2026, 6, 1))

    def lead(on: date) -> tuple[UUID, str, str]:
        applied = applicable_revision(offices.list(), on, offices.east)
        assert applied is not None
        item = find_item(offices.revision(applied.revision), "territorial-0001", on)
        assert item is not None
        (duty,) = (duty for duty in item.duties if duty.role is DutyRole.PRIMARY)
        return applied.revision, duty.bearer.name, duty.text

    assert lead(date(2026, 3, 31)) == (first, "生态环境分局", "查处未装净化设施、超标排放。")
    assert lead(date(2026, 5, 30)) == (second, "生态环境分局", text)
    assert lead(date(2026, 5, 31)) == (second, "生态环境分局", text)
    assert lead(date(2026, 6, 1)) == (third, "综合行政执法局", text)
    assert lead(date(2026, 6, 3)) == (third, "综合行政执法局", text)
    assert applicable_revision(offices.list(), date(2026, 3, 1), offices.east) is None


def test_a_revision_for_one_township_leaves_the_others_under_the_one_before(offices: Offices) -> None:
    first = offices.opened()
    offices.county.ask(AddItem(revision=first, content=offices.smoke()), offices.keeper)
    offices.published(first)
    second = offices.opened()
    offices.published(second, townships=(offices.east,))
    today = offices.county.now.date()
    for township, revision in ((offices.east, second), (offices.west, first), (None, first)):
        applied = applicable_revision(offices.list(), today, township)
        assert applied is not None
        assert applied.revision == revision
