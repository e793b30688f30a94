"""替身: receivers of notices on this machine, real servers all: HTTP for webhooks and the gateway, SMTP for mail.

The HTTP double keeps docs/notice-gateway.md: it checks signatures with the public Standard Webhooks library (no code of
ours), takes each `webhook-id` once, and can be made slow, silent or refusing.
"""

import json
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from standardwebhooks.webhooks import Webhook

from infra.services.ports import free_ports

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
"""The secret of the examples of standardwebhooks.com."""


@dataclass
class HttpDouble:
    """接收程序: every request that came, and what was taken: each id once. `secrets` by path."""

    secrets: dict[str, str]
    checks_time: bool = False
    came: list[tuple[str, str, bytes]] = field(default_factory=list)
    taken: dict[str, Any] = field(default_factory=dict)
    forged: list[str] = field(default_factory=list)
    status: int = 200
    before_answering: threading.Event | None = None
    """Held back until it is set: the sender has handed over and waits."""

    def __post_init__(self) -> None:
        self._lock = threading.Lock()
        double = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                double.receive(self)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self.before_answering is not None:
            self.before_answering.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def url(self, path: str = "/notices") -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._server.server_address[1]}{path}"

    @property
    def times(self) -> Counter[str]:
        """How often each id came."""
        with self._lock:
            return Counter(message_id for message_id, _, _ in self.came)

    def contents(self) -> list[Any]:
        """What was taken, each once."""
        with self._lock:
            return list(self.taken.values())

    def receive(self, request: BaseHTTPRequestHandler) -> None:
        """One request."""
        body = request.rfile.read(int(request.headers["Content-Length"]))
        message_id = request.headers["webhook-id"]
        genuine = self._is_genuine(request, body)
        with self._lock:
            self.came.append((message_id, request.path, body))
            if not genuine:
                self.forged.append(message_id)
            elif self.status < 300:
                self.taken.setdefault(message_id, json.loads(body))
        if self.before_answering is not None:
            self.before_answering.wait()
        try:
            request.send_response(self.status if genuine else 401)
            request.send_header("Content-Length", "0")
            request.end_headers()
        except OSError:
            request.close_connection = True  # the sender was killed while it waited

    def _is_genuine(self, request: BaseHTTPRequestHandler, body: bytes) -> bool:
        known = Webhook(self.secrets[request.path])
        headers = {name: request.headers[name] for name in request.headers}
        if self.checks_time:
            return bool(known.verify(body, headers))
        at = datetime.fromtimestamp(int(headers["webhook-timestamp"]), UTC)
        return known.sign(headers["webhook-id"], at, body.decode()) == headers["webhook-signature"]


class _Mailbox:
    """Keeps what came; refuses whom it is told to."""

    def __init__(self) -> None:
        self.came: list[EmailMessage] = []
        self.refused: frozenset[str] = frozenset()
        self.later = 0

    async def handle_RCPT(  # noqa: N802 - the library finds it by this name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Sequence[str]
    ) -> str:
        if address in self.refused:
            return f"550 5.1.1 <{address}> no such mailbox"
        if self.later:
            self.later -= 1
            return "451 4.3.0 try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 - as above
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        content = envelope.content
        assert isinstance(content, bytes)
        message = message_from_bytes(content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.came.append(message)
        return "250 taken"


@dataclass
class MailDouble:
    """邮件服务器."""

    port: int
    box: _Mailbox

    @property
    def address(self) -> str:
        """As the settings name it."""
        return f"smtp://127.0.0.1:{self.port}"

    @property
    def shown(self) -> dict[str, EmailMessage]:
        """What a mailbox shows that compares Message-IDs."""
        return {message["Message-ID"]: message for message in self.box.came}


@contextmanager
def mail_double(port: int | None = None) -> Iterator[MailDouble]:
    """A real SMTP server."""
    double = MailDouble(port or free_ports(1)[0], _Mailbox())
    controller = Controller(double.box, hostname="127.0.0.1", port=double.port)
    controller.start()
    try:
        yield double
    finally:
        controller.stop()
