"""A mail server on loopback, as small as RFC 5321 allows: it keeps what it is given and says what a test wants."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage


@dataclass
class MailServer:
    """`answers`: a command (or "." for the end of a letter) and what it is told instead of yes; None for silence."""

    port: int = 0
    answers: dict[str, str | None] = field(default_factory=dict)
    letters: list[EmailMessage] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}?from=hope@example.org"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self._say(writer, "connect", "220 ready")
            while line := (await reader.readline()).decode().strip():
                if not await self._obey(line, reader, writer):
                    break
        finally:
            writer.close()
            await writer.wait_closed()

    async def _obey(self, line: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        verb = line.split(maxsplit=1)[0].upper()
        self.commands.append(line)
        await self._say(writer, verb, {"DATA": "354 go on", "QUIT": "221 bye"}.get(verb, "250 yes"))
        if verb == "DATA" and "DATA" not in self.answers:
            letter = await reader.readuntil(b"\r\n.\r\n")
            if "." not in self.answers:
                self.letters.append(message_from_bytes(letter[:-3], policy=policy.default))
            await self._say(writer, ".", "250 taken")
        return verb != "QUIT"

    async def _say(self, writer: asyncio.StreamWriter, to: str, otherwise: str) -> None:
        answer = self.answers.get(to, otherwise)
        if answer is None:
            await asyncio.sleep(3600)
        writer.write(f"{answer}\r\n".encode())
        await writer.drain()


@asynccontextmanager
async def mail_server(**answers: str | None) -> AsyncIterator[MailServer]:
    server = MailServer(answers=answers)
    tasks: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        with suppress(asyncio.CancelledError, ConnectionError, asyncio.IncompleteReadError):
            await server.serve(reader, writer)

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as listening:
        server.port = listening.sockets[0].getsockname()[1]
        yield server
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
