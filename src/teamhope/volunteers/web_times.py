"""A volunteer's own times: her week, single days, her time away, how many families and calls she takes."""

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from teamhope.accounts.policy import needs
from teamhope.kit import i18n
from teamhope.kit.forms import Form, FormProblems, read_form
from teamhope.kit.web import page, see
from teamhope.problems import form_again
from teamhope.settings import Settings
from teamhope.vocabulary.errors import Invalid
from teamhope.vocabulary.people import Actor, Can
from teamhope.volunteers import service, service_calendar, service_days
from teamhope.volunteers.forms import AwayForm, TimesForm, times_of, windows_of
from teamhope.volunteers.forms_days import DayForm

AnyRequest = Request[Any, Any, Any]


class OwnTimesController(Controller):
    path = "/me/times"
    opt = needs(Can.KEEP_OWN_TIMES)
    include_in_schema = False

    @get("/")
    async def show(
        self, request: AnyRequest, actor: NamedDependency[Actor], now: NamedDependency[datetime]
    ) -> Template:
        return await _page(request, actor, now)

    @post("/")
    async def save(
        self, request: AnyRequest, actor: NamedDependency[Actor], now: NamedDependency[datetime]
    ) -> Response[Any]:
        sent = await request.form()
        try:
            form: Any = read_form(TimesForm, sent)
            mine = service.own_volunteer(actor)
            most = (form.max_open_matches, form.max_calls_per_week)
            await service.set_availability(actor, mine, windows_of(form), most, now)
        except (FormProblems, Invalid) as wrong:
            return await _page(request, actor, now, ("week", form_again(wrong, sent)))
        return see("/me/times", "saved")

    @post("/days")
    async def other_hours(
        self, request: AnyRequest, actor: NamedDependency[Actor], now: NamedDependency[datetime]
    ) -> Response[Any]:
        sent = await request.form()
        try:
            form = read_form(DayForm, sent)
            mine = service.own_volunteer(actor)
            await service_days.set_other_hours(actor, mine, form.day, form.windows(), now)
        except (FormProblems, Invalid) as wrong:
            return await _page(request, actor, now, ("day", form_again(wrong, sent)))
        return see("/me/times", "other_hours_saved")

    @post("/days/{other_day_id:uuid}/remove")
    async def usual_hours(
        self, other_day_id: FromPath[UUID], actor: NamedDependency[Actor], now: NamedDependency[datetime]
    ) -> Redirect:
        await service_days.forget_other_hours(actor, service.own_volunteer(actor), other_day_id, now)
        return see("/me/times", "saved")

    @post("/away")
    async def away(
        self, request: AnyRequest, actor: NamedDependency[Actor], now: NamedDependency[datetime]
    ) -> Response[Any]:
        sent = await request.form()
        try:
            form = read_form(AwayForm, sent)
            mine = service.own_volunteer(actor)
            families = await service.take_time_away(actor, mine, form.first_on, form.last_on, now)
        except (FormProblems, Invalid) as wrong:
            return await _page(request, actor, now, ("away", form_again(wrong, sent)))
        return see("/me/times", "away_with_families" if families else "away_saved")

    @get("/calendar", sync_to_thread=False)
    def show_calendar(self) -> Redirect:
        """Whoever changes the language of the page that shows the address comes here."""
        return see("/me/times")

    @post("/calendar")
    async def make_calendar(
        self, request: AnyRequest, actor: NamedDependency[Actor], now: NamedDependency[datetime]
    ) -> Template:
        secret = await service_calendar.make_feed(actor, now)
        return await _page(request, actor, now, calendar=calendar_address(request.app.state.settings, secret))

    @post("/calendar/end")
    async def end_calendar(self, actor: NamedDependency[Actor], now: NamedDependency[datetime]) -> Redirect:
        await service_calendar.end_feed(actor, now)
        return see("/me/times", "calendar_ended")

    @post("/away/{away_id:uuid}/end")
    async def end_away(
        self, away_id: FromPath[UUID], actor: NamedDependency[Actor], now: NamedDependency[datetime]
    ) -> Redirect:
        await service.end_time_away(actor, service.own_volunteer(actor), away_id, now)
        return see("/me/times", "saved")


def calendar_address(settings: Settings, secret: str) -> str:
    """For followups/web_calendar.py."""
    return f"{settings.public_url.rstrip('/')}/cal/{secret}.ics"


async def _page(
    request: AnyRequest, actor: Actor, now: datetime, refused: tuple[str, Form] | None = None, *, calendar: str = ""
) -> Template:
    """`refused`: which of the page's forms (week, day, away), and as it was typed. `calendar`: the new address."""
    own = await service.show_own_times(actor, now)
    profile, typed = own.profile, dict([refused] if refused else [])
    return page(
        request,
        "volunteers/times.html",
        status=422 if refused else 200,
        own=own,
        form=typed.get("week")
        or Form.empty(**times_of(profile.windows, profile.max_open_matches, profile.max_calls_per_week)),
        day_form=typed.get("day", Form.empty()),
        away_form=typed.get("away", Form.empty()),
        calendar=calendar,
        zone_words=i18n.zone_name(str(profile.zone), now),
    )
