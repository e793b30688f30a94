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
    ANSWER_EXTENSION = "answer_extension", "请答复延期申请"
    ANSWER_SUSPENSION = "answer_suspension", "请答复暂缓申请"
    ANSWER_INTERIM = "answer_interim", "请答复阶段性办结申请"
    WAITED_FOR = "waited_for", "请配合:其他承办单位书面请求先办理"
    MEET_MILESTONES = "meet_milestones", "请按节点办理:已同意阶段性办结"
    FINAL_RESULT = "final_result", "请报告最终办理结果:节点已全部完成"
    APPROVE_SHELVING = "approve_shelving", "请审批挂账"
    REVIEW_SHELVING = "review_shelving", "请按期复核挂账"
    CONVENE = "convene", "请组织会商:承办单位不明"
    ATTEND = "attend", "请参加会商"
    HOLD = "hold", "请召开会商并登记结果"
    AGREED_ACTION = "agreed_action", "请落实会商议定事项"
    REOPENED = "reopened", "请重新办理:事项已重新打开"
    DECIDE_EVALUATION = "decide_evaluation", "请处理评价异议"
    APPROVE_EXCLUSION = "approve_exclusion", "请审批评价不计入"
    DUE_SOON = "due_soon", "请抓紧办理:即将到期"
    URGED = "urged", "催办:已超期,请立即办理"
    SIGN_ORDER = "sign_order", "请审签:督办通知单草稿"
    ANSWER_ORDER = "answer_order", "请答复:督办通知单"
    ANSWER_TOWNSHIP_ORDER = "answer_township_order", "请答复:镇街督办通知单"
    ANSWER_ORDER_AGAIN = "answer_order_again", "请重新答复:督办答复被退回"
    CHECK_REPLY = "check_reply", "请审核:督办答复"
    SIGN_CIRCULAR = "sign_circular", "请审签:通报草稿"
    RECTIFY = "rectify", "请整改:贵单位被通报"
    RECTIFY_AGAIN = "rectify_again", "请继续整改:整改不到位"
    CONFIRM_RECTIFICATION = "confirm_rectification", "请确认:已报告整改情况"
    JUDGE_SUSPICION = "judge_suspicion", "请认定:有新的疑似情形"
    FOLLOW_UP_ESCALATION = "follow_up_escalation", "请跟进提级上报,取得上级回执"
    DECIDE_EXCLUSION = "decide_exclusion", "请决定:有新的剔除申请"
    STEP_IN = "step_in", "请另行确定承接单位:原单位已撤销"

    ACCEPTED = "accepted", "呼叫已受理"
    URGENCY_CHANGED = "urgency_changed", "紧急程度已调整"
    CONTEST_UPHELD = "contest_upheld", "复核决定:维持不予受理"
    CONTEST_GRANTED = "contest_granted", "复核决定:改为受理"
    DECLINED = "declined", "所并入的呼叫未予受理"
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
    RESULT_REPORTED = "result_reported", "所并入的呼叫已报告办理结果,由首先呼叫的镇街现场确认"
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
    EXTENSION_ASKED = "extension_asked", "承办单位申请延期"
    EXTENSION_OPINION = "extension_opinion", "镇街对延期提出意见"
    EXTENSION_GRANTED = "extension_granted", "已同意延期"
    EXTENSION_REFUSED = "extension_refused", "不同意延期,时限照常计算"
    SUSPENSION_ASKED = "suspension_asked", "承办单位申请暂缓办理"
    SUSPENDED = "suspended", "已同意暂缓办理"
    SUSPENSION_REFUSED = "suspension_refused", "不同意暂缓,时限照常计算"
    RESUMED = "resumed", "已恢复办理"
    WAITING = "waiting", "承办单位等待其他单位先办理"
    WAITING_ENDED = "waiting_ended", "所等待的办理已结束"
    RECOMPUTED = "recomputed", "有关期限已重新计算,以页面为准"
    INTERIM_ASKED = "interim_asked", "承办单位申请阶段性办结"
    INTERIM_REFUSED = "interim_refused", "不同意阶段性办结,时限照常计算"
    INTERIM_RESOLVED = "interim_resolved", "已阶段性办结,按节点跟踪"
    MILESTONE_MET = "milestone_met", "已完成一个办理节点"
    SHELVING_PROPOSED = "shelving_proposed", "已提请挂账"
    SHELVING_REFUSED = "shelving_refused", "不同意挂账,时限照常计算"
    SHELVED = "shelved", "已批准挂账"
    STAYS_SHELVED = "stays_shelved", "复核后继续挂账"
    TAKEN_UP_AGAIN = "taken_up_again", "挂账事项恢复办理"
    CONVENED = "convened", "已召集会商"
    CONSULTATION_HELD = "consultation_held", "会商结果已登记"
    AGREED_ACTION_DONE = "agreed_action_done", "会商议定事项已落实"
    REOPENED_KNOWN = "reopened_known", "事项已重新打开"
    EVALUATION_CHANGED = "evaluation_changed", "评价已变更"
    EVALUATION_CONTESTED = "evaluation_contested", "承办单位对评价提出异议"
    EVALUATION_UPHELD = "evaluation_upheld", "评价异议处理:维持评价"
    EXCLUSION_PROPOSED = "exclusion_proposed", "已提请评价不计入"
    EVALUATION_EXCLUDED = "evaluation_excluded", "评价不计入"
    PRESSURE = "pressure", "镇街反映评价受干预"
    REMINDED = "reminded", "呼叫镇街催办"
    COPIED = "copied", "抄送贵单位查阅"
    MERGED = "merged", "呼叫已并入另一事项"
    CO_CALLER = "co_caller", "另一呼叫已并入本事项"
    SPLIT = "split", "呼叫的一部分已另行办理"
    STAGE_PASSED = "stage_passed", "已移交下一环节"
    SUCCEEDED = "succeeded", "由贵单位承接原单位的办理"
    ESCALATED = "escalated", "已提级上报,回执之前时限照常计算"
    UPPER_RECEIPT = "upper_receipt", "上级已出具回执"
    UPPER_ANSWER = "upper_answer", "上级已答复"
    ESCALATION_WITHDRAWN = "escalation_withdrawn", "提级上报已撤回"
    CONFIDENTIAL = "confidential", "已标记举报人保密,请按页面内容办理,不得打听举报人"
    INSTRUCTED = "instructed", "已登记批示、交办,期限以页面为准"
    ORDER_ISSUED = "order_issued", "督办通知单已签发"
    ORDER_DISCARDED = "order_discarded", "督办通知单不予签发"
    TOWNSHIP_ORDER_ISSUED = "township_order_issued", "镇街督办通知单已签发"
    REPLY_ACCEPTED = "reply_accepted", "督办答复已认可"
    ORDER_CLOSED = "order_closed", "督办已销号"
    CIRCULAR_ISSUED = "circular_issued", "通报已签发"
    CIRCULAR_DISCARDED = "circular_discarded", "通报不予签发"
    RECTIFIED = "rectified", "通报整改已确认到位"
    FAILURE_CONFIRMED = "failure_confirmed", "疑似情形已认定属实"
    FAILURE_DISMISSED = "failure_dismissed", "疑似情形认定不成立"
    STATED = "stated", "承担单位提交了新的陈述"
    PLATFORM_GONE = "platform_gone", "呼应平台已撤销,本事项尚无平台承接,须由县里另行确定"
    EXCLUDED = "excluded", "剔除申请已同意,不计入本期数字"
    NOT_EXCLUDED = "not_excluded", "剔除申请未同意,照常计入本期数字"
    PERIOD_FROZEN = "period_frozen", "考核周期的数字已冻结,可查看本单位数字"
    RESULT_PUBLISHED = "result_published", "考核结果已公布,可查看本单位数字"

    @property
    def owed(self) -> bool:
        """Whether it asks something of whom it is told to; the others only let them know."""
        return self in _OWED

    @property
    def of_a_period(self) -> bool:
        """Whether it is about an assessment period (考核周期) and not about a call."""
        return self in _OF_A_PERIOD


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
        Topic.ANSWER_EXTENSION,
        Topic.ANSWER_SUSPENSION,
        Topic.ANSWER_INTERIM,
        Topic.WAITED_FOR,
        Topic.MEET_MILESTONES,
        Topic.FINAL_RESULT,
        Topic.APPROVE_SHELVING,
        Topic.REVIEW_SHELVING,
        Topic.CONVENE,
        Topic.ATTEND,
        Topic.HOLD,
        Topic.AGREED_ACTION,
        Topic.REOPENED,
        Topic.DECIDE_EVALUATION,
        Topic.APPROVE_EXCLUSION,
        Topic.DUE_SOON,
        Topic.URGED,
        Topic.SIGN_ORDER,
        Topic.ANSWER_ORDER,
        Topic.ANSWER_TOWNSHIP_ORDER,
        Topic.ANSWER_ORDER_AGAIN,
        Topic.CHECK_REPLY,
        Topic.SIGN_CIRCULAR,
        Topic.RECTIFY,
        Topic.RECTIFY_AGAIN,
        Topic.CONFIRM_RECTIFICATION,
        Topic.JUDGE_SUSPICION,
        Topic.FOLLOW_UP_ESCALATION,
        Topic.DECIDE_EXCLUSION,
        Topic.STEP_IN,
    }
)
_OF_A_PERIOD = frozenset(
    {
        Topic.DECIDE_EXCLUSION,
        Topic.EXCLUDED,
        Topic.NOT_EXCLUDED,
        Topic.PERIOD_FROZEN,
        Topic.RESULT_PUBLISHED,
    }
)
