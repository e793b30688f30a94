"""陈述: the bearer of an obligation says something about it; nothing else changes."""

from dataclasses import replace

from domain.calls.around import statement
from domain.calls.around.statement_events import StatementAdded
from domain.calls.call import Call
from domain.calls.words import Grade
from domain.calls.work import completion
from domain.obligations.words import Action
from domain.rules.events import OfficeCharged
from domain.rules.words import Office
from domain.shared.events import Event
from tests.domain.calls.county import CallCounty
from tests.domain.memory import MemoryStreams


def _place(call: Call, action: Action) -> int:
    return next(place for place, owed in enumerate(call.obligations) if owed.action is action)


def _saying(call: Call, action: Action) -> statement.AddStatement:
    return statement.AddStatement(call_id=call.id, obligation=_place(call, action), text="当日暴雨封路,次日到场")


def test_a_statement_names_what_it_is_about_and_changes_neither_state_nor_clock(county: CallCounty) -> None:
    call = county.handling()
    before = county.call(call)
    (fact,) = county.say(_saying(before, Action.RESPOND), "zhifa")
    assert isinstance(fact, StatementAdded)
    owed = before.obligations[fact.obligation]
    assert (fact.action, fact.opened_by, fact.organization.id) == (Action.RESPOND, owed.opened_by, owed.organization)
    assert county.call(call) == replace(before, version=before.version + 1, changed_at=county.now)


def test_it_can_be_made_when_the_call_is_over(county: CallCounty) -> None:
    call = county.resolved()
    county.say(completion.EvaluateCall(call_id=call, grade=Grade.DISSATISFIED), "wang")
    assert county.say(_saying(county.call(call), Action.HANDLE), "zhifa")


def test_nobody_makes_a_statement_on_what_another_owed(county: CallCounty) -> None:
    call = county.call(county.handling("shichang"))
    for who in ("shichang", "wang", "li"):
        refusal = county.refused(_saying(call, Action.HANDLE), who)
        assert (refusal.code, refusal.status) == ("not-your-obligation", 403)


def test_a_place_the_call_does_not_have_is_refused(county: CallCounty) -> None:
    call = county.handling()
    asked = statement.AddStatement(call_id=call, obligation=99, text="情况说明")
    assert county.refused(asked, "zhifa").code == "invalid"


def test_it_is_taken_where_the_county_has_charged_nobody_with_supervision(county: CallCounty) -> None:
    call = county.handling()
    facts = {stream: list(filter(_not_supervision, events)) for stream, events in county.streams.facts.items()}
    without = replace(county, streams=MemoryStreams(facts))
    (fact,) = without.say(_saying(without.call(call), Action.RESPOND), "zhifa")
    assert isinstance(fact, StatementAdded)
    assert fact.supervision is None
    (told,) = county.say(_saying(county.call(call), Action.RESPOND), "zhifa")
    assert isinstance(told, StatementAdded)
    assert told.supervision is not None
    assert told.supervision.id == county.orgs["ducha"]


def _not_supervision(event: Event) -> bool:
    return not (isinstance(event, OfficeCharged) and event.office is Office.SUPERVISION_BODY)
