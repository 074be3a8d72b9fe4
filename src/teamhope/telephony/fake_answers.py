"""How the fake answers whatever asks it: as Twilio does, or as a fault wants it."""

import asyncio
import base64
import contextlib
import secrets
from collections.abc import AsyncIterator, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, Final, Protocol, TypeAlias
from urllib.parse import urlencode

import msgspec
from litestar import MediaType, Request, Response
from litestar.di import NamedDependency
from litestar.params import FromPath, SkipValidation
from litestar.response import Stream

from teamhope.telephony.fake_state import FakeState, Fault, Script

LONGEST_HANG_SECONDS: Final = 60
NOT_VALID: Final = 20001  # Twilio's code for a field that cannot be read
PAGE_SIZE: Final = 50  # if the request names none

AnyRequest = Request[Any, Any, Any]
Known: TypeAlias = NamedDependency[SkipValidation[FakeState]]


class Taken(Protocol):
    """A text or a call."""

    def as_json(self, account_sid: str) -> dict[str, object]: ...


class Refusal(Exception):
    """An answer in Twilio's error format."""

    def __init__(self, status: int, code: int, message: str, retry_after: int | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.headers = {} if retry_after is None else {"Retry-After": str(retry_after)}


def answer_refusal(_: AnyRequest, refusal: Refusal) -> Response[dict[str, object]]:
    body = {
        "code": refusal.code,
        "message": refusal.message,
        "more_info": f"https://www.twilio.com/docs/errors/{refusal.code}",
        "status": refusal.status,
    }
    return Response(body, status_code=refusal.status, headers=refusal.headers, media_type=MediaType.JSON)


async def signed_in(request: AnyRequest, fake: Known, account_sid: FromPath[str]) -> FakeState:
    """The account that the request names and has the password of. Raises Refusal 20003 or 20404."""
    expected = base64.b64encode(f"{fake.account_sid}:{fake.auth_token}".encode())
    given = request.headers.get("Authorization", "").removeprefix("Basic ").encode()
    if not secrets.compare_digest(expected, given):
        raise Refusal(401, 20003, "Authenticate")
    if account_sid != fake.account_sid:
        raise Refusal(404, 20404, "The requested resource was not found")
    return fake


def refuse_untaken(script: Script | None) -> None:
    if script is not None and script.fault is Fault.BUSY:
        raise Refusal(429, 20429, "Too Many Requests", script.retry_after)
    if script is not None and script.fault is Fault.DOWN:
        raise Refusal(503, 20503, "Service Unavailable")


async def answer(account: FakeState, taken: Taken, script: Script | None) -> Response[Any] | Stream:
    match script and script.fault:
        case Fault.HANG:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(account.released.wait(), LONGEST_HANG_SECONDS)
            raise Refusal(504, 20504, "Gateway Timeout")
        case Fault.ERROR_AFTER_ACCEPT:
            raise Refusal(500, 20500, "Internal Server Error")
        case Fault.CUT_OFF:
            return Stream(_half(taken.as_json(account.account_sid)), status_code=201, media_type=MediaType.JSON)
        case _:
            return Response(taken.as_json(account.account_sid), status_code=201)


async def _half(answer: dict[str, object]) -> AsyncIterator[bytes]:
    encoded = msgspec.json.encode(answer)
    yield encoded[: len(encoded) // 2]
    raise ConnectionResetError


def page_of(name: str, found: Iterable[Taken], request: AnyRequest, account: FakeState) -> dict[str, object]:
    """One page of a list, with the address of the next one as far as there is one."""
    query = dict(request.query_params.items())
    size, page, all_of_it = number_in(query, "PageSize", PAGE_SIZE), number_in(query, "Page", 0), list(found)
    shown = all_of_it[page * size : (page + 1) * size]
    more = f"{request.url.path}?{urlencode({**query, 'Page': page + 1, 'PageSize': size})}"
    return {
        name: [each.as_json(account.account_sid) for each in shown],
        "page": page,
        "page_size": size,
        "next_page_uri": more if len(all_of_it) > (page + 1) * size else None,
    }


def number_in(given: Mapping[str, str], name: str, usual: int) -> int:
    if not given.get(name, "0").isdecimal():
        raise Refusal(400, NOT_VALID, f"Invalid '{name}'")
    return int(given.get(name, usual))


def in_window(at: datetime | None, name: str, query: Mapping[str, str]) -> bool:
    """`name` is a day in UTC; `name<` and `name>` are bounds, themselves inside: `DateSent>=2027-03-14`."""
    asked = [key for key in (name, f"{name}<", f"{name}>") if key in query]
    return not asked or (at is not None and all(_within(at.replace(microsecond=0), key, query[key]) for key in asked))


def _within(at: datetime, key: str, value: str) -> bool:
    try:
        bound = datetime.fromisoformat(value)
    except ValueError as problem:
        raise Refusal(400, NOT_VALID, f"Invalid '{key}'") from problem
    bound = bound if bound.tzinfo else bound.replace(tzinfo=UTC)
    match key[-1]:
        case "<":
            return at <= bound
        case ">":
            return at >= bound
        case _:
            return at.date() == bound.date()
