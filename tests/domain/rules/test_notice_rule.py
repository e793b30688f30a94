"""通知规则 as a fact: set on an adopted document, in force from then on."""

import pytest

from domain.rules import refusals
from domain.rules.events import NoticeRuleSet
from domain.rules.notice_commands import SetNoticeRule
from domain.rules.notice_rule import Channel
from domain.shared.urgency import Urgency
from infra.defaults.shipped_rules import shipped_notice_rule
from tests.domain.rules.ruled_county import MEASURES, TO_COME, RuledTown

SHIPPED = shipped_notice_rule()


def rule(**more: object) -> SetNoticeRule:
    return SetNoticeRule.model_validate({"rule": {**dict(SHIPPED.rule), **more}, "basis": MEASURES})


def test_a_rule_is_in_force_once_it_is_set_and_cites_its_document(town: RuledTown) -> None:
    with pytest.raises(refusals.NoticeRuleNotSet):
        town.rules.notice_rule()
    (fact,) = town.ask(rule())
    assert isinstance(fact, NoticeRuleSet)
    assert (fact.basis, fact.was) == (MEASURES, None)
    assert town.rules.notice_rule() == SHIPPED.rule
    assert town.rules.notice_rule_basis() == str(MEASURES)


def test_a_later_rule_replaces_it_and_names_what_was(town: RuledTown) -> None:
    town.ask(rule())
    (fact,) = town.ask(rule(at_once=(Urgency.EMERGENCY, Urgency.URGENT)))
    assert isinstance(fact, NoticeRuleSet)
    assert fact.was == SHIPPED.rule
    with pytest.raises(refusals.NothingChanged):
        town.ask(rule(at_once=(Urgency.EMERGENCY, Urgency.URGENT)))


@pytest.mark.parametrize(
    ("document", "refusal"),
    [("示县办发〔2026〕99号", refusals.UnknownDocument), (TO_COME.document, refusals.DocumentNotYetEffective)],
)
def test_a_rule_stands_on_an_adopted_document_in_force(
    town: RuledTown, document: str, refusal: type[Exception]
) -> None:
    command = SetNoticeRule.model_validate({"rule": SHIPPED.rule, "basis": {"document": document}})
    with pytest.raises(refusal):
        town.ask(command)


def test_the_shipped_rule_calls_and_texts_for_emergencies_and_is_quiet_at_night() -> None:
    shipped = SHIPPED.rule
    assert shipped.demanded(Urgency.EMERGENCY) == {Channel.PHONE, Channel.SMS}
    assert shipped.demanded(Urgency.ORDINARY) == frozenset()
    assert (f"{shipped.quiet_from:%H:%M}", f"{shipped.quiet_until:%H:%M}") == ("22:00", "07:00")
