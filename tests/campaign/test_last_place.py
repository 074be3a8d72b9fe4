"""Many coordinators, one place: each time one gets it, and the others read why they do not."""

import asyncio
import time
from collections import Counter

import pytest
from tests import world
from tests.app_kit import TESTS
from tests.world import ARequest, AVolunteer

from teamhope.kit import clock
from teamhope.kit.database import acting_as
from teamhope.matching import service
from teamhope.matching.rules import MatchRefused
from teamhope.tables.matches import Match
from teamhope.vocabulary.people import Actor, Role

pytestmark = pytest.mark.usefixtures("db")
NOW = clock.now()
COORDINATOR = Actor(Role.COORDINATOR, name="token")


async def attempt(request: ARequest, vera: AVolunteer, busy: Counter[str]) -> str:
    """As a coordinator would: who is told that the service is busy (503) tries again."""
    while True:
        try:
            await service.propose(COORDINATOR, request.id, vera.id, NOW)
        except MatchRefused as refusal:
            return f"{refusal.code}: {refusal.facts['why']}"
        except TimeoutError:
            busy["told that it is busy"] += 1
        else:
            return "asked"


@pytest.mark.parametrize(
    ("attempts", "rounds"),
    [
        pytest.param(200, 50, marks=[pytest.mark.campaign, pytest.mark.timeout(3600)], id="long"),
        pytest.param(8, 2, marks=pytest.mark.timeout(60), id="short"),
    ],
)
async def test_the_last_place_goes_to_one(attempts: int, rounds: int) -> None:
    requests = [await world.family_request(trajectory="recovered_reuniting") for _ in range(attempts)]
    ended: Counter[str] = Counter()
    busy: Counter[str] = Counter()
    began = time.perf_counter()
    for _ in range(rounds):
        async with acting_as(TESTS):
            await world.Volunteer.update({"max_open_matches": 0}, force=True)
        vera = await world.volunteer(max_open_matches=1)
        answers = await asyncio.gather(*(attempt(each, vera, busy) for each in requests))
        assert answers.count("asked") == 1
        async with acting_as(TESTS):
            assert await Match.count().where(Match.volunteer == vera.id) == 1
        requests[answers.index("asked")] = await world.family_request(trajectory="recovered_reuniting")
        ended.update(answers)
    print(f"{rounds} rounds of {attempts}: {dict(ended | busy)} in {time.perf_counter() - began:.0f} s")
    assert ended == {"asked": rounds, "no_room: Families now: 1; the most is 1.": rounds * (attempts - 1)}
