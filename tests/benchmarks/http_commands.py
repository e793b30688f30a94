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
from itertools import islice
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

CLIENTS = 20
PACE = 50.0
"""Requests a second in the open loop: several times what a county does at its busiest."""

Request = tuple[str, dict[str, object], str]


def http_figures(folder: str, dsn: str, bare_dsn: str, quick: bool) -> list[Figure]:
    """Three steps on each of many placed calls by twenty clients with connections kept open: first at a steady pace,
    each request due at its moment whether or not the one before was answered in time, then as fast as answers come.
    First as an installation runs, projector and notifier beside; then as `make run` does, all in one process."""
    paced, saturating = (100, 150) if quick else (400, 600)
    rest = iter(_prepare(folder, dsn, 2 * (1 + paced + saturating)))

    def some(number: int) -> list[list[Request]]:
        calls = list(islice(rest, number))
        return [list(step) for step in zip(*calls, strict=True)]

    def measured(port: int) -> tuple[list[float], float, list[float]]:
        for requests in some(1):
            _ask(port, requests)  # the first of each kind finds nothing known yet
        calm = _ask(port, [request for requests in some(paced) for request in requests], pace=PACE)
        return calm, *_saturate(port, some(saturating))

    with _process("beside", folder, dsn), _server("web", folder, dsn) as port:
        calm, rate, spent = measured(port)
    with _server("one_process", folder, dsn) as port:
        calm_alone, rate_alone, spent_alone = measured(port)
    bare: list[Request] = [("/bare", {"text": "门口有人占道摆摊"}, "")] * (3 * saturating)
    with _server("bare", folder, bare_dsn) as port:
        _ask(port, bare[:CLIENTS])
        bare_calm = _ask(port, bare[: 3 * paced], pace=PACE)
        bare_rate, bare_spent = _saturate(port, [bare])
    what = (
        "accept, dispatch, respond through the whole application (token, scope, authority, decision, sealing, append);"
        f" projector and notifier in a process beside, {CLIENTS} clients on the same machine."
    )
    open_loop = f"Open loop: {3 * paced} requests, {PACE:.0f} a second, each timed from the moment it was due."
    limit = "bare FastAPI route, one INSERT, no security, no projector"
    notes = {
        0.5: f"What a command's processor time goes to stands with command_http; {PACE:.0f} a second are"
        f" {PACE / rate:.0%} of what saturates the cores. The runs of decision 0047 had medians of 10 to 12 ms. How"
        " much of the median is waiting has not been profiled.",
        0.99: "Until decision 0047 the tail (112 and 175 ms in two runs) was full garbage collections, a tenth of a"
        " second each; not the database, the projector or the lock. With what lives as long as the process set aside,"
        " runs in turn on the same machine gave 21 and 20 ms. A miss after that has another cause, not known yet.",
    }
    return [
        *(
            Figure(
                f"command_http_p{share * 100:.0f}",
                percentile(calm, share),
                "ms",
                "lower",
                f"{what} {open_loop} Worst {max(calm):.0f} ms.",
                goal=goal,
                limit=f"{limit}, at the same pace",
                limit_value=percentile(bare_calm, share),
                notes=notes[share],
            )
            for share, goal in ((0.5, 12.0), (0.99, 50.0))
        ),
        Figure(
            "command_http",
            rate,
            "requests/s",
            "higher",
            f"{what} Saturated: {_said(spent)} (bare route: {_said(bare_spent)}). Goal: 0.4 × the bare route.",
            goal=0.4 * bare_rate,
            limit=limit,
            limit_value=bare_rate,
            notes="Profile of a command's processor time in all processes: framework, validation and answer 35 %,"
            " the projector 30 %, notice planning 10 to 13 %, decision and append 10 %, the token and its rights 8"
            " %. Two cores carry server, projector, notifier, PostgreSQL and the 20 clients, who take a third"
            " themselves. In: httptools and uvloop, JSON by orjson, one query for all heads, obligations put without"
            " being read back (14.8 to 11.0 ms of processor time a command on one busy machine), routes in one flat"
            " list, views that pass over together what they do not read (decision 0051). The shares were taken before"
            " the last two.",
        ),
        Figure(
            "command_http_one_process",
            rate_alone,
            "requests/s",
            "higher",
            "the same with projector and notifier in the one server process, as `make run` has them. Saturated:"
            f" {_said(spent_alone)}. {open_loop} p50 {percentile(calm_alone, 0.5):.1f} ms,"
            f" p99 {percentile(calm_alone, 0.99):.1f} ms.",
            limit=limit,
            limit_value=bare_rate,
        ),
    ]


def _said(spent: Sequence[float]) -> str:
    return (
        f"{len(spent)} requests as fast as answers come, p50 {percentile(spent, 0.5):.1f} ms,"
        f" p99 {percentile(spent, 0.99):.1f} ms"
    )


def _saturate(port: int, steps: Sequence[Sequence[Request]]) -> tuple[float, list[float]]:
    """Requests a second, and the milliseconds of each. A step begins when the step before it ended."""
    begun = time.perf_counter()
    spent = [one for requests in steps for one in _ask(port, requests)]
    return len(spent) / (time.perf_counter() - begun), spent


def _prepare(folder: str, dsn: str, calls: int) -> list[tuple[Request, ...]]:
    """Found the county, place the calls, give the people tokens; of each call the requests of the three steps."""
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
    steps: tuple[tuple[str, dict[str, object], str], ...] = (
        ("accept", {}, "li"),
        ("dispatch", dispatch, "li"),
        ("respond", respond, "zhifa"),
    )
    return [tuple((f"/api/v1/calls/{call}/{step}", body, tokens[by]) for step, body, by in steps) for call in placed]


def _ask(port: int, requests: Sequence[Request], *, pace: float | None = None) -> list[float]:
    """Send them from all clients at once; milliseconds of each. With a pace: so many a second, each from when it was
    due, so that a slow answer counts against those that had to wait for it."""
    begun = time.perf_counter() + 0.1

    def client(place: int) -> list[float]:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        connection.connect()
        spent = []
        for number, (path, body, token) in islice(enumerate(requests), place, None, CLIENTS):
            headers = {"Content-Type": "application/json", "Idempotency-Key": str(uuid4())}
            if token:
                headers["Authorization"] = f"Bearer {token}"
            due = time.perf_counter() if pace is None else begun + number / pace
            time.sleep(max(0.0, due - time.perf_counter()))
            connection.request("POST", path, json.dumps(body), headers)
            answer = connection.getresponse()
            said = answer.read()
            spent.append((time.perf_counter() - due) * 1000)
            if answer.status != 200:
                raise RuntimeError(f"{path}: {answer.status} {said.decode()[:300]}")
        connection.close()
        return spent

    with ThreadPoolExecutor(CLIENTS) as pool:
        return [one for part in pool.map(client, range(CLIENTS)) for one in part]


@contextmanager
def _server(what: str, folder: str, dsn: str) -> Iterator[int]:
    with _process(what, folder, dsn) as said:
        port = int(said)
        _wait_for(port)
        yield port


@contextmanager
def _process(what: str, folder: str, dsn: str) -> Iterator[str]:
    """A process of http_server.py, and the first line it says."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.benchmarks.http_server", what, folder, dsn],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        yield process.stdout.readline()
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
