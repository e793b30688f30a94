"""督办页面的内容: what templates show of matters, orders, circulars and suspicions, in words."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from api.pages.call_views import shortened
from api.pages.lateness import Lateness
from api.pages.obligation_views import shown_obligation
from api.pages.times import time_text
from api.services import Services
from api.supervision.as_of import Sight, matter_then
from domain.calls.call import Call
from domain.calls.words import FINAL_STAGES
from domain.obligations.obligation import Obligation
from domain.obligations.words import OF_CIRCULARS, Action
from domain.shared.refusals import NotFound
from domain.supervision.matter import Circular, Ladder, Matter, Order
from domain.supervision.orders import SUPERVISE_AS_TOWNSHIP, SuperviseAsTownship, comprehensive_parties
from domain.supervision.words import CircularStage, FailureKind, OrderKind, OrderStage, Rung, Standing
from projections.scope import Viewer
from projections.supervision.queries import DeskLine, DocumentLine, LateLine, SuspicionLine
from projections.supervision.view import CIRCULAR

Document = Order | Circular


def document_href(call: UUID, kind: str, number: int) -> str:
    """The page of an order or a circular."""
    return f"/calls/{call}/supervision/{'circulars' if kind == CIRCULAR else 'orders'}/{number}"


def obligation_href(call: UUID, place: int, action: Action) -> str:
    """期限说明 of an obligation of a call, or of what its supervision asks for."""
    return f"/calls/{call}{'/supervision' if action.supervisory else ''}/obligations/{place}"


def desk_rows(
    lines: Sequence[DeskLine], matters: Mapping[UUID, Matter], now: datetime, late: Lateness
) -> list[dict[str, Any]]:
    """督办待办 for the queue and the first page; `matters` know what each paper is about."""
    return [
        {
            "href": document_href(
                line.call,
                CIRCULAR if line.owed.action in OF_CIRCULARS else "",
                line.owed.entry,
            ),
            "number": line.number,
            "action": line.owed.action.label,
            "township": line.township_name,
            "about": paper_text(matters.get(line.call), line.owed),
            "deadline": shown_obligation(line.owed, now, late),
        }
        for line in lines
    ]


def paper_text(matter: Matter | None, owed: Obligation) -> str:
    """From whom to whom the paper goes."""
    if matter is None:
        return owed.owed_to_name
    paper = matter.circular(owed.entry) if owed.action in OF_CIRCULARS else matter.order(owed.entry)
    return f"{paper.issuer_name} → {paper.addressee_name}" if paper is not None else owed.owed_to_name


def late_cases(
    lines: Sequence[LateLine], matters: Mapping[UUID, Matter], now: datetime, late: Lateness
) -> list[dict[str, Any]]:
    """超期未办, merged by call: who is late with what, since when, and how far the ladder is."""
    cases: dict[UUID, dict[str, Any]] = {}
    for line in lines:
        case = cases.setdefault(
            line.call,
            {
                "href": f"/calls/{line.call}",
                "supervision_href": f"/calls/{line.call}/supervision",
                "number": line.number,
                "title": shortened(line.text, 40),
                "township": line.township_name,
                "urgency_text": line.urgency.label,
                "urgency_code": line.urgency.value,
                "late": [],
            },
        )
        case["late"].append(
            {
                "organization": line.owed.organization_name,
                "action": line.owed.action.label,
                "href": obligation_href(line.call, line.place, line.owed.action),
                "since": time_text(line.owed.deadline.due, now),
                "over": late.text(line.owed, now),
                "rung": rung_text(matters.get(line.call), line.place, line.owed.action),
            }
        )
    return list(cases.values())


def rung_text(matter: Matter | None, place: int, action: Action) -> str:
    """How far up the ladder an obligation is."""
    ladder = matter.ladder(place, action) if matter is not None else None
    return "" if ladder is None or ladder.rung is None else f"已{_REACHED[ladder.rung]}"


_REACHED = {
    Rung.REMIND: "提醒",
    Rung.OVERDUE: "超期",
    Rung.URGE: "催办",
    Rung.ORDER: "到督办",
    Rung.CIRCULAR: "到通报",
}


def document_rows(lines: Sequence[DocumentLine], now: datetime) -> list[dict[str, str]]:
    """督办文书 under way."""
    return [
        {
            "href": document_href(line.call, line.kind, line.document),
            "number": line.number,
            "kind": _kind_text(line.kind),
            "call_number": line.call_number,
            "issuer": line.issuer_name,
            "addressee": line.addressee_name,
            "stage": stage_text(line.kind, line.stage),
            "at": time_text(line.issued_at or line.drafted_at, now),
        }
        for line in lines
    ]


def _kind_text(kind: str) -> str:
    return "通报" if kind == CIRCULAR else OrderKind(kind).label


def stage_text(kind: str, stage: str) -> str:
    """The stage of a document in words."""
    return CircularStage(stage).label if kind == CIRCULAR else OrderStage(stage).label


def suspicion_rows(lines: Sequence[SuspicionLine], now: datetime) -> list[dict[str, str]]:
    """疑似情形 that wait for a decision."""
    return [
        {
            "href": f"/calls/{line.call}/supervision#s{line.suspicion}",
            "kind": FailureKind(line.kind).label,
            "organization": line.organization_name,
            "call_number": line.call_number,
            "at": time_text(line.suspected_at, now),
        }
        for line in lines
    ]


def known_documents(matter: Matter, sight: Sight, now: datetime, asked: str = "") -> list[dict[str, str]]:
    """The matter's orders and circulars that the viewer may know, oldest first. `asked` is added to links: by it they
    lead to pages as of the same moment."""
    rows = []
    for order in matter.orders:
        if sight.document(True, order.order):
            rows.append(_line(matter, order, order.kind.value, order.order, now, asked))
    for circular in matter.circulars:
        if sight.document(False, circular.circular):
            rows.append(_line(matter, circular, CIRCULAR, circular.circular, now, asked))
    return rows


def _line(matter: Matter, document: Document, kind: str, number: int, now: datetime, asked: str) -> dict[str, str]:
    return {
        "href": document_href(matter.about.id, kind, number) + asked,
        "number": document.number,
        "kind": _kind_text(kind),
        "issuer": document.issuer_name,
        "addressee": document.addressee_name,
        "stage": document.stage.label,
        "at": time_text(document.issued_at or document.drafted_at, now),
    }


def known_suspicions(matter: Matter, sight: Sight, now: datetime) -> list[dict[str, Any]]:
    """The matter's suspicions that the viewer may know, oldest first."""
    return [
        {
            "number": one.suspicion,
            "kind": one.kind.label,
            "state": one.state.label,
            "organization": one.organization_name,
            "grounds": one.grounds,
            "by_text": "平台按规则提示" if one.by_machine else "督办员登记",
            "at": time_text(one.suspected_at, now),
            "decided": time_text(one.decided_at, now) if one.decided_at else "",
        }
        for one in matter.suspicions
        if sight.suspicion(one.suspicion)
    ]


def ladder_rows(matter: Matter, call: Call, sight: Sight, now: datetime, asked: str = "") -> list[dict[str, Any]]:
    """督办阶梯 of the obligations that climbed, by their place in the call; then of what the matter itself asks for."""
    rows = []
    for ladder in matter.ladders:
        own = ladder.action.supervisory
        among = matter.obligations if own else call.obligations
        if ladder.rung is None or ladder.place >= len(among):
            continue
        if own and not sight.obligation(ladder.place):
            continue
        owed = among[ladder.place]
        follows = ""
        # Between two turns of the clock a ladder still climbs for what is done already.
        if ladder.next_at is not None and ladder.next_rung is not None and owed.open:
            provisional = "(暂定)" if ladder.next_provisional else ""
            follows = f"{time_text(ladder.next_at, now)}{provisional} {ladder.next_rung.label}"
        rows.append(
            {
                "organization": owed.organization_name,
                "action": owed.action.label,
                "href": obligation_href(call.id, ladder.place, owed.action) + asked,
                "due": time_text(ladder.due, now),
                "rung": ladder.rung.label,
                "reached": time_text(ladder.reached_at, now) if ladder.reached_at else "",
                "follows": follows or _stands(ladder, owed).label,
                "climbs": bool(follows),
            }
        )
    return rows


def _stands(ladder: Ladder, owed: Obligation) -> Standing:
    if owed.open or ladder.standing is not Standing.CLIMBING:
        return ladder.standing
    return Standing.DONE if owed.done else Standing.ENDED


def call_section(matter: Matter | None, call: Call, viewer: Viewer, now: datetime) -> dict[str, Any] | None:
    """督办 on the page of a call; None where there is nothing to tell this viewer, and nothing they could begin."""
    section = _told_section(matter, call, Sight(viewer, matter), now) if matter else _nothing_told(call)
    section["offer"] = SuperviseAsTownship.title if _may_supervise_as_township(call, viewer) else ""
    return section if any(section[name] for name in (*_PARTS, "offer")) else None


def section_then(services: Services, viewer: Viewer, call: Call, at: datetime, asked: str) -> dict[str, Any] | None:
    """督办 on the page of a call as it stood, and nothing to begin; None where there was nothing to tell."""
    present = services.supervision.matter(viewer, call.id)
    if present is None:
        return None
    try:
        then = matter_then(services, viewer, present, at).matter
    except NotFound:
        return None
    section = _told_section(then, call, Sight(viewer, present), at, asked)
    return section if any(section[name] for name in _PARTS) else None


_PARTS = ("ladders", "documents", "suspicions")


def _nothing_told(call: Call) -> dict[str, Any]:
    return {"href": f"/calls/{call.id}/supervision", "offer": "", **dict.fromkeys(_PARTS, ())}


def _told_section(matter: Matter, call: Call, sight: Sight, now: datetime, asked: str = "") -> dict[str, Any]:
    return {
        "href": f"/calls/{call.id}/supervision{asked}",
        "ladders": ladder_rows(matter, call, sight, now, asked),
        "documents": known_documents(matter, sight, now, asked),
        "suspicions": known_suspicions(matter, sight, now),
        "offer": "",
    }


def _may_supervise_as_township(call: Call, viewer: Viewer) -> bool:
    """Whether its leader may begin one: the call is at work, and several organizations handle it."""
    leads = viewer.post in SUPERVISE_AS_TOWNSHIP.posts and viewer.organization == call.township
    return leads and call.stage not in FINAL_STAGES and bool(comprehensive_parties(call))
