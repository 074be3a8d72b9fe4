"""What a telephone that we rang is told, step by step; the provider may ask the same again, which does nothing twice.

Steps of a leg are words in the address that the provider asks at; a key comes with the next question.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from teamhope.calls import queries_phone, service_dial
from teamhope.calls import rules_phone as rules
from teamhope.calls.rules_phone import Leg, PhoneCall
from teamhope.calls.service_callers import language_of
from teamhope.kit.database import acting_as
from teamhope.telephony.twiml import meet, tell, whispered
from teamhope.telephony.voice import voice_url
from teamhope.telephony.wording_calls import GOODBYE, NEARLY_OVER
from teamhope.vocabulary.calls import Party, PhoneCallKind
from teamhope.vocabulary.errors import Refused
from teamhope.vocabulary.people import WORKER


@dataclass(frozen=True, slots=True)
class Asked:
    """One question of the provider: which telephone, what it was told last, and which keys were pressed then.

    `again`: how often the same was asked before. `zone` is REPORT_TIMEZONE.
    """

    leg_id: UUID
    step: str
    sid: str
    keys: str
    again: int
    public_url: str
    zone: ZoneInfo


@dataclass(frozen=True, slots=True)
class Heard:
    """Who is on this telephone, in which call; `language` is what she hears."""

    asked: Asked
    call: PhoneCall
    leg: Leg
    language: str
    now: datetime

    def url(self, step: str, **more: int) -> str:
        return voice_url(self.asked.public_url, self.leg.id, step, **more)


Step = Callable[[Heard], Awaitable[str]]
Steps = Mapping[tuple[PhoneCallKind, Party], Mapping[str, Step]]


async def hear(asked: Asked, now: datetime) -> Heard | None:
    """Who asks; None for a leg that nobody knows or that is over, and for another call than the leg's own.

    Its first question says that it was answered, whether our own commit of its sid came first or not. What was reported
    of the call meanwhile is applied before anything is said.
    """
    async with acting_as(WORKER):
        leg = await queries_phone.lock_leg(asked.leg_id)
        if leg is None or leg.is_over or leg.sid not in {None, asked.sid}:
            return None
        if not await service_dial.write_known(leg, rules.after_word_from(leg.status, asked.sid), now):
            return None
    await service_dial.apply_reports(now, leg.phone_call_id)
    async with acting_as(WORKER):
        call = await queries_phone.load_phone_call(leg.phone_call_id)
    own = next(each for each in call.legs if each.id == leg.id)
    return Heard(asked, call, own, await language_of(leg.person_id), now)


async def answer(heard: Heard, steps: Steps) -> str | None:
    """What the telephone is told; None for a step that its party has not.

    Whoever may not go on, a volunteer who was suspended meanwhile for one, is told goodbye.
    """
    step = steps.get((heard.call.kind, heard.leg.party), {}).get(heard.asked.step)
    try:
        return await step(heard) if step else None
    except Refused:
        return tell([GOODBYE], heard.language)


# The family: it hears nothing of ours ---------------------------------------------------------------------------------


async def family_answered(heard: Heard) -> str:
    """Into the conference, if the volunteer still waits in it; else its line is given back without a word."""
    volunteer = heard.call.leg_of(Party.VOLUNTEER)
    waits = heard.call.ended_at is None and volunteer is not None and not volunteer.is_over and volunteer.joined_at
    if not waits:
        return tell((), heard.language)
    async with acting_as(WORKER):
        await queries_phone.set_joined(heard.leg.id, heard.now)
    return meet(heard.call.id, (), heard.language, ends_it=True)


# A whisper in the conference: only its own telephone hears it ---------------------------------------------------------


async def whisper(leg_id: UUID) -> str | None:
    """That the longest call is nearly over; None for a leg that nobody knows or that is over."""
    async with acting_as(WORKER):
        leg = await queries_phone.find_leg(leg_id)
    if leg is None or leg.is_over:
        return None
    return whispered([NEARLY_OVER], await language_of(leg.person_id))
