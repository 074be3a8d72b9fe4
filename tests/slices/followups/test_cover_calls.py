"""A call that nobody has made: outsiders first, then who is asked and told, and what a cover person may do."""

import asyncio
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import uuid4
from zoneinfo import ZoneInfo

import asyncpg
import httpx
import pytest
from tests import world
from tests.app_kit import PASSWORD, TESTS, browser, sign_in, submit
from tests.slices.followups.kit import (
    DAY,
    HOUR,
    MINUTE,
    a_call,
    follow_up_row,
    introduced,
    local,
    row,
    rows,
    tasks,
    watch_promises,
)

from teamhope.calls import service as calls
from teamhope.calls import service_ring
from teamhope.calls.rules import LoggedCall
from teamhope.care import service_on_call
from teamhope.families.rules_hours import Span
from teamhope.families.service_contact import How
from teamhope.followups import queries_cover, service_lists, service_moves
from teamhope.followups import service as followups
from teamhope.followups.passes import mark_due
from teamhope.followups.service import clear_call
from teamhope.followups.service_families import hold, take_back_consent
from teamhope.kit.database import acting_as, connection
from teamhope.kit.embedded_roles import Addresses
from teamhope.vocabulary.calls import AnsweredBy, Outcome
from teamhope.vocabulary.errors import IllegalMove, NotFound, Refused
from teamhope.vocabulary.families import ConsentKind, ConsentMethod
from teamhope.vocabulary.people import Actor, Role

pytestmark = pytest.mark.usefixtures("db")
# What row-level security asks of the clock is asked of the real one: far ahead, everything is still to come.
NOW = local(2031, 3, 11, 10)  # a Tuesday in Denver
DUE = local(2031, 3, 11, 14)
UNCOVERED_AT = DUE + 2 * HOUR + 30 * MINUTE
CALLER = ZoneInfo("America/New_York")


@dataclass(frozen=True)
class Story:
    promised: world.AFollowUp
    cover: world.AVolunteer

    @property
    def match(self) -> world.AMatch:
        return self.promised.match


async def promised(match: world.AMatch | None = None, **columns: object) -> world.AFollowUp:
    return await world.follow_up(match or await introduced(NOW), DUE, status="due", now=NOW, **columns)


async def a_story(**family: object) -> Story:
    """A call that is due, and a cover person who can sign in."""
    it = await promised(await introduced(NOW, **family))
    cover = await world.volunteer(password=PASSWORD, now=NOW)
    await world.cover_person(it.match, cover, now=NOW)
    return Story(it, cover)


@pytest.fixture
async def story() -> Story:
    return await a_story()


@pytest.fixture
async def asked(story: Story) -> Story:
    await watch_promises(UNCOVERED_AT)
    return story


async def covers(actor: Actor, now: datetime = UNCOVERED_AT) -> list[object]:
    return [each.call.follow_up.id for each in await service_lists.calls_to_cover(actor, now)]


async def sees(actor: Actor, it: Story) -> dict[str, int]:
    """How many rows of the family row-level security shows, by table."""
    found = {}
    async with acting_as(actor):
        for table, of in (("family", "id"), ("contact", "family"), ("contact_phone", "family"), ("match", "family"),
                          ("follow_up", "family"), ("cover_person", "family"), ("cover_call", "family")):  # fmt: skip
            count = f"select count(*) from {table} where {of} = $1"
            found[table] = await connection().fetchval(count, it.match.request.family_id)
    return {table: count for table, count in found.items() if count}


async def steps(it: world.AFollowUp) -> list[str]:
    found = await rows("select step from promise_step where follow_up = $1 order by taken_at, step", it.id)
    return [each["step"] for each in found]


# Outsiders ------------------------------------------------------------------------------------------------------------


async def test_before_she_is_asked_a_cover_person_sees_nothing(story: Story) -> None:
    await watch_promises(UNCOVERED_AT - MINUTE)
    assert await sees(story.cover.actor, story) == {}
    assert await covers(story.cover.actor, UNCOVERED_AT - MINUTE) == []
    with pytest.raises(NotFound):
        await clear_call(story.cover.actor, story.promised.id, UNCOVERED_AT - MINUTE)
    with pytest.raises(NotFound):
        await calls.look(story.cover.actor, story.promised.id, UNCOVERED_AT - MINUTE)


@pytest.mark.parametrize("role", [Role.VOLUNTEER, Role.TEAM_LEAD])
async def test_another_volunteer_has_no_part_in_it(asked: Story, role: Role) -> None:
    other = await world.volunteer(role=role, now=NOW)
    assert await sees(other.actor, asked) == {}
    assert await covers(other.actor) == []
    with pytest.raises(NotFound):
        await clear_call(other.actor, asked.promised.id, UNCOVERED_AT)


@pytest.mark.parametrize("role", [Role.LEADERSHIP, Role.ADMIN, Role.AUDITOR, Role.ADVOCATE])
async def test_who_makes_no_calls_sees_nothing_of_it(asked: Story, role: Role) -> None:
    assert await sees((await world.staff(role)).actor, asked) == {}


async def test_a_coordinator_of_another_team_sees_nothing_of_it(asked: Story) -> None:
    actor = Actor(Role.COORDINATOR, (await world.staff()).id, team_id=await world.team("West"))
    assert await sees(actor, asked) == {}
    assert await service_lists.overdue(actor, UNCOVERED_AT) == ()


async def test_asked_for_one_call_she_cannot_make_another_of_the_family(asked: Story) -> None:
    other = await world.follow_up(asked.match, DUE + HOUR, status="due", seq=1, plan_id=asked.promised.plan_id, now=NOW)
    with pytest.raises(NotFound):
        await clear_call(asked.cover.actor, other.id, UNCOVERED_AT)
    with pytest.raises(NotFound):
        await service_moves.move(asked.cover.actor, asked.promised.id, DUE + DAY, "family", UNCOVERED_AT)
    async with browser(now=lambda: UNCOVERED_AT) as client:
        await sign_in(client, asked.cover)
        for path in (f"/families/{asked.match.request.family_id}", f"/matches/{asked.match.id}/promises",
                     f"/matches/{asked.match.id}/cover", f"/schedule/{asked.promised.id}/move"):  # fmt: skip
            assert (await client.get(path)).status_code in {403, 404}, path
        families = (await client.get("/families")).text
    assert asked.match.request.first_name not in families


@pytest.mark.parametrize("later", [24 * HOUR, 25 * HOUR])
async def test_after_a_day_it_is_hers_no_more(asked: Story, later: object) -> None:
    now = UNCOVERED_AT + later  # type: ignore[operator]
    assert await covers(asked.cover.actor, now) == []
    with pytest.raises(NotFound):
        await clear_call(asked.cover.actor, asked.promised.id, now)
    await watch_promises(now)
    assert await sees(asked.cover.actor, asked) == {"cover_call": 1}


async def test_by_the_real_clock_the_rows_are_hidden_without_any_worker(asked: Story, db: Addresses) -> None:
    owner = await asyncpg.connect(db.owner)
    try:
        await owner.execute("update cover_call set asked_at = '2026-01-01', until_at = '2026-01-02'")
    finally:
        await owner.close()
    assert await sees(asked.cover.actor, asked) == {"cover_call": 1}


async def test_whom_the_family_does_not_want_any_more_sees_nothing_at_once(asked: Story) -> None:
    await rows("update cover_person set ended_at = $1 returning id", UNCOVERED_AT)
    assert await sees(asked.cover.actor, asked) == {"cover_call": 1}
    with pytest.raises(NotFound):
        await clear_call(asked.cover.actor, asked.promised.id, UNCOVERED_AT)


async def test_a_call_that_was_moved_or_waits_is_hers_no_more(asked: Story) -> None:
    held, now = await a_story(), UNCOVERED_AT + MINUTE
    await watch_promises(UNCOVERED_AT)
    await service_moves.move(asked.match.volunteer.actor, asked.promised.id, local(2031, 3, 13, 15), "family", now)
    await hold(held.cover.actor, held.match.request.family_id, now)  # she has heard that something happened
    await watch_promises(now)
    for each in (asked, held):
        assert await sees(each.cover.actor, each) == {"cover_call": 1}
        with pytest.raises(NotFound):
            await clear_call(each.cover.actor, each.promised.id, now)


# Who is asked ---------------------------------------------------------------------------------------------------------


async def test_the_cover_person_is_asked_once(story: Story) -> None:
    await asyncio.gather(watch_promises(UNCOVERED_AT), watch_promises(UNCOVERED_AT))
    await watch_promises(UNCOVERED_AT + MINUTE)
    assert await steps(story.promised) == ["ask_cover"]
    assert await tasks(story.match) == []
    asked = await row("select * from cover_call where follow_up = $1", story.promised.id)
    assert (asked["volunteer"], asked["asked_at"], asked["until_at"]) == (
        story.cover.id, UNCOVERED_AT, UNCOVERED_AT + DAY,
    )  # fmt: skip
    assert await covers(story.cover.actor) == [story.promised.id]
    coordinator = (await world.staff()).actor
    (late,) = [each for each in await service_lists.overdue(coordinator, UNCOVERED_AT)
               if each.call.follow_up.id == story.promised.id]  # fmt: skip
    assert late.asked == story.cover.name


async def test_what_a_killed_pass_began_is_done_by_the_next(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    async def killed(*_: object) -> None:
        raise ConnectionError

    with monkeypatch.context() as broken:
        broken.setattr(queries_cover, "insert_cover_call", killed)
        with pytest.raises(ConnectionError):
            await watch_promises(UNCOVERED_AT)
    assert await steps(story.promised) == []
    await watch_promises(UNCOVERED_AT)
    assert await covers(story.cover.actor) == [story.promised.id]


async def test_without_a_cover_person_every_coordinator_has_a_task() -> None:
    it = await promised()
    await watch_promises(UNCOVERED_AT)
    await watch_promises(UNCOVERED_AT)
    assert await tasks(it.match) == [("other", "promise_uncovered")]
    assert (await row("select owner from task where family = $1", it.match.request.family_id))["owner"] is None


async def test_who_is_on_call_has_it_and_sees_that_family() -> None:
    it, advocate, other = await promised(), await world.staff(Role.ADVOCATE), await world.staff(Role.ADVOCATE)
    await service_on_call.add_shifts(TESTS, advocate.id, (Span(DUE, DUE + 4 * HOUR),), NOW)
    await watch_promises(UNCOVERED_AT)
    task = await row("select owner, detail from task where family = $1", it.match.request.family_id)
    assert tuple(task) == (advocate.id, "promise_uncovered")
    story = Story(it, it.match.volunteer)
    assert (await sees(advocate.actor, story))["family"] == 1
    assert await sees(other.actor, story) == {}
    await rows("delete from on_call_shift returning id")


@pytest.mark.parametrize(
    "unable",
    [
        "update volunteer set status = 'suspended' where id = $1 returning id",
        "update volunteer set status = 'on_break' where id = $1 returning id",
        "update person set status = 'suspended' where id = (select person from volunteer where id = $1) returning id",
        "insert into time_away (id, volunteer, first_on, last_on) "
        "values (gen_random_uuid(), $1, '2031-03-01', '2031-03-11') returning id",
        "update cover_person set ended_at = now() where volunteer = $1 returning id",
    ],
)
async def test_whom_nothing_can_be_asked_of_is_not_asked(story: Story, unable: str) -> None:
    await rows(unable, story.cover.id)
    await watch_promises(UNCOVERED_AT)
    assert await tasks(story.match) == [("other", "promise_uncovered")]
    assert await rows("select from cover_call where follow_up = $1", story.promised.id) == []


async def test_who_may_know_them_is_not_asked(story: Story) -> None:
    await world.known_connection(story.match.request.family_id, story.cover.id)
    await watch_promises(UNCOVERED_AT)
    assert await tasks(story.match) == [("other", "promise_uncovered")]


async def test_never_a_new_voice_without_consent(story: Story) -> None:
    request = story.match.request
    kind = ConsentKind.SHARE_PROFILE_WITH_VOLUNTEER
    await world.consent(request.family_id, request.contact_id, kind, granted=False, now=NOW + MINUTE)
    await watch_promises(UNCOVERED_AT)
    assert await tasks(story.match) == [("other", "promise_uncovered")]
    assert await sees(story.cover.actor, story) == {}


async def test_nobody_is_asked_while_calls_wait_or_once_somebody_has_called(story: Story) -> None:
    held, called = await a_story(), await a_story()
    await hold(TESTS, held.match.request.family_id, DUE)
    await a_call(called.match, Outcome.NO_ANSWER, DUE + HOUR, called.promised.id)
    await watch_promises(UNCOVERED_AT + 3 * DAY)
    for each in (held, called):
        assert await steps(each.promised) == []


async def test_nobody_is_asked_while_a_call_by_our_number_waits_for_its_log(story: Story) -> None:
    await world.rang(story.match, DUE + HOUR, follow_up=story.promised.id)
    await watch_promises(UNCOVERED_AT)
    assert await steps(story.promised) == []


async def test_a_call_by_our_number_that_rang_nobody_is_none(story: Story) -> None:
    await world.rang(story.match, DUE + HOUR, "failed", follow_up=story.promised.id)
    await watch_promises(UNCOVERED_AT)
    assert await steps(story.promised) == ["ask_cover"]


async def test_after_a_day_the_lead_is_told_and_after_two_somebody_else_is_considered() -> None:
    east = await world.team("East")
    who = await world.volunteer(team=east, now=NOW)
    lead = await world.volunteer(role=Role.TEAM_LEAD, team=east, password=PASSWORD, now=NOW)
    it = await promised(await world.match(await world.family_request(now=NOW), who, "active", now=NOW))
    for after in (DAY, DAY + MINUTE, 2 * DAY, 2 * DAY + MINUTE):
        await mark_due(DUE + after)
        await watch_promises(DUE + after)
    assert await steps(it) == ["missed", "reassign"], "a worker that comes so late asks no cover person any more"
    found = await rows("select owner, detail from task where family = $1 order by detail", it.match.request.family_id)
    assert [tuple(each) for each in found] == [(lead.person_id, "promise_missed"), (None, "promise_reassign")]
    async with browser(now=lambda: DUE + 2 * DAY) as client:
        await sign_in(client, lead)
        for path in ("/", "/tasks"):
            text = (await client.get(path)).text
            assert "Nobody has called this family for a day." in text
            assert "two days" not in text


async def test_a_lead_of_another_team_has_no_task_of_it() -> None:
    west = await world.team("West")
    lead = await world.volunteer(role=Role.TEAM_LEAD, team=west, password=PASSWORD, now=NOW)
    await promised()
    await watch_promises(DUE + DAY)
    async with browser(now=lambda: DUE + DAY) as client:
        await sign_in(client, lead)
        assert "Nobody has called" not in (await client.get("/tasks")).text


# What she may do ------------------------------------------------------------------------------------------------------


async def log(it: Story, outcome: Outcome, now: datetime, **more: object) -> None:
    call = LoggedCall(outcome=outcome, follow_up_id=it.promised.id, started_at=now - 10 * MINUTE, **more)  # type: ignore[arg-type]
    await calls.log_call(it.cover.actor, call, now, f"key {now}", CALLER)


async def test_she_sees_how_to_speak_and_the_number_as_the_rules_let_her(asked: Story) -> None:
    cleared = await clear_call(asked.cover.actor, asked.promised.id, UNCOVERED_AT)
    assert cleared.number == asked.match.request.number
    with pytest.raises(Refused) as refusal:
        await clear_call(asked.cover.actor, asked.promised.id, local(2031, 3, 11, 21))
    assert refusal.value.code == "not_now_outside_hours"


async def test_the_programmes_number_rings_her_and_nobody_else(asked: Story) -> None:
    with pytest.raises(NotFound):
        await service_ring.ring((await world.volunteer(now=NOW)).actor, asked.promised.id, UNCOVERED_AT)
    await service_ring.ring(asked.cover.actor, asked.promised.id, UNCOVERED_AT)
    rung = await row(
        "select c.volunteer, l.person from phone_call c join phone_leg l on l.phone_call = c.id where c.follow_up = $1",
        asked.promised.id,
    )
    assert tuple(rung) == (asked.cover.id, asked.cover.person_id)
    assert (await service_ring.look(asked.cover.actor, asked.promised.id)).subject.volunteer_id == asked.cover.id
    clearance = await followups.clear_masked_call(asked.cover.actor, asked.promised.id, UNCOVERED_AT)
    assert clearance.phone_id == asked.match.request.phone_id


async def test_her_own_hours_count_not_the_volunteers() -> None:
    it = await a_story()
    morning = world.as_json([{"weekday": day, "start": "09:00:00", "end": "12:00:00"} for day in range(7)])
    await rows("update volunteer set availability = $2 where id = $1 returning id", it.cover.id, morning)
    await watch_promises(UNCOVERED_AT)
    with pytest.raises(Refused) as refusal:
        await clear_call(it.cover.actor, it.promised.id, UNCOVERED_AT)
    assert refusal.value.code == "not_now_volunteer_not_available"
    assert (await clear_call(it.cover.actor, it.promised.id, local(2031, 3, 12, 10))).number == it.match.request.number


async def test_what_she_logs_is_hers_and_completes_the_promise(asked: Story) -> None:
    await clear_call(asked.cover.actor, asked.promised.id, UNCOVERED_AT)
    now = UNCOVERED_AT + 20 * MINUTE
    await log(asked, Outcome.REACHED, now, talk_minutes=10, emotional_load=5)
    call = await row("select id, volunteer, logged_by, match from call where follow_up = $1", asked.promised.id)
    assert tuple(call)[1:] == (asked.cover.id, asked.cover.person_id, asked.match.id)
    assert (await follow_up_row(asked.promised.id))["status"] == "completed"
    (coming,) = await rows("select volunteer from follow_up where match = $1 and status = 'planned'", asked.match.id)
    assert coming["volunteer"] == asked.match.volunteer.id, "the next call is her volunteer's again"
    debrief = await row("select volunteer from debrief where call = $1", call["id"])
    assert debrief["volunteer"] == asked.cover.id
    with pytest.raises(IllegalMove):
        await clear_call(asked.cover.actor, asked.promised.id, UNCOVERED_AT + 21 * HOUR)
    await watch_promises(now)
    assert await sees(asked.cover.actor, asked) == {"cover_call": 1}
    assert await covers(asked.cover.actor, now) == []


async def test_not_reached_she_may_try_again_and_a_crisis_asks_after_her_alone(asked: Story) -> None:
    await log(asked, Outcome.NO_ANSWER, UNCOVERED_AT + 20 * MINUTE)
    assert (await follow_up_row(asked.promised.id))["status"] == "retry_wait"
    await watch_promises(UNCOVERED_AT + HOUR)
    assert await covers(asked.cover.actor, UNCOVERED_AT + HOUR) == [asked.promised.id]
    await log(asked, Outcome.CRISIS_ESCALATED, UNCOVERED_AT + 2 * HOUR)
    debriefs = await rows("select d.volunteer from debrief d join call k on k.id = d.call where k.match = $1",
                          asked.match.id)  # fmt: skip
    assert [each["volunteer"] for each in debriefs] == [asked.cover.id]
    assert len(await rows("select from escalation where family = $1", asked.match.request.family_id)) == 1


@pytest.mark.parametrize("outcome", [Outcome.DECLINED_SERVICE, Outcome.WRONG_NUMBER, Outcome.THIRD_PARTY_REFUSED])
async def test_what_the_family_says_to_her_counts_at_once(asked: Story, outcome: Outcome) -> None:
    who = AnsweredBy.HOUSEHOLD_ADULT if outcome is Outcome.THIRD_PARTY_REFUSED else None
    await log(asked, outcome, UNCOVERED_AT + 20 * MINUTE, answered_by=who)
    assert (await follow_up_row(asked.promised.id))["status"] in {"cancelled", "suspended", "retry_wait"}
    assert await rows("select from call where follow_up = $1 and volunteer = $2", asked.promised.id, asked.cover.id)


async def test_a_call_ends_what_whoever_is_on_call_was_asked_for() -> None:
    it = await promised()
    await watch_promises(UNCOVERED_AT)
    call = LoggedCall(outcome=Outcome.NO_ANSWER, follow_up_id=it.id, started_at=UNCOVERED_AT + MINUTE)
    await calls.log_call(it.match.volunteer.actor, call, UNCOVERED_AT + 2 * MINUTE, "late", CALLER)
    found = await row("select status from task where family = $1", it.match.request.family_id)
    assert found["status"] == "done"


async def test_who_is_on_call_sees_a_family_no_longer_than_its_call_is_wanted() -> None:
    it, advocate = await promised(), await world.staff(Role.ADVOCATE)
    await service_on_call.add_shifts(TESTS, advocate.id, (Span(DUE, DUE + 4 * HOUR),), NOW)
    await watch_promises(UNCOVERED_AT)
    await hold(TESTS, it.match.request.family_id, UNCOVERED_AT + MINUTE)
    await watch_promises(UNCOVERED_AT + 2 * MINUTE)
    assert await sees(advocate.actor, Story(it, it.match.volunteer)) == {}
    await rows("delete from on_call_shift returning id")


async def test_her_page_asks_her_and_lets_her_log(asked: Story) -> None:
    async with browser(now=lambda: UNCOVERED_AT) as client:
        await sign_in(client, asked.cover)
        today = (await client.get("/")).text
        assert "The volunteer has not called at the promised time." in today
        assert asked.match.request.first_name in today
        assert f"/schedule/{asked.promised.id}/move" not in today
        shown = await submit(client, f"/calls/{asked.promised.id}/place")
        assert "number" in shown.text
        saved = await log_on_page(client, asked)
        assert saved.status_code == 200
    async with acting_as(TESTS):
        assert await connection().fetchval("select count(*) from call where volunteer = $1", asked.cover.id) == 1


async def log_on_page(client: httpx.AsyncClient, it: Story) -> httpx.Response:
    path, shown = f"/calls/{it.promised.id}/log", {"started_date": "2031-03-11", "started_time": "17:20"}
    answer = await submit(client, path, key=uuid4(), outcome="reached", talk_minutes="12", language="en", **shown)
    assert answer.status_code == 303, answer.text
    return await client.get(answer.headers["location"])


# Who could not be asked any more -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "unable",
    [
        "update volunteer set status = 'suspended' where id = $1 returning id",
        "insert into time_away (id, volunteer, first_on, last_on) "
        "values (gen_random_uuid(), $1, '2031-03-01', '2031-03-11') returning id",
        "update cover_person set ended_at = now() where volunteer = $1 returning id",
    ],
)
async def test_whom_nothing_can_be_asked_of_any_more_is_asked_no_longer(asked: Story, unable: str) -> None:
    await rows(unable, asked.cover.id)
    with pytest.raises(NotFound):
        await clear_call(asked.cover.actor, asked.promised.id, UNCOVERED_AT + MINUTE)
    await watch_promises(UNCOVERED_AT + MINUTE)
    assert await sees(asked.cover.actor, asked) == {"cover_call": 1}
    assert await tasks(asked.match) == [("other", "promise_uncovered")]


async def test_who_learns_that_she_knows_them_is_asked_no_longer(asked: Story) -> None:
    await world.known_connection(asked.match.request.family_id, asked.cover.id)
    with pytest.raises(NotFound):
        await clear_call(asked.cover.actor, asked.promised.id, UNCOVERED_AT + MINUTE)


async def test_a_yes_that_is_taken_back_ends_the_cover_at_once(asked: Story) -> None:
    request, how = asked.match.request, How(ConsentMethod.VERBAL_RECORDED_BY_STAFF)
    kind, now = ConsentKind.SHARE_PROFILE_WITH_VOLUNTEER, UNCOVERED_AT + MINUTE
    await take_back_consent((await world.staff()).actor, request.contact_id, kind, how, now)
    assert await sees(asked.cover.actor, asked) == {"cover_call": 1}
    with pytest.raises(NotFound):
        await clear_call(asked.cover.actor, asked.promised.id, now)
    assert ("other", "promise_uncovered") in await tasks(asked.match)


async def test_the_call_of_another_match_keeps_no_promise_of_this_one() -> None:
    it, second = await promised(), uuid4()
    copy = "(jsonb_populate_record(r, jsonb_build_object('id', $2::uuid, 'form_key', null))).*"
    await rows(
        f"insert into support_request select {copy} from support_request r where id = $1 returning id",
        it.match.request.id,
        second,
    )
    request = replace(it.match.request, id=second)
    other = await world.match(request, await world.volunteer(now=NOW), "active", now=NOW)
    await watch_promises(UNCOVERED_AT)
    call = LoggedCall(outcome=Outcome.NO_ANSWER, match_id=other.id, started_at=UNCOVERED_AT + MINUTE)
    await calls.log_call(other.volunteer.actor, call, UNCOVERED_AT + 2 * MINUTE, "another's", CALLER)
    found = await row("select status from task where family = $1", it.match.request.family_id)
    assert found["status"] == "open"


async def test_whom_a_rule_of_a_match_speaks_against_by_now_is_not_asked(asked: Story) -> None:
    late, spanish = await a_story(), world.as_json([{"code": "es", "level": "native"}])
    for each in (asked, late):
        await rows("update volunteer set languages = $2 where id = $1 returning id", each.cover.id, spanish)
    await watch_promises(UNCOVERED_AT + MINUTE)
    for each in (asked, late):
        assert await covers(each.cover.actor, UNCOVERED_AT + MINUTE) == []
        assert await tasks(each.match) == [("other", "promise_uncovered")]
