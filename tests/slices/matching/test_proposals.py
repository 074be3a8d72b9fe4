"""Asking a volunteer: who may, whom, and what stands in the way."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
import pytest
from tests import world
from tests.app_kit import TESTS
from tests.world import ARequest, AVolunteer

from teamhope.kit import clock
from teamhope.kit.database import acting_as
from teamhope.kit.i18n import use_language
from teamhope.matching import service
from teamhope.matching.labels import REFUSALS
from teamhope.matching.rules import MatchRefused
from teamhope.problems import know, sentence
from teamhope.tables.families import SupportRequest
from teamhope.tables.followups import FollowUp
from teamhope.tables.matches import Match
from teamhope.vocabulary.errors import IllegalMove, Invalid, NotFound
from teamhope.vocabulary.families import ConsentKind
from teamhope.vocabulary.people import Actor, Role

pytestmark = pytest.mark.usefixtures("db", "no_other_volunteer")
NOW = clock.now()
TODAY = NOW.astimezone(ZoneInfo("America/Chicago")).date()  # where the volunteers are
COORDINATOR = Actor(Role.COORDINATOR, name="token")
WHY = "They know each other's faith community"


async def the_match(match_id: UUID) -> dict[str, Any]:
    async with acting_as(TESTS):
        return (await Match.select().where(Match.id == match_id).first()) or {}


async def request_status(request: ARequest) -> str:
    async with acting_as(TESTS):
        row = await SupportRequest.select(SupportRequest.status).where(SupportRequest.id == request.id).first()
    return str(row and row["status"])


async def best_and_other() -> tuple[AVolunteer, AVolunteer]:
    """Two who alone speak a language: the first is the closest to a family that speaks it."""
    best = await world.volunteer(languages=[("vi", "native")])
    return best, await world.volunteer(languages=[("vi", "conversational")], lived={"relation": "sibling"})


async def vietnamese(**kwargs: Any) -> ARequest:
    return await world.family_request(languages=[("vi", "native")], **kwargs)


@pytest.mark.parametrize("role", [Role.VOLUNTEER, Role.TEAM_LEAD, Role.LEADERSHIP, Role.ADVOCATE, Role.ADMIN])
async def test_nobody_else_finds_the_request(role: Role) -> None:
    vera, request = await world.volunteer(), await world.family_request()
    outsider = Actor(role, person_id=vera.person_id, volunteer_id=vera.id if role is Role.VOLUNTEER else None)
    with pytest.raises(NotFound):
        await service.propose(outsider, request.id, vera.id, NOW)
    with pytest.raises(NotFound):
        await service.candidates(outsider, request.id, 5, NOW)


async def test_the_best_is_asked_without_a_reason() -> None:
    best, _ = await best_and_other()
    request = await vietnamese()
    match = await the_match(await service.propose(COORDINATOR, request.id, best.id, NOW))
    assert (match["status"], match["volunteer"], match["weights_version"]) == (
        "proposed_to_volunteer", best.id, "2026-02",
    )  # fmt: skip
    assert match["answer_due_at"] == NOW + timedelta(hours=24)
    assert msgspec.json.decode(match["score_breakdown"])["factors"]["experience"] == 1000
    assert await request_status(request) == "matching"


async def test_an_urgent_family_waits_four_hours_at_most() -> None:
    best, _ = await best_and_other()
    request = await vietnamese(urgency="urgent", status="waitlisted")
    match = await the_match(await service.propose(COORDINATOR, request.id, best.id, NOW))
    assert match["answer_due_at"] == NOW + timedelta(hours=4)


async def test_another_than_the_best_needs_a_reason_which_nobody_reads_in_the_database() -> None:
    _, other = await best_and_other()
    request = await vietnamese()
    with pytest.raises(Invalid) as refused:
        await service.propose(COORDINATOR, request.id, other.id, NOW)
    assert refused.value.problems == (("override_reason", "reason_needed", {}),)
    assert await request_status(request) == "ready"
    match = await the_match(await service.propose(COORDINATOR, request.id, other.id, NOW, WHY))
    assert WHY.encode() not in match["override_reason"]
    async with acting_as(TESTS):
        assert Match.override_reason.unseal(match["id"], match["override_reason"]) == WHY


async def test_another_experience_is_set_aside_by_a_reason_alone() -> None:
    abducted = await world.volunteer(languages=[("vi", "native")], lived={"case_type": "FA"})
    request = await vietnamese()
    with pytest.raises(MatchRefused) as refused:
        await service.propose(COORDINATOR, request.id, abducted.id, NOW)
    assert (refused.value.code, refused.value.facts["reason_allows"]) == ("other_experience", True)
    match = await the_match(await service.propose(COORDINATOR, request.id, abducted.id, NOW, WHY))
    assert msgspec.json.decode(match["score_breakdown"])["set_aside"] == ["H4"]


@pytest.mark.parametrize(
    ("columns", "code"),
    [
        ({"off_limits": world.as_json({"case_type": ["ERU"]})}, "own_limit_case_type"),
        ({"off_limits": world.as_json({"state": ["CO"]})}, "own_limit_state"),
        ({"off_limits": world.as_json({"trajectory": ["still_missing"]})}, "own_limit_trajectory"),
        ({"languages": [("en", "native")]}, "no_shared_language"),
        ({"status": "on_break"}, "not_taking_families"),
        ({"max_open_matches": 0}, "no_room"),
        ({"away": [(TODAY, TODAY + timedelta(days=9))]}, "away"),
        ({"credentials": []}, "credential_missing"),
        ({"expires_on": TODAY + timedelta(days=3)}, "credential_expires"),
        ({"availability": []}, "hours_not_known"),
    ],
)
async def test_no_reason_of_a_coordinator_sets_a_firm_rule_aside(columns: dict[str, Any], code: str) -> None:
    vera = await world.volunteer(**{"languages": [("vi", "native")], **columns})
    request = await vietnamese()
    with pytest.raises(MatchRefused) as refused:
        await service.propose(COORDINATOR, request.id, vera.id, NOW, WHY)
    assert refused.value.code == code
    know(REFUSALS)
    with use_language("es"):
        assert sentence(code, refused.value.facts) == str(refused.value.facts["why"])
    assert vera.name not in str(refused.value.facts)


@pytest.mark.parametrize("both_said_yes", [False, True])
@pytest.mark.parametrize(
    ("columns", "rule"),
    [
        ({"max_open_matches": 0}, "H2"),
        ({"away": [(TODAY, TODAY + timedelta(days=9))]}, "H2"),
        ({"availability": []}, "H7"),
        ({"status": "probation"}, "H12"),
    ],
)
async def test_a_coordinator_sets_aside_for_a_lead_the_rule_that_was_named(
    columns: dict[str, Any], rule: str, both_said_yes: bool
) -> None:
    vera = await world.volunteer(**{"languages": [("vi", "native")], **columns})
    if rule == "H12":
        await world.match(await vietnamese(status="active"), vera, "active")
    request = await vietnamese()
    choice = await service.choice(COORDINATOR, request.id, vera.id, NOW)
    assert (choice.aside, len(choice.against), choice.needs_reason) == ((rule,), 1, True)
    named = frozenset(choice.aside)
    for way in (service.Way(WHY), service.Way(" ", aside=named), service.Way(WHY, aside=frozenset({"H4"}))):
        with pytest.raises(MatchRefused) as refused:
            await service.propose_in(COORDINATOR, request.id, vera.id, NOW, way)
        assert (refused.value.facts["rule"], refused.value.facts["reason_allows"]) == (rule, True)
    way = service.Way(WHY, aside=named, both_said_yes=both_said_yes)
    match = await the_match(await service.propose_in(COORDINATOR, request.id, vera.id, NOW, way))
    assert msgspec.json.decode(match["score_breakdown"])["set_aside"] == [rule]
    assert match["status"] == ("introduced" if both_said_yes else "proposed_to_volunteer")


async def test_what_a_family_requires_is_never_set_aside() -> None:
    wishes = [
        {"attribute": "volunteer_gender", "value": "man", "strength": "required"},
        {"attribute": "not_from_state", "value": "TX", "strength": "required"},
    ]
    vera = await world.volunteer(languages=[("vi", "native")])
    for wish, code in zip(wishes, ["required_gender", "from_ruled_out_state"], strict=True):
        request = await vietnamese(preferences=world.as_json([wish]))
        with pytest.raises(MatchRefused) as refused:
            await service.propose(COORDINATOR, request.id, vera.id, NOW, WHY)
        assert refused.value.code == code
        preferred = await vietnamese(preferences=world.as_json([wish | {"strength": "preferred"}]))
        found = await service.candidates(COORDINATOR, preferred.id, 5, NOW)
        assert [each.volunteer_id for each in found.candidates] == [vera.id]


async def test_whoever_cannot_sign_in_is_asked_nothing() -> None:
    vera = await world.volunteer(languages=[("vi", "native")])
    async with acting_as(TESTS):
        await world.Person.update({"status": "suspended"}).where(world.Person.id == vera.person_id)
    with pytest.raises(MatchRefused, match="not_taking_families"):
        await service.propose(COORDINATOR, (await vietnamese()).id, vera.id, NOW, WHY)


async def test_without_the_familys_wish_nobody_is_asked() -> None:
    best, _ = await best_and_other()
    request = await vietnamese()
    await world.consent(
        request.family_id, request.contact_id, ConsentKind.PEER_MATCH, granted=False, now=NOW + timedelta(minutes=1)
    )
    with pytest.raises(MatchRefused, match="no_peer_consent"):
        await service.propose(COORDINATOR, request.id, best.id, NOW)


async def test_a_family_has_one_match() -> None:
    best, other = await best_and_other()
    request = await vietnamese()
    await service.propose(COORDINATOR, request.id, best.id, NOW)
    with pytest.raises(MatchRefused, match="already_matched"):
        await service.propose(COORDINATOR, request.id, other.id, NOW, WHY)
    stale = await vietnamese()  # the request says that it waits, the index knows better
    await world.match(stale, other, "active")
    with pytest.raises(MatchRefused, match="already_matched"):
        await service.propose(COORDINATOR, stale.id, best.id, NOW, WHY)


@pytest.mark.parametrize("status", ["new", "triage", "on_hold", "closed", "declined", "referred_out", "duplicate"])
async def test_only_a_family_that_waits_is_matched(status: str) -> None:
    best, _ = await best_and_other()
    more: dict[str, Any] = {"resume_on": TODAY} if status == "on_hold" else {}
    request = await vietnamese(status=status, **more)
    with pytest.raises(IllegalMove):
        await service.propose(COORDINATOR, request.id, best.id, NOW)


async def test_when_both_said_yes_they_are_introduced_and_the_first_call_is_planned() -> None:
    best, _ = await best_and_other()
    request = await vietnamese()
    match = await the_match(await service.propose(COORDINATOR, request.id, best.id, NOW, both_said_yes=True))
    assert match["status"] == "introduced"
    assert (match["accepted_at"], match["introduced_at"]) == (NOW, NOW)
    assert await request_status(request) == "matched"
    async with acting_as(best.actor):
        planned = await FollowUp.select().where(FollowUp.match == match["id"])
    assert [row["status"] for row in planned] == ["planned"]


async def test_without_consent_to_share_the_profile_nothing_of_it_is_kept() -> None:
    best, _ = await best_and_other()
    request = await vietnamese(consents=[ConsentKind.PEER_MATCH])
    with pytest.raises(MatchRefused, match="no_profile_consent"):
        await service.propose(COORDINATOR, request.id, best.id, NOW, both_said_yes=True)
    assert await request_status(request) == "ready"
    async with acting_as(TESTS):
        assert not await Match.exists().where(Match.request == request.id)


@pytest.mark.timeout(60)
async def test_of_twenty_who_ask_for_the_last_place_one_gets_it_and_the_others_read_why() -> None:
    vera = await world.volunteer(languages=[("vi", "native")], max_open_matches=1)
    requests = [await vietnamese() for _ in range(20)]
    asked = [service.propose(COORDINATOR, request.id, vera.id, NOW, WHY) for request in requests]
    answers = await asyncio.gather(*asked, return_exceptions=True)
    won = [each for each in answers if isinstance(each, UUID)]
    refused = [each for each in answers if isinstance(each, MatchRefused)]
    assert (len(won), len(refused)) == (1, 19), answers
    assert {str(each.facts["why"]) for each in refused} == {"Families now: 1; the most is 1."}
    statuses = [await request_status(request) for request in requests]
    assert sorted(statuses) == ["matching", *["ready"] * 19]


@pytest.mark.timeout(60)
async def test_of_ten_who_ask_for_one_family_one_gets_it() -> None:
    volunteers = [await world.volunteer(languages=[("vi", "native")]) for _ in range(10)]
    request = await vietnamese()
    asked = [service.propose(COORDINATOR, request.id, each.id, NOW, WHY) for each in volunteers]
    answers = await asyncio.gather(*asked, return_exceptions=True)
    assert sum(isinstance(each, UUID) for each in answers) == 1, answers
    assert {each.code for each in answers if isinstance(each, MatchRefused)} == {"already_matched"}
