"""呼叫到受理的记录的写法: how a call comes in: submitted, endorsed, sent back, accepted, declined, withdrawn."""

from collections.abc import Mapping

from api.pages.wording import REASON, Words, name, names, plain, yes_no
from domain.shared.urgency import Urgency

INTAKE: Mapping[str, Words] = {
    "calls.CallSubmitted": Words(
        "提交呼叫",
        (
            ("urgency", "紧急程度", lambda v: Urgency(v).label),
            ("place", "地点", plain),
            ("informant_name", "反映人", plain),
            ("informant_phone", "反映人电话", plain),
            ("item_hint", "呼叫人所选事项", plain),
        ),
        (("text", ""), ("own_measures", "镇街已采取的措施")),
        "endorse",
    ),
    "calls.CallEndorsed": Words("镇街签发", (), (("remark", "签发意见"),)),
    "calls.EndorsementRefused": Words("镇街退回修改", (), REASON),
    "calls.CallPlaced": Words(
        "呼叫发出", (("platform", "受理平台", name), ("duty_room", "同时报", name)), (), "accept"
    ),
    "calls.CallSentBack": Words("退回补正", (), (("gaps", "需补正"),), "supplement"),
    "calls.CallSupplemented": Words(
        "补正", (("place", "地点", plain),), (("text", ""), ("supplement", "补充说明")), "accept"
    ),
    "calls.CallAccepted": Words("受理", (("acting", "受理单位", name),), (), "dispatch"),
    "calls.CallDeclined": Words(
        "不予受理",
        (("ground_text", "理由", plain), ("co_callers", "也可申请复核", names)),
        (("reason", "说明"),),
        "contest",
    ),
    "calls.DeclineContested": Words("申请复核不予受理", (("township", "提出镇街", name),), REASON, "answer"),
    "calls.DeclineContestDecided": Words(
        "复核决定", (("upheld", "维持不予受理", yes_no),), (("reason", "复核意见"),), "dispatch"
    ),
    "calls.CallHandedOver": Words(
        "移交其他渠道", (("target_text", "移交去向", plain), ("receipt", "回执编号", plain)), REASON
    ),
    "calls.CallWithdrawn": Words(
        "撤回呼叫",
        (("after_dispatch", "派发后撤回", yes_no), ("asked_by", "由谁提出", plain)),
        REASON,
    ),
}
