"""Whole lives of calls, decided by the real handlers in memory, to be stored and folded."""

from collections.abc import Callable, Mapping, Sequence
from random import Random
from uuid import UUID

from domain.calls.dispatch import objections
from domain.calls.intake import acceptance
from domain.calls.intake import submission as i
from domain.calls.words import ClockPolicy, Grade, NoteReach
from domain.calls.work import completion
from domain.calls.work import handling as h
from domain.calls.work import records as r
from domain.shared.events import Event
from domain.shared.refusals import Refusal
from domain.shared.urgency import Urgency
from tests.domain.calls.county import CallCounty


def evaluated(county: CallCounty) -> UUID:
    """From the first sentence to the archive, on a list item, with an assistant."""
    call = county.accepted()
    county.dispatch(call, "zhifa", "shichang", item=county.code_of("占道经营"))
    county.say(h.Respond(call_id=call, handler="郑专管", contact="0531-1234", first_step="一小时内到场"), "zhifa")
    county.say(h.ReportAssistance(call_id=call, text="已核查经营资质"), "shichang")
    county.say(h.ReportCooperation(call_id=call, text="已劝导摊贩"), "wang")
    county.say(h.ReportResult(call_id=call, text="已清理完毕"), "zhifa")
    county.say(completion.ConfirmResult(call_id=call, text="现场已恢复"), "wang")
    county.say(completion.ResolveCall(call_id=call), "li")
    county.say(completion.EvaluateCall(call_id=call, grade=Grade.BASICALLY, text="基本解决"), "wang")
    return call


def reworked(county: CallCounty) -> UUID:
    call = county.reported("shichang")
    county.say(completion.OrderRework(call_id=call, reason="仍有摊点"), "wang")
    county.say(h.ReportResult(call_id=call, text="再次清理"), "zhifa")
    return call


def dispatched_anew(county: CallCounty) -> UUID:
    """Objected to, designated to another, dispatched again."""
    call = county.designating()
    county.say(county.designation(call), "leader")
    county.dispatch(call, "zhujian")
    return call


def supplemented(county: CallCounty) -> UUID:
    call = county.placed(informant_name="张三丰", informant_phone="13911112222")
    county.say(acceptance.SendCallBack(call_id=call, gaps="请补充照片"), "li")
    county.say(i.SupplementCall(call_id=call, text="门口占道", place="人民路14号"), "wang")
    return call


def upheld(county: CallCounty) -> UUID:
    call = county.objected()
    county.say(objections.UpholdObjection(call_id=call, organization=county.orgs["zhifa"], reason="确不属其职责"), "li")
    return call


def emergency(county: CallCounty) -> UUID:
    return county.handling("shichang", urgency=Urgency.EMERGENCY)


def interim(county: CallCounty) -> UUID:
    return county.interim_resolved()


def consulted(county: CallCounty) -> UUID:
    return county.consulted(actions=[{"organization": county.orgs["zhujian"], "text": "出图", "day": "2026-07-01"}])


LIVES: Mapping[str, Callable[[CallCounty], UUID]] = {
    "submitted": lambda county: county.submitted(),
    "declined": lambda county: county.declined(),
    "supplemented": supplemented,
    "handling": lambda county: county.handling("shichang"),
    "emergency": emergency,
    "upheld": upheld,
    "dispatched anew": dispatched_anew,
    "reworked": reworked,
    "evaluated": evaluated,
    "interim": interim,
    "consulted": consulted,
    "shelved": lambda county: county.shelved(),
    "contested": lambda county: county.contested(),
}
"""Ways a call can go, by name."""


def beside(county: CallCounty, call: UUID, number: int) -> None:
    """Something that may happen beside the main line, if the rules allow it now."""
    deeds = (
        lambda: county.say(r.AddNote(call_id=call, text=f"内部第{number}条"), "li"),
        lambda: county.say(r.AddNote(call_id=call, text=f"各方第{number}条", reach=NoteReach.PARTIES), "wang"),
        lambda: county.say(r.CorrectFact(call_id=call, field="place", is_now=f"{number}号院", reason="写错"), "wang"),
        lambda: county.say(
            r.ChangeUrgency(call_id=call, urgency=Urgency.URGENT, policy=ClockPolicy.RESTART, reason="人多"), "li"
        ),
    )
    try:
        deeds[number % len(deeds)]()
    except Refusal:
        return  # not a step of this stage


def call_facts(county: CallCounty) -> dict[UUID, list[Event]]:
    """The facts of the calls, call by call."""
    return {stream: list(events) for stream, events in county.streams.facts.items() if events[0].wire[:6] == "calls."}


def interleaved(facts: Mapping[UUID, Sequence[Event]], random: Random) -> list[Event]:
    """One order in which all these could have been stored: each call's own order kept, the calls mixed."""
    waiting = [list(reversed(events)) for events in facts.values()]
    mixed = []
    while waiting:
        line = random.choice(waiting)
        mixed.append(line.pop())
        if not line:
            waiting.remove(line)
    return mixed
