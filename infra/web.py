"""网页服务装配: the HTTP side over a house, and the server that runs it."""

import asyncio
import signal
import socket
import threading
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime
from functools import partial

import eventsourcing.persistence
import psycopg
import psycopg_pool
import sqlalchemy.exc
import structlog
import uvicorn
from fastapi import FastAPI

from adapters.event_store.feed import RawDecoder, StoreStreams
from adapters.exports.documents import Documents
from adapters.identity.identity import DemonstrationDoor
from adapters.identity.passwords import Passwords
from adapters.live.hub import LiveHub
from adapters.notices.inbox import Inbox
from adapters.notices.preferences import NoticePreferences
from api.app import make_app
from api.security.demonstration import demonstration_router
from api.security.gate import Security
from api.security.settings import SecuritySettings
from api.services import Services
from infra import long_lived
from infra.clockwork import BESIDE_PEOPLE
from infra.composition import House
from infra.defaults.assessment_scheme import shipped_scheme
from infra.demonstration_people import demonstration_people
from infra.doctor import findings
from infra.identity import make_identity
from infra.notices import channel_ports, make_notifier
from infra.services.problems import ServiceUnavailable
from projections.calls.evidence import EvidenceQueries
from projections.calls.owed import OwedQueries
from projections.calls.queries import CallQueries
from projections.calls.statements import StatementQueries
from projections.directory import DirectoryQueries
from projections.duty_lists import DutyListQueries
from projections.engine.waiting import Waiting
from projections.rates.as_frozen import FrozenLists
from projections.rates.periods import PeriodQueries
from projections.rates.queries import RateQueries
from projections.rates.record import RecordQueries
from projections.rates.supervisory import SupervisoryQueries
from projections.supervision.on_obligations import ObligationSuspicions
from projections.supervision.queries import SupervisionQueries

log = structlog.get_logger()

Clock = Callable[[], datetime]
_MEGABYTE = 1024 * 1024
_SECONDS_BEFORE_ANOTHER_TRY = 5.0
_SAMPLE_FOR_THE_PAGE = 40


def web_app(
    house: House,
    clock: Clock,
    *,
    project_here: bool,
    keep_time_here: bool = False,
    passwords: Passwords | None = None,
) -> FastAPI:
    """The application. `project_here`, `keep_time_here`: the views are folded, and the clock is looked at, in this
    process too (embedded, one process)."""
    settings = house.settings
    identity = make_identity(house, clock, passwords)
    security = Security(
        identity,
        SecuritySettings(
            secure_cookies=settings.https,
            demonstration=settings.demonstration,
            public_origin=settings.public_origin,
            file_limit=settings.file_megabytes * _MEGABYTE,
        ),
    )
    hub = LiveHub(house.dsn)
    services = Services(
        commands=house.commands,
        calls=CallQueries(house.engine),
        supervision=SupervisionQueries(house.engine),
        documents=Documents(),
        lists=DutyListQueries(house.engine),
        directory=DirectoryQueries(house.engine),
        rulebook=house.rulebook,
        history=house.store,
        freshness=house.freshness,
        rates=RateQueries(house.engine),
        periods=PeriodQueries(house.engine),
        frozen_lists=FrozenLists(house.engine, StoreStreams(house.pool), RawDecoder(house.keys)),
        obligation_record=RecordQueries(house.engine),
        statements=StatementQueries(house.engine),
        evidence=EvidenceQueries(house.engine),
        owed=OwedQueries(house.engine),
        supervisory=SupervisoryQueries(house.engine),
        suspicions=ObligationSuspicions(house.engine),
        scheme=shipped_scheme(),
        waiting=Waiting(house.engine, house.views),
        attachments=house.attachments,
        live=hub,
        clock=clock,
        node=settings.node,
        demonstration=settings.demonstration,
        file_megabytes=settings.file_megabytes,
        findings=lambda: findings(house, _SAMPLE_FOR_THE_PAGE),
        inbox=Inbox(house.engine, clock),
        notice_preferences=NoticePreferences(house.engine, house.keys, clock),
        channels=frozenset(channel_ports(settings, clock)),
    )
    notifier = make_notifier(house, clock) if project_here else None

    def again_and_again(what: str, run: Callable[[threading.Event], None]) -> Callable[[threading.Event], None]:
        def run_until(stop: threading.Event) -> None:
            while not stop.is_set():
                try:
                    run(stop)
                except Exception as problem:
                    # Pages are still served, and commands still recorded: the status page says what stands still.
                    log.error(f"{what}中断,稍后重试", reason=str(problem))
                    stop.wait(_SECONDS_BEFORE_ANOTHER_TRY)

        return run_until

    @asynccontextmanager
    async def beside(app: FastAPI) -> AsyncIterator[None]:
        stop = threading.Event()
        hub.start(asyncio.get_running_loop())
        working = [
            threading.Thread(target=again_and_again(what, run), args=(stop,), name=name, daemon=True)
            for here, name, what, run in (
                (project_here, "projector", "页面资料更新", house.project_until),
                (keep_time_here, "clock", "时钟", partial(house.keep_time_until, pace=BESIDE_PEOPLE)),
            )
            if here
        ]
        if notifier is not None:
            await asyncio.to_thread(notifier.planner.begin)  # what anybody records from now on is told
            working.append(threading.Thread(target=notifier.run, args=(stop,), name="notices", daemon=True))
        for thread in working:
            thread.start()
        try:
            yield
        finally:
            stop.set()
            await asyncio.to_thread(hub.stop)
            for thread in working:
                await asyncio.to_thread(thread.join, 3)

    def people() -> Sequence[Mapping[str, object]]:
        return demonstration_people(house.engine, clock())

    app = make_app(
        services,
        security,
        lifespan=beside,
        demonstration_posts=people if settings.demonstration else None,
        more_routers=(
            [demonstration_router(security, DemonstrationDoor(identity, demonstration=True))]
            if settings.demonstration
            else []
        ),
        unavailable=(
            psycopg.OperationalError,
            psycopg_pool.PoolTimeout,
            sqlalchemy.exc.OperationalError,
            eventsourcing.persistence.OperationalError,
            eventsourcing.persistence.InterfaceError,
        ),
    )
    app.state.hub = hub
    return app


class _Server(uvicorn.Server):
    """Lets open streams end as soon as the stop is asked for, so that Ctrl-C needs no second one."""

    def __init__(self, config: uvicorn.Config, hub: LiveHub) -> None:
        super().__init__(config)
        self._hub = hub

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """As uvicorn does, except that the signal isn't raised again afterwards: that would end the process before
        the database which it brought up is stopped."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {number: signal.signal(number, self.handle_exit) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        await asyncio.to_thread(self._hub.stop)
        await super().shutdown(sockets)


def serve(app: FastAPI, host: str, port: int, on_ready: Callable[[], None]) -> None:
    """Serve until Ctrl-C or SIGTERM. Refuses ServiceUnavailable when the port is taken."""
    listening = _listen(host, port)
    config = uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=2,
        server_header=False,
        proxy_headers=True,
    )
    long_lived.settle()
    on_ready()
    with listening:
        _Server(config, app.state.hub).run(sockets=[listening])


def _listen(host: str, port: int) -> socket.socket:
    # The protocol is named, since asyncio sends small answers without delay only where it is.
    listening = socket.socket(
        socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP
    )
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        listening.close()
        raise ServiceUnavailable(
            f"地址 {host}:{port} 无法监听({error.strerror}):端口可能已被占用,请关闭占用它的程序,"
            f"或换一个端口,如 make run PORT=8001。"
        ) from error
    return listening
