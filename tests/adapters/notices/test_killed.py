"""kill -9 of the product's own `huying notify` in the middle of sending, several at once: nothing lost or doubled."""

import signal
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from adapters.notices.desk import UNKNOWN
from domain.rules.notice_rule import Channel
from domain.shared.urgency import Urgency
from tests.adapters.kafka.bench import wait_until
from tests.adapters.notices.town import NoticeTown, notice_town
from tests.journeys.instance import start_process, stop_process
from tests.notice_doubles import SECRET, HttpDouble, mail_double

pytestmark = pytest.mark.long


@pytest.fixture
def town(database: str) -> Iterator[NoticeTown]:
    """The county at the machine's own time: the processes have no other."""
    with notice_town(database) as opened:
        opened.planner().begin()
        yield opened


class Processes:
    """Running `huying notify`s; what is left at the end is ended."""

    def __init__(self, town: NoticeTown, folder: Path, **settings: str) -> None:
        self._folder = folder
        self._settings = town.settings(folder, **settings)
        self._running: list[subprocess.Popen[bytes]] = []

    def start(self, many: int = 1) -> None:
        for _ in range(many):
            self._running.append(start_process("notify", self._folder, settings=self._settings))

    def kill(self) -> None:
        """All of them, at once."""
        for process in self._running:
            process.send_signal(signal.SIGKILL)
            process.wait()
        self._running.clear()

    def end(self) -> None:
        for process in self._running:
            stop_process(process)


@contextmanager
def processes(town: NoticeTown, folder: Path, **settings: str) -> Iterator[Processes]:
    running = Processes(town, folder, **settings)
    try:
        yield running
    finally:
        running.end()


def left(town: NoticeTown) -> int:
    """Sendings not ended yet, and facts not planned yet."""
    waiting = town.store.sql("SELECT count(*) FROM notice_deliveries WHERE state IN ('waiting', 'sending')")[0][0]
    return int(waiting) + town.standing.planning().behind


def test_killed_in_the_middle_and_run_twice_each_notice_reaches_a_receiver_that_deduplicates_once(
    town: NoticeTown, tmp_path: Path
) -> None:
    county = town.store.county
    with HttpDouble({"/a": SECRET, "/b": SECRET}, checks_time=True) as system, mail_double() as box:
        system.secrets["/a"] = town.webhooks.register(county.orgs["platform"], system.url("/a"))
        system.secrets["/b"] = town.webhooks.register(county.orgs["chengdong"], system.url("/b"))
        town.wish("li", Channel.EMAIL, email="li@example.gov.cn")
        mail = {"HUYING_MAIL_SERVER": box.address, "HUYING_MAIL_FROM": "huying@example.gov.cn"}
        with processes(town, tmp_path, **mail) as running:
            running.start()
            calls = [town.store.submitted(urgency=Urgency.EMERGENCY) for _ in range(15)]
            kills = 0
            for reached in (3, 9):
                wait_until(lambda reached=reached: len(system.came) >= reached, 60)  # type: ignore[misc]
                running.kill()
                kills += 1
                running.start(2)
                calls += [town.store.submitted(urgency=Urgency.EMERGENCY) for _ in range(10)]
            wait_until(lambda: len(box.shown) == len(calls) and left(town) == 0, 120)
        assert system.forged == []
        webhooks = town.store.sql("SELECT delivery_id::text, state FROM notice_deliveries WHERE channel = 'webhook'")
        assert {state for _, state in webhooks} == {"sent"}
        assert set(system.taken) == {which for which, _ in webhooks}
        assert len(webhooks) == len(calls), "the platform, told of each emergency once"
        assert len(box.box.came) - len(box.shown) <= 2 * kills
        assert system.times.total() - len(system.taken) <= 2 * kills, "what was held by a sender that was killed"
        bodies = {(which, body) for which, _, body in system.came}
        assert len(bodies) == len(system.taken), "sent again it says the same"
    told = town.store.sql("SELECT call_id, person_id, organization_id, count(*) FROM notices GROUP BY 1, 2, 3")
    assert all(count == 1 for *_, count in told)
    assert {call for call, *_ in told} == set(calls)


def test_a_channel_that_cannot_deduplicate_is_never_asked_twice_and_says_what_is_unclear(
    town: NoticeTown, tmp_path: Path
) -> None:
    held = threading.Event()
    with HttpDouble({"/notices": SECRET}, before_answering=held) as gateway:
        given = {
            "HUYING_NOTICE_GATEWAY": gateway.url(),
            "HUYING_NOTICE_GATEWAY_SECRET": SECRET,
            "HUYING_NOTICE_GATEWAY_CHANNELS": "phone",
            "HUYING_NOTICE_GATEWAY_DEDUPLICATES": "false",
        }
        with processes(town, tmp_path, **given) as running:
            running.start()
            for _ in range(4):
                town.store.submitted(urgency=Urgency.EMERGENCY)
            wait_until(lambda: len(gateway.came) == 1, 60)
            running.kill()
            held.set()
            running.start(2)
            wait_until(lambda: left(town) == 0 and town.states(Channel.PHONE).get("sent") == 4 * 3 - 1, 60)
        assert set(gateway.times.values()) == {1}
        assert len(gateway.times) == 4 * 3
    (unclear,) = town.standing.given_up()
    assert (str(unclear.id), unclear.code) == (gateway.came[0][0], UNKNOWN)


def test_a_sender_that_only_lost_its_connection_is_not_taken_for_a_killed_one_for_long(
    town: NoticeTown, tmp_path: Path
) -> None:
    """Its hold is gone, so another may send again; what it sends last still counts as sent."""
    held = threading.Event()
    with HttpDouble({"/notices": SECRET}, before_answering=held) as gateway:
        given = {
            "HUYING_NOTICE_GATEWAY": gateway.url(),
            "HUYING_NOTICE_GATEWAY_SECRET": SECRET,
            "HUYING_NOTICE_GATEWAY_CHANNELS": "phone",
        }
        with processes(town, tmp_path, **given) as running:
            running.start()
            town.store.submitted(urgency=Urgency.EMERGENCY)
            wait_until(lambda: len(gateway.came) == 1, 60)
            town.store.sql(
                "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND classid = 72117"
            )
            held.set()
            wait_until(lambda: town.states(Channel.PHONE) == {"sent": 3}, 60)
        assert len(gateway.taken) == 3
