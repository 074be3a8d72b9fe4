"""Somebody calls our number: one greeting for everybody, then keys. Who has no right PIN is told nothing.

Until somebody is known there is no row of the call: what was told last stands in the address that the provider asks at
next, which it signs.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from teamhope.calls import queries_inbound
from teamhope.calls.rules_inbound import LONGEST_KEYED
from teamhope.kit.database import acting_as
from teamhope.telephony import wording_inbound as say
from teamhope.telephony.twiml import EVERY_LANGUAGE, ask
from teamhope.telephony.voice import VOICE_PATH
from teamhope.vocabulary.people import WORKER

FOR_SOMEONE: Final = "0"


@dataclass(frozen=True, slots=True)
class Incoming:
    """One question of the provider about a call that came in and has no leg of ours yet.

    `caller` is the number as the provider gave it, to be compared and never kept. `volunteer_id`, `follow_up_id`,
    `skip`: what a volunteer who gave her PIN was told last, and how many of her calls she has passed over.
    """

    step: str
    sid: str
    caller: str
    keys: str
    again: int
    public_url: str
    zone: ZoneInfo
    now: datetime
    volunteer_id: UUID | None = None
    follow_up_id: UUID | None = None
    skip: int = 0

    def url(self, step: str, **more: object) -> str:
        query = "".join(f"&{name}={value}" for name, value in more.items())
        return f"{self.public_url.rstrip('/')}{VOICE_PATH}?step={step}{query}"


def greet(it: Incoming) -> str:
    """The same letters for every caller; nobody is looked for before they are spoken."""
    return ask(say.GREETING, EVERY_LANGUAGE, it.url("keyed", again=0), longest=LONGEST_KEYED)


def greet_again(it: Incoming) -> str:
    """After a wrong number, and after one that is right and must not be put through: the same letters again."""
    words = (say.DID_NOT_WORK, *say.GREETING) if it.keys else say.GREETING
    return ask(words, EVERY_LANGUAGE, it.url("keyed", again=it.again + 1), longest=LONGEST_KEYED)


async def leg_named(sid: str) -> UUID | None:
    """Ours of a call that came in, by the provider's name for it; None while nobody is known who calls."""
    async with acting_as(WORKER):
        return await queries_inbound.leg_of_sid(sid)
