"""A coordinator imports volunteers: a file with errors, the mended rows, everything taken back; the same on a phone."""

import csv
from io import StringIO
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect
from tests import world
from tests.browser.acts import choose, press
from tests.browser.looks import PHONE, inspect
from tests.browser.page_kit import check_page
from tests.browser.site import Site, visiting
from tests.slices.imports.files import a_file, a_volunteer, rows_of

from teamhope.accounts import service as accounts
from teamhope.kit import clock

pytestmark = pytest.mark.timeout(120)
SECRETS = frozenset({"Wren", "neighbour"})


@pytest.fixture
async def cora(application: Site) -> world.AStaffMember:
    application.clock.now = clock.now()  # the database asks its own clock whether the day is over
    return await world.staff()


def with_errors() -> bytes:
    """Two rows that are ready, two that are not, one like somebody who is here."""
    ready = [a_volunteer(First_name="Wren Ready"), a_volunteer()]
    wrong = [
        a_volunteer(First_name="Wren Mended", Phone="12", Relation_to_the_child="neighbour"),
        a_volunteer(Email="=1+1", Month_it_happened="spring"),
    ]
    return a_file([ready[0], *wrong, ready[1], a_volunteer(Phone=ready[0]["Phone"])])


def mended(content: bytes) -> bytes:
    header, *rows = rows_of(content)
    corrected = {"Phone": "", "Relation to the child": "Mother", "Month it happened": "2020-05"}
    for row in rows:
        for name, cell in (corrected | {"Email": f"wren{world.number()}@example.org"}).items():
            row[header.index(name)] = cell
    file = StringIO()
    csv.writer(file).writerows([header, *rows])
    return file.getvalue().encode("utf-8-sig")


async def choose_file(page: Page, content: bytes) -> None:
    await page.locator("#field-file").set_input_files(
        {"name": "volunteers.csv", "mimeType": "text/csv", "buffer": content}
    )


async def test_a_file_is_mended_imported_and_taken_back(
    browser: Browser, application: Site, cora: world.AStaffMember
) -> None:
    async with visiting(browser, application, cora, expected=("409", "422")) as visit:
        page, main = visit.page, visit.page.locator("main")
        await visit.go("/volunteers")
        await press(page, "Import volunteers")
        await press(page, "Check the rows")
        await expect(page.locator("[data-error-summary]")).to_contain_text("Choose a file first.")
        await choose_file(page, with_errors())
        await press(page, "Check the rows")
        for told in ("5 rows:", "2 are ready", "2 have errors", "1 looks like somebody", "neighbour"):
            await expect(main).to_contain_text(told)
        await inspect(page, "en", SECRETS, "import-report")

        async with page.expect_download() as taken:
            await page.get_by_role("link", name="Download the rows with errors").click()
        errors = Path(await (await taken.value).path()).read_bytes()
        await press(page, "Import now")
        await expect(page.locator("[data-error-summary]")).to_contain_text("2 rows have errors")
        await choose(page, "skip_bad", "on")
        await press(page, "Import now")
        await expect(main).to_contain_text("The rows are imported.")
        await expect(main).to_contain_text("3 rows were left out")

        await visit.go("/volunteers/import")
        await choose_file(page, mended(errors))
        await press(page, "Check the rows")
        await expect(main).to_contain_text("2 are ready")
        await press(page, "Import now")
        await inspect(page, "en", SECRETS, "import-result")
        result = page.url
        await visit.go("/volunteers")
        await expect(main).to_contain_text("Wren Ready")
        await expect(main).to_contain_text("Wren Mended")

        await page.goto(result)
        await press(page, "Take the import back")
        await expect(main).to_contain_text("Everything that was imported is taken back.")
        await check_page(page)
        await visit.go("/volunteers")
        await expect(main).to_contain_text("Wren Ready")
        await expect(main).not_to_contain_text("Wren Mended")


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
async def test_errors_on_a_phone_in_spanish(
    browser: Browser, application: Site, cora: world.AStaffMember, scripts: bool
) -> None:
    await accounts.choose_language(cora.actor, "es")
    async with visiting(browser, application, cora, width=PHONE, language="es", scripts=scripts) as visit:
        page, main = visit.page, visit.page.locator("main")
        await visit.go("/volunteers/import")
        await choose_file(page, with_errors())
        await press(page, "Revisar las filas")
        for told in ("2 tienen errores", "Parentesco con el menor", "Escriba una de estas respuestas: Madre"):
            await expect(main).to_contain_text(told)
        if scripts:
            await inspect(page, "es", SECRETS, "import-report")
