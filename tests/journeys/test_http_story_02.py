"""Story 2 over HTTP: 非法倾倒, an emergency on Saturday night; every minute counts, and a claim is only a claim."""

from tests.journeys.county_over_http import County, at, due, problem_in, when

CLAIM = {
    "fact": "arrival",
    "occurred_at": "2026-03-14T02:30:00+08:00",
    "text": "02:30 执法人员已到达现场",
    "reason": "现场处置,未能及时登记",
    "proof": "执法记录仪影像编号 7731",
}


def _dumped_at_night(county: County) -> str:
    """Phoned and dispatched by phone at 02:10, recorded at 02:20, answered at 02:55."""
    county.clock.set("2026-03-14 02:20")
    officer = county.person("zb-01")
    call = officer.submit(
        text="有人向白沙河倾倒不明黑色液体,气味刺鼻",
        place="白沙河老石桥下",
        urgency="emergency",
        township=county.organization("chengdong"),
        discovered_at="2026-03-14T02:05:00+08:00",
        phoned_at="2026-03-14T02:10:00+08:00",
        phoned_with="值班员",
    )
    county.clock.set("2026-03-14 02:22")
    officer.do(call, "accept")
    officer.do(
        call,
        "dispatch",
        basis="statute",
        reference="《水污染防治法》第八十五条",
        lead=county.organization("shengtai"),
        by_phone_at="2026-03-14T02:10:00+08:00",
    )
    county.clock.set("2026-03-14 02:55")
    county.person("shengtai-z").do(
        call, "respond", handler="郭队长", contact="199 0000 0075", first_step="两名执法人员出发取样封堵"
    )
    return call


def test_it_is_late_by_fifteen_minutes_for_ever(county: County) -> None:
    """Minutes count at night and on Saturday; the solved matter stays 逾期 by what it was."""
    call = _dumped_at_night(county)
    town, department = county.person("cd-01"), county.person("shengtai-z")
    assert town.told(call)[:3] == ["CallSubmitted", "PhoneCallRecorded", "CallPlaced"]  # no endorsement
    phoned = town.record(call)[1]
    assert when(phoned["occurred_at"]) == at("2026-03-14 02:10")
    assert when(phoned["recorded_at"]) == at("2026-03-14 02:20")
    assert due(town.obligation(call, "accept")) == at("2026-03-14 02:30")
    respond = department.obligation(call, "respond")
    assert due(respond) == at("2026-03-14 02:40")
    assert when(respond["ended_at"]) == at("2026-03-14 02:55")
    assert respond["light"] == "overdue"
    assert due(department.obligation(call, "first_result")) == at("2026-03-14 04:10")
    assert due(department.obligation(call, "handle")) == at("2026-03-15 02:10")

    county.clock.set("2026-03-14 03:40")
    department.do(call, "report-progress", first_result=True, text="排口已封堵,取样三份")
    assert department.obligation(call, "first_result")["light"] == "done"
    county.clock.set("2026-03-14 11:00")
    department.do(call, "report-result", text="涉事车辆已查扣,河面油污清理完毕,立案调查")
    county.clock.set("2026-03-14 12:00")
    town.do(call, "confirm-result", text="河面已清")
    county.person("pt-01").do(call, "resolve")
    town.do(call, "evaluate", grade="satisfied")
    assert department.obligation(call, "respond")["light"] == "overdue"
    page = county.person("jw-01").page(f"/calls/{call}")
    assert "逾期 15分钟办理" in page
    assert "电话" in page


def test_a_next_day_claim_is_no_arrival_but_a_late_entry_the_town_confirms(county: County) -> None:
    """Both times show, for ever; a confirmed claim stands beside the late response."""
    call = _dumped_at_night(county)
    town, department = county.person("cd-01"), county.person("shengtai-z")
    county.clock.set("2026-03-15 09:00")
    arrival = {"organization": department.organization, "occurred_at": CLAIM["occurred_at"]}
    refused = department.refused(call, "record-arrival", **arrival)
    assert (refused["status"], refused["code"]) == (422, "needs-late-entry")
    assert "补录" in refused["detail"]

    department.do(call, "make-late-entry", **CLAIM)
    (entry,) = town.call(call)["late_entries"]
    assert when(entry["claimed_at"]) == at("2026-03-14 02:30")
    assert when(entry["recorded_at"]) == at("2026-03-15 09:00")
    assert entry["confirmed"] is None
    assert entry["other_side"] == town.organization
    assert department.obligation(call, "respond")["light"] == "overdue"  # a claim heals nothing
    assert town.queue()[call]["action"] == "confirm_late_entry"
    assert due(town.obligation(call, "confirm_late_entry")) == at("2026-03-16 17:30")  # one working day after Sunday
    assert department.refused(call, "confirm-late-entry", entry=1)["code"] == "wrong-stage"

    town.do(call, "confirm-late-entry", entry=1, remark="当晚在场,属实")
    assert town.call(call)["late_entries"][0]["confirmed"] is True
    assert when(department.obligation(call, "respond")["ended_at"]) == at("2026-03-14 02:55")
    page = town.page(f"/calls/{call}")
    assert "3月14日(周六) 02:55 登记,时间经对方确认" in page, "both times stand beside the limit"
    for shown in ("补录", "02:30", "09:00", "执法记录仪影像编号 7731", "当晚在场,属实"):
        assert shown in page, shown


def test_the_town_contests_a_claim_it_did_not_see(county: County) -> None:
    """A contested claim stands as contested."""
    call = _dumped_at_night(county)
    town, department = county.person("cd-01"), county.person("shengtai-z")
    county.clock.set("2026-03-15 09:00")
    department.do(call, "make-late-entry", **CLAIM)
    town.do(call, "contest-late-entry", entry=1, reason="当时现场只有镇里的人,未见执法人员")
    assert town.call(call)["late_entries"][0]["confirmed"] is False
    assert "未见执法人员" in department.page(f"/calls/{call}")
    assert town.refused(call, "confirm-late-entry", entry=1)["code"] == "wrong-stage"


def test_what_can_be_recorded_in_time_needs_no_late_entry_and_the_future_cannot_be_claimed(county: County) -> None:
    """The other two edges of the rule."""
    call = _dumped_at_night(county)
    department = county.person("shengtai-z")
    in_time = {**CLAIM, "occurred_at": "2026-03-14T02:50:00+08:00"}
    assert department.refused(call, "make-late-entry", **in_time)["code"] == "not-late"
    future = {"organization": department.organization, "occurred_at": "2026-03-14T03:30:00+08:00"}
    assert department.refused(call, "record-arrival", **future)["code"] == "future-claim"
    county.clock.set("2026-03-14 03:05")
    arrived = {"organization": department.organization, "occurred_at": "2026-03-14T02:50:00+08:00"}
    department.do(call, "record-arrival", **arrived)
    assert when(department.call(call)["parties"][0]["arrived_at"]) == at("2026-03-14 02:50")


def test_the_duty_room_records_emergencies_only(county: County) -> None:
    """An ordinary matter is the township's to call."""
    county.clock.set("2026-03-14 02:20")
    officer = county.person("zb-01")
    ordinary = {"text": "路灯不亮", "place": "府前路", "township": county.organization("chengdong")}
    assert problem_in(officer.ask("/calls", ordinary))["status"] == 403
    nowhere = {"text": "不明液体", "place": "白沙河", "urgency": "emergency"}
    missing = problem_in(officer.ask("/calls", nowhere))
    assert (missing["status"], missing["field"]) == (422, "township")
