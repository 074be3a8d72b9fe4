"""The facts of matching: one family's need, volunteers as columns, and the programme's codes as small numbers."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

import numpy as np
from msgspec.structs import asdict
from numpy.typing import NDArray

from teamhope.matching.rules_hours import Bits, WeekBits
from teamhope.vocabulary.families import COMMUNITIES, ChildAgeBand, ChildGender, Gender
from teamhope.vocabulary.places import STATES
from teamhope.vocabulary.programme import Programme
from teamhope.vocabulary.states import VolunteerStatus

Mask = NDArray[np.bool_]  # one entry per volunteer: may she take this family?
Likeness = NDArray[np.int32]  # 0 (nothing alike) to 1000 (the same), or UNKNOWN
Row = Mapping[str, Any]  # of the programme file

STATUSES, GENDERS = tuple(VolunteerStatus), tuple(Gender)
AGE_BANDS, CHILD_GENDERS = tuple(ChildAgeBand)[:-1], tuple(ChildGender)[:-1]  # the last: unknown
READY_FOR_DAYS = 30  # credentials hold through the first 30 days of a match (domain.md §3.2 H1)
UNKNOWN = -1  # an answer that nobody gave
NEVER_ENDS = np.iinfo(np.int32).max  # the last day of a credential that has none
NO_ROOM_FOR_CODES = 63  # codes of one kind are bits of a word; its last bit stands for a code that nobody knows

ORDINARY = 1000  # the rarity of a circumstance where the settings name none

# Value of a volunteer's place in the story or relation beside the family's (Source: domain.md §1.2, §3.3).
SAME, SAME_CLASS, ADJACENT, PARENT_AND_CARER, UNLIKE = 1000, 700, 500, 400, 0
_KINDRED = frozenset({"parent", "carer"})  # classes of relation, a vocabulary of ours: no code of a programme


class Past(StrEnum):
    """What was between a volunteer and this family before; the latest counts. The first: nothing."""

    NOTHING = "nothing"
    WENT_WELL = "went_well"
    SAID_NO = "said_no"
    NO_ANSWER = "no_answer"
    DID_NOT_FIT = "did_not_fit"
    STOPPED = "stopped"
    TAKEN_BACK = "taken_back"
    ACCOMPANIED = "accompanied"
    NOT_REACHED = "not_reached"


PASTS = tuple(Past)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a volunteer stands where she stands, or does not. `code` names a sentence of wording.py, `facts` fill it."""

    code: str
    facts: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Need:
    """What one family asks for, in the codes of `Tables`. `today` is the organisation's date as an ordinal day.

    `languages` are (language, level 1-3) of the contact. `subtypes`, `hurts_with` (trajectories) and what is `wished`
    or `required` of communities hold a bit per code. `month` is this month, `event_month` that of what happened, both
    counted from the year 0. `hard_days` are its sensitive dates of four years, from the last on, as ordinal days.
    None: the family does not require, or wish, it. `minor`: the person to be called is under 18. `acute`: the first
    weeks (domain.md §2.2). `experienced`: none on probation takes such a case. `any_group`: somebody with another kind
    of experience will do. `weekly_calls`: how many its cadence asks for in the first week.
    """

    today: int
    case_type: int
    group: int
    relation: int
    trajectory: int
    subtypes: int
    state: int
    languages: tuple[tuple[int, int], ...]
    hours: WeekBits
    month: int
    event_month: int = UNKNOWN
    age_band: int = UNKNOWN
    child_gender: int = UNKNOWN
    hard_days: tuple[int, ...] = ()
    hurts_with: int = 0
    minor: bool = False
    survivor: bool = False
    acute: bool = False
    experienced: bool = False
    weekly_calls: int = 1
    gender: int | None = None
    same_relation: bool = False
    community: int = 0
    outside_state: int | None = None
    wished_gender: int | None = None
    wished_community: int = 0
    any_group: bool = False


@dataclass(frozen=True)
class Offers:
    """Volunteers as columns: the last axis of each array has length V. V = 1 when a locked volunteer is checked again.

    `order` is the place of the id among all ids. Days are ordinal. `languages[l]` is the level 0-3 of language l.
    The k-th experience of each volunteer is `case_type[k]`, `group[k]`, `relation[k]`, `trajectory[k]`, `subtypes[k]`
    (a bit per code), `event_month[k]` (from the year 0), `age_band[k]`, `child_gender[k]`; where she has fewer, all are
    UNKNOWN. `away_from[b]`, `away_until[b]` include both days. So do `hard_from[d]`, `hard_until[d]`, of each span of
    the year that hurts her today's or else the next. `off_today`: it is one. `off_*` otherwise hold a bit per code.
    `past` is what was between her and the family asked for (an index in PASTS), `connected` that they may know of each
    other. `load` is in families, `strain` in hundredths of one. `week_calls` are hers already; `acute_places` are free.
    """

    order: NDArray[np.int32]
    status: NDArray[np.int8]
    credential_until: NDArray[np.int32]
    load: NDArray[np.int16]
    capacity: NDArray[np.int16]
    strain: NDArray[np.int32]
    week_calls: NDArray[np.int16]
    most_calls: NDArray[np.int16]
    acute_places: NDArray[np.int16]
    talk_due: Mask
    resting: Mask
    away_from: NDArray[np.int32]
    away_until: NDArray[np.int32]
    last_matched: NDArray[np.int32]
    languages: NDArray[np.int8]
    gender: NDArray[np.int8]
    community: NDArray[np.uint64]
    state: NDArray[np.int16]
    case_type: NDArray[np.int16]
    group: NDArray[np.int16]
    relation: NDArray[np.int16]
    trajectory: NDArray[np.int16]
    subtypes: NDArray[np.uint64]
    event_month: NDArray[np.int32]
    age_band: NDArray[np.int8]
    child_gender: NDArray[np.int8]
    survivor_until: NDArray[np.int32]
    past: NDArray[np.int8]
    connected: Mask
    off_today: Mask
    hard_from: NDArray[np.int32]
    hard_until: NDArray[np.int32]
    off_case_type: NDArray[np.uint64]
    off_subtype: NDArray[np.uint64]
    off_trajectory: NDArray[np.uint64]
    off_state: NDArray[np.uint64]
    open: Bits
    starts: Bits

    def __len__(self) -> int:
        return len(self.order)

    def take(self, rows: NDArray[np.int64]) -> "Offers":
        return _Chosen(self, rows)


class _Chosen(Offers):
    """Some rows of the offers. A column is gathered when a rule first asks for it: most are never asked for."""

    def __init__(self, offers: Offers, rows: NDArray[np.int64]) -> None:
        self.__dict__.update(_offers=offers, _rows=rows)

    def __len__(self) -> int:
        return len(self.__dict__["_rows"])

    def __getattr__(self, name: str) -> Any:
        column = getattr(self.__dict__["_offers"], name).take(self.__dict__["_rows"], axis=-1)
        self.__dict__[name] = column
        return column


def any_of(of_each: Mask) -> Mask:
    """Per volunteer: is it so of any of her experiences (the first axis)?"""
    return np.asarray(of_each.any(axis=0), np.bool_)


def lived_in_group(need: Need, offers: Offers) -> Mask:
    """Per experience and volunteer."""
    return np.asarray((offers.group == need.group) & (offers.group != UNKNOWN), np.bool_)


@dataclass(frozen=True, slots=True)
class Tables:
    """A programme's codes by kind, numbered, and how alike two of them are. Row: the family's; column: the volunteer's.

    The last row and column of a table stand for UNKNOWN, which is why it is -1. `weights` replace those of factors;
    `rarity` says how rare each subtype is, in thousandths of an ORDINARY one. Below `ready_months` it is too near.
    """

    numbers: Mapping[str, Mapping[str, int]]
    group_of_case_type: Mapping[str, str]
    group_of_relation: Mapping[str, str]
    trajectory_value: Likeness
    role_value: Likeness
    hurts_with: Mapping[str, frozenset[str]] = field(default_factory=dict)
    for_survivors: frozenset[str] = frozenset()
    for_experienced: frozenset[str] = frozenset()
    weights: Mapping[str, int] = field(default_factory=dict)
    rarity: Mapping[str, int] = field(default_factory=dict)
    ready_months: int = 18
    few_minutes: int = 180  # of shared time a week: below that a coordinator is warned (domain.md §2.3)

    def number(self, kind: str, name: str | None) -> int:
        return UNKNOWN if name is None else self.numbers[kind].get(name, UNKNOWN)

    def name(self, kind: str, number: int) -> str | None:
        return None if number == UNKNOWN else tuple(self.numbers[kind])[number]

    def bits(self, kind: str, names: Iterable[str]) -> int:
        """A bit per code. One that the programme no longer knows still counts: it takes the last bit."""
        numbers = self.numbers[kind]
        return sum({1 << numbers.get(name, NO_ROOM_FOR_CODES) for name in names})

    def names(self, kind: str, bits: int) -> tuple[str, ...]:
        return tuple(name for name, number in self.numbers[kind].items() if bits >> number & 1)

    def rarity_of(self, subtype: int) -> int:
        return self.rarity.get(self.name("subtype", subtype) or "", ORDINARY)

    def group(self, case_type: str | None, relation: str | None) -> int:
        """The group of an experience: the relation's own, such as an adult survivor's, else the case type's."""
        own = self.group_of_relation.get(relation or "")
        return self.number("group", own or self.group_of_case_type.get(case_type or ""))


def programme_tables(
    case_types: Sequence[Row],
    relations: Sequence[Row],
    trajectories: Sequence[Row],
    words: Mapping[str, Iterable[str]],
    weights: Mapping[str, int] | None = None,
) -> Tables:
    """From plain rows of the programme file: case types {code, group, not_on_probation}, relations {code, class_,
    group or None, survivor_training}, trajectories {code, ahead_of, adjacent, both_asked_with}. `words` lists the codes
    of the kinds subtype, language, state, community.

    Raises ValueError where a kind has more codes than a word has bits.
    """
    groups = {str(row["code"]): str(row["group"]) for row in case_types}
    own_groups = {str(row["code"]): str(row["group"]) for row in relations if row.get("group")}
    kinds = {
        "case_type": list(groups),
        "relation": [row["code"] for row in relations],
        "trajectory": [row["code"] for row in trajectories],
        "group": [*groups.values(), *own_groups.values()],
        **words,
    }
    return Tables(
        numbers={kind: _numbered(kind, names) for kind, names in kinds.items()},
        group_of_case_type=groups,
        group_of_relation=own_groups,
        trajectory_value=_table(trajectories, _trajectory_value),
        role_value=_table(relations, _role_value),
        hurts_with=_in_both_directions(trajectories, "both_asked_with"),
        for_survivors=frozenset(row["code"] for row in relations if row.get("survivor_training")),
        for_experienced=frozenset(row["code"] for row in case_types if row.get("not_on_probation")),
        weights=weights or {},
    )


def tables_of(words: Programme) -> Tables:
    tables = programme_tables(
        case_types=[asdict(each) for each in words.case_types],
        relations=[asdict(each) for each in words.relations],
        trajectories=[asdict(each) for each in words.trajectories],
        words={
            "subtype": [each.code for each in words.subtypes],
            "language": [each.code for each in words.languages],
            "state": sorted(STATES),
            "community": COMMUNITIES,
        },
    )
    return replace(tables, ready_months=words.ready_months)


def _in_both_directions(rows: Sequence[Row], name: str) -> dict[str, frozenset[str]]:
    named = {(row["code"], other) for row in rows for other in row.get(name, ())}
    both = named | {(other, one) for one, other in named}
    return {row["code"]: frozenset(other for one, other in both if one == row["code"]) for row in rows}


def _numbered(kind: str, names: Iterable[str]) -> dict[str, int]:
    numbers = {name: number for number, name in enumerate(dict.fromkeys(names))}
    if kind != "language" and len(numbers) > NO_ROOM_FOR_CODES:
        raise ValueError(f"more than {NO_ROOM_FOR_CODES} codes of kind {kind}")
    return numbers


def _table(rows: Sequence[Row], value: Callable[[Row, Row], int]) -> Likeness:
    table = np.full((len(rows) + 1, len(rows) + 1), UNKNOWN, np.int32)
    for i, family in enumerate(rows):
        table[i, :-1] = [value(family, volunteer) for volunteer in rows]
    return table


def _trajectory_value(family: Row, volunteer: Row) -> int:
    if family["code"] == volunteer["code"] or family["code"] in volunteer["ahead_of"]:
        return SAME
    adjacent = family["code"] in volunteer["adjacent"] or volunteer["code"] in family["adjacent"]
    return ADJACENT if adjacent else UNLIKE


def _role_value(family: Row, volunteer: Row) -> int:
    if family["code"] == volunteer["code"]:
        return SAME
    if family["class_"] == volunteer["class_"]:
        return SAME_CLASS
    return PARENT_AND_CARER if {family["class_"], volunteer["class_"]} == _KINDRED else UNLIKE
