"""Story 1's main steps with less: without JavaScript, and by the keyboard alone on a narrow screen."""

from playwright.sync_api import Page, expect

from tests.journeys import acts
from tests.journeys.acts import People
from tests.journeys.browser import PHONE, Person
from tests.journeys.keyboard import Keyboard

ITEM = "占道经营(无证无照)联合整治"
LEAD = acts.liaison_of("综合行政执法局")


def test_the_ordinary_loop_without_javascript(people: People) -> None:
    """Plain forms and links carry the whole loop; a double click without scripts is still one dispatch."""
    matter = "菜市场外占道经营,消防车进不去"

    def person(who: tuple[str, str]) -> Person:
        return people(javascript=False).sign_in(*who)

    caller = person(acts.CALLER)
    call = acts.place_call(caller, matter, "城东菜市场北门")
    person(acts.TOWN_LEADER).owing(matter).press("签发")
    operator = person(acts.OPERATOR).owing(matter).press("受理")
    operator.page.get_by_role("link", name="查清单、派发").click()
    operator.page.get_by_label("在现行责任清单中查找").fill("占道经营")
    operator.press("查找")
    operator.page.locator(".hy-result").filter(has_text=ITEM).get_by_role("link", name="按此派发").click()
    operator.form("派发").locator("button[type=submit]").dblclick()
    expect(operator.page.locator("#call")).to_contain_text("办理中")
    liaison = person(LEAD).owing(matter)
    acts.respond(liaison, "陈中队长", "199 0000 0101", "半小时内到场劝离")
    liaison.take("报告办理结果", {"办理结果": "已全部劝离"})
    caller.open(call).take("现场确认", {"确认情况": "通道畅通"})
    operator.open(call).press("核实办结")
    caller.open(call).take("评价", {"评价": "满意"})
    expect(caller.page.locator("#call")).to_contain_text("已办结归档")
    expect(caller.page.locator(".hy-timeline strong").get_by_text("派发", exact=True)).to_have_count(1)


def test_the_ordinary_loop_by_keyboard_on_a_phones_width(people: People) -> None:
    """Everything is reached by Tab, seen where it is focused, and pressed by Enter."""
    matter = "学校门口流动摊贩占道经营"

    def at_keys(who: tuple[str, str]) -> tuple[Page, Keyboard]:
        page = people(phone=True).sign_in(*who).page
        return page, Keyboard(page)

    def owing(page: Page, keys: Keyboard) -> None:
        keys.press(page.get_by_role("link", name="待办").first)
        keys.press(page.get_by_role("link", name=matter))
        expect(page.locator("#call")).to_be_visible()

    def take(page: Page, keys: Keyboard, button: str, *typed: tuple[str, str]) -> None:
        for label, text in typed:
            keys.write(page.get_by_label(label), text)
        keys.press(page.get_by_role("button", name=button, exact=True))

    door = people(phone=True)
    door.open("/sign-in")
    caller, caller_keys = door.page, Keyboard(door.page)
    caller_keys.press(caller.locator("li[data-words*='王呼叫'] button"))
    expect(caller.locator(".hy-account summary")).to_contain_text("王呼叫")
    caller_keys.press(caller.get_by_role("link", name="我要呼叫"))
    take(caller, caller_keys, "发出呼叫", ("什么事", matter), ("在哪里", "实验小学门前"))
    expect(caller.locator("#call")).to_contain_text("待镇街签发")

    leader, keys = at_keys(acts.TOWN_LEADER)
    owing(leader, keys)
    take(leader, keys, "签发")
    expect(leader.locator("#call")).to_contain_text("待受理")

    operator, operator_keys = at_keys(acts.OPERATOR)
    owing(operator, operator_keys)
    take(operator, operator_keys, "受理")
    operator_keys.press(operator.get_by_role("link", name="查清单、派发"))
    operator_keys.write(operator.get_by_label("在现行责任清单中查找"), "占道经营")
    operator.keyboard.press("Enter")
    expect(operator.locator("#item-results")).to_contain_text("找到")
    found = operator.locator(".hy-result").filter(has_text=ITEM)
    operator_keys.press(found.get_by_role("link", name="按此派发"))
    expect(operator.locator("#dispatch")).to_be_visible()
    take(operator, operator_keys, "派发", ("办理要求", "先通消防通道"))
    expect(operator.locator("#call")).to_contain_text("办理中")

    lead, keys = at_keys(LEAD)
    owing(lead, keys)
    take(lead, keys, "响应", ("承办人", "陈中队长"), ("联系电话", "19900000101"), ("第一步怎么办", "到场劝离"))
    expect(lead.locator(".hy-timeline")).to_contain_text("陈中队长")
    take(lead, keys, "报告办理结果", ("办理结果", "已全部劝离"))
    expect(lead.locator("#call")).to_contain_text("待镇街现场确认")

    owing(caller, caller_keys)
    take(caller, caller_keys, "现场确认", ("确认情况", "通道畅通"))
    expect(caller.locator("#call")).to_contain_text("待平台核实办结")
    owing(operator, operator_keys)
    take(operator, operator_keys, "核实办结")
    expect(operator.locator("#call")).to_contain_text("待评价")
    owing(caller, caller_keys)
    caller_keys.tick(caller.get_by_role("radio", name="满意", exact=True))
    take(caller, caller_keys, "评价")
    expect(caller.locator("#call")).to_contain_text("已办结归档")


def test_a_leader_delegates_on_a_phone_without_javascript(people: People) -> None:
    """From the menu; what was left out stands beside its field, and the same page ends it."""
    page = people(phone=True, javascript=False).sign_in(*acts.TOWN_LEADER).page
    page.locator(".hy-account summary").click()
    page.get_by_role("link", name="委托代办").click()
    page.get_by_label("受托人").select_option(label="方明辉(呼叫员)")
    page.get_by_label("委托事由").fill("外出培训")
    page.get_by_role("button", name="委托代办").click()
    expect(page.locator(".hy-error")).to_have_text("请填写“委托结束”。")
    expect(page.get_by_label("委托事由")).to_have_value("外出培训")
    page.get_by_label("委托结束").fill("2099-01-01T09:00")
    page.get_by_role("button", name="委托代办").click()
    expect(page.get_by_role("row", name="方明辉")).to_contain_text("2099年1月1日(周四) 09:00")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    page.get_by_role("row", name="方明辉").get_by_role("button", name="终止").click()
    expect(page.locator("main")).to_contain_text("没有委托他人代办")
