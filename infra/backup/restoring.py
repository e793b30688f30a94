"""恢复: a backup into an empty installation, checked file by file before anything is changed."""

import gzip
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
from psycopg import sql

from adapters.database.connections import make_engine
from adapters.kafka.progress import ProgressTable, note_restored
from infra.backup.manifest import (
    ATTACHMENTS,
    MASTER_KEY,
    BackupRefused,
    Manifest,
    TableHeld,
    checked_files,
    key_mark,
    read_manifest,
    sync_folder,
    write_durably,
)
from infra.clock import now
from infra.composition import House
from infra.content_withdrawal import discard_withdrawn
from infra.master_key import given_master_key
from infra.migrations.upgrade import knows, standing, upgrade
from infra.services.postgres import Postgres
from infra.services.problems import ServiceUnavailable
from infra.settings import Settings

_TELLING = ("stored_events", "content_keys", "commands", "credentials", "api_tokens")
"""Tables that are empty in an installation nobody has used."""

NOTICE_RESTORED = "notice-restored"
"""The code of what waited to be sent when the backup was taken."""

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Restored:
    """What was restored, and how many withdrawals in the backup's own log were applied again."""

    manifest: Manifest
    withdrawn: int
    views_built: bool


def restore_backup(settings: Settings, folder: Path, told: Progress = lambda step: None) -> Restored:
    """Check the whole backup, then fill database and attachments, then build the views.

    Refuses BackupRefused for a target that is not empty, a wrong master key, another node, a damaged or incomplete
    backup, one of a newer release: nothing is changed then.
    """
    manifest = read_manifest(folder)
    if not knows(manifest.revision):
        raise BackupRefused(
            "backup-from-newer-release", f"备份由较新版本({manifest.release})的程序生成:请先升级本机程序再恢复。"
        )
    if manifest.node != settings.node:
        raise BackupRefused(
            "backup-of-another-node",
            f"备份属于节点 {manifest.node},现在的设置是 {settings.node}:请把 HUYING_NODE 设为 {manifest.node}。",
        )
    secret = _key(settings, folder)
    if key_mark(secret) != manifest.master_key:
        raise BackupRefused(
            "backup-wrong-master-key", "主密钥与备份不符:请把 HUYING_MASTER_KEY 设为做备份的那个系统使用的主密钥。"
        )
    told("核对备份的每个文件")
    files = [name for name, _ in checked_files(folder, manifest)]
    _refuse_missing_tables(manifest, files)
    with _database(settings) as dsn:
        _refuse_used_target(dsn, settings.folder / ATTACHMENTS, manifest, files)
        _keep_key(settings, secret)
        told("恢复附件")
        _copy_attachments(folder, settings.folder, files)
        told("恢复数据库")
        _fill(dsn, folder, manifest, settings)
        told("整理页面资料")
        with House.open(settings, now, dsn=dsn) as house:
            withdrawn = _withdraw_again(house)
            if not settings.kafka:
                house.rebuild(house.views)
    return Restored(manifest, withdrawn, not settings.kafka)


@contextmanager
def _database(settings: Settings) -> Iterator[str]:
    """The database of the settings: the external one, or ours, started for the while."""
    if settings.database_url:
        yield settings.database_url
        return
    with Postgres(settings.folder / "postgres") as own:
        yield own.dsn()


def _key(settings: Settings, folder: Path) -> bytes:
    """The key of the settings, or the one that was asked into the backup."""
    if (known := given_master_key(settings)) is not None:
        return known
    inside = folder / MASTER_KEY
    if inside.is_file():
        try:
            return bytes.fromhex(inside.read_text().strip())
        except ValueError as error:
            raise BackupRefused("backup-damaged", f"备份已损坏:文件 {MASTER_KEY} 无法读取。") from error
    raise BackupRefused(
        "backup-needs-master-key",
        "备份中没有主密钥:请先设置 HUYING_MASTER_KEY(内置数据库也可把 master.key 放进数据目录)。",
    )


def _keep_key(settings: Settings, secret: bytes) -> None:
    """Embedded, and not set otherwise: the key goes where the product looks for it."""
    path = settings.folder / MASTER_KEY
    if settings.embedded and settings.master_key is None and not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        write_durably(path, secret.hex().encode() + b"\n")
    elif given_master_key(settings) is None:
        raise BackupRefused(
            "backup-needs-master-key", "使用外部数据库时必须设置主密钥 HUYING_MASTER_KEY:可用备份中 master.key 的内容。"
        )


def _refuse_missing_tables(manifest: Manifest, files: list[str]) -> None:
    listed = set(files)
    for table in manifest.tables:
        if table.file not in listed:
            raise BackupRefused("backup-incomplete", f"备份不完整:缺少文件 {table.file}。")
    if sum(name.startswith(f"{ATTACHMENTS}/") for name in files) != manifest.attachments:
        raise BackupRefused("backup-damaged", "备份已损坏:附件数与清单不符。")


def _refuse_used_target(dsn: str, attachments: Path, manifest: Manifest, files: list[str]) -> None:
    try:
        with psycopg.connect(dsn, autocommit=True, connect_timeout=10) as connection:
            for table in _TELLING:
                made = connection.execute("SELECT to_regclass(%s) IS NOT NULL", (f"public.{table}",)).fetchone()
                if made and made[0]:
                    used = connection.execute(
                        sql.SQL("SELECT EXISTS (SELECT 1 FROM {})").format(sql.Identifier("public", table))
                    ).fetchone()
                    if used and used[0]:
                        raise BackupRefused(
                            "restore-target-not-empty",
                            f"目标数据库不是空的(表 {table} 中已有内容):请恢复到一个新建的空库。",
                        )
    except psycopg.OperationalError as error:
        raise ServiceUnavailable(f"数据库无法连接({str(error).strip()}):请检查 HUYING_DATABASE_URL。") from error
    engine = make_engine(dsn, 2)
    try:
        current, _ = standing(engine)
    finally:
        engine.dispose()
    if current not in (None, manifest.revision):
        raise BackupRefused(
            "restore-target-not-empty",
            f"目标数据库已按第 {current} 版建表,而备份是第 {manifest.revision} 版:请恢复到一个新建的空库。",
        )
    known = set(files)
    for path in attachments.glob("??/??/*"):
        if f"{ATTACHMENTS}/{path.relative_to(attachments)}" not in known:
            raise BackupRefused(
                "restore-target-not-empty", f"附件目录 {attachments} 中已有其他文件:请换一个空的数据目录。"
            )


def _copy_attachments(folder: Path, target: Path, files: list[str]) -> None:
    for name in files:
        if not name.startswith(f"{ATTACHMENTS}/"):
            continue
        path = target / name
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_name(path.name + ".part")
        shutil.copyfile(folder / name, unfinished)
        with unfinished.open("rb") as written:
            os.fsync(written.fileno())
        unfinished.replace(path)
        sync_folder(path.parent)


def _fill(dsn: str, folder: Path, manifest: Manifest, settings: Settings) -> None:
    """All tables in one transaction: either all of the backup stands in the database, or none."""
    engine = make_engine(dsn, 2)
    try:
        upgrade(engine, manifest.revision)
    finally:
        engine.dispose()
    with psycopg.connect(dsn) as connection:
        relay = ProgressTable(connection, settings.node)
        if settings.kafka or any(table.name == "kafka_relay" for table in manifest.tables):
            relay.make()
        for table in manifest.tables:
            _fill_table(connection, folder, table)
        if settings.kafka or any(table.name == "kafka_relay" for table in manifest.tables):
            note_restored(connection, settings.node, uuid4())
        _hold_back_notices(connection)
        events = connection.execute("SELECT count(*), coalesce(max(notification_id), 0) FROM stored_events").fetchone()
        if events != (manifest.events, manifest.last_position):
            raise BackupRefused(
                "backup-damaged", f"备份已损坏:办理记录应为 {manifest.events} 条,实际恢复 {events and events[0]} 条。"
            )


def _fill_table(connection: psycopg.Connection, folder: Path, table: TableHeld) -> None:
    name = sql.Identifier("public", table.name)
    columns = sql.SQL(", ").join(map(sql.Identifier, table.columns))
    with connection.cursor() as cursor:
        with (
            gzip.open(folder / table.file) as packed,
            cursor.copy(sql.SQL("COPY {} ({}) FROM STDIN").format(name, columns)) as rows,
        ):
            while piece := packed.read(1024 * 1024):
                rows.write(piece)
        if cursor.rowcount != table.rows:
            raise BackupRefused(
                "backup-damaged", f"备份已损坏:文件 {table.file} 应有 {table.rows} 行,实际 {cursor.rowcount} 行。"
            )
        for column in table.columns:
            row = cursor.execute("SELECT pg_get_serial_sequence(%s, %s)", (f"public.{table.name}", column)).fetchone()
            if row and row[0]:
                cursor.execute(
                    sql.SQL("SELECT setval(%s, (SELECT max({}) FROM {}))").format(sql.Identifier(column), name), row
                )


def _hold_back_notices(connection: psycopg.Connection) -> None:
    """What waited to be sent when the backup was taken has most likely gone out since: it is not sent a second time."""
    made = connection.execute("SELECT to_regclass('public.notice_deliveries') IS NOT NULL").fetchone()
    if made and made[0]:
        connection.execute(
            "UPDATE notice_deliveries SET state = 'given_up', sender = NULL, code = %s, answer = '恢复自备份',"
            " ended_at = now() WHERE state IN ('waiting', 'sending')",
            (NOTICE_RESTORED,),
        )


def _withdraw_again(house: House) -> int:
    """What the backup's own log says was withdrawn is unreadable, whatever keys and files came with it."""
    with house.pool.connection() as connection:
        calls: list[UUID] = [
            row[0]
            for row in connection.execute(
                "SELECT DISTINCT originator_id FROM stored_events WHERE topic = 'calls.ContentWithdrawn'"
            )
        ]
    for call in calls:
        discard_withdrawn(house, call)
    return len(calls)
