"""A number is shown for one's own call only, only when every rule allows it, and is written down."""

from datetime import UTC, datetime

import asyncpg
import pytest
from tests import world
from tests.slices.followups.kit import (
    DAY,
    DENVER,
    HOUR,
    MINUTE,
    NOW,
    PHOENIX,
    follow_up_row,
    introduced,
    local,
    log,
    rows,
)

from teamhope.families.rules_hours import to_instant
from teamhope.followups.service import clear_call, plan_first
from teamhope.followups.wording_refusals import REFUSALS
from teamhope.kit.embedded_roles import Addresses
from teamhope.kit.i18n import use_language
from teamhope.problems import know, sentence
from teamhope.tables.families import ContactPhone
from teamhope.vocabulary.calls import Outcome
from teamhope.vocabulary.errors import IllegalMove, NotFound, Refused
from teamhope.vocabulary.families import ConsentKind, Window
from teamhope.vocabulary.people import Role

pytestmark = pytest.mark.usefixtures("db")


async def due(now: datetime = NOW, **family) -> world.AFollowUp:
    return await world.follow_up(await introduced(now, **family), now, status="due", now=now)


async def refused(it: world.AFollowUp, now: datetime = NOW) -> Refused:
    with pytest.raises(Refused) as refusal:
        await clear_call(it.match.volunteer.actor, it.id, now)
    assert (await follow_up_row(it.id))["status"] == "due"
    return refusal.value


async def audited(addresses: Addresses, phone_id) -> list[str]:
    owner = await asyncpg.connect(addresses.owner)
    try:
        found = await owner.fetch("select act from audit_event where subject = $1", phone_id)
    finally:
        await owner.close()
    return [each["act"] for each in found]


@pytest.mark.parametrize("status", ["suspended", "alumni"])
async def test_a_volunteer_who_is_suspended_calls_no_family(status: str) -> None:
    it = await due()
    await rows("update volunteer set status = $2 where id = $1 returning id", it.match.volunteer.id, status)
    assert (await refused(it)).code == "not_now_caller_suspended"


# Outsiders ------------------------------------------------------------------------------------------------------------


async def test_another_volunteers_call_is_not_there(db: Addresses) -> None:
    it, other = await due(), await world.volunteer()
    with pytest.raises(NotFound):
        await clear_call(other.actor, it.id, NOW)
    assert await audited(db, it.match.request.phone_id) == []


@pytest.mark.parametrize("role", [Role.LEADERSHIP, Role.ADMIN, Role.AUDITOR, Role.ADVOCATE])
async def test_who_makes_no_calls_finds_none(role: Role) -> None:
    it, someone = await due(), await world.staff(role)
    with pytest.raises(NotFound):
        await clear_call(someone.actor, it.id, NOW)


async def test_a_team_lead_sees_her_teams_call_and_no_number() -> None:
    [team] = await rows("insert into team (id, name) values (gen_random_uuid(), 'West') returning id")
    who = await world.volunteer(team=team["id"])
    of = await world.match(await world.family_request(now=NOW), who, now=NOW)
    it = await world.follow_up(of, NOW, status="due")
    lead = await world.volunteer(role=Role.TEAM_LEAD, team=team["id"])
    with pytest.raises(NotFound):
        await clear_call(lead.actor, it.id, NOW)


# Cleared --------------------------------------------------------------------------------------------------------------


async def test_her_own_call_shows_the_number_once_asked_and_says_how_to_speak(db: Addresses) -> None:
    words = "Hi, it is Vera. I will try again."
    it = await due(contact={"answers_blocked_numbers": True}, consents=[*world.AGREED_KINDS, ConsentKind.VOICEMAIL])
    await agree(it, words)
    cleared = await clear_call(it.match.volunteer.actor, it.id, NOW)
    assert (cleared.number, cleared.dial_prefix, cleared.words) == (it.match.request.number, "*67", words)
    assert (cleared.person.first_name, cleared.person.family_no) == (
        it.match.request.first_name,
        it.match.request.family_no,
    )
    assert cleared.clearance.phone_id == it.match.request.phone_id
    assert (await follow_up_row(it.id))["status"] == "in_progress"
    assert await audited(db, it.match.request.phone_id) == ["number_shown", "read"]


async def agree(it: world.AFollowUp, words: str) -> None:
    phone_id = it.match.request.phone_id
    sealed = ContactPhone.agreed_words.seal(phone_id, words)
    await rows(
        "update contact_phone set voicemail = 'agreed_words', agreed_words = $2 where id = $1 returning id",
        phone_id,
        sealed,
    )


async def test_without_leave_there_are_no_words_and_no_prefix() -> None:
    it = await due()
    cleared = await clear_call(it.match.volunteer.actor, it.id, NOW)
    assert (cleared.words, cleared.dial_prefix) == (None, "")


async def test_opening_it_again_is_no_other_call() -> None:
    it = await due()
    for _ in range(2):
        await clear_call(it.match.volunteer.actor, it.id, NOW)
    assert (await follow_up_row(it.id))["status"] == "in_progress"


async def test_one_that_is_planned_may_be_made_early() -> None:
    it = await world.follow_up(await introduced(), NOW + 3 * HOUR, now=NOW)
    await clear_call(it.match.volunteer.actor, it.id, NOW)
    assert (await follow_up_row(it.id))["status"] == "in_progress"


# Refused --------------------------------------------------------------------------------------------------------------


async def test_consent_revoked_since_the_planning_shows_no_number(db: Addresses) -> None:
    it = await due()
    request = it.match.request
    await world.consent(request.family_id, request.contact_id, ConsentKind.VOICE_CALL, granted=False, now=NOW)
    assert (await refused(it)).code == "not_now_no_consent"
    assert await audited(db, request.phone_id) == []


async def test_a_blocked_persons_line_shows_no_number() -> None:
    it = await due()
    await world.blocked_person(it.match.request.family_id, phone=it.match.request.number)
    assert (await refused(it)).code == "not_now_blocked_person_on_line"


async def test_a_family_on_hold_shows_no_number() -> None:
    it = await due(family={"held_at": NOW})
    assert (await refused(it)).code == "not_now_family_on_hold"


async def test_a_number_not_confirmed_for_long_shows_no_number() -> None:
    it = await due(contact_phone={"confirmed_on": (NOW - 200 * DAY).date()})
    assert (await refused(it)).code == "not_now_confirm_number"


async def test_too_early_in_the_day_says_when_in_both_zones_and_languages() -> None:
    know(REFUSALS)
    early = local(2026, 4, 8, 7, 30)
    it = await due(early)
    refusal = await refused(it, early)
    assert refusal.code == "not_now_outside_hours"
    assert "Wed, Apr 8, 9:00 AM where they are (Mountain Time) · 10:00 AM where you are (Central Time)" in str(
        refusal.facts["next"]
    )
    with use_language("es"):
        told = sentence(refusal.code, refusal.facts)
    assert told.startswith("Está fuera del horario")


async def test_the_volunteers_own_hours_count_in_her_zone() -> None:
    request = await world.family_request(status="matched", now=NOW)
    who = await world.volunteer(availability=[Window(1, world.time(13), world.time(15))], now=NOW)
    it = await world.follow_up(await world.match(request, who, now=NOW), NOW, status="due")
    assert (await refused(it)).code == "not_now_volunteer_not_available"
    noon = local(2026, 4, 7, 12, 30)  # 13:30 in Chicago
    assert (await clear_call(who.actor, it.id, noon)).number


async def test_a_call_that_is_over_cannot_be_opened() -> None:
    it = await world.follow_up(await introduced(), NOW, status="completed", ended_at=NOW)
    with pytest.raises(IllegalMove):
        await clear_call(it.match.volunteer.actor, it.id, NOW)


# The first call -------------------------------------------------------------------------------------------------------


async def test_the_first_call_is_planned_once_and_only_after_the_introduction() -> None:
    of = await introduced()
    who = of.volunteer.actor
    assert await plan_first(who, of.id, NOW) == await plan_first(who, of.id, NOW + HOUR)
    accepted = await world.match(await world.family_request(), await world.volunteer(), "accepted")
    with pytest.raises(IllegalMove):
        await plan_first(accepted.volunteer.actor, accepted.id, NOW)


async def test_without_a_shared_hour_a_coordinator_is_asked() -> None:
    request = await world.family_request(windows=[Window(0, world.time(9), world.time(10))], now=NOW)
    who = await world.volunteer(availability=[Window(3, world.time(9), world.time(20))])
    of = await world.match(request, who, now=NOW)
    assert await plan_first(who.actor, of.id, NOW) is None
    found = await rows("select kind, detail from task where family = $1", request.family_id)
    assert [tuple(each) for each in found] == [("other", "no_shared_time")]


@pytest.mark.parametrize(
    ("columns", "cadence"),
    [
        ({}, "standard"),
        ({"urgency": "urgent"}, "acute"),
        ({"case_type": "CSE", "trajectory": "exploited_minor_at_home"}, "exploitation"),
        ({"trajectory": "deceased"}, "long_term"),
        ({"match_mode": "single_conversation"}, "one_talk"),
    ],
)
async def test_the_plan_follows_from_what_the_family_lives_through(columns, cadence: str) -> None:
    of = await introduced(**columns)
    await plan_first(of.volunteer.actor, of.id, NOW)
    found = await rows("select template from follow_up_plan where match = $1", of.id)
    assert [each["template"] for each in found] == [cadence]


async def test_planning_queues_the_volunteers_reminder() -> None:
    of = await introduced()
    await plan_first(of.volunteer.actor, of.id, NOW)
    assert len(await rows("select from message where person = $1", of.volunteer.person_id)) == 1


async def test_arizona_keeps_its_hour_when_denver_changes_its_clocks() -> None:
    """Sunday, 8 March 2026: 19:00 in Phoenix is 19:00 in Denver the day before and 20:00 the day after."""
    now = datetime(2026, 3, 3, 17, tzinfo=UTC)
    request = await world.family_request(timezone="America/Phoenix", state="AZ", status="matched", now=now)
    who = await world.volunteer(timezone="America/Denver", now=now)
    of = await world.match(request, who, "active", now=now, first_conversation_at=now)
    it = await world.follow_up(of, to_instant(now.date(), world.time(18), PHOENIX), status="due", now=now)

    coming = await log(of, Outcome.REACHED, it.due_at + 30 * MINUTE, it.id, started_at=it.due_at)
    assert coming is not None
    assert coming.due_at.astimezone(PHOENIX).replace(tzinfo=None).isoformat() == "2026-03-10T18:00:00"
    assert coming.due_at.astimezone(DENVER).hour == 19
