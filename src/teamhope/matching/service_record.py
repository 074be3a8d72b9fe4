"""What of a volunteer's record touches her families: the languages she speaks, and the team she belongs to."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from teamhope.accounts import service_people as accounts
from teamhope.accounts.queries_people import TeamFacts
from teamhope.audit import service as audit
from teamhope.kit.database import acting_as
from teamhope.matching import queries_record as queries
from teamhope.matching.rules_languages import without_a_language
from teamhope.tasks import service as tasks
from teamhope.tasks.queries import About
from teamhope.vocabulary.errors import Forbidden
from teamhope.vocabulary.families import SpokenLanguage
from teamhope.vocabulary.people import Actor
from teamhope.vocabulary.states import DETAILS_AFTER_CLOSE, TaskKind
from teamhope.volunteers import service as volunteers
from teamhope.volunteers import service_languages, service_team
from teamhope.volunteers.queries import Profile


async def set_languages(actor: Actor, volunteer_id: UUID, spoken: Sequence[SpokenLanguage], now: datetime) -> int:
    """With how many families she shares no language any more: for each staff get a task. Raises Invalid, NotFound.

    The record says what is true, also where that takes a language from a family; its calls stay until somebody decides.
    """
    async with acting_as(actor):
        before = await service_languages.set_languages(actor, volunteer_id, spoken, now)
        families = await queries.list_spoken(volunteer_id)
        alone = sorted(without_a_language(families, before, {each.code for each in spoken}))
        for family_id in alone:
            about = About(family=family_id, volunteer=volunteer_id, detail="rematch")
            await tasks.open_task(actor, TaskKind.OTHER, now, about)
    return len(alone)


async def list_teams(actor: Actor, volunteer_id: UUID) -> tuple[Profile, list[TeamFacts]]:
    """Her profile, and every team by name. Raises Forbidden for a coordinator of one team, NotFound."""
    _refuse_scoped(actor)
    async with acting_as(actor):
        return await volunteers.load_profile(actor, volunteer_id), await accounts.list_teams(actor)


async def change_team(actor: Actor, volunteer_id: UUID, team: UUID | None, now: datetime) -> None:
    """Nobody loses sight of a family by it: the team until now goes on looking after those that no team looks after,
    of her live matches and of those that ended in the last 90 days; the new one sees them through her. Raises Forbidden
    for a coordinator of one team, Invalid, NotFound.
    """
    _refuse_scoped(actor)
    async with acting_as(actor):
        await accounts.refuse_unknown_team(actor, team)
        until_now = await service_team.move(actor, volunteer_id, team, now)
        if until_now is None or until_now == team:
            return
        for family_id in await queries.keep_team_of_families(volunteer_id, until_now, now - DETAILS_AFTER_CLOSE):
            await audit.record(actor, "kept_team", ("family", family_id), now)


def _refuse_scoped(actor: Actor) -> None:
    if actor.team_id is not None:
        raise Forbidden("only_of_all_teams")
