"""Logging a call that the programme's number carried: by a key, without a sign-in, or by the form."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime
from functools import partial
from uuid import UUID
from zoneinfo import ZoneInfo

from teamhope.calls import queries_phone, service
from teamhope.calls import rules_phone as rules
from teamhope.calls.rules import LoggedCall
from teamhope.calls.rules_drafts import Typed
from teamhope.calls.rules_phone import PhoneCall
from teamhope.calls.service import Logged
from teamhope.care import service as care
from teamhope.care.queries import About
from teamhope.kit.database import acting_as
from teamhope.vocabulary.calls import OUTCOMES, AnsweredBy, Direction, Outcome, PhoneCallKind, PlacedVia
from teamhope.vocabulary.errors import NotFound
from teamhope.vocabulary.people import WORKER, Actor
from teamhope.vocabulary.states import EscalationLevel


async def keys_of(actor: Actor, call: PhoneCall, now: datetime) -> dict[str, Outcome]:
    """What each key of the menu logs."""
    if call.kind is PhoneCallKind.FROM_FAMILY:
        return rules.KEYS_WHEN_THEY_CALLED
    if call.follow_up_id is None:
        return rules.keys_for(words_agreed=False)
    try:
        ahead = await service.look(actor, call.follow_up_id, now)
    except NotFound:  # the family is hers no more
        return rules.keys_for(words_agreed=False)
    return rules.keys_for(words_agreed=ahead.words is not None)


async def log_by_key(actor: Actor, call: PhoneCall, outcome: Outcome, now: datetime, zone: ZoneInfo) -> Logged:
    """Once: the same key again logs nothing. `zone` is REPORT_TIMEZONE. Raises as service.log_call."""
    rule, they_called = OUTCOMES[outcome], call.kind is PhoneCallKind.FROM_FAMILY
    follow_up_id, taken_at = (None, call.cleared_at) if they_called else (call.follow_up_id, None)
    logged = LoggedCall(
        outcome=outcome,
        follow_up_id=follow_up_id,
        match_id=None if follow_up_id else call.match_id,
        direction=Direction.INBOUND if they_called else Direction.OUTBOUND,
        placed_via=placed_via(call),
        started_at=call.cleared_at,
        talk_minutes=rules.minutes_of(call.legs, now, taken_at) if rule.connected else None,
        answered_by=AnsweredBy.UNKNOWN if rule.asks_who else None,
    )
    return await _log_once(actor, call, partial(service.log_call, actor, logged, now, str(call.id), zone))


async def log_form(
    actor: Actor, call: PhoneCall, logged: LoggedCall, now: datetime, zone: ZoneInfo, typed: Typed
) -> UUID:
    """What she wrote of a call that the programme's number carried; the call's id. Raises as service.log_call."""
    carried = replace(logged, placed_via=placed_via(call))
    log = partial(service.log_call, actor, carried, now, str(call.id), zone, typed)
    return (await _log_once(actor, call, log)).call_id


def placed_via(call: PhoneCall) -> PlacedVia:
    return PlacedVia.PROGRAM_LINE if call.kind is PhoneCallKind.FROM_FAMILY else PlacedVia.MASKED_BRIDGE


async def _log_once(actor: Actor, call: PhoneCall, log: Callable[[], Awaitable[Logged]]) -> Logged:
    """The call knows then that it is logged. Both ways use its own key: it is never counted twice."""
    async with acting_as(actor):
        await queries_phone.load_phone_call(call.id, lock=True)
        made = await log()
        async with acting_as(WORKER):  # by what she logged the family may be hers no more
            await queries_phone.update_phone_call(call.id, call=made.call_id)
    return made


async def call_for_help(actor: Actor, call: PhoneCall, now: datetime) -> None:
    """As the button "Get help now" does, about this call's family; once for a call, however often she asks."""
    async with acting_as(actor):
        if call.match_id is None or await queries_phone.called_for_help(call.match_id, call.created_at):
            return
        about = About(family=call.family_id, match=call.match_id)
        await care.open_escalation(actor, EscalationLevel.IMMINENT, now, about)
