"""Pages of importing: outsiders first, then the whole way, and what each file that cannot be read is told."""

import csv
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from io import StringIO

import httpx
import pytest
from tests import world
from tests.app_kit import CSRF, PASSWORD, browser, sign_in, submit
from tests.slices.imports.files import a_family, a_file, a_volunteer, rows_of

from teamhope.imports.rules_csv import MOST_BYTES
from teamhope.kit import clock
from teamhope.kit.embedded_roles import Addresses
from teamhope.settings import Settings
from teamhope.vocabulary.people import Role

pytestmark = [pytest.mark.usefixtures("db"), pytest.mark.timeout(60)]
KINDS = ("volunteers", "families")


@pytest.fixture
async def client(db: Addresses) -> AsyncIterator[httpx.AsyncClient]:
    async with browser() as client:
        yield client


@pytest.fixture
async def cora(client: httpx.AsyncClient) -> httpx.AsyncClient:
    await sign_in(client, await world.staff())
    return client


async def send(client: httpx.AsyncClient, kind: str, content: bytes, path: str = "") -> httpx.Response:
    form = CSRF.search((await client.get(f"/{kind}/import")).text)
    assert form
    file = {"file": ("people.csv", content, "text/csv")}
    return await client.post(path or f"/{kind}/import", data={"_csrf_token": form[1]}, files=file)


async def sent(client: httpx.AsyncClient, kind: str, content: bytes) -> str:
    """The address of the report."""
    answer = await send(client, kind, content)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


@pytest.mark.parametrize("kind", KINDS)
async def test_strangers_and_other_roles_are_kept_out(client: httpx.AsyncClient, kind: str) -> None:
    pages = (f"/{kind}/import", f"/{kind}/import/template.csv")
    assert [(await client.get(page)).status_code for page in pages] == [303, 303]
    others = [await world.staff(role) for role in (Role.LEADERSHIP, Role.ADMIN, Role.ADVOCATE, Role.AUDITOR)]
    for who in (*others, await world.volunteer(password=PASSWORD)):
        await sign_in(client, who)
        assert [(await client.get(page)).status_code for page in pages] == [403, 403]
        assert f"/{kind}/import" not in (await client.get("/")).text


@pytest.mark.parametrize("path", ["/volunteers/new", "/requests/new", "/help", "/login"])
async def test_no_other_form_takes_a_file(cora: httpx.AsyncClient, path: str) -> None:
    assert (await send(cora, "volunteers", b"name\nIris\n", path)).status_code == 403


async def test_a_file_without_the_forms_token_is_refused(cora: httpx.AsyncClient) -> None:
    file = {"file": ("people.csv", a_file([a_volunteer()]), "text/csv")}
    assert (await cora.post("/volunteers/import", files=file)).status_code == 403
    assert (await cora.post("/volunteers/import", files=file, data={"_csrf_token": "x"})).status_code == 403


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"--x\r\n\r\n", "multipart/form-data; boundary=x"),
        (b"--x", "multipart/form-data"),
        (b"", "multipart/form-data; boundary=x"),
        (
            b'--x\r\ncontent-disposition: form-data; name="file"; filename="a"\r\n\r\n\xff',
            "multipart/form-data; boundary=x",
        ),
    ],
)
async def test_a_broken_upload_is_no_fault_of_ours(cora: httpx.AsyncClient, body: bytes, kind: str) -> None:
    answer = await cora.post("/volunteers/import", content=body, headers={"content-type": kind})
    assert answer.status_code in {400, 403, 422}


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "Choose a file first"),
        (b"name,email\n", "no other row"),
        ("name\nIrís\n".encode("latin-1"), "CSV UTF-8"),
        (b"PK\x03\x04", "This is a workbook"),
        (b'name\n"Iris\n', "quotation mark"),
        (b"Shoe size,First name\n9,Iris\n", "No column is called “Shoe size”"),
        (b"First name\nIris\n", "The column “Email” is missing"),
        (b"a" * (MOST_BYTES + 1), "one file may have 500 kB"),
        (b"Shoe size," * 201 + b"Email\nIris\n", "This file has 202 columns."),
        (b"Shoe size," * 199 + b"Email\nIris\n", "Other columns that are wrong: 184."),
    ],
)
async def test_a_file_that_cannot_be_read_is_told_why(cora: httpx.AsyncClient, content: bytes, told: str) -> None:
    answer = await send(cora, "volunteers", content) if content else await submit(cora, "/volunteers/import")
    assert answer.status_code == 422
    assert told in answer.text


async def test_a_body_beyond_every_limit_is_told_to_be_split(cora: httpx.AsyncClient) -> None:
    answer = await send(cora, "volunteers", b"a" * 1_100_000)
    assert answer.status_code == 413
    assert "Split the file" in answer.text


async def test_the_way_of_a_file_with_errors(cora: httpx.AsyncClient) -> None:
    rows = [a_volunteer(), a_volunteer(Phone="12", Relation_to_the_child="neighbour"), a_volunteer(Email="=1+1")]
    address = await sent(cora, "volunteers", a_file(rows, delimiter=";", encoding="utf-8-sig"))
    page = (await cora.get(address)).text
    for told in (
        "3 rows",
        "1 is ready",
        "2 have errors",
        "<code>12</code>",
        "<code>neighbour</code>",
        "like a formula",
    ):
        assert told in page
    assert "Write one of these: Mother" in page

    taken = await cora.get(f"{address}/errors.csv")
    assert taken.headers["content-disposition"] == 'attachment; filename="volunteers-errors.csv"'
    header, *wrong = rows_of(taken.content)
    assert header[0] == "Problem"
    assert [row[header.index("First name")] for row in wrong] == [rows[1]["First name"], rows[2]["First name"]]
    assert wrong[1][header.index("Email")] == "'=1+1"
    assert not [cell for row in wrong for cell in row if cell.startswith(("=", "+", "-", "@"))]

    refused = await submit(cora, address)
    assert refused.status_code == 409
    assert "2 rows have errors" in refused.text

    email, kin = header.index("Email"), header.index("Relation to the child")
    for row in wrong:
        row[email], row[kin] = f"mended{world.number()}@example.org", "Mother"
        row[header.index("Phone")] = world.a_phone(world.number())
    file = StringIO()
    csv.writer(file).writerows([header, *wrong])
    mended = await sent(cora, "volunteers", file.getvalue().encode())
    assert "2 are ready" in (await cora.get(mended)).text
    assert (await cora.get(address)).status_code == 404

    done = await submit(cora, mended)
    assert done.status_code == 303
    result = (await cora.get(done.headers["location"])).text
    assert "The rows are imported." in result
    links = re.findall(r'href="(/volunteers/[0-9a-f-]{36})"', result)
    assert [(await cora.get(link)).status_code for link in links] == [200, 200]

    back = await submit(cora, f"{mended}/take-back", page=mended)
    assert "Everything that was imported is taken back." in (await cora.get(back.headers["location"])).text
    assert [(await cora.get(link)).status_code for link in links] == [404, 404]


async def test_look_alikes_are_shown_and_ticked(cora: httpx.AsyncClient) -> None:
    known = await world.family_request()
    address = await sent(cora, "families", a_file([a_family(), a_family(Phone=known.number)]))
    page = (await cora.get(address)).text
    assert f"Looks like family {known.family_no}" in page
    done = await submit(cora, address, with_alike="on")
    result = (await cora.get(done.headers["location"])).text
    assert len(re.findall(r'href="/families/[0-9a-f-]{36}"', result)) == 2


async def test_whoever_was_quicker_is_told_with_the_row(
    cora: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def nobody_yet(*_: object) -> tuple[frozenset[str], frozenset[str]]:
        return frozenset(), frozenset()

    rows = [a_volunteer(), a_volunteer(Email=(await world.volunteer()).email)]
    monkeypatch.setattr("teamhope.accounts.service_people.list_taken", nobody_yet)
    refused = await submit(cora, await sent(cora, "volunteers", a_file(rows)))
    assert refused.status_code == 409
    assert "Nothing was imported: row 3 was refused." in refused.text


async def test_a_file_can_be_thrown_away(cora: httpx.AsyncClient) -> None:
    address = await sent(cora, "families", a_file([a_family()]))
    gone = await submit(cora, f"{address}/discard", page=address)
    assert "Nothing of it was imported" in (await cora.get(gone.headers["location"])).text
    assert (await cora.get(address)).status_code == 404


@pytest.mark.parametrize("kind", KINDS)
async def test_the_template_is_ready_as_it_is(cora: httpx.AsyncClient, kind: str) -> None:
    template = await cora.get(f"/{kind}/import/template.csv")
    assert template.headers["content-type"] == "text/csv; charset=utf-8"
    assert "1 is ready" in (await cora.get(await sent(cora, kind, template.content))).text


async def test_letters_are_offered_only_where_they_can_be_sent(db: Addresses) -> None:
    for settings, offered in ((Settings(), False), (Settings(smtp_url="smtp://127.0.0.1:1?from=a@example.org"), True)):
        async with browser(settings) as client:
            await sign_in(client, await world.staff())
            address = await sent(client, "volunteers", a_file([a_volunteer()]))
            assert ("Send each volunteer an email" in (await client.get(address)).text) == offered


async def test_after_a_day_the_page_says_so(db: Addresses) -> None:
    now = clock.now()
    async with browser(now=lambda: now) as client:
        who = await world.staff()
        await sign_in(client, who)
        address = await sent(client, "volunteers", a_file([a_volunteer()]))
        now += timedelta(hours=25)
        await sign_in(client, who)
        over = await client.get(address)
        assert over.status_code == 409
        assert "kept for 24 hours" in over.text
