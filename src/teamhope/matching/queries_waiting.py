"""Rows of all requests that wait for a volunteer, as matching's rules read them."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from teamhope.families.rules_contact import ConsentRecord, standing_consent
from teamhope.kit.database import connection
from teamhope.matching.queries_snapshot import OF_A_REQUEST, Asked, asked_of
from teamhope.tables.families import Consent, SupportRequest
from teamhope.vocabulary.calls import OUTCOMES, Outcome
from teamhope.vocabulary.families import ConsentKind
from teamhope.vocabulary.states import RequestStatus

# Whom we reached knows that we think of her, though she could not talk.
REACHED = {Outcome.REACHED_BRIEF, Outcome.CALLBACK_REQUESTED, Outcome.DECLINED_TODAY}
HEARD_US = sorted(REACHED | {outcome for outcome, rule in OUTCOMES.items() if rule.conversation})
WAITING = (RequestStatus.READY, RequestStatus.WAITLISTED)


async def list_waiting(on: date) -> list[Asked]:
    """Every request that waits for a volunteer, as it is on the organisation's date `on`; the oldest first."""
    waiting = SupportRequest.status.is_in(list(WAITING))
    rows = (
        await SupportRequest.select(*OF_A_REQUEST).where(waiting).order_by(SupportRequest.ready_at, SupportRequest.id)
    )
    return await asked_of(rows, on)


async def who_agreed(contacts: list[UUID], kind: ConsentKind) -> frozenset[UUID]:
    """Those of the contacts whose consent of this kind stands."""
    if not contacts:
        return frozenset()
    asked = (Consent.kind == kind) & Consent.contact.is_in(contacts)
    rows = await Consent.select(Consent.contact, Consent.granted, Consent.at).where(asked)
    records = defaultdict[UUID, list[ConsentRecord]](list)
    for row in rows:
        records[row["contact"]].append(ConsentRecord(kind, row["granted"], row["at"]))
    return frozenset(contact for contact, of_hers in records.items() if kind in standing_consent(tuple(of_hers)))


# A conversation with anybody of ours, or a task to tell the family something that was done.
HEARD: Final = """
    select request.id, request.family, request.owner, greatest(
      request.ready_at,
      (select max(started_at) from call
        where call.family = request.family and call.outcome = any($2) and call.voided_at is null),
      (select max(closed_at) from task
        where task.family = request.family and task.kind = 'tell_family' and task.status = 'done')
    ) as heard_at
    from support_request request where request.status = any($1)
"""
NOT_HEARD: Final = f"""
    select id, family, owner from ({HEARD}) waiting
    where heard_at <= $3 and exists (select from family where family.id = waiting.family and family.held_at is null)
      and not exists (select from task where task.family = waiting.family and task.kind = 'tell_family'
        and task.status = 'open')
      and not exists (select from support_request request join contact on contact.id = request.contact
        where request.id = waiting.id and contact.contact_preference = 'they_call_us')
    order by heard_at, id limit $4
"""  # noqa: S608 - constants


@dataclass(frozen=True, slots=True)
class Unheard:
    request_id: UUID
    family_id: UUID
    owner: UUID | None


async def last_heard() -> dict[UUID, datetime]:
    """By request that waits: when its family last heard from us, at the latest when it was ready."""
    rows = await connection().fetch(HEARD, sorted(WAITING), HEARD_US)
    return {row["id"]: row["heard_at"] for row in rows if row["heard_at"] is not None}


async def list_unheard(since: datetime, limit: int) -> list[Unheard]:
    """Families that wait and have not heard from us since; not those on hold, nor who asked not to be called."""
    rows = await connection().fetch(NOT_HEARD, sorted(WAITING), HEARD_US, since, limit)
    return [Unheard(row["id"], row["family"], row["owner"]) for row in rows]


async def lock_waiting(unheard: Unheard) -> bool:
    """Whether the family still waits and is not on hold; its row stays locked, so that nobody else asks about it."""
    locked = """
        select exists (select from support_request where id = $2 and status = any($3))
        from family where id = $1 and held_at is null for no key update
    """
    return bool(await connection().fetchval(locked, unheard.family_id, unheard.request_id, sorted(WAITING)))
