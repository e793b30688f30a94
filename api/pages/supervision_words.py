"""督办记录的写法: how each fact of supervision reads on the page."""

from collections.abc import Mapping
from typing import Any

from api.pages.wording import REASON, RECOMPUTED, Words, moment, name, plain
from domain.obligations.words import Action
from domain.shared.posts import Post
from domain.supervision.words import FailureKind, Level, Rung, Standing


def _items(value: Any) -> str:
    return ";".join(f"{Action(one['action']).label}(期限 {moment(one['due'])})" for one in value)


def _rung(value: Any) -> str:
    return Rung(value).label


def _action(value: Any) -> str:
    return Action(value).label


_TO = ("addressee", "单位", name)
_ITEMS = ("items", "所列事项", _items)
_NUMBER = ("number", "编号", plain)
_LEVEL = ("level", "层级", lambda value: Level(value).label)
_ISSUER = ("issuer", "发出单位", name)
_COPIED = ("copied_to_post", "抄送", lambda value: f"被督办单位{Post(value).label}(分管)")
_COPIES = ("copies", "抄送单位", lambda value: "、".join(one["name"] for one in value))

SUPERVISION_WORDS: Mapping[str, Words] = {
    "supervision.RungReached": Words(
        "时限到级",
        (
            ("rung", "级别", _rung),
            ("bearer", "单位", name),
            ("action", "应做的事", _action),
            ("due", "期限", moment),
            ("reached_at", "到级时间", moment),
            ("next_rung", "下一级", _rung),
            ("next_at", "下一级时间", moment),
        ),
    ),
    "supervision.LadderRested": Words(
        "督办阶梯停歇",
        (
            ("bearer", "单位", name),
            ("action", "应做的事", _action),
            ("due", "期限", moment),
            ("standing", "状态", lambda value: Standing(value).label),
            ("again_at", "再次查看", moment),
        ),
    ),
    "supervision.ReminderSent": Words(
        "临期提醒", (("organization", "单位", name), _ITEMS, ("not_before", "免打扰,最早送达", moment))
    ),
    "supervision.UrgeIssued": Words("催办", (("organization", "单位", name), _ITEMS)),
    "supervision.OrderDrafted": Words("拟制督办通知单", (_NUMBER, _LEVEL, _ISSUER, _TO, _ITEMS), (), "sign"),
    "supervision.OrderAmended": Words("补充督办通知单草稿", (_ITEMS,)),
    "supervision.OrderDiscarded": Words("不予签发督办通知单", (), REASON),
    "supervision.OrderLapsed": Words("督办草稿作废:所列事项均已办理或终止", (("since", "最后一项", moment),)),
    "supervision.OrderIssued": Words(
        "签发督办通知单",
        (_NUMBER, _LEVEL, _ISSUER, _TO, _ITEMS, _COPIED, _COPIES),
        (("demands", "督办要求"),),
        "reply",
    ),
    "supervision.TownshipSupervisionIssued": Words(
        "镇街督办",
        (_NUMBER, _ISSUER, _TO, _ITEMS, ("copied_to", "抄送", name)),
        (("demands", "督办内容和要求"),),
        "reply",
    ),
    "supervision.OrderReplied": Words("答复督办", (("organization", "单位", name),), (("text", ""),), "check"),
    "supervision.ReplyAccepted": Words("认可答复", (), (("remark", "审核意见"),)),
    "supervision.ReplyRefused": Words("退回答复", (), REASON, "reply"),
    "supervision.OrderClosed": Words("督办销号", (), (("remark", "说明"),)),
    "supervision.CircularDrafted": Words("拟制通报", (_NUMBER, _LEVEL, _ISSUER, _TO, _ITEMS), (), "sign"),
    "supervision.CircularAmended": Words("补充通报草稿", (_ITEMS,)),
    "supervision.CircularLapsed": Words(
        "通报草稿作废:所列事项已由其他层级通报,或者有正当事由", (("since", "自何时起", moment),)
    ),
    "supervision.CircularDiscarded": Words("不予通报", (), REASON),
    "supervision.CircularIssued": Words(
        "签发通报",
        (_NUMBER, _LEVEL, _ISSUER, _TO, _ITEMS, _COPIED, _COPIES),
        (("demands", "整改要求"),),
        "rectify",
    ),
    "supervision.RectificationReported": Words(
        "报告整改", (("organization", "单位", name),), (("text", ""),), "confirm"
    ),
    "supervision.RectificationConfirmed": Words("确认整改到位", (), (("remark", "核查情况"),)),
    "supervision.RectificationRefused": Words("整改不到位,退回", (), REASON, "rectify"),
    "supervision.FailureSuspected": Words(
        "登记疑似情形",
        (
            ("kind", "疑似", lambda value: FailureKind(value).label),
            ("organization", "单位", name),
            ("grounds", "依据规则", plain),
            ("decider", "认定单位", name),
            _ITEMS,
        ),
        (("reason", "依据的事实"),),
    ),
    "supervision.FailureConfirmed": Words("认定属实", (), (("reason", "认定理由"),)),
    "supervision.FailureDismissed": Words("认定不成立", (), REASON),
    "supervision.PartySucceeded": Words("督办承接", (("was", "原单位", name), ("now", "承接单位", name))),
    "supervision.ClocksRecomputed": RECOMPUTED,
    "supervision.StatementAdded": Words(
        "督办陈述",
        (
            ("organization", "单位", name),
            ("action", "就哪一项", _action),
            ("told", "告知", lambda value: "、".join(one["name"] for one in value)),
        ),
        (("text", ""),),
    ),
    "supervision.ContentWithdrawn": Words("内容依令撤除", (("order_number", "文号", plain),)),
}
"""By wire name."""
