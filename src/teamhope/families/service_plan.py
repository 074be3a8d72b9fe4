"""The plan by which a family is reached safely: kept by staff, dated at each save, and asked for again in time."""

from datetime import datetime
from uuid import UUID

from asyncpg import UniqueViolationError

from teamhope.audit import service as audit
from teamhope.families import queries, queries_contact, queries_plan
from teamhope.families.entry_checks import family_date
from teamhope.families.queries_plan import OldPlan, PlanOf
from teamhope.families.rules_plan import Plan, problems_of_plan, reconfirmation
from teamhope.families.service_hold import open_for_owner
from teamhope.kit.database import acting_as
from teamhope.tasks import service as tasks
from teamhope.tasks.queries import About
from teamhope.vocabulary.errors import Invalid, Refused
from teamhope.vocabulary.people import WORKER, Actor
from teamhope.vocabulary.states import TaskKind, TaskStatus


async def show_plan(actor: Actor, family_id: UUID, phone_id: UUID) -> PlanOf:
    """Raises NotFound for another family's number, and outside the scope."""
    async with acting_as(actor):
        return await queries_plan.load_plan(family_id, phone_id)


async def save_plan(actor: Actor, family_id: UUID, phone_id: UUID, plan: Plan, now: datetime) -> UUID:
    """What the family itself said today, which confirms it; whose plan it is. Its calls are the caller's to take along.

    Raises Invalid naming every wrong field; Refused for a blocked person's line; NotFound for another family's number.
    """
    wrong = problems_of_plan(plan)
    if wrong:
        raise Invalid(wrong)
    async with acting_as(actor):
        of = await queries_plan.load_plan(family_id, phone_id)
        if (await queries_contact.load_phone(family_id, phone_id)).blocked_person_on_line:
            raise Refused("not_now_blocked_person_on_line")
        await queries_plan.save_plan(of, plan, family_date(now, await queries.zone_of_family(family_id)))
        act = "reopened_number" if of.stopped and plan.safe_to_call else "confirmed_number"
        await audit.record(actor, "saved_plan", ("contact", of.contact_id), now)
        await audit.record(actor, act, ("contact_phone", phone_id), now)
        await confirmed(actor, family_id, of.contact_id, now)
    return of.contact_id


async def confirmed(actor: Actor, family_id: UUID, contact_id: UUID, now: datetime) -> None:
    """Nobody is asked any more to confirm how this contact is reached."""
    about = About(family=family_id, contact=contact_id)
    await tasks.close_all(actor, TaskKind.RECONFIRM_CONTACT, about, TaskStatus.DONE, now)


async def ask_to_reconfirm(now: datetime) -> int:
    """One pass: a task for each contact whose confirmation ends within rules_plan.ASK_BEFORE or has ended; how many.

    Each is asked for once before the end and once after it, and never while one is open, whoever else makes a pass.
    """
    async with acting_as(WORKER):
        old = await queries_plan.list_old_plans(now.date())
    return sum([await _ask(each, now) for each in old])


async def _ask(old: OldPlan, now: datetime) -> bool:
    stage = reconfirmation(old.confirmed_on, family_date(now, old.zone))
    if stage is None or stage in old.asked:
        return False
    about = About(family=old.family_id, contact=old.contact_id, detail=stage)
    try:
        async with acting_as(WORKER):
            await open_for_owner(WORKER, TaskKind.RECONFIRM_CONTACT, about, now)
    except UniqueViolationError:
        return False
    return True
