"""数据库结构升级: brings the store's own tables to the newest version (views make their own)."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

from infra.services.problems import ServiceUnavailable

_LOCK = 72_117_001


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.attributes["connection"] = connection
    return config


def upgrade(engine: Engine, to: str = "head") -> None:
    """Run what is missing. Safe to call from several processes at once: one works, the others wait.

    Refuses ServiceUnavailable for a database that a newer release has upgraded: this one must not write into it.
    """
    with engine.connect() as connection:
        connection.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": _LOCK})
        connection.commit()
        try:
            current = MigrationContext.configure(connection).get_current_revision()
            if current is not None and not knows(current):
                raise ServiceUnavailable(
                    f"数据库已由较新版本的程序升级(第 {current} 版),本程序不能使用:请升级程序,或连接原来的数据库。"
                )
            command.upgrade(_config(connection), to)
            connection.commit()
        except BaseException:
            # The lock falls with its session, whose state nobody knows: to ask it for anything would hide the cause.
            connection.invalidate()
            raise
        connection.execute(text("SELECT pg_advisory_unlock(:lock)"), {"lock": _LOCK})
        connection.commit()


def knows(revision: str) -> bool:
    """Whether this release has that version of the structure."""
    folder = ScriptDirectory(str(Path(__file__).parent))
    return any(script.revision == revision for script in folder.walk_revisions())


def standing(engine: Engine) -> tuple[str | None, str | None]:
    """(version of the database, version this release needs)."""
    with engine.connect() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
        return current, ScriptDirectory.from_config(_config(connection)).get_current_head()
