"""督办文书的写法: what an order or a circular says on paper: to whom, about what, on which ground, until when."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from api.pages.call_views import shortened
from api.pages.lateness import Lateness, clock_due
from api.pages.supervision_views import Document
from api.pages.times import exact_text, parts_text
from domain.calls.call import Call
from domain.calls.explanation import duty_cited
from domain.obligations.obligation import Obligation
from domain.shared.deadlines import Deadline
from domain.shared.events import Event
from domain.shared.posts import Post
from domain.supervision.document import PrintedDocument
from domain.supervision.events import Item
from domain.supervision.matter import Circular, Matter
from domain.supervision.words import Level, OrderKind
from projections.calls.queries import RecordEntry


def printed(
    document: Document, matter: Matter, call: Call, facts: Sequence[Event], signed_by: str, late: Lateness
) -> PrintedDocument:
    """The order or circular on paper; how late each thing was when it was signed. `facts` are the call's."""
    at = document.issued_at or document.drafted_at
    level = "市级" if document.level is Level.CITY else ""
    return PrintedDocument(
        title=f"{level}{_title(document)}",
        number=document.number,
        deadlines=_deadlines(document, matter),
        addressee=document.addressee_name,
        paragraphs=_paragraphs(document, matter, call),
        heads=("序号", "应办事项", "办理期限", "超期"),
        rows=tuple(
            (str(number), item.action.label, exact_text(item.due), _over(call, item, at, late))
            for number, item in enumerate(document.items, start=1)
        ),
        grounds=_grounds(document, call, facts),
        demands=(*((document.demands,) if document.demands else ()), _closing(document, matter)),
        issuer=document.issuer_name,
        signed_by=signed_by,
        day=exact_text(at)[:10],
        copies=(f"{document.addressee_name}分管负责同志", *(copy.name for copy in document.copies)),
        mark="" if document.issued_at is not None else "草稿,未经签发不生效",
    )


def signed_text(signature: RecordEntry | None, names: Mapping[UUID, str]) -> str:
    """签发人 by name. Who signed in a delegated post (受托代办) names it and its holder, the one who answers for it:
    "王呼叫(受镇街负责同志张秀兰委托代签)"."""
    if signature is None or signature.person is None:
        return ""
    name = names.get(signature.person, "")
    if signature.acting_for is None:
        return name
    return f"{name}(受{Post(signature.post).label}{names.get(signature.acting_for, '')}委托代签)"


def _title(document: Document) -> str:
    if isinstance(document, Circular):
        return "关于超期未办事项的通报"
    return "镇街督办通知单" if document.kind is OrderKind.TOWNSHIP else "督办通知单"


def _paragraphs(document: Document, matter: Matter, call: Call) -> tuple[str, ...]:
    what = f"{call.township_name}呼叫事项 {call.number}“{shortened(call.text, 80)}”(地点:{call.place})"
    if isinstance(document, Circular):
        return (f"{what},下列应履责事项超期较久,且没有正当事由,现予通报:",)
    if document.kind is OrderKind.TOWNSHIP:
        return (f"{what}涉及多个单位,现对你单位承办部分予以督办:",)
    urged = all(item.place in matter.urged for item in document.items)
    return (f"{what},你单位下列应履责事项已超期{',经催办仍未办理' if urged else '未办理'},现予督办:",)


def _deadlines(document: Document, matter: Matter) -> tuple[str, ...]:
    """期限 under the number: as it was signed, and the last one given anew when an answer was refused."""
    what = "整改" if isinstance(document, Circular) else "答复"
    due = matter.answers_due(document)
    if not due:
        return (f"{what}期限:签发时确定",)
    said = f"{what}期限:{_moment(due[0])}"
    return (said, f"退回后重新{what}期限:{_moment(due[-1])}") if len(due) > 1 else (said,)


def _moment(deadline: Deadline) -> str:
    """When it is due, on one line."""
    return exact_text(deadline.due).replace(" ", "\N{NO-BREAK SPACE}") + ("(暂定)" if deadline.provisional else "")


def _closing(document: Document, matter: Matter) -> str:
    due = matter.answers_due(document)
    when = f"于 {_moment(due[0])} 前" if due else "在签发时确定的期限前"
    if isinstance(document, Circular):
        return f"请立即办理,查明原因,落实整改措施,并{when}通过平台报告整改情况。"
    return f"请立即办理,并{when}通过平台答复:未按期办理的原因、现在的进展和办结时间。"


def _grounds(document: Document, call: Call, facts: Sequence[Event]) -> tuple[str, ...]:
    """依据: the dispatch and the duty text it states for the addressee, then the rule of each limit."""
    opened = {fact.originator_version: fact for fact in facts}
    duties: dict[tuple[str, str], list[str]] = {}
    limits: list[str] = []
    for number, owed, due in _named(document, call):
        duty = duty_cited(opened.get(owed.opened_by), owed)
        if duty is not None:
            duties.setdefault((duty.reference, duty.duty_text), []).append(number)
        if due is not None:
            limits.append(f"{owed.action.label} {parts_text(clock_due(owed, due))}")
    said = [
        f"{_which(numbers)}依据:{reference}" + (f"。你单位职责:{text.rstrip('。')}。" if text else "。")
        for (reference, text), numbers in duties.items()
    ]
    return (*said, f"时限:{';'.join(dict.fromkeys(limits))}。") if limits else tuple(said)


def _named(document: Document, call: Call) -> list[tuple[str, Obligation, datetime | None]]:
    """What it names, by number, and when that was due; where it has no rows, what its addressee had to do that day."""
    if document.items:
        return [
            (str(number), call.obligations[item.place], item.due)
            for number, item in enumerate(document.items, start=1)
            if item.place < len(call.obligations)
        ]
    day = document.issued_at or document.drafted_at
    own = (owed for owed in call.obligations if owed.organization == document.addressee and owed.begun <= day)
    return [("", owed, None) for owed in own if owed.ended is None or owed.ended > day]


def _which(numbers: Sequence[str]) -> str:
    """E.g. "第1、2项"; nothing where the document has no rows."""
    return f"第{'、'.join(numbers)}项" if all(numbers) else ""


def _over(call: Call, item: Item, at: datetime, late: Lateness) -> str:
    owed = call.obligations[item.place] if item.place < len(call.obligations) else None
    if owed is None:
        return ""
    until = min(at, owed.performed) if owed.performed is not None else at
    return late.text_for(owed, item.due, until) if until > item.due else "未超期"
