"""Many at once: a volunteer for everyone who waits, and somebody else for each family of a volunteer who leaves."""

from dataclasses import dataclass
from typing import Final
from uuid import uuid4

import pytest
from playwright.async_api import Browser, Locator, Page, expect
from tests import world
from tests.browser.matching_scenes import ALIKE, SPOKEN, Hand, clear, stop, volunteer
from tests.browser.site import EVENING, Site, Visit, visiting
from tests.world import ARequest, AVolunteer

pytestmark = pytest.mark.timeout(120)
ENGLISH: Final = (("en", "native"),)
WHITE: Final = "rgb(255, 255, 255)"
HERE: Final = "/matches/everyone"
# What the style sheet draws before a box's label, the box itself being off the screen.
DRAWN: Final = """(label) => {
  const { backgroundColor, backgroundImage } = getComputedStyle(label, '::before');
  return [backgroundColor, backgroundImage];
}"""


@dataclass(frozen=True, slots=True)
class Waiting:
    """`urgent` and `routine` could have Nell or Pablo; `spanish` Luz alone."""

    urgent: ARequest
    routine: ARequest
    spanish: ARequest
    luz: AVolunteer
    nell: AVolunteer
    pablo: AVolunteer


@pytest.fixture(scope="module")
async def ana(application: Site) -> world.AStaffMember:
    return await world.staff(name="Ana")


@pytest.fixture
async def waiting(application: Site) -> Waiting:
    await clear()
    return Waiting(
        urgent=await world.family_request(urgency="urgent", now=EVENING),
        routine=await world.family_request(now=EVENING),
        spanish=await world.family_request(languages=(("es", "native"),), now=EVENING),
        luz=await volunteer("Luz", languages=SPOKEN),
        nell=await volunteer("Nell", languages=ENGLISH),
        pablo=await volunteer("Pablo", languages=ENGLISH, lived=ALIKE | {"relation": "father"}),
    )


async def test_everyone_who_waits_is_given_somebody(
    browser: Browser, application: Site, ana: world.AStaffMember, waiting: Waiting
) -> None:
    async with visiting(browser, application, ana, expected=("422",)) as visit:
        page, hand = visit.page, Hand(visit.page)
        await hand.press("The best for everyone waiting")
        best = await pairs_of(page)
        assert best == {
            waiting.urgent.family_no: "Nell",
            waiting.routine.family_no: "Pablo",
            waiting.spanish.family_no: "Luz",
        }
        await expect(page.locator("tbody tr").first).to_contain_text(waiting.urgent.family_no)
        assert await ticked(page) == set(best)
        await stop(visit, "everyone")
        await she_pins_one_and_forbids_one(visit, waiting)
        await what_is_typed_is_kept(visit, waiting)
        await the_rest_are_asked(visit, waiting)
    for who, is_asked in ((waiting.luz, True), (waiting.pablo, True), (waiting.nell, False)):
        async with visiting(browser, application, who) as visit:
            await expect(visit.page.get_by_role("heading", name="A family you could accompany")).to_have_count(
                int(is_asked)
            )


async def pairs_of(page: Page) -> dict[str, str]:
    rows = page.locator("tbody tr")
    families = await rows.locator("th a").all_inner_texts()
    return dict(zip(families, [await name_in(rows.nth(n)) for n in range(len(families))], strict=True))


async def name_in(row: Locator) -> str:
    """The volunteer's, or Nobody."""
    label = row.locator("label")
    text = await (label if await label.count() else row.locator("td").first).inner_text()
    return text.split()[0]


async def ticked(page: Page) -> set[str]:
    """The families, as the eye sees it: what is checked need not be drawn."""
    boxes, labels = page.locator("tbody input[type=checkbox]"), page.locator("tbody .usa-checkbox label")
    checked = [await box.is_checked() for box in await boxes.all()]
    drawn = [await label.evaluate(DRAWN) for label in await labels.all()]
    assert ["correct8" in image and colour != WHITE for colour, image in drawn] == checked
    families = await page.locator("tbody th a").all_inner_texts()
    return {family for family, is_checked in zip(families, checked, strict=True) if is_checked}


async def she_pins_one_and_forbids_one(visit: Visit, waiting: Waiting) -> None:
    page, hand = visit.page, Hand(visit.page)
    await hand.press(f"Keep this pair {waiting.spanish.family_no}")
    assert page.url.endswith(f"#family-{waiting.spanish.id}")  # where she was, however long the list
    await expect(page.locator("tr", has_text=waiting.spanish.family_no)).to_contain_text("Kept")
    await hand.press(f"Not this pair {waiting.urgent.family_no}")
    assert await pairs_of(page) == {
        waiting.urgent.family_no: "Pablo",
        waiting.routine.family_no: "Nell",
        waiting.spanish.family_no: "Luz",
    }
    await expect(page.locator("main")).to_contain_text("Pairs that you left out")
    await expect(page.locator("tr", has_text=waiting.spanish.family_no)).to_contain_text("Kept")


async def what_is_typed_is_kept(visit: Visit, waiting: Waiting) -> None:
    """One is not to be asked yet. The reason is wanted before anybody is asked, and stays while she goes on."""
    page, hand = visit.page, Hand(visit.page)
    but_one = {waiting.urgent.family_no, waiting.spanish.family_no}
    await page.locator("tr", has_text=waiting.routine.family_no).locator("label").click()
    assert await ticked(page) == but_one
    await hand.press("Ask the volunteers ticked")
    await expect(page.locator("[data-error-summary] a")).to_have_attribute("href", "#field-reason")
    await expect(page.locator("#field-reason-error")).to_be_visible()
    assert await ticked(page) == but_one
    await stop(visit, "everyone-why")
    await hand.write(page.locator("#field-reason"), "They share a town")
    await hand.press(f"Leave it open again {waiting.spanish.family_no}")
    await expect(page.locator("#field-reason")).to_have_value("They share a town")
    assert "town" not in page.url
    assert await ticked(page) == but_one
    await stop(visit, "everyone-changed")


async def the_rest_are_asked(visit: Visit, waiting: Waiting) -> None:
    page = visit.page
    await Hand(page).press("Ask the volunteers ticked")
    await expect(page.locator("h1")).to_have_text("2 volunteers were asked")
    asked = await page.locator("main li").all_inner_texts()
    assert set(asked) == {f"{waiting.urgent.family_no} · Pablo", f"{waiting.spanish.family_no} · Luz"}
    await stop(visit, "everyone-asked")
    await Hand(page).press("Everyone waiting")
    assert await pairs_of(page) == {waiting.routine.family_no: "Nell"}


async def test_the_wishes_of_fifty_families_fit_into_the_address(
    browser: Browser, application: Site, ana: world.AStaffMember, waiting: Waiting
) -> None:
    async with visiting(browser, application, ana) as visit:
        wishes = "&".join(f"{what}={uuid4()}.{uuid4()}" for what in ("keep", "refuse", "skip") for _ in range(50))
        assert await visit.go(f"{HERE}?{wishes}") == 200
        await expect(visit.page.locator("main")).to_contain_text("Not every pair can be kept.")
        await Hand(visit.page).press(f"Keep this pair {waiting.spanish.family_no}")
        await expect(visit.page.locator("tr", has_text=waiting.spanish.family_no)).to_contain_text("Kept")


async def test_all_families_of_a_volunteer_who_leaves_are_moved_on_one_screen(
    browser: Browser, application: Site, ana: world.AStaffMember
) -> None:
    await clear()
    luz = await volunteer("Luz", max_open_matches=3)
    await volunteer("Nell")
    handed, told, stays = [await world.family_request(status="active", now=EVENING) for _ in range(3)]
    for each in (handed, told, stays):
        await world.match(each, luz, "active", now=EVENING)
    async with visiting(browser, application, ana) as visit:
        page, hand = visit.page, Hand(visit.page)
        await visit.go(f"/volunteers/{luz.id}")
        await hand.press("Who accompanies this volunteer's families")
        for each, way in ((handed, "Look for somebody else now"), (told, "Say goodbye in the last calls, then end")):
            await page.locator(".th-card", has_text=each.family_no).get_by_text(way).click()
        await stop(visit, "leaving")
        await hand.press("Do this for all")
        await expect(page.locator("main")).to_contain_text("Saved.")
        await expect(page.locator(".th-card")).to_have_count(2)
        await expect(page.locator(".th-card", has_text=told.family_no)).to_contain_text("Saying goodbye")
        await expect(page.locator(".th-card", has_text=stays.family_no)).to_contain_text("In conversation")
        await stop(visit, "left")
        await visit.go("/")
        await expect(page.locator("section[aria-labelledby=waiting]")).to_contain_text(handed.family_no)
        await expect(page.locator("section[aria-labelledby=tasks]")).to_contain_text(handed.family_no)
        await hand.press(handed.family_no)
        assert await page.locator("tbody th a[href^='/volunteers/']").all_inner_texts() == ["Nell"]
