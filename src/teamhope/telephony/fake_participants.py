"""The part of the fake that looks like Twilio's Conferences and their Participants."""

from collections.abc import Mapping
from typing import Any, Final

from litestar import Response, Router, delete, get, post
from litestar.di import Provide
from litestar.params import FromPath

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
from teamhope.telephony.fake_callbacks import report_room
from teamhope.telephony.fake_calls import check, form_of, take
from teamhope.telephony.fake_conferences import REMOVED, Place, Room
from teamhope.telephony.fake_meetings import close, end, enter, leave, stay
from teamhope.telephony.fake_ringing import begin, ring
from teamhope.telephony.fake_rooms import DEFAULT_EVENTS, room_named
from teamhope.telephony.fake_script import announce
from teamhope.telephony.fake_state import FakeState

NOT_OUR_URL: Final = 21402
PARTICIPANTS: Final = "/Conferences/{room:str}/Participants"


@get("/Conferences.json")
async def list_conferences(request: AnyRequest, account: Known) -> dict[str, object]:
    """Newest first."""
    query = dict(request.query_params.items())
    found = (room for room in reversed(account.rooms) if room.name and _matches(room, query))
    return page_of("conferences", found, request, account)


def _matches(room: Room, query: Mapping[str, str]) -> bool:
    return (
        query.get("FriendlyName", room.name) == room.name
        and query.get("Status", room.status) == room.status
        and in_window(room.created_at, "DateCreated", query)
    )


@get("/Conferences/{name:str}")
async def fetch_conference(name: FromPath[str], account: Known) -> dict[str, object]:
    return _room(account, name.removesuffix(".json")).as_json(account.account_sid)


@post("/Conferences/{name:str}", status_code=200)
async def change_conference(request: AnyRequest, name: FromPath[str], account: Known) -> dict[str, object]:
    room, (form, _) = _room(account, name.removesuffix(".json")), await form_of(request)
    _announce(account, room.present, form)
    if form.get("Status") == "completed":
        close(account, room, "conference-ended-via-api")
    return room.as_json(account.account_sid)


@get(PARTICIPANTS + ".json")
async def list_participants(request: AnyRequest, room: FromPath[str], account: Known) -> dict[str, object]:
    return page_of("participants", _room(account, room).places.values(), request, account)


@post(PARTICIPANTS + ".json")
async def add_participant(request: AnyRequest, room: FromPath[str], account: Known) -> Response[Any]:
    """A telephone is rung, and is in the conference as soon as it answers. `room` may be a name, of a new one too."""
    form, events = await form_of(request)
    account.dialled[form.get("To", "")] += 1
    script = account.next_fault()
    refuse_untaken(script)
    check(account, form)
    place = _place(account, room, form, events)
    begin(account, place.leg, _joined(account, place))
    if account.plan.before_answer:
        await account.quiet()
    return await answer(account, place, script)


def _place(account: FakeState, name: str, form: Mapping[str, str], events: list[str]) -> Place:
    callback = form.get("ConferenceStatusCallback", "")
    known = {room.sid: room for room in account.rooms if room.name and not room.is_over}
    wanted = frozenset(form.get("ConferenceStatusCallbackEvent", DEFAULT_EVENTS).split())
    room = known.get(name) or room_named(account, name, callback, wanted)
    leg = take(account, form, events)
    place = Place(leg, room, label=form.get("Label", ""), muted=form.get("Muted") == "true")
    place.starts, place.ends = form.get("StartConferenceOnEnter") != "false", form.get("EndConferenceOnExit") == "true"
    room.places[leg.sid] = place
    return place


async def _joined(account: FakeState, place: Place) -> None:
    try:
        await ring(account, place.leg)
        enter(account, place)
        await stay(account, place)
    finally:
        place.room.places.pop(place.leg.sid, None)


@get(PARTICIPANTS + "/{call:str}")
async def fetch_participant(room: FromPath[str], call: FromPath[str], account: Known) -> dict[str, object]:
    return _participant(account, room, call).as_json(account.account_sid)


@post(PARTICIPANTS + "/{call:str}", status_code=200)
async def change_participant(
    request: AnyRequest, room: FromPath[str], call: FromPath[str], account: Known
) -> dict[str, object]:
    place, (form, _) = _participant(account, room, call), await form_of(request)
    _announce(account, [place], form)
    if "EndConferenceOnExit" in form:
        place.ends = form["EndConferenceOnExit"] == "true"
    if "Muted" in form:
        place.muted = form["Muted"] == "true"
        report_room(account, place.room, "participant-mute" if place.muted else "participant-unmute", place)
    if "Hold" in form:
        place.hold = form["Hold"] == "true"
        report_room(account, place.room, "participant-hold" if place.hold else "participant-unhold", place)
    return place.as_json(account.account_sid)


@delete(PARTICIPANTS + "/{call:str}")
async def remove_participant(room: FromPath[str], call: FromPath[str], account: Known) -> None:
    place = _participant(account, room, call)
    if place.entered:
        leave(account, place, REMOVED)
    else:
        end(account, place.leg)


def _announce(account: FakeState, places: list[Place], form: Mapping[str, str]) -> None:
    url = form.get("AnnounceUrl")
    if url and not account.is_ours(url):
        raise Refusal(400, NOT_OUR_URL, "Invalid 'AnnounceUrl'")
    for place in places if url else ():
        account.in_background(announce(account, place.leg, url or ""))


def _room(account: FakeState, sid: str) -> Room:
    for room in account.rooms:
        if room.name and room.sid == sid:
            return room
    raise Refusal(404, 20404, "The requested resource was not found")


def _participant(account: FakeState, room: str, call: str) -> Place:
    """By the call's sid or by its label."""
    name = call.removesuffix(".json")
    for place in _room(account, room).places.values():
        if name in {place.leg.sid, place.label}:
            return place
    raise Refusal(404, 20404, "The requested resource was not found")


CONFERENCES: Final = Router(
    "/2010-04-01/Accounts/{account_sid:str}",
    route_handlers=[
        list_conferences,
        fetch_conference,
        change_conference,
        list_participants,
        add_participant,
        fetch_participant,
        change_participant,
        remove_participant,
    ],
    dependencies={"account": Provide(signed_in)},
    exception_handlers={Refusal: answer_refusal},
)
