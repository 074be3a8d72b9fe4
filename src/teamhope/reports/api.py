"""The yearly report for programs."""

from datetime import datetime
from typing import Any

from litestar import Controller, Request, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from teamhope.accounts.policy import needs
from teamhope.reports import service
from teamhope.reports.exports import as_json
from teamhope.reports.web import year_of, zone_of
from teamhope.vocabulary.people import Actor, Can


class ReportsApi(Controller):
    path = "/api/v1/reports"
    opt = needs(Can.SEE_REPORTS)

    @get("/{year:str}")
    async def show(
        self,
        request: Request[Any, Any, Any],
        year: FromPath[str],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
    ) -> dict[str, object]:
        """The figures of a year, and of its months. A number that few families stand behind is null and suppressed."""
        return as_json(await service.yearly_report(actor, year_of(year), now, zone_of(request)))
