"""演示的第一件事: 占道经营, step by step: who takes each, and which step and matter this browser is at."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

_COOKIE = "huying_story"
_A_DAY = 24 * 3600


@dataclass(frozen=True, slots=True)
class StoryStep:
    """One step: whose (a person's or an organization's name, and the post's label), what to do, where it begins."""

    who: str
    post: str
    title: str
    text: str
    begins: str = "/queue/to-do"


STORY: Sequence[StoryStep] = (
    StoryStep(
        "王呼叫",
        "呼叫员",
        "发起呼叫",
        "“什么事”写“学前街小学门口流动摊贩占道经营”,“在哪里”写“学前街东口”,点“发出呼叫”。",
        "/calls/new",
    ),
    StoryStep("城东镇", "镇街负责同志", "签发", "在待办里打开这件事,点“签发”。"),
    StoryStep(
        "李受理",
        "受理员",
        "受理、派发",
        "打开这件事,点“受理”;再点“查清单、派发”,在“占道经营(无证无照)联合整治”上点“按此派发”,"
        "主办、协办和职责已按清单填好,点“派发”。",
    ),
    StoryStep("综合行政执法局", "专管员", "主办响应", "打开这件事,写联系电话、第一步怎么办,点“响应”。"),
    StoryStep(
        "市场监督管理局",
        "专管员",
        "协办响应并报告",
        "打开这件事,同样“响应”;再写协办情况,勾“本单位协办职责已完成”,点“报告协办情况”。",
    ),
    StoryStep("综合行政执法局", "专管员", "主办报结果", "打开这件事,写办理结果,点“报告办理结果”。"),
    StoryStep("王呼叫", "呼叫员", "现场确认", "打开这件事,点“现场确认”(没解决的,点“退回重办”)。"),
    StoryStep("李受理", "受理员", "核实办结", "打开这件事,点“核实办结”。"),
    StoryStep("王呼叫", "呼叫员", "评价", "打开这件事,选“满意”或别的,点“评价”。事项归档,每一步都在办理记录里。"),
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where this browser is in the story: the step somebody signed in for (0: outside it), and its matter if known."""

    number: int
    call: UUID | None = None


def place_in_story(request: Request) -> Place:
    """What this browser remembers of the story."""
    number, _, call = request.cookies.get(_COOKIE, "").partition(".")
    if not number.isdecimal() or len(number) > 2:
        return Place(0)
    try:
        return Place(min(int(number), len(STORY)), UUID(call) if call else None)
    except ValueError:
        return Place(0)  # not one of ours: somebody edited their own cookie


def story_shown(people: Sequence[Mapping[str, object]], request: Request) -> dict[str, Any] | None:
    """The steps with who takes each, and which comes next for this browser; None where nobody of the story is here."""
    place = place_in_story(request)
    steps = [
        {
            "number": number,
            "person": person,
            "title": step.title,
            "text": step.text,
            "begins": f"/calls/{place.call}" if place.call and number > 1 else step.begins,
        }
        for number, step in enumerate(STORY, start=1)
        if (person := person_of(people, step.post, step.who)) is not None
    ]
    return {"steps": steps, "next": min(place.number + 1, len(STORY)) if steps else 1} if steps else None


def note_step(request: Request, response: Response, number: int) -> None:
    """Remember in this browser at which step of the story somebody signed in: the first begins with a new matter, and 0
    leaves the story."""
    known = place_in_story(request).call if 1 < number <= len(STORY) else None
    _remember(response, Place(number if 0 < number <= len(STORY) else 0, known))


def note_call(request: Request, response: Response, call: UUID) -> None:
    """Remember the matter of the story: the one called in at its first step, else the first that is acted upon."""
    place = place_in_story(request)
    if place.number == 1 or (place.number > 1 and place.call is None):
        _remember(response, Place(place.number, call))


def person_of(people: Sequence[Mapping[str, object]], post: str, who: str) -> Mapping[str, object] | None:
    """Somebody in that post, by their own name or their organization's."""
    return next((p for p in people if p["post"] == post and who in (p["name"], p["organization_name"])), None)


def _remember(response: Response, place: Place) -> None:
    kept = f"{place.number}.{place.call}" if place.call else str(place.number)
    response.set_cookie(_COOKIE, kept, max_age=_A_DAY, path="/", httponly=True, samesite="lax")
