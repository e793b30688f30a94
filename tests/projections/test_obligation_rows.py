"""应履责事项 and calls in rows: what is laid out is what is read, and the usual is not written down."""

from dataclasses import fields
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import orjson
import pytest
from psycopg.types.json import Jsonb

from domain.calls.call import Call
from domain.calls.fold import evolve
from domain.obligations.obligation import Excuse, Moved, Obligation, Pause
from domain.obligations.words import Ending, ExcuseGround, PauseGround
from domain.shared.changes import changed
from projections.calls.obligation_rows import obligation_of, obligation_row
from projections.calls.view import call_json
from projections.engine.row_tables import to_json
from tests.domain.calls.county import the_county
from tests.projections.histories import LIVES, call_facts


@pytest.fixture(scope="module")
def calls() -> list[Call]:
    """A call of every life, as it stood after each of its facts."""
    county = the_county()
    for life in LIVES.values():
        life(county)
    found: list[Call] = []
    for facts in call_facts(county).values():
        call: Call | None = None
        for fact in facts:
            call = evolve(call, fact)
            found.append(call)
    return found


def test_an_obligation_read_from_its_row_is_the_one_that_was_laid_out(calls: list[Call]) -> None:
    laid = [(owed, obligation_row(call, place)) for call in calls for place, owed in enumerate(call.obligations)]
    assert {bool(owed.pauses) for owed, _ in laid} == {True, False}
    for owed, row in laid:
        assert obligation_of(SimpleNamespace(**_as_read(row))) == owed


def test_an_obligation_with_everything_that_can_happen_to_one_comes_back_whole(calls: list[Call]) -> None:
    call = next(call for call in calls if call.obligations)
    owed = call.obligations[0]
    eventful = changed(
        owed,
        round=3,
        entry=2,
        moved=(Moved(owed.deadline, 3),),
        pauses=(
            Pause(PauseGround.SUPPLEMENT, owed.begun, 4, owed.deadline.due),
            Pause(PauseGround.SHELVED, owed.begun, 5),
        ),
        excuses=(Excuse(ExcuseGround.WAITING, owed.begun, 6),),
        justified_until=owed.deadline.due,
        breached=True,
        ended=owed.deadline.due,
        ended_by=7,
        ending=Ending.LAPSED,
        attested_by=8,
        traces=True,
        inherited_from=call.township,
        reworks=2,
    )
    assert {field.name for field in fields(Obligation) if getattr(eventful, field.name) == field.default} == {
        "performed"
    }
    row = obligation_row(changed(call, obligations=(eventful,)), 0)
    assert obligation_of(SimpleNamespace(**_as_read(row))) == eventful


def test_a_deadline_comes_back_whole_whether_its_fact_recorded_the_reminding_time_or_not(calls: list[Call]) -> None:
    call = next(call for call in calls if call.obligations)
    owed = call.obligations[0]
    for clock in (
        owed.deadline.model_copy(update={"provisional": True, "parts": (owed.deadline.limit,) * 2}),
        owed.deadline.model_copy(update={"due_soon": None, "calendar": ""}),
        owed.deadline.model_copy(update={"day": owed.deadline.due.date()}),
    ):
        read = changed(owed, deadline=clock)
        row = obligation_row(changed(call, obligations=(read,)), 0)
        assert obligation_of(SimpleNamespace(**_as_read(row))) == read
        assert row["due_soon_at"] is not None


def test_what_has_a_column_or_is_as_usual_stands_in_no_ledger(calls: list[Call]) -> None:
    for call in calls:
        for place, owed in enumerate(call.obligations):
            ledger = _as_read(obligation_row(call, place))["ledger"]
            assert not ledger.keys() & {"action", "organization", "owed_to", "performed", "ended", "justified_until"}
            assert not ledger["deadline"].keys() & {"opened", "due", "due_soon", "parts", "provisional"}
            assert ("day" in ledger["deadline"]) == (owed.deadline.day is not None)
            assert ("pauses" in ledger, "reworks" in ledger) == (bool(owed.pauses), bool(owed.reworks))


def test_a_call_read_from_its_row_is_the_one_that_was_laid_out(calls: list[Call]) -> None:
    for call in calls:
        stated = orjson.loads(to_json(call))
        assert call_json.validate_python(stated) == call
        assert ("late_entries" in stated, "merged_into" in stated) == (bool(call.late_entries), bool(call.merged_into))


def test_a_call_that_was_read_is_laid_out_as_before(calls: list[Call]) -> None:
    """Else the rows of a view that was fed one fact at a time would differ from those of one built anew."""
    for call in calls:
        laid = to_json(call)
        assert orjson.loads(to_json(call_json.validate_python(orjson.loads(laid)))) == orjson.loads(laid)


def test_what_is_neither_a_model_nor_a_record_has_no_json() -> None:
    with pytest.raises(TypeError, match="Jsonb"):
        to_json({"state": Jsonb({})})


def _as_read(row: dict[str, Any]) -> dict[str, Any]:
    """As the database gives it: identifiers and moments in their own types, the ledger as JSON."""
    ledger = orjson.loads(to_json(row["ledger"]))
    assert isinstance(row["stream_id"], UUID)
    return {**row, "ledger": ledger}
