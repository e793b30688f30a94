"""Story 5 over HTTP: the list changes in between; each call is judged by the list of its own day."""

from typing import Any
from uuid import uuid4

from domain.shared.identifiers import derived_id
from tests.journeys.county_over_http import County, Json, Person, problem_in

FUMES = "餐饮油烟扰民"


def _item(person: Person, on: str) -> Json:
    found = person.get("/items", words=FUMES, on=on)
    item: Json = next(hit for hit in found if hit["item"]["title"] == FUMES)
    return item


def _redraft(item: Json, primary: str, text: str) -> Json:
    """The item with one county bearer; the township's duty stays."""
    draft: dict[str, Any] = {name: item[name] for name in ("field", "title", "legal_basis", "source_note", "limits")}
    town = [
        {"role": d["role"], "mode": d["mode"], "text": d["text"]}
        for d in item["duties"]
        if d["bearer"]["organization"] is None
    ]
    draft["duties"] = [{"bearer": primary, "role": "primary", "text": text}, *town]
    return draft


def _published(county: County, primary: str, text: str, number: str, published: str, effective: str) -> str:
    """A revision from draft to publication, each step by whom it belongs to; its id."""
    keeper, reviewer, approver = county.person("bb-01"), county.person("sf-01"), county.person("ld-02")
    key = uuid4()
    keeper.change_list("open-revision", key, kind="territorial")
    revision = str(derived_id(key, "revision"))
    assert keeper.get(f"/revisions/{revision}")["stage"] == "draft"
    item = _item(keeper, published)["item"]
    keeper.change_list(
        "amend-item", revision=revision, item=item["code"], content=_redraft(item, primary, text), reason="三定调整"
    )
    keeper.change_list("submit-revision", revision=revision)
    reviewer.change_list("review-revision", revision=revision, opinion="合法性审查通过")
    approver.change_list("approve-revision", revision=revision)
    keeper.change_list(
        "publish-revision",
        revision=revision,
        document_number=number,
        published_on=published,
        effective_from=effective,
    )
    return revision


def test_a_call_of_30_may_is_dispatched_on_3_june_by_the_list_of_30_may(county: County) -> None:
    """Revision 3 takes effect on 1 June; the running call keeps revision 2, its texts and its lead."""
    clock, organization = county.clock, county.organization
    clock.set("2026-05-08 10:00")
    second = _published(
        county, organization("shengtai"), "查处油烟超标排放。", "示办发〔2026〕8号", "2026-05-08", "2026-05-10"
    )
    clock.set("2026-05-26 10:00")
    third = _published(
        county, organization("zhzfj"), "查处未装净化设施和超标排放。", "示办发〔2026〕11号", "2026-05-26", "2026-06-01"
    )

    clock.set("2026-05-30 15:00")
    caller, operator = county.person("cd-01"), county.person("pt-01")
    call = caller.submit(text="烧烤店油烟直排,居民无法开窗", place="学前街西段")
    county.person("cd-03").do(call, "endorse")
    clock.set("2026-06-01 09:00")
    operator.do(call, "accept")

    clock.set("2026-06-03 09:00")
    assert _item(operator, "2026-05-31")["revision"]["id"] == second
    assert _item(operator, "2026-05-31")["item"]["duties"][0]["text"] == "查处油烟超标排放。"
    assert _item(operator, "2026-06-01")["revision"]["id"] == third
    code = _item(operator, "2026-06-03")["item"]["code"]
    assert operator.get(f"/items/{code}", on="2026-05-31")["revision"]["number"] == 2
    assert operator.get(f"/items/{code}")["revision"]["number"] == 3
    assert [step["revision"]["number"] for step in operator.get(f"/items/{code}/history")][-3:] == [1, 2, 3]
    (change,) = operator.get(f"/revisions/{third}/changes")
    assert (change["code"], change["change"]) == (code, "amended")

    by_third = {"basis": "list_item", "revision": third, "item": code, "lead": organization("zhzfj")}
    refused = operator.refused(call, "dispatch", **by_third)
    assert (refused["status"], refused["code"]) == (409, "revision-not-in-force")
    operator.do(call, "dispatch", basis="list_item", revision=second, item=code, lead=organization("shengtai"))
    seen = operator.call(call)
    assert seen["revision"] == second
    assert seen["parties"][0]["organization"] == organization("shengtai")
    assert "查处油烟超标排放。" in seen["parties"][0]["duty_text"]
    dispatched = next(entry for entry in operator.record(call) if entry["type"] == "calls.CallDispatched")
    assert "第2版" in dispatched["fact"]["basis"]["reference"]
    assert "示办发〔2026〕8号" in operator.page(f"/calls/{call}")
    offered = operator.page(f"/items/{code}?revision={second}")
    assert "查处油烟超标排放。" in offered

    then = operator.call(call, as_of="2026-06-02T12:00:00+08:00")
    assert (then["stage"], then["round"], then["possible_steps"]) == ("accepted", 0, [])
    before = operator.api.get(f"/api/v1/calls/{call}", params={"as_of": "2026-05-29T12:00:00+08:00"})
    assert problem_in(before)["status"] == 404


def test_a_list_step_belongs_to_whom_it_belongs(county: County) -> None:
    """A caller drafts nothing, the keeper approves nothing, nobody publishes into the past."""
    county.clock.set("2026-07-06 10:00")
    keeper = county.person("bb-01")
    drafted = problem_in(county.person("cd-01").ask("/lists/open-revision", {"kind": "territorial"}))
    assert drafted["status"] == 403
    key = uuid4()
    keeper.change_list("open-revision", key, kind="territorial")
    revision: Json = {"revision": str(derived_id(key, "revision"))}
    assert problem_in(keeper.ask("/lists/approve-revision", revision))["status"] == 403
    unseen = county.person("zhzfj-z").api.get(f"/api/v1/revisions/{revision['revision']}")
    assert problem_in(unseen)["status"] == 404  # a draft is for those who make and decide it
    keeper.change_list("submit-revision", **revision)
    assert problem_in(keeper.ask("/lists/review-revision", revision))["status"] == 403  # not by who submitted it
    county.person("sf-01").change_list("review-revision", **revision)
    county.person("ld-02").change_list("approve-revision", **revision)
    past = {"document_number": "示办发〔2026〕20号", "published_on": "2026-07-06", "effective_from": "2026-07-05"}
    assert problem_in(keeper.ask("/lists/publish-revision", revision | past))["field"] == "effective_from"
    keeper.change_list("discard-revision", **revision, reason="不再需要")


def test_a_matter_on_no_list_is_accepted_and_dispatched_by_the_organizations_own_charter(county: County) -> None:
    """ "No item" is no ground to decline; the dispatch names the document it rests on."""
    county.clock.set("2026-06-08 09:00")
    caller, operator = county.person("cd-01"), county.person("pt-01")
    call = caller.submit(text="废弃广告飞艇挂在高压线旁的树上", place="北环路加油站后")
    county.person("cd-03").do(call, "endorse")
    invented = operator.refused(call, "decline", ground="no_list_item", reason="清单上没有该事项")
    assert (invented["status"], invented["code"]) == (422, "unknown-ground")
    operator.do(call, "accept")
    lead = county.organization("zhzfj")
    unnamed = operator.refused(call, "dispatch", basis="powers", lead=lead)
    assert (unnamed["status"], unnamed["code"], unnamed["field"]) == (422, "basis-needs-reference", "reference")
    without_item = operator.refused(call, "dispatch", basis="list_item", lead=lead)
    assert without_item["code"] == "basis-needs-item"
    operator.do(call, "dispatch", basis="powers", reference="《综合行政执法局三定规定》第四条", lead=lead)
    seen = operator.call(call)
    assert (seen["off_list"], seen["item"], seen["stage"]) == (True, None, "handling")
    assert "《综合行政执法局三定规定》第四条" in county.person("zhzfj-z").page(f"/calls/{call}")
