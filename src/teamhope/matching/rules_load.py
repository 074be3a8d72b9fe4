"""What a volunteer can carry: calls a week, families in their first weeks, and a talk with staff before the next one.

The part of rule H2 of domain.md §3.2 that follows from §4.9, and rule H13. What a decision of the programme makes of
her calls is worked out here too.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

import numpy as np

from teamhope.matching.rules_facts import Mask, Need, Offers, Reason, Tables

ORDINARY_LOAD = 2  # of 5: what a call of this emotional load asks of her does not add up


def strain_of(loads: Iterable[int], each: int) -> int:
    """Of the emotional loads (1-5) of her calls lately: `each` hundredths of a family per point above ORDINARY_LOAD.

    With 10, a call of load 5 weighs 30 hundredths of a family for as long as it counts as lately.
    """
    return each * sum(max(load - ORDINARY_LOAD, 0) for load in loads)


def is_resting(heavy_at: datetime | None, hours: int, now: datetime) -> bool:
    """Whether her last heavy call began less than so many hours ago."""
    return heavy_at is not None and now - heavy_at < timedelta(hours=hours)


def has_calls_left(need: Need, offers: Offers) -> Mask:
    """The calls of the family's first week fit into the fuller of her weeks, this and the next."""
    return np.asarray(offers.week_calls + need.weekly_calls <= offers.most_calls, np.bool_)


def why_no_calls_left(_: Need, offer: Offers, __: Tables) -> Reason:
    return Reason("no_calls_left", {"calls": int(offer.week_calls[0]), "most": int(offer.most_calls[0])})


def has_acute_place(need: Need, offers: Offers) -> Mask:
    """Nobody has more than a few families in their first weeks at once."""
    return np.asarray((offers.acute_places > 0) | (not need.acute), np.bool_)


def why_no_acute_place(_: Need, __: Offers, ___: Tables) -> Reason:
    return Reason("no_acute_place")


def too_much_at_once(asked: Sequence[Need], volunteer: Sequence[int], offers: Offers) -> list[tuple[int, int]]:
    """Of requests given to volunteers at once (-1: none), pairs of request and volunteer beyond what she can carry.

    Each fits by itself: of those of one volunteer the first, in the order given, stay as long as her week and her
    places for first weeks hold them.
    """
    calls, acute = offers.week_calls.astype(int), offers.acute_places.astype(int)
    beyond = []
    for number, (need, hers) in enumerate(zip(asked, volunteer, strict=True)):
        if hers < 0:
            continue
        if calls[hers] + need.weekly_calls > offers.most_calls[hers] or acute[hers] < need.acute:
            beyond.append((number, hers))
        else:
            calls[hers] += need.weekly_calls
            acute[hers] -= need.acute
    return beyond


def is_rested(_: Need, offers: Offers) -> Mask:
    """Nobody of the staff has to talk with her first, and her last heavy call is some hours ago."""
    return np.asarray(~(offers.talk_due | offers.resting), np.bool_)


def why_not_rested(_: Need, offer: Offers, __: Tables) -> Reason:
    """Never why: whoever reads it learns of no call and no family."""
    return Reason("talk_first" if offer.talk_due[0] else "rests")
