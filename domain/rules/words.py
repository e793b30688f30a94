"""规则的用词: kinds of limits, closed reason lists and charged offices (domain.md §3, §4, §6, §8)."""

from enum import StrEnum

from domain.shared.labels import Labelled


class LimitKind(Labelled):
    """时限种类: what has to be done, or how long something may last at most."""

    CALL = "call", "及时呼叫"
    ENDORSE = "endorse", "签发"
    ACCEPT = "accept", "受理"
    SUPPLEMENT = "supplement", "补正"
    CONTEST_DECLINE = "contest_decline", "申请复核不予受理"
    ANSWER_CONTEST = "answer_contest", "复核不予受理"
    DISPATCH = "dispatch", "派发"
    RESPOND = "respond", "响应"
    FIRST_RESULT = "first_result", "首次反馈"
    HANDLE = "handle", "办理"
    HANDLE_COMPLEX = "handle_complex", "办理(复杂事项)"
    HANDLE_AT_MOST = "handle_at_most", "办理最长时限"
    OBJECTION = "objection", "提出承办异议"
    MEDIATION = "mediation", "协调承办异议"
    OPINION = "opinion", "出具职责界定意见"
    OPINION_COMPLEX = "opinion_complex", "出具职责界定意见(复杂事项)"
    DESIGNATE = "designate", "指定承办"
    CONSULTATION = "consultation", "组织会商"
    CONSULTATION_WITHIN = "consultation_within", "会商最迟多久内召开"
    CONSULTATION_RECORD = "consultation_record", "登记会商结果"
    ANSWER_INTERIM = "answer_interim", "答复阶段性办结申请"
    FINAL_RESULT = "final_result", "报告最终办理结果"
    APPROVE_SHELVING = "approve_shelving", "审批挂账"
    REVIEW_SHELVING = "review_shelving", "复核挂账"
    EXTENSION_AT_MOST = "extension_at_most", "延期最长时间"
    ANSWER_EXTENSION = "answer_extension", "答复延期申请"
    SUSPENSION_AT_MOST = "suspension_at_most", "暂缓办理累计最长时间"
    ANSWER_SUSPENSION = "answer_suspension", "答复暂缓申请"
    FOLLOW_UP_ESCALATION = "follow_up_escalation", "取得提级上报的上级回执"
    NAME_SUCCESSOR = "name_successor", "另定承接单位"
    CONFIRM = "confirm", "现场确认"
    VERIFY = "verify", "核实办结"
    EVALUATE = "evaluate", "评价"
    CHANGE_EVALUATION = "change_evaluation", "变更评价"
    CONTEST_EVALUATION = "contest_evaluation", "对评价提出异议"
    DECIDE_EVALUATION = "decide_evaluation", "处理评价异议"
    APPROVE_EXCLUSION = "approve_exclusion", "审批评价不计入"
    REOPEN = "reopen", "办结后可重新打开的时间"
    REMIND_AGAIN = "remind_again", "再次催办须间隔的时间"
    LATE_ENTRY = "late_entry", "超过即为补录"
    LATE_ENTRY_CONFIRM = "late_entry_confirm", "确认补录"
    ADMISSION_REGISTER = "admission_register", "登记紧急准入事项"
    PUSH_DOWN_ANSWER = "push_down_answer", "答复违规交办反映"
    URGE_AFTER = "urge_after", "超期多久催办"
    ORDER_AFTER = "order_after", "超期多久督办"
    ORDER_INTERVAL = "order_interval", "同一事项再次督办同一单位的间隔"
    SIGN_ORDER = "sign_order", "签发督办文书"
    ORDER_REPLY = "order_reply", "答复督办通知单"
    CHECK_REPLY = "check_reply", "审核督办答复"
    CIRCULAR_AFTER = "circular_after", "超期多久可通报"
    CIRCULAR_INTERVAL = "circular_interval", "同一事项再次通报同一单位的间隔"
    RECTIFY = "rectify", "通报后整改"
    CONFIRM_RECTIFICATION = "confirm_rectification", "确认整改"
    RESPONSE_TOLERANCE = "response_tolerance", "响应逾期多久以内不作迟响应"
    STATEMENT = "statement", "提交履责情况说明"
    RECHECK = "recheck", "申请复核履责核查结论"
    APPOINTMENT_OPINION = "appointment_opinion", "回复派驻机构负责人任免意见"


class FormerLimitKind(Labelled):
    """停用的时限种类: stands in facts of earlier releases, which are read for ever; bounds nothing, is set no more.

    When nobody is disturbed stands in the notice rule (`domain.rules.notice_rule`).
    """

    QUIET_FROM = "quiet_from", "免打扰开始(自零时起算)"
    QUIET_UNTIL = "quiet_until", "免打扰结束(自零时起算)"


class ReasonList(Labelled):
    """理由清单: a closed list of grounds."""

    DECLINE = "decline", "不予受理理由"
    OBJECTION = "objection", "承办异议理由"
    HAND_OVER = "hand_over", "移交去向"
    WITHDRAW = "withdraw", "撤回理由"
    EMERGENCY = "emergency", "特急情形"
    EXTENSION = "extension", "延期理由"
    SUSPENSION = "suspension", "暂缓办理理由"
    LATE_ENTRY = "late_entry", "补录原因"
    REWORK = "rework", "退回重办理由"
    EXEMPTION = "exemption", "不予追责情形"


class Office(Labelled):
    """职能承担: an office that the county charges one organization with."""

    PLATFORM = "platform", "呼应平台"
    DUTY_ROOM = "duty_room", "总值班室"
    ESTABLISHMENT_OFFICE = "establishment_office", "机构编制部门"
    JUSTICE_OFFICE = "justice_office", "司法行政部门"
    DESIGNATOR = "designator", "指定承办机关"
    SUPERVISION_BODY = "supervision_body", "督查机构"


class OutageKind(Labelled):
    """平台故障种类."""

    PLATFORM = "platform", "平台停用"
    NOTICE = "notice", "通知未能送达"


class RuleStream(StrEnum):
    """规则事实的分流: one stream of each a node."""

    CALENDAR = "calendar"
    LIMITS = "limits"
    REASONS = "reasons"
    DOCUMENTS = "documents"
    OFFICES = "offices"
    NOTICES = "notices"
