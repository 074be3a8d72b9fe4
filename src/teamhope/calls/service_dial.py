"""What happens to a telephone that is to ring, each step in a transaction of its own; it is dialled between them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID, uuid4

from teamhope.accounts.queries import list_staff
from teamhope.accounts.rules import may_ring
from teamhope.audit import service as audit
from teamhope.calls import queries_hooks, queries_phone
from teamhope.calls import rules_phone as rules
from teamhope.calls.queries_hooks import LegReport
from teamhope.calls.rules_phone import Change, Leg
from teamhope.calls.service_callers import caller_of
from teamhope.care import service_on_call
from teamhope.families import service_contact
from teamhope.followups import service as followups
from teamhope.kit.database import acting_as
from teamhope.telephony.outcomes import Dialled, Unknown
from teamhope.telephony.voice_reports import FORWARD, OVER
from teamhope.vocabulary.calls import LegStatus, Party
from teamhope.vocabulary.errors import Refused
from teamhope.vocabulary.families import ClearedNumber
from teamhope.vocabulary.people import WORKER, FallbackRecipient, StaffRecipient

BATCH: Final = 10  # telephones that one pass rings at once, and asks about
REPORTS_AT_ONCE: Final = 200
ON_DUTY: Final = frozenset({Party.ON_CALL, Party.ADVOCATE})
ANSWERED: Final = frozenset({LegStatus.ANSWERED, LegStatus.COMPLETED})

Recipient = ClearedNumber | StaffRecipient | FallbackRecipient


async def claim_due(owner: str, now: datetime) -> list[Leg]:
    async with acting_as(WORKER):
        return await queries_phone.claim_due(_new_lease(owner), rules.LEASE, now, BATCH)


async def claim_silent(owner: str) -> list[Leg]:
    async with acting_as(WORKER):
        return await queries_phone.claim_silent(_new_lease(owner), rules.LEASE, BATCH)


def _new_lease(owner: str) -> str:
    """Of one pass: two workers with one name are still two."""
    return f"{owner}/{uuid4().hex}"


async def next_due_at() -> datetime | None:
    async with acting_as(WORKER):
        return await queries_phone.next_due_at()


# Before it rings ------------------------------------------------------------------------------------------------------


async def begin(leg: Leg, now: datetime) -> Recipient | None:
    """Commit the intent to ring it now: whoever gets a recipient dials at once, within rules.DIAL_WITHIN.

    None: it is not wanted any more, may not be rung, or is not ours any more; what was decided is written.
    """
    async with acting_as(WORKER):
        recipient = await _leave_to_ring(leg, now)
        if isinstance(recipient, Change):
            await _write(leg, recipient, now)
            return None
        if not await queries_phone.commit_intent(leg, rules.DIAL_WITHIN):
            return None
        await audit.record(WORKER, "dials", ("phone_leg", leg.id), now, reason=leg.party)
    return recipient


async def _leave_to_ring(leg: Leg, now: datetime) -> Recipient | Change:
    call = await queries_phone.load_phone_call(leg.phone_call_id)
    if call.ended_at is not None:
        return Change(LegStatus.CANCELLED, code="not_wanted")
    if rules.is_too_late(leg, now):
        return Change(LegStatus.CANCELLED, code="too_late")
    if leg.party is Party.FAMILY:
        return await _leave_to_ring_family(call, leg, now)
    return await _staff(leg) or Change(LegStatus.FAILED, code="no_telephone")


async def _leave_to_ring_family(call: rules.PhoneCall, leg: Leg, now: datetime) -> Recipient | Change:
    """Asked again at this very moment: what was taken back since the key was pressed counts, and another number."""
    volunteer = call.leg_of(Party.VOLUNTEER)
    if volunteer is None or volunteer.is_over or call.volunteer_id is None or call.follow_up_id is None:
        return Change(LegStatus.CANCELLED, code="nobody_waits")
    try:
        caller = await caller_of(call.volunteer_id)
        clearance = await followups.clear_masked_call(caller, call.follow_up_id, now)
    except Refused as refusal:
        return Change(LegStatus.FAILED, code=refusal.code)
    if clearance.phone_id != await queries_phone.phone_of(leg.id):
        return Change(LegStatus.FAILED, code="another_number")
    return ClearedNumber(clearance, await service_contact.number_of(clearance.phone_id))


async def _staff(leg: Leg) -> StaffRecipient | FallbackRecipient | None:
    """Whoever is on call and nobody of ours is the number behind the roster."""
    if leg.person_id is None:
        return await service_on_call.fallback_to_ring() if leg.party in ON_DUTY else None
    staff = (await list_staff([leg.person_id])).get(leg.person_id)
    return may_ring(staff) if staff else None


# Afterwards -----------------------------------------------------------------------------------------------------------


async def record(leg: Leg, change: Change, now: datetime) -> None:
    """Write what became of a leased leg, unless something later is known already."""
    async with acting_as(WORKER):
        await _write(leg, change, now)


async def cancel(leg: Leg, now: datetime) -> None:
    """Not rung any more; one that a pass is about to ring is hung up when it is known."""
    async with acting_as(WORKER):
        standing = await queries_phone.lock_leg(leg.id)
        if standing is not None and standing.status is LegStatus.QUEUED:
            await _put(standing, Change(LegStatus.CANCELLED, code="not_wanted"), now)


async def number_of(leg: Leg) -> str | None:
    """Which number to ask the provider about."""
    async with acting_as(WORKER):
        if leg.party is Party.FAMILY:
            phone_id = await queries_phone.phone_of(leg.id)
            return await service_contact.number_of(phone_id) if phone_id else None
        recipient = await _staff(leg)
    return recipient.phone if recipient else None


async def record_answer(leg: Leg, answer: Dialled | Sequence[Dialled] | Unknown, now: datetime) -> None:
    """Write what the provider said when it was asked; of a list, the first that is not known as another leg's."""
    async with acting_as(WORKER):
        await _write(leg, rules.after_asking(leg, await _own(leg, answer), now), now)


async def _own(leg: Leg, answer: Dialled | Sequence[Dialled] | Unknown) -> Dialled | Unknown | None:
    if isinstance(answer, Dialled | Unknown):
        return answer
    others = await queries_phone.sids_of_others(leg.id, [each.sid for each in answer])
    return next((each for each in answer if each.sid not in others), None)


async def apply_reports(now: datetime, phone_call_id: UUID | None = None) -> int:
    """Apply up to REPORTS_AT_ONCE reports of telephones that are known; how many there were.

    They only move forward, so once more changes nothing. `phone_call_id`: only those of one call.
    """
    async with acting_as(WORKER):
        reports = await queries_hooks.lock_leg_reports(REPORTS_AT_ONCE, phone_call_id)
        for report in reports:
            await _apply(report)
        await queries_hooks.mark_applied([report.id for report in reports], now)
    return len(reports)


async def _apply(report: LegReport) -> None:
    leg = await queries_phone.lock_leg(report.leg_id)
    assert leg is not None  # its report was found by it
    change = rules.after_report(leg.status, report.word, report.sid, report.code, report.seconds)
    await write_known(leg, change, report.received_at)


async def write_known(leg: Leg, change: Change, at: datetime) -> bool:
    """Of a locked leg, what the provider says of it; `at`: when it said so. False for a call that is another leg's."""
    if leg.sid is None and change.sid and await queries_phone.sids_of_others(leg.id, [change.sid]):
        return False
    if rules.applies(leg.status, change, holds_lease=False):
        await _put(leg, change, at)
    return True


async def _write(leg: Leg, change: Change, now: datetime) -> None:
    standing = await queries_phone.lock_leg(leg.id)
    if standing and rules.applies(standing.status, change, holds_lease=standing.lease == leg.lease):
        await _put(standing, change, now)


async def _put(leg: Leg, change: Change, at: datetime) -> None:
    await queries_phone.write(leg.id, change, at, was_answered=change.status in ANSWERED, is_over=change.status in OVER)
    if change.status is not leg.status and FORWARD.index(change.status) > FORWARD.index(LegStatus.DIALLING):
        await audit.record(WORKER, f"leg_{change.status}", ("phone_leg", leg.id), at, reason=change.code)
