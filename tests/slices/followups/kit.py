"""What the tests of promised calls share: writing down a call as the calls slice does, and looking at rows."""

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from tests import world
from tests.app_kit import TESTS

from teamhope.followups import passes_promises
from teamhope.followups.service_effects import CallEnded
from teamhope.followups.service_steps import NextFollowUp, after_call
from teamhope.kit.database import acting_as, connection
from teamhope.matching import service_cover
from teamhope.tables.calls import Call
from teamhope.vocabulary.calls import OUTCOMES, Outcome
from teamhope.vocabulary.people import Actor

DENVER, PHOENIX, CHICAGO = (ZoneInfo(f"America/{place}") for place in ("Denver", "Phoenix", "Chicago"))
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)

watch_promises = partial(passes_promises.watch_promises, service_cover.may_cover)  # as the worker does


def local(*when: int, zone: ZoneInfo = DENVER) -> datetime:
    return datetime(*when, tzinfo=zone).astimezone(UTC)  # type: ignore[arg-type, misc]


NOW = local(2026, 4, 7, 10, 10)  # a Tuesday in Denver


async def introduced(now: datetime = NOW, **family: Any) -> world.AMatch:
    """A family and a volunteer who have just been introduced, and nothing planned yet."""
    request = await world.family_request(**({"status": "matched", "now": now} | family))
    return await world.match(request, await world.volunteer(now=now), now=now)


async def a_call(
    of: world.AMatch, outcome: Outcome, started_at: datetime, follow_up_id: UUID | None = None, **columns: Any
) -> UUID:
    call_id = uuid4()
    row = {
        "direction": "inbound" if OUTCOMES[outcome].inbound else "outbound",
        "channel": "voice",
        "placed_via": "own_phone_logged",
        "language": "en",
        "counted_case_type": "ERU",
        "counted_on": started_at.date(),
        "logged_at": started_at,
        "logged_by": of.volunteer.person_id,
    }
    async with acting_as(TESTS):
        await Call.insert(
            Call(
                id=call_id,
                follow_up=follow_up_id,
                match=of.id,
                family=of.request.family_id,
                contact=of.request.contact_id,
                volunteer=of.volunteer.id,
                outcome=outcome,
                started_at=started_at,
                **(row | columns),
            )
        )
    return call_id


async def log(
    of: world.AMatch,
    outcome: Outcome,
    now: datetime,
    follow_up_id: UUID | None = None,
    *,
    actor: Actor | None = None,
    started_at: datetime | None = None,
    **more: Any,
) -> NextFollowUp | None:
    """Writes the call down and does what follows, as the volunteer unless another is named."""
    started_at = started_at or now - MINUTE
    call_id = await a_call(of, outcome, started_at, follow_up_id)
    ended = CallEnded(call_id, of.id, follow_up_id, outcome, started_at, **more)
    return await after_call(actor or of.volunteer.actor, ended, now)


async def rows(sql: str, *values: object) -> list[Any]:
    async with acting_as(TESTS):
        found: list[Any] = await connection().fetch(sql, *values)
        return found


async def row(sql: str, *values: object) -> Any:
    found = await rows(sql, *values)
    assert len(found) == 1, found
    return found[0]


async def follow_up_row(follow_up_id: UUID) -> Any:
    return await row("select * from follow_up where id = $1", follow_up_id)


async def open_rows(of: world.AMatch) -> list[Any]:
    return await rows(
        "select * from follow_up where match = $1 and ended_at is null order by due_at",
        of.id,
    )


async def tasks(of: world.AMatch) -> list[tuple[str, str | None]]:
    found = await rows("select kind, detail from task where family = $1 order by kind, detail", of.request.family_id)
    return [(each["kind"], each["detail"]) for each in found]
