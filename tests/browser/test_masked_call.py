"""A volunteer calls from her phone, in Spanish: both telephones ring, and a form or a key logs the call."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from playwright.async_api import Browser, Page, expect
from tests import world
from tests.app_kit import PASSWORD
from tests.browser.acts import either, press
from tests.browser.looks import PHONE
from tests.browser.page_kit import check_page
from tests.browser.site import EVENING, Site, served, visiting
from tests.slices.calls.kit import calls_of, rows
from tests.slices.telephone.kit import SETTINGS, said_to, she, they, work
from tests.slices.telephony.exchange import ACCOUNT, NUMBER, TOKEN

from teamhope.kit.embedded_roles import Addresses
from teamhope.tables.families import ContactPhone
from teamhope.telephony.client import Telephone, connect
from teamhope.telephony.fake import Fake, create_fake, serve
from teamhope.vocabulary.families import ConsentKind

pytestmark = pytest.mark.timeout(120)
WORDS = "Hola, soy Luz, llámame cuando puedas"


@dataclass(frozen=True, slots=True)
class Lines:
    site: Site
    fake: Fake
    telephone: Telephone


@pytest.fixture
async def lines(db: Addresses) -> AsyncIterator[Lines]:
    async with served(settings=SETTINGS) as site:
        fake = create_fake(ACCOUNT, TOKEN, site.url)
        async with serve(fake.app) as provider, connect(ACCOUNT, TOKEN, NUMBER, provider, site.url) as telephone:
            yield Lines(site, fake, telephone)


async def promised() -> world.AFollowUp:
    """A call that is due this evening, with words that may be left."""
    consents = (*world.AGREED_KINDS, ConsentKind.VOICEMAIL)
    request = await world.family_request(first_name="Marisol", status="matched", consents=consents, now=EVENING)
    words = ContactPhone.agreed_words.seal(request.phone_id, WORDS)
    await rows(
        "update contact_phone set voicemail = 'agreed_words', agreed_words = $2 where id = $1", request.phone_id, words
    )
    who = await world.volunteer(name="Luz", password=PASSWORD, language="es", now=EVENING)
    return await world.follow_up(await world.match(request, who, now=EVENING), EVENING, status="due", now=EVENING)


async def test_she_calls_and_logs_by_the_form(browser: Browser, lines: Lines) -> None:
    it = await promised()
    she(lines.fake, it, "1", "#")
    they(lines.fake, it)
    async with visiting(browser, lines.site, it.match.volunteer, width=PHONE, language="es") as visit:
        page = visit.page
        await check_page(page)
        await press(page, "Llamar a Marisol")
        await expect(page.locator("#ring")).to_contain_text("Ahora suena su teléfono.")
        await expect(page.locator("main")).to_contain_text(WORDS)
        assert it.match.request.number[2:] not in await page.content()
        await check_page(page)
        await work(lines.fake, lines.telephone, EVENING)
        await expect(page.locator("#ring")).to_contain_text("La llamada terminó.", timeout=10_000)
        await check_page(page)
        await press(page, "Registrar la llamada")
        await expect(page.locator("#field-talk_minutes")).to_have_value("12")
        await saves_and_plans(page)
    [call] = await calls_of(it)
    assert (call["outcome"], call["talk_seconds"], call["placed_via"]) == ("reached", 720, "masked_bridge")


async def saves_and_plans(page: Page) -> None:
    await page.get_by_text("Hablamos", exact=True).click()
    await press(page, "Guardar y fijar la próxima llamada")
    assert page.url.endswith("/saved")
    await expect(page.locator(".th-when")).to_contain_text("Próxima llamada")


async def test_she_calls_and_logs_by_a_key(browser: Browser, lines: Lines) -> None:
    it = await promised()
    she(lines.fake, it, "1", "2")
    they(lines.fake, it, talk=20)
    async with visiting(browser, lines.site, it.match.volunteer, width=PHONE, language="es") as visit:
        page = visit.page
        await press(page, "Llamar a Marisol")
        await work(lines.fake, lines.telephone, EVENING)
        await visit.go("/")
        await expect(page.locator("main")).not_to_contain_text("Todavía no está registrado")
    assert "Dejé el mensaje acordado: oprima 2." in said_to(lines.fake, it.match.volunteer.phone)
    assert [call["outcome"] for call in await calls_of(it)] == ["left_voicemail"]


async def test_without_scripts_a_reload_tells_and_her_mind_may_change(browser: Browser, lines: Lines) -> None:
    it = await promised()
    she(lines.fake, it, lift="no_answer")
    async with visiting(browser, lines.site, it.match.volunteer, width=PHONE, language="es", scripts=False) as visit:
        page = visit.page
        await press(page, "Llamar a Marisol")
        await press(page, "Cambié de opinión")
        await expect(page.locator("main")).to_contain_text("La llamada se detuvo.")
        await press(page, "Llamar a Marisol")
        await work(lines.fake, lines.telephone, EVENING)
        await press(page, "Ver de nuevo cómo va la llamada")
        await expect(page.locator("#ring")).to_contain_text("Su teléfono no fue contestado")
        await either(page, "Intentar de nuevo").click()
        await expect(page.locator("main")).to_contain_text("Primero suena su propio teléfono.")
