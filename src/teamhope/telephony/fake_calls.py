"""The part of the fake that looks like Twilio's Calls: create, list, fetch and change them."""

import asyncio
from collections.abc import Mapping
from typing import Any, Final

from litestar import Response, Router, get, post
from litestar.di import Provide
from litestar.params import FromPath

from teamhope.telephony.fake_answers import (
    AnyRequest,
    Known,
    Refusal,
    answer,
    answer_refusal,
    in_window,
    number_in,
    page_of,
    refuse_untaken,
    signed_in,
)
from teamhope.telephony.fake_legs import EVENTS, LONGEST_SECONDS, RING_SECONDS, Leg
from teamhope.telephony.fake_meetings import end
from teamhope.telephony.fake_messages import E164
from teamhope.telephony.fake_ringing import begin, new_leg
from teamhope.telephony.fake_script import called, divert
from teamhope.telephony.fake_state import FakeState, Problem

OUTBOUND: Final = "outbound-api"
REQUIRED: Final = {"To": 21201, "From": 21213}  # Twilio's code for each field that is missing
NO_URL: Final = 21205
NOT_AN_EVENT: Final = 21626
NOT_IN_PROGRESS: Final = 21220
LONGEST_TIME_LIMIT: Final = 24 * 60 * 60  # seconds
LONGEST_RING: Final = 600  # seconds


@post("/Calls.json")
async def create(request: AnyRequest, account: Known) -> Response[Any]:
    form, events = await form_of(request)
    account.dialled[form.get("To", "")] += 1
    script = account.next_fault()
    refuse_untaken(script)
    check(account, form)
    _check_script(account, form)
    leg = take(account, form, events)
    begin(account, leg, called(account, leg, form.get("Url", ""), form.get("Twiml", "")))
    if account.plan.before_answer:
        await account.quiet()
    return await answer(account, leg, script)


async def form_of(request: AnyRequest) -> tuple[dict[str, str], list[str]]:
    """The fields, and the one that may be repeated: StatusCallbackEvent."""
    form = await request.form()
    fields = {name: " ".join(str(value) for value in form.getall(name)) for name in form}
    return fields, [str(event) for event in form.getall("StatusCallbackEvent", [])]


def check(account: FakeState, form: Mapping[str, str]) -> None:
    for name, code in REQUIRED.items():
        if not form.get(name):
            raise Refusal(400, code, f"No '{name}' number is specified")
    if not E164.fullmatch(form["To"]):
        raise Refusal(400, 21211, "Invalid 'To' Phone Number")
    if form["From"] != account.number:
        raise Refusal(400, 21210, "The source phone number provided is not yet verified for your account")
    if "StatusCallback" in form and not account.is_ours(form["StatusCallback"]):
        raise Refusal(400, 21609, "Invalid 'StatusCallback' URL")


def _check_script(account: FakeState, form: Mapping[str, str]) -> None:
    if not (form.get("Url") or form.get("Twiml")):
        raise Refusal(400, NO_URL, "Url parameter is required.")
    if form.get("Url") and not account.is_ours(form["Url"]):
        raise Refusal(400, NO_URL, "Url is not a valid URL")


def take(account: FakeState, form: Mapping[str, str], events: list[str]) -> Leg:
    """A wrong event is no error, as with the real provider: but then nothing is reported at all."""
    timeout, limit = number_in(form, "Timeout", RING_SECONDS), number_in(form, "TimeLimit", LONGEST_SECONDS)
    leg = new_leg(account, form["To"], form["From"], OUTBOUND, form["To"])
    leg.timeout, leg.time_limit = min(timeout, LONGEST_RING), min(limit, LONGEST_TIME_LIMIT)
    leg.callback = form.get("StatusCallback", "")
    leg.events = frozenset(events or EVENTS[-1:]) if leg.callback else frozenset()
    if not leg.events <= set(EVENTS):
        account.problems.append(Problem(leg.sid, NOT_AN_EVENT, "Invalid 'StatusCallbackEvent'"))
        leg.events = frozenset()
    return leg


@get("/Calls.json")
async def list_calls(request: AnyRequest, account: Known) -> dict[str, object]:
    """Newest first. A call that nobody has begun to dial has no StartTime, so a filter on it hides the call."""
    query = dict(request.query_params.items())
    found = (leg for leg in reversed(account.calls) if _matches(leg, query))
    return page_of("calls", found, request, account)


def _matches(leg: Leg, query: Mapping[str, str]) -> bool:
    return (
        query.get("To", leg.to) == leg.to
        and query.get("From", leg.sender) == leg.sender
        and query.get("Status", leg.status) == leg.status
        and query.get("ParentCallSid") in {None, leg.parent and leg.parent.sid}
        and in_window(leg.started_at, "StartTime", query)
        and in_window(leg.ended_at, "EndTime", query)
    )


@get("/Calls/{name:str}")
async def fetch(name: FromPath[str], account: Known) -> dict[str, object]:
    return leg_named(account, name.removesuffix(".json")).as_json(account.account_sid)


@post("/Calls/{name:str}", status_code=200)
async def change(request: AnyRequest, name: FromPath[str], account: Known) -> dict[str, object]:
    """Status=canceled ends what still rings, Status=completed everything; another script is for who is on the line."""
    leg, (form, _) = leg_named(account, name.removesuffix(".json")), await form_of(request)
    if leg.is_over:
        raise Refusal(400, NOT_IN_PROGRESS, "Call is not in-progress. Cannot redirect.")
    match form.get("Status"):
        case "completed":
            end(account, leg)
        case "canceled":
            _cancel(account, leg)
        case _:
            _divert(account, leg, form)
    await asyncio.sleep(0)
    return leg.as_json(account.account_sid)


def _cancel(account: FakeState, leg: Leg) -> None:
    if not leg.answered_at:
        end(account, leg)


def _divert(account: FakeState, leg: Leg, form: Mapping[str, str]) -> None:
    _check_script(account, form)
    if not leg.answered_at:
        raise Refusal(400, NOT_IN_PROGRESS, "Call is not in-progress. Cannot redirect.")
    divert(account, leg, form.get("Url", ""), form.get("Twiml", ""))


def leg_named(account: FakeState, sid: str) -> Leg:
    for leg in account.calls:
        if leg.sid == sid:
            return leg
    raise Refusal(404, 20404, "The requested resource was not found")


CALLS: Final = Router(
    "/2010-04-01/Accounts/{account_sid:str}",
    route_handlers=[create, list_calls, fetch, change],
    dependencies={"account": Provide(signed_in)},
    exception_handlers={Refusal: answer_refusal},
)
