"""Pages that only a form shows: what was typed wrong, what was found, what is shown this once; and refusals."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

import pytest
from playwright.async_api import Browser, Page, expect
from tests import world
from tests.app_kit import PASSWORD, TESTS
from tests.browser.acts import FILLED, answer_step, choose
from tests.browser.inhabitants import SECRETS, Inhabitants, move_in
from tests.browser.looks import inspect
from tests.browser.site import EVENING, Language, Site, served, visiting

from teamhope.accounts import service as accounts
from teamhope.accounts import service_links
from teamhope.accounts.rules_links import Doorway
from teamhope.care import service as care
from teamhope.care import service_on_call
from teamhope.care.queries import About
from teamhope.families.rules_hours import Span
from teamhope.vocabulary.people import Role
from teamhope.vocabulary.states import EscalationLevel

pytestmark = [pytest.mark.timeout(90), pytest.mark.parametrize("language", ["en", "es"])]
REFUSALS = ("403", "404", "409", "422", "429", "500", "503")
SEND_TO = "(form, path) => { form.action = path; form.noValidate = true; form.submit(); }"


@dataclass(frozen=True, slots=True)
class Tour:
    """Somebody's way through forms; each page on it is looked at."""

    page: Page
    site: Site
    language: Language
    secrets: frozenset[str]

    async def go(self, path: str) -> None:
        await self.page.goto(self.site.url + path, wait_until="domcontentloaded")

    async def send(self, form: str = "main form", button: str = "button[type=submit]") -> None:
        await self.page.locator(form).locator(button).first.click()
        await self.page.wait_for_load_state("domcontentloaded")

    async def send_elsewhere(self, path: str) -> None:
        """The first form of the page, sent to an address that it was not made for."""
        async with self.page.expect_navigation(wait_until="domcontentloaded"):
            await self.page.locator("main form[method=post]").first.evaluate(SEND_TO, path)

    async def look(self, name: str) -> None:
        await inspect(self.page, self.language, self.secrets, f"form-{name}")

    async def expect_problem(self, field: str) -> None:
        await expect(self.page.locator(f"[data-error-summary] a[href='#field-{field}']")).to_have_count(1)


@pytest.fixture(scope="module")
async def inhabitants(application: Site) -> Inhabitants:
    return await move_in(EVENING)


@asynccontextmanager
async def touring(
    browser: Browser, site: Site, seen: Inhabitants, role: Role | None, language: Language
) -> AsyncIterator[Tour]:
    who = seen.who(role) if role else None
    if who is not None:
        await accounts.choose_language(who.actor, language)
    async with visiting(browser, site, who, language=language, expected=REFUSALS) as visit:
        yield Tour(visit.page, site, language, seen.names | SECRETS)


async def test_signing_in_wrongly(
    browser: Browser, application: Site, inhabitants: Inhabitants, language: Language
) -> None:
    async with touring(browser, application, inhabitants, None, language) as tour:
        await tour.go("/login")
        await tour.look("sign-in")
        for _ in range(4):
            await tour.page.locator("#field-email").fill(f"nobody-{language}@example.org")
            await tour.page.locator("#field-password").fill("not the right one")
            await tour.send()
        await tour.look("sign-in-wrong")
        await tour.page.locator("#field-password").fill("not the right one")
        await tour.send()
        await expect(tour.page.locator("main")).to_contain_text("429")
        await tour.look("429")


async def test_entering_a_request(
    browser: Browser, application: Site, inhabitants: Inhabitants, language: Language
) -> None:
    async with touring(browser, application, inhabitants, Role.COORDINATOR, language) as tour:
        await tour.go("/requests/new")
        await tour.page.locator("#field-phone").fill("303")
        await tour.send()
        await tour.expect_problem("first_name")
        await tour.look("request-who-wrong")
        for step in FILLED:
            await answer_step(tour.page, step)
            await tour.send()
            await tour.look(f"request-after-{step}")
        await expect(tour.page.locator("main")).to_contain_text(inhabitants.ready.family_no)
        await tour.send(button="[name=go][value=reach]")
        await expect(tour.page.locator("#field-agreed_words")).to_have_value(FILLED["reach"]["agreed_words"])


async def test_searching_a_family_and_showing_its_number(
    browser: Browser, application: Site, inhabitants: Inhabitants, language: Language
) -> None:
    async with touring(browser, application, inhabitants, Role.COORDINATOR, language) as tour:
        await tour.go("/families")
        await tour.page.locator("#field-text").fill("marisol")
        await tour.send()
        await expect(tour.page.locator("main")).to_contain_text(inhabitants.ready.family_no)
        await tour.look("families-found")
        await tour.go(f"/families/{inhabitants.ready.family_id}")
        await tour.send("main form[action*='/number/']")
        await expect(tour.page.locator("main")).to_contain_text(inhabitants.ready.number[-4:])
        await tour.look("family-number")


async def test_choosing_and_ending_with_something_missing(
    browser: Browser, application: Site, inhabitants: Inhabitants, language: Language
) -> None:
    on_calls = inhabitants.on_calls[Role.VOLUNTEER]
    async with touring(browser, application, inhabitants, Role.COORDINATOR, language) as tour:
        await tour.go(f"/requests/{inhabitants.ready.id}/match")
        await tour.page.locator("tbody tr:nth-child(2) a.usa-button").click()
        await tour.send()
        await tour.expect_problem("override_reason")
        await tour.look("choose-without-reason")
        await tour.go(f"/matches/{on_calls.match.id}")
        await tour.send("main form[action$='/close']")
        await tour.expect_problem("close_reason")
        await tour.look("match-close-wrong")
        await tour.go(f"/matches/{on_calls.match.id}")
        await tour.send_elsewhere(f"/matches/{on_calls.match.id}/family-said-yes")
        await tour.look("409")
        await tour.go(f"/matches/{on_calls.match.id}")
        await tour.send_elsewhere(f"/matches/{on_calls.match.id}/dance")
        await tour.look("422")


async def test_a_call_from_its_number_to_its_correction(
    browser: Browser, application: Site, inhabitants: Inhabitants, language: Language
) -> None:
    role = Role.VOLUNTEER if language == "en" else Role.TEAM_LEAD
    on_calls = inhabitants.on_calls[role]
    async with touring(browser, application, inhabitants, role, language) as tour:
        await tour.go(f"/calls/{on_calls.due.id}/place")
        await tour.send()
        await expect(tour.page.locator("a[href^='tel:']")).to_be_visible()
        await tour.look("call-number")
        await tour.go(f"/calls/{on_calls.due.id}/log")
        await tour.page.locator("#field-note").fill("Her number is 303-555-0142")
        await tour.send()
        await tour.expect_problem("outcome")
        await tour.look("log-wrong")
        await choose(tour.page, "outcome", "reached")
        await tour.send()
        await tour.expect_problem("note")
        await tour.page.locator("#field-note").fill("Her sister comes on Monday.")
        await tour.send()
        assert tour.page.url.endswith("/saved")
        await tour.look("log-saved")
        await tour.go(f"/calls/{on_calls.logged}/correct")
        await choose(tour.page, "outcome", "no_answer")
        await tour.page.locator("#field-talk_minutes").fill("")
        await tour.send()
        await tour.look("call-corrected")


async def test_days_that_no_year_has(
    browser: Browser, application: Site, inhabitants: Inhabitants, language: Language
) -> None:
    async with touring(browser, application, inhabitants, Role.VOLUNTEER, language) as tour:
        await tour.go("/me/limits")
        await choose(tour.page, "trajectory", "deceased")
        for field, answer in (("first_day_1", "31"), ("last_day_1", "2")):
            await tour.page.locator(f"#field-{field}").fill(answer)
        for field, answer in (("first_month_1", "4"), ("last_month_1", "5")):
            await tour.page.locator(f"#field-{field}").select_option(answer)
        await tour.send("main form.usa-form")
        await tour.expect_problem("first_day_1")
        await tour.look("limits-wrong")
        await tour.page.locator("#field-first_day_1").fill("30")
        await tour.send("main form.usa-form")
        await expect(tour.page.locator("main .usa-alert--success")).to_be_visible()
        await tour.look("limits-saved")


async def test_an_experience_without_its_kind_and_one_that_is_removed(
    browser: Browser, application: Site, inhabitants: Inhabitants, language: Language
) -> None:
    async with touring(browser, application, inhabitants, Role.COORDINATOR, language) as tour:
        await tour.go(f"/volunteers/{inhabitants.chosen}/experiences/new")
        await tour.send("main form.usa-form")
        await tour.expect_problem("case_type")
        await tour.look("experience-wrong")
        for field, answer in (("case_type", "CSE"), ("relation", "mother")):
            await tour.page.locator(f"#field-{field}").select_option(answer)
        await tour.send("main form.usa-form")
        await expect(tour.page.locator("main .usa-alert--success")).to_be_visible()
        await tour.page.locator("main a[href*='/experiences/']:not([href$='/new'])").last.click()
        await tour.page.locator("details summary").last.click()
        await tour.send("main form[action$='/remove']")
        await expect(tour.page.locator("main .usa-alert--success")).to_be_visible()
        await tour.look("experience-removed")


async def test_a_calendars_address_that_is_made_and_stopped(
    browser: Browser, application: Site, inhabitants: Inhabitants, language: Language
) -> None:
    async with touring(browser, application, inhabitants, Role.VOLUNTEER, language) as tour:
        await tour.go("/me/times")
        await tour.send("main form[action$='/calendar']")
        await expect(tour.page.locator(".th-secret")).to_contain_text("/cal/")
        await tour.look("calendar-made")
        await tour.page.locator("button.th-lang").click()
        await expect(tour.page.locator("h1")).to_be_visible()
        await expect(tour.page.locator(".th-secret")).to_have_count(0)
        await tour.page.locator("button.th-lang").click()
        await tour.send("main form[action$='/calendar/end']")
        await expect(tour.page.locator("main .usa-alert--success")).to_be_visible()
        await tour.look("calendar-stopped")


async def test_moving_a_call_to_a_time_that_does_not_suit(
    browser: Browser, application: Site, inhabitants: Inhabitants, language: Language
) -> None:
    hers, seq = inhabitants.on_calls[Role.VOLUNTEER], 8 if language == "en" else 9
    soon = EVENING + timedelta(days=seq)
    call = await world.follow_up(hers.match, soon, seq=seq, plan_id=hers.due.plan_id, now=EVENING)
    async with touring(browser, application, inhabitants, Role.VOLUNTEER, language) as tour:
        await tour.go(f"/schedule/{call.id}/move")
        await choose(tour.page, "choice", "other")
        await tour.page.locator("#field-on").fill(f"{EVENING.date() + timedelta(days=2)}")
        await tour.page.locator("#field-at").fill("03:00")
        await choose(tour.page, "for_whom", "family")
        await tour.send()
        await tour.expect_problem("choice")
        await expect(tour.page.locator("main button[name=choice]")).to_have_count(3)
        await tour.look("move-another-time")
        await tour.send(button="button[name=choice]")
        await expect(tour.page.locator("main .usa-alert--success")).to_be_visible()


async def test_a_call_for_help_that_was_ignored_is_passed_on_confirmed_and_closed(
    browser: Browser, application: Site, inhabitants: Inhabitants, language: Language
) -> None:
    hers = inhabitants.on_calls[Role.VOLUNTEER]
    about = About(family=hers.match.request.family_id)
    danger = await care.open_escalation(hers.who.actor, EscalationLevel.IMMINENT, EVENING - timedelta(hours=2), about)
    bea = await world.staff(Role.ADVOCATE, language=language)
    await service_on_call.add_shifts(TESTS, bea.id, (Span(EVENING, EVENING + timedelta(hours=1)),), EVENING)
    async with touring(browser, application, inhabitants, Role.ADVOCATE, language) as tour:
        await tour.go(f"/escalations/{danger}")
        await tour.look("escalation-ignored")
        await tour.send("main form[action$='/acknowledge']")
        await tour.page.locator("details summary").first.click()
        await tour.send("main details form[action$='/close']")
        await tour.expect_problem("reason")
        await tour.look("escalation-close-wrong")
        await tour.page.locator("#field-to").select_option(str(bea.id))
        await tour.send("main form[action$='/pass-on']")
        await tour.look("escalation-passed-on")
    async with visiting(browser, application, bea, language=language, expected=REFUSALS) as visit:
        tour = Tour(visit.page, application, language, inhabitants.names | SECRETS)
        await tour.go(f"/escalations/{danger}")
        for step in ("take", "act", "wait"):
            await tour.send(f"main form[action$='/{step}']")
        await tour.look("escalation-waits")
        await tour.send("main form[action$='/close']")
        await tour.go(f"/escalations/{danger}")
        await expect(tour.page.locator("main form")).to_have_count(0)
        await tour.look("escalation-closed")


async def test_coming_in_by_a_link(
    browser: Browser, application: Site, inhabitants: Inhabitants, language: Language
) -> None:
    doorway = Doorway(application.url, letters=False)
    link = await service_links.invite(TESTS, inhabitants.who(Role.LEADERSHIP).id, doorway, application.clock())
    async with touring(browser, application, inhabitants, None, language) as tour:
        await tour.page.goto(link, wait_until="domcontentloaded")
        await tour.look("link")
        await tour.page.locator("#field-password").fill("Summer2024!!")
        await tour.page.locator("#field-again").fill("Summer2024!!")
        await tour.send()
        await tour.expect_problem("password")
        await tour.look("link-weak")
        await tour.page.locator("#field-password").fill(PASSWORD)
        await tour.page.locator("#field-again").fill(PASSWORD)
        await tour.send()
        await expect(tour.page.locator(".usa-alert--success")).to_be_visible()
        await tour.look("link-done")
        await tour.page.goto(link, wait_until="domcontentloaded")
        await tour.look("link-over")


async def test_asking_for_a_new_password(browser: Browser, inhabitants: Inhabitants, language: Language) -> None:
    letters = "smtp://127.0.0.1:1?from=hope@example.org"
    async with served(smtp_url=letters) as site, touring(browser, site, inhabitants, None, language) as tour:
        await tour.go("/reset")
        await tour.look("reset")
        await tour.send()
        await tour.expect_problem("email")
        await tour.page.locator("#field-email").fill("nobody@example.org")
        await tour.send()
        await expect(tour.page.locator("main form")).to_have_count(0)
        await tour.look("reset-asked")


async def test_people_and_tokens(
    browser: Browser, application: Site, inhabitants: Inhabitants, language: Language
) -> None:
    async with touring(browser, application, inhabitants, Role.ADMIN, language) as tour:
        await tour.go("/admin/people")
        await tour.send("main form[action='/admin/people']")
        await tour.expect_problem("name")
        await tour.look("people-wrong")
        await tour.page.locator("#field-name").fill("Robin")
        await tour.page.locator("#field-email").fill(f"robin-{language}@example.org")
        await tour.page.locator("#field-role").select_option("leadership")
        await tour.send("main form[action='/admin/people']")
        await expect(tour.page.locator(".th-secret")).to_be_visible()
        await tour.look("link-shown-once")
        await tour.go("/admin/tokens")
        await tour.page.locator("#field-label").fill("Figures for the board")
        await tour.page.locator("#field-role").select_option("leadership")
        await tour.send("main form[action='/admin/tokens']")
        await expect(tour.page.locator(".th-secret")).to_be_visible()
        await tour.look("token-shown-once")


@pytest.mark.parametrize(("path", "status"), [("/requests", "403"), ("/broken", "500"), ("/resting", "503")])
async def test_refusals(
    browser: Browser, application: Site, inhabitants: Inhabitants, language: Language, path: str, status: str
) -> None:
    async with touring(browser, application, inhabitants, Role.LEADERSHIP, language) as tour:
        await tour.go(path)
        await expect(tour.page.locator("main")).to_contain_text(status)
        await tour.look(status)


async def test_what_is_not_there(
    browser: Browser, application: Site, inhabitants: Inhabitants, language: Language
) -> None:
    async with touring(browser, application, inhabitants, Role.VOLUNTEER, language) as tour:
        await tour.go(f"/families/{uuid4()}")
        await expect(tour.page.locator("main")).to_contain_text("404")
        await tour.look("404")
