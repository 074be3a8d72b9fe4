"""The roster: who is on call in a week, where nobody is, and the number behind it."""

from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from teamhope.accounts.policy import needs
from teamhope.care import service_on_call as service
from teamhope.care.forms_on_call import FallbackForm, ShiftForm
from teamhope.care.rules_on_call import MOST_WEEKS, WEEK, Shift, weekly
from teamhope.kit.forms import Form, FormProblems, monday_of, read_form
from teamhope.kit.web import page, see
from teamhope.problems import form_again
from teamhope.vocabulary.errors import Invalid
from teamhope.vocabulary.labels import label
from teamhope.vocabulary.people import Actor, Can

AnyRequest = Request[Any, Any, Any]
HERE = "/on-call"


class OnCallController(Controller):
    path = HERE
    opt = needs(Can.KEEP_ON_CALL)
    include_in_schema = False

    @get("/")
    async def show(
        self, request: AnyRequest, actor: NamedDependency[Actor], now: NamedDependency[datetime]
    ) -> Template:
        return await _page(request, actor, now)

    @post("/")
    async def add(
        self, request: AnyRequest, actor: NamedDependency[Actor], now: NamedDependency[datetime]
    ) -> Response[Any]:
        sent = await request.form()
        try:
            form = read_form(ShiftForm, sent)
            spans = weekly(form.day, form.since, form.until, form.weeks, ZoneInfo(request.user.timezone))
            await service.add_shifts(actor, form.person, spans, now)
        except (FormProblems, Invalid) as wrong:
            return await _page(request, actor, now, shift=form_again(wrong, sent))
        return see(HERE, "shifts_added")

    @post("/{shift_id:uuid}/remove")
    async def remove(
        self, shift_id: FromPath[UUID], actor: NamedDependency[Actor], now: NamedDependency[datetime]
    ) -> Redirect:
        await service.remove_shift(actor, shift_id, now)
        return see(HERE, "shift_removed")

    @post("/fallback")
    async def fallback(
        self, request: AnyRequest, actor: NamedDependency[Actor], now: NamedDependency[datetime]
    ) -> Response[Any]:
        sent = await request.form()
        try:
            await service.set_fallback(actor, read_form(FallbackForm, sent).number, now)
        except (FormProblems, Invalid) as wrong:
            return await _page(request, actor, now, fallback=form_again(wrong, sent))
        return see(HERE, "saved")


async def _page(
    request: AnyRequest, actor: Actor, now: datetime, *, shift: Form | None = None, fallback: Form | None = None
) -> Template:
    zone = ZoneInfo(request.user.timezone)
    today = now.astimezone(zone).date()
    monday = monday_of(request.query_params.get("week"), today)
    roster = await service.show_week(actor, monday, zone, now)
    return page(
        request,
        "care/on_call.html",
        status=422 if shift or fallback else 200,
        roster=roster,
        days=_by_day(roster, zone),
        form=shift or Form.empty(day=max(monday, today), weeks=1),
        fallback_form=fallback or Form.empty(number=roster.fallback or ""),
        people=[(str(person), f"{name} · {label(duty)}") for person, (name, duty) in roster.people.items()],
        monday=monday,
        week=WEEK,
        most_weeks=MOST_WEEKS,
        is_this_week=monday == monday_of(None, today),
        rings=request.app.state.settings.telephone,
        zone=zone.key,
        now=now,
        label=label,
    )


def _by_day(roster: service.Roster, zone: ZoneInfo) -> dict[date, list[Shift]]:
    """By the reader's date on which each begins."""
    days: dict[date, list[Shift]] = {}
    for each in roster.shifts:
        days.setdefault(each.span.start.astimezone(zone).date(), []).append(each)
    return days
