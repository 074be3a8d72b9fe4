"""What is decided about a whole family and takes along, in one transaction, all that is queued about it.

Each locks the family's matches first, as does whoever clears a call: what was not cleared before is not cleared after.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, datetime
from typing import Final
from uuid import UUID

from teamhope.audit import service as audit
from teamhope.families import queries_contact as contacts
from teamhope.families import service as families
from teamhope.families import service_blocked, service_contact, service_hold, service_plan
from teamhope.families.forms import BlockedSent
from teamhope.families.rules_plan import Plan
from teamhope.families.service_contact import How
from teamhope.followups import queries, queries_stops, service_cover
from teamhope.followups.service_effects import move_match, move_request
from teamhope.followups.service_moves import cancel_for_match, resume_family, suspend_family
from teamhope.kit.database import acting_as
from teamhope.tasks import service as tasks
from teamhope.tasks.queries import About
from teamhope.vocabulary.families import ConsentKind, ContactPreference, HoldReason
from teamhope.vocabulary.people import WORKER, Actor
from teamhope.vocabulary.states import MATCH_MOVES, MatchStatus, RequestStatus, TaskKind, TaskStatus

# Without these nobody may call, so that a promise to call cannot stand (domain.md §1.3, FollowUp).
CALLS_NEED: Final = frozenset({ConsentKind.VOICE_CALL, ConsentKind.PEER_MATCH})
# Without these there is no match, so that a volunteer must be told and none may be asked.
MATCHES_NEED: Final = frozenset({ConsentKind.PEER_MATCH, ConsentKind.SHARE_PROFILE_WITH_VOLUNTEER})


@asynccontextmanager
async def _stopping(actor: Actor, family_id: UUID) -> AsyncIterator[None]:
    """The transaction of a stop: nobody is cleared to call the family meanwhile. Raises NotFound outside the scope."""
    async with acting_as(actor):
        await contacts.see_family(family_id)
        async with acting_as(WORKER):
            await queries_stops.lock_matches_of(family_id)
        yield


async def _cancel_reminders(family_id: UUID, now: datetime) -> None:
    async with acting_as(WORKER):
        volunteers = {volunteer for _, _, volunteer, _ in await queries_stops.list_live(family_id)}
        for message_id in await queries_stops.cancel_needless_reminders(volunteers):
            await audit.record(WORKER, "message_cancelled", ("message", message_id), now, reason="no_call")


# Holds ----------------------------------------------------------------------------------------------------------------


async def hold(actor: Actor, family_id: UUID, now: datetime, reason: HoldReason = HoldReason.OTHER) -> None:
    """Something happened: nobody reaches the family, whoever was about to, and staff are asked what next.

    Its promised calls wait, another volunteer's too, and reminders of them are cancelled; notes are kept. Raises
    NotFound outside the scope.
    """
    async with _stopping(actor, family_id):
        await families.hold_family(actor, family_id, now, reason)
        async with acting_as(WORKER):
            await suspend_family(WORKER, family_id, now)
        await _cancel_reminders(family_id, now)


async def release(actor: Actor, family_id: UUID, now: datetime) -> None:
    """The hold ends; calls whose time has passed get the next that both can keep. Raises NotFound outside the scope."""
    async with _stopping(actor, family_id):
        await families.release_family(actor, family_id, now)
        await resume_family(actor, family_id, now)


async def keep_on_hold(actor: Actor, family_id: UUID, until: date, now: datetime) -> None:
    """Asked again on that day. Raises Invalid for a day that is not later, Refused unless it is on hold, NotFound."""
    await service_hold.keep_on_hold(actor, family_id, until, now)


async def close_with_care(actor: Actor, family_id: UUID, now: datetime) -> None:
    """Every call and plan ends, live matches are closing, and the coordinator is asked to say goodbye.

    The hold stays: whoever says goodbye does so as staff. Raises NotFound outside the scope.
    """
    async with _stopping(actor, family_id):
        await _end_calls(actor, family_id, None, now)
        for match_id, _, _, status in await queries_stops.list_live(family_id):
            if MatchStatus.CLOSING in MATCH_MOVES[status]:
                await move_match(actor, match_id, status, MatchStatus.CLOSING, now)
        await tasks.decided(actor, family_id, now)
        about = About(family=family_id, detail="close_with_care")
        await service_hold.open_for_owner(actor, TaskKind.OTHER, about, now)
        await audit.record(actor, "closes_with_care", ("family", family_id), now)


# What the family takes back -------------------------------------------------------------------------------------------


async def take_back_consent(actor: Actor, contact_id: UUID, kind: ConsentKind, how: How, now: datetime) -> None:
    """At once, with all that is queued: calls, reminders, call-backs asked of staff, offers to volunteers.

    Raises NotFound outside the scope.
    """
    async with acting_as(actor):
        family_id = await contacts.family_of(contact_id)
    async with _stopping(actor, family_id):
        await service_contact.revoke_consent(actor, contact_id, kind, how, now)
        if kind in CALLS_NEED:
            await _end_calls(actor, family_id, contact_id, now)
        if kind in MATCHES_NEED:
            await _end_offers(actor, family_id, contact_id, now)
            await service_cover.withdraw(_whoever_is_able, now)


async def _whoever_is_able(*_: object) -> bool:
    """A yes that is taken back changes no rule of a match."""
    return True


async def _end_calls(actor: Actor, family_id: UUID, contact_id: UUID | None, now: datetime) -> None:
    """Of one contact or of all: promised calls, their reminders, and call-backs that staff were asked for."""
    found = await queries.list_matches_of_family(family_id)
    if contact_id is not None:
        found = await queries.list_matches_of_contact(contact_id)
    for match_id in found:
        await cancel_for_match(actor, match_id, now)
    await _cancel_reminders(family_id, now)
    call_back = About(family=family_id, detail="call_back")
    await tasks.close_all(actor, TaskKind.OTHER, call_back, TaskStatus.DROPPED, now)


async def _end_offers(actor: Actor, family_id: UUID, contact_id: UUID, now: datetime) -> None:
    """An offer that nobody has answered is withdrawn; of a match that stands, the coordinator is told."""
    live = await queries_stops.list_live(family_id, contact_id)
    for match_id, request_id, _, status in live:
        if status is MatchStatus.PROPOSED_TO_VOLUNTEER:
            await move_match(actor, match_id, status, MatchStatus.REJECTED_BY_COORDINATOR, now)
            request = await queries.lock_request_status(request_id)
            if request is RequestStatus.MATCHING:
                await move_request(actor, request_id, request, RequestStatus.READY, now)
    if live:
        about = About(family=family_id, detail="consent_taken_back")
        await service_hold.open_for_owner(actor, TaskKind.OTHER, about, now)


async def save_plan(actor: Actor, family_id: UUID, phone_id: UUID, plan: Plan, now: datetime) -> None:
    """As service_plan.save_plan; a family that calls us from now on is not called: its promised calls are cancelled."""
    async with _stopping(actor, family_id):
        contact_id = await service_plan.save_plan(actor, family_id, phone_id, plan, now)
        if plan.contact_preference is ContactPreference.THEY_CALL_US:
            await _end_calls(actor, family_id, contact_id, now)


async def block(actor: Actor, family_id: UUID, person: BlockedSent, now: datetime) -> UUID:
    """As service_blocked.block; nobody is cleared to a line while it is being blocked."""
    async with _stopping(actor, family_id):
        return await service_blocked.block(actor, family_id, person, now)


async def stop_number(actor: Actor, family_id: UUID, phone_id: UUID, reason: str, now: datetime) -> None:
    """As service_contact.stop_number, for a number of this family alone. Raises NotFound."""
    async with _stopping(actor, family_id):
        await contacts.load_phone(family_id, phone_id)
        await service_contact.stop_number(actor, phone_id, reason, now)
