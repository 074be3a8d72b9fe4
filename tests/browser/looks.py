"""What must be true of every page: its language, its words, its title and address, and the two widths."""

import os
import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Final

from playwright.async_api import Page
from tests.browser.page_kit import HEIGHT, assert_fits, check_page
from tests.browser.site import Language

from teamhope.kit.i18n import read_catalogue
from teamhope.vocabulary.programme import PACKAGED

DESK, PHONE, SMALL = 1280, 390, 320  # px; the last is a phone, or a desk at 400 % zoom
PICTURES: Final = os.environ.get("TEAMHOPE_PICTURES", "")  # a folder: each page is photographed into it
CODE: Final = re.compile(r"\b[a-z]+(_[a-z0-9]+)+\b")
UNFILLED: Final = re.compile(r"%\(|\{\{|\bNone\b|\bnull\b|\bundefined\b")
# The title and the address stay in a browser's history, for whoever shares the computer.
TELLING: Final = re.compile(
    r"missing|exploit|traffick|abduct|kidnap|runaway|abus|sex|desaparec|explota|secuestr|trata|víctima|victim", re.I
)
PLACE: Final = re.compile(r"%\(\w+\)s")
OWN_NAMES: Final = {"English"}  # a language is called by its own name where one chooses it
OPEN_ALL: Final = "document.querySelectorAll('details').forEach((part) => (part.open = true))"
TEXTS: Final = """() => {
  const shown = (node) => node.parentElement.closest('[lang]') === document.documentElement
    && !node.parentElement.closest('code, textarea, script');
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const texts = [];
  while (walker.nextNode()) if (shown(walker.currentNode)) texts.push(walker.currentNode.textContent.trim());
  for (const each of document.querySelectorAll('[aria-label], [data-label], [title], [placeholder]'))
    for (const name of ['aria-label', 'data-label', 'title', 'placeholder'])
      if (each.hasAttribute(name)) texts.push(each.getAttribute(name).trim());
  return texts.filter(Boolean);
}"""


@cache
def english_only() -> re.Pattern[str]:
    """Sentences, with anything in their places, and labels that read otherwise in Spanish."""
    catalogue = [each for each in read_catalogue("es") if each.id and each.string != each.id]
    sentences = {text for each in catalogue for text in ([each.id] if isinstance(each.id, str) else each.id)}
    words = tomllib.loads(PACKAGED.read_text(encoding="utf-8"))
    rows = [row for rows in words.values() if isinstance(rows, list) for row in rows]
    labels = {row["en"] for row in rows if row["en"] != row["es"]}
    return re.compile("|".join(_filled(text) for text in sorted((sentences | labels) - OWN_NAMES)))


def _filled(sentence: str) -> str:
    """A pattern of the sentence with something in each place; a place alone would be a pattern of everything."""
    parts = PLACE.split(sentence)
    return ".+".join(re.escape(part) for part in parts) if any(part.strip(" ·:,.–()“”") for part in parts) else "(?!)"


async def inspect(page: Page, language: Language, secrets: frozenset[str], name: str) -> None:
    """Asserts everything; the viewport is a desk's again afterwards."""
    if PICTURES:
        await _photograph(page, f"{name}-{language}")
    await page.evaluate(OPEN_ALL)
    await _words(page, language)
    await _traces(page, secrets)
    for width in (DESK, PHONE):
        await page.set_viewport_size({"width": width, "height": HEIGHT})
        await check_page(page)
    await page.set_viewport_size({"width": SMALL, "height": HEIGHT})
    await assert_fits(page)
    await page.set_viewport_size({"width": DESK, "height": HEIGHT})


async def _words(page: Page, language: Language) -> None:
    assert await page.get_attribute("html", "lang") == language, "the page names another language"
    assert await page.locator("h1:visible").count() == 1, "a page has one heading of its own"
    texts: list[str] = await page.evaluate(TEXTS)
    wrong = [text for text in texts if CODE.search(text) or UNFILLED.search(text)]
    assert not wrong, f"a code or an empty place is shown: {wrong}"
    left = [text for text in texts if language == "es" and english_only().fullmatch(text)]
    assert not left, f"English on a Spanish page: {left}"


async def _traces(page: Page, secrets: frozenset[str]) -> None:
    """Nothing of what the browser keeps says whom or what the page is about."""
    for kept in (await page.title(), page.url):
        assert not TELLING.search(kept), kept
        assert not [secret for secret in secrets if secret.casefold() in kept.casefold()], kept


async def _photograph(page: Page, name: str) -> None:
    for width in (PHONE, DESK):
        await page.set_viewport_size({"width": width, "height": HEIGHT})
        await page.screenshot(path=Path(PICTURES) / f"{name}-{width}.png", full_page=True)
