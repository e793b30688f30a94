"""责任清单视图 on real PostgreSQL."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from uuid import UUID, uuid4

import pytest

from domain.duty_lists.import_command import ImportItems, PublicationTerms
from domain.duty_lists.item_commands import AddItem, AmendItem, RemoveItem
from domain.duty_lists.kinds import DutyRole, ListKind, RevisionStage
from domain.duty_lists.refusals import DraftOvertaken
from domain.duty_lists.revision_commands import DiscardRevision, PublishRevision, SuspendItemByLaw
from domain.shared.commands import Ask
from projections.scope import Breadth
from tests.domain.duty_lists.county import Offices, an_item
from tests.projections.duty_lists_county import StoredCounty, stored_offices, viewer

SMOKE = "territorial-0001"
NOISE = "territorial-0002"
STALLS = "territorial-0003"
ANYBODY = viewer()
MAY, JUNE = date(2026, 5, 30), date(2026, 6, 3)


@pytest.fixture
def made(database: str) -> Iterator[tuple[Offices, StoredCounty, list[UUID]]]:
    """Story 5: revision 1 imported, 2 for all, 3 moves 餐饮油烟 on 1 June and drops 噪声; a fourth is being drafted."""
    with stored_offices(database) as (offices, county):
        yield offices, county, _history(offices, county)


Made = tuple[Offices, StoredCounty, list[UUID]]


def _history(offices: Offices, county: StoredCounty) -> list[UUID]:
    items = (
        offices.smoke(),
        an_item("社会生活噪声", "生态环境", offices.environment),
        an_item("占道经营", "城市管理", offices.enforcement, "责令改正,处罚。", "先行劝阻,上报。"),
    )
    terms = PublicationTerms(
        document_number="示办发〔2025〕1号", published_on=date(2025, 3, 1), effective_from=date(2025, 4, 1)
    )
    imported = county.ask(
        ImportItems(kind=ListKind.TERRITORIAL, keeper=offices.establishment, items=items, publication=terms)
    )
    first = imported[1].originator_id
    second = offices.opened()
    text = "查处未装净化设施、超标排放;新设选址把关。"
    county.ask(AmendItem(revision=second, item=SMOKE, content=offices.smoke(text=text), reason="补充"), offices.keeper)
    offices.published(second, date(2026, 3, 10), document_number="示办发〔2026〕2号")
    third = offices.opened()
    content = offices.smoke(offices.enforcement, text)
    county.ask(AmendItem(revision=third, item=SMOKE, content=content), offices.keeper)
    county.ask(RemoveItem(revision=third, item=NOISE, reason="并入公安机关职责"), offices.keeper)
    county.ask(AddItem(revision=third, content=an_item("露天烧烤", "城市管理", offices.enforcement)), offices.keeper)
    offices.published(third, date(2026, 6, 1), document_number="示办发〔2026〕5号")
    fourth = offices.opened()
    county.ask(AddItem(revision=fourth, content=an_item("黑加油点", "安全生产", offices.enforcement)), offices.keeper)
    county.catch_up()
    return [first, second, third, fourth]


def test_the_view_says_which_text_held_on_which_day(made: Made) -> None:
    offices, county, (_, second, third, _) = made
    before = county.queries.item_in_force(ANYBODY, SMOKE, MAY, offices.east)
    after = county.queries.item_in_force(ANYBODY, SMOKE, JUNE, offices.east)
    assert before is not None
    assert after is not None
    assert (before.revision.id, before.item.bearers(DutyRole.PRIMARY)[0].name) == (second, "生态环境分局")
    assert (after.revision.id, after.item.bearers(DutyRole.PRIMARY)[0].name) == (third, "综合行政执法局")
    assert county.queries.item_in_force(ANYBODY, NOISE, MAY, offices.east) is not None
    assert county.queries.item_in_force(ANYBODY, NOISE, JUNE, offices.east) is None
    assert county.queries.item_in_force(ANYBODY, SMOKE, date(2025, 3, 31), offices.east) is None


def test_asked_as_of_a_moment_before_its_publication_the_third_revision_is_not_known(made: Made) -> None:
    offices, county, (_, second, _, _) = made
    county.pass_time(days=1)
    fifth = offices.approved(offices.opened())
    then = county.now
    county.pass_time(days=1)
    county.ask(
        PublishRevision(
            revision=fifth,
            document_number="示办发〔2026〕6号",
            published_on=county.now.date(),
            effective_from=date(2026, 6, 2),
        ),
        offices.keeper,
    )
    county.catch_up()
    (now,) = county.queries.in_force(ANYBODY, JUNE)
    (was,) = county.queries.in_force(ANYBODY, JUNE, known_at=then)
    assert (now.number, was.number) == (4, 3)
    assert [r.number for r in county.queries.in_force(ANYBODY, MAY)] == [2]
    assert county.queries.in_force(ANYBODY, MAY)[0].id == second


def test_lists_show_what_is_in_force_and_what_is_coming(made: Made) -> None:
    _, county, (_, second, third, _) = made
    (shown,) = county.queries.lists(ANYBODY, MAY)
    assert (shown.title, shown.keeper_name) == ("属地管理事项责任清单", "县委编办")
    assert shown.in_force is not None
    assert shown.in_force.id == second
    assert [r.id for r in shown.coming] == [third]
    assert shown.in_force.label == "属地管理事项责任清单(第2版)"


def test_drafts_are_seen_only_by_those_who_make_and_decide_them(made: Made) -> None:
    offices, county, (first, second, third, fourth) = made
    published = [third, second, first]
    eyes = {
        "another township": (viewer(), published),
        "a department": (viewer("department"), published),
        "the keeper": (viewer("department", organization=offices.establishment), [fourth, *published]),
        "justice": (viewer("justice_office"), [fourth, *published]),
        "the two offices": (viewer("two_offices"), [fourth, *published]),
        "an auditor": (viewer("discipline_body", Breadth.ALL), [fourth, *published]),
    }
    for who, (looks, seen) in eyes.items():
        assert [r.id for r in county.queries.revisions(looks, ListKind.TERRITORIAL)] == seen, who
        sees_draft = fourth in seen
        assert (county.queries.revision(looks, fourth) is not None) is sees_draft, who
        assert bool(county.queries.items(looks, fourth)) is sees_draft, who
        assert bool(county.queries.fields(looks, fourth)) is sees_draft, who
        assert bool(county.queries.steps(looks, fourth)) is sees_draft, who
        assert bool(county.queries.search_in(looks, fourth, "油烟")) is sees_draft, who
        assert (county.queries.item(looks, fourth, SMOKE) is not None) is sees_draft, who
        assert bool(county.queries.changes(looks, fourth)) is sees_draft, who


def test_a_revision_shows_its_items_by_field_in_order(made: Made) -> None:
    _, county, (first, _, third, _) = made
    assert county.queries.fields(ANYBODY, first) == [("生态环境", 2), ("城市管理", 1)]
    assert [e.item.title for e in county.queries.items(ANYBODY, third)] == ["餐饮油烟扰民", "占道经营", "露天烧烤"]
    assert [e.item.code for e in county.queries.items(ANYBODY, first, "城市管理")] == [STALLS]
    smoke = county.queries.item(ANYBODY, third, SMOKE)
    stalls = county.queries.item(ANYBODY, third, STALLS)
    assert smoke is not None
    assert stalls is not None
    assert (smoke.change, smoke.document_number) == ("amended", "示办发〔2026〕5号")
    assert (stalls.change, stalls.document_number) == ("carried", "示办发〔2025〕1号")


def test_an_item_shows_its_history_over_revisions_and_what_each_changed(made: Made) -> None:
    _, county, (first, second, third, _) = made
    steps = county.queries.item_history(ANYBODY, SMOKE)
    assert [step.revision.id for step in steps] == [first, second, third]
    assert [len(step.differences) for step in steps] == [0, 1, 2]
    (moved, taken) = steps[2].differences
    assert (moved.part, moved.now) == ("主体责任·生态环境分局(应呼履责)", "")
    assert (taken.part, taken.was) == ("主体责任·综合行政执法局(应呼履责)", "")
    noise = county.queries.item_history(ANYBODY, NOISE)
    assert noise[-1].entry is None
    assert noise[-1].removal_reason == "并入公安机关职责"
    assert county.queries.item_history(ANYBODY, "territorial-0099") == []


def test_a_revision_says_what_it_changed(made: Made) -> None:
    _, county, (first, _, third, _) = made
    assert {(c.title, c.change) for c in county.queries.changes(ANYBODY, third)} == {
        ("餐饮油烟扰民", "amended"),
        ("社会生活噪声", "removed"),
        ("露天烧烤", "added"),
    }
    assert {c.change for c in county.queries.changes(ANYBODY, first)} == {"added"}


@pytest.mark.parametrize(
    ("typed", "titles"),
    [
        ("油烟", ["餐饮油烟扰民"]),
        ("占道 劝阻", ["占道经营"]),
        ("楼下饭店餐饮油烟太大了受不了", ["餐饮油烟扰民"]),
        ("路边有人占道摆摊经营", ["占道经营"]),
        ("综合行政执法局", ["占道经营"]),
        ("油  烟", ["餐饮油烟扰民"]),
        ("占营", ["占道经营"]),
        ("餐油扰", ["餐饮油烟扰民"]),
        ("余烟", []),
        ("%", []),
        ("占%经", ["占道经营"]),
        ("100%_'\\", []),
        ("", []),
        ("……", []),
    ],
)
def test_typing_or_dictating_finds_the_item(made: Made, typed: str, titles: list[str]) -> None:
    offices, county, _ = made
    hits = county.queries.search(ANYBODY, typed, MAY, offices.east)
    assert [hit.entry.item.title for hit in hits] == titles


def test_a_title_ranks_before_a_mention_and_a_field_narrows(made: Made) -> None:
    _, county, (first, _, _, _) = made
    by_title = county.queries.search_in(ANYBODY, first, "上报")
    assert len(by_title) == 3
    assert [hit.entry.item.title for hit in county.queries.search_in(ANYBODY, first, "上报", "城市管理")] == [
        "占道经营"
    ]
    best = county.queries.search(ANYBODY, "噪声", MAY)[0]
    assert best.entry.item.title == "社会生活噪声"
    assert county.queries.search(ANYBODY, "噪声", JUNE) == []
    assert county.queries.search(ANYBODY, "噪声", MAY, kinds={ListKind.GRID}) == []


def test_a_suspension_by_law_shows_on_the_item(made: Made) -> None:
    offices, county, (_, second, third, _) = made
    county.ask(
        SuspendItemByLaw(
            kind=ListKind.TERRITORIAL, item=SMOKE, effective_from=date(2026, 5, 20), law="大气污染防治法(修订)"
        ),
        offices.keeper,
    )
    county.catch_up()
    for revision in (second, third):
        entry = county.queries.item(ANYBODY, revision, SMOKE)
        assert entry is not None
        assert entry.suspended is not None
        assert entry.suspended.effective_from == date(2026, 5, 20)


def test_the_steps_of_a_revision_name_who_took_them(made: Made) -> None:
    offices, county, (_, second, _, fourth) = made
    steps = county.queries.steps(ANYBODY, second)
    assert [step.stage for step in steps] == [
        RevisionStage.DRAFT,
        RevisionStage.SUBMITTED,
        RevisionStage.REVIEWED,
        RevisionStage.APPROVED,
        RevisionStage.PUBLISHED,
    ]
    assert [step.person for step in steps][1:4] == [
        offices.keeper.person,
        offices.head.person,
        offices.approver.person,
    ]
    county.ask(DiscardRevision(revision=fourth, reason="重新起草"), offices.keeper)
    county.catch_up()
    keeper = viewer(organization=offices.establishment)
    assert county.queries.steps(keeper, fourth)[-1].words == "重新起草"
    discarded = county.queries.revision(keeper, fourth)
    assert discarded is not None
    assert discarded.stage is RevisionStage.DISCARDED


def test_a_township_revision_is_in_force_only_there(made: Made) -> None:
    offices, county, _ = made
    offices.published(offices.opened(), date(2026, 6, 10), townships=(offices.east,))
    county.catch_up()
    day = date(2026, 6, 11)
    assert [r.number for r in county.queries.in_force(ANYBODY, day, offices.east)] == [4]
    assert [r.number for r in county.queries.in_force(ANYBODY, day, offices.west)] == [3]
    assert [r.number for r in county.queries.in_force(ANYBODY, day)] == [3]


@pytest.mark.parametrize("batch", [1, 7, 5_000])
def test_any_batch_size_and_a_rebuild_give_the_same_rows(made: Made, batch: int) -> None:
    _, county, _ = made
    live = county.rows()
    assert len(live["items"]) == 3 + 3 + 3 + 4
    county.rebuild(batch)
    assert county.rows() == live


def test_the_view_agrees_with_the_facts(made: Made) -> None:
    offices, county, revisions = made
    keeper = viewer(organization=offices.establishment)
    for id_ in revisions:
        folded = offices.revision(id_)
        shown = county.queries.revision(keeper, id_)
        assert shown is not None
        assert (shown.version, shown.stage, shown.number) == (folded.version, folded.stage, folded.number)
        assert shown.item_count == len(folded.items)
        assert {e.item.code: e.item for e in county.queries.items(keeper, id_)} == dict(folded.items)


def test_of_two_drafts_published_at_the_same_moment_only_one_stands(made: Made) -> None:
    offices, county, _ = made
    drafts = [offices.approved(offices.opened()) for _ in range(2)]
    listed = len(offices.list().revisions)

    def publish(draft: UUID) -> str:
        command = PublishRevision(
            revision=draft,
            document_number="示办发〔2026〕7号",
            published_on=county.now.date(),
            effective_from=date(2026, 7, 1),
        )
        try:
            county.bus.execute(command, Ask(uuid4(), offices.keeper))
        except DraftOvertaken as refusal:
            return refusal.code
        return "published"

    with ThreadPoolExecutor(2) as threads:
        assert sorted(threads.map(publish, drafts)) == ["draft-overtaken", "published"]
    assert len(offices.list().revisions) == listed + 1
    stages = sorted(offices.revision(draft).stage for draft in drafts)
    assert stages == [RevisionStage.APPROVED, RevisionStage.PUBLISHED]
