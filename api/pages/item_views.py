"""清单内容的写法: items, revisions and their duties as templates show them."""

from datetime import date
from typing import Any

from domain.duty_lists.items import Duty
from domain.duty_lists.kinds import DutyRole, RevisionStage
from projections.duty_lists import ItemChange, ItemEntry, RevisionEntry, limits_text

_CHANGES = {"added": "新增", "amended": "修改", "removed": "移出"}


def item_shown(entry: ItemEntry, choose_href: str = "", href: str = "") -> dict[str, Any]:
    """An item with both sides' duties."""
    item = entry.item
    county = [duty for duty in item.duties if not duty.bearer.is_township_concerned]
    return {
        "id": item.code,
        "href": href or item_href(entry),
        "choose_href": choose_href,
        "number": f"第{item.number}项",
        "field": item.field,
        "title": item.title,
        "county": [(duty.bearer.name, duty.text, _role(duty)) for duty in county],
        "township": township_text(entry),
        "order_text": order_text(entry),
        "limits_text": limits_text(item.limits),
        "basis": source_text(item.legal_basis),
    }


def order_text(entry: ItemEntry) -> str:
    """Who is proposed to lead where the list names several 主体: it says so by their order (牵头 stands first)."""
    county = [duty for duty in entry.item.duties if not duty.bearer.is_township_concerned]
    names = list(dict.fromkeys(duty.bearer.name for duty in county if duty.role is DutyRole.PRIMARY))
    if len(names) < 2:
        return ""
    return f"清单列了 {len(names)} 个主体单位。按清单次序建议{names[0]}主办、{'、'.join(names[1:])}协办,派发时可改。"


def township_text(entry: ItemEntry) -> str:
    """What the list asks of the township concerned."""
    duties = [duty for duty in entry.item.duties if duty.bearer.is_township_concerned]
    return ";".join((f"【主体责任】{duty.text}" if duty.role is DutyRole.PRIMARY else duty.text) for duty in duties)


_WORDS_OF_THE_COMPILERS = (
    ("种子文档", "编制参考材料"),
    ("检索命中条文摘录", "公开条文摘录"),
    ("摘录(检索命中,无独立地址)", "摘录"),
    ("(摘录在此处截断)", ""),
    ("职责栏在摘录外,按事项归纳", "职责按事项归纳"),
    ("法条号使用前须核对", "条号使用前须核对"),
)
"""What the compilers of the shipped list noted for themselves, and how it reads to those who work by it."""


def source_lines(note: str) -> list[str]:
    """来源说明: the grade on a line of its own, then where the row comes from."""
    grade, _, rest = source_text(note).partition(" ")
    return [line for line in ((grade, rest) if grade.startswith("来源等级") else (source_text(note),)) if line]


def source_text(note: str) -> str:
    """A basis or source note as a page shows it. The list itself keeps the note as it was imported."""
    for written, read in _WORDS_OF_THE_COMPILERS:
        note = note.replace(written, read)
    return note


def county_text(entry: ItemEntry) -> str:
    """The county bearers by name."""
    names = [d.bearer.name for d in entry.item.duties if not d.bearer.is_township_concerned]
    return "、".join(dict.fromkeys(names)) or "—"


def item_href(entry: ItemEntry) -> str:
    """The page of an item as it stands in its revision."""
    return f"/items/{entry.item.code}?revision={entry.revision.id}"


def revision_shown(revision: RevisionEntry, on: date, current: bool) -> dict[str, Any]:
    """A revision in words."""
    return {
        "href": f"/revisions/{revision.id}",
        "number_text": f"第{revision.number}版",
        "status_text": revision_status(revision, on, current),
        "document": revision.document_number or "(尚未印发)",
        "published_text": day_text(revision.published_on) or "未公布",
        "effective_text": day_text(revision.effective_from) or "未定",
        "counts_text": f"{revision.item_count} 项",
        "current": current,
        "superseded_text": None,
    }


def revision_status(revision: RevisionEntry, on: date, current: bool) -> str:
    """现行, 待施行, 已被替代 or the stage of a draft."""
    if revision.stage is not RevisionStage.PUBLISHED:
        return revision.stage.label
    if current:
        return "现行有效"
    if revision.effective_from is not None and revision.effective_from > on:
        return "已公布,待施行"
    return "已被新版本替代"


def change_text(change: ItemChange | None) -> str | None:
    """What a revision did to an item."""
    return _CHANGES.get(change.change) if change is not None else None


def day_text(day: date | None) -> str:
    """2026年6月1日."""
    return f"{day.year}年{day.month}月{day.day}日" if day else ""


def _role(duty: Duty) -> str:
    return "主体" if duty.role is DutyRole.PRIMARY else "配合"
