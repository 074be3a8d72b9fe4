"""What becomes of a match: her answer, the introduction, pauses, the end; the request follows in one transaction."""

from dataclasses import replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from teamhope.followups import service as followups
from teamhope.followups.service_effects import move_match, move_request, set_plan
from teamhope.followups.service_moves import cancel_for_match, resume_match, suspend_match
from teamhope.kit.database import acting_as
from teamhope.matching import queries, queries_snapshot
from teamhope.matching.queries import MatchFacts
from teamhope.matching.rules import MatchRefused
from teamhope.matching.rules_counted import waited_minutes
from teamhope.matching.rules_exclude import PLACES, REST, SENSITIVE
from teamhope.matching.rules_loosening import loosened
from teamhope.matching.service_gather import check_again, load_needed, lock_volunteer
from teamhope.tasks import service as tasks
from teamhope.tasks.queries import About
from teamhope.vocabulary.errors import IllegalMove, NotFound
from teamhope.vocabulary.families import ConsentKind
from teamhope.vocabulary.people import Actor
from teamhope.vocabulary.states import (
    MATCH_MOVES,
    CloseReason,
    MatchStatus,
    PlanStatus,
    RequestStatus,
    TaskKind,
    check_move,
)

M, R = MatchStatus, RequestStatus
# The request is where a match has put it; elsewhere somebody else has moved it, and it stays.
IN_A_MATCH: Final = frozenset({R.MATCHING, R.MATCHED, R.ACTIVE, R.UNABLE_TO_CONTACT})


async def accept(actor: Actor, match_id: UUID, now: datetime) -> None:
    """The volunteer's own yes: a coordinator is asked to tell the family. An offer counts until it has expired."""
    async with acting_as(actor):
        match = await _lock_own(actor, match_id, M.ACCEPTED)
        check_move(MATCH_MOVES, match.status, M.ACCEPTED)
        status, owner = await queries.lock_request_of(match)
        await move_request(actor, match.request_id, status, R.MATCHED, now)
        await _accept(actor, match, now)
        about = About(family=match.family_id, volunteer=match.volunteer_id)
        await tasks.open_task(actor, TaskKind.TELL_FAMILY, now, about, owner)


async def decline(actor: Actor, match_id: UUID, now: datetime) -> None:
    """The volunteer's own no, which needs no reason; the family waits for another."""
    async with acting_as(actor):
        match = await _lock_own(actor, match_id, M.DECLINED_BY_VOLUNTEER)
        await _end_offer(actor, match, M.DECLINED_BY_VOLUNTEER, now)


async def withdraw(actor: Actor, match_id: UUID, now: datetime) -> None:
    """The coordinator takes the offer back before it is answered."""
    async with acting_as(actor):
        await _end_offer(actor, await queries.lock_match(match_id), M.REJECTED_BY_COORDINATOR, now)


async def expire(actor: Actor, match_id: UUID, now: datetime) -> bool:
    """Whether the offer was still unanswered, and is over now."""
    async with acting_as(actor):
        match = await queries.lock_match(match_id)
        if match.status is not M.PROPOSED_TO_VOLUNTEER:
            return False
        await _end_offer(actor, match, M.EXPIRED, now)
    return True


async def notify_family(actor: Actor, match_id: UUID, now: datetime) -> None:
    """The family has heard of the volunteer and says yes."""
    async with acting_as(actor):
        await _move(actor, await queries.lock_match(match_id), M.FAMILY_NOTIFIED, now)


async def introduce(actor: Actor, match_id: UUID, now: datetime) -> None:
    """The volunteer may know who they are, and the first call is planned; also once a family is in reach again.

    Raises MatchRefused without the family's consent to a match and to share its profile; and where a rule that protects
    people excludes her now or a sensitive pairing has become one. For a family that was out of reach she must have a
    place, as for a new one, and no talk with staff that comes first.
    """
    async with acting_as(actor):
        match = await queries.lock_match(match_id)
        check_move(MATCH_MOVES, match.status, M.INTRODUCED)
        let_go = await queries.load_let_go(match_id)
        also = {SENSITIVE} - let_go.set_aside
        if match.status is M.UNABLE_TO_CONTACT:
            await _bring_back_request(actor, match, now)
            also |= {PLACES, REST}
        needed = await load_needed(match.request_id, now)
        needed = replace(needed, need=loosened(needed.need, let_go.without))
        check_again(needed, await lock_volunteer(actor, match.volunteer_id, match.family_id, now), also)
        await _introduce(actor, match, now)


async def introduce_at_once(actor: Actor, match: MatchFacts, now: datetime) -> None:
    """From a proposal through the same states, where a coordinator has spoken with both."""
    status, _ = await queries.lock_request_of(match)
    await move_request(actor, match.request_id, status, R.MATCHED, now)
    match = await _accept(actor, match, now)
    await _introduce(actor, await _move(actor, match, M.FAMILY_NOTIFIED, now), now)


async def _accept(actor: Actor, match: MatchFacts, now: datetime) -> MatchFacts:
    return await _move(
        actor,
        match,
        M.ACCEPTED,
        now,
        accepted_at=now,
        counted_accepted_on=await queries_snapshot.organisation_date(now),
        counted_wait_minutes=waited_minutes(match.waiting_since, now),
    )


async def _introduce(actor: Actor, match: MatchFacts, now: datetime) -> None:
    consents = await queries.standing_consents(match.contact_id)
    if ConsentKind.PEER_MATCH not in consents:
        raise MatchRefused("no_peer_consent")
    if ConsentKind.SHARE_PROFILE_WITH_VOLUNTEER not in consents:
        raise MatchRefused("no_profile_consent")
    await _move(actor, match, M.INTRODUCED, now, introduced_at=now)
    await followups.plan_first(actor, match.id, now)


async def _bring_back_request(actor: Actor, match: MatchFacts, now: datetime) -> None:
    current, _ = await queries.lock_request_of(match)
    if await queries.live_match_of(match.request_id):
        raise MatchRefused("already_matched")
    way = (R.MATCHING, R.MATCHED) if current is R.READY else (R.READY, R.MATCHING, R.MATCHED)
    for target in way:
        await move_request(actor, match.request_id, current, target, now)
        current = target


async def pause(actor: Actor, match_id: UUID, now: datetime) -> None:
    """No call until it goes on: for a pause of hers or the family's."""
    await _let_wait(actor, match_id, M.PAUSED, now)


async def resume(actor: Actor, match_id: UUID, now: datetime) -> None:
    """What waited goes on; the next call is planned if none is."""
    async with acting_as(actor):
        match = await queries.lock_match(match_id)
        if match.status is not M.PAUSED:  # introduced becomes active by a conversation alone
            raise IllegalMove(match.status, M.ACTIVE, sorted(MATCH_MOVES[match.status] - {M.ACTIVE}))
        await _move(actor, match, M.ACTIVE, now)
        await set_plan(actor, match_id, PlanStatus.ACTIVE, now)
        await resume_match(actor, match_id, now)
        await followups.plan_next(actor, match_id, now)


async def transfer(actor: Actor, match_id: UUID, now: datetime) -> None:
    """Another volunteer is sought; closing this match then lets the request be matched again."""
    await _let_wait(actor, match_id, M.TRANSFERRING, now)


async def _let_wait(actor: Actor, match_id: UUID, target: MatchStatus, now: datetime) -> None:
    async with acting_as(actor):
        await _move(actor, await queries.lock_match(match_id), target, now)
        await set_plan(actor, match_id, PlanStatus.PAUSED, now)
        await suspend_match(actor, match_id, now)


async def begin_closing(actor: Actor, match_id: UUID, now: datetime) -> None:
    """The end is prepared with the family; calls go on until the match is closed."""
    async with acting_as(actor):
        await _move(actor, await queries.lock_match(match_id), M.CLOSING, now)


async def unable_to_contact(actor: Actor, match_id: UUID, now: datetime) -> None:
    """Nobody reached the family by any way: what was planned is cancelled, her place is free."""
    async with acting_as(actor):
        match = await queries.lock_match(match_id)
        check_move(MATCH_MOVES, match.status, M.UNABLE_TO_CONTACT)
        await _move_request_if_here(actor, match, R.UNABLE_TO_CONTACT, now)
        await _move(actor, match, M.UNABLE_TO_CONTACT, now)
        await cancel_for_match(actor, match_id, now)


async def close(actor: Actor, match_id: UUID, reason: CloseReason, now: datetime, *, rematch: bool) -> None:
    """Calls are cancelled. `rematch`: the family waits for another volunteer, else its request is closed too."""
    async with acting_as(actor):
        match = await queries.lock_match(match_id)
        check_move(MATCH_MOVES, match.status, M.CLOSED)
        await _move_request_if_here(actor, match, R.READY if rematch else R.CLOSED, now)
        await _move(actor, match, M.CLOSED, now, closed_at=now, close_reason=reason)
        await cancel_for_match(actor, match_id, now)


def may_close(status: MatchStatus) -> bool:
    return M.CLOSED in MATCH_MOVES[status]


async def lock_own_offer(actor: Actor, match_id: UUID) -> MatchFacts:
    """Inside a transaction. Raises NotFound for another's, IllegalMove unless she may still answer it."""
    match = await _lock_own(actor, match_id, M.REJECTED_BY_COORDINATOR)
    check_move(MATCH_MOVES, match.status, M.REJECTED_BY_COORDINATOR)
    return match


async def _lock_own(actor: Actor, match_id: UUID, answer: MatchStatus) -> MatchFacts:
    """A team lead sees her volunteers' offers, and answers only her own. Raises IllegalMove for one that is over."""
    over = await queries.find_past(actor.volunteer_id, match_id) if actor.volunteer_id else None
    if over is not None:
        check_move(MATCH_MOVES, over.status, answer)
    match = await queries.lock_match(match_id)
    if match.volunteer_id != actor.volunteer_id:
        raise NotFound("match")
    return match


async def _end_offer(actor: Actor, match: MatchFacts, target: MatchStatus, now: datetime) -> None:
    check_move(MATCH_MOVES, match.status, target)
    # The request first: the row policy shows it to her only while the match is proposed.
    await _move_request_if_here(actor, match, R.READY, now)
    await _move(actor, match, target, now)


async def _move_request_if_here(actor: Actor, match: MatchFacts, target: RequestStatus, now: datetime) -> None:
    status, _ = await queries.lock_request_of(match)
    if status in IN_A_MATCH:
        await move_request(actor, match.request_id, status, target, now)


async def _move(actor: Actor, match: MatchFacts, target: MatchStatus, now: datetime, **values: Any) -> MatchFacts:
    await move_match(actor, match.id, match.status, target, now, **values)
    return replace(match, status=target)
