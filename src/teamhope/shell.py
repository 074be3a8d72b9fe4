"""What is around every page: the tabs of the role, the language switch, what the last form did."""

from dataclasses import dataclass
from typing import Any, Final

from litestar import Request
from litestar.exceptions import MethodNotAllowedException, NotFoundException
from markupsafe import Markup

from teamhope.accounts.rules import Visitor
from teamhope.kit import clock, i18n
from teamhope.kit.i18n import N_, gettext
from teamhope.kit.web import csrf_field
from teamhope.settings import Settings
from teamhope.vocabulary.people import Role

TODAY: Final = ("/", N_("Today"))
TABS: Final[dict[Role, tuple[tuple[str, str], ...]]] = {
    Role.COORDINATOR: (
        TODAY,
        ("/requests", N_("Requests")),
        ("/families", N_("Families")),
        ("/volunteers", N_("Volunteers")),
        ("/schedule", N_("Schedule")),
        ("/calls", N_("Calls")),
        ("/reports", N_("Reports")),
    ),
    Role.VOLUNTEER: (
        TODAY,
        ("/families", N_("My families")),
        ("/calls", N_("My calls")),
        ("/me/times", N_("My times")),
    ),
    Role.TEAM_LEAD: (
        TODAY,
        ("/families", N_("My families")),
        ("/calls", N_("My calls")),
        ("/me/times", N_("My times")),
        ("/volunteers", N_("Volunteers")),
    ),
    Role.ADVOCATE: (
        TODAY,
        ("/escalations", N_("Calls for help")),
        ("/tasks", N_("Tasks")),
        ("/families", N_("Families")),
    ),
    Role.LEADERSHIP: (TODAY, ("/reports", N_("Reports"))),
    Role.ADMIN: (
        TODAY,
        ("/admin/people", N_("People")),
        ("/admin/tokens", N_("API tokens")),
        ("/admin/audit", N_("Audit")),
        ("/admin/retention", N_("Retention")),
        ("/admin/matching", N_("Matching")),
        ("/on-call", N_("On call")),
        ("/admin/cadence", N_("Calling")),
        ("/admin/jobs", N_("Jobs")),
    ),
    Role.AUDITOR: (TODAY, ("/reports/sample", N_("Sample")), ("/admin/audit", N_("Audit"))),
}

# Pages without a tab of their own stand under the first of these that the role has: a match under its request, an offer
# under the day of who is asked.
WITHOUT_TAB: Final = {"/matches": ("/requests", "/"), "/me/limits": ("/me/times",), "/on-call": ("/on-call", "/")}

# What a form that has acted says on the next page: the code travels in the address, the sentence does not.
DONE: Final = {
    "saved": N_("Saved."),
    "request_saved": N_("The request is saved."),
    "volunteer_added": N_("The volunteer was added. An email with a link is on its way."),
    "experience_removed": N_("The experience was removed."),
    "other_hours_saved": N_("That day is saved."),
    "languages_with_families": N_(
        "The languages are saved. No language is shared with a family any more: there is a task to find somebody else."
    ),
    "team_changed": N_("The team is saved. Families stay where they are looked after."),
    "away_saved": N_("Your time away is saved."),
    "away_with_families": N_("Your time away is saved. Staff will find someone for your families."),
    "calendar_ended": N_("The address no longer works. Your calendar gets nothing more from here."),
    "pin_ended": N_("The PIN no longer works."),
    "signed_out": N_("You are signed out."),
    "session_ended": N_("That session has ended."),
    "passkey_added": N_("The passkey is ready. You can sign in with it from now on."),
    "passkey_removed": N_("The passkey no longer works. You are signed out everywhere else."),
    "app_added": N_("The app is set up. From now on you are asked for its code."),
    "app_removed": N_("The app's codes no longer work. You are signed out everywhere else."),
    "link_sent": N_("An email with a link is on its way."),
    "role_changed": N_("The role and team are saved. The person signs in again."),
    "second_factors_reset": N_("The person signs in with the password alone now, and can set up a second step again."),
    "password_chosen": N_("Your password is saved. Sign in with it."),
    "person_suspended": N_("The person is suspended and signed out everywhere."),
    "person_reinstated": N_("The person can sign in again."),
    "difference_settled": N_("It is off the list."),
    "reply_done": N_("The text is off the list."),
    "task_closed": N_("The task is off the list."),
    "escalation_closed": N_("The call for help is closed."),
    "passed_on": N_("It is passed on. It stays yours until the other person takes it."),
    "shifts_added": N_("The roster is saved."),
    "shift_removed": N_("The shift is removed."),
    "talk_recorded": N_("Noted: you have talked with each other."),
    "talk_waived": N_("Noted. If you would like to talk after all, our team is there for you."),
    "family_held": N_("Everything is stopped. Nobody calls until staff decide."),
    "family_released": N_("The hold has ended. Calls go on."),
    "hold_kept": N_("The hold stays. You are asked again on that day."),
    "family_closing": N_("All calls have ended. The task to say goodbye is on your list."),
    "plan_saved": N_("The plan is saved, with today as the day on which they said so."),
    "call_moved": N_("The call was moved."),
    "call_moved_to_full_week": N_("The call was moved. That week now holds more calls than the volunteer takes."),
    "call_resumed": N_("The call is planned again."),
    "call_stopped": N_("The call was stopped. You can call later."),
    "nobody_on_call": N_("Nobody on call can be rung now. Use “Get help now”."),
    "call_voided": N_("The call no longer counts."),
    "call_corrected": N_("The correction is saved. It counts from now on."),
    "volunteer_asked": N_("The volunteer was asked."),
    "introduced": N_("They are introduced, and the first call is planned."),
    "match_moved": N_("Saved. Below is what comes next."),
    "match_closed": N_("The match is closed."),
    "offer_accepted": N_("Thank you. Your yes is noted."),
    "may_know_offered": N_("Thank you for saying so. The offer is taken back; that is no answer against you."),
    "may_know_own": N_("Thank you for saying so. A coordinator will talk with you."),
    "offer_declined": N_("Noted. Thank you for answering."),
    "legal_hold_placed": N_("There is a legal hold now. Nothing of this family is erased."),
    "legal_hold_lifted": N_("The legal hold is lifted."),
    "erasure_asked": N_("Nobody calls this family any more. Tonight its data goes."),
    "release_recorded": N_("It is in the register."),
    "opening_reviewed": N_("Noted: you have looked at it."),
    "import_done": N_("The rows are imported."),
    "import_discarded": N_("The file is gone. Nothing of it was imported."),
    "import_taken_back": N_("Everything that was imported is taken back."),
    "import_partly_back": N_("What nobody has used yet is taken back. The other rows stay."),
    "job_asked": N_("A worker has been asked. Look again in a moment."),
    "token_revoked": N_("The token no longer works."),
}


@dataclass(frozen=True, slots=True)
class Tab:
    label: str
    href: str
    current: bool


@dataclass(frozen=True, slots=True)
class Shell:
    site_name: str
    locale: str
    other_locale: str
    other_locale_name: str
    path: str
    tabs: tuple[Tab, ...]
    signed_in: bool
    demonstration: bool
    flash: tuple[tuple[str, str], ...]
    csrf: Markup
    zone_name: str
    seconds_left: int  # until the session ends by itself


def shell_of(settings: Settings, demonstration: bool) -> Any:
    def shell(request: Request[Any, Any, Any]) -> Shell:
        visitor: Visitor | None = request.scope.get("user")
        language = i18n.language.get()
        other = "es" if language == "en" else "en"
        done = DONE.get(request.query_params.get("done", ""))
        return Shell(
            site_name=settings.site_name,
            locale=language,
            other_locale=other,
            other_locale_name=i18n.LANGUAGE_NAMES["es" if other == "es" else "en"],
            path=_comes_back_to(request),
            tabs=_tabs(visitor, request.url.path),
            signed_in=visitor is not None,
            demonstration=demonstration,
            flash=(("success", gettext(done)),) if done else (),
            csrf=csrf_field(request),
            zone_name=i18n.zone_name(visitor.timezone, clock.now()) if visitor else "",
            seconds_left=visitor.seconds_left if visitor else 0,
        )

    return shell


def _comes_back_to(request: Request[Any, Any, Any]) -> str:
    """Where the language switch leads: this page; of one that only answers a form, the nearest above."""
    path = request.url.path
    while request.method not in {"GET", "HEAD"} and path != "/" and not _can_be_read(request, path):
        path = path.rpartition("/")[0] or "/"
    return path


def _can_be_read(request: Request[Any, Any, Any], path: str) -> bool:
    try:
        request.app.asgi_router.handle_routing(path=path, method="GET")
    except (MethodNotAllowedException, NotFoundException):
        return False
    return True


def _tabs(visitor: Visitor | None, path: str) -> tuple[Tab, ...]:
    if visitor is None:
        return ()
    tabs = TABS[visitor.actor.role]
    current = _current([href for href, _ in tabs], path)
    return tuple(Tab(gettext(label), href, href == current) for href, label in tabs)


def _current(tabs: list[str], path: str) -> str:
    """The tab under which the page stands; "" if it stands under none."""
    for start, homes in WITHOUT_TAB.items():
        if _is_within(start, path):
            return next((home for home in homes if home in tabs), "")
    return next((tab for tab in tabs if _is_within(tab, path)), "")


def _is_within(start: str, path: str) -> bool:
    return path == start or (start != TODAY[0] and path.startswith(start + "/"))
