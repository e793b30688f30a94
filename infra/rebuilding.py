"""重建: folds all history into new views, in this process or in several at once."""

import multiprocessing
import queue
from collections.abc import Callable, Collection, Sequence
from multiprocessing.process import BaseProcess
from multiprocessing.queues import Queue

from psycopg_pool import ConnectionPool
from sqlalchemy import Engine

from adapters.database.connections import make_engine
from adapters.event_store.clear_part import ClearDecoder
from adapters.event_store.feed import RawDecoder, StoreHistory
from adapters.event_store.key_ring import KeyRing
from infra.unfinished import Unfinished
from projections.engine.builds import FoldAll, Progress, fold_share
from projections.engine.feed import Decoder, Share
from projections.engine.projection import Projection

Views = Callable[[], Sequence[Projection]]
_LOOK_SECONDS = 0.05


class FoldingFailed(Unfinished):
    """重建中断: a process that folded a share of the history ended before it was done."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"重建没有完成:{reason}。现有页面资料不受影响;排除原因后请重新运行 huying rebuild。")


def fold_here(engine: Engine, dsn: str, keys: KeyRing, progress: Progress) -> FoldAll:
    """Everything in this process."""

    def fold_all(projections: Sequence[Projection], up_to: int) -> None:
        fold_share(engine, projections, StoreHistory(dsn), _decoder(projections, keys), up_to, Share(), progress)

    return fold_all


def fold_in_processes(count: int, dsn: str, master: bytes, views: Views, progress: Progress) -> FoldAll:
    """A share for each of `count` processes. `views` is a function of a module, which a new process can find.

    Raises FoldingFailed when one of them fails; the others are ended then.
    """

    def fold_all(projections: Sequence[Projection], up_to: int) -> None:
        context = multiprocessing.get_context("spawn")
        told: Queue[int | str] = context.Queue()
        names = frozenset(projection.name for projection in projections)
        processes = [
            context.Process(
                target=_fold_one, args=(dsn, master, views, names, up_to, Share(n, count), told), daemon=True
            )
            for n in range(count)
        ]
        for process in processes:
            process.start()
        try:
            _listen_until_done(processes, told, progress)
        finally:
            for process in processes:
                process.terminate()
                process.join()

    return fold_all


def _listen_until_done(processes: Sequence[BaseProcess], told: "Queue[int | str]", progress: Progress) -> None:
    while True:
        running = any(process.is_alive() for process in processes)
        try:
            news = told.get(timeout=_LOOK_SECONDS if running else 0.0)
        except queue.Empty:
            if running:
                continue
            break
        if isinstance(news, str):
            raise FoldingFailed(news)
        progress(news)
    failed = [process.exitcode for process in processes if process.exitcode != 0]
    if failed:
        raise FoldingFailed(f"进程异常退出(代码 {failed[0]})")


def _fold_one(
    dsn: str,
    master: bytes,
    views: Views,
    names: Collection[str],
    up_to: int,
    share: Share,
    told: "Queue[int | str]",
) -> None:
    engine = make_engine(dsn, 2)
    try:
        with ConnectionPool(dsn, min_size=1, max_size=2, open=True) as pool:
            chosen = [view for view in views() if view.name in names]
            decoder = _decoder(chosen, KeyRing(pool, master))
            fold_share(engine, chosen, StoreHistory(dsn), decoder, up_to, share, told.put)
    except Exception as problem:
        told.put(f"{type(problem).__name__}: {problem}")
        raise
    finally:
        engine.dispose()


def _decoder(projections: Sequence[Projection], keys: KeyRing) -> Decoder:
    """Opens what is sealed only for views that have it in their rows."""
    return RawDecoder(keys) if any(projection.reads_content for projection in projections) else ClearDecoder()
