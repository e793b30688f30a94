"""Story 3 over HTTP: 退单拉锯, ended by rule: two objections, an opinion, a binding designation."""

from tests.journeys.county_over_http import County, at, due
from tests.journeys.shown_forms import forms_in

OBJECTION = {"ground": "another_bearer", "cited": "清单“物业服务纠纷与业主大会指导”", "reason": "该小区由街道主管"}


def _accepted(county: County) -> str:
    county.clock.set("2026-04-13 09:00")
    caller, operator = county.person("cd-01"), county.person("pt-01")
    call = caller.submit(text="老旧小区外墙瓷砖成片脱落,砸坏两辆车", place="惠民小区3号楼")
    county.person("cd-03").do(call, "endorse")
    operator.do(call, "accept")
    return call


def _dispatch(county: County, call: str, code: str) -> None:
    county.person("pt-01").do(
        call, "dispatch", basis="powers", reference="三定规定", lead=county.organization(code), assistants=[]
    )


def test_two_objections_an_opinion_and_a_designation_end_the_tug_of_war(county: County) -> None:
    """The first round counts as mis-dispatch, no clock stops, the designation binds everybody."""
    clock, organization = county.clock, county.organization
    operator, housing, planning = county.person("pt-01"), county.person("zhujianju-z"), county.person("ziranju-z")
    call = _accepted(county)
    clock.set("2026-04-13 10:00")
    _dispatch(county, call, "zhujianju")
    assert due(housing.obligation(call, "handle")) == at("2026-04-20 17:30")

    clock.set("2026-04-14 16:00")
    housing.do(call, "raise-objection", proposed=organization("yingbin"), **OBJECTION)
    open_obligations = {
        obligation["action"]: obligation for obligation in housing.call(call)["obligations"] if obligation["is_open"]
    }
    assert {"respond", "handle", "mediate"} <= set(open_obligations)  # it stops no clock
    assert due(open_obligations["handle"]) == at("2026-04-20 17:30")
    assert due(open_obligations["mediate"]) == at("2026-04-15 17:30")
    assert housing.refused(call, "raise-objection", **OBJECTION)["code"] == "already-objected"
    assert "异议" in housing.page(f"/calls/{call}")

    clock.set("2026-04-15 09:00")
    operator.do(call, "uphold-objection", organization=organization("zhujianju"), reason="经核对,不属住建局职责")
    upheld = operator.call(call)
    assert (upheld["stage"], upheld["misdispatches"]) == ("accepted", 1)
    first_round = [
        obligation for obligation in upheld["obligations"] if obligation["organization"] == organization("zhujianju")
    ]
    assert first_round
    assert not any(
        obligation["is_open"] or obligation["done"] for obligation in first_round
    )  # ended as from dispatch, not performed

    _dispatch(county, call, "ziranju")
    assert operator.call(call)["round"] == 2
    clock.set("2026-04-16 09:00")
    planning.do(call, "raise-objection", **OBJECTION)
    clock.set("2026-04-16 10:00")
    operator.do(call, "request-opinion", question="外墙脱落由谁主办")
    office = county.person("bb-02")
    assert office.queue()[call]["action"] == "opine"
    assert due(office.obligation(call, "opine")) == at("2026-04-21 17:30")
    office.do(
        call,
        "give-opinion",
        proposed=organization("zhujianju"),
        reference="示编办函〔2026〕3号",
        citable=True,
        text="房屋安全由住建部门主管",
    )
    opinion = next(entry for entry in operator.record(call) if entry["type"] == "calls.OpinionGiven")
    assert opinion["fact"]["citable"] is True
    assert "可参照" in operator.page(f"/calls/{call}")

    chief = county.person("ld-01")
    assert chief.queue()[call]["action"] == "designate"
    vertical = {"handler": organization("xiaofang"), "reference": "纪要〔2026〕5号", "reason": "协调"}
    assert chief.refused(call, "designate", **vertical)["code"] == "cannot-bind-vertical"
    chief.do(call, "designate", handler=organization("zhujianju"), reference="纪要〔2026〕5号", reason="采纳界定意见")
    assert chief.call(call)["designated"] == organization("zhujianju")

    elsewhere = {"basis": "designation", "reference": "纪要〔2026〕5号", "lead": organization("ziranju")}
    assert operator.refused(call, "dispatch", **elsewhere)["code"] == "not-the-designated"
    operator.do(call, "dispatch", **{**elsewhere, "lead": organization("zhujianju")})
    third = housing.refused(call, "raise-objection", **OBJECTION)
    assert (third["status"], third["code"]) == (409, "objections-exhausted")
    assert "请按派发承办" in third["detail"]
    assert operator.call(call)["misdispatches"] == 1
    assert operator.told(call).count("CallDispatched") == 3


def test_what_is_not_its_part_goes_to_another_and_the_rest_stays(county: County) -> None:
    """Upheld in part: no clock moves, the mis-dispatch counts, the platform sends that part on, by the page's form."""
    clock, organization = county.clock, county.organization
    operator, housing, planning = county.person("pt-01"), county.person("zhujianju-z"), county.person("ziranju-z")
    call = _accepted(county)
    clock.set("2026-04-13 10:00")
    _dispatch(county, call, "zhujianju")
    clock.set("2026-04-14 09:00")
    housing.do(call, "raise-objection", whole=False, **OBJECTION)
    clock.set("2026-04-14 10:00")
    operator.do(call, "uphold-objection", organization=organization("zhujianju"), reason="土地权属部分不属住建局")
    upheld = operator.call(call)
    assert (upheld["stage"], upheld["round"], upheld["misdispatches"]) == ("handling", 1, 1)
    assert due(housing.obligation(call, "handle")) == at("2026-04-20 17:30")
    assert housing.obligation(call, "handle")["is_open"]
    assert operator.queue()[call]["action"] == "dispatch_part"

    shown = next(f for f in forms_in(operator.page(f"/calls/{call}")) if f.action.endswith("/dispatch-part"))
    assert "item" not in shown.fields, "by list it rests on the item of the running dispatch"
    filled = shown.with_typed(
        objector=organization("zhujianju"),
        handler=organization("ziranju"),
        basis="powers",
        reference="自然资源局三定规定",
        part="查明土地权属",
    )
    assert operator.browser.post(f"/calls/{call}/dispatch-part", data=filled).status_code == 303
    assert call in planning.queue()
    assert due(planning.obligation(call, "assist", organization=organization("ziranju"))) == at("2026-04-21 17:30")
    assert due(housing.obligation(call, "handle")) == at("2026-04-20 17:30")
    page = planning.page(f"/calls/{call}")
    assert "派发异议成立的部分" in page
    assert "查明土地权属" in page
    planning.do(call, "respond", handler="许工", contact="199 0000 0201", first_step="今天查档")
    planning.do(call, "report-assistance", text="权属已查明")
    housing.do(call, "report-result", text="外墙已加固")
    assert operator.told(call).count("CallDispatched") == 1


def test_a_rejected_objection_leaves_the_clocks_as_they_ran(county: County) -> None:
    """The lead kept handling; nothing was gained by objecting."""
    operator, housing = county.person("pt-01"), county.person("zhujianju-z")
    call = _accepted(county)
    _dispatch(county, call, "zhujianju")
    was = housing.obligation(call, "handle")["deadline"]
    county.clock.set("2026-04-14 09:00")
    housing.do(call, "raise-objection", **OBJECTION)
    county.clock.set("2026-04-15 09:00")
    operator.do(call, "reject-objection", organization=housing.organization, reason="清单载明住建局主办")
    assert housing.obligation(call, "handle")["deadline"] == was
    assert housing.obligation(call, "handle")["is_open"]
    assert operator.call(call)["misdispatches"] == 0


def test_after_two_working_days_nobody_objects(county: County) -> None:
    """The limit runs out at the end of the second working day after the dispatch."""
    call = _accepted(county)
    _dispatch(county, call, "zhujianju")
    housing = county.person("zhujianju-z")
    county.clock.set("2026-04-15 17:31")
    assert housing.refused(call, "raise-objection", **OBJECTION)["code"] == "objection-too-late"
    county.clock.set("2026-04-15 17:30")
    housing.do(call, "raise-objection", **OBJECTION)


def test_an_emergency_cannot_be_objected_to(county: County) -> None:
    """先处置、后定责: by the API and by the form of the page."""
    county.clock.set("2026-04-18 22:00")
    caller, officer, housing = county.person("cd-01"), county.person("zb-01"), county.person("zhujianju-z")
    call = caller.submit(text="燃气管道被挖断,大量泄漏", place="建设路工地", urgency="emergency")
    officer.do(call, "accept")
    officer.do(call, "dispatch", basis="powers", reference="三定规定", lead=housing.organization)
    refused = housing.refused(call, "raise-objection", **OBJECTION)
    assert (refused["status"], refused["code"]) == (409, "emergency-not-objectable")
    assert "先处置" in refused["detail"]
    assert "ObjectionRaised" not in housing.told(call)


def test_an_opinion_marked_as_a_guide_stands_on_the_page_of_its_item(county: County) -> None:
    """Everybody reads number and organization there; the call stays with who may read it."""
    organization, operator, office = county.organization, county.person("pt-01"), county.person("bb-02")
    for reference, citable in (("示编办函〔2026〕7号", True), ("示编办函〔2026〕8号", False)):
        call = _accepted(county)
        found = operator.get("/items", words="占道经营", township=organization("chengdong"))[0]
        operator.do(
            call,
            "dispatch",
            basis="list_item",
            revision=found["revision"]["id"],
            item=found["item"]["code"],
            lead=organization("zhzfj"),
            assistants=[],
        )
        county.person("zhzfj-z").do(call, "raise-objection", **OBJECTION)
        operator.do(call, "request-opinion", question="由谁主办")
        office.do(
            call,
            "give-opinion",
            proposed=organization("shichangju"),
            reference=reference,
            citable=citable,
            text="只对本件说明的理由",
        )
    item = f"/items/{found['item']['code']}"
    assert "示编办函〔2026〕7号" in operator.page(item)
    assert "示编办函〔2026〕8号" not in operator.page(item)
    stranger = county.person("cx-01").page(item)
    assert "示编办函〔2026〕7号:应由市场监督管理局承办" in stranger
    assert "只对本件说明的理由" not in stranger
    assert f"/calls/{call}" not in stranger
