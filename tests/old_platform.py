"""原平台: an invented older platform and the event logs it exports: cases as such platforms keep them, mixed."""

import csv
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

COLUMNS = (
    *("工单号", "环节", "办理时间", "处理单位", "承办单位", "协办单位", "镇街", "紧急程度"),
    *("内容", "地点", "事项", "经办人", "满意度", "办理期限"),
)

MAPPING = """\
source: 示范县原呼叫平台
basis:
  kind: 三定规定、权责清单
  reference: 示范县乡呼县应试行办法(2023)
columns:
  case: 工单号
  activity: 环节
  time: 办理时间
  organization: 处理单位
  handler: 承办单位
  assistants: 协办单位
  township: 镇街
  urgency: 紧急程度
  text: 内容
  place: 地点
  item: 事项
  person: 经办人
  grade: 满意度
  deadline: 办理期限
activities:
  登记: 提交呼叫
  受理: 受理
  派单: 派发
  签收: 响应
  处理中: 报告进展
  退单: 提出承办异议
  同意退单: 异议成立
  办结反馈: 报告办理结果
  核实: 现场确认
  退回: 退回重办
  结案: 核实办结
  回访: 评价
  撤单: 撤回呼叫
  不受理: 不予受理
  留言: 备注
  系统提醒: 不导入
urgencies: {加急: 紧急, 特急: 特急}
grades: {很满意: 满意, 一般: 基本满意}
"""

Line = dict[str, str]

_TOWNSHIPS = ("城东镇", "城西镇")
_HANDLERS = ("综合行政执法局", "市场监管局", "住房和城乡建设局", "生态环境分局")
_TEXTS = ("学前街口流动摊贩占道经营,影响学生通行。", "沿河路夜市油烟直排,居民多次反映。", "工地围挡倒伏,路人绕行。")
_LIVES = (
    ("登记", "受理", "派单", "签收", "处理中", "办结反馈", "核实", "结案", "回访"),
    ("登记", "受理", "派单", "签收", "办结反馈", "核实", "结案"),
    ("登记", "受理", "派单", "签收", "处理中", "办结反馈", "退回", "处理中", "办结反馈", "核实", "结案", "回访"),
    ("登记", "受理", "派单", "退单", "同意退单", "派单", "签收", "办结反馈", "核实", "结案", "回访"),
    ("登记", "派单", "签收", "系统提醒", "办结反馈", "结案"),
    ("登记", "受理", "派单", "签收", "留言", "处理中"),
    ("登记", "不受理"),
    ("登记", "受理", "撤单"),
)
"""How a case goes there; the fifth skips steps that others have."""


def lives(cases: int, seed: int = 1, begun: datetime = datetime(2024, 3, 4, 9, 0)) -> Iterator[list[Line]]:  # noqa: DTZ001
    """So many cases, each with its rows in the order in which they happened."""
    random = Random(seed)
    for number in range(cases):
        at = begun + timedelta(minutes=37 * (number % 20_000))
        yield list(_one_life(f"GD{2024000000 + number}", _LIVES[number % len(_LIVES)], at, random))


def _one_life(number: str, steps: Sequence[str], at: datetime, random: Random) -> Iterator[Line]:
    township, (handler, other, assistant) = random.choice(_TOWNSHIPS), random.sample(_HANDLERS, 3)
    due = at + timedelta(days=random.choice((3, 5, 10)))
    for step in steps:
        line = {"工单号": number, "环节": step, "办理时间": at.strftime("%Y-%m-%d %H:%M:%S"), "镇街": township}
        line["处理单位"] = "呼应平台"
        if step in ("登记", "核实", "退回", "回访", "撤单"):
            line["处理单位"] = township
        elif step in ("签收", "处理中", "办结反馈", "退单"):
            line["处理单位"] = handler
        if step == "登记":
            line |= {"内容": random.choice(_TEXTS), "地点": f"学前街{random.randrange(200)}号", "事项": "占道经营"}
            line["紧急程度"] = random.choice(("一般", "一般", "加急"))
        elif step == "派单":
            line |= {"承办单位": handler, "办理期限": due.strftime("%Y-%m-%d %H:%M:%S")}
            line["协办单位"] = assistant if random.random() < 0.3 else ""
        elif step == "回访":
            line |= {"满意度": random.choice(("很满意", "一般", "不满意")), "内容": "回访记录"}
        elif step == "同意退单":
            handler = other
            line["承办单位"] = ""
        else:
            line |= {"内容": f"{step}:已按要求办理。", "经办人": random.choice(("张某", "李某"))}
        yield line
        at += timedelta(minutes=random.randrange(5, 2_000))


def rows_of(cases: Sequence[Sequence[Line]]) -> list[Line]:
    """The rows of all cases as an export has them: by time, the cases mixed."""
    return sorted((line for case in cases for line in case), key=lambda line: (line["办理时间"], line["工单号"]))


def write_log(path: Path, rows: Sequence[Line], encoding: str = "utf-8-sig") -> Path:
    """A CSV file of these rows."""
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, restval="")
        writer.writeheader()
        writer.writerows(rows)
    return path


def write_mapping(path: Path, **changed: Any) -> Path:
    """The mapping of this platform; `changed` texts are replaced in it."""
    text = MAPPING
    for old, new in changed.items():
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")
    return path
