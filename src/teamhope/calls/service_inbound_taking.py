"""The volunteer's telephone when a family calls: whose call it is she hears after a key, and takes it with another.

A voicemail box, or whoever picks up in her place, hears that there is a call, and no name.
"""

from collections.abc import Mapping
from typing import Final

from teamhope.calls import queries_inbound, queries_phone, service, service_bridge
from teamhope.calls.rules_inbound import TRIES, Reception, receive
from teamhope.calls.service_callers import caller_of
from teamhope.calls.service_inbound_family import gather
from teamhope.calls.service_voice import Heard, Step
from teamhope.kit.database import acting_as
from teamhope.kit.i18n import gettext, use_language
from teamhope.telephony import wording_inbound as say
from teamhope.telephony.twiml import ask, meet, tell
from teamhope.telephony.wording_calls import CALL_IS_OVER, GOODBYE
from teamhope.vocabulary.calls import Party
from teamhope.vocabulary.people import WORKER

TAKE: Final = "1"


async def answered(heard: Heard) -> str:
    if not waits(heard):
        return tell([CALL_IS_OVER], heard.language)
    return ask([say.A_CALL_FOR_YOU], heard.language, heard.url("who"))


async def who(heard: Heard) -> str:
    if not waits(heard):
        return tell([CALL_IS_OVER], heard.language)
    if heard.asked.keys != TAKE:
        return again(heard, say.A_CALL_FOR_YOU, "who")
    return ask([await _who_calls(heard)], heard.language, heard.url("take"))


async def _who_calls(heard: Heard) -> str:
    assert heard.call.volunteer_id is not None
    about = await service.about(await caller_of(heard.call.volunteer_id), None, heard.call.match_id)
    with use_language(heard.language):
        return gettext(say.IS_CALLING, name=about.first_name)


async def take(heard: Heard) -> str:
    """Asked at this moment, too, whether the family may be put through."""
    if not waits(heard):
        return tell([CALL_IS_OVER], heard.language)
    if heard.asked.keys != TAKE:
        return again(heard, await _who_calls(heard), "take")
    async with acting_as(WORKER):
        call = await queries_phone.load_phone_call(heard.call.id, lock=True)
        if call.cleared_at is None and not await _may_be_put_through(heard):
            return tell([CALL_IS_OVER], heard.language)
        await queries_phone.update_phone_call(call.id, cleared_at=call.cleared_at or heard.now)
        await queries_phone.set_joined(heard.leg.id, heard.now)
    return meet(call.id, (), heard.language, action=heard.url("left"), ends_it=False)


async def _may_be_put_through(heard: Heard) -> bool:
    her = await queries_inbound.contact_of_call(heard.call.id)
    assert her is not None  # a volunteer is rung for a family's call alone
    reception, _ = receive(await gather(her, "", heard.now))
    return reception is not Reception.REFUSE and her.match_id == heard.call.match_id


def again(heard: Heard, sentence: str, step: str) -> str:
    """The same sentence for another key than the right one, twice."""
    tries = heard.asked.again + 1
    if tries >= TRIES:
        return tell([GOODBYE], heard.language)
    return ask([sentence], heard.language, heard.url(step, again=tries))


def waits(heard: Heard) -> bool:
    """Whether whoever called is still there."""
    caller = heard.call.leg_of(Party.FAMILY)
    return heard.call.ended_at is None and caller is not None and not caller.is_over


STEPS: Final[Mapping[str, Step]] = {
    "answered": answered,
    "who": who,
    "take": take,
    **{step: service_bridge.STEPS[step] for step in ("left", "menu", "outcome")},
}
