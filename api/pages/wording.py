"""写法的零件: how one value of a fact is said, and what the words of a fact are made of."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from api.pages.times import exact_text
from domain.calls.words import RecomputeReason
from domain.obligations.words import Action, ExcuseGround

Fact = Mapping[str, Any]
Say = Callable[[Any], str]


def yes_no(value: Any) -> str:
    """是 or 否."""
    return "是" if value else "否"


def name(value: Any) -> str:
    """The organization a fact names."""
    return str(value["name"])


def names(value: Any) -> str:
    """The organizations a fact names."""
    return "、".join(one["name"] for one in value)


def plain(value: Any) -> str:
    """As it stands."""
    return str(value)


def moment(value: Any) -> str:
    """A time, as the record says it."""
    return exact_text(datetime.fromisoformat(str(value)))


def clocks(value: Any) -> str:
    """Clocks a fact moved: whose, and until when."""
    return ";".join(f"{Action(one['task']).label}至 {moment(one['deadline']['due'])}" for one in value)


def excuses(value: Any) -> str:
    """What a fact justifies: why, and until when being late is no fault."""
    grounds = dict.fromkeys(ExcuseGround(one["ground"]).label for one in value if one.get("ground"))
    until = {moment(one["justified_until"]) for one in value}
    return f"{'、'.join(grounds) or '随期限变动'},{'、'.join(sorted(until))} 前逾期不计过错"


@dataclass(frozen=True, slots=True)
class Words:
    """A fact's heading, its labelled lines (field, label, how to say it) and the field with its due time.

    `due_word` says what is due then, where the field's own name does not.
    """

    title: str
    lines: tuple[tuple[str, str, Say], ...] = ()
    texts: tuple[tuple[str, str], ...] = ()
    due: str | None = None
    due_word: str = ""


TEXT = (("text", ""),)
"""What was written, without a label."""

REASON = (("reason", "理由"),)

RECOMPUTED = Words(
    "时限重算",
    (
        ("reason", "原因", lambda value: RecomputeReason(value).label),
        ("basis", "依据", plain),
        ("moved", "新的期限", clocks),
        ("justified", "正当事由", excuses),
    ),
)
"""时限重算, of a call or of its supervision."""
