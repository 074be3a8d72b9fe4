"""A worker is killed in the middle of its reminders and started again: none is lost, none is doubled."""

import secrets

import pytest
from tests.faults.dispatcher_kit import round_of_kills

from teamhope.followups.service_messages import BATCH
from teamhope.kit.embedded_roles import Addresses

pytestmark = pytest.mark.timeout(120)


async def test_kill_9_in_the_middle_of_200_reminders(db: Addresses) -> None:
    seed = secrets.randbits(32)
    print(f"seed {seed}")
    ended = await round_of_kills(db.application, seed, recipients=200, kills=1, workers=1)
    assert ended["sent"] + ended["delivered"] + ended["uncertain"] == 200
    assert ended["uncertain"] <= BATCH, "only what was under way can be in doubt"
