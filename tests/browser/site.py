"""The real application on a loopback port of the test's own loop, with a clock that the test turns by hand."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Final, Literal, Protocol

from litestar import get
from playwright.async_api import Browser, BrowserContext, Page
from tests.app_kit import PASSWORD
from tests.browser.page_kit import HEIGHT, Watch

from teamhope.accounts.policy import public
from teamhope.app import create_app
from teamhope.kit.serving import listen, serving
from teamhope.settings import Settings

HOST: Final = "127.0.0.1"
EVENING: Final = datetime(2026, 10, 13, 23, tzinfo=UTC)  # a Tuesday: 6:00 PM in Chicago, 5:00 PM in Denver
Language = Literal["en", "es"]


class SignsIn(Protocol):
    @property
    def email(self) -> str: ...


@dataclass(slots=True)
class Clock:
    """What the application takes for now, until it is turned."""

    now: datetime = EVENING

    def __call__(self) -> datetime:
        return self.now

    def turn(self, by: timedelta) -> None:
        self.now += by


@dataclass(frozen=True, slots=True)
class Site:
    url: str
    clock: Clock


@get("/elsewhere", opt=public(), sync_to_thread=False, media_type="text/html")
def elsewhere() -> str:
    """Where the way out leads, so that no test asks a real site."""
    return '<!DOCTYPE html><title>Weather</title><link rel="icon" href="/static/favicon.svg">'


@get("/broken", opt=public(), sync_to_thread=False)
def broken() -> None:
    """A fault of ours."""
    raise ZeroDivisionError


@get("/resting", opt=public(), sync_to_thread=False)
def resting() -> None:
    """What a lost database raises."""
    raise ConnectionRefusedError


@asynccontextmanager
async def served(
    clock: Clock | None = None, host: str = HOST, smtp_url: str = "", settings: Settings | None = None
) -> AsyncIterator[Site]:
    """Over the pool that is open (fixture db), called `host`. `clock` stands still until the test turns it."""
    clock, listener = clock or Clock(), listen(HOST, 0)
    url = f"http://{host}:{listener.getsockname()[1]}"
    settings = replace(settings or Settings(smtp_url=smtp_url), public_url=url, leave_url=f"{url}/elsewhere")
    app = create_app(settings, now=clock)
    for route in (elsewhere, broken, resting):
        app.register(route)
    async with serving(app, listener):
        yield Site(url, clock)


async def sign_in(page: Page, site: Site, who: SignsIn) -> None:
    """Through the form; ends on her start page."""
    await page.goto(f"{site.url}/login", wait_until="domcontentloaded")
    await page.locator("#field-email").fill(who.email)
    await page.locator("#field-password").fill(PASSWORD)
    await page.locator("form[action='/login'] button").click()
    await page.wait_for_url(lambda address: "/login" not in address, wait_until="domcontentloaded")


@dataclass(slots=True)
class Visit:
    """Somebody at a browser of her own: `page` is where she is."""

    site: Site
    page: Page
    context: BrowserContext
    watch: Watch = field(default_factory=Watch)

    async def go(self, path: str) -> int:
        """The status of the page she ends on."""
        answer = await self.page.goto(self.site.url + path, wait_until="domcontentloaded")
        assert answer is not None
        return answer.status


@asynccontextmanager
async def visiting(
    browser: Browser,
    site: Site,
    who: SignsIn | None = None,
    *,
    width: int = 1280,
    language: Language = "en",
    scripts: bool = True,
    expected: tuple[str, ...] = (),
) -> AsyncIterator[Visit]:
    """Signed in as `who`; leaving the block asserts a quiet console and one origin. `expected`: see page_kit."""
    context = await browser.new_context(
        viewport={"width": width, "height": HEIGHT}, locale=f"{language}-US", java_script_enabled=scripts
    )
    visit = Visit(site, await context.new_page(), context, Watch(expected))
    visit.watch.follow(context)
    if who is not None:
        await sign_in(visit.page, site, who)
    yield visit
    await context.close()
    visit.watch.assert_clean()
