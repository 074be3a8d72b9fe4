"""Calling a family with the programme's number: her own telephone rings first, and its key dials the family."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from asyncpg import UniqueViolationError

from teamhope.audit import service as audit
from teamhope.calls import queries_callers, queries_phone
from teamhope.calls import rules_phone as rules
from teamhope.calls.queries import Subject
from teamhope.calls.rules_phone import Helper, PhoneCall, Scene
from teamhope.calls.service_subjects import subject_of
from teamhope.followups import service as followups
from teamhope.kit.database import acting_as
from teamhope.vocabulary.calls import Party, PhoneCallKind
from teamhope.vocabulary.errors import NotFound, Refused
from teamhope.vocabulary.people import Actor


@dataclass(frozen=True, slots=True)
class Ringing:
    """Where a call is. `refused`: the code of the rule that did not allow it when she pressed the key."""

    subject: Subject
    scene: Scene
    refused: str | None
    helper: Helper


async def ring(actor: Actor, follow_up_id: UUID, now: datetime) -> None:
    """Her telephone is to ring, once: one more tap while a call about the same promise is under way changes nothing.

    Raises NotFound for another's call; Refused without a telephone of hers, while another call of hers or to the family
    is under way, and where a rule refuses already now, as followups.service.clear_call.
    """
    async with acting_as(actor):
        subject = await _hers(actor, follow_up_id, now)
        assert actor.volunteer_id is not None
        before = await queries_phone.find_of_follow_up(follow_up_id)
        if before is not None and before.ended_at is None:
            return
        caller = await queries_callers.load_caller(actor.volunteer_id)
        if not caller.has_telephone:
            raise Refused("no_telephone_of_yours")
        await followups.ask_leave(actor, follow_up_id, now)
        phone_call_id = await _begin(subject, actor.volunteer_id, now)
        await queries_phone.insert_leg(phone_call_id, Party.VOLUNTEER, now, person=caller.person_id)
        await audit.record(actor, "asked_for_call", ("phone_call", phone_call_id), now)


async def _hers(actor: Actor, follow_up_id: UUID, now: datetime) -> Subject:
    """Of her own promise, or of one that she is asked to keep in another's place."""
    subject = await subject_of(actor, follow_up_id, now=now)
    if actor.volunteer_id is None or subject.volunteer_id != actor.volunteer_id:
        raise NotFound("follow_up")
    return subject


async def _begin(subject: Subject, volunteer_id: UUID, now: datetime) -> UUID:
    try:
        return await queries_phone.insert_phone_call(
            PhoneCallKind.TO_FAMILY,
            now,
            volunteer=volunteer_id,
            family=subject.family_id,
            contact=subject.contact_id,
            match=subject.match_id,
            follow_up=subject.follow_up_id,
        )
    except UniqueViolationError as clash:
        raise Refused("call_under_way") from clash


async def look(actor: Actor, follow_up_id: UUID) -> Ringing:
    """Where her latest call about a promise is. Raises NotFound where she asked for none."""
    async with acting_as(actor):
        subject = await subject_of(actor, follow_up_id)
        call = await own_call(actor, follow_up_id)
    return Ringing(subject, rules.scene_of(call), call.refused, rules.helper_of(call))


async def own_call(actor: Actor, follow_up_id: UUID) -> PhoneCall:
    """Her latest about a promise. Raises as look."""
    async with acting_as(actor):
        call = await queries_phone.find_of_follow_up(follow_up_id)
    if call is None or actor.volunteer_id is None or call.volunteer_id != actor.volunteer_id:
        raise NotFound("phone_call")
    return call


async def change_mind(actor: Actor, follow_up_id: UUID, now: datetime) -> None:
    """Nobody is rung any more, and whoever rings or talks is hung up. Once it is over it stays so."""
    async with acting_as(actor):
        call = await own_call(actor, follow_up_id)
        if call.ended_at is None:
            await queries_phone.update_phone_call(call.id, ended_at=now)
            await queries_phone.wake_worker()
            await audit.record(actor, "changed_mind", ("phone_call", call.id), now)


async def not_logged(actor: Actor, follow_up_id: UUID | None = None) -> list[PhoneCall]:
    """Her calls of which she has said nothing yet, the latest first; those of one promise, or all."""
    if actor.volunteer_id is None:
        return []
    async with acting_as(actor):
        return await queries_phone.list_not_logged(actor.volunteer_id, follow_up_id)
