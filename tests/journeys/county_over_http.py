"""The demonstration county reached over HTTP: people with API tokens and browsers, and a clock the test sets."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache, partial
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx2 as httpx
import pytest
from fastapi import FastAPI
from psycopg.conninfo import conninfo_to_dict
from pydantic import SecretStr
from starlette.testclient import TestClient

from adapters.identity.identity import Identity
from adapters.notices.standing import NoticeStanding
from api.security.scopes import ALL_SCOPES
from domain.directory.identity import organization_stream, person_stream
from domain.shared.calendar import LOCAL
from domain.shared.posts import Post
from infra.clockwork import Turn, known_to_the_database
from infra.composition import House
from infra.demonstration.loading import load_demonstration
from infra.identity import make_identity
from infra.services.postgres import Postgres
from infra.settings import Settings
from infra.web import web_app
from projections.scope import Viewer
from tests.adapters.kafka.bench import wait_until
from tests.conftest import Databases, fresh_copy
from tests.journeys.shown_forms import forms_in

BEGINNING = "2026-01-20 09:00"
"""After the county's list took effect and everybody holds their post."""

Json = dict[str, Any]


def at(text: str) -> datetime:
    """A moment of the county: "2026-03-14 02:10"."""
    return datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=LOCAL)


class SetClock:
    """A clock that shows what the test set."""

    def __init__(self, moment: str) -> None:
        self._now = at(moment)

    def __call__(self) -> datetime:
        return self._now

    def set(self, moment: str) -> None:
        """It is now this moment of the county."""
        self._now = at(moment)

    def later(self, **span: float) -> None:
        """Some time passes: `minutes=10`."""
        self._now += timedelta(**span)


@dataclass
class County:
    """The running application over a house of its own."""

    house: House
    app: FastAPI
    clock: SetClock
    identity: Identity
    people: dict[tuple[str, Post | None], "Person"] = field(default_factory=dict)

    @property
    def node(self) -> str:
        """The county's node."""
        return self.house.settings.node

    def organization(self, code: str) -> str:
        """The id of an organization by its code in the demonstration's table."""
        return str(organization_stream(self.node, code))

    def person(self, code: str, post: Post | None = None) -> "Person":
        """Somebody of the demonstration by the code in its table, in their (only) post."""
        known = self.people.get((code, post))
        if known is None or self.clock() - known.since > _TOKENS_ANEW:  # stories set the clock as they like
            held = self.identity.posts(person_stream(self.node, code))
            viewer = next(one for one in held if post in (None, one.post))
            self.people[code, post] = Person(self, viewer)
        return self.people[code, post]

    def token(self, viewer: Viewer, *scopes: str) -> str:
        """An API token of somebody, with these scopes or all."""
        ends = self.clock() + timedelta(days=360)
        return self.identity.issue_token(viewer, scopes=scopes or ALL_SCOPES, label="测试", expires_at=ends)[1]

    def tick(self) -> Turn:
        """The clock takes one turn, on views that hold everything so far; afterwards they hold what it did."""
        self.await_views()
        turn = self.house.clockwork().turn()
        self.await_views()
        return turn

    def await_views(self) -> None:
        """Until every view holds every fact."""
        newest = self.newest()
        assert all(self.house.freshness.wait_for(view, newest, 20) for view in self.house.views)

    def await_notices(self) -> None:
        """Until everything that was recorded so far is told."""
        standing = NoticeStanding(self.house.engine)
        wait_until(lambda: standing.planning().behind == 0, 20)

    def newest(self) -> int:
        """The position of the last fact."""
        with self.house.pool.connection() as connection:
            row = connection.execute("SELECT coalesce(max(notification_id), 0) FROM stored_events").fetchone()
        assert row is not None
        return int(row[0])

    def stranger(self) -> TestClient:
        """Somebody who is not signed in."""
        return client_of(self.app)


def client_of(app: FastAPI, **headers: str) -> TestClient:
    """A client of the application in this process. What goes wrong inside comes back as an answer, as over a wire."""
    return TestClient(
        app, base_url="http://county.test", headers=headers, follow_redirects=False, raise_server_exceptions=False
    )


_TOKENS_ANEW = timedelta(days=180)


_READ_NO_VIEW = ("/inbox", "/rates/definitions", "/status", "/viewer")


class Person:
    """Somebody at work: by the API with a token, and at a browser."""

    def __init__(self, county: County, viewer: Viewer) -> None:
        self.county = county
        self.viewer = viewer
        self.since = county.clock()
        self.api = client_of(county.app, authorization=f"Bearer {county.token(viewer)}")
        self._browser: TestClient | None = None
        self._signed_in_at: datetime | None = None
        self.seen = 0
        """The last position this person wrote: what they look at next shows it."""

    @property
    def organization(self) -> str:
        """The id of their organization."""
        return str(self.viewer.organization)

    def ask(
        self, path: str, body: Mapping[str, Any], key: UUID | None = None, **headers: str | bytes
    ) -> httpx.Response:
        """POST to the API."""
        given = {**headers, **({} if key is None else {"Idempotency-Key": str(key)})}
        sent = [(name.encode(), said if isinstance(said, bytes) else said.encode()) for name, said in given.items()]
        return self.api.post(f"/api/v1{path}", json=dict(body), headers=sent)

    def submit(self, **body: Any) -> str:
        """A new call; its id."""
        return str(self._done(self.ask("/calls", body, uuid4()), 201)["id"])

    def do(self, call: str, step: str, **body: Any) -> Json:
        """Take a step that succeeds; the receipt."""
        return self._done(self.ask(f"/calls/{call}/{step}", body, uuid4()))

    def refused(self, call: str, step: str, **body: Any) -> Json:
        """Take a step that is refused; the problem, which names a rule in Chinese."""
        return problem_in(self.ask(f"/calls/{call}/{step}", body, uuid4()))

    def change_list(self, step: str, key: UUID | None = None, **body: Any) -> Json:
        """A step on the duty list that succeeds; the receipt."""
        return self._done(self.ask(f"/lists/{step}", body, key or uuid4()))

    def get(self, path: str, **query: Any) -> Any:
        """GET from the API, with one's own writes in it where it reads a view."""
        waits = {} if path in _READ_NO_VIEW else {"min_position": self._newest()}
        answer = self.api.get(f"/api/v1{path}", params={**waits, **query})
        assert answer.status_code == 200, answer.text
        return answer.json()

    def call(self, call: str, **query: Any) -> Json:
        """One call as this person may see it."""
        found: Json = self.get(f"/calls/{call}", **query)
        return found

    def obligation(self, call: str, action: str, *, organization: str | None = None, round: int | None = None) -> Json:
        """The last obligation of a kind on the call."""
        parties = self.call(call)["obligations"]
        found = [t for t in parties if t["action"] == action and organization in (None, t["organization"])]
        assert found, f"no obligation {action} in {[t['action'] for t in parties]}"
        last: Json = found[-1]
        return last

    def record(self, call: str) -> list[Json]:
        """办理记录 of the call."""
        entries: list[Json] = self.get(f"/calls/{call}/record")
        return entries

    def told(self, call: str) -> list[str]:
        """The names of the call's facts in order."""
        return [entry["type"].removeprefix("calls.") for entry in self.record(call)]

    def queue(self, queue: str = "to_do") -> dict[str, Json]:
        """One page of a queue, by call."""
        return {line["id"]: line for line in self.get("/calls", queue=queue)["items"]}

    @property
    def browser(self) -> TestClient:
        """Signed in by one click, anew after time has passed (a session ends)."""
        if self._browser is None or self._signed_in_at != self.county.clock():
            self._browser = client_of(self.county.app, accept="text/html")
            door = forms_in(self._browser.get("/sign-in").text)[0]
            post = {"person_id": str(self.viewer.person), "appointment": str(self.viewer.appointment)}
            answer = self._browser.post(
                "/sign-in/demonstration", data={"csrf_token": door.fields["csrf_token"], **post}
            )
            assert answer.status_code == 303, answer.text
            self._signed_in_at = self.county.clock()
        return self._browser

    def page(self, path: str) -> str:
        """A page as text, with everything that was written so far in it."""
        answer = self.browser.get(path, params={"min_position": self._newest()} if "/calls/" in path else None)
        assert answer.status_code == 200, answer.text
        return answer.text

    def _newest(self) -> int:
        return self.county.newest()

    def _done(self, answer: httpx.Response, status: int = 200) -> Json:
        assert answer.status_code == status, answer.text
        receipt: Json = answer.json()
        self.seen = max(self.seen, receipt["position"])
        return receipt


def problem_in(answer: httpx.Response) -> Json:
    """The problem document of a refused request; it always has a stable code and a Chinese sentence."""
    assert 400 <= answer.status_code < 500, (answer.status_code, answer.text)
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    problem: Json = answer.json()
    assert problem["status"] == answer.status_code
    assert problem["code"]
    assert any("一" <= character <= "鿿" for character in problem["detail"]), problem
    return problem


def when(text: str | None) -> datetime | None:
    """A moment as the API writes it, on the county's clock."""
    return datetime.fromisoformat(text).astimezone(LOCAL) if text else None


def due(obligation: Json) -> datetime:
    """When a obligation is due, on the county's clock."""
    return datetime.fromisoformat(obligation["deadline"]["due"]).astimezone(LOCAL)


@cache
def _demonstration_key() -> SecretStr:
    return SecretStr(uuid4().hex * 2)


def _settings(folder: Path, **more: Any) -> Settings:
    own: dict[str, Any] = {"kafka": "", "file_megabytes": 20, "https": False, **more}
    return Settings(folder=folder, demonstration=True, master_key=_demonstration_key(), **own)


@contextmanager
def open_county(dsn: str, folder: Path, clock: SetClock, *, kafka: str = "", **more: Any) -> Iterator[County]:
    """The demonstration county over a database, upgraded or loaded before, served in this process; `more`: settings.

    Its views are fed from the store, or from that Kafka, to which somebody else has to send what is stored.
    """
    with House.open(_settings(folder, kafka=kafka, **more), clock, dsn=dsn) as house:
        load_demonstration(house)
        house.catch_up()
        app = web_app(house, clock, project_here=True)
        # Time passes here when a test says so: it turns the clock itself.
        with (
            known_to_the_database(dsn),
            client_of(app),
        ):  # runs what stands beside the application: the projector and the live hub
            yield County(house, app, clock, make_identity(house, clock))


@pytest.fixture(scope="session")
def counties(databases: Databases, postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Databases]:
    """Databases in which the demonstration county stands, for `open_county`: copies of one it was loaded into once."""
    with databases() as dsn:
        with House.open(_settings(tmp_path_factory.mktemp("pattern")), SetClock(BEGINNING), dsn=dsn) as house:
            load_demonstration(house)
            house.catch_up()
        yield partial(fresh_copy, postgres, str(conninfo_to_dict(dsn)["dbname"]))


@pytest.fixture(scope="session")
def county(counties: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[County]:
    """One county for a whole run; every story brings its own calls and sets the clock as it goes."""
    with (
        counties() as dsn,
        open_county(dsn, tmp_path_factory.mktemp("county"), SetClock(BEGINNING)) as running,
    ):
        yield running
