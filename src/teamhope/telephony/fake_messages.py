"""The part of the fake that looks like Twilio: create, list and fetch texts, with its errors in its words."""

import re
from collections.abc import Mapping
from typing import Any, Final

from litestar import Response, Router, get, post
from litestar.di import Provide
from litestar.params import FromPath

from teamhope.kit import clock
from teamhope.telephony.fake_answers import (
    AnyRequest,
    Known,
    Refusal,
    answer,
    answer_refusal,
    in_window,
    page_of,
    refuse_untaken,
    signed_in,
)
from teamhope.telephony.fake_callbacks import report_progress
from teamhope.telephony.fake_state import FakeState
from teamhope.telephony.fake_texts import Text

E164: Final = re.compile(r"\+[1-9]\d{7,14}")
REQUIRED: Final = {"To": 21604, "From": 21603, "Body": 21602}  # Twilio's code for each field that is missing
LONGEST_BODY: Final = 1600  # characters
ENDS: Final = frozenset({"undelivered", "delivered"})


@post("/Messages.json")
async def create(request: AnyRequest, account: Known) -> Response[Any]:
    form = {name: value for name, value in (await request.form()).items() if isinstance(value, str)}
    account.requests[form.get("To", "")] += 1
    script = account.next_fault()
    refuse_untaken(script)
    _check(account, form)
    text = account.take(form, clock.now())
    reports = report_progress(account, text)
    if account.plan.before_answer:
        await reports
    else:
        account.in_background(reports)
    return await answer(account, text, script)


@get("/Messages.json")
async def list_texts(request: AnyRequest, account: Known) -> dict[str, object]:
    """Newest first. A text that is still queued has no DateSent here, so a filter on it hides the text."""
    query = dict(request.query_params.items())
    found = (text for text in reversed(account.texts) if _matches(text, query))
    return page_of("messages", found, request, account)


@get("/Messages/{name:str}")
async def fetch(name: FromPath[str], account: Known) -> dict[str, object]:
    return _named(account, name).as_json(account.account_sid)


@post("/Messages/{name:str}", status_code=200)
async def change(name: FromPath[str], request: AnyRequest, account: Known) -> dict[str, object]:
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
    if "StatusCallback" in form and not account.is_ours(form["StatusCallback"]):
        raise Refusal(400, 21609, "Invalid 'StatusCallback' URL")


def _matches(text: Text, query: Mapping[str, str]) -> bool:
    return (
        query.get("To", text.to) == text.to
        and query.get("From", text.sender) == text.sender
        and in_window(text.sent_at, "DateSent", query)
    )


MESSAGES: Final = Router(
    "/2010-04-01/Accounts/{account_sid:str}",
    route_handlers=[create, list_texts, fetch, change],
    dependencies={"account": Provide(signed_in)},
    exception_handlers={Refusal: answer_refusal},
)
