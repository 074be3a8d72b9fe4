"""What a match is counted by is stored when she is asked and when she says yes, whoever reads the figures later."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import asyncpg
import pytest
from tests import world
from tests.app_kit import TESTS
from tests.world import ARequest, AVolunteer

from teamhope.kit import clock
from teamhope.kit.database import acting_as, connection
from teamhope.kit.embedded_roles import Addresses
from teamhope.kit.migrations import FOLDER
from teamhope.matching import service, service_states
from teamhope.vocabulary.people import Actor, Role
from teamhope.vocabulary.states import CloseReason

pytestmark = pytest.mark.usefixtures("db")
NOW = clock.now()
COORDINATOR = Actor(Role.COORDINATOR, name="token")
WHY = "They know each other's faith community"
COUNTED = """
    select waiting_since, counted_offered_on, counted_accepted_on, counted_wait_minutes, counted_language,
      counted_concordant, counted_rematch
    from match where id = $1
"""


def eastern(at: datetime) -> date:
    return at.astimezone(ZoneInfo("America/New_York")).date()


async def counted(match_id: UUID) -> dict[str, Any]:
    async with acting_as(TESTS):
        return dict(await connection().fetchrow(COUNTED, match_id))


async def ask(request: ARequest, who: AVolunteer, at: datetime) -> UUID:
    return await service.propose(COORDINATOR, request.id, who.id, at, WHY)


async def test_an_offer_stores_what_it_is_counted_by() -> None:
    request = await world.family_request(languages=[("vi", "native"), ("en", "fluent")], now=NOW)
    who = await world.volunteer(languages=[("vi", "native")])
    match = await ask(request, who, NOW + timedelta(hours=5))
    assert await counted(match) == {
        "waiting_since": NOW,
        "counted_offered_on": eastern(NOW + timedelta(hours=5)),
        "counted_accepted_on": None,
        "counted_wait_minutes": None,
        "counted_language": "vi",
        "counted_concordant": True,
        "counted_rematch": False,
    }


async def test_her_yes_stores_when_and_how_long_the_family_waited() -> None:
    request, who = await world.family_request(now=NOW), await world.volunteer()
    match = await ask(request, who, NOW + timedelta(hours=5))
    await service_states.accept(who.actor, match, NOW + timedelta(hours=7, minutes=30))
    found = await counted(match)
    assert found["counted_accepted_on"] == eastern(NOW + timedelta(hours=7, minutes=30))
    assert found["counted_wait_minutes"] == 450


async def test_where_both_said_yes_the_coordinator_stores_the_same() -> None:
    request, who = await world.family_request(now=NOW), await world.volunteer()
    at = NOW + timedelta(hours=2)
    match = await service.propose(COORDINATOR, request.id, who.id, at, WHY, both_said_yes=True)
    found = await counted(match)
    assert (found["counted_accepted_on"], found["counted_wait_minutes"]) == (eastern(at), 120)


async def test_another_kind_of_experience_of_the_same_group_is_not_the_same() -> None:
    request, who = await world.family_request(case_type="NFA", now=NOW), await world.volunteer()
    assert not (await counted(await ask(request, who, NOW)))["counted_concordant"]


async def test_a_family_that_needs_another_volunteer_has_waited_since_the_match_before_ended() -> None:
    request, first, second = await world.family_request(now=NOW), await world.volunteer(), await world.volunteer()
    before = await ask(request, first, NOW)
    await service_states.accept(first.actor, before, NOW + timedelta(hours=1))
    ended_at = NOW + timedelta(days=2)
    await service_states.close(COORDINATOR, before, CloseReason.POOR_FIT_REMATCH, ended_at, rematch=True)
    again = await ask(request, second, ended_at + timedelta(hours=1))
    await service_states.accept(second.actor, again, ended_at + timedelta(hours=3))
    found = await counted(again)
    assert (found["waiting_since"], found["counted_rematch"]) == (ended_at, True)
    assert found["counted_wait_minutes"] == 180
    assert not (await counted(before))["counted_rematch"]


async def test_an_offer_that_was_declined_was_no_match_before() -> None:
    request, first, second = await world.family_request(now=NOW), await world.volunteer(), await world.volunteer()
    await service_states.decline(first.actor, await ask(request, first, NOW), NOW + timedelta(hours=20))
    found = await counted(await ask(request, second, NOW + timedelta(hours=21)))
    assert (found["waiting_since"], found["counted_rematch"]) == (NOW, False)


async def test_a_yes_on_new_years_eve_in_honolulu_is_of_the_next_year() -> None:
    request, who = await world.family_request(now=NOW), await world.volunteer()
    match = await ask(request, who, NOW)
    yes_at = datetime(NOW.year, 12, 31, 19, 30, tzinfo=ZoneInfo("Pacific/Honolulu"))
    await service_states.accept(who.actor, match, yes_at.astimezone(UTC))
    assert (await counted(match))["counted_accepted_on"] == date(NOW.year + 1, 1, 1)


async def test_a_volunteer_changes_nothing_else_of_what_is_counted() -> None:
    match = await world.match(await world.family_request(), await world.volunteer(), "proposed_to_volunteer")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with acting_as(match.volunteer.actor):
            await connection().execute("update match set counted_concordant = false where id = $1", match.id)


async def test_an_acceptance_that_is_not_counted_is_refused() -> None:
    match = await world.match(await world.family_request(), await world.volunteer(), "proposed_to_volunteer")
    with pytest.raises(asyncpg.CheckViolationError):
        async with acting_as(TESTS):
            await connection().execute("update match set accepted_at = now() where id = $1", match.id)


UNDO = """
    drop view counted_match;
    alter table match drop waiting_since, drop counted_offered_on, drop counted_accepted_on, drop counted_wait_minutes,
      drop counted_language, drop counted_concordant, drop counted_rematch
"""


async def test_the_migration_counts_the_matches_of_before(db: Addresses) -> None:
    request, first, second = await world.family_request(now=NOW), await world.volunteer(), await world.volunteer()
    before = await ask(request, first, NOW)
    await service_states.accept(first.actor, before, NOW + timedelta(hours=1))
    await service_states.close(COORDINATOR, before, CloseReason.SAFETY, NOW + timedelta(days=1), rematch=True)
    again = await ask(request, second, NOW + timedelta(days=2))
    await service_states.accept(second.actor, again, NOW + timedelta(days=3))
    declined = await ask(await world.family_request(case_type="NFA", now=NOW), second, NOW)
    written = [await counted(match) for match in (before, again, declined)]
    owner = await asyncpg.connect(db.owner)
    try:
        await owner.execute(UNDO)
        await owner.execute((FOLDER / "0009_counted_matches.sql").read_text())
    finally:
        await owner.close()
    assert [await counted(match) for match in (before, again, declined)] == written
