"""Slow work over HTTP: story 6's penalty case of 90 days; a shelf for want of money; a consultation; what follows."""

import re
from datetime import timedelta
from uuid import uuid4

from tests.journeys.county_over_http import County, Person, at, due, when
from tests.journeys.shown_forms import form_to


def _handled(county: County, moment: str, text: str, lead: str = "zhzfj") -> str:
    county.clock.set(moment)
    caller, operator = county.person("cd-01"), county.person("pt-01")
    call = caller.submit(text=text, place="学前街东口")
    county.person("cd-03").do(call, "endorse")
    operator.do(call, "accept")
    operator.do(call, "dispatch", basis="powers", reference="三定规定", lead=county.organization(lead))
    county.person(f"{lead}-z").do(call, "respond", handler="陈中队长", contact="19900000101", first_step="今日到场")
    return call


def _consult(county: County, call: str, convener: str, *invited: str, **result: object) -> None:
    """Convened for an hour later, and held."""
    names = [county.organization(name) for name in invited]
    starts = (county.clock() + timedelta(hours=1)).isoformat()
    person = county.person(convener)
    person.do(call, "convene-consultation", starts=starts, place="三楼会议室", invited=names, subject="怎样解决")
    county.clock.later(minutes=70)
    person.do(call, "record-consultation", attended=names, minutes="一致同意按纪要办理", **result)


def test_a_penalty_case_of_ninety_days_is_followed_up_on_its_own_clocks(county: County) -> None:
    """Interim resolution with file number and milestones, one of them late, the final result, evaluated as usual."""
    clock, lead, operator = county.clock, county.person("zhzfj-z"), county.person("pt-01")
    call = _handled(county, "2026-06-01 09:00", "夜间施工噪声,屡次劝阻不停")
    clock.set("2026-06-02 09:00")
    case = {
        "file_number": "示综执立〔2026〕31号",
        "filed_on": "2026-06-01",
        "statute": "《中华人民共和国行政处罚法》第六十条",
        "statutory_days": 90,
        "text": "已立案,处罚须经告知、听证程序",
    }
    plan = [{"day": "2026-06-26", "text": "调查终结"}, {"day": "2026-08-21", "text": "作出处罚决定"}]
    late = lead.refused(call, "propose-interim", **case, milestones=[*plan, {"day": "2026-09-01", "text": "结案"}])
    assert (late["code"], "2026-08-30" in late["detail"]) == ("milestone-beyond-statute", True)
    lead.do(call, "propose-interim", **case, milestones=plan)
    assert operator.queue()[call]["action"] == "answer_interim"
    assert "示综执立〔2026〕31号" in operator.page(f"/calls/{call}")
    clock.set("2026-06-02 15:00")
    operator.do(call, "approve-interim")
    seen = lead.call(call)
    assert (seen["stage_label"], seen["interim"]["resolved"]) == ("阶段性办结跟踪", True)
    assert lead.obligation(call, "handle")["performance"] == "met"
    milestones = [one for one in seen["obligations"] if one["action"] == "milestone"]
    assert [due(one) for one in milestones] == [at("2026-06-26 17:30"), at("2026-08-21 17:30")]
    assert [one["deadline"]["day"] for one in milestones] == ["2026-06-26", "2026-08-21"]
    page = lead.page(f"/calls/{call}")
    assert "第 1 个:调查终结" in page
    assert "时限 至2026年6月26日下班(依据:阶段性办结:示综执立〔2026〕31号)" in page
    why = lead.page(f"/calls/{call}/obligations/{seen['obligations'].index(milestones[0])}")
    assert "至2026年6月26日下班,当天休息的顺延至下一个工作日;从次日起算,折合17个工作日" in why
    assert "完成办理节点" in page

    clock.set("2026-06-29 09:00")
    lines = [line for line in lead.get("/calls", queue="to_do")["items"] if line["id"] == call]
    assert [(line["action"], line["light"]) for line in lines] == [("milestone", "overdue"), ("milestone", "normal")]
    lead.do(call, "meet-milestone", milestone=1, text="调查终结")
    clock.set("2026-08-20 09:00")
    lead.do(call, "meet-milestone", milestone=2, text="处罚决定书已送达")
    states = [one["performance"] for one in lead.call(call)["obligations"] if one["action"] == "milestone"]
    assert states == ["late", "met"]
    assert lead.queue()[call]["action"] == "final_result"
    lead.do(call, "report-result", text="罚款已缴,夜间不再施工")
    county.person("cd-01").do(call, "confirm-result", on_site=True)
    operator.do(call, "resolve")
    county.person("cd-01").do(call, "evaluate", grade="satisfied")
    assert lead.call(call)["stage"] == "closed"
    told = operator.told(call)
    assert told[-9:] == [
        "InterimProposed",
        "InterimResolved",
        "MilestoneMet",
        "MilestoneMet",
        "ResultReported",
        "ResultConfirmed",
        "CallResolved",
        "CallEvaluated",
        "CallClosed",
    ]


def test_what_lacks_money_stands_on_the_shelf_by_a_leaders_word(county: County) -> None:
    """No consultation, no shelf; reviewed each quarter; taken up again; a clock that states where it went on."""
    clock, lead, operator = county.clock, county.person("jiaotongju-z"), county.person("pt-01")
    call = _handled(county, "2026-06-01 09:00", "乡道桥面破损,需大修", "jiaotongju")
    proposal = {"reason": "大修资金未列入今年预算,会商同意列入明年"}
    assert lead.refused(call, "propose-shelving", **proposal)["code"] == "needs-consultation"
    clock.set("2026-06-02 10:00")
    _consult(county, call, "pt-01", "jiaotongju", "fagaiju")
    lead.do(call, "propose-shelving", **proposal)
    chief = county.person("ld-01")
    assert chief.queue()[call]["action"] == "approve_shelving"
    assert proposal["reason"] in chief.page(f"/calls/{call}")
    chief.do(call, "approve-shelving", reference="县政府纪要〔2026〕21号")
    shelved = lead.call(call)
    assert shelved["stage_label"] == "挂账"
    assert call not in lead.queue()
    assert operator.queue()[call]["action"] == "review_shelving"
    assert "不计为办结" in lead.page(f"/calls/{call}")

    clock.set("2026-08-20 09:00")
    form = form_to(operator.page(f"/calls/{call}"), f"/calls/{call}/review-shelving")
    address = form.action
    silent = operator.browser.post(address, data=form.with_typed(shelved_on="false", reason="资金已到位"))
    assert silent.status_code == 422
    assert "恢复办理须写明办理时限" in silent.text
    again = operator.browser.post(
        address, data=form.with_typed(shelved_on="false", reason="资金已到位", policy="restart")
    )
    assert again.status_code == 303
    handle = lead.obligation(call, "handle")
    assert (handle["is_open"], due(handle)) == (True, at("2026-08-27 17:30"))
    assert lead.queue()[call]["action"] == "handle"


def test_a_consultation_lays_its_actions_on_those_who_agreed(county: County) -> None:
    """Convened by the township by a form; the invited reads the call, answers, and owes what it agreed to."""
    clock, organization = county.clock, county.organization
    call = _handled(county, "2026-06-03 09:00", "老旧管网渗漏,路面塌陷")
    caller, housing = county.person("cd-01"), county.person("zhujianju-z")
    assert housing.api.get(f"/api/v1/calls/{call}").status_code == 404
    form = form_to(caller.page(f"/calls/{call}"), f"/calls/{call}/convene-consultation")
    typed = form.with_typed(starts="2026-06-03T14:30", place="镇政府二楼", subject="由谁修、怎么修")
    answer = caller.browser.post(
        form.action, data={**typed, "invited": [organization("zhujianju"), organization("zhzfj")]}
    )
    assert answer.status_code == 303, answer.text
    attend = housing.obligation(call, "attend", organization=organization("zhujianju"))
    assert due(attend) == at("2026-06-03 14:30")
    assert housing.queue()[call]["action"] == "attend"
    housing.do(call, "answer-invitation", attendee="冯科长")
    page = caller.page(f"/calls/{call}")
    assert "冯科长" in page
    assert "待召集单位登记" not in page, "nothing is waited for before it begins"
    assert "等待他方办理" not in page

    clock.set("2026-06-03 16:00")
    assert "待召集单位登记" in caller.page(f"/calls/{call}")
    form = form_to(caller.page(f"/calls/{call}"), f"/calls/{call}/record-consultation")
    lines = {
        "actions.organization": [organization("zhujianju"), "", ""],
        "actions.text": ["查明管网权属", "", ""],
        "actions.day": ["2026-06-05", "", ""],
    }
    typed = form.with_typed(minutes="住建局先查明权属")
    without = {**typed, "attended": [], **lines}
    refused = caller.browser.post(form.action, data=without)
    assert refused.status_code == 422
    assert "只能由到会单位或召集单位承担" in refused.text
    assert 'value="查明管网权属"' in refused.text, "nothing typed is lost"
    assert 'value="2026-06-05"' in refused.text
    done = caller.browser.post(form.action, data={**without, "attended": [organization("zhujianju")]})
    assert done.status_code == 303, done.text
    assert housing.obligation(call, "attend", organization=organization("zhujianju"))["performance"] == "met"
    assert housing.obligation(call, "attend", organization=organization("zhzfj"))["performance"] == "unmet"
    assert due(housing.obligation(call, "agreed_action")) == at("2026-06-05 17:30")
    page = housing.page(f"/calls/{call}")
    assert "第 1 项:查明管网权属" in page
    clock.set("2026-06-04 09:00")
    housing.do(call, "complete-agreed-action", agreed=1, text="管网属水务局")
    assert housing.obligation(call, "agreed_action")["performance"] == "met"


def test_a_matter_nobody_is_sure_of_is_consulted_before_it_is_dispatched(county: County) -> None:
    """The platform says so once, convenes in a working day, and its four hours wait for the result."""
    county.clock.set("2026-06-08 09:00")
    caller, operator = county.person("cd-01"), county.person("pt-01")
    call = caller.submit(text="废弃厂房外墙倾斜", place="工业路")
    county.person("cd-03").do(call, "endorse")
    operator.do(call, "accept")
    operator.do(call, "declare-unclear", reason="住建、应急都可能")
    assert operator.refused(call, "declare-unclear", reason="再说一遍")["code"] == "unclear-already"
    assert due(operator.obligation(call, "convene")) == at("2026-06-09 17:30")
    county.clock.set("2026-06-09 10:00")
    _consult(county, call, "pt-01", "zhujianju", "yingjiju")
    dispatch = operator.obligation(call, "dispatch")
    assert (dispatch["is_open"], dispatch["paused_since"]) == (True, None)
    assert due(dispatch) > at("2026-06-09 11:00")
    operator.do(call, "dispatch", basis="powers", reference="会商纪要", lead=county.organization("zhujianju"))
    assert operator.obligation(call, "dispatch")["performance"] == "met"


def test_an_evaluation_under_pressure_is_heard_by_those_who_should(county: County) -> None:
    """The department contests, two bodies exclude; the township tells of a call that the department must not see."""
    clock = county.clock
    call = _handled(county, "2026-06-10 09:00", "路边堆放建筑垃圾")
    caller, lead, operator = county.person("cd-01"), county.person("zhzfj-z"), county.person("pt-01")
    lead.do(call, "report-result", text="已清运")
    caller.do(call, "confirm-result", on_site=True)
    operator.do(call, "resolve")
    caller.do(call, "evaluate", grade="dissatisfied", text="又堆上了")
    caller.do(call, "report-pressure", pressing="某局办公室", text="来电要求改为满意")
    supervisor, auditor = county.person("dc-01"), county.person("jw-01")
    for reader in (caller, supervisor, auditor):
        assert "PressureReported" in reader.told(call)
        assert "某局办公室" in reader.page(f"/calls/{call}")
    for reader in (lead, operator, county.person("ld-02")):
        assert "PressureReported" not in reader.told(call)
        page = reader.page(f"/calls/{call}")
        assert "某局办公室" not in page
        assert "受干预" not in page

    lead.do(call, "contest-evaluation", reason="又堆的是另一处", proof="清运照片")
    assert operator.queue()[call]["action"] == "decide_evaluation"
    operator.do(call, "propose-exclusion", reason="评价的是另一处")
    assert supervisor.queue()[call]["action"] == "approve_exclusion"
    supervisor.do(call, "exclude-evaluation")
    (evaluation,) = lead.call(call)["evaluations"]
    assert {name: evaluation[name] for name in ("grade", "contested", "excluded")} == {
        "grade": "dissatisfied",
        "contested": True,
        "excluded": True,
    }

    clock.set("2026-06-15 09:00")
    form = form_to(caller.page(f"/calls/{call}"), f"/calls/{call}/reopen")
    answer = caller.browser.post(form.action, data=form.with_typed(policy="none", reason="两处都又堆上了"))
    assert answer.status_code == 303, answer.text
    again = lead.call(call)
    assert (again["stage"], again["reopenings"], again["evaluations"]) == ("handling", 1, [])
    assert lead.queue()[call]["light"] == "suspended"
    handled = [one for one in again["obligations"] if one["action"] == "handle"]
    assert [one["performance"] for one in handled] == ["met", "pending"]


def test_who_was_urged_a_short_while_ago_keeps_nobody_else_who_is_late_from_being_urged(county: County) -> None:
    """The form offers whoever may be urged now, and goes when there is nobody left."""
    county.clock.set("2026-06-16 09:00")
    caller, operator = county.person("cd-01"), county.person("pt-01")
    lead, assistant = county.organization("zhzfj"), county.organization("shichangju")
    call = caller.submit(text="夜市油烟", place="学前街东口")
    county.person("cd-03").do(call, "endorse")
    operator.do(call, "accept")
    operator.do(call, "dispatch", basis="powers", reference="三定规定", lead=lead, assistants=[assistant])
    county.clock.set("2026-06-25 10:00")
    assert _offered_to_urge(caller, call) == {lead, assistant}
    caller.do(call, "remind", reminded=lead)
    assert caller.refused(call, "remind", reminded=lead)["code"] == "reminded-already"
    assert _offered_to_urge(caller, call) == {assistant}
    caller.do(call, "remind", reminded=assistant)
    assert f"/calls/{call}/remind" not in caller.page(f"/calls/{call}")
    assert "remind" not in caller.call(call)["possible_steps"]


def _offered_to_urge(caller: Person, call: str) -> set[str]:
    form = re.search(f'action="/calls/{call}/remind".*?</form>', caller.page(f"/calls/{call}"), re.S)
    assert form is not None
    return set(re.findall(r'<option value="([^"]+)"', form.group()))


def test_the_township_urges_who_is_late_once_a_working_day_and_a_copy_only_reads(county: County) -> None:
    """The form is there only where somebody is late; a copy opens the page and no step."""
    call = _handled(county, "2026-06-16 09:00", "窨井盖破损")
    caller, stranger = county.person("cd-01"), county.person("shuiwuju-z")
    assert f"/calls/{call}/remind" not in caller.page(f"/calls/{call}")
    assert "remind" not in caller.call(call)["possible_steps"]
    county.clock.set("2026-06-25 10:00")
    form = form_to(caller.page(f"/calls/{call}"), f"/calls/{call}/remind")
    sent = caller.browser.post(form.action, data=form.with_typed(reminded=county.organization("zhzfj"), text="请尽快"))
    assert sent.status_code == 303, sent.text
    problem = caller.refused(call, "remind", reminded=county.organization("zhzfj"))
    assert problem["code"] == "reminded-already"
    county.clock.set("2026-06-26 10:00")
    caller.do(call, "remind", reminded=county.organization("zhzfj"))

    assert stranger.api.get(f"/api/v1/calls/{call}").status_code == 404
    receipt = caller.ask(f"/calls/{call}/send-copy", {"copied": county.organization("shuiwuju")}, uuid4())
    assert receipt.status_code == 200, receipt.text
    assert stranger.call(call)["possible_steps"] == []
    assert call not in stranger.queue()
    assert "抄送(仅供查阅)" in stranger.page(f"/calls/{call}")
    assert when(stranger.call(call)["submitted_at"]) == at("2026-06-16 09:00")
