"""Use cases about keeping one family: legal hold, erasure, export, and the register of what was given to whom."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from teamhope.audit import service as audit
from teamhope.followups import service_families as calls
from teamhope.kit.database import acting_as
from teamhope.retention import queries, queries_export, queries_families, rules, service_endings
from teamhope.retention.queries import Amounts, Kept, ReleaseRow
from teamhope.retention.rules import ExportReason, LegalHoldReason, ReleaseEntry
from teamhope.vocabulary.errors import Invalid, Refused
from teamhope.vocabulary.people import Actor


@dataclass(frozen=True, slots=True)
class Exported:
    family_no: str
    made_at: datetime
    parts: dict[str, list[dict[str, Any]]]


async def show_kept(actor: Actor, family_id: UUID) -> tuple[Kept, Amounts]:
    """Raises NotFound for an anonymous family, and outside the scope."""
    async with acting_as(actor):
        kept = await queries.load_kept(family_id)
        return kept, await queries.count_held(kept.members)


async def place_hold(actor: Actor, family_id: UUID, reason: LegalHoldReason, now: datetime) -> None:
    """Neither the purge nor a wish to be erased takes anything of the family from now on. Raises Refused, NotFound."""
    async with acting_as(actor):
        await queries_families.lock_members(family_id)
        if (await queries.load_kept(family_id)).hold is not None:
            raise Refused("legal_hold_there")
        hold_id = await queries.insert_hold(family_id, reason, actor.person_id, now)
        await audit.record(actor, "placed_legal_hold", ("legal_hold", hold_id), now, reason=reason)


async def lift_hold(actor: Actor, family_id: UUID, now: datetime) -> None:
    """Raises Refused where there is none; NotFound."""
    async with acting_as(actor):
        lifted = await queries.lift_holds((await queries.load_kept(family_id)).members, actor.person_id, now)
        if not lifted:
            raise Refused("no_legal_hold")
        for hold_id in lifted:
            await audit.record(actor, "lifted_legal_hold", ("legal_hold", hold_id), now)


async def ask_erasure(actor: Actor, family_id: UUID, reference: str, now: datetime) -> None:
    """Nobody calls the family from now on, its matches and requests end, and the next purge takes it away.

    Raises Invalid unless `reference` is the family's; Refused under a legal hold, while somebody may be in danger, and
    where it was asked before; NotFound.
    """
    async with acting_as(actor):
        await queries_families.lock_members(family_id)
        kept = await queries.load_kept(family_id)
        if not rules.is_reference(reference, kept.family_no):
            raise Invalid.field("reference", "reference_differs")
        await _refuse_erasure(kept)
        for member in kept.members:
            await calls.hold(actor, member, now)
        await service_endings.end_everything(actor, kept.members, now)
        erasure_id = await queries.insert_erasure(kept.members[0], actor.person_id, now)
        await audit.record(actor, "asked_erasure", ("erasure_request", erasure_id), now)


async def _refuse_erasure(kept: Kept) -> None:
    if kept.hold is not None:
        raise Refused("erasure_under_legal_hold")
    if kept.erasure_asked_at is not None:
        raise Refused("erasure_asked_before")
    if await queries_families.has_danger(kept.members):
        raise Refused("erasure_in_danger")


async def export(actor: Actor, family_id: UUID, reason: ExportReason, now: datetime) -> Exported:
    """Everything that is held about the family, and of nobody else. Raises NotFound."""
    async with acting_as(actor):
        kept = await queries.load_kept(family_id)
        parts = await queries_export.load_everything(kept.members)
        await audit.record(actor, "exported_family", ("family", family_id), now, reason=reason)
    return Exported(kept.family_no, now, parts)


async def list_releases(actor: Actor, family_id: UUID) -> tuple[Kept, list[ReleaseRow]]:
    """The latest first. Raises NotFound."""
    async with acting_as(actor):
        kept = await queries.load_kept(family_id)
        return kept, await queries.list_releases(kept.members)


async def list_all_releases(actor: Actor, page: int) -> list[ReleaseRow]:
    """Of every family the actor may see, the latest first."""
    async with acting_as(actor):
        return await queries.list_releases(None, page)


async def record_release(actor: Actor, family_id: UUID, entry: ReleaseEntry, today: date, now: datetime) -> None:
    """`today` is the programme's. Raises Invalid naming each wrong field; NotFound."""
    async with acting_as(actor):
        kept = await queries.load_kept(family_id)
        if problems := rules.release_problems(entry, today, await queries.barred_names(kept.members)):
            raise Invalid(problems)
        release_id = await queries.insert_release(family_id, entry, actor.person_id, now)
        await audit.record(actor, "recorded_release", ("release", release_id), now, reason=entry.kind)
