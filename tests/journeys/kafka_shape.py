"""The shape of a real installation, for journeys: database, Kafka, and the product's processes over them."""

import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Protocol
from uuid import uuid4

import httpx2 as httpx
import psycopg

from adapters.kafka.address import KafkaAddress
from adapters.kafka.partitions import channel_name, partition_of
from adapters.kafka.topics import TopicSettings, topic_name
from domain.directory.identity import organization_stream, person_stream
from infra.services.kafka import KafkaCluster
from infra.services.ports import free_ports
from infra.topics import PARTITIONS
from infra.views import projections
from projections.engine.projection import live_schema
from tests.adapters.kafka.bench import Bench, wait_until
from tests.journeys.county_over_http import Json
from tests.journeys.instance import OWN_PROGRAM, start_process, stop_process, wait_until_it_answers
from tests.journeys.shown_forms import forms_in

NODE = "shape"
ROLES = ("serve", "relay", "project", "notify", "clock")
"""The product's processes; one more of them is one more word here."""


@dataclass
class Shape:
    """The processes of one installation. Each can be killed and started again."""

    folder: Path
    dsn: str
    kafka: KafkaCluster
    bench: Bench
    settings: Mapping[str, str]
    port: int
    program: Sequence[str] = OWN_PROGRAM
    of_role: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    running: dict[str, "subprocess.Popen[bytes]"] = field(default_factory=dict)

    @property
    def address(self) -> str:
        """Where the web is."""
        return f"http://127.0.0.1:{self.port}"

    def start(self, role: str, name: str = "") -> None:
        """Start a process as an operator does; under another name when it is one more of its role."""
        arguments = ("--demonstration", "--port", str(self.port)) if role == "serve" else ()
        settings = {**self.settings, **self.of_role.get(role, {})}
        self.running[name or role] = start_process(
            role, self.folder, *arguments, settings=settings, program=self.program
        )

    def wait_until_it_serves(self) -> None:
        """Until the sign-in page comes."""
        wait_until_it_answers(self.running["serve"], self.address, self.folder / "serve.log")

    def stop(self, role: str) -> None:
        """As systemd would."""
        stop_process(self.running.pop(role))

    def kill(self, name: str) -> None:
        """kill -9, at once."""
        process = self.running.pop(name)
        process.send_signal(signal.SIGKILL)
        process.wait()

    def run(self, *command: str, without: tuple[str, ...] = ()) -> "subprocess.CompletedProcess[bytes]":
        """A command of the product to its end; what it said stands in a file of its own."""
        settings = {name: value for name, value in self.settings.items() if name not in without}
        process = start_process(command[0], self.folder, *command[1:], settings=settings)
        process.wait(60)
        return subprocess.CompletedProcess(command, process.returncode, self.said(command[0]))

    def said(self, role: str) -> bytes:
        """What the process has said so far."""
        return (self.folder / f"{role}.log").read_bytes()

    def sql(self, statement: str, *params: object) -> list[tuple[Any, ...]]:
        """Look into the database."""
        with psycopg.connect(self.dsn, autocommit=True) as connection:
            return connection.execute(statement.encode(), params or None).fetchall()

    def rows(self) -> dict[str, list[str]]:
        """Every row of every view as text, table by table, in order."""
        return {
            f"{live_schema(view)}.{table.name}": [
                row[0]
                for row in self.sql(f'SELECT to_jsonb(t)::text FROM "{live_schema(view)}"."{table.name}" t ORDER BY 1')
            ]
            for view in projections()
            for table in view.metadata.sorted_tables
        }

    def wait_until_shown(self, seconds: float = 30.0) -> None:
        """Until every stored fact stands in Kafka and, on the channel it travels by, in every view."""
        self.bench.wait_all_published(seconds)
        newest: dict[str, int] = {}
        for stream, wire, position in self.sql(
            "SELECT originator_id, topic, max(notification_id) FROM stored_events GROUP BY 1, 2 ORDER BY 3"
        ):
            topic = topic_name(NODE, wire.partition(".")[0])
            newest[channel_name(topic, partition_of(stream, PARTITIONS))] = position
        wanted = {(live_schema(view), channel): newest[channel] for view in projections() for channel in newest}

        def all_shown() -> bool:
            reached = {
                (schema, channel): position
                for schema, channel, position in self.sql(
                    "SELECT schema_name, channel, position FROM projection_checkpoints"
                )
            }
            return all(reached.get(place, 0) >= position for place, position in wanted.items())

        wait_until(all_shown, seconds)

    def organization(self, code: str) -> str:
        """The id of an organization by its code in the demonstration's table."""
        return str(organization_stream(NODE, code))


class Reached(Protocol):
    """An instance of the node NODE, however it runs."""

    @property
    def address(self) -> str:
        """Where the web is."""
        ...


class AtWork:
    """Somebody signed in by one click, at work through the session's API."""

    def __init__(self, instance: Reached, code: str) -> None:
        self.http = httpx.Client(base_url=instance.address, timeout=20)
        who = str(person_stream(NODE, code))
        wait_until(lambda: self._found(who) is not None, 60)
        door = self._found(who)
        assert door is not None
        answer = self.http.post(door.action, data=door.fields)
        assert answer.status_code == 303, answer.text
        page = self.http.get("/queue/to-do")
        assert page.status_code == 200, page.text
        self._token = next(form.fields["csrf_token"] for form in forms_in(page.text) if "csrf_token" in form.fields)

    def submit(self, **body: Any) -> str:
        """A new call; its id."""
        return str(self.ask("/calls", 201, **body)["id"])

    def do(self, call: str, step: str, **body: Any) -> Json:
        """Take a step; the receipt."""
        return self.ask(f"/calls/{call}/{step}", **body)

    def ask(self, path: str, status: int = 200, **body: Any) -> Json:
        """POST a command that succeeds."""
        headers = {"X-CSRF-Token": self._token, "Idempotency-Key": str(uuid4())}
        answer = self.http.post(f"/api/v1{path}", json=body, headers=headers)
        assert answer.status_code == status, answer.text
        receipt: Json = answer.json()
        return receipt

    def get(self, path: str, **query: Any) -> Any:
        """GET from the API."""
        answer = self.http.get(f"/api/v1{path}", params=query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def queue(self) -> set[str]:
        """What waits for this person now, without waiting for anything."""
        return {line["id"] for line in self.get("/calls", queue="to_do")["items"]}

    def close(self) -> None:
        """Close the connections."""
        self.http.close()

    def _found(self, who: str) -> Any:
        forms = forms_in(self.http.get("/sign-in").text)
        return next((form for form in forms if form.fields.get("person_id") == who), None)


@contextmanager
def production_shape(
    folder: Path,
    dsn: str,
    kafka: KafkaCluster,
    *,
    program: Sequence[str] = OWN_PROGRAM,
    of_role: Mapping[str, Mapping[str, str]] | None = None,
) -> Iterator[Shape]:
    """serve, relay, project and clock over this database and this Kafka, with the demonstration county loaded.

    `program` is what Python runs instead of the product's own command line; `of_role` sets what only one role has.
    """
    settings = {
        "HUYING_DATABASE_URL": dsn,
        "HUYING_KAFKA": kafka.bootstrap,
        "HUYING_KAFKA_REPLICATION": str(kafka.replication),
        "HUYING_MASTER_KEY": uuid4().hex * 2,
        "HUYING_NODE": NODE,
    }
    with Bench(dsn, KafkaAddress(kafka.bootstrap), NODE) as bench:
        bench.settings = replace(bench.settings, topics=TopicSettings(partitions=PARTITIONS), batch=60)
        shape = Shape(folder, dsn, kafka, bench, settings, free_ports(1)[0], program, of_role or {})
        try:
            for role in ROLES:
                shape.start(role)
            shape.wait_until_it_serves()
            yield shape
        finally:
            for role in list(shape.running):
                shape.stop(role)
