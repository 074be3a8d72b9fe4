"""The rules that exclude a volunteer from a family, in the order in which they are named."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from teamhope.matching.rules_care import (
    hurts_nobody,
    is_a_stranger,
    is_ready_for_it,
    is_trained_for_it,
    was_not_tried,
    why_it_hurts,
    why_no_stranger,
    why_not_on_probation,
    why_not_trained,
    why_tried,
)
from teamhope.matching.rules_facts import (
    NEVER_ENDS,
    READY_FOR_DAYS,
    STATUSES,
    UNKNOWN,
    Mask,
    Need,
    Offers,
    Reason,
    Tables,
    any_of,
    lived_in_group,
)
from teamhope.matching.rules_hours import shares_a_call
from teamhope.matching.rules_load import (
    has_acute_place,
    has_calls_left,
    is_rested,
    why_no_acute_place,
    why_no_calls_left,
    why_not_rested,
)
from teamhope.matching.rules_wishes import (
    is_from_elsewhere,
    is_of_the_community,
    is_of_the_gender,
    is_of_the_relation,
    why_a_limit,
    why_from_there,
    why_not_the_community,
    why_not_the_gender,
    why_not_the_relation,
    within_her_limits,
)
from teamhope.vocabulary.families import MANDATORY_CREDENTIALS, CredentialKind
from teamhope.vocabulary.people import Role
from teamhope.vocabulary.states import VolunteerStatus

CREDENTIALS = tuple(kind for kind in CredentialKind if kind in MANDATORY_CREDENTIALS)
_MAY_TAKE_FAMILIES = np.array([status in {VolunteerStatus.ACTIVE, VolunteerStatus.PROBATION} for status in STATUSES])


@dataclass(frozen=True, slots=True)
class HardRule:
    """A rule that excludes. `number` is domain.md §3.2's, `part` which of several with this number it is; `why` says it
    of one volunteer (V = 1) whom it excludes.

    Only the roles in `overridable_by` may set it aside, with a reason. A `costly` rule is asked last when ranking,
    about those alone whom the others allow; that changes no answer. `wish`: what the family could do without.
    `new_only`: it holds up a new family, not one that she has said yes to.
    """

    number: str
    allows: Callable[[Need, Offers], Mask]
    why: Callable[[Need, Offers, Tables], Reason]
    overridable_by: frozenset[Role] = frozenset()
    costly: bool = False
    wish: str = ""
    new_only: bool = False
    part: str = ""

    @property
    def code(self) -> str:
        """No other rule has it: a reason is given for one rule, not for all of its number."""
        return f"{self.number}.{self.part}" if self.part else self.number


def is_ready(need: Need, offers: Offers) -> Mask:
    """Status active or probation, every mandatory credential recorded and valid for READY_FOR_DAYS."""
    until = offers.credential_until.min(axis=0)
    return np.asarray(_MAY_TAKE_FAMILIES[offers.status] & (until >= need.today + READY_FOR_DAYS), np.bool_)


def why_not_ready(need: Need, offer: Offers, _: Tables) -> Reason:
    if not _MAY_TAKE_FAMILIES[offer.status[0]]:
        return Reason("not_taking_families", {"status": STATUSES[offer.status[0]]})
    until = offer.credential_until[:, 0]
    credential = int(until.argmin())
    if until[credential] == UNKNOWN:
        return Reason("credential_missing", {"credential": CREDENTIALS[credential]})
    code = "credential_expired" if until[credential] < need.today else "credential_expires"
    return Reason(code, {"credential": CREDENTIALS[credential], "date": date.fromordinal(int(until[credential]))})


def has_room(need: Need, offers: Offers) -> Mask:
    """A free place, and today is in none of the times in which she is away (first and last day included)."""
    return (offers.load < offers.capacity) & ~_away(need, offers)


def _away(need: Need, offers: Offers) -> Mask:
    return any_of((offers.away_from <= need.today) & (need.today <= offers.away_until))


def why_no_room(need: Need, offer: Offers, _: Tables) -> Reason:
    if offer.load[0] >= offer.capacity[0]:
        return Reason("no_room", {"load": int(offer.load[0]), "capacity": max(int(offer.capacity[0]), 0)})
    last = int(offer.away_until[(offer.away_from <= need.today)[:, 0]].max())
    return Reason("away_for_now") if last == NEVER_ENDS else Reason("away", {"date": date.fromordinal(last)})


def shared_level(need: Need, offers: Offers) -> NDArray[np.int8]:
    """The level 0-3 of the language that both speak best: of each, the lower of both levels. 0: none is shared."""
    best = np.zeros(len(offers), np.int8)
    for language, level in need.languages:
        np.maximum(best, np.minimum(offers.languages[language], np.int8(level)), out=best)
    return best


def shares_a_language(need: Need, offers: Offers) -> Mask:
    # An unknown language never satisfies the rule: in another system that let Spanish calls reach who spoke none.
    return shared_level(need, offers) > 0


def why_no_language(need: Need, _: Offers, tables: Tables) -> Reason:
    spoken = tuple(tables.name("language", language) for language, _level in need.languages)
    return Reason("no_shared_language", {"languages": spoken}) if spoken else Reason("language_not_known")


def same_group(need: Need, offers: Offers) -> Mask:
    """One of her experiences, at least, is of the family's group, unless any will do. An unknown group never is."""
    return any_of(lived_in_group(need, offers)) | need.any_group


def why_other_group(need: Need, offer: Offers, tables: Tables) -> Reason:
    hers = tuple(dict.fromkeys(tables.name("group", int(g)) for g in offer.group[:, 0] if g != UNKNOWN))
    if need.group == UNKNOWN or not hers:
        return Reason("experience_not_known")
    return Reason("other_experience", {"groups": hers, "group": tables.name("group", need.group)})


def shares_an_hour(need: Need, offers: Offers) -> Mask:
    """A slot of 45 minutes a week, at least, that both can keep outside the family's quiet hours."""
    return shares_a_call(need.hours.starts, offers.starts)


def why_no_hour(_: Need, offer: Offers, __: Tables) -> Reason:
    return Reason("no_shared_time") if offer.open.any() else Reason("hours_not_known")


PLACES, SENSITIVE, REST = "H2", "H10", "H13"  # asked again by their numbers before an introduction
LEAD = frozenset({Role.TEAM_LEAD, Role.COORDINATOR})  # a lead sees no family that waits (docs/decisions/0016)
COORDINATOR = frozenset({Role.COORDINATOR})
HARD_RULES = (
    HardRule("H1", is_ready, why_not_ready),
    HardRule("H2", has_room, why_no_room, LEAD),
    HardRule("H2", has_calls_left, why_no_calls_left, LEAD, part="week"),
    HardRule("H2", has_acute_place, why_no_acute_place, LEAD, part="first_weeks"),
    HardRule("H13", is_rested, why_not_rested, new_only=True),
    HardRule("H3", shares_a_language, why_no_language),
    HardRule("H4", same_group, why_other_group, COORDINATOR, wish="experience"),
    HardRule("H5", is_of_the_gender, why_not_the_gender, wish="gender"),
    HardRule("H5", is_of_the_relation, why_not_the_relation, wish="relation", part="relation"),
    HardRule("H5", is_of_the_community, why_not_the_community, wish="community", part="community"),
    HardRule("H5", within_her_limits, why_a_limit, part="limits"),
    HardRule("H6", is_a_stranger, why_no_stranger),
    HardRule("H7", shares_an_hour, why_no_hour, LEAD, costly=True, wish="hours"),
    HardRule("H8", was_not_tried, why_tried, COORDINATOR),
    HardRule("H9", is_trained_for_it, why_not_trained),
    HardRule("H10", hurts_nobody, why_it_hurts, COORDINATOR),
    HardRule("H11", is_from_elsewhere, why_from_there, wish="state"),
    HardRule("H12", is_ready_for_it, why_not_on_probation, LEAD),
)
# The others are named beside the reason: a place may go, or a week fill, while it is typed for something else.
BY_REASON_ALONE = frozenset(rule.code for rule in HARD_RULES if rule.overridable_by == COORDINATOR)


def broken_rules(need: Need, offers: Offers) -> Mask:
    """One row per entry of HARD_RULES, one column per volunteer."""
    return np.array([~rule.allows(need, offers) for rule in HARD_RULES])


def allowed_rows(need: Need, offers: Offers) -> NDArray[np.int64]:
    """The volunteers whom no rule excludes."""
    rows = np.flatnonzero(_all_allow([rule for rule in HARD_RULES if not rule.costly], need, offers))
    return rows[_all_allow([rule for rule in HARD_RULES if rule.costly], need, offers.take(rows))]


def _all_allow(rules: list[HardRule], need: Need, offers: Offers) -> Mask:
    allowed = np.ones(len(offers), np.bool_)
    for rule in rules:
        allowed &= rule.allows(need, offers)
    return allowed
