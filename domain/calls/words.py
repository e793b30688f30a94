"""呼叫事项的用词: stages, obligations, roles and the closed word lists a call's facts use (domain.md §2, §4)."""

from domain.shared.labels import Labelled


class Stage(Labelled):
    """办理阶段."""

    SUBMITTED = "submitted", "待镇街签发"
    NOT_ENDORSED = "not_endorsed", "镇街退回修改"
    PLACED = "placed", "待受理"
    SENT_BACK = "sent_back", "退回补正"
    DECLINED = "declined", "不予受理"
    DECLINE_CONTESTED = "decline_contested", "不予受理复核中"
    ACCEPTED = "accepted", "待派发"
    HANDLING = "handling", "办理中"
    INTERIM = "interim", "阶段性办结跟踪"
    SHELVED = "shelved", "挂账"
    RESULT_REPORTED = "result_reported", "待镇街现场确认"
    CONFIRMED = "confirmed", "待平台核实办结"
    RESOLVED = "resolved", "待评价"
    CLOSED = "closed", "已办结归档"
    HANDED_OVER = "handed_over", "已移交"
    WITHDRAWN = "withdrawn", "已撤回"
    MERGED = "merged", "已并入另一事项"


FINAL_STAGES = frozenset({Stage.CLOSED, Stage.HANDED_OVER, Stage.WITHDRAWN, Stage.MERGED})
"""Stages after which only notes and corrections are added."""


class Role(Labelled):
    """承办角色."""

    LEAD = "lead", "主办"
    ASSISTANT = "assistant", "协办"


class BasisKind(Labelled):
    """派发依据 (domain.md §4: one of these, always)."""

    LIST_ITEM = "list_item", "责任清单事项"
    POWERS = "powers", "三定规定、权责清单"
    STATUTE = "statute", "法律法规规章"
    OPINION = "opinion", "职责界定意见"
    ADMISSION = "admission", "清单外准入"
    INSTRUCTION = "instruction", "领导批示"
    DESIGNATION = "designation", "指定承办"


class DiscoveredHow(Labelled):
    """发现方式."""

    PATROL = "patrol", "日常巡查"
    REPORT = "report", "群众反映"
    GRID = "grid", "网格上报"
    HOTLINE = "hotline", "热线转办"
    SUPERIOR = "superior", "上级交办"
    OTHER = "other", "其他"


class Grade(Labelled):
    """评价等次."""

    SATISFIED = "satisfied", "满意"
    BASICALLY = "basically", "基本满意"
    DISSATISFIED = "dissatisfied", "不满意"


class Evaluator(Labelled):
    """评价主体: who evaluated. Co-callers each evaluate, and served citizens may evaluate beside (domain.md §4)."""

    TOWNSHIP = "township", "呼叫镇街"
    CO_CALLER = "co_caller", "共同呼叫镇街"
    CITIZEN = "citizen", "服务对象"


class ClockPolicy(Labelled):
    """时限处理方式: what becomes of running clocks."""

    CONTINUE = "continue", "原时限继续计算"
    RESTART = "restart", "自即时起重新计算"


class ReopeningPolicy(Labelled):
    """重新打开后的办理时限: what clock the lead has, once more at work."""

    CONTINUE = "continue", "原时限继续计算"
    RESTART = "restart", "自即时起重新计算"
    NONE = "none", "不对主办单位计时"


class LateFact(Labelled):
    """补录的情况种类."""

    RESPONSE = "response", "响应"
    ARRIVAL = "arrival", "到达现场"
    PHONE_CALL = "phone_call", "电话联系"


class InstructionSource(Labelled):
    """批示、交办的来源."""

    LEADER = "leader", "领导批示"
    SUPERIOR = "superior", "上级交办"
    HOTLINE = "hotline", "12345热线"
    PETITION = "petition", "信访"
    INSPECTION = "inspection", "督查"
    MEDIA = "media", "舆情"
    PROPOSAL = "proposal", "建议提案"


class NoteReach(Labelled):
    """备注可见范围."""

    INTERNAL = "internal", "仅本单位"
    PARTIES = "parties", "各承办单位和镇街"


class Delay(Labelled):
    """申请更多时间: what a party asks of the platform."""

    EXTENSION = "extension", "延期"
    SUSPENSION = "suspension", "暂缓办理"


class WaitEnd(Labelled):
    """等待结束的情形."""

    DISCHARGED = "discharged", "对方已办"
    RELEASED = "released", "对方不再承办"
    FINISHED = "finished", "等待单位已自行办完"
    BY_HAND = "by_hand", "等待单位不再等待"
    ANSWERED = "answered", "上级已答复"
    NOT_TAKEN = "not_taken", "上级不予办理"
    WITHDRAWN = "withdrawn", "平台撤回上报"


class UpperOutcome(Labelled):
    """上级答复的结果."""

    HANDLED = "handled", "上级已办理"
    ANSWERED = "answered", "上级已答复意见,由县里办理"
    NOT_TAKEN = "not_taken", "不属其职权或不予办理"


class RecomputeReason(Labelled):
    """重算时限的原因."""

    NOTICE = "notice", "放假通知公布,暂定期限重算"
    OUTAGE = "outage", "平台故障"
