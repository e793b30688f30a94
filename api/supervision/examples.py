"""督办接口示例: one filled-in body a step. Names and places are invented."""

from collections.abc import Mapping
from typing import Any

from domain.shared.commands import Command
from domain.supervision import circulars, failures, orders, statement

_ORGANIZATION = "5b6a0c7e-3f0c-5d0e-9a53-0d5f2b1c7e11"

EXAMPLES: Mapping[type[Command], dict[str, Any]] = {
    orders.DraftOrder: {"addressee": _ORGANIZATION},
    orders.IssueOrder: {"order": 1, "demands": "请于答复期限内说明原因并立即办理"},
    orders.DiscardOrder: {"order": 1, "reason": "该单位已当面说明并到场"},
    orders.ReplyToOrder: {"order": 1, "text": "因人员调整漏看,现已派员到场,明日报结果"},
    orders.AcceptReply: {"order": 1, "remark": "同意,按所报时间办结"},
    orders.RefuseReply: {"order": 1, "reason": "没有说明何时办结"},
    orders.CloseOrder: {"order": 1, "remark": "已办结"},
    orders.SuperviseAsTownship: {"addressee": _ORGANIZATION, "demands": "请派员参加联合整治"},
    statement.StateInMatter: {"obligation": 1, "text": "当日已电话答复督办员,系统未及登记"},
    circulars.DraftCircular: {"addressee": _ORGANIZATION},
    circulars.IssueCircular: {"circular": 1, "demands": "限期整改并报告"},
    circulars.DiscardCircular: {"circular": 1, "reason": "已补充说明正当事由"},
    circulars.ReportRectification: {"circular": 1, "text": "已办结,并落实专人值守"},
    circulars.ConfirmRectification: {"circular": 1, "remark": "经核查属实"},
    circulars.RefuseRectification: {"circular": 1, "reason": "现场仍未清理"},
    failures.SuspectFailure: {
        "organization": _ORGANIZATION,
        "kind": "inaction",
        "reason": "报告已办结,现场没有处理",
    },
    failures.ConfirmFailure: {"suspicion": 1, "reason": "经核实,期限内没有响应"},
    failures.DismissFailure: {"suspicion": 1, "reason": "已于当日电话响应,有记录"},
}
"""By command; every step has one (held by a test)."""
