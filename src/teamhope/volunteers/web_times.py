"""A volunteer's own times: her week, her time away, how many families she takes."""

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
from teamhope.volunteers import service, service_calendar
from teamhope.volunteers.forms import AwayForm, TimesForm, times_of, windows_of

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
            await service.set_availability(actor, mine, windows_of(form), form.max_open_matches, now)
        except (FormProblems, Invalid) as wrong:
            return await _page(request, actor, now, week=form_again(wrong, sent))
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
            return await _page(request, actor, now, away=form_again(wrong, sent))
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
    request: AnyRequest,
    actor: Actor,
    now: datetime,
    *,
    week: Form | None = None,
    away: Form | None = None,
    calendar: str = "",
) -> Template:
    own = await service.show_own_times(actor, now)
    profile = own.profile
    return page(
        request,
        "volunteers/times.html",
        status=422 if week or away else 200,
        own=own,
        form=week or Form.empty(**times_of(profile.windows, profile.max_open_matches)),
        away_form=away or Form.empty(),
        calendar=calendar,
        zone_words=i18n.zone_name(str(profile.zone), now),
    )
