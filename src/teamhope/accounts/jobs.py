"""What sign-in leaves behind and nobody needs any more."""

from datetime import datetime

from teamhope.accounts import queries, queries_links, queries_second
from teamhope.kit.database import acting_as
from teamhope.vocabulary.people import WORKER


async def remove_expired(now: datetime) -> None:
    """One pass: removes sessions, half-done sign-ins, links and delays that ended before `now`; safe to repeat.

    Tokens stay: their rows say who could read what until when.
    """
    async with acting_as(WORKER):
        await queries.delete_expired_sessions(now)
        await queries_second.delete_expired_steps(now)
        await queries.delete_old_throttles(now)
        await queries_links.delete_ended_links(now)
