"""A sample of counted calls for auditors: a page and its download, which lead to no family and no volunteer."""

import csv
from collections.abc import Mapping
from datetime import datetime
from io import StringIO
from typing import Annotated, Any, Final
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from litestar import Controller, Request, Response, get
from litestar.di import NamedDependency
from litestar.response import Template
from msgspec import Meta, Struct

from teamhope.accounts.policy import needs
from teamhope.kit.forms import Form, FormProblems, read_form
from teamhope.kit.i18n import gettext
from teamhope.kit.spreadsheets import harmless
from teamhope.kit.web import page
from teamhope.problems import form_again
from teamhope.reports import service, service_sample
from teamhope.reports.queries_sample import AuditedCall
from teamhope.reports.web import zone_of
from teamhope.vocabulary.errors import Invalid
from teamhope.vocabulary.labels import label
from teamhope.vocabulary.people import Actor, Can

AnyRequest = Request[Any, Any, Any]
SIZE_USUAL: Final = 50
SIZE_MOST: Final = 200


class SampleForm(Struct):
    year: Annotated[int, Meta(ge=1000, le=9999)]
    seed: Annotated[str, Meta(pattern=r"\A[A-Za-z0-9_-]{1,40}\Z")]
    size: Annotated[int, Meta(ge=1, le=SIZE_MOST)] = SIZE_USUAL


class SampleController(Controller):
    path = "/reports"
    opt = needs(Can.SEE_SAMPLE)
    include_in_schema = False

    @get("/sample")
    async def show(
        self, request: AnyRequest, actor: NamedDependency[Actor], now: NamedDependency[datetime]
    ) -> Template:
        """The questions; and, once they are answered, the calls."""
        if not request.query_params:
            year = service.current_year(now, zone_of(request))
            return _page(request, Form.empty(year=year, size=SIZE_USUAL), None)
        try:
            asked = read_form(SampleForm, request.query_params)
            calls = await _draw(request, asked, actor, now)
        except (FormProblems, Invalid) as wrong:
            return _page(request, form_again(wrong, request.query_params), None, status=422)
        answers = {"year": asked.year, "seed": asked.seed, "size": asked.size}
        return _page(request, Form.empty(**answers), calls, download=urlencode(answers))

    @get("/sample.csv")
    async def download(
        self, request: AnyRequest, actor: NamedDependency[Actor], now: NamedDependency[datetime]
    ) -> Response[bytes] | Template:
        try:
            asked = read_form(SampleForm, request.query_params)
            calls = await _draw(request, asked, actor, now)
        except (FormProblems, Invalid) as wrong:
            return _page(request, form_again(wrong, request.query_params), None, status=422)
        name = f'attachment; filename="sample-{asked.year}.csv"'
        text = as_csv(calls, zone_of(request)).encode("utf-8-sig")
        return Response(text, media_type="text/csv; charset=utf-8", headers={"content-disposition": name})


async def _draw(request: AnyRequest, asked: SampleForm, actor: Actor, now: datetime) -> list[AuditedCall]:
    return await service_sample.draw(actor, asked.year, (asked.seed, asked.size), now, zone_of(request))


def _page(
    request: AnyRequest, form: Form, calls: list[AuditedCall] | None, *, download: str = "", status: int = 200
) -> Template:
    return page(
        request,
        "reports/sample.html",
        status=status,
        form=form,
        calls=calls,
        most=SIZE_MOST,
        download=download,
        zone=zone_of(request).key,
        label=label,
    )


def as_csv(calls: list[AuditedCall], zone: ZoneInfo) -> str:
    """One line for each call, times with their offset in the report's zone; outcomes as codes."""
    file = StringIO()
    writer = csv.writer(file)
    writer.writerow(
        [gettext("Call"), gettext("When"), gettext("What happened?"), gettext("Seconds"), gettext("Logged")]
    )
    for call in calls:
        moments: Mapping[str, str] = {
            name: getattr(call, name).astimezone(zone).isoformat(timespec="seconds")
            for name in ("started_at", "logged_at")
        }
        seconds = "" if call.talk_seconds is None else str(call.talk_seconds)
        row = (str(call.id), moments["started_at"], call.outcome, seconds, moments["logged_at"])
        writer.writerow([harmless(text) for text in row])
    return file.getvalue()
