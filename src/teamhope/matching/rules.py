"""Which volunteers may accompany a family, who is closest to it, why, and why not the others."""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from teamhope.matching.rules_care import BEFORE
from teamhope.matching.rules_exclude import HARD_RULES, HardRule, allowed_rows, broken_rules
from teamhope.matching.rules_facts import PASTS, UNKNOWN, Likeness, Need, Offers, Reason, Tables
from teamhope.matching.rules_hours import shared_minutes
from teamhope.matching.rules_likeness import FACTORS, compare
from teamhope.matching.rules_places import weighed
from teamhope.vocabulary.errors import Refused
from teamhope.vocabulary.people import Role

FIRST_WEEKS_DAYS = 28  # the acute cadence, and half of every other (domain.md §2.2)
NEAR_DAYS = 7  # as far as families are called ahead of such a date (domain.md §2.2)


class MatchRefused(Refused):
    """A rule excludes the volunteer. Facts: `rule`, its number; `reason_allows`, whether this role may set it aside."""


def shown(score: int) -> int:
    """A score of 0-1000 as people read it: 0-100, halves up."""
    return (score + 5) // 10


@dataclass(frozen=True, slots=True)
class Ranked:
    """`rows` index into the offers, best first; `parts[i, f]` is what factor f gave to `rows[i]` (0-1000)."""

    rows: NDArray[np.int64]
    scores: Likeness
    parts: Likeness
    known: NDArray[np.bool_]

    @property
    def shown(self) -> list[int]:
        """The scores as people read them: 0-100, halves up."""
        return [shown(int(score)) for score in self.scores]


@dataclass(frozen=True, slots=True)
class Exclusion:
    """A volunteer who may not take the family: the first rule that says so, and how many more do."""

    row: int
    rule: HardRule
    more: int


@dataclass(frozen=True, slots=True)
class Explanation:
    reasons: tuple[Reason, ...]
    cautions: tuple[Reason, ...]
    not_known: tuple[Reason, ...]


def rank(need: Need, offers: Offers, tables: Tables, limit: int) -> Ranked:
    """The `limit` closest volunteers whom no rule excludes, by score (0-1000).

    Ties: who carries less (rules_places.weighed), then the longer time since her last match (never: longest), then the
    id's order.
    """
    return _ranked(need, offers, tables, allowed_rows(need, offers), limit)


def fits(need: Need, offers: Offers, tables: Tables) -> tuple[NDArray[np.int64], Likeness]:
    """The rows of all whom no rule excludes, in the order of the offers, and the score (0-1000) of each."""
    rows = allowed_rows(need, offers)
    return rows, compare(need, offers.take(rows), tables).scores


def near_misses(need: Need, offers: Offers, tables: Tables, limit: int) -> Ranked:
    """The closest of those whom one rule alone excludes, in the order of `rank`."""
    return _ranked(need, offers, tables, np.flatnonzero(broken_rules(need, offers).sum(axis=0) == 1), limit)


def loosening(need: Need, offers: Offers) -> dict[str, int]:
    """What the family could do without, and how many more volunteers would fit by that alone; the most first."""
    broken = broken_rules(need, offers)
    alone = broken[:, broken.sum(axis=0) == 1].sum(axis=1)
    found = {rule.wish: int(count) for rule, count in zip(HARD_RULES, alone, strict=True) if rule.wish and count}
    return dict(sorted(found.items(), key=lambda each: -each[1]))


def _ranked(need: Need, offers: Offers, tables: Tables, rows: NDArray[np.int64], limit: int) -> Ranked:
    found = offers.take(rows)
    compared = compare(need, found, tables)
    best = _best(compared.scores, found, limit)
    return Ranked(rows[best], compared.scores[best], compared.parts[best], compared.known[best])


def _best(scores: Likeness, offers: Offers, limit: int) -> NDArray[np.int64]:
    rows = np.arange(len(scores))
    if 0 < limit < len(scores):
        rows = np.flatnonzero(scores >= np.partition(scores, -limit)[-limit])
    carried = weighed(offers.load[rows], offers.strain[rows])
    keys = (offers.order[rows], offers.last_matched[rows], carried, -scores[rows])
    return rows[np.lexsort(keys)][:limit]


def first_broken_rule(need: Need, offers: Offers) -> NDArray[np.int64]:
    """Per volunteer, the index in HARD_RULES of the first rule that excludes her; len(HARD_RULES) if none does."""
    return _first(broken_rules(need, offers))


def _first(broken: NDArray[np.bool_]) -> NDArray[np.int64]:
    first: NDArray[np.int64] = np.where(broken.any(axis=0), broken.argmax(axis=0), len(HARD_RULES))
    return first


def explain_exclusions(need: Need, offers: Offers) -> list[Exclusion]:
    """Everybody whom a rule excludes, in the order of the offers."""
    broken = broken_rules(need, offers)
    first, count = _first(broken), broken.sum(axis=0)
    return [Exclusion(int(row), HARD_RULES[first[row]], int(count[row]) - 1) for row in np.flatnonzero(count)]


def broken_by(need: Need, offer: Offers) -> list[HardRule]:
    """The rules against this one volunteer (V = 1), in the order in which they are named."""
    return [rule for rule in HARD_RULES if not rule.allows(need, offer)[0]]


def why_excluded(need: Need, offers: Offers, tables: Tables, exclusion: Exclusion) -> Reason:
    return exclusion.rule.why(need, offers.take(np.array([exclusion.row])), tables)


def explain(need: Need, offers: Offers, tables: Tables, row: int) -> Explanation:
    """Why the volunteer of this row stands where she stands, from the same values that ranked her."""
    offer = offers.take(np.array([row]))
    compared = compare(need, offer, tables)
    said, not_known = [], []
    for factor, part, known in zip(FACTORS, compared.parts[0], compared.known[0], strict=True):
        if known:
            said.append(factor.says(need, offer, tables, int(part), int(compared.closest[0])))
        else:
            not_known.append(Reason("not_known", {"factor": factor.code}))
    reasons = tuple(reason for reason in [*said, _room(offer)] if reason)
    return Explanation(reasons, _cautions(need, offer, tables, int(compared.closest[0])), tuple(not_known))


def _room(offer: Offers) -> Reason | None:
    load, capacity = int(offer.load[0]), int(offer.capacity[0])
    code = "room_for_one" if capacity - load == 1 else "room_for_more"
    return Reason(code, {"free": capacity - load, "load": load, "capacity": capacity}) if load < capacity else None


def _cautions(need: Need, offer: Offers, tables: Tables, closest: int) -> tuple[Reason, ...]:
    event = int(offer.event_month[closest, 0])
    known = event != UNKNOWN
    past, ready = PASTS[offer.past[0]], tables.ready_months
    few = shared_minutes(need.hours.open, offer.open)[0] < tables.few_minutes and offer.open.any()
    cautions = (
        (few, Reason("few_shared_hours")),
        (_hurts_soon(need, offer), Reason("own_hard_day_soon")),
        (_hurts_both(need, offer), Reason("hard_days_near")),
        (known and need.month - event < ready, Reason("own_event_too_near", {"months": ready})),
        (known and need.event_month != UNKNOWN and (need.event_month - event) % 12 == 0, Reason("same_anniversary")),
        (past in BEFORE, Reason(BEFORE.get(past, ""))),
    )
    return tuple(reason for holds, reason in cautions if holds)


def _hurts_soon(need: Need, offer: Offers) -> bool:
    """Whether a day of hers that hurts falls in the first weeks, when calls are many."""
    return bool((offer.hard_from <= need.today + FIRST_WEEKS_DAYS).any())


def _hurts_both(need: Need, offer: Offers) -> bool:
    """Whether a sensitive date of the family is near one of the volunteer's next days that hurt."""
    return any(
        ((offer.hard_from - NEAR_DAYS <= day) & (day <= offer.hard_until + NEAR_DAYS)).any() for day in need.hard_days
    )


def check_again(need: Need, offer: Offers, tables: Tables, also: Collection[str] = ()) -> None:
    """Asked before two people are introduced: what nobody may set aside, and the rules `also` by their numbers.

    What holds up new families alone is asked only by its number: she has said yes to this one. Raises MatchRefused with
    the first that excludes her now.
    """
    for rule in HARD_RULES:
        asked = rule.number in also or not (rule.overridable_by or rule.new_only)
        if asked and not rule.allows(need, offer)[0]:
            why = rule.why(need, offer, tables)
            raise MatchRefused(why.code, rule=rule.number, reason_allows=False, **why.facts)


def check_one(
    need: Need, offer: Offers, tables: Tables, role: Role, reason: str = "", aside: Collection[str] | None = None
) -> tuple[str, ...]:
    """Whether this one volunteer (V = 1, read again under lock) may take the family now.

    Returns the codes of the rules that the role sets aside by giving a reason; none where no rule excludes her.
    `aside`: those that the reason was given for; None: whichever the role may.

    Raises:
        MatchRefused: the first rule that this role may not set aside; else the first for which no reason was given.
    """
    broken = broken_by(need, offer)
    firm = [rule for rule in broken if role not in rule.overridable_by]
    without_reason = [rule for rule in broken if not reason.strip() or (aside is not None and rule.code not in aside)]
    if firm or without_reason:
        rule = (firm or without_reason)[0]
        why = rule.why(need, offer, tables)
        raise MatchRefused(why.code, rule=rule.number, reason_allows=not firm, **why.facts)
    return tuple(rule.code for rule in broken)
