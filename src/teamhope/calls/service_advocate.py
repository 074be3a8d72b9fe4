"""Bringing in who is on call: her telephone rings, a key joins her, and the family may stay with her."""

from datetime import datetime
from typing import Final
from uuid import UUID

from teamhope.audit import service as audit
from teamhope.calls import queries_phone, service_ring
from teamhope.calls import rules_phone as rules
from teamhope.calls.rules_phone import Helper
from teamhope.calls.service_voice import Heard, Step
from teamhope.care import service_on_call
from teamhope.kit.database import acting_as
from teamhope.telephony import wording_calls as say
from teamhope.telephony.twiml import ask, meet, tell
from teamhope.vocabulary.calls import Party
from teamhope.vocabulary.people import WORKER, Actor, Duty


async def somebody_is_on_call(now: datetime) -> bool:
    """Somebody who can be rung, or the number behind the roster."""
    return bool(await _on_call(now))


async def _on_call(now: datetime) -> list[UUID | None]:
    """Whom to ring, advocates first; None is the number behind the roster, the last."""
    shifts = sorted(await service_on_call.who_is_on_call(now), key=lambda each: each.duty is not Duty.ADVOCATE)
    people: list[UUID | None] = [shift.person for shift in shifts if shift.has_phone]
    return [*people, None] if await service_on_call.fallback_to_ring() else people


async def bring_in(phone_call_id: UUID, now: datetime) -> bool:
    """Ring who is on call; asked again once she has not answered, the next. False where there is nobody to ring.

    One at a time: while somebody rings or has joined, nobody else is rung.
    """
    async with acting_as(WORKER):
        call = await queries_phone.load_phone_call(phone_call_id, lock=True)
        if rules.helper_of(call) is not Helper.NONE:
            return True
        on_call = await _on_call(now)
        if not on_call or not rules.is_talking(call):
            return False
        person = rules.next_advocate(call, on_call)
        leg_id = await queries_phone.insert_leg(call.id, Party.ADVOCATE, now, person=person)
        await audit.record(WORKER, "brings_in_advocate", ("phone_leg", leg_id), now)
    return True


async def bring_in_by_page(actor: Actor, follow_up_id: UUID, now: datetime) -> bool:
    """As bring_in, for her own call. Raises NotFound for another's."""
    call = await service_ring.own_call(actor, follow_up_id)
    return await bring_in(call.id, now)


# Her telephone --------------------------------------------------------------------------------------------------------


async def answered(heard: Heard) -> str:
    return ask([say.PRESS_TO_JOIN], heard.language, heard.url("key"))


async def key(heard: Heard) -> str:
    """A voicemail box presses no key."""
    if heard.asked.keys != "1":
        return tell([say.GOODBYE], heard.language)
    if not rules.is_talking(heard.call):
        return tell([say.CALL_IS_OVER], heard.language)
    async with acting_as(WORKER):
        await queries_phone.set_joined(heard.leg.id, heard.now)
    return meet(heard.call.id, [say.YOU_JOIN], heard.language, ends_it=False)


STEPS: Final[dict[str, Step]] = {"answered": answered, "key": key}
