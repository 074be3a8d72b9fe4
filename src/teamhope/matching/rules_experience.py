"""How alike what a volunteer lived through is to what a family lives through: one answer per experience of hers."""

import numpy as np

from teamhope.matching.rules_facts import (
    ADJACENT,
    AGE_BANDS,
    NO_ROOM_FOR_CODES,
    SAME,
    SAME_CLASS,
    UNKNOWN,
    UNLIKE,
    Likeness,
    Mask,
    Need,
    Offers,
    Reason,
    Tables,
    lived_in_group,
)

SETTLED_MONTHS, LONG_AGO_MONTHS = 24, 120  # from two years to ten it counts fully (domain.md §3.3)
NEARLY = 700
NEXT_AGE = 500
OTHER_GENDER = 700  # of 1000 of what the age gives: age says more of what a family lives through than gender


def same_experience(need: Need, offers: Offers, _: Tables) -> Likeness:
    """1000 for the same case type, 500 for another of the same group."""
    other = np.where(lived_in_group(need, offers), np.int32(500), np.int32(UNLIKE))
    alike = np.where(offers.case_type == need.case_type, np.int32(SAME), other)
    unknown = (offers.case_type == UNKNOWN) | (need.case_type == UNKNOWN)
    return np.where(unknown, np.int32(UNKNOWN), alike)


def say_experience(need: Need, _: Offers, tables: Tables, part: int, __: int) -> Reason | None:
    if part == SAME:
        return Reason("same_experience", {"experience": tables.name("case_type", need.case_type)})
    return Reason("same_group", {"group": tables.name("group", need.group)}) if part else None


def near_in_the_story(need: Need, offers: Offers, tables: Tables) -> Likeness:
    """1000 for the same trajectory or one step ahead of the family's, 500 for an adjacent one."""
    return np.asarray(tables.trajectory_value[need.trajectory, offers.trajectory], np.int32)


def say_trajectory(need: Need, offer: Offers, tables: Tables, part: int, closest: int) -> Reason | None:
    hers = int(offer.trajectory[closest, 0])
    code = {SAME: "same_trajectory" if hers == need.trajectory else "one_step_ahead", ADJACENT: "near_trajectory"}
    return Reason(code[part], {"trajectory": tables.name("trajectory", hers)}) if part in code else None


def same_role(need: Need, offers: Offers, tables: Tables) -> Likeness:
    """1000 for the same relation to the child, 700 for the same class of relation, 400 for a parent and a carer."""
    return np.asarray(tables.role_value[need.relation, offers.relation], np.int32)


def say_role(_: Need, offer: Offers, tables: Tables, part: int, closest: int) -> Reason | None:
    code = {SAME: "same_role", SAME_CLASS: "like_role"}.get(part, "other_role")
    relation = tables.name("relation", int(offer.relation[closest, 0]))
    return Reason(code, {"relation": relation}) if part else None


def same_circumstances(need: Need, offers: Offers, tables: Tables) -> Likeness:
    """The family's circumstances that she lived too, as a share of all of the family's, the rare ones weighing more.

    1000 times the sum of the common ones' rarity by the sum of the family's, rounded down. Not known where nobody
    ticked one for either.
    """
    asked = [number for number in range(NO_ROOM_FOR_CODES) if need.subtypes >> number & 1]
    common = np.zeros(offers.subtypes.shape, np.int64)
    for number in asked:
        common += tables.rarity_of(number) * (offers.subtypes >> np.uint64(number) & np.uint64(1)).astype(np.int64)
    share = common * SAME // (sum(map(tables.rarity_of, asked)) or 1)
    unknown = (offers.subtypes == 0) | (not asked)
    return np.where(unknown, UNKNOWN, share).astype(np.int32)


def say_circumstances(need: Need, offer: Offers, tables: Tables, part: int, closest: int) -> Reason | None:
    common = need.subtypes & int(offer.subtypes[closest, 0])
    return Reason("same_circumstances", {"subtypes": tables.names("subtype", common)}) if part else None


def time_since(need: Need, offers: Offers, tables: Tables) -> Likeness:
    """By the months since it happened to her: 0 while it is too near, 700 below two years, 1000 to ten, 700 beyond."""
    months = need.month - offers.event_month
    value = np.select(
        [months < tables.ready_months, months < SETTLED_MONTHS, months <= LONG_AGO_MONTHS],
        [np.int32(UNLIKE), np.int32(NEARLY), np.int32(SAME)],
        np.int32(NEARLY),
    )
    return np.where(offers.event_month == UNKNOWN, np.int32(UNKNOWN), value)


def say_since(need: Need, offer: Offers, _: Tables, part: int, closest: int) -> Reason | None:
    months = need.month - int(offer.event_month[closest, 0])
    if not part:
        return None
    return (
        Reason("months_since", {"months": months})
        if months < SETTLED_MONTHS
        else Reason("years_since", {"years": months // 12})
    )


def similar_child(need: Need, offers: Offers, _: Tables) -> Likeness:
    """1000 for a child of the same age band, 500 for one of the next; 700 and 350 if both genders are given and differ.

    Not known without both age bands. A gender that one side did not give counts for nothing.
    """
    apart = np.abs(offers.age_band.astype(np.int32) - need.age_band)
    value = np.select([apart == 0, apart == 1], [np.int32(SAME), np.int32(NEXT_AGE)], np.int32(UNLIKE))
    differ = (offers.child_gender != need.child_gender) & _both_genders(need, offers)
    value = np.where(differ, value * np.int32(OTHER_GENDER) // np.int32(SAME), value)
    unknown = (offers.age_band == UNKNOWN) | (need.age_band == UNKNOWN)
    return np.where(unknown, np.int32(UNKNOWN), value)


def _both_genders(need: Need, offers: Offers) -> Mask:
    return np.asarray((offers.child_gender != UNKNOWN) & (need.child_gender != UNKNOWN), np.bool_)


def say_child(need: Need, offer: Offers, _: Tables, part: int, closest: int) -> Reason | None:
    if not part:
        return None
    same = int(offer.age_band[closest, 0]) == need.age_band
    alike = same and part == SAME and bool(_both_genders(need, offer)[closest, 0])
    code = "same_child" if alike else "same_age" if same else "next_age"
    return Reason(code, {"age_band": AGE_BANDS[int(offer.age_band[closest, 0])]})
