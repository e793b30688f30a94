"""另定承接单位: where nobody may succeed a body that is gone, the platform owes to name another, by a time."""

from uuid import UUID

import pytest

from domain.calls.around.confidentiality import MarkConfidential
from domain.calls.dispatch import passing
from domain.calls.dispatch.passing_events import PartySucceeded, SuccessionWithheld
from domain.calls.intake import submission
from domain.calls.work import completion
from domain.directory.kinds import OrganizationKind
from domain.directory.organization_commands import DissolveOrganization
from domain.obligations.words import Action, Performance
from domain.rules.commands import ChargeOffice
from domain.rules.words import Office
from domain.shared.urgency import Urgency
from tests.domain.calls.asking import check_ledgers, owed
from tests.domain.calls.county import CallCounty
from tests.domain.memory import PLATFORM_ITSELF, local, only

LETTER = "示编函〔2026〕3号"
RULES = "本县办法(示例)"
NAME = Action.NAME_SUCCESSOR


def about(county: CallCounty, call: UUID, whose: str, by: str = "wang") -> None:
    county.say(MarkConfidential(call_id=call, about=county.orgs[whose], reason="怕被报复"), by)


def dissolved(county: CallCounty, body: str, heir: str) -> None:
    command = DissolveOrganization(
        organization=county.orgs[body], successor=county.orgs[heir], document="示编〔2026〕9号"
    )
    county.ask(command)
    county.pass_time(minutes=1)


def stepping_in(county: CallCounty, call: UUID, body: str, instead: str | None = None) -> passing.SucceedParty:
    named = {} if instead is None else {"instead": county.orgs[instead], "basis": LETTER}
    return passing.SucceedParty.model_validate({"call_id": call, "dissolved": county.orgs[body], **named})


def withheld(county: CallCounty, call: UUID, body: str, heir: str = "zhujian") -> SuccessionWithheld:
    """The body is dissolved into the one whose staff the call is about; the platform says that nobody steps in."""
    dissolved(county, body, heir)
    return only(SuccessionWithheld, county.ask(stepping_in(county, call, body)))


@pytest.fixture
def call(county: CallCounty) -> UUID:
    call = county.handling("shichang")
    about(county, call, "zhujian")
    return call


def test_the_platform_owes_to_name_another_in_the_time_its_rules_set(county: CallCounty, call: UUID) -> None:
    fact = withheld(county, call, "zhifa")
    naming = county.obligation(call, NAME, "platform")
    assert fact.naming == naming.deadline
    assert naming.deadline.due == local("2026-05-11", "15:01"), "four working hours after 09:01, by the shipped rules"
    assert (naming.owed_to, naming.opened_by) == (county.orgs["chengdong"], fact.originator_version)
    check_ledgers(county, county.call(call))


def test_an_emergency_has_an_hour(county: CallCounty) -> None:
    call = county.handling("shichang", urgency=Urgency.EMERGENCY)
    about(county, call, "zhujian")
    withheld(county, call, "zhifa")
    assert county.obligation(call, NAME).deadline.due == local("2026-05-11", "10:01")


def test_naming_another_is_what_it_owed(county: CallCounty, call: UUID) -> None:
    withheld(county, call, "zhifa")
    assert passing.SucceedParty in county.offered(call, "li")
    county.say(stepping_in(county, call, "zhifa", "huanjing"), "li")
    assert owed(county, call, NAME, "platform").performance is Performance.MET
    assert county.obligation(call, Action.HANDLE, "huanjing")


def test_named_too_late_it_is_late_whatever_the_next_one_does(county: CallCounty, call: UUID) -> None:
    withheld(county, call, "zhifa")
    county.at("2026-05-11", "15:10")
    county.say(stepping_in(county, call, "zhifa", "huanjing"), "li")
    assert owed(county, call, NAME, "platform").performance is Performance.LATE


def test_of_two_that_are_gone_each_is_named_by_itself(county: CallCounty, call: UUID) -> None:
    withheld(county, call, "zhifa")
    withheld(county, call, "shichang")
    assert [one.entry for one in county.call(call).open_obligations if one.action is NAME] == [1, 2]
    county.say(stepping_in(county, call, "shichang", "huanjing"), "li")
    (left,) = (one for one in county.call(call).open_obligations if one.action is NAME)
    assert left.entry == 1
    check_ledgers(county, county.call(call))


def test_it_is_said_once_and_said_again_only_when_nobody_owes_it_any_more(county: CallCounty, call: UUID) -> None:
    withheld(county, call, "zhifa")
    again = county.refusal(stepping_in(county, call, "zhifa"), PLATFORM_ITSELF)
    assert again.code == "complaint-about-its-staff"


def test_what_an_earlier_build_said_without_a_time_gets_one(county: CallCounty, call: UUID) -> None:
    dissolved(county, "zhifa", "zhujian")
    (now,) = county.decide(stepping_in(county, call, "zhifa"), PLATFORM_ITSELF)
    assert isinstance(now, SuccessionWithheld)
    county.streams.record([now.model_copy(update={"naming": None, "organization": None})])
    assert NAME not in county.open_kinds(call), "facts of before open nothing"
    only(SuccessionWithheld, county.ask(stepping_in(county, call, "zhifa")))
    assert county.obligation(call, NAME).entry == 1


def test_when_nothing_more_is_to_come_from_the_body_nobody_has_to_be_named(county: CallCounty) -> None:
    call = county.objected()
    about(county, call, "zhujian")
    withheld(county, call, "zhifa")
    county.say(county.upholding(call), "li")
    assert owed(county, call, NAME, "platform").performance is Performance.ENDED


def test_a_call_that_is_over_leaves_an_overdue_naming_unmet(county: CallCounty, call: UUID) -> None:
    withheld(county, call, "zhifa")
    county.at("2026-05-12", "09:00")
    county.say(submission.WithdrawCall(call_id=call, reason="重复", asked_by="本镇"), "wang")
    assert owed(county, call, NAME, "platform").performance is Performance.UNMET


def test_a_resolved_call_may_still_need_somebody_in_the_leads_place(county: CallCounty) -> None:
    """It can be opened again until it is filed."""
    call = county.confirmed()
    about(county, call, "zhujian")
    withheld(county, call, "zhifa")
    county.say(completion.ResolveCall(call_id=call), "li")
    assert NAME in county.open_kinds(call)
    county.say(completion.EvaluateCall(call_id=call, grade="satisfied"), "wang")
    assert owed(county, call, NAME, "platform").performance is Performance.ENDED


def new_platform(county: CallCounty) -> None:
    """The county charges another body with the platform's office."""
    heir = county.organization("platform-2", "新呼应平台", OrganizationKind.PLATFORM)
    county.orgs = {**county.orgs, "platform-2": heir}
    county.ask(ChargeOffice(office=Office.PLATFORM, organization=heir, document=RULES))


def test_where_the_platform_itself_is_gone_nobody_owes_it_and_the_supervision_body_hears(
    county: CallCounty, call: UUID
) -> None:
    fact = withheld(county, call, "platform")
    assert (fact.naming, fact.organization) == (None, None)
    assert fact.supervision is not None
    assert fact.supervision.id == county.orgs["ducha"]
    assert NAME not in county.open_kinds(call)
    assert county.refusal(stepping_in(county, call, "platform"), PLATFORM_ITSELF).code == "complaint-about-its-staff"


def test_whom_the_county_charges_with_the_office_then_steps_in_by_itself(county: CallCounty, call: UUID) -> None:
    withheld(county, call, "platform")
    new_platform(county)
    fact = only(PartySucceeded, county.ask(stepping_in(county, call, "platform")))
    assert (fact.now.id, fact.basis) == (county.orgs["platform-2"], RULES)
    assert county.call(call).platform == county.orgs["platform-2"]


def test_with_the_platform_gone_too_its_office_has_to_name_who_handles_on(county: CallCounty, call: UUID) -> None:
    withheld(county, call, "platform")
    assert withheld(county, call, "zhifa").organization is None
    new_platform(county)
    county.ask(stepping_in(county, call, "platform"))
    fact = only(SuccessionWithheld, county.ask(stepping_in(county, call, "zhifa")))
    assert fact.organization is not None
    assert county.obligation(call, NAME, "platform-2").entry == 2


def test_the_successor_of_the_platform_names_with_the_time_that_is_left(county: CallCounty, call: UUID) -> None:
    due = withheld(county, call, "zhifa").naming
    heir = county.organization("platform-2", "新呼应平台", OrganizationKind.PLATFORM)
    county.orgs = {**county.orgs, "platform-2": heir}
    dissolved(county, "platform", "platform-2")
    county.ask(stepping_in(county, call, "platform"))
    assert county.obligation(call, NAME, "platform-2").deadline == due
    assert owed(county, call, NAME, "platform").performance is Performance.TRANSFERRED


def test_of_a_call_that_was_not_sent_out_yet_the_office_of_the_platform_names_another_township(
    county: CallCounty,
) -> None:
    call = county.submitted()
    about(county, call, "chengxi")
    withheld(county, call, "chengdong", "chengxi")
    assert county.obligation(call, NAME, "platform")
    town = county.organization("chengbei", "城北镇", OrganizationKind.TOWNSHIP, division_code="370101100000")
    county.orgs = {**county.orgs, "chengbei": town}
    assert passing.SucceedParty in county.offered(call, "li")
    county.say(stepping_in(county, call, "chengdong", "chengbei"), "li")
    assert county.obligation(call, Action.ENDORSE, "chengbei")


def test_where_the_supervision_body_is_the_one_complained_of_it_does_not_hear(county: CallCounty) -> None:
    call = county.handling()
    about(county, call, "ducha")
    assert withheld(county, call, "platform", "ducha").supervision is None
