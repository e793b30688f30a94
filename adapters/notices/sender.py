"""发送: takes what is due from the outbox and hands it to one channel, tries again or gives up, and says so."""

import threading
import time
from collections.abc import Callable
from datetime import datetime
from typing import Protocol

import psycopg
import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from adapters.notices.desk import UNKNOWN, SendingDesk, Taken, sending_desk
from adapters.notices.port import ChannelPort, Later, Message, Outcome, Refused, Sent, Unclear
from domain.notices.retrying import next_try
from domain.rules.notice_rule import Channel
from projections.engine.reasons import reason_of

log = structlog.get_logger()

NOT_DELIVERED = "notice-not-delivered"
"""The code of what was tried for as long as it may be."""

_AWAY = (DBAPIError, NoConnectionFree, psycopg.OperationalError, ConnectionError, TimeoutError)
_LOOK_AGAIN_SECONDS = 0.5
_SECONDS_BETWEEN_CARES = 5.0
_LONGEST_PAUSE = 20.0


class Composer(Protocol):
    """Makes a message ready to go, or says why it can't be."""

    def compose(self, taken: Taken) -> Message | Refused: ...


class Sender:
    """Sends by one channel. Any number may run, in one process or many: each sending is held by one of them."""

    def __init__(
        self,
        engine: Engine,
        dsn: str,
        channel: Channel,
        port: ChannelPort,
        composer: Composer,
        clock: Callable[[], datetime],
    ) -> None:
        self._engine = engine
        self._dsn = dsn
        self._channel = channel
        self._port = port
        self._composer = composer
        self._clock = clock

    def run(self, stop: threading.Event) -> None:
        """Until `stop` is set. A database that is away is waited for; a channel that is away gets growing pauses."""
        pause = 0.1
        while not stop.is_set():
            try:
                with sending_desk(self._engine, self._dsn, self._channel) as desk:
                    pause = 0.1
                    self._work(desk, stop)
            except _AWAY as problem:
                log.warning("通知发送暂停,稍后重试", channel=self._channel.value, reason=reason_of(problem))
                stop.wait(pause)
                pause = min(pause * 2, 5.0)

    def send_due(self) -> int:
        """Send everything that is due now; gives how many were tried. For those who do not want to run for ever."""
        done = 0
        with sending_desk(self._engine, self._dsn, self._channel) as desk:
            desk.bring_back(self._clock(), deduplicates=self._port.deduplicates)
            while (taken := desk.take(self._clock())) is not None:
                self._send(desk, taken)
                done += 1
        return done

    def _work(self, desk: SendingDesk, stop: threading.Event) -> None:
        care_at, pause = 0.0, _LOOK_AGAIN_SECONDS
        while not stop.is_set():
            if time.monotonic() >= care_at:
                desk.bring_back(self._clock(), deduplicates=self._port.deduplicates)
                care_at = time.monotonic() + _SECONDS_BETWEEN_CARES
            taken = desk.take(self._clock())
            if taken is None:
                stop.wait(_LOOK_AGAIN_SECONDS)
                continue
            outcome = self._send(desk, taken)
            if isinstance(outcome, Later) and outcome.away:
                stop.wait(pause)
                pause = min(pause * 2, _LONGEST_PAUSE)
            else:
                pause = _LOOK_AGAIN_SECONDS

    def _send(self, desk: SendingDesk, taken: Taken) -> Outcome:
        message = self._composed(taken)
        outcome = self._handed_over(message) if isinstance(message, Message) else message
        now = self._clock()
        match outcome:
            case Sent(answer):
                desk.sent(taken, answer, now)
            case Refused(reason, code):
                self._give_up(desk, taken, code, reason, now)
            case Unclear(reason) if not self._port.deduplicates:
                self._give_up(desk, taken, UNKNOWN, reason, now)
            case Later(reason) | Unclear(reason):
                again = next_try(taken.urgency, taken.attempts, taken.should_go_at, now)
                if again is None:
                    self._give_up(desk, taken, NOT_DELIVERED, reason, now)
                else:
                    desk.later(taken, reason, again)
        return outcome

    def _give_up(self, desk: SendingDesk, taken: Taken, code: str, reason: str, now: datetime) -> None:
        log.error("通知未送达", channel=self._channel.value, delivery=str(taken.id), code=code, reason=reason)
        desk.give_up(taken, code, reason, now)

    def _composed(self, taken: Taken) -> Message | Refused | Later:
        try:
            return self._composer.compose(taken)
        except _AWAY:
            raise
        except Exception as problem:  # a mistake in a template or an address: it must not stop what comes after it
            log.error("通知内容未能生成", delivery=str(taken.id), reason=reason_of(problem))
            return Later(f"内容未能生成:{reason_of(problem)}")

    def _handed_over(self, message: Message) -> Outcome:
        try:
            return self._port.send(message)
        except Exception as problem:  # a mistake of ours while handing over: nobody knows how far it came
            log.error("通知发送出错", delivery=message.id, reason=reason_of(problem))
            return Unclear(f"发送出错:{type(problem).__name__}")
