"""呼叫事项视图的查询: who may read what, what is masked, and lists that page stably and agree with their numbers."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from domain.calls.aftermath.evaluations import ReportPressure
from domain.calls.around.attention import SendCopy
from domain.calls.intake import acceptance
from domain.calls.words import NoteReach
from domain.calls.work import handling as h
from domain.calls.work import records as r
from domain.obligations.words import Action
from domain.shared.posts import Post
from domain.shared.refusals import Invalid
from projections.calls.queries import MOST_COUNTED, PAGE, CallLine, CallQueries
from projections.calls.tables import calls, obligations
from projections.scope import Breadth, Viewer
from tests.county_store import CountyStore, county_store
from tests.projections.histories import LIVES, call_facts


@pytest.fixture
def house(database: str) -> Iterator[CountyStore]:
    with county_store(database) as house:
        yield house


def viewer(house: CountyStore, name: str, breadth: Breadth = Breadth.OWN) -> Viewer:
    actor = house.county.by(name)
    assert actor.person is not None
    return Viewer(
        actor.person, name, Post(actor.post), actor.organization, actor.organization_name, "", uuid4(), breadth
    )


def keep(house: CountyStore) -> None:
    """Store what the county in memory decided, and fold it."""
    for events in call_facts(house.county).values():
        house.keep(events)
    house.fold()


def handled(house: CountyStore) -> UUID:
    """A call with a named informant, files, notes of three organizations, handled by 综合行政执法局."""
    county = house.county
    call = county.placed(informant_name="张三丰", informant_phone="13911112222", text="占道经营", place="人民路12号")
    county.say(acceptance.AcceptCall(call_id=call), "li")
    county.dispatch(call, "zhifa", "shichang")
    county.say(
        h.ReportProgress(
            call_id=call,
            text="正在清理",
            attachments=({"sha256": "ab" * 32, "size": 9, "media_type": "image/jpeg"},),
            attachment_names=("现场.jpg",),
        ),
        "zhifa",
    )
    for name in ("wang", "li", "zhifa"):
        county.say(r.AddNote(call_id=call, text=f"{name}的内部备注"), name)
    county.say(r.AddNote(call_id=call, text="各方都能看到", reach=NoteReach.PARTIES), "zhifa")
    keep(house)
    return call


class TestScope:
    @pytest.mark.parametrize("name", ["west", "west_leader", "zhujian", "huanjing", "yancao", "keeper"])
    def test_an_organization_without_a_part_sees_nothing_by_any_query(self, house: CountyStore, name: str) -> None:
        call = handled(house)
        queries, stranger = house.queries, viewer(house, name)
        folded = house.county.call(call)
        assert queries.call(stranger, call) is None
        assert queries.by_number(stranger, folded.number) is None
        assert queries.record(stranger, folded) == []
        assert queries.files(stranger, folded) == []
        assert queries.to_do(stranger) == queries.done(stranger) == queries.mine(stranger) == []
        assert queries.search(stranger, "") == queries.search(stranger, folded.number) == []
        counts = queries.counts(stranger, house.county.now)
        assert (counts.to_do, counts.overdue, counts.done, counts.mine) == (0, 0, 0, 0)

    @pytest.mark.parametrize("name", ["wang", "mayor", "li", "zhifa", "shichang"])
    def test_everybody_with_a_part_reads_it(self, house: CountyStore, name: str) -> None:
        call = handled(house)
        queries, party = house.queries, viewer(house, name)
        assert queries.call(party, call) == house.county.call(call)
        assert queries.by_number(party, house.county.call(call).number) == call
        assert [line.id for line in queries.search(party, "占道")] == [call]
        assert [file.name for file in queries.files(party, house.county.call(call))] == ["现场.jpg"]

    def test_who_answers_for_the_county_reads_every_call(self, house: CountyStore) -> None:
        call = handled(house)
        supervisor = viewer(house, "supervisor", Breadth.ALL)
        assert house.queries.call(supervisor, call) is not None
        assert [line.id for line in house.queries.search(supervisor, "")] == [call]

    def test_an_administrator_reads_no_call_of_their_own_organization(self, house: CountyStore) -> None:
        call = handled(house)
        plain = viewer(house, "li")
        administrator = Viewer(plain.person, "", Post.ADMINISTRATOR, plain.organization, "", "", uuid4(), Breadth.OWN)
        assert house.queries.call(administrator, call) is None
        assert house.queries.search(administrator, "") == house.queries.mine(administrator) == []
        assert house.queries.record(administrator, house.county.call(call)) == []

    def test_who_was_released_from_a_dispatch_still_reads_what_concerned_them(self, house: CountyStore) -> None:
        call = LIVES["upheld"](house.county)
        keep(house)
        assert house.queries.call(viewer(house, "zhifa"), call) is not None

    def test_who_got_a_copy_reads_it_and_has_nothing_to_do(self, house: CountyStore) -> None:
        call = house.county.handling()
        house.county.say(SendCopy(call_id=call, copied=house.county.orgs["huanjing"]), "li")
        keep(house)
        reader = viewer(house, "huanjing")
        assert house.queries.call(reader, call) is not None
        assert house.queries.to_do(reader) == []


class TestWhatIsHidden:
    @pytest.mark.parametrize(
        ("name", "breadth", "reads"),
        [
            ("wang", Breadth.OWN, True),
            ("supervisor", Breadth.ALL, True),
            ("auditor", Breadth.ALL, True),
            ("zhifa", Breadth.OWN, False),
            ("shichang", Breadth.OWN, False),
            ("li", Breadth.ALL, False),
            ("leader", Breadth.ALL, False),
        ],
    )
    def test_pressure_is_read_by_the_township_and_by_who_hears_it(
        self, house: CountyStore, name: str, breadth: Breadth, reads: bool
    ) -> None:
        """Not by the department, nor by the platform."""
        call = house.county.evaluated("shichang")
        report = ReportPressure(call_id=call, pressing="某局办公室", text="要求改为满意")
        house.county.say(report, "wang")
        keep(house)
        reader = viewer(house, name, breadth)
        told = str(house.queries.record(reader, house.county.call(call)))
        assert ("某局办公室" in told) is reads
        assert "某局" not in str(house.queries.call(reader, call))

    def _submission(self, house: CountyStore, call: UUID, name: str, breadth: Breadth = Breadth.OWN) -> dict[str, str]:
        entries = house.queries.record(viewer(house, name, breadth), house.county.call(call))
        return next(entry.fact for entry in entries if entry.wire == "calls.CallSubmitted")

    @pytest.mark.parametrize("name", ["wang", "li"])
    def test_the_calling_township_and_the_platform_know_the_informant(self, house: CountyStore, name: str) -> None:
        fact = self._submission(house, handled(house), name)
        assert (fact["informant_name"], fact["informant_phone"]) == ("张三丰", "13911112222")

    @pytest.mark.parametrize(("name", "breadth"), [("zhifa", Breadth.OWN), ("supervisor", Breadth.ALL)])
    def test_everybody_else_gets_a_mask(self, house: CountyStore, name: str, breadth: Breadth) -> None:
        call = handled(house)
        fact = self._submission(house, call, name, breadth)
        assert (fact["informant_name"], fact["informant_phone"]) == ("张**", "139****2222")
        said = str(house.queries.record(viewer(house, name, breadth), house.county.call(call)))
        assert "三丰" not in said
        assert "13911112222" not in said

    @pytest.mark.parametrize("name", ["wang", "li", "zhifa"])
    def test_an_internal_note_is_read_at_home_only(self, house: CountyStore, name: str) -> None:
        call = handled(house)
        entries = house.queries.record(viewer(house, name), house.county.call(call))
        notes = [entry.fact["text"] for entry in entries if entry.wire == "calls.NoteAdded"]
        assert notes == [f"{name}的内部备注", "各方都能看到"]

    def test_an_internal_note_is_not_for_the_leader_of_the_county_either(self, house: CountyStore) -> None:
        entries = house.queries.record(viewer(house, "leader", Breadth.ALL), house.county.call(handled(house)))
        assert [entry.fact["text"] for entry in entries if entry.wire == "calls.NoteAdded"] == ["各方都能看到"]

    def test_an_auditor_reads_every_internal_note(self, house: CountyStore) -> None:
        entries = house.queries.record(viewer(house, "auditor", Breadth.ALL), house.county.call(handled(house)))
        notes = {entry.fact["text"] for entry in entries if entry.wire == "calls.NoteAdded"}
        assert {"wang的内部备注", "li的内部备注", "zhifa的内部备注", "各方都能看到"} <= notes


class TestLists:
    @pytest.fixture
    def full(self, database: str) -> Iterator[CountyStore]:
        """130 calls, ten of them at the same moment, in every state."""
        with county_store(database) as house:
            county = house.county
            lives = ("submitted", "handling", "declined", "evaluated", "upheld")
            for number in range(130):
                LIVES[lives[number % len(lives)]](county)
                if number % 10 == 9:
                    county.pass_time(minutes=7)
            keep(house)
            yield house

    def _all(self, queries: CallQueries, name: str, who: Viewer, *words: str) -> list[CallLine]:
        """Every page of a list."""
        lines: list[CallLine] = []
        after: str | None = ""
        while after is not None:
            page = getattr(queries, name)(who, *words, after=after)
            assert len(page) <= PAGE
            lines += page
            after = queries.next_place(page)
        return lines

    @pytest.mark.parametrize("name", ["wang", "mayor", "li", "zhifa", "shichang"])
    def test_every_number_is_the_length_of_its_list(self, full: CountyStore, name: str) -> None:
        queries, who = full.queries, viewer(full, name)
        now = full.county.now + timedelta(days=30)
        counts = queries.counts(who, now)
        to_do = self._all(queries, "to_do", who)
        assert counts.to_do == len(to_do)
        assert counts.overdue == sum(line.owed is not None and line.owed.deadline.due < now for line in to_do)
        assert counts.done == len(self._all(queries, "done", who))
        assert counts.mine == len(self._all(queries, "mine", who))
        assert counts.to_do + counts.done > 0

    def test_lists_hold_exactly_what_the_calls_themselves_say(self, full: CountyStore) -> None:
        who = viewer(full, "zhifa")
        waiting = sorted(
            (obligation.deadline.due, str(call.id), obligation.action)
            for call in map(full.county.call, call_facts(full.county))
            for obligation in call.open_obligations
            if obligation.organization == who.organization
        )
        assert len(waiting) > PAGE
        listed = [
            (line.owed.deadline.due, str(line.id), line.owed.action)
            for line in self._all(full.queries, "to_do", who)
            if line.owed
        ]
        assert sorted(listed) == waiting
        assert [due for due, _, _ in listed] == sorted(due for due, _, _ in listed), "nearest due first"

    @pytest.mark.parametrize(("name", "words"), [("to_do", ()), ("done", ()), ("mine", ()), ("search", ("占道",))])
    def test_pages_neither_repeat_nor_leave_out(self, full: CountyStore, name: str, words: tuple[str, ...]) -> None:
        who = viewer(full, {"to_do": "zhifa", "done": "li"}.get(name, "wang"))
        lines = self._all(full.queries, name, who, *words)
        places = [line.place_in_list for line in lines]
        assert len(places) == len(set(places)) > PAGE

    def test_what_is_added_meanwhile_moves_no_later_page(self, full: CountyStore) -> None:
        queries, who = full.queries, viewer(full, "wang")
        whole = [line.id for line in self._all(queries, "mine", who)]
        first = queries.mine(who)
        full.county.pass_time(minutes=1)
        new = full.submitted()
        full.fold()
        rest = queries.mine(who, after=str(queries.next_place(first)))
        assert [line.id for line in [*first, *rest]] == whole[: len(first) + len(rest)]
        assert queries.mine(who)[0].id == new

    def test_a_task_waits_only_for_the_posts_that_may_do_it(self, full: CountyStore) -> None:
        leader = self._all(full.queries, "to_do", viewer(full, "mayor"))
        caller = self._all(full.queries, "to_do", viewer(full, "wang"))
        assert {line.owed.action for line in leader if line.owed} >= {Action.ENDORSE}
        assert Action.ENDORSE not in {line.owed.action for line in caller if line.owed}

    @pytest.mark.parametrize("after", ["x", "2026-01-01|x|1", "|||", "2026-01-01T00:00:00|{0}|1", "1|2"])
    def test_a_place_we_did_not_hand_out_is_refused(self, house: CountyStore, after: str) -> None:
        for name in ("to_do", "done", "mine"):
            with pytest.raises(Invalid):
                getattr(house.queries, name)(viewer(house, "wang"), after=after.format(uuid4()))

    @pytest.mark.parametrize(("name", "breadth"), [("wang", Breadth.OWN), ("supervisor", Breadth.ALL)])
    def test_the_index_finds_what_looking_through_all_calls_finds(
        self, full: CountyStore, name: str, breadth: Breadth
    ) -> None:
        for number in range(3):
            full.submitted(text=f"第{number + 6}件:Hy2026摊位占道", place="道北人民路112号")
        full.fold()
        who = viewer(full, name, breadth)
        said = {call: full.call(call) for (call,) in full.sql(f"SELECT stream_id FROM {calls.fullname}")}
        lines = {
            call: "\n".join((c.number, c.text, c.place, c.item_title, c.township_name)).lower()
            for call, c in said.items()
            if breadth is Breadth.ALL or who.organization in c.concerned
        }
        for words in ("", "占道", "人民路12号", "道", "第7件", "HY2026", "nowhere", "占道 路1"):
            found = [self._all(CallQueries(full.engine, newest), "search", who, words) for newest in (0, 60, 100_000)]
            assert found[0] == found[1] == found[2]
            wanted = {call for call, line in lines.items() if all(word in line for word in words.lower().split())}
            assert {line.id for line in found[0]} == wanted, words

    def test_a_number_is_counted_no_further_than_anybody_reads(self, full: CountyStore) -> None:
        full.sql(
            f"INSERT INTO {obligations.fullname}"
            " SELECT (jsonb_populate_record(o, jsonb_build_object('place', 1000 + n))).*"
            f" FROM {obligations.fullname} o, generate_series(1, 60) n"
            " WHERE is_open AND action = 'dispatch'"
        )
        counts = full.queries.counts(viewer(full, "li"), full.county.now)
        assert counts.to_do == MOST_COUNTED + 1 == full.queries.waiting(viewer(full, "li"))

    def test_words_are_words_and_no_patterns(self, house: CountyStore) -> None:
        house.submitted(text="打折100%的摊位")
        house.submitted(text="打折1000元的摊位")
        house.fold()
        who = viewer(house, "wang")
        assert [line.text for line in house.queries.search(who, "100%")] == ["打折100%的摊位"]
        assert house.queries.search(who, "_打折") == []
        assert len(house.queries.search(who, "打折 摊位")) == 2


def test_two_calls_with_one_number_are_both_shown(house: CountyStore) -> None:
    """A number is for people on the phone: a chance repetition must not park a call."""
    first, second = house.county.submitted(), house.county.submitted()
    facts = call_facts(house.county)
    house.keep(facts[first])
    house.keep([facts[second][0].model_copy(update={"number": house.county.call(first).number})])
    house.fold()
    assert house.freshness.parked() == []
    assert len(house.queries.mine(viewer(house, "wang"))) == 2
