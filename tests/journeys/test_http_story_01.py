"""Story 1 over HTTP: 占道经营, the ordinary loop, with every due time and both sides' duty texts."""

from tests.journeys.county_over_http import County, at, due

MATTER = "学前街小学门口七八个流动摊贩占道经营,堵住消防通道"


def test_the_ordinary_loop_with_its_clocks(county: County) -> None:
    """Every fact stands once, every deadline is the rule's, and each person finds it in their 待办 in turn."""
    clock, organization = county.clock, county.organization
    caller, leader, operator = county.person("cd-01"), county.person("cd-03"), county.person("pt-01")
    lead, assistant, auditor = county.person("zhzfj-z"), county.person("shichangju-z"), county.person("jw-01")

    clock.set("2026-03-10 09:00")
    call = caller.submit(text=MATTER, place="学前街东口,实验小学门前")
    assert due(caller.obligation(call, "endorse")) == at("2026-03-10 15:00")  # 4 working hours, the noon break left out
    assert call in leader.queue()
    assert call not in operator.queue()

    clock.set("2026-03-10 09:30")
    leader.do(call, "endorse")
    assert due(operator.obligation(call, "accept")) == at("2026-03-10 11:30")
    assert operator.queue()[call]["action"] == "accept"

    clock.set("2026-03-10 10:00")
    operator.do(call, "accept")
    assert due(operator.obligation(call, "dispatch")) == at("2026-03-10 16:00")

    clock.set("2026-03-10 10:20")
    found = operator.get("/items", words="占道经营", township=organization("chengdong"))[0]
    assert found["item"]["title"] == "占道经营(无证无照)联合整治"
    bearers = {d["bearer"]["organization"]: d["text"] for d in found["item"]["duties"] if d["bearer"]["organization"]}
    assert set(bearers) == {organization("zhzfj"), organization("shichangju")}
    operator.do(
        call,
        "dispatch",
        basis="list_item",
        revision=found["revision"]["id"],
        item=found["item"]["code"],
        lead=organization("zhzfj"),
        assistants=[organization("shichangju")],
    )
    seen = lead.call(call)
    parties = {party["organization"]: party for party in seen["parties"]}
    assert [party["role"] for party in seen["parties"]] == ["lead", "assistant"]
    assert all(bearers[id_] in parties[id_]["duty_text"] for id_ in bearers)
    for liaison in (lead, assistant):
        assert call in liaison.queue()
        assert due(liaison.obligation(call, "respond", organization=liaison.organization)) == at("2026-03-11 17:30")
    assert due(lead.obligation(call, "handle")) == at("2026-03-17 17:30")  # 5 working days from the next
    assert due(assistant.obligation(call, "assist")) == at("2026-03-17 17:30")
    assert "查处占道" in lead.page(f"/calls/{call}")

    clock.set("2026-03-10 10:50")
    lead.do(call, "respond", handler="陈中队长", contact="199 0000 0101", first_step="半小时内到场劝离")
    assistant.do(call, "respond", handler="周所长", contact="199 0000 0102", first_step="核查经营资格")
    clock.set("2026-03-11 14:30")
    assistant.do(call, "report-assistance", text="摊贩八户均无证照,已登记")
    clock.set("2026-03-11 15:00")
    lead.do(call, "report-result", text="摊贩已全部劝离,消防通道恢复")
    assert due(caller.obligation(call, "confirm")) == at("2026-03-13 17:30")
    assert call not in lead.queue()

    clock.set("2026-03-11 16:30")
    caller.do(call, "report-cooperation", text="村居干部到场维持秩序")
    caller.do(call, "confirm-result", text="到现场看过,通道畅通")
    assert due(operator.obligation(call, "resolve")) == at("2026-03-13 17:30")
    clock.set("2026-03-12 09:00")
    operator.do(call, "resolve", spot_checked=True)
    assert due(caller.obligation(call, "evaluate")) == at("2026-03-19 17:30")
    caller.do(call, "evaluate", grade="satisfied", text="处理及时")

    assert auditor.told(call) == [
        "CallSubmitted",
        "CallEndorsed",
        "CallPlaced",
        "CallAccepted",
        "CallDispatched",
        "PartyResponded",
        "PartyResponded",
        "AssistanceReported",
        "ResultReported",
        "CooperationReported",
        "ResultConfirmed",
        "CallResolved",
        "CallEvaluated",
        "CallClosed",
    ]
    ended = auditor.call(call)
    assert ended["stage"] == "closed"
    assert all(obligation["done"] and obligation["light"] == "done" for obligation in ended["obligations"])
    page = auditor.page(f"/calls/{call}")
    for words in (MATTER, "陈中队长", "按期办理", "占道经营(无证无照)联合整治", "满意", "王呼叫", "李受理"):
        assert words in page, words


def test_the_record_tells_who_when_and_by_which_rule(county: County) -> None:
    """Each entry names post and organization, both times, and the deadline with its rule."""
    county.clock.set("2026-03-12 10:00")
    caller = county.person("cd-01")
    call = caller.submit(text="井盖缺失,已用锥桶围挡", place="府前路与学前街交叉口")
    (entry,) = caller.record(call)
    assert (entry["post"], entry["organization_name"]) == ("caller", "城东镇")
    assert entry["recorded_at"] == entry["occurred_at"]
    endorse = caller.obligation(call, "endorse")["deadline"]
    assert endorse["limit"]["basis"] == "本县办法(示例) 签发时限"
    assert "国办发明电" in endorse["calendar"]
    assert not endorse["provisional"]
    page = caller.page(f"/calls/{call}")
    assert "4个工作时" in page
    assert "只计工作时间" in page


def test_whoever_types_a_number_is_led_to_that_one_call(county: County) -> None:
    """And whoever may not read it finds nothing."""
    county.clock.set("2026-03-16 09:00")
    call = county.person("cd-01").submit(text="路灯不亮", place="新华路")
    number = county.person("cd-01").call(call)["number"]
    led = county.person("cd-03").browser.get("/search", params={"q": number.lower()}, follow_redirects=False)
    assert led.headers["location"] == f"/calls/{call}"
    assert f"/calls/{call}" not in county.person("cx-01").page(f"/search?q={number}")
