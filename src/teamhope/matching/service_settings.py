"""What the programme decides of matching: shown, and decided anew."""

from datetime import datetime
from typing import Final

from teamhope.audit import service as audit
from teamhope.kit.database import acting_as
from teamhope.matching import queries_settings as queries
from teamhope.matching.queries_settings import Version
from teamhope.matching.rules_settings import MatchSettings, problem
from teamhope.vocabulary.errors import Invalid
from teamhope.vocabulary.people import Actor

VERSIONS_SHOWN: Final = 10


async def show_settings(actor: Actor) -> tuple[MatchSettings, list[Version]]:
    async with acting_as(actor):
        return await queries.load_settings(), await queries.list_versions(VERSIONS_SHOWN)


async def decide(actor: Actor, settings: MatchSettings, now: datetime) -> None:
    """From the next list on; what was chosen before keeps its version. Raises Invalid."""
    if wrong := problem(settings):
        raise Invalid.field(*wrong)
    async with acting_as(actor):
        settings_id = await queries.insert_settings(settings, actor.person_id, now)
        await audit.record(actor, "changed_matching", ("match_settings", settings_id), now)
