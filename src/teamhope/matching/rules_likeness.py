"""How alike a volunteer's experience, language and hours are to a family's, factor by factor."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from teamhope.matching.rules_exclude import shared_level
from teamhope.matching.rules_experience import (
    near_in_the_story,
    same_circumstances,
    same_experience,
    same_role,
    say_child,
    say_circumstances,
    say_experience,
    say_role,
    say_since,
    say_trajectory,
    similar_child,
    time_since,
)
from teamhope.matching.rules_facts import (
    GENDERS,
    PASTS,
    SAME,
    UNKNOWN,
    UNLIKE,
    Likeness,
    Need,
    Offers,
    Past,
    Reason,
    Tables,
    lived_in_group,
)
from teamhope.matching.rules_hours import shared_minutes

NEUTRAL = 500  # an unknown answer must not look like a bad fit (domain.md §3.3)
ENOUGH_MINUTES = 600  # ten shared hours a week, and more, are worth the same (domain.md §3.3)
_LANGUAGE_VALUES = np.array([0, 300, 700, 1000], np.int32)  # none, conversational, fluent, native (domain.md §3.3)


@dataclass(frozen=True, slots=True)
class Factor:
    """A likeness that ranks; `weight` is relative. `says` puts a value of one volunteer (V = 1) in words, if any.

    A factor `of_experience` answers per experience (first axis) and volunteer: it counts for the one experience of a
    volunteer that is closest to the family's as a whole, which `says` is given the number of.
    """

    code: str
    weight: int
    likeness: Callable[[Need, Offers, Tables], Likeness]
    says: Callable[[Need, Offers, Tables, int, int], Reason | None]
    of_experience: bool = False


@dataclass(frozen=True, slots=True)
class Comparison:
    """`parts[v, f]` is what factor f gives to volunteer v, 0-1000, NEUTRAL where not `known`. `scores` are 0-1000."""

    parts: Likeness
    known: NDArray[np.bool_]
    scores: Likeness
    closest: NDArray[np.int64]


def enough_hours(need: Need, offers: Offers, _: Tables) -> Likeness:
    """The shared hours of a week outside quiet hours: 1000 from ENOUGH_MINUTES on, in proportion below."""
    minutes = shared_minutes(need.hours.open, offers.open)
    alike = np.minimum(minutes * np.int32(1000) // np.int32(ENOUGH_MINUTES), np.int32(1000))
    return np.where(offers.open.any(axis=0), alike, np.int32(UNKNOWN))


def say_hours(need: Need, offer: Offers, _: Tables, __: int, ___: int) -> Reason | None:
    minutes = int(shared_minutes(need.hours.open, offer.open)[0])
    if not minutes:
        return None
    return Reason("one_shared_hour") if minutes == 60 else Reason("shared_hours", {"hours": minutes / 60})


def language_fluency(need: Need, offers: Offers, _: Tables) -> Likeness:
    """1000 where both speak a language natively, 700 where the lower level is fluent, 300 where conversational."""
    level = shared_level(need, offers)
    unknown = ~offers.languages.any(axis=0) if need.languages else np.ones(len(offers), np.bool_)
    return np.where(unknown, np.int32(UNKNOWN), _LANGUAGE_VALUES.take(level))


def say_language(need: Need, offer: Offers, tables: Tables, part: int, _: int) -> Reason | None:
    shared = max(need.languages, key=lambda spoken: min(spoken[1], int(offer.languages[spoken[0], 0])), default=None)
    return Reason("speaks", {"language": tables.name("language", shared[0])}) if part and shared else None


def wished_gender(need: Need, offers: Offers, _: Tables) -> Likeness:
    """1000 where the family names no gender or she has it, 0 where she has another."""
    asked = need.wished_gender
    if asked is None:
        return np.full(len(offers), SAME, np.int32)
    met = np.where(offers.gender == asked, np.int32(SAME), np.int32(UNLIKE))
    return np.where(offers.gender == UNKNOWN, np.int32(UNKNOWN), met)


def say_gender(need: Need, _: Offers, __: Tables, part: int, ___: int) -> Reason | None:
    stated = need.wished_gender is not None and part == SAME
    return Reason("wished_gender", {"gender": GENDERS[need.wished_gender or 0]}) if stated else None


def wished_community(need: Need, offers: Offers, _: Tables) -> Likeness:
    """1000 where the family names no community or she is of each that it names; what is not said is not known."""
    asked = np.uint64(need.wished_community)
    if not need.wished_community:
        return np.full(len(offers), SAME, np.int32)
    met = np.where((offers.community & asked) == asked, np.int32(SAME), np.int32(UNLIKE))
    return np.where(offers.community == 0, np.int32(UNKNOWN), met)


def say_community(need: Need, _: Offers, tables: Tables, part: int, __: int) -> Reason | None:
    asked = tables.names("community", need.wished_community)
    return Reason("wished_community", {"communities": asked}) if asked and part == SAME else None


def continuity(_: Need, offers: Offers, __: Tables) -> Likeness:
    """1000 where she accompanied this family before and it went well."""
    went_well = PASTS.index(Past.WENT_WELL)
    return np.where(offers.past == went_well, np.int32(SAME), np.int32(UNLIKE))


def say_continuity(_: Need, __: Offers, ___: Tables, part: int, ____: int) -> Reason | None:
    return Reason("went_well_before") if part else None


# Source: domain.md §3.3. Nobody is compared by race or faith unless the family asks for it.
FACTORS = (
    Factor("experience", 30, same_experience, say_experience, of_experience=True),
    Factor("trajectory", 15, near_in_the_story, say_trajectory, of_experience=True),
    Factor("role", 15, same_role, say_role, of_experience=True),
    Factor("circumstances", 10, same_circumstances, say_circumstances, of_experience=True),
    Factor("time_since", 8, time_since, say_since, of_experience=True),
    Factor("availability", 5, enough_hours, say_hours),
    Factor("gender", 4, wished_gender, say_gender),
    Factor("community", 4, wished_community, say_community),
    Factor("child", 4, similar_child, say_child, of_experience=True),
    Factor("language", 3, language_fluency, say_language),
    Factor("continuity", 2, continuity, say_continuity),
)


def compare(need: Need, offers: Offers, tables: Tables) -> Comparison:
    """Every factor for every volunteer, and their weighted mean rounded down: whole numbers, the same every time."""
    weights = np.array([tables.weights.get(factor.code, factor.weight) for factor in FACTORS], np.int32)
    values = [factor.likeness(need, offers, tables) for factor in FACTORS]
    closest = closest_experience(need, offers, values, weights)
    everyone = np.arange(len(offers))
    chosen = [v[closest, everyone] if f.of_experience else v for f, v in zip(FACTORS, values, strict=True)]
    parts = np.column_stack(chosen)
    known = parts != UNKNOWN
    parts = np.where(known, parts, np.int32(NEUTRAL))
    return Comparison(parts, known, parts @ weights // weights.sum(dtype=np.int32), closest)


def closest_experience(need: Need, offers: Offers, values: list[Likeness], weights: Likeness) -> NDArray[np.int64]:
    """Per volunteer, the number of the experience that she is seen by: one of the family's group before any other,
    then the highest weighted sum of the factors of experience, then the first. One of which nothing is known is last.
    """
    total = np.zeros(offers.group.shape, np.int32)
    for factor, value, weight in zip(FACTORS, values, weights, strict=True):
        if factor.of_experience:
            total += weight * np.where(value == UNKNOWN, np.int32(NEUTRAL), value)
    precedence = lived_in_group(need, offers).astype(np.int32) + (offers.group != UNKNOWN)
    ceiling = np.int32(1000 * weights.sum() + 1)
    closest: NDArray[np.int64] = (total + precedence * ceiling).argmax(axis=0)
    return closest
