"""办结之后的记录的写法: opened again, evaluations changed and contested."""

from collections.abc import Mapping

from api.pages.wording import REASON, TEXT, Words, name, plain
from domain.calls.words import Grade, ReopeningPolicy

AFTERMATH: Mapping[str, Words] = {
    "calls.CallReopened": Words(
        "重新打开",
        (
            ("township", "提出镇街", name),
            ("lead", "主办", name),
            ("policy", "办理时限", lambda v: ReopeningPolicy(v).label),
        ),
        REASON,
    ),
    "calls.EvaluationChanged": Words(
        "变更评价",
        (
            ("township", "评价镇街", name),
            ("was", "原为", lambda v: Grade(v).label),
            ("grade", "现为", lambda v: Grade(v).label),
        ),
        REASON,
    ),
    "calls.EvaluationContested": Words(
        "对评价提出异议",
        (("organization", "单位", name), ("township", "评价镇街", name)),
        (("reason", "理由"), ("proof", "证明")),
        "decide",
        "处理",
    ),
    "calls.EvaluationUpheld": Words(
        "维持评价", (("organization", "决定单位", name), ("township", "评价镇街", name)), REASON
    ),
    "calls.EvaluationExclusionProposed": Words(
        "提请评价不计入", (("township", "评价镇街", name), ("approver", "审批机关", name)), REASON, "approve", "审批"
    ),
    "calls.EvaluationExcluded": Words(
        "评价不计入(评价仍可查看)",
        (("approver", "决定单位", name), ("township", "评价镇街", name), ("grade", "评价", lambda v: Grade(v).label)),
        (("reason", "意见"),),
    ),
    "calls.PressureReported": Words(
        "反映评价受干预(只有本镇街、督查机构和监督查阅员能看到)", (("pressing", "谁要求的", plain),), TEXT
    ),
}
