"""What a call under way asks for, done: whoever is left alone is let go, and a call that is over is closed."""

from datetime import datetime
from typing import Final

from teamhope.audit import service as audit
from teamhope.calls import queries_phone, service_dial, service_inbound_family
from teamhope.calls.rules_phone import Act, Deed, PhoneCall, next_acts
from teamhope.kit.database import acting_as
from teamhope.telephony import voice
from teamhope.telephony.client import Telephone
from teamhope.vocabulary.calls import PhoneCallKind
from teamhope.vocabulary.people import WORKER

UNREACHED: Final = "unreached"
LEFT: Final = "left"
WARN: Final = "warn"


async def list_live() -> list[PhoneCall]:
    async with acting_as(WORKER):
        return await queries_phone.list_live()


async def tend(telephone: Telephone, call: PhoneCall, now: datetime) -> None:
    """One look at one call. What the provider could not be told is tried at the next look."""
    for act in next_acts(call, now):
        if act.deed is Deed.END:
            await _end(call, now)
        elif act.leg is not None:
            await _do(telephone, call, act, now)


async def _do(telephone: Telephone, call: PhoneCall, act: Act, now: datetime) -> None:
    leg = act.leg
    assert leg is not None
    if act.deed is Deed.CANCEL:
        await service_dial.cancel(leg, now)
    elif leg.sid is None:
        return
    elif act.deed is Deed.HANG_UP:
        await voice.hang_up(telephone, leg.sid)
    elif act.deed is Deed.SAY_UNREACHED:
        await voice.send_to(telephone, leg.sid, leg.id, UNREACHED)
    elif act.deed is Deed.SAY_OVER:
        await voice.send_to(telephone, leg.sid, leg.id, LEFT)
    elif await voice.whisper(telephone, call.id, leg.sid, leg.id, WARN):
        async with acting_as(WORKER):
            await queries_phone.update_phone_call(call.id, warned_at=now)


async def _end(call: PhoneCall, now: datetime) -> None:
    async with acting_as(WORKER):
        await queries_phone.update_phone_call(call.id, ended_at=now)
        if call.kind is PhoneCallKind.FROM_FAMILY:
            await service_inbound_family.ended(call, now)
        await audit.record(WORKER, "phone_call_ended", ("phone_call", call.id), now)
