"""Recurring jobs as an administrator sees them: how each stands, and a pass now."""

from collections.abc import Collection
from datetime import datetime
from zoneinfo import ZoneInfo

from teamhope.audit import service as audit
from teamhope.kit.database import acting_as
from teamhope.operations import queries_jobs as queries
from teamhope.operations import rules_jobs as rules
from teamhope.operations.queries_jobs import Pass
from teamhope.operations.rules_jobs import Standing
from teamhope.vocabulary.errors import NotFound, Refused
from teamhope.vocabulary.people import WORKER, Actor


async def note_pass(made: Pass) -> None:
    """Of a worker's job."""
    async with acting_as(WORKER):
        await queries.note_pass(made)


async def list_jobs(actor: Actor) -> list[Standing]:
    async with acting_as(actor):
        return await queries.list_jobs()


async def in_trouble(actor: Actor, now: datetime) -> list[Standing]:
    return [job for job in await list_jobs(actor) if rules.needs_a_person(job, now)]


async def ask_to_run(actor: Actor, name: str, zone: ZoneInfo, now: datetime) -> None:
    """Some worker makes a pass as soon as one runs. Raises NotFound; Refused for a daily job that is done today."""
    async with acting_as(actor):
        job = await queries.lock_job(name)
        if job is None or name in rules.NOT_ASKED_FOR:
            raise NotFound("recurring_job")
        if not rules.may_be_asked(job, now, zone):
            raise Refused("job_done_today")
        await queries.ask(name, now)
        await audit.record(actor, "asked_for_job", ("recurring_job", None), now, reason=name)


async def take_asked(names: Collection[str]) -> list[str]:
    """What an administrator waits for, each told to one worker only."""
    async with acting_as(WORKER):
        return await queries.take_asked(names)
