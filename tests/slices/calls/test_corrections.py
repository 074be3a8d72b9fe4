"""Calls that do not count any more: who may say so, and what leadership's figures then show."""

from datetime import timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from tests import world
from tests.app_kit import TESTS, submit
from tests.slices.calls.kit import NOW, at_the_browser, calls_of, counted, due, fill_in, rows

from teamhope.calls import service, service_corrections, service_zone
from teamhope.calls.rules import LoggedCall
from teamhope.care import service_debriefs as debriefs
from teamhope.kit.database import acting_as
from teamhope.tables.operations import Installation
from teamhope.vocabulary.calls import Outcome, VoidReason
from teamhope.vocabulary.errors import Forbidden, Invalid, NotFound, Refused
from teamhope.vocabulary.programme import programme
from teamhope.vocabulary.states import EscalationLevel

pytestmark = pytest.mark.usefixtures("db")
ZONE = ZoneInfo("America/New_York")


async def logged(it: world.AFollowUp, outcome: Outcome = Outcome.REACHED, **answers: object) -> UUID:
    call = LoggedCall(outcome=outcome, follow_up_id=it.id, **answers)  # type: ignore[arg-type]
    return (await service.log_call(it.match.volunteer.actor, call, NOW, str(uuid4()), ZONE)).call_id


async def test_a_volunteer_voids_nothing_and_another_does_not_see_the_call() -> None:
    it, other = await due(), await due()
    call_id = await logged(it)
    with pytest.raises(Forbidden):
        await service_corrections.void_call(it.match.volunteer.actor, call_id, VoidReason.TEST_ENTRY, NOW)
    with pytest.raises(NotFound):
        await service_corrections.correct_call(
            other.match.volunteer.actor, call_id, LoggedCall(outcome=Outcome.NO_ANSWER), NOW
        )
    async with at_the_browser(other.match.volunteer) as client:
        for path in ("", "/saved", "/correct"):
            assert (await client.get(f"/calls/{call_id}{path}")).status_code == 404
        assert (await submit(client, f"/calls/{call_id}/void", page="/me", reason="test_entry")).status_code == 403


async def test_a_void_call_counts_no_more_and_stays_readable() -> None:
    it, staff = await due(), await world.staff()
    call_id = await logged(it)
    assert len(await counted(it)) == 1
    async with at_the_browser(staff) as client:
        page = f"/calls/{call_id}"
        assert (await submit(client, f"{page}/void", page=page)).status_code == 422
        assert (await submit(client, f"{page}/void", page=page, reason="entered_twice")).status_code == 303
        assert "entered twice" in (await client.get(page)).text
    assert await counted(it) == []
    with pytest.raises(Refused, match="call_is_void"):
        await service_corrections.void_call(staff.actor, call_id, VoidReason.TEST_ENTRY, NOW)


@pytest.mark.parametrize(("hers", "talks"), [(True, 1), (False, 0)])
@pytest.mark.parametrize("outcome", [Outcome.REACHED, Outcome.CRISIS_ESCALATED])
async def test_whose_the_call_was_stays_so_when_staff_correct_it_and_correct_it_again(
    outcome: Outcome, hers: bool, talks: int
) -> None:
    it, staff = await due(), await world.staff()
    call = LoggedCall(outcome=Outcome.REACHED, match_id=it.match.id)
    by = it.match.volunteer.actor if hers else staff.actor
    call_id = (await service.log_call(by, call, NOW, str(uuid4()), ZONE)).call_id
    for load in (1, 5):
        corrected = LoggedCall(outcome=outcome, emotional_load=load)
        call_id = await service_corrections.correct_call(staff.actor, call_id, corrected, NOW)
    assert len(await rows("select id from debrief where call = $1", call_id)) == talks


async def test_a_correction_takes_the_place_of_the_call() -> None:
    it = await due()
    call_id = await logged(it, note="Ask about sleep, quill7.")
    async with at_the_browser(it.match.volunteer) as client:
        page = f"/calls/{call_id}/correct"
        form = (await client.get(page)).text
        assert "Ask about sleep, quill7." in form
        answer = await submit(client, page, key=uuid4(), outcome="no_answer", note="Ask about sleep, quill7.")
        assert answer.status_code == 303, answer.text
        assert "counts from now on" in (await client.get(answer.headers["location"])).text
        assert (await client.get(page)).status_code == 409
    former, correction = await calls_of(it)
    assert (correction["corrects"], correction["started_at"]) == (former["id"], former["started_at"])
    (call,) = await counted(it)
    assert (call["id"], call["outcome"], call["case_type"]) == (correction["id"], "no_answer", "ERU")
    with pytest.raises(Refused, match="call_is_corrected"):
        await service_corrections.correct_call(TESTS, call_id, LoggedCall(outcome=Outcome.BUSY), NOW)


async def test_after_three_days_it_is_the_coordinators() -> None:
    it, staff = await due(), await world.staff()
    call_id, later = await logged(it), NOW + timedelta(hours=73)
    brief = LoggedCall(outcome=Outcome.NO_ANSWER)
    with pytest.raises(Forbidden):
        await service_corrections.correct_call(it.match.volunteer.actor, call_id, brief, later)
    assert await service_corrections.correct_call(staff.actor, call_id, brief, later)


async def test_a_correction_is_held_to_the_same_rules() -> None:
    it = await due()
    call_id = await logged(it)
    with pytest.raises(Invalid) as refusal:
        await service_corrections.correct_call(
            it.match.volunteer.actor, call_id, LoggedCall(outcome=Outcome.BUSY, talk_minutes=3), NOW
        )
    assert refusal.value.problems[0][:2] == ("talk_minutes", "nobody_to_talk_with")
    assert len(await calls_of(it)) == 1


async def test_a_correction_that_ends_the_calls_ends_them() -> None:
    it = await due()
    call_id = await logged(it, Outcome.NO_ANSWER)
    await service_corrections.correct_call(
        it.match.volunteer.actor, call_id, LoggedCall(outcome=Outcome.DECLINED_SERVICE), NOW + timedelta(minutes=5)
    )
    statuses = await rows("select status from follow_up where match = $1", it.match.id)
    assert {each["status"] for each in statuses} <= {"cancelled", "completed"}


async def test_a_correction_to_not_safe_holds_the_next_call() -> None:
    it = await due()
    call_id = await logged(it, Outcome.NO_ANSWER)
    await service_corrections.correct_call(
        it.match.volunteer.actor, call_id, LoggedCall(outcome=Outcome.ENDED_FOR_SAFETY), NOW + timedelta(minutes=5)
    )
    (follow_up,) = await rows("select status from follow_up where match = $1 and ended_at is null", it.match.id)
    assert follow_up["status"] == "suspended"


# The talk with staff -------------------------------------------------------------------------------------------------


async def talks(it: world.AFollowUp) -> list[tuple[UUID, bool]]:
    """For which calls of hers, and whether each is still due."""
    query = "select call, done_at is null and waived_at is null from debrief where volunteer = $1 order by due_at"
    return [tuple(row) for row in await rows(query, it.match.volunteer.id)]


async def corrected(it: world.AFollowUp, call_id: UUID, **answers: object) -> UUID:
    call = LoggedCall(**({"outcome": Outcome.REACHED, "talk_minutes": 9} | answers))  # type: ignore[arg-type]
    return await service_corrections.correct_call(it.match.volunteer.actor, call_id, call, NOW + timedelta(minutes=5))


async def test_nobody_waits_for_a_talk_about_a_call_that_was_none() -> None:
    it, staff = await due(), await world.staff()
    call_id = await logged(it, emotional_load=5)
    assert await talks(it) == [(call_id, True)]
    await service_corrections.void_call(staff.actor, call_id, VoidReason.TEST_ENTRY, NOW)
    assert await talks(it) == [(call_id, False)]
    (row,) = await rows("select done_at, waived_at from debrief where call = $1", call_id)
    assert (row["done_at"], row["waived_at"]) == (None, NOW)


async def test_a_correction_that_makes_it_heavy_opens_a_talk_and_one_that_makes_it_light_ends_it() -> None:
    it = await due()
    light = await logged(it, emotional_load=2)
    assert await talks(it) == []
    heavy = await corrected(it, light, emotional_load=4)
    assert await talks(it) == [(heavy, True)]
    heavier = await corrected(it, heavy, emotional_load=5)
    assert await talks(it) == [(heavier, True)]
    await corrected(it, heavier, emotional_load=1)
    assert await talks(it) == [(heavier, False)]


async def test_a_talk_that_was_had_is_not_asked_for_again() -> None:
    it, staff = await due(), await world.staff()
    call_id = await logged(it, emotional_load=5)
    (talk,) = await rows("select id from debrief where call = $1", call_id)
    await debriefs.record_talk(staff.actor, talk["id"], NOW)
    heavy = await corrected(it, call_id, emotional_load=4)
    assert await talks(it) == [(heavy, False)]


async def test_a_heavy_topic_keeps_the_talk_whatever_the_load() -> None:
    it = await due()
    topic = next(each.code for each in programme().topics if each.heavy)
    call_id = await logged(it, emotional_load=5)
    again = await corrected(it, call_id, emotional_load=1, topics=(topic,))
    assert await talks(it) == [(again, True)]


async def test_a_correction_to_a_crisis_has_one_talk_and_a_crisis_keeps_its_own() -> None:
    it = await due()
    call_id = await logged(it, emotional_load=5)
    crisis = {"outcome": Outcome.CRISIS_ESCALATED, "escalation_level": EscalationLevel.URGENT}
    now_crisis = await corrected(it, call_id, **crisis)
    assert sorted(await talks(it)) == sorted([(call_id, False), (now_crisis, True)])
    last = await corrected(it, now_crisis)
    assert sorted(await talks(it)) == sorted([(call_id, False), (last, True)])


# Reading --------------------------------------------------------------------------------------------------------------


async def test_the_list_is_ones_own_and_shows_no_note() -> None:
    it, other, staff = await due(), await due(), await world.staff()
    await logged(it, note="Ask about sleep, quill7.")
    await logged(other)
    async with at_the_browser(it.match.volunteer) as client:
        mine = (await client.get("/calls")).text
        assert it.match.request.family_no in mine
        assert other.match.request.family_no not in mine
        assert "Ask about sleep, quill7." not in mine
        assert it.match.request.family_no not in (await client.get("/calls?month=2026-10")).text
        assert (await client.get("/calls?month=nonsense&after=-1")).status_code == 200
    async with at_the_browser(staff) as client:
        everybodys = (await client.get("/calls?month=2026-11")).text
    assert {it.match.request.family_no, other.match.request.family_no} <= set(everybodys.replace("<", ">").split(">"))


async def test_ninety_days_after_its_match_a_volunteer_sees_the_minutes_and_no_more() -> None:
    it, staff = await due(), await world.staff()
    call_id = await logged(it, talk_minutes=37, note="Ask about sleep, quill7.")
    await rows("update match set status = 'closed', closed_at = $2, close_reason = 'goals_met' where id = $1",
               it.match.id, NOW)  # fmt: skip
    late = NOW + timedelta(days=91)
    async with at_the_browser(it.match.volunteer, late) as client:
        listed = (await client.get("/calls?month=2026-11")).text
        assert "37" in listed
        assert "We talked" not in listed
        assert (await client.get(f"/calls/{call_id}")).status_code == 404
    assert (await service.read_call(staff.actor, call_id, late)).call.note == "Ask about sleep, quill7."


async def test_a_team_lead_does_not_read_the_note() -> None:
    team = uuid4()
    async with acting_as(TESTS):
        await rows("insert into team (id, name) values ($1, 'North')", team)
    it = await due(volunteer={"team": team})
    call_id = await logged(it, note="Ask about sleep, quill7.")
    lead = await world.volunteer(role=service.Role.TEAM_LEAD, team=team, now=NOW)
    assert (await service.read_call(lead.actor, call_id, NOW)).call.note is None
    assert (await service.read_call(it.match.volunteer.actor, call_id, NOW)).call.note == "Ask about sleep, quill7."


# The report's zone ----------------------------------------------------------------------------------------------------


async def test_the_first_call_fixes_the_zone_and_a_start_with_another_is_refused() -> None:
    await logged(await due())
    async with acting_as(TESTS):
        row = await Installation.select(Installation.report_timezone).first()
    assert row == {"report_timezone": "America/New_York"}
    await service_zone.check_report_zone(ZONE)
    with pytest.raises(service_zone.ReportZoneChanged, match="TEAMHOPE_REPORT_TIMEZONE"):
        await service_zone.check_report_zone(ZoneInfo("Pacific/Honolulu"))


async def test_a_later_setting_moves_no_call_to_another_day() -> None:
    it = await due()
    await logged(await due())
    late = NOW.replace(month=11, day=25, hour=4, minute=30)  # 11:30 PM on the 24th in New York, 6:30 PM in Honolulu
    call = LoggedCall(outcome=Outcome.NO_ANSWER, follow_up_id=it.id)
    actor = it.match.volunteer.actor
    await service.log_call(actor, call, late, str(uuid4()), ZoneInfo("Asia/Tokyo"))
    (row,) = await counted(it)
    assert row["counted_on"].isoformat() == "2026-11-24"


async def test_the_log_form_is_offered_again_for_the_next_call() -> None:
    it = await due()
    async with at_the_browser(it.match.volunteer) as client:
        answer = await fill_in(client, it, outcome="reached")
        saved = (await client.get(answer.headers["location"])).text
    (coming,) = await rows("select id from follow_up where match = $1 and ended_at is null", it.match.id)
    assert f"/schedule/{coming['id']}/move" in saved
