"""Cover persons who are asked to call for a volunteer who has not, and what else was done when nobody called."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID, uuid4

from teamhope.followups.queries import FollowUpFacts, facts_of
from teamhope.followups.rules_promises import COVER_AFTER_END, MISSED_AFTER_DUE, REASSIGN_AFTER_DUE, Overdue
from teamhope.kit.database import connection
from teamhope.tables.followups import CoverCall, PromiseStep
from teamhope.tables.volunteers import Volunteer
from teamhope.vocabulary.states import OPEN_FOLLOW_UP, FollowUpStatus

_TAKEN: Final = (
    "exists (select from promise_step s where s.follow_up = f.id and s.due_at = f.due_at and s.step = '{0}')"
)
# Our number has rung the family for this call, and whoever called has not logged it yet.
RUNG: Final = """
    exists (select from phone_call r join phone_leg l on l.phone_call = r.id and l.party = 'family'
      where r.follow_up = f.id and r.kind = 'to_family' and r.cleared_at >= f.due_at
        and l.status in ('dialling', 'uncertain', 'ringing', 'answered', 'completed', 'busy', 'no_answer'))
"""
# Due, and nobody has called since; whose next step is due and was not taken.
UNCALLED: Final = f"""
    select f.*, array(select s.step from promise_step s where s.follow_up = f.id and s.due_at = f.due_at) as taken
    from follow_up f
    where f.status in ('due', 'in_progress', 'escalated_to_coordinator') and f.window_end_at + $2 <= $1
      and not exists (select from call k where k.match = f.match and k.started_at >= f.due_at and k.voided_at is null
        and k.outcome <> 'inbound_missed')
      and not {RUNG}
      and ((f.due_at + $3 > $1 and not {_TAKEN.format(Overdue.ASK_COVER)})
        or (f.due_at + $3 <= $1 and not {_TAKEN.format(Overdue.MISSED)})
        or (f.due_at + $4 <= $1 and not {_TAKEN.format(Overdue.REASSIGN)}))
    order by f.due_at, f.id limit $5 for no key update of f skip locked
"""  # noqa: S608 - constants


@dataclass(frozen=True, slots=True)
class Uncalled:
    """A promised call that nobody has made, and the steps that were taken for this time of it."""

    follow_up: FollowUpFacts
    taken: frozenset[Overdue]


async def claim_uncalled(now: datetime, limit: int) -> list[Uncalled]:
    """The longest due first, locked, without those that another holds."""
    spans = (COVER_AFTER_END, MISSED_AFTER_DUE, REASSIGN_AFTER_DUE)
    rows = await connection().fetch(UNCALLED, now, *spans, limit)
    return [Uncalled(facts_of(row), frozenset(map(Overdue, row["taken"]))) for row in rows]


async def insert_step(follow_up: FollowUpFacts, step: Overdue, now: datetime) -> None:
    await PromiseStep.insert(
        PromiseStep(id=uuid4(), follow_up=follow_up.id, due_at=follow_up.due_at, step=step, taken_at=now)
    )


# Of whom the family has agreed to hear, if she can be asked: she takes calls, is here, and may know nobody of them.
ABLE: Final = """
    select p.id, p.volunteer, p.contact from cover_person p
    join volunteer v on v.id = p.volunteer join person her on her.id = v.person
    where p.match = $1 and p.ended_at is null and v.status in ('active', 'probation') and her.status = 'active'
      and not exists (select from time_away t where t.volunteer = v.id
        and ($2 at time zone her.timezone)::date between t.first_on and t.last_on)
      and not exists (select from known_connection k
        where k.family = p.family and k.volunteer = v.id and k.ended_at is null)
"""


@dataclass(frozen=True, slots=True)
class Cover:
    """`contact_id`: who of the family agreed."""

    id: UUID
    volunteer_id: UUID
    contact_id: UUID


async def find_able_cover(match_id: UUID, now: datetime) -> Cover | None:
    row = await connection().fetchrow(ABLE, match_id, now)
    return Cover(row["id"], row["volunteer"], row["contact"]) if row else None


async def insert_cover_call(cover: Cover, follow_up: FollowUpFacts, now: datetime, until_at: datetime) -> UUID:
    row = CoverCall(
        id=uuid4(),
        cover=cover.id,
        follow_up=follow_up.id,
        match=follow_up.match_id,
        family=follow_up.family_id,
        volunteer=cover.volunteer_id,
        due_at=follow_up.due_at,
        asked_at=now,
        until_at=until_at,
    )
    await CoverCall.insert(row)
    return row.id


END: Final = """
    update cover_call c set ended_at = $1 from follow_up f
    where f.id = c.follow_up and c.ended_at is null
      and (c.until_at <= $1 or not f.status = any($2) or exists (
        select from follow_up_move m where m.follow_up = f.id and m.moved_at >= c.asked_at and m.moved_for <> 'retry'))
"""


async def end_cover_calls(now: datetime) -> None:
    """Those whose time is over, and whose call was made, moved or has to wait."""
    await connection().execute(END, now, sorted(OPEN_FOLLOW_UP - {FollowUpStatus.SUSPENDED}))


@dataclass(frozen=True, slots=True)
class Asked:
    """A promised call that a cover person is asked to make; `id` is of the asking, `cover_id` of the family's yes."""

    id: UUID
    cover_id: UUID
    follow_up: FollowUpFacts


async def claim_asked() -> list[Asked]:
    """Who is asked at present, the first asked first, locked, without those that another holds."""
    rows = await connection().fetch(
        """
        select f.*, c.id as asked, c.cover from cover_call c join follow_up f on f.id = c.follow_up
        where c.ended_at is null order by c.asked_at, c.id for no key update of c skip locked
        """
    )
    return [Asked(row["asked"], row["cover"], facts_of(row)) for row in rows]


async def end_cover_call(asked_id: UUID, now: datetime) -> None:
    await connection().execute("update cover_call set ended_at = $2 where id = $1", asked_id, now)


ASKED: Final = """
    select c.follow_up, c.until_at from cover_call c
    where c.volunteer = $1 and c.ended_at is null and c.until_at > coalesce($2, now()) and {which}
    order by c.asked_at, c.id
"""
ASKED_AT_ALL: Final = ASKED.format(which="true")
ASKED_FOR: Final = ASKED.format(which="c.follow_up = $3")
ASKED_IN: Final = ASKED.format(which="c.match = $3")


async def list_asked(volunteer_id: UUID, now: datetime) -> dict[UUID, datetime]:
    """The promised calls that she may make in another's place now, and until when; the first asked first."""
    return {row["follow_up"]: row["until_at"] for row in await connection().fetch(ASKED_AT_ALL, volunteer_id, now)}


async def is_asked_for(volunteer_id: UUID, follow_up_id: UUID, now: datetime) -> bool:
    return await connection().fetchval(ASKED_FOR, volunteer_id, now, follow_up_id) is not None


async def is_asked_in(volunteer_id: UUID, match_id: UUID, now: datetime | None) -> bool:
    """`now` None: by the database's clock."""
    return await connection().fetchval(ASKED_IN, volunteer_id, now, match_id) is not None


async def names_of_asked(follow_ups: Collection[UUID]) -> dict[UUID, str]:
    """By promised call, who is asked to make it; whom the actor does not see is not in it."""
    rows: list[Any] = await connection().fetch(
        """
        select c.follow_up, v.id, v.display_name from cover_call c join volunteer v on v.id = c.volunteer
        where c.follow_up = any($1) and c.ended_at is null
        """,
        follow_ups,
    )
    return {row["follow_up"]: Volunteer.display_name.unseal(row["id"], row["display_name"]) for row in rows}


async def lead_of(volunteer_id: UUID) -> UUID | None:
    """The person who leads the volunteer's team, if somebody does; never the volunteer herself."""
    lead: UUID | None = await connection().fetchval(
        """
        select lead.id from volunteer v join person her on her.id = v.person
        join person lead on lead.team = her.team and lead.role = 'team_lead' and lead.status = 'active'
        where v.id = $1 and lead.id <> her.id order by lead.id limit 1
        """,
        volunteer_id,
    )
    return lead
