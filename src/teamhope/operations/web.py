"""The page of recurring jobs, for administrators."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from litestar import Controller, Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from teamhope.accounts.policy import needs
from teamhope.kit.web import page, see
from teamhope.operations import rules_jobs as rules
from teamhope.operations import service_jobs as service
from teamhope.operations import wording
from teamhope.vocabulary.people import Actor, Can

AnyRequest = Request[Any, Any, Any]


class JobsController(Controller):
    path = "/admin/jobs"
    opt = needs(Can.KEEP_JOBS)
    include_in_schema = False

    @get("/")
    async def show(
        self, request: AnyRequest, actor: NamedDependency[Actor], now: NamedDependency[datetime]
    ) -> Template:
        jobs = await service.list_jobs(actor)
        return page(
            request,
            "operations/jobs.html",
            jobs=sorted(jobs, key=lambda job: (not rules.needs_a_person(job, now), wording.say_job(job))),
            now=now,
            zone=request.user.timezone,
            report_zone=_report_zone(request),
            rules=rules,
            say=wording.say_job,
            say_length=wording.say_length,
        )

    @post("/{name:str}/run")
    async def run(
        self,
        request: AnyRequest,
        name: FromPath[str],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
    ) -> Redirect:
        await service.ask_to_run(actor, name, _report_zone(request), now)
        return see("/admin/jobs", "job_asked")


def _report_zone(request: AnyRequest) -> ZoneInfo:
    return ZoneInfo(request.app.state.settings.report_timezone)
