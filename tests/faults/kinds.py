"""What is done to the installation: each fault is a block; entering hurts, leaving mends or starts again."""

import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from random import Random

import psutil
import psycopg

from infra.services.kafka_broker import Broker
from tests.adapters.kafka.bench import wait_until
from tests.faults.scene import Scene
from tests.journeys.kafka_shape import NODE, ROLES

_FENCED = 3
_ENDS_WHEN_TOLD = (0, 128 + signal.SIGTERM, -signal.SIGTERM)
"""At work, while it starts, and before it has read its own first lines."""
_AT_WORK = "按 Ctrl-C 停止"
_SECONDS_OF_TRANSACTION = 31.0
"""A little longer than a relay's transaction may last in Kafka."""

_SECONDS_TO_HAPPEN = 60.0

Deed = Callable[[Scene, Random], AbstractContextManager[None]]


@dataclass(frozen=True, slots=True)
class Fault:
    """One kind. Two that touch the same part are never inflicted at once; `weight`: how often it is drawn; `first`: it
    comes before the other of its round, as it waits for another process to take over, which needs all that may be away.
    """

    name: str
    title: str
    touches: frozenset[str]
    deed: Deed
    weight: int = 4
    needs_small_disks: bool = False
    first: bool = False


def _killed(role: str) -> Deed:
    """kill -9 of one of the product's processes, now and then several times in a row."""

    @contextmanager
    def deed(scene: Scene, random: Random) -> Iterator[None]:
        for _ in range(random.choice((0, 0, 1, 2))):
            scene.kill_process(role)
            scene.shape.start(role)
            _let_pass(random.uniform(0.5, 4.0))  # in the middle of its start, or of its work
        scene.kill_process(role)
        yield
        scene.shape.start(role)

    return deed


@contextmanager
def killed_database(scene: Scene, random: Random) -> Iterator[None]:
    """kill -9 of all of PostgreSQL."""
    scene.kill_database()
    yield
    scene.postgres.start()


@contextmanager
def restarted_database(scene: Scene, random: Random) -> Iterator[None]:
    """A restart in good order, as for an upgrade."""
    scene.postgres.stop()
    yield
    scene.postgres.start()


@contextmanager
def killed_broker(scene: Scene, random: Random) -> Iterator[None]:
    """kill -9 of any one broker."""
    with _without(scene, random.choice(scene.kafka.brokers)):
        yield


@contextmanager
def killed_leader(scene: Scene, random: Random) -> Iterator[None]:
    """kill -9 of the broker that leads a partition of the calls."""
    with _without(scene, scene.leader_of(f"huying.{NODE}.calls", random.randrange(6))):
        yield


@contextmanager
def hung_broker(scene: Scene, random: Random) -> Iterator[None]:
    """A broker that stands still (SIGSTOP) long enough to be fenced, and then goes on as if nothing had been."""
    broker = scene.leader_of(f"huying.{NODE}.calls", random.randrange(6))
    assert broker.pid is not None
    process = psutil.Process(broker.pid)
    process.suspend()
    try:
        _let_pass(random.uniform(1.0, 6.0))
        yield
    finally:
        process.resume()
    scene.kafka.wait_until_it_answers()


def _sleeping_relay(at_least: float) -> Deed:
    """A relay stands still (SIGSTOP), another takes over, the first wakes up (SIGCONT): it must end as fenced."""

    @contextmanager
    def deed(scene: Scene, random: Random) -> Iterator[None]:
        sleeper, owner = scene.shape.running.pop("relay"), _owner(scene)
        sleeper.send_signal(signal.SIGSTOP)
        slept_at = time.monotonic()
        try:
            scene.shape.start("relay")
            wait_until(lambda: _owner(scene) not in (owner, "") and _state(scene) == "publishing", _SECONDS_TO_HAPPEN)
            _let_pass(max(0.0, slept_at + at_least - time.monotonic()))
            yield
        finally:
            sleeper.send_signal(signal.SIGCONT)
            _expect_fenced(scene, sleeper, "a relay that slept while another took over")

    return deed


@contextmanager
def two_relays(scene: Scene, random: Random) -> Iterator[None]:
    """A second relay by mistake: one of the two must end as fenced, the other goes on; unless the second could not even
    begin, its database being away in the same round."""
    since = scene.said_so_far("relay")
    scene.shape.start("relay", "relay-2")
    two = [scene.shape.running.pop("relay"), scene.shape.running.pop("relay-2")]
    try:
        wait_until(lambda: any(one.poll() is not None for one in two), _SECONDS_TO_HAPPEN)
        yield
    finally:
        ended = next((one for one in two if one.poll() is not None), two[0])
        scene.shape.running["relay"] = next(one for one in two if one is not ended)
        if ended is two[0] or not _gave_up(scene, ended, "relay", since):
            _expect_fenced(scene, ended, "one of two relays")


def _two(role: str) -> Deed:
    """A second of them by mistake: both may work, and either may be stopped."""

    @contextmanager
    def deed(scene: Scene, random: Random) -> Iterator[None]:
        since = scene.said_so_far(role)
        _start_another(scene, role)
        _let_pass(random.uniform(0.5, 4.0))
        yield
        _one_leaves(scene, random, role, since)

    return deed


@contextmanager
def sleeping_clock(scene: Scene, random: Random) -> Iterator[None]:
    """A clock stands still (SIGSTOP), another is started, the first wakes up (SIGCONT) with the turn it was in."""
    running, since = scene.shape.running, scene.said_so_far("clock")
    sleeper = running["clock-2"] = running.pop("clock")
    sleeper.send_signal(signal.SIGSTOP)
    try:
        scene.shape.start("clock")
        _let_pass(random.uniform(1.0, 5.0))
        yield
    finally:
        sleeper.send_signal(signal.SIGCONT)
    _let_pass(random.uniform(0.2, 2.0))
    _one_leaves(scene, random, "clock", since)


@contextmanager
def lost_after_commit(scene: Scene, random: Random) -> Iterator[None]:
    """The web's connection to the database is lost right after COMMIT, or right before the request arrives."""
    for _ in range(random.randrange(2, 6)):
        before = scene.proxy.dropped
        arm = scene.proxy.drop_after_commit_of if random.random() < 0.8 else scene.proxy.drop_before
        arm(b"calls.")
        wait_until(lambda before=before: scene.proxy.dropped > before, _SECONDS_TO_HAPPEN)  # type: ignore[misc]
    yield


@contextmanager
def full_store(scene: Scene, random: Random) -> Iterator[None]:
    """PostgreSQL's disk is full; then somebody makes room, and starts it again if it has ended."""
    assert scene.store_disk is not None
    scene.store_disk.fill()
    try:
        _let_pass(random.uniform(1.0, 5.0))
        yield
    finally:
        scene.store_disk.make_room()
        scene.postgres.start()


@contextmanager
def full_attachments(scene: Scene, random: Random) -> Iterator[None]:
    """The disk of the attachments is full."""
    assert scene.files_disk is not None
    scene.files_disk.fill()
    try:
        _let_pass(random.uniform(1.0, 4.0))
        yield
    finally:
        scene.files_disk.make_room()


@contextmanager
def clock_an_hour_back(scene: Scene, random: Random) -> Iterator[None]:
    """The time that all processes read jumps back an hour, and later forward again."""
    scene.clock.set_off_by(-3600)
    _let_pass(random.uniform(1.0, 4.0))
    yield
    scene.clock.set_off_by(0)


@contextmanager
def power_cut(scene: Scene, random: Random) -> Iterator[None]:
    """Everything at once, without a word; then everything is started again."""
    for broker in scene.kafka.brokers:
        scene.kill_broker(broker)
    for role in ROLES:
        scene.kill_process(role)
    scene.kill_database()
    yield
    scene.postgres.start()
    for role in ROLES:
        scene.shape.start(role)
    scene.kafka.start()


FAULTS: tuple[Fault, ...] = (
    *(
        Fault(f"kill_{role}", f"kill -9 of `huying {role}`", frozenset({role}), _killed(role), weight=6)
        for role in ROLES
    ),
    Fault("kill_postgres", "kill -9 of PostgreSQL", frozenset({"postgres"}), killed_database, weight=6),
    Fault("restart_postgres", "restart of PostgreSQL", frozenset({"postgres"}), restarted_database),
    Fault("kill_broker", "kill -9 of one broker", frozenset({"kafka"}), killed_broker),
    Fault("kill_leader", "kill -9 of a partition's leader", frozenset({"kafka"}), killed_leader, weight=6),
    Fault("hung_broker", "SIGSTOP of a partition's leader", frozenset({"kafka"}), hung_broker),
    Fault(
        "zombie_relay",
        "SIGSTOP of the relay, another takes over, SIGCONT",
        frozenset({"relay"}),
        _sleeping_relay(0.0),
        first=True,
    ),
    Fault(
        "expired_relay",
        "the same, asleep for longer than its transaction may last",
        frozenset({"relay"}),
        _sleeping_relay(_SECONDS_OF_TRANSACTION),
        first=True,
    ),
    Fault("two_relays", "two relays by mistake", frozenset({"relay"}), two_relays),
    Fault("two_projectors", "two projectors by mistake", frozenset({"project"}), _two("project")),
    Fault("two_clocks", "two clocks by mistake", frozenset({"clock"}), _two("clock")),
    Fault("sleeping_clock", "SIGSTOP of the clock, another is started, SIGCONT", frozenset({"clock"}), sleeping_clock),
    Fault(
        "lost_after_commit",
        "connection lost around COMMIT",
        frozenset({"serve", "postgres"}),
        lost_after_commit,
        weight=6,
    ),
    Fault("full_store", "disk full under PostgreSQL", frozenset({"postgres"}), full_store, needs_small_disks=True),
    Fault(
        "full_attachments",
        "disk full under the attachments",
        frozenset({"serve"}),
        full_attachments,
        needs_small_disks=True,
    ),
    Fault("clock_back", "time an hour back, then forward again", frozenset({"time"}), clock_an_hour_back),
    Fault(
        "power_cut",
        "kill -9 of everything at once",
        frozenset({*ROLES, "postgres", "kafka", "time"}),
        power_cut,
        weight=3,
    ),
)

BY_NAME = {fault.name: fault for fault in FAULTS}


def draw(random: Random, *, small_disks: bool) -> list[Fault]:
    """One fault, or now and then two that touch different parts."""
    possible = [fault for fault in FAULTS if small_disks or not fault.needs_small_disks]
    (first,) = random.choices(possible, [fault.weight for fault in possible])
    others = [fault for fault in possible if not fault.touches & first.touches]
    if not others or random.random() > 0.3:
        return [first]
    return sorted([first, *random.choices(others, [fault.weight for fault in others])], key=lambda one: not one.first)


@contextmanager
def _without(scene: Scene, broker: Broker) -> Iterator[None]:
    scene.kill_broker(broker)
    yield
    scene.kafka.bring_back(broker)


def _start_another(scene: Scene, role: str) -> None:
    """Until it is at work beside the first, or had to give up (the database may be away in the same round)."""
    since, name = scene.said_so_far(role), f"{role}-2"
    scene.shape.start(role, name)
    another = scene.shape.running[name]
    wait_until(lambda: another.poll() is not None or _AT_WORK in scene.said_since(role, since), _SECONDS_TO_HAPPEN)


def _one_leaves(scene: Scene, random: Random, role: str, since: int) -> None:
    """One of two that work side by side is stopped in good order, the other goes on. `since`: where what they have said
    begins; one may have given up meanwhile, and said so."""
    name = random.choice((role, f"{role}-2"))
    leaver = scene.shape.running[name]
    scene.shape.stop(name)
    if leaver.returncode not in _ENDS_WHEN_TOLD and not _gave_up(scene, leaver, role, since):
        words = scene.last_words(role, since)
        scene.complaints.append(f"one of two ({role}) ended with {leaver.returncode}: {words}")
    scene.shape.running.setdefault(role, scene.shape.running.pop(f"{role}-2", leaver))


def _gave_up(scene: Scene, process: "subprocess.Popen[bytes]", role: str, since: int) -> bool:
    """Whether it ended by itself with a sentence that says why it can't go on."""
    return process.poll() == 1 and "不能继续" in scene.last_words(role, since)


def _expect_fenced(scene: Scene, process: "subprocess.Popen[bytes]", who: str) -> None:
    try:
        code = process.wait(_SECONDS_TO_HAPPEN)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        scene.complaints.append(f"{who} did not end: {scene.last_words('relay')}")
        return
    if code != _FENCED:
        scene.complaints.append(f"{who} ended with {code} instead of {_FENCED}: {scene.last_words('relay')}")


def _owner(scene: Scene) -> str:
    return _relay(scene, "owner::text")


def _state(scene: Scene) -> str:
    return _relay(scene, "state")


def _relay(scene: Scene, column: str) -> str:
    try:
        rows = scene.shape.sql(f"SELECT {column} FROM kafka_relay WHERE node = %s", NODE)
    except psycopg.OperationalError:  # the database may be away in the same round: then nobody can say
        return ""
    return str(rows[0][0]) if rows else ""


def _let_pass(seconds: float) -> None:
    """Time of the schedule, drawn or prescribed: nothing is waited for."""
    time.sleep(seconds)
