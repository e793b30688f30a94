"""办理记录的写法: how each fact of a call or of its supervision reads. A fact without words here fails a test."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from api.pages.call_words.aftermath import AFTERMATH
from api.pages.call_words.around import AROUND
from api.pages.call_words.delays import DELAYS
from api.pages.call_words.dispatch import DISPATCH
from api.pages.call_words.intake import INTAKE
from api.pages.call_words.records import RECORDS
from api.pages.call_words.slow_work import SLOW_WORK
from api.pages.call_words.work import WORK
from api.pages.supervision_words import SUPERVISION_WORDS
from api.pages.times import shown_deadline
from api.pages.wording import Fact, Words
from domain.calls.words import ReopeningPolicy
from domain.shared.deadlines import Deadline

WORDS: Mapping[str, Words] = {
    **INTAKE,
    **DISPATCH,
    **WORK,
    **RECORDS,
    **DELAYS,
    **SLOW_WORK,
    **AFTERMATH,
    **AROUND,
    **SUPERVISION_WORDS,
}

_NEVER_IMPORTED = frozenset({"on_site", "spot_checked"})
"""Whether somebody went there is not known of an older platform's steps: not said is not 否."""


def title_of(wire: str) -> str:
    """The heading of a fact."""
    return WORDS[wire].title


def lines_of(wire: str, fact: Fact) -> list[tuple[str, str]]:
    """Labelled short values; of an imported fact not what the older platform did not ask."""
    unknown = _NEVER_IMPORTED if fact.get("imported_from") else frozenset[str]()
    return [
        (label, say(fact[field]))
        for field, label, say in WORDS[wire].lines
        if fact.get(field) not in (None, "", [], ()) and field not in unknown
    ]


def texts_of(wire: str, fact: Fact) -> list[str]:
    """What people wrote, with a label where it needs one."""
    said = ((label, _text(fact[field])) for field, label in WORDS[wire].texts if fact.get(field))
    return [f"{label}:{text}" if label else text for label, text in said]


def _text(value: Any) -> str:
    """One text, or several that belong together, numbered."""
    if isinstance(value, str):
        return value
    return ";".join(f"{number}. {text}" for number, text in enumerate(value, 1))


def due_of(wire: str, fact: Fact, now: datetime) -> str:
    """The clock this fact started, in words; empty when it started none."""
    if wire == "calls.CallDispatched":
        lead = fact["lead"]
        started = (("主办响应", "respond"), ("首次反馈", "first_result"), ("办理", "complete"))
        return ",".join(
            f"{word}期限 {shown_deadline(Deadline.model_validate(lead[field]), now).due_text}"
            for word, field in started
            if lead.get(field)
        )
    if wire == "calls.CallReopened" and fact["policy"] != ReopeningPolicy.NONE:
        return f"办理期限 {shown_deadline(Deadline.model_validate(fact['complete']), now).due_text}"
    if wire == "calls.PartDispatched":
        respond = Deadline.model_validate(fact["party"]["respond"])
        complete = Deadline.model_validate(fact["party"]["complete"])
        return f"响应期限 {shown_deadline(respond, now).due_text},办理期限 {shown_deadline(complete, now).due_text}"
    field = WORDS[wire].due
    if field is None or fact.get(field) is None:
        return ""
    deadline = Deadline.model_validate(fact[field])
    return f"{WORDS[wire].due_word or _DUE_WORDS[field]}期限 {shown_deadline(deadline, now).due_text}"


_DUE_WORDS = {
    "sign": "签发",
    "reply": "答复",
    "check": "审核",
    "rectify": "整改",
    "endorse": "签发",
    "accept": "受理",
    "supplement": "补正",
    "dispatch": "派发",
    "contest": "申请复核",
    "answer": "答复",
    "follow_up": "取得上级回执",
    "naming": "另定承接单位",
    "mediate": "协调",
    "opine": "界定",
    "designate": "指定",
    "confirm": "确认",
    "resolve": "核实办结",
    "complete": "重办",
    "evaluate": "评价",
}
