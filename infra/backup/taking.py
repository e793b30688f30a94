"""备份: one command while the product runs; what is interrupted leaves nothing that looks whole."""

import gzip
import hashlib
import os
import shutil
from collections.abc import Callable
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import IO, cast

import psycopg
from psycopg import sql
from sqlalchemy import MetaData

from infra.backup.manifest import (
    ATTACHMENTS,
    FORMAT,
    MASTER_KEY,
    BackupRefused,
    Manifest,
    TableHeld,
    frames_of,
    key_mark,
    sync_folder,
    write_durably,
    write_sums,
)
from infra.composition import House
from infra.master_key import master_key
from infra.services.problems import ServiceUnavailable

NOT_KEPT = frozenset(
    {
        "alembic_version",  # stands in the manifest
        "projections",  # where views stand: they are built anew
        "projection_checkpoints",
        "projection_parked",
        "projection_stops",
        "sessions",  # whoever signed out since must not be signed in again
        "sign_in_failures",
    }
)

Progress = Callable[[str], None]


def take_backup(
    house: House,
    target: Path,
    now: datetime,
    *,
    with_master_key: bool = False,
    told: Progress = lambda step: None,
) -> Manifest:
    """Make the backup in `target`, which must not exist yet. Gives its manifest.

    Database first, attachments after: a file is kept before the fact that names it. Refuses BackupRefused, and
    ServiceUnavailable when it can't be written.
    """
    target = target.absolute()
    if target.exists():
        raise BackupRefused("backup-exists", f"{target} 已存在:每次备份用一个新目录。")
    unfinished = target.with_name(target.name + ".part")
    try:
        shutil.rmtree(unfinished, ignore_errors=True)  # of a backup that was interrupted
        unfinished.mkdir(mode=0o700, parents=True)
        manifest = _fill(house, unfinished, now, with_master_key, told)
        manifest.write(unfinished)
        sync_folder(unfinished)
        unfinished.rename(target)
        sync_folder(target.parent)
    except OSError as error:
        raise ServiceUnavailable(f"备份未能写入 {target}({error.strerror}):请检查磁盘空间和写权限后重试。") from error
    return manifest


def _fill(house: House, folder: Path, now: datetime, with_master_key: bool, told: Progress) -> Manifest:
    secret = master_key(house.settings)
    sums: dict[str, str] = {}
    with psycopg.connect(house.dsn) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        (revision,) = _one(connection, "SELECT version_num FROM alembic_version")
        last, events, withdrawals = _one(
            connection,
            "SELECT coalesce(max(notification_id), 0), count(*),"
            " count(*) FILTER (WHERE topic = 'calls.ContentWithdrawn') FROM stored_events",
        )
        tables = []
        for name, columns, keys in _tables(house):
            told(f"数据库表 {name}")
            tables.append(_copy(connection, folder, name, columns, keys, sums))
    told("附件")
    count, size = _copy_attachments(house.settings.folder / ATTACHMENTS, folder / ATTACHMENTS, sums)
    if with_master_key:
        content = secret.hex().encode() + b"\n"
        write_durably(folder / MASTER_KEY, content)
        sums[MASTER_KEY] = hashlib.sha256(content).hexdigest()
    return Manifest(
        FORMAT,
        version("huying"),
        str(revision),
        house.settings.node,
        now.isoformat(),
        cast(int, last),
        cast(int, events),
        cast(int, withdrawals),
        tables,
        count,
        size,
        key_mark(secret),
        write_sums(folder, sums),
    )


def _tables(house: House) -> list[tuple[str, list[str], list[str]]]:
    """Every table of the store's own with its columns and key, referred ones before those that refer to them."""
    found = MetaData()
    found.reflect(house.engine, schema="public")
    return [
        (table.name, [column.name for column in table.columns], [column.name for column in table.primary_key])
        for table in found.sorted_tables
        if table.name not in NOT_KEPT
    ]


def _copy(
    connection: psycopg.Connection, folder: Path, name: str, columns: list[str], keys: list[str], sums: dict[str, str]
) -> TableHeld:
    """The rows as COPY writes them: read by every PostgreSQL, whatever its version."""
    (count,) = _one(connection, sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier("public", name)))
    order = ["notification_id"] if name == "stored_events" else keys
    statement = sql.SQL("COPY (SELECT {} FROM {} {}) TO STDOUT").format(
        sql.SQL(", ").join(map(sql.Identifier, columns)),
        sql.Identifier("public", name),
        sql.SQL("ORDER BY ") + sql.SQL(", ").join(map(sql.Identifier, order)) if order else sql.SQL(""),
    )
    file_name = f"{name}.copy.gz"
    with _created(folder / file_name) as raw:
        with (
            gzip.GzipFile(filename="", mode="wb", fileobj=raw, compresslevel=3, mtime=0) as packed,
            connection.cursor() as cursor,
            cursor.copy(statement) as rows,
        ):
            for piece in rows:
                packed.write(piece)
        _sync(raw)
    with (folder / file_name).open("rb") as written:
        sums[file_name] = hashlib.file_digest(written, "sha256").hexdigest()
    return TableHeld(name, columns, cast(int, count), file_name)


def _copy_attachments(source: Path, target: Path, sums: dict[str, str]) -> tuple[int, int]:
    """Gives number and bytes. A file that is discarded meanwhile (its content was withdrawn) is left out."""
    count = size = 0
    target.mkdir()
    for path in sorted(source.glob("[0-9a-f][0-9a-f]/[0-9a-f][0-9a-f]/*")):
        relative = path.relative_to(source)
        try:
            file = path.open("rb")
        except FileNotFoundError:
            continue
        (target / relative.parent).mkdir(parents=True, exist_ok=True)
        digest = hashlib.sha256()
        with file, _created(target / relative) as copy:
            for frame in frames_of(file):
                digest.update(frame)
                copy.write(frame)
                size += len(frame)
            _sync(copy)
        sums[f"{ATTACHMENTS}/{relative}"] = digest.hexdigest()
        count += 1
    return count, size


def _created(path: Path) -> IO[bytes]:
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def _sync(file: IO[bytes]) -> None:
    file.flush()
    os.fsync(file.fileno())


def _one(connection: psycopg.Connection, statement: str | sql.Composed) -> tuple[object, ...]:
    query = statement.encode() if isinstance(statement, str) else statement
    row = connection.execute(query).fetchone()
    assert row is not None
    return tuple(row)
