"""Story 1 in Chromium: 占道经营, from a phone in the street to the evaluation."""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import expect

from tests.journeys.browser import Person

People = Callable[..., Person]
MATTER = "学前街小学门口七八个流动摊贩占道经营,堵住消防通道"


def test_the_ordinary_loop_from_the_phone_to_the_evaluation(people: People, photo: Path) -> None:
    """Everybody does their part with what the page offers; the record then tells it all."""
    caller = people(phone=True).sign_in("王呼叫", "城东镇")
    caller.open("/calls/new")
    caller.page.get_by_label("什么事").fill(MATTER)
    caller.page.get_by_label("在哪里").fill("学前街东口,实验小学门前")
    caller.page.locator("input[type=file]").first.set_input_files(photo)
    caller.press("发出呼叫")
    expect(caller.page.locator("#call")).to_contain_text("待镇街签发")
    expect(caller.page.locator(".hy-attachments img").first).to_be_visible()
    call = caller.page.url.split("?")[0].removeprefix(caller.address)

    leader = people().sign_in("镇街负责同志", "城东镇").owing(MATTER)
    leader.press("签发")
    expect(leader.page.locator("#call")).to_contain_text("待受理")

    operator = people().sign_in("李受理", "受理员").owing(MATTER)
    operator.press("受理")
    expect(operator.page.locator("#call")).to_contain_text("待派发")
    operator.page.get_by_role("link", name="查清单、派发").click()
    expect(operator.page.locator("#item-results")).to_contain_text("按呼叫内容的用词")
    found = operator.page.locator(".hy-result").filter(has_text="占道经营(无证无照)联合整治")
    found.get_by_role("link", name="按此派发").click()
    dispatch = operator.page.locator("#dispatch")
    expect(dispatch.get_by_role("radio", name="综合行政执法局")).to_be_checked()
    expect(dispatch.get_by_role("checkbox", name="市场监督管理局").first).to_be_checked()
    expect(dispatch.locator("[data-chosen]")).to_have_text("主办:综合行政执法局;协办:市场监督管理局")
    dispatch.get_by_role("button", name="派发", exact=True).click()
    expect(operator.page.locator("#call")).to_contain_text("办理中")

    lead = people().sign_in("专管员", "综合行政执法局").owing(MATTER)
    expect(lead.page.locator("#call")).to_contain_text("查处占道;核查经营资格;制定疏导点。")
    lead.page.get_by_label("承办人").fill("陈中队长")
    lead.page.get_by_label("联系电话").fill("199 0000 0101")
    lead.page.get_by_label("第一步怎么办").fill("半小时内到场劝离,同时疏通消防通道")
    lead.press("响应")
    expect(lead.page.locator(".hy-timeline")).to_contain_text("陈中队长")

    assistant = people().sign_in("专管员", "市场监督管理局").owing(MATTER)
    assistant.page.get_by_label("承办人").fill("周所长")
    assistant.page.get_by_label("联系电话").fill("199 0000 0102")
    assistant.page.get_by_label("第一步怎么办").fill("核查摊贩经营资格")
    assistant.press("响应")
    assistant.owing(MATTER)
    assistant.page.get_by_label("协办情况").fill("核查摊贩 8 户,均无证照,已登记并劝导进市场")
    assistant.page.get_by_label("本单位协办职责已完成").check()
    assistant.press("报告协办情况")
    expect(assistant.page.locator(".hy-timeline")).to_contain_text("均无证照")

    lead.owing(MATTER)
    lead.page.get_by_label("办理结果").first.fill("摊贩已全部劝离并引导至便民市场,消防通道恢复,安排早晚值守一周")
    lead.press("报告办理结果")
    expect(lead.page.locator("#call")).to_contain_text("待镇街现场确认")

    caller.owing(MATTER)
    caller.page.get_by_label("确认情况").fill("到现场看过,通道畅通")
    caller.press("现场确认")
    expect(caller.page.locator("#call")).to_contain_text("待平台核实办结")

    operator.owing(MATTER)
    operator.press("核实办结")
    expect(operator.page.locator("#call")).to_contain_text("待评价")

    caller.owing(MATTER)
    caller.page.get_by_label("满意", exact=True).check()
    caller.press("评价")
    expect(caller.page.locator("#call")).to_contain_text("已办结归档")

    auditor = people().sign_in("监督查阅员", "").open(call)
    told = auditor.page.locator(".hy-timeline strong").all_inner_texts()
    assert [t for t in told if t not in ("属地配合情况",)] == [
        "提交呼叫",
        "镇街签发",
        "呼叫发出",
        "受理",
        "派发",
        "响应",
        "响应",
        "协办情况",
        "报告办理结果",
        "现场确认",
        "核实办结",
        "评价",
        "归档",
    ]
    expect(auditor.page.locator(".hy-actions")).to_have_count(0)
