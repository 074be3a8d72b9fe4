"""The address by which a volunteer's own calendar fetches when her calls are: made, taken back, and whose it is."""

from datetime import datetime

from teamhope.accounts import rules as accounts
from teamhope.audit import service as audit
from teamhope.kit.database import acting_as
from teamhope.vocabulary.errors import NotFound
from teamhope.vocabulary.people import DOORKEEPER, Actor
from teamhope.volunteers import queries_calendar
from teamhope.volunteers.queries_calendar import FeedHolder
from teamhope.volunteers.service import own_volunteer


async def make_feed(actor: Actor, now: datetime) -> str:
    """A secret, to be shown this once; the one she had opens nothing any more. Raises NotFound for no volunteer."""
    volunteer_id, secret = own_volunteer(actor), accounts.new_secret()
    async with acting_as(actor):
        await queries_calendar.put_feed(accounts.hash_of(secret), volunteer_id, now)
        await audit.record(actor, "made_calendar_feed", ("volunteer", volunteer_id), now)
    return secret


async def end_feed(actor: Actor, now: datetime) -> None:
    """Twice is as good as once. Raises NotFound for no volunteer."""
    volunteer_id = own_volunteer(actor)
    async with acting_as(actor):
        await queries_calendar.delete_feed(volunteer_id)
        await audit.record(actor, "ended_calendar_feed", ("volunteer", volunteer_id), now)


async def holder_of(secret: str) -> FeedHolder:
    """Whoever asks proves nothing but the secret. Raises NotFound, the same for one that never was."""
    async with acting_as(DOORKEEPER):
        holder = await queries_calendar.load_holder(accounts.hash_of(secret))
    if holder is None:
        raise NotFound("calendar")
    return holder
