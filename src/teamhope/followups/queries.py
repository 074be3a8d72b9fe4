"""Rows of matches, plans, follow-ups and their moves, as facts.

Whoever locks several locks the match first. Locks are NO KEY UPDATE, because a call that is being written holds a KEY
SHARE of its match and follow-up, and two that are written at once must not wait for each other.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from uuid import UUID, uuid4

from piccolo.columns import Column

from teamhope.followups.queries_cadence import load_rhythms, newest_version
from teamhope.followups.rules_cadence import Plan
from teamhope.followups.rules_promises import MISSED_AFTER_DUE
from teamhope.followups.rules_slots import Slot
from teamhope.tables.families import Contact, SupportRequest
from teamhope.tables.followups import FollowUp, FollowUpMove, FollowUpPlan
from teamhope.tables.matches import Match
from teamhope.vocabulary.errors import NotFound
from teamhope.vocabulary.families import CadenceTemplate
from teamhope.vocabulary.states import OPEN_FOLLOW_UP, FollowUpStatus, MatchStatus, PlanStatus, RequestStatus


@dataclass(frozen=True, slots=True)
class MatchFacts:
    """`contact_id`: the match's own, else the request's."""

    id: UUID
    request_id: UUID
    family_id: UUID
    contact_id: UUID
    volunteer_id: UUID
    status: MatchStatus
    first_conversation_at: datetime | None


@dataclass(frozen=True, slots=True)
class PlanFacts:
    id: UUID
    status: PlanStatus
    plan: Plan


@dataclass(frozen=True, slots=True)
class FollowUpFacts:
    """One promised call. `zone` is the family's when it was planned; `on_request`: for a time the family named.

    `waits_since`: since when nobody is to call.
    """

    id: UUID
    plan_id: UUID
    match_id: UUID
    family_id: UUID
    volunteer_id: UUID
    seq: int
    status: FollowUpStatus
    zone: str
    local_date: date
    local_start: time
    due_at: datetime
    window_end_at: datetime
    original_due_at: datetime
    attempts_used: int
    on_request: bool
    waits_since: datetime | None = None


MATCH_COLUMNS = (
    Match.id,
    Match.request,
    Match.family,
    Match.contact,
    Match.volunteer,
    Match.status,
    Match.first_conversation_at,
)


async def lock_match(match_id: UUID) -> MatchFacts:
    """The match, locked to the end of the transaction. Raises NotFound if the actor may not see it or its contact."""
    row = await Match.select(Match.id).where(Match.id == match_id).lock_rows("NO KEY UPDATE").first()
    if row is None:
        raise NotFound("match")
    return await load_match(match_id)


async def load_match(match_id: UUID) -> MatchFacts:
    """Raises NotFound if the actor may not see the match or its contact."""
    row = await Match.select(*MATCH_COLUMNS).where(Match.id == match_id).first()
    if row is None:
        raise NotFound("match")
    return MatchFacts(
        id=row["id"],
        request_id=row["request"],
        family_id=row["family"],
        contact_id=row["contact"] or await _contact_of_request(row["request"]),
        volunteer_id=row["volunteer"],
        status=MatchStatus(row["status"]),
        first_conversation_at=row["first_conversation_at"],
    )


async def _contact_of_request(request_id: UUID) -> UUID:
    row = await SupportRequest.select(SupportRequest.contact).where(SupportRequest.id == request_id).first()
    if row is None or row["contact"] is None:
        raise NotFound("contact")
    contact_id: UUID = row["contact"]
    return contact_id


async def update_match(match_id: UUID, **values: Any) -> None:
    await Match.update(_columns(values)).where(Match.id == match_id)


async def lock_request_status(request_id: UUID) -> RequestStatus:
    """Raises NotFound if the actor may not see it."""
    row = await (
        SupportRequest.select(SupportRequest.status)
        .where(SupportRequest.id == request_id)
        .lock_rows("NO KEY UPDATE")
        .first()
    )
    if row is None:
        raise NotFound("request")
    return RequestStatus(row["status"])


async def update_request(request_id: UUID, **values: Any) -> None:
    await SupportRequest.update(_columns(values)).where(SupportRequest.id == request_id)


def _columns(values: Mapping[str, Any]) -> dict[Column | str, Any]:
    return dict(values.items())


# Plans ----------------------------------------------------------------------------------------------------------------


async def load_plan(match_id: UUID) -> PlanFacts | None:
    """The match's plan that has not ended, of which there is one at most (index one_active_plan)."""
    standing = (FollowUpPlan.match == match_id) & (FollowUpPlan.status != PlanStatus.ENDED)
    return await _plan(await FollowUpPlan.select().where(standing).first())


async def load_last_plan(match_id: UUID) -> PlanFacts | None:
    """The match's newest plan, whatever became of it: the one without an anchor yet, else the latest anchor."""
    plans = FollowUpPlan.select().where(FollowUpPlan.match == match_id)
    return await _plan(await plans.order_by(FollowUpPlan.anchor_on, ascending=False).first())


async def _plan(row: Mapping[str, Any] | None) -> PlanFacts | None:
    if row is None:
        return None
    rhythms = await load_rhythms(row["cadence_version"])
    plan = Plan(
        CadenceTemplate(row["template"]),
        row["anchor_on"],
        row["next_index"],
        keep_in_touch_days=row["keep_in_touch_days"] or max(rhythms.keep_in_touch),
        rhythms=rhythms,
    )
    return PlanFacts(row["id"], PlanStatus(row["status"]), plan)


async def insert_plan(match_id: UUID, template: CadenceTemplate, zone: str) -> PlanFacts:
    """It keeps the newest version of the settings."""
    version = await newest_version()
    row = FollowUpPlan(id=uuid4(), match=match_id, template=template, timezone=zone, cadence_version=version)
    await FollowUpPlan.insert(row)
    return PlanFacts(row.id, PlanStatus.ACTIVE, Plan(template, rhythms=await load_rhythms(version)))


async def update_plan(plan_id: UUID, **values: Any) -> None:
    await FollowUpPlan.update(_columns(values)).where(FollowUpPlan.id == plan_id)


# Follow-ups -----------------------------------------------------------------------------------------------------------


def facts_of(row: Mapping[str, Any]) -> FollowUpFacts:
    return FollowUpFacts(
        id=row["id"],
        plan_id=row["plan"],
        match_id=row["match"],
        family_id=row["family"],
        volunteer_id=row["volunteer"],
        seq=row["seq"],
        status=FollowUpStatus(row["status"]),
        zone=row["timezone"],
        local_date=row["local_date"],
        local_start=row["local_start"],
        due_at=row["due_at"],
        window_end_at=row["window_end_at"],
        original_due_at=row["original_due_at"],
        attempts_used=row["attempts_used"],
        on_request=row["asked_callback"],
        waits_since=row["waits_since"],
    )


async def load_follow_up(follow_up_id: UUID) -> FollowUpFacts:
    """Raises NotFound if the actor may not see it."""
    row = await FollowUp.select().where(FollowUp.id == follow_up_id).first()
    if row is None:
        raise NotFound("follow_up")
    return facts_of(row)


async def lock_follow_up(follow_up_id: UUID) -> FollowUpFacts:
    """Locked to the end of the transaction. Raises NotFound if the actor may not see it."""
    row = await FollowUp.select().where(FollowUp.id == follow_up_id).lock_rows("NO KEY UPDATE").first()
    if row is None:
        raise NotFound("follow_up")
    return facts_of(row)


async def lock_open_follow_ups(match_id: UUID) -> tuple[FollowUpFacts, ...]:
    """The match's open ones, locked, the first due first."""
    is_open = (FollowUp.match == match_id) & FollowUp.status.is_in(sorted(OPEN_FOLLOW_UP))
    rows = await FollowUp.select().where(is_open).order_by(FollowUp.due_at, FollowUp.id).lock_rows("NO KEY UPDATE")
    return tuple(facts_of(row) for row in rows)


async def next_open_follow_up(match_id: UUID) -> FollowUpFacts | None:
    """The match's open one that is due first."""
    is_open = (FollowUp.match == match_id) & FollowUp.status.is_in(sorted(OPEN_FOLLOW_UP))
    row = await FollowUp.select().where(is_open).order_by(FollowUp.due_at, FollowUp.id).first()
    return facts_of(row) if row else None


async def list_matches_of_family(family_id: UUID) -> tuple[UUID, ...]:
    """Those with a plan that has not ended, in the order in which they are locked."""
    plans = (
        await FollowUpPlan.select(FollowUpPlan.match)
        .where((FollowUpPlan.match.family == family_id) & (FollowUpPlan.status != PlanStatus.ENDED))
        .order_by(FollowUpPlan.match)
    )
    return tuple(row["match"] for row in plans)


async def list_matches_of_contact(contact_id: UUID) -> tuple[UUID, ...]:
    """As list_matches_of_family, of those in which this contact is called."""
    contact = await Contact.select(Contact.family).where(Contact.id == contact_id).first()
    found = await list_matches_of_family(contact["family"]) if contact else ()
    return tuple([each for each in found if (await load_match(each)).contact_id == contact_id])


async def insert_follow_up(
    match: MatchFacts, plan_id: UUID, slot: Slot, status: FollowUpStatus, now: datetime, *, on_request: bool = False
) -> UUID:
    row = FollowUp(
        id=uuid4(),
        plan=plan_id,
        match=match.id,
        family=match.family_id,
        volunteer=match.volunteer_id,
        seq=await _next_seq(plan_id),
        status=status,
        timezone=slot.zone,
        local_date=slot.local_date,
        local_start=slot.local_start,
        due_at=slot.due_at,
        window_end_at=slot.window_end_at,
        original_due_at=slot.due_at,
        asked_callback=on_request,
        created_at=now,
        waits_since=now if status is FollowUpStatus.SUSPENDED else None,
        count_again_at=slot.due_at + MISSED_AFTER_DUE,
    )
    await FollowUp.insert(row)
    return row.id


async def _next_seq(plan_id: UUID) -> int:
    last = (
        await FollowUp.select(FollowUp.seq)
        .where(FollowUp.plan == plan_id)
        .order_by(FollowUp.seq, ascending=False)
        .first()
    )
    return last["seq"] + 1 if last else 0


async def update_follow_up(follow_up_id: UUID, **values: Any) -> None:
    await FollowUp.update(_columns(values)).where(FollowUp.id == follow_up_id)


async def put_in_slot(follow_up_id: UUID, slot: Slot) -> None:
    """`original_due_at` stays: whether the first promise was kept is counted by it."""
    await update_follow_up(
        follow_up_id,
        timezone=slot.zone,
        local_date=slot.local_date,
        local_start=slot.local_start,
        due_at=slot.due_at,
        window_end_at=slot.window_end_at,
    )


async def insert_move(
    follow_up: FollowUpFacts, to_due_at: datetime, moved_for: str, moved_by: UUID | None, now: datetime
) -> None:
    await FollowUpMove.insert(
        FollowUpMove(
            id=uuid4(),
            follow_up=follow_up.id,
            moved_at=now,
            moved_by=moved_by,
            moved_for=moved_for,
            from_due_at=follow_up.due_at,
            to_due_at=to_due_at,
        )
    )


MISSED = frozenset({FollowUpStatus.MISSED, FollowUpStatus.SKIPPED})
ENDED = MISSED | {FollowUpStatus.COMPLETED}


async def count_missed_in_a_row(plan_id: UUID) -> int:
    """How many of the plan's follow-ups, the latest first, ended without anybody reached."""
    ended = (FollowUp.plan == plan_id) & FollowUp.status.is_in(sorted(ENDED))
    statuses = (
        await FollowUp.select(FollowUp.status).where(ended).order_by(FollowUp.seq, ascending=False).output(as_list=True)
    )
    return _leading(statuses)


def _leading(statuses: Iterable[str]) -> int:
    count = 0
    for status in statuses:
        if status not in MISSED:
            return count
        count += 1
    return count
