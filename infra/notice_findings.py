"""通知的体检: whether notices are planned and sent, and what could not be delivered, with what to do."""

from collections import Counter
from collections.abc import Iterator

from adapters.notices.outbox import CHANNEL_MISSING
from adapters.notices.planner import NOBODY
from adapters.notices.standing import NoticeStanding
from api.findings import Finding
from api.pages.times import exact_text
from domain.rules.notice_rule import Channel, NoticeRule, in_words
from domain.rules.refusals import NoticeRuleNotSet
from domain.shared.urgency import Urgency
from infra.clock import now
from infra.composition import House
from infra.cures import cure_of
from infra.notices import channel_ports
from infra.services.problems import ServiceUnavailable

_SECONDS_WITHOUT_A_SIGN = 120.0
_MANY_BEHIND = 100
_SHOWN = 3
UNPLANNED = "notice-unplanned"
"""The code of a fact whose notices could not be planned, whatever the cause."""


def notice_findings(house: House) -> list[Finding]:
    """How notices stand in an open house."""
    standing = NoticeStanding(house.engine)
    found = [_planning(house, standing), *_channels(house, standing)]
    found += [
        _finding(f"通知未能计划:第 {one.position} 号记录", one.code if one.code == NOBODY else UNPLANNED, one.reason)
        for one in standing.unplanned()[:_SHOWN]
    ]
    found += [
        _finding(
            f"通知发不出去:{one.channel.label}",
            "notice-stalled",
            f"{one.waiting} 条已到时间未发出,最早的应于 {exact_text(one.since)} 发出"
            + (f",最近的答复:{one.answer}" if one.answer else ""),
        )
        for one in standing.stalled(now())
    ]
    return found + list(_given_up(standing))


def _planning(house: House, standing: NoticeStanding) -> Finding:
    planning = standing.planning()
    if not planning.anything:
        return _finding("通知", "", "尚无办理记录")
    try:
        house.rulebook().notice_rule()
    except NoticeRuleNotSet as missing:
        return _finding("通知", "notice-rule-missing", missing.message)
    if planning.seen_seconds is None:
        code = "" if house.settings.demonstration else "notice-not-running"
        return _finding("通知", code, "从未启动:尚未计划任何通知")
    silent = planning.seen_seconds > _SECONDS_WITHOUT_A_SIGN
    if planning.behind >= _MANY_BEHIND or (planning.behind and silent):
        return _finding("通知", "notice-not-running", f"有 {planning.behind} 条办理记录还没有计划通知")
    return _finding("通知", "", "已计划到最新" if not planning.behind else f"还有 {planning.behind} 条办理记录待计划")


def _channels(house: House, standing: NoticeStanding) -> Iterator[Finding]:
    try:
        offered = channel_ports(house.settings, now).keys()
        demanded = _demanded(house.rulebook().notice_rule())
    except ServiceUnavailable as problem:
        yield _finding("通知方式", "notice-settings", str(problem))
        return
    except NoticeRuleNotSet:
        return
    lacking = demanded - offered
    if lacking:
        text = f"规则要求的{in_words(lacking)}没有接通,{standing.missing()} 条因此未送达"
        if house.settings.demonstration:
            yield _finding("通知方式", "", f"{text}(演示实例)")
        else:
            yield _finding("通知方式", CHANNEL_MISSING, text)
    else:
        yield _finding("通知方式", "", f"已接通:{in_words(offered)}")


def _demanded(rule: NoticeRule) -> frozenset[Channel]:
    return frozenset(channel for urgency in Urgency for channel in rule.demanded(urgency)) - {Channel.WEBHOOK}


def _given_up(standing: NoticeStanding) -> Iterator[Finding]:
    """One finding a cause, with how many and the latest."""
    left = standing.given_up(500)
    for code, count in Counter(one.code for one in left).items():
        latest = next(one for one in left if one.code == code)
        text = (
            f"{count} 条未送达。最近一条:{latest.channel.label},事项 {latest.number},{latest.organization_name},"
            f"{exact_text(latest.ended_at)},{latest.reason}。全部见 huying notices list"
        )
        yield _finding("通知未送达", code, text)


def _finding(subject: str, code: str, text: str) -> Finding:
    return Finding(subject, not code, text, cure_of(code) if code else "", code)
