"""A relay as a process, that can be made to kill or stop itself at a chosen moment of its first batch.

Held, it has loaded all it needs and waits for a line before it begins: many can follow one another at once.

The moments are those of the client library: what is interrupted is the real relay with the real Kafka.
sending: records are on the way, some written, some not · written: all written, nothing committed ·
committing: the commit has just been asked for · committed: Kafka has confirmed, PostgreSQL does not know yet.
"""

import json
import os
import signal
import sys
import threading
from typing import Any

from kafka import KafkaProducer
from kafka.producer.transaction_manager import TransactionalRequestResult, TransactionManager

from adapters.kafka.address import KafkaAddress
from adapters.kafka.problems import RelayFenced
from adapters.kafka.relay import Relay, RelaySettings
from adapters.kafka.topics import TopicSettings

FENCED = 3


def _interrupt(moment: str, deed: str, sent: int) -> None:
    number = {"kill": signal.SIGKILL, "stop": signal.SIGSTOP}[deed]
    sends, waits = [0], [0]
    done: list[bool] = []

    def act() -> None:
        if not done:
            done.append(True)
            os.kill(os.getpid(), number)

    if moment == "sending":
        send = KafkaProducer.send

        def send_some(self: KafkaProducer, *args: Any, **kwargs: Any) -> Any:
            sends[0] += 1
            if sends[0] == sent:
                # The first ones have left; what follows of the batch has not.
                KafkaProducer.flush(self)
                act()
            return send(self, *args, **kwargs)

        KafkaProducer.send = send_some
    elif moment == "written":
        flush = KafkaProducer.flush

        def flush_then_act(self: KafkaProducer, *args: Any, **kwargs: Any) -> Any:
            flush(self, *args, **kwargs)
            act()

        KafkaProducer.flush = flush_then_act
    elif moment == "committing":
        begin_commit = TransactionManager.begin_commit

        def begin_then_act(self: TransactionManager) -> Any:
            result = begin_commit(self)
            act()
            return result

        TransactionManager.begin_commit = begin_then_act
    elif moment == "committed":
        wait = TransactionalRequestResult.wait

        def wait_then_act(self: TransactionalRequestResult, *args: Any, **kwargs: Any) -> Any:
            answer = wait(self, *args, **kwargs)
            waits[0] += 1
            # The first answer is to taking the name over, the second to the first commit.
            if waits[0] == 2:
                act()
            return answer

        TransactionalRequestResult.wait = wait_then_act


def main() -> int:
    told = json.loads(sys.argv[1])
    if told["moment"]:
        _interrupt(told["moment"], told["deed"], told["sent"])
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    settings = RelaySettings(
        dsn=told["dsn"],
        kafka=KafkaAddress(told["bootstrap"]),
        node=told["node"],
        topics=TopicSettings(partitions=told["partitions"]),
        poll_seconds=0.2,
        batch=told["batch"],
    )
    if told["held"]:
        sys.stdin.readline()
    try:
        Relay(settings).run(stop)
    except RelayFenced as problem:
        print(problem, file=sys.stderr)
        return FENCED
    return 0


if __name__ == "__main__":
    sys.exit(main())
