"""办理 over HTTP: accept, dispatch, respond, each with its own token, against a bare route that does one INSERT."""

import http.client
import json
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from uuid import UUID, uuid4

from sqlalchemy import select

from adapters.identity.api_tokens import ApiTokens
from api.security.scopes import ALL_SCOPES
from infra.composition import House
from projections.directory.tables import APPOINTMENTS
from tests.benchmarks.figures import Figure, percentile
from tests.benchmarks.http_server import county_clock, settings
from tests.county_store import founding
from tests.domain.calls.county import the_county
from tests.projections.histories import call_facts

CLIENTS = 8
Request = tuple[str, dict[str, object], str]


def http_figure(folder: str, dsn: str, bare_dsn: str, calls: int) -> Figure:
    """Three steps on each of so many placed calls, by eight clients with connections kept open."""
    steps = _prepare(folder, dsn, calls)
    with _server("app", folder, dsn) as port:
        _ask(port, steps[0][:1])
        spent, begun = [], time.perf_counter()
        for step, requests in enumerate(steps):
            spent += _ask(port, requests[1:] if step == 0 else requests)
        rate = len(spent) / (time.perf_counter() - begun)
    bare: list[Request] = [("/bare", {"text": "门口有人占道摆摊"}, "")] * (3 * calls)
    with _server("bare", folder, bare_dsn) as port:
        _ask(port, bare[:10])
        begun = time.perf_counter()
        bare_spent = _ask(port, bare)
        bare_rate = len(bare_spent) / (time.perf_counter() - begun)
    return Figure(
        "command_http",
        rate,
        "requests/s",
        "higher",
        f"accept, dispatch, respond on {calls} calls through the whole application (token, scope, authority, decision,"
        f" sealing, append) in one server process that folds the views beside; {CLIENTS} clients on the same machine."
        f" p50 {percentile(spent, 0.5):.1f} ms, p95 {percentile(spent, 0.95):.1f} ms,"
        f" p99 {percentile(spent, 0.99):.1f} ms"
        f" (bare route: p95 {percentile(bare_spent, 0.95):.1f} ms). Goal: 0.65 × the bare route.",
        goal=0.65 * bare_rate,
        limit="bare FastAPI route, one INSERT, no security, no projector",
        limit_value=bare_rate,
    )


def _prepare(folder: str, dsn: str, calls: int) -> list[list[Request]]:
    """Found the county, place the calls, give the people tokens; the requests of the three steps."""
    county = the_county()
    placed = [county.placed() for _ in range(calls)]
    clock = county_clock()
    with House.open(settings(folder, dsn), clock) as house:
        calls_facts = call_facts(county)
        house.store.save(*[e for e in founding(county) if e.originator_id not in calls_facts])
        for facts in calls_facts.values():
            house.store.save(*facts)
        house.catch_up()
        tokens = {}
        for name in ("li", "zhifa"):
            person = county.by(name).person
            assert person is not None
            with house.engine.connect() as connection:
                appointment: UUID = connection.execute(
                    select(APPOINTMENTS.c.appointment_id).where(APPOINTMENTS.c.stream_id == person)
                ).scalar_one()
            _, tokens[name] = ApiTokens(house.engine, clock, scopes=ALL_SCOPES).issue(
                person, appointment, scopes=["calls:write"], label="bench", expires_at=clock() + timedelta(days=1)
            )
    dispatch: dict[str, object] = {"basis": "powers", "reference": "三定规定", "lead": str(county.orgs["zhifa"])}
    respond: dict[str, object] = {"handler": "郑专管", "contact": "0531-1234", "first_step": "一小时内到场"}
    return [
        [(f"/api/v1/calls/{call}/{step}", body, tokens[by]) for call in placed]
        for step, body, by in (("accept", {}, "li"), ("dispatch", dispatch, "li"), ("respond", respond, "zhifa"))
    ]


def _ask(port: int, requests: Sequence[Request]) -> list[float]:
    """Send them from all clients at once; milliseconds of each."""

    def client(place: int) -> list[float]:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        spent = []
        for path, body, token in requests[place::CLIENTS]:
            headers = {"Content-Type": "application/json", "Idempotency-Key": str(uuid4())}
            if token:
                headers["Authorization"] = f"Bearer {token}"
            begun = time.perf_counter()
            connection.request("POST", path, json.dumps(body), headers)
            answer = connection.getresponse()
            said = answer.read()
            spent.append((time.perf_counter() - begun) * 1000)
            if answer.status != 200:
                raise RuntimeError(f"{path}: {answer.status} {said.decode()[:300]}")
        connection.close()
        return spent

    with ThreadPoolExecutor(CLIENTS) as pool:
        return [one for part in pool.map(client, range(CLIENTS)) for one in part]


@contextmanager
def _server(what: str, folder: str, dsn: str) -> Iterator[int]:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.benchmarks.http_server", what, folder, dsn],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        port = int(process.stdout.readline())
        _wait_for(port)
        yield port
    finally:
        process.stdin.close()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdout.close()


def _wait_for(port: int) -> None:
    limit = time.monotonic() + 60
    while True:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/nothing-here")
            connection.getresponse().read()
            connection.close()
        except OSError:
            if time.monotonic() > limit:
                raise
            time.sleep(0.05)
        else:
            return
