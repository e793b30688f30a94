"""数据库结构升级: whatever ends an upgrade is said as it was, and leaves nobody waiting for its lock."""

from typing import Any

import pytest
import sqlalchemy.exc
from alembic import command
from sqlalchemy import create_engine, text

from infra.migrations.upgrade import upgrade
from tests.conftest import Databases


def _cut_off(config: Any, to: str) -> None:
    """The server restarts, or somebody ends the session, in the middle of it."""
    config.attributes["connection"].execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))


def _wrong_step(config: Any, to: str) -> None:
    config.attributes["connection"].execute(text("SELECT no_such_function()"))


@pytest.mark.parametrize(
    ("broken", "said"),
    [(_cut_off, sqlalchemy.exc.OperationalError), (_wrong_step, sqlalchemy.exc.ProgrammingError)],
)
def test_what_ends_an_upgrade_is_said_as_it_was_and_the_next_one_goes_on(
    databases: Databases, monkeypatch: pytest.MonkeyPatch, broken: Any, said: type[Exception]
) -> None:
    with databases() as dsn:
        engine = create_engine(dsn.replace("postgresql://", "postgresql+psycopg://", 1))
        try:
            with monkeypatch.context() as patched:
                patched.setattr(command, "upgrade", broken)
                with pytest.raises(said):
                    upgrade(engine)

            other = create_engine(engine.url, connect_args={"options": "-c lock_timeout=5s"})
            upgrade(other)
            other.dispose()
        finally:
            engine.dispose()
