"""批示、交办和其他来源."""

from datetime import timedelta

from domain.calls.around.instruction_events import InstructionRecorded
from domain.calls.around.instructions import RecordInstruction
from domain.calls.delays.suspensions import SuspendCall
from domain.calls.words import InstructionSource
from domain.calls.work.completion import OrderRework
from domain.obligations.counting import recounted
from domain.obligations.reckoning import reckon
from domain.obligations.words import Action
from domain.rules.rulebook import rulebook_of
from tests.domain.calls.asking import suspension
from tests.domain.calls.county import CallCounty
from tests.domain.memory import NODE, local


def instruction(call: object, **more: object) -> RecordInstruction:
    fields = {
        "call_id": call,
        "source": InstructionSource.HOTLINE,
        "number": "12345-0032",
        "text": "三日内办结",
        **more,
    }
    return RecordInstruction(**fields)


def test_an_earlier_limit_shortens_the_handling_and_the_time_used_stays_used(county: CallCounty) -> None:
    call = county.handling("shichang")
    before = county.obligation(call, Action.HANDLE)
    due = local("2026-05-14", "12:00")
    county.pass_time(days=1)
    (fact,) = county.say(instruction(call, due=due), "li")
    assert isinstance(fact, InstructionRecorded)
    after = county.obligation(call, Action.HANDLE)
    assert after.deadline.due == due
    assert after.deadline.opened == before.deadline.opened
    assert after.deadline.limit.basis == "12345热线(12345-0032)"
    assert [moved.deadline for moved in after.moved] == [before.deadline]
    assert county.obligation(call, Action.ASSIST).deadline.due == due
    assert county.obligation(call, Action.RESPOND).moved == ()


def test_what_was_paused_before_is_no_part_of_the_shortened_budget(county: CallCounty) -> None:
    """The limit with its pauses counts again to the named time, now and whenever it is counted anew."""
    call = county.reported()
    county.pass_time(days=1)
    county.say(OrderRework(call_id=call, reason="没有清理干净"), "wang")
    paused = county.obligation(call, Action.HANDLE).pauses[-1]
    assert paused.until is not None
    due = local("2026-05-14", "12:00")
    county.say(instruction(call, due=due), "li")
    after = county.obligation(call, Action.HANDLE)
    assert after.deadline.due == due
    used = due - after.deadline.opened - (paused.until - paused.since)
    assert timedelta(minutes=after.deadline.limit.amount) == used
    calendar = rulebook_of(county.streams, NODE).calendar
    assert recounted(after, calendar).deadline == after.deadline
    assert reckon(after, calendar, county.now).agrees


def test_a_limit_within_a_suspension_shortens_nothing_and_one_behind_it_does(county: CallCounty) -> None:
    """While the clock stands still no time runs out; else it would be due a minute after it goes on."""
    call = county.handling("shichang")
    county.say(suspension(call), "zhifa")
    county.say(SuspendCall(call_id=call, suspension=1), "li")
    before = county.obligation(call, Action.HANDLE).deadline
    county.pass_time(hours=2)
    county.say(instruction(call, due=local("2026-05-13", "17:30")), "li")
    assert county.obligation(call, Action.HANDLE).deadline == before
    assert county.obligation(call, Action.ASSIST).deadline.due == local("2026-05-13", "17:30"), "its own clock runs"
    behind = local("2026-05-18", "17:30")
    assert behind < before.due
    county.say(instruction(call, due=behind), "li")
    assert county.obligation(call, Action.HANDLE).deadline.due == behind


def test_a_later_limit_and_none_leave_the_clocks_as_they_are(county: CallCounty) -> None:
    call = county.handling()
    before = county.call(call).obligations
    county.say(instruction(call, due=county.now + timedelta(days=60)), "li")
    county.say(instruction(call, handler=county.orgs["zhujian"]), "li")
    state = county.call(call)
    assert state.obligations == before
    assert state.lead is not None
    assert state.lead.organization == county.orgs["zhifa"], "it moves no listed duty"


def test_a_limit_that_has_passed_shortens_nothing(county: CallCounty) -> None:
    call = county.handling()
    assert county.refused(instruction(call, due=county.now), "li").field == "due"


def test_only_the_platform_records_it_and_only_while_the_matter_is_open(county: CallCounty) -> None:
    call = county.handling()
    for who in ("wang", "zhifa", "supervisor"):
        assert county.refused(instruction(call), who).status == 403
    assert county.refused(instruction(county.submitted()), "li").status in (403, 409)
