"""The path's forms with scripts off; and the way out, after which Back shows nobody's name."""

import pytest
from playwright.async_api import Browser, expect
from tests import world
from tests.app_kit import PASSWORD
from tests.browser.acts import FILLED, answer_step, choose, either, press
from tests.browser.looks import PHONE
from tests.browser.site import EVENING, Site, visiting

pytestmark = pytest.mark.timeout(60)


@pytest.fixture(scope="module")
async def vera(application: Site) -> world.AVolunteer:
    """With Marta to call now."""
    volunteer = await world.volunteer(name="Vera", password=PASSWORD, now=EVENING)
    request = await world.family_request(first_name="Marta", status="matched", now=EVENING)
    match = await world.match(request, volunteer, now=EVENING)
    await world.follow_up(match, EVENING, status="due", now=EVENING)
    return volunteer


async def test_a_request_is_entered_chosen_for_and_accepted(browser: Browser, application: Site) -> None:
    luz = await world.volunteer(
        name="Luz", password=PASSWORD, languages=(("es", "native"), ("en", "fluent")), now=EVENING
    )
    async with visiting(browser, application, await world.staff(), scripts=False, expected=("422",)) as visit:
        page = visit.page
        await press(page, "New request")
        await press(page, "Continue")
        await page.locator("[data-error-summary] a[href='#field-first_name']").click()
        for step in FILLED:
            await answer_step(page, step)
            await press(page, "Continue")
        await press(page, "Save and find a volunteer")
        await press(page, "Find a volunteer")
        await press(page, "Choose Luz")
        await press(page, "Confirm")
        await expect(page.locator("main")).to_contain_text("The volunteer was asked.")
    async with visiting(browser, application, luz, scripts=False, width=PHONE) as visit:
        await press(visit.page, "Look at it")
        await press(visit.page, "Look and answer")
        await press(visit.page, "Yes, I can")
        await expect(visit.page.locator("main")).to_contain_text("Thank you. Your yes is noted.")


async def test_a_call_is_made_logged_and_help_is_asked_for(
    browser: Browser, application: Site, vera: world.AVolunteer
) -> None:
    async with visiting(browser, application, vera, scripts=False, width=PHONE, expected=("422",)) as visit:
        page = visit.page
        await press(page, "Call Marta")
        await press(page, "Show the number and call")
        await expect(page.locator("a[href^='tel:']")).to_be_visible()
        await press(page, "Log the call")
        await press(page, "Save and set the next call")
        await expect(page.locator("[data-error-summary] a")).to_have_attribute("href", "#field-outcome")
        await choose(page, "outcome", "no_answer")
        await press(page, "Save and set the next call")
        assert page.url.endswith("/saved")
        await page.get_by_role("link", name="Get help now").click()
        await press(page, "Tell the team now")
        await expect(page.locator("h1")).to_have_text("The team knows")


@pytest.mark.parametrize("scripts", [True, False])
async def test_after_leaving_back_shows_no_name(
    browser: Browser, application: Site, vera: world.AVolunteer, scripts: bool
) -> None:
    async with visiting(browser, application, vera, scripts=scripts) as visit:
        page = visit.page
        await page.get_by_role("link", name="My families").click()
        await press(page, "Open Marta")
        await page.get_by_role("link", name="Leave this site").click()
        await page.wait_for_url("**/elsewhere")
        for _ in range(4):
            await page.go_back(wait_until="domcontentloaded")
            assert "Marta" not in await page.content()
        await visit.go("/")
        assert page.url.startswith(f"{application.url}/login")
        await expect(either(page, "Sign in")).to_be_visible()
