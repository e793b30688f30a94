"""Story 6 over HTTP: extension, suspension, waiting: asked in time, by rule, and written on every clock."""

from tests.journeys.county_over_http import County, at, due, when
from tests.journeys.shown_forms import forms_in

EXTENSION = {"ground": "procurement", "reason": "防护栏已订货,到货安装还需时日"}
TESTING = {"ground": "testing", "reason": "须先鉴定墙体安全", "proof": "房屋安全鉴定委托书〔2026〕8号"}


def _handled(county: County, *assistants: str, complex: bool = False) -> str:
    """Dispatched on Monday, 13 April, at ten: due on Monday, 20 April."""
    county.clock.set("2026-04-13 09:00")
    operator = county.person("pt-01")
    call = county.person("cd-01").submit(text="老旧小区外墙瓷砖成片脱落", place="惠民小区3号楼")
    county.person("cd-03").do(call, "endorse")
    operator.do(call, "accept")
    county.clock.set("2026-04-13 10:00")
    operator.do(
        call,
        "dispatch",
        basis="powers",
        reference="三定规定",
        lead=county.organization("zhujianju"),
        assistants=[county.organization(code) for code in assistants],
        complex=complex,
    )
    return call


def test_the_day_after_the_deadline_is_too_late_fifteen_days_too_many_eight_are_granted(county: County) -> None:
    operator, housing = county.person("pt-01"), county.person("zhujianju-z")
    late = _handled(county)
    county.clock.set("2026-04-21 09:00")
    refused = housing.refused(late, "request-extension", working_days=3, **EXTENSION)
    assert (refused["status"], refused["code"]) == (409, "extension-too-late")
    assert "办理期限届满前" in housing.page(f"/calls/{late}"), "the page says it instead of the form"

    call = _handled(county)
    county.clock.set("2026-04-16 09:00")
    refused = housing.refused(call, "request-extension", working_days=15, **EXTENSION)
    assert (refused["status"], refused["code"]) == (422, "extension-too-long")
    assert "10 个工作日" in refused["detail"]
    housing.do(call, "request-extension", working_days=10, **EXTENSION)
    assert operator.queue()[call]["action"] == "answer_extension"
    assert due(operator.obligation(call, "answer_extension")) == at("2026-04-17 17:30")

    town = county.person("cd-01")
    shown = next(f for f in forms_in(town.page(f"/calls/{call}")) if f.action.endswith("/give-extension-opinion"))
    filled = shown.with_typed(extension="1", agrees="true", text="已设围挡")
    assert town.browser.post(f"/calls/{call}/give-extension-opinion", data=filled).status_code == 303

    page = operator.page(f"/calls/{call}")
    assert "镇街同意" in page
    shown = next(f for f in forms_in(page) if f.action.endswith("/grant-extension"))
    answer = operator.browser.post(
        f"/calls/{call}/grant-extension", data=shown.with_typed(extension="1", working_days="8")
    )
    assert answer.status_code == 303
    handle = housing.obligation(call, "handle")
    assert due(handle) == at("2026-04-30 17:30")
    assert [part["amount"] for part in handle["deadline"]["parts"]] == [5, 8]
    assert housing.call(call)["delays"][0]["working_days"] == 8
    page = housing.page(f"/calls/{call}")
    assert "延期8个工作日" in page
    assert "共13个工作日" in page
    again = housing.refused(call, "request-extension", working_days=1, **EXTENSION)
    assert again["code"] == "extension-ground-used"


def test_three_working_days_of_testing_leave_the_budget_and_it_goes_on_by_itself(county: County) -> None:
    operator, housing = county.person("pt-01"), county.person("zhujianju-z")
    call = _handled(county)
    money = {**TESTING, "ground": "no_money"}
    assert housing.refused(call, "request-suspension", last_day="2026-04-16", **money)["code"] == (
        "not-a-suspension-ground"
    )
    housing.do(call, "request-suspension", last_day="2026-04-16", **TESTING)
    county.clock.set("2026-04-14 08:30")
    operator.do(call, "suspend", suspension=1)
    handle = housing.obligation(call, "handle")
    assert (due(handle), handle["light"]) == (at("2026-04-23 17:30"), "suspended")
    county.clock.set("2026-04-15 12:00")
    assert housing.queue()[call]["light"] == "suspended"
    page = housing.page(f"/calls/{call}")
    assert "暂缓理由:鉴定、检测、检验、评估期间" in page
    assert "暂停计时" in page
    assert "提前恢复办理" in page
    assert "不能申请暂缓办理" in page
    county.clock.set("2026-04-17 09:00")
    assert housing.obligation(call, "handle")["light"] == "normal"
    assert housing.refused(call, "resume", reason="已出报告")["code"] == "not-suspended"
    assert "CallResumed" not in housing.told(call)
    county.clock.set("2026-04-23 17:00")
    housing.do(call, "report-result", text="已加固")
    assert housing.obligation(call, "handle")["performance"] == "met"


def test_suspended_after_a_breach_the_breach_stays(county: County) -> None:
    operator, housing = county.person("pt-01"), county.person("zhujianju-z")
    call = _handled(county)
    county.clock.set("2026-04-21 09:00")
    housing.do(call, "request-suspension", last_day="2026-04-24", **TESTING)
    operator.do(call, "suspend", suspension=1)
    handle = housing.obligation(call, "handle")
    assert (due(handle), handle["light"]) == (at("2026-04-20 17:30"), "overdue")
    county.clock.set("2026-04-22 09:00")
    housing.do(call, "report-result", text="已加固")
    assert housing.obligation(call, "handle")["performance"] == "late"


def test_what_it_waited_for_another_is_justified_and_no_more(county: County) -> None:
    """Two days of six, and never both sides of a circle."""
    housing, planning = county.person("zhujianju-z"), county.person("ziranju-z")
    call = _handled(county, "ziranju")
    housing.do(call, "respond", handler="林工", contact="199 0000 0202", first_step="今天勘查")
    asked = {"on": planning.organization, "own_step": "依权属确定责任人", "request": "请查明土地权属"}
    assert housing.refused(call, "request-waiting", **{**asked, "on": housing.organization})["code"] == (
        "waits-on-itself"
    )
    county.clock.set("2026-04-16 08:30")
    housing.do(call, "request-waiting", **asked)
    circle = planning.refused(call, "request-waiting", **{**asked, "on": housing.organization})
    assert (circle["status"], circle["code"]) == (409, "waiting-circle")
    assert "等待他方办理" in housing.page(f"/calls/{call}")
    county.clock.set("2026-04-20 08:30")
    planning.do(call, "report-assistance", text="权属已查明")
    handle = housing.obligation(call, "handle")
    assert due(handle) == at("2026-04-20 17:30")
    assert when(handle["justified_until"]) == at("2026-04-22 17:30")
    county.clock.set("2026-04-21 12:00")
    page = housing.page(f"/calls/{call}")
    assert "逾期有正当事由" in page
    assert "等待结束" in page
    county.clock.set("2026-04-28 17:30")
    housing.do(call, "report-result", text="已加固")
    assert housing.obligation(call, "handle")["performance"] == "late"
    place = next(i for i, one in enumerate(housing.call(call)["obligations"]) if one["action"] == "handle")
    explained = housing.get(f"/calls/{call}/obligations/{place}")
    assert (explained["justified"], explained["late_by"]) == ("PT14H", "P1DT18H")
    assert explained["justified_share"] == [1, 3]
    assert (explained["item"], explained["moved"]) == (None, []), "bound off the list, by one limit"
    assert explained["agrees"]
