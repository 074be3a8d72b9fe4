"""The second wall alone: what row-level security lets each role write, whatever the application would ask of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID, uuid4

import asyncpg
import pytest
from tests import world
from tests.app_kit import TESTS, somebody

from teamhope.kit import clock
from teamhope.kit.database import acting_as, connection
from teamhope.kit.embedded_roles import Addresses
from teamhope.vocabulary.people import PERSON_ROLES, Actor, Role

pytestmark = pytest.mark.usefixtures("db")
NOW = clock.now()


@dataclass(frozen=True)
class Scene:
    """Vera has one family, had another, and knows nothing of a third."""

    vera: Actor
    hers: world.ARequest
    stranger: world.ARequest
    match: UUID
    past_match: UUID


@pytest.fixture(scope="module")
async def scene(db: Addresses) -> Scene:
    vera = await world.volunteer()
    hers = await world.family_request()
    match = await world.match(hers, vera, status="active")
    past = await world.match(await world.family_request(), vera, status="closed")
    actor = Actor(Role.VOLUNTEER, vera.person_id, vera.id)
    return Scene(actor, hers, await world.family_request(), match.id, past.id)


async def tried(actor: Actor, statement: str, *values: object) -> str:
    """What the database answers: "UPDATE 0", or "refused"."""
    try:
        async with acting_as(actor):
            return str(await connection().execute(statement, *values))
    except asyncpg.InsufficientPrivilegeError:
        return "refused"


INSERT_PERSON = "insert into person (id, name, role, timezone, created_at) values ($1, '', $2, 'UTC', now())"
INSERT_MATCH = """
    insert into match (id, request, family, contact, volunteer, status, status_since, weights_version, proposed_at,
      counted_offered_on)
    values ($1, $2, $3, $4, $5, 'active', now(), 'x', now(), current_date)
"""
INSERT_CONSENT = """
    insert into consent (id, family, contact, kind, granted, at, method, wording_version, language)
    values ($1, $2, $3, 'voicemail', $4, now(), 'verbal_recorded_by_staff', '1', 'en')
"""
INSERT_TOKEN = """
    insert into api_token (id, token_hash, label, person, created_at, expires_at)
    values ($1, '', 'x', $2, now(), now() + interval '1 day')
"""
INSERT_SESSION = """
    insert into sign_in_session (id_hash, person, created_at, seen_at, expires_at)
    values ('x', $1, now(), now(), now() + interval '1 day')
"""
INSERT_ESCALATION = """
    insert into escalation (id, opened_by, family, level, opened_at) values ($1, $2, $3, 'concern', now())
"""
INSERT_AUDIT = """
    insert into audit_event (id, at, actor_role, actor_person, act, subject_kind, hmac)
    values ($1, now(), $2, $3, 'planted', 'person', '')
"""
INSERT_LIVED = "insert into lived_experience (id, volunteer, case_type, relation) values ($1, $2, 'ERU', 'mother')"
OF_HER_RIGHTS = ("role = 'admin'", "status = 'active'", "team = null", "timezone = 'UTC'", "phone = null")


@pytest.mark.parametrize("change", OF_HER_RIGHTS)
@pytest.mark.parametrize("role", sorted(PERSON_ROLES - {Role.ADMIN}))
async def test_nobody_changes_what_she_is(role: Role, change: str) -> None:
    person = await somebody(role, f"{uuid4()}@example.org")
    assert await tried(Actor(role, person.id), f"update person set {change} where id = $1", person.id) == "refused"


async def test_her_language_her_password_and_her_yes_to_texts_are_her_own(scene: Scene) -> None:
    change = "update person set language = 'es', password_hash = 'x', agreed_to_sms = true where id = $1"
    assert await tried(scene.vera, change, scene.vera.person_id) == "UPDATE 1"


async def test_a_coordinator_changes_no_person_and_adds_volunteers_only(scene: Scene) -> None:
    staff = Actor(Role.COORDINATOR, (await somebody(Role.COORDINATOR, "co@example.org")).id)
    assert await tried(staff, "update person set language = 'es' where id <> $1", staff.person_id) == "UPDATE 0"
    for role in sorted(PERSON_ROLES - {Role.VOLUNTEER}):
        assert await tried(staff, INSERT_PERSON, uuid4(), role) == "refused"
    assert await tried(staff, INSERT_PERSON, uuid4(), "volunteer") == "INSERT 0 1"


@pytest.mark.parametrize("role", sorted(PERSON_ROLES - {Role.ADMIN}))
async def test_nobody_makes_herself_a_session_or_a_token(role: Role) -> None:
    person = await somebody(role, f"{uuid4()}@example.org")
    actor = Actor(role, person.id)
    assert await tried(actor, INSERT_TOKEN, uuid4(), person.id) == "refused"
    assert await tried(actor, INSERT_SESSION, person.id) == "refused"
    assert await tried(actor, "update sign_in_session set expires_at = 'infinity'") == "UPDATE 0"


async def test_a_volunteer_opens_no_family_to_herself(scene: Scene) -> None:
    vera, stranger = scene.vera, scene.stranger
    ids: Sequence[object] = (uuid4(), stranger.id, stranger.family_id, stranger.contact_id, vera.volunteer_id)
    assert await tried(vera, INSERT_MATCH, *ids) == "refused"
    assert await tried(vera, "update match set family = $1 where id = $2", stranger.family_id, scene.match) == "refused"
    assert await tried(vera, "update match set status = 'active' where id = $1", scene.past_match) == "UPDATE 0"
    assert await tried(vera, "update support_request set family = $1", stranger.family_id) == "refused"


async def test_a_volunteer_lifts_no_limit_on_calling(scene: Scene) -> None:
    vera, hers = scene.vera, scene.hers
    assert await tried(vera, INSERT_CONSENT, uuid4(), hers.family_id, hers.contact_id, True) == "refused"
    assert await tried(vera, INSERT_CONSENT, uuid4(), hers.family_id, hers.contact_id, False) == "INSERT 0 1"
    for change in ("safe_to_call = true", "voicemail = 'none'", "number = ''"):
        assert await tried(vera, f"update contact_phone set {change}") == "refused"
    assert await tried(vera, "update family set held_at = null") == "refused"
    for statement in ("update family set status = 'closed'", "update family set hold_until = now()"):
        assert await tried(vera, statement) == "refused"
    for statement in ("update blocked_person set ended_at = null", "update contact set windows = '[]'"):
        assert await tried(vera, statement) == "UPDATE 0"
    assert await tried(vera, "update blocked_person set scope = 'no_release'") == "refused"


async def test_a_volunteer_does_not_clear_herself(scene: Scene) -> None:
    for change in ("status = 'active'", "languages = '[]'", "created_at = now()", "person = person"):
        assert await tried(scene.vera, f"update volunteer set {change}") == "refused"
    background = "insert into credential (id, volunteer, kind, completed_on) values ($1, $2, 'background_check', now())"
    assert await tried(scene.vera, background, uuid4(), scene.vera.volunteer_id) == "refused"


async def test_a_volunteer_draws_her_own_limits_and_nobody_elses(scene: Scene) -> None:
    """Nor does a team lead those of her team; what she lived through, she has told and staff have entered."""
    vera, team = scene.vera, await world.team()
    lead, member = await world.volunteer(role=Role.TEAM_LEAD, team=team), await world.volunteer(team=team)
    change = "update volunteer set off_limits = '{}' where id = $1"
    for actor, whose, done in (
        (vera, vera.volunteer_id, "UPDATE 1"),
        (vera, member.id, "UPDATE 0"),
        (lead.actor, lead.id, "UPDATE 1"),
        (lead.actor, member.id, "UPDATE 0"),
    ):
        assert await tried(actor, change, whose) == done
    for actor in (vera, lead.actor):
        assert await tried(actor, "update lived_experience set case_type = 'FA'") == "UPDATE 0"
        assert await tried(actor, "delete from lived_experience") == "DELETE 0"
        assert await tried(actor, INSERT_LIVED, uuid4(), actor.volunteer_id) == "refused"


INSERT_ACTIVITY = """
    insert into activity (id, volunteer, kind, happened_on, minutes, recorded_by, recorded_at)
    values ($1, $2, 'training', current_date, 60, $3, now())
"""


async def test_a_volunteer_enters_minutes_of_her_own_in_her_own_name_and_rewrites_none(scene: Scene) -> None:
    vera, other = scene.vera, await world.volunteer()
    assert await tried(vera, INSERT_ACTIVITY, uuid4(), other.id, vera.person_id) == "refused"
    assert await tried(vera, INSERT_ACTIVITY, uuid4(), vera.volunteer_id, other.person_id) == "refused"
    own, by_staff = uuid4(), uuid4()
    assert await tried(vera, INSERT_ACTIVITY, own, vera.volunteer_id, vera.person_id) == "INSERT 0 1"
    assert await tried(TESTS, INSERT_ACTIVITY, by_staff, vera.volunteer_id, None) == "INSERT 0 1"
    for statement in ("update activity set minutes = 1", "delete from activity"):
        for actor in (vera, TESTS):
            assert await tried(actor, statement) == "refused"
    void = "update activity set voided_at = now(), voided_by = $2 where id = $1"
    for actor, id_, answer in (
        (other.actor, own, "UPDATE 0"),
        (vera, by_staff, "UPDATE 0"),
        (vera, own, "UPDATE 1"),
        (vera, own, "UPDATE 0"),
    ):
        assert await tried(actor, void, id_, actor.person_id) == answer


async def test_a_volunteer_says_her_own_days_and_nobody_elses(scene: Scene) -> None:
    vera, team = scene.vera, await world.team()
    lead, member = await world.volunteer(role=Role.TEAM_LEAD, team=team), await world.volunteer(team=team)
    day = "insert into other_hours (id, volunteer, day) values ($1, $2, '2030-12-24')"
    for actor, whose, answer in (
        (vera, vera.volunteer_id, "INSERT 0 1"),
        (vera, member.id, "refused"),
        (lead.actor, member.id, "refused"),
        (Actor(Role.COORDINATOR, uuid4(), team_id=await world.team()), member.id, "refused"),
        (Actor(Role.COORDINATOR, uuid4(), team_id=team), member.id, "INSERT 0 1"),
    ):
        assert await tried(actor, day, uuid4(), whose) == answer
    assert await tried(lead.actor, "delete from other_hours where volunteer = $1", member.id) == "DELETE 0"
    assert await tried(vera, "update other_hours set volunteer = $1", member.id) == "refused"


async def test_whoever_looks_after_a_volunteer_puts_right_what_she_lived_through() -> None:
    east, west = await world.team("East"), await world.team("West")
    member = await world.volunteer(team=east)
    person = (await somebody(Role.COORDINATOR, f"{uuid4()}@example.org")).id
    statements = (
        "update lived_experience set case_type = 'FA' where volunteer = $1",
        "delete from lived_experience where volunteer = $1",
    )
    for team, many in ((west, 0), (east, 1), (None, 1)):
        actor = Actor(Role.COORDINATOR, person, team_id=team)
        assert await tried(actor, INSERT_LIVED, uuid4(), member.id) == ("INSERT 0 1" if many else "refused")
        assert await tried(actor, statements[0], member.id) == f"UPDATE {many * 2 if team else many}"
        assert await tried(actor, statements[1], member.id) == f"DELETE {many * 2 if team else many}"


async def test_an_advocate_opens_no_family_to_herself(scene: Scene) -> None:
    advocate = Actor(Role.ADVOCATE, (await somebody(Role.ADVOCATE, "ad@example.org")).id)
    family = scene.stranger.family_id
    service = "insert into service_event (id, family, program, happened_on, status) values ($1, $2, 'resource_sent', now(), 'completed')"  # noqa: E501
    assert await tried(advocate, service, uuid4(), family) == "refused"
    assert await tried(advocate, INSERT_ESCALATION, uuid4(), advocate.person_id, family) == "refused"
    assert await tried(advocate, INSERT_ESCALATION, uuid4(), advocate.person_id, None) == "INSERT 0 1"


async def test_a_call_is_never_rewritten(scene: Scene) -> None:
    for actor in (scene.vera, TESTS):
        assert await tried(actor, "update call set outcome = 'reached'") == "refused"
        assert await tried(actor, "delete from call") == "refused"


async def test_the_audit_is_written_in_ones_own_name(scene: Scene) -> None:
    vera = scene.vera
    assert await tried(vera, INSERT_AUDIT, uuid4(), "admin", None) == "refused"
    assert await tried(vera, INSERT_AUDIT, uuid4(), "volunteer", uuid4()) == "refused"
    assert await tried(vera, INSERT_AUDIT, uuid4(), "volunteer", vera.person_id) == "INSERT 0 1"
