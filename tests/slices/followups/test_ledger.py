"""The promise ledger in rows: who may read it, what is counted and when, and what changes nothing any more."""

from collections.abc import AsyncIterator
from datetime import date, time

import asyncpg
import httpx
import pytest
from tests import world
from tests.app_kit import PASSWORD, TESTS, browser, sign_in
from tests.slices.followups.kit import DAY, HOUR, MINUTE, follow_up_row, introduced, local, log, row, rows

from teamhope.calls import service_corrections
from teamhope.calls.rules import LoggedCall
from teamhope.families.service_hold import release_family
from teamhope.followups import service_moves
from teamhope.followups.rules_promises import PromiseState
from teamhope.followups.service_families import hold
from teamhope.followups.service_ledger import count_promises, show_ledger
from teamhope.kit.database import acting_as, connection
from teamhope.kit.embedded_roles import Addresses
from teamhope.retention import queries_families
from teamhope.vocabulary.calls import Outcome, VoidReason
from teamhope.vocabulary.errors import NotFound
from teamhope.vocabulary.people import Role

pytestmark = pytest.mark.usefixtures("db")
NOW = local(2031, 3, 11, 10)  # a Tuesday in Denver
DUE = local(2031, 3, 11, 14)
TUESDAY = date(2031, 3, 11)


async def promised(**family: object) -> world.AFollowUp:
    """Due in four hours, planned as `plan_first` plans."""
    of = await introduced(NOW, **family)
    return await world.follow_up(of, DUE, status="due", now=NOW, count_again_at=DUE + DAY)


async def counted(it: world.AFollowUp) -> tuple[date | None, str | None, bool | None]:
    found = await follow_up_row(it.id)
    return found["counted_on"], found["counted_promise"], found["counted_on_time"]


# Outsiders ------------------------------------------------------------------------------------------------------------


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    async with browser(now=lambda: NOW) as client:
        yield client


async def test_strangers_are_sent_to_sign_in(client: httpx.AsyncClient) -> None:
    it = await promised()
    assert (await client.get(f"/matches/{it.match.id}/promises")).status_code == 303


@pytest.mark.parametrize("role", [Role.LEADERSHIP, Role.ADMIN, Role.AUDITOR, Role.ADVOCATE])
async def test_other_roles_are_refused(client: httpx.AsyncClient, role: Role) -> None:
    it = await promised()
    await sign_in(client, await world.staff(role))
    assert (await client.get(f"/matches/{it.match.id}/promises")).status_code == 403


async def test_a_volunteer_has_her_figure_and_not_the_list(client: httpx.AsyncClient) -> None:
    it = await promised()
    other = await world.volunteer(password=PASSWORD, now=NOW)
    await sign_in(client, other)
    assert (await client.get(f"/matches/{it.match.id}/promises")).status_code == 403
    with pytest.raises(NotFound):
        await show_ledger(other.actor, it.match.id, NOW)


async def test_a_lead_and_a_coordinator_of_another_team_do_not_find_it(client: httpx.AsyncClient) -> None:
    it, west = await promised(), await world.team("West")
    lead = await world.volunteer(role=Role.TEAM_LEAD, team=west, password=PASSWORD, now=NOW)
    await sign_in(client, lead)
    assert (await client.get(f"/matches/{it.match.id}/promises")).status_code == 404
    coordinator = await world.staff()
    await rows("update person set team = $2 where id = $1 returning id", coordinator.id, west)
    async with browser(now=lambda: NOW) as another:
        await sign_in(another, coordinator)
        assert (await another.get(f"/matches/{it.match.id}/promises")).status_code == 404


async def test_nobody_but_the_worker_says_that_a_promise_was_kept() -> None:
    it = await promised()
    for actor in (it.match.volunteer.actor, (await world.staff()).actor):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with acting_as(actor):
                await connection().execute(
                    "update follow_up set counted_promise = 'kept', counted_on = '2031-03-11' where id = $1", it.id
                )


# Counting -------------------------------------------------------------------------------------------------------------


async def test_a_call_in_the_window_is_counted_as_it_is_logged() -> None:
    it = await promised()
    await log(it.match, Outcome.NO_ANSWER, DUE + HOUR, it.id)
    assert await counted(it) == (TUESDAY, "kept", None)
    await log(it.match, Outcome.REACHED, DUE + 2 * DAY, it.id)
    assert await counted(it) == (TUESDAY, "kept", True)


async def test_by_the_clock_alone_a_promise_is_missed_and_then_not_on_time() -> None:
    it = await promised()
    await count_promises(DUE + DAY - MINUTE)
    assert await counted(it) == (None, None, None)
    await count_promises(DUE + DAY)
    assert await counted(it) == (TUESDAY, "missed", None)
    assert (await follow_up_row(it.id))["count_again_at"] == DUE + 3 * DAY + 2 * HOUR
    await count_promises(DUE + 3 * DAY + 2 * HOUR)
    assert await counted(it) == (TUESDAY, "missed", False)


async def test_a_call_that_is_logged_late_is_counted_by_when_it_was_made() -> None:
    it = await promised()
    await count_promises(DUE + DAY)
    await log(it.match, Outcome.REACHED, DUE + 30 * HOUR, it.id, started_at=DUE + HOUR)
    assert await counted(it) == (TUESDAY, "kept", True)


async def test_the_day_is_the_organisations() -> None:
    of = await introduced(NOW, timezone="Pacific/Honolulu")
    evening = local(2031, 3, 12, 0, 30)  # 02:30 in New York, the evening before in Honolulu
    it = await world.follow_up(of, evening, status="due", now=NOW, count_again_at=evening + DAY)
    await count_promises(evening + DAY)
    assert (await counted(it))[0] == date(2031, 3, 12)


async def test_what_is_voided_or_corrected_is_counted_again() -> None:
    it, coordinator = await promised(), (await world.staff()).actor
    await log(it.match, Outcome.NO_ANSWER, DUE + 3 * HOUR, it.id)
    assert (await counted(it))[1] == "late"
    call_id = (await row("select id from call where follow_up = $1", it.id))["id"]
    earlier = LoggedCall(outcome=Outcome.NO_ANSWER, started_at=DUE + HOUR)
    new_id = await service_corrections.correct_call(it.match.volunteer.actor, call_id, earlier, DUE + 4 * HOUR)
    assert (await counted(it))[1] == "kept"
    await service_corrections.void_call(coordinator, new_id, VoidReason.ENTERED_TWICE, DUE + DAY)
    assert (await counted(it))[1] == "missed"


async def test_a_corrected_talk_keeps_no_promise_that_it_led_to() -> None:
    first = await promised()
    await log(first.match, Outcome.REACHED, DUE + HOUR, first.id)
    it = await world.follow_up(
        first.match, DUE + 2 * DAY, status="due", seq=9, plan_id=first.plan_id, now=DUE + HOUR,
        count_again_at=DUE + 3 * DAY,
    )  # fmt: skip
    call_id = (await row("select id from call where follow_up = $1", first.id))["id"]
    again = LoggedCall(outcome=Outcome.REACHED, started_at=DUE + HOUR - MINUTE, talk_minutes=9)
    await service_corrections.correct_call(first.match.volunteer.actor, call_id, again, DUE + 2 * HOUR)
    await count_promises(DUE + 6 * DAY)
    assert await counted(first) == (TUESDAY, "kept", True)
    assert await counted(it) == (date(2031, 3, 13), "missed", False)


async def test_the_familys_move_renews_the_promise_and_the_volunteers_does_not() -> None:
    theirs, hers = await promised(), await promised()
    for it, for_whom in ((theirs, "family"), (hers, "volunteer")):
        await service_moves.move(it.match.volunteer.actor, it.id, (date(2031, 3, 13), time(15)), for_whom, NOW)
        await log(it.match, Outcome.REACHED, local(2031, 3, 13, 15, 30), it.id)
    assert await counted(theirs) == (date(2031, 3, 13), "kept", None)
    assert await counted(hers) == (TUESDAY, "late", True)


async def test_while_calls_wait_nothing_is_due_and_then_it_is_promised_anew() -> None:
    it = await promised()
    family = it.match.request.family_id
    await hold(TESTS, family, NOW)
    await count_promises(DUE + 4 * DAY)
    assert await counted(it) == (None, None, None)
    async with acting_as(TESTS):
        await release_family(TESTS, family, DUE + 5 * DAY)
        await service_moves.resume_family(TESTS, family, DUE + 5 * DAY)
    again = (await follow_up_row(it.id))["due_at"]
    assert (await row("select moved_for from follow_up_move where follow_up = $1", it.id))["moved_for"] == "hold"
    await log(it.match, Outcome.NO_ANSWER, again + HOUR, it.id)
    assert (await counted(it))[1] == "kept"


async def test_a_hold_that_comes_after_the_window_takes_nothing_back() -> None:
    it = await promised()
    await hold(TESTS, it.match.request.family_id, DUE + 3 * HOUR)
    await count_promises(DUE + DAY)
    assert (await counted(it))[1] == "missed"


async def test_a_family_that_calls_us_while_calls_wait_was_promised_none() -> None:
    it = await promised()
    await hold(TESTS, it.match.request.family_id, NOW)
    await log(it.match, Outcome.INBOUND_RECEIVED, DUE + 2 * DAY)
    assert (await follow_up_row(it.id))["status"] == "completed"
    await count_promises(DUE + 6 * DAY)
    assert await counted(it) == (None, None, None)


async def test_what_was_cancelled_before_was_not_due() -> None:
    it = await promised()
    await service_moves.cancel_for_match(TESTS, it.match.id, DUE)
    await count_promises(DUE + 4 * DAY)
    assert await counted(it) == (None, None, None)
    assert (await follow_up_row(it.id))["count_again_at"] is None


async def test_an_anonymous_familys_promise_stays_as_it_was_counted(db: Addresses) -> None:
    it = await promised()
    await log(it.match, Outcome.REACHED, DUE + HOUR, it.id)
    before = await counted(it)
    owner = await asyncpg.connect(db.owner)
    try:
        for statement in queries_families.ANONYMISE:
            await owner.execute(statement, [it.match.request.family_id])
    finally:
        await owner.close()
    await count_promises(DUE + 90 * DAY)
    assert await counted(it) == before == (TUESDAY, "kept", True)


# Reading --------------------------------------------------------------------------------------------------------------


async def test_the_page_tells_moves_both_zones_and_what_became_of_each(client: httpx.AsyncClient) -> None:
    it = await promised()
    who = it.match.volunteer.actor
    await service_moves.move(who, it.id, (date(2031, 3, 13), time(15)), "volunteer", NOW)
    await log(it.match, Outcome.NO_ANSWER, local(2031, 3, 13, 15, 30), it.id)
    staff = await world.staff()
    ledger = await show_ledger(staff.actor, it.match.id, NOW)
    (line,) = ledger.lines
    assert line.became.state is PromiseState.LATE
    assert [(move.moved_for, move.by) for move in line.promised.told.moves] == [
        ("volunteer", it.match.volunteer.name),
        ("retry", it.match.volunteer.name),
    ]
    await sign_in(client, staff)
    text = (await client.get(f"/matches/{it.match.id}/promises")).text
    for said in ("Late: called, but not at the time promised", "the volunteer asked", f"by {it.match.volunteer.name}",
                 "Mountain Time", "Central Time"):  # fmt: skip
        assert said in text
    assert f"/matches/{it.match.id}/promises" in (await client.get(f"/families/{it.match.request.family_id}")).text


async def test_her_own_figure_is_hers_her_leads_and_a_coordinators(client: httpx.AsyncClient) -> None:
    east, west = await world.team("East"), await world.team("West")
    who = await world.volunteer(team=east, password=PASSWORD, now=NOW)
    of = await world.match(await world.family_request(now=NOW), who, "active", now=NOW)
    for n, became in enumerate(("kept", "kept", "missed")):
        await world.follow_up(of, DUE - n * DAY, status="completed", now=NOW, seq=n, counted_promise=became,
                              counted_on=TUESDAY, plan_id=None if n == 0 else (await plan_of(of)))  # fmt: skip
    await world.follow_up(of, DUE, status="completed", now=NOW, seq=9, counted_promise="missed",
                          counted_on=date(2030, 12, 1), plan_id=await plan_of(of))  # fmt: skip
    lead, other = [await world.volunteer(role=Role.TEAM_LEAD, team=team, password=PASSWORD, now=NOW)
                   for team in (east, west)]  # fmt: skip
    pages = ((who, "/me/record", 200), (lead, f"/volunteers/{who.id}", 200), (await world.staff(),
             f"/volunteers/{who.id}", 200), (other, f"/volunteers/{who.id}", 404))  # fmt: skip
    for reader, path, status in pages:
        async with browser(now=lambda: NOW) as another:
            await sign_in(another, reader)
            answer = await another.get(path)
        assert answer.status_code == status
        assert ("2 of 3" in answer.text) is (status == 200)


async def plan_of(of: world.AMatch):
    return (await row("select id from follow_up_plan where match = $1", of.id))["id"]
