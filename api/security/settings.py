"""安全设置: what an instance decides about its door, and what a production instance must have decided."""

from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlsplit

_MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class SecuritySettings:
    """安全设置.

    `secure_cookies`: the instance is reached by https only: `__Host-` cookies, HSTS. `public_origin` is the address
    people type (`https://huying.example.gov.cn`); without it a request must come from the host it was sent to.
    Sizes are in bytes: `file_limit` of one file, `files` at once, `plain_limit` of a body without files.
    """

    secure_cookies: bool
    demonstration: bool = False
    public_origin: str = ""
    file_limit: int = 25 * _MEGABYTE
    files: int = 9
    plain_limit: int = 2 * _MEGABYTE

    @property
    def upload_limit(self) -> int:
        """Largest body of a form with files: every file at its limit, and the fields beside them."""
        return self.file_limit * self.files + self.plain_limit


class ProductionSettings(Protocol):
    """What `check_production_settings` reads of the instance's settings."""

    @property
    def production(self) -> bool: ...
    @property
    def demonstration(self) -> bool: ...
    @property
    def secure_cookies(self) -> bool: ...
    @property
    def public_origin(self) -> str: ...
    @property
    def master_key(self) -> object | None: ...


def check_production_settings(settings: ProductionSettings, *, holds_demonstration_people: bool = False) -> list[str]:
    """What keeps a production instance from starting, one Chinese sentence each; empty when nothing does.

    `master_key` must be None when it was not set by hand (an instance of one machine makes its own beside the data,
    which in production would lie in the same backup). `holds_demonstration_people`: the directory was filled with the
    demonstration county.
    """
    if not settings.production:
        return []
    problems = []
    if settings.demonstration:
        problems.append("正式环境不得开启演示登录:请把 HUYING_DEMONSTRATION 设为 false。")
    if holds_demonstration_people:
        problems.append("数据库中有演示人员:正式环境请使用全新的数据库。")
    if not settings.secure_cookies:
        problems.append("正式环境必须经 HTTPS 访问:请把 HUYING_HTTPS 设为 true,并由反向代理提供 HTTPS。")
    if not _is_https_origin(settings.public_origin):
        problems.append("请把 HUYING_PUBLIC_ORIGIN 设为对外访问地址,形如 https://huying.example.gov.cn(不含路径)。")
    if not settings.master_key:
        problems.append("请设置 HUYING_MASTER_KEY(主密钥),并与数据库分开保管;正式环境不得使用自动生成的主密钥。")
    return problems


def _is_https_origin(address: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme == "https" and bool(parts.netloc) and parts.path in ("", "/") and not parts.query
