"""What protects volunteers holds up a proposal: a talk that is due, hard calls, full weeks, families in first weeks."""

import asyncio
from collections.abc import Mapping
from contextvars import copy_context
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from tests import world
from tests.app_kit import TESTS
from tests.world import ARequest, AVolunteer

from teamhope.calls.rules import LoggedCall
from teamhope.calls.service import log_call
from teamhope.care import service_debriefs as debriefs
from teamhope.care import service_load as care
from teamhope.care.queries_load import Carried
from teamhope.families.rules_hours import EASTERN
from teamhope.kit import clock
from teamhope.kit.database import acting_as, connection
from teamhope.matching import service, service_everyone, service_settings
from teamhope.matching.rules import MatchRefused
from teamhope.matching.rules_settings import MatchSettings
from teamhope.tables.care import Debrief
from teamhope.vocabulary.calls import Outcome
from teamhope.vocabulary.people import WORKER, Actor, Role

pytestmark = pytest.mark.usefixtures("db")
NOW = clock.now()
COORDINATOR = Actor(Role.COORDINATOR, name="token")
WHY = "She asked for one more"


@pytest.fixture(autouse=True)
async def as_built_in(nobody_else: None) -> None:
    await decide()


async def decide(**limits: int) -> None:
    built_in = MatchSettings()
    await service_settings.decide(TESTS, MatchSettings(thresholds={**built_in.thresholds, **limits}), NOW)


async def in_its_first_weeks(**kwargs: Any) -> ARequest:
    return await world.family_request(urgency="urgent", trajectory="still_missing", **kwargs)


async def refused(request: ARequest, who: AVolunteer, actor: Actor = COORDINATOR) -> str | None:
    """The code of the refusal on every way to a proposal; None when she is a candidate."""
    found = await service.candidates(actor, request.id, 5, NOW)
    everyone = await service_everyone.suggest(actor, NOW)
    pairs = ((each.asked.id, each.candidate.volunteer_id) for each in everyone.suggestions if each.candidate)
    suggested = {volunteer for asked_for, volunteer in pairs if asked_for == request.id}
    if who.id in {each.volunteer_id for each in found.candidates}:
        return None
    assert who.id not in suggested
    codes = []
    for way in (service.Way(WHY), service.Way(WHY, aside=frozenset())):
        with pytest.raises(MatchRefused) as refusal:
            await service.propose_in(actor, request.id, who.id, NOW, way)
        codes.append((refusal.value.code, refusal.value.facts["why"]))
    assert len(set(codes)) == 1
    return codes[0][0]


async def hard_call(who: AVolunteer, hours_ago: int, **columns: Any) -> UUID:
    """Of a family that was hers; it has its debrief."""
    at = NOW - timedelta(hours=hours_ago)
    match = await world.match(await world.family_request(status="closed"), who, "closed", now=at)
    call = await world.call(match, now=at, **({"emotional_load": 5} | columns))
    return await debriefs.open_debrief(call, who.id, at)


async def test_nobody_is_proposed_before_staff_have_talked_with_her() -> None:
    vera, request = await world.volunteer(), await world.family_request()
    talk = await hard_call(vera, 48)
    assert await refused(request, vera) == "talk_first"
    await debriefs.record_talk((await world.staff()).actor, talk, NOW)
    assert await refused(request, vera) is None


async def test_her_own_word_that_she_does_not_need_it_counts_as_much() -> None:
    vera, request = await world.volunteer(), await world.family_request()
    await debriefs.waive(vera.actor, await hard_call(vera, 48), NOW)
    assert await refused(request, vera) is None


async def test_some_hours_after_a_hard_call_nobody_new_even_when_the_talk_was_not_needed() -> None:
    vera, request = await world.volunteer(), await world.family_request()
    await debriefs.waive(vera.actor, await hard_call(vera, 23), NOW)
    assert await refused(request, vera) == "rests"
    await decide(rest_hours=12)
    assert await refused(request, vera) is None


async def test_a_full_week_holds_up_a_family_by_what_its_cadence_asks_for() -> None:
    vera = await world.volunteer()
    match = await world.match(await world.family_request(status="active"), vera, "active")
    for _ in range(6):
        await world.call(match, now=NOW, outcome="no_answer")
    assert await refused(await world.family_request(), vera) is None
    assert await refused(await in_its_first_weeks(), vera) == "no_calls_left"
    await decide(calls_a_week=6)
    assert await refused(await world.family_request(), vera) == "no_calls_left"


async def test_one_family_in_its_first_weeks_at_a_time_and_an_ordinary_one_beside_it() -> None:
    vera = await world.volunteer()
    await world.match(await in_its_first_weeks(status="matching"), vera, "proposed_to_volunteer")
    assert await refused(await in_its_first_weeks(), vera) == "no_acute_place"
    await decide(acute_families=2)
    assert await refused(await in_its_first_weeks(), vera) is None
    await decide()
    assert await refused(await world.family_request(), vera) is None


async def test_two_families_in_their_first_weeks_are_not_suggested_to_one_volunteer() -> None:
    vera = await world.volunteer()
    one, two = await in_its_first_weeks(), await in_its_first_weeks()
    everyone = (await service_everyone.suggest(COORDINATOR, NOW)).suggestions
    assert {each.asked.id for each in everyone} == {one.id, two.id}
    assert [each.candidate.volunteer_id for each in everyone if each.candidate] == [vera.id]
    ordinary = await world.family_request()
    given = (await service_everyone.suggest(COORDINATOR, NOW)).suggestions
    assert ordinary.id in {each.asked.id for each in given if each.candidate}


async def test_of_two_first_weeks_kept_for_one_volunteer_the_first_stays() -> None:
    vera = await world.volunteer()
    one, two = await in_its_first_weeks(), await in_its_first_weeks()
    for first, second in ((one, two), (two, one)):
        everyone = await service_everyone.suggest(COORDINATOR, NOW, kept=[(first.id, vera.id), (second.id, vera.id)])
        assert everyone.dropped == 1
        assert [each.asked.id for each in everyone.suggestions if each.candidate] == [first.id]


async def test_what_a_choice_costs_counts_first_weeks_too() -> None:
    vera = await world.volunteer()
    one, two = await in_its_first_weeks(), await in_its_first_weeks()
    suggested = (await service_everyone.suggest(COORDINATOR, NOW)).suggestions
    (has,) = [each.asked.id for each in suggested if each.candidate]
    waits = ({one.id, two.id} - {has}).pop()
    lost = await service_everyone.cost(COORDINATOR, waits, vera.id, NOW)
    assert [(each.asked.id, each.after) for each in lost] == [(has, None)]
    assert await service_everyone.cost(COORDINATOR, has, vera.id, NOW) == ()


async def test_three_families_are_the_most_and_her_own_limit_where_it_is_lower() -> None:
    generous, modest = await world.volunteer(max_open_matches=9), await world.volunteer(max_open_matches=1)
    for who, families in ((generous, 3), (modest, 1)):
        for _ in range(families):
            await world.match(await world.family_request(status="active"), who, "active")
        assert await refused(await world.family_request(), who) == "no_room"
    await decide(families=4)
    assert await refused(await world.family_request(), generous) is None
    assert await refused(await world.family_request(), modest) == "no_room"


async def test_on_probation_all_of_it_holds_as_well() -> None:
    beginner = await world.volunteer(status="probation")
    assert await refused(await in_its_first_weeks(), beginner) == "probation_first_weeks"
    await hard_call(beginner, 48)
    assert await refused(await world.family_request(), beginner) == "talk_first"


async def test_of_two_who_fit_alike_the_one_whose_calls_were_less_hard_is_asked() -> None:
    first, second = sorted([await world.volunteer(), await world.volunteer()], key=lambda each: each.id)
    request = await world.family_request()
    assert await best(request) == first.id
    match = await world.match(await world.family_request(status="closed"), first, "closed", accepted_at=None)
    await world.call(match, now=NOW - timedelta(days=3), emotional_load=3)
    assert await best(request) == second.id
    await decide(strain=0)
    assert await best(request) == first.id


@pytest.mark.parametrize("by", ["her", "staff", "staff who correct hers"])
async def test_a_call_that_somebody_else_had_is_no_strain_on_her(by: str) -> None:
    vera, staff = await world.volunteer(), await world.staff()
    match = await world.match(await world.family_request(status="active"), vera, "active")
    logged_by = staff.id if by == "staff" else vera.person_id
    call = await world.call(match, now=NOW, emotional_load=3, logged_by=logged_by)
    if by == "staff who correct hers":
        await world.call(match, now=NOW, emotional_load=3, logged_by=staff.id, corrects=call)
    loads = (await load_carried(NOW, vera.id))[vera.id].loads
    assert loads == (() if by == "staff" else (3,))


async def load_carried(now: datetime, volunteer_id: UUID) -> Mapping[UUID, Carried]:
    async with acting_as(WORKER):
        return await care.load_carried(now, volunteer_id)


async def best(request: ARequest) -> UUID:
    return (await service.candidates(COORDINATOR, request.id, 1, NOW)).candidates[0].volunteer_id


async def test_what_another_team_sees_not_of_her_holds_up_its_proposal() -> None:
    vera, team = await world.volunteer(), await world.team("Elsewhere")
    await hard_call(vera, 48)
    async with acting_as(TESTS):
        await connection().execute("update person set team = $2 where id = $1", vera.person_id, team)
    request = await world.family_request(family={"team": team})
    assert await refused(request, vera, Actor(Role.COORDINATOR, name="token", team_id=team)) == "talk_first"


# While a proposal is confirmed ----------------------------------------------------------------------------------------


async def hers_and_a_heavy_call(who: AVolunteer) -> LoggedCall:
    family = await world.family_request(status="active")
    match = await world.match(family, who, "active")
    return LoggedCall(outcome=Outcome.REACHED, match_id=match.id, emotional_load=5, started_at=NOW)


async def test_a_heavy_call_logged_while_the_page_is_open_refuses_the_proposal() -> None:
    vera, request = await world.volunteer(), await world.family_request()
    heavy = await hers_and_a_heavy_call(vera)
    assert not (await service.choice(COORDINATOR, request.id, vera.id, NOW)).needs_reason
    await log_call(vera.actor, heavy, NOW, "key", EASTERN)
    with pytest.raises(MatchRefused, match="talk_first"):
        await service.propose(COORDINATOR, request.id, vera.id, NOW, WHY)


async def test_who_confirms_waits_for_the_call_that_is_being_logged() -> None:
    vera, request = await world.volunteer(), await world.family_request()
    heavy, outside = await hers_and_a_heavy_call(vera), copy_context()
    async with acting_as(vera.actor):
        await log_call(vera.actor, heavy, NOW, "key 2", EASTERN)
        asking = asyncio.create_task(asked(request, vera), context=outside)
        await asyncio.sleep(0.3)
        assert not asking.done()
    assert await asking == "talk_first"


async def asked(request: ARequest, who: AVolunteer) -> str:
    try:
        await service.propose(COORDINATOR, request.id, who.id, NOW, WHY)
    except MatchRefused as refusal:
        return refusal.code
    return "asked"


async def test_both_at_once_end_as_if_one_had_come_after_the_other() -> None:
    for number in range(5):
        vera, request = await world.volunteer(), await world.family_request()
        heavy = await hers_and_a_heavy_call(vera)
        said, _ = await asyncio.gather(
            asked(request, vera), log_call(vera.actor, heavy, NOW, f"both {number}", EASTERN)
        )
        assert said in {"asked", "talk_first"}
        async with acting_as(TESTS):
            assert await Debrief.count().where(Debrief.volunteer == vera.id) == 1


async def test_what_she_said_yes_to_goes_on_while_a_talk_is_due() -> None:
    vera = await world.volunteer()
    match = await world.match(await world.family_request(status="matched"), vera, "family_notified")
    await hard_call(vera, 2)
    await service.service_states.introduce(COORDINATOR, match.id, NOW)


async def test_a_version_from_before_there_were_limits_has_those_built_in() -> None:
    async with acting_as(TESTS):
        await connection().execute(
            "insert into match_settings (id, version, weights, rarity, thresholds, changed_at)"
            " select gen_random_uuid(), max(version) + 1, '{}', '{}', $1, now() from match_settings",
            '{"answer_hours": 5}',
        )
    settings, _ = await service_settings.show_settings(TESTS)
    assert (settings.thresholds["answer_hours"], settings.thresholds["families"]) == (5, 3)
