"""Slow work in Chromium: a penalty case by its table of milestones, a consultation convened on a phone."""

from datetime import datetime, timedelta

from playwright.sync_api import Locator, expect

from domain.shared.calendar import LOCAL
from tests.journeys import acts
from tests.journeys.acts import People
from tests.journeys.browser import Person

MATTER = "学前街夜间施工噪声,屡次劝阻不停"
LEAD = "综合行政执法局"


def _day(ahead: int) -> str:
    return f"{datetime.now(LOCAL) + timedelta(days=ahead):%Y-%m-%d}"


def _line(form: Locator, number: int) -> Locator:
    return form.get_by_role("group", name=f"第 {number} 项")


def _handled(people: People) -> tuple[str, Person]:
    call = acts.accepted_call(people, MATTER, "学前街东口")
    acts.dispatch_off_list(people().sign_in(*acts.OPERATOR), call, LEAD)
    lead = people().sign_in(*acts.liaison_of(LEAD)).open(call)
    acts.respond(lead, "陈中队长", "19900000101", "今晚到场")
    return call, lead


def test_a_penalty_case_is_proposed_line_by_line_and_followed_up(people: People) -> None:
    """What was typed into the table comes back from a draft and after a refusal; then milestone by milestone."""
    call, lead = _handled(people)
    form = lead.form("申请阶段性办结")
    lead.fill(
        form,
        {
            "立案文号": "示综执立〔2026〕31号",
            "立案日期": _day(0),
            "法定期限依据": "行政处罚法第六十条",
            "法定期限(自然日)": "90",
            "已办到什么程度": "已立案",
        },
    )
    for number, (days, text) in enumerate(((20, "调查终结"), (10, "作出决定")), 1):
        _line(form, number).get_by_label("完成日期").fill(_day(days))
        _line(form, number).get_by_label("节点内容").fill(text)
    lead.open(call)  # left without sending: the lines come back each in its place
    form = lead.form("申请阶段性办结")
    expect(_line(form, 1).get_by_label("节点内容")).to_have_value("调查终结")
    expect(_line(form, 2).get_by_label("节点内容")).to_have_value("作出决定")
    lead.fill(form, {"立案日期": _day(0)})
    lead.take("申请阶段性办结")
    expect(lead.page.locator("[data-problem]")).to_contain_text("按日期先后填写")
    form = lead.form("申请阶段性办结")
    expect(_line(form, 1).get_by_label("完成日期")).to_have_value(_day(20))
    _line(form, 2).get_by_label("完成日期").fill(_day(60))
    lead.take("申请阶段性办结")
    expect(lead.page.locator(".hy-timeline")).to_contain_text("申请阶段性办结")
    expect(lead.page.locator(".hy-beside")).to_contain_text("待平台答复")

    operator = people().sign_in(*acts.OPERATOR).owing(MATTER)
    expect(operator.page.locator(".hy-answered")).to_contain_text("示综执立〔2026〕31号")
    operator.take("同意阶段性办结")
    expect(operator.page.locator("#call")).to_contain_text("阶段性办结跟踪")
    lead.owing(MATTER)
    lead.take("完成办理节点", {"办理节点": "第 1 个:调查终结", "完成情况": "调查终结"})
    lead.take("完成办理节点", {"办理节点": "第 2 个:作出决定", "完成情况": "已送达"})
    expect(lead.page.locator(".hy-waiting")).to_contain_text("报告最终办理结果")
    lead.take("报告办理结果", {"办理结果": "罚款已缴,不再夜间施工"})
    expect(lead.page.locator("#call")).to_contain_text("待镇街现场确认")


def test_a_consultation_is_convened_on_a_phone_and_answered_by_the_invited(people: People) -> None:
    """The invited finds it in 待办; while it has not begun no result can be written down."""
    call, _ = _handled(people)
    caller = people(phone=True).sign_in(*acts.CALLER).open(call)
    form = caller.form("召集会商")
    starts = datetime.now(LOCAL) + timedelta(minutes=30)
    caller.fill(form, {"会商时间": f"{starts:%Y-%m-%dT%H:%M}", "会商地点": "镇政府二楼", "会商什么": "怎样停下来"})
    form.get_by_label("住房和城乡建设局", exact=True).check()
    caller.press("召集会商")
    expect(caller.page.locator(".hy-beside")).to_contain_text("尚未登记")
    housing = people().sign_in(*acts.liaison_of("住房和城乡建设局")).owing(MATTER)
    housing.take("回复参会人员", {"参会人员": "冯科长"})
    expect(housing.page.locator(".hy-timeline")).to_contain_text("冯科长")
    caller.open(call)
    caller.take("登记会商结果", {"会商纪要": "先停工"})
    expect(caller.page.locator("[data-problem]")).to_contain_text("还没到会商时间")
    expect(caller.form("登记会商结果").get_by_label("会商纪要")).to_have_value("先停工")
    width = caller.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert width <= 0, "nothing runs out of a phone's side"
