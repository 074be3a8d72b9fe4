"""Whole calls by telephone: who rings whom in these tests, and the worker's passes until nothing moves any more.

What is due is due by NOW, leases by the database's clock.
"""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from tests import world
from tests.slices.calls.kit import NOW, due, rows
from tests.slices.telephony.exchange import ACCOUNT, NUMBER, PUBLIC, TOKEN

from teamhope.calls import service_ring
from teamhope.calls.jobs import dial_due, tend_calls
from teamhope.settings import Settings
from teamhope.telephony.client import Telephone
from teamhope.telephony.fake import Fake
from teamhope.telephony.fake_handsets import Talk

__all__ = ["NOW", "NUMBER", "PUBLIC", "TOKEN", "due", "rows"]

SETTINGS = Settings(
    public_url=PUBLIC, twilio_account_sid=ACCOUNT, twilio_auth_token=TOKEN, twilio_number=NUMBER, database_url="unused"
)
PAGES = replace(SETTINGS, public_url="http://127.0.0.1:8000")
TWELVE_MINUTES = 720
ROUNDS = 6  # of passes, each of which may ask for another


async def tapped(now: Any = NOW, **about: Any) -> world.AFollowUp:
    """A promised call that is due, whose volunteer has just tapped Call."""
    it = await due(now, **about)
    await service_ring.ring(it.match.volunteer.actor, it.id, now)
    return it


def she(fake: Fake, it: world.AFollowUp, *keys: str, **script: Any) -> None:
    """What the volunteer does at her telephone."""
    fake.state.handset(it.match.volunteer.phone, keys=keys, **script)


def they(fake: Fake, it: world.AFollowUp, *, talk: int | None = TWELVE_MINUTES, **script: Any) -> None:
    """What the family does; `talk`: seconds after which it hangs up."""
    talks = () if talk is None else (Talk(talk),)
    fake.state.handset(it.match.request.number, talks=talks, **script)


async def work(fake: Fake, telephone: Telephone, now: Any = NOW) -> None:
    for _ in range(ROUNDS):
        await dial_due(telephone, now, "worker")
        await fake.state.quiet()
        await tend_calls(telephone, now)
        await fake.state.quiet()


async def phone_call(it: world.AFollowUp) -> Any:
    """The latest about this promise."""
    return (await rows("select * from phone_call where follow_up = $1 order by created_at desc limit 1", it.id))[0]


async def legs(it: world.AFollowUp) -> dict[str, Any]:
    """By party, the latest."""
    found = await rows(
        "select l.* from phone_leg l join phone_call c on c.id = l.phone_call where c.follow_up = $1 "
        "order by l.created_at",
        it.id,
    )
    return {row["party"]: row for row in found}


async def statuses(it: world.AFollowUp) -> dict[str, str]:
    return {party: row["status"] for party, row in (await legs(it)).items()}


def said_to(fake: Fake, number: str) -> list[str]:
    return [heard.text for heard in fake.state.heard_at(number)]


async def time_passes(by: timedelta) -> None:
    """For leases and intents, which the database keeps by its own clock: they are moved back."""
    back = "lease_until = lease_until - $1::interval, dialling_at = dialling_at - $1::interval"
    await rows(f"update phone_leg set {back}", by)


async def clear() -> None:
    """Nobody is called any more, and nothing waits."""
    await rows("delete from provider_callback")
    await rows("update phone_leg set status = 'cancelled', ended_at = now(), lease_until = null where ended_at is null")
    await rows("update phone_leg set provider_sid = null")
    await rows("update phone_call set ended_at = now() where ended_at is null")
    await rows("update follow_up set status = 'cancelled', ended_at = due_at where ended_at is null")
