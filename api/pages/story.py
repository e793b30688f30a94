"""演示的第一件事: 占道经营, step by step, told where one signs in and on every page of the demonstration."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

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
        "打开这件事,点“受理”;再点“查清单、派发”,查“占道经营”,在“占道经营(无证无照)联合整治”上点“按此派发”,"
        "主办、协办和职责已按清单填好,点“派发”。",
    ),
    StoryStep("综合行政执法局", "专管员", "主办响应", "打开这件事,写承办人、联系电话、第一步怎么办,点“响应”。"),
    StoryStep("市场监督管理局", "专管员", "协办响应并报告", "打开这件事,同样“响应”;再写协办情况,点“报告协办情况”。"),
    StoryStep("综合行政执法局", "专管员", "主办报结果", "打开这件事,写办理结果,点“报告办理结果”。"),
    StoryStep("王呼叫", "呼叫员", "现场确认", "打开这件事,点“现场确认”(没解决的,点“退回重办”)。"),
    StoryStep("李受理", "受理员", "核实办结", "打开这件事,点“核实办结”。"),
    StoryStep("王呼叫", "呼叫员", "评价", "打开这件事,选“满意”或别的,点“评价”。事项归档,每一步都在办理记录里。"),
)


def story_shown(people: Sequence[Mapping[str, object]], request: Request) -> dict[str, Any] | None:
    """The steps with who takes each, and which comes next for this browser; None where nobody of the story is here."""
    steps = [
        {"number": number, "person": person, "title": step.title, "text": step.text, "begins": step.begins}
        for number, step in enumerate(STORY, start=1)
        if (person := _person(people, step)) is not None
    ]
    return {"steps": steps, "next": min(_taken(request) + 1, len(STORY)) if steps else 1} if steps else None


def story_line(request: Request) -> dict[str, Any] | None:
    """The step one is at, for the line above every page of the demonstration; None outside the story."""
    number = _taken(request)
    if number < 1:
        return None
    step = STORY[number - 1]
    return {"number": number, "of": len(STORY), "title": step.title, "text": step.text, "last": number == len(STORY)}


def note_step(response: Response, number: int) -> None:
    """Remember in this browser at which step of the story somebody signed in; 0 forgets it."""
    kept = number if 0 < number <= len(STORY) else 0
    response.set_cookie(_COOKIE, str(kept), max_age=_A_DAY, path="/", httponly=True, samesite="lax")


def _taken(request: Request) -> int:
    kept = request.cookies.get(_COOKIE, "")
    return min(int(kept), len(STORY)) if kept.isdecimal() and len(kept) < 3 else 0


def _person(people: Sequence[Mapping[str, object]], step: StoryStep) -> Mapping[str, object] | None:
    fitting = (p for p in people if p["post"] == step.post and step.who in (p["name"], p["organization_name"]))
    return next(fitting, None)
