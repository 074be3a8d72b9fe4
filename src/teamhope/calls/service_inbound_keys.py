"""What was keyed in after the greeting: a PIN, a wish for a person, or neither."""

from dataclasses import replace

from teamhope.accounts.service_pins import holder_of
from teamhope.calls.rules_inbound import TRIES
from teamhope.calls.service_inbound import FOR_SOMEONE, Incoming, greet_again
from teamhope.calls.service_inbound_family import receive
from teamhope.calls.service_inbound_staff import ring_staff
from teamhope.calls.service_inbound_volunteer import offer_call
from teamhope.telephony.twiml import EVERY_LANGUAGE, tell
from teamhope.telephony.wording_calls import GOODBYE


async def keyed(it: Incoming) -> str:
    """After three wrong numbers a person is rung; whoever presses nothing is let go."""
    if it.keys == FOR_SOMEONE:
        return await ring_staff(it)
    put_through = await _put_through(it) if it.keys else None
    if put_through is not None:
        return put_through
    if it.again + 1 < TRIES:
        return greet_again(it)
    return await ring_staff(it) if it.keys else tell([GOODBYE], EVERY_LANGUAGE)


async def _put_through(it: Incoming) -> str | None:
    holder = await holder_of(it.keys, it.caller, it.now)
    if holder is None:
        return None
    if holder.volunteer_id is not None:
        return await offer_call(replace(it, volunteer_id=holder.volunteer_id, again=0))
    assert holder.contact_id is not None
    return await receive(it, holder.contact_id)
