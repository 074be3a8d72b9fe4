"""Volunteers are asked and answer on their phones, in Spanish; what the coordinator sees of it; who comes too late."""

from datetime import timedelta

import pytest
from playwright.async_api import Browser, expect
from tests import world
from tests.browser.looks import PHONE
from tests.browser.matching_scenes import ALIKE, LESS_ALIKE, SPOKEN, Hand, clear, stop, volunteer
from tests.browser.site import EVENING, Site, visiting

from teamhope.matching.jobs import expire_offers

pytestmark = pytest.mark.timeout(120)
SPANISH = (("es", "native"),)


@pytest.fixture(scope="module")
async def ana(application: Site) -> world.AStaffMember:
    return await world.staff(name="Ana")


@pytest.fixture
async def family(application: Site) -> world.ARequest:
    await clear()
    application.clock.now = EVENING
    return await world.family_request(first_name="Marisol", languages=SPANISH, status="matching", now=EVENING)


async def test_one_says_no_and_the_next_in_line_accompanies_the_family(
    browser: Browser, application: Site, ana: world.AStaffMember, family: world.ARequest
) -> None:
    luz, nell = await volunteer("Luz", "es"), await volunteer("Nell", "es", lived=LESS_ALIKE)
    await world.match(family, luz, "proposed_to_volunteer", now=EVENING)
    await she_says_no(browser, application, luz)
    await the_next_in_line_is_asked(browser, application, ana, family)
    await she_says_yes(browser, application, nell)
    await the_family_agrees(browser, application, ana, family)
    await she_knows_whom_she_accompanies(browser, application, nell)


async def she_says_no(browser: Browser, site: Site, luz: world.AVolunteer) -> None:
    """One tap, and nobody asks why."""
    async with visiting(browser, site, luz, width=PHONE, language="es") as visit:
        page, hand = visit.page, Hand(visit.page)
        await stop(visit, "offered-today", "es")
        await hand.press("Ver")
        await expect(page.locator("nav [aria-current]")).to_have_text("Hoy")
        await stop(visit, "offers", "es")
        await hand.press("Ver y responder")
        main = page.locator("main")
        await expect(main).to_contain_text("Puede decir que no. Nadie pregunta por qué")
        assert "Marisol" not in await page.content()
        await expect(main.locator("textarea, select, input:not([type=hidden])")).to_have_count(0)
        await stop(visit, "offer", "es")
        await hand.press("Esta vez no")
        await expect(main).to_contain_text("Anotado. Gracias por responder.")
        await expect(main).to_contain_text("Ahora no tiene nada que responder.")
        await stop(visit, "declined", "es")


async def the_next_in_line_is_asked(
    browser: Browser, site: Site, ana: world.AStaffMember, family: world.ARequest
) -> None:
    async with visiting(browser, site, ana) as visit:
        page, hand = visit.page, Hand(visit.page)
        await hand.press(family.family_no)
        assert await page.locator("tbody th a[href^='/volunteers/']").all_inner_texts() == ["Nell"]
        no = "Luz: Was asked for this family before and could not take it."
        await expect(page.locator("h2:has-text('Who nearly fits') + ul")).to_contain_text(no)
        await stop(visit, "next-in-line")
        await hand.press("Choose Nell")
        await hand.press("Confirm")
        await expect(page.locator("main")).to_contain_text("The volunteer was asked.")


async def she_says_yes(browser: Browser, site: Site, nell: world.AVolunteer) -> None:
    async with visiting(browser, site, nell, width=PHONE, language="es") as visit:
        hand = Hand(visit.page)
        await hand.press("Ver")
        await hand.press("Ver y responder")
        await hand.press("Sí, puedo")
        await expect(visit.page.locator("main")).to_contain_text("Gracias. Anotamos que sí.")
        assert "Marisol" not in await visit.page.content()
        await stop(visit, "accepted", "es")


async def the_family_agrees(browser: Browser, site: Site, ana: world.AStaffMember, family: world.ARequest) -> None:
    async with visiting(browser, site, ana) as visit:
        page, hand = visit.page, Hand(visit.page)
        await stop(visit, "today-with-a-yes")
        await hand.press("Matches that wait for a step")
        await stop(visit, "matches-waiting")
        await hand.press(family.family_no)
        await hand.press("The family said yes")
        await expect(page.locator("main")).to_contain_text("Saved. Below is what comes next.")
        await stop(visit, "family-agreed")
        await hand.press("Introduce them and plan the first call")
        await expect(page.locator("main")).to_contain_text("They are introduced, and the first call is planned.")
        await expect(page.locator("h1")).to_have_text("Introduced")
        await expect(page.locator("dt:text-is('Next call') + dd")).to_contain_text("Oct")
        await stop(visit, "introduced")


async def she_knows_whom_she_accompanies(browser: Browser, site: Site, nell: world.AVolunteer) -> None:
    async with visiting(browser, site, nell, width=PHONE, language="es") as visit:
        await visit.page.get_by_role("link", name="Mis familias").click()
        await expect(visit.page.locator("main")).to_contain_text("Marisol")
        await stop(visit, "her-families", "es")


@pytest.mark.parametrize("answer", ["Sí, puedo", "Esta vez no"])
async def test_whose_time_ran_out_reads_so(
    browser: Browser, application: Site, family: world.ARequest, answer: str
) -> None:
    """The offer is still open on her phone."""
    luz = await volunteer("Luz", "es")
    offer = await world.match(family, luz, "proposed_to_volunteer", now=EVENING)
    async with visiting(browser, application, luz, width=PHONE, language="es") as visit:
        await visit.go(f"/matches/{offer.id}")
        application.clock.turn(timedelta(minutes=1))
        assert await expire_offers(EVENING + timedelta(hours=25)) == 1
        await Hand(visit.page).press(answer)
        await expect(visit.page.locator("h1")).to_contain_text("El plazo para responder terminó")
        await stop(visit, "too-late", "es", look=answer == "Sí, puedo")


async def test_of_two_who_choose_the_same_last_place_the_later_reads_why(
    browser: Browser, application: Site, ana: world.AStaffMember, family: world.ARequest
) -> None:
    await clear()
    first, second = [await world.family_request(languages=SPANISH, now=EVENING) for _ in range(2)]
    luz = await volunteer("Luz")
    await volunteer("Quinn", lived=ALIKE | {"relation": "sibling"}, languages=SPOKEN)
    ben = await world.staff(name="Ben")
    async with (
        visiting(browser, application, ana) as one,
        visiting(browser, application, ben, expected=("422",)) as two,
    ):
        await one.go(f"/requests/{first.id}/match/{luz.id}")
        await two.go(f"/requests/{second.id}/match/{luz.id}")
        await Hand(one.page).press("Confirm")
        await expect(one.page.locator("main")).to_contain_text("The volunteer was asked.")
        await Hand(two.page).press("Confirm")
        await expect(two.page.locator(".usa-alert--warning")).to_contain_text("Families now: 1; the most is 1.")
        await stop(two, "place-taken")
        await two.go(f"/requests/{second.id}/match")
        assert await two.page.locator("tbody th a[href^='/volunteers/']").all_inner_texts() == ["Quinn"]
        await Hand(two.page).press("Choose Quinn")
        await expect(two.page.locator("h1")).to_have_text("Ask Quinn?")


async def test_of_two_who_take_the_same_step_the_later_sees_where_it_stands(
    browser: Browser, application: Site, ana: world.AStaffMember, family: world.ARequest
) -> None:
    match = await world.match(family, await volunteer("Luz"), "accepted", now=EVENING)
    ben = await world.staff(name="Ben")
    async with (
        visiting(browser, application, ana) as one,
        visiting(browser, application, ben, expected=("409",)) as two,
    ):
        for each in (one, two):
            await each.go(f"/matches/{match.id}")
        for each in (one, two):
            await Hand(each.page).press("The family said yes")
        await expect(two.page.locator(".usa-alert--error")).to_contain_text("This cannot be done now.")
        await expect(two.page.get_by_role("button", name="Introduce them")).to_be_visible()
        await stop(two, "step-taken")
