"""呼叫接口示例: one filled-in body a step, shown in the interface description. Names and places are invented."""

from collections.abc import Mapping
from typing import Any

from domain.calls.aftermath import evaluations, reopening
from domain.calls.around import attention, confidentiality, instructions, merging, statement
from domain.calls.delays import escalating, extensions, suspensions, waiting
from domain.calls.dispatch import dispatching, objections, part_dispatching, passing
from domain.calls.intake import acceptance, submission
from domain.calls.slow_work import consultation, interim, shelving
from domain.calls.work import completion, handling, late_entries, records
from domain.shared.commands import Command

_ORGANIZATION = "5b6a0c7e-3f0c-5d0e-9a53-0d5f2b1c7e11"

EXAMPLES: Mapping[type[Command], dict[str, Any]] = {
    submission.SubmitCall: {
        "text": "学前街小学门口流动摊贩占道经营,堵住消防通道",
        "place": "学前街东口",
        "urgency": "ordinary",
    },
    submission.EndorseCall: {"remark": "情况属实,请县级部门处理"},
    submission.RefuseEndorsement: {"reason": "请写清具体位置和摊位数量"},
    acceptance.AcceptCall: {},
    acceptance.SendCallBack: {"gaps": "请补充摊位数量、是否堵塞消防通道"},
    submission.SupplementCall: {"text": "学前街小学门口八户流动摊贩占道经营", "place": "学前街东口实验小学门前"},
    acceptance.DeclineCall: {"ground": "not_public_affairs", "reason": "属相邻两户的民事纠纷,请调解"},
    acceptance.ContestDecline: {"reason": "已影响公共通行,不属民事纠纷"},
    acceptance.DecideContest: {"upheld": False, "reason": "涉及公共通道,应予受理"},
    acceptance.HandCallOver: {"target": "petition", "receipt": "信访转〔2026〕12号", "reason": "属信访事项"},
    submission.WithdrawCall: {"reason": "情况已消除", "asked_by": "城东镇"},
    dispatching.DispatchCall: {
        "basis": "powers",
        "reference": "《综合行政执法局三定规定》第四条",
        "lead": _ORGANIZATION,
        "assistants": [],
    },
    part_dispatching.DispatchPart: {
        "objector": _ORGANIZATION,
        "part": "油烟净化设施的检测和处罚",
        "handler": "5b6a0c7e-3f0c-5d0e-9a53-0d5f2b1c7e12",
        "basis": "powers",
        "reference": "《生态环境分局三定规定》第三条",
    },
    instructions.RecordInstruction: {
        "source": "hotline",
        "number": "12345〔2026〕0511-0032",
        "text": "市民两次反映,请在三日内办结并回复",
    },
    passing.PassStage: {
        "handler": _ORGANIZATION,
        "point": "检测结论为不合格",
        "basis": "statute",
        "reference": "《大气污染防治法》第一百一十八条",
        "text": "现场检查和检测报告已移交",
    },
    passing.SucceedParty: {"dissolved": _ORGANIZATION},
    merging.MergeCall: {"into": _ORGANIZATION, "reason": "同一路口同一批摊位,两次呼叫"},
    merging.SplitCall: {
        "text": "学前街小学门口路灯不亮",
        "place": "学前街东口",
        "reason": "路灯维护与占道经营由不同单位承担",
    },
    objections.RaiseObjection: {
        "ground": "another_bearer",
        "cited": "属地管理清单第36项",
        "reason": "应由其他单位承担",
    },
    objections.UpholdObjection: {"organization": _ORGANIZATION, "reason": "经核对清单,异议成立"},
    objections.RejectObjection: {"organization": _ORGANIZATION, "reason": "清单载明由该单位主办"},
    objections.RequestOpinion: {"question": "该事项由住建局还是综合行政执法局主办"},
    objections.GiveOpinion: {
        "proposed": _ORGANIZATION,
        "reference": "示编办函〔2026〕3号",
        "citable": True,
        "text": "应由综合行政执法局承办",
    },
    objections.DesignateHandler: {
        "handler": _ORGANIZATION,
        "reference": "县政府纪要〔2026〕5号",
        "reason": "依界定意见",
    },
    handling.Respond: {"handler": "陈中队长", "contact": "199 0000 0101", "first_step": "半小时内到场劝离"},
    handling.RecordArrival: {"organization": _ORGANIZATION, "remark": "执法队员三名已到场"},
    handling.ReportProgress: {"text": "已劝离六户,两户拒不撤离"},
    handling.ReportAssistance: {"done": True, "text": "核查摊贩八户,均无证照,已登记"},
    handling.ReportCooperation: {"text": "村居已到场维持秩序"},
    handling.ReportResult: {"text": "摊贩已全部劝离,消防通道恢复"},
    extensions.RequestExtension: {
        "working_days": 8,
        "ground": "procurement",
        "reason": "防护栏已订货,到货安装还需八个工作日",
    },
    extensions.GiveExtensionOpinion: {"extension": 1, "agrees": True, "text": "已设临时围挡,可以等"},
    extensions.GrantExtension: {"extension": 1, "working_days": 8},
    extensions.RefuseExtension: {"extension": 1, "reason": "可先行设置临时设施,不必等采购"},
    suspensions.RequestSuspension: {
        "ground": "testing",
        "last_day": "2026-05-20",
        "reason": "墙体安全须经鉴定后才能确定处置办法",
        "proof": "房屋安全鉴定委托书〔2026〕8号",
    },
    suspensions.SuspendCall: {"suspension": 1},
    suspensions.RefuseSuspension: {"suspension": 1, "reason": "鉴定不影响先行排险"},
    suspensions.ResumeCall: {"reason": "鉴定报告已提前出具"},
    waiting.RequestWaiting: {
        "on": _ORGANIZATION,
        "own_step": "依检测结果作出处罚决定",
        "request": "请对现场油烟进行检测并出具报告",
        "reference": "示综执函〔2026〕15号",
    },
    waiting.EndWaiting: {"waiting": 1, "remark": "已从其他渠道取得数据"},
    escalating.EscalateUp: {
        "upper": "示例市水务局",
        "letter": "示呼应报〔2026〕3号",
        "waiter": _ORGANIZATION,
        "reason": "河道主管权限在市级,县里无权审批清障方案",
        "request": "请审批清障方案并派员指导",
    },
    escalating.RecordUpperReceipt: {
        "escalation": 1,
        "receipt": "市水收〔2026〕118号",
        "received_by": "市水务局办公室 刘",
        "promised": "2026-03-25T17:30:00+08:00",
    },
    escalating.RecordUpperAnswer: {
        "escalation": 1,
        "outcome": "answered",
        "reference": "市水函〔2026〕21号",
        "text": "同意清障方案,由县里组织实施",
    },
    escalating.WithdrawEscalation: {"escalation": 1, "reason": "县里已可自行处理,不必上级审批"},
    completion.ConfirmResult: {"on_site": True, "text": "到现场看过,通道畅通"},
    completion.OrderRework: {"reason": "次日摊贩又回来摆摊"},
    completion.ResolveCall: {"spot_checked": True, "text": "抽查属实"},
    completion.EvaluateCall: {"grade": "satisfied", "text": "处理及时"},
    completion.CloseCall: {},
    interim.ProposeInterim: {
        "file_number": "示综执立〔2026〕12号",
        "filed_on": "2026-03-16",
        "statute": "《中华人民共和国行政处罚法》第六十条",
        "statutory_days": 90,
        "milestones": [
            {"day": "2026-04-10", "text": "完成调查取证"},
            {"day": "2026-05-15", "text": "送达处罚告知书"},
            {"day": "2026-06-10", "text": "作出处罚决定"},
        ],
        "text": "已立案,当事人已停止违法行为,处罚程序需按法定期限办理",
    },
    interim.ApproveInterim: {"remark": "同意,请按节点办理"},
    interim.RefuseInterim: {"reason": "情况简单,应在办理期限内办结"},
    interim.MeetMilestone: {"milestone": 1, "text": "调查取证已完成"},
    consultation.DeclareUnclear: {"reason": "住建、自然资源两家均可能承办,清单没有载明"},
    consultation.ConveneConsultation: {
        "starts": "2026-03-17T09:30:00+08:00",
        "place": "平台三楼会议室",
        "invited": [_ORGANIZATION],
        "subject": "外墙脱落由谁承办",
    },
    consultation.AnswerInvitation: {"attendee": "陈科长"},
    consultation.RecordConsultation: {
        "attended": [_ORGANIZATION],
        "minutes": "经会商,由住建局牵头排险",
        "actions": [{"organization": _ORGANIZATION, "text": "设置围挡", "day": "2026-03-20"}],
    },
    consultation.CompleteAgreedAction: {"agreed": 1, "text": "围挡已设置"},
    shelving.ProposeShelving: {"reason": "改造资金未落实,会商同意列入下年度计划"},
    shelving.ApproveShelving: {"reference": "县政府纪要〔2026〕8号"},
    shelving.RefuseShelving: {"reason": "资金可从应急经费列支"},
    shelving.ReviewShelving: {"shelved_on": False, "policy": "restart", "reason": "资金已到位"},
    evaluations.ChangeEvaluation: {"grade": "basically", "reason": "次日复查,大部分已恢复"},
    evaluations.ContestEvaluation: {"reason": "评价的不是本次派发的事项", "proof": "派发单和现场照片"},
    evaluations.UpholdEvaluation: {"reason": "经核实,评价与现场情况一致"},
    evaluations.ProposeExclusion: {"reason": "评价内容与本事项无关"},
    evaluations.ExcludeEvaluation: {"reason": "同意"},
    evaluations.ReportPressure: {"pressing": "某局工作人员", "text": "来电要求改为满意"},
    reopening.ReopenCall: {"policy": "restart", "reason": "三天后摊贩又回来了"},
    attention.RemindParty: {"reminded": _ORGANIZATION, "text": "群众又来反映,请尽快办理"},
    attention.SendCopy: {"copied": _ORGANIZATION, "text": "供了解情况"},
    records.RecordPhoneCall: {"called": _ORGANIZATION, "spoke_with": "值班员", "text": "电话告知现场情况"},
    late_entries.MakeLateEntry: {
        "fact": "arrival",
        "occurred_at": "2026-03-14T02:30:00+08:00",
        "text": "02:30 已到达现场",
        "reason": "现场处置未能登记",
        "proof": "执法记录仪影像",
    },
    late_entries.ConfirmLateEntry: {"entry": 1},
    late_entries.ContestLateEntry: {"entry": 1, "reason": "当时现场未见到人"},
    records.CorrectFact: {"field": "place", "is_now": "学前街西口", "reason": "位置填写有误"},
    records.ChangeUrgency: {"urgency": "urgent", "policy": "continue", "reason": "现场情况加重"},
    records.AddNote: {"reach": "parties", "text": "周末请留意反弹"},
    records.AttachEvidence: {
        "attachments": [{"sha256": "0" * 64, "size": 1, "media_type": "image/jpeg"}],
        "text": "现场照片",
    },
    confidentiality.MarkConfidential: {
        "text": "有人反映某工地夜间施工,请核查",
        "place": "城东片区",
        "reason": "举报人担心被认出",
    },
    statement.AddStatement: {"obligation": 5, "text": "当日暴雨封路,已电话告知镇里,次日一早到场"},
}
"""By command; every step has one (held by a test)."""
