"""考核的通知 on the real store: the exclusion to who decides it, the figures to whose they are, each once."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine, event

from adapters.notices.wording import Wording
from domain.assessment import commands as c
from domain.assessment import events as e
from domain.assessment.measure import Dimension
from domain.calls.around.statement import AddStatement
from domain.calls.intake.acceptance import AcceptCall
from domain.notices.records import Notice
from domain.notices.words import Topic
from domain.obligations.words import Action
from domain.rules.notice_rule import Channel
from tests.adapters.notices.town import ORIGIN, NoticeTown
from tests.domain.assessment.test_periods import freezing, opening, proposing

OF_A_PERIOD = [topic.value for topic in Topic if topic.of_a_period]


def dispatched(town: NoticeTown) -> UUID:
    """A call of 城东镇 that 综合行政执法局 has to handle."""
    call = town.store.placed()
    town.store.say(AcceptCall(call_id=call), "li")
    town.store.say(town.store.county.dispatching(call), "li")
    return call


def opened(town: NoticeTown, **months: date) -> UUID:
    """May (or other months), as an assessment period."""
    stream = town.store.say(opening(**months), "supervisor").stream
    assert stream is not None
    return stream


def lines(town: NoticeTown, *names: str, more: int = 0) -> tuple[e.FrozenLine, ...]:
    """Figures of these organizations, of so many others, and of the county."""
    keys = ["", *(str(town.store.county.orgs[name]) for name in names), *(str(uuid4()) for _ in range(more))]
    return tuple(e.FrozenLine(dimension=Dimension.DEPARTMENT, key=key, name="某单位", counts={}) for key in keys)


def told_of_periods(town: NoticeTown) -> dict[str, list[str]]:
    """By person, what was told of assessment periods, oldest first."""
    names = {actor.person: name for name, actor in town.store.county.people.items()}
    found: dict[str, list[str]] = {}
    for person, topic in town.store.sql(
        "SELECT person_id, topic FROM notices WHERE topic = ANY(%s) ORDER BY position", OF_A_PERIOD
    ):
        found.setdefault(names[person], []).append(topic)
    return found


def newest(town: NoticeTown, name: str) -> Notice:
    """What somebody was told last."""
    return town.inbox.entries(town.viewer(name))[0].notice


def test_an_exclusion_is_told_to_who_decides_it_then_to_whom_it_concerns(town: NoticeTown) -> None:
    call, period = dispatched(town), opened(town)
    town.store.say(proposing(town.store.county, period, call), "zhifa")
    town.plan()
    asked = told_of_periods(town)
    assert asked == {one: ["decide_exclusion"] for one in ("supervisor", "li", "zhao")}
    notice = newest(town, "supervisor")
    assert (notice.number, notice.due, notice.topic.owed) == ("2026年5月", None, True)
    assert Wording(ORIGIN).link(notice) == f"{ORIGIN}/periods/{period}#exclusion-1"
    assert town.inbox.read(town.viewer("supervisor"), notice.id) == f"/periods/{period}#exclusion-1"
    decision = c.DecideExclusion(period_id=period, exclusion=1, approved=True, reason="属实")
    town.store.say(decision, "supervisor")
    town.plan()
    assert told_of_periods(town) == {**asked, "zhifa": ["excluded"]}


def test_one_office_may_propose_and_decide_and_only_who_proposed_is_not_told(town: NoticeTown) -> None:
    call, period = dispatched(town), opened(town)
    town.store.say(proposing(town.store.county, period, call), "li")
    town.plan()
    assert told_of_periods(town) == {one: ["decide_exclusion"] for one in ("supervisor", "zhao")}


def test_frozen_and_published_figures_reach_their_organizations_and_nobody_else(town: NoticeTown) -> None:
    period = opened(town)
    town.store.county.at("2026-06-01", "09:00")
    town.store.say(freezing(period, figures=lines(town, "zhifa", "chengdong", "ducha")), "supervisor")
    town.plan()
    assert told_of_periods(town) == {one: ["period_frozen"] for one in ("zhifa", "mayor")}
    assert newest(town, "mayor").href == f"/periods/{period}"
    town.store.say(c.PublishResult(period_id=period, document="督查通报〔2026〕6号"), "li")
    town.plan()
    told = ["period_frozen", "result_published"]
    assert told_of_periods(town) == {"zhifa": told, "mayor": told, "supervisor": ["result_published"]}


def test_what_goes_out_of_a_period_calls_its_months_no_call_number(town: NoticeTown) -> None:
    period = opened(town)
    town.store.county.at("2026-06-01", "09:00")
    town.store.say(freezing(period, figures=lines(town, "zhifa")), "supervisor")
    town.plan()
    wording, notice = Wording(ORIGIN), newest(town, "zhifa")
    for channel in (Channel.EMAIL, Channel.SMS, Channel.PHONE, Channel.ZWWX):
        title, text = wording.single(channel, notice)
        assert "2026年5月" in text
        assert "考核周期的数字已冻结" in title
        assert "编号" not in text
    _, digest = wording.digest(Channel.EMAIL, [notice], town.clock())
    assert "考核周期 2026年5月" in digest


@pytest.mark.parametrize("batch", [1, 200])
def test_planned_anew_a_period_is_told_once(town: NoticeTown, batch: int) -> None:
    begun = town.store.sql("SELECT next_offset FROM notice_places")[0][0]
    period = opened(town)
    town.store.county.at("2026-06-01", "09:00")
    town.store.say(freezing(period, figures=lines(town, "zhifa", more=100)), "supervisor")
    town.plan()
    before = town.store.sql("SELECT * FROM notices ORDER BY notice_id")
    town.store.sql("UPDATE notice_places SET next_offset = %s, stream_id = NULL", begun)
    town.plan(town.planner(batch=batch))
    assert town.store.sql("SELECT * FROM notices ORDER BY notice_id") == before
    assert told_of_periods(town) == {"zhifa": ["period_frozen"]}
    assert town.standing.unplanned() == [], "an organization nobody is in is nobody's fault where nothing is asked"


def test_a_period_of_a_large_county_is_planned_in_as_few_statements_as_that_of_a_small_one(town: NoticeTown) -> None:
    """Whoever holds its posts is read once for all organizations; the notices are written together."""
    small = statements_of_freezing(town, lines(town, "zhifa", "shichang"))
    everybody = ("zhifa", "shichang", "zhujian", "huanjing", "yancao", "chengdong", "chengxi", "bianban", "platform")
    april = {"first_day": date(2026, 4, 1), "last_day": date(2026, 4, 30)}
    assert statements_of_freezing(town, lines(town, *everybody, more=111), **april) == small
    assert len(told_of_periods(town)) > len(("zhifa", "shichang"))


def statements_of_freezing(town: NoticeTown, figures: tuple[e.FrozenLine, ...], **months: date) -> int:
    """How many statements planning a freeze with these figures takes."""
    period = opened(town, **months)
    now, town.store.county.now = town.store.county.now, town.store.county.now.replace(month=6)
    town.store.say(freezing(period, figures=figures), "supervisor")
    town.store.county.now = now
    planner = town.planner()
    with counted(town.store.engine) as statements:
        assert planner.step(0) > 0
    town.plan(planner)
    return len(statements)


@contextmanager
def counted(engine: Engine) -> Iterator[list[str]]:
    """The statements that go over the engine meanwhile."""
    seen: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *more: Any) -> None:
        seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)


def test_a_statement_on_the_record_reaches_the_platform_and_who_supervises(town: NoticeTown) -> None:
    call = dispatched(town)
    town.plan()
    (place,) = [n for n, o in enumerate(town.store.call(call).obligations) if o.action is Action.HANDLE]
    town.store.say(AddStatement(call_id=call, obligation=place, text="当日暴雨封路"), "zhifa")
    town.plan()
    told = town.store.sql("SELECT person_id, page FROM notices WHERE topic = 'stated'")
    assert {person for person, _ in told} == {town.person(name) for name in ("li", "zhao", "supervisor")}
    assert {page for _, page in told} == {f"/obligations/{place}"}
