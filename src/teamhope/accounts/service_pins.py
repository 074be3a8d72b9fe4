"""PINs for calling us: made by chance, shown once, taken back; and whose the keyed digits are.

Of a PIN an HMAC with the lookup key is kept, not Argon2 as of a password. The digits alone must find whose they are,
because nothing may follow from the number somebody calls from, and a salted hash finds nobody. Eight digits are soon
tried through against any hash: what protects them in a stolen database is the key, which is not in it. Against guessing
by telephone there are the delays.
"""

from contextlib import suppress
from datetime import datetime
from uuid import UUID

from teamhope.accounts import queries, queries_pins, rules_pins, service
from teamhope.accounts.queries_pins import Holder
from teamhope.audit import service as audit
from teamhope.kit.database import acting_as
from teamhope.vocabulary.errors import TooMany
from teamhope.vocabulary.people import DOORKEEPER, Actor


async def make_pin(actor: Actor, holder: Holder, now: datetime) -> str:
    """Eight digits, to be told this once; the ones before open nothing any more."""
    async with acting_as(actor):
        pin = rules_pins.new_pin()
        while await queries_pins.is_taken(pin):
            pin = rules_pins.new_pin()
        await queries_pins.put_pin(holder, pin, now)
        await audit.record(actor, "made_calling_pin", _subject(holder), now)
    return pin


async def end_pin(actor: Actor, holder: Holder, now: datetime) -> None:
    """Twice is as good as once."""
    async with acting_as(actor):
        await queries_pins.delete_pin(holder)
        await audit.record(actor, "ended_calling_pin", _subject(holder), now)


def _subject(holder: Holder) -> tuple[str, UUID | None]:
    return ("volunteer", holder.volunteer_id) if holder.volunteer_id else ("contact", holder.contact_id)


async def holder_of(keyed: str, caller: str, now: datetime) -> Holder | None:
    """Whose PIN was keyed in on a call from the number `caller`, as the provider gave it; None for a wrong one.

    Wrong ones delay the next, of this caller and, from numbers that are not on record as the holder's, of everybody:
    as sign_in, a delay and never a lock-out. What is tried while a delay lasts is wrong, whatever it is; during that of
    everybody it counts for its caller, who may be nobody but one that shows a holder's number. `caller` is kept only as
    the key of that count, an hour or so.
    """
    pin = rules_pins.keyed_pin(keyed)
    async with acting_as(DOORKEEPER):
        holder = await queries_pins.find_holder(pin) if pin else None
        own = holder is not None and await queries_pins.is_own_number(holder, caller)
        names = (rules_pins.counted_as(caller), *(() if own else (rules_pins.ANYBODY,)))
        if await queries_pins.is_waiting(names, now):
            if not await queries_pins.is_waiting(names[:1], now):
                await _count_wrong(names[:1], now)
            return None
        if holder is None:
            await _count_wrong(names, now)
        else:
            await queries.forget_failures(names[0])
        return holder


async def _count_wrong(names: tuple[str, ...], now: datetime) -> None:
    for name in names:
        with suppress(TooMany):  # of several at once: counted all the same
            await service.count_attempt(name, now)
    await audit.record(DOORKEEPER, "calling_pin_refused", ("calling_pin", None), now)
