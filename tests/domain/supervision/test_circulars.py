"""通报整改, and 疑似情形: suspected by rule, confirmed or dismissed by a supervisor, never more than suspected."""

from uuid import UUID

import pytest

from domain.calls.aftermath import reopening
from domain.calls.delays.recomputing import RecomputeClocks
from domain.calls.dispatch import passing
from domain.calls.intake.submission import WithdrawCall
from domain.calls.slow_work import interim
from domain.calls.words import BasisKind, ClockPolicy, RecomputeReason, ReopeningPolicy
from domain.calls.work import completion
from domain.calls.work import handling as h
from domain.directory.organization_commands import DissolveOrganization
from domain.obligations.words import Action, Performance
from domain.rules.calendar_commands import DeclareOutage
from domain.rules.words import LimitKind, OutageKind
from domain.shared.urgency import Urgency
from domain.supervision import circulars as c
from domain.supervision import events as e
from domain.supervision import failures as f
from domain.supervision.lateness import long_late_items
from domain.supervision.rights import Subject
from domain.supervision.suspicions import suspected
from domain.supervision.withdrawal import WithdrawMatterContent
from domain.supervision.words import CircularStage, FailureKind, Rung, Standing, SuspicionState
from tests.domain.memory import PLATFORM_ITSELF, local
from tests.domain.supervision.county import SupervisedCounty, told


def _circulated(county: SupervisedCounty) -> UUID:
    call = county.silent()
    county.at("2026-05-19", "17:31")
    county.tick(call)
    assert county.matter(call).circulars, "drafted"
    return call


def test_a_circular_is_signed_rectified_and_confirmed(county: SupervisedCounty) -> None:
    call = _circulated(county)
    county.at("2026-05-20", "09:00")
    (issued,) = county.say(c.IssueCircular(call_id=call, circular=1, demands="限期整改"), "ducha_leader")
    assert isinstance(issued, e.CircularIssued)
    assert issued.signed_by == county.by("ducha_leader").person
    assert issued.rectify.due == local("2026-05-27", "17:30")
    assert issued.number.startswith("TB20260519-")
    county.say(c.ReportRectification(call_id=call, circular=1, text="已到场"), "zhifa")
    county.say(c.RefuseRectification(call_id=call, circular=1, reason="现场仍未清理"), "supervisor")
    assert county.matter(call).circulars[0].stage is CircularStage.ISSUED
    county.say(c.ReportRectification(call_id=call, circular=1, text="已清理"), "zhifa_leader")
    assert county.offered_here(call, "supervisor", Subject.CIRCULAR) == {
        "confirm_rectification",
        "refuse_rectification",
    }
    county.say(c.ConfirmRectification(call_id=call, circular=1), "supervisor")
    assert county.matter(call).circulars[0].stage is CircularStage.RECTIFIED
    open_actions = {owed.action for owed in county.matter(call).open_obligations}
    assert not open_actions & {Action.RECTIFY, Action.CONFIRM_RECTIFICATION}


def test_of_two_circulars_each_step_belongs_to_its_own(county: SupervisedCounty) -> None:
    """One matter, two departments: who rectifies and who confirms is read from the circular that the step names."""
    call = county.silent("shichang")
    county.at("2026-05-19", "17:31")
    county.tick(call)
    numbers = {circular.addressee: circular.circular for circular in county.matter(call).circulars}
    asked = {name: numbers[county.orgs[name]] for name in ("zhifa", "shichang")}
    assert set(asked.values()) == {1, 2}
    for name, number in asked.items():
        demands = f"请{county.names[name]}整改" if number == 2 else ""
        county.say(c.IssueCircular(call_id=call, circular=number, demands=demands), "ducha_leader")
        assert county.matter(call).circulars[number - 1].demands == demands
    for name, number in asked.items():
        county.say(c.ReportRectification(call_id=call, circular=number, text="已到场"), name)
        (confirm,) = [one for one in county.matter(call).open_obligations if one.action is Action.CONFIRM_RECTIFICATION]
        assert (confirm.organization, confirm.owed_to) == (county.orgs["ducha"], county.orgs[name])
        county.say(c.RefuseRectification(call_id=call, circular=number, reason="现场仍未清理"), "supervisor")
        owed = [one for one in county.matter(call).open_obligations if one.entry == number]
        assert [(one.action, one.organization, one.owed_to) for one in owed if one.action is Action.RECTIFY] == [
            (Action.RECTIFY, county.orgs[name], county.orgs["ducha"])
        ]


def test_the_circular_of_the_city_is_confirmed_by_the_city(county: SupervisedCounty) -> None:
    """Beside a draft of the county, which has another issuer."""
    call = _made_moot(county)
    county.say(c.ReportRectification(call_id=call, circular=2, text="已清理"), "zhifa")
    (confirm,) = [one for one in county.matter(call).open_obligations if one.action is Action.CONFIRM_RECTIFICATION]
    assert confirm.organization == county.orgs["city"]
    county.say(c.RefuseRectification(call_id=call, circular=2, reason="现场仍未清理"), "city_supervisor")
    (again,) = [one for one in county.matter(call).open_obligations if one.action is Action.RECTIFY]
    assert (again.organization, again.owed_to) == (county.orgs["zhifa"], county.orgs["city"])


def test_a_circular_is_drafted_by_nobody_before_its_time(county: SupervisedCounty) -> None:
    call = county.silent()
    draft = c.DraftCircular(call_id=call, addressee=county.orgs["zhifa"])
    county.at("2026-05-19", "17:29")
    assert county.refused(draft, "supervisor").code == "not-late-enough"
    county.at("2026-05-19", "17:30")
    assert told(county.say(draft, "supervisor")) == ["CircularDrafted"]
    assert county.refused(draft, "supervisor").code == "open-order-stands"


def test_a_circular_that_one_level_has_not_signed_holds_up_no_other(county: SupervisedCounty) -> None:
    call = _circulated(county)
    draft = c.DraftCircular(call_id=call, addressee=county.orgs["zhifa"])
    assert county.refused(draft, "supervisor").code == "open-order-stands"
    county.say(draft, "city_supervisor")
    county.say(c.IssueCircular(call_id=call, circular=2), "city_leader")
    assert county.refused(c.IssueCircular(call_id=call, circular=1), "ducha_leader").code == "open-order-stands"


def _made_moot(county: SupervisedCounty) -> UUID:
    """Drafted by the machine on Tuesday 19 May, 17:31; the city signs its own on Wednesday, 10:00."""
    call = _circulated(county)
    county.at("2026-05-20", "10:00")
    county.say(c.DraftCircular(call_id=call, addressee=county.orgs["zhifa"]), "city_supervisor")
    county.say(c.IssueCircular(call_id=call, circular=2), "city_leader")
    return call


def test_a_draft_that_another_level_made_moot_lapses_and_nobody_is_late_with_its_signature(
    county: SupervisedCounty,
) -> None:
    call = _made_moot(county)
    signed = county.now
    county.at("2026-05-25", "09:00")
    facts = county.tick_own(call)
    assert told(facts)[0] == "CircularLapsed"
    urged = [item.action for fact in facts if isinstance(fact, e.UrgeIssued) for item in fact.items]
    assert Action.SIGN_ORDER in urged, "another signature waits"
    assert Action.SIGN_CIRCULAR not in urged
    sign = next(o for o in county.matter(call).obligations if (o.action, o.entry) == (Action.SIGN_CIRCULAR, 1))
    assert (sign.ended, sign.performance) == (signed, Performance.ENDED)
    assert county.matter(call).circulars[0].stage is CircularStage.DISCARDED
    assert county.matter(call).circulars[1].stage is CircularStage.ISSUED
    late = county.refused(c.IssueCircular(call_id=call, circular=1), "ducha_leader")
    assert late.code == "wrong-supervision-stage"
    assert county.refusal(county.asking_own(call), PLATFORM_ITSELF).code == "nothing-due", "once"


def test_a_draft_that_another_level_made_moot_names_what_else_is_late_enough(county: SupervisedCounty) -> None:
    call = _made_moot(county)
    county.at("2026-05-25", "17:31")
    facts = county.tick_own(call)
    assert told(facts)[0] == "CircularAmended", "the work is late enough by now"
    draft = county.matter(call).circulars[0]
    assert (draft.stage, [item.action for item in draft.items]) == (CircularStage.DRAFTED, [Action.HANDLE])
    county.say(c.ReportRectification(call_id=call, circular=2, text="已安排专人"), "zhifa")
    county.say(c.ConfirmRectification(call_id=call, circular=2), "city_supervisor")
    county.at("2026-05-27", "17:31")
    (issued,) = county.say(c.IssueCircular(call_id=call, circular=1), "ducha_leader")
    assert isinstance(issued, e.CircularIssued)
    assert issued.items == draft.items


def test_a_draft_stands_that_another_levels_draft_stands_beside(county: SupervisedCounty) -> None:
    call = _circulated(county)
    county.say(c.DraftCircular(call_id=call, addressee=county.orgs["zhifa"]), "city_supervisor")
    county.at("2026-05-21", "10:00")
    assert not {"CircularLapsed", "CircularAmended"} & set(told(county.tick(call)))
    assert [one.stage for one in county.matter(call).circulars] == [CircularStage.DRAFTED] * 2


def _rectified(county: SupervisedCounty) -> UUID:
    """Circular 1 is signed on Wednesday 20 May, 09:00, rectified and confirmed: the response is still missing."""
    call = _circulated(county)
    county.at("2026-05-20", "09:00")
    county.say(c.IssueCircular(call_id=call, circular=1), "ducha_leader")
    county.say(c.ReportRectification(call_id=call, circular=1, text="已安排专人"), "zhifa")
    county.say(c.ConfirmRectification(call_id=call, circular=1), "supervisor")
    return call


def test_what_a_circular_named_is_not_circulated_again(county: SupervisedCounty) -> None:
    call = _rectified(county)
    draft = c.DraftCircular(call_id=call, addressee=county.orgs["zhifa"])
    county.at("2026-05-21", "09:00")
    assert county.refused(draft, "supervisor").code == "already-circulated"
    county.at("2026-07-21", "09:00")
    (second,) = county.say(draft, "supervisor")
    assert isinstance(second, e.CircularDrafted)
    assert [item.action for item in second.items] == [Action.HANDLE], "late enough since; the response was named before"
    (issued,) = county.say(c.IssueCircular(call_id=call, circular=2), "ducha_leader")
    assert isinstance(issued, e.CircularIssued)
    assert issued.items == second.items


def test_the_next_circular_waits_for_the_interval(county: SupervisedCounty) -> None:
    """The work is late enough on Monday 25 May, 17:30; the interval is over on Wednesday 27 May, 17:30."""
    call = _rectified(county)
    draft = c.DraftCircular(call_id=call, addressee=county.orgs["zhifa"])
    county.at("2026-05-25", "17:31")
    assert county.refused(draft, "supervisor").code == "circulated-lately"
    county.tick(call)
    assert len(county.matter(call).circulars) == 1, "nor does the machine"
    county.at("2026-05-27", "17:29")
    assert county.refused(draft, "supervisor").code == "circulated-lately"
    county.at("2026-05-27", "17:30")
    assert told(county.say(draft, "supervisor")) == ["CircularDrafted"]


def test_what_was_late_within_the_interval_is_circulated_by_the_machine_when_it_is_over(
    county: SupervisedCounty,
) -> None:
    call = _rectified(county)
    county.at("2026-05-25", "17:31")
    assert "LadderRested" in told(county.tick(call)), "looked at again"
    for day, time in (("2026-05-25", "17:31"), ("2026-05-27", "17:29")):
        county.at(day, time)
        assert _nothing_due(county, call)
    county.at("2026-05-27", "17:30")
    assert told(county.tick(call))[:2] == ["CircularDrafted", "LadderRested"]
    drafted = county.matter(call).circulars[1]
    assert [item.action for item in drafted.items] == [Action.HANDLE]
    assert _nothing_due(county, call), "once"
    county.at("2026-05-28", "09:00")
    assert _nothing_due(county, call)


def test_where_no_interval_is_set_a_circular_that_waits_is_the_top(county: SupervisedCounty) -> None:
    """Where rules were adopted before circulars kept their distance."""
    call = _circulated(county)
    for stream, events in county.streams.facts.items():
        kept = [x for x in events if getattr(x, "kind", None) is not LimitKind.CIRCULAR_INTERVAL]
        if len(kept) < len(events):
            county.streams.facts[stream] = [
                x.model_copy(update={"originator_version": n}) for n, x in enumerate(kept, 1)
            ]
    county.streams._folded.clear()
    county.at("2026-05-26", "17:31")
    county.tick(call)
    handle = county.place(call, Action.HANDLE)
    ladder = county.matter(call).ladder(handle, Action.HANDLE)
    assert ladder is not None
    assert (ladder.rung, ladder.standing) == (Rung.CIRCULAR, Standing.TOP)
    assert len(county.matter(call).circulars) == 1


def test_what_is_done_when_the_interval_is_over_is_not_circulated(county: SupervisedCounty) -> None:
    call = _rectified(county)
    county.at("2026-05-25", "17:31")
    county.tick(call)
    county.say(h.Respond(call_id=call, handler="郑某", contact="1390000", first_step="到场"), "zhifa")
    county.say(h.ReportResult(call_id=call, text="已清理"), "zhifa")
    county.at("2026-05-27", "17:30")
    county.tick(call)
    assert len(county.matter(call).circulars) == 1


def test_while_a_circular_is_not_rectified_the_machine_looks_again_after_each_interval(
    county: SupervisedCounty,
) -> None:
    """Signed on 20 May; the work is late enough on Monday 25 May, and again looked at five working days later each."""
    call = _circulated(county)
    county.at("2026-05-20", "09:00")
    county.say(c.IssueCircular(call_id=call, circular=1), "ducha_leader")
    county.at("2026-05-25", "17:31")
    county.tick(call)
    county.at("2026-06-01", "17:31")
    assert "LadderRested" in told(county.tick(call))
    assert len(county.matter(call).circulars) == 1
    county.say(c.ReportRectification(call_id=call, circular=1, text="已安排专人"), "zhifa")
    county.say(c.ConfirmRectification(call_id=call, circular=1), "supervisor")
    county.at("2026-06-08", "17:31")
    assert "CircularDrafted" in told(county.tick(call))
    assert [item.action for item in county.matter(call).circulars[1].items] == [Action.HANDLE]


def _nothing_due(county: SupervisedCounty, call: UUID) -> bool:
    """Whether the clock finds nothing to record."""
    refusal = county.refusal(county.asking(call), PLATFORM_ITSELF)
    return refusal.code == "nothing-due"


def test_a_circular_that_a_leader_dropped_is_not_drafted_again_at_once(county: SupervisedCounty) -> None:
    call = _circulated(county)
    county.at("2026-05-20", "09:00")
    county.say(c.DiscardCircular(call_id=call, circular=1, reason="先约谈"), "ducha_leader")
    draft = c.DraftCircular(call_id=call, addressee=county.orgs["zhifa"])
    assert county.refused(draft, "supervisor").code == "circulated-lately"
    county.at("2026-05-27", "17:30")
    (again,) = county.say(draft, "supervisor")
    assert isinstance(again, e.CircularDrafted)
    assert Action.RESPOND in [item.action for item in again.items], "nobody was told of it"


def test_what_came_too_late_may_be_circulated_though_it_came(county: SupervisedCounty) -> None:
    call = _circulated(county)
    county.say(h.Respond(call_id=call, handler="郑某", contact="1390000", first_step="到场"), "zhifa")
    (issued,) = county.say(c.IssueCircular(call_id=call, circular=1), "ducha_leader")
    assert isinstance(issued, e.CircularIssued)


def test_what_was_late_before_its_clock_started_anew_is_not_circulated_while_that_stands_still(
    county: SupervisedCounty,
) -> None:
    """Late with its first result, and on the shelf with the time it was given for another one."""
    call = county.silent()
    _respond(county, call, "zhifa")
    county.at("2026-05-19", "09:00")
    county.say(h.ReportResult(call_id=call, text="已清理"), "zhifa")
    county.say(completion.ConfirmResult(call_id=call), "wang")
    restart = completion.OrderRework(call_id=call, reason="没有清理", policy=ClockPolicy.RESTART)
    county.say(restart, "li")
    zhifa = county.orgs["zhifa"]
    working = county.handling()
    county.shelved(call)
    county.pass_time(days=30)
    assert county.call(call).obligations[county.place(call, Action.HANDLE)].overdue_at(county.now)
    assert long_late_items(county.call(call), zhifa, county.now, county.rules) == ()
    late = long_late_items(county.call(working), zhifa, county.now, county.rules)
    assert [item.action for item in late] == [Action.RESPOND, Action.HANDLE]


def test_what_is_justified_is_not_circulated(county: SupervisedCounty) -> None:
    from tests.domain.supervision.test_ladder import _justify

    call = _circulated(county)
    _justify(county, call, county.place(call, Action.RESPOND), "2026-06-30", "17:30")
    assert county.refused(c.IssueCircular(call_id=call, circular=1), "ducha_leader").code == "not-late-enough"
    county.say(c.DiscardCircular(call_id=call, circular=1, reason="有正当事由"), "supervisor")
    assert county.matter(call).circulars[0].stage is CircularStage.DISCARDED


def test_vertical_units_are_not_circulated(county: SupervisedCounty) -> None:
    call = county.silent(lead="yancao")
    county.at("2026-06-01", "09:00")
    draft = c.DraftCircular(call_id=call, addressee=county.orgs["yancao"])
    assert county.refused(draft, "supervisor").code == "cannot-be-supervised"


@pytest.mark.parametrize(
    "command", [c.ReportRectification, c.ConfirmRectification, c.RefuseRectification, c.IssueCircular]
)
def test_a_step_on_a_circular_belongs_to_whom_it_belongs(county: SupervisedCounty, command: type) -> None:
    call = _circulated(county)
    fields = {"text": "已整改"} if command is c.ReportRectification else {}
    fields |= {"reason": "不到位"} if command is c.RefuseRectification else {}
    for who in ("wang", "li", "shichang", "leader"):
        assert county.refused(command(call_id=call, circular=1, **fields), who).status == 403, who
    if command is not c.IssueCircular:
        owner = "zhifa" if command is c.ReportRectification else "supervisor"
        assert county.refused(command(call_id=call, circular=1, **fields), owner).code == "wrong-supervision-stage"


def test_no_response_is_suspected_when_the_handling_time_is_over_and_it_was_urged(county: SupervisedCounty) -> None:
    call = county.silent()
    county.at("2026-05-18", "17:29")
    county.tick(call)
    assert not county.matter(call).suspicions, "the handling time runs yet"
    county.at("2026-05-18", "17:31")
    facts = county.tick(call)
    (suspected,) = [fact for fact in facts if isinstance(fact, e.FailureSuspected)]
    assert (suspected.kind, suspected.organization.id) == (FailureKind.NO_RESPONSE, county.orgs["zhifa"])
    assert "催办" in suspected.grounds
    assert county.matter(call).suspicions[0].state is SuspicionState.SUSPECTED
    county.at("2026-05-19", "17:31")
    county.tick(call)
    assert len(county.matter(call).suspicions) == 1, "once"


def test_whom_nobody_urged_is_not_suspected_of_silence(county: SupervisedCounty) -> None:
    call = county.silent()
    place = county.place(call, Action.RESPOND)
    county.at("2026-05-25", "09:00")
    state = county.call(call)
    for urged, kinds in ((frozenset[int](), []), (frozenset({place}), [FailureKind.NO_RESPONSE])):
        found = suspected(state, urged, county.now, tolerated=lambda due: due, excused=lambda owed: False)
        assert [one.kind for one in found] == kinds


def test_whom_an_objection_released_is_suspected_of_nothing(county: SupervisedCounty) -> None:
    """Neither of the silence it was urged for, nor of results refused before it was found that it was not to lead."""
    silent, refused = county.silent(), county.silent()
    _respond(county, refused, "zhifa")
    for call in (silent, refused):
        county.say(county.objection(call), "zhifa")
    for _ in range(2):
        county.say(h.ReportResult(call_id=refused, text="已清理"), "zhifa")
        county.say(completion.OrderRework(call_id=refused, reason="没有清理"), "wang")
    county.at("2026-05-13", "09:30")
    county.tick(silent)
    assert county.place(silent, Action.RESPOND) in county.matter(silent).urged
    for call in (silent, refused):
        county.say(county.upholding(call), "li")
    county.at("2026-05-19", "17:31")
    for call in (silent, refused):
        county.tick(call)
        assert not county.matter(call).suspicions


def test_nothing_is_suspected_of_the_township(county: SupervisedCounty) -> None:
    call = _circulated(county)
    assert {one.organization for one in county.matter(call).suspicions} == {county.orgs["zhifa"]}


def test_a_response_far_too_late_is_suspected_as_late_and_a_nearly_timely_one_is_not(county: SupervisedCounty) -> None:
    respond = {"handler": "郑某", "contact": "1390000", "first_step": "到场"}
    near, far = county.silent(), county.silent()
    county.at("2026-05-12", "18:00")
    for call in (near, far):
        county.tick(call)
    county.at("2026-05-13", "09:00")
    county.say(h.Respond(call_id=near, **respond), "zhifa")
    county.at("2026-05-13", "16:00")
    county.say(h.Respond(call_id=far, **respond), "zhifa")
    for call in (near, far):
        county.tick(call)
    assert not county.matter(near).suspicions, "within the tolerance"
    assert [one.kind for one in county.matter(far).suspicions] == [FailureKind.LATE_RESPONSE]


def test_a_late_response_that_is_justified_is_not_suspected(county: SupervisedCounty) -> None:
    call = county.silent()
    county.at("2026-05-14", "09:00")
    _respond(county, call, "zhifa")
    outage = {"starts_at": local("2026-05-12", "09:00"), "ends_at": local("2026-05-14", "08:30")}
    county.ask(DeclareOutage(kind=OutageKind.PLATFORM, **outage), PLATFORM_ITSELF)
    county.ask(RecomputeClocks(call_id=call, reason=RecomputeReason.OUTAGE), PLATFORM_ITSELF)
    place = county.place(call, Action.RESPOND)
    assert county.call(call).obligations[place].performance is Performance.JUSTIFIED
    assert county.refusal(county.asking(call, place), PLATFORM_ITSELF).code == "nothing-due"


def test_a_response_without_work_is_suspected_and_progress_or_arrival_clears_it(county: SupervisedCounty) -> None:
    respond = {"handler": "郑某", "contact": "1390000", "first_step": "到场"}
    idle, busy, there = county.silent(), county.silent(), county.silent()
    for call in (idle, busy, there):
        county.say(h.Respond(call_id=call, **respond), "zhifa")
    county.say(h.ReportProgress(call_id=busy, text="已约谈"), "zhifa")
    county.say(h.RecordArrival(call_id=there, organization=county.orgs["zhifa"]), "wang")
    county.at("2026-05-19", "10:00")
    for call in (idle, busy, there):
        county.tick(call)
    assert [one.kind for one in county.matter(idle).suspicions] == [FailureKind.INACTION]
    assert not county.matter(busy).suspicions
    assert not county.matter(there).suspicions


def _run_out(county: SupervisedCounty) -> UUID:
    """Responded at once, nothing done; ten minutes after the work was due nobody had been urged yet."""
    call = county.silent()
    _respond(county, call, "zhifa")
    county.at("2026-05-18", "17:40")
    county.tick(call)
    assert not county.matter(call).suspicions
    return call


def test_work_that_ran_out_and_was_passed_on_is_suspected(county: SupervisedCounty) -> None:
    call = _run_out(county)
    late = county.place(call, Action.HANDLE)
    county.say(
        passing.PassStage(
            call_id=call,
            handler=county.orgs["zhujian"],
            point="检测不合格",
            basis=BasisKind.POWERS,
            reference="三定规定",
            text="移交材料",
        ),
        "zhifa",
    )
    county.tick(call)
    (one,) = county.matter(call).suspicions
    assert (one.kind, one.organization) == (FailureKind.INACTION, county.orgs["zhifa"])
    assert late in [item.place for item in one.items]
    assert "移交" in one.grounds
    assert county.refusal(county.asking(call), PLATFORM_ITSELF).code == "nothing-due", "once"


def test_work_that_ran_out_before_the_call_was_withdrawn_is_suspected(county: SupervisedCounty) -> None:
    call = _run_out(county)
    county.say(WithdrawCall(call_id=call, reason="摊贩已自行离开", asked_by="城东镇"), "wang")
    county.tick(call)
    assert [one.kind for one in county.matter(call).suspicions] == [FailureKind.INACTION]


def test_work_withdrawn_in_time_or_begun_on_record_is_not_suspected(county: SupervisedCounty) -> None:
    timely, begun = county.silent(), county.silent()
    for call in (timely, begun):
        _respond(county, call, "zhifa")
    county.say(h.ReportProgress(call_id=begun, text="已约谈"), "zhifa")
    county.say(WithdrawCall(call_id=timely, reason="摊贩已自行离开", asked_by="城东镇"), "wang")
    county.at("2026-05-18", "17:40")
    county.say(WithdrawCall(call_id=begun, reason="摊贩已自行离开", asked_by="城东镇"), "wang")
    for call in (timely, begun):
        county.at("2026-05-19", "17:40")
        assert county.refusal(county.asking(call), PLATFORM_ITSELF).code == "nothing-due"


def test_work_done_late_after_it_was_urged_is_late_and_no_inaction(county: SupervisedCounty) -> None:
    call = county.silent()
    county.at("2026-05-19", "17:31")
    county.tick(call)
    assert county.place(call, Action.HANDLE) in county.matter(call).urged
    county.at("2026-05-20", "09:00")
    _respond(county, call, "zhifa")
    county.say(h.ReportResult(call_id=call, text="已清理"), "zhifa")
    county.tick(call)
    found = [(one.suspicion, one.kind) for one in county.matter(call).suspicions]
    assert found == [(1, FailureKind.NO_RESPONSE), (2, FailureKind.LATE_RESPONSE)]


def test_a_first_result_that_is_missing_is_no_inaction_while_the_handling_time_runs(county: SupervisedCounty) -> None:
    call = county.silent(urgency=Urgency.EMERGENCY)
    _respond(county, call, "zhifa")
    county.pass_time(hours=6)
    county.tick(call)
    assert county.place(call, Action.FIRST_RESULT) in county.matter(call).urged
    assert not county.matter(call).suspicions
    county.pass_time(hours=24)
    county.tick(call)
    (one,) = county.matter(call).suspicions
    assert county.place(call, Action.HANDLE) in [item.place for item in one.items]


def test_a_result_refused_twice_is_suspected(county: SupervisedCounty) -> None:
    call = county.silent()
    county.say(h.Respond(call_id=call, handler="郑某", contact="1390000", first_step="到场"), "zhifa")
    for _ in range(2):
        county.say(h.ReportResult(call_id=call, text="已清理"), "zhifa")
        county.say(completion.OrderRework(call_id=call, reason="没有清理"), "wang")
    county.at("2026-05-18", "17:31")
    county.tick(call)
    (one,) = county.matter(call).suspicions
    assert (one.kind, one.grounds) == (FailureKind.INACTION, "办理结果两次被退回重办")


def test_results_refused_twice_are_suspected_though_no_time_had_come(county: SupervisedCounty) -> None:
    """A quick call: nothing of it is nearly due, and it may be over before anything is."""
    call = county.silent()
    _respond(county, call, "zhifa")
    _refuse_twice(county, call, "zhifa")
    (fact,) = county.tick(call)
    assert isinstance(fact, e.FailureSuspected)
    assert (fact.organization.id, fact.grounds) == (county.orgs["zhifa"], "办理结果两次被退回重办")
    assert county.refusal(county.asking(call), PLATFORM_ITSELF).code == "nothing-due"


def test_what_was_refused_through_no_fault_of_the_lead_is_not_counted(county: SupervisedCounty) -> None:
    call = county.silent()
    _respond(county, call, "zhifa")
    for own_fault in (True, False):
        county.say(h.ReportResult(call_id=call, text="已清理"), "zhifa")
        county.say(completion.OrderRework(call_id=call, reason="又被倾倒", own_fault=own_fault), "wang")
    assert county.refusal(county.asking(call), PLATFORM_ITSELF).code == "nothing-due"
    county.say(h.ReportResult(call_id=call, text="已清理"), "zhifa")
    county.say(completion.OrderRework(call_id=call, reason="没有清理"), "wang")
    county.tick(call)
    assert [one.grounds for one in county.matter(call).suspicions] == ["办理结果两次被退回重办"]


def test_refused_once_is_no_failure(county: SupervisedCounty) -> None:
    call = county.silent()
    _respond(county, call, "zhifa")
    county.say(h.ReportResult(call_id=call, text="已清理"), "zhifa")
    county.say(completion.OrderRework(call_id=call, reason="没有清理"), "wang")
    assert county.refusal(county.asking(call), PLATFORM_ITSELF).code == "nothing-due"


def test_whoever_leads_after_another_is_not_suspected_of_the_other_ones_reworks(county: SupervisedCounty) -> None:
    call = county.silent()
    _respond(county, call, "zhifa")
    _refuse_twice(county, call, "zhifa")
    county.say(county.objection(call), "zhifa")
    county.say(county.upholding(call), "li")
    county.dispatch(call, "zhujian")
    _respond(county, call, "zhujian")
    county.say(h.ReportResult(call_id=call, text="已清理"), "zhujian")
    county.at("2026-05-18", "17:31")
    county.tick(call)
    assert not county.matter(call).suspicions, "and the first one never had to do it"


def test_whoever_takes_over_in_the_same_round_is_not_suspected_of_the_other_ones_reworks(
    county: SupervisedCounty,
) -> None:
    call = county.silent()
    _respond(county, call, "zhifa")
    _refuse_twice(county, call, "zhifa")
    county.ask(
        DissolveOrganization(
            organization=county.orgs["zhifa"], successor=county.orgs["zhujian"], document="示编〔2026〕9号"
        )
    )
    county.pass_time(minutes=1)
    county.say(passing.SucceedParty(call_id=call, dissolved=county.orgs["zhifa"]), "li")
    county.say(h.ReportResult(call_id=call, text="已清理"), "zhujian")
    county.tick(call)
    suspected = {one.organization for one in county.matter(call).suspicions}
    assert suspected == {county.orgs["zhifa"]}


def test_opened_again_the_results_refused_before_are_not_held_against_it_twice(county: SupervisedCounty) -> None:
    call = county.silent()
    _respond(county, call, "zhifa")
    _refuse_twice(county, call, "zhifa")
    county.say(h.ReportResult(call_id=call, text="已清理"), "zhifa")
    county.say(completion.ConfirmResult(call_id=call), "wang")
    county.say(completion.ResolveCall(call_id=call), "li")
    county.say(reopening.ReopenCall(call_id=call, policy=ReopeningPolicy.CONTINUE, reason="又摆出来了"), "wang")
    county.tick(call)
    (one,) = county.matter(call).suspicions
    assert len(one.items) == 1


def test_a_final_result_refused_twice_is_suspected_as_well(county: SupervisedCounty) -> None:
    call = county.interim_resolved("2026-06-10")
    county.say(interim.MeetMilestone(call_id=call, milestone=1, text="已完成"), "zhifa")
    _refuse_twice(county, call, "zhifa")
    county.tick(call)
    (one,) = county.matter(call).suspicions
    assert [item.action for item in one.items] == [Action.FINAL_RESULT]


def _respond(county: SupervisedCounty, call: UUID, who: str) -> None:
    county.say(h.Respond(call_id=call, handler="郑某", contact="1390000", first_step="到场"), who)


def _refuse_twice(county: SupervisedCounty, call: UUID, who: str) -> None:
    for _ in range(2):
        county.say(h.ReportResult(call_id=call, text="已清理"), who)
        county.say(completion.OrderRework(call_id=call, reason="没有清理"), "wang")


def test_a_supervisor_confirms_or_dismisses_with_a_reason_once(county: SupervisedCounty) -> None:
    call = _circulated(county)
    confirm = f.ConfirmFailure(call_id=call, suspicion=1, reason="期限内没有响应")
    for who in ("ducha_leader", "li", "zhifa", "city_supervisor", "auditor"):
        assert county.refused(confirm, who).status == 403, who
    assert county.offered_here(call, "supervisor", Subject.SUSPICION) == {"confirm_failure", "dismiss_failure"}
    county.say(confirm, "supervisor")
    assert county.matter(call).suspicions[0].state is SuspicionState.CONFIRMED
    unknown = f.ConfirmFailure(call_id=call, suspicion=9, reason="没有这一项")
    assert county.refused(unknown, "supervisor").code == "not-found"
    dismiss = f.DismissFailure(call_id=call, suspicion=1, reason="有误")
    assert county.refused(dismiss, "supervisor").code == "wrong-supervision-stage"


def test_a_suspicion_is_dismissed(county: SupervisedCounty) -> None:
    call = _circulated(county)
    county.say(f.DismissFailure(call_id=call, suspicion=1, reason="当日已电话响应"), "supervisor")
    assert county.matter(call).suspicions[0].state is SuspicionState.DISMISSED


def test_a_supervisor_registers_what_no_rule_can_see(county: SupervisedCounty) -> None:
    call = county.reported()
    suspect = f.SuspectFailure(
        call_id=call, organization=county.orgs["zhifa"], kind=FailureKind.INACTION, reason="现场没有处理"
    )
    (fact,) = county.say(suspect, "supervisor")
    assert isinstance(fact, e.FailureSuspected)
    assert [item.action for item in fact.items] == [Action.HANDLE]
    assert county.refused(suspect, "supervisor").code == "suspicion-stands"
    stranger = suspect.model_copy(update={"organization": county.orgs["zhujian"]})
    assert county.refused(stranger, "supervisor").code == "not-a-party"
    assert county.refused(suspect, "li").status == 403


def test_a_supervisor_registers_the_same_failure_of_another_obligation_beside_one_that_waits(
    county: SupervisedCounty,
) -> None:
    call = county.silent("zhujian")
    suspect = f.SuspectFailure(
        call_id=call, organization=county.orgs["zhujian"], kind=FailureKind.INACTION, reason="现场没有处理"
    )
    county.say(suspect, "supervisor")
    county.say(county.objection(call), "zhifa")
    county.say(county.upholding(call), "li")
    county.dispatch(call, "zhujian")
    (fact,) = county.say(suspect, "supervisor")
    assert isinstance(fact, e.FailureSuspected)
    assert [item.place for item in fact.items] == [county.place(call, Action.HANDLE, "zhujian")]
    assert county.refused(suspect, "supervisor").code == "suspicion-stands"


def test_the_platform_says_that_content_is_gone_and_nobody_else_does(county: SupervisedCounty) -> None:
    call = county.silent()
    withdraw = WithdrawMatterContent(call_id=call, order_number="撤〔2026〕1号")
    assert county.refusal(withdraw, PLATFORM_ITSELF).code == "not-found", "nothing was supervised yet"
    county.at("2026-05-19", "17:31")
    county.tick(call)
    assert county.refused(withdraw, "supervisor").status == 403
    assert told(county.ask(withdraw)) == ["ContentWithdrawn"]


def test_the_words_of_a_decision_stand_in_no_fact_of_supervision() -> None:
    """失职 and 尽职 are words of a decision that is taken elsewhere."""
    from domain.shared.events import EVENT_TYPES
    from domain.supervision import words

    said = [
        str(value)
        for kind in vars(words).values()
        if isinstance(kind, type)
        for value in getattr(kind, "__members__", {})
    ]
    labels = [member.label for kind in (words.FailureKind, words.SuspicionState) for member in kind]
    fields = [
        name for wire, kind in EVENT_TYPES.items() if wire.startswith("supervision.") for name in kind.model_fields
    ]
    for text in (*said, *labels, *fields):
        assert "失职" not in text
        assert "尽职" not in text
        assert "derelict" not in text.lower()
