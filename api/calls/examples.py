"""呼叫接口示例: one filled-in body a step, shown in the interface description. Names and places are invented."""

from collections.abc import Mapping
from typing import Any

from domain.calls import (
    acceptance,
    completion,
    dispatching,
    handling,
    intake,
    late_entries,
    objections,
    part_dispatching,
    records,
    statement,
)
from domain.shared.commands import Command

_ORGANIZATION = "5b6a0c7e-3f0c-5d0e-9a53-0d5f2b1c7e11"

EXAMPLES: Mapping[type[Command], dict[str, Any]] = {
    intake.SubmitCall: {
        "text": "学前街小学门口流动摊贩占道经营,堵住消防通道",
        "place": "学前街东口",
        "urgency": "ordinary",
    },
    intake.EndorseCall: {"remark": "情况属实,请县级部门处理"},
    intake.RefuseEndorsement: {"reason": "请写清具体位置和摊位数量"},
    acceptance.AcceptCall: {},
    acceptance.SendCallBack: {"gaps": "请补充摊位数量、是否堵塞消防通道"},
    intake.SupplementCall: {"text": "学前街小学门口八户流动摊贩占道经营", "place": "学前街东口实验小学门前"},
    acceptance.DeclineCall: {"ground": "not_public_affairs", "reason": "属相邻两户的民事纠纷,请调解"},
    acceptance.ContestDecline: {"reason": "已影响公共通行,不属民事纠纷"},
    acceptance.DecideContest: {"upheld": False, "reason": "涉及公共通道,应予受理"},
    acceptance.HandCallOver: {"target": "petition", "receipt": "信访转〔2026〕12号", "reason": "属信访事项"},
    intake.WithdrawCall: {"reason": "情况已消除", "asked_by": "城东镇"},
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
    completion.ConfirmResult: {"on_site": True, "text": "到现场看过,通道畅通"},
    completion.OrderRework: {"reason": "次日摊贩又回来摆摊"},
    completion.ResolveCall: {"spot_checked": True, "text": "抽查属实"},
    completion.EvaluateCall: {"grade": "satisfied", "text": "处理及时"},
    completion.CloseCall: {},
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
    statement.AddStatement: {"obligation": 5, "text": "当日暴雨封路,已电话告知镇里,次日一早到场"},
}
"""By command; every step has one (held by a test)."""
