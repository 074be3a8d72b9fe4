"""Who could accompany a family, why, why not the others; and asking one of them."""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from teamhope.audit import service as audit
from teamhope.followups.service_effects import move_request
from teamhope.kit.database import acting_as
from teamhope.matching import queries, queries_past, rules, service_states
from teamhope.matching.queries import Proposal
from teamhope.matching.queries_snapshot import Asked
from teamhope.matching.rules import MatchRefused
from teamhope.matching.rules_counted import Counted, is_concordant, waiting_since
from teamhope.matching.rules_exclude import BY_REASON_ALONE
from teamhope.matching.rules_likeness import FACTORS, compare
from teamhope.matching.rules_snapshot import Volunteer, offers_of
from teamhope.matching.service_gather import (
    Candidate,
    Excluded,
    Needed,
    against,
    candidate_of,
    check,
    do_without,
    excluded_of,
    gather,
    load_needed,
    lock_volunteer,
)
from teamhope.vocabulary.errors import IllegalMove, Invalid, NotFound
from teamhope.vocabulary.families import ConsentKind, Urgency
from teamhope.vocabulary.people import Actor
from teamhope.vocabulary.states import REQUEST_MOVES, RequestStatus

MOST_EXCLUSIONS_SHOWN: Final = 20  # interface.md
MOST_NEAR_MISSES: Final = 3
HAS_A_MATCH: Final = frozenset({RequestStatus.MATCHING, RequestStatus.MATCHED, RequestStatus.ACTIVE})


@dataclass(frozen=True, slots=True)
class Candidates:
    """Best first. `fit`: how many no rule excludes. `near_misses`: whom one rule alone excludes, the closest first.

    `by_rule` counts the excluded by the first rule that excludes them; `first_excluded`: those with the fewest rules.
    `loosening`: what the family could do without, and how many more would fit by that alone.
    """

    asked: Asked
    candidates: tuple[Candidate, ...]
    fit: int
    excluded: int
    by_rule: dict[str, int]
    first_excluded: tuple[Excluded, ...]
    near_misses: tuple[Excluded, ...]
    loosening: dict[str, int]


@dataclass(frozen=True, slots=True)
class Choice:
    """One volunteer beside the family. `against`: what each rule against her says; `aside`: the codes of these, which
    a reason may set aside.
    """

    asked: Asked
    candidate: Candidate
    needs_reason: bool
    against: tuple[str, ...]
    aside: tuple[str, ...]


async def candidates(actor: Actor, request_id: UUID, limit: int, now: datetime) -> Candidates:
    """The `limit` closest volunteers, in the order of rules.rank. Raises NotFound outside the actor's scope."""
    async with acting_as(actor):
        found = await gather(actor, request_id, now)
        best = rules.rank(found.need, found.offers, found.tables, limit)
        near = [int(row) for row in rules.near_misses(found.need, found.offers, found.tables, MOST_NEAR_MISSES).rows]
        exclusions = rules.explain_exclusions(found.need, found.offers)
        first = sorted(exclusions, key=lambda each: each.more)[:MOST_EXCLUSIONS_SHOWN]
    of_row = {each.row: each for each in exclusions}
    ranked = zip(map(int, best.rows), best.shown, strict=True)
    return Candidates(
        asked=found.asked,
        candidates=tuple(candidate_of(found, row, score, now) for row, score in ranked),
        fit=len(found.volunteers) - len(exclusions),
        excluded=len(exclusions),
        by_rule=dict(sorted(Counter(each.rule.number for each in exclusions).items())),
        first_excluded=tuple(excluded_of(found, each, actor.role) for each in first),
        near_misses=tuple(excluded_of(found, of_row[row], actor.role) for row in near),
        loosening=rules.loosening(found.need, found.offers),
    )


async def choice(actor: Actor, request_id: UUID, volunteer_id: UUID, now: datetime) -> Choice:
    """What is confirmed before she is asked. Raises MatchRefused if a rule excludes her that no reason sets aside."""
    async with acting_as(actor):
        found = await gather(actor, request_id, now)
        row = found.row_of(volunteer_id)
        if row is None:
            raise NotFound("volunteer")
        _refuse_unless_waiting(found.asked)
        aside = check(found, found.volunteers[row], actor.role, "shown before a reason is asked for")
    return Choice(
        asked=found.asked,
        candidate=candidate_of(found, row, _scored(found, found.volunteers[row])[0], now),
        needs_reason=bool(aside) or not found.is_first(volunteer_id),
        against=against(found, found.volunteers[row]),
        aside=aside,
    )


async def propose(
    actor: Actor,
    request_id: UUID,
    volunteer_id: UUID,
    now: datetime,
    reason: str | None = None,
    *,
    both_said_yes: bool = False,
) -> UUID:
    """The volunteer is asked, the family hears nothing yet; with `both_said_yes` they are introduced at once.

    Request and volunteer are locked, in this order, and every rule is asked again: the list may be minutes old.
    Raises MatchRefused; IllegalMove unless the request waits; Invalid without a reason for whom is not the first.
    """
    return await propose_in(
        actor,
        request_id,
        volunteer_id,
        now,
        Way(reason, both_said_yes=both_said_yes),
    )


@dataclass(frozen=True, slots=True)
class Way:
    """`by_optimizer`: she is the machine's choice, which takes no reason. `aside`: the rules that the reason may set
    aside, by code. `without`: what the family could do without, which counts where it stands against her; the reason
    says then when the family agreed.
    """

    reason: str | None = None
    by_optimizer: bool = False
    aside: frozenset[str] = BY_REASON_ALONE
    without: tuple[str, ...] = ()
    both_said_yes: bool = False


async def propose_in(actor: Actor, request_id: UUID, volunteer_id: UUID, now: datetime, way: Way) -> UUID:
    """As `propose`, in this way."""
    async with acting_as(actor):
        await queries.lock_request(request_id)
        needed = await load_needed(request_id, now)
        _refuse_unless_waiting(needed.asked)
        await _refuse_without_consent(needed.asked)
        volunteer = await lock_volunteer(actor, volunteer_id, needed.asked.family_id, now)
        needed, used = do_without(needed, volunteer, way.without, actor.role)
        set_aside = check(needed, volunteer, actor.role, way.reason, way.aside)
        way = replace(way, without=used, by_optimizer=way.by_optimizer and not used)
        if not (way.reason or way.by_optimizer or await _is_first(actor, request_id, volunteer_id, now)):
            raise Invalid.field("override_reason", "reason_needed")
        counted = await _counted(needed, volunteer, now)
        proposal = _proposal(needed, volunteer, (set_aside, counted), way, now)
        match = await queries.insert_proposal(needed.asked, volunteer_id, proposal, actor.person_id, now)
        await audit.record(actor, "match_proposed_to_volunteer", ("match", match.id), now)
        for wish in used:
            await audit.record(actor, "loosened_wish", ("match", match.id), now, reason=wish)
        await _begin_matching(actor, needed.asked, now)
        if way.both_said_yes:
            await service_states.introduce_at_once(actor, match, now)
    return match.id


async def _is_first(actor: Actor, request_id: UUID, volunteer_id: UUID, now: datetime) -> bool:
    return (await gather(actor, request_id, now)).is_first(volunteer_id)


def _refuse_unless_waiting(asked: Asked) -> None:
    if asked.on_hold:
        raise MatchRefused("family_on_hold")
    if asked.status in HAS_A_MATCH:
        raise MatchRefused("already_matched")
    if asked.status not in {RequestStatus.READY, RequestStatus.WAITLISTED}:
        raise IllegalMove(asked.status, RequestStatus.MATCHING, sorted(REQUEST_MOVES[asked.status]))


async def _refuse_without_consent(asked: Asked) -> None:
    if ConsentKind.PEER_MATCH not in await queries.standing_consents(asked.contact_id):
        raise MatchRefused("no_peer_consent")


async def _counted(needed: Needed, volunteer: Volunteer, now: datetime) -> Counted:
    ended_at = await queries_past.list_ends(needed.asked.id)
    return Counted(
        offered_on=needed.on,
        language=needed.asked.language,
        waiting_since=waiting_since(needed.asked.ready_at or now, ended_at),
        concordant=is_concordant(needed.asked.need.lived, volunteer.lived),
        rematch=bool(ended_at),
    )


def _proposal(
    needed: Needed, volunteer: Volunteer, stored: tuple[tuple[str, ...], Counted], way: Way, now: datetime
) -> Proposal:
    set_aside, counted = stored
    score, parts = _scored(needed, volunteer)
    within = "urgent_answer_hours" if needed.asked.urgency is Urgency.URGENT else "answer_hours"
    return Proposal(
        score=score,
        breakdown={"factors": parts, "set_aside": set_aside, "without": way.without},
        weights_version=needed.settings.version,
        answer_due_at=now + timedelta(hours=needed.settings.thresholds[within]),
        reason=None if way.by_optimizer else way.reason,
        by_optimizer=way.by_optimizer,
        counted=counted,
    )


def _scored(needed: Needed, volunteer: Volunteer) -> tuple[int, dict[str, int | None]]:
    """Her score 0-100, halves up, and what each factor gave (0-1000); None for what is not known."""
    compared = compare(needed.need, offers_of([volunteer], needed.tables, needed.on), needed.tables)
    of_factor = zip(FACTORS, compared.parts[0], compared.known[0], strict=True)
    parts = {factor.code: int(part) if known else None for factor, part, known in of_factor}
    return rules.shown(int(compared.scores[0])), parts


async def _begin_matching(actor: Actor, asked: Asked, now: datetime) -> None:
    if asked.status is RequestStatus.WAITLISTED:
        await move_request(actor, asked.id, RequestStatus.WAITLISTED, RequestStatus.READY, now)
    await move_request(actor, asked.id, RequestStatus.READY, RequestStatus.MATCHING, now)
