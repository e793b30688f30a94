"""导入的未办结事项: what came due on an older platform is nobody's to urge here; what comes due here is."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from domain.calls import events as ce
from domain.calls.history.case import HistoryTerms, OldCase
from domain.calls.history.log import OldOrganization, OldRow, OldStep
from domain.calls.words import BasisKind
from domain.calls.work import handling as h
from domain.directory.register import organization_known
from domain.obligations.words import Action
from domain.shared.events import Event
from domain.supervision import events as e
from domain.supervision.words import FailureKind, Rung, Standing
from tests.domain.calls.old_facts import told as told_of
from tests.domain.memory import NODE, PLATFORM_ITSELF, local
from tests.domain.supervision.county import SupervisedCounty, told

S = OldStep
OLD = local("2024-03-04", "09:00")


def imported(county: SupervisedCounty, rows: Sequence[OldRow], at: datetime) -> UUID:
    """A case as an import takes it in at a moment; more rows of it later."""
    terms = HistoryTerms(
        node=NODE,
        source="原平台",
        file="旧平台.csv",
        imported_at=at,
        platform=_organization(county, "platform").ref,
        basis=BasisKind.POWERS,
        reference="示范县乡呼县应试行办法(2023)",
        calendar=county.rules.calendar,
        limits=county.rules.limits(),
    )
    case = OldCase("GD1", rows, terms)
    known = county.streams.facts.get(case.stream, [])
    county.streams.record(told_of(case, list(known)))
    return case.stream


def _organization(county: SupervisedCounty, code: str) -> OldOrganization:
    found = organization_known(county.streams, county.orgs[code])
    return OldOrganization(ce.OrganizationRef(id=found.id, name=found.name), found.kind)


def rows_of(county: SupervisedCounty, start: datetime = OLD, due: datetime | None = None) -> list[OldRow]:
    """Called, accepted and dispatched; answered two days late, and never handled."""
    town, platform, zhifa = (_organization(county, code) for code in ("chengdong", "platform", "zhifa"))

    def row(number: int, step: OldStep, hours: float, by: OldOrganization, **more: object) -> OldRow:
        at = start + timedelta(hours=hours)
        return OldRow(number, step, f"旧{step.label}", at, at, by, text="说明", **more)  # type: ignore[arg-type]

    return [
        row(2, S.SUBMITTED, 0, town, place="学前街"),
        row(3, S.ACCEPTED, 1, platform),
        row(4, S.DISPATCHED, 2, platform, handler=zhifa, due=due or start + timedelta(days=5)),
        row(5, S.RESPONDED, 96, zhifa, person="郑某", contact="0531-1234"),
    ]


def nothing_due(county: SupervisedCounty, call: UUID) -> None:
    assert county.refusal(county.asking(call), PLATFORM_ITSELF).code == "nothing-due"


def test_what_was_due_before_the_import_rests_and_leads_to_nothing(county: SupervisedCounty) -> None:
    """Neither urge nor draft nor suspicion, though it was answered late and has been overdue for two years."""
    call = imported(county, rows_of(county), at=county.now)
    handle = county.place(call, Action.HANDLE)
    county.pass_time(minutes=1)
    facts = county.tick(call)
    assert set(told(facts)) == {"LadderRested"}
    assert {fact.standing for fact in facts if isinstance(fact, e.LadderRested)} == {Standing.PAST}
    ladder = county.matter(call).ladder(handle, Action.HANDLE)
    assert ladder is not None
    assert (ladder.standing, ladder.rung, ladder.next_at) == (Standing.PAST, None, None)
    assert county.call(call).obligations[handle].overdue_at(county.now), "it is overdue all the same"
    for _ in range(3):
        county.pass_time(days=40)
        nothing_due(county, call)


def test_the_same_call_made_here_climbs_every_rung(county: SupervisedCounty) -> None:
    """So that resting means something."""
    call = imported(county, rows_of(county), at=county.now)
    county.streams.facts[call] = [_as_made_here(fact) for fact in county.streams.facts[call]]
    county.pass_time(minutes=1)
    assert {"UrgeIssued", "OrderDrafted", "CircularDrafted", "FailureSuspected"} <= set(told(county.tick(call)))


def _as_made_here(fact: Event) -> Event:
    return fact.model_copy(update={"imported_from": None, "imported_at": None})


def test_what_comes_due_after_the_import_climbs_from_there(county: SupervisedCounty) -> None:
    """Imported in the middle of its last day: the reminder's time is past, the due time is to come."""
    due = local("2026-05-12", "17:30")
    call = imported(county, rows_of(county, due=due), at=local("2026-05-12", "10:00"))
    handle = county.place(call, Action.HANDLE)
    county.at("2026-05-12", "10:01")
    county.tick(call)
    ladder = county.matter(call).ladder(handle, Action.HANDLE)
    assert ladder is not None
    assert (ladder.standing, ladder.rung) == (Standing.CLIMBING, None)
    assert (ladder.next_rung, ladder.next_at) == (Rung.OVERDUE, due)
    nothing_due(county, call)
    county.at("2026-05-12", "17:30")
    assert told(county.tick(call, handle)) == ["RungReached"]
    county.at("2026-05-13", "09:30")
    facts = county.tick(call, handle)
    assert told(facts) == ["RungReached", "UrgeIssued", "FailureSuspected"]
    assert [fact.kind for fact in facts if isinstance(fact, e.FailureSuspected)] == [FailureKind.INACTION]
    county.at("2026-05-14", "17:30")
    assert told(county.tick(call, handle)) == ["RungReached", "OrderDrafted"]


def test_a_clock_that_stood_still_over_the_import_fires_only_what_came_after_it(county: SupervisedCounty) -> None:
    due = local("2026-05-12", "17:30")
    call = imported(county, rows_of(county, due=due), at=local("2026-05-13", "08:00"))
    county.at("2026-05-15", "09:00")
    facts = county.tick(call, county.place(call, Action.HANDLE))
    rungs = [fact.rung for fact in facts if isinstance(fact, e.RungReached)]
    assert rungs == [Rung.URGE, Rung.ORDER]
    assert told(facts)[len(rungs) :] == ["UrgeIssued", "OrderDrafted"]


def test_what_a_grown_case_brings_is_old_until_it_was_imported(county: SupervisedCounty) -> None:
    """Imported again with further rows, while the clock stood still: what came due in between rests as well."""
    rows, due = rows_of(county, due=local("2026-05-12", "17:30")), local("2026-05-12", "17:30")
    call = imported(county, rows[:3], at=local("2026-05-12", "10:00"))
    handle = county.place(call, Action.HANDLE)
    county.at("2026-05-12", "10:01")
    county.tick(call)
    imported(county, rows, at=local("2026-05-14", "09:00"))
    county.at("2026-05-14", "09:01")
    county.tick(call, handle)
    ladder = county.matter(call).ladder(handle, Action.HANDLE)
    assert ladder is not None
    assert ladder.due == due
    assert (ladder.next_rung, ladder.next_at) == (Rung.ORDER, local("2026-05-14", "17:30"))
    nothing_due(county, call)
    county.at("2026-05-14", "17:30")
    assert told(county.tick(call, handle)) == ["RungReached", "OrderDrafted"]


def test_a_duty_opened_here_on_an_imported_call_climbs_as_any_other(county: SupervisedCounty) -> None:
    call = imported(county, rows_of(county), at=county.now)
    county.pass_time(minutes=1)
    county.tick(call)
    county.say(h.ReportResult(call_id=call, text="已规范"), "zhifa")
    confirm = county.place(call, Action.CONFIRM, "chengdong")
    county.now = county.call(call).obligations[confirm].deadline.due
    assert told(county.tick(call, confirm)) == ["RungReached", "RungReached"]
