"""The whole way through the pages, as four people walk it: from a family's request to the yearly count."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from playwright.async_api import Browser, expect
from tests import world
from tests.app_kit import PASSWORD, TESTS
from tests.browser.acts import FILLED, Taps, answer_step, either, press
from tests.browser.looks import PHONE
from tests.browser.page_kit import check_page
from tests.browser.site import EVENING, Site, visiting

from teamhope.calls.rules import LoggedCall
from teamhope.calls.service import log_call
from teamhope.followups.passes import mark_due
from teamhope.kit.database import acting_as, connection
from teamhope.reports.suppression import FEWEST_FAMILIES
from teamhope.vocabulary.calls import Outcome
from teamhope.vocabulary.people import Role

pytestmark = pytest.mark.timeout(120)
TAPS_MOST = 6
CALLS_OF_OTHERS = FEWEST_FAMILIES


@dataclass(frozen=True, slots=True)
class People:
    coordinator: world.AStaffMember
    luz: world.AVolunteer
    advocate: world.AStaffMember
    lee: world.AStaffMember


@pytest.fixture(scope="module")
async def people(application: Site) -> People:
    """Luz has lived through the same; Paloma could take the family too, and Una does not speak their language."""
    spoken = (("es", "native"), ("en", "fluent"))
    same = {"relation": "mother", "case_type": "ERU", "trajectory": "recovered_longer_term"}
    luz = await world.volunteer(name="Luz", password=PASSWORD, language="es", languages=spoken, lived=same, now=EVENING)
    await world.volunteer(name="Paloma", languages=spoken, lived=same | {"relation": "sibling"}, now=EVENING)
    await _calls_of_others(await world.volunteer(name="Una", now=EVENING))
    coordinator, advocate, lee = [
        await world.staff(role) for role in (Role.COORDINATOR, Role.ADVOCATE, Role.LEADERSHIP)
    ]
    return People(coordinator, luz, advocate, lee)


async def _calls_of_others(una: world.AVolunteer) -> None:
    """Of as many families as it takes for a year's figure to be shown."""
    for n in range(CALLS_OF_OTHERS):
        match = await world.match(await world.family_request(status="matched", now=EVENING), una, now=EVENING)
        call = LoggedCall(outcome=Outcome.REACHED, match_id=match.id, started_at=EVENING)
        await log_call(una.actor, call, EVENING, f"other {n}", ZoneInfo("America/New_York"))


async def test_from_a_familys_request_to_the_yearly_count(browser: Browser, application: Site, people: People) -> None:
    match = await the_coordinator_enters_and_chooses(browser, application, people)
    await the_volunteer_accepts_on_her_phone(browser, application, people)
    await the_coordinator_introduces(browser, application, people, match)
    application.clock.now = await first_call_at(match)
    await mark_due(application.clock.now)
    await the_volunteer_calls_and_asks_for_help(browser, application, people)
    await the_advocate_takes_it(browser, application, people)
    await leadership_sees_one_call_more_and_no_family(browser, application, people)


async def the_coordinator_enters_and_chooses(browser: Browser, site: Site, people: People) -> str:
    """The match's address."""
    async with visiting(browser, site, people.coordinator, expected=("422",)) as visit:
        page = visit.page
        await press(page, "New request")
        for step in FILLED:
            await answer_step(page, step)
            await press(page, "Continue")
        await expect(page.locator("h1")).to_have_text("Check the answers")
        await expect(page.locator("main")).to_contain_text("Hi, it's Luz, call me when you can")
        await press(page, "Save and find a volunteer")
        await expect(page.locator("main")).to_contain_text("The request is saved.")

        await press(page, "Find a volunteer")
        names = await page.locator("tbody th a[href^='/volunteers/']").all_inner_texts()
        assert names == ["Luz", "Paloma"]
        await expect(page.locator("main")).to_contain_text("Una: ")
        await press(page, "Choose Paloma")
        await press(page, "Confirm")
        await expect(page.locator("[data-error-summary] a")).to_have_attribute("href", "#field-override_reason")
        await press(page, "Back to the list")
        await press(page, "Choose Luz")
        await expect(page.locator("#field-override_reason")).to_have_count(0)
        await press(page, "Confirm")
        await expect(page.locator("main")).to_contain_text("The volunteer was asked.")
        return page.url.removeprefix(site.url).partition("?")[0]


async def the_volunteer_accepts_on_her_phone(browser: Browser, site: Site, people: People) -> None:
    async with visiting(browser, site, people.luz, width=PHONE, language="es") as visit:
        page = visit.page
        await press(page, "Ver")
        await press(page, "Ver y responder")
        assert "Marisol" not in await page.content()
        await check_page(page)
        await press(page, "Sí, puedo")
        await expect(page.locator("main")).to_contain_text("Gracias")
        assert "Marisol" not in await page.content()


async def the_coordinator_introduces(browser: Browser, site: Site, people: People, match: str) -> None:
    async with visiting(browser, site, people.coordinator) as visit:
        await visit.go(match)
        await press(visit.page, "The family said yes")
        await press(visit.page, "Introduce them and plan the first call")
        await expect(visit.page.locator("h1")).to_have_text("Introduced")


async def first_call_at(match: str) -> datetime:
    async with acting_as(TESTS):
        found: datetime = await connection().fetchval(
            "select due_at from follow_up where match = $1", UUID(match.removeprefix("/matches/"))
        )
        return found


async def the_volunteer_calls_and_asks_for_help(browser: Browser, site: Site, people: People) -> None:
    async with visiting(browser, site, people.luz, width=PHONE, language="es") as visit:
        page = visit.page
        assert "555" not in await page.locator("main").inner_text()
        finger = Taps(page)
        await finger.tap(either(page, "Llamar a Marisol"))
        await expect(page.locator("main")).to_contain_text("Hi, it's Luz, call me when you can")
        await finger.tap(either(page, "Mostrar el número y llamar"))
        await expect(page.locator("a[href^='tel:']")).to_contain_text("(303) 555-0142")
        await finger.tap(either(page, "Registrar la llamada"))
        await finger.tap(page.get_by_text("Hablamos", exact=True))
        await finger.tap(either(page, "Guardar y fijar la próxima llamada"))
        assert page.url.endswith("/saved")
        assert finger.count <= TAPS_MOST
        await expect(page.locator(".th-when")).to_contain_text("Próxima llamada")
        await check_page(page)

        await page.get_by_role("link", name="Pedir ayuda ahora").click()
        await page.locator("#field-where_now").fill("Tulsa, OK (quill9)")
        await press(page, "Avisar al equipo ahora")
        assert page.url.endswith("/help/sent")


async def the_advocate_takes_it(browser: Browser, site: Site, people: People) -> None:
    async with visiting(browser, site, people.advocate) as visit:
        page = visit.page
        await expect(page.locator("#danger")).to_contain_text("(1)")
        await page.get_by_role("link", name="Calls for help").click()
        await page.locator(".th-card").get_by_role("link").click()
        await press(page, "I take this")
        await expect(page.locator("#field-where_now")).to_have_value("Tulsa, OK (quill9)")
        await expect(page.locator("main")).not_to_contain_text("I take this")


async def leadership_sees_one_call_more_and_no_family(browser: Browser, site: Site, people: People) -> None:
    async with visiting(browser, site, people.lee, expected=("403",)) as visit:
        page = visit.page
        assert page.url.endswith(f"/reports/{EVENING.year}")
        made = page.locator("dl > div", has=page.get_by_text("Calls made", exact=True)).locator(".th-stat__value")
        await expect(made).to_have_text(str(CALLS_OF_OTHERS + 1))
        whole = await page.content()
        assert not [word for word in ("Marisol", "Luz", "F-", "/families", "555-01") if word in whole]
        for closed in ("/families", "/requests", "/calls", "/schedule"):
            assert await visit.go(closed) == 403
