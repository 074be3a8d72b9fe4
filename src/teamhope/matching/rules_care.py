"""Whom a match could harm: people who may know of each other, who were tried before, and sensitive pairings.

Rules H6, H8, H9, H10 and H12 of domain.md §3.2.
"""

import numpy as np
from numpy.typing import NDArray

from teamhope.matching.rules_facts import (
    PASTS,
    READY_FOR_DAYS,
    STATUSES,
    UNKNOWN,
    Mask,
    Need,
    Offers,
    Past,
    Reason,
    Tables,
    any_of,
)
from teamhope.vocabulary.states import VolunteerStatus

BEFORE = {
    Past.SAID_NO: "said_no_before",
    Past.NO_ANSWER: "no_answer_before",
    Past.DID_NOT_FIT: "did_not_fit_before",
    Past.STOPPED: "stopped_before",
    Past.TAKEN_BACK: "taken_back_before",
    Past.ACCOMPANIED: "accompanied_before",
    Past.NOT_REACHED: "not_reached_before",
}
FAILED = (Past.SAID_NO, Past.NO_ANSWER, Past.DID_NOT_FIT, Past.STOPPED)  # asked again only for a reason
_FAILED = np.array([past in FAILED for past in PASTS])
_PROBATION = STATUSES.index(VolunteerStatus.PROBATION)


def is_a_stranger(_: Need, offers: Offers) -> Mask:
    """Nothing on record says that she and the family, or somebody it is protected from, may know of each other."""
    return ~offers.connected


def why_no_stranger(_: Need, __: Offers, ___: Tables) -> Reason:
    """Never how: whoever reads it learns of no case, no number, no blocked person."""
    return Reason("possible_connection")


def was_not_tried(_: Need, offers: Offers) -> Mask:
    """The two have no match behind them that was declined, not answered, or did not fit."""
    return np.asarray(~_FAILED[offers.past], np.bool_)


def why_tried(_: Need, offer: Offers, __: Tables) -> Reason:
    return Reason(BEFORE[PASTS[offer.past[0]]])


def is_trained_for_it(need: Need, offers: Offers) -> Mask:
    """For a survivor, trained for it through the first 30 days. For somebody under 18, nobody: an advocate plans."""
    if need.minor:
        return np.zeros(len(offers), np.bool_)
    trained = offers.survivor_until >= need.today + READY_FOR_DAYS
    return np.asarray(trained, np.bool_) if need.survivor else np.ones(len(offers), np.bool_)


def why_not_trained(need: Need, _: Offers, __: Tables) -> Reason:
    return Reason("under_18" if need.minor else "not_trained_for_survivors")


def hurts_nobody(need: Need, offers: Offers) -> Mask:
    """None of her experiences ended where the family's must be protected from hearing of it, nor the reverse.

    What is not known of one side counts as sensitive to the other.
    """
    return ~any_of(_sensitive(need, offers))


def _sensitive(need: Need, offers: Offers) -> Mask:
    known = offers.trajectory != UNKNOWN
    bits = np.uint64(need.hurts_with) >> np.where(known, offers.trajectory, 0).astype(np.uint64)
    lived = (offers.case_type != UNKNOWN) | (offers.relation != UNKNOWN)
    return np.asarray(np.where(known, (bits & np.uint64(1)) != 0, lived & (need.hurts_with != 0)), np.bool_)


def why_it_hurts(need: Need, offer: Offers, tables: Tables) -> Reason:
    hers = tables.name("trajectory", int(offer.trajectory[int(_sensitive(need, offer)[:, 0].argmax()), 0]))
    known = hers is not None and need.trajectory != UNKNOWN
    return Reason("sensitive_pairing", {"trajectory": hers}) if known else Reason("pairing_not_known")


def places(offers: Offers) -> NDArray[np.int16]:
    """How many families each may have at once: on probation one."""
    limited = np.minimum(offers.capacity, np.int16(1))
    return np.where(offers.status == _PROBATION, limited, offers.capacity)


def is_ready_for_it(need: Need, offers: Offers) -> Mask:
    """On probation: one family at a time, none in its first weeks, no case that asks for experience."""
    on_probation = offers.status == _PROBATION
    if need.acute or need.experienced:
        return np.asarray(~on_probation, np.bool_)
    return np.asarray(~on_probation | (offers.load == 0), np.bool_)


def why_not_on_probation(need: Need, _: Offers, __: Tables) -> Reason:
    if need.experienced:
        return Reason("probation_experience")
    return Reason("probation_first_weeks" if need.acute else "probation_one_family")
