"""The whole waiting list beside all volunteers: the best for everyone, what one choice costs the others, asking all."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

import numpy as np

from teamhope.kit.database import acting_as
from teamhope.matching import queries_past, queries_settings, queries_snapshot, queries_waiting, rules, service
from teamhope.matching.queries_past import Between
from teamhope.matching.queries_snapshot import Asked
from teamhope.matching.rules_assign import Assignment, assign, price
from teamhope.matching.rules_care import places
from teamhope.matching.rules_facts import Offers
from teamhope.matching.rules_load import too_much_at_once
from teamhope.matching.rules_snapshot import beside, need_of, offers_of
from teamhope.matching.rules_waiting import WAITING, Problem, keepable, waiting_weight
from teamhope.matching.service_gather import Candidate, Gathered, candidate_of, everybody, tables
from teamhope.vocabulary.errors import NotFound, Refused
from teamhope.vocabulary.families import ConsentKind
from teamhope.vocabulary.people import Actor
from teamhope.volunteers import service as volunteers_service

Pair = tuple[UUID, UUID]  # request and volunteer


@dataclass(frozen=True, slots=True)
class Suggestion:
    """`candidate`: who would be asked, None where nobody is left. `fit`: how many volunteers no rule excludes.

    `heard_at`: when the family last heard from us.
    """

    asked: Asked
    candidate: Candidate | None
    fit: int
    kept: bool
    heard_at: datetime | None


@dataclass(frozen=True, slots=True)
class Everyone:
    """In the order in which they wait: the most urgent and longest waiting first.

    `left_out`: how many more wait whom nobody may be asked for now: on hold, or without consent. `dropped`: pairs that
    were to be kept and cannot be.
    """

    suggestions: tuple[Suggestion, ...]
    left_out: int
    dropped: int


@dataclass(frozen=True, slots=True)
class Cost:
    """A family that would be left without a volunteer (`after` None), or get one who fits less. Scores are 0-100."""

    asked: Asked
    before: int
    after: int | None


@dataclass(frozen=True, slots=True)
class Asking:
    """A pair by its names, and what became of it: its match, or why she could not be asked."""

    asked: Asked
    volunteer_id: UUID
    volunteer: str
    match_id: UUID | None = None
    refusal: Refused | None = None

    @property
    def ids(self) -> Pair:
        return self.asked.id, self.volunteer_id

    @property
    def pair(self) -> str:
        return f"{self.asked.id}.{self.volunteer_id}"


@dataclass(frozen=True, slots=True)
class _Waiting:
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

    def beyond(self, answer: Assignment, pins: Collection[tuple[int, int]]) -> list[tuple[int, int]]:
        """Pairs too many for a volunteer: those kept come first, then who waits with the most weight."""
        if not self.found:
            return []
        kept = {number for number, _ in pins}
        line = sorted(range(len(self.found)), key=lambda n: (n not in kept, -int(self.problem.waiting[n]), n))
        needs, volunteers = [self.found[n].need for n in line], [int(answer.volunteer[n]) for n in line]
        return [(line[n], hers) for n, hers in too_much_at_once(needs, volunteers, self.found[0].offers)]

    def candidate(self, number: int, row: int, fit: int, now: datetime) -> Candidate:
        return candidate_of(self.found[number], row, rules.shown(fit), now)


async def suggest(actor: Actor, now: datetime, kept: Collection[Pair] = (), not_: Collection[Pair] = ()) -> Everyone:
    """The best assignment of everybody who waits, with the pairs in `kept` and without those in `not_`."""
    async with acting_as(actor):
        waiting, heard = await _gather(actor, now), await queries_waiting.last_heard()
    pins, answer = _assigned(waiting, kept, not_)
    fit = Counter(waiting.problem.request.tolist())
    suggestions = [
        Suggestion(
            asked=each.asked,
            candidate=waiting.candidate(n, row, int(answer.fit[n]), now) if row != WAITING else None,
            fit=fit[n],
            kept=(n, row) in pins,
            heard_at=heard.get(each.asked.id),
        )
        for n, (each, row) in enumerate(zip(waiting.found, map(int, answer.volunteer), strict=True))
    ]
    line = sorted(range(len(suggestions)), key=lambda n: -int(waiting.problem.waiting[n]))
    return Everyone(tuple(suggestions[n] for n in line), waiting.left_out, len(kept) - len(pins))


def _assigned(
    waiting: _Waiting, kept: Collection[Pair], not_: Collection[Pair]
) -> tuple[list[tuple[int, int]], Assignment]:
    """With every pair that can be kept, the first before the next; none is beyond what a volunteer can carry.

    Her week and first weeks are no places of the assignment: what is beyond them is left out, and it is made again.
    """
    forbidden = waiting.numbers(not_)
    pins = keepable(waiting.problem, waiting.numbers(kept), forbidden)
    while True:
        answer = assign(waiting.problem, pins, forbidden)
        beyond = [pair for pair in waiting.beyond(answer, pins) if pair not in pins]
        if not beyond:
            return pins, answer
        forbidden += beyond


async def cost(actor: Actor, request_id: UUID, volunteer_id: UUID, now: datetime) -> tuple[Cost, ...]:
    """What it costs the others who wait to choose her here; nothing where a rule excludes her. Raises NotFound."""
    async with acting_as(actor):
        waiting = await _gather(actor, now)
    pair = waiting.numbers([(request_id, volunteer_id)])
    if not pair:
        return ()
    before = assign(waiting.problem)
    found = price(waiting.problem, pair[0], before=before)
    lost = [Cost(waiting.found[n].asked, rules.shown(int(before.fit[n])), None) for n in found.lost]
    worse = [Cost(waiting.found[e.request].asked, rules.shown(e.before), rules.shown(e.after)) for e in found.worse]
    return (*lost, *(each for each in worse if each.after != each.before))


async def name_pairs(actor: Actor, pairs: Collection[Pair], now: datetime) -> list[Asking]:
    """Those of the pairs that the actor may see: an address may be old."""
    named = [await _name(actor, pair, now) for pair in pairs]
    return [each for each in named if each]


async def _name(actor: Actor, pair: Pair, now: datetime) -> Asking | None:
    async with acting_as(actor):
        try:
            asked = await queries_snapshot.load_request(pair[0], await queries_snapshot.organisation_date(now))
            volunteer = await volunteers_service.load_profile(actor, pair[1])
        except NotFound:
            return None
    return Asking(asked, volunteer.id, volunteer.name)


async def ask_all(
    actor: Actor, pairs: Collection[Pair], now: datetime, kept: Collection[Pair] = (), reason: str | None = None
) -> tuple[Asking, ...]:
    """Asks each volunteer for her family, one transaction each, every rule asked again; no rule is ever set aside.

    A pair is the machine's choice if it is the best for everyone, by itself or beside those `kept`; one that is not
    takes the `reason`, unless she is the first of her family's list. Who cannot be asked comes back with the refusal.
    """
    named = await name_pairs(actor, pairs, now)
    alone, beside_kept = await _pairs_of(actor, now, ()), await _pairs_of(actor, now, kept)
    best = alone | (beside_kept - set(kept))
    return tuple([await _ask(actor, each, now, None if each.ids in best else reason or "") for each in named])


async def _pairs_of(actor: Actor, now: datetime, kept: Collection[Pair]) -> set[Pair]:
    everyone = await suggest(actor, now, kept)
    return {(each.asked.id, each.candidate.volunteer_id) for each in everyone.suggestions if each.candidate}


async def _ask(actor: Actor, named: Asking, now: datetime, reason: str | None) -> Asking:
    try:
        match_id = await service.propose_for_everyone(actor, *named.ids, now, reason)
    except Refused as refusal:
        return replace(named, refusal=refusal)
    return replace(named, match_id=match_id)


async def _gather(actor: Actor, now: datetime) -> _Waiting:
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
    found = tuple(
        Gathered(
            asked=each,
            volunteers=volunteers,
            names=names,
            need=need_of(each.need, codes, on),
            offers=_beside(offers, each, between, rows),
            tables=codes,
            on=on,
            settings=settings,
        )
        for each in asked
    )
    return _Waiting(found, _problem(found, offers, now), len(everyone) - len(asked))


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
