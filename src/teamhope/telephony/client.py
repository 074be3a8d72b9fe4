"""The line to the provider: where it is, who we are to it, and how long we wait for it."""

from base64 import b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit

from aiohttp import ClientResponse, ClientSession, ClientTimeout, TCPConnector
from twilio.http import AsyncHttpClient
from twilio.http.response import Response
from twilio.rest import Client

LONGEST_RETRY_AFTER_SECONDS: Final = 3600  # a longer wish is treated as this: an absurd header must not park a reminder


class Throttled(Exception):
    """The provider answered 429: it did not take the request. `retry_after_seconds` is None if it named no seconds."""

    def __init__(self, retry_after_seconds: int | None) -> None:
        super().__init__("throttled")
        self.retry_after_seconds = retry_after_seconds


@dataclass(frozen=True, slots=True)
class Telephone:
    """What texts leave from. The provider reports back to `public_url`: our address as the world sees it, no slash."""

    client: Client = field(repr=False)
    number: str
    public_url: str


class OneAttempt(AsyncHttpClient):  # type: ignore[misc]
    """Twilio's transport, to one host, once per request.

    Their own asynchronous one waits for ever, logs the number of each look-up and keeps a reference to the last
    request; this one lives as long as its session and leaves the time limits to it.
    """

    def __init__(self, session: ClientSession, api_base: str) -> None:
        super().__init__(None, is_async=True)
        self._session = session
        self._base = api_base.rstrip("/")

    async def request(self, method: str, url: str, **sent: Any) -> Response:
        async with self._session.request(
            method,
            self._at_base(url),
            params=sent.get("params"),
            data=sent.get("data"),
            headers={**(sent.get("headers") or {}), **_authorization(sent.get("auth"))},
            allow_redirects=False,
        ) as answer:
            if answer.status == 429:
                raise Throttled(_retry_after(answer))
            return Response(answer.status, await answer.text(), answer.headers)

    def _at_base(self, url: str) -> str:
        parts = urlsplit(url)
        return f"{self._base}{parts.path}" + (f"?{parts.query}" if parts.query else "")


def _authorization(auth: tuple[str, str] | None) -> dict[str, str]:
    return {"Authorization": "Basic " + b64encode(":".join(auth).encode()).decode()} if auth else {}


def _retry_after(answer: ClientResponse) -> int | None:
    wish = answer.headers.get("Retry-After", "").strip()
    if not (wish.isascii() and wish.isdigit()):
        return None  # HTTP's other form is a date, which would need the two clocks to agree
    return min(int(wish[:9]), LONGEST_RETRY_AFTER_SECONDS)


@asynccontextmanager
async def connect(
    account_sid: str, auth_token: str, number: str, api_base: str, public_url: str, timeout_seconds: float = 10
) -> AsyncIterator[Telephone]:
    """A telephone for as long as the block lasts; enter it inside the running loop.

    `timeout_seconds` is for a whole request; half of it may go on reaching the provider, where giving up is still
    harmless. `api_base` is https://api.twilio.com, or the fake's address.
    """
    limits = ClientTimeout(total=timeout_seconds, connect=timeout_seconds / 2)
    # A new connection for each request: one that the provider has dropped meanwhile would leave a text uncertain.
    async with ClientSession(timeout=limits, connector=TCPConnector(force_close=True)) as session:
        client = Client(account_sid, auth_token, http_client=OneAttempt(session, api_base))
        yield Telephone(client, number, public_url.rstrip("/"))
