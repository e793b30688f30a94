"""主线之外的内容: interim resolution, shelving, consultation, escalation and evaluation of a call, each as a card."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from api.pages.lateness import Lateness
from api.pages.obligation_views import shown_obligation
from api.pages.times import DeadlineShown, time_text
from domain.calls.beside import Consultation, Escalation, Evaluation, Interim
from domain.calls.call import Call
from domain.calls.words import Stage
from domain.obligations.obligation import Obligation
from domain.obligations.words import Action

IN_CARDS: Final = frozenset({Action.MILESTONE, Action.AGREED_ACTION, Action.ATTEND, Action.FOLLOW_UP_ESCALATION})
"""What a card shows with its content, and no list of clocks shows again."""


@dataclass(frozen=True, slots=True)
class CardItem:
    """One thing on a card with its clock."""

    text: str
    organization: str
    deadline: DeadlineShown


@dataclass(frozen=True, slots=True)
class Card:
    """标题, labelled lines and things with clocks."""

    title: str
    lines: list[tuple[str, str]]
    items: list[CardItem]


def doing_text(owed: Obligation) -> str:
    """What is to be done, with its number where there are several of a kind."""
    match owed.action:
        case Action.MILESTONE:
            return f"{owed.action.label}(第 {owed.entry} 个)"
        case Action.AGREED_ACTION | Action.FOLLOW_UP_ESCALATION:
            return f"{owed.action.label}(第 {owed.entry} 项)"
        case _:
            return owed.action.label


def beside_cards(call: Call, now: datetime, late: Lateness, asked: str = "") -> list[Card]:
    """The cards this call has. `asked` is added to links: by it they show the same moment."""
    cards = []
    if call.stage is Stage.SHELVED:
        cards.append(_shelf(call, now))
    if call.interim is not None:
        cards.append(_interim(call, call.interim, now, late, asked))
    if call.consultation is not None:
        cards.append(_consultation(call, call.consultation, now, late, asked))
    cards += [_escalation(call, one, now, late, asked) for one in call.escalations]
    several = len(call.evaluators) > 1
    cards += [_evaluation(one, one.township_name if several else "") for one in call.evaluations]
    return cards


def _items(
    call: Call, action: Action, now: datetime, late: Lateness, texts: dict[int, str], asked: str
) -> list[CardItem]:
    return [
        CardItem(
            texts.get(owed.entry, ""),
            owed.organization_name,
            shown_obligation(owed, now, late, _href(call, place) + asked),
        )
        for place, owed in enumerate(call.obligations)
        if owed.action is action and owed.round == call.round
    ]


def _shelf(call: Call, now: datetime) -> Card:
    review = call.owing(Action.REVIEW_SHELVING)
    next_review = [("下次复核", time_text(review.deadline.due, now))] if review is not None else []
    return Card("挂账", [("说明", "暂不具备办理条件,办理时限停算;不计为办结,按季复核。"), *next_review], [])


def _interim(call: Call, interim: Interim, now: datetime, late: Lateness, asked: str) -> Card:
    proposed = "已同意" if interim.resolved else "待平台答复,答复前办理时限照常计算"
    texts = {number: f"第 {number} 个:{interim.text(number)}" for number in range(1, len(interim.milestones) + 1)}
    lines = [
        ("状态", proposed),
        ("立案文号", interim.file_number),
        ("法定期限", f"{interim.statute},至 {interim.statutory_until:%Y-%m-%d}"),
    ]
    if not interim.resolved:
        lines += [("办理节点", f"{texts[n]}({day:%Y-%m-%d} 前)") for n, day in enumerate(interim.milestones, 1)]
    return Card("阶段性办结", lines, _items(call, Action.MILESTONE, now, late, texts, asked))


def _consultation(call: Call, consultation: Consultation, now: datetime, late: Lateness, asked: str) -> Card:
    invited = "、".join(name for _, name in consultation.invited)
    lines = [
        ("召集单位", consultation.convener_name),
        ("会商时间", time_text(consultation.starts, now)),
        ("邀请", invited),
        ("结果", "已登记" if consultation.held_at is not None else "尚未登记"),
    ]
    texts = {action.number: f"第 {action.number} 项:{action.text}" for action in call.agreed}
    items = [
        CardItem(text, owed.organization_name, shown_obligation(owed, now, late, _href(call, place) + asked))
        for place, owed in enumerate(call.obligations)
        for text in [texts.get(owed.entry, "") if owed.action is Action.AGREED_ACTION else "参加会商"]
        if owed.action is Action.AGREED_ACTION or (owed.action is Action.ATTEND and owed.entry == consultation.number)
    ]
    return Card("会商", lines, items)


def _escalation(call: Call, sent: Escalation, now: datetime, late: Lateness, asked: str) -> Card:
    title = "提级上报" if len(call.escalations) == 1 else f"提级上报(第 {sent.number} 项)"
    lines = [("上报给", f"{sent.upper}({sent.letter})"), ("状态", _standing(sent))]
    if sent.receipt and sent.received_at is not None:
        lines.append(("回执", f"{sent.receipt},{time_text(sent.received_at, now)} 收到"))
    if sent.promised is not None:
        lines.append(("承诺答复", time_text(sent.promised, now)))
    if sent.waiter is not None:
        lines.append(("等待单位", sent.waiter_name))
    items = [
        CardItem("取得上级回执", owed.organization_name, shown_obligation(owed, now, late, _href(call, place) + asked))
        for place, owed in enumerate(call.obligations)
        if owed.action is Action.FOLLOW_UP_ESCALATION and owed.entry == sent.number
    ]
    return Card(title, lines, items)


def _standing(sent: Escalation) -> str:
    if sent.over:
        return "已了结"
    return "上级已收到,等待答复" if sent.receipt else "尚无上级回执,时限照常计算"


def _evaluation(evaluation: Evaluation, by: str) -> Card:
    lines = [("评价", evaluation.grade.label)]
    if evaluation.contested:
        lines.append(("异议", "主办单位已提出异议"))
    if evaluation.excluded:
        lines.append(("统计", "已决定不计入"))
    return Card(f"评价({by})" if by else "评价", lines, [])


def _href(call: Call, place: int) -> str:
    """期限说明 of one obligation."""
    return f"/calls/{call.id}/obligations/{place}"
