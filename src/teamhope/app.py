"""The web application: its settings, its protections, and every controller in one place."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from litestar import Litestar, Request, Router
from litestar.di import Provide
from litestar.middleware import DefineMiddleware
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.plugins.prometheus import PrometheusConfig
from litestar.static_files import create_static_files_router
from litestar.template import TemplateConfig

from teamhope import problems
from teamhope import settings as configuration
from teamhope.accounts import web as accounts_web
from teamhope.accounts import web_links, web_people, web_second, web_security, web_tokens, wording_links
from teamhope.accounts.identity import Identifies, session_cookie
from teamhope.accounts.policy import guard, needs, public, refuse_open_routes
from teamhope.audit.service import keep_reads
from teamhope.calls import api as calls_api
from teamhope.calls import hooks as calls_hooks
from teamhope.calls import hooks_voice, web_ring, wording_ring
from teamhope.calls import web as calls_web
from teamhope.calls import web_drafts as calls_drafts
from teamhope.calls import web_log as calls_log
from teamhope.calls import web_reconcile as calls_reconcile
from teamhope.calls import wording as calls_wording
from teamhope.care import web as care_web
from teamhope.care import web_debriefs, web_escalations, web_on_call
from teamhope.care import wording as care_wording
from teamhope.families import api as families_api
from teamhope.families import web as families_web
from teamhope.families import web_entry as families_entry
from teamhope.families import web_pins as families_pins
from teamhope.families import web_requests as families_requests
from teamhope.families import wording_pages as families_wording
from teamhope.followups import api as followups_api
from teamhope.followups import web as followups_web
from teamhope.followups import (
    web_blocked,
    web_cadence,
    web_calendar,
    web_consents,
    web_dates,
    web_hold,
    web_limits,
    web_reach,
    web_replies,
    web_rhythm,
)  # fmt: skip
from teamhope.followups import web_promises as followups_promises
from teamhope.followups import wording_cadence as cadence_wording
from teamhope.followups import wording_refusals as followups_wording
from teamhope.health import livez, metrics, readyz
from teamhope.imports import web as imports_web
from teamhope.imports import wording as imports_wording
from teamhope.kit import clock, crypto, database, logs
from teamhope.kit.web import (
    STATIC,
    RefusesForgedForms,
    StrictRequest,
    csrf_config,
    only_built_files,
    protect,
    template_engine,
)
from teamhope.matching import api as matching_api
from teamhope.matching import labels as matching_labels
from teamhope.matching import web as matching_web
from teamhope.matching import web_choose as matching_choose
from teamhope.matching import web_connections as matching_connections
from teamhope.matching import web_cover as matching_cover
from teamhope.matching import web_everyone as matching_everyone
from teamhope.matching import web_handover as matching_handover
from teamhope.matching import web_leaving as matching_leaving
from teamhope.matching import web_offers as matching_offers
from teamhope.matching import web_record as matching_record
from teamhope.matching import web_settings as matching_settings
from teamhope.operations import web as operations_web
from teamhope.operations import wording as operations_wording
from teamhope.oversight import web as oversight_web
from teamhope.oversight import web_audit as oversight_audit
from teamhope.oversight import wording as oversight_wording
from teamhope.reports import api as reports_api
from teamhope.reports import web as reports_web
from teamhope.reports import web_sample as reports_sample
from teamhope.reports import wording as reports_wording
from teamhope.retention import web as retention_web
from teamhope.retention import web_periods, web_releases
from teamhope.retention import wording as retention_wording
from teamhope.settings import Settings
from teamhope.shell import shell_of
from teamhope.tasks import web as tasks_web
from teamhope.tasks import wording as tasks_wording
from teamhope.today.web import today
from teamhope.vocabulary.people import Actor, Can
from teamhope.vocabulary.programme import load_programme, use_programme
from teamhope.volunteers import web as volunteers_web
from teamhope.volunteers import web_lived as volunteers_lived
from teamhope.volunteers import web_new as volunteers_new
from teamhope.volunteers import web_record as volunteers_record
from teamhope.volunteers import web_telephone as volunteers_telephone
from teamhope.volunteers import web_times as volunteers_times
from teamhope.volunteers import wording as volunteers_wording

LARGEST_BODY: Final = 1_000_000  # bytes
WITHOUT_FORMS: Final = ["^/static/", "^/api/", "^/cal/", "^/hooks/", "^/livez$", "^/readyz$", "^/metrics$", "^/schema"]

CONTROLLERS: Final[tuple[Any, ...]] = (
    today,
    accounts_web.SignInController,
    accounts_web.OwnAccountController,
    web_second.PasskeySignInController,
    web_second.SecondFactorController,
    web_security.SecurityController,
    web_security.PasskeyController,
    web_security.AppController,
    web_security.ConfirmController,
    web_links.ResetController,
    web_links.WelcomeController,
    web_people.PeopleController,
    web_tokens.TokenController,
    care_web.HelpController,
    web_escalations.EscalationController,
    web_on_call.OnCallController,
    web_debriefs.TalksController,
    tasks_web.TaskController,
    reports_sample.SampleController,
    reports_web.ReportsController,
    families_api.RequestsApi,
    families_entry.EntryController,
    families_requests.RequestController,
    families_web.FamilyController,
    families_pins.FamilyPinsController,
    retention_web.KeepingController,
    web_releases.ReleasesController,
    web_releases.FamilyReleasesController,
    web_periods.PeriodsController,
    volunteers_web.VolunteerController,
    volunteers_new.NewVolunteerController,
    web_limits.LimitsController,
    volunteers_lived.ExperienceController,
    web_limits.OwnLimitsController,
    volunteers_telephone.OwnTelephoneController,
    volunteers_times.OwnTimesController,
    volunteers_record.OwnRecordController,
    volunteers_record.ActivityController,
    matching_choose.ChooseController,
    matching_offers.MatchesController,
    matching_web.MatchController,
    matching_connections.OfFamilyController,
    matching_connections.OfVolunteerController,
    matching_connections.may_know_offered,
    matching_connections.may_know_own,
    matching_cover.CoverController,
    matching_everyone.EveryoneController,
    matching_settings.SettingsController,
    matching_leaving.LeavingController,
    matching_record.LanguagesController,
    matching_record.TeamController,
    matching_handover.HandoverController,
    matching_api.MatchingApi,
    followups_web.ScheduleController,
    followups_promises.promises,
    web_calendar.calendar_feed,
    web_hold.HoldController,
    web_reach.ReachController,
    web_replies.ReplyController,
    web_consents.ConsentsController,
    web_consents.consent_words,
    web_blocked.BlockedController,
    web_dates.DatesController,
    web_rhythm.RhythmController,
    web_cadence.CadenceController,
    followups_api.FollowUpsApi,
    reports_api.ReportsApi,
    calls_hooks.ProviderHooks,
    hooks_voice.VoiceHooks,
    calls_web.PlaceController,
    web_ring.RingController,
    calls_web.CallController,
    calls_log.LogController,
    calls_log.CorrectController,
    calls_drafts.DraftController,
    calls_reconcile.DifferencesController,
    calls_api.CallsApi,
    imports_web.VolunteerImportController,
    imports_web.FamilyImportController,
    oversight_audit.AuditController,
    oversight_web.BreakGlassController,
    operations_web.JobsController,
    livez,
    readyz,
    metrics,
)

REFUSALS: Final[tuple[dict[str, str], ...]] = (
    wording_links.REFUSALS,
    care_wording.REFUSALS,
    tasks_wording.REFUSALS,
    reports_wording.REFUSALS,
    families_wording.REFUSALS,
    volunteers_wording.REFUSALS,
    matching_labels.REFUSALS,
    followups_wording.REFUSALS,
    cadence_wording.REFUSALS,
    calls_wording.REFUSALS,
    wording_ring.REFUSALS,
    oversight_wording.REFUSALS,
    operations_wording.REFUSALS,
    retention_wording.REFUSALS,
    imports_wording.REFUSALS,
)


async def the_actor(request: Request[Any, Any, Any]) -> Actor:
    actor: Actor = request.user.actor
    return actor


def create_app(
    settings: Settings,
    *,
    now: Callable[[], datetime] = clock.now,
    lifespan: Callable[[Litestar], Any] | None = None,
    demonstration: bool = False,
) -> Litestar:
    """The application over a pool that `lifespan` opens, or that is open already. Raises RouteWithoutPermission."""
    app = Litestar(
        route_handlers=[*CONTROLLERS, _static_files()],
        guards=[guard],
        dependencies={"actor": Provide(the_actor), "now": Provide(now, sync_to_thread=False)},
        middleware=[
            PrometheusConfig(app_name="teamhope", prefix="teamhope", group_path=True, exclude=["^/static/"]).middleware,
            DefineMiddleware(
                Identifies,
                cookie=session_cookie(settings.secure),
                clock=now,
                default_language=settings.default_language,
            ),
            DefineMiddleware(
                RefusesForgedForms,
                config=csrf_config(
                    crypto.sign(crypto.keys(), "csrf", ""), secure=settings.secure, exclude=WITHOUT_FORMS
                ),
            ),
        ],
        request_class=StrictRequest,
        template_config=TemplateConfig(instance=template_engine()),
        exception_handlers=problems.EXCEPTION_HANDLERS,
        before_send=[protect(settings.secure)],
        request_max_body_size=LARGEST_BODY,
        openapi_config=_openapi(),
        lifespan=[lifespan] if lifespan else [],
        logging_config=None,
    )
    app.state.settings = settings
    app.state.shell = shell_of(settings, demonstration)
    refuse_open_routes(app.routes)
    return app


def _static_files() -> Any:
    return create_static_files_router(
        path="/static", directories=[STATIC], opt=public(), include_in_schema=False, before_request=only_built_files
    )


def _openapi() -> OpenAPIConfig:
    return OpenAPIConfig(
        title="Team HOPE",
        version="1",
        render_plugins=[JsonRenderPlugin(path="/openapi.json")],
        openapi_router=Router(path="/schema", route_handlers=[], opt=needs(Can.READ_SCHEMA)),
    )


def know_refusals() -> None:
    for sentences in REFUSALS:
        problems.know(sentences)


def compose(settings: Settings) -> None:
    """What web, worker and commands share: keys, who keeps what is read, programme, the words for what is refused."""
    crypto.use_keys(configuration.key_ring(settings))
    keep_reads(clock.now)
    know_refusals()
    use_programme(load_programme(Path(settings.programme_file)) if settings.programme_file else load_programme())


def from_environment() -> Litestar:
    """What `teamhope serve` runs in each of its processes."""
    settings = configuration.load()
    configuration.refuse_unsafe(settings)
    logs.configure(settings.log_level)
    compose(settings)

    @asynccontextmanager
    async def lifespan(_: Litestar) -> AsyncIterator[None]:
        async with database.pool_of(settings.database_url):
            yield

    return create_app(settings, lifespan=lifespan)
