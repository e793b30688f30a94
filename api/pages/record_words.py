"""办理记录的写法: how each fact of a call reads on the page. A fact without words here fails a test."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from api.pages.times import shown_deadline
from domain.calls.words import BasisKind, ClockPolicy, Grade, LateFact, NoteReach
from domain.obligations.words import Action
from domain.shared.deadlines import Deadline
from domain.shared.urgency import Urgency

Fact = Mapping[str, Any]
Say = Callable[[Any], str]


def _yes_no(value: Any) -> str:
    return "是" if value else "否"


def _name(value: Any) -> str:
    return str(value["name"])


def _plain(value: Any) -> str:
    return str(value)


def _party(value: Any) -> str:
    duty = f":{value['duty_text']}" if value.get("duty_text") else ""
    return f"{value['organization']['name']}{duty}"


def _parties(value: Any) -> str:
    return ";".join(_party(one) for one in value)


def _basis(value: Any) -> str:
    kind = BasisKind(value["kind"]).label
    item = value.get("item")
    if item:
        return f"{kind}:{item['list_title']}({item['revision_number']})“{item['title']}”"
    return f"{kind}:{value['reference']}"


def _extent(whole: Any) -> str:
    return "全部" if whole else "部分,其余仍由该单位承办"


def _moved(value: Any) -> str:
    return f"{len(value)} 项时限已重新计算" if value else "不变"


@dataclass(frozen=True, slots=True)
class Words:
    """A fact's heading, its labelled lines (field, label, how to say it) and the field with its due time."""

    title: str
    lines: tuple[tuple[str, str, Say], ...] = ()
    texts: tuple[tuple[str, str], ...] = ()
    due: str | None = None


_TEXT = (("text", ""),)
_REASON = (("reason", "理由"),)

WORDS: Mapping[str, Words] = {
    "calls.CallSubmitted": Words(
        "提交呼叫",
        (
            ("urgency", "紧急程度", lambda v: Urgency(v).label),
            ("place", "地点", _plain),
            ("informant_name", "反映人", _plain),
            ("informant_phone", "反映人电话", _plain),
            ("item_hint", "呼叫人所选事项", _plain),
        ),
        (("text", ""), ("own_measures", "镇街已采取的措施")),
        "endorse",
    ),
    "calls.CallEndorsed": Words("镇街签发", (), (("remark", "签发意见"),)),
    "calls.EndorsementRefused": Words("镇街退回修改", (), _REASON),
    "calls.CallPlaced": Words(
        "呼叫发出", (("platform", "受理平台", _name), ("duty_room", "同时报", _name)), (), "accept"
    ),
    "calls.CallSentBack": Words("退回补正", (), (("gaps", "需补正"),), "supplement"),
    "calls.CallSupplemented": Words(
        "补正", (("place", "地点", _plain),), (("text", ""), ("supplement", "补充说明")), "accept"
    ),
    "calls.CallAccepted": Words("受理", (("acting", "受理单位", _name),), (), "dispatch"),
    "calls.CallDeclined": Words("不予受理", (("ground_text", "理由", _plain),), (("reason", "说明"),), "contest"),
    "calls.DeclineContested": Words("申请复核不予受理", (), _REASON, "answer"),
    "calls.DeclineContestDecided": Words(
        "复核决定", (("upheld", "维持不予受理", _yes_no),), (("reason", "复核意见"),), "dispatch"
    ),
    "calls.CallHandedOver": Words(
        "移交其他渠道", (("target_text", "移交去向", _plain), ("receipt", "回执编号", _plain)), _REASON
    ),
    "calls.CallDispatched": Words(
        "派发",
        (
            ("basis", "依据", _basis),
            ("lead", "主办", _party),
            ("assistants", "协办", _parties),
            ("township_duty", "属地配合", _plain),
            ("round", "派发轮次", lambda v: f"第 {v} 轮"),
        ),
        (("basis_text", "依据说明"), ("demands", "办理要求")),
    ),
    "calls.PartDispatched": Words(
        "派发异议成立的部分",
        (
            ("objector", "原承办单位", _name),
            ("party", "现承办", _party),
            ("basis", "依据", _basis),
        ),
        (("part", "派发的部分"), ("demands", "办理要求")),
    ),
    "calls.PartyResponded": Words(
        "响应",
        (("organization", "单位", _name), ("handler", "承办人", _plain), ("contact", "联系电话", _plain)),
        (("first_step", "第一步"),),
    ),
    "calls.PartyArrived": Words("到达现场", (("organization", "单位", _name),), (("remark", "说明"),)),
    "calls.ObjectionRaised": Words(
        "提出承办异议",
        (
            ("organization", "单位", _name),
            ("whole", "全部不属本单位职责", _yes_no),
            ("ground_text", "理由", _plain),
            ("cited", "引用", _plain),
            ("proposed", "建议承办", _name),
        ),
        (("reason", "说明"),),
        "mediate",
    ),
    "calls.ObjectionUpheld": Words(
        "异议成立(原派发计为平台错派)",
        (("organization", "单位", _name), ("whole", "成立范围", _extent)),
        _REASON,
        "dispatch",
    ),
    "calls.ObjectionRejected": Words("异议不成立(时限照常计算)", (("organization", "单位", _name),), _REASON),
    "calls.OpinionRequested": Words(
        "提请职责界定", (("organization", "界定单位", _name),), (("question", "问题"),), "opine"
    ),
    "calls.OpinionGiven": Words(
        "职责界定意见",
        (
            ("proposed", "应承办单位", _name),
            ("reference", "文号", _plain),
            ("citable", "可参照", _yes_no),
        ),
        _TEXT,
        "designate",
    ),
    "calls.HandlerDesignated": Words(
        "指定承办(具有约束力)", (("handler", "指定单位", _name), ("reference", "文号", _plain)), _REASON, "dispatch"
    ),
    "calls.ProgressReported": Words(
        "报告进展", (("organization", "单位", _name), ("first_result", "首次处置结果", _yes_no)), _TEXT
    ),
    "calls.AssistanceReported": Words(
        "协办情况", (("organization", "单位", _name), ("done", "协办职责已完成", _yes_no)), _TEXT
    ),
    "calls.CooperationReported": Words("属地配合情况", (), _TEXT),
    "calls.ResultReported": Words(
        "报告办理结果", (("organization", "单位", _name), ("confirmer", "由谁确认(镇街主办)", _name)), _TEXT, "confirm"
    ),
    "calls.ResultConfirmed": Words("现场确认", (("on_site", "已到现场", _yes_no),), _TEXT, "resolve"),
    "calls.ReworkOrdered": Words(
        "退回重办", (("policy", "办理时限", lambda v: ClockPolicy(v).label),), _REASON, "complete"
    ),
    "calls.CallResolved": Words("核实办结", (("spot_checked", "已抽查", _yes_no),), _TEXT, "evaluate"),
    "calls.CallEvaluated": Words("评价", (("grade", "评价", lambda v: Grade(v).label),), _TEXT),
    "calls.CallClosed": Words("归档", (("evaluated", "已评价", _yes_no),)),
    "calls.CallWithdrawn": Words(
        "撤回呼叫",
        (("after_dispatch", "派发后撤回", _yes_no), ("asked_by", "由谁提出", _plain)),
        _REASON,
    ),
    "calls.FactCorrected": Words(
        "更正事实", (("field_text", "更正项", _plain),), (("was", "原为"), ("is_now", "现为"), ("reason", "理由"))
    ),
    "calls.UrgencyChanged": Words(
        "调整紧急程度",
        (
            ("was", "原为", lambda v: Urgency(v).label),
            ("urgency", "现为", lambda v: Urgency(v).label),
            ("policy", "时限处理", lambda v: ClockPolicy(v).label),
            ("moved", "重算", _moved),
            ("duty_room", "同时报", _name),
        ),
        _REASON,
        "accept",
    ),
    "calls.NoteAdded": Words("备注", (("reach", "可见范围", lambda v: NoteReach(v).label),), _TEXT),
    "calls.StatementAdded": Words(
        "陈述", (("organization", "单位", _name), ("action", "对哪一项", lambda v: Action(v).label)), _TEXT
    ),
    "calls.EvidenceAttached": Words("补充材料", (("organization", "单位", _name),), _TEXT),
    "calls.PhoneCallRecorded": Words(
        "电话联系", (("called", "对方单位", _name), ("spoke_with", "通话人", _plain)), _TEXT
    ),
    "calls.LateEntryMade": Words(
        "补录(待对方确认)",
        (
            ("fact", "补录内容", lambda v: LateFact(v).label),
            ("organization", "补录单位", _name),
            ("other_side", "确认单位", _name),
        ),
        (("text", ""), ("reason", "未及时登记的原因"), ("proof", "外部佐证")),
        "confirm",
    ),
    "calls.LateEntryConfirmed": Words("确认补录属实", (("entry", "补录序号", _plain),), (("remark", "说明"),)),
    "calls.LateEntryContested": Words("对补录提出异议", (("entry", "补录序号", _plain),), _REASON),
    "calls.ContentWithdrawn": Words("内容依令撤除", (("order_number", "文号", _plain),)),
}


def title_of(wire: str) -> str:
    """The heading of a fact."""
    return WORDS[wire].title


def lines_of(wire: str, fact: Fact) -> list[tuple[str, str]]:
    """Labelled short values."""
    return [
        (label, say(fact[name])) for name, label, say in WORDS[wire].lines if fact.get(name) not in (None, "", [], ())
    ]


def texts_of(wire: str, fact: Fact) -> list[str]:
    """What people wrote, with a label where it needs one."""
    return [
        f"{label}:{fact[name]}" if label else str(fact[name]) for name, label in WORDS[wire].texts if fact.get(name)
    ]


def due_of(wire: str, fact: Fact, now: datetime) -> str:
    """The clock this fact started, in words; empty when it started none."""
    if wire == "calls.CallDispatched":
        lead = fact["lead"]
        respond, complete = Deadline.model_validate(lead["respond"]), Deadline.model_validate(lead["complete"])
        return f"主办响应期限 {shown_deadline(respond, now).due_text},办理期限 {shown_deadline(complete, now).due_text}"
    if wire == "calls.PartDispatched":
        respond = Deadline.model_validate(fact["party"]["respond"])
        complete = Deadline.model_validate(fact["party"]["complete"])
        return f"响应期限 {shown_deadline(respond, now).due_text},办理期限 {shown_deadline(complete, now).due_text}"
    field = WORDS[wire].due
    if field is None or fact.get(field) is None:
        return ""
    deadline = Deadline.model_validate(fact[field])
    return f"{_DUE_WORDS[field]}期限 {shown_deadline(deadline, now).due_text}"


_DUE_WORDS = {
    "endorse": "签发",
    "accept": "受理",
    "supplement": "补正",
    "dispatch": "派发",
    "contest": "申请复核",
    "answer": "复核",
    "mediate": "协调",
    "opine": "界定",
    "designate": "指定",
    "confirm": "确认",
    "resolve": "核实办结",
    "complete": "重办",
    "evaluate": "评价",
}
