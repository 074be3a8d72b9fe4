"""Thousands of reports at once, doubled and shuffled, and thousands that are forged (security.md §4, 7 and 8)."""

import asyncio
import secrets
import time
from collections.abc import AsyncIterator
from random import Random
from uuid import UUID, uuid4

import httpx
import pytest
from tests import world
from tests.app_kit import browser
from tests.slices.messages.conftest import SETTINGS
from tests.slices.messages.kit import NOW, fetch
from tests.slices.messages.test_reports import signature

from teamhope.followups.jobs import apply_callbacks
from teamhope.kit.embedded_roles import Addresses
from teamhope.telephony.service import callback_path

pytestmark = [pytest.mark.campaign, pytest.mark.timeout(600)]
TEXTS, COPIES, AT_ONCE = 1112, 3, 20
WORDS = {"delivered": ("queued", "sent", "delivered"), "failed": ("queued", "sent", "undelivered")}


@pytest.fixture
async def web(db: Addresses) -> AsyncIterator[httpx.AsyncClient]:
    async with browser(SETTINGS, now=lambda: NOW) as client:
        yield client


@pytest.fixture
def chance() -> Random:
    seed = secrets.randbits(32)
    print(f"seed {seed}")
    return Random(seed)


async def sent_texts(count: int) -> list[tuple[UUID, str]]:
    """Their ids and sids, of one volunteer and many days."""
    who = await world.volunteer()
    texts = [(uuid4(), f"SM{uuid4().hex}") for _ in range(count)]
    await fetch(
        "insert into message (id, person, kind, local_date, due_at, status, provider_sid, created_at) "
        "select id, $1, 'daily_reminder', date '2020-01-01' + n::int, $4, 'sent', sid, $4 "
        "from unnest($2::uuid[], $3::text[]) with ordinality as t (id, sid, n)",
        who.person_id, [id_ for id_, _ in texts], [sid for _, sid in texts], NOW,
    )  # fmt: skip
    return texts


async def test_a_storm(web: httpx.AsyncClient, chance: Random) -> None:
    ends = {text: chance.choice(sorted(WORDS)) for text in await sent_texts(TEXTS)}
    reports = [(text, word) for text, end in ends.items() for word in WORDS[end]] * COPIES
    chance.shuffle(reports)
    statuses, seconds, gate = set(), [], asyncio.Semaphore(AT_ONCE)

    async def post(text: tuple[UUID, str], word: str) -> None:
        form = {"MessageSid": text[1], "MessageStatus": word}
        address = callback_path(text[0])
        async with gate:
            started = time.perf_counter()
            answer = await web.post(address, data=form, headers={"X-Twilio-Signature": signature(form, address)})
            seconds.append(time.perf_counter() - started)
        statuses.add(answer.status_code)

    await asyncio.gather(*(post(*each) for each in reports))
    await asyncio.gather(apply_callbacks(NOW), apply_callbacks(NOW))
    print(f"{len(reports)} reports, p99 {sorted(seconds)[len(seconds) * 99 // 100]:.3f} s")
    assert statuses == {204}
    assert sorted(seconds)[len(seconds) * 99 // 100] <= 1
    rows = await fetch("select id, status from message where id = any($1)", [text[0] for text in ends])
    ended = {row["id"]: row["status"] for row in rows}
    assert ended == {text[0]: end for text, end in ends.items()}


async def test_forgeries(web: httpx.AsyncClient, chance: Random) -> None:
    [text] = await sent_texts(1)
    before = await fetch("select count(*) from provider_callback")
    form = {"MessageSid": text[1], "MessageStatus": "delivered", "To": "+12025550100"}
    address = callback_path(text[0])
    right = signature(form, address)
    for _ in range(2000):
        answer = await web.post(**forged(chance, address, form, right))
        assert answer.status_code in {403, 413}
    assert await fetch("select count(*) from provider_callback") == before


def forged(chance: Random, address: str, form: dict[str, str], right: str) -> dict[str, object]:
    """One of the ways to be wrong, at a random place."""
    url, sent, given, where = address, dict(form), bytearray(right.encode()), chance.randrange(len(right) - 2)
    match chance.randrange(7):
        case 0:
            given[where] = chance.choice([byte for byte in range(33, 256) if byte != given[where]])
        case 1:
            given = bytearray(chance.randbytes(chance.randrange(3000)).replace(b"\r", b"").replace(b"\n", b""))
        case 2:
            sent[chance.choice(sorted(sent))] += chance.choice("x \0é\U0001f600")
        case 3:
            del sent[chance.choice(sorted(sent))]
        case 4:
            url += chance.choice(["&", "&a=b", "%00", "%ff", "é"])
        case 5:
            sent["Extra"] = "x" * chance.choice([1, 100, 20_000, 1_100_000])
        case _:
            url = callback_path(uuid4())
    return {"url": url, "data": sent, "headers": {"X-Twilio-Signature": bytes(given)}}
