"""Thirty rounds of two workers that are killed three times each, at other moments every time."""

import secrets

import pytest
from tests.faults.dispatcher_kit import round_of_kills

from teamhope.followups.service_messages import BATCH
from teamhope.kit.embedded_roles import Addresses

pytestmark = [pytest.mark.campaign, pytest.mark.timeout(300)]
KILLS, WORKERS = 3, 2


@pytest.mark.parametrize("round_number", range(30))
async def test_a_round(db: Addresses, round_number: int) -> None:
    seed = secrets.randbits(32)
    print(f"seed {seed}")
    ended = await round_of_kills(db.application, seed, recipients=200, kills=KILLS, workers=WORKERS)
    print(dict(ended))
    assert ended["uncertain"] <= BATCH * KILLS * WORKERS
