"""Story 12 in Chromium: the wrong eyes find nothing at any address they could know."""

from pathlib import Path

from playwright.sync_api import expect

from tests.journeys import acts
from tests.journeys.acts import People
from tests.journeys.browser import Person

SECRET = "白杨林场深处有人烧炭取柴"
INFORMANT, PHONE = "赵大山", "19900008888"
STATUS = "address => fetch(address, {redirect: 'manual'}).then(answer => { const s = answer.status; return s; })"


def _secret_call(people: People, photo: Path) -> tuple[str, str]:
    caller = people().sign_in(*acts.CALLER).open("/calls/new")
    form = caller.form("发出呼叫")
    form.locator("summary").click()
    caller.fill(form, {"什么事": SECRET, "在哪里": "白杨林场三号岔口", "反映人姓名": INFORMANT, "反映人电话": PHONE})
    form.locator("input[type=file]").first.set_input_files(photo)
    caller.press("发出呼叫")
    expect(caller.page.locator("#call")).to_contain_text(PHONE)
    call = acts.path_of(caller)
    file = caller.page.locator(".hy-attachments a").first.get_attribute("href")
    assert file is not None
    people().sign_in(*acts.TOWN_LEADER).open(call).press("签发")
    operator = people().sign_in(*acts.OPERATOR).open(call).press("受理")
    acts.dispatch_off_list(operator, call, "自然资源和规划局")
    return call, file


def _finds_nothing(stranger: Person, call: str, file: str) -> None:
    for path in (call, f"{call}/triage", file):
        stranger.open(path)
        expect(stranger.page.get_by_role("heading", name="没有找到")).to_be_visible()
        assert SECRET not in stranger.page.content()
    for path in ("/queue/to-do", "/queue/done", "/search?q=烧炭"):
        stranger.open(path)
        assert SECRET not in stranger.page.content()
    expect(stranger.page.locator(".hy-empty")).to_contain_text("没有找到")
    topic = call.removeprefix("/calls/")
    assert stranger.page.evaluate(STATUS, f"/live?topics=call:{topic}") == 404


def test_only_those_concerned_see_a_call(people: People, photo: Path) -> None:
    """Another department, another township, nobody at all; the handler sees it with the informant masked."""
    call, file = _secret_call(people, photo)
    for who in (acts.liaison_of("住房和城乡建设局"), ("席思源", "城西镇")):
        _finds_nothing(people().sign_in(*who), call, file)

    anonymous = people()
    for path in (call, file, "/search?q=烧炭", "/queue/to-do"):
        anonymous.open(path)
        expect(anonymous.page.get_by_role("heading", name="登录呼应")).to_be_visible()
        assert SECRET not in anonymous.page.content()
    live = anonymous.page.evaluate(STATUS, f"/live?topics=call:{call.removeprefix('/calls/')}")
    assert live in (0, 401, 403), live  # 0: sent to the door

    handler = people().sign_in(*acts.liaison_of("自然资源和规划局")).open(call)
    expect(handler.page.locator("#call")).to_contain_text("199****8888")
    shown = handler.page.content()
    assert SECRET in shown
    assert PHONE not in shown
    assert INFORMANT not in shown

    auditor = people().sign_in(*acts.AUDITOR).open(call)
    expect(auditor.page.locator("#call")).to_contain_text(SECRET)
    expect(auditor.page.locator("#call form[method=post]")).to_have_count(0)
