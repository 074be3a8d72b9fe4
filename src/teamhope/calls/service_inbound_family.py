"""A family calls us with its PIN: its volunteer's telephone rings, or it is called back; or nothing is known of it."""

from datetime import datetime
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from teamhope.audit import service as audit
from teamhope.calls import queries, queries_callers, queries_inbound, queries_phone, rules_inbound, service
from teamhope.calls.queries_inbound import ContactCalling
from teamhope.calls.rules import LoggedCall
from teamhope.calls.rules_inbound import Calling, Reception
from teamhope.calls.rules_phone import ASK_TALKING, PhoneCall
from teamhope.calls.service_inbound import Incoming
from teamhope.calls.service_voice import Heard
from teamhope.families import service_contact, service_hold, service_pins
from teamhope.families.rules_hours import open_from
from teamhope.followups import queries as followups
from teamhope.followups import service_planning as planning
from teamhope.followups.service_planning import Setting
from teamhope.kit.database import acting_as
from teamhope.tasks import service as tasks
from teamhope.tasks.queries import About
from teamhope.telephony import wording_inbound as say
from teamhope.telephony.twiml import ask, meet
from teamhope.telephony.voice import voice_url
from teamhope.vocabulary.calls import Direction, Outcome, Party, PhoneCallKind, PlacedVia
from teamhope.vocabulary.errors import NotFound
from teamhope.vocabulary.people import WORKER
from teamhope.vocabulary.states import TaskKind

BLOCKED: Final = "blocked_caller"


async def receive(it: Incoming, contact_id: UUID) -> str | None:
    """What she is told; None where nobody may be put through: then she hears what a wrong PIN hears.

    Asked again about the same call, the same.
    """
    async with acting_as(WORKER):
        her = await queries_inbound.load_contact(contact_id)
        leg_id = await queries_inbound.leg_of_sid(it.sid)
        if leg_id is not None:
            return _told(await queries_inbound.load_of_leg(leg_id), her, it.public_url)
        reception, why = rules_inbound.receive(await gather(her, it.caller, it.now))
        if reception is Reception.REFUSE:
            await _note_refusal(her, why, it.now)
            return None
        call = await _open(it, her, rings=reception is Reception.RING)
        if reception is Reception.CALL_BACK:
            await promise_call_back(call, it.zone, it.now)
        return _told(call, her, it.public_url)


def _told(call: PhoneCall, her: ContactCalling, public_url: str) -> str:
    if call.leg_of(Party.VOLUNTEER) is None:
        return _called_back(call, her, public_url)
    return meet(call.id, [say.PLEASE_WAIT], her.language, ends_it=True)


def _called_back(call: PhoneCall, her: ContactCalling, public_url: str) -> str:
    """Whoever cannot wait so long may ask for a person."""
    caller = call.leg_of(Party.FAMILY)
    assert caller is not None
    return ask([say.WE_CALL_BACK, say.PRESS_FOR_SOMEONE], her.language, voice_url(public_url, caller.id, "someone"))


# Gather ---------------------------------------------------------------------------------------------------------------


async def gather(her: ContactCalling, caller: str, now: datetime) -> Calling:
    """Inside acting_as(WORKER); her match stays locked."""
    setting = await planning.gather(her.match_id, now) if her.match_id else None
    contact = setting.contact if setting else await service_contact.contact_facts(her.contact_id, None, now)
    blocked, opted_out = await service_pins.caller_bars(her.family_id, caller)
    free = setting is not None and await _is_free(setting, now)
    return Calling(contact, blocked=blocked, opted_out=opted_out, volunteer_free=free)


async def _is_free(setting: Setting, now: datetime) -> bool:
    volunteer_id, hours = setting.match.volunteer_id, open_from(setting.diary.volunteer, now)
    if setting.volunteer.suspended:
        return False
    if hours is None or hours.start > now or await queries_inbound.is_on_the_telephone(volunteer_id):
        return False
    try:
        return (await queries_callers.load_caller(volunteer_id)).has_telephone
    except NotFound:
        return False


# Apply ----------------------------------------------------------------------------------------------------------------


async def _open(it: Incoming, her: ContactCalling, *, rings: bool) -> PhoneCall:
    coming = await followups.next_open_follow_up(her.match_id) if her.match_id else None
    call_id = await queries_phone.insert_phone_call(
        PhoneCallKind.FROM_FAMILY,
        it.now,
        volunteer=her.volunteer_id,
        family=her.family_id,
        contact=her.contact_id,
        match=her.match_id,
        follow_up=coming.id if coming else None,
    )
    leg_id = await queries_inbound.insert_answered(call_id, Party.FAMILY, it.sid, it.now, ASK_TALKING)
    if rings and her.volunteer_id:
        person_id = (await queries_callers.load_caller(her.volunteer_id)).person_id
        await queries_phone.insert_leg(call_id, Party.VOLUNTEER, it.now, person=person_id)
        await queries_phone.set_joined(leg_id, it.now)
    await audit.record(WORKER, "family_called", ("phone_call", call_id), it.now)
    return await queries_phone.load_phone_call(call_id)


async def promise_call_back(call: PhoneCall, zone: ZoneInfo | None, now: datetime) -> None:
    """A missed call in the log, from which the call-back follows; where there is no match to log it to, a task.

    Inside acting_as(WORKER); once for a call. `zone` is REPORT_TIMEZONE, None where it is not known here.
    """
    if call.match_id is None or zone is None:
        await _ask_once(call.family_id, "call_back", now)
        return
    missed = LoggedCall(
        outcome=Outcome.INBOUND_MISSED,
        match_id=call.match_id,
        direction=Direction.INBOUND,
        placed_via=PlacedVia.PROGRAM_LINE,
        started_at=call.created_at,
    )
    logged = await service.log_call(WORKER, missed, now, str(call.id), zone)
    await queries_phone.update_phone_call(call.id, call=logged.call_id)


async def _note_refusal(her: ContactCalling, why: str, now: datetime) -> None:
    await audit.record(WORKER, "refused_call", ("contact", her.contact_id), now, reason=why)
    await _ask_once(her.family_id, why if why == BLOCKED else "pin_refused", now)


async def _ask_once(family_id: UUID | None, detail: str, now: datetime) -> None:
    """However often they call."""
    assert family_id is not None
    if not await tasks.is_open(TaskKind.OTHER, family_id, detail):
        await service_hold.open_for_owner(WORKER, TaskKind.OTHER, About(family=family_id, detail=detail), now)


# Nobody took the call -------------------------------------------------------------------------------------------------


async def not_taken(heard: Heard) -> str:
    """Out of the conference, in which nobody came."""
    async with acting_as(WORKER):
        call = await queries_phone.load_phone_call(heard.call.id, lock=True)
        await queries_phone.set_joined(heard.leg.id, None)
        if call.logged_as is None and call.cleared_at is None:
            await promise_call_back(call, heard.asked.zone, heard.now)
        her = await queries_inbound.contact_of_call(call.id)
        assert her is not None
    return _called_back(call, her, heard.asked.public_url)


async def ended(call: PhoneCall, now: datetime) -> None:
    """All telephones are down: who hung up before anybody came is called back too. Inside acting_as(WORKER)."""
    if call.family_id and call.cleared_at is None and call.logged_as is None:
        await promise_call_back(call, await queries.fixed_report_zone(), now)
