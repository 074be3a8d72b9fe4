"""Everybody who waits beside all volunteers, as one problem for the rules."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

import numpy as np

from teamhope.matching import queries_past, queries_settings, queries_snapshot, queries_waiting, rules
from teamhope.matching.queries_past import Between
from teamhope.matching.queries_snapshot import Asked
from teamhope.matching.rules_assign import Assignment, Price, assign, price
from teamhope.matching.rules_care import places
from teamhope.matching.rules_facts import Offers
from teamhope.matching.rules_load import too_much_at_once
from teamhope.matching.rules_loosening import loosened, may_loosen
from teamhope.matching.rules_snapshot import beside, need_of, offers_of
from teamhope.matching.rules_waiting import WAITING, Problem, keepable, waiting_weight
from teamhope.matching.service_gather import Candidate, Gathered, candidate_of, everybody, tables
from teamhope.vocabulary.families import ConsentKind
from teamhope.vocabulary.people import Actor

Pair = tuple[UUID, UUID]  # request and volunteer
Loosened = Mapping[UUID, Collection[str]]  # by request: what it could do without (rules_loosening)
NOTHING: Final[Loosened] = {}


@dataclass(frozen=True, slots=True)
class Waiting:
    """`left_out`: how many more wait whom nobody may be asked for now: on hold, or without consent."""

    found: tuple[Gathered, ...]
    problem: Problem
    left_out: int

    def numbers(self, pairs: Collection[Pair]) -> list[tuple[int, int]]:
        """Those of the pairs that no rule excludes, as the problem numbers them, in the order given."""
        requests = {each.asked.id: number for number, each in enumerate(self.found)}
        feasible = set(zip(self.problem.request.tolist(), self.problem.volunteer.tolist(), strict=True))
        rows = {each.id: row for row, each in enumerate(self.found[0].volunteers)} if self.found else {}
        named = [(requests.get(request, WAITING), rows.get(volunteer, WAITING)) for request, volunteer in pairs]
        return [pair for pair in named if pair in feasible]

    def candidate(self, number: int, row: int, fit: int, now: datetime) -> Candidate:
        return candidate_of(self.found[number], row, rules.shown(fit), now)

    def beyond(self, answer: Assignment, pins: Collection[tuple[int, int]]) -> list[tuple[int, int]]:
        """Pairs too many for a volunteer: those kept come first, as given, then who waits with the most weight."""
        if not self.found:
            return []
        kept = {number: place for place, (number, _) in enumerate(pins)}
        last = len(kept)
        line = sorted(range(len(self.found)), key=lambda n: (kept.get(n, last), -int(self.problem.waiting[n]), n))
        needs, volunteers = [self.found[n].need for n in line], [int(answer.volunteer[n]) for n in line]
        return [(line[n], hers) for n, hers in too_much_at_once(needs, volunteers, self.found[0].offers)]

    def assigned(self, kept: Collection[Pair], refused: Collection[Pair]) -> tuple[list[tuple[int, int]], Assignment]:
        """With every pair that can be kept, the first before the next; none is beyond what a volunteer can carry.

        Her week and first weeks are no places of the assignment: what is beyond them is left out, and it is made again.
        """
        wanted, forbidden = self.numbers(kept), self.numbers(refused)
        while True:
            pins = keepable(self.problem, wanted, forbidden)
            answer = assign(self.problem, pins, forbidden)
            beyond = self.beyond(answer, pins)
            if not beyond:
                return pins, answer
            forbidden += beyond

    def priced(self, pair: tuple[int, int]) -> tuple[Assignment, Price]:
        """The best for everyone, and what it costs the others to choose a feasible pair; both as `assigned` has it."""
        before, forbidden = self.assigned((), ())[1], list[tuple[int, int]]()
        while True:
            found, after = price(self.problem, pair, forbidden=forbidden, before=before)
            beyond = self.beyond(after, [pair])
            if not beyond:
                return before, found
            forbidden += beyond


async def gather_waiting(actor: Actor, now: datetime, without: Loosened = NOTHING) -> Waiting:
    """Inside a transaction; locks nothing. `without` counts as far as the actor's role may loosen it."""
    on = await queries_snapshot.organisation_date(now)
    everyone = await queries_waiting.list_waiting(on)
    agreed = await queries_waiting.who_agreed(
        [each.contact_id for each in everyone if each.contact_id], ConsentKind.PEER_MATCH
    )
    asked = [each for each in everyone if not each.on_hold and each.contact_id in agreed]
    settings = await queries_settings.load_settings()
    volunteers, names = await everybody(actor, settings, now)
    between = await queries_past.load_between([each.family_id for each in asked])
    codes = settings.weigh(tables())
    offers = offers_of(volunteers, codes, on)
    rows = {each.id: row for row, each in enumerate(volunteers)}
    allowed = {id_: [wish for wish in wishes if may_loosen(wish, actor.role)] for id_, wishes in without.items()}
    found = tuple(
        Gathered(
            asked=each,
            volunteers=volunteers,
            names=names,
            need=loosened(need_of(each.need, codes, on), allowed.get(each.id, ())),
            offers=_beside(offers, each, between, rows),
            tables=codes,
            on=on,
            settings=settings,
        )
        for each in asked
    )
    return Waiting(found, _problem(found, offers, now), len(everyone) - len(asked))


def _beside(offers: Offers, asked: Asked, between: dict[Pair, Between], rows: dict[UUID, int]) -> Offers:
    mine = {
        rows[v]: (each.past, each.connected) for (f, v), each in between.items() if f == asked.family_id and v in rows
    }
    return beside(offers, mine)


def _problem(found: tuple[Gathered, ...], offers: Offers, now: datetime) -> Problem:
    pairs = [rules.fits(each.need, each.offers, each.tables) for each in found]
    counts = [len(rows) for rows, _ in pairs]
    ids = sorted(each.asked.id for each in found)
    place = {id_: number for number, id_ in enumerate(ids)}
    days = [(now - (each.asked.ready_at or now)).days for each in found]
    return Problem(
        request=np.repeat(np.arange(len(found)), counts),
        volunteer=np.concatenate([rows for rows, _ in pairs]) if pairs else np.zeros(0, np.int64),
        fit=np.concatenate([scores for _, scores in pairs]) if pairs else np.zeros(0, np.int64),
        waiting=np.array([waiting_weight(e.asked.urgency, d) for e, d in zip(found, days, strict=True)], np.int64),
        request_order=np.array([place[each.asked.id] for each in found], np.int64),
        load=offers.load,
        strain=offers.strain,
        capacity=places(offers),
        last_matched=offers.last_matched,
        order=offers.order,
    )
