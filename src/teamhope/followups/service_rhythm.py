"""How often a family is called, as it chose: another cadence for what comes after the call that is promised."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from teamhope.audit import service as audit
from teamhope.families import queries_contact as contacts
from teamhope.followups import queries, queries_cadence
from teamhope.followups import service_planning as planning
from teamhope.followups.rules_cadence import Plan, index_after
from teamhope.followups.rules_settings import Rhythm, choices_of
from teamhope.followups.service_planning import Setting
from teamhope.kit.database import acting_as
from teamhope.vocabulary.errors import Invalid, NotFound
from teamhope.vocabulary.people import Actor


@dataclass(frozen=True, slots=True)
class Chosen:
    """The rhythm of one match's plan."""

    match_id: UUID
    rhythm: Rhythm


@dataclass(frozen=True, slots=True)
class Choice:
    """`plans`: of the family's matches that have one; `rhythms`: what may be chosen, by the newest settings."""

    plans: tuple[Chosen, ...]
    rhythms: tuple[Rhythm, ...]


async def show_rhythms(actor: Actor, family_id: UUID) -> Choice:
    """Raises NotFound outside the scope."""
    async with acting_as(actor):
        await contacts.see_family(family_id)
        rhythms = choices_of((await queries_cadence.load_settings()).rhythms)
        plans = [(id_, await queries.load_plan(id_)) for id_ in await queries.list_matches_of_family(family_id)]
    return Choice(tuple(Chosen(id_, Rhythm.of(it.plan)) for id_, it in plans if it is not None), rhythms)


async def choose_rhythm(actor: Actor, family_id: UUID, match_id: UUID, code: str, now: datetime) -> None:
    """From the call after the promised one on, by the newest version of the days; the first conversation stays day 0.

    Raises Invalid for a rhythm that is none; NotFound for another family's match, and outside the scope.
    """
    async with acting_as(actor):
        if match_id not in await queries.list_matches_of_family(family_id):
            raise NotFound("match")
        setting = await planning.gather(match_id, now)
        settings, plan = await queries_cadence.load_settings(), await queries.load_plan(match_id)
        if plan is None:
            raise NotFound("follow_up_plan")
        rhythm = _named(choices_of(settings.rhythms), code)
        after = replace(plan.plan, template=rhythm.template, rhythms=settings.rhythms)
        after = replace(after, keep_in_touch_days=rhythm.every or after.keep_in_touch_days)
        await queries.update_plan(
            plan.id,
            template=rhythm.template,
            cadence_version=await queries_cadence.newest_version(),
            keep_in_touch_days=rhythm.every,
            next_index=await _next_index(setting, after, now),
        )
        await audit.record(actor, "chose_rhythm", ("follow_up_plan", plan.id), now, reason=rhythm.code)


def _named(rhythms: Iterable[Rhythm], code: str) -> Rhythm:
    found = next((each for each in rhythms if each.code == code), None)
    if found is None:
        raise Invalid.field("rhythm", "rhythm_unknown")
    return found


async def _next_index(setting: Setting, plan: Plan, now: datetime) -> int:
    """No day is planned that the promised call stands for."""
    promised = await queries.next_open_follow_up(setting.match.id)
    return index_after(plan, max(setting.diary.local(now).date(), promised.local_date if promised else date.min))
