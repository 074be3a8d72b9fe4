"""What families and volunteers of the demonstration lived through, in words of the packaged programme file."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Final

from teamhope.demo.rules_rows import happens, one_of
from teamhope.followups.rules_cadence import TemplateFacts, choose_template
from teamhope.vocabulary.families import CadenceTemplate, MatchMode, Urgency

# Shares of requests, in percent (domain.md §7; none is published, all are assumptions).
CASE_TYPES: Final[Mapping[str, float]] = {"ERU": 55, "FA": 15, "CSE": 17, "NFA": 5, "MYA": 4, "LIM": 4}
RELATIONS: Final[Mapping[str, float]] = {
    "mother": 62,
    "father": 14,
    "grandparent": 7,
    "sibling": 6,
    "foster_or_kin_carer": 3,
    "aunt_uncle": 2,
    "adult_survivor": 6,
}
SUBTYPES: Final[Mapping[str, Mapping[str, float]]] = {
    "ERU": {"repeat_runaway": 40, "missing_from_care": 15, "likely_trafficked": 15},
    "FA": {"domestic": 65, "international": 35},
    "CSE": {"online_enticement": 35, "sextortion_financial": 30, "csam": 15, "trafficking": 15, "molestation": 10},
    "LIM": {"autism_wandering": 50},
    "MYA": {},
    "NFA": {"infant_abduction": 15},
}
AGE_BANDS: Final[Mapping[str, Mapping[str, float]]] = {
    "ERU": {"9-12": 10, "13-15": 45, "16-17": 45},
    "FA": {"0-4": 40, "5-8": 40, "9-12": 20},
    "CSE": {"9-12": 20, "13-15": 50, "16-17": 30},
    "LIM": {"0-4": 30, "5-8": 40, "9-12": 30},
    "MYA": {"18-20": 100},
    "NFA": {"0-4": 25, "5-8": 25, "9-12": 25, "13-15": 25},
}
AT_INTAKE: Final[Mapping[str, float]] = {
    "still_missing": 52,
    "recovered_reuniting": 28,
    "recovered_longer_term": 17,
    "deceased": 3,
}
OF_A_VOLUNTEER: Final[Mapping[str, float]] = {
    "recovered_longer_term": 62,
    "recovered_reuniting": 15,
    "still_missing": 17,
    "deceased": 6,
}


@dataclass(frozen=True, slots=True)
class Life:
    case_type: str
    subtypes: tuple[str, ...]
    relation: str
    trajectory: str
    child_age_band: str


def a_life(chance: Random, trajectory: Callable[[Random], str]) -> Life:
    """`trajectory` of a missing child's family; where a child was exploited it is at home, or a survivor asks."""
    relation = one_of(chance, RELATIONS)
    survivor = relation == "adult_survivor"
    case_type = one_of(chance, {"CSE": 80, "FA": 20}) if survivor else one_of(chance, CASE_TYPES)
    where = "adult_survivor" if survivor else "exploited_minor_at_home" if case_type == "CSE" else trajectory(chance)
    subtypes = tuple(code for code, share in SUBTYPES[case_type].items() if happens(chance, share / 100))
    return Life(case_type, subtypes, relation, where, one_of(chance, AGE_BANDS[case_type]))


def trajectory_at_intake(chance: Random) -> str:
    return one_of(chance, AT_INTAKE)


def trajectory_of_volunteer(chance: Random) -> str:
    return one_of(chance, OF_A_VOLUNTEER)


def event_month_of(day: date) -> date:
    return day.replace(day=1)


def limits_of(chance: Random, life: Life, states: Sequence[str]) -> dict[str, list[str]]:
    """What some volunteers asked not to be given; never what they lived through themselves."""
    asked: dict[str, list[str]] = {}
    if happens(chance, 0.12) and life.trajectory != "deceased":
        asked["trajectory"] = ["deceased"]
    if happens(chance, 0.1) and life.case_type == "ERU":
        asked["subtype"] = ["likely_trafficked"]
    if happens(chance, 0.04):
        asked["state"] = [chance.choice(states)]
    return asked


def cadence_of(life: Life, mode: str, urgency: str) -> CadenceTemplate:
    """The cadence that the rules choose; whoever calls it urgent has missed the child for some days only."""
    return choose_template(
        TemplateFacts(
            match_mode=MatchMode(mode),
            urgency=Urgency(urgency),
            still_missing=life.trajectory == "still_missing",
            missing_days=5 if urgency == Urgency.URGENT else 30,
            exploitation=life.case_type == "CSE",
            long_term=life.trajectory == "deceased",
        )
    )
