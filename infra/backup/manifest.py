"""备份清单: what a backup holds: which release and node wrote it, every file with its SHA-256, every table's count."""

import hashlib
import hmac
import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

from infra.services.problems import ServiceUnavailable

FORMAT = 1
MANIFEST = "manifest.json"
SUMS = "SHA256SUMS"
MASTER_KEY = "master.key"
ATTACHMENTS = "attachments"
_FRAME = 1024 * 1024


class BackupRefused(ServiceUnavailable):
    """备份不能用: damaged, incomplete, of another release or node, or the target is not empty. `code` is stable."""

    def __init__(self, code: str, message: str) -> None:
        self.code = code
        super().__init__(f"{message}({code})")


@dataclass(frozen=True, slots=True)
class TableHeld:
    """One table: its columns in order, how many rows, and in which file they stand."""

    name: str
    columns: list[str]
    rows: int
    file: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """清单. `master_key`: a keyed hash by which the right key is known, never the key itself."""

    format: int
    release: str
    revision: str
    node: str
    made_at: str
    last_position: int
    events: int
    withdrawals: int
    tables: list[TableHeld]
    attachments: int
    attachment_bytes: int
    master_key: str
    sums: str

    def write(self, folder: Path) -> None:
        """The last file of a backup."""
        write_durably(folder / MANIFEST, json.dumps(asdict(self), ensure_ascii=False, indent=1).encode() + b"\n")


def read_manifest(folder: Path) -> Manifest:
    """Refuses BackupRefused when there is none, when it is damaged, or of a newer release."""
    path = folder / MANIFEST
    if not path.is_file():
        raise BackupRefused("backup-incomplete", f"{folder} 不是完整的备份:缺少 {MANIFEST}。")
    try:
        value = json.loads(path.read_bytes())
        if value["format"] > FORMAT:
            raise BackupRefused(
                "backup-from-newer-release",
                f"备份由较新版本({value.get('release', '未知')})的程序生成:请先升级本机程序再恢复。",
            )
        return Manifest(**{**value, "tables": [TableHeld(**table) for table in value["tables"]]})
    except (ValueError, KeyError, TypeError) as problem:
        raise BackupRefused("backup-damaged", f"备份已损坏:{path} 无法读取。") from problem


def key_mark(master: bytes) -> str:
    """By which a master key is recognised."""
    return hmac.digest(master, b"huying backup", "sha256").hex()


def write_sums(folder: Path, sums: dict[str, str]) -> str:
    """The list of all files in the form of `sha256sum -c`; gives its own SHA-256."""
    content = "".join(f"{digest}  {name}\n" for name, digest in sorted(sums.items())).encode()
    write_durably(folder / SUMS, content)
    return hashlib.sha256(content).hexdigest()


def checked_files(folder: Path, manifest: Manifest) -> Iterator[tuple[str, str]]:
    """Every file of the backup, checked one by one as it is asked for. Refuses BackupRefused, naming the file."""
    sums = folder / SUMS
    if not sums.is_file():
        raise BackupRefused("backup-incomplete", f"备份不完整:缺少文件 {SUMS}。")
    content = sums.read_bytes()
    if hashlib.sha256(content).hexdigest() != manifest.sums:
        raise BackupRefused("backup-damaged", f"备份已损坏:{SUMS} 与清单不符。")
    for line in content.decode().splitlines():
        digest, _, name = line.partition("  ")
        path = folder / name
        if not path.is_file():
            raise BackupRefused("backup-incomplete", f"备份不完整:缺少文件 {name}。")
        if digest_of(path) != digest:
            raise BackupRefused("backup-damaged", f"备份已损坏:文件 {name} 的内容与登记的 SHA-256 不符。")
        yield name, digest


def digest_of(path: Path) -> str:
    """SHA-256 of a file."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        for frame in frames_of(file):
            digest.update(frame)
    return digest.hexdigest()


def frames_of(file: IO[bytes]) -> Iterator[bytes]:
    """A file piece by piece."""
    while frame := file.read(_FRAME):
        yield frame


def write_durably(path: Path, content: bytes, mode: int = 0o600) -> None:
    """Write a small file, so that it is whole and on the disk."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """What was made or renamed in it is on the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
