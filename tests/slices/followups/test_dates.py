"""Hard days of a family and of a volunteer: who sees what of them, and that no planned call falls on one."""

from collections.abc import AsyncIterator
from datetime import date, datetime

import httpx
import pytest
from tests import world
from tests.app_kit import PASSWORD, browser, sign_in, submit
from tests.slices.followups.kit import (
    DAY,
    HOUR,
    NOW,
    follow_up_row,
    introduced,
    local,
    log,
    open_rows,
    row,
    rows,
    tasks,
)

from teamhope.families import queries_dates
from teamhope.families import service_dates as family_dates
from teamhope.families.forms_dates import DateForm
from teamhope.followups import service_dates
from teamhope.followups.passes import mark_due
from teamhope.followups.service import clear_call, plan_first
from teamhope.followups.service_families import hold, release
from teamhope.kit.database import acting_as
from teamhope.kit.embedded_roles import Addresses
from teamhope.vocabulary.calls import Outcome
from teamhope.vocabulary.errors import Invalid, NotFound, Refused
from teamhope.vocabulary.families import SensitiveDateKind
from teamhope.vocabulary.people import Actor, Role

pytestmark = pytest.mark.usefixtures("db")
BIRTHDAY = SensitiveDateKind.BIRTHDAY
TODAY, TOMORROW = NOW.date(), date(2026, 4, 8)


@pytest.fixture
async def coordinator(db: Addresses) -> Actor:
    return (await world.staff()).actor


@pytest.fixture
async def client(db: Addresses) -> AsyncIterator[httpx.AsyncClient]:
    async with browser(now=lambda: NOW) as client:
        yield client


@pytest.fixture
async def planned(db: Addresses) -> world.AFollowUp:
    """For tomorrow at 18:00."""
    return await world.follow_up(await introduced(), local(2026, 4, 8, 18), now=NOW)


def on(day: date, *, call_on: bool = False, kind: SensitiveDateKind = BIRTHDAY) -> DateForm:
    return DateForm(kind=kind, month=day.month, day=day.day, call_on=call_on)


def limits(*spans: str) -> frozenset[tuple[str, str]]:
    return frozenset(("dates", span) for span in spans)


# Who sees and changes them --------------------------------------------------------------------------------------------


async def test_only_coordinators_keep_them(client: httpx.AsyncClient, planned: world.AFollowUp) -> None:
    page = f"/families/{planned.match.request.family_id}/dates"
    assert (await client.get(page)).status_code == 303
    others = [await world.staff(role) for role in (Role.ADVOCATE, Role.LEADERSHIP, Role.ADMIN)]
    for outsider in (await world.volunteer(password=PASSWORD), *others):
        await sign_in(client, outsider)
        assert (await client.get(page)).status_code == 403
        assert (await submit(client, page, page="/me")).status_code == 403


async def test_rows_say_what_day_it_is_to_staff_in_scope_alone(planned: world.AFollowUp, coordinator: Actor) -> None:
    match = planned.match
    family = match.request.family_id
    await service_dates.add_date(coordinator, family, on(TOMORROW), NOW)
    away = Actor(Role.COORDINATOR, (await world.staff()).id, team_id=await world.team())
    stranger = (await world.volunteer()).actor
    for someone in (stranger, away, (await world.staff(Role.LEADERSHIP)).actor, (await world.staff(Role.ADMIN)).actor):
        async with acting_as(someone):
            assert await queries_dates.list_dates(family) == []
            assert await queries_dates.load_days(family) == ()
        with pytest.raises(NotFound):
            await service_dates.add_date(someone, family, on(TOMORROW + DAY), NOW)
    async with acting_as(match.volunteer.actor):
        assert await queries_dates.list_dates(family) == [], "not what it is the day of"
        assert len(await queries_dates.load_days(family)) == 1, "but the day"
    with pytest.raises(NotFound):
        await family_dates.remove(away, family, (await row("select id from sensitive_date"))["id"], NOW)


async def test_the_volunteer_learns_the_day_when_it_is_near_and_no_kind(
    client: httpx.AsyncClient, coordinator: Actor
) -> None:
    match = await world.match(await world.family_request(now=NOW), await world.volunteer(password=PASSWORD), now=NOW)
    family = match.request.family_id
    await service_dates.add_date(coordinator, family, on(TODAY + 14 * DAY, kind=SensitiveDateKind.DEATH), NOW)
    await service_dates.add_date(coordinator, family, on(TODAY + 15 * DAY, call_on=True), NOW)
    await sign_in(client, match.volunteer)
    shown = (await client.get(f"/families/{family}")).text
    assert "A hard day is near: " in shown
    assert "April 21" in shown or "Apr 21" in shown
    for kind in ("death", "birthday", "April 22"):
        assert kind not in shown.lower()


# The page -------------------------------------------------------------------------------------------------------------


async def test_days_are_named_kept_and_removed(client: httpx.AsyncClient, planned: world.AFollowUp) -> None:
    family = planned.match.request.family_id
    page = f"/families/{family}/dates"
    await sign_in(client, await world.staff())
    wrong = await submit(client, page, kind="trial", month="2", day="30")
    assert (wrong.status_code, "There is no day 30 in February." in wrong.text) == (422, True)
    assert (await submit(client, page, kind="trial", month="2", day="29", call_on="true")).status_code == 303
    again = await submit(client, page, kind="trial", month="2", day="29")
    assert (again.status_code, "This day is on the list already." in again.text) == (422, True)
    for shown in ((await client.get(page)).text, (await client.get(f"/families/{family}")).text):
        assert "A day in court" in shown
        assert "February 29 (they asked to be called on that day)" in shown
    date_id = (await row("select id from sensitive_date where family = $1", family))["id"]
    assert (await submit(client, f"{page}/{date_id}/remove", page=page)).status_code == 303
    assert (await submit(client, f"{page}/{date_id}/remove", page=page)).status_code == 404
    acts = await rows("select act, reason from audit_event where subject = $1 order by seq", date_id)
    assert [tuple(each) for each in acts] == [("added_sensitive_date", None), ("removed_sensitive_date", None)]


async def test_a_family_has_ten_at_most(planned: world.AFollowUp, coordinator: Actor) -> None:
    family = planned.match.request.family_id
    for number in range(1, 11):
        await service_dates.add_date(coordinator, family, DateForm(kind=BIRTHDAY, month=12, day=number), NOW)
    with pytest.raises(Invalid) as refused:
        await service_dates.add_date(coordinator, family, DateForm(kind=BIRTHDAY, month=12, day=11), NOW)
    assert refused.value.problems[0][1] == "too_many_dates"
    gone = (await row("select id from sensitive_date where day = 3"))["id"]
    await family_dates.remove(coordinator, family, gone, NOW)
    await service_dates.add_date(coordinator, family, DateForm(kind=BIRTHDAY, month=12, day=11), NOW)


# What is planned already ----------------------------------------------------------------------------------------------


async def test_a_call_on_a_day_that_is_named_later_moves_to_the_next_with_its_history(
    planned: world.AFollowUp, coordinator: Actor
) -> None:
    await service_dates.add_date(coordinator, planned.match.request.family_id, on(TOMORROW), NOW)
    it = await follow_up_row(planned.id)
    assert (it["local_date"], it["status"]) == (date(2026, 4, 9), "planned")
    assert it["original_due_at"] == planned.due_at
    moved = await row("select moved_for, from_due_at from follow_up_move where follow_up = $1", planned.id)
    assert tuple(moved) == ("family", planned.due_at)


async def test_a_day_on_which_they_ask_to_be_called_moves_nothing(planned: world.AFollowUp, coordinator: Actor) -> None:
    await service_dates.add_date(coordinator, planned.match.request.family_id, on(TOMORROW, call_on=True), NOW)
    assert (await follow_up_row(planned.id))["due_at"] == planned.due_at


async def test_a_time_that_the_family_named_stays(coordinator: Actor) -> None:
    asked = await world.follow_up(await introduced(), local(2026, 4, 8, 18), now=NOW, asked_callback=True)
    await service_dates.add_date(coordinator, asked.match.request.family_id, on(TOMORROW), NOW)
    assert (await follow_up_row(asked.id))["due_at"] == asked.due_at
    await mark_due(asked.due_at)
    assert await clear_call(asked.match.volunteer.actor, asked.id, asked.due_at)


async def test_without_a_time_that_is_left_a_coordinator_is_asked(coordinator: Actor) -> None:
    wednesdays = [window for window in world.EVERY_DAY if window.weekday == 2]
    request = await world.family_request(status="matched", now=NOW, windows=wednesdays)
    match = await world.match(request, await world.volunteer(now=NOW), now=NOW)
    follow_up = await world.follow_up(match, local(2026, 4, 8, 18), now=NOW)
    for week in range(1, 6):
        await service_dates.add_date(coordinator, request.family_id, on(TOMORROW + 7 * week * DAY), NOW)
    assert (await follow_up_row(follow_up.id))["status"] == "planned"
    await service_dates.add_date(coordinator, request.family_id, on(TOMORROW), NOW)
    assert (await follow_up_row(follow_up.id))["status"] == "suspended"
    assert ("other", "no_shared_time") in await tasks(match)


@pytest.mark.parametrize("due", [False, True])
async def test_her_own_day_moves_her_calls_and_nobody_elses(planned: world.AFollowUp, due: bool) -> None:
    other = await world.follow_up(await introduced(), planned.due_at, now=NOW)
    at = planned.due_at if due else NOW
    if due:
        await mark_due(at)
    her = planned.match.volunteer
    await service_dates.set_limits(her.actor, her.id, limits("04-08/04-10", "12-20/01-05"), at)
    it = await follow_up_row(planned.id)
    assert (it["local_date"], it["status"]) == (date(2026, 4, 11), "retry_wait" if due else "planned")
    assert (await row("select moved_for from follow_up_move where follow_up = $1", planned.id))[0] == "volunteer"
    assert (await follow_up_row(other.id))["due_at"] == other.due_at


async def test_a_hold_that_ends_brings_no_call_back_on_a_hard_day(planned: world.AFollowUp, coordinator: Actor) -> None:
    family = planned.match.request.family_id
    await hold(coordinator, family, NOW)
    await service_dates.add_date(coordinator, family, on(TOMORROW), NOW)
    assert (await follow_up_row(planned.id))["local_date"] == TOMORROW, "it waits"
    await release(coordinator, family, NOW + HOUR)
    assert (await follow_up_row(planned.id))["local_date"] == date(2026, 4, 9)


# What is planned from now on ------------------------------------------------------------------------------------------


async def first_of(match: world.AMatch, coordinator: Actor, at: datetime = NOW) -> date:
    await plan_first(coordinator, match.id, at)
    found: date = (await open_rows(match))[0]["local_date"]
    return found


async def test_the_first_call_waits_for_a_day_that_is_hard_for_neither(coordinator: Actor) -> None:
    match = await introduced()
    her = match.volunteer
    await service_dates.add_date(coordinator, match.request.family_id, on(date(2026, 4, 7)), NOW)
    await service_dates.set_limits(her.actor, her.id, limits("04-08/04-08"), NOW)
    assert await first_of(match, coordinator) == date(2026, 4, 9)


async def test_the_next_call_of_a_plan_skips_both_and_comes_a_week_before_for_whoever_waits_long(
    coordinator: Actor,
) -> None:
    match = await introduced(trajectory="deceased")  # whose cadence is for those who wait long or mourn
    family = match.request.family_id
    await service_dates.add_date(coordinator, family, on(date(2026, 4, 14)), NOW)  # day 7 of the plan
    await plan_first(coordinator, match.id, NOW)
    first = (await open_rows(match))[0]
    await log(match, Outcome.REACHED, NOW + HOUR, first["id"])
    assert (await open_rows(match))[0]["local_date"] == date(2026, 4, 15)
    await service_dates.add_date(coordinator, family, on(date(2026, 4, 27)), NOW)
    second = (await open_rows(match))[0]
    await log(match, Outcome.REACHED, local(2026, 4, 15, 18), second["id"])
    assert (await open_rows(match))[0]["local_date"] == date(2026, 4, 20), "7 days before April 27"


async def test_nobody_is_cleared_to_call_on_a_hard_day(planned: world.AFollowUp, coordinator: Actor) -> None:
    at = local(2026, 4, 9, 18)
    await service_dates.add_date(coordinator, planned.match.request.family_id, on(date(2026, 4, 9)), NOW)
    await mark_due(planned.due_at)
    with pytest.raises(Refused, match="not_now_sensitive_date"):
        await clear_call(planned.match.volunteer.actor, planned.id, at)


async def test_whether_she_keeps_a_promise_on_a_day_of_hers_is_hers_to_say(planned: world.AFollowUp) -> None:
    her = planned.match.volunteer
    await mark_due(planned.due_at)
    await service_dates.set_limits(her.actor, her.id, limits("04-09/04-09"), planned.due_at)
    assert await clear_call(her.actor, planned.id, local(2026, 4, 9, 18))


async def test_limits_without_dates_move_nothing(planned: world.AFollowUp) -> None:
    her = planned.match.volunteer
    await service_dates.set_limits(her.actor, her.id, frozenset({("state", "WY")}), NOW)
    assert await rows("select id from follow_up_move where follow_up = $1", planned.id) == []
    with pytest.raises(NotFound):
        await service_dates.set_limits((await world.volunteer()).actor, her.id, limits("04-08/04-08"), NOW)
