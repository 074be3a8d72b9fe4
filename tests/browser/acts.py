"""What people do on the path, as they do it on the pages: by the names that stand there."""

from dataclasses import dataclass
from typing import Final

from playwright.async_api import Locator, Page

# Marisol's request, step by step: fields to fill, answers to choose, boxes to tick.
FILLED: Final[dict[str, dict[str, str]]] = {
    "who": {"first_name": "Marisol", "phone": "303-555-0142"},
    "experience": {"event_month": "2025-03"},
    "reach": {"agreed_words": "Hi, it's Luz, call me when you can", "shared_with": "her sister"},
    "consent": {"blocked_name_1": "Rex", "blocked_relation_1": "other parent"},
    "wishes": {},
}
SELECTED: Final[dict[str, dict[str, str]]] = {
    "who": {"relation": "mother", "language_1": "es", "language_2": "en"},
    "experience": {"child_age_band": "9-12"},
    "reach": {"timezone": "America/Denver", "state": "CO"},
    "consent": {},
    "wishes": {},
}
TICKED: Final[dict[str, tuple[tuple[str, str], ...]]] = {
    "who": (),
    "experience": (("case_type", "ERU"), ("trajectory", "still_missing")),
    "reach": (("safe_to_call", "on"), ("answers_blocked_numbers", "on"), ("voicemail", "agreed_words")),
    "consent": tuple(
        ("consents", kind) for kind in ("peer_match", "share_profile_with_volunteer", "voice_call", "voicemail")
    ),
    "wishes": (("urgency", "priority"),),
}


async def press(page: Page, name: str) -> None:
    """A button or a link of the page's content, by its name."""
    await either(page, name).click()
    await page.wait_for_load_state("domcontentloaded")


def either(page: Page, name: str) -> Locator:
    main = page.locator("main")
    return main.get_by_role("button", name=name).or_(main.get_by_role("link", name=name)).first


async def choose(page: Page, name: str, value: str) -> None:
    """A radio button or a box, by its label: the box itself is drawn by the style sheet."""
    await page.locator(f"input[name={name}][value='{value}'] + label").click()


async def answer_step(page: Page, step: str) -> None:
    for name, text in FILLED[step].items():
        await page.locator(f"#field-{name}").fill(text)
    for name, value in SELECTED[step].items():
        await page.locator(f"#field-{name}").select_option(value)
    for name, value in TICKED[step]:
        await choose(page, name, value)


@dataclass(slots=True)
class Taps:
    """A finger on a phone that counts."""

    page: Page
    count: int = 0

    async def tap(self, target: Locator) -> None:
        self.count += 1
        await target.click()
        await self.page.wait_for_load_state("domcontentloaded")
