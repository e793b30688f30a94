"""Story 1 in the shape of a real installation: web, relay and projector as processes over PostgreSQL and Kafka."""

import json
import signal
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from adapters.kafka.partitions import partition_of
from infra.services.postgres import Postgres
from infra.topics import PARTITIONS
from tests.adapters.kafka.bench import RelayProcess, wait_until
from tests.journeys.kafka_shape import NODE, AtWork, Shape, production_shape
from tests.servers import console_consumer, kafka_server

pytestmark = pytest.mark.long

MATTER = "学前街小学门口七八个流动摊贩占道经营,堵住消防通道"
STORY = [
    "CallSubmitted",
    "CallEndorsed",
    "CallPlaced",
    "CallAccepted",
    "CallDispatched",
    "PartyResponded",
    "PartyResponded",
    "AssistanceReported",
    "ResultReported",
    "ResultConfirmed",
    "CallResolved",
    "CallEvaluated",
    "CallClosed",
]
KILLS = 20
MOMENTS = ("sending", "written", "committing", "committed")

People = Callable[[str], AtWork]


@pytest.fixture(scope="module")
def shape(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shape]:
    """One installation for the whole file; the tests go on from one another's calls, but need none of them."""
    folder: Path = tmp_path_factory.mktemp("shape")
    with (
        kafka_server(tmp_path_factory.mktemp("kafka")) as kafka,
        production_shape(folder, postgres.make_database("production_shape"), kafka) as running,
    ):
        yield running


@pytest.fixture
def people(shape: Shape) -> Iterator[People]:
    """People of the county, by their code."""
    present: list[AtWork] = []

    def person(code: str) -> AtWork:
        present.append(AtWork(shape, code))
        return present[-1]

    yield person
    for one in present:
        one.close()


def dispatched(shape: Shape, people: People) -> tuple[str, int]:
    """A call up to 派发; its id and the position of the dispatch."""
    caller, operator = people("cd-01"), people("pt-01")
    call = caller.submit(text=MATTER, place="学前街东口,实验小学门前")
    people("cd-03").do(call, "endorse")
    accepted = operator.do(call, "accept")
    found = operator.get("/items", words="占道经营", township=shape.organization("chengdong"))[0]
    receipt = operator.do(
        call,
        "dispatch",
        basis="list_item",
        revision=found["revision"]["id"],
        item=found["item"]["code"],
        lead=shape.organization("zhzfj"),
        assistants=[shape.organization("shichangju")],
    )
    assert receipt["position"] > accepted["position"]
    return call, int(receipt["position"])


def test_the_ordinary_loop_and_kafka_s_own_consumer_reads_exactly_its_facts(shape: Shape, people: People) -> None:
    """Both liaisons see it; then the topic holds each stored event once, byte for byte."""
    lead, assistant = people("zhzfj-z"), people("shichangju-z")
    call, position = dispatched(shape, people)
    wait_until(lambda: call in lead.queue() and call in assistant.queue(), 60)

    caller, operator = people("cd-01"), people("pt-01")
    lead.do(call, "respond", handler="陈中队长", contact="199 0000 0101", first_step="半小时内到场劝离")
    assistant.do(call, "respond", handler="周所长", contact="199 0000 0102", first_step="核查经营资格")
    assistant.do(call, "report-assistance", text="摊贩八户均无证照,已登记")
    receipt = lead.do(call, "report-result", text="摊贩已全部劝离,消防通道恢复")
    # One's own write is in the very next reading, though it takes the way through Kafka.
    seen = caller.get(f"/calls/{call}", min_position=receipt["position"])
    assert (receipt["version"], receipt["position"] > position) == (9, True)
    assert any(obligation["action"] == "confirm" and not obligation["done"] for obligation in seen["obligations"])
    caller.do(call, "confirm-result", text="到现场看过,通道畅通")
    operator.do(call, "resolve", spot_checked=True)
    last = caller.do(call, "evaluate", grade="satisfied", text="处理及时")
    assert caller.get(f"/calls/{call}", min_position=last["position"])["stage"] == "closed"

    shape.wait_until_shown()
    stored = {
        f"{stream}/{version}": (position, stream, version, wire, bytes(state))
        for position, stream, version, wire, state in shape.sql(
            "SELECT notification_id, originator_id, originator_version, topic, state FROM stored_events"
            " WHERE topic LIKE 'calls.%%' ORDER BY notification_id"
        )
    }
    records = console_consumer(shape.kafka, rf"huying\.{NODE}\.calls", len(stored))
    assert sorted(record.headers["ce_id"] for record in records) == sorted(stored)
    told = [record for record in records if record.key == call]
    assert [record.headers["ce_type"].rpartition(".v")[0] for record in told] == [f"cn.huying.calls.{n}" for n in STORY]
    assert [record.headers["ce_originatorversion"] for record in told] == [str(n + 1) for n in range(len(STORY))]
    assert len({record.partition for record in told}) == 1
    assert [record.offset for record in told] == sorted(record.offset for record in told)
    for record in records:
        number, stream, version, wire, state = stored[record.headers["ce_id"]]
        assert record.value == state
        value = json.loads(state)
        assert record.partition == partition_of(stream, PARTITIONS)
        assert record.headers == {
            "ce_specversion": "1.0",
            "ce_id": f"{stream}/{version}",
            "ce_source": f"/huying/{NODE}/calls",
            "ce_type": f"cn.huying.{wire}.v{value['v']}",
            "ce_subject": str(stream),
            "ce_time": value["recorded_at"],
            "ce_sequence": f"{number:019d}",
            "ce_originatorversion": str(version),
            "content-type": "application/json",
        }
    assert MATTER.encode() not in b"".join(record.value for record in records)  # what people wrote travels sealed


def test_a_relay_killed_twenty_times_while_calls_go_on_leaves_each_fact_once(shape: Shape, people: People) -> None:
    """And a projector killed -9 in between shows every acknowledged call once it is back."""
    shape.wait_until_shown()
    shape.stop("relay")
    callers, stop = [people(code) for code in ("cd-01", "cx-01", "qs-01")], threading.Event()
    acknowledged: list[str] = []
    problems: list[BaseException] = []

    def call_again_and_again(caller: AtWork) -> None:
        try:
            while not stop.wait(0.02):
                acknowledged.append(caller.submit(text=f"第{len(acknowledged)}件", place="府前路"))
        except BaseException as problem:
            problems.append(problem)

    def relay_to_be_killed(number: int) -> RelayProcess:
        return shape.bench.relay_process(MOMENTS[number % len(MOMENTS)], "kill", sent=8, held=True)

    calling = [threading.Thread(target=call_again_and_again, args=(caller,)) for caller in callers]
    for one in calling:
        one.start()
    try:
        # Most of a relay's life here is its start: so the next one loads while the one before it dies.
        following = relay_to_be_killed(0)
        for number in range(KILLS):
            relay = following
            relay.begin()
            if number + 1 < KILLS:
                following = relay_to_be_killed(number + 1)
            if number % 7 == 2:
                shape.kill("project")
                shape.start("project")
            assert relay.wait() == -signal.SIGKILL
    finally:
        stop.set()
        for one in calling:
            one.join()
    assert problems == []
    assert len(acknowledged) > KILLS
    shape.start("relay")
    shape.wait_until_shown(60)
    shape.bench.assert_kafka_holds_each_fact_once_and_in_order()
    shown = shape.sql(
        "SELECT count(*), count(DISTINCT c.stream_id) FROM calls_v10.calls c WHERE stream_id = ANY(%s::uuid[])",
        acknowledged,
    )
    assert shown == [(len(acknowledged), len(acknowledged))]


def test_views_from_kafka_and_from_the_store_are_the_same_row_by_row(shape: Shape, people: People) -> None:
    """Live from Kafka, built anew from the store, built anew from Kafka; and no feed goes on at the other's place."""
    dispatched(shape, people)
    shape.wait_until_shown()
    live = shape.rows()
    assert len(live["calls_v10.timeline"]) >= 5
    shape.stop("project")

    assert shape.run("rebuild", without=("HUYING_KAFKA",)).returncode == 0
    assert shape.rows() == live
    refused = shape.run("project")
    assert refused.returncode == 1
    assert "原由另一来源(store)更新" in refused.stdout.decode()
    assert "huying rebuild" in refused.stdout.decode()
    assert shape.rows() == live

    assert shape.run("rebuild").returncode == 0
    assert shape.rows() == live
    shape.start("project")
    call, position = dispatched(shape, people)
    shape.wait_until_shown(60)
    lead = people("zhzfj-z")
    assert lead.get(f"/calls/{call}", min_position=position)["stage"] == "handling"


def test_without_a_relay_the_doctor_and_an_import_say_so_instead_of_waiting(shape: Shape, people: People) -> None:
    shape.wait_until_shown()
    shape.stop("relay")
    try:
        people("cd-01").submit(text="没有转发时提交的一件", place="府前路")
        examined = shape.run("doctor")
        assert examined.returncode == 1
        assert "没有运行" in examined.stdout.decode()
        assert "启动 huying relay" in examined.stdout.decode()
        refused = shape.run("import", "list", str(Path(__file__)))
        assert refused.returncode == 1
        assert "请启动 huying relay" in refused.stdout.decode()
        page = people("pt-01").http.get("/status").text
        assert "转发(relay)" in page
        assert "没有运行,还有 1 条记录未发往 Kafka" in page
    finally:
        shape.start("relay")
    shape.wait_until_shown(60)
    assert "正在发送,还有 0 条记录未发出" in people("pt-01").http.get("/status").text
