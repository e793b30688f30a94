"""The rules the product ships with: complete, citing documents, and as domain.md §4 states them."""

import csv
from importlib.resources import files

import pytest

from domain.rules import refusals
from domain.rules.rulebook import Rulebook
from domain.rules.words import LimitKind, ReasonList
from domain.shared.deadlines import CountFrom, LimitUnit
from domain.shared.urgency import Urgency
from infra.defaults.shipped_rules import shipped_rules
from tests.domain.rules.ruled_county import RuledTown, a_ruled_town
from tests.domain.shared.calendars import at, local

ORDINARY, URGENT, EMERGENCY = Urgency.ORDINARY, Urgency.URGENT, Urgency.EMERGENCY
ONLY_SOME = {
    (LimitKind.FIRST_RESULT, ORDINARY),
    (LimitKind.FIRST_RESULT, URGENT),
    (LimitKind.OBJECTION, EMERGENCY),
    *((LimitKind.CALL, urgency) for urgency in Urgency),
}
"""First results are asked for emergencies only; an emergency can't be objected to; by when a township must have called
is bounded only where the county says so."""


@pytest.fixture(scope="module")
def shipped() -> RuledTown:
    town = a_ruled_town()
    for command in shipped_rules():
        town.ask(command)
    return town


@pytest.fixture(scope="module")
def rules(shipped: RuledTown) -> Rulebook:
    return shipped.rules


def test_every_kind_has_a_limit_for_every_urgency_that_knows_it(rules: Rulebook) -> None:
    wanted = {(kind, urgency) for kind in LimitKind for urgency in Urgency} - ONLY_SOME
    assert set(rules.limits()) == wanted


@pytest.mark.parametrize(
    ("kind", "urgency", "amount", "unit"),
    [
        (LimitKind.ENDORSE, ORDINARY, 4, LimitUnit.WORKING_HOURS),
        (LimitKind.ACCEPT, EMERGENCY, 10, LimitUnit.MINUTES),
        (LimitKind.ACCEPT, ORDINARY, 2, LimitUnit.WORKING_HOURS),
        (LimitKind.DISPATCH, EMERGENCY, 1, LimitUnit.HOURS),
        (LimitKind.DISPATCH, ORDINARY, 4, LimitUnit.WORKING_HOURS),
        (LimitKind.RESPOND, EMERGENCY, 30, LimitUnit.MINUTES),
        (LimitKind.RESPOND, ORDINARY, 1, LimitUnit.WORKING_DAYS),
        (LimitKind.FIRST_RESULT, EMERGENCY, 2, LimitUnit.HOURS),
        (LimitKind.HANDLE, EMERGENCY, 24, LimitUnit.HOURS),
        (LimitKind.HANDLE, ORDINARY, 5, LimitUnit.WORKING_DAYS),
        (LimitKind.HANDLE_COMPLEX, ORDINARY, 10, LimitUnit.WORKING_DAYS),
        (LimitKind.HANDLE_AT_MOST, ORDINARY, 25, LimitUnit.WORKING_DAYS),
        (LimitKind.OBJECTION, ORDINARY, 2, LimitUnit.WORKING_DAYS),
        (LimitKind.MEDIATION, ORDINARY, 1, LimitUnit.WORKING_DAYS),
        (LimitKind.OPINION, ORDINARY, 3, LimitUnit.WORKING_DAYS),
        (LimitKind.OPINION_COMPLEX, ORDINARY, 5, LimitUnit.WORKING_DAYS),
        (LimitKind.EXTENSION_AT_MOST, ORDINARY, 10, LimitUnit.WORKING_DAYS),
        (LimitKind.SUSPENSION_AT_MOST, ORDINARY, 30, LimitUnit.WORKING_DAYS),
        (LimitKind.CONFIRM, ORDINARY, 2, LimitUnit.WORKING_DAYS),
        (LimitKind.LATE_ENTRY, EMERGENCY, 30, LimitUnit.MINUTES),
        (LimitKind.LATE_ENTRY, ORDINARY, 1, LimitUnit.WORKING_DAYS),
        (LimitKind.LATE_ENTRY_CONFIRM, ORDINARY, 1, LimitUnit.WORKING_DAYS),
    ],
)
def test_the_shipped_limits_are_those_of_the_design(
    rules: Rulebook, kind: LimitKind, urgency: Urgency, amount: int, unit: LimitUnit
) -> None:
    limit = rules.limit(kind, urgency)
    assert (limit.amount, limit.unit) == (amount, unit)
    assert (limit.count_from is CountFrom.NEXT_DAY) == (unit is LimitUnit.WORKING_DAYS)


def test_every_limit_cites_an_adopted_document(rules: Rulebook) -> None:
    numbers = {document.number for document in rules.documents()}
    for limit in rules.limits().values():
        assert limit.basis.split(" ")[0] in numbers


def test_what_is_shipped_is_marked_as_a_sample_to_be_replaced(rules: Rulebook) -> None:
    cited = {limit.basis.split(" ")[0] for limit in rules.limits().values()}
    assert cited == {document.number for document in rules.documents() if document.sample}


def test_the_chinese_labels_in_the_file_are_those_of_the_code() -> None:
    with files("infra.defaults").joinpath("limits.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        assert row["label"] == LimitKind(row["kind"]).label
        assert row["urgency_label"] == Urgency(row["urgency"]).label


def test_every_reason_list_is_shipped_and_closed(rules: Rulebook) -> None:
    for reasons in ReasonList:
        assert len(rules.reasons(reasons)) >= 2, reasons


def test_no_list_item_is_never_a_ground_to_decline(rules: Rulebook) -> None:
    for reason in rules.reasons(ReasonList.DECLINE):
        assert "无清单" not in reason.text
        assert "清单外" not in reason.text
        assert "item" not in reason.code


def test_the_shipped_calendar_knows_the_years_from_2004_to_2026(rules: Rulebook) -> None:
    years = [year for year in range(2000, 2030) if rules.calendar.is_announced(year)]
    assert years == list(range(2004, 2027))


def test_five_working_days_over_the_labour_day_of_2026(rules: Rulebook) -> None:
    deadline = rules.calendar.deadline(rules.limit(LimitKind.HANDLE, ORDINARY), at("2026-04-30 15:00"))
    assert (local(deadline.due), deadline.provisional) == ("2026-05-11 17:30:00", False)
    assert "国办发明电〔2025〕7号" in deadline.calendar


def test_carried_out_again_nothing_is_recorded_twice(shipped: RuledTown) -> None:
    for command in shipped_rules():
        with pytest.raises(
            (refusals.DocumentKnown, refusals.NoticeKnown, refusals.NothingChanged, refusals.HoursInThePast)
        ):
            shipped.ask(command)
