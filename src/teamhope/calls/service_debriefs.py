"""Whether a call asks for a talk with staff, and what becomes of the talk when the call is corrected."""

from datetime import datetime
from uuid import UUID

from teamhope.calls import queries, rules
from teamhope.calls.queries import CallFacts
from teamhope.calls.rules import LoggedCall
from teamhope.care import service_debriefs as debriefs
from teamhope.vocabulary.calls import OUTCOMES, Outcome
from teamhope.vocabulary.people import Actor
from teamhope.vocabulary.programme import programme


async def needs_debrief(
    call: LoggedCall, volunteer_id: UUID, case_type: str | None, but_call: UUID | None = None
) -> bool:
    """A crisis has its debrief from followups, with its escalation. `but_call`: what it corrects."""
    if call.outcome is Outcome.CRISIS_ESCALATED:
        return False
    first_heavy = await _is_first_heavy(call, volunteer_id, case_type, but_call)
    return rules.asks_for_debrief(call, programme(), first_heavy=first_heavy)


async def _is_first_heavy(call: LoggedCall, volunteer_id: UUID, case_type: str | None, but_call: UUID | None) -> bool:
    if not OUTCOMES[call.outcome].conversation or not programme().has("case_type", case_type or ""):
        return False
    kind = programme().case_type(case_type or "")
    return kind.heavy and not await queries.has_talked_about(volunteer_id, kind.code, but_call)


async def is_hers(actor: Actor, former: CallFacts) -> bool:
    """Of a call to be corrected, rules.was_hers: whoever corrects it, what she has logged of it stays hers."""
    now_hers = rules.was_hers(actor, former.standing.volunteer_id, former.call.follow_up_id)
    return now_hers or await queries.was_hers(former.id)


async def still_needs_debrief(former: CallFacts, former_id: UUID, call: LoggedCall) -> bool:
    """Of a call that was hers, before the correction is stored. What a crisis asked for stays, whatever follows."""
    if former.call.outcome is Outcome.CRISIS_ESCALATED:
        return True
    volunteer_id = former.standing.volunteer_id
    return volunteer_id is not None and await needs_debrief(call, volunteer_id, former.counted.case_type, former_id)


async def follow_correction(former: CallFacts, calls: tuple[UUID, UUID], now: datetime, *, needed: bool) -> None:
    """`calls`: the former and the one in its place."""
    if not needed:
        await debriefs.end_debrief(calls[0], now)
    elif former.standing.volunteer_id is not None:
        await debriefs.move_debrief(*calls, former.standing.volunteer_id, now)
