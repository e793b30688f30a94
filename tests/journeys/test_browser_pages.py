"""Every page a post can reach: in Chinese, within the width of a phone, and leading on."""

import re

import pytest
from playwright.sync_api import expect

from api.pages.frame import ASSETS_VERSION
from tests.journeys import acts
from tests.journeys.acts import People
from tests.journeys.browser import PHONE

pytestmark = pytest.mark.long

POSTS = {
    "a caller": acts.CALLER,
    "a township leader": acts.TOWN_LEADER,
    "an operator": acts.OPERATOR,
    "a liaison": acts.liaison_of("综合行政执法局"),
    "the leader of a department": ("任立新", "综合行政执法局"),
    "a supervisor": ("尹红霞", "督办员"),
    "the leader of the supervision body": ("邹一鸣", "负责同志"),
    "an auditor": acts.AUDITOR,
    "a duty officer": acts.DUTY_OFFICER,
    "a list keeper": ("席晓燕", "清单管理员"),
    "an administrator": ("朱志远", "系统管理员"),
}
LATIN = re.compile(r"[A-Za-z]{3,}")
ALLOWED = re.compile(r"https?://\S+|HY\d{8}-\w+|\.jpg|MP[34]|JPG|PNG|WebP|PDF")
WITHIN = (
    r"/calls/(?!new)[^/?#]+$",
    r"/calls/[^/]+/supervision$",
    r"/calls/[^/]+/supervision/",
    r"/calls/[^/]+/obligations/",
    r"/inbox\?",
    r"/rates\?",
    r"/rates/lines\?",
    r"/record\?",
    r"/periods",
    "/lists/",
    "/revisions/",
    "/items/",
    "/organizations/",
)


@pytest.mark.parametrize("who", POSTS)
def test_every_page_fits_a_phone_and_speaks_chinese(people: People, who: str) -> None:
    """From the navigation, and one page further down each way."""
    page = people(phone=True).sign_in(*POSTS[who]).page
    links = "links => links.map(link => link.getAttribute('href'))"
    todo = list(dict.fromkeys(page.locator(".hy-nav a, .hy-menu a").evaluate_all(links)))
    seen: set[str] = set()
    opened: set[str] = set()
    while todo:
        path = todo.pop(0)
        page.goto(f"{page.url.split('/', 3)[0]}//{page.url.split('/', 3)[2]}{path}")
        opened.add(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], path
        told = ALLOWED.sub("", page.locator("main").inner_text())
        assert who == "an administrator" or not LATIN.findall(told), (path, LATIN.findall(told))
        further = page.locator("main a[href^='/']").evaluate_all(links)
        for beginning in WITHIN:
            found = next((link for link in further if re.match(beginning, link)), None)
            if found and beginning not in seen and found not in opened:
                seen.add(beginning)
                todo.append(found)
    assert "/organizations/" in seen
    assert "/items/" in seen


def test_an_organizations_code_is_for_the_administrator(people: People) -> None:
    """It joins imported tables; to everybody else it means nothing."""
    administrator = people().sign_in(*POSTS["an administrator"]).open("/directory").page
    administrator.get_by_role("link", name="综合行政执法局").first.click()
    expect(administrator.locator("main")).to_contain_text("机构编码")
    caller = people().sign_in(*acts.CALLER)
    caller.page.goto(administrator.url)
    expect(caller.page.locator("main")).to_contain_text("综合行政执法局")
    expect(caller.page.locator("main")).not_to_contain_text("zhzfj")


def test_the_account_menu_leads_to_the_tokens(people: People) -> None:
    """And the page can be left again."""
    page = people().sign_in(*acts.OPERATOR).page
    page.locator(".hy-account summary").click()
    page.get_by_role("link", name="接口令牌").click()
    expect(page.get_by_role("heading", name="接口令牌", exact=True)).to_be_visible()


def test_another_lead_than_the_list_names_needs_another_basis(people: People) -> None:
    """The bearers stand side by side with their duties; beside them stands how anybody else is dispatched to."""
    call = acts.accepted_call(people, "烧烤店油烟呛人,夜里尤其厉害", "惠民路22号")
    operator = people().sign_in(*acts.OPERATOR)
    acts.choose_item(operator, call, "油烟", "餐饮油烟扰民")
    bearers = operator.form("派发").get_by_role("group", name="主办单位").locator(".hy-option")
    expect(bearers).to_have_count(2)
    expect(bearers.first.locator("small")).to_contain_text("查处未装净化设施、超标排放")
    expect(operator.form("派发")).to_contain_text("请在上面改选“清单外”")
    expect(operator.page.get_by_role("link", name="清单外(三定、法律、批示等)")).to_be_visible()


@pytest.mark.parametrize("phone", [True, False], ids=["on a phone", "at a desk"])
def test_the_dispatch_stays_in_view_and_no_list_scrolls_within_the_page(people: People, phone: bool) -> None:
    """The button is seen from the first moment, with what is chosen; all other organizations are a fold away."""
    call = acts.accepted_call(people, "学校门口流动摊贩占道经营,堵住校门", "学前街东口")
    operator = people(phone=phone).sign_in(*acts.OPERATOR)
    acts.choose_item(operator, call, "占道经营", "占道经营(无证无照)联合整治")
    form, button = operator.form("派发"), operator.page.get_by_role("button", name="派发", exact=True)
    expect(button).to_be_in_viewport(ratio=1)
    others = form.get_by_text("增加其他协办单位")
    expect(form.get_by_role("checkbox", name="教育和体育局")).not_to_be_visible()
    others.click()
    form.get_by_role("checkbox", name="教育和体育局").check()
    expect(form.locator("[data-chosen]")).to_have_text("主办:综合行政执法局;协办:市场监督管理局、教育和体育局")
    expect(button).to_be_in_viewport(ratio=1)
    scrolling = """options => options.some(one => one.scrollHeight > one.clientHeight + 1)"""
    assert not form.locator(".hy-options").evaluate_all(scrolling)
    button.click()
    expect(operator.page.locator("#call")).to_contain_text("教育和体育局")


def test_withdrawing_is_not_offered_as_what_comes_next(people: People) -> None:
    """Right after submitting nothing is left to do for the caller; taking it back stands last, under 其他操作."""
    caller = people().sign_in(*acts.CALLER)
    acts.place_call(caller, "井盖松动,车过就响", "学前街东口")
    actions = caller.page.locator(".hy-actions")
    expect(actions.get_by_role("heading", level=2)).to_have_text("其他操作")
    expect(actions.locator("summary").last).to_have_text("撤回呼叫")
    expect(actions.locator(".is-open")).to_have_count(0)


def test_the_static_files_are_named_by_what_they_hold(people: People) -> None:
    """A browser that kept yesterday's style asks again after a change."""
    page = people().open("/sign-in").page
    addresses = page.locator("link[rel=stylesheet]").evaluate_all("links => links.map(link => link.href)")
    assert re.fullmatch("[0-9a-f]{12}", ASSETS_VERSION)
    assert addresses
    assert all(address.endswith(f"?v={ASSETS_VERSION}") for address in addresses)


def test_on_paper_the_call_says_who_printed_it_and_how_each_deadline_was_computed(people: People) -> None:
    """Buttons and navigation stay off the paper."""
    call = acts.place_call(people().sign_in(*acts.CALLER), "桥下积水半米,车辆熄火被困", "铁路涵洞")
    page = people().sign_in(*acts.AUDITOR).open(call).page
    page.emulate_media(media="print")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    expect(page.locator(".hy-printed")).to_contain_text("强国栋 打印,资料截至")
    expect(page.locator(".side .hy-how ul").first).to_be_visible()
    for off in (".hy-top", ".hy-actions", "button[data-print]"):
        expect(page.locator(off).locator("visible=true")).to_have_count(0)
