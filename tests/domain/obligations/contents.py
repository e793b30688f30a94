"""What random people ask: every command on a call, with contents right and wrong drawn from a seeded source."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from domain.calls import events as e
from domain.calls.aftermath import evaluations, reopening
from domain.calls.around import attention, confidentiality, instructions, merging, statement
from domain.calls.call import Call
from domain.calls.delays import escalating as u
from domain.calls.delays import extensions as x
from domain.calls.delays import suspensions as s
from domain.calls.delays import waiting as w
from domain.calls.dispatch import dispatching as d
from domain.calls.dispatch import objections, part_dispatching, passing
from domain.calls.intake import acceptance
from domain.calls.intake import submission as i
from domain.calls.slow_work import consultation, interim, shelving
from domain.calls.words import (
    BasisKind,
    ClockPolicy,
    Delay,
    Grade,
    InstructionSource,
    LateFact,
    NoteReach,
    ReopeningPolicy,
    UpperOutcome,
)
from domain.calls.work import completion, late_entries
from domain.calls.work import handling as h
from domain.calls.work import records as r
from domain.obligations.words import Action
from domain.shared.calendar import LOCAL
from domain.shared.commands import Command
from domain.shared.urgency import Urgency
from tests.domain.calls.county import CallCounty

ADDRESSEES = ("zhifa", "shichang", "zhujian", "huanjing", "yancao", "chengdong", "chengxi", "jiwei")
AGO = (-1, 0, 0, 1, 10, 29, 31, 55, 240, 900, 1_500, 3_000)
"""How many minutes ago something is said to have happened."""

Draw = Callable[[Random, CallCounty, Call], dict[str, Any]]


def drawn(kind: type[Command], random: Random, county: CallCounty, call: Call) -> Command:
    """The command about this call."""
    return kind.model_validate({"call_id": call.id, **CONTENTS[kind](random, county, call)})


def _of(**fields: Any) -> Draw:
    """Fields that are fixed, or drawn by a function of (random, county, call)."""
    return lambda random, county, call: {
        name: value(random, county, call) if callable(value) else value for name, value in fields.items()
    }


def _one_of(*values: Any) -> Callable[[Random, CallCounty, Call], Any]:
    return lambda random, county, call: random.choice(values)


def _organization(random: Random, county: CallCounty, call: Call) -> UUID:
    return county.orgs[random.choice(ADDRESSEES)]


def _some_obligation(random: Random, county: CallCounty, call: Call) -> int:
    return random.randrange(len(call.obligations))


def _party(random: Random, county: CallCounty, call: Call) -> UUID:
    parties = [party.organization for party in call.current_parties]
    return random.choice(parties) if parties and random.random() < 0.9 else county.orgs["zhifa"]


def _succeeding(random: Random, county: CallCounty, call: Call) -> dict[str, Any]:
    """Mostly whoever nobody may succeed, and somebody to be named instead."""
    missed = [was for was, now in call.stand_ins if now is None]
    if not missed or random.random() < 0.2:
        return {"dissolved": _party(random, county, call)}
    return {"dissolved": random.choice(missed), "instead": _organization(random, county, call), "basis": "示编函3号"}


def _party_or_none(random: Random, county: CallCounty, call: Call) -> UUID | None:
    return None if random.random() < 0.2 else _party(random, county, call)


def _one_of_addressees_or_none(random: Random, county: CallCounty, call: Call) -> UUID | None:
    return None if random.random() < 0.6 else _organization(random, county, call)


def _escalation(random: Random, county: CallCounty, call: Call) -> int:
    return random.choice([one.number for one in call.open_escalations] or [1])


def _earlier(random: Random, county: CallCounty, call: Call) -> datetime:
    """Some minutes ago, or just when a clock ran out: the moment that decides."""
    dues = [owed.deadline.due for owed in call.open_obligations if owed.deadline.due <= county.now]
    if dues and random.random() < 0.3:
        return random.choice(dues).replace(second=0, microsecond=0) + timedelta(minutes=random.choice((-1, 0, 1)))
    return county.now - timedelta(minutes=random.choice(AGO))


def _earlier_or_now(random: Random, county: CallCounty, call: Call) -> datetime | None:
    return None if random.random() < 0.5 else _earlier(random, county, call)


def _entry(random: Random, county: CallCounty, call: Call) -> int:
    waiting = [late.entry for late in call.late_entries if late.confirmed is None]
    return random.choice(waiting) if waiting else 1


def _waiting_request(kind: Delay) -> Callable[[Random, CallCounty, Call], int]:
    def number(random: Random, county: CallCounty, call: Call) -> int:
        waiting = [one.number for one in call.asking if one.kind is kind]
        return random.choice(waiting) if waiting else 1

    return number


def _day(*ahead: int) -> Callable[[Random, CallCounty, Call], date]:
    return lambda random, county, call: county.now.astimezone(LOCAL).date() + timedelta(days=random.choice(ahead))


def _day_or_none(random: Random, county: CallCounty, call: Call) -> date | None:
    return None if random.random() < 0.6 else _day(0, 1, 3)(random, county, call)


def _ahead_or_none(random: Random, county: CallCounty, call: Call) -> datetime | None:
    return None if random.random() < 0.3 else _ahead(random, county, call)


def _ahead(random: Random, county: CallCounty, call: Call) -> datetime:
    minutes = random.choice((30, 60, 60, 240, 1_500, 4_000))
    return county.now.replace(second=0, microsecond=0) + timedelta(minutes=minutes)


def _owed_number(action: Action) -> Callable[[Random, CallCounty, Call], int]:
    def number(random: Random, county: CallCounty, call: Call) -> int:
        return random.choice([owed.entry for owed in call.open_obligations if owed.action is action] or [1])

    return number


def _milestones(random: Random, county: CallCounty, call: Call) -> tuple[interim.MilestonePlan, ...]:
    days = sorted(_day(1, 3, 10, 40)(random, county, call) for _ in range(random.choice((1, 1, 2, 3))))
    return tuple(interim.MilestonePlan(day=day, text="完成检测") for day in days)


def _invited(random: Random, county: CallCounty, call: Call) -> tuple[UUID, ...]:
    names = random.sample(("zhifa", "shichang", "zhujian", "platform", "chengdong"), random.choice((1, 2, 2, 3)))
    return tuple(county.orgs[name] for name in names)


def _attended(random: Random, county: CallCounty, call: Call) -> tuple[UUID, ...]:
    invited = call.consultation.invited if call.consultation is not None else ()
    return tuple(organization for organization, _ in invited if random.random() < 0.7)


def _recording(random: Random, county: CallCounty, call: Call) -> dict[str, Any]:
    came = _attended(random, county, call)
    agreeing = random.sample(came, min(len(came), random.choice((0, 1, 1, 2))))
    actions = (
        consultation.AgreedActionPlan(organization=one, text="先行清理", day=_day(1, 3, 10)(random, county, call))
        for one in agreeing
    )
    return {"attended": came, "minutes": "会商纪要", "actions": tuple(actions)}


def _evaluator(random: Random, county: CallCounty, call: Call) -> UUID | None:
    return random.choice([None, *(one.township for one in call.evaluations)])


def _another(random: Random, county: CallCounty, call: Call) -> UUID:
    return county.placed()


def _review(random: Random, county: CallCounty, call: Call) -> dict[str, Any]:
    on = random.random() < 0.4
    return {"shelved_on": on, "policy": None if on else random.choice(list(ClockPolicy)), "reason": "资金"}


def _dispatch(random: Random, county: CallCounty, call: Call) -> dict[str, Any]:
    by_list = random.random() < 0.4
    assistants = random.sample(ADDRESSEES, random.choice((0, 0, 1, 1, 2)))
    designated = call.designated if call.designated is not None and random.random() < 0.9 else None
    return {
        "basis": BasisKind.LIST_ITEM if by_list else random.choice((BasisKind.POWERS, BasisKind.STATUTE)),
        "reference": "" if by_list else "三定规定",
        "item": random.choice(("territorial-0001", "territorial-0002", "territorial-0004")) if by_list else None,
        "revision": random.choice((county.revision, county.revision, county.later_revision)) if by_list else None,
        "lead": designated or (county.orgs["zhifa"] if by_list else _organization(random, county, call)),
        "assistants": tuple(county.orgs[name] for name in assistants),
        "complex": random.random() < 0.2,
        "by_phone_at": _earlier(random, county, call) if random.random() < 0.15 else None,
    }


CONTENTS: Mapping[type[Command], Draw] = {
    statement.AddStatement: _of(obligation=_some_obligation, text="当日暴雨封路"),
    confidentiality.MarkConfidential: _of(
        text=_one_of("", "有人反映占道"), about=_one_of_addressees_or_none, reason="举报人担心被认出"
    ),
    i.EndorseCall: _of(),
    i.RefuseEndorsement: _of(reason="请补充地点"),
    acceptance.AcceptCall: _of(),
    acceptance.SendCallBack: _of(gaps="缺照片"),
    i.SupplementCall: _of(text="已补充", place="人民路12号"),
    acceptance.DeclineCall: _of(ground="in_proceedings", reason="已诉讼"),
    acceptance.ContestDecline: _of(reason="并未诉讼"),
    acceptance.DecideContest: _of(upheld=_one_of(True, False), reason="复核"),
    acceptance.HandCallOver: _of(target="petition", receipt="XF-1", reason="信访事项"),
    i.WithdrawCall: _of(reason="已解决", asked_by=_one_of("", "本镇", "本镇")),
    d.DispatchCall: _dispatch,
    part_dispatching.DispatchPart: _of(
        objector=_party, part="油烟部分", handler=_organization, basis=BasisKind.POWERS, reference="三定规定"
    ),
    objections.RaiseObjection: _of(
        whole=_one_of(True, False), ground="another_bearer", cited="清单第3项", reason="不属本单位"
    ),
    objections.UpholdObjection: _of(organization=_party, reason="派错"),
    objections.RejectObjection: _of(organization=_party, reason="属其职责"),
    objections.RequestOpinion: _of(question="由谁承办", complex=_one_of(True, False)),
    objections.GiveOpinion: _of(proposed=_organization, reference="编办函〔2026〕3号", text="属住建职责"),
    objections.DesignateHandler: _of(handler=_organization, reference="会议纪要〔2026〕5号", reason="依三定规定"),
    h.Respond: _of(handler="郑某", contact="13900000000", first_step="今日到场"),
    h.RecordArrival: _of(organization=_party, occurred_at=_earlier_or_now),
    h.ReportProgress: _of(first_result=_one_of(True, False), text="已约谈"),
    h.ReportAssistance: _of(done=_one_of(True, True, False), text="已核查"),
    h.ReportCooperation: _of(text="已劝导"),
    h.ReportResult: _of(text="已清理"),
    completion.ConfirmResult: _of(on_site=_one_of(True, False)),
    completion.OrderRework: _of(policy=_one_of(*ClockPolicy), reason="没有解决", own_fault=_one_of(True, False)),
    completion.ResolveCall: _of(spot_checked=_one_of(True, False)),
    completion.EvaluateCall: _of(grade=_one_of(*Grade)),
    completion.CloseCall: _of(),
    r.RecordPhoneCall: _of(called=_party, occurred_at=_earlier_or_now, text="催问"),
    late_entries.MakeLateEntry: _of(
        fact=_one_of(*LateFact), occurred_at=_earlier, text="已到现场", reason="现场无信号", proof="执法记录仪"
    ),
    late_entries.ConfirmLateEntry: _of(entry=_entry),
    late_entries.ContestLateEntry: _of(entry=_entry, reason="没有到场"),
    r.CorrectFact: _of(field="place", is_now=_one_of("人民路21号", "人民路22号"), reason="看错"),
    r.ChangeUrgency: _of(urgency=_one_of(*Urgency), policy=_one_of(*ClockPolicy), reason="情况有变"),
    r.AddNote: _of(reach=NoteReach.INTERNAL, text="备查"),
    r.AttachEvidence: _of(attachments=(e.Attachment(sha256="d" * 64, size=1, media_type="image/png"),)),
    x.RequestExtension: _of(
        working_days=_one_of(1, 3, 8, 10), ground=_one_of("procurement", "complex_work"), reason="已订货"
    ),
    x.GiveExtensionOpinion: _of(extension=_waiting_request(Delay.EXTENSION), agrees=_one_of(True, False)),
    x.GrantExtension: _of(extension=_waiting_request(Delay.EXTENSION), working_days=_one_of(1, 1, 3)),
    x.RefuseExtension: _of(extension=_waiting_request(Delay.EXTENSION), reason="可按期办结"),
    s.RequestSuspension: _of(ground="testing", last_day=_day(0, 1, 3, 9), reason="须鉴定", proof="委托书"),
    s.SuspendCall: _of(suspension=_waiting_request(Delay.SUSPENSION), last_day=_day_or_none),
    s.RefuseSuspension: _of(suspension=_waiting_request(Delay.SUSPENSION), reason="不需要"),
    s.ResumeCall: _of(reason="已鉴定"),
    w.RequestWaiting: _of(on=_party, own_step="依结果处罚", request="请核查"),
    u.EscalateUp: _of(
        upper="市水务局", letter="报〔2026〕3号", waiter=_party_or_none, reason="权限在市级", request="请审批"
    ),
    u.RecordUpperReceipt: _of(
        escalation=_escalation, receipt="收〔2026〕118号", received_by="刘", received_at=_earlier_or_now
    ),
    u.RecordUpperAnswer: _of(escalation=_escalation, outcome=_one_of(*UpperOutcome), text="同意"),
    u.WithdrawEscalation: _of(escalation=_escalation, reason="不必上级审批"),
    w.EndWaiting: _of(waiting=_one_of(1, 1, 2)),
    interim.ProposeInterim: _of(
        file_number="立〔2026〕12号",
        filed_on=_day(0, 0, -5),
        statute="行政处罚法",
        statutory_days=90,
        milestones=_milestones,
        text="已立案",
    ),
    interim.ApproveInterim: _of(),
    interim.RefuseInterim: _of(reason="情况简单"),
    interim.MeetMilestone: _of(milestone=_owed_number(Action.MILESTONE), text="已完成"),
    consultation.DeclareUnclear: _of(reason="两家都可能"),
    consultation.ConveneConsultation: _of(starts=_ahead, place="三楼", invited=_invited, subject="怎样解决"),
    consultation.AnswerInvitation: _of(attendee="陈科长"),
    consultation.RecordConsultation: _recording,
    consultation.CompleteAgreedAction: _of(agreed=_owed_number(Action.AGREED_ACTION), text="已落实"),
    shelving.ProposeShelving: _of(reason="资金未落实"),
    shelving.ApproveShelving: _of(reference="纪要〔2026〕8号"),
    shelving.RefuseShelving: _of(reason="可列支"),
    shelving.ReviewShelving: _review,
    evaluations.ChangeEvaluation: _of(grade=_one_of(*Grade), reason="复查好转"),
    evaluations.ContestEvaluation: _of(evaluator=_evaluator, reason="评价的是别的事", proof="派发单"),
    evaluations.UpholdEvaluation: _of(evaluator=_evaluator, reason="评价属实"),
    evaluations.ProposeExclusion: _of(evaluator=_evaluator, reason="与本事项无关"),
    evaluations.ExcludeEvaluation: _of(evaluator=_evaluator),
    evaluations.ReportPressure: _of(pressing="某局", text="要求改为满意"),
    reopening.ReopenCall: _of(policy=_one_of(*ReopeningPolicy), reason="又来了"),
    attention.RemindParty: _of(reminded=_party),
    attention.SendCopy: _of(copied=_organization),
    merging.MergeCall: _of(into=_another, reason="同一件事"),
    merging.SplitCall: _of(text="路灯不亮", place="东口", reason="另一单位"),
    passing.PassStage: _of(
        handler=_organization, point="检测不合格", basis=BasisKind.POWERS, reference="三定规定", text="材料已移交"
    ),
    passing.SucceedParty: _succeeding,
    instructions.RecordInstruction: _of(
        source=_one_of(*InstructionSource), number="批〔2026〕3号", text="从速办理", due=_ahead_or_none
    ),
}
