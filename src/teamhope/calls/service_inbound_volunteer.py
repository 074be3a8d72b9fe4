"""A volunteer calls us with her PIN: she hears her next promised call, and is put through as by a tap."""

from dataclasses import replace
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from asyncpg import UniqueViolationError

from teamhope.audit import service as audit
from teamhope.calls import queries_callers, queries_inbound, queries_phone, service, service_bridge
from teamhope.calls.rules_inbound import TRIES
from teamhope.calls.rules_phone import ASK_TALKING
from teamhope.calls.service_callers import caller_of, language_of
from teamhope.calls.service_inbound import Incoming
from teamhope.calls.service_voice import Asked, hear
from teamhope.followups.service_lists import TodaysCall, todays_calls
from teamhope.kit.database import acting_as
from teamhope.kit.i18n import format_clock, gettext, use_language, weekday_names
from teamhope.telephony import wording_inbound as say
from teamhope.telephony.twiml import ask, tell
from teamhope.telephony.wording_calls import GOODBYE
from teamhope.vocabulary.calls import Party, PhoneCallKind
from teamhope.vocabulary.people import WORKER, Actor

MOST_SKIPPED: Final = 99


async def offer_call(it: Incoming) -> str:
    """Of her calls of today, those first whose time is over, the one after those that she passed over."""
    assert it.volunteer_id is not None
    actor = await caller_of(it.volunteer_id)
    language, calls = await language_of(actor.person_id), (await todays_calls(actor, it.now))[it.skip :]
    if not calls:
        return tell([say.NO_MORE_TODAY, GOODBYE], language)
    first = calls[0]
    words = [await _spoken(first, actor, language), say.CALL_NOW, *([say.THE_ONE_AFTER] if calls[1:] else [])]
    chosen = {"volunteer": it.volunteer_id, "call": first.follow_up.id, "skip": it.skip, "again": it.again}
    return ask(words, language, it.url("chosen", **chosen))


async def _spoken(it: TodaysCall, actor: Actor, language: str) -> str:
    """Its day and time as her own clock has them."""
    async with acting_as(actor):
        zone = await queries_callers.zone_of(actor.person_id)
    day = it.follow_up.due_at.astimezone(ZoneInfo(zone)).weekday()
    with use_language(language):
        time = format_clock(it.follow_up.due_at, zone)
        return gettext(say.NEXT_CALL, name=it.person.first_name, day=weekday_names()[day], time=time)


async def chosen(it: Incoming) -> str:
    if it.keys == "1":
        return await _call(it)
    if it.keys == "2":
        return await offer_call(replace(it, skip=min(it.skip + 1, MOST_SKIPPED), again=0))
    if it.again + 1 < TRIES:
        return await offer_call(replace(it, again=it.again + 1))
    return tell([GOODBYE], await _language(it))


async def _language(it: Incoming) -> str:
    assert it.volunteer_id is not None
    return await language_of((await caller_of(it.volunteer_id)).person_id)


async def _call(it: Incoming) -> str:
    """From here on her telephone is the volunteer's leg of a masked call in which she has pressed the key."""
    assert it.volunteer_id is not None
    actor = await caller_of(it.volunteer_id)
    try:
        leg_id = await _leg(it, actor)
    except UniqueViolationError:
        return tell([say.UNDER_WAY, GOODBYE], await language_of(actor.person_id))
    heard = await hear(Asked(leg_id, "key", it.sid, "1", 0, it.public_url, it.zone), it.now)
    return await service_bridge.key(heard) if heard else tell([GOODBYE], await language_of(actor.person_id))


async def _leg(it: Incoming, actor: Actor) -> UUID:
    """The same for the same question. Raises NotFound for another's call, UniqueViolationError for one under way."""
    async with acting_as(WORKER):
        return await queries_inbound.leg_of_sid(it.sid) or await _open(it, actor)


async def _open(it: Incoming, actor: Actor) -> UUID:
    async with acting_as(actor):
        about = await service.about(actor, it.follow_up_id)
        of = {"family": about.family_id, "contact": about.contact_id, "match": about.match_id}
        call_id = await queries_phone.insert_phone_call(
            PhoneCallKind.TO_FAMILY, it.now, volunteer=it.volunteer_id, follow_up=it.follow_up_id, **of
        )
        await audit.record(actor, "dialled_in", ("phone_call", call_id), it.now)
        return await queries_inbound.insert_answered(
            call_id, Party.VOLUNTEER, it.sid, it.now, ASK_TALKING, person=actor.person_id
        )
