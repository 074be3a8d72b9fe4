"""The frame of every page, the form and figure macros, and what our script adds."""

from collections.abc import Iterator

import pytest
from playwright.async_api import Browser, Page, Route
from tests.browser.page_kit import WIDTHS, assert_fits, check_page, open_page
from tests.browser.shell_site import PAGES, WORDS, render, serving

LOADED_FACES = "document.fonts.ready.then((all) => [...all].filter((face) => face.status === 'loaded').length)"
pytestmark = pytest.mark.timeout(60)


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    with serving() as address:
        yield address


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("code", ["en", "es"])
@pytest.mark.parametrize("width", WIDTHS)
async def test_pages_are_accessible(browser: Browser, site: str, name: str, code: str, width: int) -> None:
    async with open_page(browser, width=width, locale=code) as page:
        await page.goto(f"{site}/{name}?lang={code}")
        await page.evaluate("document.querySelectorAll('details').forEach((part) => (part.open = true))")
        await check_page(page)
        assert await page.evaluate(LOADED_FACES) >= 2
        assert await page.get_attribute("html", "lang") == code


async def test_pages_fit_without_scripts(browser: Browser, site: str) -> None:
    async with open_page(browser, width=320, scripts=False) as page:
        await page.goto(f"{site}/sample")
        assert await page.locator("[data-hide-screen]").is_hidden()
        assert await page.get_by_role("link", name="Leave this site").get_attribute("href") == "/leave"


async def test_check_page_refuses_a_picture_without_words_and_a_wide_page(browser: Browser, site: str) -> None:
    async with open_page(browser) as page:
        await page.goto(f"{site}/sign-in")
        await page.evaluate("document.querySelector('main').append(document.createElement('img'))")
        with pytest.raises(AssertionError, match="image-alt"):
            await check_page(page)
        await page.evaluate("document.querySelector('main').style.minWidth = '3000px'")
        with pytest.raises(AssertionError, match="3000 px wide"):
            await assert_fits(page)


async def test_open_page_refuses_another_origin(browser: Browser, site: str) -> None:
    async def fetch_from_elsewhere() -> None:
        async with open_page(browser, expected=("Content Security Policy", "ERR_")) as page:
            await page.goto(f"{site}/sign-in")
            await page.goto("data:text/html,<img src='http://127.0.0.1:9/x.png'>")

    with pytest.raises(AssertionError, match="more than one origin"):
        await fetch_from_elsewhere()


def test_typed_text_is_escaped_and_kept() -> None:
    assert 'value="&lt;b&gt;ten&lt;/b&gt;"' in render("wrong", "en")
    assert "<b>ten" not in render("wrong", "en")


def test_a_stranger_sees_no_tabs_and_no_help_link() -> None:
    page = render("sign-in", "en")
    assert "th-nav" not in page
    assert 'href="/help"' not in page
    assert 'href="/leave"' in page


def test_sign_in_keeps_no_password() -> None:
    assert 'type="password"' in render("sign-in", "en")
    assert 'name="password" type="password" autocomplete="current-password">' in render("sign-in", "en")


async def test_errors_take_the_focus_and_lead_to_their_fields(browser: Browser, site: str) -> None:
    async with open_page(browser) as page:
        await page.goto(f"{site}/wrong")
        assert await page.evaluate("document.activeElement.hasAttribute('data-error-summary')")
        summary = page.locator("[data-error-summary]")
        for name in ("outcome", "minutes", "needs", "agreed"):
            sentence = WORDS["en"][f"{name}_error"]
            await summary.get_by_role("link", name=sentence).click()
            assert await page.evaluate("document.activeElement.id") == f"field-{name}"
            assert await page.locator(f"#field-{name}-error").inner_text() == sentence
            assert await described(page, f"field-{name}-error") >= 1


async def described(page: Page, part: str) -> int:
    return await page.locator(f'[aria-describedby~="{part}"]').count()


async def test_leave_blanks_the_page_and_leaves_no_way_back(browser: Browser, site: str) -> None:
    async with open_page(browser) as page:
        await page.goto(f"{site}/sign-in")
        await page.goto(f"{site}/sample")
        await page.get_by_role("link", name="Leave this site").click()
        await page.wait_for_url("**/leave")
        await page.go_back()
        assert page.url == f"{site}/sign-in"


async def test_shift_three_times_leaves_but_capital_letters_do_not(browser: Browser, site: str) -> None:
    async with open_page(browser) as page:
        await page.goto(f"{site}/sample")
        for key in ("Shift+A", "Shift+B", "Shift+C", "Shift", "Shift"):
            await page.keyboard.press(key)
        assert page.url == f"{site}/sample"
        await page.keyboard.press("Shift")
        await page.wait_for_url("**/leave")


async def test_hide_screen_covers_everything_but_the_way_out(browser: Browser, site: str) -> None:
    async with open_page(browser, width=390) as page:
        await page.goto(f"{site}/sample")
        await page.get_by_role("button", name="Hide screen").click()
        assert await page.evaluate("document.elementFromPoint(195, 400).closest('[data-cover]') !== null")
        assert await page.evaluate("document.querySelector('main').inert")
        assert await page.get_by_role("link", name="Leave this site").is_visible()
        await check_page(page)
        await page.get_by_role("button", name="Show", exact=True).click()
        assert await page.evaluate("document.activeElement.hasAttribute('data-hide-screen')")


async def test_a_form_is_sent_once(browser: Browser, site: str) -> None:
    async with open_page(browser, locale="es") as page:

        async def answer_nothing(route: Route) -> None:
            await route.fulfill(status=204)

        await page.route("**/calls", answer_nothing)
        await page.goto(f"{site}/sample?lang=es")
        sent: list[str] = []
        page.on("request", lambda request: sent.append(request.url) if request.url.endswith("/calls") else None)
        button = page.get_by_role("button", name="Guardar y fijar")
        async with page.expect_request("**/calls"):
            await button.evaluate("(button) => { button.click(); button.click(); }")
        waiting = page.get_by_role("button", name="Guardando…")
        assert await waiting.get_attribute("aria-disabled") == "true"
        assert len(sent) == 1


async def test_a_note_is_saved_and_offline_is_told(browser: Browser, site: str) -> None:
    async with open_page(
        browser, expected=("ERR_INTERNET_DISCONNECTED", "htmx:sendError", "htmx:afterRequest")
    ) as page:
        await page.goto(f"{site}/sample")
        note = page.locator("#field-note")
        await note.fill("Her sister is there.")
        status = page.locator("#field-note-saved")
        await status.get_by_text("Draft saved at 6:24 pm").wait_for()
        await page.context.set_offline(True)
        await page.get_by_text("You are offline. What you type stays on this page.").wait_for()
        await note.fill("Her sister is there until Monday.")
        await status.get_by_text("Not saved. You are offline. We will try again.").wait_for()
        await page.context.set_offline(False)
        await status.get_by_text("Draft saved at 6:24 pm").wait_for()
        assert await page.evaluate("localStorage.length + sessionStorage.length") == 0


async def test_a_refused_note_is_told_and_does_not_hold_anyone_back(browser: Browser, site: str) -> None:
    async with open_page(browser, expected=("409", "htmx:")) as page:
        questions: list[str] = []
        page.on("dialog", lambda dialog: questions.append(dialog.type))
        await page.goto(f"{site}/sample")
        await page.route("**/drafts/1", lambda route: route.fulfill(status=409))
        await page.locator("#field-note").press_sequentially("Her sister")
        await page.get_by_text("Not saved. Copy your note, then open this page again.").wait_for()
        await page.get_by_role("link", name="Leave this site").click()
        await page.wait_for_url("**/leave")
        assert questions == []


@pytest.mark.parametrize(
    ("status", "body", "focused"),
    [
        (200, "<h1>Next call</h1>", "H1"),
        (422, "<h1>Next call</h1><div data-error-summary>There is a problem</div>", "DIV"),
    ],
)
async def test_what_comes_without_a_new_page_takes_the_focus(
    browser: Browser, site: str, status: int, body: str, focused: str
) -> None:
    async with open_page(browser, expected=("422",)) as page:
        await page.goto(f"{site}/sample")
        await page.route("**/part", lambda route: route.fulfill(status=status, body=body))
        await page.evaluate("htmx.ajax('POST', '/part', '#main')")
        # Locators, not wait_for_function: that one evaluates text, which the page's policy forbids.
        await page.get_by_role("heading", name="Next call").wait_for()
        await page.locator(f"{focused.lower()}:focus").wait_for()
