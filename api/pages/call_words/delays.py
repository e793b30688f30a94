"""延期、暂缓、等待的记录的写法: more time asked for and given, waits, the level above, clocks counted anew."""

from collections.abc import Mapping
from typing import Any

from api.pages.wording import REASON, RECOMPUTED, TEXT, Words, clocks, excuses, moment, name, plain, yes_no
from domain.calls.words import UpperOutcome, WaitEnd


def _working_days(value: Any) -> str:
    return f"{value} 个工作日"


DELAYS: Mapping[str, Words] = {
    "calls.ExtensionRequested": Words(
        "申请延期(答复前时限照常计算)",
        (
            ("organization", "单位", name),
            ("working_days", "申请延长", _working_days),
            ("ground_text", "理由", plain),
        ),
        (("reason", "说明"),),
        "answer",
    ),
    "calls.ExtensionOpinionGiven": Words(
        "镇街对延期申请的意见", (("agrees", "同意延期", yes_no),), (("text", "说明"),)
    ),
    "calls.ExtensionGranted": Words(
        "同意延期",
        (
            ("organization", "单位", name),
            ("working_days", "同意延长", _working_days),
            ("asked", "申请延长", _working_days),
            ("ground_text", "理由", plain),
            ("moved", "新的期限", clocks),
            ("justified", "正当事由", excuses),
        ),
        (("remark", "说明"),),
    ),
    "calls.ExtensionRefused": Words(
        "不同意延期(时限照常计算)",
        (("organization", "单位", name), ("justified", "正当事由", excuses)),
        REASON,
    ),
    "calls.SuspensionRequested": Words(
        "申请暂缓办理(答复前时限照常计算)",
        (
            ("organization", "单位", name),
            ("ground_text", "理由", plain),
            ("last_day", "暂缓至", lambda v: f"{v}(含当日)"),
        ),
        (("reason", "说明"), ("proof", "证明材料")),
        "answer",
    ),
    "calls.CallSuspended": Words(
        "暂缓办理(期满自动恢复计时)",
        (
            ("organization", "单位", name),
            ("ground_text", "理由", plain),
            ("last_day", "暂缓至", lambda v: f"{v}(含当日)"),
            ("moved", "恢复后的期限", clocks),
            ("justified", "正当事由", excuses),
        ),
        (("remark", "说明"),),
    ),
    "calls.SuspensionRefused": Words(
        "不同意暂缓办理(时限照常计算)",
        (("organization", "单位", name), ("justified", "正当事由", excuses)),
        REASON,
    ),
    "calls.CallResumed": Words(
        "提前恢复办理",
        (("organization", "单位", name), ("was_until", "原定恢复", moment), ("moved", "恢复后的期限", clocks)),
        (("reason", "恢复原因"),),
    ),
    "calls.WaitingRequested": Words(
        "书面请求配合",
        (("organization", "请求单位", name), ("on", "被请求单位", name), ("reference", "函件文号", plain)),
        (("request", "请求"), ("own_step", "所等的环节")),
    ),
    "calls.WaitingEnded": Words(
        "等待结束",
        (
            ("organization", "等待单位", name),
            ("on", "被请求单位", name),
            ("upper", "上级单位", plain),
            ("how", "原因", lambda v: WaitEnd(v).label),
            ("justified", "正当事由", excuses),
        ),
        (("remark", "说明"),),
    ),
    "calls.EscalatedUp": Words(
        "提级上报(没有回执前不计正当事由)",
        (("upper", "上报给", plain), ("letter", "上报文号", plain), ("waiter", "等待单位", name)),
        (("part", "上报部分"), ("reason", "上报原因"), ("request", "请上级")),
        "follow_up",
    ),
    "calls.UpperReceiptRecorded": Words(
        "登记上级回执",
        (
            ("upper", "上级单位", plain),
            ("receipt", "回执编号", plain),
            ("promised", "承诺答复", moment),
            ("organization", "等待单位", name),
            ("since", "起算等待", moment),
        ),
        (("received_by", "收件人"),),
    ),
    "calls.UpperAnswerRecorded": Words(
        "登记上级答复",
        (
            ("upper", "上级单位", plain),
            ("outcome", "结果", lambda v: UpperOutcome(v).label),
            ("reference", "答复文号", plain),
        ),
        TEXT,
    ),
    "calls.EscalationWithdrawn": Words("撤回提级上报", (("upper", "上级单位", plain),), (("reason", "撤回原因"),)),
    "calls.ClocksRecomputed": RECOMPUTED,
}
