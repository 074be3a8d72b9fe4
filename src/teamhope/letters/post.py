"""How a letter leaves: by SMTP, or as a file in a folder for a demonstration; and what the answer means."""

import asyncio
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Any, Final, Protocol
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit
from uuid import UUID

import aiosmtplib
from aiosmtplib import SMTP

from teamhope.kit import clock
from teamhope.letters.rules import Answer, Refused, Taken, Unreached
from teamhope.settings import LOOPBACK, SettingProblem

TIMEOUT: Final = 10.0  # seconds for each answer of the server
PORTS: Final = {"smtp": 587, "smtps": 465}
PERMANENT: Final = 500  # from here on SMTP means: never


@dataclass(frozen=True, slots=True)
class Mail:
    id: UUID
    to: str = field(repr=False)
    subject: str
    text: str = field(repr=False)
    language: str


class PostProblem(Exception):
    """One sentence: the post office cannot be used, and what may be wrong."""


class Post(Protocol):
    async def deliver(self, mail: Mail) -> Answer:
        """Never raises for what a post office may say or fail to say."""
        ...

    async def check(self) -> str:
        """What was tried and works. Raises PostProblem."""
        ...


def post_of(smtp_url: str) -> Post | None:
    """None for no address. Raises SettingProblem for one that cannot be used."""
    if not smtp_url:
        return None
    url = urlsplit(smtp_url)
    sender = _sender(url)
    if url.scheme == "file":
        return Folder(Path(unquote(url.path)), sender)
    try:
        host, port = url.hostname or "", url.port or PORTS[url.scheme]
    except ValueError:
        host, port = "", 0
    if not host:
        raise SettingProblem("smtp_url", "names no host that can be asked.")
    username, password = (unquote(part) if part else None for part in (url.username, url.password))
    whole = url.scheme == "smtps"
    return SmtpServer(host, port, username, password, whole, not whole and host not in LOOPBACK, sender)


def _sender(url: SplitResult) -> Address:
    given = parse_qs(url.query).get("from", [""])[-1]
    try:
        sender = Address(addr_spec=given)
    except (ValueError, IndexError, MessageError) as odd:
        raise SettingProblem("smtp_url", "needs ?from= with the e-mail address that letters come from.") from odd
    if not sender.domain:
        raise SettingProblem("smtp_url", "needs ?from= with the e-mail address that letters come from.")
    return sender


def message_of(mail: Mail, sender: Address, at: datetime) -> EmailMessage:
    """Raises ValueError, IndexError or MessageError for an address that no message can be sent to."""
    message = EmailMessage()
    message["From"] = sender
    message["To"] = Address(addr_spec=mail.to)
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(at)
    message["Message-ID"] = f"<{mail.id}@{sender.domain}>"  # the same when a letter goes twice
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.text)
    message["Content-Language"] = mail.language
    return message


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """`whole`: TLS from the first byte; `upgraded`: STARTTLS, without which nothing is said."""

    host: str
    port: int
    username: str | None
    password: str | None = field(repr=False)
    whole: bool
    upgraded: bool
    sender: Address

    def _client(self) -> SMTP:
        return SMTP(
            hostname=self.host,
            port=self.port,
            username=self.username,
            password=self.password,
            use_tls=self.whole,
            start_tls=self.upgraded,
            timeout=TIMEOUT,
            local_hostname=self.sender.domain,  # not the name of this machine
        )

    async def deliver(self, mail: Mail) -> Answer:
        try:
            message = message_of(mail, self.sender, clock.now())
        except (ValueError, IndexError, MessageError):
            return Refused("bad_address")
        try:
            async with self._client() as client:
                await client.send_message(message, sender=self.sender.addr_spec, recipients=[mail.to])
        except (aiosmtplib.SMTPException, OSError, UnicodeError) as problem:
            return _meaning(problem)
        return Taken()

    async def check(self) -> str:
        try:
            async with self._client():
                return f"{self.host} answers{' and knows the account' if self.username else ''}"
        except (aiosmtplib.SMTPException, OSError, UnicodeError) as problem:
            raise PostProblem(
                f"TEAMHOPE_SMTP_URL: {self.host} does not take letters ({_meaning(problem).code}): "
                "are host, port, account and TLS right?"
            ) from problem


# What the server says about the letter itself; of an account or a connection that is wrong, the deployment is to blame,
# and a letter may wait until somebody has put it right.
ABOUT_THE_LETTER: Final = (aiosmtplib.SMTPRecipientRefused, aiosmtplib.SMTPDataError)
CODES: Final[Mapping[type[Exception], str]] = {
    aiosmtplib.SMTPAuthenticationError: "sign_in",
    aiosmtplib.SMTPTimeoutError: "timeout",
    aiosmtplib.SMTPServerDisconnected: "lost",
}

LACKS_TLS_OR_ACCOUNTS: Final = (aiosmtplib.SMTPException, aiosmtplib.SMTPNotSupported)


def _meaning(problem: Any) -> Refused | Unreached:
    if isinstance(problem, aiosmtplib.SMTPRecipientsRefused):
        problem = problem.recipients[0]
    if isinstance(problem, ABOUT_THE_LETTER) and problem.code >= PERMANENT:
        return Refused(str(problem.code))
    for kind, code in CODES.items():
        if isinstance(problem, kind):
            return Unreached(code)
    if type(problem) in LACKS_TLS_OR_ACCOUNTS:
        return Unreached("unsupported")
    return Unreached(str(getattr(problem, "code", "unreachable")))


@dataclass(frozen=True, slots=True)
class Folder:
    """Letters as .eml files that nobody sends. One that goes twice takes its own place."""

    path: Path
    sender: Address

    async def deliver(self, mail: Mail) -> Answer:
        try:
            await asyncio.to_thread(self._write, mail.id, bytes(message_of(mail, self.sender, clock.now())))
        except OSError:
            return Unreached("folder")
        except (ValueError, IndexError, MessageError):
            return Refused("bad_address")
        return Taken()

    async def check(self) -> str:
        try:
            await asyncio.to_thread(self.path.mkdir, mode=0o700, parents=True, exist_ok=True)
        except OSError as problem:
            raise PostProblem(f"TEAMHOPE_SMTP_URL: {self.path} cannot be used ({problem.strerror}).") from problem
        return f"files in {self.path}"

    def _write(self, id_: UUID, content: bytes) -> None:
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        unfinished = self.path / f".{id_}"
        with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(content)
        unfinished.replace(self.path / f"{id_}.eml")
