"""The fold of the rates view: what the domain counts of a call, laid out in rows; and the periods."""

from typing import Any, ClassVar

from pydantic import TypeAdapter
from sqlalchemy import MetaData

from domain.assessment import events as a
from domain.assessment.counting import Line, lines
from domain.assessment.marks import Mark
from domain.assessment.trail import Trail, note
from domain.assessment.words import ExclusionState, PeriodState
from domain.calls.call import Call
from domain.calls.fold import evolve
from domain.obligations.obligation import Obligation
from domain.shared.changes import changed
from domain.shared.events import Event
from projections.calls.view import call_json
from projections.engine.projection import Facts
from projections.engine.rows import Row, Rows
from projections.rates import tables
from projections.rates.cells import with_month_sums

trail_json: TypeAdapter[Trail] = TypeAdapter(Trail)


class RatesView:
    """运行情况: the lines that measures count, and the assessment periods."""

    name: ClassVar[str] = "rates"
    title: ClassVar[str] = "运行情况与履责台账"
    version: ClassVar[int] = tables.VERSION
    subjects: ClassVar[frozenset[str]] = frozenset({"calls", "assessment"})
    reads_content: ClassVar[bool] = False
    metadata: ClassVar[MetaData] = with_month_sums(tables.metadata)

    def apply(self, facts: Facts, rows: Rows) -> None:
        """See Projection."""
        if isinstance(facts[0].event, a.PeriodListed):
            return
        if isinstance(facts[0].event, a.AssessmentEvent):
            for event, position in facts:
                _period_step(event, position, rows)
            return
        _call_steps(facts, rows)


def _call_steps(facts: Facts, rows: Rows) -> None:
    held = rows.get(tables.matters)
    call: Call | None = _folded(held["state"], call_json, Call) if held else None
    trail: Trail = _folded(held["trail"], trail_json, Trail) if held else Trail()
    stale = False
    for (event, _), now in zip(facts, facts.after_each(evolve, call), strict=True):
        before, was = call, trail
        call = now
        trail = note(trail, call, event)
        if (
            before is None
            or trail is not was
            or before.obligations is not call.obligations
            or before.stage is not call.stage
        ):
            stale = True
    assert call is not None, "there is at least one fact"
    if stale:
        for line in lines(call, trail):
            owed = call.obligations[line.place] if line.place >= 0 else None
            rows.put(tables.counted, row_of(call, line, owed))
    rows.put(
        tables.matters,
        {
            "stream_id": call.id,
            "number": call.number,
            "township": call.township,
            "township_name": call.township_name,
            "stage": call.stage,
            "state": _without_texts(call),
            "trail": trail,
            "first_position": held["first_position"] if held else facts[0].position,
            "last_position": facts[-1].position,
        },
    )


def row_of(call: Call, line: Line, owed: Obligation | None) -> Row:
    """A counted line, and the obligation it is about (None: the call itself), as a row."""
    return {
        "stream_id": call.id,
        "place": line.place,
        "marks": int(line.marks),
        "action": line.action,
        "organization": line.organization,
        "organization_name": line.organization_name,
        "township": call.township,
        "item": line.basis.item,
        "item_title": line.basis.title,
        "field": line.basis.field,
        "performance": "" if owed is None else owed.performance.value,
        "owed": owed is not None and owed.owed,
        "pending": Mark.PENDING in line.marks,
        "moment": line.moment,
        "opened_at": line.moment if owed is None else owed.deadline.opened,
        "performed_at": line.moment if owed is None else owed.performed,
        "ended_at": line.moment if owed is None else owed.ended,
        "evidence": line.evidence,
        "statements": line.statements,
        "excuses": "" if owed is None else "、".join(dict.fromkeys(x.ground.label for x in owed.excuses)),
    }


def _without_texts(call: Call) -> Call:
    """What people typed has its place in the calls view alone, and so has since when an edited text is read instead."""
    return changed(
        call,
        text="",
        place="",
        item_hint="",
        agreed=tuple(changed(action, text="") for action in call.agreed),
        interim=None if call.interim is None else changed(call.interim, texts=()),
        confidential=None if call.confidential is None else changed(call.confidential, since=0),
    )


def _folded(state: Any, shape: TypeAdapter[Any], kind: type[Any]) -> Any:
    """As it was put in this batch, or as it stands in the database."""
    return state if isinstance(state, kind) else shape.validate_python(state)


def _period_step(event: Event, position: int, rows: Rows) -> None:
    period = rows.get(tables.periods)
    match event:
        case a.PeriodOpened():
            period = {
                "stream_id": event.originator_id,
                "name": event.name,
                "first_day": event.first_day,
                "last_day": event.last_day,
                "since": event.since,
                "until": event.until,
                "state": PeriodState.OPEN.value,
                "scheme": event.scheme.model_dump(mode="json"),
                "frozen": None,
                "frozen_at": None,
                "document": "",
                "withdrawn": "",
            }
        case a.ExclusionProposed():
            assert period is not None, "a period begins with its opening"
            rows.put(tables.exclusions, _exclusion(event, period))
        case a.ExclusionDecided():
            asked = rows.get(tables.exclusions, event.exclusion)
            assert asked is not None, "what is decided was proposed"
            state = ExclusionState.APPROVED if event.approved else ExclusionState.REFUSED
            decided = {"state": state.value, "decision": event.reason, "decided_position": position}
            rows.put(tables.exclusions, {**asked, **decided})
        case a.FiguresCounted() | a.PeriodFrozen():
            assert period is not None, "a period begins with its opening"
            told = event.model_dump(mode="json", include={"definitions", "position", "figures"})
            before = period["frozen"]["figures"] if period["frozen"] else []
            period = {**period, "frozen": {**told, "figures": [*before, *told["figures"]]}}
            if isinstance(event, a.PeriodFrozen):
                period = {**period, "state": PeriodState.FROZEN.value, "frozen_at": event.recorded_at}
        case a.PeriodWithdrawn():
            assert period is not None, "a period begins with its opening"
            period = {**period, "state": PeriodState.WITHDRAWN.value, "withdrawn": event.reason}
        case a.ResultPublished():
            assert period is not None, "a period begins with its opening"
            period = {**period, "state": PeriodState.PUBLISHED.value, "document": event.document}
    assert period is not None, "a period begins with its opening"
    rows.put(tables.periods, {**period, "version": event.originator_version})
    rows.touch("assessment")


def _exclusion(event: a.ExclusionProposed, period: Row) -> Row:
    return {
        "stream_id": event.originator_id,
        "number": event.exclusion,
        "call": event.call,
        "call_number": event.call_number,
        "organization": event.organization.id,
        "organization_name": event.organization.name,
        "ground": event.ground.value,
        "state": ExclusionState.PROPOSED.value,
        "proposed_by": event.actor.person,
        "proposed_at": event.recorded_at,
        "since": period["since"],
        "until": period["until"],
        "reason": event.reason,
        "decision": "",
        "decided_position": None,
    }
