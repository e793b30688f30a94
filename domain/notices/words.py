"""通知的用词: what a notice says happened, in words short enough for a telephone."""

from domain.shared.labels import Labelled


class Topic(Labelled):
    """事由: what an organization is told. Stored with every notice: a value is never given another meaning."""

    ENDORSE = "endorse", "请签发:本镇街新的呼叫"
    AMEND = "amend", "请修改:负责同志退回修改"
    ACCEPT = "accept", "请受理:新的呼叫"
    ACCEPT_SUPPLEMENTED = "accept_supplemented", "请受理:镇街已补正"
    SUPPLEMENT = "supplement", "请补正:平台退回补正"
    CONTEST_DECLINE = "contest_decline", "不予受理:可申请复核"
    ANSWER_CONTEST = "answer_contest", "请复核:镇街对不予受理申请复核"
    DISPATCH = "dispatch", "请派发"
    DISPATCH_ANEW = "dispatch_anew", "请另行派发"
    DISPATCH_PART = "dispatch_part", "请派发:异议成立的部分"
    RESPOND_AS_LEAD = "respond_as_lead", "请响应:新派发,由贵单位主办"
    RESPOND_AS_ASSISTANT = "respond_as_assistant", "请响应:新派发,由贵单位协办"
    COOPERATE = "cooperate", "请配合:已派发,镇街按清单配合"
    MEDIATE = "mediate", "请协调:承办单位提出异议"
    OPINE = "opine", "请出具职责界定意见"
    DESIGNATE = "designate", "请指定承办单位"
    CONFIRM = "confirm", "请现场确认:已报告办理结果"
    RESOLVE = "resolve", "请核实办结:已现场确认"
    REWORK = "rework", "请重新办理:退回重办"
    EVALUATE = "evaluate", "请评价:已核实办结"
    CONFIRM_LATE_ENTRY = "confirm_late_entry", "请确认补录"
    URGENCY = "urgency", "紧急程度已调整,期限以页面为准"

    ACCEPTED = "accepted", "呼叫已受理"
    URGENCY_CHANGED = "urgency_changed", "紧急程度已调整"
    CONTEST_UPHELD = "contest_upheld", "复核决定:维持不予受理"
    CONTEST_GRANTED = "contest_granted", "复核决定:改为受理"
    HANDED_OVER = "handed_over", "呼叫已移交其他渠道"
    DISPATCHED = "dispatched", "呼叫已派发"
    PART_DISPATCHED = "part_dispatched", "异议成立的部分已另行派发"
    RESPONDED = "responded", "承办单位已响应"
    ARRIVED = "arrived", "已记录到达现场"
    OBJECTED = "objected", "承办单位提出异议,时限照常计算"
    OBJECTION_UPHELD = "objection_upheld", "承办异议成立"
    OBJECTION_REJECTED = "objection_rejected", "承办异议不成立,时限照常计算"
    OPINION_GIVEN = "opinion_given", "已出具职责界定意见"
    DESIGNATED = "designated", "已指定承办单位"
    PROGRESS = "progress", "承办单位报告进展"
    ASSISTED = "assisted", "协办单位报告协办情况"
    COOPERATED = "cooperated", "镇街报告配合情况"
    CONFIRMED = "confirmed", "镇街已现场确认"
    REWORKED = "reworked", "平台抽查后退回重办"
    RESOLVED = "resolved", "已核实办结"
    EVALUATED = "evaluated", "已收到评价"
    WITHDRAWN = "withdrawn", "呼叫已撤回,不必再办"
    CORRECTED = "corrected", "事项内容已更正"
    NOTED = "noted", "有新的备注"
    CALLED = "called", "对方记录了与贵单位的电话"
    LATE_ENTRY_CONFIRMED = "late_entry_confirmed", "补录已获对方确认"
    LATE_ENTRY_CONTESTED = "late_entry_contested", "对方对补录提出异议"

    @property
    def owed(self) -> bool:
        """Whether it asks something of whom it is told to; the others only let them know."""
        return self in _OWED


_OWED = frozenset(
    {
        Topic.ENDORSE,
        Topic.AMEND,
        Topic.ACCEPT,
        Topic.ACCEPT_SUPPLEMENTED,
        Topic.SUPPLEMENT,
        Topic.CONTEST_DECLINE,
        Topic.ANSWER_CONTEST,
        Topic.DISPATCH,
        Topic.DISPATCH_ANEW,
        Topic.DISPATCH_PART,
        Topic.RESPOND_AS_LEAD,
        Topic.RESPOND_AS_ASSISTANT,
        Topic.COOPERATE,
        Topic.MEDIATE,
        Topic.OPINE,
        Topic.DESIGNATE,
        Topic.CONFIRM,
        Topic.RESOLVE,
        Topic.REWORK,
        Topic.EVALUATE,
        Topic.CONFIRM_LATE_ENTRY,
        Topic.URGENCY,
    }
)
