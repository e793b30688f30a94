"""办理的记录的写法: responses, reports and results, until a call is resolved, evaluated and filed."""

from collections.abc import Mapping

from api.pages.wording import REASON, TEXT, Words, excuses, name, plain, yes_no
from domain.calls.words import ClockPolicy, Grade

WORK: Mapping[str, Words] = {
    "calls.PartyResponded": Words(
        "响应",
        (("organization", "单位", name), ("handler", "承办人", plain), ("contact", "联系电话", plain)),
        (("first_step", "第一步"),),
    ),
    "calls.PartyArrived": Words("到达现场", (("organization", "单位", name),), (("remark", "说明"),)),
    "calls.ProgressReported": Words(
        "报告进展", (("organization", "单位", name), ("first_result", "首次反馈", yes_no)), TEXT
    ),
    "calls.AssistanceReported": Words(
        "协办情况", (("organization", "单位", name), ("done", "协办职责已完成", yes_no)), TEXT
    ),
    "calls.CooperationReported": Words("属地配合情况", (), TEXT),
    "calls.ResultReported": Words(
        "报告办理结果", (("organization", "单位", name), ("confirmer", "由谁确认(镇街主办)", name)), TEXT, "confirm"
    ),
    "calls.ResultConfirmed": Words("现场确认", (("on_site", "已到现场", yes_no),), TEXT, "resolve"),
    "calls.ReworkOrdered": Words(
        "退回重办",
        (
            ("own_fault", "为什么没有解决", lambda v: "承办单位没有办到位" if v else "不是承办单位的原因"),
            ("policy", "办理时限", lambda v: ClockPolicy(v).label),
            ("justified", "正当事由", excuses),
        ),
        REASON,
        "complete",
    ),
    "calls.CallResolved": Words("核实办结", (("spot_checked", "已抽查", yes_no),), TEXT, "evaluate"),
    "calls.CallEvaluated": Words("评价", (("grade", "评价", lambda v: Grade(v).label),), TEXT),
    "calls.CallClosed": Words("归档", (("evaluated", "已评价", yes_no),)),
}
