"""Story 6 in Chromium: more time asked for, heard, granted in part; a suspension; a wait for another's part."""

from datetime import datetime, timedelta

from playwright.sync_api import expect

from domain.shared.calendar import LOCAL
from tests.journeys import acts
from tests.journeys.acts import People

HOUSING, PLANNING = "住房和城乡建设局", "自然资源和规划局"
REASON = "防护栏已订货,到货安装还需时日"


def _handled(people: People, matter: str) -> str:
    call = acts.accepted_call(people, matter, "惠民小区3号楼")
    operator = people().sign_in(*acts.OPERATOR)
    acts.dispatch_off_list(operator, call, HOUSING)
    return call


def test_ten_days_are_asked_for_eight_are_granted_and_the_clock_says_both(people: People) -> None:
    """Fifteen are refused by the rule, with everything that was typed still there."""
    call = _handled(people, "外墙瓷砖脱落,须安装防护栏")
    housing = people(phone=True).sign_in(*acts.liaison_of(HOUSING)).open(call)
    housing.take("申请延期", {"延长几个工作日": "15", "延期理由": "采购、招标", "具体说明": REASON})
    expect(housing.page.locator("[data-problem]")).to_contain_text("延期累计不能超过 10 个工作日")
    form = housing.form("申请延期")
    expect(form.get_by_label("具体说明")).to_have_value(REASON)
    form.get_by_label("延长几个工作日").fill("10")
    form.locator("button[type=submit]").click()
    lead = housing.page.locator(".hy-party.is-lead .hy-clocks > li").filter(has_text="办理")
    expect(housing.page.locator(".hy-timeline")).to_contain_text("申请延期(答复前时限照常计算)")
    expect(housing.page.locator(".hy-barred").filter(has_text="不能申请延期")).to_contain_text("正等待平台答复")
    expect(housing.page.locator(".hy-waiting")).to_contain_text("答复延期申请")

    people().sign_in(*acts.CALLER).open(call).take(
        "对延期申请提出意见", {"镇街意见": "不同意延期", "说明": "小区门口人流大,等不起"}
    )
    operator = people().sign_in(*acts.OPERATOR).owing("外墙瓷砖脱落,须安装防护栏")
    expect(operator.page.locator(".hy-answered").first).to_contain_text(REASON)
    expect(operator.page.locator(".hy-answered").last).to_contain_text("等不起")
    expect(operator.form("同意延期").get_by_label("延期申请")).to_contain_text("镇街不同意")
    operator.take("同意延期", {"同意延长几个工作日": "8"})
    expect(operator.page.locator(".hy-timeline")).to_contain_text("8 个工作日")
    housing.open(call)
    expect(lead.locator(".hy-tag").filter(has_text="延期8个工作日")).to_be_visible()
    lead.get_by_text("怎么算的").click()
    expect(lead.locator(".hy-how")).to_contain_text("共13个工作日")
    expect(lead.locator(".hy-how")).to_contain_text("原期限")


def test_a_suspension_shows_as_one_everywhere_and_ends_when_its_ground_is_gone(people: People) -> None:
    matter = "外墙开裂,须先鉴定"
    call = _handled(people, matter)
    housing = people().sign_in(*acts.liaison_of(HOUSING)).open(call)
    housing.take(
        "申请暂缓办理",
        {
            "暂缓理由": "鉴定、检测",
            "暂缓到哪一天": f"{datetime.now(LOCAL) + timedelta(days=9):%Y-%m-%d}",
            "具体说明": "须先鉴定墙体安全",
            "证明材料": "鉴定委托书〔2026〕8号",
        },
    )
    expect(housing.page.locator(".hy-waiting")).to_contain_text("答复暂缓申请")
    people().sign_in(*acts.OPERATOR).owing(matter).take("同意暂缓")
    housing.open("/queue/to-do")
    row = housing.page.locator(".hy-queue tbody tr").filter(has_text=matter).filter(has_text="办理")
    expect(row.locator(".hy-light.is-suspended").first).to_have_text("暂缓")
    housing.open(call)
    lead = housing.page.locator(".hy-party.is-lead")
    expect(lead.locator("h3")).to_contain_text("暂缓办理中")
    expect(lead).to_contain_text("暂缓理由:鉴定、检测、检验、评估期间")
    handle = lead.locator(".hy-clocks > li").filter(has_text="办理")
    expect(handle.locator(".hy-light.is-suspended .icon")).to_be_visible()
    expect(handle).to_contain_text("暂停计时")
    expect(housing.page.locator(".hy-barred").filter(has_text="不能申请暂缓办理")).to_contain_text("期满自动恢复")
    housing.take("提前恢复办理", {"恢复原因": "鉴定报告已出"})
    expect(handle.locator(".hy-light.is-suspended")).to_have_count(0)
    expect(housing.page.locator(".hy-timeline")).to_contain_text("提前恢复办理")


def test_waiting_for_another_is_asked_in_writing_and_ends_with_its_part(people: People) -> None:
    call = acts.accepted_call(people, "院墙倾斜,权属不清", "惠民小区8号楼")
    operator = people().sign_in(*acts.OPERATOR)
    operator.open(f"{call}/triage?basis=other")
    form = operator.form("派发")
    operator.fill(form, {"派发依据": "三定规定、权责清单", "依据名称和文号": "三定规定", "主办单位": HOUSING})
    form.locator("details.hy-fold > summary").click()
    form.get_by_label(PLANNING, exact=True).first.check()
    form.locator("button[type=submit]").click()
    expect(operator.page.locator("#call")).to_contain_text("办理中")
    housing = people().sign_in(*acts.liaison_of(HOUSING)).open(call)
    acts.respond(housing, "林工", "199 0000 0202", "今天到场勘查")
    housing.take(
        "书面请求配合(等待)",
        {"请求哪个单位": PLANNING, "本单位哪一步要等它": "依权属确定责任人", "请求对方做什么": "请查明土地权属"},
    )
    handle = housing.page.locator(".hy-party.is-lead .hy-clocks > li").filter(has_text="办理")
    expect(handle.locator(".hy-tag").filter(has_text="等待他方办理")).to_be_visible()
    planning = people().sign_in(*acts.liaison_of(PLANNING)).open(call)
    expect(planning.page.locator(".hy-timeline")).to_contain_text("请查明土地权属")
    planning.take("报告协办情况", {"协办情况": "权属已查明", "本单位协办职责已完成": True})
    expect(planning.page.locator(".hy-timeline")).to_contain_text("等待结束")
    housing.open(call)
    expect(handle.locator(".hy-tag").filter(has_text="等待他方办理")).to_have_count(0)
