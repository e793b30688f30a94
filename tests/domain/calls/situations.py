"""A call in every situation, and every command in a form that fits: for the matrix of rights and for sealing."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from uuid import UUID

from domain.calls import events as e
from domain.calls.aftermath import evaluations, reopening
from domain.calls.around import attention, confidentiality, instructions, merging, statement
from domain.calls.delays import escalating as u
from domain.calls.delays import extensions as x
from domain.calls.delays import suspensions as s
from domain.calls.delays import waiting as w
from domain.calls.dispatch import objections, passing
from domain.calls.intake import acceptance
from domain.calls.intake import submission as i
from domain.calls.slow_work import consultation, interim, shelving
from domain.calls.words import BasisKind, ClockPolicy, Grade, InstructionSource, LateFact, ReopeningPolicy
from domain.calls.work import completion, late_entries
from domain.calls.work import handling as h
from domain.calls.work import records as r
from domain.shared.commands import Command
from domain.shared.urgency import Urgency
from tests.domain.calls.asking import (
    escalating_up,
    extension,
    granting,
    suspension,
    upper_answer,
    upper_receipt,
    waiting_on,
)
from tests.domain.calls.county import CallCounty


def _handling(county: CallCounty) -> UUID:
    return county.handling("shichang", item=county.code_of("占道经营"))


Bring = Callable[[CallCounty], UUID]


def _after(start: Bring, *steps: tuple[str, Callable[[CallCounty, UUID], Command]]) -> Bring:
    def bring(county: CallCounty) -> UUID:
        call = start(county)
        for by, make in steps:
            county.say(make(county, call), by)
        return call

    return bring


_objected = _after(_handling, ("zhifa", lambda county, call: county.objection(call)))
_upheld_in_part = _after(
    _handling,
    ("zhifa", lambda county, call: county.objection(call, whole=False)),
    ("li", lambda county, call: county.upholding(call)),
)
_extending = _after(_handling, ("zhifa", lambda county, call: extension(call)))
_suspending = _after(_handling, ("zhifa", lambda county, call: suspension(call)))
_escalated = _after(_handling, ("li", lambda county, call: escalating_up(county, call)))
_opining = _after(_objected, ("li", lambda county, call: objections.RequestOpinion(call_id=call, question="由谁承办")))
_reported = _after(_handling, ("zhifa", lambda county, call: h.ReportResult(call_id=call, text="已清理")))
_confirmed = _after(_reported, ("wang", lambda county, call: completion.ConfirmResult(call_id=call)))
_resolved = _after(_confirmed, ("li", lambda county, call: completion.ResolveCall(call_id=call)))


def _contested(county: CallCounty) -> UUID:
    return county.contested("shichang", item=county.code_of("占道经营"))


def _claimed(county: CallCounty) -> UUID:
    call = county.handling("shichang", urgency=Urgency.EMERGENCY, item=county.code_of("占道经营"))
    county.pass_time(hours=1)
    county.say(late_entry(county, call), "zhifa")
    return call


def late_entry(county: CallCounty, call: UUID) -> late_entries.MakeLateEntry:
    """An arrival fifty minutes ago; in time for an ordinary call, late for an emergency."""
    return late_entries.MakeLateEntry(
        call_id=call,
        fact=LateFact.ARRIVAL,
        occurred_at=county.now - timedelta(minutes=50),
        text="已到现场",
        reason="现场无信号",
        proof="执法记录仪",
    )


SITUATIONS: Mapping[str, Bring] = {
    "submitted": lambda county: county.submitted(),
    "not_endorsed": _after(
        lambda county: county.submitted(),
        ("mayor", lambda county, call: i.RefuseEndorsement(call_id=call, reason="改改")),
    ),
    "placed": lambda county: county.placed(),
    "sent_back": _after(
        lambda county: county.placed(),
        ("li", lambda county, call: acceptance.SendCallBack(call_id=call, gaps="缺照片")),
    ),
    "declined": lambda county: county.declined(),
    "contested": _after(
        lambda county: county.declined(),
        ("wang", lambda county, call: acceptance.ContestDecline(call_id=call, reason="不服")),
    ),
    "accepted": lambda county: county.accepted(),
    "handling": _handling,
    "objected": _objected,
    "upheld_in_part": _upheld_in_part,
    "opining": _opining,
    "designating": _after(_opining, ("keeper", lambda county, call: county.opinion(call))),
    "claimed": _claimed,
    "extending": _extending,
    "suspending": _suspending,
    "suspended": _after(_suspending, ("li", lambda county, call: s.SuspendCall(call_id=call, suspension=1))),
    "waiting": _after(_handling, ("zhifa", lambda county, call: waiting_on(county, call, "shichang"))),
    "escalated": _escalated,
    "upper_received": _after(_escalated, ("li", lambda county, call: upper_receipt(call))),
    "reported": _reported,
    "confirmed": _confirmed,
    "resolved": _resolved,
    "unclear": _after(
        lambda county: county.accepted(),
        ("li", lambda county, call: consultation.DeclareUnclear(call_id=call, reason="两家都可能")),
    ),
    "convened": _after(_handling, ("wang", lambda county, call: county.convening(call, "zhujian", "platform"))),
    "agreed": lambda county: county.consulted(
        call=_handling(county),
        actions=[{"organization": county.orgs["zhujian"], "text": "出具图纸", "day": "2026-05-20"}],
    ),
    "interim_proposed": _after(_handling, ("zhifa", lambda county, call: county.interim_proposal(call))),
    "interim": _after(
        _handling,
        ("zhifa", lambda county, call: county.interim_proposal(call)),
        ("li", lambda county, call: interim.ApproveInterim(call_id=call)),
    ),
    "final_owed": _after(
        _handling,
        ("zhifa", lambda county, call: county.interim_proposal(call, "2026-06-10")),
        ("li", lambda county, call: interim.ApproveInterim(call_id=call)),
        ("zhifa", lambda county, call: interim.MeetMilestone(call_id=call, milestone=1, text="已决定")),
    ),
    "shelving_proposed": lambda county: county.shelving_proposed(_handling(county)),
    "shelved": lambda county: county.shelved(_handling(county)),
    "contested_evaluation": _contested,
    "exclusion_proposed": _after(
        _contested,
        ("li", lambda county, call: evaluations.ProposeExclusion(call_id=call, reason="与本事项无关")),
    ),
    "reopened": _after(
        _resolved,
        ("wang", lambda county, call: reopening.ReopenCall(call_id=call, policy=ReopeningPolicy.NONE, reason="又来了")),
    ),
    "closed": _after(
        _resolved, ("wang", lambda county, call: completion.EvaluateCall(call_id=call, grade=Grade.SATISFIED))
    ),
    "handed_over": _after(
        lambda county: county.placed(),
        (
            "li",
            lambda county, call: acceptance.HandCallOver(
                call_id=call, target="petition", receipt="XF-1", reason="信访"
            ),
        ),
    ),
    "merged": _after(
        lambda county: county.accepted(),
        ("li", lambda county, call: merging.MergeCall(call_id=call, into=county.accepted(), reason="同一件事")),
    ),
    "withdrawn": _after(
        _handling, ("wang", lambda county, call: i.WithdrawCall(call_id=call, reason="已解决", asked_by="本镇"))
    ),
}
"""Every situation a call can be in, by the steps that lead there."""


def commands(county: CallCounty, call: UUID) -> list[Command]:
    """Every command on an existing call, filled in so that its content is right."""
    photo = e.Attachment(sha256="c" * 64, size=3, media_type="image/png")
    zhifa = county.orgs["zhifa"]
    return [
        i.EndorseCall(call_id=call),
        i.RefuseEndorsement(call_id=call, reason="请补充地点"),
        acceptance.AcceptCall(call_id=call),
        acceptance.SendCallBack(call_id=call, gaps="缺照片"),
        i.SupplementCall(call_id=call, text="人民路占道", place="人民路12号"),
        acceptance.DeclineCall(call_id=call, ground="in_proceedings", reason="已诉讼"),
        acceptance.ContestDecline(call_id=call, reason="并未诉讼"),
        acceptance.DecideContest(call_id=call, upheld=False, reason="应予受理"),
        acceptance.HandCallOver(call_id=call, target="petition", receipt="XF-1", reason="信访事项"),
        i.WithdrawCall(call_id=call, reason="已解决", asked_by="本镇"),
        county.dispatching(call),
        county.dispatching_part(call),
        county.objection(call),
        county.upholding(call),
        objections.RejectObjection(call_id=call, organization=zhifa, reason="属其职责"),
        objections.RequestOpinion(call_id=call, question="由谁承办"),
        county.opinion(call),
        county.designation(call),
        h.Respond(call_id=call, handler="郑某", contact="13900000000", first_step="今日到场"),
        h.RecordArrival(call_id=call, organization=zhifa),
        h.ReportProgress(call_id=call, text="已约谈"),
        h.ReportAssistance(call_id=call, text="已核查"),
        h.ReportCooperation(call_id=call, text="已劝导"),
        h.ReportResult(call_id=call, text="已清理"),
        extension(call),
        x.GiveExtensionOpinion(call_id=call, extension=1, agrees=True),
        granting(call),
        x.RefuseExtension(call_id=call, extension=1, reason="不必延期"),
        suspension(call),
        s.SuspendCall(call_id=call, suspension=1),
        s.RefuseSuspension(call_id=call, suspension=1, reason="可先排险"),
        s.ResumeCall(call_id=call, reason="已出报告"),
        waiting_on(county, call, "shichang"),
        w.EndWaiting(call_id=call, waiting=1),
        escalating_up(county, call),
        upper_receipt(call),
        upper_answer(call),
        u.WithdrawEscalation(call_id=call, escalation=1, reason="不必上级审批"),
        completion.ConfirmResult(call_id=call),
        completion.OrderRework(call_id=call, reason="没有解决"),
        completion.ResolveCall(call_id=call),
        completion.EvaluateCall(call_id=call, grade=Grade.BASICALLY),
        completion.CloseCall(call_id=call),
        merging.MergeCall(call_id=call, into=county.handling(), reason="同一件事"),
        merging.SplitCall(call_id=call, text="路灯不亮", place="东口", reason="另一单位"),
        passing.PassStage(
            call_id=call,
            handler=county.orgs["huanjing"],
            point="检测不合格",
            basis=BasisKind.POWERS,
            reference="三定规定",
            text="材料已移交",
        ),
        passing.SucceedParty(call_id=call, dissolved=zhifa),
        instructions.RecordInstruction(call_id=call, source=InstructionSource.LEADER, number="批1号", text="从速办理"),
        county.interim_proposal(call),
        interim.ApproveInterim(call_id=call),
        interim.RefuseInterim(call_id=call, reason="应按期办结"),
        interim.MeetMilestone(call_id=call, milestone=1, text="已完成"),
        consultation.DeclareUnclear(call_id=call, reason="两家都可能"),
        county.convening(call, "huanjing"),
        consultation.AnswerInvitation(call_id=call, attendee="陈科长"),
        county.recording(call),
        consultation.CompleteAgreedAction(call_id=call, agreed=1, text="已落实"),
        shelving.ProposeShelving(call_id=call, reason="资金未落实"),
        shelving.ApproveShelving(call_id=call, reference="县政府纪要〔2026〕8号"),
        shelving.RefuseShelving(call_id=call, reason="资金可列支"),
        shelving.ReviewShelving(call_id=call, shelved_on=True, reason="资金仍未落实"),
        evaluations.ChangeEvaluation(call_id=call, grade=Grade.BASICALLY, reason="复查好转"),
        evaluations.ContestEvaluation(call_id=call, reason="评价的是别的事", proof="派发单"),
        evaluations.UpholdEvaluation(call_id=call, reason="评价属实"),
        evaluations.ProposeExclusion(call_id=call, reason="与本事项无关"),
        evaluations.ExcludeEvaluation(call_id=call),
        evaluations.ReportPressure(call_id=call, pressing="某局", text="要求改为满意"),
        reopening.ReopenCall(call_id=call, policy=ReopeningPolicy.RESTART, reason="又来了"),
        attention.RemindParty(call_id=call, reminded=zhifa),
        attention.SendCopy(call_id=call, copied=county.orgs["huanjing"]),
        r.RecordPhoneCall(call_id=call, called=zhifa, text="催问"),
        late_entry(county, call),
        late_entries.ConfirmLateEntry(call_id=call, entry=1),
        late_entries.ContestLateEntry(call_id=call, entry=1, reason="没有到场"),
        r.CorrectFact(call_id=call, field="place", is_now="人民路21号", reason="看错"),
        r.ChangeUrgency(call_id=call, urgency=Urgency.URGENT, policy=ClockPolicy.CONTINUE, reason="加急"),
        r.AddNote(call_id=call, text="备查"),
        r.AttachEvidence(call_id=call, attachments=(photo,), attachment_names=("现场.png",)),
        statement.AddStatement(call_id=call, obligation=0, text="当日暴雨封路"),
        confidentiality.MarkConfidential(call_id=call, text="有人反映占道", reason="举报人担心被认出"),
    ]
