"""运行情况 and 履责台账 at a browser: numbers that open lists, an own line on a phone, a statement of the bearer."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys import acts
from tests.journeys.acts import People
from tests.journeys.browser import DESK, PHONE

SUPERVISOR = ("尹红霞", "督查")
LIAISON = acts.liaison_of("综合行政执法局")
ROLES = {
    "a supervisor": SUPERVISOR,
    "a liaison": LIAISON,
    "a township": acts.TOWN_LEADER,
    "the platform": acts.OPERATOR,
    "an auditor": acts.AUDITOR,
}
PAGES = (
    "/rates?period=2026",
    "/rates?period=2026&by=item",
    "/rates/lines?period=2026&measure=response",
    "/rates/trend",
    "/rates/trend?by=township",
    "/periods",
    "/record?period=2026",
)


def test_the_bearer_says_something_beside_an_obligation_and_it_stands_in_the_record(people: People) -> None:
    call = acts.accepted_call(people, "桥头护栏松动", "白沙河桥")
    acts.dispatch_off_list(people().sign_in(*acts.OPERATOR), call, "综合行政执法局")
    liaison = people().sign_in(*LIAISON).open(call)
    acts.respond(liaison, "陈中队长", "199 0000 0101", "半小时内到场")
    number = liaison.page.locator("#call .num, .hy-case-head .num").first.inner_text().strip()

    liaison.page.get_by_role("navigation", name="主导航").get_by_role("link", name="履责台账").click()
    liaison.open("/record?period=2026")
    row = liaison.page.locator(".hy-record tr").filter(has_text=number).filter(has_text="响应")
    expect(row).to_contain_text("按期履行")
    row.get_by_role("link", name="响应").click()
    expect(liaison.page.locator("h1")).to_contain_text("综合行政执法局 响应")
    liaison.page.get_by_label("陈述内容").fill("当日在外执勤,接电话后即安排")
    liaison.press("提交陈述")
    expect(liaison.page.locator(".hy-timeline")).to_contain_text("当日在外执勤")

    liaison.open("/record?period=2026")
    row = liaison.page.locator(".hy-record tr").filter(has_text=number).filter(has_text="响应")
    expect(row).to_contain_text("当日在外执勤,接电话后即安排")

    supervisor = people().sign_in(*SUPERVISOR).open("/rates?period=2026&by=department")
    line = supervisor.page.locator(".hy-figures tr").filter(has_text=re.compile("^综合行政执法局"))
    counted = line.locator("td").first.get_by_role("link").last
    shown = int(counted.inner_text())
    counted.click()
    expect(supervisor.page.locator("h1")).to_contain_text("响应率:综合行政执法局")
    expect(supervisor.page.locator(".hy-record tbody tr")).to_have_count(shown)
    expect(supervisor.page.locator(".hy-record")).to_contain_text(number)

    town = people(phone=True).sign_in(*acts.TOWN_LEADER).open("/rates?period=2026")
    expect(town.page.locator(".hy-figures")).to_contain_text("城东镇")
    expect(town.page.locator(".hy-figures")).not_to_contain_text("综合行政执法局")


@pytest.mark.parametrize("who", ROLES)
@pytest.mark.parametrize("phone", [False, True])
def test_the_pages_fit_a_desk_and_a_phone_for_every_role(people: People, who: str, phone: bool) -> None:
    person = people(phone=phone).sign_in(*ROLES[who])
    for path in PAGES:
        person.open(path)
        width = person.page.evaluate("document.documentElement.scrollWidth")
        assert width <= (PHONE if phone else DESK)["width"], path
        expect(person.page.locator("h1")).to_have_count(1)
        said = person.page.locator("main").inner_text()
        for word in ("失职", "尽职", "undefined", "None"):
            assert word not in said, (path, word)


def test_the_course_of_a_year_is_drawn_beside_its_table(people: People) -> None:
    """The chart says nothing the table does not; without scripts the table is all there is."""
    acts.accepted_call(people, "路灯不亮", "站前路")
    supervisor = people().sign_in(*SUPERVISOR).open("/rates?period=2026&by=township")
    supervisor.page.get_by_role("link", name="走势").click()
    expect(supervisor.page.locator("h1")).to_contain_text("走势:全县")
    expect(supervisor.page.locator(".hy-chart canvas")).to_be_visible()
    expect(supervisor.page.locator(".hy-figures tbody tr")).to_have_count(12)
    supervisor.page.get_by_label("单位").select_option(label="城东镇")
    supervisor.press("查看")
    expect(supervisor.page.locator("h1")).to_contain_text("走势:城东镇")
    counted = supervisor.page.locator(".hy-figures tbody tr").first.locator("td").first.get_by_role("link")
    shown = int(counted.inner_text())
    counted.click()
    expect(supervisor.page.locator(".hy-record tbody tr")).to_have_count(shown)

    plain = people(javascript=False).sign_in(*SUPERVISOR).open("/rates/trend?by=township")
    expect(plain.page.locator(".hy-figures tbody tr")).to_have_count(12)
    expect(plain.page.locator(".hy-chart")).to_be_hidden()
