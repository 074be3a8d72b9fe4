"""The whole waiting list beside all volunteers: the best for everyone, what one choice costs the others, asking all."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from teamhope.kit.database import acting_as
from teamhope.matching import queries_snapshot, queries_waiting, rules, service, service_prepared
from teamhope.matching.queries_prepared import Prepared
from teamhope.matching.queries_snapshot import Asked
from teamhope.matching.rules_assign import Assignment
from teamhope.matching.rules_loosening import may_loosen
from teamhope.matching.rules_prepared import Changes, changes_since
from teamhope.matching.rules_waiting import WAITING
from teamhope.matching.service_gather import Candidate
from teamhope.matching.service_problem import NOTHING, Loosened, Pair, Waiting, gather_waiting
from teamhope.vocabulary.errors import NotFound, Refused
from teamhope.vocabulary.people import Actor
from teamhope.volunteers import service as volunteers_service

NO_RULE: Final[frozenset[str]] = frozenset()


@dataclass(frozen=True, slots=True)
class Suggestion:
    """`candidate`: who would be asked, None where nobody is left. `fit`: how many volunteers no rule excludes.

    `heard_at`: when the family last heard from us. `could`: where nobody is left, what the family could do without, and
    how many more would fit by that alone; `without`: what it does without here.
    """

    asked: Asked
    candidate: Candidate | None
    fit: int
    kept: bool
    heard_at: datetime | None
    could: Mapping[str, int]
    without: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Everyone:
    """In the order in which they wait: the most urgent and longest waiting first.

    `left_out`: how many more wait whom nobody may be asked for now: on hold, or without consent. `dropped`: pairs that
    were to be kept and cannot be. `since`: what is otherwise than the night prepared it.
    """

    suggestions: tuple[Suggestion, ...]
    left_out: int
    dropped: int
    since: Changes | None = None


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


async def suggest(
    actor: Actor, now: datetime, kept: Collection[Pair] = (), not_: Collection[Pair] = (), without: Loosened = NOTHING
) -> Everyone:
    """The best assignment of everybody who waits, with the pairs in `kept`, without those in `not_`, and where a
    family does `without` some of its wishes.
    """
    async with acting_as(actor):
        waiting, heard = await gather_waiting(actor, now, without), await queries_waiting.last_heard()
    pins, answer = waiting.assigned(kept, not_)
    allowed = {id_: tuple(wish for wish in of if may_loosen(wish, actor.role)) for id_, of in without.items()}
    everyone = _everyone(waiting, pins, answer, heard, now)
    suggestions = tuple(replace(each, without=allowed.get(each.asked.id, ())) for each in everyone.suggestions)
    return replace(everyone, suggestions=suggestions, dropped=len(kept) - len(pins))


async def open_prepared(actor: Actor, now: datetime) -> Everyone:
    """What the night prepared, with what has changed since worked out anew; the best of now where it prepared nothing.

    Pairs of today's proposal that every rule still allows stay as they are, as far as the actor may see them.
    """
    async with acting_as(actor):
        waiting, heard = await gather_waiting(actor, now), await queries_waiting.last_heard()
        prepared = await service_prepared.load(now)
    _, answer = waiting.assigned(prepared.chosen if prepared else (), ())
    everyone = _everyone(waiting, [], answer, heard, now)
    return replace(everyone, since=_since(prepared, everyone)) if prepared else everyone


def _since(prepared: Prepared, everyone: Everyone) -> Changes:
    now = {each.asked.id: each.candidate.volunteer_id if each.candidate else None for each in everyone.suggestions}
    ready = {each.asked.id: each.asked.ready_at for each in everyone.suggestions}
    return changes_since(prepared.at, prepared.volunteers, now, ready)


def _everyone(
    waiting: Waiting,
    pins: list[tuple[int, int]],
    answer: Assignment,
    heard: Mapping[UUID, datetime],
    now: datetime,
) -> Everyone:
    fit = Counter(waiting.problem.request.tolist())
    suggestions = [
        Suggestion(
            asked=each.asked,
            candidate=waiting.candidate(n, row, int(answer.fit[n]), now) if row != WAITING else None,
            fit=fit[n],
            kept=(n, row) in pins,
            heard_at=heard.get(each.asked.id),
            could=rules.loosening(each.need, each.offers) if row == WAITING else {},
            without=(),
        )
        for n, (each, row) in enumerate(zip(waiting.found, map(int, answer.volunteer), strict=True))
    ]
    line = sorted(range(len(suggestions)), key=lambda n: -int(waiting.problem.waiting[n]))
    return Everyone(tuple(suggestions[n] for n in line), waiting.left_out, 0)


async def cost(actor: Actor, request_id: UUID, volunteer_id: UUID, now: datetime) -> tuple[Cost, ...]:
    """What it costs the others who wait to choose her here; nothing where a rule excludes her. Raises NotFound."""
    async with acting_as(actor):
        waiting = await gather_waiting(actor, now)
    pair = waiting.numbers([(request_id, volunteer_id)])
    if not pair:
        return ()
    before, found = waiting.priced(pair[0])
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
    actor: Actor,
    pairs: Collection[Pair],
    now: datetime,
    kept: Collection[Pair] = (),
    reason: str | None = None,
    without: Loosened = NOTHING,
) -> tuple[Asking, ...]:
    """Asks each volunteer for her family, one transaction each, every rule asked again; no rule is ever set aside.

    A pair is the machine's choice if the night prepared it, or if it is the best for everyone, by itself or beside
    those `kept`; one that is not takes the `reason`, unless she is the first of her family's list. What a family does
    `without` counts for whom it stood against, takes a reason, and is recorded. Who cannot be asked comes back with
    the refusal.
    """
    named = await name_pairs(actor, pairs, now)
    best = await _machines_choices(actor, now, kept, without)
    ways = [service.Way(reason, each.ids in best, NO_RULE, tuple(without.get(each.asked.id, ()))) for each in named]
    return tuple([await _ask(actor, each, now, way) for each, way in zip(named, ways, strict=True)])


async def ask_why(
    actor: Actor, pairs: Collection[Pair], now: datetime, kept: Collection[Pair] = (), without: Loosened = NOTHING
) -> bool:
    """Whether one of the pairs takes a reason, as `ask_all` says; asked before it, so that all are asked or none."""
    best = await _machines_choices(actor, now, kept, without)
    async with acting_as(actor):
        waiting = await gather_waiting(actor, now)
    found = {each.asked.id: each for each in waiting.found}
    others = [(request, volunteer) for request, volunteer in set(pairs) - best if request in found]
    does_without = any(without.get(request) for request, _ in pairs)
    return does_without or not all(found[request].is_first(volunteer) for request, volunteer in others)


async def _machines_choices(actor: Actor, now: datetime, kept: Collection[Pair], without: Loosened) -> set[Pair]:
    best = _pairs_of(await suggest(actor, now))
    if kept or without:
        best |= _pairs_of(await suggest(actor, now, kept, (), without)) - set(kept)
    async with acting_as(actor):
        prepared = await service_prepared.load(now)
    return best | set(prepared.chosen) if prepared else best


def _pairs_of(everyone: Everyone) -> set[Pair]:
    return {(each.asked.id, each.candidate.volunteer_id) for each in everyone.suggestions if each.candidate}


async def _ask(actor: Actor, named: Asking, now: datetime, way: service.Way) -> Asking:
    try:
        match_id = await service.propose_in(actor, *named.ids, now, way)
    except Refused as refusal:
        return replace(named, refusal=refusal)
    return replace(named, match_id=match_id)
