"""Random lives of calls: made by the real commands, through nights, weekends, holidays and the end of the year."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from random import Random
from uuid import UUID

from domain.calls.aftermath import evaluations, reopening
from domain.calls.around import attention, instructions, merging
from domain.calls.around.confidentiality import MarkConfidential
from domain.calls.call import Call
from domain.calls.commands import STEPS
from domain.calls.delays import extensions as x
from domain.calls.delays import suspensions as s
from domain.calls.delays import waiting as w
from domain.calls.delays.recomputing import RecomputeClocks
from domain.calls.dispatch import objections, part_dispatching, passing
from domain.calls.intake import acceptance
from domain.calls.intake import submission as i
from domain.calls.rights import Step
from domain.calls.slow_work import consultation, interim, shelving
from domain.calls.words import FINAL_STAGES, RecomputeReason, Stage
from domain.calls.work import completion, late_entries
from domain.calls.work import handling as h
from domain.calls.work import records as r
from domain.directory.organization_commands import DissolveOrganization
from domain.rules.calendar_commands import DeclareOutage, LoadHolidayNotice, SetWorkingHours
from domain.rules.events import Basis
from domain.rules.streams import CalendarRules, evolve_calendar, rules_stream
from domain.rules.words import OutageKind, RuleStream
from domain.shared.calendar import WorkingCalendar
from domain.shared.calendar_days import HolidayNotice, WorkingHours
from domain.shared.commands import Command
from domain.shared.events import Event
from domain.shared.posts import Post
from domain.shared.refusals import Refusal
from domain.shared.urgency import Urgency
from tests.domain.calls.county import CallCounty, the_county
from tests.domain.memory import NODE, PLATFORM_ITSELF, local
from tests.domain.obligations.contents import drawn
from tests.domain.obligations.slow_clock import SlowClock
from tests.domain.obligations.slow_obligation import Owed
from tests.domain.shared.calendars import intervals

STARTS = (
    ("2026-04-29", 4),  # into the holidays of 1 to 5 May, with the make-up Saturday of 9 May
    ("2026-05-08", 3),
    ("2026-05-11", 5),
    ("2026-05-28", 4),  # summer hours take over in June, in one county of the two
    ("2026-09-18", 20),  # a make-up Sunday, a whole week off, a make-up Saturday
    ("2026-12-24", 8),  # the year ends; the notice of 2027 is not out
)
"""From which day on a call is made, within how many days."""
_YEAR_ENDS = local("2026-12-25", "00:00")
NOTICE_2027 = HolidayNotice.model_validate(
    {"year": 2027, "number": "〔2026〕99号(虚构)", "off_days": ["2027-01-01", "2027-01-04", "2027-01-05", "2027-01-20"]}
)
"""It comes in the last days of the year, or later. It takes no day off away: what would be late by it before its clock
stood still keeps its due time, which no calendar gives again."""
PASSING = (0, 0, 0, 0, 1, 5, 12, 25, 45, 90, 240, 480, 900, 1_440, 2_900, 4_320, 10_080, 20_160)
"""Minutes between two things that happen: none, to two weeks."""
SELDOM: set[type[Command]] = {
    r.ChangeUrgency,
    r.AddNote,
    r.AttachEvidence,
    r.CorrectFact,
    i.WithdrawCall,
    acceptance.HandCallOver,
    acceptance.DeclineCall,
    merging.MergeCall,
    merging.SplitCall,
    passing.PassStage,
    instructions.RecordInstruction,
    attention.SendCopy,
    attention.RemindParty,
}
DISPUTE: set[type[Command]] = {
    objections.RaiseObjection,
    objections.UpholdObjection,
    objections.RejectObjection,
    objections.RequestOpinion,
    objections.GiveOpinion,
    objections.DesignateHandler,
    part_dispatching.DispatchPart,
    late_entries.MakeLateEntry,
    late_entries.ConfirmLateEntry,
    late_entries.ContestLateEntry,
    completion.OrderRework,
    acceptance.SendCallBack,
    h.RecordArrival,
}
SLOW: set[type[Command]] = {step.command for step in (*interim.STEPS, *consultation.STEPS, *shelving.STEPS)}
BACK: set[type[Command]] = {step.command for step in (*evaluations.STEPS, *reopening.STEPS)}
DELAY: set[type[Command]] = {step.command for step in (*x.STEPS, *s.STEPS, *w.STEPS)}
WAYS: tuple[str, ...] = ("main",) * 8 + ("dispute",) * 4 + ("slow",) * 4 + ("delay",) * 3 + ("usual",) * 3
WAYS += ("offered", "offered", "anything", "platform", "joined", "succeeded")
SHELF: set[type[Command]] = {step.command for step in shelving.STEPS}
PRESSED: set[type[Command]] = {r.ChangeUrgency, instructions.RecordInstruction}
HINDERED = ("main",) * 6 + ("shelved",) * 3 + ("shelf",) * 4 + ("delay",) * 4 + ("platform",) * 4 + ("usual", "pressed")
"""The ways of a call whose clocks are excused, paused and moved, again and again: some calls are like that."""
PRIMARY: set[type[Command]] = {step.command for step in STEPS if step.primary}
STEPS_OF = {post: [step for step in STEPS if post in step.posts] for post in Post}
WANTED: dict[str, set[type[Command]]] = {
    "main": PRIMARY,
    "dispute": DISPUTE,
    "slow": SLOW | BACK,
    "delay": DELAY,
    "shelf": SHELF,
    "pressed": PRESSED,
}
BY_WIRE = {step.command.wire: step.command for step in STEPS}


@dataclass(frozen=True)
class Days:
    """The calendar of a county, fast and slow."""

    calendar: WorkingCalendar
    clock: SlowClock


@dataclass(frozen=True)
class Life:
    """The facts of one call, the days by which they were made, and the moment it was looked at.

    `founding` are the days known at first; `days` have the notice of the next year as well, if it came (`noticed`).
    """

    facts: list[Event]
    founding: Days
    days: Days
    now: datetime
    final: bool
    noticed: datetime | None

    def days_of(self, owed: Owed) -> Days:
        """By which it has to be counted: a due time was 暂定 until the notice came, and stays so for what was over by
        then, or stood still and never went on."""
        if self.noticed is None or not owed.in_force:
            return self.founding
        was_provisional = owed.in_force[-1].deadline.provisional
        return self.founding if was_provisional and not owed.ran_after(self.noticed) else self.days


def lives(seed: int | str, calls: int, first: int = 0) -> Iterator[Life]:
    """So many lives, or the later ones of them. The same seed gives the same ones."""
    random = Random(str(seed))
    seeds = [random.getrandbits(64) for _ in range(calls)]
    return (life(Random(one)) for one in seeds[first:])


def life(random: Random, *, notices: bool = True) -> Life:
    """One life: somebody does something, time passes, until it is over or nobody goes on; a notice comes, or none."""
    county, founding = _copied(random.random() < 0.5)
    day, days = random.choice(STARTS)
    county.now = local(day, "00:00") + timedelta(minutes=random.randrange(days * 1_440))
    call = _submitted(county, random)
    ways = HINDERED if random.random() < 0.3 else WAYS
    noticed: datetime | None = None
    for _ in range(random.randint(6, 60)):
        state = county.call(call)
        if state.stage in FINAL_STAGES and random.random() < (0.3 if state.stage is Stage.CLOSED else 0.7):
            break
        _pass_time(county, state, random)
        if notices and noticed is None and county.now > _YEAR_ENDS and random.random() < 0.15:
            noticed = _noticed(county, call)
        _act(county, state, random, ways)
    county.now += timedelta(minutes=random.choice(PASSING))
    return Life(
        county.history(call),
        founding,
        founding if noticed is None else _days(county),
        county.now,
        county.call(call).stage in FINAL_STAGES,
        noticed,
    )


def _submitted(county: CallCounty, random: Random) -> UUID:
    command = i.SubmitCall(text="占道经营", place="人民路12号", urgency=random.choice(list(Urgency)))
    (first, *_) = county.ask(command, county.people["wang"], UUID(int=random.getrandbits(128)))
    return first.originator_id


def _noticed(county: CallCounty, call: UUID) -> datetime:
    """The notice of the next year comes, and the platform asks what runs to go by it."""
    county.ask(LoadHolidayNotice(notice=NOTICE_2027), PLATFORM_ITSELF)
    with suppress(Refusal):
        county.ask(RecomputeClocks(call_id=call, reason=RecomputeReason.NOTICE), PLATFORM_ITSELF)
    return county.now


def _pass_time(county: CallCounty, call: Call, random: Random) -> None:
    """Time passes anyhow, or exactly until a clock runs out, or a minute beyond: where it is decided."""
    dues = [owed.deadline.due for owed in call.open_obligations if owed.deadline.due >= county.now]
    if dues and random.random() < 0.2:
        due = random.choice(dues)
        county.now = due.replace(second=0, microsecond=0) + timedelta(minutes=random.choice((0, 0, 1)))
        return
    county.now += timedelta(minutes=random.choice(PASSING))


def _act(county: CallCounty, call: Call, random: Random, ways: Sequence[str]) -> None:
    way = "slow" if call.stage in FINAL_STAGES and random.random() < 0.7 else random.choice(ways)
    if way in ("platform", "shelved", "joined", "succeeded"):
        _around(way, county, call, random)
        return
    if way == "anything":
        offers = [(who, step.command) for who in county.people for step in STEPS]
    else:
        offers = [
            (who, step.command)
            for who, actor in county.people.items()
            for step in _steps_on(way, Post(actor.post))
            if step.who(call, actor.organization) and step.when(call, actor.organization)
        ]
    if not offers:
        return
    kind = BY_WIRE[random.choice(sorted({kind.wire for _, kind in offers}))]
    who = random.choice([who for who, offered in offers if offered is kind])
    _ask(county, drawn(kind, random, county, call), who, UUID(int=random.getrandbits(128)))


@cache
def _steps_on(way: str, post: Post) -> Sequence[Step]:
    """What somebody in the post may think of: whether the call lets them is asked of these only."""
    if way == "usual":
        return [step for step in STEPS_OF[post] if step.command not in SELDOM]
    wanted = WANTED.get(way)
    return [step for step in STEPS_OF[post] if wanted is None or step.command in wanted]


def _around(way: str, county: CallCounty, call: Call, random: Random) -> None:
    """What comes from outside the call: an outage, no money, another call about the matter, a body that is no more."""
    with suppress(Refusal):
        match way:
            case "platform" if random.random() < 0.5:
                county.ask(RecomputeClocks(call_id=call.id, reason=RecomputeReason.NOTICE), PLATFORM_ITSELF)
            case "platform":
                _outage(county, call, random)
            case "shelved" if call.stage is Stage.HANDLING:
                if random.random() < 0.5:
                    _outage(county, call, random)
                county.shelved(call.id)
            case "joined" if random.random() < 0.4:
                other = county.placed(by=random.choice(("wang", "west")))
                county.say(merging.MergeCall(call_id=other, into=call.id, reason="同一件事"), "li")
            case "succeeded" if random.random() < 0.3:
                gone, heir = (county.orgs[name] for name in random.sample(("zhifa", "shichang", "zhujian"), 2))
                _dissolved(county, call, gone, heir, random)
            case "succeeded" if call.stand_ins:
                _ask(county, drawn(passing.SucceedParty, random, county, call), "li", UUID(int=random.getrandbits(128)))


def _dissolved(county: CallCounty, call: Call, gone: UUID, heir: UUID, random: Random) -> None:
    """A body is no more; its heir steps in, or may not, because the call is about its own staff."""
    if random.random() < 0.6:
        with suppress(Refusal):
            county.say(MarkConfidential(call_id=call.id, about=heir, reason="举报人担心被认出"), "wang")
    county.ask(DissolveOrganization(organization=gone, successor=heir, document="示编〔2026〕9号"))
    county.now += timedelta(minutes=1)
    county.ask(passing.SucceedParty(call_id=call.id, dissolved=gone), PLATFORM_ITSELF)


def _outage(county: CallCounty, call: Call, random: Random) -> None:
    """It is over, and declared; every clock that ran through it is excused."""
    lasted = timedelta(minutes=random.choice((10, 90, 600)))
    outage = DeclareOutage(kind=OutageKind.PLATFORM, starts_at=county.now - lasted, ends_at=county.now)
    county.ask(outage, PLATFORM_ITSELF)
    with suppress(Refusal):
        county.ask(RecomputeClocks(call_id=call.id, reason=RecomputeReason.OUTAGE), PLATFORM_ITSELF)


def _ask(county: CallCounty, command: Command, who: str, command_id: UUID) -> None:
    """What is refused leaves nothing behind; the life goes on."""
    with suppress(Refusal):
        county.ask(command, county.people[who], command_id)


def _copied(summer: bool) -> tuple[CallCounty, Days]:
    founded, days = _founded(summer)
    return CallCounty(founded.now, founded.streams.copy(), founded.orgs, founded.people, founded.names), days


def _days(county: CallCounty) -> Days:
    rules = county.streams.get(rules_stream(NODE, RuleStream.CALENDAR), evolve_calendar)
    assert isinstance(rules, CalendarRules)
    return _counted_by(tuple(rules.notices), tuple(rules.hours))


@cache
def _counted_by(notices: tuple[HolidayNotice, ...], hours: tuple[WorkingHours, ...]) -> Days:
    return Days(WorkingCalendar(notices, hours), SlowClock(notices, hours))


@cache
def _founded(summer: bool) -> tuple[CallCounty, Days]:
    """The county with a township and a department that can lead as well; with shorter hours in summer, or not."""
    county = the_county()
    for key, code, name, post in (
        ("town_liaison", "chengdong", "城东镇", Post.LIAISON),
        ("zhifa_leader", "zhifa", "综合行政执法局", Post.LEADER),
    ):
        person = county.in_post(f"p-9{key.replace('_', '-')}", "许某", county.orgs[code], name, post)
        county.people = {**county.people, key: person}
    if summer:
        basis = Basis(document="本县办法(示例)", clause="夏季工作时间")
        for day, spans in (
            ("2026-06-01", (("08:00", "11:30"), ("15:00", "18:00"))),
            ("2026-10-01", (("08:30", "12:00"), ("14:00", "17:30"))),
        ):
            county.ask(
                SetWorkingHours(effective_from=local(day, "12:00").date(), intervals=intervals(*spans), basis=basis)
            )
    return county, _days(county)
