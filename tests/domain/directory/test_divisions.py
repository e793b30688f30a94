"""行政区划: registered from above to below, renamed, abolished."""

import pytest

from domain.directory.division_commands import AbolishDivision, RegisterDivision, RenameDivision
from domain.directory.events import DivisionAbolished, DivisionRegistered, DivisionRenamed
from domain.directory.identity import division_stream
from domain.directory.import_rows import level_of, parent_code_of
from domain.directory.kinds import DivisionLevel
from domain.directory.refusals import (
    AlreadyRegistered,
    DivisionGone,
    MalformedCode,
    NotAdministrator,
    NothingChanged,
    NotYetEffective,
    UnknownDivision,
    WrongLevel,
)
from tests.domain.directory.county import NODE, Town


def _register(code: str, level: DivisionLevel, parent: str | None) -> RegisterDivision:
    return RegisterDivision(code=code, name="某地", level=level, parent_code=parent)


def test_a_village_stands_in_the_stream_of_its_code(town: Town) -> None:
    (fact,) = town.county.ask(_register("370101100001", DivisionLevel.VILLAGE, "370101100000"), town.administrator)
    assert fact.originator_id == division_stream(NODE, "370101100001")
    assert isinstance(fact, DivisionRegistered)
    assert fact.parent_code == "370101100000"


@pytest.mark.parametrize(
    ("code", "level", "parent", "refusal"),
    [
        ("37010110000", DivisionLevel.TOWNSHIP, "370101000000", MalformedCode),
        ("３７０１０１１０００００", DivisionLevel.TOWNSHIP, "370101000000", MalformedCode),
        ("370101100001001", DivisionLevel.VILLAGE, "370101100000", MalformedCode),
        ("370101200000", DivisionLevel.TOWNSHIP, "999999000000", UnknownDivision),
        ("370101200000", DivisionLevel.TOWNSHIP, None, UnknownDivision),
        ("370102000000", DivisionLevel.COUNTY, "370101000000", WrongLevel),
        ("370101100000", DivisionLevel.TOWNSHIP, "370101000000", AlreadyRegistered),
    ],
)
def test_a_division_that_breaks_a_rule_is_refused(
    town: Town, code: str, level: DivisionLevel, parent: str | None, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        town.county.ask(_register(code, level, parent), town.administrator)


def test_a_town_may_stand_directly_under_a_city(town: Town) -> None:
    (fact,) = town.county.ask(_register("370100003000", DivisionLevel.TOWNSHIP, "370100000000"))
    assert isinstance(fact, DivisionRegistered)
    assert fact.parent == division_stream(NODE, "370100000000")


def test_a_grid_code_may_have_fifteen_digits(town: Town) -> None:
    (fact,) = town.county.ask(_register("370101100001001", DivisionLevel.GRID, "370101100000"))
    assert isinstance(fact, DivisionRegistered)
    assert fact.level is DivisionLevel.GRID


def test_a_renamed_division_keeps_what_it_was_called(town: Town) -> None:
    (fact,) = town.county.ask(RenameDivision(code="370101100000", name="城东街道"), town.administrator)
    assert isinstance(fact, DivisionRenamed)
    assert (fact.was, fact.name) == ("城东镇", "城东街道")
    with pytest.raises(NothingChanged):
        town.county.ask(RenameDivision(code="370101100000", name="城东街道"), town.administrator)


def test_an_abolished_division_takes_nothing_more(town: Town) -> None:
    town.county.division("370101101000", "城西镇", DivisionLevel.TOWNSHIP, "370101000000")
    abolish = AbolishDivision(
        code="370101101000", effective_at=town.county.now, successor_codes=("370101100000",), document="民发〔2026〕1号"
    )
    (fact,) = town.county.ask(abolish)
    assert isinstance(fact, DivisionAbolished)
    assert fact.successors == (division_stream(NODE, "370101100000"),)
    for command in (
        abolish,
        RenameDivision(code="370101101000", name="新城西镇"),
        _register("370101101001", DivisionLevel.VILLAGE, "370101101000"),
    ):
        with pytest.raises(DivisionGone):
            town.county.ask(command)


def test_a_division_is_abolished_on_its_day_not_before(town: Town) -> None:
    tomorrow = town.county.now.replace(day=town.county.now.day + 1)
    with pytest.raises(NotYetEffective):
        town.county.ask(AbolishDivision(code="370101100000", effective_at=tomorrow, document="民发〔2026〕1号"))


def test_a_division_is_not_its_own_successor(town: Town) -> None:
    with pytest.raises(UnknownDivision):
        town.county.ask(
            AbolishDivision(
                code="370101100000", effective_at=town.county.now, successor_codes=("370101100000",), document="x"
            )
        )


def test_only_an_administrator_keeps_divisions(town: Town) -> None:
    with pytest.raises(NotAdministrator):
        town.county.ask(RenameDivision(code="370101100000", name="城东街道"), town.caller)


@pytest.mark.parametrize(
    ("code", "level", "parent"),
    [
        ("370000000000", DivisionLevel.PROVINCE, None),
        ("370100000000", DivisionLevel.CITY, "370000000000"),
        ("370101000000", DivisionLevel.COUNTY, "370100000000"),
        ("370101100000", DivisionLevel.TOWNSHIP, "370101000000"),
        ("441900003000", DivisionLevel.TOWNSHIP, "441900000000"),
        ("370101100201", DivisionLevel.VILLAGE, "370101100000"),
        ("370101100201001", DivisionLevel.GRID, "370101100201"),
    ],
)
def test_the_code_tells_the_level_and_what_stands_above(code: str, level: DivisionLevel, parent: str | None) -> None:
    assert level_of(code) is level
    assert parent_code_of(code, level) == parent
