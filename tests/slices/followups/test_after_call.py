"""What each outcome of a call leaves in the rows."""

import asyncio
from datetime import timedelta

import pytest
from tests import world
from tests.app_kit import TESTS
from tests.slices.followups.kit import (
    DAY,
    HOUR,
    MINUTE,
    NOW,
    a_call,
    follow_up_row,
    introduced,
    log,
    open_rows,
    row,
    rows,
    tasks,
)

from teamhope.followups.service import next_call_of, plan_first
from teamhope.followups.service_effects import CallEnded
from teamhope.followups.service_steps import after_call
from teamhope.kit.database import acting_as
from teamhope.kit.embedded_roles import Addresses
from teamhope.vocabulary.calls import Outcome
from teamhope.vocabulary.errors import IllegalMove, NotFound
from teamhope.vocabulary.people import Role
from teamhope.vocabulary.states import EscalationLevel

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
async def first(db: Addresses) -> world.AFollowUp:
    """The first call of a match that was just introduced, due now."""
    of = await introduced()
    return await world.follow_up(of, NOW, status="due", now=NOW)


async def routine(due_at=NOW, **columns) -> world.AFollowUp:
    """A later call of a match that has talked before."""
    request = await world.family_request(status="active", now=NOW - 30 * DAY)
    who = await world.volunteer(now=NOW)
    of = await world.match(request, who, "active", now=NOW - 30 * DAY, first_conversation_at=NOW - 14 * DAY)
    return await world.follow_up(of, due_at, **({"status": "due", "now": NOW} | columns))


async def match_row(of: world.AMatch):
    return await row("select * from match where id = $1", of.id)


# Outsiders ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [Role.LEADERSHIP, Role.ADMIN, Role.AUDITOR])
async def test_who_has_no_part_in_it_finds_nothing(first: world.AFollowUp, role: Role) -> None:
    someone = await world.staff(role)
    with pytest.raises(NotFound):
        await log(first.match, Outcome.REACHED, NOW, first.id, actor=someone.actor)
    assert await next_call_of(someone.actor, first.match.id) is None


async def test_another_volunteer_finds_nothing(first: world.AFollowUp) -> None:
    other = await world.volunteer()
    with pytest.raises(NotFound):
        await log(first.match, Outcome.REACHED, NOW, first.id, actor=other.actor)
    assert (await follow_up_row(first.id))["status"] == "due"


# Conversations --------------------------------------------------------------------------------------------------------


async def test_the_first_conversation_makes_match_and_request_active_and_plans_the_next(first: world.AFollowUp) -> None:
    coming = await log(first.match, Outcome.REACHED, NOW + HOUR, first.id, started_at=NOW)
    done, match = await follow_up_row(first.id), await match_row(first.match)
    assert (done["status"], done["attempts_used"], done["ended_at"]) == ("completed", 1, NOW + HOUR)
    assert (match["status"], match["first_conversation_at"]) == ("active", NOW)
    assert (await row("select status from support_request where id = $1", first.match.request.id))[0] == "active"
    assert coming is not None
    planned = await follow_up_row(coming.id)
    assert (planned["status"], planned["local_date"] - done["local_date"]) == ("planned", timedelta(days=7))
    assert planned["local_start"].isoformat() == "10:15:00"  # the hour of the conversation, to the quarter


async def test_a_call_logged_a_day_late_keeps_the_day_of_the_conversation(first: world.AFollowUp) -> None:
    await log(first.match, Outcome.REACHED, NOW + 23 * HOUR, first.id, started_at=NOW)
    plan = await row("select anchor_on from follow_up_plan where id = $1", first.plan_id)
    assert plan["anchor_on"] == (await follow_up_row(first.id))["local_date"]


@pytest.mark.parametrize("days", [-3, 3])
async def test_a_conversation_within_three_days_completes_the_open_call(days: int) -> None:
    it = await routine(NOW + days * DAY, status="planned" if days > 0 else "retry_wait")
    coming = await log(it.match, Outcome.INBOUND_RECEIVED, NOW, started_at=NOW)
    assert (await follow_up_row(it.id))["status"] == "completed"
    assert coming is not None
    assert coming.id != it.id


async def test_a_conversation_four_days_off_leaves_the_open_call_as_it_is() -> None:
    it = await routine(NOW + 4 * DAY, status="planned")
    await log(it.match, Outcome.INBOUND_RECEIVED, NOW, started_at=NOW)
    assert [(each["id"], each["status"]) for each in await open_rows(it.match)] == [(it.id, "planned")]


async def test_a_call_is_still_planned_after_a_crisis(first: world.AFollowUp) -> None:
    coming = await log(first.match, Outcome.CRISIS_ESCALATED, NOW, first.id, escalation_level=EscalationLevel.URGENT)
    assert coming is not None
    escalation = await row("select * from escalation where family = $1", first.match.request.family_id)
    assert (escalation["level"], escalation["status"], escalation["match"]) == ("urgent", "open", first.match.id)
    debrief = await row("select * from debrief where volunteer = $1", first.match.volunteer.id)
    assert debrief["due_at"] == NOW + DAY


async def test_a_crisis_without_a_level_counts_as_imminent(first: world.AFollowUp) -> None:
    await log(first.match, Outcome.CRISIS_ESCALATED, NOW, first.id)
    assert (await row("select level from escalation where match = $1", first.match.id))["level"] == "imminent"


# Another try ----------------------------------------------------------------------------------------------------------


async def test_nobody_answers_and_the_call_waits_for_another_day_with_its_history(first: world.AFollowUp) -> None:
    coming = await log(first.match, Outcome.NO_ANSWER, NOW, first.id)
    it = await follow_up_row(first.id)
    assert coming is not None
    assert coming.id == first.id
    assert (it["status"], it["attempts_used"], it["original_due_at"]) == ("retry_wait", 1, NOW)
    assert it["due_at"] >= NOW + 19 * HOUR
    moved = await row("select * from follow_up_move where follow_up = $1", first.id)
    assert (moved["moved_for"], moved["from_due_at"], moved["to_due_at"]) == ("retry", NOW, it["due_at"])


async def test_a_technical_failure_is_no_attempt(first: world.AFollowUp) -> None:
    await log(first.match, Outcome.CALL_FAILED, NOW, first.id)
    it = await follow_up_row(first.id)
    assert (it["status"], it["attempts_used"]) == ("retry_wait", 0)
    assert it["due_at"] - NOW < 2 * HOUR


async def test_the_fourth_call_without_answer_asks_the_coordinator_for_another_way(first: world.AFollowUp) -> None:
    now = NOW
    for _ in range(4):
        await log(first.match, Outcome.NO_ANSWER, now, first.id)
        now = (await follow_up_row(first.id))["due_at"] + 2 * MINUTE
    assert (await follow_up_row(first.id))["status"] == "missed"
    assert await tasks(first.match) == [("other", "another_way")]
    assert await open_rows(first.match) == []


async def test_three_missed_calls_in_a_row_pause_the_plan_and_a_conversation_takes_it_up_again() -> None:
    it = await routine(seq=2)
    for seq in (0, 1):
        await world.follow_up(
            it.match, NOW - (3 - seq) * DAY, status="missed", seq=seq, plan_id=it.plan_id, ended_at=NOW
        )
    for n in range(3):
        await log(it.match, Outcome.NO_ANSWER, NOW + n * 2 * DAY, it.id)
    plan = await row("select status from follow_up_plan where id = $1", it.plan_id)
    assert plan["status"] == "paused"
    assert await tasks(it.match) == [("other", "pause_plan")]
    assert await log(it.match, Outcome.INBOUND_RECEIVED, NOW + 9 * DAY) is not None
    assert (await row("select status from follow_up_plan where id = $1", it.plan_id))["status"] == "active"


async def test_the_time_that_the_family_names_is_the_time(first: world.AFollowUp) -> None:
    asked = NOW + 5 * HOUR
    await log(first.match, Outcome.CALLBACK_REQUESTED, NOW, first.id, callback_at=asked)
    it = await follow_up_row(first.id)
    assert (it["status"], it["due_at"], it["asked_callback"]) == ("retry_wait", asked, True)
    await log(first.match, Outcome.NO_ANSWER, asked + MINUTE, first.id)
    assert not (await follow_up_row(first.id))["asked_callback"]  # the next time is ours, not the family's


async def test_somebody_else_answers_and_staff_check_whether_the_number_is_safe(first: world.AFollowUp) -> None:
    await log(first.match, Outcome.MESSAGE_WITH_PERSON, NOW, first.id)
    assert await tasks(first.match) == [("reconfirm_contact", "privacy_check")]


async def test_a_missed_call_of_the_family_moves_what_was_planned_near_it() -> None:
    it = await routine(NOW + 2 * DAY, status="planned")
    coming = await log(it.match, Outcome.INBOUND_MISSED, NOW)
    assert coming is not None
    assert coming.id == it.id
    assert coming.due_at <= NOW + 12 * HOUR
    assert (await follow_up_row(it.id))["asked_callback"]


async def test_a_missed_call_of_the_family_far_from_the_next_call_gets_one_of_its_own() -> None:
    it = await routine(NOW + 20 * DAY, status="planned")
    coming = await log(it.match, Outcome.INBOUND_MISSED, NOW)
    assert coming is not None
    assert coming.id != it.id
    assert len(await open_rows(it.match)) == 2


async def test_a_missed_call_late_in_the_evening_is_the_staffs() -> None:
    it = await routine(NOW + 20 * DAY, status="planned")
    await log(it.match, Outcome.INBOUND_MISSED, NOW + 10 * HOUR)
    assert await tasks(it.match) == [("other", "call_back")]


# No further call ------------------------------------------------------------------------------------------------------


async def test_a_wrong_number_is_stopped_for_all_contacts_of_the_family_only(first: world.AFollowUp) -> None:
    same = await world.family_request(phone=first.match.request.number)
    await log(first.match, Outcome.WRONG_NUMBER, NOW, first.id)
    mine = await row("select * from contact_phone where id = $1", first.match.request.phone_id)
    assert (mine["stopped_at"], mine["stop_reason"]) == (NOW, "wrong_number")
    assert (await row("select stopped_at from contact_phone where id = $1", same.phone_id))["stopped_at"] is None
    assert (await follow_up_row(first.id))["status"] == "suspended"
    assert await tasks(first.match) == [("number_stopped", None)]


async def test_somebody_else_says_no_and_the_line_stops_but_consent_stays(first: world.AFollowUp) -> None:
    await log(first.match, Outcome.THIRD_PARTY_REFUSED, NOW, first.id)
    taken_back = await rows("select from consent where family = $1 and not granted", first.match.request.family_id)
    assert taken_back == []
    assert (await row("select level from escalation where match = $1", first.match.id))["level"] == "concern"
    assert await tasks(first.match) == [("number_stopped", None), ("other", "advocate_review")]
    assert (await match_row(first.match))["status"] == "introduced"


async def test_wants_no_more_calls_ends_consent_plan_request_and_match() -> None:
    it = await routine()
    later = await world.follow_up(it.match, NOW + 9 * DAY, seq=1, plan_id=it.plan_id)
    assert await log(it.match, Outcome.DECLINED_SERVICE, NOW, it.id) is None
    revoked = await rows(
        "select kind from consent where family = $1 and not granted order by kind", it.match.request.family_id
    )
    assert [each["kind"] for each in revoked] == ["sms_reminder", "voice_call"]
    for follow_up in (it, later):
        assert (await follow_up_row(follow_up.id))["status"] == "cancelled"
    assert (await row("select status from follow_up_plan where id = $1", it.plan_id))["status"] == "ended"
    match = await match_row(it.match)
    assert (match["status"], match["close_reason"], match["closed_at"]) == ("closed", "family_requested", NOW)
    assert (await row("select status from support_request where id = $1", it.match.request.id))[0] == "closed"


@pytest.mark.parametrize(
    ("outcome", "detail"), [(Outcome.LANGUAGE_BARRIER, "rematch"), (Outcome.ENDED_FOR_SAFETY, "confirm_safety")]
)
async def test_calls_wait_until_somebody_has_decided(first: world.AFollowUp, outcome: Outcome, detail: str) -> None:
    await log(first.match, outcome, NOW, first.id)
    assert (await follow_up_row(first.id))["status"] == "suspended"
    assert await tasks(first.match) == [("other", detail)]


# States and races -----------------------------------------------------------------------------------------------------


async def test_a_call_for_one_that_is_over_is_refused_and_changes_nothing(first: world.AFollowUp) -> None:
    await log(first.match, Outcome.REACHED, NOW, first.id)
    before = await open_rows(first.match)
    with pytest.raises(IllegalMove):
        await log(first.match, Outcome.REACHED, NOW + HOUR, first.id)
    assert await open_rows(first.match) == before


async def test_two_calls_logged_at_once_for_one_promise_plan_one_next_call(first: world.AFollowUp) -> None:
    made = [await a_call(first.match, Outcome.REACHED, NOW, first.id) for _ in range(2)]
    ended = [CallEnded(call_id, first.match.id, first.id, Outcome.REACHED, NOW) for call_id in made]
    who = first.match.volunteer.actor
    results = await asyncio.gather(*(after_call(who, each, NOW + HOUR) for each in ended), return_exceptions=True)
    assert sum(isinstance(each, IllegalMove) for each in results) == 1
    assert len(await open_rows(first.match)) == 1


async def test_two_calls_written_and_followed_at_once_do_not_wait_for_each_other(first: world.AFollowUp) -> None:
    who, of = first.match.volunteer.actor, first.match

    async def write_and_follow() -> None:
        async with acting_as(TESTS):
            call_id = await a_call(of, Outcome.NO_ANSWER, NOW, first.id)
            await asyncio.sleep(0.1)
            await after_call(who, CallEnded(call_id, of.id, first.id, Outcome.NO_ANSWER, NOW), NOW)

    results = await asyncio.gather(write_and_follow(), write_and_follow(), return_exceptions=True)
    assert results == [None, None]
    assert (await follow_up_row(first.id))["attempts_used"] == 2


async def test_a_call_of_another_match_is_not_found(first: world.AFollowUp) -> None:
    other = await world.match(await world.family_request(), first.match.volunteer)
    call_id = await a_call(other, Outcome.REACHED, NOW)
    with pytest.raises(NotFound):
        await after_call(first.match.volunteer.actor, CallEnded(call_id, other.id, first.id, Outcome.REACHED, NOW), NOW)


async def test_a_call_logged_while_the_family_is_on_hold_is_kept_and_nothing_new_is_due() -> None:
    it = await routine(status="suspended")
    await rows("update family set held_at = $2 where id = $1 returning id", it.match.request.family_id, NOW)
    await log(it.match, Outcome.NO_ANSWER, NOW, it.id)
    kept = await follow_up_row(it.id)
    assert (kept["status"], kept["attempts_used"], kept["due_at"]) == ("suspended", 1, NOW)
    coming = await log(it.match, Outcome.INBOUND_RECEIVED, NOW + HOUR)
    assert coming is not None
    assert (coming.status, (await follow_up_row(it.id))["status"]) == ("suspended", "completed")


async def test_a_call_that_a_coordinator_took_in_hand_ends_with_a_conversation() -> None:
    it = await routine(NOW - 2 * DAY, status="escalated_to_coordinator")
    await log(it.match, Outcome.NO_ANSWER, NOW, it.id)
    again = await follow_up_row(it.id)
    assert again["status"] == "escalated_to_coordinator"
    assert again["due_at"] > NOW
    await log(it.match, Outcome.REACHED, NOW + DAY, it.id)
    assert (await follow_up_row(it.id))["status"] == "completed"


async def test_a_family_that_calls_us_gets_no_call_planned() -> None:
    of = await introduced(contact={"contact_preference": "they_call_us"})
    assert await plan_first(of.volunteer.actor, of.id, NOW) is None
    assert await log(of, Outcome.INBOUND_RECEIVED, NOW) is None
    assert (await match_row(of))["status"] == "active"
