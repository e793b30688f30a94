"""计数: which lines a call leaves in the figures, and with which marks: withdrawn, inherited."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from itertools import pairwise
from uuid import UUID

import pytest

from domain.assessment.counting import THE_CALL, Line, lines
from domain.assessment.definitions import MEASURES, VOLUME
from domain.assessment.marks import Mark
from domain.assessment.measure import CALL, Side
from domain.assessment.trail import Trail, note
from domain.calls.aftermath import evaluations, reopening
from domain.calls.around import merging
from domain.calls.call import Call
from domain.calls.delays import suspensions
from domain.calls.delays.events import CallSuspended
from domain.calls.dispatch import passing
from domain.calls.dispatch.objections import RejectObjection
from domain.calls.fold import evolve
from domain.calls.intake.submission import WithdrawCall
from domain.calls.slow_work.shelving import ReviewShelving
from domain.calls.words import BasisKind, ClockPolicy, LateFact, ReopeningPolicy
from domain.calls.work import completion
from domain.calls.work import handling as h
from domain.calls.work.late_entries import MakeLateEntry
from domain.directory.organization_commands import DissolveOrganization
from domain.obligations.words import Action, Performance
from domain.rules.commands import LimitLine, SetLimits
from domain.rules.events import Basis
from domain.rules.words import LimitKind
from domain.shared.deadlines import LimitUnit
from domain.shared.events import Event
from domain.shared.urgency import Urgency
from tests.domain.calls.asking import extension, granting, suspension
from tests.domain.calls.county import CallCounty


def told(facts: Iterable[Event]) -> tuple[Call, Trail]:
    """A call and its 经过."""
    folded: Call | None = None
    trail = Trail()
    for fact in facts:
        folded = evolve(folded, fact)
        trail = note(trail, folded, fact)
    assert folded is not None
    return folded, trail


def counted(county: CallCounty, call: UUID) -> list[Line]:
    """The lines of a call that stand in some denominator."""
    return [line for line in lines(*told(county.history(call))) if Mark.COUNTS in line.marks]


def one(county: CallCounty, call: UUID, action: Action, organization: str) -> Line:
    """What counts of an organization's action."""
    (line,) = [
        line
        for line in counted(county, call)
        if (line.action, line.organization) == (action.value, county.orgs[organization])
    ]
    return line


def withdraw(county: CallCounty, call: UUID) -> None:
    county.say(WithdrawCall(call_id=call, reason="已解决", asked_by="综合行政执法局电话要求"), "wang")


class TestWithdrawn:
    def test_a_response_still_owed_after_dispatch_stays_counted_for_everybody_who_was_bound(
        self, county: CallCounty
    ) -> None:
        """Whoever gets a township to withdraw leaves no trace else."""
        call = county.handling("shichang")
        county.pass_time(minutes=30)
        withdraw(county, call)
        for party in ("zhifa", "shichang"):
            assert Mark.IN_TIME not in one(county, call, Action.RESPOND, party).marks
        kept = {line.action for line in counted(county, call)}
        assert kept == {"call", "endorse", "accept", "dispatch", "respond"}, "nothing else was due by then"

    def test_a_response_given_before_counts_as_given(self, county: CallCounty) -> None:
        call = county.handling()
        county.say(h.Respond(call_id=call, handler="郑专管", contact="0531-1", first_step="到场"), "zhifa")
        withdraw(county, call)
        assert Mark.IN_TIME in one(county, call, Action.RESPOND, "zhifa").marks

    def test_what_an_upheld_objection_released_does_not_come_back(self, county: CallCounty) -> None:
        call = county.objected()
        county.say(county.upholding(call), "li")
        withdraw(county, call)
        kept = {line.action for line in counted(county, call)}
        assert kept == {"call", "endorse", "accept", "dispatch", "mediate"}

    def test_who_acted_without_a_recorded_response_is_not_counted_as_silent(self, county: CallCounty) -> None:
        """平台无记录 is a state, not a missing response."""
        call = county.handling()
        county.say(h.ReportProgress(call_id=call, text="已到现场劝离"), "zhifa")
        withdraw(county, call)
        assert "respond" not in {line.action for line in counted(county, call)}

    @pytest.mark.parametrize("days", [0, 3])
    def test_before_acceptance_it_leaves_no_figure_however_late_the_platform_is(
        self, county: CallCounty, days: int
    ) -> None:
        call = county.placed()
        county.pass_time(days=days)
        withdraw(county, call)
        late = county.call(call).obligations[-1]
        assert (late.action, late.performance) == (Action.ACCEPT, Performance.UNMET if days else Performance.ENDED)
        assert counted(county, call) == []

    def test_after_it_was_declined_the_answer_counts(self, county: CallCounty) -> None:
        call = county.declined()
        withdraw(county, call)
        assert [line.action for line in counted(county, call)] == ["call", "endorse", "accept"]


def dissolved(county: CallCounty, call: UUID, gone: str, heir: str) -> None:
    """A body is no more, and the platform says who goes on with the call."""
    county.pass_time(minutes=1)
    document = "示编〔2026〕9号"
    county.ask(DissolveOrganization(organization=county.orgs[gone], successor=county.orgs[heir], document=document))
    county.pass_time(minutes=1)
    county.say(passing.SucceedParty(call_id=call, dissolved=county.orgs[gone]), "li")


def _extended(county: CallCounty, call: UUID, who: str = "zhifa") -> None:
    county.say(extension(call), who)
    county.say(granting(call), "li")


def _passed_on(county: CallCounty, call: UUID, taker: str, by: str = "zhifa") -> None:
    county.say(
        passing.PassStage(
            call_id=call,
            handler=county.orgs[taker],
            point="检测不合格",
            basis=BasisKind.STATUTE,
            reference="《大气污染防治法》第一百一十八条",
            text="移交材料",
        ),
        by,
    )


def _extended_again(county: CallCounty, call: UUID, who: str) -> None:
    county.say(extension(call, 1, ground="complex_facts"), who)
    county.say(granting(call, 1, number=2), "li")


def _suspended(county: CallCounty, call: UUID, who: str = "zhifa", last_day: str = "2026-05-14") -> None:
    county.say(suspension(call, last_day), who)
    county.say(suspensions.SuspendCall(call_id=call, suspension=len(county.call(call).delays)), "li")


def _with_one_of_two_run_out(county: CallCounty) -> UUID:
    """One body with two duties: extended, the assistance has time; the handling that it inherited has none."""
    call = county.handling("zhujian")
    _extended(county, call, "zhujian")
    dissolved(county, call, "zhifa", "zhujian")
    county.at("2026-05-20", "10:00")
    return call


def test_a_call_made_in_time_is_one_call_of_its_township(county: CallCounty) -> None:
    """Where the county bounds it (decision 0060): the duty to call is no second call."""
    basis = Basis(document="本县办法(示例)", clause="及时呼叫")
    four_hours = LimitLine(
        kind=LimitKind.CALL, urgency=Urgency.ORDINARY, amount=4, unit=LimitUnit.WORKING_HOURS, basis=basis
    )
    county.ask(SetLimits(lines=(four_hours,)))
    call = county.placed(discovered_at=county.now)
    assert [line.place for line in counted(county, call) if VOLUME.counts(line.action, line.marks)] == [THE_CALL]
    assert CALL not in {action.value for action in Action}


class TestInherited:
    """What the dissolved body was granted or objected to stands beside the duty wherever it went."""

    @pytest.mark.parametrize(
        ("happened", "mark"),
        [
            (_extended, Mark.EXTENDED),
            (_suspended, Mark.SUSPENDED),
            (lambda county, call: county.shelved(call), Mark.SHELVED),
            (lambda county, call: county.say(county.objection(call), "zhifa"), Mark.OBJECTED),
            (lambda county, call: county.say(h.ReportResult(call_id=call, text="已清理"), "zhifa"), Mark.REPORTED),
        ],
        ids=["extension", "suspension", "shelving", "objection", "result"],
    )
    @pytest.mark.parametrize("heirs", [("zhujian",), ("zhujian", "huanjing")], ids=["heir", "heirs-heir"])
    def test_its_successor_answers_with_what_happened_before(
        self, county: CallCounty, happened: Callable[[CallCounty, UUID], object], mark: Mark, heirs: tuple[str, ...]
    ) -> None:
        call = county.handling()
        happened(county, call)
        for gone, heir in pairwise(("zhifa", *heirs)):
            dissolved(county, call, gone, heir)
        if mark is Mark.REPORTED:
            county.say(completion.OrderRework(call_id=call, reason="没有解决"), "wang")
            mark |= Mark.REWORKED
        action = Action.RESPOND if mark is Mark.OBJECTED else Action.HANDLE
        assert mark in one(county, call, action, heirs[-1]).marks

    def test_a_duty_that_is_the_heirs_own_takes_nothing_over(self, county: CallCounty) -> None:
        """The assistant that becomes the lead's successor goes on with two duties; one of them was its own."""
        call = county.handling("zhujian")
        _extended(county, call)
        dissolved(county, call, "zhifa", "zhujian")
        assert Mark.EXTENDED in one(county, call, Action.HANDLE, "zhujian").marks
        assert Mark.EXTENDED not in one(county, call, Action.ASSIST, "zhujian").marks

    @pytest.mark.parametrize(
        ("happened", "mark"),
        [(_extended, Mark.EXTENDED), (_suspended, Mark.SUSPENDED)],
        ids=["extension", "suspension"],
    )
    def test_what_the_heir_had_asked_for_as_assistant_stands_beside_that_duty_alone(
        self, county: CallCounty, happened: Callable[..., None], mark: Mark
    ) -> None:
        """Until it is granted something for what it has inherited, too."""
        call = county.handling("zhujian")
        happened(county, call, "zhujian")
        dissolved(county, call, "zhifa", "zhujian")
        assert mark in one(county, call, Action.ASSIST, "zhujian").marks
        assert mark not in one(county, call, Action.HANDLE, "zhujian").marks
        assert Mark.OBJECTED not in one(county, call, Action.HANDLE, "zhujian").marks
        dissolved(county, call, "zhujian", "huanjing")
        assert mark in one(county, call, Action.ASSIST, "huanjing").marks
        assert mark not in one(county, call, Action.HANDLE, "huanjing").marks

    def test_what_the_heir_asks_for_again_stands_beside_what_it_has_inherited(self, county: CallCounty) -> None:
        call = county.handling("zhujian")
        _extended(county, call, "zhujian")
        dissolved(county, call, "zhifa", "zhujian")
        _extended_again(county, call, "zhujian")
        assert Mark.EXTENDED in one(county, call, Action.HANDLE, "zhujian").marks

    @pytest.mark.parametrize(
        ("happened", "mark"),
        [
            (lambda county, call, who, _: _extended_again(county, call, who), Mark.EXTENDED),
            (_suspended, Mark.SUSPENDED),
        ],
        ids=["extension", "suspension"],
    )
    def test_what_moves_one_of_two_clocks_stands_beside_that_duty_alone(
        self, county: CallCounty, happened: Callable[..., None], mark: Mark
    ) -> None:
        """What it inherited had run out; whoever inherits both later has them marked the same."""
        call = _with_one_of_two_run_out(county)
        happened(county, call, "zhujian", "2026-05-22")
        assert mark not in one(county, call, Action.HANDLE, "zhujian").marks
        assert mark in one(county, call, Action.ASSIST, "zhujian").marks
        dissolved(county, call, "zhujian", "huanjing")
        assert mark not in one(county, call, Action.HANDLE, "huanjing").marks
        assert mark in one(county, call, Action.ASSIST, "huanjing").marks

    @pytest.mark.parametrize("how", ["nothing", "whatever was running"])
    def test_facts_of_earlier_builds_are_told_as_they_were_meant(self, county: CallCounty, how: str) -> None:
        """Without the clocks that moved, or without what opened these: both had to be done, one was running."""
        call = _with_one_of_two_run_out(county)
        _suspended(county, call, "zhujian", "2026-05-22")
        facts = county.history(call)
        (suspended,) = (fact for fact in facts if isinstance(fact, CallSuspended))
        clocks = () if how == "nothing" else (clock.model_copy(update={"opened_by": None}) for clock in suspended.moved)
        earlier = suspended.model_copy(update={"moved": tuple(clocks)})
        state, trail = told(fact if fact is not suspended else earlier for fact in facts)
        marked = {line.action for line in lines(state, trail) if Mark.SUSPENDED in line.marks}
        assert marked == ({"handle", "assist"} if how == "nothing" else {"assist"})

    def test_a_suspension_that_moved_no_clock_is_one_of_everything_that_was_to_be_done(
        self, county: CallCounty
    ) -> None:
        """All had run out; and so with facts that do not say what they moved."""
        call = _with_one_of_two_run_out(county)
        county.pass_time(days=20)
        _suspended(county, call, "zhujian", last_day="2026-06-12")
        for action in (Action.HANDLE, Action.ASSIST):
            assert Mark.SUSPENDED in one(county, call, action, "zhujian").marks

    def test_a_suspension_that_moved_the_townships_clock_alone_is_one_of_the_leads_work(
        self, county: CallCounty
    ) -> None:
        """Started anew, the handling had run out; the cooperation due with it had been given more time before."""
        call = county.handling(item=county.code_of("占道经营"))
        _extended(county, call)
        county.say(h.ReportResult(call_id=call, text="已清理"), "zhifa")
        county.say(completion.ConfirmResult(call_id=call), "wang")
        county.say(completion.OrderRework(call_id=call, reason="反弹", policy=ClockPolicy.RESTART), "li")
        county.at("2026-05-20", "10:00")
        _suspended(county, call, last_day="2026-05-22")
        (suspended,) = (fact for fact in county.history(call) if isinstance(fact, CallSuspended))
        assert [clock.task for clock in suspended.moved] == ["cooperate"]
        assert Mark.SUSPENDED in one(county, call, Action.HANDLE, "zhifa").marks

    def test_what_the_heir_objected_to_as_assistant_is_not_said_of_the_response_it_inherits(
        self, county: CallCounty
    ) -> None:
        """Asked for by different facts: by the dispatch, and by passing on what the dissolved body led."""
        call = county.handling("zhujian")
        _passed_on(county, call, "huanjing")
        county.say(county.objection(call), "zhujian")
        dissolved(county, call, "huanjing", "zhujian")
        responses = [
            line
            for line in counted(county, call)
            if (line.action, line.organization) == ("respond", county.orgs["zhujian"])
        ]
        own, inherited = sorted(responses, key=lambda line: line.place)
        assert (Mark.OBJECTED in own.marks, Mark.OBJECTED in inherited.marks) == (True, False)

    def test_what_moves_first_one_clock_and_then_the_other_stands_beside_both(self, county: CallCounty) -> None:
        call = county.handling("zhujian")
        _extended(county, call, "zhujian")
        dissolved(county, call, "zhifa", "zhujian")
        county.say(h.ReportAssistance(call_id=call, text="已核查"), "zhujian")
        _extended_again(county, call, "zhujian")
        for action in (Action.ASSIST, Action.HANDLE):
            assert Mark.EXTENDED in one(county, call, action, "zhujian").marks

    def test_what_the_heir_is_granted_later_is_marked_once(self, county: CallCounty) -> None:
        call = county.handling()
        dissolved(county, call, "zhifa", "zhujian")
        county.say(extension(call), "zhujian")
        county.say(granting(call), "li")
        held = [line.organization_name for line in counted(county, call) if Mark.EXTENDED in line.marks]
        assert set(held) == {"住房和城乡建设局"}


class TestPassedOnAndBack:
    """One body that handled, passed the work on and got it back in the same round has two duties of one kind."""

    def _back(self, county: CallCounty, call: UUID, days: int = 0) -> None:
        """The handling goes on to another body and comes back; late, the first duty stays its bearer's."""
        county.pass_time(days=days)
        _passed_on(county, call, "huanjing")
        county.pass_time(minutes=1)
        _passed_on(county, call, "zhifa", by="huanjing")

    def _of(self, county: CallCounty, call: UUID, action: Action, mark: Mark) -> list[bool]:
        """Of each duty of the body, in order, whether the mark stands beside it."""
        return [
            mark in line.marks
            for line in lines(*told(county.history(call)))
            if (line.action, line.organization) == (action.value, county.orgs["zhifa"])
        ]

    @pytest.mark.parametrize("days", [0, 40], ids=["in time", "late"])
    def test_what_was_on_the_shelf_before_is_not_the_new_duty_s(self, county: CallCounty, days: int) -> None:
        call = county.handling()
        county.shelved(call)
        county.say(ReviewShelving(call_id=call, shelved_on=False, policy=ClockPolicy.CONTINUE, reason="具备条件"), "li")
        self._back(county, call, days)
        assert self._of(county, call, Action.HANDLE, Mark.SHELVED) == [True, False]

    def test_what_is_put_on_the_shelf_afterwards_is_not_the_former_duty_s(self, county: CallCounty) -> None:
        """Late as it was passed on, that one counts, and is done with."""
        call = county.handling()
        self._back(county, call, days=40)
        county.shelved(call)
        assert self._of(county, call, Action.HANDLE, Mark.SHELVED) == [False, True]

    def test_a_result_and_its_rework_belong_to_the_duty_they_are_of(self, county: CallCounty) -> None:
        call = county.handling()
        self._back(county, call, days=40)
        county.say(h.ReportResult(call_id=call, text="已清理"), "zhifa")
        county.say(completion.OrderRework(call_id=call, reason="没有解决"), "wang")
        for mark in (Mark.REPORTED, Mark.REWORKED):
            assert self._of(county, call, Action.HANDLE, mark) == [False, True]

    def test_what_was_sent_back_before_is_not_the_new_duty_s(self, county: CallCounty) -> None:
        call = county.handling()
        county.say(h.ReportResult(call_id=call, text="已清理"), "zhifa")
        county.say(completion.OrderRework(call_id=call, reason="没有解决"), "wang")
        self._back(county, call)
        for mark in (Mark.REPORTED, Mark.REWORKED):
            assert self._of(county, call, Action.HANDLE, mark) == [True, False]

    def test_a_suspension_of_what_had_run_out_is_not_the_former_duty_s(self, county: CallCounty) -> None:
        """It moved no clock, and is told of the work its bearer had by then."""
        call = county.handling()
        self._back(county, call, days=40)
        county.pass_time(days=40)
        _suspended(county, call, last_day=(county.now + timedelta(days=3)).date().isoformat())
        assert self._of(county, call, Action.HANDLE, Mark.SUSPENDED) == [False, True]

    @pytest.mark.parametrize("before", [True, False], ids=["before", "afterwards"])
    def test_an_objection_belongs_to_the_dispatch_it_was_to(self, county: CallCounty, before: bool) -> None:
        call = county.handling()
        if before:
            county.say(county.objection(call), "zhifa")
            zhifa = county.orgs["zhifa"]
            county.say(RejectObjection(call_id=call, organization=zhifa, reason="属其职责"), "li")
        self._back(county, call)
        if not before:
            county.say(county.objection(call), "zhifa")
        for action in (Action.RESPOND, Action.HANDLE):
            assert self._of(county, call, action, Mark.OBJECTED) == [before, not before]


class TestLateEntries:
    """补录 tells of a response, an arrival or a phone call: of the answer to the dispatch, and of nothing else."""

    def _entered(
        self, county: CallCounty, call: UUID, at: datetime, who: str = "zhifa", fact: LateFact = LateFact.RESPONSE
    ) -> None:
        entry = MakeLateEntry(call_id=call, fact=fact, occurred_at=at, text="到场", reason="无信号", proof="通话记录")
        county.say(entry, who)

    def _marked(self, county: CallCounty, call: UUID) -> list[tuple[str, int]]:
        """Which duties it stands beside, by their round."""
        state, trail = told(county.history(call))
        marked = (line for line in lines(state, trail) if Mark.LATE_ENTRY in line.marks)
        return [(line.action, state.obligations[line.place].round) for line in marked]

    @pytest.mark.parametrize("fact", list(LateFact))
    def test_it_stands_beside_the_response_alone(self, county: CallCounty, fact: LateFact) -> None:
        call, dispatched = county.handling("shichang", urgency=Urgency.EMERGENCY), county.now
        county.pass_time(days=3)
        self._entered(county, call, dispatched + timedelta(minutes=10), fact=fact)
        assert self._marked(county, call) == [("respond", 1)]

    @pytest.mark.parametrize("of", [1, 2])
    def test_it_stands_beside_the_response_of_the_round_it_is_of(self, county: CallCounty, of: int) -> None:
        """Dispatched anew in the meantime; the assistant of before leads."""
        call, then = county.handling("shichang"), county.now + timedelta(minutes=10)
        county.pass_time(days=1)
        county.say(county.objection(call), "zhifa")
        county.say(county.upholding(call), "li")
        county.dispatch(call, "shichang")
        again = county.now + timedelta(minutes=10)
        county.pass_time(days=4)
        self._entered(county, call, then if of == 1 else again, who="shichang")
        assert self._marked(county, call) == [("respond", of)]

    @pytest.mark.parametrize("first", [True, False], ids=["the first", "the second"])
    def test_passed_on_and_back_it_stands_beside_the_response_it_is_of(self, county: CallCounty, first: bool) -> None:
        call, then = county.handling(), county.now + timedelta(minutes=10)
        county.pass_time(days=1)
        _passed_on(county, call, "huanjing")
        _passed_on(county, call, "zhifa", by="huanjing")
        again = county.now + timedelta(minutes=10)
        county.pass_time(days=4)
        self._entered(county, call, then if first else again)
        state, trail = told(county.history(call))
        zhifa = [line for line in lines(state, trail) if line.organization == county.orgs["zhifa"]]
        marked = [line.place for line in zhifa if Mark.LATE_ENTRY in line.marks]
        responses = [line.place for line in zhifa if line.action == "respond"]
        assert marked == [responses[0 if first else 1]]

    def test_of_what_was_answered_already_it_stands_beside_the_answer(self, county: CallCounty) -> None:
        """It says nothing new, and was entered late all the same."""
        call, then = county.handling(), county.now + timedelta(minutes=10)
        county.say(h.Respond(call_id=call, handler="郑专管", contact="0531-1", first_step="到场"), "zhifa")
        county.pass_time(days=4)
        self._entered(county, call, then, fact=LateFact.PHONE_CALL)
        assert self._marked(county, call) == [("respond", 1)]


def test_what_happened_before_a_call_was_opened_again_is_not_the_new_duty_s(county: CallCounty) -> None:
    """Sent back once and opened again: one of one reported result was sent back, not two of two."""
    call = county.handling()
    county.say(extension(call, 2), "zhifa")
    county.say(granting(call, 2), "li")
    county.say(h.ReportResult(call_id=call, text="已清理"), "zhifa")
    county.say(completion.OrderRework(call_id=call, reason="没有清理干净"), "wang")
    county.say(h.ReportResult(call_id=call, text="再次清理"), "zhifa")
    county.say(completion.ConfirmResult(call_id=call), "wang")
    county.say(completion.ResolveCall(call_id=call), "li")
    county.say(reopening.ReopenCall(call_id=call, policy=ReopeningPolicy.RESTART, reason="又来了"), "wang")
    former = Mark.REPORTED | Mark.REWORKED | Mark.EXTENDED
    first, again = (line for line in counted(county, call) if line.action == Action.HANDLE.value)
    assert first.marks & (former | Mark.REOPENED) == former | Mark.REOPENED
    assert not again.marks & former
    county.say(h.ReportResult(call_id=call, text="第三次清理"), "zhifa")
    first, again = (line for line in counted(county, call) if line.action == Action.HANDLE.value)
    assert again.marks & former == Mark.REPORTED


def test_a_part_that_the_lead_took_over_is_no_further_matter_to_resolve(county: CallCounty) -> None:
    """One report answers for the whole, so one matter is resolved. It was asked of it, and had its own time to respond
    and to handle."""
    call = county.taken_over()
    county.say(h.Respond(call_id=call, handler="郑某", contact="13900000000", first_step="到场"), "zhifa")
    county.say(h.ReportResult(call_id=call, text="已清理"), "zhifa")
    county.say(completion.OrderRework(call_id=call, reason="没有清理干净"), "wang")
    county.say(h.ReportResult(call_id=call, text="再次清理"), "zhifa")
    county.say(completion.ConfirmResult(call_id=call), "wang")
    county.say(completion.ResolveCall(call_id=call), "li")
    work = [line for line in counted(county, call) if line.organization == county.orgs["zhifa"]]
    figures = {
        name: (
            sum(measure.meets(line.action, line.marks) for line in work),
            sum(measure.counts(line.action, line.marks) for line in work),
        )
        for name, measure in MEASURES.items()
        if measure.side is Side.HANDLERS
    }
    for name in ("completion", "rework"):
        assert figures[name] == (1, 1), name
    for name in ("interim", "reopening", "shelving"):
        assert figures[name] == (0, 1), name
    assert (figures["on_time"], figures["response"]) == ((2, 2), (2, 2))


def test_a_part_that_the_platform_split_off_is_no_further_call_of_the_township(county: CallCounty) -> None:
    """Nor did the platform take anything in: the part was accepted with the call it came from."""
    call = county.handling()
    (_, submitted, *_) = county.say(
        merging.SplitCall(call_id=call, text="路灯不亮", place="学前街东口", reason="另一件事"), "li"
    )
    actions = {line.action for line in counted(county, submitted.originator_id)}
    assert CALL not in actions
    assert Action.ACCEPT.value not in actions
    assert {CALL, Action.ACCEPT.value} <= {line.action for line in counted(county, call)}


@pytest.mark.parametrize(
    ("convener", "side"), [("li", Side.OFFICES), ("wang", Side.TOWNSHIPS), ("mayor", Side.TOWNSHIPS)]
)
def test_a_consultation_counts_where_whoever_convened_it_stands(county: CallCounty, convener: str, side: Side) -> None:
    """The platform's among offices, a township's among townships, and nobody's in both."""
    call = county.consulted(by=convener)
    (held,) = (line for line in counted(county, call) if line.action == Action.HOLD.value)
    counting = [one for one in MEASURES.values() if one.counts(held.action, held.marks)]
    assert [one.side for one in counting] == [side]
    assert all(one.meets(held.action, held.marks) for one in counting)


def test_what_a_township_did_before_it_was_dissolved_stays_a_townships(county: CallCounty) -> None:
    """What it convened and what it confirmed: with the call, which is its successor's now."""
    call = county.consulted(by="wang")
    county.say(h.ReportResult(call_id=call, text="已清理"), "zhifa")
    county.say(completion.ConfirmResult(call_id=call), "wang")
    county.pass_time(minutes=1)
    dissolved(county, call, "chengdong", "chengxi")
    done = {line.action: line for line in counted(county, call) if line.action in ("hold", "confirm")}
    assert {line.organization_name for line in done.values()} == {"城东镇"}
    for action, measure in (("hold", "township_consulting_in_time"), ("confirm", "confirm_in_time")):
        assert MEASURES[measure].meets(action, done[action].marks)
    assert not MEASURES["consulting_in_time"].counts("hold", done["hold"].marks)


def test_an_evaluation_that_was_taken_out_was_never_asked_for(county: CallCounty) -> None:
    """Or nobody would take part of those who were."""
    call = county.contested()
    marks = Mark.RESOLVED | Mark.RATED | Mark.EVALUATED
    assert one(county, call, Action.HANDLE, "zhifa").marks & marks == marks
    county.say(evaluations.ProposeExclusion(call_id=call, reason="与本事项无关"), "li")
    county.say(evaluations.ExcludeEvaluation(call_id=call), "supervisor")
    assert one(county, call, Action.HANDLE, "zhifa").marks & marks == Mark.RESOLVED


def test_a_dispatch_answers_for_the_round_it_began(county: CallCounty) -> None:
    """Two dispatches, and the first was wrong; what is still to be dispatched came to nothing yet."""
    call = county.objected()
    county.say(county.upholding(call), "li")
    first, second = (line.marks for line in counted(county, call) if line.action == Action.DISPATCH.value)
    came = Mark.REPORTED | Mark.MISDISPATCHED
    assert (first & came, second & came) == (came, Mark(0))
    county.dispatch(call, "zhujian")
    first, second = (line.marks for line in counted(county, call) if line.action == Action.DISPATCH.value)
    assert (first & came, second & came) == (came, Mark.REPORTED)


def test_each_lead_is_counted_by_the_item_it_was_bound_by(county: CallCounty) -> None:
    """By the list, passed on by a statute; the confirmation of the result belongs to who led then."""
    call = county.handling(item=county.code_of("占道经营"))
    county.pass_time(hours=1)
    _passed_on(county, call, "huanjing")
    county.say(h.ReportResult(call_id=call, text="已处罚"), "huanjing")
    state, trail = told(county.history(call))
    titles = {
        (line.action, line.organization_name): line.basis.title for line in lines(state, trail) if line.place >= 0
    }
    assert titles[Action.HANDLE.value, "综合行政执法局"] == "占道经营"
    assert titles[Action.HANDLE.value, "生态环境分局"] == ""
    assert titles[Action.CONFIRM.value, "城东镇"] == ""


def test_what_happened_to_the_work_is_not_said_of_the_response(county: CallCounty) -> None:
    call = county.handling()
    county.say(h.Respond(call_id=call, handler="郑某", contact="13900000000", first_step="到场"), "zhifa")
    county.say(county.objection(call), "zhifa")
    county.say(extension(call, 2), "zhifa")
    county.say(granting(call, 2), "li")
    county.say(h.ReportResult(call_id=call, text="已清理"), "zhifa")
    county.say(completion.OrderRework(call_id=call, reason="没有清理干净"), "wang")
    marks = {Action(line.action): line.marks for line in counted(county, call) if line.action in ("respond", "handle")}
    happened = Mark.OBJECTED | Mark.EXTENDED | Mark.REPORTED | Mark.REWORKED
    assert marks[Action.HANDLE] & happened == happened
    assert marks[Action.RESPOND] & happened == Mark.OBJECTED
