"""What the family requires of a volunteer, and what she asked not to be given: rules H5 and H11."""

import numpy as np
from numpy.typing import NDArray

from teamhope.matching.rules_facts import GENDERS, UNKNOWN, Mask, Need, Offers, Reason, Tables, any_of

_LIMITS = {"case_type": "case_types", "subtype": "subtypes", "trajectory": "trajectories", "state": "states"}


def is_of_the_gender(need: Need, offers: Offers) -> Mask:
    """Where the family requires one. What is unknown is not as required; so it is of relation and community."""
    if need.gender is None:
        return np.ones(len(offers), np.bool_)
    return np.asarray(offers.gender == need.gender, np.bool_)


def why_not_the_gender(need: Need, _: Offers, __: Tables) -> Reason:
    return Reason("required_gender", {"gender": None if need.gender is None else GENDERS[need.gender]})


def is_of_the_relation(need: Need, offers: Offers) -> Mask:
    if not need.same_relation:
        return np.ones(len(offers), np.bool_)
    return any_of((offers.relation == need.relation) & (offers.relation != UNKNOWN))


def why_not_the_relation(need: Need, _: Offers, tables: Tables) -> Reason:
    if need.relation == UNKNOWN:
        return Reason("required_relation_not_known")
    return Reason("required_relation", {"relation": tables.name("relation", need.relation)})


def is_of_the_community(need: Need, offers: Offers) -> Mask:
    required = np.uint64(need.community)
    return np.asarray((offers.community & required) == required, np.bool_)


def why_not_the_community(need: Need, _: Offers, tables: Tables) -> Reason:
    return Reason("required_community", {"communities": tables.names("community", need.community)})


def within_her_limits(need: Need, offers: Offers) -> Mask:
    """Nothing that she asked not to be given, and none of the dates on which she asked to be given nobody.

    Where the family's answer is unknown, no limit of that kind is kept. No subtype ticked means that none applies.
    """
    crossed = offers.off_today.copy()
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
    if offer.off_today[0]:
        return Reason("own_limit_today")
    limit = next(limit for limit in _LIMITS if _crossed(need, offer, limit)[0])
    answered = limit == "subtype" or getattr(need, limit) != UNKNOWN
    crossed = tables.names(limit, int(_crossed(need, offer, limit)[0])) if answered else ()
    return Reason(f"own_limit_{limit}", {_LIMITS[limit]: crossed}) if crossed else _not_checkable(limit)


def _not_checkable(limit: str) -> Reason:
    return Reason("own_limit_not_known", {"limit": limit})


def is_from_elsewhere(need: Need, offers: Offers) -> Mask:
    """Not from the state that the family ruled out. A volunteer of unknown state may be from there."""
    if need.outside_state is None:
        return np.ones(len(offers), np.bool_)
    return np.asarray((offers.state != need.outside_state) & (offers.state != UNKNOWN), np.bool_)


def why_from_there(need: Need, _: Offers, tables: Tables) -> Reason:
    ruled_out = UNKNOWN if need.outside_state is None else need.outside_state
    return Reason("from_ruled_out_state", {"state": tables.name("state", ruled_out)})
