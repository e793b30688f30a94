"""消息 in the browser, at a desk and on a phone: the bell, the list, reading, opening, settings."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.journeys.acts import CALLER, OPERATOR, OTHER_OPERATOR, TOWN_LEADER, place_call
from tests.journeys.browser import Person

People = Callable[..., Person]


def _look_until_told(person: Person, words: str) -> None:
    """The open inbox refreshes by itself."""
    person.open("/inbox")
    expect(person.page.locator("#inbox")).to_contain_text(words, timeout=15_000)


@pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
def test_the_inbox_fills_by_itself_and_leads_to_the_matter(people: People, phone: bool) -> None:
    words = "施工围挡倒伏(消息)" if phone else "河道漂浮物(消息)"
    leader = people(phone=phone).sign_in(*TOWN_LEADER)
    leader.open("/inbox")
    call = place_call(people().sign_in(*CALLER), words, "滨河路")
    entry = leader.page.locator(".hy-inbox > li").filter(has_text=words).first
    expect(entry).to_contain_text("未读", timeout=15_000)
    expect(entry).to_contain_text("期限")
    expect(leader.page.locator("#bell .hy-count")).to_be_visible()
    assert leader.page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    entry.get_by_role("button", name="请签发").click()
    expect(leader.page.locator("#call")).to_contain_text(words)
    assert leader.page.url.endswith(call)
    leader.open("/inbox")
    expect(leader.page.locator(".hy-inbox > li").filter(has_text=words).first).not_to_contain_text("未读")


@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "plain"])
def test_one_is_marked_as_read_with_and_without_scripts(people: People, javascript: bool) -> None:
    words = "广告牌松动(有脚本)" if javascript else "广告牌松动(无脚本)"
    call = place_call(people().sign_in(*CALLER), words, "府前路")
    people().sign_in(*TOWN_LEADER).open(call).press("签发")
    _look_until_told(people().sign_in(*OPERATOR), words)
    operator = people(javascript=javascript).sign_in(*OTHER_OPERATOR)
    operator.open("/inbox")
    count = operator.page.locator("#bell .hy-count")
    before = int(re.sub(r"\D", "", count.inner_text()))
    entry = operator.page.locator(".hy-inbox > li").filter(has_text=words).first
    entry.get_by_role("button", name="标为已读").click()
    expect(operator.page.locator(".hy-inbox > li").filter(has_text=words).first).not_to_contain_text("未读")
    if before > 1:
        expect(count).to_contain_text(str(before - 1))
    else:
        expect(count).to_have_count(0)


def test_settings_are_kept_and_say_what_nobody_can_switch_off(people: People) -> None:
    operator = people(phone=True).sign_in(*OPERATOR)
    operator.open("/inbox").page.get_by_role("link", name="通知设置").first.click()
    expect(operator.page.locator("main")).to_contain_text("按规定必达,不能关闭")
    operator.page.get_by_label("电子邮件地址").fill("li@example.gov.cn")
    operator.page.get_by_label("电子邮件", exact=False).first.check()
    operator.page.get_by_label("汇总成一条").check()
    operator.press("保存")
    expect(operator.page.locator(".hy-notice.is-success")).to_contain_text("已保存")
    expect(operator.page.get_by_label("电子邮件地址")).to_have_value("li@example.gov.cn")
