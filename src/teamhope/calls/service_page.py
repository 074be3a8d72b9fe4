"""The telephone of who is on call: somebody needs her now, and a key says that she has it."""

from dataclasses import replace
from typing import Final

from teamhope.calls import rules_phone as rules
from teamhope.calls.service_voice import Heard, Step
from teamhope.care import service_keys
from teamhope.care.service_keys import Reply
from teamhope.telephony import wording_calls as say
from teamhope.telephony.twiml import ask, tell
from teamhope.vocabulary.errors import NotFound

SAID: Final = {
    Reply.NEEDED: say.SOMEBODY_NEEDS_YOU,
    Reply.ACCEPTED: say.YOU_HAVE_IT,
    Reply.TAKEN: say.TAKEN,
    Reply.NEXT_IS_RUNG: say.NEXT_IS_RUNG,
}


async def answered(heard: Heard) -> str:
    try:
        reply = await service_keys.greet(heard.leg.id)
    except NotFound:  # she may not answer any more
        reply = Reply.NEXT_IS_RUNG
    if reply is not Reply.NEEDED:
        return tell([SAID[reply]], heard.language)
    return ask([SAID[reply]], heard.language, heard.url("key", again=heard.asked.again))


async def key(heard: Heard) -> str:
    """Without a key it is said again twice; any but the right one lets the next be rung."""
    if not heard.asked.keys and heard.asked.again + 1 < rules.TRIES:
        return await answered(_once_more(heard))
    try:
        reply = await service_keys.pressed(heard.leg.id, heard.asked.keys, heard.now)
    except NotFound:
        reply = Reply.NEXT_IS_RUNG
    return tell([SAID[reply]], heard.language)


def _once_more(heard: Heard) -> Heard:
    return replace(heard, asked=replace(heard.asked, again=heard.asked.again + 1))


STEPS: Final[dict[str, Step]] = {"answered": answered, "key": key}
