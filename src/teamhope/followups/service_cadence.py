"""What the programme decides about calls: shown with the dates that follow from it, and decided anew."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from teamhope.audit import service as audit
from teamhope.families.queries_policy import days_without_calls
from teamhope.followups import queries_cadence as queries
from teamhope.followups.queries_cadence import Version
from teamhope.followups.rules_settings import CadenceSettings, Previewed, preview, problems_of
from teamhope.kit.database import acting_as
from teamhope.vocabulary.errors import Invalid
from teamhope.vocabulary.families import CadenceTemplate
from teamhope.vocabulary.people import Actor

VERSIONS_SHOWN: Final = 10


@dataclass(frozen=True, slots=True)
class Decided:
    settings: CadenceSettings
    versions: list[Version]


async def show_settings(actor: Actor) -> Decided:
    async with acting_as(actor):
        return Decided(await queries.load_settings(), await queries.list_versions(VERSIONS_SHOWN))


def previews(settings: CadenceSettings, today: date) -> dict[CadenceTemplate, Previewed]:
    """On which dates a family is called that has its first conversation today, by template."""
    free = days_without_calls(settings.policy.days, today)
    return {template: preview(settings, template, today, free) for template in CadenceTemplate}


async def decide(actor: Actor, settings: CadenceSettings, now: datetime) -> None:
    """Hours, limits and free days count at once; plans keep the days they were made with. Raises Invalid."""
    if wrong := problems_of(settings):
        raise Invalid(wrong)
    async with acting_as(actor):
        settings_id = await queries.insert_settings(settings, actor.person_id, now)
        await audit.record(actor, "changed_cadence", ("cadence_settings", settings_id), now)
