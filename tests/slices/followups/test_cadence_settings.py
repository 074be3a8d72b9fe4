"""When and how often families are called is decided in versions, by administrators; what a family was told stays."""

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any

import asyncpg
import httpx
import pytest
from tests import world
from tests.app_kit import PASSWORD, TESTS, browser, sign_in, submit
from tests.slices.followups.kit import DAY, HOUR, NOW, introduced, local, log, open_rows, row, rows, tasks

from teamhope.families import service_contact
from teamhope.families.rules import may_contact
from teamhope.families.rules_contact import Caller, NotNow
from teamhope.families.rules_policy import ContactPolicy, KeptDays, week_of
from teamhope.followups import service_cadence
from teamhope.followups.forms_cadence import answers_of
from teamhope.followups.rules_cadence import CADENCES, Rhythms
from teamhope.followups.rules_settings import BUILT_IN, CadenceSettings
from teamhope.followups.rules_steps import Ladders
from teamhope.followups.service import plan_first
from teamhope.kit.database import acting_as, connection
from teamhope.kit.embedded_roles import Addresses
from teamhope.matching import queries_snapshot
from teamhope.vocabulary.calls import Outcome
from teamhope.vocabulary.errors import Invalid
from teamhope.vocabulary.families import CadenceTemplate, ClearedChannel
from teamhope.vocabulary.people import Actor, Role

pytestmark = pytest.mark.usefixtures("db")
HERE = "/admin/cadence"
COORDINATOR = Actor(Role.COORDINATOR, name="token")
LATE_MORNINGS = week_of({"weekdays": (time(11), time(12)), "saturday": None, "sunday": None})


@pytest.fixture(autouse=True)
async def as_built_in(db: Addresses) -> None:
    await service_cadence.decide(TESTS, CadenceSettings(), NOW)


@pytest.fixture
async def client(db: Addresses) -> AsyncIterator[httpx.AsyncClient]:
    async with browser(now=lambda: NOW) as client:
        await sign_in(client, await world.staff(Role.ADMIN))
        yield client


def answers(**changed: object) -> dict[str, Any]:
    built_in = {name: value for name, value in answers_of(CadenceSettings()).items() if value not in (None, False, "")}
    sent = {name: "on" if value is True else value for name, value in built_in.items()} | changed
    return {name: value if isinstance(value, list) else as_typed(value) for name, value in sent.items()}


def as_typed(value: object) -> str:
    return str(value)[:5] if re.fullmatch(r"\d\d:\d\d:\d\d", str(value)) else str(value)


async def decide(**changed: Any) -> None:
    await service_cadence.decide(TESTS, CadenceSettings(**changed), NOW)


# Who decides ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [Role.VOLUNTEER, Role.TEAM_LEAD, Role.COORDINATOR, Role.LEADERSHIP, Role.AUDITOR])
async def test_nobody_else_decides(role: Role) -> None:
    who = await world.volunteer(password=PASSWORD) if role is Role.VOLUNTEER else await world.staff(role)
    async with browser() as client:
        assert (await client.post(HERE, data={})).status_code in {303, 403}
        await sign_in(client, who)
        assert (await client.get(HERE)).status_code == 403
        assert (await submit(client, HERE, page="/me", **answers())).status_code == 403


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.VOLUNTEER, Role.LEADERSHIP])
async def test_the_row_policies_say_the_same(role: Role) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await service_cadence.decide(Actor(role, name="token"), CadenceSettings(), NOW)


async def test_no_version_is_changed_or_removed() -> None:
    for statement in ("update cadence_settings set gap_hours = 24", "delete from cadence_settings"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with acting_as(TESTS):
                await connection().execute(statement)


# What is decided ------------------------------------------------------------------------------------------------------


async def test_what_is_shown_can_be_saved_and_is_the_same(client: httpx.AsyncClient) -> None:
    before = (await service_cadence.show_settings(TESTS)).settings
    assert (await submit(client, HERE, **answers())).status_code == 303
    after = await service_cadence.show_settings(TESTS)
    assert (
        replace(after.settings, version=before.version) == before == replace(CadenceSettings(), version=before.version)
    )
    assert int(after.settings.version) == int(before.version) + 1
    assert (after.versions[0].changed_by is not None, after.versions[0].changed_at) == (True, NOW)


async def test_every_answer_is_kept(client: httpx.AsyncClient) -> None:
    changed = answers(
        days_standard="5, 10, 20",
        reviews_standard="20",
        every_standard=60,
        before_standard="on",
        keep_in_touch="14, 30",
        before_sensitive_days=10,
        weekdays_from="10:00",
        weekdays_until="18:30",
        saturday_from="",
        saturday_until="",
        gap_hours=24,
        calls_a_week=2,
        routine="3",
        missed_tells=1,
        own_days="12/24\n11/27/2026 2/29",
        marked=["mothers_day"],
    )
    del changed["federal"]
    assert (await submit(client, HERE, **changed)).status_code == 303
    it = (await service_cadence.show_settings(TESTS)).settings
    standard = it.rhythms.cadences[CadenceTemplate.STANDARD]
    assert (standard.days, standard.reviews, standard.then_every) == ((5, 10, 20), frozenset({20}), 60)
    assert (standard.before_sensitive_dates, it.rhythms.keep_in_touch, it.rhythms.before_sensitive_days) == (
        True,
        (14, 30),
        10,
    )
    assert {window.weekday for window in it.policy.windows} == {0, 1, 2, 3, 4, 6}
    assert (it.policy.gap, it.ladders.routine, it.ladders.missed_tells) == (24 * HOUR, (0, 3), 1)
    assert not it.policy.days.federal
    assert it.policy.days.once == (date(2026, 11, 27),)
    assert [(each.month, each.day) for each in it.policy.days.each_year] == [(2, 29), (12, 24)]
    assert it.policy.days.marked == {"mothers_day"}
    shown = (await client.get(HERE)).text
    assert "11/27/2026" in shown
    assert 'value="5, 10, 20"' in shown


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"days_standard": ""}, "days_standard"),
        ({"days_standard": "7, 7"}, "days_standard"),
        ({"days_standard": "seven"}, "days_standard"),
        ({"days_acute": "0, 3"}, "days_acute"),
        ({"reviews_standard": "8"}, "reviews_standard"),
        ({"every_long_term": 3}, "every_long_term"),
        ({"keep_in_touch": "1"}, "keep_in_touch"),
        ({"weekdays_from": "07:59"}, "weekdays_from"),
        ({"weekdays_until": "21:01"}, "weekdays_until"),
        ({"sunday_from": "19:30"}, "sunday_until"),
        ({"sunday_from": ""}, "sunday_from"),
        ({"gap_hours": 11}, "gap_hours"),
        ({"first_contact": "1, 2, 3, 4"}, "first_contact"),
        ({"routine": "2, 8"}, "routine"),
        ({"missed_pauses": 2}, "missed_pauses"),
        ({"own_days": "2/30"}, "own_days"),
        ({"own_days": "2/29/2027"}, "own_days"),
        ({"own_days": "Christmas"}, "own_days"),
        ({"marked": ["easter"]}, "marked"),
    ],
)
async def test_what_cannot_be_is_named_and_nothing_is_saved(
    client: httpx.AsyncClient, changed: dict[str, object], field: str
) -> None:
    before = await service_cadence.show_settings(TESTS)
    answer = await submit(client, HERE, **answers(**changed))
    assert answer.status_code == 422
    assert f"#field-{field}" in answer.text
    assert await service_cadence.show_settings(TESTS) == before


@pytest.mark.parametrize(
    "change",
    [
        "weekdays_from = '07:59'",
        "weekdays_from = '23:30'",
        "weekdays_until = '21:01'",
        "sunday_until = '22:00'",
        "saturday_until = null",
        "gap_hours = 11",
        "calls_a_week = 8",
        "voicemail_hours = 23",
        "rhythms = jsonb_set(rhythms, '{cadences,standard,days,0}', '0')",
        "rhythms = jsonb_set(rhythms, '{cadences,long_term,then_every}', '6')",
        "rhythms = jsonb_set(rhythms, '{keep_in_touch,0}', '6')",
        "ladders = jsonb_set(ladders, '{first_contact,3}', '7')",
        "ladders = jsonb_set(ladders, '{routine,2}', '7')",
    ],
)
async def test_the_database_refuses_wider_hours_and_smaller_gaps(db: Addresses, change: str) -> None:
    owner = await asyncpg.connect(db.owner)
    try:
        with pytest.raises(asyncpg.CheckViolationError):
            await owner.execute(f"update cadence_settings set {change}")
    finally:
        await owner.close()


async def test_the_preview_says_on_which_dates(client: httpx.AsyncClient) -> None:
    shown = (await client.get(HERE)).text
    assert "A family whose first conversation is on April 7, 2026 would be called on:" in shown
    assert "April 21, 2026" in shown
    assert re.search(r"June 2, 2026\s*\(review\)", shown)


# What counts at once --------------------------------------------------------------------------------------------------


async def answer_at(of: world.AMatch, at: Any) -> str:
    async with acting_as(TESTS):
        facts = await service_contact.contact_facts(of.request.contact_id, of.id, at)
    answer = may_contact(facts, ClearedChannel.VOICE, at, Caller(Role.COORDINATOR))
    return answer.code if isinstance(answer, NotNow) else "cleared"


async def test_hours_limits_and_free_days_count_for_families_there_are() -> None:
    of = await introduced()
    assert await answer_at(of, NOW) == "cleared"
    await decide(policy=ContactPolicy(windows=LATE_MORNINGS))
    assert await answer_at(of, NOW) == "outside_hours"
    await decide(policy=ContactPolicy(days=KeptDays(once=(NOW.date(),))))
    assert await answer_at(of, NOW) == "holiday"
    await log(of, Outcome.NO_ANSWER, NOW)
    await decide(policy=ContactPolicy(gap=48 * HOUR))
    assert await answer_at(of, NOW + 25 * HOUR) == "too_soon"
    await decide()
    assert await answer_at(of, NOW + 25 * HOUR) == "cleared"


async def test_an_acute_plan_waits_for_no_holiday() -> None:
    """domain.md §2.3 (5): never skip ACUTE, whatever the request says by now."""
    await decide(policy=ContactPolicy(days=KeptDays(once=(NOW.date(),))))
    of = await introduced()
    await world.follow_up(of, NOW + DAY, template="acute")
    assert await answer_at(of, NOW) == "cleared"


async def test_the_ladder_is_the_newest() -> None:
    await decide(ladders=Ladders(routine=(0,), missed_tells=1, missed_pauses=2))
    of = await introduced()
    planned = await world.follow_up(of, NOW - HOUR, status="due", now=NOW)
    async with acting_as(TESTS):
        await connection().execute("update match set first_conversation_at = $2 where id = $1", of.id, NOW - 7 * DAY)
    await log(of, Outcome.NO_ANSWER, NOW, planned.id)
    assert (await row("select status from follow_up where id = $1", planned.id))[0] == "missed"
    assert ("other", "missed_twice") in await tasks(of)


async def test_matching_reads_the_hours_and_the_first_week() -> None:
    cadence = replace(CADENCES[CadenceTemplate.STANDARD], days=(1, 2, 3, 30), reviews=frozenset())
    await decide(
        rhythms=Rhythms({**CADENCES, CadenceTemplate.STANDARD: cadence}), policy=ContactPolicy(windows=LATE_MORNINGS)
    )
    request = await world.family_request()
    async with acting_as(COORDINATOR):
        need = (await queries_snapshot.load_request(request.id, NOW.date())).need
    assert (need.weekly_calls, need.default_windows) == (4, LATE_MORNINGS)


async def test_the_schedule_marks_open_calls_on_days_that_are_hard_for_many(client: httpx.AsyncClient) -> None:
    """domain.md §2.3 (5): the coordinator's choice; a call there stays, and the volunteer is told nothing of it."""
    hers = await world.volunteer(password=PASSWORD, now=NOW)
    of = await world.match(await world.family_request(status="matched", now=NOW), hers, now=NOW)
    await world.follow_up(of, local(2026, 5, 25, 18), now=NOW)
    page, mark = "/schedule?week=2026-05-25", "Hard day for many: keep or move"
    await sign_in(client, await world.staff())
    assert mark in (await client.get(page)).text
    assert mark not in (await client.get("/schedule?week=2026-06-01")).text
    await sign_in(client, hers)
    assert mark not in (await client.get(page)).text
    await decide(policy=ContactPolicy(days=KeptDays(marked=frozenset())))
    await sign_in(client, await world.staff())
    assert mark not in (await client.get(page)).text


# What stays -----------------------------------------------------------------------------------------------------------


async def test_a_plan_keeps_the_days_it_was_made_with() -> None:
    before, after = await introduced(), await introduced()
    await plan_first(COORDINATOR, before.id, NOW)
    cadence = replace(CADENCES[CadenceTemplate.STANDARD], days=(3, 30), reviews=frozenset())
    await decide(rhythms=Rhythms({**CADENCES, CadenceTemplate.STANDARD: cadence}))
    await plan_first(COORDINATOR, after.id, NOW)
    found = []
    for of in (before, after):
        promised = (await open_rows(of))[0]
        await log(of, Outcome.REACHED, promised["due_at"] + timedelta(minutes=20), promised["id"])
        found.append(((await open_rows(of))[0]["local_date"] - promised["local_date"]).days)
    assert found == [7, 3]
    versions = await rows("select cadence_version from follow_up_plan where match = any($1)", [before.id, after.id])
    assert len({each[0] for each in versions}) == 2


async def test_nothing_decided_is_what_is_built_in(db: Addresses) -> None:
    owner = await asyncpg.connect(db.owner)
    await owner.execute("update follow_up_plan set cadence_version = null; delete from cadence_settings")
    await owner.close()
    assert (await service_cadence.show_settings(TESTS)).settings == CadenceSettings(version=BUILT_IN)
    of = await introduced()
    await plan_first(COORDINATOR, of.id, NOW)
    assert (await row("select cadence_version from follow_up_plan where match = $1", of.id))[0] is None


async def test_every_problem_is_told_at_once() -> None:
    policy = ContactPolicy(calls_a_week=1)
    with pytest.raises(Invalid) as refused:
        await service_cadence.decide(TESTS, CadenceSettings(policy=policy, ladders=Ladders(missed_pauses=1)), NOW)
    assert [field for field, _, _ in refused.value.problems] == ["routine", "missed_pauses"]
