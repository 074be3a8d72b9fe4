"""Other times, holds, ends, and the clock's pass."""

import asyncio
from datetime import date, datetime, time, timedelta

import pytest
from tests import world
from tests.slices.followups.kit import (
    DAY,
    DENVER,
    HOUR,
    MINUTE,
    NOW,
    follow_up_row,
    introduced,
    local,
    log,
    row,
    rows,
    tasks,
)

from teamhope.families.service_contact import How
from teamhope.followups import service_families
from teamhope.followups.passes import mark_due
from teamhope.followups.service_moves import (
    cancel_for_match,
    move,
    resume_family,
    resume_follow_up,
    suspend_family,
    to_move,
)
from teamhope.kit.embedded_roles import Addresses
from teamhope.vocabulary.calls import Outcome
from teamhope.vocabulary.errors import IllegalMove, NotFound, NotThen, Refused
from teamhope.vocabulary.families import ConsentKind, ConsentMethod
from teamhope.vocabulary.people import Actor, Role

pytestmark = pytest.mark.usefixtures("db")
TOMORROW = date(2026, 4, 8)


@pytest.fixture
async def planned(db: Addresses) -> world.AFollowUp:
    return await world.follow_up(await introduced(), NOW + 4 * HOUR, now=NOW)


async def status(it: world.AFollowUp) -> str:
    found: str = (await follow_up_row(it.id))["status"]
    return found


# Moving ---------------------------------------------------------------------------------------------------------------


async def test_an_outsider_can_move_nothing(planned: world.AFollowUp) -> None:
    others = [(await world.volunteer()).actor, (await world.staff(Role.LEADERSHIP)).actor]
    for someone in others:
        with pytest.raises(NotFound):
            await move(someone, planned.id, (TOMORROW, time(18)), "family", NOW)
        with pytest.raises(NotFound):
            await to_move(someone, planned.id, NOW)


async def test_a_move_keeps_the_first_promise_and_writes_its_history(planned: world.AFollowUp) -> None:
    await move(planned.match.volunteer.actor, planned.id, (TOMORROW, time(18)), "family", NOW)
    it = await follow_up_row(planned.id)
    assert (it["due_at"], it["original_due_at"]) == (local(2026, 4, 8, 18), planned.due_at)
    assert (it["local_date"], it["local_start"], it["status"]) == (TOMORROW, time(18), "planned")
    assert it["window_end_at"] == it["due_at"] + 2 * HOUR
    moved = await row("select * from follow_up_move where follow_up = $1", planned.id)
    assert (moved["moved_for"], moved["moved_by"]) == ("family", planned.match.volunteer.person_id)
    reminded = await rows("select local_date from message where person = $1", planned.match.volunteer.person_id)
    assert TOMORROW in [each["local_date"] for each in reminded]


@pytest.mark.parametrize(
    ("on", "at"),
    [(TOMORROW, time(7)), (TOMORROW, time(19, 45)), (date(2026, 4, 7), time(9)), (date(2026, 5, 25), time(12))],
)
async def test_a_time_that_both_cannot_keep_is_refused_with_three_that_they_can(
    planned: world.AFollowUp, on: date, at: time
) -> None:
    with pytest.raises(Refused) as refusal:
        await move(planned.match.volunteer.actor, planned.id, (on, at), "volunteer", NOW)
    assert refusal.value.code == "both_must_be_free"
    assert str(refusal.value.facts["times"]).count("where they are") == 3
    assert (await follow_up_row(planned.id))["due_at"] == planned.due_at


async def test_a_time_at_which_she_has_another_call_is_refused_and_not_offered(planned: world.AFollowUp) -> None:
    """Also to a coordinator of a team, who sees nothing of the other family."""
    other = await world.match(await world.family_request(now=NOW), planned.match.volunteer, now=NOW)
    await world.follow_up(other, local(2026, 4, 8, 17), now=NOW)
    east = await world.team("East")
    await rows("update family set team = $2 where id = $1 returning id", planned.match.request.family_id, east)
    scoped = Actor(Role.COORDINATOR, (await world.staff()).id, team_id=east)
    for at in (time(16, 20), time(17), time(17, 40)):
        with pytest.raises(NotThen) as refusal:
            await move(scoped, planned.id, (TOMORROW, at), "family", NOW)
        assert refusal.value.times[0] == local(2026, 4, 8, 17, 45)
        assert len(refusal.value.times) == 3
    assert (await follow_up_row(planned.id))["due_at"] == planned.due_at
    await move(scoped, planned.id, (TOMORROW, time(17, 45)), "family", NOW)
    await move(scoped, planned.id, (TOMORROW, time(16, 15)), "family", NOW)


@pytest.mark.parametrize("over", ["completed", "cancelled", "missed", "skipped"])
async def test_a_call_that_is_over_is_in_nobodys_way(planned: world.AFollowUp, over: str) -> None:
    other = await world.match(await world.family_request(now=NOW), planned.match.volunteer, now=NOW)
    await world.follow_up(other, local(2026, 4, 8, 18), now=NOW, status=over)
    await move(planned.match.volunteer.actor, planned.id, (TOMORROW, time(18)), "family", NOW)


@pytest.mark.parametrize(
    ("wished", "first"),
    [
        (local(2026, 4, 8, 6), local(2026, 4, 8, 9)),
        (local(2026, 4, 10, 22), local(2026, 4, 11, 9)),
        (NOW - DAY, local(2026, 4, 7, 10, 10)),
        (local(2040, 4, 9, 6), local(2040, 4, 9, 9)),
    ],
)
async def test_the_times_offered_follow_the_wished_one(
    planned: world.AFollowUp, wished: datetime, first: datetime
) -> None:
    with pytest.raises(NotThen) as refusal:
        await move(planned.match.volunteer.actor, planned.id, wished, "staff", NOW)
    assert refusal.value.times[0] == first
    assert {at.tzinfo for at in refusal.value.times} == {DENVER}
    assert len({at.date() for at in refusal.value.times}) == 3


async def test_each_suggested_time_can_be_taken(planned: world.AFollowUp) -> None:
    slots = (await to_move(planned.match.volunteer.actor, planned.id, NOW)).times
    assert len({slot.local_date for slot in slots}) == 3
    for slot in slots:
        await move(planned.match.volunteer.actor, planned.id, (slot.local_date, slot.local_start), "staff", NOW)


async def test_one_that_is_due_waits_for_its_new_time_and_comes_due_again(planned: world.AFollowUp) -> None:
    await mark_due(planned.due_at)
    assert await status(planned) == "due"
    await move(planned.match.volunteer.actor, planned.id, (TOMORROW, time(18)), "family", planned.due_at)
    assert await status(planned) == "retry_wait"
    await mark_due(local(2026, 4, 8, 18))
    assert await status(planned) == "due"


@pytest.mark.parametrize("over", ["completed", "cancelled", "missed", "suspended"])
async def test_one_that_is_over_or_suspended_cannot_be_moved(over: str) -> None:
    it = await world.follow_up(await introduced(), NOW, status=over)
    with pytest.raises(IllegalMove):
        await move(it.match.volunteer.actor, it.id, (TOMORROW, time(18)), "family", NOW)


async def test_two_moves_at_once_leave_one_time_and_two_lines_of_history(planned: world.AFollowUp) -> None:
    who = planned.match.volunteer.actor
    await asyncio.gather(
        *(move(who, planned.id, (TOMORROW, time(hour)), "family", NOW) for hour in (17, 18)),
    )
    history = await rows("select * from follow_up_move where follow_up = $1", planned.id)
    assert len(history) == 2
    now_due = (await follow_up_row(planned.id))["due_at"]
    last = next(each for each in history if each["to_due_at"] == now_due)
    other = next(each for each in history if each["to_due_at"] != now_due)
    assert last["from_due_at"] == other["to_due_at"]


# Holds and ends -------------------------------------------------------------------------------------------------------


async def hold(of: world.AMatch, on: bool) -> None:
    await rows("update family set held_at = $2 where id = $1 returning id", of.request.family_id, NOW if on else None)


async def test_a_hold_suspends_and_its_end_plans_the_next_time_both_can_keep(planned: world.AFollowUp) -> None:
    staff, family = (await world.staff()).actor, planned.match.request.family_id
    for _ in range(2):
        await suspend_family(staff, family, NOW)
    assert await status(planned) == "suspended"
    await mark_due(planned.due_at + HOUR)
    assert await status(planned) == "suspended"
    later = planned.due_at + 2 * DAY
    for _ in range(2):
        await resume_family(staff, family, later)
    it = await follow_up_row(planned.id)
    assert (it["status"], it["original_due_at"]) == ("planned", planned.due_at)
    assert it["due_at"] >= later


async def test_the_end_of_a_hold_leaves_alone_what_a_person_has_to_make_safe(planned: world.AFollowUp) -> None:
    staff, of = (await world.staff()).actor, planned.match
    await log(of, Outcome.ENDED_FOR_SAFETY, NOW, planned.id)
    await resume_family(staff, of.request.family_id, NOW)
    assert await status(planned) == "suspended"
    await resume_follow_up(staff, planned.id, NOW)
    assert await status(planned) == "planned"


async def test_nothing_goes_on_while_the_family_is_on_hold(planned: world.AFollowUp) -> None:
    staff = (await world.staff()).actor
    await hold(planned.match, on=True)
    await suspend_family(staff, planned.match.request.family_id, NOW)
    with pytest.raises(Refused, match="not_now_family_on_hold"):
        await resume_follow_up(staff, planned.id, NOW)


async def test_a_hold_and_its_end_take_the_calls_along(planned: world.AFollowUp) -> None:
    staff, family = (await world.staff()).actor, planned.match.request.family_id
    with pytest.raises(NotFound):
        await service_families.hold((await world.volunteer()).actor, family, NOW)
    assert await status(planned) == "planned"
    await service_families.hold(staff, family, NOW)
    held = await row("select held_at from family where id = $1", family)
    assert (held["held_at"], await status(planned)) == (NOW, "suspended")
    await service_families.release(staff, family, NOW + HOUR)
    assert (await row("select held_at from family where id = $1", family))["held_at"] is None
    assert await status(planned) == "planned"


@pytest.mark.parametrize(("kind", "left"), [(ConsentKind.VOICE_CALL, "cancelled"), (ConsentKind.VOICEMAIL, "planned")])
async def test_consent_taken_back_cancels_the_calls_that_need_it(
    planned: world.AFollowUp, kind: ConsentKind, left: str
) -> None:
    staff, contact = (await world.staff()).actor, planned.match.request.contact_id
    await service_families.take_back_consent(staff, contact, kind, How(ConsentMethod.WRITTEN), NOW)
    assert await status(planned) == left


async def test_the_end_of_a_match_cancels_its_calls_and_its_plan(planned: world.AFollowUp) -> None:
    staff = (await world.staff()).actor
    for _ in range(2):
        await cancel_for_match(staff, planned.match.id, NOW)
    assert await status(planned) == "cancelled"
    assert (await row("select status from follow_up_plan where id = $1", planned.plan_id))["status"] == "ended"


# The clock ------------------------------------------------------------------------------------------------------------


async def test_a_pass_is_wanted_next_when_something_comes_due(planned: world.AFollowUp) -> None:
    wanted = await mark_due(NOW)
    assert wanted is not None
    assert wanted <= planned.due_at
    await mark_due(planned.due_at - MINUTE)
    assert await status(planned) == "planned"


async def test_two_workers_at_once_make_each_call_due_once(planned: world.AFollowUp) -> None:
    await asyncio.gather(*(mark_due(planned.due_at) for _ in range(3)))
    await mark_due(planned.due_at)
    assert await status(planned) == "due"


async def test_consent_revoked_since_the_planning_cancels_the_call(planned: world.AFollowUp) -> None:
    request = planned.match.request
    await world.consent(request.family_id, request.contact_id, ConsentKind.VOICE_CALL, granted=False, now=NOW)
    await mark_due(planned.due_at)
    assert await status(planned) == "cancelled"


async def test_a_number_that_became_unsafe_suspends_the_call_and_asks_staff(planned: world.AFollowUp) -> None:
    await world.blocked_person(planned.match.request.family_id, phone=planned.match.request.number)
    for _ in range(2):
        await mark_due(planned.due_at)
    assert await status(planned) == "suspended"
    assert await tasks(planned.match) == [("reconfirm_contact", None)]


async def test_hours_alone_do_not_keep_a_call_from_coming_due() -> None:
    it = await world.follow_up(await introduced(), local(2026, 4, 7, 22), now=NOW)
    await mark_due(it.due_at)
    assert await status(it) == "due"


async def test_a_call_nobody_makes_for_a_day_is_the_coordinators_and_stays_open(planned: world.AFollowUp) -> None:
    await mark_due(planned.due_at)
    await mark_due(planned.due_at + timedelta(hours=23, minutes=59))
    assert await status(planned) == "due"
    for _ in range(2):
        await mark_due(planned.due_at + DAY)
    it = await follow_up_row(planned.id)
    assert (it["status"], it["ended_at"]) == ("escalated_to_coordinator", None)


async def test_a_call_that_was_tried_is_nobodys_fault(planned: world.AFollowUp) -> None:
    await mark_due(planned.due_at)
    await log(planned.match, Outcome.NO_ANSWER, planned.due_at + HOUR, planned.id)
    await mark_due(planned.due_at + 5 * MINUTE + DAY)
    assert await status(planned) in {"retry_wait", "due"}
