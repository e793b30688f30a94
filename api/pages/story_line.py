"""演示提示: the line above every page of the demonstration: the one thing to do now, or who comes next.

It follows the facts of the story's matter, not the buttons pressed: what is done is never asked for again.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from starlette.requests import Request

from api.pages.story import STORY, Place, person_of
from domain.calls.call import Call
from domain.calls.words import Role, Stage
from domain.obligations.words import Action
from projections.scope import Viewer

People = Callable[[], Sequence[Mapping[str, object]]]
"""The people of the demonstration, one row a post: `person_id`, `appointment`, `name`, `post`, `organization_name`."""


@dataclass(frozen=True, slots=True)
class Due:
    """The step that the facts wait for: its number in the story, and whose it is where the matter says so."""

    number: int
    organization: str = ""


_AT_STAGE = {
    Stage.PLACED: 3,
    Stage.ACCEPTED: 3,
    Stage.RESULT_REPORTED: 7,
    Stage.CONFIRMED: 8,
    Stage.RESOLVED: 9,
}


def story_line(request: Request, viewer: Viewer, place: Place, call: Call | None, people: People) -> dict[str, Any]:
    """For somebody in the story. `says` are sentences, `call_href` where the matter is opened, `next` who comes in
    by one button; `next_is_quiet` where nobody knows whether this step is done."""
    line: dict[str, Any] = {"title": "", "says": [], "call_href": "", "next": None, "next_is_quiet": False}
    if place.call is None:
        return line | _without_a_matter(place, people)
    if call is None:
        return line | {"title": f"演示第 {place.number}/{len(STORY)} 步 · {STORY[place.number - 1].title}"}
    if call.stage is Stage.CLOSED:
        return line | {
            "title": "演示:第一件事已办完",
            "says": ["每一步、每个时限都在这件事的办理记录里。", "可以点“换人”,以监督查阅员或别人的身份看看同一件事。"],
            "call_href": _unless_there(request, call.id),
        }
    due = _due(call)
    if due is None:
        return line | {
            "title": f"演示:这件事现为“{call.stage.label}”",
            "says": ["这一步不在九步之内,按页面上的提示办理,或点“换人”另选一步。"],
            "call_href": _unless_there(request, call.id),
        }
    step = STORY[due.number - 1]
    person = person_of(people(), step.post, due.organization or step.who)
    if person is None:
        return line | {"title": f"演示:下一步由{due.organization or step.who}办理,请点“换人”"}
    if (person["post"], person["organization_name"]) == (viewer.post.label, viewer.organization_name):
        away = _unless_there(request, call.id)
        return line | {
            "title": f"演示第 {due.number}/{len(STORY)} 步 · {step.title}",
            "says": [] if away else _says(request, due.number, call, viewer),
            "call_href": away,
        }
    before = due.number - 1
    return line | {
        "title": f"演示第 {before}/{len(STORY)} 步 · {STORY[before - 1].title}:已办好",
        "next": _entry(due.number, person, _reached(request, call.id)),
    }


def _without_a_matter(place: Place, people: People) -> dict[str, Any]:
    """The first step, or a step begun in the middle: what to do is told as at the door."""
    step = STORY[place.number - 1]
    says = [f"{part}。" for part in step.text.removesuffix("。").split(";")]
    if place.number == 1:
        says = ["“什么事”写“学前街小学门口流动摊贩占道经营”。", "“在哪里”写“学前街东口”。", "点“发出呼叫”。"]
    following = STORY[place.number] if 1 < place.number < len(STORY) else None
    person = person_of(people(), following.post, following.who) if following else None
    return {
        "title": f"演示第 {place.number}/{len(STORY)} 步 · {step.title}",
        "says": says,
        "next": _entry(place.number + 1, person, following.begins) if following and person else None,
        "next_is_quiet": True,
    }


def _due(call: Call) -> Due | None:
    """The step the matter waits for; None where it has left the nine steps."""
    if call.stage is Stage.SUBMITTED:
        return Due(2, call.township_name)
    if call.stage is not Stage.HANDLING:
        return Due(_AT_STAGE[call.stage]) if call.stage in _AT_STAGE else None
    lead = call.lead
    if lead is None:
        return None
    if call.owing(Action.RESPOND, lead.organization) is not None:
        return Due(4, lead.name)
    assistants = {party.organization for party in call.current_parties if party.role is Role.ASSISTANT}
    undone = (Action.RESPOND, Action.ASSIST)
    waits = next((t for t in call.open_obligations if t.action in undone and t.organization in assistants), None)
    return Due(5, waits.organization_name) if waits else Due(6, lead.name)


def _says(request: Request, number: int, call: Call, viewer: Viewer) -> list[str]:
    match number:
        case 3 if call.stage is Stage.PLACED:
            return ["点“受理”。"]
        case 3 if not request.url.path.endswith("/triage"):
            return ["已受理。", "点“查清单、派发”。"]
        case 3 if not request.query_params.get("item"):
            return ["在“占道经营(无证无照)联合整治”上点“按此派发”。"]
        case 3:
            return ["主办、协办和职责已按清单填好。", "点“派发”。"]
        case 5 if call.owing(Action.RESPOND, viewer.organization) is None:
            return ["已响应。", "写协办情况,勾“本单位协办职责已完成”。", "点“报告协办情况”。"]
        case _:
            return list(_SAYINGS[number])


_RESPOND = ("写联系电话、第一步怎么办。", "点“响应”。")
_SAYINGS: Mapping[int, tuple[str, ...]] = {
    2: ("点“签发”。",),
    4: _RESPOND,
    5: _RESPOND,
    6: ("写办理结果。", "点“报告办理结果”。"),
    7: ("去看过的,勾“已到现场查看”。", "点“现场确认”(没解决的,点“退回重办”)。"),
    8: ("点“核实办结”。",),
    9: ("选“满意”或别的。", "点“评价”。"),
}


def _entry(number: int, person: Mapping[str, object], begins: str) -> dict[str, Any]:
    return {"step": number, "title": STORY[number - 1].title, "person": person, "begins": begins}


def _unless_there(request: Request, call: UUID) -> str:
    """Where the matter is opened; empty on its own pages."""
    href = f"/calls/{call}"
    return "" if request.url.path == href or request.url.path.startswith(f"{href}/") else href


def _reached(request: Request, call: UUID) -> str:
    """The matter, as new as this page has it."""
    position = request.query_params.get("min_position", "")
    return f"/calls/{call}?min_position={position}" if position.isdecimal() else f"/calls/{call}"
