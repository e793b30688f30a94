"""历史导入的进程: batches of cases go to the process that is free next; what each did comes back.

A process learns by the end of its pipe that whoever gave it work is no more, and ends by itself.
"""

import gc
import multiprocessing
import multiprocessing.forkserver
import pickle
import signal
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess

import orjson
import psycopg
from psycopg_pool import ConnectionPool

from adapters.event_store.key_ring import KeyRing
from adapters.imports.history_cells import CaseCells
from adapters.imports.history_import import HistoryImport, ImportHindered, Instructions, Outcome
from infra.unfinished import Unfinished

ROWS_AT_ONCE = 2_000
"""Rows in one transaction: the order of positions is held for some 50 ms, and people's commands go in between."""

Told = Callable[[Outcome], None]

_PROCESSES = multiprocessing.get_context("forkserver")


class ImportBroken(Unfinished):
    """导入中断: a process that imported ended before it was done."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"导入没有完成:{reason}。已导入的事项完整有效;排除原因后用同一命令继续,不会重复。")


def batches(cases: Iterable[CaseCells]) -> Iterator[list[CaseCells]]:
    """Whole cases, some 2,000 rows together."""
    batch: list[CaseCells] = []
    rows = 0
    for case in cases:
        batch.append(case)
        rows += len(case.rows)
        if rows >= ROWS_AT_ONCE:
            yield batch
            batch, rows = [], 0
    if batch:
        yield batch


def import_here(work: Iterable[Sequence[CaseCells]], dsn: str, master: bytes, given: Instructions, told: Told) -> None:
    """Everything in this process. Raises ImportBroken."""
    with _importing(dsn, master, given) as importing:
        for batch in work:
            try:
                told(importing.take(batch))
            except ImportHindered as hindered:
                raise ImportBroken(hindered.message) from hindered


def make_ready() -> None:
    """Have what the processes need brought in once for all of them, beside what is done before there is work."""
    _PROCESSES.set_forkserver_preload([__name__])
    multiprocessing.forkserver.ensure_running()


def import_in_processes(
    count: int, work: Iterable[Sequence[CaseCells]], dsn: str, master: bytes, given: Instructions, told: Told
) -> None:
    """Shared by `count` processes. Raises ImportBroken when one of them fails; the others end their batch first."""
    make_ready()
    hands = []
    for _ in range(count):
        ours, theirs = _PROCESSES.Pipe()
        process = _PROCESSES.Process(target=_take_work, args=(theirs, dsn, master), daemon=True)
        process.start()
        theirs.close()
        hands.append(_Hand(process, ours))
    try:
        for hand in hands:  # once all are starting: they are told more than a pipe holds, and read it when they are up
            hand.give(pickle.dumps(given))
        with _without_collector():
            _share(work, hands, told)
    finally:
        for hand in hands:
            hand.pipe.close()
        for hand in hands:
            hand.process.join()


def _share(work: Iterable[Sequence[CaseCells]], hands: Sequence["_Hand"], told: Told) -> None:
    """Each batch goes to a hand that is free; the next is made ready meanwhile."""
    busy: list[_Hand] = []
    free = list(hands)
    for batch in work:
        packed = _packed(batch)
        if not free:
            free = _heard(busy, told)
        hand = free.pop()
        hand.give(packed)
        busy.append(hand)
    while busy:
        _heard(busy, told)


@dataclass(eq=False)
class _Hand:
    process: BaseProcess
    pipe: Connection

    def give(self, what: bytes) -> None:
        """Something pickled, before anybody waits for it."""
        try:
            self.pipe.send_bytes(what)
        except OSError:
            raise ImportBroken(self._end()) from None

    def hear(self) -> Outcome:
        try:
            said = self.pipe.recv()
        except (EOFError, OSError):
            raise ImportBroken(self._end()) from None
        if not isinstance(said, Outcome):
            raise ImportBroken(str(said))
        return said

    def _end(self) -> str:
        self.process.join()
        return f"进程异常退出(代码 {self.process.exitcode})"


def _heard(busy: list[_Hand], told: Told) -> list[_Hand]:
    """Those that are done, at least one; they are busy no more."""
    ready = set(map(id, wait([hand.pipe for hand in busy])))
    done = [hand for hand in busy if id(hand.pipe) in ready]
    for hand in done:
        busy.remove(hand)
        told(hand.hear())
    return done


def _take_work(pipe: Connection, dsn: str, master: bytes) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the one who gives the work: it closes the pipe
    try:
        with _importing(dsn, master, pipe.recv()) as importing:
            while True:
                pipe.send(importing.take(_unpacked(pipe.recv_bytes())))
    except (EOFError, BrokenPipeError, ConnectionResetError):
        return  # nobody gives work any more
    except ImportHindered as hindered:
        pipe.send(hindered.message)
    except psycopg.Error as problem:
        pipe.send(f"数据库出错({str(problem).strip().splitlines()[0]})")


def _packed(batch: Iterable[CaseCells]) -> bytes:
    """As JSON: numbers and texts are all that it holds, and pickle takes twice as long."""
    return orjson.dumps([(case.number, case.rows) for case in batch])


def _unpacked(sent: bytes) -> list[CaseCells]:
    return [CaseCells(number, rows) for number, rows in orjson.loads(sent)]


@contextmanager
def _importing(dsn: str, master: bytes, given: Instructions) -> Iterator[HistoryImport]:
    with (
        _without_collector(),
        ConnectionPool(dsn, min_size=1, max_size=1, open=True) as pool,
        psycopg.connect(dsn, autocommit=True) as connection,
    ):
        yield HistoryImport(connection, KeyRing(pool, master), given)


@contextmanager
def _without_collector() -> Iterator[None]:
    """The collector of cycles would look through every fact, and every row that waits, again and again, and find
    nothing."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
