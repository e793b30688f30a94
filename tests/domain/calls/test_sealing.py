"""密封: what people typed stands nowhere in the stored bytes; facts, times and clocks outlive their key."""

import base64
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import orjson
import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from eventsourcing.persistence import StoredEvent
from pydantic import ValidationError

from adapters.event_store.mapper import MAX_EVENT_BYTES, EventTooLarge, FactUnreadable, UnknownEventType, decode, encode
from domain.calls import events as e
from domain.calls.aftermath import evaluations, reopening
from domain.calls.around import attention, confidentiality, instructions, merging, statement
from domain.calls.call import Call
from domain.calls.delays import escalating as u
from domain.calls.delays import extensions as x
from domain.calls.delays import suspensions as s
from domain.calls.delays import waiting as w
from domain.calls.delays.recomputing import RecomputeClocks
from domain.calls.dispatch import objections, passing
from domain.calls.fold import evolve
from domain.calls.intake import acceptance
from domain.calls.intake import submission as i
from domain.calls.slow_work import consultation, interim, shelving
from domain.calls.words import (
    BasisKind,
    ClockPolicy,
    Grade,
    InstructionSource,
    LateFact,
    NoteReach,
    RecomputeReason,
    ReopeningPolicy,
    UpperOutcome,
)
from domain.calls.work import completion, late_entries
from domain.calls.work import handling as h
from domain.calls.work import records as r
from domain.directory.organization_commands import DissolveOrganization
from domain.rules.calendar_commands import DeclareOutage
from domain.rules.words import OutageKind
from domain.shared.deadlines import Deadline
from domain.shared.events import EVENT_TYPES, WITHDRAWN, Event
from domain.shared.urgency import Urgency
from tests.domain.calls.asking import escalating_up, upper_receipt
from tests.domain.calls.county import CallCounty
from tests.domain.memory import PLATFORM_ITSELF

SECRETS = "密甲乙丙丁戊己庚辛壬癸"
"""Every text typed in these tests has one of these words beside a number of its own."""


class MemorySealer:
    """Real AES-GCM under keys held in memory; a key that is gone opens nothing."""

    def __init__(self) -> None:
        self.keys: dict[str, AESGCM] = {}
        self.count = 0

    def seal(self, key_id: str, plain: bytes, context: bytes) -> bytes:
        key = self.keys.setdefault(key_id, AESGCM(AESGCM.generate_key(256)))
        self.count += 1
        nonce = self.count.to_bytes(12, "big")
        return nonce + key.encrypt(nonce, plain, context)

    def open(self, key_id: str, box: bytes, context: bytes) -> bytes | None:
        key = self.keys.get(key_id)
        return key.decrypt(box[:12], box[12:], context) if key else None


class Typist:
    """Types a text never typed before, and remembers it."""

    def __init__(self) -> None:
        self.typed: list[str] = []

    def __call__(self, what: str = "") -> str:
        text = f"{SECRETS}{len(self.typed):04d}{what}"
        self.typed.append(text)
        return text


def every_fact(county: CallCounty, say: Typist) -> list[Event]:
    """Every event type of calls, by real commands; every text in it typed by `say`."""
    photo = (e.Attachment(sha256="e" * 64, size=9, media_type="image/jpeg", thumbnail=True),)

    def files() -> dict[str, Any]:
        return {"attachments": photo, "attachment_names": (say(".jpg"),)}

    def submit(urgency: Urgency = Urgency.ORDINARY, **more: Any) -> UUID:
        command = i.SubmitCall(
            text=say(),
            place=say(),
            own_measures=say(),
            item_hint=say(),
            informant_name=say(),
            informant_phone=say(),
            urgency=urgency,
            **files(),
            **more,
        )
        return county.say(command, "wang")[0].originator_id

    def accept(call: UUID) -> None:
        county.say(i.EndorseCall(call_id=call, remark=say()), "mayor")
        county.say(acceptance.AcceptCall(call_id=call), "li")

    def dispatch(call: UUID, lead: str, *assistants: str) -> None:
        by_list = {"item": county.code_of("占道经营")} if lead == "zhifa" else {}
        command = county.dispatching(call, lead, *assistants, **by_list, basis_text=say(), demands=say())
        county.say(command, "li")

    streams = []

    call = submit()  # the long way, with both disputes
    streams.append(call)
    county.say(i.RefuseEndorsement(call_id=call, reason=say()), "mayor")
    county.say(i.SupplementCall(call_id=call, text=say(), place=say(), supplement=say(), **files()), "wang")
    county.say(i.EndorseCall(call_id=call, remark=say()), "mayor")
    county.say(acceptance.SendCallBack(call_id=call, gaps=say()), "li")
    county.say(i.SupplementCall(call_id=call, text=say(), place=say(), supplement=say(), **files()), "wang")
    county.say(acceptance.AcceptCall(call_id=call), "li")
    dispatch(call, "zhifa", "shichang")
    county.say(h.ReportCooperation(call_id=call, text=say(), **files()), "grid")

    def objection(*, whole: bool = True) -> objections.RaiseObjection:
        fields = {"whole": whole, "ground": "another_bearer", "cited": say(), "reason": say(), **files()}
        return objections.RaiseObjection(call_id=call, **fields)

    county.say(objection(), "shichang")
    county.say(objections.RejectObjection(call_id=call, organization=county.orgs["shichang"], reason=say()), "li")
    county.say(objection(), "zhifa")
    county.say(objections.UpholdObjection(call_id=call, organization=county.orgs["zhifa"], reason=say()), "li")
    dispatch(call, "zhujian", "shichang")
    county.say(h.Respond(call_id=call, handler=say(), contact=say(), first_step=say()), "zhujian")
    county.say(h.RecordArrival(call_id=call, organization=county.orgs["shichang"], remark=say(), **files()), "wang")
    county.say(h.ReportProgress(call_id=call, text=say(), **files()), "zhujian")
    county.say(h.ReportAssistance(call_id=call, text=say(), **files()), "shichang")
    county.say(r.CorrectFact(call_id=call, field="place", is_now=say(), reason=say()), "wang")
    county.say(r.AddNote(call_id=call, reach=NoteReach.INTERNAL, text=say()), "li")
    county.say(r.AttachEvidence(call_id=call, text=say(), **files()), "zhujian")
    place = next(
        n for n, owed in enumerate(county.call(call).obligations) if owed.organization == county.orgs["zhujian"]
    )
    county.say(statement.AddStatement(call_id=call, obligation=place, text=say(), **files()), "zhujian")
    mark = confidentiality.MarkConfidential(call_id=call, text=say(), place=say(), reason=say())
    county.say(mark, "wang")
    county.say(h.ReportResult(call_id=call, text=say(), **files()), "zhujian")
    county.say(completion.OrderRework(call_id=call, reason=say(), **files()), "wang")
    county.say(h.ReportResult(call_id=call, text=say(), **files()), "zhujian")
    county.say(completion.ConfirmResult(call_id=call, text=say(), **files()), "wang")
    county.say(completion.ResolveCall(call_id=call, text=say()), "li")
    county.say(completion.EvaluateCall(call_id=call, grade=Grade.BASICALLY, text=say()), "wang")

    call = submit()
    streams.append(call)
    accept(call)
    dispatch(call, "zhifa", "shichang")
    county.say(objection(whole=False), "shichang")
    county.say(objections.UpholdObjection(call_id=call, organization=county.orgs["shichang"], reason=say()), "li")
    part = county.dispatching_part(call, objector=county.orgs["shichang"], part=say(), demands=say())
    county.say(part, "li")
    county.say(objection(), "zhifa")
    county.say(objections.RequestOpinion(call_id=call, question=say()), "li")
    opinion = objections.GiveOpinion(
        call_id=call, proposed=county.orgs["zhujian"], reference="编办函〔2026〕3号", text=say()
    )
    county.say(opinion, "keeper")
    designation = objections.DesignateHandler(
        call_id=call, handler=county.orgs["zhujian"], reference="会议纪要〔2026〕5号", reason=say()
    )
    county.say(designation, "leader")
    county.say(i.WithdrawCall(call_id=call, reason=say(), asked_by=say()), "wang")

    call = submit()  # more time, and waiting for another
    streams.append(call)
    accept(call)
    dispatch(call, "zhifa", "shichang")
    for number, answer in enumerate((x.RefuseExtension, x.GrantExtension), start=1):
        asked = x.RequestExtension(call_id=call, working_days=2, ground="procurement", reason=say(), **files())
        county.say(asked, "zhifa")
        county.say(x.GiveExtensionOpinion(call_id=call, extension=number, agrees=True, text=say()), "wang")
        more = {"working_days": 2, "remark": say()} if answer is x.GrantExtension else {"reason": say()}
        county.say(answer(call_id=call, extension=number, **more), "li")
    waits = {"on": county.orgs["shichang"], "own_step": say(), "request": say(), "reference": "函〔2026〕1号"}
    county.say(w.RequestWaiting(call_id=call, **waits, **files()), "zhifa")
    county.say(w.EndWaiting(call_id=call, waiting=1, remark=say()), "zhifa")
    for number in (1, 2):
        sent = {"part": say(), "reason": say(), "request": say(), **files()}
        county.say(escalating_up(county, call, **sent), "li")
        county.say(upper_receipt(call, number, received_by=say(), **files()), "li")
    came_back = u.RecordUpperAnswer(call_id=call, escalation=1, outcome=UpperOutcome.HANDLED, text=say(), **files())
    county.say(came_back, "li")
    county.say(u.WithdrawEscalation(call_id=call, escalation=2, reason=say()), "li")
    for number, suspend in enumerate((s.RefuseSuspension, s.SuspendCall), start=3):
        last_day = county.now.date() + timedelta(days=2)
        wanted = {"ground": "testing", "last_day": last_day, "reason": say(), "proof": say(), **files()}
        county.say(s.RequestSuspension(call_id=call, **wanted), "zhifa")
        field = "remark" if suspend is s.SuspendCall else "reason"
        county.say(suspend(call_id=call, suspension=number, **{field: say()}), "li")
    county.say(s.ResumeCall(call_id=call, reason=say()), "zhifa")
    county.pass_time(hours=26)
    outage = {"starts_at": county.now - timedelta(hours=2), "ends_at": county.now}
    county.ask(DeclareOutage(kind=OutageKind.PLATFORM, **outage), PLATFORM_ITSELF)
    county.ask(RecomputeClocks(call_id=call, reason=RecomputeReason.OUTAGE), PLATFORM_ITSELF)

    call = submit()
    streams.append(call)
    county.say(i.EndorseCall(call_id=call, remark=say()), "mayor")
    county.say(acceptance.DeclineCall(call_id=call, ground="in_proceedings", reason=say()), "li")
    county.say(acceptance.ContestDecline(call_id=call, reason=say()), "wang")
    county.say(acceptance.DecideContest(call_id=call, upheld=False, reason=say()), "zhao")
    county.say(acceptance.HandCallOver(call_id=call, target="petition", receipt=say(), reason=say()), "li")

    call = submit()  # merged, split, passed on
    streams.append(call)
    accept(call)
    other = submit()
    streams.append(other)
    accept(other)
    county.say(merging.MergeCall(call_id=other, into=call, reason=say()), "li")
    dispatch(call, "zhifa")
    split = merging.SplitCall(call_id=call, text=say(), place=say(), reason=say())
    streams.append(county.say(split, "li")[1].originator_id)
    instruction = instructions.RecordInstruction(
        call_id=call, source=InstructionSource.LEADER, number="批〔2026〕3号", text=say()
    )
    county.say(instruction, "li")
    passed = passing.PassStage(
        call_id=call,
        handler=county.orgs["huanjing"],
        point=say(),
        basis=BasisKind.POWERS,
        reference="三定规定",
        text=say(),
    )
    county.say(passed, "zhifa")
    streams += _slow_lives(county, say, files, submit, accept, dispatch)

    call = submit(Urgency.EMERGENCY, phoned_at=county.now, phoned_with=say())  # a claim, and the order to withdraw
    streams.append(call)
    county.say(acceptance.AcceptCall(call_id=call), "duty")
    county.say(county.dispatching(call, basis_text=say(), demands=say()), "duty")
    county.say(r.RecordPhoneCall(call_id=call, called=county.orgs["zhifa"], spoke_with=say(), text=say()), "li")
    county.pass_time(hours=1)
    for answer in (late_entries.ConfirmLateEntry, late_entries.ContestLateEntry):
        entry = 1 if answer is late_entries.ConfirmLateEntry else 2
        claim = late_entries.MakeLateEntry(
            call_id=call,
            fact=LateFact.ARRIVAL,
            occurred_at=county.now - timedelta(minutes=40),
            text=say(),
            reason=say(),
            proof=say(),
            **files(),
        )
        county.say(claim, "zhifa")
        field = "remark" if answer is late_entries.ConfirmLateEntry else "reason"
        county.say(answer(call_id=call, entry=entry, **{field: say()}), "wang")
    county.say(r.ChangeUrgency(call_id=call, urgency=Urgency.URGENT, policy=ClockPolicy.RESTART, reason=say()), "li")
    order = r.WithdrawContent(call_id=call, order_number="撤〔2026〕1号", offices=("县委办公室", "县司法局"))
    county.ask(order, PLATFORM_ITSELF)
    kept = submit()  # last: a body is dissolved
    streams.append(kept)
    accept(kept)
    about = county.orgs["shichang"]
    county.say(confidentiality.MarkConfidential(call_id=kept, about=about, reason=say()), "wang")
    dispatch(kept, "yancao")
    call = submit()
    streams.append(call)
    accept(call)
    dispatch(call, "yancao")
    county.ask(
        DissolveOrganization(
            organization=county.orgs["yancao"], successor=county.orgs["shichang"], document="示编〔2026〕9号"
        )
    )
    county.say(passing.SucceedParty(call_id=call, dissolved=county.orgs["yancao"]), "li")
    county.ask(passing.SucceedParty(call_id=kept, dissolved=county.orgs["yancao"]), PLATFORM_ITSELF)
    return [event for stream in streams for event in county.history(stream)]


def _slow_lives(
    county: CallCounty,
    say: Typist,
    files: Callable[[], dict[str, Any]],
    submit: Callable[[], UUID],
    accept: Callable[[UUID], None],
    dispatch: Callable[..., None],
) -> list[UUID]:
    """A consultation before the dispatch, a shelf, an interim resolution, a contested evaluation, a re-opening."""
    orgs = county.orgs
    call = submit()
    accept(call)
    county.say(consultation.DeclareUnclear(call_id=call, reason=say()), "li")
    fields = {"place": say(), "subject": say()}
    county.say(county.convening(call, "zhifa", "zhujian").model_copy(update=fields), "li")
    county.say(consultation.AnswerInvitation(call_id=call, attendee=say(), remark=say()), "zhujian")
    county.pass_time(minutes=61)
    action = {"organization": orgs["zhifa"], "text": say(), "day": "2026-05-20"}
    county.say(county.recording(call, "zhifa", minutes=say(), actions=[action], **files()), "li")
    county.say(consultation.CompleteAgreedAction(call_id=call, agreed=1, text=say(), **files()), "zhifa")
    dispatch(call, "zhifa")
    county.say(county.convening(call, "zhifa").model_copy(update=fields), "wang")
    county.pass_time(minutes=61)
    county.say(county.recording(call, minutes=say()), "wang")
    for answer in (shelving.RefuseShelving(call_id=call, reason=say()), None):
        county.say(shelving.ProposeShelving(call_id=call, reason=say()), "zhifa")
        if answer is not None:
            county.say(answer, "leader")
    county.say(shelving.ApproveShelving(call_id=call, reference="纪要〔2026〕8号", reason=say()), "leader")
    policy = ClockPolicy.CONTINUE
    county.say(shelving.ReviewShelving(call_id=call, shelved_on=False, policy=policy, reason=say()), "li")

    plan = [{"day": "2026-06-10", "text": say()}]
    proposal = county.interim_proposal(call, milestones=plan, text=say(), **files())
    county.say(proposal, "zhifa")
    county.say(interim.RefuseInterim(call_id=call, reason=say()), "li")
    county.say(proposal, "zhifa")
    county.say(interim.ApproveInterim(call_id=call, remark=say()), "li")
    county.say(interim.MeetMilestone(call_id=call, milestone=1, text=say(), **files()), "zhifa")
    county.say(attention.SendCopy(call_id=call, copied=orgs["huanjing"], text=say()), "li")
    county.say(h.ReportResult(call_id=call, text=say(), **files()), "zhifa")
    county.say(completion.ConfirmResult(call_id=call, text=say()), "wang")
    county.say(completion.ResolveCall(call_id=call, text=say()), "li")
    county.say(completion.EvaluateCall(call_id=call, grade=Grade.DISSATISFIED, text=say()), "wang")
    county.say(evaluations.ReportPressure(call_id=call, pressing=say(), text=say()), "wang")
    contest = evaluations.ContestEvaluation(call_id=call, reason=say(), proof=say(), **files())
    county.say(contest, "zhifa")
    county.say(evaluations.UpholdEvaluation(call_id=call, reason=say()), "li")
    changed = evaluations.ChangeEvaluation(call_id=call, grade=Grade.BASICALLY, reason=say())
    county.say(changed, "wang")
    reopened = reopening.ReopenCall(call_id=call, policy=ReopeningPolicy.RESTART, reason=say(), **files())
    county.say(reopened, "wang")
    county.at("2026-07-01", "09:00")
    county.say(attention.RemindParty(call_id=call, reminded=orgs["zhifa"], text=say()), "wang")
    county.say(h.ReportResult(call_id=call, text=say()), "zhifa")
    county.say(completion.ConfirmResult(call_id=call), "wang")
    county.say(completion.ResolveCall(call_id=call), "li")
    county.say(completion.EvaluateCall(call_id=call, grade=Grade.DISSATISFIED), "wang")
    county.say(contest, "zhifa")
    county.say(evaluations.ProposeExclusion(call_id=call, reason=say()), "li")
    county.say(evaluations.ExcludeEvaluation(call_id=call, reason=say()), "supervisor")
    return [call]


@pytest.fixture
def typed(county: CallCounty) -> tuple[list[Event], Typist]:
    say = Typist()
    return every_fact(county, say), say


Typed = tuple[list[Event], Typist]


def test_the_facts_here_are_of_every_type_there_is(typed: Typed) -> None:
    known = {wire for wire in EVENT_TYPES if wire.startswith("calls.")}
    assert {event.wire for event in typed[0]} == known


def test_what_was_typed_stands_in_no_stored_byte(typed: Typed) -> None:
    events, say = typed
    stored = [encode(event, MemorySealer()) for event in events]
    assert len(say.typed) > 100
    for fact in stored:
        clear = _clear(fact)
        for form in _forms(SECRETS):
            assert form not in fact.state, f"{fact.topic}: {clear}"
        for box in _boxes(fact):
            assert not [form for form in _forms(SECRETS) if form in box]


def test_every_text_typed_comes_back_with_the_key(typed: Typed) -> None:
    events, say = typed
    sealer = MemorySealer()
    back = [decode(encode(event, sealer), sealer) for event in events]
    assert back == events
    texts = json.dumps([event.model_dump(mode="json") for event in back], ensure_ascii=False)
    missing = [text for text in say.typed if text not in texts]
    assert not missing, "nothing typed may be lost"


def test_envelope_clocks_and_organizations_stand_in_clear(typed: Typed) -> None:
    events, _ = typed
    for event in events:
        clear = _clear(encode(event, MemorySealer()))
        assert clear["v"] == event.schema_version
        for field in ("recorded_at", "occurred_at", "command_id", "correlation_id", "node"):
            assert clear[field]
        assert clear["actor"]["organization"] == str(event.actor.organization)
        sealed = set(type(event).sealed_fields)
        for name, value in event.model_dump(mode="json", exclude_none=True).items():
            if name not in sealed | {"originator_id", "originator_version"}:
                assert clear[name] == value, f"{event.wire}.{name}"
        for name in ("endorse", "accept", "dispatch", "supplement", "mediate", "confirm", "complete", "evaluate"):
            deadline = getattr(event, name, None)
            if isinstance(deadline, Deadline):
                assert clear[name]["due"] == deadline.model_dump(mode="json")["due"]


@pytest.mark.parametrize("gone", ["call", "person", "both"])
def test_without_the_key_every_fact_still_decodes_and_folds_to_the_same_course(typed: Typed, gone: str) -> None:
    events, _ = typed
    sealer = MemorySealer()
    stored = [encode(event, sealer) for event in events]
    lost = {"call": ("calls/",), "person": ("person/",), "both": ("calls/", "person/")}[gone]
    sealer.keys = {name: key for name, key in sealer.keys.items() if not name.startswith(lost)}
    back = [decode(fact, sealer) for fact in stored]
    texts = json.dumps([event.model_dump(mode="json") for event in back], ensure_ascii=False)
    if gone == "both":
        assert SECRETS not in texts
    for before, after in zip(_folded(events), _folded(back), strict=True):
        assert _course(after) == _course(before)
        if gone != "person":
            assert (after.text, after.place) == (WITHDRAWN, WITHDRAWN)
        else:
            assert (after.text, after.place) == (before.text, before.place)


def test_a_citizen_has_a_key_of_their_own(typed: Typed) -> None:
    events, _ = typed
    submitted = next(event for event in events if isinstance(event, e.CallSubmitted))
    sealer = MemorySealer()
    stored = encode(submitted, sealer)
    assert set(sealer.keys) == {f"calls/{submitted.originator_id}", f"person/{submitted.informant}"}
    del sealer.keys[f"person/{submitted.informant}"]
    without = decode(stored, sealer)
    assert isinstance(without, e.CallSubmitted)
    assert (without.informant_name, without.informant_phone) == (None, None)
    assert without.text == submitted.text


def test_a_sealed_part_opens_only_where_it_was_sealed(typed: Typed) -> None:
    events, _ = typed
    sealer = MemorySealer()
    stored = encode(events[0], sealer)
    moved = StoredEvent(stored.originator_id, stored.originator_version + 1, stored.topic, stored.state)
    with pytest.raises(FactUnreadable) as refused:
        decode(moved, sealer)
    assert isinstance(refused.value.__cause__, InvalidTag)


def test_no_text_field_of_a_command_ends_in_clear_by_a_forgotten_mark() -> None:
    """Whatever is a plain string in a fact is a code, a number or words of the product, and known as such."""
    clear = {
        f"{wire}.{name}"
        for wire, event in EVENT_TYPES.items()
        if wire.startswith("calls.")
        for name, field in event.model_fields.items()
        if field.annotation in (str, str | None) and name not in event.sealed_fields
    }
    assert clear - _ENVELOPE_OF_ALL == {
        "calls.CallSubmitted.number",
        "calls.CallMerged.into_number",
        "calls.CoCallerJoined.number",
        "calls.CallSplit.part_number",
        "calls.PartTakenOver.origin_number",
        "calls.InstructionRecorded.number",
        "calls.CallDeclined.ground",
        "calls.CallDeclined.ground_text",
        "calls.CallHandedOver.target",
        "calls.CallHandedOver.target_text",
        "calls.CallDispatched.township_duty",
        "calls.ObjectionRaised.ground",
        "calls.ObjectionRaised.ground_text",
        *(
            f"calls.{wire}.{name}"
            for wire in ("ExtensionRequested", "ExtensionGranted", "SuspensionRequested", "CallSuspended")
            for name in ("ground", "ground_text")
        ),
        "calls.ClocksRecomputed.basis",
        "calls.WaitingEnded.upper",
        "calls.EscalatedUp.letter",
        "calls.UpperReceiptRecorded.receipt",
        "calls.UpperAnswerRecorded.reference",
        *(
            f"calls.{wire}.upper"
            for wire in ("EscalatedUp", "UpperReceiptRecorded", "UpperAnswerRecorded", "EscalationWithdrawn")
        ),
        "calls.OpinionGiven.reference",
        "calls.OpinionGiven.item",
        "calls.HandlerDesignated.reference",
        "calls.FactCorrected.field",
        "calls.FactCorrected.field_text",
        "calls.ContentWithdrawn.order_number",
        "calls.InterimProposed.file_number",
        "calls.InterimProposed.statute",
        "calls.InterimResolved.file_number",
        "calls.InterimResolved.statute",
        "calls.CallShelved.reference",
        "calls.PartySucceeded.basis",
        "calls.CallerReminded.task",
        "calls.CallerReminded.task_text",
    }


def test_an_event_above_the_size_of_a_log_entry_is_refused(county: CallCounty) -> None:
    call = county.handling(urgency=Urgency.EMERGENCY)
    county.pass_time(hours=1)
    longest = "長" * 5_000
    (fact,) = county.say(
        late_entries.MakeLateEntry(
            call_id=call,
            fact=LateFact.ARRIVAL,
            occurred_at=county.now - timedelta(minutes=40),
            text=longest,
            reason=longest,
            proof=longest,
        ),
        "zhifa",
    )
    with pytest.raises(EventTooLarge) as refused:
        encode(fact, MemorySealer())
    assert (refused.value.code, refused.value.status) == ("content-too-long", 413)
    assert "附件" in refused.value.message


@pytest.mark.parametrize("make", [lambda text: {"text": text, "own_measures": text, "place": "𠮷" * 500}])
def test_the_longest_call_fits(county: CallCounty, make: Callable[[str], dict[str, str]]) -> None:
    call = county.submitted(**make("𠮷" * 5_000))
    assert len(encode(county.history(call)[0], MemorySealer()).state) <= MAX_EVENT_BYTES


def test_the_fault_of_a_fact_that_can_not_be_read_tells_nothing_of_its_content(county: CallCounty) -> None:
    """It goes to the log and to the page of parked records, where nobody destroys a key."""
    sealer = MemorySealer()
    (note,) = county.say(r.AddNote(call_id=county.submitted(), text=SECRETS), "wang")
    value = orjson.loads(encode(note, sealer).state)
    context = f"{note.wire}/{note.originator_id}/{note.originator_version}".encode()
    box = sealer.seal(note.key_id("content"), orjson.dumps({"text": [SECRETS]}), context)
    value["sealed"]["content"]["box"] = base64.b64encode(box).decode()
    broken = StoredEvent(note.originator_id, note.originator_version, note.wire, orjson.dumps(value))
    with pytest.raises(FactUnreadable) as refused:
        decode(broken, sealer)
    fault = refused.value.__cause__
    assert isinstance(fault, ValidationError)
    assert "text" in str(fault), "which field is wrong is told"
    assert SECRETS not in f"{fault} {fault!r} {refused.value} {refused.value!r}"


def test_a_fact_of_a_newer_release_is_named_not_guessed(typed: Typed) -> None:
    stored = encode(typed[0][0], MemorySealer())
    newer = {**orjson.loads(stored.state), "v": 2}
    with pytest.raises(UnknownEventType, match="升级"):
        decode(
            StoredEvent(stored.originator_id, stored.originator_version, stored.topic, orjson.dumps(newer)),
            MemorySealer(),
        )


_OF_ALL = ("node", "imported_from", "imported_at")
_ENVELOPE_OF_ALL = {f"{wire}.{name}" for wire in EVENT_TYPES if wire.startswith("calls.") for name in _OF_ALL}


def _forms(text: str) -> list[bytes]:
    """As UTF-8, as JSON escapes in either case, and as base64 at each of the three offsets."""
    escaped = json.dumps(text).strip('"')
    raw = text.encode()
    encoded = [base64.b64encode(b"x" * shift + raw)[4:-4] for shift in range(3)]
    return [raw, escaped.encode(), escaped.upper().replace("\\U", "\\u").encode(), text.encode("utf-16-le"), *encoded]


def _clear(stored: StoredEvent) -> dict[str, Any]:
    value: dict[str, Any] = orjson.loads(stored.state)
    value.pop("sealed", None)
    return value


def _boxes(stored: StoredEvent) -> list[bytes]:
    sealed = orjson.loads(stored.state).get("sealed", {})
    return [base64.b64decode(part["box"]) for part in sealed.values()]


def _folded(events: list[Event]) -> list[Call]:
    calls: dict[UUID, Call] = {}
    for event in events:
        calls[event.originator_id] = evolve(calls.get(event.originator_id), event)
    return list(calls.values())


def _course(call: Call) -> tuple[Any, ...]:
    """Everything known of a call but its texts."""
    return (
        call.stage,
        call.version,
        call.urgency,
        call.obligations,
        call.parties,
        call.late_entries,
        call.round,
        call.item,
    )
