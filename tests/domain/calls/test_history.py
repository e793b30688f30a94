"""历史导入: what the rows of an older platform become, in whatever order and however incomplete they come."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from random import Random
from uuid import UUID, uuid5

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.calls import events as e
from domain.calls.call import Call
from domain.calls.fold import evolve
from domain.calls.history.case import HistoryTerms, OldCase
from domain.calls.history.clocks import RECORDED_LIMIT
from domain.calls.history.course import Course
from domain.calls.history.log import HistoryFault, OldOrganization, OldRow, OldStep
from domain.calls.history.telling import UNRECORDED
from domain.calls.words import FINAL_STAGES, BasisKind, ClockPolicy, Grade, Stage
from domain.directory.kinds import OrganizationKind
from domain.obligations.words import Action, Performance
from domain.rules.words import LimitKind
from domain.shared.deadlines import LimitUnit
from domain.shared.events import Event
from domain.shared.identifiers import derived_ids
from domain.shared.provenance import Provenance, is_implied
from domain.shared.urgency import Urgency
from tests.domain.calls.county import CallCounty, the_county
from tests.domain.calls.old_facts import told
from tests.domain.memory import NODE, local

S = OldStep
COUNTY = the_county()
START = local("2025-03-03", "09:00")
IMPORTED = local("2026-11-27", "08:00")
WITH_LEAD = {Stage.HANDLING, Stage.RESULT_REPORTED, Stage.CONFIRMED, Stage.RESOLVED}


def organization(code: str) -> OldOrganization:
    townships = {"chengdong": "城东镇", "chengxi": "城西镇"}
    kind = OrganizationKind.TOWNSHIP if code in townships else OrganizationKind.DEPARTMENT
    name = townships.get(code) or COUNTY.names[code]
    return OldOrganization(e.OrganizationRef(id=COUNTY.orgs[code], name=name), kind)


TOWN, OTHER_TOWN = organization("chengdong"), organization("chengxi")
ZHIFA, SHICHANG, ZHUJIAN = organization("zhifa"), organization("shichang"), organization("zhujian")
PLATFORM = organization("platform")

TERMS = HistoryTerms(
    node=NODE,
    source="原平台",
    file="旧平台.csv",
    imported_at=IMPORTED,
    platform=PLATFORM.ref,
    basis=BasisKind.POWERS,
    reference="示范县乡呼县应试行办法(2023)",
    calendar=COUNTY.rules.calendar,
    limits=COUNTY.rules.limits(),
)


def row(number: int, step: OldStep, hours: float, by: OldOrganization | None = None, **more: object) -> OldRow:
    at = START + timedelta(hours=hours)
    fields: dict[str, object] = {"text": f"{step.label}的说明", **more}
    return OldRow(number, step, f"旧{step.label}", at, at, by, **fields)  # type: ignore[arg-type]


LOOP = (
    row(2, S.SUBMITTED, 0, TOWN, text="门口占道摆摊", place="学前街", item="占道经营"),
    row(3, S.ACCEPTED, 1, PLATFORM),
    row(4, S.DISPATCHED, 2, PLATFORM, handler=ZHIFA, assistants=(SHICHANG,), due=START + timedelta(days=4)),
    row(5, S.RESPONDED, 3, ZHIFA, person="郑某", contact="0531-1234"),
    row(6, S.PROGRESS, 4, ZHIFA),
    row(7, S.ASSISTED, 5, SHICHANG),
    row(8, S.RESULT, 20, ZHIFA),
    row(9, S.CONFIRMED, 22, TOWN),
    row(10, S.RESOLVED, 30, PLATFORM),
    row(11, S.EVALUATED, 40, TOWN, grade=Grade.BASICALLY),
)


def case(rows: Sequence[OldRow], terms: HistoryTerms = TERMS, number: str = "GD1") -> OldCase:
    return OldCase(number, rows, terms)


def folded(events: Sequence[Event]) -> Call:
    call: Call | None = None
    for event in events:
        call = evolve(call, event)
    assert call is not None
    return call


def courses_agree(events: Sequence[Event]) -> bool:
    """Whether what the telling keeps of a call is what the fold says of it."""
    course, call = Course(), folded(events)
    for event in events:
        course.take(type(event), event.originator_version, event.__dict__)
    parties = {p.organization: p.objection_open for p in call.current_parties}
    lead = call.lead.organization if call.lead else None
    return (
        (course.version, course.stage, course.urgency, course.calling, course.round, course.sent_back)
        == (call.version, call.stage, call.urgency, call.township, call.round, call.sent_back)
        and (course.text, course.place, course.own_work, course.over)
        == (call.text, call.place, call.own_work, call.stage in FINAL_STAGES)
        and (course.lead, {id_: party.objecting for id_, party in course.parties.items()}) == (lead, parties)
    )


def kinds(events: Sequence[Event]) -> list[str]:
    """Names of the facts, those of steps without a record with a mark."""
    return [type(event).__name__ + ("~" if is_implied(event.imported_from) else "") for event in events]


def test_an_ordinary_case_becomes_the_facts_that_live_commands_would_have_recorded() -> None:
    facts = told(case(LOOP))

    assert kinds(facts) == [
        *("CallSubmitted", "CallPlaced", "CallAccepted", "NoteAdded", "CallDispatched", "PartyResponded"),
        *("ProgressReported", "AssistanceReported", "ResultReported", "ResultConfirmed", "CallResolved"),
        *("CallEvaluated", "CallClosed"),
    ]
    call = folded(facts)
    assert (call.number, call.stage, call.township, call.round) == ("GD1", Stage.CLOSED, TOWN.id, 1)
    assert call.lead is not None
    assert call.lead.organization == ZHIFA.id


def test_a_fact_keeps_the_old_times_says_its_row_and_when_it_was_imported() -> None:
    late = START + timedelta(hours=9)
    rows = (LOOP[0], row(3, S.NOTE, 1, PLATFORM)._replace(recorded_at=late))

    note = told(case(rows))[-1]

    assert (note.occurred_at, note.recorded_at) == (START + timedelta(hours=1), late)
    assert (note.imported_at, note.known_at) == (IMPORTED, IMPORTED)
    assert note.imported_from is not None
    assert Provenance.read(note.imported_from) == Provenance("旧平台.csv", 3)
    assert "旧平台.csv第3行" in Provenance.read(note.imported_from).words
    assert note.actor.person is None


def test_the_call_is_named_by_node_source_and_case_not_by_file_or_moment() -> None:
    other = replace(TERMS, file="新导出.csv", imported_at=IMPORTED + timedelta(days=1))
    first, again = case(LOOP), case([r._replace(number=r.number + 40) for r in LOOP], other)

    assert (first.stream, first.command_id, first.row_ids) == (again.stream, again.command_id, again.row_ids)
    assert case(LOOP, replace(TERMS, source="别的平台")).stream != first.stream
    assert case(LOOP, number="GD2").stream != first.stream


def test_the_names_of_rows_are_the_same_for_ever() -> None:
    """A later release that named them otherwise would import every old case a second time. Rows alike in all are told
    apart by their number among these; one recorded later is another."""
    accepted = LOOP[1]
    later = accepted._replace(number=10, recorded_at=accepted.recorded_at + timedelta(hours=1))
    assert [str(name) for name in case((accepted, accepted._replace(number=9), later)).row_ids] == [
        "ea2b3b4d-2c8f-5d3e-9055-f2fa0704e401",
        "313bc7f0-44c7-5aed-a010-e20d77364b7a",
        "13039d52-f7f8-5eeb-ba38-88346dc21e22",
    ]


def test_a_step_without_a_record_was_taken_by_whose_step_it_is() -> None:
    (submitted, *_, result, confirmed, _, _) = told(
        case((row(2, S.RESOLVED, 5, PLATFORM, township=TOWN, handler=ZHIFA),))
    )
    assert kinds((submitted, result, confirmed)) == ["CallSubmitted~", "ResultReported~", "ResultConfirmed~"]
    assert [one.actor.organization for one in (submitted, result, confirmed)] == [TOWN.id, ZHIFA.id, TOWN.id]


def test_a_recorded_limit_stands_as_recorded_and_any_other_is_counted_by_the_countys_rules() -> None:
    dispatched = next(f for f in told(case(LOOP)) if isinstance(f, e.CallDispatched))

    complete, respond = dispatched.lead.complete, dispatched.lead.respond
    assert (complete.opened, complete.due) == (LOOP[2].recorded_at, LOOP[2].due)
    assert (complete.limit.basis, complete.limit.unit) == (RECORDED_LIMIT, LimitUnit.MINUTES)
    assert timedelta(minutes=complete.limit.amount) == complete.due - complete.opened
    expected = TERMS.calendar.deadline(TERMS.limits[LimitKind.RESPOND, Urgency.ORDINARY], LOOP[2].recorded_at)
    assert respond == expected


def test_a_limit_that_had_run_out_when_it_was_set_says_so() -> None:
    rows = (LOOP[0], LOOP[1], LOOP[2]._replace(due=START - timedelta(days=1)))

    complete = next(f for f in told(case(rows)) if isinstance(f, e.CallDispatched)).lead.complete

    assert complete.due < complete.opened
    assert complete.due_soon is None


def test_a_limit_named_only_at_the_submission_holds_for_the_handling() -> None:
    due = START + timedelta(days=9)
    rows = (LOOP[0]._replace(due=due), LOOP[1], LOOP[2]._replace(due=None))

    assert next(f for f in told(case(rows)) if isinstance(f, e.CallDispatched)).lead.complete.due == due


def test_steps_without_a_record_are_told_as_implied_with_the_time_of_the_row_that_presupposes_them() -> None:
    rows = (LOOP[0], row(3, S.RESULT, 5, ZHIFA), row(4, S.RESOLVED, 8, PLATFORM))

    facts = told(case(rows, replace(TERMS, imported_at=START + timedelta(hours=9))))

    assert kinds(facts) == [
        *("CallSubmitted", "CallPlaced", "CallAccepted~", "CallDispatched~", "ResultReported"),
        *("ResultConfirmed~", "CallResolved"),
    ]
    accepted, dispatched = facts[2], facts[3]
    assert accepted.recorded_at == dispatched.recorded_at == rows[1].recorded_at
    assert accepted.imported_from is not None
    assert "没有此环节的记录" in Provenance.read(accepted.imported_from).words
    assert isinstance(dispatched, e.CallDispatched)
    assert dispatched.lead.organization.id == ZHIFA.id
    steps_of = [fact.actor.organization for fact in facts[2:]]
    assert steps_of == [PLATFORM.id, PLATFORM.id, ZHIFA.id, TOWN.id, PLATFORM.id], "each by whose step it is"


@pytest.mark.parametrize(
    ("hours", "said"), [(1, Performance.MET), (100, Performance.UNRECORDED)], ids=["in time", "late"]
)
def test_nobody_is_late_by_a_time_that_was_only_presumed(hours: float, said: Performance) -> None:
    rows = (LOOP[0], row(3, S.RESULT, hours, ZHIFA))

    call = folded(told(case(rows)))

    (accept,) = [owed for owed in call.obligations if owed.action is Action.ACCEPT]
    assert (accept.organization, accept.performance) == (PLATFORM.id, said)


def test_a_dispatch_that_names_nobody_went_to_who_acted_on_it_first() -> None:
    rows = (LOOP[0], LOOP[1], row(4, S.DISPATCHED, 2, PLATFORM), row(5, S.PROGRESS, 3, ZHUJIAN))

    assert next(f for f in told(case(rows)) if isinstance(f, e.CallDispatched)).lead.organization.id == ZHUJIAN.id


def test_a_dispatch_to_nobody_on_record_is_a_fault_of_its_row() -> None:
    with pytest.raises(HistoryFault, match="承办单位") as fault:
        told(case((LOOP[0], LOOP[1], row(4, S.DISPATCHED, 2, PLATFORM))))

    assert (fault.value.row, fault.value.field, fault.value.code) == (4, "handler", "handler-missing")


def test_a_case_without_a_township_is_refused() -> None:
    with pytest.raises(HistoryFault, match="镇") as fault:
        told(case((row(2, S.SUBMITTED, 0, PLATFORM),)))

    assert fault.value.code == "township-missing"


def test_an_evaluation_without_a_grade_is_no_satisfaction() -> None:
    with pytest.raises(HistoryFault, match="未评价不计为满意"):
        told(case((*LOOP[:-1], LOOP[-1]._replace(grade=None))))


def test_dispatched_to_another_the_first_leads_duty_ends_and_it_says_that_this_is_implied() -> None:
    rows = (*LOOP[:4], row(6, S.DISPATCHED, 6, PLATFORM, handler=ZHUJIAN), row(7, S.RESULT, 9, ZHUJIAN))

    facts = told(case(rows))

    assert kinds(facts)[-3:] == ["ObjectionUpheld~", "CallDispatched", "ResultReported"]
    call = folded(facts)
    assert (call.round, call.stage) == (2, Stage.RESULT_REPORTED)
    assert call.party(ZHIFA.id) is None


def test_dispatched_once_more_to_the_same_lead_nothing_starts_anew() -> None:
    facts = told(case((*LOOP[:4], row(6, S.DISPATCHED, 6, PLATFORM, handler=ZHIFA, text="请抓紧"))))

    assert kinds(facts)[-1] == "NoteAdded"
    assert folded(facts).round == 1


def test_an_objection_upheld_gives_the_call_back_to_the_platform() -> None:
    rows = (*LOOP[:3], row(5, S.OBJECTED, 3, ZHIFA), row(6, S.OBJECTION_UPHELD, 5, PLATFORM))

    facts = told(case(rows))

    assert kinds(facts)[-2:] == ["ObjectionRaised", "ObjectionUpheld"]
    assert folded(facts).stage is Stage.ACCEPTED


def test_an_assistants_objection_upheld_leaves_the_others_bound() -> None:
    rows = (*LOOP[:3], row(5, S.OBJECTED, 3, SHICHANG), row(6, S.OBJECTION_UPHELD, 5, PLATFORM), LOOP[6])

    facts = told(case(rows))

    assert kinds(facts)[-3:] == ["ObjectionRaised", "ObjectionUpheld", "ResultReported"]
    assert courses_agree(facts[:-1])
    assert [party.organization for party in folded(facts).current_parties] == [ZHIFA.id]


def test_the_first_progress_of_an_emergency_is_its_first_result_and_the_next_is_none() -> None:
    first = LOOP[0]._replace(urgency=Urgency.EMERGENCY)
    rows = (first, *LOOP[1:4], row(6, S.PROGRESS, 4, ZHIFA), row(7, S.PROGRESS, 5, ZHIFA))

    progress = [fact for fact in told(case(rows)) if isinstance(fact, e.ProgressReported)]

    assert [fact.first_result for fact in progress] == [True, False]


def test_a_rework_goes_on_with_the_old_limit_unless_its_row_names_one() -> None:
    due = START + timedelta(days=20)
    upto = LOOP[:7]
    for named, expected, policy in (
        (None, LOOP[2].due, ClockPolicy.CONTINUE),
        (due, due, ClockPolicy.RESTART),
    ):
        facts = told(case((*upto, row(9, S.REWORK, 22, TOWN, due=named))))
        rework = facts[-1]
        assert isinstance(rework, e.ReworkOrdered)
        assert (rework.complete.due, rework.policy, rework.by_platform) == (expected, policy, False)


def test_what_has_no_place_where_the_call_stands_is_kept_as_a_note_in_the_old_words() -> None:
    facts = told(case((*LOOP, row(20, S.RESPONDED, 50, ZHIFA, text="再次签收", person="郑某"))))

    note = facts[-1]
    assert isinstance(note, e.NoteAdded)
    assert note.text == "〔原平台环节“旧响应”〕再次签收\n经办:郑某"


def last(*rows: OldRow, terms: HistoryTerms = TERMS) -> Event:
    return told(case(rows, terms))[-1]


@pytest.mark.parametrize("handler", [ZHIFA, ZHUJIAN])
def test_a_dispatch_of_what_is_resolved_or_filed_is_kept_as_a_note(handler: OldOrganization) -> None:
    for upto in (LOOP[:9], LOOP):
        facts = told(case((*upto, row(12, S.DISPATCHED, 50, PLATFORM, handler=handler))))
        assert [kind for kind in kinds(facts) if kind != "CallClosed~"][-1] == "NoteAdded"
        assert folded(facts).round == 1


def test_dispatched_after_a_result_it_was_given_back_first() -> None:
    upto = LOOP[:7]

    same = told(case((*upto, row(12, S.DISPATCHED, 21, PLATFORM, handler=ZHIFA))))
    other = told(case((*upto, row(12, S.DISPATCHED, 21, PLATFORM, handler=ZHUJIAN))))

    assert kinds(same)[-2:] == ["ReworkOrdered~", "NoteAdded"]
    assert kinds(other)[-3:] == ["ReworkOrdered~", "ObjectionUpheld~", "CallDispatched"]


def test_a_lead_that_also_stands_among_the_assistants_is_the_lead_only() -> None:
    dispatched = last(
        *LOOP[:2], row(4, S.DISPATCHED, 2, PLATFORM, handler=ZHIFA, assistants=(ZHIFA, SHICHANG), item="占道")
    )

    assert isinstance(dispatched, e.CallDispatched)
    assert [one.organization for one in dispatched.assistants] == [SHICHANG.ref]
    assert (dispatched.basis_text, dispatched.off_list) == ("占道", True)


def test_who_acts_without_a_name_is_the_one_that_the_row_names_as_handler() -> None:
    responded = last(*LOOP[:2], row(4, S.RESPONDED, 3, handler=ZHIFA))

    assert isinstance(responded, e.PartyResponded)
    assert responded.organization == ZHIFA.ref
    assert (responded.handler, responded.contact) == (UNRECORDED, UNRECORDED)


def test_an_objection_keeps_whom_it_proposed_and_why() -> None:
    upto = LOOP[:3]
    for handler, text, proposed, reason in (
        (ZHUJIAN, "应由住建局办理", ZHUJIAN.ref, "应由住建局办理"),
        (ZHIFA, "", None, UNRECORDED),
        (None, "不归我局", None, "不归我局"),
    ):
        raised = last(*upto, row(5, S.OBJECTED, 3, ZHIFA, handler=handler, text=text))
        assert isinstance(raised, e.ObjectionRaised)
        assert (raised.proposed, raised.reason, raised.whole) == (proposed, reason, True)


def test_an_objection_is_rejected_where_one_was_raised_and_noted_where_none_was() -> None:
    rejected = row(6, S.OBJECTION_REJECTED, 5, PLATFORM, handler=ZHIFA, text="")

    answer = last(*LOOP[:3], row(5, S.OBJECTED, 3, ZHIFA), rejected)

    assert isinstance(answer, e.ObjectionRejected)
    assert (answer.organization, answer.reason) == (ZHIFA.ref, UNRECORDED)
    assert isinstance(last(*LOOP[:3], rejected), e.NoteAdded)


def test_a_rework_says_why() -> None:
    for text, reason in (("没有清理", "没有清理"), ("", UNRECORDED)):
        rework = last(*LOOP[:7], row(9, S.REWORK, 22, TOWN, text=text))
        assert isinstance(rework, e.ReworkOrdered)
        assert rework.reason == reason


def test_who_arrived_is_a_party_and_anybody_else_is_noted() -> None:
    arrived = last(*LOOP[:3], row(5, S.ARRIVED, 3, ZHIFA, text="到场"))

    assert isinstance(arrived, e.PartyArrived)
    assert (arrived.organization, arrived.remark) == (ZHIFA.ref, "到场")
    assert isinstance(last(*LOOP[:3], row(5, S.ARRIVED, 3, ZHUJIAN)), e.NoteAdded)


def test_what_an_assistant_reports_as_a_result_is_its_assistance_done() -> None:
    result = last(*LOOP[:3], row(5, S.RESULT, 9, SHICHANG))

    assert isinstance(result, e.AssistanceReported)
    assert (result.organization, result.done) == (SHICHANG.ref, True)


def test_the_platform_confirms_what_a_township_did_itself() -> None:
    for handler, confirmer in ((TOWN, PLATFORM.ref), (ZHIFA, None)):
        result = last(*LOOP[:2], row(4, S.DISPATCHED, 2, PLATFORM, handler=handler), row(5, S.RESULT, 9, handler))
        assert isinstance(result, e.ResultReported)
        assert result.confirmer == confirmer


def test_an_evaluation_presupposes_all_before_it_and_counts_once() -> None:
    files_itself = replace(TERMS, closes=True)
    evaluated = row(12, S.EVALUATED, 40, TOWN, grade=Grade.SATISFIED)

    facts = told(case((*LOOP[:3], evaluated)))
    again = told(case((*LOOP, row(13, S.EVALUATED, 50, TOWN, grade=Grade.SATISFIED)), files_itself))

    assert kinds(facts)[-5:] == ["ResultReported~", "ResultConfirmed~", "CallResolved~", "CallEvaluated", "CallClosed"]
    resolved, closed = facts[-3], facts[-1]
    assert isinstance(resolved, e.CallResolved)
    assert isinstance(closed, e.CallClosed)
    assert (resolved.spot_checked, closed.evaluated) == (False, True)
    assert kinds(again)[-3:] == ["CallEvaluated", "NoteAdded", "CallClosed~"]


def test_the_text_of_a_row_is_never_lost() -> None:
    for rows in (LOOP, LOOP[:1], LOOP[:4], (LOOP[0], row(3, S.DECLINED, 1, PLATFORM))):
        said = " ".join(fact.model_dump_json() for fact in told(case(rows)))
        assert [r.number for r in rows if r.text not in said] == []


def test_who_called_and_what_else_is_kept_of_it_stands_beside_the_call_not_in_its_text() -> None:
    facts = told(case((LOOP[0]._replace(person="王某", attributes="来源:巡查"),)))

    assert kinds(facts) == ["CallSubmitted", "CallPlaced", "NoteAdded"]
    submitted, note = facts[0], facts[-1]
    assert isinstance(submitted, e.CallSubmitted)
    assert isinstance(note, e.NoteAdded)
    assert (submitted.text, note.text) == ("门口占道摆摊", "〔原平台环节“旧提交呼叫”〕来源:巡查\n经办:王某")


def test_what_was_resolved_and_never_evaluated_is_filed_when_its_window_had_passed() -> None:
    rows = LOOP[:-1]
    closed = told(case(rows))[-1]
    assert isinstance(closed, e.CallClosed)
    assert (closed.evaluated, is_implied(closed.imported_from)) == (False, True)
    resolved = next(f for f in told(case(rows)) if isinstance(f, e.CallResolved))
    assert closed.recorded_at == resolved.evaluate.due

    early = replace(TERMS, imported_at=START + timedelta(hours=31))
    assert folded(told(case(rows, early))).stage is Stage.RESOLVED, "the township may still evaluate it"


def test_where_the_old_platform_files_by_itself_an_evaluation_does_not_file() -> None:
    closes = replace(TERMS, closes=True)
    facts = told(case((*LOOP, row(12, S.CLOSED, 41, PLATFORM, text="")), closes))

    assert kinds(facts)[-2:] == ["CallEvaluated", "CallClosed"]
    assert [type(f) for f in facts].count(e.CallClosed) == 1


def test_where_the_old_platform_endorses_the_call_is_placed_by_the_endorsement() -> None:
    endorses = replace(TERMS, endorses=True)
    rows = (LOOP[0], row(3, S.ENDORSED, 0.5, TOWN), *LOOP[1:3])

    assert kinds(told(case(rows, endorses)))[:3] == ["CallSubmitted", "CallEndorsed", "CallPlaced"]
    unendorsed = kinds(told(case(LOOP[:3], endorses)))
    assert unendorsed[:4] == ["CallSubmitted", "CallEndorsed~", "CallPlaced~", "CallAccepted"]


def test_a_grown_case_gains_only_its_new_rows() -> None:
    first = told(case(LOOP[:5], replace(TERMS, imported_at=START + timedelta(hours=6))))

    more = told(case(LOOP), first)

    assert [f.originator_version for f in (*first, *more)] == list(range(1, len(first) + len(more) + 1))
    assert kinds((*first, *more)) == kinds(told(case(LOOP)))
    assert folded((*first, *more)).stage is Stage.CLOSED


def test_a_row_before_what_stands_is_refused_and_so_is_any_once_the_call_was_handled_here() -> None:
    first = told(case((LOOP[0], LOOP[1], LOOP[2])))
    with pytest.raises(HistoryFault, match="早于") as early:
        told(case((*LOOP[:3], row(9, S.NOTE, 1.5, PLATFORM))), first)
    assert early.value.code == "before-what-stands"

    live = first[-1].model_copy(update={"imported_from": None, "originator_version": len(first) + 1})
    with pytest.raises(HistoryFault, match="本平台继续办理"):
        told(case(LOOP), [*first, live])
    assert told(case(LOOP[:3]), [*first, live]) == [], "nothing new: nothing to refuse"


ORGANIZATIONS = (TOWN, OTHER_TOWN, ZHIFA, SHICHANG, ZHUJIAN, PLATFORM)


@st.composite
def old_rows(draw: st.DrawFn) -> list[OldRow]:
    """Any steps by anybody, many at one moment: an old log holds everything."""
    hours = 0.0
    rows = []
    for number in range(2, 2 + draw(st.integers(1, 14))):
        hours += draw(st.sampled_from((0, 0, 0.5, 3, 30, 200)))
        step = draw(st.sampled_from((*S, S.DISPATCHED, S.RESULT, S.RESPONDED)))
        made = row(
            number,
            step,
            hours,
            draw(st.sampled_from((None, *ORGANIZATIONS))),
            township=TOWN,
            handler=draw(st.sampled_from((None, None, ZHIFA, SHICHANG, ZHUJIAN, TOWN))),
            assistants=draw(st.sampled_from(((), (SHICHANG,), (ZHIFA, ZHUJIAN)))),
            urgency=draw(st.sampled_from((None, *Urgency))),
            grade=draw(st.sampled_from(Grade)),
            due=draw(st.sampled_from((None, START + timedelta(hours=40)))),
            text=draw(st.sampled_from(("", "说明"))),
        )
        late = draw(st.sampled_from((0, 0, 1, 100)))
        rows.append(made._replace(recorded_at=made.recorded_at + timedelta(hours=late)))
    return rows


TERMS_OF_ANY = st.builds(
    lambda endorses, closes: replace(TERMS, endorses=endorses, closes=closes), st.booleans(), st.booleans()
)


def told_or_refused(old: OldCase, earlier: Sequence[Event] = ()) -> list[Event] | str:
    try:
        return told(old, earlier)
    except HistoryFault as fault:
        return fault.code


@settings(max_examples=300, deadline=None)
@given(old_rows(), TERMS_OF_ANY)
def test_every_case_that_is_told_folds_into_a_sane_call(rows: list[OldRow], terms: HistoryTerms) -> None:
    facts = told_or_refused(case(rows, terms))
    if isinstance(facts, str):
        assert facts in {"handler-missing", "organization-missing"}
        return

    call = folded(facts)
    assert [f.originator_version for f in facts] == list(range(1, len(facts) + 1))
    assert [f.recorded_at for f in facts] == sorted(f.recorded_at for f in facts)
    assert {f.causation_id for f in facts} == set(case(rows, terms).row_ids), "every row stands in the record"
    assert all(f.imported_from and f.imported_at == IMPORTED for f in facts)
    assert all(courses_agree(facts[: n + 1]) for n in range(len(facts)))
    assert call.stage not in WITH_LEAD or call.lead is not None
    if call.stage in FINAL_STAGES:
        assert call.open_obligations == ()


@settings(max_examples=150, deadline=None)
@given(old_rows(), TERMS_OF_ANY, st.randoms(use_true_random=False))
def test_the_order_of_the_rows_in_the_file_makes_no_difference(
    rows: list[OldRow], terms: HistoryTerms, random: Random
) -> None:
    shuffled = random.sample(rows, len(rows))

    assert told_or_refused(case(rows, terms)) == told_or_refused(case(shuffled, terms))
    assert case(rows, terms).command_id == case(shuffled, terms).command_id


@settings(max_examples=150, deadline=None)
@given(old_rows(), TERMS_OF_ANY)
def test_every_fact_is_in_all_its_parts_what_its_model_would_have_let_pass(
    rows: list[OldRow], terms: HistoryTerms
) -> None:
    """They are filled without being checked."""
    facts = told_or_refused(case(rows, terms))

    for fact in () if isinstance(facts, str) else facts:
        given_parts = {name: value for name, value in fact if name in fact.model_fields_set}
        assert type(fact)(**given_parts) == fact
        said = fact.model_dump_json()
        assert type(fact).model_validate_json(said, strict=True) == fact
        assert type(fact)(**given_parts).model_dump_json() == said, "the bytes that stand for ever are the same"
        assert list(fact.__dict__) == list(type(fact).model_fields)


@settings(max_examples=150, deadline=None)
@given(old_rows(), TERMS_OF_ANY)
def test_told_twice_is_told_once(rows: list[OldRow], terms: HistoryTerms) -> None:
    facts = told_or_refused(case(rows, terms))

    assert isinstance(facts, str) or told(case(rows, terms), facts) == []


@settings(max_examples=150, deadline=None)
@given(old_rows(), TERMS_OF_ANY, st.integers(0, 14))
def test_a_file_that_grows_gives_every_row_once_and_folds(rows: list[OldRow], terms: HistoryTerms, cut: int) -> None:
    ordered = case(rows, terms).ordered
    first = told_or_refused(case(ordered[:cut], terms)) if cut else []
    if isinstance(first, str):
        return
    more = told_or_refused(case(rows, terms), first)
    if isinstance(more, str):
        assert more in {"handler-missing", "organization-missing", "before-what-stands"}
        return

    facts = [*first, *more]
    folded(facts)
    assert [f.originator_version for f in facts] == list(range(1, len(facts) + 1))
    assert {f.causation_id for f in facts} == set(case(rows, terms).row_ids)


@given(st.uuids(), st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=80), max_size=5))
def test_many_rows_are_named_as_each_alone_would_be(stream: UUID, names: list[str]) -> None:
    assert derived_ids(stream, names) == [uuid5(stream, name) for name in names]


def test_a_live_command_goes_on_with_an_imported_call(county: CallCounty) -> None:
    from domain.calls.work import handling as h

    facts = told(case(LOOP[:4]))
    county.streams.record(facts)

    county.say(h.ReportResult(call_id=facts[0].originator_id, text="已清理"), "zhifa")

    assert county.call(facts[0].originator_id).stage is Stage.RESULT_REPORTED
