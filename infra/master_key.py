"""主密钥: from the settings, or made once under the data folder (embedded only)."""

import os
import secrets
from pathlib import Path

from infra.services.problems import ServiceUnavailable, refuse_unwritable
from infra.settings import Settings


def given_master_key(settings: Settings) -> bytes | None:
    """The key of the settings, or kept in the data folder; None where there is none yet. Makes none."""
    if settings.master_key or (settings.embedded and (settings.folder / "master.key").is_file()):
        return master_key(settings)
    return None


def master_key(settings: Settings) -> bytes:
    """32 bytes. Refuses ServiceUnavailable when it is malformed, or missing where the database is not ours."""
    given = settings.master_key.get_secret_value() if settings.master_key else ""
    if given:
        try:
            key = bytes.fromhex(given)
        except ValueError:
            key = b""
        if len(key) != 32:
            raise ServiceUnavailable("主密钥 HUYING_MASTER_KEY 须为 64 位十六进制数字,请核对后重新启动。")
        return key
    if not settings.embedded:
        raise ServiceUnavailable(
            "使用外部数据库时必须设置主密钥 HUYING_MASTER_KEY(64 位十六进制),可用 huying new-master-key 生成。"
        )
    return _kept_key(settings.folder / "master.key")


def _kept_key(path: Path) -> bytes:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(secrets.token_hex(32))
                file.flush()
                os.fsync(file.fileno())
        except FileExistsError:
            pass
        text = path.read_text().strip()
    except OSError as error:
        raise refuse_unwritable(path.parent, error) from error
    try:
        key = bytes.fromhex(text)
    except ValueError:
        key = b""
    if len(key) != 32:
        raise ServiceUnavailable(f"主密钥文件 {path} 已损坏:请从备份恢复该文件,否则已加密内容无法读取。")
    return key
