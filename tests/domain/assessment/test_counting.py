"""计数: which lines a call leaves in the figures, and with which marks."""

from uuid import UUID

import pytest

from domain.assessment.counting import Line, Trail, lines, note
from domain.assessment.marks import Mark
from domain.calls.call import Call
from domain.calls.fold import evolve
from domain.calls.intake.submission import WithdrawCall
from domain.calls.work import handling as h
from domain.obligations.words import Action, Performance
from tests.domain.calls.county import CallCounty


def counted(county: CallCounty, call: UUID) -> list[Line]:
    """The lines of a call that stand in some denominator."""
    folded: Call | None = None
    trail = Trail()
    for fact in county.history(call):
        folded = evolve(folded, fact)
        trail = note(trail, folded, fact)
    assert folded is not None
    return [line for line in lines(folded, trail) if Mark.COUNTS in line.marks]


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
