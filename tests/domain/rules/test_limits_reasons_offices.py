"""Documents, limits, closed reason lists and charged offices as facts."""

from datetime import date
from uuid import uuid4

import pytest
from pydantic import ValidationError

from domain.directory.refusals import UnknownOrganization
from domain.rules import refusals
from domain.rules.commands import AdoptRuleDocument, ChargeOffice, LimitLine, ReviseReasons
from domain.rules.events import Basis, LimitSet, OfficeCharged, Reason, ReasonListRevised, RuleDocumentAdopted
from domain.rules.streams import evolve_limits
from domain.rules.words import FormerLimitKind, LimitKind, Office, ReasonList
from domain.shared.calendar import WorkingCalendar
from domain.shared.deadlines import CountFrom, Limit, LimitUnit
from domain.shared.urgency import Urgency
from tests.domain.rules.ruled_county import MEASURES, TO_COME, RuledTown, limits, line

OBJECTIONS = (
    Reason(code="another_bearer", text="清单明确由其他单位承担"),
    Reason(code="cooperative_only", text="仅承担配合责任"),
)


def test_a_set_limit_is_in_force_and_cites_its_document(town: RuledTown) -> None:
    (fact,) = town.ask(limits(line()))
    assert isinstance(fact, LimitSet)
    assert fact.basis == MEASURES
    assert fact.was is None
    limit = town.rules.limit(LimitKind.HANDLE, Urgency.ORDINARY)
    assert (limit.amount, limit.unit, limit.count_from) == (5, LimitUnit.WORKING_DAYS, CountFrom.NEXT_DAY)
    assert limit.basis == "示县办发〔2026〕1号 第三条"


def test_an_items_own_limit_beats_the_countys(town: RuledTown) -> None:
    town.ask(limits(line()))
    own = {(LimitKind.HANDLE, Urgency.ORDINARY): Limit(amount=3, unit=LimitUnit.WORKING_DAYS, basis="清单")}
    assert town.rules.limit(LimitKind.HANDLE, Urgency.ORDINARY, own).amount == 3
    assert town.rules.limit(LimitKind.HANDLE, Urgency.ORDINARY, {}).amount == 5


def test_an_items_own_limit_needs_no_limit_of_the_county(town: RuledTown) -> None:
    own = {(LimitKind.HANDLE, Urgency.URGENT): Limit(amount=3, unit=LimitUnit.WORKING_DAYS)}
    assert town.rules.limit(LimitKind.HANDLE, Urgency.URGENT, own).amount == 3


def test_many_limits_in_one_request_record_only_what_changes(town: RuledTown) -> None:
    town.ask(limits(line(), line(LimitKind.CONFIRM, amount=2)))
    facts = town.ask(limits(line(), line(LimitKind.CONFIRM, amount=3), line(LimitKind.VERIFY, amount=2)))
    changed = [(f.kind, f.limit.amount, f.was and f.was.amount) for f in facts if isinstance(f, LimitSet)]
    assert changed == [(LimitKind.CONFIRM, 3, 2), (LimitKind.VERIFY, 2, None)]
    with pytest.raises(refusals.NothingChanged):
        town.ask(limits(line(LimitKind.VERIFY, amount=2)))


def test_a_limit_of_a_former_kind_stands_in_the_facts_bounds_nothing_and_is_set_no_more(town: RuledTown) -> None:
    (fact,) = town.ask(limits(line()))
    assert isinstance(fact, LimitSet)
    former = {
        **fact.model_dump(),
        "originator_version": 2,
        "kind": "quiet_from",
        "limit": {"amount": 22, "unit": "hours"},
    }
    known = evolve_limits(evolve_limits(None, fact), LimitSet.model_validate(former))
    assert (known.version, set(known.limits)) == (2, {(LimitKind.HANDLE, Urgency.ORDINARY)})
    with pytest.raises(ValidationError):
        LimitLine.model_validate({**line().model_dump(), "kind": FormerLimitKind.QUIET_FROM})


def test_a_limit_that_was_never_set_is_refused_by_its_name(town: RuledTown) -> None:
    town.ask(limits(line()))
    with pytest.raises(refusals.LimitNotSet, match="特急事项的“办理”时限"):
        town.rules.limit(LimitKind.HANDLE, Urgency.EMERGENCY)


def test_one_request_sets_a_limit_once(town: RuledTown) -> None:
    with pytest.raises(refusals.LimitTwice):
        town.ask(limits(line(), line(amount=3)))


def test_a_rule_without_an_adopted_document_is_refused(town: RuledTown) -> None:
    unknown = Basis(document="示县办发〔2026〕404号")
    with pytest.raises(refusals.UnknownDocument, match="404"):
        town.ask(limits(line(basis=unknown)))
    with pytest.raises(refusals.UnknownDocument):
        town.ask(ReviseReasons(list=ReasonList.OBJECTION, reasons=OBJECTIONS, basis=unknown))


def test_a_rule_waits_for_its_document_to_take_effect(town: RuledTown) -> None:
    with pytest.raises(refusals.DocumentNotYetEffective):
        town.ask(limits(line(basis=TO_COME)))
    town.town.county.pass_time(days=120)
    town.ask(limits(line(basis=TO_COME)))
    assert town.rules.limit(LimitKind.HANDLE, Urgency.ORDINARY).basis == TO_COME.document


def test_a_document_is_adopted_once(town: RuledTown) -> None:
    adopt = AdoptRuleDocument(
        number="示县办发〔2026〕2号", name="工作规则", issuer="示范县两办", effective_from=date(2026, 2, 1)
    )
    (fact,) = town.ask(adopt)
    assert isinstance(fact, RuleDocumentAdopted)
    document = town.rules.document("示县办发〔2026〕2号")
    assert document is not None
    assert (document.title, document.effective_from, document.sample) == ("工作规则", date(2026, 2, 1), False)
    with pytest.raises(refusals.DocumentKnown):
        town.ask(adopt)


def test_a_revised_list_replaces_the_whole_list(town: RuledTown) -> None:
    town.ask(ReviseReasons(list=ReasonList.OBJECTION, reasons=OBJECTIONS, basis=MEASURES))
    (fact,) = town.ask(ReviseReasons(list=ReasonList.OBJECTION, reasons=OBJECTIONS[:1], basis=MEASURES))
    assert isinstance(fact, ReasonListRevised)
    assert town.rules.reasons(ReasonList.OBJECTION) == OBJECTIONS[:1]
    assert town.rules.reason(ReasonList.OBJECTION, "another_bearer") == "清单明确由其他单位承担"
    assert town.rules.reason(ReasonList.OBJECTION, "cooperative_only") is None
    assert town.rules.reason(ReasonList.DECLINE, "another_bearer") is None


def test_a_list_that_says_the_same_is_not_revised(town: RuledTown) -> None:
    town.ask(ReviseReasons(list=ReasonList.OBJECTION, reasons=OBJECTIONS, basis=MEASURES))
    with pytest.raises(refusals.NothingChanged):
        town.ask(ReviseReasons(list=ReasonList.OBJECTION, reasons=OBJECTIONS, basis=MEASURES))


@pytest.mark.parametrize(
    "twin", [Reason(code="another_bearer", text="另一理由"), Reason(code="b", text="清单明确由其他单位承担")]
)
def test_a_list_holds_no_code_and_no_text_twice(town: RuledTown, twin: Reason) -> None:
    with pytest.raises(refusals.CodeTwice):
        town.ask(ReviseReasons(list=ReasonList.OBJECTION, reasons=(*OBJECTIONS, twin), basis=MEASURES))


def test_an_office_is_held_by_the_organization_charged_last(town: RuledTown) -> None:
    place = town.town
    town.ask(ChargeOffice(office=Office.PLATFORM, organization=place.bureau))
    (fact,) = town.ask(ChargeOffice(office=Office.PLATFORM, organization=place.platform, document=MEASURES.document))
    assert isinstance(fact, OfficeCharged)
    assert fact.was == place.bureau
    holder = town.rules.office(Office.PLATFORM)
    assert (holder.organization, holder.name) == (place.platform, "呼应平台")
    with pytest.raises(refusals.NothingChanged):
        town.ask(ChargeOffice(office=Office.PLATFORM, organization=place.platform))


def test_an_office_nobody_holds_is_refused_by_its_name(town: RuledTown) -> None:
    with pytest.raises(refusals.OfficeNotCharged, match="总值班室"):
        town.rules.office(Office.DUTY_ROOM)


def test_only_a_registered_organization_holds_an_office(town: RuledTown) -> None:
    with pytest.raises(UnknownOrganization):
        town.ask(ChargeOffice(office=Office.PLATFORM, organization=uuid4()))


def test_only_the_countys_administrator_keeps_the_rules(town: RuledTown) -> None:
    with pytest.raises(refusals.NotRuleKeeper):
        town.ask(limits(line()), by=town.town.caller)
    town.ask(limits(line()), by=town.town.administrator)
    assert town.rules.limit(LimitKind.HANDLE, Urgency.ORDINARY).amount == 5


def test_the_rulebook_reads_only_the_streams_it_is_asked_about(town: RuledTown) -> None:
    town.with_calendar().ask(limits(line()))
    rules = town.rules
    first: WorkingCalendar = rules.calendar
    town.town.county.facts.clear()
    assert rules.calendar is first
    with pytest.raises(refusals.LimitNotSet):
        rules.limit(LimitKind.HANDLE, Urgency.ORDINARY)
