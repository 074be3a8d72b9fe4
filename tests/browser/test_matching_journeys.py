"""A coordinator chooses a volunteer for one family: what she reads, what she must say, what she cannot do."""

import pytest
from playwright.async_api import Browser, Page, expect
from tests import world
from tests.browser.matching_scenes import Choice, Hand, a_choice, stop
from tests.browser.site import Site, Visit, visiting

pytestmark = pytest.mark.timeout(120)
WHY = "They live in the same town"
ENDS = "Room for 1 more (has 0 of 1)"


@pytest.fixture(scope="module")
async def ana(application: Site) -> world.AStaffMember:
    return await world.staff(name="Ana")


@pytest.fixture
async def choice(application: Site) -> Choice:
    return await a_choice()


@pytest.mark.parametrize("by", ["mouse", "keyboard", "no scripts"])
async def test_the_second_of_the_list_is_chosen_for_a_reason(
    browser: Browser, application: Site, ana: world.AStaffMember, choice: Choice, by: str
) -> None:
    """The pages are looked at once: they are the same for everybody."""
    scripts = by != "no scripts"
    async with visiting(browser, application, ana, scripts=scripts, expected=("422",)) as visit:
        page, hand, look = visit.page, Hand(visit.page, keys=by == "keyboard"), by == "mouse"
        await hand.press(choice.family.family_no)
        await the_ranking_says_why(page)
        await the_rest_are_named(page, hand)
        await stop(visit, "choose", look=look)
        await hand.press("Choose Pablo")
        await the_choice_says_what_it_costs(page, choice)
        await stop(visit, "confirm", look=look)
        await a_reason_is_asked_for(visit, hand, look)
        await the_proposal_stands(page, choice)
        await stop(visit, "proposed", look=look)
        await visit.go(f"/requests/{choice.family.id}/match")
        await expect(page.locator("main")).to_contain_text("This family has a match already.")
        await expect(page.get_by_role("link", name="Choose")).to_have_count(0)
        await stop(visit, "chosen-already", look=look)


async def the_ranking_says_why(page: Page) -> None:
    await expect(page.locator("h1")).to_have_text("Choose a volunteer")
    await expect(page.locator("nav [aria-current]")).to_have_text("Requests")
    rows = page.locator("tbody tr")
    assert await rows.locator("th a[href^='/volunteers/']").all_inner_texts() == ["Luz", "Pablo", "Quinn"]
    for row, room in enumerate((ENDS, ENDS, "Room for 3 more (has 0 of 3)")):
        await expect(rows.nth(row).get_by_text(room)).to_be_visible()
    await expect(rows.nth(0).get_by_text("Same role: Mother")).to_be_visible()
    await expect(rows.nth(2).get_by_text("has its anniversary in the same month")).to_be_visible()
    await expect(page.get_by_text("Not known: circumstances").first).to_be_hidden()  # which speaks against nobody


async def the_rest_are_named(page: Page, hand: Hand) -> None:
    """Folded at first; who nearly fits is named with what would have to change."""
    una = page.locator("details li", has_text="Una: No shared language")
    await expect(una).to_be_hidden()
    await hand.unfold("Who is not on the list")
    await expect(una).to_be_visible()
    near = page.locator("h2:has-text('Who nearly fits') + ul > li")
    await expect(near).to_have_count(3)
    await expect(near.filter(has_text="Nell")).to_contain_text("Family abduction")
    await expect(near.filter(has_text="Dora")).to_contain_text("could not take it")
    await expect(near.filter(has_text="Una")).to_contain_text("No shared language")


async def the_choice_says_what_it_costs(page: Page, choice: Choice) -> None:
    await expect(page.locator("h1")).to_have_text("Ask Pablo?")
    cost = f"{choice.other.family_no} (English) would be left without a volunteer."
    await expect(page.locator(".is-caution", has_text=cost)).to_be_visible()


async def a_reason_is_asked_for(visit: Visit, hand: Hand, look: bool) -> None:
    """Left out, then too short: the summary leads to the field, what was typed stays."""
    page, field = visit.page, visit.page.locator("#field-override_reason")
    for typed in ("", "ab"):
        await hand.write(field, typed)
        await hand.press("Confirm")
        await expect(page.locator("#field-override_reason-error")).to_be_visible()
        await hand.act(page.locator("[data-error-summary] a"))
        await expect(field).to_be_focused()
        await expect(field).to_have_value(typed)
    await stop(visit, "confirm-wrong", look=look)
    await hand.write(field, WHY)
    await hand.press("Confirm")


async def the_proposal_stands(page: Page, choice: Choice) -> None:
    main = page.locator("main")
    await expect(main).to_contain_text("The volunteer was asked.")
    await expect(main).to_contain_text(WHY)
    await expect(main.get_by_role("link", name="Pablo")).to_be_visible()
    await expect(main.get_by_role("link", name=choice.family.family_no)).to_be_visible()
    await expect(page.locator("nav [aria-current]")).to_have_text("Requests")


@pytest.mark.parametrize("who", ["Nell", "Dora"])
async def test_a_rule_is_set_aside_by_a_reason(
    browser: Browser, application: Site, ana: world.AStaffMember, choice: Choice, who: str
) -> None:
    async with visiting(browser, application, ana, expected=("422",)) as visit:
        page, hand = visit.page, Hand(visit.page)
        await visit.go(f"/requests/{choice.family.id}/match")
        await hand.press(f"Choose with a reason {who}")
        await expect(page.locator("main")).to_contain_text("A rule speaks against this.")
        await hand.press("Confirm")
        await expect(page.locator("#field-override_reason-error")).to_be_visible()
        await stop(visit, f"against-a-rule-{who.lower()}")
        await hand.write(page.locator("#field-override_reason"), WHY)
        await hand.press("Confirm")
        await expect(page.locator("main")).to_contain_text("The volunteer was asked.")
        await expect(page.locator("main")).to_contain_text(WHY)


async def test_what_nobody_may_set_aside_offers_no_way(
    browser: Browser, application: Site, ana: world.AStaffMember, choice: Choice
) -> None:
    async with visiting(browser, application, ana, expected=("409",)) as visit:
        page = visit.page
        await visit.go(f"/requests/{choice.family.id}/match")
        assert await page.locator(f"a[href*='/match/{choice.nell.id}']").count() == 1
        assert await page.locator(f"a[href*='/match/{choice.una.id}']").count() == 0
        assert await visit.go(f"/requests/{choice.family.id}/match/{choice.una.id}") == 409
        await expect(page.locator(".usa-alert--error")).to_contain_text("No shared language: needs Spanish.")
        await expect(page.locator("main form")).to_have_count(0)
        await expect(page.locator("h1")).to_have_text("Choose a volunteer")
        await stop(visit, "never")
