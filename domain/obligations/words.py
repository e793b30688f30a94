"""应履责事项的用词: what organizations owe, and how it ended (domain.md §2, §5)."""

from domain.shared.labels import Labelled


class Action(Labelled):
    """应做的事: what an organization owes."""

    CALL = "call_in_time", "及时呼叫"
    ENDORSE = "endorse", "签发"
    AMEND = "amend", "修改后重新提交"
    ACCEPT = "accept", "受理"
    SUPPLEMENT = "supplement", "补正"
    CONTEST_DECLINE = "contest_decline", "可申请复核不予受理"
    ANSWER_CONTEST = "answer_contest", "复核不予受理"
    DISPATCH = "dispatch", "派发"
    DISPATCH_PART = "dispatch_part", "派发异议成立的部分"
    RESPOND = "respond", "响应"
    FIRST_RESULT = "first_result", "首次反馈"
    HANDLE = "handle", "办理"
    ASSIST = "assist", "协办"
    COOPERATE = "cooperate", "按清单配合"
    MEDIATE = "mediate", "协调承办异议"
    OPINE = "opine", "出具职责界定意见"
    DESIGNATE = "designate", "指定承办"
    ANSWER_EXTENSION = "answer_extension", "答复延期申请"
    ANSWER_SUSPENSION = "answer_suspension", "答复暂缓申请"
    CONFIRM = "confirm", "现场确认"
    RESOLVE = "resolve", "核实办结"
    EVALUATE = "evaluate", "评价"
    CONFIRM_LATE_ENTRY = "confirm_late_entry", "确认补录"
    ANSWER_INTERIM = "answer_interim", "答复阶段性办结申请"
    MILESTONE = "milestone", "完成办理节点"
    FINAL_RESULT = "final_result", "报告最终办理结果"
    APPROVE_SHELVING = "approve_shelving", "审批挂账"
    REVIEW_SHELVING = "review_shelving", "复核挂账"
    CONVENE = "convene", "组织会商"
    HOLD = "hold", "召开会商并登记结果"
    ATTEND = "attend", "参加会商"
    AGREED_ACTION = "agreed_action", "落实会商议定事项"
    DECIDE_EVALUATION = "decide_evaluation", "处理评价异议"
    APPROVE_EXCLUSION = "approve_exclusion", "审批评价不计入"
    FOLLOW_UP_ESCALATION = "follow_up_escalation", "跟进提级上报并登记上级回执"
    NAME_SUCCESSOR = "name_successor", "另定承接单位"
    SIGN_ORDER = "sign_order", "签发督办通知单"
    ORDER_REPLY = "order_reply", "答复督办"
    CHECK_REPLY = "check_reply", "审核督办答复"
    SIGN_CIRCULAR = "sign_circular", "签发通报"
    RECTIFY = "rectify", "整改"
    CONFIRM_RECTIFICATION = "confirm_rectification", "确认整改"

    @property
    def supervisory(self) -> bool:
        """An order or a circular asks for it."""
        return self in SUPERVISORY


MAY = frozenset({Action.CONTEST_DECLINE})
"""What may be done until a time and is owed by nobody: it is shown as a thing to do and counts nowhere."""

SUPERVISORY = frozenset(
    {
        Action.SIGN_ORDER,
        Action.ORDER_REPLY,
        Action.CHECK_REPLY,
        Action.SIGN_CIRCULAR,
        Action.RECTIFY,
        Action.CONFIRM_RECTIFICATION,
    }
)
"""What orders and circulars ask for: owed in the matter of supervision, never in the call itself."""

OF_CIRCULARS = frozenset({Action.SIGN_CIRCULAR, Action.RECTIFY, Action.CONFIRM_RECTIFICATION})
"""Of these, what circulars ask for."""


class Performance(Labelled):
    """履行情况: how far an obligation is. What that means for anybody (失职, 尽职) is a decision, not stated here."""

    PENDING = "pending", "待履行"
    MET = "met", "按期履行"
    LATE = "late", "逾期履行"
    UNMET = "unmet", "未履行"
    JUSTIFIED = "justified", "有正当事由"
    TRANSFERRED = "transferred", "移交"
    ENDED = "ended", "终止"
    UNRECORDED = "unrecorded", "平台无记录"


class Ending(Labelled):
    """怎样了结."""

    DONE = "done", "已做"
    LAPSED = "lapsed", "事项了结时仍未做"
    RELEASED = "released", "自派发起免除"
    PASSED_ON = "passed_on", "移交他人"


class PauseGround(Labelled):
    """停算时限的原因: time that nobody's budget is charged with."""

    SUPPLEMENT = "supplement", "退回补正期间"
    VERIFICATION = "verification", "办理结果待核实期间"
    SUSPENSION = "suspension", "暂缓办理期间"
    SHELVED = "shelved", "挂账期间"
    CONSULTATION = "consultation", "承办不明、待会商期间"
    CLOSED = "closed", "办结后至重新打开期间"
    UNTIMED = "untimed", "重新打开后不计时期间"

    @property
    def by_request(self) -> bool:
        """The bearer asked for it; other pauses are the time of others."""
        return self is PauseGround.SUSPENSION

    @property
    def waits(self) -> bool:
        """Nothing can be done meanwhile: it is another's turn."""
        return self in (PauseGround.SUPPLEMENT, PauseGround.SHELVED)


class ExcuseGround(Labelled):
    """正当事由."""

    RULING_OVERRUN = "ruling_overrun", "裁决逾期"
    LATE_ANSWER = "late_answer", "申请逾期未答复"
    WAITING = "waiting", "等待他方办理"
    ESCALATED = "escalated", "提级上报、等待上级答复"
    OUTAGE = "outage", "平台故障"
    PROVISIONAL = "provisional", "按暂定期限办理"
    AWAITING_RECORD = "awaiting_record", "待召集单位登记会商结果"
    VERIFICATION = "verification", "办理结果待核实期间"
