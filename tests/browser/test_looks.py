"""What the tests of pages refuse, each planted once."""

import pytest
from playwright.async_api import Browser
from tests.browser.looks import inspect
from tests.browser.site import Site, visiting

pytestmark = pytest.mark.timeout(30)
SECRETS = frozenset({"Marisol"})
PLANTED = {
    "document.documentElement.lang = 'en'": "another language",
    "document.querySelector('h1').textContent = 'left_voicemail'": "a code or an empty place",
    "document.querySelector('h1').textContent = 'None'": "a code or an empty place",
    "document.querySelector('h1').textContent = 'Leave this site'": "English on a Spanish page",
    "document.querySelector('h1').textContent = 'Next call: mar, 13 de oct'": "English on a Spanish page",
    "document.querySelector('h1').remove()": "one heading",
    "document.title = 'Marisol – TH'": "Marisol",
    "history.replaceState({}, '', '/login?kind=exploitation')": "exploitation",
    "document.querySelector('label').remove()": "label: Form elements must have labels",
    "document.querySelector('main').style.minWidth = '330px'": "330 px wide|wide in a window of 320 px",
}


@pytest.mark.parametrize("act", PLANTED)
async def test_a_planted_fault_is_named(browser: Browser, application: Site, act: str) -> None:
    async with visiting(browser, application, language="es") as visit:
        await visit.go("/login")
        await visit.page.evaluate(act)
        with pytest.raises(AssertionError, match=PLANTED[act]):
            await inspect(visit.page, "es", SECRETS, "planted")
