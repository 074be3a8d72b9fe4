"""An auditor's sample of counted calls as one use case."""

from datetime import datetime
from zoneinfo import ZoneInfo

from teamhope.audit import service as audit
from teamhope.kit.database import acting_as
from teamhope.reports import queries_sample
from teamhope.reports.queries_sample import AuditedCall
from teamhope.reports.rules import year_bounds
from teamhope.reports.service import refuse_far_years
from teamhope.vocabulary.people import Actor


async def draw(actor: Actor, year: int, sample: tuple[str, int], now: datetime, zone: ZoneInfo) -> list[AuditedCall]:
    """Counted calls of a report year, without persons; `sample` is the seed and how many at most.

    The same seed gives the same calls as long as none of the year is added, voided or corrected. That it was drawn is
    recorded. Raises Invalid for a year before 1990 or after the next one.
    """
    refuse_far_years(year, now, zone)
    seed, size = sample
    async with acting_as(actor):
        calls = await queries_sample.sample(*year_bounds(year, zone), seed, size)
        await audit.record(actor, "drew_sample", ("call", None), now, reason=f"{year}:{size}:{seed}")
    return calls
