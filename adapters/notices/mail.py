"""电子邮件: SMTP, one message a connection. The Message-ID is the sending's own: mailboxes that compare it show one."""

import smtplib
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from email.utils import format_datetime
from urllib.parse import unquote, urlsplit

from adapters.notices.port import Later, Message, Outcome, Refused, Sent, Unclear

_SECONDS = 15.0
_PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}


class MailServerUnreadable(ValueError):
    """The address of the mail server can't be read."""

    def __init__(self) -> None:
        super().__init__(
            "邮件服务器应写作 smtp://主机:25、smtp+starttls://用户:口令@主机:587 或 smtps://用户:口令@主机:465"
        )


@dataclass(frozen=True, slots=True)
class MailServer:
    """邮件服务器."""

    scheme: str
    host: str
    port: int
    user: str = ""
    password: str = ""

    @classmethod
    def at(cls, address: str) -> "MailServer":
        """From an address as settings name it. Refuses MailServerUnreadable."""
        try:
            parts = urlsplit(address)
            port = parts.port or _PORTS[parts.scheme]
        except (ValueError, KeyError):
            raise MailServerUnreadable from None
        if not parts.hostname:
            raise MailServerUnreadable
        return cls(parts.scheme, parts.hostname, port, unquote(parts.username or ""), unquote(parts.password or ""))


class Mail:
    """Sends by one mail server.

    Mail is at least once: SMTP can't tell whether a message was taken when its last answer is lost. The same Message-ID
    goes with every attempt, and mailboxes that compare it show one message.
    """

    deduplicates = True

    def __init__(self, server: MailServer, sender: str, domain: str, clock: Callable[[], datetime]) -> None:
        """`domain`: the right side of Message-IDs."""
        self._server = server
        self._sender = sender
        self._domain = domain
        self._clock = clock

    def send(self, message: Message) -> Outcome:
        """See ChannelPort."""
        address = message.to["email"]
        content = self._composed(message, address)
        try:
            smtp = self._connected()
        except (OSError, smtplib.SMTPException) as problem:
            return Later(_said(problem, address), away=True)
        try:
            return _handed_over(smtp, self._sender, address, content)
        except (OSError, smtplib.SMTPException) as problem:  # before anything was handed over
            return Later(_said(problem, address), away=True)
        finally:
            _goodbye(smtp)

    def _composed(self, message: Message, address: str) -> bytes:
        mail = EmailMessage(policy=SMTP_POLICY)
        mail["From"] = self._sender
        mail["To"] = address
        mail["Subject"] = message.subject
        mail["Date"] = format_datetime(self._clock())
        mail["Message-ID"] = f"<{message.id}@{self._domain}>"
        mail["Auto-Submitted"] = "auto-generated"
        if message.urgent:
            mail["Importance"] = "high"
        mail.set_content(message.text)
        return mail.as_bytes()

    def _connected(self) -> smtplib.SMTP:
        server = self._server
        smtp: smtplib.SMTP
        if server.scheme == "smtps":
            smtp = smtplib.SMTP_SSL(server.host, server.port, timeout=_SECONDS, context=ssl.create_default_context())
        else:
            smtp = smtplib.SMTP(server.host, server.port, timeout=_SECONDS)
        try:
            if server.scheme == "smtp+starttls":
                smtp.starttls(context=ssl.create_default_context())
            if server.user:
                smtp.login(server.user, server.password)
        except BaseException:
            smtp.close()
            raise
        return smtp


def _goodbye(smtp: smtplib.SMTP) -> None:
    """What was answered stands, however the server parts."""
    try:
        smtp.quit()
    except (OSError, smtplib.SMTPException):
        smtp.close()


def _handed_over(smtp: smtplib.SMTP, sender: str, address: str, content: bytes) -> Outcome:
    smtp.ehlo_or_helo_if_needed()
    code, answer = smtp.mail(sender)
    if code >= 400:  # of us, not of the addressee: somebody has to mend the settings
        return Later(_answer(code, answer, address), away=True)
    code, answer = smtp.rcpt(address)
    if code >= 400:
        said = _answer(code, answer, address)
        return Refused(said) if code >= 500 else Later(said)
    try:
        code, answer = smtp.data(content)
    except smtplib.SMTPDataError as problem:  # the server wants no content now: nothing was handed over
        said = _answer(problem.smtp_code, problem.smtp_error, address)
        return Refused(said) if problem.smtp_code >= 500 else Later(said)
    except (OSError, smtplib.SMTPException) as problem:
        return Unclear(_said(problem, address))
    if code >= 500:
        return Refused(_answer(code, answer, address))
    if code >= 400:
        return Later(_answer(code, answer, address))
    return Sent(_answer(code, answer, address))


def _answer(code: int, answer: bytes | str, address: str) -> str:
    text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    return _without(f"{code} {text}", address)


def _said(problem: Exception, address: str) -> str:
    return _without(f"邮件服务器:{type(problem).__name__} {problem}", address)


def _without(text: str, address: str) -> str:
    """Nobody's address stands in a reason that others read."""
    return " ".join(text.replace(address, "(收件地址)").split())[:300]
