"""A transactional producer that never waits without end, and can be given up at any moment.

kafka-python 3.0.12 lacks both: `commit_transaction` waits for ever when Kafka goes away in the middle, and `close`
gives up before it has stopped its sending thread when batches are still on the way. So the few private parts used
here are named in one place; the version is pinned.
"""

from collections.abc import Sequence
from types import TracebackType
from typing import Self

from kafka import KafkaProducer
from kafka.errors import KafkaTimeoutError
from kafka.producer.future import FutureRecordMetadata

from adapters.kafka.address import KafkaAddress

_MILLISECONDS_TO_ANSWER = 8_000
_MILLISECONDS_TO_DELIVER = 10_000
_MILLISECONDS_OF_TRANSACTION = 30_000


class FencingProducer:
    """Publishes in transactions under one name. Whoever takes the name last fences every earlier one.

    Every failure leaves it unusable: give it up, and learn from the log itself what has been written.
    """

    def __init__(self, address: KafkaAddress, name: str) -> None:
        self._producer = KafkaProducer(
            **address.options(),
            transactional_id=name,
            # Said outright: a setting that conflicts then raises, instead of silently turning this off.
            enable_idempotence=True,
            acks="all",
            max_in_flight_requests_per_connection=5,
            transaction_timeout_ms=_MILLISECONDS_OF_TRANSACTION,
            delivery_timeout_ms=_MILLISECONDS_TO_DELIVER,
            request_timeout_ms=_MILLISECONDS_TO_ANSWER,
            max_block_ms=_MILLISECONDS_TO_DELIVER,
            batch_size=256 * 1024,
            linger_ms=20,
            retry_backoff_ms=20,
            reconnect_backoff_max_ms=1_000,
            allow_auto_create_topics=False,
        )

    def take_over(self) -> None:
        """Fence every earlier holder of the name; what it had not committed is given up, what it had is finished."""
        self._producer.init_transactions()

    def publish(self, records: Sequence[tuple[str, int, bytes, bytes, list[tuple[str, bytes]]]]) -> None:
        """Write all of (topic, partition, key, value, headers) and commit, or raise.

        After an error it is not known what has been written.
        """
        self._producer.begin_transaction()
        sent: list[FutureRecordMetadata] = [
            self._producer.send(topic, value=value, key=key, headers=headers, partition=partition)
            for topic, partition, key, value, headers in records
        ]
        self._producer.flush(timeout=_MILLISECONDS_TO_DELIVER / 1000)
        for one in sent:
            one.get(timeout=_MILLISECONDS_TO_DELIVER / 1000)
        result = self._producer._transaction_manager.begin_commit()
        self._producer._sender.wakeup()
        if not result.wait(timeout_ms=_MILLISECONDS_TO_DELIVER):
            raise KafkaTimeoutError("the transaction was not confirmed in time")

    def give_up(self) -> None:
        """End at once; nothing more leaves this process."""
        self._producer._sender.force_close()
        self._producer._sender.join(_MILLISECONDS_TO_DELIVER / 1000)
        self._producer.close(timeout=0)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.give_up()
