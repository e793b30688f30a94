"""举报人保密: what is kept back, what is read instead, and where a complaint about somebody's staff never goes."""

from uuid import UUID

import pytest

from domain.calls.around import attention, merging
from domain.calls.around import confidentiality as c
from domain.calls.around import confidentiality_events as e
from domain.calls.dispatch import objections, passing, passing_events
from domain.calls.events import FactCorrected
from domain.calls.intake import submission as i
from domain.calls.words import BasisKind
from domain.calls.work import records as r
from domain.directory.organization_commands import DissolveOrganization
from domain.obligations.words import Action
from domain.shared.commands import Command
from tests.domain.calls.county import CallCounty
from tests.domain.memory import PLATFORM_ITSELF, only

LETTER = "示编函〔2026〕3号"
EDITED = "有人反映某工地夜间施工"


@pytest.fixture
def call(county: CallCounty) -> UUID:
    return county.accepted(
        text="我住3号楼,隔壁工地夜里施工", place="安居苑3号楼", informant_name="张三丰", informant_phone="13911112222"
    )


def marking(call: UUID, **more: str | UUID) -> c.MarkConfidential:
    return c.MarkConfidential.model_validate({"call_id": call, "reason": "举报人怕被报复", **more})


def test_from_the_mark_on_the_call_says_what_was_edited(county: CallCounty, call: UUID) -> None:
    (fact,) = county.say(marking(call, text=EDITED, place="城东片区"), "wang")
    assert isinstance(fact, e.ConfidentialityMarked)
    now = county.call(call)
    assert (now.text, now.place) == (EDITED, "城东片区")
    assert now.confidential is not None
    assert now.confidential.since == fact.originator_version


def test_the_informant_alone_can_be_kept_back(county: CallCounty, call: UUID) -> None:
    before = county.call(call)
    county.say(marking(call), "wang")
    now = county.call(call)
    assert (now.text, now.place) == (before.text, before.place)
    assert now.confidential is not None
    assert now.confidential.since == 0


def test_an_edited_text_may_leave_the_place_as_it_is(county: CallCounty, call: UUID) -> None:
    county.say(marking(call, text=EDITED), "li")
    assert county.call(call).place == "安居苑3号楼"


def test_a_mark_can_be_sharpened_and_never_taken_back(county: CallCounty, call: UUID) -> None:
    (first,) = county.say(marking(call, text=EDITED), "wang")
    assert county.refused(marking(call), "wang").code == "marked-already"
    county.say(marking(call, text="有人反映施工噪声"), "li")
    county.say(marking(call, about=county.orgs["zhujian"]), "li")
    now = county.call(call)
    assert now.text == "有人反映施工噪声"
    assert now.confidential is not None
    assert (now.confidential.since, now.complained_of) == (first.originator_version, county.orgs["zhujian"])


def test_a_text_that_is_the_original_keeps_nothing_back(county: CallCounty, call: UUID) -> None:
    refusal = county.refused(marking(call, text=county.call(call).text), "wang")
    assert (refusal.code, refusal.field) == ("nothing-edited", "text")
    refusal = county.refused(marking(call, place="安居苑3号楼"), "wang")
    assert (refusal.code, refusal.field) == ("nothing-edited", "place")


def test_what_is_corrected_afterwards_is_the_edited_text(county: CallCounty, call: UUID) -> None:
    county.say(marking(call, text=EDITED), "wang")
    (corrected,) = county.say(
        r.CorrectFact(call_id=call, field="text", is_now="有人反映某工地昼夜施工", reason="时间有误"), "wang"
    )
    assert isinstance(corrected, FactCorrected)
    assert corrected.was == EDITED


@pytest.mark.parametrize("who", ["zhifa", "shichang"])
def test_whoever_handles_it_marks_nothing(county: CallCounty, call: UUID, who: str) -> None:
    county.dispatch(call, "zhifa", "shichang")
    assert county.refused(marking(call, text=EDITED), who).status == 403


def test_a_complaint_never_goes_to_whom_it_complains_about(county: CallCounty, call: UUID) -> None:
    about = county.orgs["zhujian"]
    county.say(marking(call, about=about), "wang")
    for command in (
        county.dispatching(call, "zhujian"),
        county.dispatching(call, "zhifa", "zhujian"),
        attention.SendCopy(call_id=call, copied=about),
        county.convening(call, "zhifa", "zhujian"),
    ):
        refusal = county.refused(command, "li")
        assert refusal.code == "complaint-about-its-staff", command.wire
        assert refusal.field is not None
        assert "纪检监察机关" in refusal.message
    county.dispatch(call, "zhifa", "shichang")
    passed = passing.PassStage(
        call_id=call, handler=about, point="检测不合格", basis=BasisKind.POWERS, reference="三定规定", text="材料已移交"
    )
    assert county.refused(passed, "zhifa").code == "complaint-about-its-staff"
    county.say(county.objection(call, whole=False), "shichang")
    county.say(county.upholding(call, "shichang"), "li")
    part = county.dispatching_part(call, "zhujian", objector=county.orgs["shichang"])
    assert county.refused(part, "li").code == "complaint-about-its-staff"


def test_neither_an_opinion_nor_a_designation_brings_it_there(county: CallCounty, call: UUID) -> None:
    county.say(marking(call, about=county.orgs["zhujian"]), "wang")
    county.dispatch(call, "zhifa")
    county.say(county.objection(call), "zhifa")
    county.say(objections.RequestOpinion(call_id=call, question="由谁承办"), "li")
    assert county.refused(county.opinion(call, "zhujian"), "keeper").field == "proposed"
    county.say(county.opinion(call, "huanjing"), "keeper")
    refusal = county.refused(county.designation(call, "zhujian"), "leader")
    assert (refusal.code, refusal.field) == ("complaint-about-its-staff", "handler")


def test_nor_does_a_succession(county: CallCounty, call: UUID) -> None:
    heir = county.orgs["zhujian"]
    county.say(marking(call, about=heir), "wang")
    county.dispatch(call, "zhifa")
    county.ask(DissolveOrganization(organization=county.orgs["zhifa"], successor=heir, document="示编〔2026〕9号"))
    county.pass_time(minutes=1)
    succeeding = passing.SucceedParty(call_id=call, dissolved=county.orgs["zhifa"])
    refusal = county.refused(succeeding, "li")
    assert (refusal.code, refusal.field) == ("complaint-about-its-staff", "instead")


def kept_from_its_heir(county: CallCounty, call: UUID) -> UUID:
    """The lead is dissolved into the organization whose staff the call is about."""
    county.say(marking(call, about=county.orgs["zhujian"]), "wang")
    county.dispatch(call, "zhifa", "shichang")
    body, heir = county.orgs["zhifa"], county.orgs["zhujian"]
    county.ask(DissolveOrganization(organization=body, successor=heir, document="示编〔2026〕9号"))
    county.pass_time(minutes=1)
    return body


def test_what_its_heir_may_not_take_the_platform_gives_to_another_with_the_time_that_is_left(
    county: CallCounty, call: UUID
) -> None:
    body = kept_from_its_heir(county, call)
    due = county.obligation(call, Action.HANDLE, "zhifa").deadline.due

    def instead(name: str | None, **more: str) -> passing.SucceedParty:
        other = None if name is None else county.orgs[name]
        return passing.SucceedParty(call_id=call, dissolved=body, instead=other, **{"basis": LETTER} | more)

    for name, code in (
        (None, "complaint-about-its-staff"),
        ("zhujian", "complaint-about-its-staff"),
        ("platform", "cannot-be-dispatched-to"),
        ("chengdong", "caller-leads"),
        ("zhifa", "invalid"),
    ):
        refusal = county.refused(instead(name), "li")
        assert (refusal.code, refusal.field) == (code, "instead"), name
    assert county.refused(instead("huanjing", basis=""), "li").code == "basis-needs-reference"
    assert county.refused(instead("huanjing"), "shichang").status == 403
    fact = only(passing_events.PartySucceeded, county.say(instead("huanjing"), "li"))
    assert (fact.now.id, fact.basis) == (county.orgs["huanjing"], LETTER)
    assert county.obligation(call, Action.HANDLE, "huanjing").deadline.due == due
    assert county.orgs["zhujian"] not in county.call(call).readers
    assert county.refused(instead("huanjing"), "li").code == "not-succeeded", "it is done"


def test_that_nobody_has_stepped_in_is_told_once(county: CallCounty, call: UUID) -> None:
    succeeding = passing.SucceedParty(call_id=call, dissolved=kept_from_its_heir(county, call))
    (fact,) = county.ask(succeeding)
    assert isinstance(fact, passing_events.SuccessionWithheld)
    assert fact.was.id == succeeding.dissolved
    assert str(county.orgs["zhujian"]) not in fact.model_dump_json(), "others read it: not whose staff it is about"
    assert county.refusal(succeeding, PLATFORM_ITSELF).code == "complaint-about-its-staff"
    county.say(succeeding.model_copy(update={"instead": county.orgs["huanjing"], "basis": LETTER}), "li")


def test_an_heir_that_may_take_it_takes_it_and_nobody_else(county: CallCounty, call: UUID) -> None:
    county.dispatch(call, "zhifa")
    body, heir = county.orgs["zhifa"], county.orgs["zhujian"]
    county.ask(DissolveOrganization(organization=body, successor=heir, document="示编〔2026〕9号"))
    county.pass_time(minutes=1)
    other = passing.SucceedParty(call_id=call, dissolved=body, instead=county.orgs["huanjing"], basis=LETTER)
    assert county.refused(other, "li").code == "heir-steps-in"


def test_a_call_whose_township_went_to_the_complained_of_goes_to_a_township(county: CallCounty, call: UUID) -> None:
    """Whoever calls is no department."""
    county.say(marking(call, about=county.orgs["chengxi"]), "wang")
    county.dispatch(call, "zhifa")
    body, heir = county.orgs["chengdong"], county.orgs["chengxi"]
    county.ask(DissolveOrganization(organization=body, successor=heir, document="示编〔2026〕9号"))
    county.pass_time(minutes=1)
    other = passing.SucceedParty(call_id=call, dissolved=body, instead=county.orgs["huanjing"], basis=LETTER)
    assert county.refused(other, "li").code == "not-of-its-kind"


def test_nor_does_merging(county: CallCounty, call: UUID) -> None:
    county.say(marking(call, about=county.orgs["zhifa"]), "wang")
    merge = merging.MergeCall(call_id=call, into=county.handling(), reason="同一件事")
    refusal = county.refused(merge, "li")
    assert (refusal.code, refusal.field) == ("complaint-about-its-staff", "into")


@pytest.mark.parametrize("name", ["zhifa", "shichang", "chengdong", "platform"])
def test_whoever_has_it_already_can_not_be_kept_away_by_a_mark(county: CallCounty, call: UUID, name: str) -> None:
    county.dispatch(call, "zhifa", "shichang")
    refusal = county.refused(marking(call, about=county.orgs[name]), "wang")
    assert (refusal.code, refusal.field) == ("complaint-is-there", "about")


def test_one_that_was_released_before_reads_it_no_more(county: CallCounty, call: UUID) -> None:
    county.dispatch(call, "zhifa")
    county.say(county.objection(call), "zhifa")
    county.say(county.upholding(call), "li")
    assert county.orgs["zhifa"] in county.call(call).readers
    county.say(marking(call, about=county.orgs["zhifa"]), "wang")
    assert county.orgs["zhifa"] not in county.call(call).readers | county.call(call).concerned


def test_a_part_split_off_is_confidential_too(county: CallCounty, call: UUID) -> None:
    about = county.orgs["zhujian"]
    county.say(marking(call, text=EDITED, about=about), "wang")
    facts = county.say(merging.SplitCall(call_id=call, text="工地扬尘", place="城东片区", reason="另一单位"), "li")
    part = county.call(facts[1].originator_id)
    assert part.complained_of == about
    assert part.confidential is not None
    assert part.confidential.since == part.version
    assert county.refused(county.dispatching(part.id, "zhujian"), "li").code == "complaint-about-its-staff"


@pytest.mark.parametrize(
    ("who", "bring"), [("wang", "submitted"), ("mayor", "submitted"), ("wang", "evaluated"), ("zhao", "evaluated")]
)
def test_the_township_and_the_platform_may_mark_it_at_any_time(county: CallCounty, who: str, bring: str) -> None:
    call = getattr(county, bring)()
    command: Command = marking(call, text=EDITED)
    county.say(command, who)
    assert county.call(call).text == EDITED


def test_the_township_that_fills_gaps_afterwards_writes_for_everybody(county: CallCounty) -> None:
    call = county.submitted(text="我是3号楼的")
    county.say(marking(call, text=EDITED), "wang")
    county.say(i.RefuseEndorsement(call_id=call, reason="补充时间"), "mayor")
    county.say(i.SupplementCall(call_id=call, text="有人反映每晚十点后施工", place="城东片区"), "wang")
    assert county.call(call).text == "有人反映每晚十点后施工"
