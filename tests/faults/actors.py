"""People of the county under fire: whole calls, each press of a button repeated with its key until an answer comes."""

import threading
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from io import BytesIO
from itertools import islice
from random import Random
from typing import Any
from uuid import UUID

import httpx2 as httpx
from PIL import Image

from tests.faults.ledger import Asked, Ledger
from tests.journeys.county_over_http import Json
from tests.journeys.kafka_shape import AtWork, Shape

TOWNSHIPS = ("cd", "cx", "qs", "lh", "by", "sq")
OPERATORS = ("pt-01", "pt-02")
DEPARTMENTS = ("zhzfj", "shichangju", "jiaojing", "zhujianju", "shengtai", "huanwei")

_SECONDS_OF_PATIENCE = 180.0
_SECONDS_BEFORE_AGAIN = 0.25
_SECONDS_TO_ANSWER = 15.0
_SECONDS_BETWEEN_STEPS = 0.1
_LET_GO = httpx.Timeout(_SECONDS_TO_ANSWER, read=0.002)
"""Sent and not waited for: the answer is lost on its way back."""


_LEFT_LYING = 0.3
"""So many calls nobody goes on with at some point: what becomes of them is the clock's."""
_STEPS_BEFORE_IT_IS_LEFT = (1, 2, 3, 4, 5)


class NoAnswer(Exception):
    """Nobody answered for as long as anybody could be expected to try."""


class Actor(AtWork):
    """Somebody who presses again, with the same key, until there is an answer that counts."""

    def __init__(self, shape: Shape, code: str, ledger: Ledger) -> None:
        super().__init__(shape, code)
        self.code = code
        self.ledger = ledger
        self._seen = self.viewer()

    def ask(self, path: str, status: int = 200, key: str = "", let_go: bool = False, **body: Any) -> Json:
        """POST a command until it is acknowledged or refused; the receipt, empty when it was refused."""
        headers = {"X-CSRF-Token": self._token, "Idempotency-Key": key}
        tries = 0
        for timeout in self._tries(let_go):
            tries += 1
            answer = self._answer("POST", path, json=body, headers=headers, timeout=timeout)
            if answer is None or answer.status_code >= 500:
                continue
            taken: Json = answer.json()
            if answer.status_code < 300:
                self.ledger.note(Asked(key, self.code, path, body, answer.status_code, taken, tries))
                return taken
            self.ledger.note(Asked(key, self.code, path, body, answer.status_code, {}, tries, taken.get("code", "")))
            return {}
        raise NoAnswer(f"POST {path} ({key}) of {self.code}")

    def send_file(self, key: str, name: str, content: bytes) -> Json:
        """Send a file ahead of a new call, until it is kept."""
        path = f"/attachments?idempotency_key={key}"
        for timeout in self._tries():
            answer = self._answer(
                "POST",
                path,
                files={"file": (name, content, "image/png")},
                headers={"X-CSRF-Token": self._token},
                timeout=timeout,
            )
            if answer is not None and answer.status_code == 201:
                kept: Json = answer.json()
                return kept
            if answer is not None and answer.status_code < 500:
                raise AssertionError(f"a file was refused: {answer.status_code} {answer.text}")
        raise NoAnswer(f"POST {path} of {self.code}")

    def look(self, path: str, **query: Any) -> httpx.Response:
        """GET until it is shown or refused."""
        for timeout in self._tries():
            answer = self._answer("GET", path, params=query, timeout=timeout)
            if answer is not None and answer.status_code < 500:
                return answer
        raise NoAnswer(f"GET {path} of {self.code}")

    def viewer(self) -> tuple[int, str]:
        """Whom the session stands for: the status of the answer, and the person."""
        answer = self.look("/viewer")
        return answer.status_code, str(answer.json().get("person", ""))

    def session_complaint(self) -> str:
        """What is wrong with the session that was opened at the beginning; empty when it is as it was."""
        now = self.viewer()
        return "" if now == self._seen else f"the session of {self.code} answers {now} instead of {self._seen}"

    def repeat(self, asked: Asked) -> str:
        """Ask an acknowledged command once more. What is wrong with the answer; empty when it is the first one."""
        headers = {"X-CSRF-Token": self._token, "Idempotency-Key": asked.key}
        for timeout in self._tries():
            answer = self._answer("POST", asked.path, json=dict(asked.body), headers=headers, timeout=timeout)
            if answer is None or answer.status_code >= 500:
                continue
            said = answer.json()
            again = Asked(asked.key, asked.person, asked.path, asked.body, answer.status_code, said, 1)
            if answer.status_code < 300 and said["repeated"] and again.answer == asked.answer:
                return ""
            return f"key {asked.key} ({asked.path}) was answered {asked.answer} and now {answer.status_code} {said}"
        raise NoAnswer(f"repeated key {asked.key}")

    def _tries(self, let_go: bool = False) -> Iterator[httpx.Timeout]:
        if let_go:
            yield _LET_GO
        limit = time.monotonic() + _SECONDS_OF_PATIENCE
        while time.monotonic() < limit:
            yield httpx.Timeout(_SECONDS_TO_ANSWER)
            # A person presses again after a moment; there is nothing here that would tell them when.
            time.sleep(_SECONDS_BEFORE_AGAIN)

    def _answer(self, method: str, path: str, **more: Any) -> httpx.Response | None:
        try:
            answer = self.http.request(method, f"/api/v1{path}", **more)
        except httpx.TransportError as problem:
            self.ledger.no_answer(type(problem).__name__)
            return None
        if answer.status_code >= 500:
            code = answer.json().get("code", "") if "json" in answer.headers.get("content-type", "") else "no problem"
            self.ledger.no_answer(f"{answer.status_code} {code}")
            if code not in ("unavailable", "not-yet-visible", "attachment-storage-full"):
                self.ledger.complain(f"{method} {path} was answered {answer.status_code} {code}: {answer.text[:300]}")
        return answer


@dataclass(frozen=True, slots=True)
class Staff:
    """Everybody whom the calls need, signed in once."""

    callers: Mapping[str, Actor]
    leaders: Mapping[str, Actor]
    operators: Mapping[str, Actor]
    liaisons: Mapping[str, Actor]

    @classmethod
    def signed_in(cls, shape: Shape, ledger: Ledger) -> "Staff":
        """Sign them in, some at a time."""
        with ThreadPoolExecutor(4) as pool:
            callers = {t: pool.submit(Actor, shape, f"{t}-01", ledger) for t in TOWNSHIPS}
            leaders = {t: pool.submit(Actor, shape, f"{t}-03", ledger) for t in TOWNSHIPS}
            operators = {code: pool.submit(Actor, shape, code, ledger) for code in OPERATORS}
            liaisons = {d: pool.submit(Actor, shape, f"{d}-z", ledger) for d in DEPARTMENTS}
            return cls(*({k: f.result() for k, f in some.items()} for some in (callers, leaders, operators, liaisons)))

    @property
    def everybody(self) -> list[Actor]:
        """All of them."""
        return [*self.callers.values(), *self.leaders.values(), *self.operators.values(), *self.liaisons.values()]

    def by_code(self, code: str) -> Actor:
        """One of them."""
        return next(actor for actor in self.everybody if actor.code == code)

    def close(self) -> None:
        """Go home."""
        for actor in self.everybody:
            actor.close()


class Desk:
    """One township's matters, one call after another, as far as the rounds let it come."""

    def __init__(self, shape: Shape, staff: Staff, township: str, random: Random) -> None:
        self._shape = shape
        self._staff = staff
        self._township = township
        self._random = random
        self._calls = self._call_after_call()

    def work(self, stop: threading.Event) -> None:
        """Go on with the matter at hand until told to stop."""
        while not stop.wait(_SECONDS_BETWEEN_STEPS):
            next(self._calls)

    def _call_after_call(self) -> Iterator[None]:
        while True:
            if self._random.random() < _LEFT_LYING:
                yield from islice(self._whole_call(), self._random.choice(_STEPS_BEFORE_IT_IS_LEFT))
            else:
                yield from self._whole_call()

    def _whole_call(self) -> Iterator[None]:
        """呼叫 … 评价, with what happens beside it now and then."""
        draw = self._random
        caller, leader = self._staff.callers[self._township], self._staff.leaders[self._township]
        first, second = draw.sample(list(self._staff.operators.values()), 2)
        lead_code, assistant_code = draw.sample(DEPARTMENTS, 2)
        lead, assistant = self._staff.liaisons[lead_code], self._staff.liaisons[assistant_code]

        key = self._key()
        body: Json = {"text": f"第 {draw.randrange(10**9)} 件:占道经营", "place": "府前路"}
        if draw.random() < 0.3:
            kept = caller.send_file(key, "现场.png", self._photo())
            body["attachments"] = [{name: kept[name] for name in ("sha256", "size", "media_type", "thumbnail")}]
            yield
        call = str(caller.ask("/calls", 201, key=key, let_go=draw.random() < 0.05, **body)["id"])
        yield
        self._do(leader, call, "endorse")
        yield
        self._do(first, call, "accept")
        yield
        if draw.random() < 0.2:  # the other operator had the same page open
            self._do(second, call, "accept", refused=True)
            yield
        self._do(
            first,
            call,
            "dispatch",
            basis="powers",
            reference="三定规定第四条",
            lead=self._shape.organization(lead_code),
            assistants=[self._shape.organization(assistant_code)],
        )
        yield
        self._do(lead, call, "respond", handler="陈中队长", contact="199 0000 0101", first_step="半小时内到场")
        yield
        self._do(assistant, call, "respond", handler="周所长", contact="199 0000 0102", first_step="核查")
        yield
        if draw.random() < 0.4:
            self._do(second, call, "add-note", reach="parties", text="周末请留意反弹")
            yield
        self._do(assistant, call, "report-assistance", text="已登记八户")
        yield
        self._do(lead, call, "report-result", text="已全部劝离")
        yield
        self._do(caller, call, "confirm-result", text="到现场看过")
        yield
        self._do(first, call, "resolve", spot_checked=True)
        yield
        self._do(caller, call, "evaluate", grade="satisfied", text="处理及时")
        yield

    def _do(self, actor: Actor, call: str, step: str, refused: bool = False, **body: Any) -> None:
        receipt = actor.ask(f"/calls/{call}/{step}", key=self._key(), let_go=self._random.random() < 0.05, **body)
        if bool(receipt) == refused:
            actor.ledger.complain(f"{step} on {call} was {'taken' if receipt else 'refused'} against expectation")

    def _key(self) -> str:
        return str(UUID(int=self._random.getrandbits(128), version=4))

    def _photo(self) -> bytes:
        """A picture that exists once."""
        kept = BytesIO()
        Image.frombytes("L", (240, 160), self._random.randbytes(240 * 160)).save(kept, "PNG")
        return kept.getvalue()


class Load:
    """All desks at work, each in a thread of its own, round after round."""

    def __init__(self, shape: Shape, staff: Staff, seed: str) -> None:
        self._desks = [Desk(shape, staff, township, Random(f"{seed}/{township}")) for township in staff.callers]

    def start(self) -> "AtWorkNow":
        """Everybody begins, or goes on where they stopped."""
        return AtWorkNow(self._desks)


class AtWorkNow:
    """The desks while they work."""

    def __init__(self, desks: list[Desk]) -> None:
        self._stop = threading.Event()
        self._pool = ThreadPoolExecutor(len(desks))
        self._working = [self._pool.submit(desk.work, self._stop) for desk in desks]

    def stop(self) -> list[str]:
        """Let everybody come to the end of what they asked last. What went wrong at their desks."""
        self._stop.set()
        problems = [done.exception() for done in self._working]
        self._pool.shutdown()
        return [f"{type(problem).__name__}: {problem}" for problem in problems if problem is not None]
