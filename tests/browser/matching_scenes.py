"""Families and volunteers for the stories of matching; what must be true wherever somebody stops on the way."""

from dataclasses import dataclass
from typing import Final

from playwright.async_api import Locator, Page
from tests import world
from tests.app_kit import PASSWORD, TESTS
from tests.browser.acts import either
from tests.browser.looks import inspect
from tests.browser.site import EVENING, Language, Visit
from tests.world import ARequest, AVolunteer

from teamhope.kit.database import acting_as
from teamhope.tables.families import SupportRequest
from teamhope.tables.volunteers import Volunteer

SPOKEN: Final = (("es", "native"), ("en", "fluent"))
ALIKE: Final = {"relation": "mother", "trajectory": "still_missing"}
LESS_ALIKE: Final = ALIKE | {"relation": "father"}
ANNIVERSARY: Final = EVENING.date().replace(year=2021, day=1)  # of what happened to the family
NAMES: Final = frozenset({"Marisol", "Luz", "Pablo", "Quinn", "Nell", "Dora", "Una"})  # in no title and no address


async def clear() -> None:
    """Nobody of an earlier story waits, and none of its volunteers fits or nearly fits."""
    async with acting_as(TESTS):
        await Volunteer.update({"max_open_matches": 0, "status": "alumni"}, force=True)
        await SupportRequest.update({"status": "closed"}, force=True)


async def volunteer(name: str, language: Language = "en", **more: object) -> AVolunteer:
    facts = {"languages": SPOKEN, "lived": ALIKE, "max_open_matches": 1} | more
    return await world.volunteer(name=name, password=PASSWORD, language=language, now=EVENING, **facts)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Choice:
    """`family` could have Luz, Pablo and Quinn, in this order; `other`, which needs a man, Pablo alone.

    A reason sets aside what speaks against Nell (another experience) and Dora (said no before); nothing sets aside that
    Una does not speak the family's language.
    """

    family: ARequest
    other: ARequest
    pablo: AVolunteer
    nell: AVolunteer
    una: AVolunteer


async def a_choice() -> Choice:
    await clear()
    family = await world.family_request(
        first_name="Marisol", languages=(("es", "native"),), urgency="priority", now=EVENING
    )
    man = [{"attribute": "volunteer_gender", "value": "man", "strength": "required"}]
    other = await world.family_request(preferences=world.as_json(man), now=EVENING)
    await volunteer("Luz")
    pablo = await volunteer("Pablo", lived=LESS_ALIKE, gender="man")
    await volunteer("Quinn", lived={"relation": "sibling", "event_month": ANNIVERSARY}, max_open_matches=4)
    nell = await volunteer("Nell", lived={"case_type": "FA"})
    await world.match(family, await volunteer("Dora"), "declined_by_volunteer", now=EVENING)
    una = await volunteer("Una", languages=(("ht", "native"),))
    return Choice(family, other, pablo, nell, una)


async def stop(visit: Visit, name: str, language: Language = "en", *, look: bool = True) -> None:
    """The page as it stands is right on a desk and on a phone; everything that folds is open afterwards."""
    if not look:
        return
    width = visit.page.viewport_size
    await inspect(visit.page, language, NAMES, name)
    if width is not None:
        await visit.page.set_viewport_size(width)
    visit.watch.assert_clean()


@dataclass(frozen=True, slots=True)
class Hand:
    """Somebody at the page with a mouse; or with the keyboard alone, if `keys`."""

    page: Page
    keys: bool = False

    async def press(self, name: str) -> None:
        """A link or a button, by its name; ends on the page that it leads to."""
        async with self.page.expect_event("domcontentloaded"):
            await self.act(either(self.page, name))

    async def unfold(self, words: str) -> None:
        await self.act(self.page.locator("summary", has_text=words))

    async def write(self, field: Locator, text: str) -> None:
        """Instead of what stands there."""
        if not self.keys:
            await field.fill(text)
            return
        await self._reach(field)
        await self.page.keyboard.press("Control+A")
        await self.page.keyboard.type(text)

    async def act(self, target: Locator) -> None:
        if not self.keys:
            await target.click()
            return
        await self._reach(target)
        await self.page.keyboard.press("Enter")

    async def _reach(self, target: Locator) -> None:
        """With Tab alone, from where the focus is. Raises AssertionError where it does not get there."""
        for _ in range(MOST_TABS):
            if await target.evaluate("(part) => part === document.activeElement"):
                return
            await self.page.keyboard.press("Tab")
        raise AssertionError(f"Tab does not reach {target}")


MOST_TABS: Final = 80
