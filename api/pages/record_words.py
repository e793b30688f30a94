"""办理记录的写法: how each fact of a call reads on the page. A fact without words here fails a test."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from api.pages.supervision_words import SUPERVISION_WORDS
from api.pages.times import exact_text, shown_deadline
from api.pages.wording import RECOMPUTED, Fact, Words, clocks, excuses, name, plain, yes_no
from domain.calls.words import (
    BasisKind,
    ClockPolicy,
    Grade,
    InstructionSource,
    LateFact,
    NoteReach,
    ReopeningPolicy,
    UpperOutcome,
    WaitEnd,
)
from domain.obligations.words import Action
from domain.shared.deadlines import Deadline
from domain.shared.urgency import Urgency


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


def _names(value: Any) -> str:
    return "、".join(one["name"] for one in value)


def _milestones(value: Any) -> str:
    return ";".join(f"第 {one['number']} 个:{one['day']} 前" for one in value)


def _agreed(value: Any) -> str:
    said = ((one["number"], one["organization"]["name"], _moment(one["deadline"]["due"])) for one in value)
    return ";".join(f"第 {number} 项:{who},{due} 前" for number, who, due in said)


def _moved(value: Any) -> str:
    return f"{len(value)} 项时限已重新计算" if value else "不变"


def _moment(value: Any) -> str:
    return exact_text(datetime.fromisoformat(value))


def _working_days(value: Any) -> str:
    return f"{value} 个工作日"


_TEXT = (("text", ""),)
_REASON = (("reason", "理由"),)

WORDS: Mapping[str, Words] = {
    **SUPERVISION_WORDS,
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
    "calls.EndorsementRefused": Words("镇街退回修改", (), _REASON),
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
        (("ground_text", "理由", plain), ("co_callers", "也可申请复核", _names)),
        (("reason", "说明"),),
        "contest",
    ),
    "calls.DeclineContested": Words("申请复核不予受理", (("township", "提出镇街", name),), _REASON, "answer"),
    "calls.DeclineContestDecided": Words(
        "复核决定", (("upheld", "维持不予受理", yes_no),), (("reason", "复核意见"),), "dispatch"
    ),
    "calls.CallHandedOver": Words(
        "移交其他渠道", (("target_text", "移交去向", plain), ("receipt", "回执编号", plain)), _REASON
    ),
    "calls.CallDispatched": Words(
        "派发",
        (
            ("basis", "依据", _basis),
            ("lead", "主办", _party),
            ("assistants", "协办", _parties),
            ("township_duty", "属地配合", plain),
            ("round", "派发轮次", lambda v: f"第 {v} 轮"),
        ),
        (("basis_text", "依据说明"), ("demands", "办理要求")),
    ),
    "calls.PartDispatched": Words(
        "派发异议成立的部分",
        (
            ("objector", "原承办单位", name),
            ("party", "现承办", _party),
            ("basis", "依据", _basis),
        ),
        (("part", "派发的部分"), ("demands", "办理要求")),
    ),
    "calls.PartyResponded": Words(
        "响应",
        (("organization", "单位", name), ("handler", "承办人", plain), ("contact", "联系电话", plain)),
        (("first_step", "第一步"),),
    ),
    "calls.PartyArrived": Words("到达现场", (("organization", "单位", name),), (("remark", "说明"),)),
    "calls.ObjectionRaised": Words(
        "提出承办异议",
        (
            ("organization", "单位", name),
            ("whole", "全部不属本单位职责", yes_no),
            ("ground_text", "理由", plain),
            ("cited", "引用", plain),
            ("proposed", "建议承办", name),
        ),
        (("reason", "说明"),),
        "mediate",
    ),
    "calls.ObjectionUpheld": Words(
        "异议成立(原派发计为平台错派)",
        (("organization", "单位", name), ("whole", "成立范围", _extent), ("justified", "正当事由", excuses)),
        _REASON,
        "dispatch",
    ),
    "calls.ObjectionRejected": Words(
        "异议不成立(时限照常计算)", (("organization", "单位", name), ("justified", "正当事由", excuses)), _REASON
    ),
    "calls.OpinionRequested": Words(
        "提请职责界定", (("organization", "界定单位", name),), (("question", "问题"),), "opine"
    ),
    "calls.OpinionGiven": Words(
        "职责界定意见",
        (
            ("proposed", "应承办单位", name),
            ("reference", "文号", plain),
            ("citable", "可参照", yes_no),
        ),
        _TEXT,
        "designate",
    ),
    "calls.HandlerDesignated": Words(
        "指定承办(具有约束力)",
        (("handler", "指定单位", name), ("reference", "文号", plain), ("justified", "正当事由", excuses)),
        _REASON,
        "dispatch",
    ),
    "calls.ProgressReported": Words(
        "报告进展", (("organization", "单位", name), ("first_result", "首次反馈", yes_no)), _TEXT
    ),
    "calls.AssistanceReported": Words(
        "协办情况", (("organization", "单位", name), ("done", "协办职责已完成", yes_no)), _TEXT
    ),
    "calls.CooperationReported": Words("属地配合情况", (), _TEXT),
    "calls.ExtensionRequested": Words(
        "申请延期(答复前时限照常计算)",
        (
            ("organization", "单位", name),
            ("working_days", "申请延长", _working_days),
            ("ground_text", "理由", plain),
        ),
        (("reason", "说明"),),
        "answer",
    ),
    "calls.ExtensionOpinionGiven": Words(
        "镇街对延期申请的意见", (("agrees", "同意延期", yes_no),), (("text", "说明"),)
    ),
    "calls.ExtensionGranted": Words(
        "同意延期",
        (
            ("organization", "单位", name),
            ("working_days", "同意延长", _working_days),
            ("asked", "申请延长", _working_days),
            ("ground_text", "理由", plain),
            ("moved", "新的期限", clocks),
            ("justified", "正当事由", excuses),
        ),
        (("remark", "说明"),),
    ),
    "calls.ExtensionRefused": Words(
        "不同意延期(时限照常计算)",
        (("organization", "单位", name), ("justified", "正当事由", excuses)),
        _REASON,
    ),
    "calls.SuspensionRequested": Words(
        "申请暂缓办理(答复前时限照常计算)",
        (
            ("organization", "单位", name),
            ("ground_text", "理由", plain),
            ("last_day", "暂缓至", lambda v: f"{v}(含当日)"),
        ),
        (("reason", "说明"), ("proof", "证明材料")),
        "answer",
    ),
    "calls.CallSuspended": Words(
        "暂缓办理(期满自动恢复计时)",
        (
            ("organization", "单位", name),
            ("ground_text", "理由", plain),
            ("last_day", "暂缓至", lambda v: f"{v}(含当日)"),
            ("moved", "恢复后的期限", clocks),
            ("justified", "正当事由", excuses),
        ),
        (("remark", "说明"),),
    ),
    "calls.SuspensionRefused": Words(
        "不同意暂缓办理(时限照常计算)",
        (("organization", "单位", name), ("justified", "正当事由", excuses)),
        _REASON,
    ),
    "calls.CallResumed": Words(
        "提前恢复办理",
        (("organization", "单位", name), ("was_until", "原定恢复", _moment), ("moved", "恢复后的期限", clocks)),
        (("reason", "恢复原因"),),
    ),
    "calls.WaitingRequested": Words(
        "书面请求配合",
        (("organization", "请求单位", name), ("on", "被请求单位", name), ("reference", "函件文号", plain)),
        (("request", "请求"), ("own_step", "所等的环节")),
    ),
    "calls.WaitingEnded": Words(
        "等待结束",
        (
            ("organization", "等待单位", name),
            ("on", "被请求单位", name),
            ("upper", "上级单位", plain),
            ("how", "原因", lambda v: WaitEnd(v).label),
            ("justified", "正当事由", excuses),
        ),
        (("remark", "说明"),),
    ),
    "calls.EscalatedUp": Words(
        "提级上报(没有回执前不计正当事由)",
        (("upper", "上报给", plain), ("letter", "上报文号", plain), ("waiter", "等待单位", name)),
        (("part", "上报部分"), ("reason", "上报原因"), ("request", "请上级")),
        "follow_up",
    ),
    "calls.UpperReceiptRecorded": Words(
        "登记上级回执",
        (
            ("upper", "上级单位", plain),
            ("receipt", "回执编号", plain),
            ("promised", "承诺答复", _moment),
            ("organization", "等待单位", name),
            ("since", "起算等待", _moment),
        ),
        (("received_by", "收件人"),),
    ),
    "calls.UpperAnswerRecorded": Words(
        "登记上级答复",
        (
            ("upper", "上级单位", plain),
            ("outcome", "结果", lambda v: UpperOutcome(v).label),
            ("reference", "答复文号", plain),
        ),
        _TEXT,
    ),
    "calls.EscalationWithdrawn": Words("撤回提级上报", (("upper", "上级单位", plain),), (("reason", "撤回原因"),)),
    "calls.ConfidentialityMarked": Words(
        "标记举报人保密",
        (("about", "反映的单位", name),),
        (("text", "给承办单位看的内容"), ("place", "给承办单位看的地点"), ("reason", "理由")),
    ),
    "calls.ClocksRecomputed": RECOMPUTED,
    "calls.ResultReported": Words(
        "报告办理结果", (("organization", "单位", name), ("confirmer", "由谁确认(镇街主办)", name)), _TEXT, "confirm"
    ),
    "calls.ResultConfirmed": Words("现场确认", (("on_site", "已到现场", yes_no),), _TEXT, "resolve"),
    "calls.ReworkOrdered": Words(
        "退回重办",
        (
            ("own_fault", "为什么没有解决", lambda v: "承办单位没有办到位" if v else "不是承办单位的原因"),
            ("policy", "办理时限", lambda v: ClockPolicy(v).label),
            ("justified", "正当事由", excuses),
        ),
        _REASON,
        "complete",
    ),
    "calls.CallResolved": Words("核实办结", (("spot_checked", "已抽查", yes_no),), _TEXT, "evaluate"),
    "calls.CallEvaluated": Words("评价", (("grade", "评价", lambda v: Grade(v).label),), _TEXT),
    "calls.CallClosed": Words("归档", (("evaluated", "已评价", yes_no),)),
    "calls.CallWithdrawn": Words(
        "撤回呼叫",
        (("after_dispatch", "派发后撤回", yes_no), ("asked_by", "由谁提出", plain)),
        _REASON,
    ),
    "calls.FactCorrected": Words(
        "更正事实", (("field_text", "更正项", plain),), (("was", "原为"), ("is_now", "现为"), ("reason", "理由"))
    ),
    "calls.UrgencyChanged": Words(
        "调整紧急程度",
        (
            ("was", "原为", lambda v: Urgency(v).label),
            ("urgency", "现为", lambda v: Urgency(v).label),
            ("policy", "时限处理", lambda v: ClockPolicy(v).label),
            ("moved", "重算", _moved),
            ("duty_room", "同时报", name),
        ),
        _REASON,
        "accept",
    ),
    "calls.NoteAdded": Words("备注", (("reach", "可见范围", lambda v: NoteReach(v).label),), _TEXT),
    "calls.StatementAdded": Words(
        "陈述", (("organization", "单位", name), ("action", "对哪一项", lambda v: Action(v).label)), _TEXT
    ),
    "calls.EvidenceAttached": Words("补充材料", (("organization", "单位", name),), _TEXT),
    "calls.PhoneCallRecorded": Words(
        "电话联系", (("called", "对方单位", name), ("spoke_with", "通话人", plain)), _TEXT
    ),
    "calls.LateEntryMade": Words(
        "补录(待对方确认)",
        (
            ("fact", "补录内容", lambda v: LateFact(v).label),
            ("organization", "补录单位", name),
            ("other_side", "确认单位", name),
        ),
        (("text", ""), ("reason", "未及时登记的原因"), ("proof", "外部佐证")),
        "confirm",
    ),
    "calls.LateEntryConfirmed": Words("确认补录属实", (("entry", "补录序号", plain),), (("remark", "说明"),)),
    "calls.LateEntryContested": Words("对补录提出异议", (("entry", "补录序号", plain),), _REASON),
    "calls.CallMerged": Words("并入另一事项", (("into_number", "并入", plain),), _REASON),
    "calls.CoCallerJoined": Words("共同呼叫", (("township", "共同呼叫镇街", name), ("number", "其呼叫编号", plain))),
    "calls.CallSplit": Words(
        "拆出一部分另行办理", (("part_number", "拆出为", plain),), (("text", ""), ("reason", "理由"))
    ),
    "calls.StagePassed": Words(
        "移交下一环节",
        (
            ("passer", "移交单位", name),
            ("party", "现主办", _party),
            ("basis", "依据", _basis),
            ("point", "衔接点", plain),
        ),
        (("text", "已办情况和材料"),),
    ),
    "calls.InstructionRecorded": Words(
        "登记批示、交办",
        (
            ("source", "来源", lambda v: InstructionSource(v).label),
            ("number", "文号或编号", plain),
            ("handler", "指明承办", name),
            ("due", "要求办结时间", lambda v: exact_text(datetime.fromisoformat(v))),
            ("moved", "时限", lambda v: f"{len(v)} 项时限按较严的要求缩短"),
        ),
        _TEXT,
    ),
    "calls.PartySucceeded": Words(
        "职责承接", (("was", "原单位", name), ("now", "承接单位", name), ("basis", "另行确定的依据", plain))
    ),
    "calls.SuccessionWithheld": Words(
        "待另行确定承接单位",
        (("was", "已撤销的单位", name), ("organization", "由谁另定", name), ("supervision", "已告知", name)),
        due="naming",
    ),
    "calls.PartTakenOver": Words("由拆分而来", (("origin_number", "原事项", plain),)),
    "calls.ContentWithdrawn": Words("内容依令撤除", (("order_number", "文号", plain),)),
    "calls.InterimProposed": Words(
        "申请阶段性办结",
        (
            ("organization", "单位", name),
            ("file_number", "立案文号", plain),
            ("filed_on", "立案日期", plain),
            ("statute", "法定期限依据", plain),
            ("statutory_until", "法定期限至", plain),
            ("milestones", "办理节点", _milestones),
        ),
        (("text", ""), ("milestone_texts", "节点内容")),
        "answer",
        "答复",
    ),
    "calls.InterimRefused": Words(
        "不同意阶段性办结(时限照常计算)",
        (("organization", "单位", name), ("justified", "正当事由", excuses)),
        _REASON,
    ),
    "calls.InterimResolved": Words(
        "阶段性办结",
        (
            ("organization", "单位", name),
            ("file_number", "立案文号", plain),
            ("statute", "法定期限依据", plain),
            ("statutory_until", "法定期限至", plain),
            ("milestones", "办理节点", _milestones),
        ),
        (("milestone_texts", "节点内容"), ("remark", "意见")),
    ),
    "calls.MilestoneMet": Words(
        "完成办理节点",
        (("organization", "单位", name), ("milestone", "节点", lambda v: f"第 {v} 个")),
        _TEXT,
        "final",
        "报告最终结果",
    ),
    "calls.ShelvingProposed": Words(
        "提请挂账", (("organization", "提请单位", name), ("approver", "审批机关", name)), _REASON, "approve", "审批"
    ),
    "calls.ShelvingRefused": Words(
        "不同意挂账(时限照常计算)",
        (("approver", "审批机关", name), ("justified", "正当事由", excuses)),
        _REASON,
    ),
    "calls.CallShelved": Words(
        "挂账(不计办结)",
        (("approver", "批准机关", name), ("reference", "文号", plain)),
        (("reason", "意见"),),
        "review",
        "复核",
    ),
    "calls.ShelvingReviewed": Words(
        "挂账复核",
        (
            ("shelved_on", "结论", lambda v: "继续挂账" if v else "恢复办理"),
            ("policy", "办理时限", lambda v: ClockPolicy(v).label),
        ),
        (("reason", "情况"),),
        "review",
        "下次复核",
    ),
    "calls.LeadUnclear": Words(
        "承办单位不明,须会商", (("organization", "召集单位", name),), _REASON, "convene", "组织会商"
    ),
    "calls.ConsultationConvened": Words(
        "召集会商",
        (
            ("convener", "召集单位", name),
            ("starts", "时间", _moment),
            ("place", "地点", plain),
            ("invited", "邀请", _names),
        ),
        (("subject", "议题"),),
        "record",
        "登记结果",
    ),
    "calls.InvitationAnswered": Words(
        "回复参会", (("organization", "单位", name), ("attendee", "参会人员", plain)), (("remark", "说明"),)
    ),
    "calls.ConsultationHeld": Words(
        "会商结果",
        (("attended", "到会", _names), ("absent", "未到会", _names), ("actions", "议定事项", _agreed)),
        (("minutes", "纪要"), ("action_texts", "议定内容")),
        "dispatch",
    ),
    "calls.AgreedActionDone": Words(
        "议定事项已落实", (("organization", "单位", name), ("action", "议定事项", lambda v: f"第 {v} 项")), _TEXT
    ),
    "calls.CallReopened": Words(
        "重新打开",
        (
            ("township", "提出镇街", name),
            ("lead", "主办", name),
            ("policy", "办理时限", lambda v: ReopeningPolicy(v).label),
        ),
        _REASON,
    ),
    "calls.EvaluationChanged": Words(
        "变更评价",
        (
            ("township", "评价镇街", name),
            ("was", "原为", lambda v: Grade(v).label),
            ("grade", "现为", lambda v: Grade(v).label),
        ),
        _REASON,
    ),
    "calls.EvaluationContested": Words(
        "对评价提出异议",
        (("organization", "单位", name), ("township", "评价镇街", name)),
        (("reason", "理由"), ("proof", "证明")),
        "decide",
        "处理",
    ),
    "calls.EvaluationUpheld": Words(
        "维持评价", (("organization", "决定单位", name), ("township", "评价镇街", name)), _REASON
    ),
    "calls.EvaluationExclusionProposed": Words(
        "提请评价不计入", (("township", "评价镇街", name), ("approver", "审批机关", name)), _REASON, "approve", "审批"
    ),
    "calls.EvaluationExcluded": Words(
        "评价不计入(评价仍可查看)",
        (("approver", "决定单位", name), ("township", "评价镇街", name), ("grade", "评价", lambda v: Grade(v).label)),
        (("reason", "意见"),),
    ),
    "calls.PressureReported": Words(
        "反映评价受干预(只有本镇街、督查机构和监督查阅员能看到)", (("pressing", "谁要求的", plain),), _TEXT
    ),
    "calls.CallerReminded": Words(
        "乡镇催办",
        (
            ("township", "提出镇街", name),
            ("organization", "催办单位", name),
            ("task_text", "超期未办", plain),
            ("due", "原期限", _moment),
        ),
        (("text", ""),),
    ),
    "calls.CopySent": Words(
        "抄送(仅供查阅)", (("organization", "抄送", name), ("sender", "抄送单位", name)), (("text", ""),)
    ),
}


_NEVER_IMPORTED = frozenset({"on_site", "spot_checked"})
"""Whether somebody went there is not known of an older platform's steps: not said is not 否."""


def title_of(wire: str) -> str:
    """The heading of a fact."""
    return WORDS[wire].title


def lines_of(wire: str, fact: Fact) -> list[tuple[str, str]]:
    """Labelled short values; of an imported fact not what the older platform did not ask."""
    unknown = _NEVER_IMPORTED if fact.get("imported_from") else frozenset[str]()
    return [
        (label, say(fact[field]))
        for field, label, say in WORDS[wire].lines
        if fact.get(field) not in (None, "", [], ()) and field not in unknown
    ]


def texts_of(wire: str, fact: Fact) -> list[str]:
    """What people wrote, with a label where it needs one."""
    said = ((label, _text(fact[field])) for field, label in WORDS[wire].texts if fact.get(field))
    return [f"{label}:{text}" if label else text for label, text in said]


def _text(value: Any) -> str:
    """One text, or several that belong together, numbered."""
    if isinstance(value, str):
        return value
    return ";".join(f"{number}. {text}" for number, text in enumerate(value, 1))


def due_of(wire: str, fact: Fact, now: datetime) -> str:
    """The clock this fact started, in words; empty when it started none."""
    if wire == "calls.CallDispatched":
        lead = fact["lead"]
        started = (("主办响应", "respond"), ("首次反馈", "first_result"), ("办理", "complete"))
        return ",".join(
            f"{word}期限 {shown_deadline(Deadline.model_validate(lead[field]), now).due_text}"
            for word, field in started
            if lead.get(field)
        )
    if wire == "calls.CallReopened" and fact["policy"] != ReopeningPolicy.NONE:
        return f"办理期限 {shown_deadline(Deadline.model_validate(fact['complete']), now).due_text}"
    if wire == "calls.PartDispatched":
        respond = Deadline.model_validate(fact["party"]["respond"])
        complete = Deadline.model_validate(fact["party"]["complete"])
        return f"响应期限 {shown_deadline(respond, now).due_text},办理期限 {shown_deadline(complete, now).due_text}"
    field = WORDS[wire].due
    if field is None or fact.get(field) is None:
        return ""
    deadline = Deadline.model_validate(fact[field])
    return f"{WORDS[wire].due_word or _DUE_WORDS[field]}期限 {shown_deadline(deadline, now).due_text}"


_DUE_WORDS = {
    "sign": "签发",
    "reply": "答复",
    "check": "审核",
    "rectify": "整改",
    "endorse": "签发",
    "accept": "受理",
    "supplement": "补正",
    "dispatch": "派发",
    "contest": "申请复核",
    "answer": "答复",
    "follow_up": "取得上级回执",
    "naming": "另定承接单位",
    "mediate": "协调",
    "opine": "界定",
    "designate": "指定",
    "confirm": "确认",
    "resolve": "核实办结",
    "complete": "重办",
    "evaluate": "评价",
}
