"""The rules that exclude a volunteer from a family, in the order in which they are named."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from teamhope.matching.rules_facts import NEVER_ENDS, UNKNOWN, Mask, Need, Offers, Reason, Tables
from teamhope.matching.rules_hours import shares_a_call
from teamhope.vocabulary.families import MANDATORY_CREDENTIALS, CredentialKind, Gender
from teamhope.vocabulary.people import Role
from teamhope.vocabulary.states import VolunteerStatus

READY_FOR_DAYS = 30  # credentials hold through the first 30 days of a match (domain.md §3.2 H1)
STATUSES = tuple(VolunteerStatus)
GENDERS = tuple(Gender)
CREDENTIALS = tuple(kind for kind in CredentialKind if kind in MANDATORY_CREDENTIALS)
_MAY_TAKE_FAMILIES = np.array([status in {VolunteerStatus.ACTIVE, VolunteerStatus.PROBATION} for status in STATUSES])
_LIMITS = {"case_type": "case_types", "subtype": "subtypes", "trajectory": "trajectories", "state": "states"}


@dataclass(frozen=True, slots=True)
class HardRule:
    """A rule that excludes. `number` is domain.md §3.2's; `why` says it of one volunteer (V = 1) whom it excludes.

    Only the roles in `overridable_by` may set it aside, with a reason. A `costly` rule is asked last when ranking,
    about those alone whom the others allow; that changes no answer.
    """

    number: str
    allows: Callable[[Need, Offers], Mask]
    why: Callable[[Need, Offers, Tables], Reason]
    overridable_by: frozenset[Role] = frozenset()
    costly: bool = False


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
    return _any((offers.away_from <= need.today) & (need.today <= offers.away_until))


def _any(of_each: Mask) -> Mask:
    return np.asarray(of_each.any(axis=0), np.bool_)


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
    """One of her experiences, at least, is of the family's group. An unknown group never is."""
    return _any(lived_in_group(need, offers))


def lived_in_group(need: Need, offers: Offers) -> Mask:
    """Per experience and volunteer."""
    return np.asarray((offers.group == need.group) & (offers.group != UNKNOWN), np.bool_)


def why_other_group(need: Need, offer: Offers, tables: Tables) -> Reason:
    hers = tuple(dict.fromkeys(tables.name("group", int(g)) for g in offer.group[:, 0] if g != UNKNOWN))
    if need.group == UNKNOWN or not hers:
        return Reason("experience_not_known")
    return Reason("other_experience", {"groups": hers, "group": tables.name("group", need.group)})


def is_as_required(need: Need, offers: Offers) -> Mask:
    """Gender, relation and community where the family requires them. What is unknown is not as required."""
    return _gender_is_met(need, offers) & _relation_is_met(need, offers) & _community_is_met(need, offers)


def _gender_is_met(need: Need, offers: Offers) -> Mask:
    if need.gender is None:
        return np.ones(len(offers), np.bool_)
    return np.asarray(offers.gender == need.gender, np.bool_)


def _relation_is_met(need: Need, offers: Offers) -> Mask:
    if not need.same_relation:
        return np.ones(len(offers), np.bool_)
    return _any((offers.relation == need.relation) & (offers.relation != UNKNOWN))


def _community_is_met(need: Need, offers: Offers) -> Mask:
    required = np.uint64(need.community)
    return np.asarray((offers.community & required) == required, np.bool_)


def why_not_as_required(need: Need, offer: Offers, tables: Tables) -> Reason:
    if need.gender is not None and not _gender_is_met(need, offer)[0]:
        return Reason("required_gender", {"gender": GENDERS[need.gender]})
    if not _relation_is_met(need, offer)[0]:
        known = need.relation != UNKNOWN
        facts = {"relation": tables.name("relation", need.relation)} if known else {}
        return Reason("required_relation" if known else "required_relation_not_known", facts)
    return Reason("required_community", {"communities": tables.names("community", need.community)})


def within_her_limits(need: Need, offers: Offers) -> Mask:
    """Nothing that she asked not to be given. Where the family's answer is unknown, no limit of that kind is kept.

    No subtype ticked means that none applies.
    """
    crossed = np.zeros(len(offers), np.bool_)
    for limit in _LIMITS:
        crossed |= _crossed(need, offers, limit) != 0
    return ~crossed


def _crossed(need: Need, offers: Offers, limit: str) -> NDArray[np.uint64]:
    bits: NDArray[np.uint64] = getattr(offers, f"off_{limit}")
    if limit == "subtype":
        return bits & np.uint64(need.subtypes)
    answer: int = getattr(need, limit)
    return bits if answer == UNKNOWN else bits & np.uint64(1 << answer)


def why_a_limit(need: Need, offer: Offers, tables: Tables) -> Reason:
    limit = next(limit for limit in _LIMITS if _crossed(need, offer, limit)[0])
    answered = limit == "subtype" or getattr(need, limit) != UNKNOWN
    crossed = tables.names(limit, int(_crossed(need, offer, limit)[0])) if answered else ()
    return Reason(f"own_limit_{limit}", {_LIMITS[limit]: crossed}) if crossed else _not_checkable(limit)


def _not_checkable(limit: str) -> Reason:
    return Reason("own_limit_not_known", {"limit": limit})


def shares_an_hour(need: Need, offers: Offers) -> Mask:
    """A slot of 45 minutes a week, at least, that both can keep outside the family's quiet hours."""
    return shares_a_call(need.hours.starts, offers.starts)


def why_no_hour(_: Need, offer: Offers, __: Tables) -> Reason:
    return Reason("no_shared_time") if offer.open.any() else Reason("hours_not_known")


def is_from_elsewhere(need: Need, offers: Offers) -> Mask:
    """Not from the state that the family ruled out. A volunteer of unknown state may be from there."""
    if need.outside_state is None:
        return np.ones(len(offers), np.bool_)
    return np.asarray((offers.state != need.outside_state) & (offers.state != UNKNOWN), np.bool_)


def why_from_there(need: Need, _: Offers, tables: Tables) -> Reason:
    ruled_out = UNKNOWN if need.outside_state is None else need.outside_state
    return Reason("from_ruled_out_state", {"state": tables.name("state", ruled_out)})


LEAD = frozenset({Role.TEAM_LEAD})
COORDINATOR = frozenset({Role.COORDINATOR})
HARD_RULES = (
    HardRule("H1", is_ready, why_not_ready),
    HardRule("H2", has_room, why_no_room, LEAD),
    HardRule("H3", shares_a_language, why_no_language),
    HardRule("H4", same_group, why_other_group, COORDINATOR),
    HardRule("H5", is_as_required, why_not_as_required),
    HardRule("H5", within_her_limits, why_a_limit),
    HardRule("H7", shares_an_hour, why_no_hour, LEAD, costly=True),
    HardRule("H11", is_from_elsewhere, why_from_there),
)


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
