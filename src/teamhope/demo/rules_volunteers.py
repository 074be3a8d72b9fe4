"""The volunteers: what they lived through, when they are free, what they have learned, and who is away or full."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from random import Random
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from teamhope.demo.rules_credentials import a_credential_ends_in, add_credentials, add_time_away
from teamhope.demo.rules_lives import Life, a_life, event_month_of, limits_of, trajectory_of_volunteer
from teamhope.demo.rules_rows import Row, World, happens, hours_later, new_id, one_of
from teamhope.demo.rules_staff import SPANISH_TEAM, Staff, a_person
from teamhope.demo.rules_words import ENGLISH_NAMES, PLACES, SPANISH_NAMES, SURNAMES, Place
from teamhope.families.rules_hours import Hours, volunteer_hours
from teamhope.matching.rules_snapshot import Lived, Volunteer
from teamhope.vocabulary.families import CredentialKind, Gender, LanguageLevel, Window
from teamhope.vocabulary.people import Role
from teamhope.vocabulary.states import VolunteerStatus

V = VolunteerStatus
HOW_MANY: Final[Mapping[VolunteerStatus, int]] = {
    V.ACTIVE: 112,
    V.PROBATION: 8,
    V.ON_BREAK: 5,
    V.SUSPENDED: 2,
    V.ALUMNI: 30,
    V.TRAINING: 4,
    V.SCREENING: 2,
    V.APPLICANT: 3,
}
STILL_LEARNING: Final = frozenset({V.APPLICANT, V.SCREENING, V.TRAINING})
EVENINGS: Final = (
    *(Window(day, time(17), time(21)) for day in range(5)),
    *(Window(day, time(12), time(20)) for day in (5, 6)),
)
DAYTIMES: Final = tuple(Window(day, time(9), time(16)) for day in range(5))
LONG_DAYS: Final = tuple(Window(day, time(9), time(21)) for day in range(7))
FREE: Final = {EVENINGS: 60, LONG_DAYS: 28, DAYTIMES: 12}
NATIVE, FLUENT, CONVERSATIONAL = LanguageLevel.NATIVE, LanguageLevel.FLUENT, LanguageLevel.CONVERSATIONAL
ENGLISH_ONLY: Final = {"en": NATIVE}
BILINGUAL: Final = ({"es": NATIVE, "en": FLUENT}, {"en": NATIVE, "es": FLUENT}, {"es": NATIVE, "en": CONVERSATIONAL})
THIRD_LANGUAGES: Final = ("vi", "ht", "tl", "zh", "fr", "ar", "nv", "pt")


@dataclass(frozen=True, slots=True)
class Member:
    """A volunteer as the story needs her. `snapshot` is what matching reads; `row` the one of the table."""

    id: UUID
    person_id: UUID
    since: datetime
    language: str
    hours: Hours
    snapshot: Volunteer
    row: Row


def add_volunteers(world: World, staff: Staff, chance: Random, now: datetime) -> list[Member]:
    """The one who signs in comes first."""
    names = _names(chance)
    spread = [status for status, many in HOW_MANY.items() for _ in range(many)]
    members = [
        _who_signs_in(world, chance, now, staff.volunteer, places=4),
        _who_signs_in(world, chance, now, staff.team_lead, places=0),  # she leads and accompanies nobody
    ]
    for n, status in enumerate(spread, start=1):
        place = one_of(chance, {place: place.share for place in PLACES})
        spoken = _languages(chance, place)
        first, surname = names.pop()
        life = a_life(chance, trajectory_of_volunteer)
        since = now - timedelta(days=chance.randint(*_days_here(status)))
        person = a_person(
            world, chance, since, name=f"{first} {surname}", role=Role.VOLUNTEER, email=f"volunteer{n}@demo.example",
            language="es" if spoken.get("es") is NATIVE else "en", timezone=place.zone, phone=staff.numbers.pop(),
            team=staff.teams[_team(life, spoken, n)], agreed_to_sms=happens(chance, 0.7),
        )  # fmt: skip
        members.append(_a_volunteer(world, chance, now, person, (status, place.state, spoken, life)))
    return members


def _days_here(status: VolunteerStatus) -> tuple[int, int]:
    """For how long somebody of this state has been with the programme, least and most."""
    if status in STILL_LEARNING:
        return 5, 90
    if status is V.PROBATION:
        return 60, 200
    return (2300, 4200) if status is V.ALUMNI else (600, 4200)


def _who_signs_in(world: World, chance: Random, now: datetime, person_id: UUID, places: int) -> Member:
    person = next(row for row in world.of("person") if row["id"] == person_id)
    life = Life("ERU", ("repeat_runaway",), "mother", "recovered_longer_term", "13-15")
    return _a_volunteer(world, chance, now, person, (V.ACTIVE, "TX", dict(BILINGUAL[0]), life), places)


def _a_volunteer(
    world: World,
    chance: Random,
    now: datetime,
    person: Row,
    who: tuple[VolunteerStatus, str, Mapping[str, LanguageLevel], Life],
    places: int | None = None,
) -> Member:
    """`places`: of one who signs in, who is free on long days, without limits, and never away."""
    status, state, spoken, life = who
    always_there = places is not None
    limits = {} if always_there else limits_of(chance, life, [place.state for place in PLACES])
    free = LONG_DAYS if always_there else one_of(chance, FREE)
    gender = "man" if life.relation == "father" else one_of(chance, {"woman": 80, "man": 20})
    row = world.add(
        "volunteer",
        id=new_id(chance),
        person=person["id"],
        display_name=person["name"].split()[0],
        status=status,
        state=state,
        gender=gender,
        languages=[{"code": code, "level": level} for code, level in spoken.items()],
        availability=list(free),
        off_limits=limits,
        communities=[each for each in ("faith", "military", "lgbtq", "tribal") if happens(chance, 0.06)],
        max_open_matches=_places(chance, status) if places is None else places,
        max_calls_per_week=8,
        created_at=person["created_at"],
    )
    another = [a_life(chance, trajectory_of_volunteer)] if happens(chance, 0.1) and not always_there else []
    lived = [life, *another]
    for each in lived:
        _add_experience(world, chance, now, row["id"], each)
    ends_in = None if always_there else a_credential_ends_in(chance, status)
    survivors = any(each.relation == "adult_survivor" for each in lived)
    add_credentials(world, chance, now.date(), (row, survivors), ends_in)
    if not always_there:
        add_time_away(world, chance, now.date(), row)
    zone = ZoneInfo(person["timezone"])
    return Member(
        id=row["id"],
        person_id=person["id"],
        since=hours_later(chance, person["created_at"], 1, 30),
        language=person["language"],
        hours=volunteer_hours(zone, free),
        row=row,
        snapshot=Volunteer(
            id=row["id"],
            status=status,
            credentials=dict.fromkeys(CredentialKind, None),
            load=0,
            capacity=row["max_open_matches"],
            languages=spoken,
            gender=Gender(gender),
            communities=frozenset(row["communities"]),
            state=state,
            lived=[Lived(each.case_type, each.relation, each.trajectory, frozenset(each.subtypes)) for each in lived],
            limits=frozenset((kind, code) for kind, codes in limits.items() for code in codes),
            windows=free,
            zone=zone,
        ),
    )


def _places(chance: Random, status: VolunteerStatus) -> int:
    return 1 if status is V.PROBATION else one_of(chance, {3: 70, 2: 20, 4: 10})


def _names(chance: Random) -> list[tuple[str, str]]:
    every = sorted({*ENGLISH_NAMES, *SPANISH_NAMES} - {"Estrella"})
    names = [(first, surname) for first in every for surname in SURNAMES]
    chance.shuffle(names)
    return names


def _languages(chance: Random, place: Place) -> Mapping[str, LanguageLevel]:
    spoken = dict(chance.choice(BILINGUAL) if happens(chance, place.spanish) else ENGLISH_ONLY)
    if happens(chance, 0.06):
        spoken[chance.choice(THIRD_LANGUAGES)] = chance.choice((FLUENT, NATIVE))
    return spoken


def _team(life: Life, spoken: Mapping[str, LanguageLevel], n: int) -> int:
    if spoken.get("es") is NATIVE:
        return SPANISH_TEAM
    if life.relation == "adult_survivor":
        return 7
    return {"FA": 5, "CSE": 6}.get(life.case_type, n % 4)


def _add_experience(world: World, chance: Random, now: datetime, volunteer: UUID, life: Life) -> None:
    world.add(
        "lived_experience",
        id=new_id(chance),
        volunteer=volunteer,
        case_type=life.case_type,
        subtypes=list(life.subtypes),
        relation=life.relation,
        trajectory=life.trajectory,
        event_month=event_month_of(now.date() - timedelta(days=chance.randint(800, 6000))),
        child_age_band=life.child_age_band,
    )
