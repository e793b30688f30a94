"""Story 3 in Chromium: 退单拉锯: two objections, an opinion, a binding designation; then it is over."""

from playwright.sync_api import expect

from tests.journeys import acts
from tests.journeys.acts import People
from tests.journeys.browser import Person

MATTER = "老旧小区外墙瓷砖成片脱落,砸坏两辆车"
HOUSING, PLANNING = "住房和城乡建设局", "自然资源和规划局"
OFFICE_LEADER = ("林少华", "机构编制委员会办公室")
GROUP_LEADER = ("颜少华", "领导小组")


def _object(liaison: Person, reason: str) -> None:
    liaison.take(
        "提出承办异议",
        {
            "异议范围": "全部不属于本单位职责",
            "异议理由": "明确由其他单位承担主体责任",
            "引用的清单事项或依据": "清单“物业服务纠纷与业主大会指导”",
            "具体说明": reason,
        },
    )


def test_the_tug_of_war_ends_by_designation(people: People) -> None:
    """No clock stops, the first round is a mis-dispatch, the opinion and the designation stand in the record."""
    call = acts.accepted_call(people, MATTER, "惠民小区3号楼")
    operator = people().sign_in(*acts.OPERATOR)
    acts.dispatch_off_list(operator, call, HOUSING)
    housing = people().sign_in(*acts.liaison_of(HOUSING)).open(call)
    _object(housing, "该小区由街道主管")
    lead = housing.page.locator(".hy-party.is-lead")
    expect(lead).to_contain_text("异议处理中(时限照常计算)")
    expect(lead.locator(".hy-clocks > li").filter(has_text="办理")).to_contain_text("正常")

    operator.owing(MATTER)
    operator.take("认定异议成立", {"提出异议的单位": f"{HOUSING}(主办)", "认定理由": "经核对,不属住建局职责"})
    expect(operator.page.locator("#call")).to_contain_text("待派发")
    expect(operator.page.locator(".hy-timeline")).to_contain_text("异议成立(原派发计为平台错派)")
    mistaken = operator.page.locator(".hy-party").filter(has_text=HOUSING)
    expect(mistaken.locator(".hy-clocks")).to_contain_text("终止")
    # What ended with a mistaken dispatch was neither done nor done in time.
    expect(mistaken.locator(".hy-clocks")).not_to_contain_text("按期")
    expect(mistaken.locator(".hy-light.is-done, .hy-light.is-overdue")).to_have_count(0)

    acts.dispatch_off_list(operator, call, PLANNING)
    expect(operator.page.locator(".hy-party.is-past")).to_contain_text("第 1 轮派发,现已另行派发")
    planning, second_window = (people().sign_in(*acts.liaison_of(PLANNING)).open(call) for _ in range(2))
    _object(planning, "外墙属房屋安全,不属规划")
    expect(planning.page.locator(".hy-barred")).to_contain_text("已经两次异议处理")
    reason = "从另一个窗口再写一遍"
    _object(second_window, reason)
    expect(second_window.page.locator("[data-problem]")).to_contain_text("已经两次异议处理")
    expect(second_window.form("提出承办异议").get_by_label("具体说明")).to_have_value(reason)
    operator.owing(MATTER).take("提请职责界定", {"需界定的问题": "外墙脱落由谁主办"})
    expect(operator.page.locator(".hy-waiting")).to_contain_text("编制委员会办公室")

    office = people().sign_in(*OFFICE_LEADER).owing(MATTER)
    office.take(
        "出具职责界定意见",
        {
            "应承办单位": HOUSING,
            "意见文号": "示编办函〔2026〕3号",
            "可参照": True,
            "意见内容": "房屋安全由住建部门主管",
        },
    )
    opinion = office.page.locator(".hy-timeline > li").filter(has_text="示编办函〔2026〕3号")
    expect(opinion.locator(".rows")).to_contain_text("可参照")

    chief = people().sign_in(*GROUP_LEADER).owing(MATTER)
    chief.take(
        "指定承办", {"指定承办单位": HOUSING, "批示或会议纪要文号": "纪要〔2026〕5号", "指定理由": "采纳界定意见"}
    )
    expect(chief.page.locator(".hy-timeline")).to_contain_text("指定承办(具有约束力)")

    operator.open(f"{call}/triage?basis=other")
    form = operator.form("派发")
    expect(form.get_by_label("主办单位").locator("option:checked")).to_have_text(HOUSING)
    expect(operator.page.locator(".hy-checks")).to_contain_text(f"已指定由{HOUSING}承办")
    operator.take("派发", {"派发依据": "指定承办", "依据名称和文号": "纪要〔2026〕5号"})
    expect(operator.page.locator("#call")).to_contain_text("办理中")

    expect(housing.open(call).page.locator(".hy-barred")).to_contain_text("请按派发承办")
    expect(housing.page.get_by_role("button", name="提出承办异议")).to_have_count(0)
    expect(housing.page.locator(".hy-timeline > li").filter(has_text="提出承办异议")).to_have_count(2)
    expect(
        housing.page.locator(".hy-timeline strong")
        .filter(has_text="派发")
        .and_(housing.page.get_by_text("派发", exact=True))
    ).to_have_count(3)


def test_only_the_part_objected_to_moves_on(people: People) -> None:
    """The lead goes on on its own clocks; the platform sends the part on by the form of the page."""
    call = acts.accepted_call(people, "小区外墙脱落,开发商与邻地权属不清", "惠民小区5号楼")
    operator = people().sign_in(*acts.OPERATOR)
    acts.dispatch_off_list(operator, call, HOUSING)
    people().sign_in(*acts.liaison_of(HOUSING)).open(call).take(
        "提出承办异议",
        {
            "异议范围": "部分不属于",
            "异议理由": "明确由其他单位承担主体责任",
            "引用的清单事项或依据": "三定规定第二条",
            "具体说明": "土地权属不属本局",
        },
    )
    operator.open(call).take("认定异议成立", {"提出异议的单位": f"{HOUSING}(主办)", "认定理由": "权属属自然资源"})
    expect(operator.page.locator("#call")).to_contain_text("办理中")
    expect(operator.page.locator(".hy-waiting")).to_contain_text("派发异议成立的部分")
    operator.take(
        "派发异议成立的部分",
        {
            "异议部分成立的单位": f"{HOUSING}(主办)",
            "派发哪一部分": "查明土地权属",
            "承办单位": PLANNING,
            "派发依据": "三定规定、权责清单",
            "依据名称和文号": "自然资源局三定规定",
        },
    )
    lead = operator.page.locator(".hy-party.is-lead")
    expect(lead).to_contain_text(HOUSING)
    expect(lead.locator(".hy-clocks > li").filter(has_text="办理")).to_contain_text("正常")
    further = operator.page.locator(".hy-party").filter(has_text=PLANNING)
    expect(further.locator(".hy-clocks > li").filter(has_text="协办")).to_contain_text("正常")
    expect(operator.page.locator(".hy-timeline")).to_contain_text("部分,其余仍由该单位承办")
    expect(operator.page.locator(".hy-timeline")).to_contain_text("查明土地权属")
    people().sign_in(*acts.liaison_of(PLANNING)).owing("小区外墙脱落")
