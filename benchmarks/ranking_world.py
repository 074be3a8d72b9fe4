"""Volunteers and needs for the benchmark of ranking: codes of the packaged programme, the same each time."""

from datetime import date, time

import numpy as np
from numpy.typing import NDArray

from teamhope.families.rules_hours import EASTERN, Hours
from teamhope.matching.rules_exclude import CREDENTIALS
from teamhope.matching.rules_facts import GENDERS, NEVER_ENDS, PASTS, STATUSES, UNKNOWN, Need, Offers, Past, Tables
from teamhope.matching.rules_hours import Bits, week_bits
from teamhope.matching.rules_snapshot import Lived, Request, need_of
from teamhope.vocabulary.families import ChildAgeBand, ChildGender, Gender, LanguageLevel, Window
from teamhope.vocabulary.states import VolunteerStatus

TODAY = date(2026, 7, 15)
DAY, MONTH = TODAY.toordinal(), TODAY.year * 12 + TODAY.month - 1
EXPERIENCES = 2  # at most, each volunteer
CAPACITY, MOST_CALLS = 3, 8
WEEKS = 200  # different weeks of free hours, shared by all volunteers
SPEAK = {"en": 0.95, "es": 0.25}  # the share of volunteers
STATES, COMMUNITIES = 50, 5

Chance = np.random.Generator
Ints = NDArray[np.int64]


def offers(volunteers: int, tables: Tables) -> Offers:
    """About one in fifteen fits a need: others have no room, another group of experience, or no time."""
    chance = np.random.default_rng(volunteers)
    lived = experiences(chance, volunteers, tables)
    hours = weeks(chance, volunteers)
    return Offers(
        order=chance.permutation(volunteers).astype(np.int32),
        status=mostly(chance, volunteers, STATUSES.index(VolunteerStatus.ACTIVE), len(STATUSES)).astype(np.int8),
        credential_until=np.where(chance.random((len(CREDENTIALS), volunteers)) < 0.02, DAY, NEVER_ENDS).astype("i4"),
        load=chance.integers(0, CAPACITY + 1, volunteers).astype(np.int16),
        capacity=np.full(volunteers, CAPACITY, np.int16),
        strain=10 * chance.integers(0, 7, volunteers).astype(np.int32),
        week_calls=chance.integers(0, MOST_CALLS + 1, volunteers).astype(np.int16),
        most_calls=np.full(volunteers, MOST_CALLS, np.int16),
        acute_places=chance.integers(0, 2, volunteers).astype(np.int16),
        talk_due=chance.random(volunteers) < 0.02,
        resting=chance.random(volunteers) < 0.02,
        away_from=np.where(chance.random((1, volunteers)) < 0.1, DAY - 3, NEVER_ENDS).astype(np.int32),
        away_until=np.full((1, volunteers), DAY + 3, np.int32),
        last_matched=DAY - chance.integers(0, 400, volunteers).astype(np.int32),
        languages=languages(chance, volunteers, tables),
        gender=chance.integers(-1, len(GENDERS), volunteers).astype(np.int8),
        community=few_bits(chance, volunteers, COMMUNITIES),
        state=chance.integers(-1, STATES, volunteers).astype(np.int16),
        **lived,
        survivor_until=np.where(chance.random(volunteers) < 0.2, NEVER_ENDS, UNKNOWN).astype(np.int32),
        past=mostly(chance, volunteers, PASTS.index(Past.NOTHING), len(PASTS)).astype(np.int8),
        connected=chance.random(volunteers) < 0.01,
        off_today=chance.random(volunteers) < 0.02,
        hard_from=np.full((1, volunteers), DAY + 90, np.int32),
        hard_until=np.full((1, volunteers), DAY + 91, np.int32),
        off_case_type=few_bits(chance, volunteers, len(tables.numbers["case_type"])),
        off_subtype=few_bits(chance, volunteers, len(tables.numbers["subtype"])),
        off_trajectory=few_bits(chance, volunteers, len(tables.numbers["trajectory"])),
        off_state=few_bits(chance, volunteers, STATES),
        open=hours[0],
        starts=hours[1],
    )


def mostly(chance: Chance, volunteers: int, usual: int, kinds: int) -> Ints:
    return np.where(chance.random(volunteers) < 0.9, usual, chance.integers(0, kinds, volunteers))


def few_bits(chance: Chance, volunteers: int, codes: int) -> NDArray[np.uint64]:
    """One code for one volunteer in ten, none for the others."""
    some = chance.random(volunteers) < 0.1
    return np.where(some, np.uint64(1) << chance.integers(0, codes, volunteers).astype(np.uint64), np.uint64(0))


def experiences(chance: Chance, volunteers: int, tables: Tables) -> dict[str, NDArray[np.generic]]:
    shape = (EXPERIENCES, volunteers)
    there = chance.random(shape) < np.array([[1.0], [0.3]])
    cases, relations = ([*tables.numbers[kind]] for kind in ("case_type", "relation"))
    case_type = np.where(there, chance.integers(0, len(cases), shape), UNKNOWN)
    relation = np.where(there, chance.integers(0, len(relations), shape), UNKNOWN)
    groups = np.array([[tables.group(c, r) for r in [*relations, None]] for c in [*cases, None]])

    def known(codes: int) -> Ints:
        return np.where(there & (chance.random(shape) < 0.95), chance.integers(0, codes, shape), UNKNOWN)

    return {
        "case_type": case_type.astype(np.int16),
        "group": groups[case_type, relation].astype(np.int16),
        "relation": relation.astype(np.int16),
        "trajectory": known(len(tables.numbers["trajectory"])).astype(np.int16),
        "subtypes": np.where(there, few_bits(chance, volunteers, len(tables.numbers["subtype"])), np.uint64(0)),
        "event_month": np.where(known(1) == 0, MONTH - chance.integers(0, 200, shape), UNKNOWN).astype(np.int32),
        "age_band": known(6).astype(np.int8),
        "child_gender": known(3).astype(np.int8),
    }


def languages(chance: Chance, volunteers: int, tables: Tables) -> NDArray[np.int8]:
    levels = np.zeros((len(tables.numbers["language"]), volunteers), np.int8)
    for code, share in SPEAK.items():
        spoken = chance.random(volunteers) < share
        levels[tables.numbers["language"][code]] = np.where(spoken, chance.integers(1, 4, volunteers), 0)
    return levels


def weeks(chance: Chance, volunteers: int) -> tuple[Bits, Bits]:
    """Free evenings and mornings: open quarters, and those at which a call may start."""
    kinds = [Hours(EASTERN, some_windows(chance)) for _ in range(WEEKS)]
    bits, kind = week_bits(kinds, TODAY), chance.integers(0, WEEKS, volunteers)
    return np.ascontiguousarray(bits.open[:, kind]), np.ascontiguousarray(bits.starts[:, kind])


def some_windows(chance: Chance) -> tuple[Window, ...]:
    found = []
    for _ in range(chance.integers(1, 5)):
        start = int(chance.integers(8, 20))
        found.append(Window(int(chance.integers(0, 7)), time(start), time(start + int(chance.integers(1, 4)))))
    return tuple(found)


def needs(count: int, tables: Tables) -> list[Need]:
    """Families that ask for this and that: a language, a gender, hours in the evening, or nothing but company."""
    chance = np.random.default_rng(count)
    return [need_of(a_request(chance, tables), tables, TODAY) for _ in range(count)]


def a_request(chance: Chance, tables: Tables) -> Request:
    def one_of(kind: str) -> str:
        return str(chance.choice([*tables.numbers[kind]]))

    def sometimes() -> bool:
        return bool(chance.random() < 0.2)

    return Request(
        lived=Lived(
            case_type=one_of("case_type"),
            relation=one_of("relation"),
            trajectory=one_of("trajectory"),
            subtypes=frozenset(one_of("subtype") for _ in range(chance.integers(0, 3))),
            event_month=date(2026, int(chance.integers(1, 7)), 1),
            child_age_band=ChildAgeBand(str(chance.choice([*ChildAgeBand]))),
            child_gender=ChildGender(str(chance.choice([*ChildGender]))),
        ),
        languages={str(chance.choice([*SPEAK])): LanguageLevel.NATIVE},
        acute=sometimes(),
        weekly_calls=int(chance.integers(1, 4)),
        state=one_of("state"),
        zone=EASTERN,
        required_gender=Gender.WOMAN if sometimes() else None,
        required_relation=sometimes(),
        outside_state=one_of("state") if sometimes() else None,
        wished_gender=Gender.WOMAN if sometimes() else None,
        wished_communities=frozenset([one_of("community")]) if sometimes() else frozenset(),
    )
