"""The year 2021 with the edges of its neighbors, as families that were made anonymous later: calls without a person.

The number of calls is no constant: matches are simulated, each with its attempts, until those of the year pass a target
that is drawn by chance.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from teamhope.calls.rules import counted_on
from teamhope.demo.rules_families import SOURCES, a_family_no
from teamhope.demo.rules_lives import CASE_TYPES, RELATIONS
from teamhope.demo.rules_rows import World, chance_of, happens, new_id, one_of, talk_seconds
from teamhope.demo.rules_words import PLACES
from teamhope.followups.rules_cadence import CADENCES, QUARTER_DAYS
from teamhope.vocabulary.calls import OUTCOMES, Outcome
from teamhope.vocabulary.families import CadenceTemplate

YEAR: Final = 2021
BEGINS: Final = datetime(2020, 10, 1, tzinfo=UTC)  # of earlier years nothing was entered
LAST_START: Final = date(2021, 12, 29)
ENDS: Final = date(2022, 4, 30)
# The published "over 31,000 calls" of 2021 (domain.md §5). A match makes at most some sixty calls in the year.
CALLS_AT_LEAST: Final = (31_020, 31_880)
ATTEMPTS: Final = 3  # for each promised call; one more for the first
OUTCOME_SHARES: Final = {  # percent of attempts (domain.md §7)
    Outcome.REACHED: 48.7,
    Outcome.CRISIS_ESCALATED: 0.3,
    Outcome.LEFT_VOICEMAIL: 25,
    Outcome.VOICEMAIL_NOT_LEFT: 6,
    Outcome.NO_ANSWER: 12,
    Outcome.CALLBACK_REQUESTED: 3,
    Outcome.BUSY: 1,
    Outcome.MESSAGE_WITH_PERSON: 1.5,
    Outcome.DECLINED_TODAY: 1.5,
    Outcome.WRONG_NUMBER: 0.5,
    Outcome.CALL_FAILED: 0.5,
}
HOURS: Final = dict(zip(range(9, 20), (4, 6, 6, 5, 5, 5, 5, 6, 16, 18, 16), strict=True))  # half of them in the evening
SUNDAY, SUNDAY_FROM = 6, 12
LENGTHS: Final = {(1, 30): 22, (30, 365): 35, (365, 560): 43}  # days (domain.md §7)
DAYS: Final = (0, *CADENCES[CadenceTemplate.STANDARD].days, *range(364 + QUARTER_DAYS, 560, QUARTER_DAYS))
FAMILY_CALLED: Final = 0.015  # of calls


@dataclass(frozen=True, slots=True)
class PastFamily:
    id: UUID
    zone: ZoneInfo
    volunteer: UUID
    counted: dict[str, str]  # what its calls are counted by
    language: str


def add_past(world: World, seed: int, callers: Sequence[UUID]) -> None:
    chance = chance_of(seed, "past")
    target = chance.randint(*CALLS_AT_LEAST)
    made = 0
    while made < target:
        made += _add_match(world, chance, callers)


def _add_match(world: World, chance: Random, callers: Sequence[UUID]) -> int:
    """One family accompanied from a day of its own; how many of its attempts are counted in the year."""
    start = BEGINS.date() + timedelta(days=chance.randint(0, (LAST_START - BEGINS.date()).days))
    family = add_past_family(world, chance, start, callers)
    length = chance.uniform(*one_of(chance, LENGTHS))
    made = 0
    for number, day in enumerate(day for day in DAYS if day <= length):
        for attempt in _attempts(chance, start + timedelta(days=day), ATTEMPTS + (number == 0)):
            made += _add_call(world, chance, family, attempt)
    return made


def add_past_family(world: World, chance: Random, start: date, callers: Sequence[UUID]) -> PastFamily:
    place = one_of(chance, {place: place.share for place in PLACES})
    language = "es" if happens(chance, place.spanish) else "en"
    family = world.add(
        "family",
        id=new_id(chance),
        family_no=a_family_no(world, chance),
        status="anonymised",
        primary_language=language,
        state=place.state,
        timezone=None,
        intake_source=one_of(chance, SOURCES),
        duplicate_of=None,
        held_at=None,
        created_at=datetime.combine(start, time(15), UTC),
    )
    counted = {
        "counted_case_type": one_of(chance, CASE_TYPES),
        "counted_relation": one_of(chance, RELATIONS),
        "counted_state": place.state,
    }
    return PastFamily(family["id"], ZoneInfo(place.zone), chance.choice(callers), counted, language)


def _attempts(chance: Random, day: date, most: int) -> Iterator[tuple[date, Outcome]]:
    """Every second day until somebody is reached, `most` times at most."""
    for tried in range(most):
        outcome = one_of(chance, OUTCOME_SHARES)
        yield day + timedelta(days=2 * tried), outcome
        if OUTCOMES[outcome].conversation or outcome is Outcome.DECLINED_TODAY:
            return


def _add_call(world: World, chance: Random, family: PastFamily, attempt: tuple[date, Outcome]) -> bool:
    """Whether it counts as a call made in the year."""
    day, outcome = attempt
    if day > ENDS:
        return False
    inbound = outcome is Outcome.REACHED and happens(chance, FAMILY_CALLED)
    outcome = Outcome.INBOUND_RECEIVED if inbound else outcome
    rule, started_at = OUTCOMES[outcome], _moment(chance, day, family.zone)
    talked = talk_seconds(chance) if rule.conversation else chance.randint(15, 120) if rule.connected else None
    on = counted_on(started_at, world.zone)
    world.add(
        "call",
        id=new_id(chance),
        family=family.id,
        volunteer=family.volunteer,
        direction="inbound" if inbound else "outbound",
        channel="voice",
        placed_via="own_phone_logged",
        outcome=outcome,
        started_at=started_at,
        talk_seconds=talked,
        language=family.language,
        topics=[],
        needs=[],
        logged_at=started_at + timedelta(seconds=600 + (talked or 0)),
        counted_on=on,
        **family.counted,
    )
    return rule.attempt and on.year == YEAR


def _moment(chance: Random, day: date, zone: ZoneInfo) -> datetime:
    """In the family's wall time; few on Sundays, and those from noon on."""
    if day.weekday() == SUNDAY and happens(chance, 0.6):
        day += timedelta(days=1)
    hour = one_of(chance, HOURS)
    if day.weekday() == SUNDAY:
        hour = max(hour, SUNDAY_FROM)
    return datetime.combine(day, time(hour, chance.randint(0, 59)), zone).astimezone(UTC)
