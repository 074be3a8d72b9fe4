"""A stand-in for Twilio, for tests and the demonstration: it keeps state, reports back, can fail, and reaches nobody.

Serve it on loopback only: /control and / ask for no password.
"""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import uvicorn
from litestar import Litestar
from litestar.di import Provide

from teamhope.telephony.fake_calls import CALLS
from teamhope.telephony.fake_control import CONTROL
from teamhope.telephony.fake_control_calls import CONTROL_OF_CALLS
from teamhope.telephony.fake_messages import MESSAGES
from teamhope.telephony.fake_page import PAGE
from teamhope.telephony.fake_participants import CONFERENCES
from teamhope.telephony.fake_steering import Steered

SECONDS_TO_FINISH = 2  # for requests in flight when the fake is stopped


@dataclass(frozen=True, slots=True)
class Fake:
    """The fake provider: `app` is served, `state` steers it from the same process."""

    app: Litestar
    state: Steered


def create_fake(account_sid: str, auth_token: str, public_url: str, deliver_to: str | None = None) -> Fake:
    """A fake with one account. Reports are signed for `public_url` and posted to `deliver_to` (default: the same).

    An address that is not under `public_url` is refused, so the fake calls nobody else.
    """
    public_url = public_url.rstrip("/")
    state = Steered(account_sid, auth_token, public_url, (deliver_to or public_url).rstrip("/"))
    app = Litestar(
        route_handlers=[MESSAGES, CALLS, CONFERENCES, CONTROL, CONTROL_OF_CALLS, PAGE],
        dependencies={"fake": Provide(lambda: state, sync_to_thread=False)},
        openapi_config=None,
        logging_config=None,
    )
    return Fake(app, state)


@asynccontextmanager
async def serve(app: Litestar, port: int = 0) -> AsyncIterator[str]:
    """Serve on loopback, in this loop, while the block lasts; yields the address. Port 0: any that is free."""
    # It listens from here on, so a client that is faster than the server waits instead of being refused.
    listener = socket.create_server(("127.0.0.1", port))
    config = uvicorn.Config(app, log_level="critical", ws="none", timeout_graceful_shutdown=SECONDS_TO_FINISH)
    server = uvicorn.Server(config)
    running = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        await running
