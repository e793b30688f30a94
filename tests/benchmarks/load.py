"""Load: commands over HTTP at a steady rate, sent whether or not the ones before were answered (open loop)."""

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from uuid import UUID

from tests.journeys.kafka_shape import AtWork, Reached

RATE = 50.0
CLIENTS = 20


@dataclass(frozen=True, slots=True)
class Said:
    """One acknowledged note: on which call, which version it made, when it was due, sent, and acknowledged."""

    call: UUID
    version: int
    position: int
    due: float
    answered: float

    @property
    def milliseconds(self) -> float:
        """From the moment it was due until its acknowledgement: waiting for a free client counts."""
        return (self.answered - self.due) * 1000


class Notetakers:
    """Clients of the platform's operator, each with a call of its own to write notes on."""

    def __init__(self, instance: Reached, clients: int = CLIENTS) -> None:
        caller = AtWork(instance, "cd-01")
        leader = AtWork(instance, "cd-03")
        self.calls = [caller.submit(text=f"第{n}件:门口有人占道摆摊", place="府前路") for n in range(clients)]
        for call in self.calls:
            leader.do(call, "endorse")
        caller.close()
        leader.close()
        self._people = [AtWork(instance, "pt-01") for _ in range(clients)]

    def write(
        self,
        notes: int,
        acknowledged: Callable[[Said], object] = lambda said: None,
        stop: threading.Event | None = None,
    ) -> Sequence[Said]:
        """So many notes, RATE a second; fewer if `stop` is set before."""
        began = time.perf_counter() + 0.1

        def one(client: int) -> list[Said]:
            done = []
            for number in range(client, notes, len(self._people)):
                due = began + number / RATE
                time.sleep(max(0.0, due - time.perf_counter()))
                if stop is not None and stop.is_set():
                    break
                receipt = self._people[client].do(
                    self.calls[client], "add-note", text=f"第{number}条", reach="internal"
                )
                said = Said(UUID(receipt["id"]), receipt["version"], receipt["position"], due, time.perf_counter())
                acknowledged(said)
                done.append(said)
            return done

        with ThreadPoolExecutor(len(self._people)) as pool:
            return [said for part in pool.map(one, range(len(self._people))) for said in part]

    def close(self) -> None:
        """Hang up."""
        for person in self._people:
            person.close()


def note_times(instance: Reached, notes: int) -> list[float]:
    """Milliseconds of so many notes, on calls that are new: what was written before makes none dearer."""
    with closing(Notetakers(instance)) as people:
        people.write(CLIENTS)
        return [said.milliseconds for said in people.write(notes)]
