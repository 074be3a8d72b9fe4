"""The volunteer's telephone in a masked call: the key that dials the family, the menu, and the log by keypad."""

from typing import Final

from teamhope.audit import service as audit
from teamhope.calls import queries_phone, service_keypad
from teamhope.calls import rules_phone as rules
from teamhope.calls.service_advocate import bring_in, somebody_is_on_call
from teamhope.calls.service_callers import caller_of
from teamhope.calls.service_voice import Heard, Step
from teamhope.calls.wording_ring import why_not
from teamhope.followups import service as followups
from teamhope.kit.database import acting_as
from teamhope.kit.i18n import use_language
from teamhope.telephony import wording_calls as say
from teamhope.telephony.twiml import ask, meet, pause_then, tell
from teamhope.telephony.wording_inbound import THEY_ARE_CALLED_BACK
from teamhope.vocabulary.calls import LegStatus, Outcome, Party
from teamhope.vocabulary.errors import Refused
from teamhope.vocabulary.people import WORKER, Actor

LOOKS: Final = 2  # for the call's end, which may be reported a moment after she is out of it
WHY_UNREACHED: Final = {LegStatus.NO_ANSWER: say.NOT_REACHED, LegStatus.BUSY: say.LINE_BUSY}
OUTCOMES_SAID: Final = {
    Outcome.REACHED: say.WE_TALKED,
    Outcome.LEFT_VOICEMAIL: say.LEFT_MESSAGE,
    Outcome.NO_ANSWER: say.NO_ANSWER,
    Outcome.REACHED_BRIEF: say.NOT_A_GOOD_TIME,
    Outcome.MESSAGE_WITH_PERSON: say.SOMEONE_ELSE,
    Outcome.ENDED_FOR_SAFETY: say.NOT_SAFE,
    Outcome.INBOUND_RECEIVED: say.WE_TALKED,
    Outcome.INBOUND_MISSED: THEY_ARE_CALLED_BACK,
}


async def _volunteer(heard: Heard) -> Actor:
    assert heard.call.volunteer_id is not None  # the table says so of a call to a family
    return await caller_of(heard.call.volunteer_id)


# Before ---------------------------------------------------------------------------------------------------------------


async def answered(heard: Heard) -> str:
    return ask([say.PRESS_TO_CALL], heard.language, heard.url("key"))


async def key(heard: Heard) -> str:
    """Asked again twice. On 1 every rule is asked at this moment: refused, she hears why and nothing is dialled."""
    if heard.call.ended_at is not None:
        return tell([say.CALL_IS_OVER], heard.language)
    if heard.asked.keys == "1":
        return await call_them(heard)
    again = heard.asked.again + 1
    if again >= rules.TRIES:
        return tell([say.GOODBYE], heard.language)
    return ask([say.PRESS_TO_CALL], heard.language, heard.url("key", again=again))


async def call_them(heard: Heard) -> str:
    """Pressed once more, or replayed, it rings nobody a second time."""
    try:
        actor = await _volunteer(heard)
        async with acting_as(WORKER):
            call = await queries_phone.load_phone_call(heard.call.id, lock=True)
            if call.refused:  # she hears why at this moment: only a new call asks again
                raise Refused(call.refused)
            if call.cleared_at is None:
                await _clear(heard, actor)
            await queries_phone.set_joined(heard.leg.id, heard.now)
    except Refused as refusal:
        await _note_refusal(heard, refusal)
        with use_language(heard.language):
            return tell([why_not(refusal.code), say.GOODBYE], heard.language)
    return _in_conference(heard, say.ONE_MOMENT)


async def _clear(heard: Heard, actor: Actor) -> None:
    assert heard.call.follow_up_id is not None
    clearance = await followups.clear_masked_call(actor, heard.call.follow_up_id, heard.now)
    await queries_phone.update_phone_call(heard.call.id, cleared_at=heard.now)
    await queries_phone.insert_leg(heard.call.id, Party.FAMILY, heard.now, phone=clearance.phone_id)


async def _note_refusal(heard: Heard, refusal: Refused) -> None:
    if heard.call.refused:
        return
    async with acting_as(WORKER):
        call = await queries_phone.load_phone_call(heard.call.id, lock=True)
        if call.cleared_at is not None:  # by the same key, a moment before
            return
        await queries_phone.update_phone_call(heard.call.id, refused=refusal.code)
        await audit.record(WORKER, "refused_call", ("phone_call", heard.call.id), heard.now, reason=refusal.code)


def _in_conference(heard: Heard, sentence: str) -> str:
    return meet(heard.call.id, [sentence], heard.language, action=heard.url("left"), ends_it=False)


# During ---------------------------------------------------------------------------------------------------------------


async def left(heard: Heard) -> str:
    """Out of the conference: by the star key, or because the family has hung up, which may be told a moment later."""
    async with acting_as(WORKER):
        await queries_phone.set_joined(heard.leg.id, None)
    if _is_over(heard):
        return await _keypad(heard)
    if heard.asked.again < LOOKS:
        return pause_then(heard.url("left", again=heard.asked.again + 1))
    return await _menu(heard, again=0)


async def menu(heard: Heard) -> str:
    """A key that means nothing is asked again twice; then she is taken back."""
    if heard.asked.keys == "3":
        await _give_up(heard)
    if heard.asked.keys == "3" or _is_over(heard):
        return await _keypad(heard)
    if heard.asked.keys == "2":
        rung = await bring_in(heard.call.id, heard.now)
        return await _back(heard, say.ADVOCATE_IS_RUNG if rung else say.NOBODY_ON_CALL)
    again = heard.asked.again + 1
    if heard.asked.keys == "1" or again >= rules.TRIES:
        return await _back(heard, say.BACK_TO_THE_CALL)
    return await _menu(heard, again)


async def _give_up(heard: Heard) -> None:
    """The family would wait in silence for nobody: the worker lets it go, unless who is on call is with it."""
    family = heard.call.leg_of(Party.FAMILY)
    if family is not None:
        async with acting_as(WORKER):
            await queries_phone.set_joined(family.id, None)
            await queries_phone.wake_worker()


async def _menu(heard: Heard, again: int) -> str:
    words = say.MENU_WITH_ADVOCATE if await somebody_is_on_call(heard.now) else say.MENU
    return ask([words], heard.language, heard.url("menu", again=again))


async def _back(heard: Heard, sentence: str) -> str:
    async with acting_as(WORKER):
        await queries_phone.set_joined(heard.leg.id, heard.now)
    return _in_conference(heard, sentence)


def _is_over(heard: Heard) -> bool:
    family = heard.call.leg_of(Party.FAMILY)
    return family is None or family.is_over


# Afterwards -----------------------------------------------------------------------------------------------------------


async def unreached(heard: Heard) -> str:
    async with acting_as(WORKER):
        await queries_phone.set_joined(heard.leg.id, None)
    family = heard.call.leg_of(Party.FAMILY)
    why = WHY_UNREACHED.get(family.status, say.NOT_CONNECTED) if family else say.NOT_CONNECTED
    return await _keypad(heard, why)


async def _keypad(heard: Heard, *first: str, again: int = 0) -> str:
    keys = await service_keypad.keys_of(await _volunteer(heard), heard.call, heard.now)
    outcomes = [OUTCOMES_SAID[outcome] for outcome in keys.values()]
    words = [*first, say.HOW_WAS_IT, *outcomes, say.NEED_SOMEONE, say.LOG_LATER]
    return ask(words, heard.language, heard.url("outcome", again=again))


async def outcome(heard: Heard) -> str:
    """The key that logs the call; a wrong one is asked again twice, then the page waits for her."""
    actor, keys, again = await _volunteer(heard), heard.asked.keys, heard.asked.again + 1
    if keys == rules.NEED_SOMEONE:
        await service_keypad.call_for_help(actor, heard.call, heard.now)
        return await _keypad(heard, say.TEAM_KNOWS)
    chosen = (await service_keypad.keys_of(actor, heard.call, heard.now)).get(keys)
    if chosen is not None:
        return tell([await _log(heard, actor, chosen)], heard.language)
    if keys == rules.LATER or again >= rules.TRIES:
        return tell([say.LATER], heard.language)
    return await _keypad(heard, say.WRONG_KEY, again=again)


async def _log(heard: Heard, actor: Actor, chosen: Outcome) -> str:
    try:
        logged = await service_keypad.log_by_key(actor, heard.call, chosen, heard.now, heard.asked.zone)
    except Refused as refusal:
        return say.SAVED if refusal.code == "same_key_other_call" else say.NOT_SAVED  # by the first of two, or the page
    return say.SAVED_AND_PLANNED if logged.next_follow_up else say.SAVED


STEPS: Final[dict[str, Step]] = {
    "answered": answered,
    "key": key,
    "left": left,
    "menu": menu,
    "unreached": unreached,
    "outcome": outcome,
}
