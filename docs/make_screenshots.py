"""Makes docs/screenshots/*.png from the demonstration at a fixed hour, one for each role: docs/make_screenshots.py.

Needs what `make test` needs: the development packages and a Chromium (CHROMIUM_PATH, or chromium on the PATH).
"""

import asyncio
import os
import secrets
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from playwright.async_api import Browser, Page, async_playwright

from teamhope.app import create_app
from teamhope.audit.service import keep_reads
from teamhope.demo.rules_staff import DemoSignIn
from teamhope.demo.service import load
from teamhope.kit import crypto, embedded_postgres, embedded_roles, migrations
from teamhope.kit.database import pool_of
from teamhope.kit.serving import listen, serving
from teamhope.settings import Settings
from teamhope.vocabulary.people import Role
from teamhope.vocabulary.programme import load_programme, use_programme

FOLDER: Final = Path(__file__).parent / "screenshots"
NOW: Final = datetime(2026, 10, 13, 23, tzinfo=UTC)  # a Tuesday: 6:00 PM in Chicago, when families may be called
PASSWORD: Final = secrets.token_urlsafe(12)
HOST: Final = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Picture:
    """Sizes in CSS pixels."""

    role: Role
    opens: str
    width: int = 1280
    height: int = 800


CHOICE: Final = "the first family for whom somebody can be chosen"
PICTURES: Final = (
    Picture(Role.COORDINATOR, CHOICE, height=860),
    Picture(Role.VOLUNTEER, "/", 390, 844),
    Picture(Role.ADVOCATE, "/escalations"),
    Picture(Role.LEADERSHIP, "/reports/2021", height=1180),
    Picture(Role.ADMIN, "/admin/people"),
)


def a_folder() -> Path:
    """Which the database server's own user may enter when this runs as root."""
    folder = Path(tempfile.mkdtemp(prefix="teamhope-pictures-"))
    folder.chmod(0o755)
    return folder


@asynccontextmanager
async def demonstration() -> AsyncIterator[tuple[str, list[DemoSignIn]]]:
    """Its address, and who can sign in with PASSWORD; everything is thrown away afterwards."""
    folder = a_folder()
    crypto.use_keys(crypto.KeyRing((secrets.token_bytes(32),), secrets.token_bytes(32), secrets.token_bytes(32)))
    use_programme(load_programme())
    keep_reads(lambda: NOW)
    try:
        with embedded_postgres.running(folder / "data") as server:
            addresses = await embedded_roles.prepare(server, "pictures")
            await migrations.upgrade(addresses.owner)
            listener = listen(HOST, 0)
            url = f"http://{HOST}:{listener.getsockname()[1]}"
            app = create_app(Settings(public_url=url), now=lambda: NOW, demonstration=True)
            async with pool_of(addresses.application), serving(app, listener):
                yield url, await load(NOW, PASSWORD)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


async def take(browser: Browser, url: str, email: str, picture: Picture) -> None:
    size = {"width": picture.width, "height": picture.height}
    page = await browser.new_page(viewport=size, locale="en-US", device_scale_factor=1)  # type: ignore[arg-type]
    await page.goto(f"{url}/login")
    await page.locator("#field-email").fill(email)
    await page.locator("#field-password").fill(PASSWORD)
    await page.locator("main button[type=submit]").click()
    await page.wait_for_url(lambda address: "/login" not in address)
    await page.goto(url + (await first_choice(page, url) if picture.opens is CHOICE else picture.opens))
    await page.screenshot(path=FOLDER / f"{picture.role}.png")
    await page.close()


async def first_choice(page: Page, url: str) -> str:
    """Its address."""
    waiting = await page.locator("tbody a[href$='/match']").evaluate_all("all => all.map(a => a.getAttribute('href'))")
    for address in waiting:
        await page.goto(url + address)
        if await page.locator("tbody a.usa-button").count():
            return str(address)
    raise LookupError(CHOICE)


async def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    chromium = os.environ.get("CHROMIUM_PATH") or shutil.which("chromium")
    async with demonstration() as (url, people), async_playwright() as playwright:
        emails = {person.role: person.email for person in people}
        browser = await playwright.chromium.launch(executable_path=chromium)
        for picture in PICTURES:
            await take(browser, url, emails[picture.role], picture)
        await browser.close()


if __name__ == "__main__":
    asyncio.run(main())
