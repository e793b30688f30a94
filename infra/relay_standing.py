"""转发情况: whether every recorded fact is on its way to Kafka, for the doctor, the status page and imports."""

from dataclasses import dataclass

from psycopg_pool import ConnectionPool

from adapters.kafka.progress import ProgressTable

_MANY_BEHIND = 1_000

_STATES = {
    "starting": "正在启动",
    "publishing": "正在发送",
    "waiting": "等待恢复",
    "fenced": "已由另一进程接管",
    "refused": "已停止,须处理",
    "stopped": "已停止",
}


@dataclass(frozen=True, slots=True)
class RelayStanding:
    """How the relay of this node stands; `behind` counts the facts Kafka still lacks."""

    running: bool
    state: str
    message: str
    position: int
    behind: int
    problem: str = ""
    """The stable name of what the relay itself said was wrong."""

    @property
    def code(self) -> str:
        """The stable name of what is wrong; empty when nothing need be done."""
        if self.problem:
            return self.problem
        if not self.running:
            return "relay-not-running"
        if self.state not in ("publishing", "starting"):
            return "relay-waiting"
        return "relay-behind" if self.behind >= _MANY_BEHIND else ""

    @property
    def text(self) -> str:
        """In words."""
        if not self.running:
            words = f"没有运行,还有 {self.behind} 条记录未发往 Kafka"
            return f"{words}:{self.message}" if self.problem else words
        words = f"{_STATES.get(self.state, self.state)},还有 {self.behind} 条记录未发出"
        return f"{words}:{self.message}" if self.message else words


def relay_standing(pool: ConnectionPool, node: str) -> RelayStanding:
    """Read it from the relay's own table, and whether one is connected at all."""
    with pool.connection() as connection:
        made = connection.execute("SELECT to_regclass('kafka_relay') IS NOT NULL").fetchone()
        progress = ProgressTable(connection, node).read() if made and made[0] else None
        position = progress.position if progress else 0
        row = connection.execute(
            "SELECT (SELECT count(*) FROM stored_events WHERE notification_id > %s),"
            " EXISTS (SELECT 1 FROM pg_stat_activity"
            "  WHERE application_name = 'huying-relay' AND datname = current_database())",
            (position,),
        ).fetchone()
    behind, running = row or (0, False)
    return RelayStanding(
        running=running,
        state=progress.state if progress else "stopped",
        message=progress.message if progress else "",
        position=position,
        behind=behind,
        problem=progress.code if progress else "",
    )
