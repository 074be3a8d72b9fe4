"""A line to the provider that breaks: each request that would create a text meets what `chance` draws for it."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from random import Random
from typing import Final

SLOW_SECONDS: Final = 0.3


class Line(StrEnum):
    CLEAR = "clear"
    SLOW = "slow"
    RESET = "reset"  # before the provider has read anything
    HANG = "hang"  # the provider never sees it
    CUT = "cut"  # the provider has taken it, and its answer is lost


NOT_SEEN: Final = frozenset({Line.RESET, Line.HANG})
OF_QUESTIONS: Final = (Line.CLEAR, Line.CLEAR, Line.SLOW, Line.RESET)


@dataclass
class Proxy:
    """`met`: how many requests that would create a text met which state of the line."""

    address: str
    chance: Random
    states: tuple[Line, ...] = (*Line, *[Line.CLEAR] * 5)
    met: Counter[Line] = field(default_factory=Counter)
    port: int = 0
    under_way: set[asyncio.Task[None]] = field(default_factory=set)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def told(self) -> dict[str, int]:
        return {line.value: count for line, count in self.met.items()}

    def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.under_way.add(asyncio.create_task(self._handle(reader, writer)))

    async def _handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            request = await _request(reader)
            creates = request.startswith(b"POST")
            line = self.chance.choice(self.states if creates else OF_QUESTIONS)
            self.met[line] += creates
            await self._meet(line, request, reader, writer)
        except (OSError, asyncio.IncompleteReadError):
            pass  # the client has given up
        finally:
            writer.transport.abort()

    async def _meet(
        self, line: Line, request: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        match line:
            case Line.RESET:
                return
            case Line.HANG:
                await reader.read()  # until the client gives up
                return
            case Line.SLOW:
                await asyncio.sleep(SLOW_SECONDS)
        answer = await self._ask(request)
        if line is not Line.CUT:
            writer.write(answer)
            await writer.drain()
            writer.close()

    async def _ask(self, request: bytes) -> bytes:
        host, port = self.address.removeprefix("http://").split(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        try:
            writer.write(request)
            return await reader.read()
        finally:
            writer.transport.abort()


async def _request(reader: asyncio.StreamReader) -> bytes:
    """As it came, but the connection ends with the answer."""
    lines = (await reader.readuntil(b"\r\n\r\n")).rstrip(b"\r\n").split(b"\r\n")
    length = [int(line.partition(b":")[2]) for line in lines if line.lower().startswith(b"content-length:")]
    kept = [line for line in lines if not line.lower().startswith(b"connection:")]
    return b"\r\n".join([*kept, b"connection: close", b"", await reader.readexactly(sum(length))])


@asynccontextmanager
async def broken_line(address: str, chance: Random) -> AsyncIterator[Proxy]:
    proxy = Proxy(address, chance)
    server = await asyncio.start_server(proxy.accept, "127.0.0.1", 0)
    proxy.port = server.sockets[0].getsockname()[1]
    try:
        yield proxy
    finally:
        server.close()
        for task in proxy.under_way:
            task.cancel()
        await asyncio.gather(*proxy.under_way, return_exceptions=True)
