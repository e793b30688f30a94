"""共同呼叫镇街: whose call goes on in another's may press and contest as whoever calls may (decision 0066)."""

from uuid import UUID

import pytest

from domain.calls import events as e
from domain.calls.around import attention, merging
from domain.calls.around import attention_events as ate
from domain.calls.dispatch import passing
from domain.calls.events import CallDeclined
from domain.calls.fold import evolve
from domain.calls.intake import acceptance, submission
from domain.calls.words import Stage
from domain.calls.work import completion
from domain.directory.organization_commands import DissolveOrganization
from domain.obligations.words import Action, Performance
from tests.domain.calls.county import CallCounty


def joined(county: CallCounty, into: UUID) -> UUID:
    """The neighbours' call about the same matter goes on in another one."""
    call = county.submitted(by="west", text="小学门口摆摊堵路", place="学前街东口")
    county.say(submission.EndorseCall(call_id=call), "west_leader")
    county.say(merging.MergeCall(call_id=call, into=into, reason="同一批摊位"), "li")
    return into


def declined(county: CallCounty) -> UUID:
    call = joined(county, county.placed())
    county.say(acceptance.DeclineCall(call_id=call, ground="not_public_affairs", reason="属民事纠纷"), "li")
    return call


def contesting(call: UUID, reason: str = "占的是学生通道") -> acceptance.ContestDecline:
    return acceptance.ContestDecline(call_id=call, reason=reason)


def deciding(call: UUID, *, upheld: bool) -> acceptance.DecideContest:
    return acceptance.DecideContest(call_id=call, upheld=upheld, reason="复核意见")


def reminding(county: CallCounty, call: UUID, organization: str = "zhifa") -> attention.RemindParty:
    return attention.RemindParty(call_id=call, reminded=county.orgs[organization], text="请尽快")


def succeeding(call: UUID, dissolved: UUID) -> passing.SucceedParty:
    return passing.SucceedParty(call_id=call, dissolved=dissolved)


class TestPressing:
    def test_each_township_that_called_urges_and_each_has_a_limit_of_its_own(self, county: CallCounty) -> None:
        call = joined(county, county.handling())
        county.at("2026-05-22", "10:00")
        (first,) = county.say(reminding(county, call), "wang")
        (second,) = county.say(reminding(county, call), "west")
        assert isinstance(first, ate.CallerReminded)
        assert isinstance(second, ate.CallerReminded)
        assert first.township is None, "whose call it is"
        assert second.township is not None
        assert second.township.id == county.orgs["chengxi"]
        for who in ("wang", "west"):
            assert county.refused(reminding(county, call), who).code == "reminded-already"
        county.at("2026-05-25", "10:00")
        county.say(reminding(county, call), "west")

    def test_who_called_first_is_urged_too_where_it_is_late(self, county: CallCounty) -> None:
        """It confirms for all; nobody urges itself."""
        call = joined(county, county.reported())
        county.at("2026-05-29", "10:00")
        assert county.refused(reminding(county, call, "chengdong"), "wang").code == "nothing-overdue"
        (fact,) = county.say(reminding(county, call, "chengdong"), "west")
        assert isinstance(fact, ate.CallerReminded)
        assert fact.task == "confirm"

    def test_the_heir_of_a_caller_has_its_limit(self, county: CallCounty) -> None:
        call = joined(county, county.handling())
        county.at("2026-05-22", "10:00")
        county.say(reminding(county, call), "west")
        document = "示编〔2026〕9号"
        gone, heir = county.orgs["chengxi"], county.orgs["chengdong"]
        county.ask(DissolveOrganization(organization=gone, successor=heir, document=document))
        county.pass_time(minutes=1)
        county.say(succeeding(call, gone), "li")
        assert county.refused(reminding(county, call), "wang").code == "reminded-already"

    def test_whoever_did_not_call_does_not_urge(self, county: CallCounty) -> None:
        call = county.handling()
        county.at("2026-05-22", "10:00")
        assert county.refused(reminding(county, call), "west").code == "not-your-call"


class TestContesting:
    @pytest.mark.parametrize("who", ["wang", "west"])
    def test_each_township_that_called_may_contest_that_it_was_declined(self, county: CallCounty, who: str) -> None:
        call = declined(county)
        for township in ("wang", "west"):
            assert acceptance.ContestDecline in county.offered(call, township)
        (fact,) = county.say(contesting(call), who)
        assert isinstance(fact, e.DeclineContested)
        county.say(deciding(call, upheld=False), "zhao")
        state = county.call(call)
        assert state.stage is Stage.ACCEPTED
        assert state.owing(Action.CONTEST_DECLINE) is None

    def test_each_once_and_each_is_answered_in_the_time_from_its_own_contest(self, county: CallCounty) -> None:
        call = declined(county)
        county.say(contesting(call), "west")
        assert county.refused(contesting(call), "west").code == "wrong-stage"
        county.pass_time(minutes=30)
        county.say(contesting(call, "堵路一周"), "wang")
        answers = [owed for owed in county.call(call).open_obligations if owed.action is Action.ANSWER_CONTEST]
        assert [owed.owed_to_name for owed in answers] == ["城西镇", "城东镇"]
        assert answers[0].deadline.opened < answers[1].deadline.opened
        county.say(deciding(call, upheld=True), "zhao")
        state = county.call(call)
        assert state.stage is Stage.CLOSED
        assert not state.open_obligations

    def test_a_decision_against_one_takes_the_others_contest_from_nobody(self, county: CallCounty) -> None:
        call = declined(county)
        county.say(contesting(call), "wang")
        county.say(deciding(call, upheld=True), "zhao")
        assert county.call(call).stage is Stage.DECLINED
        assert county.refused(contesting(call), "wang").code == "wrong-stage"
        assert county.refused(completion.CloseCall(call_id=call), "li").code == "contest-open"
        county.say(contesting(call), "west")
        county.say(deciding(call, upheld=False), "zhao")
        assert county.call(call).stage is Stage.ACCEPTED

    def test_nor_after_the_time_for_it(self, county: CallCounty) -> None:
        call = declined(county)
        county.say(contesting(call), "wang")
        county.pass_time(days=4)
        assert county.refused(contesting(call), "west").code == "deadline-passed"
        county.say(deciding(call, upheld=True), "zhao")
        state = county.call(call)
        assert state.stage is Stage.CLOSED
        assert not state.open_obligations
        rights = [owed for owed in state.obligations if owed.action is Action.CONTEST_DECLINE]
        assert [owed.performance for owed in rights] == [Performance.MET, Performance.ENDED]

    def test_where_nobody_contests_it_is_filed_after_the_time(self, county: CallCounty) -> None:
        call = declined(county)
        county.pass_time(days=4)
        county.say(completion.CloseCall(call_id=call), "li")
        assert not county.call(call).open_obligations

    def test_facts_of_before_keep_their_reading(self, county: CallCounty) -> None:
        """They asked nobody but the first caller: what is owed later keeps its place."""
        call = declined(county)
        state = None
        for fact in county.history(call):
            earlier = fact.model_copy(update={"co_callers": ()}) if isinstance(fact, CallDeclined) else fact
            state = evolve(state, earlier)
        assert state is not None
        asked = [owed.organization_name for owed in state.obligations if owed.action is Action.CONTEST_DECLINE]
        assert asked == ["城东镇"]
