"""应履责事项 in rows: laid out by the view, put together again by whoever reads a line.

What has a column of its own stands nowhere else, and what is as usual stands nowhere at all: rows are half as long.
"""

from dataclasses import fields
from typing import Any, Final

from pydantic import TypeAdapter
from sqlalchemy import ColumnElement
from sqlalchemy.sql.selectable import FromClause

from domain.calls.call import Call
from domain.calls.lights import due_soon
from domain.obligations.obligation import Obligation
from domain.shared.deadlines import Deadline
from projections.engine.rows import Row

obligation_json: TypeAdapter[Obligation] = TypeAdapter(Obligation)

_COLUMN_OF: Final = {
    "action": "action",
    "organization": "organization",
    "organization_name": "organization_name",
    "round": "round",
    "owed_to": "owed_to",
    "owed_to_name": "owed_to_name",
    "justified_until": "justified_until",
    "performed": "performed_at",
    "ended": "ended_at",
}
"""By field of the obligation, where it has a column."""

_COLUMN_OF_CLOCK: Final = {"opened": "opened_at", "due": "due_at", "due_soon": "due_soon_at"}
"""By field of its deadline, likewise."""

_LEDGER: Final = tuple((field.name, field.default) for field in fields(Obligation) if field.name not in _COLUMN_OF)
"""The other fields, each with its default (there is none that is never left out)."""

_LEDGER_OF_CLOCK: Final = tuple(
    (name, field.default) for name, field in Deadline.model_fields.items() if name not in (*_COLUMN_OF_CLOCK, "limit")
)


def obligation_row(call: Call, place: int) -> Row:
    """The row of one obligation, by its place in the call."""
    owed = call.obligations[place]
    held, deadline = owed.__dict__, owed.deadline
    ledger = {name: held[name] for name, default in _LEDGER if held[name] is not default}
    ledger["deadline"] = _rest_of(deadline)
    return {
        "stream_id": call.id,
        "place": place,
        "action": owed.action,
        "organization": owed.organization,
        "organization_name": owed.organization_name,
        "urgency": call.urgency,
        "is_open": owed.to_do,
        "done": owed.done,
        "owed": owed.owed,
        "performance": owed.performance,
        "owed_to": owed.owed_to,
        "owed_to_name": owed.owed_to_name,
        "round": owed.round,
        "performed_at": owed.performed,
        "justified_until": owed.justified_until,
        "paused_since": owed.paused_since,
        "opened_at": deadline.opened,
        "due_at": deadline.due,
        "due_soon_at": due_soon(deadline),
        "ended_at": owed.ended,
        "ledger": ledger,
    }


def _rest_of(deadline: Deadline) -> dict[str, Any]:
    held = deadline.__dict__
    rest = {name: held[name] for name, default in _LEDGER_OF_CLOCK if held[name] is not default}
    rest["limit"] = deadline.limit.__dict__
    if deadline.due_soon is None:  # a fact from before it was recorded: the column has what is reckoned instead
        rest["due_soon"] = None
    return rest


def obligation_columns(of: FromClause) -> list[ColumnElement[Any]]:
    """What a statement must select for `obligation_of`."""
    return [of.c[name] for name in (*_COLUMN_OF.values(), *_COLUMN_OF_CLOCK.values(), "ledger")]


def obligation_of(row: Any) -> Obligation:
    """The folded obligation that a row was laid out from."""
    stated = {field: getattr(row, column) for field, column in _COLUMN_OF.items()}
    clock = {field: getattr(row, column) for field, column in _COLUMN_OF_CLOCK.items()}
    return obligation_json.validate_python(stated | row.ledger | {"deadline": clock | row.ledger["deadline"]})
