"""A web application in a loop that others share: it serves while a block lasts, and signals are not its business."""

import asyncio
import errno
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any, Final

import uvicorn

SECONDS_TO_FINISH: Final = 5  # for requests in flight at the end of the block
PLAIN: Final[dict[str, Any]] = {
    "access_log": False,  # addresses hold ids, and who asked for them is nobody's business
    "log_config": None,
    "proxy_headers": False,
    "server_header": False,
    "ws": "none",
}


class AddressTaken(Exception):
    """One sentence: nothing can listen there, and what to do."""


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; connections wait in it until a server takes it over. Raises AddressTaken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as problem:
        if problem.errno == errno.EADDRINUSE:
            raise AddressTaken(f"Port {port} is taken by another program: choose another with --port.") from problem
        raise AddressTaken(f"Nothing can listen on {host}, port {port}: {problem.strerror}.") from problem


class Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Whoever started the loop decides what a signal ends, and in which order."""
        yield


@asynccontextmanager
async def serving(app: Any, listener: socket.socket) -> AsyncIterator[asyncio.Task[None]]:
    """The server's task, which ends before the block only if the application fails to start."""
    server = Server(uvicorn.Config(app, **PLAIN, timeout_graceful_shutdown=SECONDS_TO_FINISH))
    running = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        yield running
    finally:
        server.should_exit = True
        await running
