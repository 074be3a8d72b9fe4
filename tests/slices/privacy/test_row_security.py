"""The second wall alone: what row-level security shows when no query narrows anything."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

import asyncpg
import pytest
from tests import world
from tests.app_kit import TESTS

from teamhope.care import service as care
from teamhope.care import service_debriefs as debriefs
from teamhope.care.queries import About as Danger
from teamhope.kit import clock
from teamhope.kit.database import acting_as, connection
from teamhope.kit.embedded_roles import Addresses
from teamhope.tables.calls import Call, CallDraft
from teamhope.tables.messages import Message
from teamhope.tasks import service as tasks
from teamhope.tasks.queries import About
from teamhope.vocabulary.people import PERSON_ROLES, Actor, Role
from teamhope.vocabulary.states import EscalationLevel, TaskKind

pytestmark = pytest.mark.usefixtures("db")
NOW = clock.now()
Rows = Mapping[str, frozenset[object]]

# Of the service itself, not of anybody: readable by whoever is signed in.
NOBODYS = frozenset({"installation", "team", "worker_heartbeat", "migration"})
# The application may add to these and read nothing, whoever acts.
ONLY_ADDED_TO = frozenset({"audit_event"})
OF_FAMILIES = frozenset(
    {"family", "contact", "contact_phone", "consent", "blocked_person", "incident", "support_request", "match", "call"}
    | {"follow_up_plan", "follow_up", "follow_up_move", "call_draft", "escalation", "debrief", "task", "service_event"}
)


A_COLUMN_THAT_CHANGES = """
    select attname from pg_attribute where attrelid = $1::regclass and has_column_privilege(attrelid, attnum, 'update')
      and attnum > 0 order by attnum desc limit 1
"""


@dataclass(frozen=True)
class Share:
    """One volunteer, and every row that came into being with her, her family and her work."""

    actor: Actor
    rows: Rows


async def rows_seen_by(actor: Actor) -> Rows:
    async with acting_as(actor):
        tables = await connection().fetch(
            "select c.relname, a.attname from pg_class c join pg_index i on i.indrelid = c.oid and i.indisprimary"
            " join pg_attribute a on a.attrelid = c.oid and a.attnum = i.indkey[0]"
            " where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' order by 1"
        )
        names = [(name, key) for name, key in tables if name not in NOBODYS | ONLY_ADDED_TO]
        return {
            name: frozenset(r[0] for r in await connection().fetch(f"select {key} from {name}")) for name, key in names
        }


async def share_of_one(email: str) -> Share:
    before = await rows_seen_by(TESTS)
    volunteer = await world.volunteer()
    request = await world.family_request()
    await world.blocked_person(request.family_id)
    match = await world.match(request, volunteer, status="active")
    follow_up = await world.follow_up(match, NOW + timedelta(hours=1))
    actor = Actor(Role.VOLUNTEER, volunteer.person_id, volunteer.id)
    await _work(actor, match.id, request, follow_up.id)
    await world.family_request()  # a family that waits for anybody, and is nobody's yet
    after = await rows_seen_by(TESTS)
    return Share(actor, {name: after[name] - before[name] for name in after})


async def _work(actor: Actor, match: UUID, request: world.ARequest, follow_up: UUID) -> None:
    async with acting_as(TESTS):
        call = Call(
            id=uuid4(), match=match, family=request.family_id, contact=request.contact_id, volunteer=actor.volunteer_id,
            direction="outbound", channel="voice", placed_via="own_phone_logged", outcome="reached", started_at=NOW,
            language="en", topics=[], needs=[], logged_at=NOW, counted_on=NOW.date(), counted_case_type="ERU",
        )  # fmt: skip
        await Call.insert(call)
        draft_id = uuid4()
        note = CallDraft.note.seal(draft_id, "private")
        await CallDraft.insert(
            CallDraft(
                id=draft_id,
                person=actor.person_id,
                follow_up=follow_up,
                note=note,
                version=1,
                updated_at=NOW,
                form_key=uuid4(),
            )
        )
        await Message.insert(
            Message(
                id=uuid4(),
                person=actor.person_id,
                kind="daily_reminder",
                local_date=NOW.date(),
                due_at=NOW,
                created_at=NOW,
            )
        )
    await tasks.open_task(actor, TaskKind.NEED_FROM_CALL, NOW, About(family=request.family_id, call=call.id))
    await care.open_escalation(actor, EscalationLevel.CONCERN, NOW, Danger(family=request.family_id))
    await debriefs.open_debrief(call.id, actor.volunteer_id, NOW)


@pytest.fixture(scope="module")
async def shares(db: Addresses) -> tuple[Share, Share]:
    return await share_of_one("a@example.org"), await share_of_one("b@example.org")


@pytest.mark.parametrize("who", [0, 1])
async def test_a_volunteer_sees_no_row_of_another(shares: tuple[Share, Share], who: int) -> None:
    own, others = shares[who], shares[1 - who]
    seen = await rows_seen_by(own.actor)
    leaks = {name: seen[name] & others.rows[name] for name in seen if seen[name] & others.rows[name]}
    assert leaks == {}


@pytest.mark.parametrize("who", [0, 1])
async def test_she_sees_her_own_so_that_the_wall_is_not_a_void(shares: tuple[Share, Share], who: int) -> None:
    seen = await rows_seen_by(shares[who].actor)
    hers = {name for name in OF_FAMILIES - {"service_event", "follow_up_move"} if seen[name]}
    assert hers == OF_FAMILIES - {"service_event", "follow_up_move"}
    assert len(seen["family"]) == 1  # not the one that waits


@pytest.mark.parametrize("table", sorted(OF_FAMILIES - {"consent", "service_event"}))
async def test_she_changes_no_row_of_another(shares: tuple[Share, Share], table: str) -> None:
    own, others = shares
    async with acting_as(own.actor):
        column = await connection().fetchval(A_COLUMN_THAT_CHANGES, table)
        for row in others.rows[table]:
            changed = await connection().execute(f'update {table} set "{column}" = "{column}" where id = $1', row)
            assert changed == "UPDATE 0"


@pytest.mark.parametrize("role", sorted(PERSON_ROLES - {Role.COORDINATOR}))
async def test_a_role_without_families_sees_none(shares: tuple[Share, Share], role: Role) -> None:
    """An advocate sees the families with an open call for help and those given a service; here one of each share."""
    seen = await rows_seen_by(Actor(role, uuid4()))
    of_families = {name for name in OF_FAMILIES if seen[name]}
    if role is Role.ADVOCATE:
        escalated = {row for share in shares for row in share.rows["family"]} & seen["family"]
        assert len(escalated) == 2
        assert seen["family"] == escalated
    else:
        assert of_families == set()


async def test_nobody_at_all_sees_nothing(shares: tuple[Share, Share]) -> None:
    assert not any((await rows_seen_by(Actor("", None))).values())  # type: ignore[arg-type]


async def test_audit_rows_can_be_added_and_nothing_else(shares: tuple[Share, Share]) -> None:
    for statement in ("update audit_event set act = ''", "delete from audit_event"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with acting_as(TESTS):
                await connection().execute(statement)


async def test_consent_is_only_added_to(shares: tuple[Share, Share]) -> None:
    for statement in ("update consent set granted = true", "delete from consent"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with acting_as(TESTS):
                await connection().execute(statement)


async def test_an_offer_shows_no_family(db: Addresses) -> None:
    volunteer = await world.volunteer()
    request = await world.family_request()
    await world.match(request, volunteer, status="proposed_to_volunteer")
    actor = Actor(Role.VOLUNTEER, volunteer.person_id, volunteer.id)
    seen = await rows_seen_by(actor)
    assert (len(seen["match"]), len(seen["family"]), len(seen["contact"])) == (1, 0, 0)
    async with acting_as(actor):
        offer = await connection().fetchrow("select * from match_offer")
    assert not {"first_name", "family", "contact", "number"} & set(offer.keys())
