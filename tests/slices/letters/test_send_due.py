"""Passes over letters against a real mail server: whoever must not get one first, then what a server may answer."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path
from uuid import UUID, uuid4

import asyncpg
import pytest
from structlog.testing import capture_logs
from tests import world
from tests.app_kit import TESTS
from tests.mail_server import mail_server

from teamhope.accounts import service as accounts
from teamhope.kit.database import acting_as
from teamhope.kit.embedded_roles import Addresses
from teamhope.letters import post as posts
from teamhope.letters import service
from teamhope.letters.jobs import send_due
from teamhope.letters.post import Mail, PostProblem, SmtpServer, post_of
from teamhope.letters.rules import Answer, LetterKind, Taken
from teamhope.vocabulary.people import WORKER, Role

pytestmark = pytest.mark.usefixtures("db")

NOW = datetime(2026, 11, 20, 18, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
LINK = "https://hope.example/welcome/kJ5xq0w"
K = LetterKind


@pytest.fixture
async def owner(db: Addresses) -> AsyncIterator[asyncpg.Connection]:
    """Looks at the rows themselves; every test begins without letters."""
    connection = await asyncpg.connect(db.owner)
    await connection.execute("set row_security = off")
    await connection.execute("delete from letter")
    yield connection
    await connection.close()


async def queue(person_id: UUID, kind: LetterKind = K.INVITATION, link: str | None = LINK, at: datetime = NOW) -> None:
    async with acting_as(TESTS):
        await service.queue(TESTS, person_id, kind, link, at)


async def row(owner: asyncpg.Connection) -> asyncpg.Record:
    return await owner.fetchrow("select * from letter")


async def test_nothing_is_queued_for_who_is_suspended_has_no_email_or_is_nobody(owner: asyncpg.Connection) -> None:
    suspended = await world.staff()
    await accounts.suspend(TESTS, suspended.id, NOW)
    silent = await world.staff()
    await owner.execute("update person set email = null, email_index = null where id = $1", silent.id)
    for person_id in (suspended.id, silent.id, uuid4()):
        await queue(person_id)
    assert await owner.fetchval("select count(*) from letter") == 0


async def test_who_queues_a_letter_cannot_read_it(owner: asyncpg.Connection) -> None:
    cora, rosa = await world.staff(), await world.staff(Role.VOLUNTEER)
    await owner.execute("update person set password_hash = null where id = $1", rosa.id)
    async with acting_as(cora.actor):
        await service.queue(cora.actor, rosa.id, K.INVITATION, LINK, NOW)
        assert await service.last_letter(cora.actor, rosa.id) is None
    assert (await row(owner))["status"] == "queued"
    assert await service.last_letter(WORKER, rosa.id) is not None


async def test_the_link_is_in_no_row_in_clear_and_in_none_at_all_once_it_was_sent(
    owner: asyncpg.Connection, db: Addresses
) -> None:
    rosa = await world.staff(language="es")
    await queue(rosa.id)
    assert LINK.encode() not in (await row(owner))["link"]
    async with mail_server() as server:
        await send_due(post_of(server.url), NOW)
    sent = await row(owner)
    assert (sent["status"], sent["link"], sent["attempts"], sent["ended_at"]) == ("sent", None, 1, NOW)
    (letter,) = server.letters
    assert (letter["To"], letter["From"], letter["Subject"]) == (rosa.email, "hope@example.org", "Su cuenta")
    assert letter["Message-ID"] == f"<{sent['id']}@example.org>"
    assert letter["Content-Language"] == "es"
    assert LINK in letter.get_content()
    assert "contraseña" in letter.get_content()
    assert rosa.name not in letter.as_string()


async def test_a_sent_letter_is_not_sent_again(owner: asyncpg.Connection) -> None:
    await queue((await world.staff()).id)
    async with mail_server() as server:
        for _ in range(3):
            await send_due(post_of(server.url), NOW)
    assert len(server.letters) == 1


async def test_who_was_suspended_meanwhile_gets_none(owner: asyncpg.Connection) -> None:
    rosa = await world.staff()
    await queue(rosa.id)
    await accounts.suspend(TESTS, rosa.id, NOW)
    async with mail_server() as server:
        await send_due(post_of(server.url), NOW)
    failed = await row(owner)
    assert (failed["status"], failed["error_code"], failed["link"]) == ("failed", "not_active", None)
    assert server.commands == []


@pytest.mark.parametrize(("step", "code"), [("RCPT", "550"), (".", "554")])
async def test_a_letter_that_is_refused_for_good_fails_at_once(owner: asyncpg.Connection, step: str, code: str) -> None:
    await queue((await world.staff()).id)
    async with mail_server(**{step: f"{code} never"}) as server:
        await send_due(post_of(server.url), NOW)
    failed = await row(owner)
    assert (failed["status"], failed["error_code"], failed["link"]) == ("failed", code, None)


@pytest.mark.parametrize(
    ("step", "answer"),
    [
        ("connect", "421 full"),
        ("connect", "554 not from you"),
        ("MAIL", "451 later"),
        ("MAIL", "530 sign in first"),
        ("RCPT", "452 full"),
        ("DATA", "451 later"),
        (".", "451 later"),
    ],
)
async def test_what_is_not_the_letters_fault_is_tried_again(owner: asyncpg.Connection, step: str, answer: str) -> None:
    await queue((await world.staff()).id)
    async with mail_server(**{step: answer}) as server:
        wanted = await send_due(post_of(server.url), NOW)
    waiting = await row(owner)
    assert (waiting["status"], waiting["error_code"]) == ("queued", answer[:3])
    assert MINUTE <= waiting["due_at"] - NOW <= 1.25 * MINUTE
    assert wanted == waiting["due_at"]
    async with mail_server() as server:
        await send_due(post_of(server.url), NOW + MINUTE / 2)
        assert server.letters == []
        await send_due(post_of(server.url), NOW + 2 * MINUTE)
        assert len(server.letters) == 1
    assert (await row(owner))["attempts"] == 2


async def test_a_server_that_says_nothing_is_left_after_a_time(
    owner: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(posts, "TIMEOUT", 0.2)
    await queue((await world.staff()).id)
    async with mail_server(MAIL=None) as server:
        await send_due(post_of(server.url), NOW)
    assert (await row(owner))["error_code"] == "timeout"


async def test_a_server_that_is_not_there(owner: asyncpg.Connection) -> None:
    await queue((await world.staff()).id)
    await send_due(post_of("smtp://127.0.0.1:1?from=hope@example.org"), NOW)
    waiting = await row(owner)
    assert (waiting["status"], waiting["error_code"]) == ("queued", "unreachable")


async def test_without_tls_nothing_is_said_to_another_machine(owner: asyncpg.Connection) -> None:
    """As for another host, which is asked to begin TLS: a server that cannot hears neither account nor letter."""
    await queue((await world.staff()).id)
    async with mail_server() as server:
        local = post_of(server.url)
        assert isinstance(local, SmtpServer)
        far = SmtpServer(local.host, local.port, "ana", "secret", whole=False, upgraded=True, sender=local.sender)
        await send_due(far, NOW)
    assert (await row(owner))["error_code"] == "unsupported"
    assert not [command for command in server.commands if command.startswith(("AUTH", "MAIL", "RCPT"))]


async def test_after_a_day_a_letter_has_failed(owner: asyncpg.Connection) -> None:
    await queue((await world.staff()).id)
    now, tries = NOW, 0
    while (await row(owner))["status"] == "queued":
        now = await send_due(post_of("smtp://127.0.0.1:1?from=hope@example.org"), now) or now
        tries += 1
    failed = await row(owner)
    assert (failed["link"], failed["error_code"]) == (None, "unreachable")
    assert failed["ended_at"] - NOW <= timedelta(hours=24)
    assert 10 <= tries <= 20


@pytest.mark.parametrize(("kind", "lasts"), [(K.RESET, timedelta(hours=1)), (K.INVITATION, timedelta(hours=24))])
async def test_a_letter_that_nobody_could_send_in_time_fails_without_a_post_office_too(
    owner: asyncpg.Connection, kind: LetterKind, lasts: timedelta
) -> None:
    await queue((await world.staff()).id, kind)
    await send_due(None, NOW + lasts - MINUTE)
    assert (await row(owner))["status"] == "queued"
    await send_due(None, NOW + lasts)
    failed = await row(owner)
    assert (failed["status"], failed["link"], failed["error_code"]) == ("failed", None, "too_late")


class Dies:
    """A post office in whose time the worker is killed, after the letter went."""

    def __init__(self) -> None:
        self.sent = 0

    async def deliver(self, mail: Mail) -> Answer:
        self.sent += 1
        raise asyncio.CancelledError

    async def check(self) -> str:
        return ""


async def test_a_worker_that_dies_in_between_loses_no_letter(owner: asyncpg.Connection) -> None:
    await queue((await world.staff()).id)
    dying = Dies()
    with pytest.raises(asyncio.CancelledError):
        await send_due(dying, NOW)
    async with mail_server() as server:
        await send_due(post_of(server.url), NOW + MINUTE / 2)
        assert server.letters == []  # the lease of the dead one still holds
        await send_due(post_of(server.url), NOW + MINUTE)
    assert (dying.sent, len(server.letters)) == (1, 1)
    assert (await row(owner))["status"] == "sent"


async def test_two_workers_at_once_send_each_letter_once(owner: asyncpg.Connection) -> None:
    for _ in range(12):
        await queue((await world.staff()).id)
    async with mail_server() as server:
        await asyncio.gather(*(send_due(post_of(server.url), NOW) for _ in range(3)))
    assert len({letter["To"] for letter in server.letters}) == len(server.letters) == 12


class Looks:
    """A post office that looks at what else the database does while it is at work."""

    def __init__(self, owner: asyncpg.Connection) -> None:
        self.owner = owner
        self.open: list[int] = []

    async def deliver(self, mail: Mail) -> Answer:
        self.open.append(await self.owner.fetchval("select count(*) from pg_locks where relation = 'letter'::regclass"))
        return Taken()

    async def check(self) -> str:
        return ""


async def test_no_transaction_is_open_while_a_letter_goes(owner: asyncpg.Connection) -> None:
    await queue((await world.staff()).id)
    looks = Looks(owner)
    await send_due(looks, NOW)
    assert looks.open == [0]


async def test_one_letter_in_trouble_stops_no_other(owner: asyncpg.Connection) -> None:
    bad, good = await world.staff(), await world.staff()
    await queue(bad.id)
    await queue(good.id)
    async with mail_server() as server:

        class Stumbles(Dies):
            async def deliver(self, mail: Mail) -> Answer:
                if mail.to == bad.email:
                    raise ZeroDivisionError
                return await SmtpServer.deliver(post_of(server.url), mail)  # type: ignore[arg-type]

        with pytest.raises(ZeroDivisionError):
            await send_due(Stumbles(), NOW)
    assert [letter["To"] for letter in server.letters] == [good.email]
    states = await owner.fetch("select status from letter order by status")
    assert [each["status"] for each in states] == ["queued", "sent"]


async def test_an_address_that_would_be_two_is_never_written_to(owner: asyncpg.Connection) -> None:
    async with mail_server() as server:
        post = post_of(server.url)
        assert post is not None
        answer = await post.deliver(Mail(uuid4(), "ana@example.org,eve@example.net", "Hi", "Hi", "en"))
    assert getattr(answer, "code", "") == "bad_address"
    assert server.commands == []


async def test_a_review_is_asked_for_without_a_name_or_a_link(owner: asyncpg.Connection) -> None:
    auditor = await world.staff(Role.AUDITOR)
    await queue(auditor.id, K.BREAK_GLASS, None)
    async with mail_server() as server:
        await send_due(post_of(server.url), NOW)
    (letter,) = server.letters
    text = letter.get_content().replace("\r\n", "\n")
    assert text == "Hello,\n\nSomething needs your review. Sign in to see it.\n"


async def test_nothing_personal_is_logged(owner: asyncpg.Connection) -> None:
    rosa = await world.staff()
    await queue(rosa.id)
    with capture_logs() as logged:
        async with mail_server(RCPT=f"550 <{rosa.email}> is not here") as server:
            await send_due(post_of(server.url), NOW)
    assert [entry["event"] for entry in logged] == ["letter_not_sent"]
    assert rosa.email not in str(logged)
    assert LINK not in str(logged)


async def test_a_folder_takes_letters_that_nobody_else_reads(owner: asyncpg.Connection, tmp_path: Path) -> None:
    folder = tmp_path / "some letters"
    await queue((await world.staff()).id)
    await send_due(post_of(f"file://{str(folder).replace(' ', '%20')}?from=hope@example.org"), NOW)
    (file,) = folder.iterdir()
    assert file.suffix == ".eml"
    assert (folder.stat().st_mode & 0o777, file.stat().st_mode & 0o777) == (0o700, 0o600)
    assert LINK in message_from_bytes(file.read_bytes(), policy=policy.default).get_content()


async def test_a_folder_that_cannot_be_made_is_told_and_waited_for(owner: asyncpg.Connection, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    post = post_of(f"file://{tmp_path}/file/letters?from=hope@example.org")
    assert post is not None
    await queue((await world.staff()).id)
    await send_due(post, NOW)
    assert (await row(owner))["error_code"] == "folder"
    with pytest.raises(PostProblem, match="cannot be used"):
        await post.check()


async def test_a_check_says_whether_the_server_would_take_letters() -> None:
    async with mail_server() as server:
        post = post_of(server.url)
        assert post is not None
        assert "answers" in await post.check()
    with pytest.raises(PostProblem, match=r"TEAMHOPE_SMTP_URL.*127\.0\.0\.1") as refused:
        await post.check()
    assert "\n" not in str(refused.value)


async def test_a_wrong_account_is_told_and_the_letter_waits(owner: asyncpg.Connection) -> None:
    await queue((await world.staff()).id)
    async with mail_server(EHLO="250-hello\r\n250 AUTH PLAIN", AUTH="535 wrong") as server:
        post = post_of(server.url.replace("smtp://", "smtp://ana:wrong@"))
        assert post is not None
        with pytest.raises(PostProblem, match="sign_in"):
            await post.check()
        await send_due(post, NOW)
    waiting = await row(owner)
    assert (waiting["status"], waiting["error_code"]) == ("queued", "sign_in")
