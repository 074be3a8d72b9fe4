"""The second wall alone: nobody widens by a row of her own what she may see, nor makes herself somebody else."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
from tests import world
from tests.app_kit import TESTS, somebody
from tests.slices.privacy.test_row_writing import INSERT_CONSENT, INSERT_ESCALATION, tried

from teamhope.accounts import service
from teamhope.accounts.queries import NewPerson
from teamhope.kit import clock
from teamhope.kit.database import acting_as, connection
from teamhope.vocabulary.people import Actor, Role

pytestmark = pytest.mark.usefixtures("db")

INSERT_TASK = """
    insert into task (id, kind, detail, family, opened_by, owner, opened_at, due_on)
    values ($1, 'other', 'advocate_review', $3, $2, $2, now(), now())
"""
INSERT_OPENING = """
    insert into break_glass (id, person, family, reason, words, opened_at, expires_at)
    values ($1, $2, $3, 'danger_now', '', now() + $4::interval, now() + $4::interval + interval '1 hour')
"""
INSERT_LINK = """
    insert into one_use_link (token_hash, kind, person, created_by, created_at, expires_at)
    values ($1, $2, $3, $4, now(), now() + interval '1 day')
"""
INSERT_LETTER = """
    insert into letter (id, person, kind, link, due_at, created_at) values ($1, $2, $3, 'x', now(), now())
"""
INSERT_FAMILY = """
    insert into family (id, family_no, team, duplicate_of, intake_source, created_at)
    values ($1, $2, $3, $4, 'other_nonprofit', now())
"""


async def actor_of(role: Role) -> Actor:
    return Actor(role, (await somebody(role, f"{uuid4()}@example.org")).id)


async def sees(actor: Actor, family: UUID) -> bool:
    async with acting_as(actor):
        seen: Any = await connection().fetchval("select exists (select from family where id = $1)", family)
    return bool(seen)


async def test_an_advocate_moves_no_call_for_help_of_her_own_to_a_family() -> None:
    advocate, family, mine = await actor_of(Role.ADVOCATE), (await world.family_request()).family_id, uuid4()
    assert await tried(advocate, INSERT_ESCALATION, mine, advocate.person_id, None) == "INSERT 0 1"
    assert await tried(advocate, "update escalation set family = $2 where id = $1", mine, family) == "refused"
    assert not await sees(advocate, family)


async def test_an_advocate_moves_no_task_of_her_own_to_a_family() -> None:
    advocate, family, mine = await actor_of(Role.ADVOCATE), (await world.family_request()).family_id, uuid4()
    assert await tried(advocate, INSERT_TASK, mine, advocate.person_id, None) == "INSERT 0 1"
    assert await tried(advocate, "update task set family = $2 where id = $1", mine, family) == "refused"
    assert not await sees(advocate, family)


async def test_what_is_closed_is_opened_again_by_no_advocate() -> None:
    advocate, family = await actor_of(Role.ADVOCATE), (await world.family_request()).family_id
    coordinator, help_, task = await actor_of(Role.COORDINATOR), uuid4(), uuid4()
    assert await tried(coordinator, INSERT_ESCALATION, help_, advocate.person_id, family) == "INSERT 0 1"
    closed = """
        update escalation set status = 'closed', acknowledged_at = now(), help_confirmed_at = now(), closed_at = now()
        where id = $1"""
    assert await sees(advocate, family)
    assert await tried(advocate, closed, help_) == "UPDATE 1"
    again = "update escalation set status = 'open', closed_at = null where id = $1"
    assert await tried(advocate, again, help_) == "refused"
    assert await tried(coordinator, INSERT_TASK, task, advocate.person_id, family) == "INSERT 0 1"
    assert await tried(advocate, "update task set status = 'done', closed_at = now() where id = $1", task) == "UPDATE 1"
    again = "update task set status = 'open', closed_at = null where id = $1"
    assert await tried(advocate, again, task) == "refused"
    assert not await sees(advocate, family)


async def test_a_family_is_opened_for_the_hour_that_begins_now_and_for_no_later_one() -> None:
    family = (await world.family_request()).family_id
    for role in (Role.ADVOCATE, Role.ADMIN, Role.TEAM_LEAD):
        actor = await actor_of(role)
        for later in (timedelta(hours=1), timedelta(days=3000)):
            assert await tried(actor, INSERT_OPENING, uuid4(), actor.person_id, family, later) == "refused"
        assert not await sees(actor, family)


@pytest.mark.parametrize("role", [Role.ADMIN, Role.COORDINATOR, Role.VOLUNTEER])
async def test_a_coordinator_makes_no_way_into_an_account_that_somebody_has(role: Role) -> None:
    coordinator, other = await actor_of(Role.COORDINATOR), await actor_of(role)
    link = (str(uuid4()).encode(), "invitation", other.person_id, coordinator.person_id)
    assert await tried(coordinator, INSERT_LINK, *link) == "refused"
    assert await tried(coordinator, INSERT_LETTER, uuid4(), other.person_id, "invitation") == "refused"


async def test_a_coordinator_invites_a_volunteer_who_never_chose_a_password() -> None:
    coordinator = await actor_of(Role.COORDINATOR)
    person = NewPerson(name="Alex Example", role=Role.VOLUNTEER, timezone="UTC", email=f"{uuid4()}@example.org")
    new = await service.add_person(TESTS, person, None, clock.now())
    for kind, by, answer in (
        ("reset", coordinator.person_id, "refused"),
        ("invitation", new, "refused"),
        ("invitation", coordinator.person_id, "INSERT 0 1"),
    ):
        assert await tried(coordinator, INSERT_LINK, str(uuid4()).encode(), kind, new, by) == answer
    assert await tried(coordinator, INSERT_LETTER, uuid4(), new, "invitation") == "INSERT 0 1"


@pytest.mark.parametrize(
    "role", [Role.VOLUNTEER, Role.TEAM_LEAD, Role.ADVOCATE, Role.LEADERSHIP, Role.AUDITOR, Role.COORDINATOR]
)
async def test_no_letter_leaves_by_the_hand_of_whoever_wants_one(role: Role) -> None:
    actor, victim = await actor_of(role), await actor_of(Role.ADMIN)
    for kind in ("invitation", "reset", "break_glass"):
        assert await tried(actor, INSERT_LETTER, uuid4(), victim.person_id, kind) == "refused"


async def test_nobody_makes_herself_look_gone() -> None:
    for role in (Role.VOLUNTEER, Role.COORDINATOR):
        actor = await actor_of(role)
        assert await tried(actor, "update person set anonymised_at = now() where id = $1", actor.person_id) == "refused"


async def test_a_coordinator_of_a_team_counts_no_family_as_one_with_anothers() -> None:
    """Who asks that her own is erased would have the other erased."""
    team, other = await world.team(), (await world.family_request()).family_id
    east = Actor(Role.COORDINATOR, (await somebody(Role.COORDINATOR, f"{uuid4()}@example.org")).id, team_id=team)
    own, second = uuid4(), uuid4()
    for family in (own, second):
        assert await tried(east, INSERT_FAMILY, family, str(family), team, None) == "INSERT 0 1"
    merge = "update family set duplicate_of = $2 where id = $1"
    assert await tried(east, merge, own, other) == "refused"
    assert await tried(east, INSERT_FAMILY, uuid4(), str(uuid4()), team, other) == "refused"
    assert await tried(east, merge, own, second) == "UPDATE 1"
    assert await tried(await actor_of(Role.COORDINATOR), merge, own, other) == "UPDATE 1"


@pytest.mark.parametrize("granted", [True, False])
async def test_nobody_speaks_for_another_familys_contact_by_a_row_of_her_own(granted: bool) -> None:
    """Consent is asked for by contact: a volunteer could end another's, a coordinator of a team give it."""
    hers, other = await world.family_request(), await world.family_request()
    vera = await world.volunteer()
    await world.match(hers, vera, status="active")
    volunteer = Actor(Role.VOLUNTEER, vera.person_id, vera.id)
    team = await world.team()
    east = Actor(Role.COORDINATOR, (await somebody(Role.COORDINATOR, f"{uuid4()}@example.org")).id, team_id=team)
    own = uuid4()
    assert await tried(east, INSERT_FAMILY, own, str(own), team, None) == "INSERT 0 1"
    for actor, family in ((east, own), *([] if granted else [(volunteer, hers.family_id)])):
        with pytest.raises(asyncpg.ForeignKeyViolationError):
            await tried(actor, INSERT_CONSENT, uuid4(), family, other.contact_id, granted)


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.VOLUNTEER, Role.ADMIN])
async def test_a_volunteer_becomes_nobody_else(role: Role) -> None:
    vera, other = await world.volunteer(), await actor_of(Role.VOLUNTEER)
    who = Actor(role, vera.person_id, vera.id) if role is Role.VOLUNTEER else await actor_of(role)
    answer = await tried(who, "update volunteer set person = $2 where id = $1", vera.id, other.person_id)
    assert answer == ("UPDATE 0" if role is Role.ADMIN else "refused")
