"""The part of the fake that looks like Twilio: create, list and fetch texts, with its errors in its words."""

import asyncio
import base64
import contextlib
import re
import secrets
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final

import msgspec
from litestar import MediaType, Request, Response, Router, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath
from litestar.response import Stream

from teamhope.kit import clock
from teamhope.telephony.fake_callbacks import report_progress
from teamhope.telephony.fake_state import FakeState, Fault, Script, Text

E164: Final = re.compile(r"\+[1-9]\d{7,14}")
REQUIRED: Final = {"To": 21604, "From": 21603, "Body": 21602}  # Twilio's code for each field that is missing
LONGEST_BODY: Final = 1600  # characters
LONGEST_HANG_SECONDS: Final = 60
ENDS: Final = frozenset({"undelivered", "delivered"})

AnyRequest = Request[Any, Any, Any]


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


async def signed_in(request: AnyRequest, fake: NamedDependency[FakeState], account_sid: FromPath[str]) -> FakeState:
    """The account that the request names and has the password of. Raises Refusal 20003 or 20404."""
    expected = base64.b64encode(f"{fake.account_sid}:{fake.auth_token}".encode())
    given = request.headers.get("Authorization", "").removeprefix("Basic ").encode()
    if not secrets.compare_digest(expected, given):
        raise Refusal(401, 20003, "Authenticate")
    if account_sid != fake.account_sid:
        raise Refusal(404, 20404, "The requested resource was not found")
    return fake


@post("/Messages.json")
async def create(request: AnyRequest, account: NamedDependency[FakeState]) -> Response[Any]:
    form = {name: value for name, value in (await request.form()).items() if isinstance(value, str)}
    account.requests[form.get("To", "")] += 1
    script = account.next_fault()
    _refuse_untaken(script)
    _check(account, form)
    text = account.take(form, clock.now())
    reports = report_progress(account, text)
    if account.plan.before_answer:
        await reports
    else:
        account.in_background(reports)
    return await _answer(account, text, script)


@get("/Messages.json")
async def list_texts(request: AnyRequest, account: NamedDependency[FakeState]) -> dict[str, object]:
    """Newest first. A text that is still queued has no DateSent here, so a filter on it hides the text."""
    query = dict(request.query_params.items())
    wanted = [text for text in reversed(account.texts) if _matches(text, query)]
    size = int(query.get("PageSize", 50))
    return {
        "messages": [text.as_json(account.account_sid) for text in wanted[:size]],
        "page": 0,
        "page_size": size,
        "next_page_uri": None,
    }


@get("/Messages/{name:str}")
async def fetch(name: FromPath[str], account: NamedDependency[FakeState]) -> dict[str, object]:
    return _named(account, name).as_json(account.account_sid)


@post("/Messages/{name:str}", status_code=200)
async def change(name: FromPath[str], request: AnyRequest, account: NamedDependency[FakeState]) -> dict[str, object]:
    """Only its words, and only to nothing; not before it has come to an end."""
    text = _named(account, name)
    if (await request.form()).get("Body") != "" or text.status not in ENDS:
        raise Refusal(400, 20009, "Cannot update this Message resource")
    text.body = ""
    return text.as_json(account.account_sid)


def _named(account: FakeState, name: str) -> Text:
    for text in account.texts:
        if f"{text.sid}.json" == name:
            return text
    raise Refusal(404, 20404, "The requested resource was not found")


def _refuse_untaken(script: Script | None) -> None:
    if script is not None and script.fault is Fault.BUSY:
        raise Refusal(429, 20429, "Too Many Requests", script.retry_after)
    if script is not None and script.fault is Fault.DOWN:
        raise Refusal(503, 20503, "Service Unavailable")


def _check(account: FakeState, form: Mapping[str, str]) -> None:
    for name, code in REQUIRED.items():
        if not form.get(name):
            raise Refusal(400, code, f"A '{name}' is required.")
    if not E164.fullmatch(form["To"]):
        raise Refusal(400, 21211, "Invalid 'To' Phone Number")
    if form["To"] in account.opted_out:
        raise Refusal(400, 21610, "Attempt to send to unsubscribed recipient")
    if len(form["Body"]) > LONGEST_BODY:
        raise Refusal(400, 21617, "The concatenated message body exceeds the 1600 character limit")
    if not form.get("StatusCallback", account.public_url).startswith(account.public_url):
        raise Refusal(400, 21609, "Invalid 'StatusCallback' URL")


async def _answer(account: FakeState, text: Text, script: Script | None) -> Response[Any] | Stream:
    match script and script.fault:
        case Fault.HANG:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(account.released.wait(), LONGEST_HANG_SECONDS)
            raise Refusal(504, 20504, "Gateway Timeout")
        case Fault.ERROR_AFTER_ACCEPT:
            raise Refusal(500, 20500, "Internal Server Error")
        case Fault.CUT_OFF:
            return Stream(_half(text.as_json(account.account_sid)), status_code=201, media_type=MediaType.JSON)
        case _:
            return Response(text.as_json(account.account_sid), status_code=201)


async def _half(answer: dict[str, object]) -> AsyncIterator[bytes]:
    encoded = msgspec.json.encode(answer)
    yield encoded[: len(encoded) // 2]
    raise ConnectionResetError


def _matches(text: Text, query: Mapping[str, str]) -> bool:
    return (
        query.get("To", text.to) == text.to
        and query.get("From", text.sender) == text.sender
        and all(_in_window(text, key, query[key]) for key in ("DateSent", "DateSent<", "DateSent>") if key in query)
    )


def _in_window(text: Text, key: str, value: str) -> bool:
    """`DateSent` is a day in UTC; `DateSent<` and `DateSent>` are bounds, themselves inside: `DateSent>=2027-03-14`."""
    if text.sent_at is None:
        return False
    bound = datetime.fromisoformat(value)
    bound = bound if bound.tzinfo else bound.replace(tzinfo=UTC)
    sent_at = text.sent_at.replace(microsecond=0)
    match key:
        case "DateSent<":
            return sent_at <= bound
        case "DateSent>":
            return sent_at >= bound
        case _:
            return sent_at.date() == bound.date()


ROUTER: Final = Router(
    "/2010-04-01/Accounts/{account_sid:str}",
    route_handlers=[create, list_texts, fetch, change],
    dependencies={"account": Provide(signed_in)},
    exception_handlers={Refusal: answer_refusal},
)
