"""Over HTTP: a matter put before a city department, and a call whose informant and original text are kept back."""

from tests.journeys.county_over_http import County, at, due

ORIGINAL = "我家西墙外工地半夜打桩"
EDITED = "有群众反映某工地夜间施工"


def _accepted(county: County, moment: str, **said: str) -> str:
    county.clock.set(moment)
    call = county.person("cd-01").submit(**said)
    county.person("cd-03").do(call, "endorse")
    county.person("pt-01").do(call, "accept")
    return call


def _dispatch(county: County, call: str, lead: str = "zhzfj") -> None:
    county.person("pt-01").do(call, "dispatch", basis="powers", reference="三定规定", lead=county.organization(lead))


def test_a_city_department_excuses_from_its_receipt_on(county: County) -> None:
    """The letter alone excuses nothing; the platform fetches the receipt; the answer ends it; the page says so."""
    clock, operator, lead = county.clock, county.person("pt-01"), county.person("zhzfj-z")
    call = _accepted(county, "2026-06-01 09:00", text="河道内违建阻水", place="北河桥西")
    _dispatch(county, call)
    lead.do(call, "respond", handler="陈中队长", contact="19900000101", first_step="今日到场")
    clock.set("2026-06-02 09:00")
    operator.do(
        call,
        "escalate-up",
        upper="示例市水务局",
        letter="示呼应报〔2026〕3号",
        waiter=county.organization("zhzfj"),
        reason="河道审批权限在市级",
        request="请审批清障方案",
    )
    assert operator.queue()[call]["action"] == "follow_up_escalation"
    assert "没有回执前不计正当事由" in lead.page(f"/calls/{call}")
    assert lead.obligation(call, "handle")["justified_until"] is None
    clock.set("2026-06-04 08:30")
    operator.do(
        call,
        "record-upper-receipt",
        escalation=1,
        receipt="市水收〔2026〕118号",
        received_by="办公室 刘",
        promised="2026-06-09T17:30:00+08:00",
    )
    page = lead.page(f"/calls/{call}")
    for said in ("等待上级答复", "市水收〔2026〕118号", "承诺答复", "示例市水务局"):
        assert said in page
    clock.set("2026-06-08 08:30")
    operator.do(call, "record-upper-answer", escalation=1, outcome="answered", text="同意清障方案,由县里实施")
    seen = lead.call(call)
    (sent,) = seen["escalations"]
    assert (sent["upper"], sent["receipt"], sent["over"]) == ("示例市水务局", "市水收〔2026〕118号", True)
    (wait,) = seen["waits"]
    assert (wait["on"], wait["on_name"], wait["escalation"], wait["over"]) == (None, "示例市水务局", 1, True)
    handle = lead.obligation(call, "handle")
    assert due(handle) == at("2026-06-08 17:30"), "no clock stood still"
    assert at("2026-06-10 17:30").isoformat() == at_local(handle["justified_until"]), "two working days"
    place = next(n for n, one in enumerate(seen["obligations"]) if one["action"] == "handle")
    explained = lead.page(f"/calls/{call}/obligations/{place}")
    assert "提级上报、等待上级答复" in explained
    assert "登记上级回执" in explained


def at_local(moment: str) -> str:
    """A moment of the API in the county's time."""
    return at("2026-01-01 00:00").fromisoformat(moment).astimezone(at("2026-01-01 00:00").tzinfo).isoformat()


def test_a_confidential_call_shows_its_original_to_the_township_and_the_platform_alone(county: County) -> None:
    """By the API, its record, an earlier moment, the pages and the search; it is never dispatched to the accused."""
    call = _accepted(
        county,
        "2026-06-15 09:00",
        text=ORIGINAL,
        place="安居苑西墙",
        informant_name="赵大山",
        informant_phone="19900008888",
        discovered_how="report",
    )
    before = county.clock().isoformat()
    operator, auditor = county.person("pt-01"), county.person("jw-01")
    county.clock.later(minutes=5)
    county.person("cd-01").do(
        call,
        "mark-confidential",
        text=EDITED,
        place="城东片区",
        about=county.organization("zhujianju"),
        reason="赵大山怕被报复",
    )
    refused = operator.refused(
        call, "dispatch", basis="powers", reference="三定规定", lead=county.organization("zhujianju")
    )
    assert (refused["code"], "纪检监察机关" in refused["detail"]) == ("complaint-about-its-staff", True)
    _dispatch(county, call)
    county.clock.later(minutes=5)
    lead = county.person("zhzfj-z")
    for reader in (lead, auditor):
        said = [
            reader.get(f"/calls/{call}"),
            reader.get(f"/calls/{call}", as_of=before),
            reader.get(f"/calls/{call}/record"),
            reader.page(f"/calls/{call}"),
            reader.browser.get(f"/calls/{call}", params={"as_of": before}).text,
            reader.page("/search?q=工地夜间施工"),
            reader.page("/queue/to-do"),
        ]
        for secret in (ORIGINAL, "安居苑", "赵大山", "19900008888", "怕被报复"):
            assert secret not in repr(said)
        assert EDITED in reader.page(f"/calls/{call}")
        assert "不得打听" in reader.page(f"/calls/{call}")
        assert call not in repr(reader.get("/calls", queue="search", words="打桩"))
    assert lead.get(f"/calls/{call}", as_of=before)["text"] == EDITED
    then = lead.browser.get(f"/calls/{call}", params={"as_of": before}).text
    assert (EDITED in then, "以上为整理后的内容" in then) == (True, True)
    for keeper in (county.person("cd-01"), operator):
        page = keeper.page(f"/calls/{call}")
        for word in (ORIGINAL, "安居苑西墙", "赵大山", EDITED, "住房和城乡建设局的工作人员"):
            assert word in page
        assert keeper.get(f"/calls/{call}", as_of=before)["text"] == ORIGINAL
