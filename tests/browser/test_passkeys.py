"""Passkeys in Chromium with a device of its own; the warning before a session ends."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

import pytest
from playwright.async_api import Browser, CDPSession, Page, expect
from tests import world
from tests.app_kit import PASSWORD
from tests.browser.acts import press
from tests.browser.looks import inspect
from tests.browser.page_kit import check_page
from tests.browser.site import Language, Site, Visit, served, visiting

from teamhope.kit.embedded_roles import Addresses
from teamhope.vocabulary.people import Role

pytestmark = pytest.mark.timeout(90)
NAME = "localhost"  # browsers make no passkeys for a bare number
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
WARNING = "You will be signed out in 2 minutes"


@pytest.fixture(scope="module")
async def named(db: Addresses) -> AsyncIterator[Site]:
    """The site by its name."""
    async with served(host=NAME) as site:
        yield site


@dataclass(frozen=True, slots=True)
class Reader:
    """A fingerprint reader, and a finger on it."""

    session: CDPSession
    id: str

    async def finger(self, *, hers: bool) -> None:
        await self.session.send("WebAuthn.setUserVerified", {"authenticatorId": self.id, "isUserVerified": hers})


@asynccontextmanager
async def with_device(visit: Visit) -> AsyncIterator[Reader]:
    session = await visit.context.new_cdp_session(visit.page)
    await session.send("WebAuthn.enable")
    made = await session.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    yield Reader(session, made["authenticatorId"])


async def add_passkey(page: Page, site: Site) -> None:
    await page.goto(f"{site.url}/me/security")
    await press(page, "Add a passkey")
    await page.get_by_role("button", name="Add the passkey").click()
    await expect(page.locator("main")).to_contain_text("The passkey is ready.")


async def test_a_passkey_is_added_and_signs_in(browser: Browser, named: Site) -> None:
    ada = await world.staff(Role.ADMIN, name="Ada")
    async with visiting(browser, named, ada) as visit, with_device(visit):
        page = visit.page
        await add_passkey(page, named)
        await page.goto(f"{named.url}/me")
        await press(page, "Sign out")
        await page.goto(f"{named.url}/login?next=/admin/people")
        await page.get_by_role("button", name="Use a passkey").click()
        await page.wait_for_url("**/admin/people")


async def test_after_the_password_the_passkey_is_asked_for(browser: Browser, named: Site) -> None:
    ada = await world.staff(Role.ADMIN, name="Ada")
    async with visiting(browser, named, ada) as visit, with_device(visit):
        page = visit.page
        await add_passkey(page, named)
        await page.goto(f"{named.url}/me")
        await press(page, "Sign out")
        await page.locator("#field-email").fill(ada.email)
        await page.locator("#field-password").fill(PASSWORD)
        await page.get_by_role("button", name="Sign in").click()
        await expect(page.locator("h1")).to_have_text("One more step")
        await page.get_by_role("button", name="Use a passkey").click()
        await expect(page.locator("h1")).to_have_text("Today")


async def test_who_has_no_passkey_is_told_so_and_can_go_on(browser: Browser, named: Site) -> None:
    async with visiting(browser, named) as visit, with_device(visit):
        await visit.go("/login")
        await visit.page.get_by_role("button", name="Use a passkey").click()
        await expect(visit.page.get_by_role("alert").filter(has_text="No passkey was used")).to_be_visible()
        await check_page(visit.page)


async def test_an_unverified_finger_opens_nothing(browser: Browser, named: Site) -> None:
    ada = await world.staff(Role.ADMIN, name="Ada")
    async with visiting(browser, named, ada) as visit, with_device(visit) as device:
        await add_passkey(visit.page, named)
        await visit.page.goto(f"{named.url}/me")
        await press(visit.page, "Sign out")
        await device.finger(hers=False)
        await visit.page.get_by_role("button", name="Use a passkey").click()
        await expect(visit.page.get_by_role("alert").filter(has_text="No passkey was used")).to_be_visible()


async def test_a_site_of_another_name_gets_no_passkey_of_ours(browser: Browser, named: Site) -> None:
    ada = await world.staff(Role.ADMIN, name="Ada")
    async with visiting(browser, named, ada) as visit, with_device(visit):
        await add_passkey(visit.page, named)
    async with visiting(browser, named, expected=("",)) as visit, with_device(visit):
        elsewhere = named.url.replace(NAME, "127.0.0.1")
        await visit.page.goto(f"{elsewhere}/login")
        await visit.page.get_by_role("button", name="Use a passkey").click()
        await expect(visit.page.get_by_role("alert").filter(has_text="No passkey was used")).to_be_visible()


@pytest.mark.parametrize("language", ["en", "es"])
async def test_the_pages_of_passkeys_look_as_all_do(browser: Browser, named: Site, language: Language) -> None:
    ada = await world.staff(Role.ADMIN, name="Ada", language=language)
    async with visiting(browser, named, language=language) as visit:
        await visit.go("/login")
        await inspect(visit.page, language, frozenset({"Ada"}), "login-passkey")
    async with visiting(browser, named, ada, language=language) as visit, with_device(visit):
        page = visit.page
        for path in ("/me", "/me/confirm", "/me/security", "/me/security/passkeys/new"):
            await visit.go(path)
            await inspect(page, language, frozenset({"Ada"}), path.strip("/").replace("/", "-"))
        await page.locator("#field-passkey").click()
        await expect(page.locator(".th-card")).to_have_count(1)
        await inspect(page, language, frozenset({"Ada"}), "me-security-with-passkey")
        await page.locator("form[action='/me/security/codes'] button").click()
        await expect(page.locator(".th-codes li")).to_have_count(10)
        await inspect(page, language, frozenset({"Ada"}), "me-security-codes")
        await page.goto(f"{named.url}/me/security")
        await page.locator("form[action='/me/security/app/start'] button").click()
        await expect(page.locator(".th-qr")).to_be_visible()
        await inspect(page, language, frozenset({"Ada"}), "me-security-app")
        await page.locator("#field-code").fill("000000")
        visit.watch.expected = ("422",)
        await page.locator("main button[type=submit]").click()
        await expect(page.locator("[data-error-summary]")).to_be_focused()
        await inspect(page, language, frozenset({"Ada"}), "me-security-app-wrong")


async def pass_time(page: Page, site: Site, seconds: int) -> None:
    """For the page and for the server."""
    site.clock.turn(timedelta(seconds=seconds))
    await page.clock.fast_forward(seconds * 1000)


@asynccontextmanager
async def resting(browser: Browser, site: Site) -> AsyncIterator[Visit]:
    """A coordinator at her list of requests, whose page has a clock that is turned by hand."""
    who = await world.staff(Role.COORDINATOR, name="Cora")
    async with visiting(browser, site, who) as visit:
        await visit.page.clock.install()
        await visit.go("/requests")
        await visit.page.locator(".th-help").focus()
        yield visit


async def test_two_minutes_before_the_end_she_is_asked_and_stays(browser: Browser, application: Site) -> None:
    async with resting(browser, application) as visit:
        page = visit.page
        await pass_time(page, application, 12 * 60)
        await expect(page.get_by_role("dialog")).to_have_count(0)
        await pass_time(page, application, 61)
        dialog = page.get_by_role("dialog", name=WARNING)
        await expect(dialog).to_be_visible()
        await expect(dialog.get_by_role("button", name="Stay signed in")).to_be_focused()
        await check_page(page)
        await dialog.get_by_role("button", name="Stay signed in").click()
        await expect(dialog).to_be_hidden()
        await expect(page.locator(".th-help")).to_be_focused()
        await pass_time(page, application, 12 * 60)
        await expect(dialog).to_be_hidden()


async def test_when_the_time_is_over_the_page_is_emptied_and_signing_in_leads_back(
    browser: Browser, application: Site
) -> None:
    async with resting(browser, application) as visit:
        page = visit.page
        await pass_time(page, application, 13 * 60 + 1)
        await expect(page.get_by_role("dialog", name=WARNING)).to_be_visible()
        for _ in range(12):
            await pass_time(page, application, 10)
        await page.wait_for_url("**/login?done=signed_out&next=%2Frequests")
        await page.go_back()
        await expect(page.locator("h1")).to_have_text("Sign in")
        await page.goto(f"{application.url}/login?next=/requests")
        cora = await world.staff(Role.COORDINATOR, name="Cora")
        await page.locator("#field-email").fill(cora.email)
        await page.locator("#field-password").fill(PASSWORD)
        await page.get_by_role("button", name="Sign in").click()
        await page.wait_for_url("**/requests")


async def test_another_tab_keeps_this_one_signed_in(browser: Browser, application: Site) -> None:
    async with resting(browser, application) as visit:
        page = visit.page
        await pass_time(page, application, 13 * 60 + 1)
        dialog = page.get_by_role("dialog", name=WARNING)
        await expect(dialog).to_be_visible()
        other = await visit.context.new_page()
        await other.goto(f"{application.url}/families")
        await pass_time(page, application, 10)
        await expect(dialog).to_be_hidden()


async def test_signing_out_from_the_warning(browser: Browser, application: Site) -> None:
    async with resting(browser, application) as visit:
        await pass_time(visit.page, application, 13 * 60 + 1)
        await visit.page.get_by_role("button", name="Sign out now").click()
        await visit.page.wait_for_url("**/login?done=signed_out")
        await visit.go("/requests")
        assert "/login" in visit.page.url


async def test_asking_from_an_open_tab_does_not_keep_the_session(browser: Browser, application: Site) -> None:
    async with resting(browser, application) as visit:
        for _ in range(91):
            await pass_time(visit.page, application, 10)
        await visit.page.wait_for_url("**/login?done=signed_out&next=%2Frequests")
