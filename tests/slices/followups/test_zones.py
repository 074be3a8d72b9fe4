"""A promised call keeps its hour on the family's wall: when the family's zone changes, and when a zone's rules do."""

import io
import struct
from collections.abc import AsyncIterator
from datetime import UTC, datetime, time, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import httpx
import pytest
from tests import world
from tests.app_kit import PASSWORD, TESTS, browser, sign_in, submit
from tests.slices.followups.kit import DAY, HOUR, NOW, follow_up_row, introduced, local, row, rows, tasks

from teamhope.families import service_requests
from teamhope.families.forms import Completion
from teamhope.followups.passes import keep_wall_time, mark_due
from teamhope.followups.service_zone import keep_wall_time as derive
from teamhope.followups.service_zone import set_zone
from teamhope.kit.database import acting_as, connection
from teamhope.kit.embedded_roles import Addresses
from teamhope.tasks import service as task_service
from teamhope.tasks.queries import About
from teamhope.vocabulary.errors import Invalid, NotFound
from teamhope.vocabulary.families import Window
from teamhope.vocabulary.people import Actor, Role
from teamhope.vocabulary.states import TaskKind
from teamhope.worker import jobs_of

pytestmark = pytest.mark.usefixtures("db")
LOS_ANGELES, NEW_YORK = ZoneInfo("America/Los_Angeles"), ZoneInfo("America/New_York")
TOMORROW_AT_FOUR = local(2026, 4, 8, 16)


@pytest.fixture(autouse=True)
async def by_the_rules_of_today(db: Addresses) -> AsyncIterator[None]:
    yield
    await derive(NOW)


@pytest.fixture
async def coordinator(db: Addresses) -> Actor:
    return (await world.staff()).actor


@pytest.fixture
async def client(db: Addresses) -> AsyncIterator[httpx.AsyncClient]:
    async with browser(now=lambda: NOW) as client:
        yield client


@pytest.fixture
async def planned(db: Addresses) -> world.AFollowUp:
    """For tomorrow at 16:00 in Denver."""
    return await world.follow_up(await introduced(), TOMORROW_AT_FOUR, now=NOW)


# The family's zone ----------------------------------------------------------------------------------------------------


async def test_only_coordinators_of_the_family_keep_it(client: httpx.AsyncClient, planned: world.AFollowUp) -> None:
    page = f"/families/{planned.match.request.family_id}/rhythm"
    assert (await client.get(page)).status_code == 303
    others = [await world.staff(role) for role in (Role.ADVOCATE, Role.LEADERSHIP, Role.ADMIN)]
    for outsider in (await world.volunteer(password=PASSWORD), *others):
        await sign_in(client, outsider)
        assert (await client.get(page)).status_code == 403
        assert (await submit(client, f"{page}/zone", page="/me", timezone=NEW_YORK.key)).status_code == 403
    other_team = Actor(Role.COORDINATOR, (await world.staff()).id, team_id=await world.team("West"))
    with pytest.raises(NotFound):
        await set_zone(other_team, planned.match.request.family_id, None, NEW_YORK.key, NOW)
    assert (await follow_up_row(planned.id))["due_at"] == planned.due_at


async def test_the_call_keeps_its_hour_in_the_new_zone(client: httpx.AsyncClient, planned: world.AFollowUp) -> None:
    family_id = planned.match.request.family_id
    await sign_in(client, await world.staff())
    page = f"/families/{family_id}/rhythm"
    assert (await submit(client, f"{page}/zone", page=page, timezone=LOS_ANGELES.key)).status_code == 303
    it = await follow_up_row(planned.id)
    assert it["due_at"] == local(2026, 4, 8, 16, zone=LOS_ANGELES) == TOMORROW_AT_FOUR + HOUR
    assert (it["timezone"], it["local_start"], it["status"]) == (LOS_ANGELES.key, time(16), "planned")
    assert it["window_end_at"] == it["due_at"] + 2 * HOUR
    moved = await row("select moved_for, from_due_at from follow_up_move where follow_up = $1", planned.id)
    assert tuple(moved) == ("zone", TOMORROW_AT_FOUR)
    zones = await row(
        "select f.timezone, c.timezone, p.timezone from family f join contact c on c.family = f.id "
        "join match m on m.family = f.id join follow_up_plan p on p.match = m.id where f.id = $1",
        family_id,
    )
    assert set(zones) == {LOS_ANGELES.key}
    acts = await rows("select act from audit_event where subject = any($1)", [family_id, planned.id])
    assert {"changed_zone", "moved_follow_up"} <= {each["act"] for each in acts}


async def test_where_the_volunteer_has_no_time_then_both_get_an_hour_they_can_keep(coordinator: Actor) -> None:
    evenings = [Window(day, time(16), time(18)) for day in range(7)]
    request = await world.family_request(status="matched", now=NOW)
    hers = await world.volunteer(availability=evenings, timezone="America/Denver", now=NOW)
    planned = await world.follow_up(await world.match(request, hers, now=NOW), TOMORROW_AT_FOUR, now=NOW)
    await set_zone(coordinator, request.family_id, None, "Pacific/Honolulu", NOW)
    it = await follow_up_row(planned.id)
    assert it["due_at"] == TOMORROW_AT_FOUR
    assert it["local_start"] == time(12), "16:00 in Denver; at 16:00 in Honolulu it is 20:00 for her"


async def test_without_a_shared_hour_it_waits_and_a_coordinator_is_asked(coordinator: Actor) -> None:
    mornings = [Window(day, time(9), time(10)) for day in range(7)]
    request = await world.family_request(status="matched", now=NOW)
    hers = await world.volunteer(availability=mornings, timezone="America/Denver", now=NOW)
    of = await world.match(request, hers, now=NOW)
    planned = await world.follow_up(of, local(2026, 4, 8, 9), now=NOW)
    await set_zone(coordinator, request.family_id, None, "Pacific/Honolulu", NOW)
    it = await follow_up_row(planned.id)
    assert (it["status"], it["due_at"]) == ("suspended", local(2026, 4, 8, 9, zone=ZoneInfo("Pacific/Honolulu")))
    await keep_wall_time(NOW)
    assert await tasks(of) == [("other", "no_shared_time")], "once"


async def test_a_time_that_the_family_named_is_an_hour_of_its_own_wall(coordinator: Actor) -> None:
    asked = await world.follow_up(await introduced(), TOMORROW_AT_FOUR, now=NOW, asked_callback=True)
    await set_zone(coordinator, asked.match.request.family_id, None, LOS_ANGELES.key, NOW)
    assert (await follow_up_row(asked.id))["due_at"] == local(2026, 4, 8, 16, zone=LOS_ANGELES)


async def test_what_is_due_already_stays_and_nothing_becomes_due_in_the_past(coordinator: Actor) -> None:
    due = await world.follow_up(await introduced(), NOW - HOUR, status="due", now=NOW)
    soon = await world.follow_up(await introduced(), NOW + HOUR, now=NOW)
    for each in (due, soon):
        await set_zone(coordinator, each.match.request.family_id, None, NEW_YORK.key, NOW)
    assert (await follow_up_row(due.id))["due_at"] == NOW - HOUR
    assert (await follow_up_row(soon.id))["due_at"] >= NOW, "11:10 in New York was an hour ago"


async def test_one_contact_may_be_elsewhere(client: httpx.AsyncClient, planned: world.AFollowUp) -> None:
    """domain.md §1.1: a zone of each contact; §2.3 (6): the anchor is hers."""
    family_id, other = planned.match.request.family_id, uuid4()
    async with acting_as(TESTS):
        await connection().execute(
            "insert into contact (id, family, first_name, relation, languages, created_at) "
            "select $2, family, first_name, 'father', languages, created_at from contact where id = $1",
            planned.match.request.contact_id,
            other,
        )
    actor = (await world.staff()).actor
    await set_zone(actor, family_id, other, NEW_YORK.key, NOW)
    assert (await follow_up_row(planned.id))["due_at"] == TOMORROW_AT_FOUR
    await set_zone(actor, family_id, planned.match.request.contact_id, NEW_YORK.key, NOW)
    assert (await follow_up_row(planned.id))["due_at"] == local(2026, 4, 8, 16, zone=NEW_YORK)
    with pytest.raises(NotFound):
        await set_zone(actor, family_id, uuid4(), NEW_YORK.key, NOW)


async def test_what_is_no_zone_is_refused_and_changes_nothing(coordinator: Actor, planned: world.AFollowUp) -> None:
    for wrong in ("EST", "America/Nowhere", "Etc/GMT+5"):
        with pytest.raises(Invalid):
            await set_zone(coordinator, planned.match.request.family_id, None, wrong, NOW)
    assert (await follow_up_row(planned.id))["timezone"] == "America/Denver"


async def test_nobody_is_asked_for_the_zone_any_more(coordinator: Actor) -> None:
    """domain.md §2.3 (7): an unknown zone leaves a task; here it ends, and so it does at triage."""
    known, triaged = (
        await world.family_request(timezone=None),
        await world.family_request(timezone=None, status="triage"),
    )
    for each in (known, triaged):
        await task_service.open_task(coordinator, TaskKind.CONFIRM_TIME_ZONE, NOW, About(family=each.family_id))
    await set_zone(coordinator, known.family_id, None, NEW_YORK.key, NOW)
    await service_requests.complete_triage(coordinator, triaged.id, Completion(timezone=NEW_YORK.key), NOW)
    found = await rows("select status from task where family = any($1)", [known.family_id, triaged.family_id])
    assert [each["status"] for each in found] == ["done", "done"]


async def test_a_zone_that_was_written_down_elsewhere_is_followed_by_the_next_pass(db: Addresses) -> None:
    """As at the triage of another request of a family that is accompanied already."""
    planned = await world.follow_up(await introduced(timezone=None), local(2026, 4, 8, 13, zone=NEW_YORK), now=NOW)
    await keep_wall_time(NOW)
    assert (await follow_up_row(planned.id))["due_at"] == planned.due_at, "nowhere is Eastern"
    async with acting_as(TESTS):
        found = ("update family set timezone = $2 where id = $1", planned.match.request.family_id, LOS_ANGELES.key)
        await connection().execute(*found)
    assert await keep_wall_time(NOW) > 0
    it = await follow_up_row(planned.id)
    assert (it["due_at"], it["timezone"]) == (local(2026, 4, 8, 13, zone=LOS_ANGELES), LOS_ANGELES.key)
    assert await keep_wall_time(NOW) == 0


# The rules of a zone --------------------------------------------------------------------------------------------------


def rules_of(offset: timedelta) -> ZoneInfo:
    """Zone data as an operating system or the tzdata package brings it: one offset from UTC, all year (RFC 8536)."""
    counts = struct.pack(">6l", 0, 0, 0, 0, 1, 4)
    kind = struct.pack(">lbb", round(offset.total_seconds()), 0, 0) + b"NEW\0"
    block = b"TZif" + b"\0" * 16 + counts + kind
    return ZoneInfo.from_file(io.BytesIO(block), key="America/Denver")


def other_rules(name: str) -> ZoneInfo:
    """Denver gives up the change of the clock and stays in its winter."""
    return rules_of(-7 * HOUR) if name == "America/Denver" else ZoneInfo(name)


async def test_a_call_keeps_its_hour_when_the_rules_of_the_zone_change(planned: world.AFollowUp) -> None:
    """domain.md §2.3 (6)."""
    assert await derive(NOW) == 0, "by the rules of today it is where it should be"
    assert await derive(NOW, other_rules) > 0
    it = await follow_up_row(planned.id)
    assert it["due_at"] == datetime(2026, 4, 8, 23, tzinfo=UTC) == TOMORROW_AT_FOUR + HOUR
    assert (it["local_date"], it["local_start"], it["timezone"]) == (
        TOMORROW_AT_FOUR.date(),
        time(16),
        "America/Denver",
    )
    assert it["window_end_at"] == it["due_at"] + 2 * HOUR
    assert await derive(NOW, other_rules) == 0, "a second pass moves nothing"
    moved = await row("select moved_for, moved_by, from_due_at from follow_up_move where follow_up = $1", planned.id)
    assert tuple(moved) == ("zone_rules", None, TOMORROW_AT_FOUR)
    told = await rows("select reason from audit_event where subject = $1 and act = 'moved_follow_up'", planned.id)
    assert [each["reason"] for each in told] == ["zone_rules"]
    assert await derive(NOW) > 0, "and back"
    assert (await follow_up_row(planned.id))["due_at"] == TOMORROW_AT_FOUR


async def test_nothing_comes_due_early_and_nothing_that_was_due_is_opened_again(planned: world.AFollowUp) -> None:
    past = await world.follow_up(await introduced(), NOW - HOUR, status="due", now=NOW)
    retry = await world.follow_up(await introduced(), NOW - 2 * HOUR, status="retry_wait", now=NOW)
    over = await world.follow_up(await introduced(), TOMORROW_AT_FOUR, status="completed", now=NOW, ended_at=NOW)
    assert await derive(NOW, other_rules) > 0
    for each, due_at in ((past, NOW - HOUR), (retry, NOW - 2 * HOUR), (over, TOMORROW_AT_FOUR)):
        assert (await follow_up_row(each.id))["due_at"] == due_at
    await mark_due(TOMORROW_AT_FOUR + HOUR / 2)
    assert (await follow_up_row(planned.id))["status"] == "planned", "16:00 is not yet"
    await mark_due(TOMORROW_AT_FOUR + HOUR)
    assert (await follow_up_row(planned.id))["status"] == "due"


async def test_a_suspended_call_keeps_its_hour_and_reminds_nobody(db: Addresses) -> None:
    held = await world.follow_up(await introduced(), TOMORROW_AT_FOUR, status="suspended", now=NOW)
    assert await derive(NOW, other_rules) > 0
    assert (await follow_up_row(held.id))["due_at"] == TOMORROW_AT_FOUR + HOUR
    assert not await rows("select from message where person = $1", held.match.volunteer.person_id)


async def test_a_zone_that_the_rules_have_no_more_stops_no_other(planned: world.AFollowUp) -> None:
    elsewhere = await introduced(timezone="America/Phoenix")
    other = await world.follow_up(elsewhere, TOMORROW_AT_FOUR, now=NOW)

    def without_phoenix(name: str) -> ZoneInfo:
        if name == "America/Phoenix":
            raise ZoneInfoNotFoundError(name)
        return other_rules(name)

    assert await derive(NOW, without_phoenix) > 0
    assert (await follow_up_row(other.id))["due_at"] == TOMORROW_AT_FOUR


async def test_the_worker_does_so_when_it_starts_and_every_day() -> None:
    job = next(each for each in jobs_of(None) if each.name == "keep_wall_time")
    assert (job.run, job.every, job.daily) == (keep_wall_time, DAY, False)
