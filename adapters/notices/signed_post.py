"""签名推送: an HTTP POST signed as Standard Webhooks says (v1: HMAC-SHA256 over id, timestamp and body)."""

import base64
import binascii
import hmac
import http.client
import ssl
from datetime import datetime
from urllib.parse import urlsplit

from adapters.notices.port import Later, Outcome, Refused, Sent, Unclear

_SECONDS = 10.0
_PREFIX = "whsec_"
_AGAIN = frozenset({408, 409, 425, 429})
"""What a receiver asks to be tried again."""


class SecretUnreadable(ValueError):
    """A signing secret that is none."""

    def __init__(self) -> None:
        super().__init__("签名密钥应写作 whsec_ 加 Base64(24 至 64 字节)")


class AddressUnreadable(ValueError):
    """An address that nothing can be posted to."""

    def __init__(self) -> None:
        super().__init__("地址应写作 https://主机/路径(内网可用 http://)")


def signature(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    """The `webhook-signature` of a message. Refuses SecretUnreadable."""
    signed = f"{message_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(signing_key(secret), signed, "sha256")).decode()


def signing_key(secret: str) -> bytes:
    """The bytes of a secret. Refuses SecretUnreadable."""
    try:
        key = base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
    except (binascii.Error, ValueError):
        raise SecretUnreadable from None
    if not secret.startswith(_PREFIX) or not 24 <= len(key) <= 64:
        raise SecretUnreadable
    return key


def check_address(url: str) -> str:
    """The address, where something can be posted to it. Refuses AddressUnreadable."""
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0 and url.isprintable()
    except ValueError:
        usable = False
    if not usable or parts.username or " " in url:
        raise AddressUnreadable
    return url


def post(url: str, secret: str, message_id: str, body: bytes, at: datetime) -> Outcome:
    """Hand the body over. Redirects are not followed: they would carry it to somewhere nobody registered."""
    parts = urlsplit(check_address(url))
    timestamp = int(at.timestamp())
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "huying",
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": signature(secret, message_id, timestamp, body),
    }
    connection = _connection(parts.scheme, parts.hostname or "", parts.port)
    try:
        try:
            connection.connect()
        except OSError as problem:
            return Later(f"连接不上:{type(problem).__name__}", away=True)
        try:
            connection.request("POST", _target(parts.path, parts.query), body, headers)
            response = connection.getresponse()
            response.read(4096)
        except (OSError, http.client.HTTPException) as problem:
            return Unclear(f"没有得到答复:{type(problem).__name__}")
        return _outcome(response.status)
    finally:
        connection.close()


def _outcome(status: int) -> Outcome:
    said = f"HTTP {status}"
    if 200 <= status < 300:
        return Sent(said)
    if status in _AGAIN or status == 503:
        return Later(said)
    if status >= 500:
        return Unclear(said)
    return Refused(said)


def _target(path: str, query: str) -> str:
    return (path or "/") + (f"?{query}" if query else "")


def _connection(scheme: str, host: str, port: int | None) -> http.client.HTTPConnection:
    if scheme == "https":
        return http.client.HTTPSConnection(host, port, timeout=_SECONDS, context=ssl.create_default_context())
    return http.client.HTTPConnection(host, port, timeout=_SECONDS)
