"""Random worlds of families, volunteers and what they have to do with each other, for tests/campaign/test_strangers."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any, Final
from uuid import UUID, uuid4

from tests import world
from tests.app_kit import PASSWORD, TESTS

from teamhope.kit import clock
from teamhope.kit.database import acting_as, connection
from teamhope.tables.calls import CallDraft
from teamhope.vocabulary.people import Actor, Role

OFFERED: Final = "proposed_to_volunteer"
HELD: Final = ("accepted", "family_notified", "introduced", "active", "paused", "transferring", "closing")
LIVE: Final = (OFFERED, *HELD, "unable_to_contact")
NEVER: Final = ("suggested", "rejected_by_coordinator", "declined_by_volunteer", "expired")
AGES: Final = (1, 30, 89, 91, 400)  # days since a match ended
SECONDED: Final = (Role.LEADERSHIP, Role.ADMIN, Role.AUDITOR)


@dataclass(frozen=True)
class AVolunteer:
    it: world.AVolunteer
    team: UUID | None


@dataclass(frozen=True)
class AFamily:
    request: world.ARequest
    team: UUID | None

    @property
    def id(self) -> UUID:
        return self.request.family_id


@dataclass(frozen=True)
class AMatch:
    id: UUID
    family: AFamily
    volunteer: AVolunteer
    status: str
    ended_days_ago: int


@dataclass(frozen=True)
class ARow:
    """A row of what hangs on a family: of which match, opened by whom; `opens`: it shows the family to advocates."""

    table: str
    id: UUID
    family: AFamily
    match: AMatch | None = None
    opened_by: UUID | None = None
    opens: bool = False


@dataclass
class World:
    volunteers: list[AVolunteer] = field(default_factory=list)
    families: list[AFamily] = field(default_factory=list)
    matches: list[AMatch] = field(default_factory=list)
    rows: list[ARow] = field(default_factory=list)
    askers: list[tuple[Actor, Any]] = field(default_factory=list)  # with who signs in


# Building -------------------------------------------------------------------------------------------------------------


async def build(rnd: Random, *, password: str | None = None) -> World:
    """A world of its own, beside whatever is in the database. `password`: for those who are to sign in."""
    made, teams = World(), [await world.team("East"), await world.team("West")]
    for team in (*teams, None, *rnd.choices([*teams, None], k=2)):
        made.volunteers.append(AVolunteer(await world.volunteer(team=team, password=password), team))
    for team in (*teams, None, None, *rnd.choices([*teams, None], k=4)):
        made.families.append(AFamily(await world.family_request(family={"team": team}), team))
    for family in made.families:
        await _matches(made, family, rnd)
    for family in made.families:
        await _around(made, family, rnd)
    await _askers(made, teams)
    return made


async def _matches(made: World, family: AFamily, rnd: Random) -> None:
    """At most one that is live; before it some that are over."""
    now = clock.now()
    over = [rnd.choice(("closed", "closed", *NEVER)) for _ in range(rnd.randrange(3))]
    live = [rnd.choice(LIVE)] if rnd.random() < 0.8 else []
    for status in (*over, *live):
        volunteer, ago = rnd.choice(made.volunteers), rnd.choice(AGES) if status not in (OFFERED, *HELD) else 0
        since = now - timedelta(days=ago)
        match = await world.match(family.request, volunteer.it, status, now=since)
        made.matches.append(AMatch(match.id, family, volunteer, status, ago))
        if status in (*HELD, "unable_to_contact", "closed"):
            await _work(made, made.matches[-1], match, since, rnd)


async def _work(made: World, mine: AMatch, match: world.AMatch, since: datetime, rnd: Random) -> None:
    def add(table: str, id_: UUID) -> None:
        made.rows.append(ARow(table, id_, mine.family, mine))

    follow_up = await world.follow_up(match, since + timedelta(hours=1))
    add("follow_up", follow_up.id)
    add("follow_up_plan", follow_up.plan_id)
    for _ in range(rnd.randrange(1, 3)):
        call = await world.call(match, now=since - timedelta(hours=1), note="She slept well.")
        add("call", call)
        debrief = uuid4()
        await _run(DEBRIEF, debrief, call, mine.volunteer.it.id)
        add("debrief", debrief)
    draft = uuid4()
    note = CallDraft.note.seal(draft, "She slept well.")
    await _run(DRAFT, draft, mine.volunteer.it.person_id, follow_up.id, note)
    add("call_draft", draft)


async def _around(made: World, family: AFamily, rnd: Random) -> None:
    opened_by = rnd.choice(made.volunteers).it.person_id
    open_task, open_call, valid = rnd.random() < 0.2, rnd.random() < 0.2, rnd.random() < 0.2
    made.rows += [ARow("blocked_person", await world.blocked_person(family.id), family)]
    closed = clock.now()
    plans: tuple[tuple[str, str, bool, tuple[object, ...]], ...] = (
        ("task", TASK, open_task, (opened_by, *(("open", None) if open_task else ("done", closed)))),
        ("escalation", ESCALATION, open_call, (opened_by, *(("open", None) if open_call else ("closed", closed)))),
        ("service_event", SERVICE, valid, (None, None) if valid else (closed, "mistake")),
    )
    for table, sql, opens, values in plans:
        if rnd.random() < 0.6:
            id_ = uuid4()
            await _run(sql, id_, family.id, *values)
            made.rows.append(ARow(table, id_, family, None, opened_by if table != "service_event" else None, opens))


async def _askers(made: World, teams: list[UUID]) -> None:
    made.askers += [(each.it.actor, each.it) for each in made.volunteers]
    for team in teams:
        lead = await world.volunteer(role=Role.TEAM_LEAD, team=team, password=PASSWORD)
        made.volunteers.append(AVolunteer(lead, team))
        made.askers.append((lead.actor, lead))
        scoped = await world.staff()
        await _run("update person set team = $2 where id = $1", scoped.id, team)
        made.askers.append((Actor(Role.COORDINATOR, scoped.id, None, team), scoped))
    for role in (Role.COORDINATOR, Role.ADVOCATE, *SECONDED):
        staff = await world.staff(role)
        made.askers.append((staff.actor, staff))


async def _run(sql: str, *values: object) -> None:
    async with acting_as(TESTS):
        await connection().execute(sql, *values)


DEBRIEF: Final = "insert into debrief (id, call, volunteer, due_at) values ($1, $2, $3, now())"
DRAFT: Final = """
    insert into call_draft (id, person, follow_up, note, version, form_key, updated_at)
    values ($1, $2, $3, $4, 1, gen_random_uuid(), now())
"""
TASK: Final = """
    insert into task (id, kind, detail, family, opened_by, status, closed_at, opened_at, due_on)
    values ($1, 'other', 'advocate_review', $2, $3, $4, $5, now(), current_date)
"""
ESCALATION: Final = """
    insert into escalation (id, family, opened_by, level, status, closed_at, acknowledged_at, help_confirmed_at,
      opened_at)
    values ($1, $2, $3, 'concern', $4, $5, $5, $5, now())
"""
SERVICE: Final = """
    insert into service_event (id, family, voided_at, void_reason, program, happened_on, status)
    values ($1, $2, $3, $4, 'resource_sent', current_date, 'completed')
"""
