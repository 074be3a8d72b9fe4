"""Who is here cannot be learnt by asking: known and unknown names get the same answer, in the same time."""

import secrets
import time
from collections import Counter
from random import Random
from statistics import median

import httpx
import pytest
from tests.app_kit import CSRF, TESTS, browser

from teamhope.accounts import queries
from teamhope.accounts.passwords import hashed
from teamhope.accounts.queries import NewPerson
from teamhope.kit import clock
from teamhope.kit.database import acting_as
from teamhope.kit.embedded_roles import Addresses
from teamhope.settings import Settings
from teamhope.vocabulary.people import Role

pytestmark = [pytest.mark.campaign, pytest.mark.timeout(1800)]
NAMES = 1000
LARGEST_GAP = 0.020  # seconds between the medians (security.md §4, 18)


@pytest.fixture(scope="module")
async def names(db: Addresses, strong_passwords: None) -> dict[str, str]:
    """E-mail → known or unknown, of equal length and in the order of chance."""
    password_hash = await hashed(secrets.token_urlsafe())
    async with acting_as(TESTS):
        for n in range(NAMES):
            email = f"known-{n:05}@example.org"
            new = NewPerson("Alex", Role.VOLUNTEER, "America/Chicago", email=email, password_hash=password_hash)
            await queries.insert_person(new, clock.now())
    both = [(f"{kind}-{n:05}@example.org", kind) for kind in ("known", "other") for n in range(NAMES)]
    Random(NAMES).shuffle(both)
    return dict(both)


async def ask(client: httpx.AsyncClient, path: str, names: dict[str, str], **fields: str) -> None:
    token = CSRF.search((await client.get(path)).text)
    assert token
    seconds: dict[str, list[float]] = {"known": [], "other": []}
    answers: dict[str, Counter[tuple[int, int]]] = {"known": Counter(), "other": Counter()}
    for email, kind in names.items():
        began = time.perf_counter()
        answer = await client.post(path, data={"_csrf_token": token[1], "email": email, **fields})
        seconds[kind].append(time.perf_counter() - began)
        answers[kind][answer.status_code, len(answer.content)] += 1
    gap = abs(median(seconds["known"]) - median(seconds["other"]))
    print(
        f"{path}: {NAMES} known and {NAMES} unknown; (status, bytes): {dict(answers['known'])}; "
        f"medians {median(seconds['known']) * 1000:.1f} and {median(seconds['other']) * 1000:.1f} ms"
    )
    assert answers["known"] == answers["other"]
    assert len(answers["known"]) == 1
    assert gap <= LARGEST_GAP


async def test_at_sign_in(names: dict[str, str]) -> None:
    async with browser() as client:
        await ask(client, "/login", names, password="not the right password")


async def test_when_a_password_is_forgotten(names: dict[str, str]) -> None:
    async with browser(Settings(smtp_url="smtp://127.0.0.1:1?from=hope@example.org")) as client:
        await ask(client, "/reset", names)
