"""The worker's passes over telephones. Each may be repeated, run beside itself, and be killed anywhere."""

import asyncio
from collections.abc import Awaitable, Iterable
from datetime import datetime

import structlog

from teamhope.calls import rules_phone as rules
from teamhope.calls import service_dial, service_tend
from teamhope.calls.rules_phone import Leg
from teamhope.telephony import voice
from teamhope.telephony.client import Telephone
from teamhope.telephony.outcomes import Dialled, NotAccepted, Unknown
from teamhope.vocabulary.calls import LegStatus

log = structlog.get_logger()


async def dial_due(telephone: Telephone | None, now: datetime, owner: str) -> datetime | None:
    """One pass over telephones that are to ring, at once beside each other; when the next is due, maybe in the past.

    None rings twice: the intent to dial is committed before the request, and what has an intent is only asked for.
    `now` says what is due, the database's clock whose lease it is. Without a telephone of ours nothing is done. Raises
    what the first of them met, when all are through.
    """
    if telephone is None:
        return None
    legs = await service_dial.claim_due(owner, now)
    await _all(
        _dial(telephone, leg, now) if leg.status is LegStatus.QUEUED else _ask(telephone, leg, now) for leg in legs
    )
    return now if len(legs) == service_dial.BATCH else await service_dial.next_due_at()


async def ask_about_legs(telephone: Telephone | None, now: datetime, owner: str) -> None:
    """One pass: ask the provider what became of telephones that ring, talk or are in doubt, and were not reported on.

    Run it every five minutes or oftener: then an end whose report was lost is made good within fifteen.
    """
    while telephone is not None and (legs := await service_dial.claim_silent(owner)):
        await _all(_ask(telephone, leg, now) for leg in legs)


async def tend_calls(telephone: Telephone | None, now: datetime) -> None:
    """One pass: apply what was reported of telephones, then do what each call asks for as it stands then."""
    while await service_dial.apply_reports(now) == service_dial.REPORTS_AT_ONCE:
        pass
    if telephone is not None:
        await _all([service_tend.tend(telephone, call, now) for call in await service_tend.list_live()])


async def _all(work: Iterable[Awaitable[None]]) -> None:
    """All of it, then the first error: one telephone in trouble stops no other."""
    for result in await asyncio.gather(*work, return_exceptions=True):
        if isinstance(result, BaseException):
            raise result


async def _dial(telephone: Telephone, leg: Leg, now: datetime) -> None:
    recipient = await service_dial.begin(leg, now)
    if recipient is None:
        return
    try:
        async with asyncio.timeout(rules.DIAL_WITHIN.total_seconds()):  # shorter than the lease
            outcome = await voice.dial(telephone, recipient, leg.id, now)
    except TimeoutError:
        outcome = Unknown("no_answer")
    if isinstance(outcome, NotAccepted | Unknown):
        log.warning("telephone_not_rung", state=outcome.reason)
    await service_dial.record(leg, rules.after_dialling(outcome), now)


async def _ask(telephone: Telephone, leg: Leg, now: datetime) -> None:
    await service_dial.record_answer(leg, await _answer(telephone, leg), now)


async def _answer(telephone: Telephone, leg: Leg) -> Dialled | list[Dialled] | Unknown:
    if leg.sid is not None:
        return await voice.fetch(telephone, leg.sid)
    number = await service_dial.number_of(leg)
    if number is None or leg.dialling_at is None:
        return Unknown("nobody_to_ask_about")
    return await voice.look_up(telephone, number, leg.dialling_at)
