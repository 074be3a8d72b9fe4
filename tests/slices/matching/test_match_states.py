"""What becomes of a match: each step, who may take it, and what it does to the request and the calls."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
from tests import world
from tests.app_kit import TESTS
from tests.world import AMatch

from teamhope.followups import service as followups
from teamhope.followups import service_families
from teamhope.kit import clock
from teamhope.kit.database import acting_as
from teamhope.kit.embedded_roles import Addresses
from teamhope.matching import jobs, service_states, service_views
from teamhope.matching.rules import MatchRefused
from teamhope.tables.accounts import Team
from teamhope.tables.care import Task
from teamhope.tables.families import Contact, SupportRequest
from teamhope.tables.followups import FollowUp, FollowUpPlan
from teamhope.tables.matches import Match
from teamhope.vocabulary.errors import IllegalMove, NotFound, Refused
from teamhope.vocabulary.families import ConsentKind
from teamhope.vocabulary.people import Actor, Role
from teamhope.vocabulary.states import MATCH_MOVES, CloseReason, MatchStatus, RequestStatus

pytestmark = pytest.mark.usefixtures("db")
NOW = clock.now()
COORDINATOR = Actor(Role.COORDINATOR, name="token")
M, R = MatchStatus, RequestStatus

# Where a request is while its match is in a state.
REQUEST_OF = {
    M.SUGGESTED: R.READY,
    M.PROPOSED_TO_VOLUNTEER: R.MATCHING,
    M.ACTIVE: R.ACTIVE,
    M.PAUSED: R.ACTIVE,
    M.CLOSING: R.ACTIVE,
    M.UNABLE_TO_CONTACT: R.UNABLE_TO_CONTACT,
    M.CLOSED: R.CLOSED,
    M.REJECTED_BY_COORDINATOR: R.READY,
    M.DECLINED_BY_VOLUNTEER: R.READY,
    M.EXPIRED: R.READY,
}


async def a_match(status: MatchStatus, **request: Any) -> AMatch:
    in_state = REQUEST_OF.get(status, R.MATCHED)
    asked = await world.family_request(**{"status": in_state, **request})
    return await world.match(asked, await world.volunteer(), status, now=NOW)


async def states(match: AMatch) -> tuple[str, str]:
    async with acting_as(TESTS):
        of_match = await Match.select(Match.status).where(Match.id == match.id).first()
        of_request = await SupportRequest.select(SupportRequest.status).where(SupportRequest.id == match.request.id)
    return str(of_match and of_match["status"]), str(of_request[0]["status"])


async def close(actor: Actor, match_id: UUID, now: Any) -> None:
    await service_states.close(actor, match_id, CloseReason.GOALS_MET, now, rematch=False)


Step = Callable[[Actor, UUID, Any], Awaitable[None]]
# A step, to which state it leads, and the request's state afterwards.
STEPS: dict[str, tuple[Step, MatchStatus]] = {
    "accept": (service_states.accept, M.ACCEPTED),
    "decline": (service_states.decline, M.DECLINED_BY_VOLUNTEER),
    "withdraw": (service_states.withdraw, M.REJECTED_BY_COORDINATOR),
    "family_said_yes": (service_states.notify_family, M.FAMILY_NOTIFIED),
    "introduce": (service_states.introduce, M.INTRODUCED),
    "pause": (service_states.pause, M.PAUSED),
    "resume": (service_states.resume, M.ACTIVE),
    "transfer": (service_states.transfer, M.TRANSFERRING),
    "unable_to_contact": (service_states.unable_to_contact, M.UNABLE_TO_CONTACT),
    "begin_closing": (service_states.begin_closing, M.CLOSING),
    "close": (close, M.CLOSED),
}
ANSWERS = {"accept", "decline"}


def possible(name: str, current: MatchStatus) -> bool:
    # A suggestion is nobody's offer yet; what makes an introduced match active is a conversation.
    if (name, current) in {("resume", M.INTRODUCED)}:
        return False
    return STEPS[name][1] in MATCH_MOVES[current]


@pytest.mark.parametrize("current", MatchStatus)
@pytest.mark.parametrize("name", STEPS)
async def test_each_step_from_each_state_is_taken_or_refused_whole(name: str, current: MatchStatus) -> None:
    step, target = STEPS[name]
    match = await a_match(current)
    actor = match.volunteer.actor if name in ANSWERS else COORDINATOR
    if possible(name, current):
        await step(actor, match.id, NOW)
        assert (await states(match))[0] == target
    else:
        # A suggestion is not the volunteer's to know of.
        unknown = name in ANSWERS and current is M.SUGGESTED
        with pytest.raises(NotFound if unknown else IllegalMove) as refused:
            await step(actor, match.id, NOW)
        assert target not in getattr(refused.value, "possible", ())
        assert await states(match) == (current, REQUEST_OF.get(current, R.MATCHED))


@pytest.mark.parametrize("answer", [service_states.accept, service_states.decline])
async def test_nobody_answers_for_another(answer: Step) -> None:
    match = await a_match(M.PROPOSED_TO_VOLUNTEER)
    other = await world.volunteer()
    lead = Actor(Role.TEAM_LEAD, person_id=other.person_id, volunteer_id=other.id)
    for outsider in (other.actor, lead, COORDINATOR):
        with pytest.raises(NotFound):
            await answer(outsider, match.id, NOW)
    assert await states(match) == ("proposed_to_volunteer", "matching")


async def test_a_lead_sees_her_volunteers_offer_and_does_not_answer_it() -> None:
    team = uuid4()
    async with acting_as(TESTS):
        await Team.insert(Team(id=team, name="Long-term missing"))
    vera, lead = await world.volunteer(team=team), await world.volunteer(role=Role.TEAM_LEAD, team=team)
    match = await world.match(await world.family_request(status="matching"), vera, "proposed_to_volunteer", now=NOW)
    async with acting_as(lead.actor):
        assert await Match.exists().where(Match.id == match.id)
    with pytest.raises(NotFound):
        await service_states.accept(lead.actor, match.id, NOW)


async def test_her_yes_asks_the_coordinator_to_tell_the_family_and_only_then_shows_it_to_her() -> None:
    owner = await world.staff()
    match = await a_match(M.PROPOSED_TO_VOLUNTEER, owner=owner.id)
    hers, families = match.volunteer.actor, Contact.id == match.request.contact_id
    async with acting_as(hers):
        assert not await Contact.exists().where(families)
    await service_states.accept(hers, match.id, NOW)
    assert await states(match) == ("accepted", "matched")
    async with acting_as(hers):
        assert await Contact.exists().where(families)
    async with acting_as(owner.actor):
        task = await Task.select().where(Task.family == match.request.family_id).first()
    assert task is not None
    assert (task["kind"], task["owner"], task["volunteer"]) == ("tell_family", owner.id, match.volunteer.id)


@pytest.mark.parametrize("end", [service_states.decline, service_states.withdraw])
async def test_an_offer_that_ends_lets_the_family_wait_again(end: Step) -> None:
    match = await a_match(M.PROPOSED_TO_VOLUNTEER)
    await end(match.volunteer.actor if end is service_states.decline else COORDINATOR, match.id, NOW)
    assert (await states(match))[1] == "ready"


async def test_an_offer_ends_although_the_family_has_gone_meanwhile() -> None:
    match = await a_match(M.PROPOSED_TO_VOLUNTEER)
    async with acting_as(TESTS):
        gone = {SupportRequest.status: "declined"}
        await SupportRequest.update(gone).where(SupportRequest.id == match.request.id)
    with pytest.raises(IllegalMove):
        await service_states.accept(match.volunteer.actor, match.id, NOW)
    await service_states.decline(match.volunteer.actor, match.id, NOW)
    assert await states(match) == ("declined_by_volunteer", "declined")


async def test_offers_expire_on_time_once() -> None:
    late, fresh, answered = [await a_match(M.PROPOSED_TO_VOLUNTEER) for _ in range(3)]
    async with acting_as(TESTS):
        await Match.update({Match.answer_due_at: NOW}).where(Match.id.is_in([late.id, answered.id]))
        await Match.update({Match.answer_due_at: NOW + timedelta(seconds=1)}).where(Match.id == fresh.id)
    await service_states.accept(answered.volunteer.actor, answered.id, NOW)
    assert await jobs.expire_offers(NOW) == 1
    assert await jobs.expire_offers(NOW) == 0
    assert [await states(each) for each in (late, fresh, answered)] == [
        ("expired", "ready"), ("proposed_to_volunteer", "matching"), ("accepted", "matched"),
    ]  # fmt: skip
    assert not await service_states.expire(COORDINATOR, answered.id, NOW)


async def test_an_introduction_needs_the_familys_consent_to_share_its_profile_and_plans_the_first_call() -> None:
    match = await a_match(M.FAMILY_NOTIFIED, consents=[ConsentKind.PEER_MATCH])
    with pytest.raises(MatchRefused, match="no_profile_consent"):
        await service_states.introduce(COORDINATOR, match.id, NOW)
    asked = match.request
    await world.consent(asked.family_id, asked.contact_id, ConsentKind.SHARE_PROFILE_WITH_VOLUNTEER, now=NOW)
    await service_states.introduce(COORDINATOR, match.id, NOW)
    assert await calls_of(match) == ["planned"]


async def calls_of(match: AMatch) -> list[str]:
    async with acting_as(TESTS):
        rows = await FollowUp.select(FollowUp.status).where(FollowUp.match == match.id).order_by(FollowUp.created_at)
    return [row["status"] for row in rows]


async def plans_of(match: AMatch) -> list[str]:
    async with acting_as(TESTS):
        rows = await FollowUpPlan.select(FollowUpPlan.status).where(FollowUpPlan.match == match.id)
    return [row["status"] for row in rows]


@pytest.mark.parametrize(("rematch", "status"), [(True, "ready"), (False, "closed")])
async def test_the_end_cancels_the_calls_and_the_family_waits_or_is_done(rematch: bool, status: str) -> None:
    match = await a_match(M.CLOSING)
    await world.follow_up(match, NOW + timedelta(days=3))
    await service_states.close(COORDINATOR, match.id, CloseReason.POOR_FIT_REMATCH, NOW, rematch=rematch)
    assert await states(match) == ("closed", status)
    assert (await calls_of(match), await plans_of(match)) == (["cancelled"], ["ended"])


async def test_a_family_out_of_reach_is_introduced_again_when_it_is_found() -> None:
    match = await a_match(M.ACTIVE)
    await world.follow_up(match, NOW + timedelta(days=3))
    await service_states.unable_to_contact(COORDINATOR, match.id, NOW)
    assert await states(match) == ("unable_to_contact", "unable_to_contact")
    assert await calls_of(match) == ["cancelled"]
    await service_states.introduce(COORDINATOR, match.id, NOW + timedelta(minutes=1))
    assert await states(match) == ("introduced", "matched")
    assert await calls_of(match) == ["cancelled", "planned"]


async def test_it_is_not_introduced_again_beside_another_match() -> None:
    match = await a_match(M.UNABLE_TO_CONTACT)
    await world.match(match.request, await world.volunteer(), "active", now=NOW)
    with pytest.raises(MatchRefused, match="already_matched"):
        await service_states.introduce(COORDINATOR, match.id, NOW)


async def test_a_pause_suspends_the_calls_and_going_on_plans_the_next_that_both_can_keep() -> None:
    match = await a_match(M.ACTIVE)
    it = await world.follow_up(match, NOW + timedelta(days=3))
    await service_states.pause(COORDINATOR, match.id, NOW)
    assert (await plans_of(match), await calls_of(match)) == (["paused"], ["suspended"])
    later = NOW + timedelta(days=10)
    await service_states.resume(COORDINATOR, match.id, later)
    assert (await plans_of(match), await calls_of(match)) == (["active"], ["planned"])
    async with acting_as(TESTS):
        row = await FollowUp.select(FollowUp.due_at).where(FollowUp.id == it.id).first()
    assert row["due_at"] > later


async def test_going_on_plans_a_call_where_none_was_left() -> None:
    match = await a_match(M.PAUSED)
    await service_states.resume(COORDINATOR, match.id, NOW)
    assert (await plans_of(match), await calls_of(match)) == (["active"], ["planned"])


async def test_the_end_of_a_familys_hold_does_not_end_a_pause() -> None:
    match = await a_match(M.ACTIVE)
    await world.follow_up(match, NOW + timedelta(days=3))
    await service_families.hold(COORDINATOR, match.request.family_id, NOW)
    await service_states.pause(COORDINATOR, match.id, NOW)
    await service_families.release(COORDINATOR, match.request.family_id, NOW)
    assert await calls_of(match) == ["suspended"]
    await service_families.hold(COORDINATOR, match.request.family_id, NOW)
    await service_states.resume(COORDINATOR, match.id, NOW)
    assert await calls_of(match) == ["suspended"], "nor the other way round"
    await service_families.release(COORDINATOR, match.request.family_id, NOW)
    assert await calls_of(match) == ["planned"]


async def test_while_another_volunteer_is_sought_no_call_comes_due() -> None:
    match = await a_match(M.ACTIVE)
    await world.follow_up(match, NOW + timedelta(days=3))
    await service_states.transfer(COORDINATOR, match.id, NOW)
    assert await calls_of(match) == ["suspended"]


async def test_nobody_is_introduced_to_a_family_that_has_taken_its_consent_back() -> None:
    for status in (M.FAMILY_NOTIFIED, M.UNABLE_TO_CONTACT):
        match = await a_match(status)
        asked = match.request
        await world.consent(asked.family_id, asked.contact_id, ConsentKind.PEER_MATCH, granted=False, now=clock.now())
        before = await states(match)
        with pytest.raises(MatchRefused, match="no_peer_consent"):
            await service_states.introduce(COORDINATOR, match.id, NOW)
        assert (await states(match), await calls_of(match)) == (before, [])


@pytest.mark.parametrize(
    ("columns", "code"), [({"status": "suspended"}, "not_taking_families"), ({"max_open_matches": 0}, "no_room")]
)
async def test_a_volunteer_who_gave_her_place_back_is_asked_every_rule_again(
    columns: dict[str, Any], code: str
) -> None:
    asked = await world.family_request(status="unable_to_contact")
    match = await world.match(asked, await world.volunteer(**columns), M.UNABLE_TO_CONTACT, now=NOW)
    with pytest.raises(MatchRefused, match=code):
        await service_states.introduce(COORDINATOR, match.id, NOW)
    assert await states(match) == ("unable_to_contact", "unable_to_contact")


async def test_a_match_without_a_next_call_waits_for_somebody_until_one_is_planned() -> None:
    match = await a_match(M.ACTIVE)
    they_call = await a_match(M.ACTIVE, contact={"contact_preference": "they_call_us"})

    async def waiting() -> set[UUID]:
        return {each.id for each in await service_views.list_waiting(COORDINATOR)}

    assert match.id in await waiting()
    assert they_call.id not in await waiting()
    await followups.plan_next(COORDINATOR, match.id, NOW)
    await followups.plan_next(COORDINATOR, match.id, NOW)
    assert (await calls_of(match), match.id in await waiting()) == (["planned"], False)
    with pytest.raises(Refused, match="not_now_no_live_match"):
        await followups.plan_next(COORDINATOR, (await a_match(M.PAUSED)).id, NOW)


async def test_after_the_last_call_of_its_plan_a_match_that_goes_on_keeps_in_touch() -> None:
    match = await a_match(M.ACTIVE)
    async with acting_as(TESTS):
        ended = {"status": "ended", "anchor_on": NOW.date() - timedelta(days=400), "next_index": 30}
        plan = FollowUpPlan(id=uuid4(), match=match.id, template="standard", timezone="America/Denver", **ended)
        await FollowUpPlan.insert(plan)
    await followups.plan_next(COORDINATOR, match.id, NOW)
    async with acting_as(TESTS):
        rows = await FollowUpPlan.select().where((FollowUpPlan.match == match.id) & (FollowUpPlan.status == "active"))
    assert [row["template"] for row in rows] == ["keep_in_touch"]


async def test_every_step_is_on_record(db: Addresses) -> None:
    match = await a_match(M.PROPOSED_TO_VOLUNTEER)
    await service_states.accept(match.volunteer.actor, match.id, NOW)
    owner = await asyncpg.connect(db.owner)
    rows = await owner.fetch("select act, actor_person from audit_event where subject = $1", match.id)
    asked = await owner.fetchval("select act from audit_event where subject = $1", match.request.id)
    await owner.close()
    assert [(row["act"], row["actor_person"]) for row in rows] == [("match_accepted", match.volunteer.person_id)]
    assert asked == "request_matched"
