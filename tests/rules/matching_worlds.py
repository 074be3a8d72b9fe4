"""Volunteers, requests and a programme for the tests of matching."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from teamhope.families.rules_dates import SensitiveDay
from teamhope.matching.rules_facts import PASTS, Past, Tables, programme_tables
from teamhope.matching.rules_snapshot import Lived, Request, Volunteer
from teamhope.vocabulary.families import (
    MANDATORY_CREDENTIALS,
    ChildAgeBand,
    ChildGender,
    CredentialKind,
    Gender,
    LanguageLevel,
    Window,
)
from teamhope.vocabulary.states import VolunteerStatus
from teamhope.vocabulary.year_days import YearDay

TODAY = date(2026, 7, 15)
EASTERN, DENVER, PHOENIX = ZoneInfo("America/New_York"), ZoneInfo("America/Denver"), ZoneInfo("America/Phoenix")
HONOLULU = ZoneInfo("Pacific/Honolulu")
NATIVE, FLUENT, CONVERSATIONAL = LanguageLevel.NATIVE, LanguageLevel.FLUENT, LanguageLevel.CONVERSATIONAL

# Codes of no real programme: the rules must not know any.
CASE_TYPES = [
    {"code": "lost", "group": "missing"},
    {"code": "left", "group": "missing"},
    {"code": "taken", "group": "abduction", "not_on_probation": True},
]
RELATIONS = [
    {"code": "mom", "class_": "parent", "group": None},
    {"code": "dad", "class_": "parent", "group": None},
    {"code": "gran", "class_": "carer", "group": None},
    {"code": "sister", "class_": "sibling", "group": None},
    {"code": "survivor", "class_": "survivor", "group": "survivors", "survivor_training": True},
]
TRAJECTORIES: list[dict[str, Any]] = [
    {"code": "missing", "ahead_of": [], "adjacent": ["back"], "both_asked_with": ["died"]},
    {"code": "back", "ahead_of": ["missing"], "adjacent": ["long_back"]},
    {"code": "long_back", "ahead_of": ["back"], "adjacent": []},
    {"code": "died", "ahead_of": [], "adjacent": ["long_back"]},
]
WORDS = {
    "subtype": ["abroad", "online"],
    "language": ["en", "es", "vi"],
    "state": ["NY", "TX", "HI"],
    "community": ["faith", "military"],
}
TABLES: Tables = programme_tables(CASE_TYPES, RELATIONS, TRAJECTORIES, WORDS)


def every_day(start: int, end: int) -> tuple[Window, ...]:
    return tuple(Window(day, time(start), time(end)) for day in range(7))


def credentials(until: date | None) -> dict[Any, date | None]:
    return dict.fromkeys(MANDATORY_CREDENTIALS, until)


LONG_AGO = date(2021, 3, 1)
FAMILY = Request(
    lived=Lived("left", "mom", "missing", frozenset({"online"}), date(2026, 5, 1), ChildAgeBand.FROM_13_TO_15),
    languages={"es": NATIVE},
    state="TX",
    zone=EASTERN,
)
ROSA = Volunteer(
    id=UUID(int=7),
    status=VolunteerStatus.ACTIVE,
    credentials=credentials(TODAY + timedelta(days=200)),
    load=1,
    capacity=3,
    languages={"en": FLUENT, "es": NATIVE},
    gender=Gender.WOMAN,
    state="NY",
    lived=(Lived("left", "mom", "back", frozenset({"online"}), LONG_AGO, ChildAgeBand.FROM_16_TO_17),),
    windows=every_day(18, 20),
    zone=EASTERN,
)


def numbered(volunteers: Sequence[Volunteer]) -> list[Volunteer]:
    return [replace(volunteer, id=UUID(int=i + 1)) for i, volunteer in enumerate(volunteers)]


def _maybe(*values: Any) -> st.SearchStrategy[Any]:
    return st.sampled_from((*values, None))


def _some(*values: Any) -> st.SearchStrategy[frozenset[Any]]:
    return st.frozensets(st.sampled_from(values), max_size=2)


# Mostly what lets a volunteer through, so that worlds hold both the allowed and those whom one rule alone excludes.
_days = st.sampled_from((TODAY + timedelta(days=300), None, TODAY + timedelta(days=30), None, TODAY, None))
_level = st.sampled_from((NATIVE, FLUENT, CONVERSATIONAL))
_zone = st.sampled_from((EASTERN, EASTERN, DENVER, PHOENIX, HONOLULU, None))
_lived = st.builds(
    Lived,
    st.sampled_from(("lost", "left", "left", "taken", None)),
    st.sampled_from(("mom", "mom", "dad", "gran", "sister", "survivor", None)),
    st.sampled_from(("missing", "back", "back", "long_back", "died", None)),
    _some("abroad", "online"),
    _maybe(*(date(2026 - years, month, 1) for years in (0, 1, 2, 3, 11) for month in (1, 7))),
    st.sampled_from(ChildAgeBand),
    st.sampled_from(ChildGender),
)
_window = st.builds(
    lambda day, start, minutes: Window(day, time(start // 4, start % 4 * 15), time(*divmod(start * 15 + minutes, 60))),
    st.integers(0, 6),
    st.integers(0, 79),
    st.integers(15, 235),
)
_windows = st.one_of(st.just(every_day(9, 20)), st.lists(_window, max_size=4).map(tuple))
_limits = st.frozensets(
    st.sampled_from(
        [
            ("case_type", "taken"),
            ("subtype", "online"),
            ("trajectory", "died"),
            ("state", "HI"),
            ("dates", "07-10/07-20"),
            ("dates", "12-20/01-05"),
            ("dates", "08-12/08-12"),
            ("dates", "08-13/09-30"),
            ("dates", "02-29/02-29"),
        ]
    ),
    max_size=2,
)
_dates = st.lists(
    st.builds(
        SensitiveDay,
        st.sampled_from([YearDay(*day) for day in ((1, 12), (1, 13), (2, 21), (2, 29), (8, 6), (8, 5), (12, 13))]),
        st.booleans(),
    ),
    max_size=2,
).map(tuple)
_credentials = st.one_of(
    st.just(credentials(None)),
    st.just(credentials(None) | {CredentialKind.SURVIVOR_TRAINING: TODAY + timedelta(days=30)}),
    st.dictionaries(st.sampled_from(sorted(MANDATORY_CREDENTIALS)), _days, min_size=4),
)
_away = st.one_of(
    st.just(()),
    st.just(()),
    st.lists(
        st.integers(-9, 9).flatmap(
            lambda first: st.tuples(
                st.just(TODAY + timedelta(days=first)),
                st.one_of(st.none(), st.integers(0, 9).map(lambda n: TODAY + timedelta(days=first + n))),
            )
        ),
        max_size=2,
    ).map(tuple),
)
volunteers = st.builds(
    Volunteer,
    id=st.just(UUID(int=0)),
    status=st.sampled_from((VolunteerStatus.ACTIVE, VolunteerStatus.PROBATION) * 3 + (VolunteerStatus.ON_BREAK,)),
    credentials=_credentials,
    load=st.integers(0, 3),
    capacity=st.integers(1, 5),
    strain=st.sampled_from((0, 0, 30, 100, 370)),
    week_calls=st.integers(0, 7),
    most_calls=st.sampled_from((8, 8, 8, 4)),
    acute_places=st.sampled_from((1, 1, 2, 0)),
    talk_due=st.sampled_from((False,) * 7 + (True,)),
    resting=st.sampled_from((False,) * 7 + (True,)),
    away=_away,
    last_matched_on=st.one_of(st.none(), st.integers(1, 3).map(lambda n: TODAY - timedelta(days=n))),
    languages=st.one_of(
        st.just({"en": NATIVE, "es": NATIVE}), st.dictionaries(st.sampled_from(("en", "es", "vi")), _level, max_size=3)
    ),
    gender=_maybe(Gender.WOMAN, Gender.WOMAN, Gender.MAN),
    communities=_some("faith", "military"),
    state=_maybe("NY", "TX", "HI"),
    lived=st.lists(_lived, max_size=3).map(tuple),
    limits=_limits,
    windows=_windows,
    zone=_zone,
    past=st.sampled_from((Past.NOTHING,) * 6 + PASTS),
    connected=st.sampled_from((False,) * 7 + (True,)),
)
requests = st.builds(
    Request,
    lived=_lived,
    languages=st.dictionaries(st.sampled_from(("en", "es", "vi")), _level, max_size=2),
    minor=st.sampled_from((False,) * 9 + (True,)),
    acute=st.sampled_from((False, False, True)),
    weekly_calls=st.sampled_from((1, 1, 3)),
    sensitive_dates=_dates,
    state=_maybe("NY", "TX", "HI"),
    windows=st.one_of(st.just(()), _windows),
    zone=_zone,
    required_gender=st.sampled_from((None, None, Gender.WOMAN)),
    required_relation=st.sampled_from((False, False, True)),
    required_communities=st.sampled_from((frozenset(), frozenset(), frozenset({"faith"}))),
    outside_state=st.sampled_from((None, None, "TX")),
    wished_gender=st.sampled_from((None, Gender.WOMAN)),
    wished_communities=st.sampled_from((frozenset(), frozenset({"military"}))),
)
