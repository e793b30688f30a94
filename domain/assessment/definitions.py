"""指标口径: every measure as data: what is in the denominator, what in the numerator, by which moment it falls into a
period. Pages show it as 怎么算的, figures are counted by it, a frozen period names its version.

A changed measure gets a new `version`, and the whole set a new VERSION: figures frozen by an older one stay.
"""

from collections.abc import Mapping

from domain.assessment.marks import Mark
from domain.assessment.measure import CALL, NOTHING, Measure, Side
from domain.obligations.words import Action

VERSION = "2026-5"
"""Version of the set as a whole."""


_RESPOND = (Action.RESPOND.value,)
_HANDLE = (Action.HANDLE.value,)
_WORK = (Action.HANDLE.value, Action.ASSIST.value)
_FOLLOW_UP = (Action.MILESTONE.value, Action.FINAL_RESULT.value, Action.AGREED_ACTION.value)
_ANSWERS = tuple(
    action.value
    for action in (
        Action.ANSWER_EXTENSION,
        Action.ANSWER_SUSPENSION,
        Action.ANSWER_INTERIM,
        Action.APPROVE_SHELVING,
        Action.REVIEW_SHELVING,
        Action.DECIDE_EVALUATION,
        Action.APPROVE_EXCLUSION,
    )
)
_CONSULTING = (Action.CONVENE.value, Action.HOLD.value)

_BY_DUE = "以期限到期的时间归入本期;已办的即计入,未办的到期后计入"
_BY_RESPONSE = "以响应期限到期的时间归入本期"
_BY_COMPLETION = "以办理期限到期的时间归入本期"
_LEFT_OUT = "异议成立、移交、到期前终止、平台无记录和经批准剔除的不计入"
_CALLED_BACK = "派发后撤回的,撤回时尚未响应的仍计入"
_NEVER_WAS = "受理前撤回的、平台拆出的部分不计"
_INHERITED = "职责承接的,原承办单位此前的情况计入承接单位"
_JUSTIFIED = "有正当事由的逾期视同按期"
_TAKEN_BACK = "移交后又接回的,各计各的"
_OF_DISPATCHES = f"{_LEFT_OUT};{_CALLED_BACK};{_INHERITED};{_TAKEN_BACK}"
_ANEW = f"重新打开后是另一次办理,{_TAKEN_BACK}"
_OF_WORK = f"{_LEFT_OUT};{_INHERITED};{_ANEW}"
_ONE_MATTER = "主办单位另接他方退回的部分,与原事项合计一件"
_OF_MATTERS = f"{_OF_WORK};{_ONE_MATTER}"
_OF_ITS_CLOCK = f"{_OF_WORK};同一单位承担几项的,只计时限因此变动的"
_EVALUATIONS = "合并事项由几个镇街评价的,以最低的一个计"
_UNRATED = "镇街自己主办的不评价,经批准不计入的评价不算,都不计入"


def _in_time(
    action: Action, name: str, side: Side, what: str, *, version: int = 1, remark: str = _JUSTIFIED
) -> Measure:
    return _all_in_time(f"{action.value}_in_time", name, side, (action.value,), what, version=version, remark=remark)


def _all_in_time(
    id_: str,
    name: str,
    side: Side,
    actions: tuple[str, ...],
    what: str,
    *,
    version: int = 1,
    remark: str = _JUSTIFIED,
    without: Mark = NOTHING,
) -> Measure:
    return Measure(
        id=id_,
        name=name,
        version=version,
        side=side,
        actions=actions,
        without=without,
        counted=Mark.COUNTS | (Mark.OWN if side is Side.TOWNSHIPS else NOTHING),
        met=(Mark.IN_TIME,),
        denominator=f"应{what}的件数",
        numerator=f"其中按期{what}的件数",
        moment=_BY_DUE,
        remark=remark,
    )


def _share(
    id_: str,
    name: str,
    mark: Mark,
    actions: tuple[str, ...],
    numerator: str,
    moment: str,
    *,
    version: int = 1,
    remark: str = _LEFT_OUT,
    without: Mark = NOTHING,
) -> Measure:
    return Measure(
        id=id_,
        name=name,
        version=version,
        side=Side.HANDLERS,
        actions=actions,
        without=without,
        counted=Mark.COUNTS,
        met=(mark,),
        denominator="有效派发件数(办理的为应办件数)",
        numerator=numerator,
        moment=moment,
        remark=remark,
        share=True,
    )


RESPONSE = Measure(
    id="response",
    name="响应率",
    version=2,
    side=Side.HANDLERS,
    actions=_RESPOND,
    counted=Mark.COUNTS,
    met=(Mark.IN_TIME,),
    denominator="有效派发件数(主办、协办各计一件)",
    numerator="其中按期响应的件数",
    moment=_BY_DUE,
    remark=f"{_LEFT_OUT};{_CALLED_BACK};{_JUSTIFIED}",
)
COMPLETION = Measure(
    id="completion",
    name="办结率",
    version=2,
    side=Side.HANDLERS,
    actions=_HANDLE,
    without=Mark.PART,
    counted=Mark.COUNTS,
    met=(Mark.RESOLVED, Mark.INTERIM),
    denominator="应办结件数(主办)",
    numerator="其中经平台核实办结、同意阶段性办结的件数",
    moment=_BY_DUE,
    remark=f"{_LEFT_OUT};{_ONE_MATTER};挂账的计入应办结、不计入办结;阶段性办结后的节点另计后续节点按期率",
    aim=95,
)
ON_TIME = Measure(
    id="on_time",
    name="按期办理率",
    version=1,
    side=Side.HANDLERS,
    actions=_WORK,
    counted=Mark.COUNTS,
    met=(Mark.IN_TIME,),
    denominator="应办理件数(主办办理、协办协助各计一件)",
    numerator="其中按期办理的件数",
    moment=_BY_DUE,
    remark=f"{_LEFT_OUT};{_JUSTIFIED}",
)
SATISFACTION = Measure(
    id="satisfaction",
    name="满意率",
    version=1,
    side=Side.HANDLERS,
    actions=_HANDLE,
    counted=Mark.EVALUATED,
    met=(Mark.SATISFIED, Mark.BASICALLY),
    denominator="已评价的办结件数",
    numerator="其中评价为满意、基本满意的件数",
    moment=_BY_COMPLETION,
    remark=f"没有评价不算满意;{_EVALUATIONS};评价参与率不足的只列数字、不作比较",
)
PARTICIPATION = Measure(
    id="participation",
    name="评价参与率",
    version=1,
    side=Side.HANDLERS,
    actions=_HANDLE,
    counted=Mark.RATED,
    met=(Mark.EVALUATED,),
    denominator="应评价的办结件数",
    numerator="其中镇街已评价的件数",
    moment=_BY_COMPLETION,
    remark=_UNRATED,
)
SATISFIED_CLOSURE = Measure(
    id="satisfied_closure",
    name="办结满意率",
    version=1,
    side=Side.HANDLERS,
    actions=_HANDLE,
    counted=Mark.RATED,
    met=(Mark.SATISFIED,),
    denominator="应评价的办结件数",
    numerator="其中评价为满意的件数",
    moment=_BY_COMPLETION,
    remark=f"{_EVALUATIONS};{_UNRATED};100% 是努力方向,不作为红线",
)
MISDISPATCH = Measure(
    id="misdispatch",
    name="错派率",
    version=1,
    side=Side.OFFICES,
    actions=(Action.DISPATCH.value,),
    counted=Mark.REPORTED,
    met=(Mark.MISDISPATCHED,),
    denominator="派发次数",
    numerator="其中承办异议成立的次数",
    moment="以派发期限到期的时间归入本期",
    share=True,
)
VOLUME = Measure(
    id="volume",
    name="呼叫量",
    version=2,
    side=Side.TOWNSHIPS,
    actions=(CALL,),
    counted=Mark.COUNTS,
    met=(),
    denominator="发出的呼叫件数",
    numerator="",
    moment="以呼叫发出的时间归入本期",
    remark=f"{_NEVER_WAS};只看是否在参考区间内,不排名次",
    share=True,
)

MEASURES: Mapping[str, Measure] = {
    measure.id: measure
    for measure in (
        RESPONSE,
        COMPLETION,
        ON_TIME,
        SATISFACTION,
        PARTICIPATION,
        SATISFIED_CLOSURE,
        _share(
            "objection",
            "异议率",
            Mark.OBJECTED,
            _RESPOND,
            "其中提出承办异议的件数",
            _BY_RESPONSE,
            version=3,
            remark=_OF_DISPATCHES,
        ),
        Measure(
            id="rework",
            name="返工率",
            version=5,
            side=Side.HANDLERS,
            actions=_HANDLE,
            without=Mark.PART,
            counted=Mark.COUNTS | Mark.REPORTED,
            met=(Mark.REWORKED,),
            denominator="报告过办理结果的件数",
            numerator="其中被退回重办的件数",
            moment=_BY_COMPLETION,
            remark=_OF_MATTERS,
            share=True,
        ),
        _share(
            "late_entry",
            "补录率",
            Mark.LATE_ENTRY,
            _RESPOND,
            "其中响应(到场、电话联系)有补录的件数",
            _BY_RESPONSE,
            version=3,
            remark=_OF_DISPATCHES,
        ),
        _share(
            "extension",
            "延期率",
            Mark.EXTENDED,
            _WORK,
            "其中获准延期的件数",
            _BY_COMPLETION,
            version=4,
            remark=_OF_ITS_CLOCK,
        ),
        _share(
            "suspension",
            "暂缓率",
            Mark.SUSPENDED,
            _WORK,
            "其中曾暂缓办理的件数",
            _BY_COMPLETION,
            version=4,
            remark=_OF_ITS_CLOCK,
        ),
        _share(
            "shelving",
            "挂账率",
            Mark.SHELVED,
            _HANDLE,
            "其中挂账的件数",
            _BY_COMPLETION,
            version=5,
            remark=_OF_MATTERS,
            without=Mark.PART,
        ),
        _share(
            "interim",
            "阶段性办结率",
            Mark.INTERIM,
            _HANDLE,
            "其中同意阶段性办结的件数",
            _BY_COMPLETION,
            version=2,
            remark=f"{_LEFT_OUT};{_ONE_MATTER}",
            without=Mark.PART,
        ),
        _share(
            "reopening",
            "重新打开率",
            Mark.REOPENED,
            _HANDLE,
            "其中办结后重新打开的件数",
            _BY_COMPLETION,
            version=2,
            remark=f"{_LEFT_OUT};{_ONE_MATTER}",
            without=Mark.PART,
        ),
        _all_in_time("follow_up", "后续节点按期率", Side.HANDLERS, _FOLLOW_UP, "完成节点、最终结果和会商议定事项"),
        _in_time(Action.ACCEPT, "受理及时率", Side.OFFICES, "受理", version=3, remark=f"{_NEVER_WAS};{_JUSTIFIED}"),
        _in_time(Action.DISPATCH, "派发及时率", Side.OFFICES, "派发"),
        _in_time(Action.RESOLVE, "核实及时率", Side.OFFICES, "核实办结"),
        _in_time(Action.ANSWER_CONTEST, "复核及时率", Side.OFFICES, "复核"),
        _in_time(Action.MEDIATE, "协调及时率", Side.OFFICES, "协调异议"),
        _in_time(Action.OPINE, "界定及时率", Side.OFFICES, "出具界定意见"),
        _in_time(Action.DESIGNATE, "指定及时率", Side.OFFICES, "指定承办"),
        _all_in_time("answers_in_time", "审批答复及时率", Side.OFFICES, _ANSWERS, "答复、审批和复核申请"),
        _in_time(Action.FOLLOW_UP_ESCALATION, "上报跟进及时率", Side.OFFICES, "取得提级上报的回执"),
        _all_in_time(
            "consulting_in_time",
            "会商及时率",
            Side.OFFICES,
            _CONSULTING,
            "组织、召开会商",
            version=2,
            remark=f"乡镇(街道)召集的列入乡镇(街道);{_JUSTIFIED}",
            without=Mark.OWN,
        ),
        MISDISPATCH,
        VOLUME,
        _in_time(Action.COOPERATE, "配合及时率", Side.TOWNSHIPS, "按清单配合"),
        _in_time(Action.CONFIRM, "确认及时率", Side.TOWNSHIPS, "现场确认"),
        _in_time(Action.EVALUATE, "评价率", Side.TOWNSHIPS, "评价"),
        _all_in_time("township_consulting_in_time", "召集会商及时率", Side.TOWNSHIPS, _CONSULTING, "召开会商"),
    )
}
"""Every measure by its id, in the order in which pages show them."""
