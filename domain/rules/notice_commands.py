"""通知规则的办理: how people are told, on an adopted document."""

from collections.abc import Sequence
from typing import ClassVar

from pydantic import Field

from domain.rules import events as e
from domain.rules import refusals
from domain.rules.authority import cite, require_rule_keeper, today
from domain.rules.notice_rule import NoticeRule
from domain.rules.streams import NoticeRules, evolve_notices, rules_stream
from domain.rules.words import RuleStream
from domain.shared.commands import Command, Desk, Handlers
from domain.shared.events import Event


class SetNoticeRule(Command):
    """设定通知规则."""

    wire: ClassVar[str] = "rules.set_notice_rule"
    title: ClassVar[str] = "设定通知规则"

    rule: NoticeRule = Field(title="通知规则")
    basis: e.Basis = Field(title="依据")


def set_notice_rule(command: SetNoticeRule, desk: Desk) -> Sequence[Event]:
    """设定通知规则. Refuses NotRuleKeeper, UnknownDocument, DocumentNotYetEffective, NothingChanged."""
    require_rule_keeper(desk)
    cite(desk, command.basis, today(desk))
    stream = rules_stream(desk.envelope.node, RuleStream.NOTICES)
    known = desk.streams.find(stream, evolve_notices) or NoticeRules()
    if (known.rule, known.basis) == (command.rule, command.basis):
        raise refusals.NothingChanged(field="rule")
    return [
        e.NoticeRuleSet.at_version(
            stream, known.version + 1, desk.envelope, rule=command.rule, basis=command.basis, was=known.rule
        )
    ]


HANDLERS: Handlers = {SetNoticeRule: set_notice_rule}
