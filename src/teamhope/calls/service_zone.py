"""The report's zone: a setting until the first call is logged, and a fact from then on."""

from zoneinfo import ZoneInfo

from teamhope.calls import queries
from teamhope.kit.database import acting_as
from teamhope.vocabulary.people import command

START = command("start")


class ReportZoneChanged(RuntimeError):
    """Calls were counted by the days of another zone; with this one past years would move."""

    def __init__(self, fixed: ZoneInfo, wanted: ZoneInfo) -> None:
        super().__init__(
            f"TEAMHOPE_REPORT_TIMEZONE: is {wanted.key}, but calls were counted by the days of {fixed.key} "
            f"since the first one was logged. Set it back to {fixed.key}."
        )


async def check_report_zone(wanted: ZoneInfo) -> None:
    """For every start of web and worker. Raises ReportZoneChanged for another zone than that of the first call."""
    async with acting_as(START):
        fixed = await queries.fixed_report_zone()
    if fixed is not None and fixed.key != wanted.key:
        raise ReportZoneChanged(fixed, wanted)
