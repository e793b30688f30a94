"""数据库结构升级: brings the store's own tables to the newest version (views make their own)."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

_LOCK = 72_117_001


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.attributes["connection"] = connection
    return config


def upgrade(engine: Engine) -> None:
    """Run what is missing. Safe to call from several processes at once: one works, the others wait."""
    with engine.connect() as connection:
        connection.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": _LOCK})
        connection.commit()
        try:
            command.upgrade(_config(connection), "head")
            connection.commit()
        finally:
            connection.execute(text("SELECT pg_advisory_unlock(:lock)"), {"lock": _LOCK})
            connection.commit()


def standing(engine: Engine) -> tuple[str | None, str | None]:
    """(version of the database, version this release needs)."""
    with engine.connect() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
        return current, ScriptDirectory.from_config(_config(connection)).get_current_head()
