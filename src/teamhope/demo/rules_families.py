"""One invented family: who asks, how she may be reached safely, what she agreed to, what happened."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from random import Random
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from teamhope.demo.rules_contacts import add_blocked, add_consents, add_contact, add_phone
from teamhope.demo.rules_lives import Life, a_life, event_month_of, trajectory_at_intake
from teamhope.demo.rules_rows import Row, World, happens, new_id, one_of
from teamhope.demo.rules_staff import Staff
from teamhope.demo.rules_words import PLACES, Place
from teamhope.families.rules_hours import Hours, family_hours
from teamhope.families.rules_request import FAMILY_NO_BYTES, make_family_no
from teamhope.matching.rules_snapshot import Lived, Request
from teamhope.vocabulary.families import Gender, Window

CONFIRMED_DAYS_MOST: Final = 150  # numbers are asked for again before the 180 days of domain.md §2.3 are over
SOURCES: Final = {
    "hotline_call_center": 40,
    "case_manager": 20,
    "advocate": 15,
    "self_referral_web": 10,
    "self_referral_phone": 7,
    "law_enforcement": 4,
    "faon_member": 2,
    "other_nonprofit": 2,
}
WORKDAY_EVENINGS: Final = (
    *(Window(day, time(17), time(20)) for day in range(5)),
    Window(5, time(10), time(17)),
)
LATE: Final = (*(Window(day, time(18), time(21)) for day in range(6)), Window(6, time(13), time(20)))
MORNINGS: Final = tuple(Window(day, time(9), time(13)) for day in range(6))
DEFAULT: Final[tuple[Window, ...]] = ()
WINDOWS: Final = {WORKDAY_EVENINGS: 46, DEFAULT: 30, LATE: 16, MORNINGS: 8}


@dataclass(frozen=True, slots=True)
class Home:
    """A family as the story needs it. `hours` and `need` are what planning and matching read."""

    id: UUID
    contact_id: UUID
    phone: Row
    family: Row
    contact: Row
    request: Row
    life: Life
    language: str
    hours: Hours
    need: Request
    leaves_voicemail: bool


@dataclass(frozen=True, slots=True)
class Sketch:
    """What is known of a family before its rows are made."""

    place: Place
    language: str
    life: Life
    windows: tuple[Window, ...]


def a_sketch(chance: Random) -> Sketch:
    place = one_of(chance, {place: place.share for place in PLACES})
    language = "es" if happens(chance, place.spanish) else "en"
    return Sketch(place, language, a_life(chance, trajectory_at_intake), one_of(chance, WINDOWS))


def add_home(world: World, staff: Staff, chance: Random, asked_at: datetime, sketch: Sketch) -> Home:
    """A family that asked at an instant; its request is `ready` at once and moved on by the story."""
    place, language, life, windows = sketch.place, sketch.language, sketch.life, sketch.windows
    family = world.add(
        "family",
        id=new_id(chance),
        family_no=a_family_no(world, chance),
        status="open",
        primary_language=language,
        state=place.state,
        timezone=place.zone,
        intake_source=one_of(chance, SOURCES),
        duplicate_of=None,
        held_at=None,
        created_at=asked_at,
    )
    contact = add_contact(world, chance, family, life, windows)
    phone = add_phone(world, staff, chance, contact, asked_at)
    add_consents(world, staff, chance, contact, phone)
    add_blocked(world, staff, chance, family)
    request = _add_request(world, staff, chance, contact, life)
    zone = ZoneInfo(place.zone)
    return Home(
        id=family["id"],
        contact_id=contact["id"],
        phone=phone,
        family=family,
        contact=contact,
        request=request,
        life=life,
        language=language,
        hours=family_hours(zone, windows),
        need=_need(family, contact, request, life, zone),
        leaves_voicemail=phone["agreed_words"] is not None,
    )


def a_family_no(world: World, chance: Random) -> str:
    taken = world.family_numbers
    while (number := make_family_no(chance.randbytes(FAMILY_NO_BYTES))) in taken:
        continue
    taken.add(number)
    return number


def confirm_number(chance: Random, home: Home, now: datetime) -> None:
    """Somebody asked lately whether the number is still safe."""
    asked_on = now.date() - timedelta(days=chance.randint(1, CONFIRMED_DAYS_MOST))
    home.phone["confirmed_on"] = max(home.phone["confirmed_on"], asked_on)


def _add_request(world: World, staff: Staff, chance: Random, contact: Row, life: Life) -> Row:
    asked_at = contact["created_at"]
    urgent = 12 if life.trajectory == "still_missing" else 2
    incident = world.add(
        "incident",
        id=new_id(chance),
        family=contact["family"],
        case_type=life.case_type,
        subtypes=list(life.subtypes),
        trajectory=life.trajectory,
        event_month=event_month_of(asked_at.date() - timedelta(days=_days_since(chance, life))),
        child_age_band=life.child_age_band,
    )
    by = chance.choice(staff.coordinators)
    return world.add(
        "support_request",
        id=new_id(chance),
        family=contact["family"],
        contact=contact["id"],
        incident=incident["id"],
        requested_on=asked_at.date(),
        urgency=one_of(chance, {"routine": 80, "priority": 16, "urgent": urgent}),
        match_mode=one_of(chance, {"one_to_one": 95, "single_conversation": 5}),
        preferences=_preferences(chance, life),
        status="ready",
        status_since=asked_at,
        ready_at=asked_at,
        resume_on=None,
        owner=by,
        entered_by=by,
        created_at=asked_at,
    )


def _days_since(chance: Random, life: Life) -> int:
    return chance.randint(1500, 6000) if life.trajectory == "adult_survivor" else int(chance.expovariate(1 / 60)) + 3


def _preferences(chance: Random, life: Life) -> list[dict[str, str]]:
    asked = []
    if happens(chance, 0.08) and life.relation != "father":
        strength = one_of(chance, {"required": 60, "preferred": 40})
        asked.append({"attribute": "volunteer_gender", "value": "woman", "strength": strength})
    if happens(chance, 0.03):
        asked.append({"attribute": "community", "value": "faith", "strength": "preferred"})
    return asked


def _need(family: Row, contact: Row, request: Row, life: Life, zone: ZoneInfo) -> Request:
    required: Mapping[str, Any] = {
        each["attribute"]: each["value"] for each in request["preferences"] if each["strength"] == "required"
    }
    gender = required.get("volunteer_gender")
    return Request(
        lived=Lived(life.case_type, life.relation, life.trajectory, frozenset(life.subtypes)),
        languages={each["code"]: each["level"] for each in contact["languages"]},
        state=family["state"],
        windows=tuple(contact["windows"]),
        zone=zone,
        required_gender=Gender(gender) if gender else None,
    )
