"""Story 13 in Chromium: the clumsy hand: nothing is doubled, every refusal is a sentence, nothing typed is lost."""

from pathlib import Path

from playwright.sync_api import expect

from tests.journeys import acts
from tests.journeys.acts import People
from tests.journeys.browser import Person

STRANGE = "𠮷野家门口😀👨‍👩‍👧 路面塌陷 <b>&\"'</b>"
MEGABYTE = 1024 * 1024


def _dispatches(person: Person, call: str) -> int:
    person.open(call)
    expect(person.page.locator("#call")).to_contain_text("办理中")
    return person.page.locator(".hy-timeline strong").get_by_text("派发", exact=True).count()


def _ready_to_dispatch(operator: Person, call: str, lead: str, demands: str) -> None:
    operator.open(f"{call}/triage?basis=other")
    operator.fill(
        operator.form("派发"),
        {"派发依据": "三定规定、权责清单", "依据名称和文号": "三定规定", "主办单位": lead, "办理要求": demands},
    )


def test_a_double_click_dispatches_once_and_the_back_button_offers_nothing_twice(people: People) -> None:
    """The second click finds the button asleep; going back shows what stands now."""
    call = acts.accepted_call(people, "路面塌陷半米深,已用警戒带围挡", "南环路与公园路交叉口")
    operator = people().sign_in(*acts.OPERATOR)
    operator.open(call).page.get_by_role("link", name="查清单、派发").click()
    operator.page.get_by_role("link", name="清单外").click()
    _ready_to_dispatch(operator, call, "住房和城乡建设局", "")
    operator.form("派发").locator("button[type=submit]").dblclick()
    expect(operator.page.locator("#call")).to_contain_text("办理中")
    assert _dispatches(operator, call) == 1
    operator.page.go_back()
    operator.page.go_back()
    expect(operator.page.locator("#call")).to_contain_text("办理中")
    expect(operator.page.get_by_role("button", name="派发", exact=True)).to_have_count(0)
    assert _dispatches(operator, call) == 1


def test_two_operators_dispatch_at_once_and_the_second_keeps_the_words(people: People) -> None:
    """One dispatch stands; the other operator is told so and gets back what was typed."""
    call = acts.accepted_call(people, "桥面护栏被撞断,有坠落危险", "白沙河老石桥")
    operators = [people().sign_in(*who) for who in (acts.OPERATOR, acts.OTHER_OPERATOR)]
    words = ("先围挡,后修复", "今晚先到场值守")
    for operator, lead, demands in zip(operators, ("交通运输局", "住房和城乡建设局"), words, strict=True):
        _ready_to_dispatch(operator, call, lead, demands)
    for operator in operators:
        operator.form("派发").evaluate("form => { setTimeout(() => form.requestSubmit(), 0); }")
    for operator in operators:
        expect(operator.page.locator("#call")).to_contain_text("办理中")
    refused = [operator.page.locator("[data-problem]").count() for operator in operators]
    assert sorted(refused) == [0, 1]
    second = refused.index(1)
    problem = operators[second].page.locator("[data-problem]")
    expect(problem).to_contain_text("办理中")
    expect(problem).to_contain_text(words[second])
    assert _dispatches(operators[0], call) == 1


def test_a_clumsy_caller_gets_sentences_and_loses_no_word(people: People, tmp_path: Path) -> None:
    """Empty, too long, too big, of a wrong kind; then it goes out once, as it was typed."""
    caller = people(phone=True).sign_in(*acts.CALLER).open("/calls/new")
    form = caller.form("发出呼叫")
    huge = tmp_path / "大照片.jpg"
    huge.write_bytes(b"\xff\xd8" + bytes(30 * MEGABYTE))
    caller.press("发出呼叫")
    expect(form).to_contain_text("请填写或选择“什么事”。")
    expect(form.get_by_label("什么事")).to_be_focused()

    long = STRANGE + "长" * 9_900
    caller.fill(form, {"什么事": long, "在哪里": "𠮷祥街"})
    expect(form.locator(".hy-counter.is-over")).to_contain_text("超出")
    files = form.locator("input[type=file]").first
    files.set_input_files(huge)
    expect(form).to_contain_text("“大照片.jpg”有 31 MB,超过每个 20 MB 的上限,没有加入。")
    caller.press("发出呼叫")
    expect(caller.page.locator("[data-problem]")).to_be_visible()
    expect(form.locator(".hy-error").first).to_contain_text("5000")
    expect(form.get_by_label("什么事")).to_have_value(long)
    expect(form.get_by_label("在哪里")).to_have_value("𠮷祥街")

    caller.fill(form, {"什么事": STRANGE})
    files.set_input_files({"name": "照片.jpg", "mimeType": "image/jpeg", "buffer": b"MZ\x90\x00\x03" + bytes(5000)})
    caller.press("发出呼叫")
    expect(caller.page.locator("[data-problem]")).to_contain_text("该文件的内容是程序,与文件名无关")
    expect(form.get_by_label("什么事")).to_have_value(STRANGE)

    caller.press("发出呼叫")
    expect(caller.page.locator("#call .hy-said").first).to_have_text(STRANGE)
    expect(caller.page.locator("#call")).to_contain_text("𠮷祥街")
    caller.open("/queue/mine")
    expect(caller.page.get_by_role("link", name="𠮷野家门口")).to_have_count(1)


def test_going_back_after_sending_does_not_offer_the_same_call_again(people: People) -> None:
    """The form one comes back to is empty: what was sent is in the list of one's calls, once."""
    caller = people(phone=True).sign_in(*acts.CALLER)
    matter = "污水井盖丢失,已放警示锥"
    acts.place_call(caller, matter, "东风路小学西侧")
    caller.page.wait_for_load_state("load")  # the acknowledged draft is cleared by the page's script, not by its text
    caller.page.go_back()
    expect(caller.form("发出呼叫").get_by_label("什么事")).to_have_value("")
    caller.open("/queue/mine")
    expect(caller.page.get_by_role("link", name=matter)).to_have_count(1)
