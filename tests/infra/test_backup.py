"""备份与恢复 on real databases: what was backed up is there again row by row; nothing half done looks whole."""

import shutil
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
import psycopg
import pytest
from PIL import Image
from pydantic import SecretStr
from typer.testing import CliRunner

from adapters.identity.credentials import Credentials
from adapters.identity.passwords import Passwords
from adapters.notices.standing import NoticeStanding
from domain.directory.identity import person_stream
from domain.shared.events import WITHDRAWN
from infra.backup.manifest import MANIFEST, SUMS, BackupRefused
from infra.backup.restoring import Restored, restore_backup
from infra.backup.taking import NOT_KEPT, take_backup
from infra.command_line import app
from infra.composition import House
from infra.content_withdrawal import withdraw
from infra.doctor import compare_views, examine, findings
from infra.identity import make_identity
from infra.settings import Settings
from infra.withdrawal_register import apply_register, register_of
from projections.engine.projection import live_schema
from tests.adapters.kafka.bench import wait_until
from tests.conftest import Databases
from tests.journeys.county_over_http import BEGINNING, County, SetClock, at, open_county

PASSWORD = "纸鸢-2026-春风"
OFFICES = ("县委办公室", "县政府办公室")


@dataclass
class BackedUp:
    """A county with calls, a file, an account and a withdrawal; its backup; and what stood in it at that moment."""

    county: County
    dsn: str
    folder: Path
    call: str
    file: str
    withdrawn: str
    views: dict[str, list[str]]
    counts: dict[str, int]


def rows_of_views(house: House) -> dict[str, list[str]]:
    with psycopg.connect(house.dsn) as connection:
        return {
            f"{live_schema(view)}.{table.name}": [
                row[0]
                for row in connection.execute(
                    f'SELECT to_jsonb(t)::text FROM "{live_schema(view)}"."{table.name}" t ORDER BY 1'.encode()
                )
            ]
            for view in house.views
            for table in view.metadata.sorted_tables
        }


def counts(dsn: str) -> dict[str, int]:
    """Rows of every table of the store's own that a backup keeps."""
    with psycopg.connect(dsn) as connection:
        names = [row[0] for row in connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]
        return {
            name: row[0]
            for name in names
            if name not in NOT_KEPT
            for row in connection.execute(f'SELECT count(*) FROM public."{name}"'.encode())
        }


def picture() -> bytes:
    kept = BytesIO()
    Image.effect_noise((60, 40), 40).convert("RGB").save(kept, "JPEG")
    return kept.getvalue()


@pytest.fixture(scope="module")
def backed_up(counties: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[BackedUp]:
    folder = tmp_path_factory.mktemp("backed-up")
    with counties() as dsn, open_county(dsn, folder / "data", SetClock(BEGINNING)) as county:
        house, caller = county.house, county.person("cd-01")
        call = caller.submit(text="学前街摊贩占道", place="学前街东口", informant_name="张三丰")
        kept = house.attachments.take(UUID(call), "现场.jpg", [picture()])
        caller.do(
            call,
            "attach-evidence",
            text="照片",
            attachments=[{"sha256": kept.sha256, "size": kept.size, "media_type": kept.media_type, "thumbnail": True}],
            attachment_names=[kept.name],
        )
        withdrawn = caller.submit(text="不该留下的话", place="某处")
        withdraw(house, UUID(withdrawn), "撤〔2026〕1号", OFFICES)
        Credentials(house.engine, county.clock, Passwords()).enrol(
            person_stream(county.node, "pt-01"), "lishouli", PASSWORD
        )
        wait_until(lambda: NoticeStanding(house.engine).planning().behind == 0, 30)
        with house.pool.connection() as connection:
            connection.execute(
                "INSERT INTO notice_deliveries (delivery_id, channel, organization_id, urgency, demanded, gathered,"
                " should_go_at, next_at) VALUES (gen_random_uuid(), 'email', gen_random_uuid(), 'ordinary', false,"
                " false, now(), now())"
            )
        take_backup(house, folder / "backup", at(BEGINNING))
        yield BackedUp(county, dsn, folder / "backup", call, kept.sha256, withdrawn, rows_of_views(house), counts(dsn))


@pytest.fixture
def copy(backed_up: BackedUp, tmp_path: Path) -> Path:
    """The backup as carried elsewhere, to be damaged."""
    return shutil.copytree(backed_up.folder, tmp_path / "copy")


@contextmanager
def target(databases: Databases, tmp_path: Path, **more: Any) -> Iterator[Settings]:
    with databases() as dsn:
        yield settings_of(dsn, tmp_path, **more)


def settings_of(dsn: str, folder: Path, key: str = "", **more: Any) -> Settings:
    secret = SecretStr(key or "d" * 64)
    return Settings(**{"database_url": dsn, "folder": folder / "target", "master_key": secret, "kafka": "",
                       "demonstration": True, **more})  # fmt: skip


def key_of(county: County) -> SecretStr:
    secret = county.house.settings.master_key
    assert secret is not None
    return secret


def restored(backed_up: BackedUp, settings: Settings) -> Restored:
    return restore_backup(settings, backed_up.folder)


def test_a_restored_county_is_the_same_row_by_row_and_goes_on(
    backed_up: BackedUp, databases: Databases, tmp_path: Path
) -> None:
    with target(databases, tmp_path, master_key=key_of(backed_up.county)) as settings:
        done = restored(backed_up, settings)
        assert (done.withdrawn, done.views_built) == (1, True)
        assert counts(settings.database_url) == backed_up.counts
        with psycopg.connect(settings.database_url) as connection:
            held_back = connection.execute("SELECT state, code FROM notice_deliveries WHERE channel = 'email'")
            assert held_back.fetchall() == [("given_up", "notice-restored")]
        with House.open(settings, SetClock(BEGINNING)) as house:
            assert rows_of_views(house) == backed_up.views
            assert [one for one in findings(house) if not one.well] == []
            assert [one.text for one in compare_views(house, lambda one: None) if not one.well] == []
            content = house.attachments.read(UUID(backed_up.call), backed_up.file)
            assert content == backed_up.county.house.attachments.read(UUID(backed_up.call), backed_up.file)
            identity = make_identity(house, SetClock(BEGINNING), Passwords())
            assert identity.sign_in("lishouli", PASSWORD, client="127.0.0.1")
        with open_county(settings.database_url, settings.folder, SetClock(BEGINNING)) as county:
            caller = county.person("cd-01")
            assert caller.call(backed_up.call)["text"] == "学前街摊贩占道"
            assert caller.call(backed_up.withdrawn)["text"] == WITHDRAWN
            assert caller.call(caller.submit(text="恢复之后的一件", place="府前路"))["text"] == "恢复之后的一件"


def test_the_backup_tells_no_secret_and_can_be_checked_by_anybody(backed_up: BackedUp) -> None:
    listed = (backed_up.folder / SUMS).read_text().splitlines()
    files = {str(p.relative_to(backed_up.folder)) for p in backed_up.folder.rglob("*") if p.is_file()}
    assert {line.split("  ")[1] for line in listed} == files - {SUMS, MANIFEST}
    everything = b"".join(path.read_bytes() for path in backed_up.folder.rglob("*") if path.is_file())
    assert key_of(backed_up.county).get_secret_value().encode() not in everything
    manifest = orjson.loads((backed_up.folder / MANIFEST).read_bytes())
    assert {table["name"]: table["rows"] for table in manifest["tables"]} == backed_up.counts
    assert "sessions" not in backed_up.counts
    assert backed_up.folder.stat().st_mode & 0o077 == 0


def test_a_target_that_is_in_use_is_refused(backed_up: BackedUp, tmp_path: Path) -> None:
    settings = settings_of(backed_up.dsn, tmp_path, master_key=key_of(backed_up.county))
    before = counts(backed_up.dsn)
    with pytest.raises(BackupRefused, match="不是空的") as refused:
        restored(backed_up, settings)
    assert refused.value.code == "restore-target-not-empty"
    assert counts(backed_up.dsn) == before


def test_a_folder_with_other_files_is_refused(backed_up: BackedUp, databases: Databases, tmp_path: Path) -> None:
    with target(databases, tmp_path, master_key=key_of(backed_up.county)) as settings:
        (settings.folder / "attachments" / "aa" / "bb").mkdir(parents=True)
        (settings.folder / "attachments" / "aa" / "bb" / "other").write_text("x")
        with pytest.raises(BackupRefused, match="附件目录"):
            restored(backed_up, settings)


def test_another_key_or_node_is_refused_before_anything_is_done(
    backed_up: BackedUp, databases: Databases, tmp_path: Path
) -> None:
    with target(databases, tmp_path) as settings:
        with pytest.raises(BackupRefused) as wrong_key:
            restored(backed_up, settings)
        with pytest.raises(BackupRefused) as wrong_node:
            restored(backed_up, settings.model_copy(update={"node": "elsewhere"}))
        assert set(counts(settings.database_url).values()) == {0}
    assert (wrong_key.value.code, wrong_node.value.code) == ("backup-wrong-master-key", "backup-of-another-node")


@pytest.mark.parametrize(
    ("name", "damage", "code"),
    [
        ("stored_events.copy.gz", "flip", "backup-damaged"),
        ("stored_events.copy.gz", "remove", "backup-incomplete"),
        ("attachments", "flip", "backup-damaged"),
        ("attachments", "remove", "backup-incomplete"),
        (SUMS, "flip", "backup-damaged"),
        (SUMS, "remove", "backup-incomplete"),
        (MANIFEST, "flip", "backup-damaged"),
        (MANIFEST, "remove", "backup-incomplete"),
    ],
)
def test_a_damaged_or_incomplete_backup_is_refused_and_the_file_named(
    backed_up: BackedUp, copy: Path, databases: Databases, tmp_path: Path, name: str, damage: str, code: str
) -> None:
    path = next(p for p in (copy / name).rglob("*") if p.is_file()) if (copy / name).is_dir() else copy / name
    if damage == "remove":
        path.unlink()
    else:
        content = bytearray(path.read_bytes())
        content[len(content) // 2] ^= 0xFF
        path.write_bytes(content)
    with target(databases, tmp_path, master_key=key_of(backed_up.county)) as settings:
        with pytest.raises(BackupRefused, match=path.name) as refused:
            restore_backup(settings, copy)
        assert refused.value.code == code
        assert set(counts(settings.database_url).values()) == {0}


@pytest.mark.parametrize("change", [{"revision": "9999"}, {"format": 2}])
def test_a_backup_of_a_newer_release_is_refused(
    backed_up: BackedUp, copy: Path, databases: Databases, tmp_path: Path, change: dict[str, object]
) -> None:
    value = orjson.loads((copy / MANIFEST).read_bytes())
    (copy / MANIFEST).write_bytes(orjson.dumps({**value, **change}))
    with (
        target(databases, tmp_path, master_key=key_of(backed_up.county)) as settings,
        pytest.raises(BackupRefused, match="先升级本机程序") as refused,
    ):
        restore_backup(settings, copy)
    assert refused.value.code == "backup-from-newer-release"


def test_a_database_of_a_newer_release_is_not_touched(databases: Databases, tmp_path: Path) -> None:
    with target(databases, tmp_path) as settings:
        with psycopg.connect(settings.database_url, autocommit=True) as connection:
            connection.execute("UPDATE alembic_version SET version_num = '9999'")
        found = examine(settings, SetClock(BEGINNING))
        assert [one.code for one in found if not one.well] == ["database-newer"]
        with pytest.raises(Exception, match="较新版本"), House.open(settings, SetClock(BEGINNING)):
            pass


def test_an_interrupted_backup_leaves_nothing_that_looks_whole(backed_up: BackedUp, tmp_path: Path) -> None:
    house = backed_up.county.house

    def broken_off(step: str) -> None:
        if step == "附件":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        take_backup(house, tmp_path / "backup", at(BEGINNING), told=broken_off)
    assert not (tmp_path / "backup").exists()
    assert not list(tmp_path.rglob(MANIFEST))
    take_backup(house, tmp_path / "backup", at(BEGINNING))
    assert [path.name for path in tmp_path.iterdir()] == ["backup"]
    with pytest.raises(BackupRefused, match="已存在"):
        take_backup(house, tmp_path / "backup", at(BEGINNING))


def test_a_backup_taken_while_commands_run_holds_whole_commands_up_to_one_moment(
    backed_up: BackedUp, databases: Databases, tmp_path: Path
) -> None:
    caller, ended = backed_up.county.person("cd-02"), threading.Event()
    problems: list[BaseException] = []

    def call_on() -> None:
        try:
            while not ended.is_set():
                caller.submit(text="备份之间的一件", place="府前路")
        except BaseException as problem:
            problems.append(problem)

    calling = threading.Thread(target=call_on)
    calling.start()
    try:
        made = take_backup(backed_up.county.house, tmp_path / "busy", at(BEGINNING))
    finally:
        ended.set()
        calling.join()
    assert problems == []
    with target(databases, tmp_path, master_key=key_of(backed_up.county)) as settings:
        restore_backup(settings, tmp_path / "busy")
        with psycopg.connect(settings.database_url) as there, psycopg.connect(backed_up.dsn) as here:
            events = b"SELECT notification_id, originator_id, originator_version, topic, state FROM stored_events"
            assert (
                there.execute(events + b" ORDER BY 1").fetchall()
                == here.execute(events + b" WHERE notification_id <= %s ORDER BY 1", (made.last_position,)).fetchall()
            )
            halves = there.execute(
                "SELECT count(*) FROM commands c, unnest(positions) p"
                " WHERE NOT EXISTS (SELECT 1 FROM stored_events WHERE notification_id = p)"
            ).fetchone()
        assert halves == (0,)


def test_what_was_withdrawn_after_the_backup_is_withdrawn_again_by_the_register(
    backed_up: BackedUp, databases: Databases, tmp_path: Path
) -> None:
    register = register_of(backed_up.county.house)
    assert register.count("\n") == 2
    later = f"{backed_up.call},HY,撤〔2026〕2号,{OFFICES[0]},{OFFICES[1]},2026-02-01T00:00:00\n"
    stranger = f"{UUID(int=5)},HY20260101-AAAAA,撤〔2026〕3号,{OFFICES[0]},{OFFICES[1]},2026-02-01T00:00:00\n"
    with target(databases, tmp_path, master_key=key_of(backed_up.county)) as settings:
        restored(backed_up, settings)
        with House.open(settings, SetClock(BEGINNING)) as house:
            assert "学前街摊贩占道" in str(rows_of_views(house))
            assert apply_register(house, register + later + stranger) == (1, ["HY20260101-AAAAA"])
            assert "学前街摊贩占道" not in str(rows_of_views(house))
            assert house.attachments.read(UUID(backed_up.call), backed_up.file) is None
            assert apply_register(house, register + later) == (0, [])


def test_on_one_machine_two_commands_carry_an_installation_to_another_folder(
    backed_up: BackedUp, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Embedded, with the key asked into the backup."""
    for name in ("DATABASE_URL", "KAFKA", "MASTER_KEY"):
        monkeypatch.delenv(f"HUYING_{name}", raising=False)
    monkeypatch.setenv("HUYING_DEMONSTRATION", "1")
    run = CliRunner()
    with tempfile.TemporaryDirectory(prefix="huying-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        made = run.invoke(app, ["backup", str(folder / "b"), "--with-master-key", "--data", str(folder / "one")])
        assert made.exit_code == 0, made.output
        assert "备份中有主密钥" in made.output
        again = run.invoke(app, ["restore", str(folder / "b"), "--data", str(folder / "two")], catch_exceptions=False)
        assert again.exit_code == 0, again.output
        assert "withdrawals apply" in again.output
        keys = [(folder / place / "master.key").read_text().strip() for place in ("one", "two")]
        assert keys[0] == keys[1]
        looked = run.invoke(app, ["doctor", "--views", "--data", str(folder / "two")])
        assert looked.exit_code == 0, looked.output
        assert "全部正常" in looked.output
