"""Links that work once: strangers and those who come too late first, then whoever a link is for."""

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import asyncpg
import httpx
import pytest
from structlog.testing import capture_logs
from tests import world
from tests.app_kit import PASSWORD, TESTS, browser, submit

from teamhope.accounts import service, service_links
from teamhope.accounts.jobs import remove_expired
from teamhope.accounts.rules import hash_of
from teamhope.accounts.rules_links import MOST_RESETS, Doorway
from teamhope.kit import clock
from teamhope.kit.embedded_roles import Addresses
from teamhope.letters.rules import LetterKind
from teamhope.settings import Settings
from teamhope.vocabulary.errors import NotFound, Refused, TooMany
from teamhope.vocabulary.people import Role

pytestmark = pytest.mark.usefixtures("db")

SHOWN = Doorway("https://hope.example", letters=False)
BY_LETTER = Doorway("https://hope.example", letters=True)
WITH_LETTERS = Settings(smtp_url="smtp://127.0.0.1:1?from=hope@example.org")
NEW = "blue kitchen lamp 7"
HOUR = timedelta(hours=1)


@pytest.fixture
async def owner(db: Addresses) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(db.owner)
    await connection.execute("set row_security = off")
    yield connection
    await connection.close()


@pytest.fixture
async def client(db: Addresses) -> AsyncIterator[httpx.AsyncClient]:
    async with browser(WITH_LETTERS) as client:
        yield client


@pytest.fixture
async def rosa(db: Addresses) -> world.AStaffMember:
    return await world.staff(Role.VOLUNTEER)


async def link_for(who: world.AStaffMember, now: datetime | None = None) -> str:
    link = await service_links.invite(TESTS, who.id, SHOWN, now or clock.now())
    return link.removeprefix("https://hope.example")


async def choose(client: httpx.AsyncClient, path: str, password: str = NEW, again: str = "") -> httpx.Response:
    return await submit(client, path, page="/login", password=password, again=again or password)


async def signs_in(who: world.AStaffMember, password: str) -> bool:
    async with browser() as client:
        return (await submit(client, "/login", email=who.email, password=password)).status_code == 303


@pytest.mark.parametrize("secret", ["x", "é", "x" * 500, "0" * 43, "%00", "..%2flogin"])
async def test_a_forged_link_opens_nothing(client: httpx.AsyncClient, secret: str) -> None:
    path = f"/welcome/{secret}"
    assert (await client.get(path)).status_code == 404
    assert (await choose(client, path)).status_code == 404


async def test_a_link_works_once(client: httpx.AsyncClient, rosa: world.AStaffMember) -> None:
    path = await link_for(rosa)
    chosen = await choose(client, path)
    assert (chosen.status_code, chosen.headers["location"]) == (303, "/login?done=password_chosen")
    assert (await client.get(path)).status_code == 404
    assert (await choose(client, path, "yellow garden chair")).status_code == 404
    assert await signs_in(rosa, NEW)
    assert not await signs_in(rosa, "yellow garden chair")


async def test_used_forged_and_ended_links_read_the_same(client: httpx.AsyncClient, rosa: world.AStaffMember) -> None:
    used, ended = await link_for(rosa), await link_for(await world.staff(), clock.now() - 73 * HOUR)
    await choose(client, used)
    answers = [await client.get(path) for path in (used, ended, "/welcome/forged")]
    assert {answer.status_code for answer in answers} == {404}
    assert len({re.sub(r'value="[^"]*"', "", answer.text) for answer in answers}) == 1


async def test_looking_at_a_link_uses_nothing_up(client: httpx.AsyncClient, rosa: world.AStaffMember) -> None:
    path = await link_for(rosa)
    for _ in range(3):
        seen = await client.get(path)
        assert seen.status_code == 200
        assert rosa.name not in seen.text
        assert rosa.email not in seen.text
        assert "new-password" in seen.text
    assert (await choose(client, path)).status_code == 303


async def test_used_by_many_at_once_it_lets_one_through(rosa: world.AStaffMember) -> None:
    secret = (await link_for(rosa)).rpartition("/")[2]
    passwords = [f"blue kitchen lamp {n}" for n in range(8)]
    tries = [service_links.choose_password(secret, each, "Team HOPE", clock.now()) for each in passwords]
    results = await asyncio.gather(*tries, return_exceptions=True)
    assert sum(result is None for result in results) == 1
    assert all(result is None or isinstance(result, NotFound) for result in results)
    assert await signs_in(rosa, passwords[results.index(None)])


async def test_an_invitation_ends_after_72_hours_and_a_reset_after_one(rosa: world.AStaffMember) -> None:
    now = clock.now()
    secret = (await link_for(rosa, now)).rpartition("/")[2]
    assert await service_links.is_open(secret, now + 72 * HOUR - timedelta(seconds=1))
    assert not await service_links.is_open(secret, now + 72 * HOUR)
    with pytest.raises(NotFound):
        await service_links.choose_password(secret, NEW, "Team HOPE", now + 72 * HOUR)
    assert not await signs_in(rosa, NEW)


async def test_a_link_is_for_one_person_only(client: httpx.AsyncClient, rosa: world.AStaffMember) -> None:
    other = await world.staff()
    await choose(client, await link_for(rosa))
    assert not await signs_in(other, NEW)
    assert await signs_in(other, PASSWORD)


async def test_a_suspended_person_comes_in_by_no_link(client: httpx.AsyncClient, rosa: world.AStaffMember) -> None:
    path = await link_for(rosa)
    await service.suspend(TESTS, rosa.id, clock.now())
    assert (await choose(client, path)).status_code == 404
    with pytest.raises(Refused, match="not_invited"):
        await link_for(rosa)


async def test_a_new_link_ends_the_ones_before(client: httpx.AsyncClient, rosa: world.AStaffMember) -> None:
    before, after = await link_for(rosa), await link_for(rosa)
    assert (await client.get(before)).status_code == 404
    assert (await choose(client, after)).status_code == 303


async def test_choosing_ends_every_session_and_every_other_link(
    client: httpx.AsyncClient, rosa: world.AStaffMember, owner: asyncpg.Connection
) -> None:
    async with browser() as hers:
        await submit(hers, "/login", email=rosa.email, password=PASSWORD)
        assert (await hers.get("/me")).status_code == 200
        await service_links.ask_for_reset(rosa.email, BY_LETTER, clock.now())
        invitation = (await owner.fetchval("select count(*) from one_use_link where person = $1", rosa.id)) == 1
        assert invitation
        path = await link_for(rosa)
        await service_links.ask_for_reset(rosa.email, BY_LETTER, clock.now())
        await choose(client, path)
        assert (await hers.get("/me")).status_code == 303
    live = "select count(*) from one_use_link where person = $1 and used_at is null"
    assert await owner.fetchval(live, rosa.id) == 0


@pytest.mark.parametrize(
    ("password", "again", "words"),
    [
        ("blue lamp", "", "at least 12"),
        ("Summer2024!!", "", "easy to guess"),
        ("Stella Stella", "", "easy to guess"),
        (NEW, NEW + "!", "not the same"),
        ("x" * 201, "", "200 characters"),
    ],
)
async def test_a_password_that_cannot_be_kept_uses_nothing_up(
    client: httpx.AsyncClient, rosa: world.AStaffMember, password: str, again: str, words: str
) -> None:
    path = await link_for(rosa)
    refused = await choose(client, path, password, again)
    assert refused.status_code == 422
    assert words in refused.text
    assert password not in refused.text
    assert await signs_in(rosa, PASSWORD)
    assert (await choose(client, path)).status_code == 303


async def test_a_weak_password_is_refused_in_her_language(rosa: world.AStaffMember) -> None:
    async with browser() as client:
        client.headers["accept-language"] = "es"
        refused = await choose(client, await link_for(rosa), "Summer2024!!")
    assert "fácil de adivinar" in refused.text


async def test_spaces_around_a_password_are_hers(client: httpx.AsyncClient, rosa: world.AStaffMember) -> None:
    await choose(client, await link_for(rosa), f"  {NEW} ")
    assert await signs_in(rosa, f"  {NEW} ")
    assert not await signs_in(rosa, NEW)


async def ask(client: httpx.AsyncClient, email: str) -> tuple[int, str, str]:
    asked = await submit(client, "/reset", email=email)
    led = await client.get(asked.headers["location"])
    return asked.status_code, asked.headers["location"], re.sub(r'value="[^"]*"', "", led.text)


async def test_asking_for_a_reset_tells_nobody_who_is_here(
    client: httpx.AsyncClient, rosa: world.AStaffMember, owner: asyncpg.Connection
) -> None:
    suspended = await world.staff()
    await service.suspend(TESTS, suspended.id, clock.now())
    emails = (rosa.email, "nobody@example.org", suspended.email, rosa.email.upper())
    answers = [await ask(client, email) for email in emails]
    assert len(set(answers)) == 1
    letters = await owner.fetch("select person, kind from letter where person = any ($1)", [rosa.id, suspended.id])
    assert [tuple(letter) for letter in letters] == [(rosa.id, "reset")] * 2


async def test_whoever_asks_too_often_waits_whether_or_not_she_is_here(rosa: world.AStaffMember) -> None:
    now = clock.now()
    for email in (rosa.email, "no-one@example.org"):
        for _ in range(4):
            await service_links.ask_for_reset(email, BY_LETTER, now)
        with pytest.raises(TooMany):
            await service_links.ask_for_reset(email, BY_LETTER, now)
        await service_links.ask_for_reset(email, BY_LETTER, now + timedelta(minutes=2))
    assert await signs_in(rosa, PASSWORD)


async def test_nobody_can_end_her_links_or_fill_her_mailbox_by_asking(
    client: httpx.AsyncClient, rosa: world.AStaffMember, owner: asyncpg.Connection
) -> None:
    invitation, now = await link_for(rosa), clock.now()
    for n in range(8):
        await service_links.ask_for_reset(rosa.email, BY_LETTER, now + n * timedelta(minutes=2))
    assert await owner.fetchval("select count(*) from letter where person = $1", rosa.id) == MOST_RESETS
    assert (await client.get(invitation)).status_code == 200
    await service_links.ask_for_reset(rosa.email, BY_LETTER, now + 2 * HOUR)
    assert await owner.fetchval("select count(*) from letter where person = $1", rosa.id) == MOST_RESETS + 1


async def test_without_letters_nobody_is_promised_one(rosa: world.AStaffMember, owner: asyncpg.Connection) -> None:
    async with browser() as client:
        page = await client.get("/reset")
        assert 'name="email"' not in page.text
        assert "ask the person who coordinates" in page.text
        assert (await submit(client, "/reset", page="/login", email=rosa.email)).status_code == 404
    assert await owner.fetchval("select count(*) from one_use_link where person = $1", rosa.id) == 0


@pytest.mark.parametrize("email", ["", "nobody", "a@b@c", "x" * 250 + "@example.org", "a b@example.org"])
async def test_what_is_no_email_is_asked_again(client: httpx.AsyncClient, email: str) -> None:
    assert (await submit(client, "/reset", email=email)).status_code == 422


async def test_no_secret_is_kept_in_clear_or_logged(rosa: world.AStaffMember, db: Addresses) -> None:
    with capture_logs() as logged:
        async with browser(WITH_LETTERS) as client:
            secret = (await link_for(rosa)).rpartition("/")[2]
            await service_links.invite(TESTS, rosa.id, BY_LETTER, clock.now())
            await client.get(f"/welcome/{secret}")
            shown = await link_for(rosa)
            await choose(client, shown)
    owner = await asyncpg.connect(db.owner)
    await owner.execute("set row_security = off")
    rows = str(await owner.fetch("select l::text from one_use_link l union all select l::text from letter l"))
    rows += str(await owner.fetch("select e::text from audit_event e"))
    await owner.close()
    assert hash_of(shown.rpartition("/")[2]).hex() in rows
    for each in (secret, shown.rpartition("/")[2], NEW):
        assert each not in rows
        assert each.encode().hex() not in rows
        assert each not in str(logged)


async def test_the_clean_up_removes_links_that_ended(rosa: world.AStaffMember, owner: asyncpg.Connection) -> None:
    now = clock.now()
    await link_for(rosa, now)
    count = "select count(*) from one_use_link where person = $1"
    await remove_expired(now + 72 * HOUR - timedelta(seconds=1))
    assert await owner.fetchval(count, rosa.id) == 1
    await remove_expired(now + 72 * HOUR)
    assert await owner.fetchval(count, rosa.id) == 0


async def test_each_step_is_on_record(client: httpx.AsyncClient, owner: asyncpg.Connection) -> None:
    rosa = await world.staff()
    await choose(client, await link_for(rosa))
    await service_links.ask_for_reset(rosa.email, BY_LETTER, clock.now())
    rows = await owner.fetch("select act, reason, actor_role from audit_event where subject = $1 order by seq", rosa.id)
    acts = [tuple(row) for row in rows if row["act"] in {"invited_person", "chose_password", "asked_for_reset"}]
    assert acts == [
        ("invited_person", None, "command"),
        ("chose_password", LetterKind.INVITATION, "coordinator"),
        ("asked_for_reset", None, "doorkeeper"),
    ]
