"""A volunteer's coming calls for her own calendar: whoever has the address sees when, and nothing about whom."""

from datetime import datetime
from typing import Final

from teamhope.followups import queries_calendar
from teamhope.followups.queries_calendar import ComingCall
from teamhope.followups.rules_calendar import SHOWN, Reminder, calendar_of
from teamhope.followups.rules_slots import SLOT
from teamhope.kit import crypto
from teamhope.kit.database import acting_as
from teamhope.kit.i18n import N_, gettext, use_language
from teamhope.vocabulary.people import Actor, Role
from teamhope.volunteers import service_calendar

TITLE: Final = N_("Reminder")


async def feed(secret: str, now: datetime) -> bytes:
    """The calls under way and those SHOWN ahead, in her zone and language; she acts as a volunteer, never as more.

    Raises NotFound for a secret that was taken back or never was, and for whoever is suspended.
    """
    holder = await service_calendar.holder_of(secret)
    async with acting_as(Actor(Role.VOLUNTEER, holder.person_id, holder.volunteer_id)):
        calls = await queries_calendar.list_coming(holder.volunteer_id, now - SLOT, now + SHOWN)
    with use_language(holder.language):
        return calendar_of([_reminder(each) for each in calls], holder.zone, gettext(TITLE), now)


def _reminder(it: ComingCall) -> Reminder:
    return Reminder(_uid(it), it.due_at, it.moves)


def _uid(it: ComingCall) -> str:
    """The same for as long as the call is there; nobody without our key can tell of which call it is."""
    return crypto.blind_index(crypto.keys(), "calendar", str(it.id)).hex()
