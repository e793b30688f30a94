"""举报人保密在视图中: the original and its files are read by the township and the platform; nobody else finds it."""

from collections.abc import Iterator
from uuid import UUID

import pytest

from domain.calls.around.confidentiality import MarkConfidential
from domain.calls.intake import acceptance
from domain.calls.words import NoteReach
from domain.calls.work import records as r
from projections.calls.secrecy import KEPT_BACK
from projections.scope import Breadth, Viewer
from tests.county_store import CountyStore, county_store
from tests.projections.test_calls import keep, viewer

ORIGINAL = ("隔壁违建", "安居苑3号楼", "张三丰", "13911112222", "已劝阻", "原来的备注", "报料人照片")
EDITED = "有人反映违法建设"
EVERYBODY_ELSE = (
    ("zhifa", Breadth.OWN),
    ("shichang", Breadth.OWN),
    ("supervisor", Breadth.ALL),
    ("auditor", Breadth.ALL),
    ("leader", Breadth.ALL),
)
PHOTO = {"sha256": "ab" * 32, "size": 9, "media_type": "image/jpeg"}
LATER = {"sha256": "cd" * 32, "size": 9, "media_type": "image/jpeg"}


@pytest.fixture
def house(database: str) -> Iterator[CountyStore]:
    with county_store(database) as house:
        yield house


@pytest.fixture
def call(house: CountyStore) -> UUID:
    """Marked before the dispatch; handled by 综合行政执法局 since, with notes and files from before and after."""
    county = house.county
    call = county.placed(
        text="我家隔壁违建",
        place="安居苑3号楼",
        own_measures="已劝阻",
        informant_name="张三丰",
        informant_phone="13911112222",
        attachments=(PHOTO,),
        attachment_names=("报料人照片.jpg",),
    )
    county.say(acceptance.AcceptCall(call_id=call), "li")
    county.say(r.AddNote(call_id=call, text="原来的备注", reach=NoteReach.PARTIES), "li")
    county.say(MarkConfidential(call_id=call, text=EDITED, place="城东片区", reason="怕被报复"), "wang")
    county.dispatch(call, "zhifa", "shichang")
    county.say(r.AddNote(call_id=call, text="请尽快核查", reach=NoteReach.PARTIES), "li")
    evidence = {"call_id": call, "attachments": (LATER,), "attachment_names": ("现场.jpg",)}
    county.say(r.AttachEvidence.model_validate(evidence), "zhifa")
    keep(house)
    return call


def everything(house: CountyStore, who: Viewer, call: UUID) -> str:
    """All that the queries give this viewer about the call, as one text."""
    queries = house.queries
    shown = queries.call(who, call)
    assert shown is not None
    lines = [*queries.search(who, ""), *queries.to_do(who), *queries.mine(who)]
    return repr((shown, queries.record(who, shown), queries.files(who, shown), lines))


@pytest.mark.parametrize(("name", "breadth"), EVERYBODY_ELSE)
def test_nobody_else_is_shown_a_word_of_the_original(
    house: CountyStore, call: UUID, name: str, breadth: Breadth
) -> None:
    said = everything(house, viewer(house, name, breadth), call)
    assert not [word for word in (*ORIGINAL, "怕被报复", "ab" * 32) if word in said]
    for word in (EDITED, "城东片区", "请尽快核查", "现场.jpg", KEPT_BACK):
        assert word in said


@pytest.mark.parametrize("name", ["wang", "mayor", "li"])
def test_the_township_and_the_platform_read_the_original_in_its_record(
    house: CountyStore, call: UUID, name: str
) -> None:
    said = everything(house, viewer(house, name), call)
    assert not [word for word in (*ORIGINAL, EDITED, "怕被报复", "ab" * 32) if word not in said]


@pytest.mark.parametrize("name", ["wang", "li", "zhifa", "supervisor"])
def test_it_is_found_by_the_edited_text_and_by_no_word_of_the_original(
    house: CountyStore, call: UUID, name: str
) -> None:
    who = viewer(house, name, Breadth.ALL if name == "supervisor" else Breadth.OWN)
    assert [line.id for line in house.queries.search(who, "违法建设")] == [call]
    for word in ("隔壁违建", "安居苑", "3号楼"):
        assert house.queries.search(who, word) == [], "not even by those who may read it: a list is seen by many"


def test_where_only_the_informant_is_kept_back_the_text_stands_and_no_mask_hints_at_anybody(house: CountyStore) -> None:
    county = house.county
    call = county.placed(text="占道经营", informant_name="张三丰", informant_phone="13911112222")
    county.say(MarkConfidential(call_id=call, reason="怕被报复"), "wang")
    county.say(acceptance.AcceptCall(call_id=call), "li")
    county.dispatch(call, "zhifa")
    keep(house)
    said = everything(house, viewer(house, "zhifa"), call)
    assert "占道经营" in said
    assert not [word for word in ("张", "139", "2222", KEPT_BACK) if word in said]


def test_whose_staff_it_is_about_is_known_to_those_who_keep_it_alone(house: CountyStore) -> None:
    county = house.county
    call = county.accepted()
    about = county.orgs["zhujian"]
    county.say(MarkConfidential(call_id=call, text=EDITED, about=about, reason="怕被报复"), "wang")
    county.dispatch(call, "zhifa")
    keep(house)
    shown = house.queries.call(viewer(house, "zhifa"), call)
    assert shown is not None
    told = [entry.fact for entry in house.queries.record(viewer(house, "zhifa"), shown)]
    assert str(about) not in repr(told)
    kept = [entry.fact for entry in house.queries.record(viewer(house, "li"), shown)]
    assert str(about) in repr(kept)


def test_an_organization_it_complains_about_reads_it_no_more(house: CountyStore) -> None:
    county = house.county
    call = county.handling("shichang")
    county.say(county.objection(call), "shichang")
    county.say(county.upholding(call, "shichang"), "li")
    keep(house)
    assert house.queries.call(viewer(house, "shichang"), call) is not None
    county.say(MarkConfidential(call_id=call, about=county.orgs["shichang"], reason="怕被报复"), "wang")
    house.keep(county.history(call)[-1:])
    house.fold()
    assert house.queries.call(viewer(house, "shichang"), call) is None


@pytest.mark.parametrize("name", ["supervisor", "auditor"])
def test_nor_does_it_where_its_people_see_every_other_call_of_the_county(house: CountyStore, name: str) -> None:
    county = house.county
    call, other = county.accepted(), county.accepted()
    county.say(MarkConfidential(call_id=call, text=EDITED, about=county.orgs["ducha"], reason="怕被报复"), "wang")
    keep(house)
    accused, everybody = viewer(house, name, Breadth.ALL), viewer(house, "leader", Breadth.ALL)
    shown = house.queries.call(everybody, call)
    assert shown is not None
    assert house.queries.call(accused, call) is None
    assert house.queries.by_number(accused, shown.number) is None
    assert house.queries.by_number(everybody, shown.number) == call
    assert house.queries.record(accused, shown) == []
    for words in ("", "违", "违法建设", shown.number):
        assert call not in [line.id for line in house.queries.search(accused, words)]
        assert call in [line.id for line in house.queries.search(everybody, words)]
    assert other in [line.id for line in house.queries.search(accused, "")]


def test_what_others_wrote_before_a_late_mark_stays(house: CountyStore) -> None:
    county = house.county
    call = county.handling("shichang")
    county.say(r.AddNote(call_id=call, text="承办单位自己的备注", reach=NoteReach.PARTIES), "zhifa")
    county.say(MarkConfidential(call_id=call, text=EDITED, reason="怕被报复"), "wang")
    keep(house)
    assert "承办单位自己的备注" in everything(house, viewer(house, "shichang"), call)
