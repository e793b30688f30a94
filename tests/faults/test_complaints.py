"""What complains while a round is under way: it does when there is cause, and only then.

No servers of the product: real processes that end as they are told to, answers made up, a small store.
"""

import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import httpx2 as httpx
import psycopg
import pytest

from tests.adapters.kafka.bench import wait_until
from tests.faults import actors, campaign, kinds, scene
from tests.faults.actors import Actor, Load, Staff
from tests.faults.campaign import Campaign
from tests.faults.invariants import Record
from tests.faults.ledger import Ledger
from tests.faults.scene import Clock, Scene, Supervisor
from tests.journeys.kafka_shape import Shape

STAYS = ("-c", "import time; time.sleep(600)")


def ends(deed: str, words: str = "") -> tuple[str, str]:
    """A program that says something and ends."""
    return "-c", f"import os, signal, sys; print({words!r}, flush=True); {deed}"


@pytest.fixture
def shape(tmp_path: Path) -> Iterator[Shape]:
    """Processes that are not the product's, over nothing."""
    shape = Shape(tmp_path, "", None, None, {"PYTHONIOENCODING": "utf-8"}, 0)  # type: ignore[arg-type]
    yield shape
    for name in list(shape.running):
        shape.stop(name)


@pytest.fixture
def under_fire(shape: Shape) -> Scene:
    """A scene with nothing in it but processes."""
    clock = Clock(shape.folder / "clock-off-by", timedelta(), timedelta())
    return Scene(shape.folder, shape, None, None, clock, None, None)  # type: ignore[arg-type]


class TestTheSupervisor:
    @pytest.fixture(autouse=True)
    def _at_once(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(scene, "_SECONDS_BEFORE_RESTART", 0.0)

    def after(self, under_fire: Scene, program: tuple[str, str]) -> list[str]:
        """A relay ends like this and is started again, as one that stays. What was complained of."""
        shape = under_fire.shape
        shape.program = program
        shape.start("relay")
        first = shape.running["relay"]
        shape.program = STAYS
        with Supervisor(under_fire) as supervisor:
            wait_until(lambda: supervisor.restarts == 1)
        assert shape.running["relay"] is not first
        return under_fire.complaints

    def test_an_end_that_says_what_can_not_go_on_is_none_of_its_business(self, under_fire: Scene) -> None:
        assert self.after(under_fire, ends("sys.exit(1)", "不能继续:数据库连接中断。")) == []

    @pytest.mark.parametrize(
        ("program", "code", "words"),
        [
            (ends("sys.exit(1)"), "1", ""),
            (ends("raise RuntimeError('broken')"), "1", "RuntimeError: broken"),
            (ends("os.kill(os.getpid(), signal.SIGKILL)", "不能继续:"), "-9", ""),
            (ends("os.kill(os.getpid(), signal.SIGSEGV)"), "-11", ""),
            (ends("sys.exit(3)", "不能继续:另一个 relay 已接替。"), "3", "已接替"),
            (ends("sys.exit(0)", "已停止。"), "0", "已停止"),
        ],
        ids=["silent", "traceback", "killed", "crashed", "fenced by nobody", "as if told to"],
    )
    def test_any_other_end_is_complained_of_with_its_last_words(
        self, under_fire: Scene, program: tuple[str, str], code: str, words: str
    ) -> None:
        (found,) = self.after(under_fire, program)
        assert found.startswith(f"relay ended by itself with {code}: ")
        assert words in found

    def test_a_process_that_a_fault_has_taken_over_is_left_to_it(self, under_fire: Scene) -> None:
        under_fire.shape.program = ends("sys.exit(1)")
        under_fire.shape.start("relay")
        taken = under_fire.shape.running.pop("relay")
        taken.wait()
        under_fire.shape.start("project")
        with Supervisor(under_fire) as supervisor:
            wait_until(lambda: supervisor.restarts > 0)
        assert {one.partition(" ")[0] for one in under_fire.complaints} == {"project"}
        assert "relay" not in under_fire.shape.running


class TestWhoLeaves:
    def leaves(self, under_fire: Scene, *, gave_up: bool) -> list[str]:
        """Once a clock had said why it could not go on; of two at work now one ends with 1, saying that or nothing."""
        shape, why = under_fire.shape, "不能继续:数据库连接中断。"
        shape.program = ends("sys.exit(1)", why)
        shape.start("clock")
        shape.running.pop("clock").wait()
        since = under_fire.said_so_far("clock")
        shape.program = ends(
            "import time; signal.signal(signal.SIGTERM, lambda *_: sys.exit(1)); print('ready', flush=True);"
            " time.sleep(600)",
            why if gave_up else "",
        )
        for name in ("clock", "clock-2"):
            shape.start("clock", name)
        wait_until(lambda: under_fire.said_since("clock", since).count("ready") == 2)
        kinds._one_leaves(under_fire, Random(1), "clock", since)
        assert list(shape.running) == ["clock"]
        return under_fire.complaints

    def test_whoever_says_why_it_can_not_go_on_is_excused(self, under_fire: Scene) -> None:
        assert self.leaves(under_fire, gave_up=True) == []

    def test_what_an_earlier_end_said_excuses_nobody(self, under_fire: Scene) -> None:
        (found,) = self.leaves(under_fire, gave_up=False)
        assert found.startswith("one of two (clock) ended with 1")

    def test_a_second_one_is_waited_for_until_it_says_that_it_is_at_work(self, under_fire: Scene) -> None:
        under_fire.shape.program = ends("import time; time.sleep(600)", "按 Ctrl-C 停止。")
        under_fire.shape.start("clock")
        wait_until(lambda: under_fire.said_so_far("clock") > 0)
        kinds._start_another(under_fire, "clock")
        assert under_fire.said_since("clock", 0).count("按 Ctrl-C 停止") == 2
        assert under_fire.shape.running["clock-2"].poll() is None

    def test_only_the_end_of_a_long_log_is_read(self, under_fire: Scene) -> None:
        log = under_fire.folder / "clock.log"
        log.write_text("说" * 1_000_000 + "完")
        words = under_fire.last_words("clock")
        assert len(words) < 5_000
        assert words.endswith("完")
        assert under_fire.last_words("clock", under_fire.said_so_far("clock")) == ""


class TestFencing:
    @pytest.fixture
    def expected(self, under_fire: Scene) -> Callable[[str], list[str]]:
        """What is complained of when a process that should end as fenced does this."""

        def expect(deed: str) -> list[str]:
            with subprocess.Popen([sys.executable, "-c", f"import sys, time; {deed}"]) as process:
                kinds._expect_fenced(under_fire, process, "the sleeper")
                assert process.poll() is not None, "nobody is left behind"
            return under_fire.complaints

        return expect

    def test_who_ends_as_fenced_is_as_expected(self, expected: Callable[[str], list[str]]) -> None:
        assert expected("sys.exit(3)") == []

    @pytest.mark.parametrize("code", [0, 1, 2])
    def test_who_ends_otherwise_is_named(self, expected: Callable[[str], list[str]], code: int) -> None:
        (found,) = expected(f"sys.exit({code})")
        assert found.startswith(f"the sleeper ended with {code} instead of 3")

    def test_who_goes_on_is_named_and_ended(
        self, expected: Callable[[str], list[str]], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(kinds, "_SECONDS_TO_HAPPEN", 0.1)
        (found,) = expected("time.sleep(600)")
        assert found.startswith("the sleeper did not end")


class TestTwoRelays:
    def after(self, under_fire: Scene, second: tuple[str, str]) -> list[str]:
        """The first stays; a second one comes and ends like this. What was complained of."""
        shape = under_fire.shape
        shape.program = STAYS
        shape.start("relay")
        first, shape.program = shape.running["relay"], second
        with kinds.two_relays(under_fire, Random(1)):
            assert shape.running == {}
        assert shape.running == {"relay": first}
        return under_fire.complaints

    def test_the_one_that_is_fenced_is_as_expected(self, under_fire: Scene) -> None:
        assert self.after(under_fire, ends("sys.exit(3)", "不能继续:另一个 relay 已接替。")) == []

    def test_one_that_could_not_begin_while_its_database_is_away_is_excused(self, under_fire: Scene) -> None:
        assert self.after(under_fire, ends("sys.exit(1)", "不能继续:数据库无法连接。")) == []

    def test_any_other_end_is_named(self, under_fire: Scene) -> None:
        (found,) = self.after(under_fire, ends("sys.exit(1)"))
        assert found.startswith("one of two relays ended with 1 instead of 3")


class Answered(Actor):
    """Somebody whose requests are answered from a list, the last one for ever."""

    def __init__(self, *answers: httpx.Response | Exception) -> None:
        left = list(answers)

        def answer(request: httpx.Request) -> httpx.Response:
            one = left.pop(0) if len(left) > 1 else left[0]
            if isinstance(one, Exception):
                raise one
            return one

        self.http = httpx.Client(base_url="http://county.test", transport=httpx.MockTransport(answer))
        self.code, self.ledger, self._token = "pt-01", Ledger(), ""


def problem(status: int, code: str) -> httpx.Response:
    return httpx.Response(status, json={"code": code}, headers={"content-type": "application/problem+json"})


class TestAnswers:
    @pytest.fixture(autouse=True)
    def _at_once(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(actors, "_SECONDS_BEFORE_AGAIN", 0.0)

    @pytest.mark.parametrize(
        ("answer", "words"),
        [
            (problem(500, "internal"), "500 internal"),
            (problem(503, "something-else"), "503 something-else"),
            (httpx.Response(500, text="Internal Server Error"), "500 no problem: Internal Server Error"),
            (httpx.Response(502, json={}), "502 "),
        ],
        ids=["500", "another 503", "no problem document", "no code"],
    )
    @pytest.mark.parametrize("asks", [True, False], ids=["a command", "a look"])
    def test_a_failure_that_nobody_should_be_told_is_complained_of(
        self, answer: httpx.Response, words: str, asks: bool
    ) -> None:
        """Even though the person presses again and is answered then."""
        person = Answered(answer, httpx.Response(200, json={"id": "1"}))
        if asks:
            assert person.ask("/calls", key="k") == {"id": "1"}
        else:
            assert person.look("/calls").status_code == 200
        (found,) = person.ledger.take_complaints()
        assert f"/calls was answered {words}" in found
        assert person.ledger.failures.total() == 1
        assert person.ledger.take_complaints() == [], "each is told once"

    @pytest.mark.parametrize(
        "answer",
        [
            problem(503, "unavailable"),
            problem(503, "not-yet-visible"),
            problem(507, "attachment-storage-full"),
            httpx.ConnectError("refused"),
        ],
        ids=["unavailable", "not yet visible", "disk full", "no connection"],
    )
    def test_what_comes_with_a_fault_is_counted_and_not_complained_of(self, answer: httpx.Response | Exception) -> None:
        person = Answered(answer, answer, httpx.Response(200, json={"id": "1"}))
        assert person.look("/calls").status_code == 200
        assert (person.ledger.failures.total(), person.ledger.take_complaints()) == (2, [])

    def test_whoever_is_never_answered_says_so(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(actors, "_SECONDS_OF_PATIENCE", 0.05)
        with pytest.raises(actors.NoAnswer):
            Answered(problem(503, "unavailable")).look("/calls")


class TestWhatIsNotShown:
    @pytest.fixture
    def missing(self, under_fire: Scene, database: str, monkeypatch: pytest.MonkeyPatch) -> Callable[[], list[str]]:
        """Two views that read two partitions to their ends. What of them is not shown."""
        monkeypatch.setattr(campaign, "_SECONDS_TO_SETTLE", 0.1)
        under_fire.shape.dsn = database
        for view in ("calls", "rates"):
            self.sql(under_fire, "INSERT INTO projections (name, version) VALUES (%s, 7)", view)
            for partition, offset in ((0, 12), (1, 4)):
                self.sql(
                    under_fire,
                    "INSERT INTO projection_checkpoints VALUES (%s, %s, %s, 0)",
                    f"{view}_v7",
                    f"huying.shape.calls/{partition}",
                    offset,
                )
        staff = Staff({}, {}, {}, {})
        load = Load(under_fire.shape, staff, "seed")
        running = Campaign(under_fire, "seed", 0, staff, Ledger(), load, imported_up_to=0)
        records = [
            Record("huying.shape.calls", partition, offset, "x", {}, b"")
            for partition, offset in ((0, 10), (0, 11), (1, 3))
        ]
        return lambda: running._not_shown(records)

    @staticmethod
    def sql(under_fire: Scene, statement: str, *params: Any) -> None:
        with psycopg.connect(under_fire.shape.dsn, autocommit=True) as connection:
            connection.execute(statement.encode(), params)

    def test_views_at_the_end_of_every_partition_lack_nothing(self, missing: Callable[[], list[str]]) -> None:
        assert missing() == []

    def test_a_view_before_the_last_record_of_a_partition_is_named(
        self, under_fire: Scene, missing: Callable[[], list[str]]
    ) -> None:
        behind = "UPDATE projection_checkpoints SET next_offset = 11 WHERE schema_name = 'rates_v7' AND channel LIKE %s"
        self.sql(under_fire, behind, "%/0")
        assert missing() == ["views: rates_v7 stands at 11 of huying.shape.calls/0, whose last record is 11"]

    def test_a_view_that_never_came_to_a_partition_is_named(
        self, under_fire: Scene, missing: Callable[[], list[str]]
    ) -> None:
        self.sql(
            under_fire, "DELETE FROM projection_checkpoints WHERE schema_name = 'calls_v7' AND channel LIKE %s", "%/1"
        )
        assert missing() == ["views: calls_v7 stands at 0 of huying.shape.calls/1, whose last record is 3"]

    def test_a_view_that_reads_nothing_at_all_is_named_for_every_partition(
        self, under_fire: Scene, missing: Callable[[], list[str]]
    ) -> None:
        self.sql(under_fire, "DELETE FROM projection_checkpoints WHERE schema_name = %s", "rates_v7")
        assert len(missing()) == 2
