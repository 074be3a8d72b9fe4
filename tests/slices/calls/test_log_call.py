"""Logging a call through its form: outsiders first, every outcome, nothing twice, nothing lost."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from uuid import uuid4

import httpx
import pytest
from tests import world
from tests.app_kit import PASSWORD, TESTS, browser, sign_in, submit
from tests.slices.calls.kit import (
    NOW,
    TOMORROW_EVENING,
    at_the_browser,
    calls_of,
    counted,
    due,
    fill_in,
    rows,
    shortest,
)

from teamhope.calls import service
from teamhope.calls.rules import LoggedCall
from teamhope.families.rules_hours import EASTERN
from teamhope.kit.database import acting_as
from teamhope.tables.calls import Call
from teamhope.vocabulary.calls import OUTCOMES, TILES, Next, Outcome
from teamhope.vocabulary.people import Role

pytestmark = pytest.mark.usefixtures("db")


# Outsiders ------------------------------------------------------------------------------------------------------------


async def test_another_volunteer_finds_no_page_and_logs_nothing() -> None:
    it, other = await due(), await due()
    async with at_the_browser(other.match.volunteer) as client:
        for page in ("log", "place"):
            assert (await client.get(f"/calls/{it.id}/{page}")).status_code == 404
            answer = await submit(client, f"/calls/{it.id}/{page}", page=f"/calls/{other.id}/log", outcome="reached")
            assert answer.status_code == 404
        draft = await submit(client, f"/drafts/{it.id}", page=f"/calls/{other.id}/log", note="x", key=uuid4())
        assert draft.status_code == 404
    assert await calls_of(it) == []
    assert await rows("select * from call_draft where follow_up = $1", it.id) == []


async def test_leadership_may_not_and_a_stranger_signs_in_first() -> None:
    it = await due()
    leader = await world.staff(Role.LEADERSHIP)
    async with at_the_browser(leader) as client:
        for path in (f"/calls/{it.id}/log", f"/calls/{it.id}/place", "/calls", f"/calls/{uuid4()}"):
            assert (await client.get(path)).status_code == 403
    async with browser() as client:
        assert (await client.get(f"/calls/{it.id}/log")).headers["location"].startswith("/login")


async def test_a_volunteer_whose_match_is_over_finds_nothing() -> None:
    it = await due()
    over = await world.match(
        await world.family_request(now=NOW), await world.volunteer(password=PASSWORD, now=NOW), "closed", now=NOW
    )
    follow_up = await world.follow_up(over, NOW, status="cancelled", now=NOW)
    async with at_the_browser(over.volunteer) as client:
        assert (await client.get(f"/calls/{follow_up.id}/log")).status_code == 404
        assert (await client.get(f"/calls/{it.id}/log")).status_code == 404


# Every outcome --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("outcome", Outcome)
async def test_every_outcome_can_be_chosen_and_saved(outcome: Outcome) -> None:
    it = await due()
    async with at_the_browser(it.match.volunteer) as client:
        assert f'value="{outcome}"' in (await client.get(f"/calls/{it.id}/log")).text
        answer = await fill_in(client, it, **shortest(outcome))
        assert answer.status_code == 303, answer.text
        saved = await client.get(answer.headers["location"])
        assert saved.status_code == 200
    (call,) = await calls_of(it)
    rule = OUTCOMES[outcome]
    assert (call["outcome"], call["direction"]) == (outcome, "inbound" if rule.inbound else "outbound")
    assert call["talk_seconds"] is None
    goes_on = rule.next not in {Next.REVOKE, Next.STOP_NUMBER, Next.STOP_LINE, Next.WAIT_FOR_COORDINATOR, Next.REMATCH}
    assert ("Next call:" in saved.text) == goes_on, saved.text


async def test_a_crisis_is_no_tile_but_a_button_on_the_way_to_help() -> None:
    it = await due()
    async with at_the_browser(it.match.volunteer) as client:
        form = (await client.get(f"/calls/{it.id}/log")).text
    assert Outcome.CRISIS_ESCALATED not in TILES
    assert f'href="/help?family={it.match.request.family_no}"' in form
    order = [form.index(f'value="{outcome}"') for outcome in TILES]
    assert order == sorted(order)
    assert "<script" not in form.split("<main")[1]


async def test_a_crisis_with_all_else_empty_opens_one_escalation_and_one_debrief() -> None:
    it = await due()
    async with at_the_browser(it.match.volunteer) as client:
        answer = await submit(
            client, f"/calls/{it.id}/log", outcome="crisis_escalated", key=uuid4(), emotional_load="5"
        )
        assert answer.status_code == 303
    (call,) = await calls_of(it)
    escalations = await rows("select * from escalation where family = $1", it.match.request.family_id)
    assert [(each["level"], each["call"]) for each in escalations] == [("imminent", call["id"])]
    assert len(await rows("select * from debrief where call = $1", call["id"])) == 1


async def test_they_asked_us_to_stop_and_nothing_more_is_planned() -> None:
    it = await due()
    async with at_the_browser(it.match.volunteer) as client:
        answer = await fill_in(client, it, outcome="declined_service")
        assert "no more calls" in (await client.get(answer.headers["location"])).text
    (consent,) = await rows(
        "select granted from consent where contact = $1 and kind = 'voice_call' order by at desc, granted limit 1",
        it.match.request.contact_id,
    )
    assert not consent["granted"]


async def test_what_the_outcome_does_not_ask_is_left_out() -> None:
    it = await due()
    async with at_the_browser(it.match.volunteer) as client:
        answer = await fill_in(
            client, it, outcome="no_answer", talk_minutes="5", answered_by="child", **TOMORROW_EVENING
        )
        assert answer.status_code == 303
    (call,) = await calls_of(it)
    assert (call["talk_seconds"], call["answered_by"], call["callback_at"]) == (None, None, None)


async def test_the_time_they_asked_for_is_theirs_and_becomes_the_next_call() -> None:
    it = await due()
    async with at_the_browser(it.match.volunteer) as client:
        answer = await fill_in(client, it, **shortest(Outcome.CALLBACK_REQUESTED))
        saved = (await client.get(answer.headers["location"])).text
    (call,) = await calls_of(it)
    assert call["callback_at"] == datetime(2026, 11, 26, 1, tzinfo=UTC)  # 6 PM in Denver
    assert "Wed, Nov 25, 6:00 PM where they are (Mountain Time) · 7:00 PM where you are (Central Time)" in saved


# All that a log may hold ----------------------------------------------------------------------------------------------


async def test_a_full_log_is_kept_sealed_and_leaves_tasks_and_a_debrief() -> None:
    it = await due()
    async with at_the_browser(it.match.volunteer) as client:
        answer = await fill_in(
            client,
            it,
            outcome="reached",
            talk_minutes="22",
            emotional_load="4",
            topics=["grief", "siblings"],
            needs=["attorney", "counselor"],
            note="Her sister is staying, quill1.",
            started_date="2026-11-24",
            started_time="12:02",
            language="es",
        )
        assert answer.status_code == 303, answer.text
    (call,) = await calls_of(it)
    assert call["started_at"] == datetime(2026, 11, 24, 18, 2, tzinfo=UTC)  # in Chicago, where she is
    assert (call["talk_seconds"], call["emotional_load"], call["language"]) == (1320, 4, "es")
    assert (call["topics"], call["needs"]) == (["grief", "siblings"], ["attorney", "counselor"])
    assert (call["volunteer"], call["logged_by"]) == (it.match.volunteer.id, it.match.volunteer.person_id)
    assert b"sister" not in call["note"]
    async with acting_as(TESTS):
        assert Call.note.unseal(call["id"], call["note"]) == "Her sister is staying, quill1."
    tasks = await rows("select detail from task where call = $1 and kind = 'need_from_call' order by 1", call["id"])
    assert [task["detail"] for task in tasks] == ["attorney", "counselor"]
    assert len(await rows("select * from debrief where call = $1", call["id"])) == 1


async def test_the_first_talk_on_a_heavy_kind_of_experience_asks_for_a_debrief_and_the_second_does_not() -> None:
    first = await due(case_type="CSE")
    request = await world.family_request(case_type="CSE", status="matched", now=NOW)
    second = await world.follow_up(await world.match(request, first.match.volunteer, now=NOW), NOW, now=NOW)
    async with at_the_browser(first.match.volunteer) as client:
        for it in (first, second):
            assert (await fill_in(client, it, outcome="reached")).status_code == 303
    (one,), (two,) = await calls_of(first), await calls_of(second)
    assert len(await rows("select * from debrief where call = $1", one["id"])) == 1
    assert await rows("select * from debrief where call = $1", two["id"]) == []


async def test_it_is_counted_by_what_was_true_then() -> None:
    it = await due(case_type="NFA", relation="grandparent", state="NM")
    async with at_the_browser(it.match.volunteer) as client:
        await fill_in(client, it, outcome="reached")
    (call,) = await counted(it)
    assert (call["case_type"], call["relation"], call["state"]) == ("NFA", "grandparent", "NM")


async def test_new_years_eve_in_honolulu_counts_for_the_next_year() -> None:
    now = datetime(2027, 1, 1, 5, 40, tzinfo=UTC)  # 7:40 PM on 31 December in Honolulu
    it = await due(now=now, timezone="Pacific/Honolulu", volunteer={"timezone": "Pacific/Honolulu"})
    async with at_the_browser(it.match.volunteer, now) as client:
        answer = await fill_in(client, it, outcome="reached", started_date="2026-12-31", started_time="19:30")
        assert answer.status_code == 303, answer.text
    (call,) = await counted(it)
    assert call["counted_on"].isoformat() == "2027-01-01"


# Wrong answers --------------------------------------------------------------------------------------------------------

WRONG = [
    ({}, "outcome"),
    ({"outcome": "nonsense"}, "outcome"),
    ({"outcome": "reached", "they_called": "on"}, "outcome"),
    ({"outcome": "callback_requested"}, "callback_date"),
    ({"outcome": "callback_requested", "callback_date": "2026-11-25"}, "callback_time"),
    ({"outcome": "callback_requested", "callback_date": "2026-11-23", "callback_time": "10:00"}, "callback_date"),
    ({"outcome": "message_with_person", "answered_by": ""}, "answered_by"),
    ({"outcome": "reached", "talk_minutes": "1441"}, "talk_minutes"),
    ({"outcome": "reached", "talk_minutes": "ten"}, "talk_minutes"),
    ({"outcome": "reached", "emotional_load": "6"}, "emotional_load"),
    ({"outcome": "reached", "topics": "weather"}, "topics"),
    ({"outcome": "reached", "needs": "money"}, "needs"),
    ({"outcome": "reached", "language": "xx"}, "language"),
    ({"outcome": "reached", "started_date": "2026-11-25", "started_time": "10:00"}, "started_date"),
    ({"outcome": "reached", "started_date": "2026-10-20", "started_time": "10:00"}, "started_date"),
    ({"outcome": "reached", "note": "call 202-555-0143"}, "note"),
    ({"outcome": "reached", "note": "x" * 501}, "note"),
]


@pytest.fixture(scope="module")
async def anybody(db: object) -> world.AFollowUp:
    return await due()


@pytest.fixture(scope="module", params=["There is a problem", "Hay un problema"])
async def reader(request: pytest.FixtureRequest, anybody: world.AFollowUp) -> AsyncIterator[httpx.AsyncClient]:
    """The volunteer at a browser of each language, told by the heading of what is wrong."""
    async with at_the_browser(anybody.match.volunteer) as client:
        locale = "es" if request.param.startswith("Hay") else "en"
        await submit(client, "/language", page=f"/calls/{anybody.id}/log", locale=locale)
        client.headers["x-heading"] = request.param
        yield client


@pytest.mark.parametrize(("fields", "field"), WRONG)
async def test_a_problem_names_its_field_and_what_was_typed_stays(
    anybody: world.AFollowUp, reader: httpx.AsyncClient, fields: dict[str, str], field: str
) -> None:
    typed = {"note": "Her sister is staying, quill2.", "talk_minutes": "22"} | fields
    answer = await fill_in(reader, anybody, **typed)
    assert answer.status_code == 422
    assert f'href="#field-{field}"' in answer.text
    assert f'id="field-{field}"' in answer.text
    assert reader.headers["x-heading"] in answer.text
    assert typed["note"] in answer.text
    assert f'value="{typed["talk_minutes"]}"' in answer.text
    assert await calls_of(anybody) == []


# Once ----------------------------------------------------------------------------------------------------------------


async def test_twenty_submits_of_one_form_are_one_call() -> None:
    it = await due()
    async with at_the_browser(it.match.volunteer) as client:
        path = f"/calls/{it.id}/log"
        form = (await client.get(path)).text
        token = form.split('name="_csrf_token" value="')[1].split('"')[0]
        fields = {"_csrf_token": token, "key": str(uuid4()), "outcome": "reached", "needs": "attorney"}
        answers = await asyncio.gather(*(client.post(path, data=fields) for _ in range(20)))
    assert {answer.status_code for answer in answers} == {303}
    assert len({answer.headers["location"] for answer in answers}) == 1
    (call,) = await calls_of(it)
    assert len(await rows("select * from task where call = $1", call["id"])) == 1


async def test_a_second_window_is_asked_whether_it_was_one_more_call() -> None:
    it = await due()
    async with at_the_browser(it.match.volunteer) as client:
        await fill_in(client, it, outcome="reached")
        asked = await fill_in(client, it, outcome="no_answer", note="Her line broke off, quill3.")
        assert asked.status_code == 409
        assert "Her line broke off, quill3." in asked.text
        assert "logged already" in asked.text
        assert len(await calls_of(it)) == 1
        answer = await fill_in(client, it, outcome="no_answer", note="Her line broke off, quill3.", again="on")
        assert answer.status_code == 303, answer.text
    assert [call["outcome"] for call in await calls_of(it)] == ["reached", "no_answer"]


async def test_today_to_a_saved_outcome_is_three_taps() -> None:
    """Log the call, the tile, save: nothing else has to be filled in."""
    it = await due()
    async with at_the_browser(it.match.volunteer) as client:
        assert (await fill_in(client, it, outcome="no_answer")).status_code == 303


async def test_a_coordinator_logs_for_the_volunteer() -> None:
    it, staff = await due(), await world.staff()
    async with at_the_browser(staff) as client:
        assert (await fill_in(client, it, outcome="reached")).status_code == 303
    (call,) = await calls_of(it)
    assert (call["volunteer"], call["logged_by"]) == (it.match.volunteer.id, staff.id)


@pytest.mark.parametrize("outcome", [Outcome.REACHED, Outcome.CRISIS_ESCALATED])
@pytest.mark.parametrize(("by", "promised", "talks"), [("her", False, 1), ("staff", True, 1), ("staff", False, 0)])
async def test_a_hard_call_asks_for_a_talk_with_the_volunteer_who_was_on_it(
    outcome: Outcome, by: str, promised: bool, talks: int
) -> None:
    it = await due()
    who = it.match.volunteer.actor if by == "her" else (await world.staff()).actor
    follow_up, match = (it.id, None) if promised else (None, it.match.id)
    call = LoggedCall(outcome=outcome, emotional_load=5, follow_up_id=follow_up, match_id=match)
    await service.log_call(who, call, NOW, str(uuid4()), EASTERN)
    assert len(await rows("select id from debrief where volunteer = $1", it.match.volunteer.id)) == talks
    opened = await rows("select id from escalation where family = $1", it.match.request.family_id)
    assert len(opened) == (outcome is Outcome.CRISIS_ESCALATED), "the family is helped whoever called"


async def test_a_talk_that_staff_had_about_a_heavy_kind_is_not_the_volunteers_first() -> None:
    it, staff = await due(case_type="CSE"), await world.staff()
    call = LoggedCall(outcome=Outcome.REACHED, match_id=it.match.id)
    for who in (staff.actor, it.match.volunteer.actor):
        await service.log_call(who, call, NOW, str(uuid4()), EASTERN)
    of_calls = "select call.logged_by from debrief join call on call.id = debrief.call where debrief.volunteer = $1"
    assert [tuple(each) for each in await rows(of_calls, it.match.volunteer.id)] == [(it.match.volunteer.person_id,)]


async def test_the_team_lead_sees_her_team_and_no_other() -> None:
    team, other = uuid4(), uuid4()
    async with acting_as(TESTS):
        await rows_insert_teams(team, other)
    inside = await due(volunteer={"team": team})
    outside = await due(volunteer={"team": other})
    lead = await world.volunteer(password=PASSWORD, role=Role.TEAM_LEAD, team=team, now=NOW)
    async with at_the_browser(lead) as client:
        assert (await client.get(f"/calls/{inside.id}/log")).status_code == 200
        assert (await client.get(f"/calls/{outside.id}/log")).status_code == 404


async def rows_insert_teams(*ids: object) -> None:
    for number, id_ in enumerate(ids):
        await rows("insert into team (id, name) values ($1, $2)", id_, f"Team {number}")


async def test_no_family_is_named_in_an_address(anybody: world.AFollowUp) -> None:
    async with browser(now=lambda: NOW) as client:
        await sign_in(client, anybody.match.volunteer)
        page: httpx.Response = await client.get(f"/calls/{anybody.id}/log")
    assert anybody.match.request.first_name not in page.text.split("<title>")[1].split("</title>")[0]
    assert anybody.match.request.number not in page.text
