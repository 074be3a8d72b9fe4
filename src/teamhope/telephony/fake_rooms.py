"""Conferences of the fake provider that are open: found by name, or opened by whoever comes first."""

from typing import Final
from urllib.parse import urljoin
from uuid import uuid4
from xml.etree.ElementTree import Element

from teamhope.kit import clock
from teamhope.telephony.fake_conferences import Place, Room
from teamhope.telephony.fake_legs import Leg
from teamhope.telephony.fake_requests import number_of
from teamhope.telephony.fake_state import FakeState

DEFAULT_EVENTS: Final = "start end"


def room_named(state: FakeState, name: str, callback: str, events: frozenset[str]) -> Room:
    """The conference of this name that is not over. Only who opens it has a say in what is reported, and where."""
    for room in state.rooms:
        if room.name == name and not room.is_over:
            return room
    room = Room(f"CF{uuid4().hex}", name, clock.now(), callback, events if callback else frozenset())
    state.rooms.append(room)
    return room


def place_in_conference(state: FakeState, leg: Leg, dial: Element, conference: Element, url: str) -> Place:
    callback = conference.get("statusCallback", "")
    events = frozenset(conference.get("statusCallbackEvent", DEFAULT_EVENTS).split())
    name = (conference.text or "").strip()
    place = place_before(leg, room_named(state, name, urljoin(url, callback) if callback else "", events), dial)
    place.starts = conference.get("startConferenceOnEnter") != "false"
    place.ends = conference.get("endConferenceOnExit") == "true"
    place.muted = conference.get("muted") == "true"
    place.label = conference.get("participantLabel", "")
    return place


def place_before(leg: Leg, room: Room, dial: Element) -> Place:
    """As the Dial itself wants it; whoever leaves a bridge ends it."""
    limit = number_of(dial, "timeLimit", leg.time_limit)
    return Place(leg, room, ends=not room.name, star=dial.get("hangupOnStar") == "true", time_limit=limit)
