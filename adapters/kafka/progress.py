"""分发进度: what PostgreSQL knows about publishing: to which cluster, by which process, how far, in what state.

The truth about how far stands in Kafka (`tails`). This table only says where to begin looking, who is in charge, and
what the status page shows.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

import psycopg

from adapters.kafka.problems import StoreRestored

_TABLE = """
CREATE TABLE IF NOT EXISTS kafka_relay (
    node text PRIMARY KEY,
    cluster_id text,
    owner uuid NOT NULL,
    owner_name text NOT NULL,
    owned_since timestamptz NOT NULL DEFAULT now(),
    position bigint NOT NULL DEFAULT 0,
    tails jsonb NOT NULL DEFAULT '{}',
    state text NOT NULL,
    message text NOT NULL DEFAULT '',
    updated_at timestamptz NOT NULL DEFAULT now()
);
ALTER TABLE kafka_relay ADD COLUMN IF NOT EXISTS code text NOT NULL DEFAULT '';
"""


@dataclass(frozen=True, slots=True)
class Progress:
    """One node's row. Every fact up to `position` stands in Kafka; `tails`: channel → last position written there."""

    cluster_id: str | None
    owner: UUID
    owner_name: str
    position: int
    tails: Mapping[str, int]
    state: str
    message: str
    code: str


class ProgressTable:
    """The relay's row of one node, over a connection in autocommit mode."""

    def __init__(self, connection: psycopg.Connection, node: str) -> None:
        self._connection = connection
        self._node = node

    def make(self) -> None:
        """Make the table if it is missing. The relay's own, as views make theirs; of the store it only reads."""
        self._connection.execute(_TABLE)

    def claim(self, owner: UUID, owner_name: str) -> None:
        """Take charge of the node's publishing. The process before will see that it is no longer in charge."""
        self._connection.execute(
            "INSERT INTO kafka_relay (node, owner, owner_name, state) VALUES (%s, %s, %s, 'starting')"
            " ON CONFLICT (node) DO UPDATE SET owner = excluded.owner, owner_name = excluded.owner_name,"
            " owned_since = now(), state = excluded.state, updated_at = now()",
            (self._node, owner, owner_name),
        )

    def read(self) -> Progress | None:
        """The row as it stands; None when this node has never published."""
        row = self._connection.execute(
            "SELECT cluster_id, owner, owner_name, position, tails, state, message, code"
            " FROM kafka_relay WHERE node = %s",
            (self._node,),
        ).fetchone()
        return None if row is None else Progress(*row)

    def bind_cluster(self, owner: UUID, cluster_id: str) -> None:
        """Note the cluster this node publishes to, the first time."""
        self._connection.execute(
            "UPDATE kafka_relay SET cluster_id = %s WHERE node = %s AND owner = %s AND cluster_id IS NULL",
            (cluster_id, self._node, owner),
        )

    def save(self, owner: UUID, position: int, tails: Mapping[str, int]) -> bool:
        """Note how far publishing has come. False when another process is in charge."""
        saved = self._connection.execute(
            "UPDATE kafka_relay SET position = %s, tails = %s, state = 'publishing', message = '', code = '',"
            " updated_at = now() WHERE node = %s AND owner = %s",
            (position, json.dumps(dict(tails)), self._node, owner),
        )
        return saved.rowcount == 1

    def tell(self, owner: UUID, state: str, message: str, code: str | None = None) -> None:
        """Say for the status page in what state publishing is; `code`: the stable name of what is wrong, "" when it
        was looked at and is well, None while it is not known."""
        self._connection.execute(
            "UPDATE kafka_relay SET state = %s, message = %s, code = coalesce(%s, code), updated_at = now()"
            " WHERE node = %s AND owner = %s",
            (state, message, code, self._node, owner),
        )


def progress_of(connection: psycopg.Connection, node: str) -> Progress | None:
    """The node's row; None when it has never published."""
    made = connection.execute("SELECT to_regclass('kafka_relay') IS NOT NULL").fetchone()
    return ProgressTable(connection, node).read() if made and made[0] else None


def note_restored(connection: psycopg.Connection, node: str, owner: UUID) -> None:
    """恢复之后: nothing is known of Kafka until the relay has compared it with the restored store."""
    connection.execute(
        "INSERT INTO kafka_relay (node, owner, owner_name, state, code) VALUES (%s, %s, '恢复', 'stopped', %s)"
        " ON CONFLICT (node) DO UPDATE SET state = excluded.state, code = excluded.code, message = '',"
        " owner = excluded.owner, owner_name = excluded.owner_name, updated_at = now()",
        (node, owner, StoreRestored.code),
    )


def change_cluster(connection: psycopg.Connection, node: str) -> None:
    """更换集群: forget the cluster and the progress, on purpose: the next start publishes everything to a new one.

    Only while no relay of the node runs.
    """
    ProgressTable(connection, node).make()
    connection.execute(
        "UPDATE kafka_relay SET cluster_id = NULL, position = 0, tails = '{}', updated_at = now() WHERE node = %s",
        (node,),
    )
