"""What people of the demonstration county do at a browser, for the journeys that need it done before their own part."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path

from playwright.sync_api import expect

from domain.shared.calendar import LOCAL
from tests.journeys.browser import Person

People = Callable[..., Person]

CALLER = ("王呼叫", "城东镇")
TOWN_LEADER = ("张秀兰", "城东镇")
OPERATOR = ("李受理", "受理员")
OTHER_OPERATOR = ("伍金凤", "受理员")
DUTY_OFFICER = ("金少华", "总值班室")
AUDITOR = ("强国栋", "纪委监委")


def liaison_of(organization: str) -> tuple[str, str]:
    """专管员 of a department."""
    return "专管员", organization


def minutes_ago(minutes: float, now: datetime | None = None) -> str:
    """A moment as the fields for date and time take it, to the second."""
    return f"{(now or datetime.now(LOCAL)) - timedelta(minutes=minutes):%Y-%m-%dT%H:%M:%S}"


def path_of(person: Person) -> str:
    """The path of the call that stands on the person's page."""
    return person.page.url.split("?")[0].removeprefix(person.address)


def place_call(caller: Person, text: str, place: str, photo: Path | None = None) -> str:
    """呼叫: a sentence, a place, perhaps a photo. Gives the path of the call."""
    caller.open("/calls/new")
    form = caller.form("发出呼叫")
    caller.fill(form, {"什么事": text, "在哪里": place})
    if photo is not None:
        form.locator("input[type=file]").first.set_input_files(photo)
    caller.press("发出呼叫")
    expect(caller.page.locator("#call")).to_contain_text("待镇街签发")
    return path_of(caller)


def accepted_call(people: People, text: str, place: str, photo: Path | None = None) -> str:
    """A call that has been endorsed and accepted, and waits to be dispatched. Gives its path."""
    call = place_call(people().sign_in(*CALLER), text, place, photo)
    leader = people().sign_in(*TOWN_LEADER).open(call).press("签发")
    expect(leader.page.locator("#call")).to_contain_text("待受理")
    operator = people().sign_in(*OPERATOR).open(call).press("受理")
    expect(operator.page.locator("#call")).to_contain_text("待派发")
    return call


def choose_item(operator: Person, call: str, words: str, title: str) -> None:
    """查清单: find the item by words and take it."""
    operator.open(f"{call}/triage")
    operator.page.get_by_label("在现行责任清单中查找").fill(words)
    # Typing alone searches too, but only once the page's scripts have come.
    operator.page.keyboard.press("Enter")
    found = operator.page.locator(".hy-result").filter(has_text=title)
    found.get_by_role("link", name="按此派发").click()
    expect(operator.page.locator("#dispatch")).to_be_visible()


def dispatch_off_list(operator: Person, call: str, lead: str, typed: Mapping[str, str | bool] | None = None) -> None:
    """清单外派发 by 三定."""
    operator.open(f"{call}/triage?basis=other")
    form = operator.form("派发")
    operator.fill(
        form, {"派发依据": "三定规定、权责清单", "依据名称和文号": "三定规定", "主办单位": lead, **(typed or {})}
    )
    form.locator("button[type=submit]").click()
    expect(operator.page.locator("#call")).to_contain_text("办理中")


def respond(liaison: Person, handler: str, contact: str, first_step: str) -> None:
    """响应: who, telephone, first step."""
    liaison.take("响应", {"承办人": handler, "联系电话": contact, "第一步怎么办": first_step})
    expect(liaison.page.locator(".hy-timeline")).to_contain_text(handler)
