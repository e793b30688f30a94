"""呼叫事项页的内容: what templates show of a call, from the view's rows, in words."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from api.pages.beside_views import IN_CARDS, doing_text
from api.pages.lateness import Lateness
from api.pages.obligation_views import shown_obligation
from api.pages.record_words import due_of, lines_of, texts_of, title_of
from api.pages.times import DeadlineShown, LightShown, shown_light, time_text
from domain.calls.call import Call, Party
from domain.calls.lights import light_of
from domain.calls.words import DiscoveredHow, Role, Stage
from domain.obligations.words import Action
from domain.shared.posts import Post
from domain.shared.provenance import Provenance, is_implied
from projections.calls.queries import CallFile, CallLine, RecordEntry
from projections.calls.secrecy import keeps
from projections.scope import Viewer

_LONGEST_TITLE = 56
_OF_A_PARTY = (Action.RESPOND, Action.FIRST_RESULT, Action.HANDLE, Action.ASSIST, Action.FINAL_RESULT)


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One row of a queue. `bulk` names the row where its step can be taken on several at once: call and version."""

    href: str
    number: str
    title: str
    urgency_text: str
    urgency_code: str
    township: str
    stage_text: str
    desk_text: str
    action_text: str
    deadline: DeadlineShown | None
    updated_text: str
    waits: bool
    bulk: str = ""


def shortened(text: str, most: int) -> str:
    """The beginning of a text on one line, as a heading: people write up to thousands of characters."""
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 1] + "…"


def _desk(line: CallLine, own: str) -> str:
    """Whose turn it is; in their own queue it goes without saying."""
    if line.owed is None:
        return line.lead_name or ""
    return line.owed.organization_name if line.owed.organization_name != own else ""


def queue_row(line: CallLine, now: datetime, late: Lateness, own: str = "", waiting: Collection[UUID] = ()) -> QueueRow:
    """A line of a queue in words. `own` is the reader's organization: in their own queue it goes without saying.

    `waiting` are the calls on which the reader did something that the list does not show yet.
    """
    return QueueRow(
        href=f"/calls/{line.id}",
        number=line.number,
        title=shortened(line.text, _LONGEST_TITLE),
        urgency_text=line.urgency.label,
        urgency_code=line.urgency.value,
        township=line.township_name,
        stage_text=Stage(line.stage).label,
        desk_text=(line.owed.organization_name if line.owed.organization_name != own else "")
        if line.owed
        else (line.lead_name or ""),
        action_text=doing_text(line.owed) if line.owed else "",
        deadline=shown_obligation(line.owed, now, late) if line.owed else None,
        updated_text=time_text(line.changed_at, now),
        waits=line.id in waiting,
    )


def timeline(entries: list[RecordEntry], names: Mapping[UUID, str], files: list[CallFile], now: datetime) -> list[Any]:
    """办理记录 in the order it was recorded, newest last: who, when, what, by which basis and until when.

    The time is the recorded one, a fact; the time somebody says it happened stands beside it where the two differ.
    """
    known = {file.sha256: file for file in files}
    return [
        {
            "version": entry.version,
            "kind": "person" if entry.person else "system",
            "title": title_of(entry.wire),
            "at_text": time_text(entry.recorded_at, now),
            "occurred_text": _occurred(entry, now),
            "by_text": _by(entry, names),
            "organization": entry.organization_name,
            "lines": lines_of(entry.wire, entry.fact),
            "texts": texts_of(entry.wire, entry.fact),
            "attachments": [
                _attachment(known[one["sha256"]]) for one in entry.fact.get("attachments", ()) if one["sha256"] in known
            ],
            "late_entry": entry.wire == "calls.LateEntryMade",
            "imported_text": imported_text(entry.fact),
            "implied": is_implied(entry.fact.get("imported_from")),
            "due_text": due_of(entry.wire, entry.fact, now),
            "basis_text": "",
        }
        for entry in entries
    ]


def people_in(entries: Iterable[RecordEntry]) -> set[UUID]:
    """Who acted in these facts, and for whom."""
    return {person for entry in entries for person in (entry.person, entry.acting_for) if person}


def _occurred(entry: RecordEntry, now: datetime) -> str:
    differs = abs((entry.recorded_at - entry.occurred_at).total_seconds()) >= 60
    return time_text(entry.occurred_at, now) if differs else ""


def imported_text(fact: Mapping[str, Any]) -> str:
    """Whence a fact of an older platform comes, in words; empty for a fact recorded here."""
    said = fact.get("imported_from")
    return Provenance.read(said).words if said else ""


def _by(entry: RecordEntry, names: Mapping[UUID, str]) -> str:
    if said := entry.fact.get("imported_from"):
        return "推定" if is_implied(said) else "原平台记录"
    post = Post(entry.post).label
    if entry.acting_for:
        post += f",受{names.get(entry.acting_for, '任职人员')}委托代办"
    return f"{names.get(entry.person, '')}({post})" if entry.person else post


def _attachment(file: CallFile) -> dict[str, Any]:
    href = f"/calls/{file.call}/files/{file.sha256}"
    return {
        "href": href,
        "thumb": f"{href}?thumbnail=1" if file.thumbnail else "",
        "name": file.name,
    }


def parties(call: Call, now: datetime, late: Lateness, asked: str = "") -> list[dict[str, Any]]:
    """承办单位 of all rounds, the running one first, each with its clocks. `asked`: see `clock`."""
    ordered = sorted(call.parties, key=lambda p: (-p.round, p.role is not Role.LEAD))
    return [
        {
            "role": party.role.label,
            "organization": party.name,
            "duty_text": party.duty_text,
            "basis_text": "" if party.round == call.round else f"第 {party.round} 轮派发,现已另行派发",
            "stage_text": "暂缓办理中"
            if (suspended := _suspended(call, party, now))
            else _party_stage(party.released, party.finished, party.objection_open, party.responded_at),
            "note_text": suspended,
            "current": party.round == call.round and party.active,
            "clocks": [
                clock(call, place, now, late, asked)
                for place, obligation in enumerate(call.obligations)
                if obligation.organization == party.organization
                and obligation.round == party.round
                and obligation.action in _OF_A_PARTY
            ],
        }
        for party in ordered
    ]


def _suspended(call: Call, party: Party, now: datetime) -> str:
    """Why it is suspended and until when, while it is."""
    request = call.suspension_of(party.organization) if party.round == call.round and not party.finished else None
    if request is None or request.until is None or now >= request.until or party.released:
        return ""
    return f"暂缓理由:{request.ground_text};{time_text(request.until, now)} 恢复计时"


def _party_stage(released: bool, finished: bool, objection_open: bool, responded_at: datetime | None) -> str:
    if released:
        return "已解除承办"
    if objection_open:
        return "异议处理中(时限照常计算)"
    if finished:
        return "已报结果"
    return "已响应,办理中" if responded_at else "待响应"


def clock(call: Call, place: int, now: datetime, late: Lateness, asked: str = "") -> dict[str, Any]:
    """One clock: what is owed, to whom, and how it stands. `asked` is added to its link: by it that shows the same
    moment."""
    owed = call.obligations[place]
    return {
        "label": owed.action.label,
        "deadline": shown_obligation(owed, now, late, f"/calls/{call.id}/obligations/{place}{asked}"),
        "state_text": f"对{owed.owed_to_name}" if owed.owed_to not in (None, owed.organization) else "",
    }


def waiting(call: Call, now: datetime, late: Lateness) -> list[dict[str, Any]]:
    """现在等谁: who must do what next, nearest due first."""
    return [
        {
            "organization": obligation.organization_name,
            "doing": doing_text(obligation),
            "deadline": shown_obligation(obligation, now, late),
        }
        for obligation in sorted(call.open_obligations, key=lambda t: t.deadline.due)
        if obligation.action not in (Action.CONTEST_DECLINE, Action.COOPERATE)
    ]


def own_clocks(call: Call, now: datetime, late: Lateness, asked: str = "") -> list[dict[str, Any]]:
    """平台和镇街时限: the clocks of those who are not handling parties, each with its bearer."""
    handling = {party.organization for party in call.parties}
    return [
        {**clock(call, place, now, late, asked), "organization": owed.organization_name}
        for place, owed in enumerate(call.obligations)
        if owed.organization not in handling and owed.action not in IN_CARDS
    ]


def call_light(call: Call, now: datetime) -> LightShown | None:
    """The light of the obligation that is due first."""
    open_obligations = sorted(call.open_obligations, key=lambda t: t.deadline.due)
    if not open_obligations:
        return None
    return shown_light(light_of(open_obligations[0], now))


def call_head(
    call: Call, submitted: Mapping[str, Any], basis_text: str, viewer: Viewer, now: datetime
) -> dict[str, Any]:
    """The call itself in words; `submitted` is its first fact as the viewer may read it."""
    discovered = submitted.get("discovered_at")
    how = submitted.get("discovered_how")
    informant = " ".join(str(submitted[n]) for n in ("informant_name", "informant_phone") if submitted.get(n))
    return {
        "id": str(call.id),
        "number": call.number,
        "title": shortened(call.text, _LONGEST_TITLE),
        "text": call.text,
        "place": call.place,
        "stage_text": call.stage.label,
        "urgency_text": call.urgency.label,
        "urgency_code": call.urgency.value,
        "township": call.township_name,
        "discovered_text": time_text(datetime.fromisoformat(discovered), now) if discovered else "",
        "how_text": DiscoveredHow(how).label if how else "",
        "reported_text": time_text(call.submitted_at, now),
        "item_title": call.item_title or submitted.get("item_hint", ""),
        "item_href": f"/items/{call.item}" if call.item else None,
        "own_measures": submitted.get("own_measures", ""),
        "informant_text": informant or None,
        "light": call_light(call, now),
        "basis_text": basis_text,
        "withdrawn": call.withdrawn_content,
        "confidential_text": _confidential(call, viewer),
        "imported_text": _imported(submitted, now),
        "related": _related(call, viewer),
    }


def _confidential(call: Call, viewer: Viewer) -> str:
    """What is kept back, and from whom: for those who keep it, and for those who read the rest."""
    mark = call.confidential
    if mark is None:
        return ""
    if not keeps(call, viewer):
        shown = "以上为整理后的内容,请据此办理" if mark.since else "举报人信息不公开"
        return f"举报人保密:{shown},不得打听、推测举报人。"
    kept = "举报人信息只有镇街和平台可看"
    if mark.since:
        kept = "以上是承办单位看到的内容;原文和附件在办理记录中,只有镇街和平台可看"
    about = f"反映的是{mark.about_name}的工作人员,不得派发给该单位。" if mark.about is not None else ""
    return f"举报人保密:{kept},不得外传。{about}"


def _imported(submitted: Mapping[str, Any], now: datetime) -> str:
    """How a call of an older platform came here: when, and from which file."""
    said, at = submitted.get("imported_from"), submitted.get("imported_at")
    if not said or not at:
        return ""
    moment = time_text(datetime.fromisoformat(at), now)
    return f"由原平台导入({Provenance.read(said).file},{moment}导入):各项时间为原平台记载的时间"


def _related(call: Call, viewer: Viewer) -> list[dict[str, str]]:
    """The calls this one was merged into, took in, was split from and into; a link only where it can be opened."""
    theirs = {call.township, call.platform}
    related = [
        ("共同呼叫", one.call, f"{one.township_name} {one.number}", {one.township, call.platform})
        for one in call.co_callers
    ]
    if call.merged_into is not None:
        related.append(("已并入", call.merged_into, call.merged_into_number, theirs))
    if call.split_from is not None:
        related.append(("拆分自", call.split_from, call.split_from_number, theirs))
    related += [("拆出", part, f"第 {number} 部分", theirs) for number, part in enumerate(call.parts, start=1)]
    return [
        {
            "label": label,
            "href": f"/calls/{id_}" if viewer.sees_all or viewer.organization in readers else "",
            "text": text,
        }
        for label, id_, text, readers in related
    ]


def basis_text(entries: list[RecordEntry]) -> str:
    """派发依据 of the last dispatch."""
    for entry in reversed(entries):
        if entry.wire == "calls.CallDispatched":
            return str(entry.fact["basis"]["reference"])
    return ""


def attachments(files: list[CallFile]) -> list[dict[str, Any]]:
    """附件 for the template."""
    return [_attachment(file) for file in files]
