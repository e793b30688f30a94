"""台账行的写法: one counted line as a list shows it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from api.pages.lateness import Lateness
from api.pages.supervision_views import document_href, obligation_href
from api.pages.times import LightShown, exact_text, time_text
from api.security.scopes import Scope
from api.services import Services
from domain.assessment.marks import Mark
from domain.assessment.measure import CALL
from domain.obligations.obligation import Obligation
from domain.obligations.words import OF_CIRCULARS, Action, Performance
from domain.supervision.words import SuspicionState
from projections.calls.statements import Statement
from projections.rates.lines import CountedLine, Place
from projections.rates.record import overdue
from projections.scope import Viewer
from projections.supervision.on_obligations import ObligationSuspicion
from projections.supervision.view import CIRCULAR

_CODES = {
    Performance.MET: "done",
    Performance.LATE: "overdue",
    Performance.UNMET: "overdue",
    Performance.UNRECORDED: "ended",
    Performance.JUSTIFIED: "ended",
    Performance.TRANSFERRED: "ended",
    Performance.ENDED: "ended",
    Performance.PENDING: "normal",
}

_SAID: Mapping[Mark, str] = {
    Mark.INTERIM: "同意阶段性办结",
    Mark.RESOLVED: "已核实办结",
    Mark.OBJECTED: "提出过异议",
    Mark.MISDISPATCHED: "异议成立",
    Mark.REWORKED: "被退回重办",
    Mark.EXTENDED: "获准延期",
    Mark.SUSPENDED: "曾暂缓",
    Mark.SHELVED: "挂账",
    Mark.LATE_ENTRY: "有补录",
    Mark.SATISFIED: "评价满意",
    Mark.BASICALLY: "评价基本满意",
    Mark.REOPENED: "办结后重新打开",
    Mark.PART: "主办另接的部分",
}
_DISSATISFIED = "有评价不满意"
_CONTENT = Mark.SATISFIED | Mark.BASICALLY


@dataclass(frozen=True, slots=True)
class Beside:
    """What stands beside lines, by their places: each read from the view that folds it, as far as the viewer may."""

    statements: Mapping[Place, Sequence[Statement]]
    suspicions: Mapping[Place, Sequence[ObligationSuspicion]]
    evidence: Mapping[Place, int]


def beside(services: Services, viewer: Viewer, found: Sequence[CountedLine]) -> Beside:
    """What stands beside the lines of the record: 疑似情形 only for who may read supervision."""
    suspicions = services.suspicions if Scope.SUPERVISION_READ in viewer.scopes else None
    of_calls = services.statements.of_calls(viewer, {line.call for line in found if line.statements})
    of_matters = services.supervisory.statements(
        viewer, {line.matter for line in found if line.matter and line.statements}
    )
    return Beside(
        {**of_calls, **of_matters},
        suspicions.of_calls(viewer, {line.call for line in found}) if suspicions else {},
        evidence_of(services, viewer, found),
    )


def evidence_of(services: Services, viewer: Viewer, found: Sequence[CountedLine]) -> Mapping[Place, int]:
    """How many files their bearers gave for the lines; a line tells whether there is any on its call."""
    return services.evidence.of_calls(viewer, {line.call for line in found if line.evidence})


Late = Mapping[Place, str]
"""How late lines were done, by their places: what is no place here was in time, or is not done."""


def lateness_of(services: Services, viewer: Viewer, found: Sequence[CountedLine]) -> Late:
    """How late the lines were done that were: as 期限说明 counts it, from the obligation with its pauses."""
    done = {line: line.performed_at for line in found if line.performed_at and line.performed_at > line.moment}
    late, owed = Lateness(services.rulebook), owed_of(services, viewer, done)
    return {line.key: late.text(owed[line.key], at) for line, at in done.items() if line.key in owed}


def owed_of(services: Services, viewer: Viewer, lines: Collection[CountedLine]) -> Mapping[Place, Obligation]:
    """The obligations of lines as folded, by their places; without those that their view has not come to yet."""
    of_calls = services.owed.at(viewer, [line.key for line in lines if line.matter is None])
    return {**of_calls, **services.supervisory.at(viewer, [line.key for line in lines if line.matter is not None])}


def shown_lines(found: Sequence[CountedLine], now: datetime, more: Beside, late: Late) -> list[Any]:
    """For the template."""
    return [_shown(line, now, more, late) for line in found]


def _shown(line: CountedLine, now: datetime, more: Beside, late: Late) -> dict[str, Any]:
    place = line.key
    evidence = more.evidence.get(place)
    is_call = line.action == CALL
    return {
        "number": line.number,
        "call_href": f"/calls/{line.call}",
        "href": "" if is_call else line_href(line),
        "organization": line.organization_name,
        "township": line.township_name,
        "item": line.document or line.item_title or "清单外",
        "item_href": _item_href(line),
        "action_text": "发出呼叫" if is_call else Action(line.action).label,
        "moment_text": time_text(line.moment, now),
        "state": None if is_call else state_shown(line, now),
        "when_text": "" if is_call else when_text(line, now, late),
        "remarks": remarks(line),
        "evidence_text": f"{evidence} 份" if evidence else "",
        "statements": [
            {"text": one.text, "at_text": exact_text(one.recorded_at)} for one in more.statements.get(place, ())
        ],
        "suspicions": [
            {"text": suspicion_text(one), "about_text": suspicion_about(one), "href": suspicion_href(one)}
            for one in more.suspicions.get(place, ())
        ],
    }


def line_href(line: CountedLine) -> str:
    """期限说明 of a line about an obligation."""
    return obligation_href(line.call, line.place, Action(line.action))


def _item_href(line: CountedLine) -> str:
    """What it rests on: the order or circular, or the item of the list."""
    if line.matter is not None:
        return document_href(line.call, CIRCULAR if Action(line.action) in OF_CIRCULARS else "", line.entry)
    return f"/items/{line.item}" if line.item else ""


def state_text(line: CountedLine, now: datetime) -> str:
    """履行情况 in words; what is overdue and still open says so."""
    label = Performance(line.performance).label
    return f"{label}(已超期)" if overdue(line, now) else label


def state_shown(line: CountedLine, now: datetime) -> LightShown:
    """With its light."""
    code = "overdue" if overdue(line, now) else _CODES[Performance(line.performance)]
    return LightShown(code, state_text(line, now))


def when_text(line: CountedLine, now: datetime, late: Late) -> str:
    """When it was done, and by how much late."""
    if line.performed_at is None:
        return ""
    over = late.get(line.key)
    return time_text(line.performed_at, now) + (f",晚 {over}" if over else "")


def remarks(line: CountedLine) -> list[str]:
    """What else is true of it."""
    return [*_true_of(line).values(), *([f"正当事由:{line.excuses}"] if line.excuses else [])]


def mark_codes(line: CountedLine) -> list[str]:
    """The same marks as stable words for programs."""
    return list(_true_of(line))


def _true_of(line: CountedLine) -> dict[str, str]:
    """By stable word: what the page says. Who evaluated and was not content is no mark of its own."""
    said = {}
    for mark, text in _SAID.items():
        if line.marks & mark:
            said[str(mark.name).lower()] = text
        if mark is Mark.BASICALLY and line.marks & Mark.EVALUATED and not line.marks & _CONTENT:
            said["dissatisfied"] = _DISSATISFIED
    return said


def suspicion_text(one: ObligationSuspicion) -> str:
    """疑似情形 and what came of it, each as the facts say: no word of our own."""
    match one.state:
        case SuspicionState.SUSPECTED:
            return f"疑似{one.kind.label},待认定"
        case SuspicionState.CONFIRMED:
            return f"{one.kind.label},已认定"
        case SuspicionState.DISMISSED:
            return f"疑似{one.kind.label},认定不成立"


def suspicion_about(one: ObligationSuspicion) -> str:
    """Who decided it and when; who raised it and when, while that waits."""
    if one.decided_at is not None:
        return f"{one.decided_by} {exact_text(one.decided_at)}"
    return f"{'平台按规则提示' if one.by_machine else '督办员登记'} {exact_text(one.suspected_at)}"


def suspicion_href(one: ObligationSuspicion) -> str:
    """Where its grounds and the decision with its reason stand."""
    return f"/calls/{one.call}/supervision#s{one.suspicion}"
