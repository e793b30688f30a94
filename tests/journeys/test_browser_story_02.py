"""Story 2 in Chromium: 非法倾倒, an emergency by telephone; what is late stays late, a claim is only a claim."""

import time
from datetime import datetime

from playwright.sync_api import expect

from domain.shared.calendar import LOCAL
from tests.journeys import acts
from tests.journeys.acts import People, minutes_ago
from tests.journeys.browser import Person

MATTER = "有人向白沙河倾倒不明黑色液体,气味刺鼻"
DEPARTMENT = "生态环境分局"
ALMOST_TOO_LATE = 29 + 45 / 60
"""Minutes since the telephone dispatch: still recorded in time, and the half hour to respond ends in moments."""


def _recorded_by_the_duty_officer(officer: Person) -> str:
    officer.open("/calls/new")
    form = officer.form("发出呼叫")
    expect(form.get_by_role("radio", name="特急")).to_be_checked()
    expect(form.get_by_label("接电人")).to_have_value("金少华")
    officer.fill(form, {"为哪个镇街代录": "城东镇", "什么事": MATTER, "在哪里": "白沙河老石桥下"})
    officer.fill(form, {"电话报告时间": minutes_ago(10)}).press("发出呼叫")
    expect(officer.page.locator("#call")).to_contain_text("待受理")  # nobody has to endorse it
    return acts.path_of(officer)


def _wait_until_overdue(person: Person) -> None:
    limit = time.monotonic() + 60
    while person.page.locator(".hy-party .hy-light.is-overdue").count() == 0:
        assert time.monotonic() < limit, "the time to respond has not run out"
        person.page.wait_for_timeout(500)
        person.page.reload()


def test_an_emergency_by_telephone_is_answered_late_and_stays_so(people: People) -> None:
    """The duty officer records, accepts and dispatches; both times show; a confirmed claim heals nothing."""
    officer = people().sign_in(*acts.DUTY_OFFICER)
    call = _recorded_by_the_duty_officer(officer)
    phoned = officer.page.locator(".hy-timeline > li").filter(has_text="电话联系")
    expect(phoned.locator(".two")).to_contain_text("发生于")
    expect(phoned.locator(".two")).to_contain_text("登记于")
    officer.press("受理")
    expect(officer.page.locator("#call")).to_contain_text("待派发")
    officer.open(f"{call}/triage?basis=other")
    form = officer.form("派发")
    officer.fill(
        form, {"派发依据": "法律法规规章", "依据名称和文号": "《水污染防治法》第八十五条", "主办单位": DEPARTMENT}
    )
    officer.fill(form, {"电话派发时间": minutes_ago(ALMOST_TOO_LATE)})
    form.locator("button[type=submit]").click()
    expect(officer.page.locator("#call")).to_contain_text("办理中")

    liaison = people().sign_in(*acts.liaison_of(DEPARTMENT)).open(call)
    _wait_until_overdue(liaison)
    acts.respond(liaison, "郭队长", "199 0000 0075", "两名执法人员出发取样封堵")
    response = liaison.page.locator(".hy-party.is-lead .hy-clocks > li").filter(has_text="响应")
    expect(response).to_contain_text("逾期履行")
    expect(response.locator(".hy-light")).to_have_text("逾期履行")
    liaison.take("报告进展", {"作为首次反馈": True, "进展情况": "排口已封堵,取样三份"})
    expect(liaison.page.locator(".hy-timeline")).to_contain_text("排口已封堵")

    claimed = datetime.fromisoformat(minutes_ago(45)).replace(tzinfo=LOCAL)
    liaison.take(
        "补录",
        {
            "补录什么": "到达现场",
            "实际发生时间": f"{claimed:%Y-%m-%dT%H:%M}",
            "情况": "执法人员已到达现场",
            "为何未及时登记": "现场处置,未能及时登记",
            "外部佐证": "执法记录仪影像编号 7731",
        },
    )
    entry = liaison.page.locator(".hy-timeline > li.is-late")
    expect(entry.locator(".two")).to_contain_text(f"{claimed:%H:%M},登记于")
    expect(response.locator(".hy-light")).to_have_text("逾期履行")

    town = people(phone=True).sign_in(*acts.CALLER).owing(MATTER)
    town.take("确认补录属实", {"补录序号": "第 1 条:到达现场", "说明": "当时在场,属实"})
    expect(town.page.locator(".hy-timeline")).to_contain_text("当时在场,属实")
    expect(town.page.locator(".hy-party.is-lead .hy-clocks > li").filter(has_text="响应")).to_contain_text("逾期履行")

    liaison.open(call).take("报告办理结果", {"办理结果": "涉事车辆已查扣,油污清理完毕"})
    expect(liaison.page.locator("#call")).to_contain_text("待镇街现场确认")
    expect(response).to_contain_text("逾期履行")


def test_an_objection_to_an_emergency_is_not_offered_and_the_page_says_why(people: People) -> None:
    """先处置、后定责: nobody writes a page of reasons only to be refused."""
    officer = people().sign_in(*acts.DUTY_OFFICER)
    call = _recorded_by_the_duty_officer(officer)
    officer.press("受理")
    acts.dispatch_off_list(officer, call, "住房和城乡建设局")
    liaison = people().sign_in(*acts.liaison_of("住房和城乡建设局")).open(call)
    expect(liaison.page.locator(".hy-barred")).to_contain_text("特急事项先处置、后定责")
    expect(liaison.page.get_by_role("button", name="提出承办异议")).to_have_count(0)
