"""慢办的记录的写法: interim resolutions, shelving, consultations."""

from collections.abc import Mapping
from typing import Any

from api.pages.wording import REASON, TEXT, Words, excuses, moment, name, names, plain
from domain.calls.words import ClockPolicy


def _milestones(value: Any) -> str:
    return ";".join(f"第 {one['number']} 个:{one['day']} 前" for one in value)


def _agreed(value: Any) -> str:
    said = ((one["number"], one["organization"]["name"], moment(one["deadline"]["due"])) for one in value)
    return ";".join(f"第 {number} 项:{who},{due} 前" for number, who, due in said)


SLOW_WORK: Mapping[str, Words] = {
    "calls.InterimProposed": Words(
        "申请阶段性办结",
        (
            ("organization", "单位", name),
            ("file_number", "立案文号", plain),
            ("filed_on", "立案日期", plain),
            ("statute", "法定期限依据", plain),
            ("statutory_until", "法定期限至", plain),
            ("milestones", "办理节点", _milestones),
        ),
        (("text", ""), ("milestone_texts", "节点内容")),
        "answer",
        "答复",
    ),
    "calls.InterimRefused": Words(
        "不同意阶段性办结(时限照常计算)",
        (("organization", "单位", name), ("justified", "正当事由", excuses)),
        REASON,
    ),
    "calls.InterimResolved": Words(
        "阶段性办结",
        (
            ("organization", "单位", name),
            ("file_number", "立案文号", plain),
            ("statute", "法定期限依据", plain),
            ("statutory_until", "法定期限至", plain),
            ("milestones", "办理节点", _milestones),
        ),
        (("milestone_texts", "节点内容"), ("remark", "意见")),
    ),
    "calls.MilestoneMet": Words(
        "完成办理节点",
        (("organization", "单位", name), ("milestone", "节点", lambda v: f"第 {v} 个")),
        TEXT,
        "final",
        "报告最终结果",
    ),
    "calls.ShelvingProposed": Words(
        "提请挂账", (("organization", "提请单位", name), ("approver", "审批机关", name)), REASON, "approve", "审批"
    ),
    "calls.ShelvingRefused": Words(
        "不同意挂账(时限照常计算)",
        (("approver", "审批机关", name), ("justified", "正当事由", excuses)),
        REASON,
    ),
    "calls.CallShelved": Words(
        "挂账(不计办结)",
        (("approver", "批准机关", name), ("reference", "文号", plain)),
        (("reason", "意见"),),
        "review",
        "复核",
    ),
    "calls.ShelvingReviewed": Words(
        "挂账复核",
        (
            ("shelved_on", "结论", lambda v: "继续挂账" if v else "恢复办理"),
            ("policy", "办理时限", lambda v: ClockPolicy(v).label),
        ),
        (("reason", "情况"),),
        "review",
        "下次复核",
    ),
    "calls.LeadUnclear": Words(
        "承办单位不明,须会商", (("organization", "召集单位", name),), REASON, "convene", "组织会商"
    ),
    "calls.ConsultationConvened": Words(
        "召集会商",
        (
            ("convener", "召集单位", name),
            ("starts", "时间", moment),
            ("place", "地点", plain),
            ("invited", "邀请", names),
        ),
        (("subject", "议题"),),
        "record",
        "登记结果",
    ),
    "calls.InvitationAnswered": Words(
        "回复参会", (("organization", "单位", name), ("attendee", "参会人员", plain)), (("remark", "说明"),)
    ),
    "calls.ConsultationHeld": Words(
        "会商结果",
        (("attended", "到会", names), ("absent", "未到会", names), ("actions", "议定事项", _agreed)),
        (("minutes", "纪要"), ("action_texts", "议定内容")),
        "dispatch",
    ),
    "calls.AgreedActionDone": Words(
        "议定事项已落实", (("organization", "单位", name), ("action", "议定事项", lambda v: f"第 {v} 项")), TEXT
    ),
}
