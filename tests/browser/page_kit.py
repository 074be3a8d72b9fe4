"""Opening pages in Chromium, and what must be true of each: accessible, as wide as the window, nothing from outside."""

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Final, Literal
from urllib.parse import urlsplit

from playwright.async_api import Browser, BrowserContext, Page, async_playwright
from tests.canaries import look

VIOLATIONS: Final = "() => axe.run({resultTypes: ['violations']}).then((result) => result.violations)"
AXE: Final = Path(__file__).parent / "vendor" / "axe.min.js"
WIDTHS: Final = (1280, 390, 320)  # a desk, a phone, a phone at 400 % zoom or a very small one
HEIGHT: Final = 800
QUIET: Final = ("--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync")


@dataclass(slots=True)
class Watch:
    """What a browser context did that no page may do. `expected`: words of console errors that a test provokes."""

    expected: tuple[str, ...] = ()
    faults: list[str] = field(default_factory=list)
    origins: set[str] = field(default_factory=set)

    def follow(self, context: BrowserContext) -> None:
        context.on("console", lambda message: self._console(message.type, message.text))
        context.on("weberror", lambda fault: self.faults.append(f"script: {fault.error}"))
        context.on("request", lambda request: self._request(request.url))

    def assert_clean(self) -> None:
        assert not self.faults, self.faults
        assert len(self.origins) <= 1, f"requests to more than one origin: {sorted(self.origins)}"

    def _console(self, kind: str, text: str) -> None:
        if kind == "error" and not any(words in text for words in self.expected):
            self.faults.append(f"console: {text}")

    def _request(self, url: str) -> None:
        look("address", url)
        parts = urlsplit(url)
        if parts.scheme != "data":
            self.origins.add(f"{parts.scheme}://{parts.netloc}")


@asynccontextmanager
async def launch() -> AsyncIterator[Browser]:
    """Chromium from CHROMIUM_PATH, else the system's, else Playwright's own."""
    executable = os.environ.get("CHROMIUM_PATH") or shutil.which("chromium")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=executable, args=list(QUIET))
        yield browser
        await browser.close()


@asynccontextmanager
async def open_page(
    browser: Browser,
    *,
    width: int = 1280,
    locale: Literal["en", "es"] = "en",
    scripts: bool = True,
    expected: tuple[str, ...] = (),
) -> AsyncIterator[Page]:
    """A page of a fresh context; leaving the block asserts that it logged no error and spoke to one origin only.

    `width` is in CSS pixels. `expected`: words of console errors that the test provokes, such as "422".
    """
    context = await browser.new_context(
        viewport={"width": width, "height": HEIGHT}, locale=f"{locale}-US", java_script_enabled=scripts
    )
    watch = Watch(expected)
    watch.follow(context)
    yield await context.new_page()
    await context.close()
    watch.assert_clean()


@cache
def axe() -> str:
    return AXE.read_text(encoding="utf-8")


async def check_page(page: Page) -> None:
    """Asserts that the page as it stands has no axe violation and does not scroll sideways. Works under our CSP."""
    await assert_fits(page)
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(axe())
    found = await page.evaluate(VIOLATIONS)
    assert not found, "\n".join(_told(violation) for violation in found)


WIDTH: Final = """() => {
  const shown = document.documentElement.clientWidth, wide = document.documentElement.scrollWidth;
  const past = [...document.querySelectorAll('body *')].filter((part) => part.getBoundingClientRect().right > shown);
  return [wide, shown, past.map((part) => part.localName + (part.id ? '#' + part.id : '.' + part.classList[0]))];
}"""


async def assert_fits(page: Page) -> None:
    wide, shown, past = await page.evaluate(WIDTH)
    assert wide <= shown, f"the page is {wide} px wide in a window of {shown} px: {past}"


def _told(violation: dict[str, object]) -> str:
    nodes = violation["nodes"]
    assert isinstance(nodes, list)
    return f"{violation['id']}: {violation['help']}: {[node['target'] for node in nodes]}"
