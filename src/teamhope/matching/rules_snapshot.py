"""From what is known of volunteers and of a family's request to the columns and codes that the rules read."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from teamhope.care.rules import CALLS_A_WEEK
from teamhope.families.rules_dates import SensitiveDay
from teamhope.families.rules_hours import DEFAULT_WINDOWS, EASTERN, Hours, family_hours
from teamhope.matching.rules_exclude import CREDENTIALS
from teamhope.matching.rules_facts import (
    AGE_BANDS,
    CHILD_GENDERS,
    GENDERS,
    NEVER_ENDS,
    PASTS,
    STATUSES,
    UNKNOWN,
    Need,
    Offers,
    Past,
    Tables,
)
from teamhope.matching.rules_hours import week_bits
from teamhope.vocabulary.families import ChildAgeBand, ChildGender, CredentialKind, Gender, LanguageLevel, Window
from teamhope.vocabulary.states import VolunteerStatus
from teamhope.volunteers.rules_limits import spans_of

LEVELS = {LanguageLevel.CONVERSATIONAL: 1, LanguageLevel.FLUENT: 2, LanguageLevel.NATIVE: 3}
_NOWHERE = (NEVER_ENDS, UNKNOWN)  # a time away that holds no day
_NOTHING_LIVED = (*(UNKNOWN,) * 7, 0)  # no subtype is no bit


@dataclass(frozen=True, slots=True)
class Lived:
    """One lived experience, in codes of the programme file; None where nobody said.

    `subtypes`: of a volunteer, none where nobody said; of a family, none where none applies. `event_month`: its first.
    """

    case_type: str | None = None
    relation: str | None = None
    trajectory: str | None = None
    subtypes: frozenset[str] = frozenset()
    event_month: date | None = None
    child_age_band: ChildAgeBand = ChildAgeBand.UNKNOWN
    child_gender: ChildGender = ChildGender.UNKNOWN


@dataclass(frozen=True, slots=True)
class Volunteer:
    """What matching reads of one volunteer, beside one family.

    `credentials`: the last valid day, None where it never ends; a kind that is missing was not recorded. `away`: first
    and last day, None for an open end. `limits`: (kind, code) with kind case_type, subtype, trajectory or state, or
    kind dates with a span of each year: YearSpan.code. `other_days`: dates with other windows than every week, which
    the week that is compared leaves out. `past`, `connected`, `strain`: see Offers. `talk_due`, `resting`: nobody new
    before staff have talked with her, or for some hours after a hard call.
    """

    id: UUID
    status: VolunteerStatus
    credentials: Mapping[CredentialKind, date | None]
    load: int
    capacity: int
    strain: int = 0
    week_calls: int = 0
    most_calls: int = CALLS_A_WEEK
    acute_places: int = 1
    talk_due: bool = False
    resting: bool = False
    away: Sequence[tuple[date, date | None]] = ()
    last_matched_on: date | None = None
    languages: Mapping[str, LanguageLevel] = field(default_factory=dict)
    gender: Gender | None = None
    communities: frozenset[str] = frozenset()
    state: str | None = None
    lived: Sequence[Lived] = ()
    limits: frozenset[tuple[str, str]] = frozenset()
    windows: Sequence[Window] = ()
    other_days: Mapping[date, tuple[Window, ...]] = field(default_factory=dict)
    zone: ZoneInfo | None = None
    past: Past = Past.NOTHING
    connected: bool = False


@dataclass(frozen=True, slots=True)
class Request:
    """What matching reads of one family's request. `required_*`, `wished_*`, `outside_state`: None or empty if not.

    `default_windows`: as the programme has them where the family named none.
    """

    lived: Lived
    languages: Mapping[str, LanguageLevel]
    minor: bool = False
    acute: bool = False
    weekly_calls: int = 1
    sensitive_dates: tuple[SensitiveDay, ...] = ()
    state: str | None = None
    windows: Sequence[Window] = ()
    default_windows: tuple[Window, ...] = DEFAULT_WINDOWS
    zone: ZoneInfo | None = None
    required_gender: Gender | None = None
    required_relation: bool = False
    required_communities: frozenset[str] = frozenset()
    outside_state: str | None = None
    wished_gender: Gender | None = None
    wished_communities: frozenset[str] = frozenset()


def need_of(request: Request, tables: Tables, on: date) -> Need:
    """The need on the organisation's date `on`, whose offsets from UTC its hours are read with."""
    lived = request.lived
    spoken = ((tables.number("language", code), LEVELS[level]) for code, level in request.languages.items())
    state = request.outside_state
    return Need(
        today=on.toordinal(),
        case_type=tables.number("case_type", lived.case_type),
        group=tables.group(lived.case_type, lived.relation),
        relation=tables.number("relation", lived.relation),
        trajectory=tables.number("trajectory", lived.trajectory),
        subtypes=tables.bits("subtype", lived.subtypes),
        state=tables.number("state", request.state),
        languages=tuple(sorted(known for known in spoken if known[0] != UNKNOWN)),
        hours=week_bits([family_hours(request.zone, tuple(request.windows), request.default_windows)], on),
        month=_month(on),
        event_month=_month(lived.event_month),
        age_band=_age_band(lived.child_age_band),
        child_gender=_child_gender(lived.child_gender),
        hard_days=_hard_days(request.sensitive_dates, on),
        hurts_with=tables.bits("trajectory", _hurts_with(lived.trajectory, tables)),
        minor=request.minor,
        survivor=lived.relation in tables.for_survivors,
        acute=request.acute,
        experienced=lived.case_type in tables.for_experienced,
        weekly_calls=request.weekly_calls,
        gender=_gender(request.required_gender),
        same_relation=request.required_relation,
        community=tables.bits("community", request.required_communities),
        outside_state=None if state is None else tables.number("state", state),
        wished_gender=_gender(request.wished_gender),
        wished_community=tables.bits("community", request.wished_communities),
    )


def _hard_days(dates: Sequence[SensitiveDay], on: date) -> tuple[int, ...]:
    return tuple(each.day.in_year(on.year + years).toordinal() for each in dates for years in range(-1, 3))


def _gender(gender: Gender | None) -> int | None:
    return None if gender is None else GENDERS.index(gender)


def _month(day: date | None) -> int:
    return UNKNOWN if day is None else day.year * 12 + day.month - 1


def _age_band(band: ChildAgeBand) -> int:
    return UNKNOWN if band is ChildAgeBand.UNKNOWN else AGE_BANDS.index(band)


def _child_gender(gender: ChildGender) -> int:
    return UNKNOWN if gender is ChildGender.UNKNOWN else CHILD_GENDERS.index(gender)


def _hurts_with(trajectory: str | None, tables: Tables) -> frozenset[str]:
    """What this one is sensitive to; where it is not known, everything that any is sensitive to."""
    everything = frozenset[str]().union(*tables.hurts_with.values())
    return tables.hurts_with.get(trajectory or "", everything)


def offers_of(volunteers: Sequence[Volunteer], tables: Tables, on: date) -> Offers:
    """The volunteers as columns, in the order given. `on`: the date whose offsets from UTC their hours are read with.

    A snapshot is good for that date: the next day, and after any change, it is taken again.
    """
    away = _padded([[_days(*days) for days in v.away] for v in volunteers], _NOWHERE).astype(np.int32)
    hard = _padded([[_days(*span.coming(on)) for span in spans_of(v.limits)] for v in volunteers], _NOWHERE)
    hard = hard.astype(np.int32)
    lived = _padded([[_numbers(each, tables) for each in v.lived] for v in volunteers], _NOTHING_LIVED)
    known = tables.numbers["community"].keys()  # one that nobody knows is not the one that a family requires
    hours = week_bits([_hours_of(v) for v in volunteers], on)
    return Offers(
        order=_order([v.id for v in volunteers]),
        status=np.array([STATUSES.index(v.status) for v in volunteers], np.int8),
        credential_until=_credentials(volunteers),
        load=np.array([v.load for v in volunteers], np.int16),
        capacity=np.array([v.capacity for v in volunteers], np.int16),
        strain=np.array([v.strain for v in volunteers], np.int32),
        week_calls=np.array([v.week_calls for v in volunteers], np.int16),
        most_calls=np.array([v.most_calls for v in volunteers], np.int16),
        acute_places=np.array([v.acute_places for v in volunteers], np.int16),
        talk_due=np.array([v.talk_due for v in volunteers], np.bool_),
        resting=np.array([v.resting for v in volunteers], np.bool_),
        away_from=away[0],
        away_until=away[1],
        last_matched=np.array([_day(v.last_matched_on, UNKNOWN) for v in volunteers], np.int32),
        languages=_languages(volunteers, tables),
        gender=np.array([UNKNOWN if v.gender is None else GENDERS.index(v.gender) for v in volunteers], np.int8),
        community=np.array([tables.bits("community", v.communities & known) for v in volunteers], np.uint64),
        state=np.array([tables.number("state", v.state) for v in volunteers], np.int16),
        case_type=lived[0].astype(np.int16),
        group=lived[1].astype(np.int16),
        relation=lived[2].astype(np.int16),
        trajectory=lived[3].astype(np.int16),
        event_month=lived[4].astype(np.int32),
        age_band=lived[5].astype(np.int8),
        child_gender=lived[6].astype(np.int8),
        subtypes=lived[7].astype(np.uint64),
        survivor_until=np.array([_valid_until(v, CredentialKind.SURVIVOR_TRAINING) for v in volunteers], np.int32),
        past=np.array([PASTS.index(v.past) for v in volunteers], np.int8),
        connected=np.array([v.connected for v in volunteers], np.bool_),
        off_today=(hard[0] <= on.toordinal()).any(axis=0),
        hard_from=hard[0],
        hard_until=hard[1],
        off_case_type=_limits(volunteers, tables, "case_type"),
        off_subtype=_limits(volunteers, tables, "subtype"),
        off_trajectory=_limits(volunteers, tables, "trajectory"),
        off_state=_limits(volunteers, tables, "state"),
        open=hours.open,
        starts=hours.starts,
    )


def beside(offers: Offers, between: Mapping[int, tuple[Past, bool]]) -> Offers:
    """The same volunteers beside another family: by row, what was between them and whether they may know each other."""
    past, connected = np.zeros(len(offers), np.int8), np.zeros(len(offers), np.bool_)
    for row, (was, known) in between.items():
        past[row], connected[row] = PASTS.index(was), known
    return replace(offers, past=past, connected=connected)


def _padded(rows: Sequence[Sequence[Sequence[int]]], blank: Sequence[int]) -> NDArray[np.int64]:
    """[field, k, volunteer] from a list of k tuples per volunteer, filled up with `blank`; k is 1 at least."""
    deepest = max((len(row) for row in rows), default=0) or 1
    table = np.empty((len(blank), deepest, len(rows)), np.int64)
    table[:] = np.array(blank)[:, None, None]
    for column, row in enumerate(rows):
        for k, values in enumerate(row):
            table[:, k, column] = values
    return table


def _numbers(lived: Lived, tables: Tables) -> tuple[int, ...]:
    return (
        tables.number("case_type", lived.case_type),
        tables.group(lived.case_type, lived.relation),
        tables.number("relation", lived.relation),
        tables.number("trajectory", lived.trajectory),
        _month(lived.event_month),
        _age_band(lived.child_age_band),
        _child_gender(lived.child_gender),
        tables.bits("subtype", lived.subtypes),
    )


def _hours_of(volunteer: Volunteer) -> Hours:
    # Hours whose zone nobody knows are none: she might be asked to call in the night.
    return Hours(volunteer.zone or EASTERN, tuple(volunteer.windows) if volunteer.zone else ())


def _order(ids: Sequence[UUID]) -> NDArray[np.int32]:
    order = np.empty(len(ids), np.int32)
    order[sorted(range(len(ids)), key=lambda row: ids[row])] = np.arange(len(ids), dtype=np.int32)
    return order


def _credentials(volunteers: Sequence[Volunteer]) -> NDArray[np.int32]:
    until = [[_valid_until(v, kind) for v in volunteers] for kind in CREDENTIALS]
    return np.array(until, np.int32).reshape(len(CREDENTIALS), len(volunteers))


def _valid_until(volunteer: Volunteer, kind: CredentialKind) -> int:
    return _day(volunteer.credentials[kind], NEVER_ENDS) if kind in volunteer.credentials else UNKNOWN


def _languages(volunteers: Sequence[Volunteer], tables: Tables) -> NDArray[np.int8]:
    levels = np.zeros((len(tables.numbers["language"]), len(volunteers)), np.int8)
    for row, volunteer in enumerate(volunteers):
        for code in volunteer.languages.keys() & tables.numbers["language"].keys():
            levels[tables.numbers["language"][code], row] = LEVELS[volunteer.languages[code]]
    return levels


def _limits(volunteers: Iterable[Volunteer], tables: Tables, kind: str) -> NDArray[np.uint64]:
    return np.array([tables.bits(kind, (code for k, code in v.limits if k == kind)) for v in volunteers], np.uint64)


def _days(first: date, last: date | None) -> tuple[int, int]:
    return first.toordinal(), _day(last, NEVER_ENDS)


def _day(day: date | None, without: int) -> int:
    return without if day is None else day.toordinal()
