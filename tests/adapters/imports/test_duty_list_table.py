"""责任清单表: departments found by any of their names, roles and limits read from the words, faults named."""

from uuid import UUID, uuid5

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.imports.duty_list_table import (
    DutyListReport,
    SourceGrade,
    read_duty_list,
    read_source,
    township_mode,
)
from adapters.imports.faults import TableRefused
from adapters.imports.offered_limits import OfferedLimit, limits_in
from domain.duty_lists.drafts import ItemDraft
from domain.duty_lists.kinds import DutyMode, DutyRole, LimitedAction
from domain.shared.deadlines import LimitUnit
from domain.shared.urgency import Urgency
from tests.adapters.imports.workbooks import csv_file, workbook

HEADER = ["领域", "事项", "县级部门", "县级主体责任", "乡镇配合责任", "依据"]
_NAMESPACE = UUID(int=7)


def organization(code: str) -> UUID:
    return uuid5(_NAMESPACE, code)


NAMES = {
    name: organization(code)
    for code, names in {
        "zhzf": ("综合行政执法局", "城市管理局"),
        "ziran": ("自然资源和规划局", "自然资源局", "林业主管部门"),
        "shengtai": ("生态环境分局",),
        "jiaotong": ("交通运输局",),
        "zhujian": ("住房和城乡建设局", "住建局"),
        "yingji": ("应急管理局",),
        "team": ("城管执法大队",),
    }.items()
    for name in names
}


def read(*rows: list[str]) -> DutyListReport:
    return read_duty_list(csv_file([HEADER, *rows]), NAMES)


def row(
    departments: str = "住建局",
    duty: str = "查处。",
    township: str = "配合拆除。",
    source: str = "",
    title: str = "事项甲",
) -> list[str]:
    return ["市容环境", title, departments, duty, township, source]


def bearers(departments: str, township: str = "配合拆除。") -> list[tuple[UUID, DutyRole, str, bool]]:
    report = read(row(departments, township=township))
    assert report.faults == ()
    return [(b.organization, b.role, b.note, b.lead) for b in report.rows[0].bearers]


def codes(report: DutyListReport) -> list[tuple[int | None, str | None, str]]:
    return [(fault.row, fault.column, fault.code) for fault in report.faults]


PRIMARY, COOPERATIVE = DutyRole.PRIMARY, DutyRole.COOPERATIVE


def test_the_first_department_leads_and_the_others_share_the_primary_duty() -> None:
    assert bearers("综合行政执法局、自然资源局") == [
        (organization("zhzf"), PRIMARY, "", True),
        (organization("ziran"), PRIMARY, "", False),
    ]


def test_who_is_marked_as_leading_comes_first() -> None:
    assert bearers("住建局、应急管理局(牵头)") == [
        (organization("yingji"), PRIMARY, "牵头", True),
        (organization("zhujian"), PRIMARY, "", False),
    ]


def test_who_only_guides_or_helps_cooperates_and_never_leads() -> None:
    assert bearers("自然资源和规划局\uff08指导\uff09、住建局、综合行政执法局(配合)") == [
        (organization("zhujian"), PRIMARY, "", True),
        (organization("ziran"), COOPERATIVE, "指导", False),
        (organization("zhzf"), COOPERATIVE, "配合", False),
    ]


def test_commas_inside_parentheses_part_nothing() -> None:
    assert bearers("交通运输局(行业监管、资金)、住建局") == [
        (organization("jiaotong"), PRIMARY, "行业监管、资金", True),
        (organization("zhujian"), PRIMARY, "", False),
    ]


def test_where_the_township_bears_the_matter_every_department_cooperates() -> None:
    report = read(row("交通运输局(业务指导、资金)", township="【乡镇为主体】负责辖区乡道建设和养护。"))
    (item,) = report.drafts()
    assert [(duty.bearer, duty.role) for duty in item.duties] == [
        (None, PRIMARY),
        (organization("jiaotong"), COOPERATIVE),
    ]
    assert item.duties[0].text == "负责辖区乡道建设和养护。"
    assert report.rows[0].lead is None


@pytest.mark.parametrize("name", ["城市管理局", "县城市管理局", "区城管执法大队", "城 管 执法大队", "住房和城乡建设局"])
def test_a_department_is_found_by_alias_and_with_or_without_its_place(name: str) -> None:
    assert read(row(name)).faults == ()


def test_departments_joined_by_and_or_et_cetera_are_taken_apart_but_a_name_with_and_is_one() -> None:
    report = read(row("应急管理局及各行业主管部门"), row("应急管理局、住建局等行业部门", title="事项乙"))
    assert report.faults == ()
    first, second = report.rows
    assert ([b.name for b in first.bearers], first.unnamed_bearers) == (["应急管理局"], ("各行业主管部门",))
    assert ([b.name for b in second.bearers], second.unnamed_bearers) == (["应急管理局", "住建局"], ("行业部门",))
    assert [notice.code for notice in report.notices] == ["unnamed-department"] * 2
    assert "各行业主管部门" in report.drafts()[0].source_note


def test_the_township_itself_among_the_departments_is_no_fault() -> None:
    assert bearers("住建局、街道办") == [(organization("zhujian"), PRIMARY, "", True)]


def test_an_unknown_department_is_named_with_the_nearest_ones() -> None:
    report = read(row("生态环镜分局"), row("住建局", title="事项乙"))
    assert codes(report) == [(2, "县级部门", "unknown-department")]
    assert "“生态环境分局”" in report.faults[0].message
    assert [r.number for r in report.rows] == [3]


def test_a_department_listed_twice_under_two_names_counts_once_and_is_said() -> None:
    report = read(row("住建局、住房和城乡建设局"))
    assert len(report.rows[0].bearers) == 1
    assert [notice.code for notice in report.notices] == ["doubled-department"]


def test_a_cell_without_a_department_or_without_a_primary_one_is_a_fault() -> None:
    report = read(row("各有关部门"), row("住建局(指导)", title="事项乙"))
    assert codes(report) == [(2, "县级部门", "no-department"), (3, "县级部门", "no-primary-bearer")]
    assert "【乡镇为主体】" in report.faults[1].message


def test_a_doubled_item_is_named_with_the_earlier_row() -> None:
    report = read(row(), row(title="事项乙"), row(title="事 项 甲"))
    assert codes(report) == [(4, "事项", "doubled-item")]
    assert "第2行" in report.faults[0].message


def test_empty_field_duty_or_department_are_faults_by_row_and_column() -> None:
    report = read(
        ["", "事项甲", "住建局", "查处", "配合", ""],
        ["市容环境", "事项乙", "住建局", " ", "配合", ""],
        row(township="【乡镇为主体】", title="事项丙"),
    )
    assert codes(report) == [
        (2, "领域", "empty-cell"),
        (3, "县级主体责任", "empty-cell"),
        (4, "乡镇配合责任", "empty-duty"),
    ]


def test_too_long_a_title_is_a_fault() -> None:
    assert codes(read(row(title="长" * 201))) == [(2, "事项", "cell-too-long")]


def test_with_any_fault_nothing_is_imported() -> None:
    report = read(row(), row("不存在的局", title="事项乙"))
    assert len(report.rows) == 1
    with pytest.raises(TableRefused, match="没有导入任何内容") as refused:
        report.drafts()
    assert refused.value.faults == report.faults


def test_english_headers_and_workbooks_are_read_alike() -> None:
    english = ["domain", "item", "county_department", "county_primary_duty", "township_cooperative_duty", "source"]
    assert read_duty_list(workbook([english, row()]), NAMES).rows == read(row()).rows


@pytest.mark.parametrize(
    ("source", "grade", "basis", "note"),
    [
        ("[S] http://a.cn/1 (岚山区)", SourceGrade.SUPPORTED, "", "http://a.cn/1 (岚山区)"),
        (
            "[P] http://a.cn/1 + 凭记忆(法条号使用前须核对): 消防法32条",
            SourceGrade.PARTLY,
            "消防法32条(法条号使用前须核对)",
            "http://a.cn/1",
        ),
        (
            "[M] 凭记忆(法条号使用前须核对): 公路法8条",
            SourceGrade.MEMORY,
            "公路法8条(法条号使用前须核对)",
            "",
        ),
        ("[P] http://a.cn + 凭记忆(法条号使用前须核对): ", SourceGrade.PARTLY, "", "http://a.cn"),
        ("《公路法》第八条", None, "《公路法》第八条", ""),
        ("", None, "", ""),
    ],
)
def test_grade_basis_and_source_are_told_apart_and_what_was_written_from_memory_keeps_its_caution(
    source: str, grade: SourceGrade | None, basis: str, note: str
) -> None:
    assert read_source(source) == (grade, basis, note)


def test_the_grade_stands_in_the_items_source_note() -> None:
    (item,) = read(row(source="[M] 凭记忆(须核对): 公路法8条")).drafts()
    assert "使用前须核对" in item.source_note
    assert item.legal_basis == "公路法8条(须核对)"


def offered(text: str) -> list[tuple[str, str, LimitedAction, Urgency, int, LimitUnit]]:
    return [(o.step, o.words, o.action, o.urgency, o.limit.amount, o.limit.unit) for o in limits_in(text)]


def test_limits_are_offered_from_the_words_with_the_step_they_bound() -> None:
    ordinary, handle = Urgency.ORDINARY, LimitedAction.HANDLE
    assert offered("停工4个工作时、处罚7个工作日、拆除20个工作日为处置时限;以彻底拆除为结案条件。") == [
        ("停工", "4个工作时", handle, ordinary, 4, LimitUnit.WORKING_HOURS),
        ("处罚", "7个工作日", handle, ordinary, 7, LimitUnit.WORKING_DAYS),
        ("拆除", "20个工作日", handle, ordinary, 20, LimitUnit.WORKING_DAYS),
    ]


def test_urgent_working_hours_run_round_the_clock() -> None:
    (limit,) = offered("3个紧急工作时内整改。")
    assert limit[4:] == (3, LimitUnit.HOURS)


def test_an_urgent_orders_response_first_and_final_result_are_told_apart() -> None:
    assert offered("学生教育;紧急工单30分钟响应、2小时反馈初步结果、24小时回复最终结果。") == [
        ("紧急工单响应", "30分钟", LimitedAction.RESPOND, Urgency.EMERGENCY, 30, LimitUnit.MINUTES),
        ("反馈初步结果", "2小时", LimitedAction.FIRST_RESULT, Urgency.EMERGENCY, 2, LimitUnit.HOURS),
        ("回复最终结果", "24小时", LimitedAction.HANDLE, Urgency.EMERGENCY, 24, LimitUnit.HOURS),
    ]


@pytest.mark.parametrize(
    ("text", "amount", "unit"),
    [
        ("十五个工作日内清理", 15, LimitUnit.WORKING_DAYS),
        ("两小时内到场", 2, LimitUnit.HOURS),
        ("二十日内拆除", 480, LimitUnit.HOURS),
        ("接呼叫一周内维修", 168, LimitUnit.HOURS),
        ("8 个工作小时内", 8, LimitUnit.WORKING_HOURS),
    ],
)
def test_chinese_numerals_days_and_weeks_are_understood(text: str, amount: int, unit: LimitUnit) -> None:
    ((_, _, _, _, found, found_unit),) = offered(text)
    assert (found, found_unit) == (amount, unit)


@pytest.mark.parametrize(
    "text",
    ["2025年7月1日起施行", "第10日常检查", "城乡规划法64条", "0个工作日", "342省道", "国办发〔2017〕87号", "日常巡查"],
)
def test_dates_articles_and_numbers_are_no_limits(text: str) -> None:
    assert offered(text) == []


@given(st.integers(1, 99), st.sampled_from(["工作时", "工作日", "紧急工作时", "分钟", "小时"]))
def test_every_stated_amount_is_found_with_its_very_words(amount: int, unit: str) -> None:
    (found,) = limits_in(f"接到呼叫后{amount}个{unit}内到场处置")
    assert found.limit.amount == amount
    assert found.words == f"{amount}个{unit}内"
    assert found.step == "接到呼叫后到场处置"


def only(report: DutyListReport) -> ItemDraft:
    (item,) = report.drafts()
    return item


def test_a_single_limit_holds_for_the_item_and_several_bound_steps_of_the_lead() -> None:
    single = only(read(row(duty="4个工作时内彻底清理。")))
    assert [(own.action, own.limit.amount) for own in single.limits] == [(LimitedAction.HANDLE, 4)]
    assert single.steps == ()
    staged = only(read(row("综合行政执法局、住建局", duty="3个紧急工作时内围护,5个工作日恢复路面。")))
    assert staged.limits == ()
    assert [(step.name, step.bearer, step.limits[0].limit.amount) for step in staged.steps] == [
        ("围护", organization("zhzf"), 3),
        ("恢复路面", organization("zhzf"), 5),
    ]


def test_a_limit_in_the_townships_column_binds_the_township() -> None:
    item = only(read(row(township="先期处置,20分钟电话报告。")))
    assert item.limits == ()
    assert [(step.name, step.bearer) for step in item.steps] == [("电话报告", None)]


def test_limits_are_taken_only_when_asked_for() -> None:
    report = read(row(duty="4个工作时内彻底清理。"))
    assert [type(limit) for _, limit in report.limits] == [OfferedLimit]
    (item,) = report.drafts(with_limits=False)
    assert (item.limits, item.steps) == ((), ())


@pytest.mark.parametrize(
    ("text", "mode"),
    [
        ("日常巡查,及时上报,做好宣传。", DutyMode.STANDING),
        ("巡查上报,配合联合执法。", DutyMode.ON_CALL),
        ("发现后先行劝阻。", DutyMode.ON_CALL),
    ],
)
def test_a_township_duty_beyond_patrol_publicity_and_reporting_is_on_call(text: str, mode: DutyMode) -> None:
    assert township_mode(text) is mode
