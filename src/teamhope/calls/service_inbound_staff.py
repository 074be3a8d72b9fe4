"""Somebody who calls us asks for a person, or has no right PIN: who is on call is rung, one after another.

The number behind them comes last. Nothing is known of the caller, and nothing is kept of her number.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

from teamhope.audit import service as audit
from teamhope.calls import queries_inbound, queries_phone
from teamhope.calls.rules_phone import ASK_TALKING, PhoneCall
from teamhope.calls.service_inbound import FOR_SOMEONE, Incoming
from teamhope.calls.service_inbound_taking import TAKE, again, waits
from teamhope.calls.service_voice import Heard, Step
from teamhope.care import service_on_call
from teamhope.kit.database import acting_as
from teamhope.telephony import wording_inbound as say
from teamhope.telephony.twiml import EVERY_LANGUAGE, ask, meet, tell
from teamhope.telephony.wording_calls import CALL_IS_OVER, GOODBYE
from teamhope.vocabulary.calls import Party, PhoneCallKind
from teamhope.vocabulary.people import WORKER


async def ring_staff(it: Incoming) -> str:
    """Asked again about the same call, the same."""
    async with acting_as(WORKER):
        leg_id = await queries_inbound.leg_of_sid(it.sid)
        if leg_id is None:
            call_id = await queries_phone.insert_phone_call(PhoneCallKind.FROM_FAMILY, it.now)
            leg_id = await queries_inbound.insert_answered(call_id, Party.FAMILY, it.sid, it.now, ASK_TALKING)
            await audit.record(WORKER, "stranger_called", ("phone_call", call_id), it.now)
            await _ring_next(call_id, leg_id, it.now)
        call = await queries_inbound.load_of_leg(leg_id)
    return _wait(call, EVERY_LANGUAGE) if call.leg_of(Party.ON_CALL) else _nobody(EVERY_LANGUAGE)


async def wanted(heard: Heard) -> str:
    """A family that is to be called back, and would rather speak with somebody now."""
    if heard.asked.keys == FOR_SOMEONE:
        return await not_taken(heard)
    return tell([GOODBYE], await _language(heard.call))


async def not_taken(heard: Heard) -> str:
    """The next one, once."""
    async with acting_as(WORKER):
        call = await queries_phone.load_phone_call(heard.call.id, lock=True)
        rung = _rings(call) or await _ring_next(call.id, heard.leg.id, heard.now)
    language = await _language(call)
    return _wait(call, language) if rung else _nobody(language)


async def _language(call: PhoneCall) -> str:
    async with acting_as(WORKER):
        her = await queries_inbound.contact_of_call(call.id)
    return her.language if her else EVERY_LANGUAGE


def _rings(call: PhoneCall) -> bool:
    last = call.leg_of(Party.ON_CALL)
    return last is not None and not last.is_over


async def _ring_next(call_id: UUID, caller_leg_id: UUID, now: datetime) -> bool:
    """Whether there was somebody left."""
    call = await queries_phone.load_phone_call(call_id)
    rung = {leg.person_id for leg in call.legs if leg.party is Party.ON_CALL}
    left = [person for person in await _to_ring(now) if person not in rung]
    if left:
        await queries_phone.insert_leg(call_id, Party.ON_CALL, now, person=left[0])
    await queries_phone.set_joined(caller_leg_id, now if left else None)
    return bool(left)


async def _to_ring(now: datetime) -> list[UUID | None]:
    """Those on call who have a telephone, supervisors first; None is the number behind them."""
    people = [shift.person for shift in await service_on_call.who_is_on_call(now) if shift.has_phone]
    return [*people, None] if await service_on_call.fallback_to_ring() else [*people]


def _wait(call: PhoneCall, language: str) -> str:
    return meet(call.id, [say.ONE_MOMENT], language, ends_it=True)


def _nobody(language: str) -> str:
    return tell([say.NOBODY_NOW, GOODBYE], language)


# The telephone of who is on call --------------------------------------------------------------------------------------


async def answered(heard: Heard) -> str:
    if not waits(heard):
        return tell([CALL_IS_OVER], heard.language)
    return ask([say.SOMEBODY_ASKS], heard.language, heard.url("take"))


async def take(heard: Heard) -> str:
    """A voicemail box presses no key."""
    if not waits(heard):
        return tell([CALL_IS_OVER], heard.language)
    if heard.asked.keys != TAKE:
        return again(heard, say.SOMEBODY_ASKS, "take")
    async with acting_as(WORKER):
        await queries_phone.update_phone_call(heard.call.id, cleared_at=heard.now)
        await queries_phone.set_joined(heard.leg.id, heard.now)
    return meet(heard.call.id, (), heard.language, ends_it=False)


STEPS: Final[Mapping[str, Step]] = {"answered": answered, "take": take}
