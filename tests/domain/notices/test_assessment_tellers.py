"""考核的告知: what a period tells whom, from the first proposed exclusion to the published result."""

from uuid import UUID

from domain.assessment import commands as c
from domain.assessment import events as e
from domain.assessment.measure import Dimension
from domain.calls.around.confidentiality import MarkConfidential
from domain.notices.assessment_tellers import ASSESSMENT_TELLERS
from domain.notices.subjects import about
from domain.notices.telling import Telling
from domain.notices.words import Topic
from domain.shared.events import EVENT_TYPES
from domain.shared.posts import Post
from tests.domain.assessment.test_periods import freezing, opened, opening, proposing
from tests.domain.calls.county import CallCounty
from tests.domain.memory import HANDLERS
from tests.domain.notices.told import last_tellings, last_told, tellings_of

SILENT = {e.PeriodOpened, e.PeriodListed, e.PeriodWithdrawn, e.FiguresCounted}
"""Nothing is asked of anybody when a period begins, or ends as a mistake; figures told in several facts are told with
the last of them."""

READERS = {Post.LIAISON, Post.LEADER, Post.TOWNSHIP_LEADER, Post.OPERATOR, Post.SUPERVISOR, Post.LIST_KEEPER}


def line(county: CallCounty, name: str, dimension: Dimension = Dimension.DEPARTMENT) -> e.FrozenLine:
    """An organization's figures."""
    return e.FrozenLine(dimension=dimension, key=str(county.orgs[name]), name=name, counts={})


def frozen(county: CallCounty, *figures: e.FrozenLine) -> UUID:
    """May, frozen with these figures and the county's on the first of June."""
    id_ = opened(county)
    county.at("2026-06-01", "09:00")
    whole = e.FrozenLine(dimension=Dimension.DEPARTMENT, key="", name="", counts={})
    county.say(freezing(id_, figures=(whole, *figures)), "supervisor")
    return id_


def test_every_fact_of_assessment_tells_somebody_or_was_considered_and_tells_nobody() -> None:
    assert HANDLERS
    facts = {kind for kind in EVENT_TYPES.values() if issubclass(kind, e.AssessmentEvent)}
    assert set(ASSESSMENT_TELLERS) | SILENT == facts
    assert not set(ASSESSMENT_TELLERS) & SILENT


def test_a_proposed_exclusion_asks_who_decides_it_and_says_where(county: CallCounty) -> None:
    id_, call = opened(county), county.handling()
    county.say(proposing(county, id_, call), "zhifa")
    told = last_tellings(county, id_)
    assert {name: (one.topic, one.owed, one.page) for name, one in told.items()} == {
        "ducha": (Topic.DECIDE_EXCLUSION, True, "#exclusion-1"),
        "platform": (Topic.DECIDE_EXCLUSION, True, "#exclusion-1"),
    }
    assert {post for one in told.values() for post in one.posts} == {Post.SUPERVISOR, Post.OPERATOR}


def test_an_exclusion_on_a_call_about_the_staff_of_who_decides_is_decided_by_the_others(county: CallCounty) -> None:
    id_, call = opened(county), county.handling()
    about = MarkConfidential(call_id=call, about=county.orgs["ducha"], reason="反映督查人员")
    county.say(about, "wang")
    county.say(proposing(county, id_, call), "zhifa")
    assert last_told(county, id_) == {"platform": Topic.DECIDE_EXCLUSION}


def test_an_exclusion_proposed_before_the_fact_named_who_decides_tells_nobody(county: CallCounty) -> None:
    id_, call = opened(county), county.handling()
    county.say(proposing(county, id_, call), "zhifa")
    *before, fact = county.history(id_)
    assert isinstance(fact, e.ExclusionProposed)
    *_, (_, _, told) = tellings_of([*before, fact.model_copy(update={"deciders": ()})])
    assert told == ()


def test_a_decided_exclusion_tells_the_organization_it_concerns_what_came_of_it(county: CallCounty) -> None:
    id_, call = opened(county), county.handling("shichang")
    county.say(proposing(county, id_, call), "zhifa")
    county.say(proposing(county, id_, call, "shichang"), "supervisor")
    county.say(c.DecideExclusion(period_id=id_, exclusion=1, approved=False, reason="当日平台正常"), "supervisor")
    (told,) = last_tellings(county, id_).items()
    assert (told[0], told[1].topic, told[1].page) == ("zhifa", Topic.NOT_EXCLUDED, "#exclusion-1")
    assert told[1].posts == {Post.LIAISON, Post.LEADER, Post.TOWNSHIP_LEADER, Post.CALLER}
    county.say(c.DecideExclusion(period_id=id_, exclusion=2, approved=True, reason="属实"), "li")
    assert last_told(county, id_) == {"shichang": Topic.EXCLUDED}


def test_frozen_and_published_figures_are_told_to_each_organization_with_a_line_in_them(county: CallCounty) -> None:
    lines = [
        line(county, "zhifa"),
        line(county, "shichang"),
        line(county, "platform", Dimension.OFFICE),
        line(county, "chengdong", Dimension.TOWNSHIP),
        line(county, "chengdong"),
    ]
    id_ = frozen(county, *lines)
    told = last_tellings(county, id_)
    assert {name: one.topic for name, one in told.items()} == dict.fromkeys(
        ("zhifa", "shichang", "platform", "chengdong"), Topic.PERIOD_FROZEN
    )
    assert set(told["zhifa"].posts) == READERS
    assert (told["zhifa"].leaders, told["zhifa"].owed, told["zhifa"].due, told["zhifa"].page) == (True, False, None, "")
    county.say(c.PublishResult(period_id=id_, document="督查通报〔2026〕6号"), "supervisor")
    assert last_told(county, id_) == dict.fromkeys(told, Topic.RESULT_PUBLISHED)


def test_the_organizations_of_a_large_county_are_told_once_whichever_fact_holds_their_line(county: CallCounty) -> None:
    many = [
        e.FrozenLine(dimension=Dimension.DEPARTMENT, key=str(UUID(int=n)), name=f"第{n}单位", counts={})
        for n in range(1, 121)
    ]
    id_ = frozen(county, *many, line(county, "zhifa"))
    told: list[tuple[type, tuple[Telling, ...]]] = [(type(f), t) for f, _, t in tellings_of(county.history(id_)) if t]
    ((kind, tellings),) = told
    assert kind is e.PeriodFrozen
    assert len(tellings) == 121
    assert len({one.organization.id for one in tellings}) == 121


def test_a_line_of_items_names_no_organization(county: CallCounty) -> None:
    item = e.FrozenLine(dimension=Dimension.ITEM, key="A-01", name="占道经营", counts={})
    assert last_told(county, frozen(county, item, line(county, "zhifa"))) == {"zhifa": Topic.PERIOD_FROZEN}


def test_a_notice_names_the_months_and_nothing_that_anybody_typed(county: CallCounty) -> None:
    id_ = county.say(opening(name="二季度前段(王某某案后)"), "supervisor")[0].originator_id
    ((_, known, _),) = tellings_of(county.history(id_))
    assert (about(known).call, about(known).number) == (id_, "2026年5月")
