"""What lies between a family and a volunteer: earlier matches, numbers that both know, wishes, and who is under 18."""

from datetime import timedelta

import pytest
from tests import world
from tests.app_kit import TESTS
from tests.world import ARequest, AVolunteer

from teamhope.kit import clock
from teamhope.kit.database import acting_as
from teamhope.matching import service, service_states
from teamhope.matching.rules import MatchRefused
from teamhope.tables.families import BlockedPerson
from teamhope.tables.volunteers import LivedExperience
from teamhope.vocabulary.people import Actor, Role

pytestmark = pytest.mark.usefixtures("db")
NOW = clock.now()
COORDINATOR = Actor(Role.COORDINATOR, name="token")


@pytest.fixture
async def vera(no_other_volunteer: None) -> AVolunteer:
    """She alone takes families."""
    return await world.volunteer()


async def rule_against(vera: AVolunteer, request: ARequest) -> str | None:
    """The rule that excludes her alone, as list and proposal both say; None where she is the first of the list."""
    found = await service.candidates(COORDINATOR, request.id, 5, NOW)
    named = {each.volunteer_id: (each.rule, each.more_rules) for each in found.first_excluded}
    if vera.id not in named:
        assert [each.volunteer_id for each in found.candidates] == [vera.id]
        return None
    with pytest.raises(MatchRefused) as refused:
        await service.propose(COORDINATOR, request.id, vera.id, NOW)
    assert (refused.value.facts["rule"], 0) == named[vera.id]
    return named[vera.id][0]


@pytest.mark.parametrize(
    ("status", "columns", "rule", "caution"),
    [
        ("declined_by_volunteer", {}, "H8", None),
        ("expired", {}, "H8", None),
        ("closed", {"close_reason": "poor_fit_rematch"}, "H8", None),
        ("closed", {"close_reason": "family_requested"}, "H8", None),
        ("closed", {"close_reason": "goals_met"}, None, None),
        ("closed", {"close_reason": "volunteer_left"}, "H8", None),
        ("closed", {"close_reason": "moved_to_professional_care"}, None, "accompanied_before"),
        ("closed", {"close_reason": "unable_to_contact"}, None, "not_reached_before"),
        ("rejected_by_coordinator", {}, None, "taken_back_before"),
    ],
)
async def test_how_their_latest_match_ended(
    vera: AVolunteer, status: str, columns: dict[str, object], rule: str | None, caution: str | None
) -> None:
    request = await world.family_request(trajectory="recovered_reuniting")
    await world.match(request, vera, status, **columns)
    assert await rule_against(vera, request) == rule
    if rule is None:
        best = (await service.candidates(COORDINATOR, request.id, 1, NOW)).candidates[0]
        assert (caution in {each.code for each in best.cautions}) == (caution is not None)
        went_well = columns.get("close_reason") == "goals_met"
        assert ("went_well_before" in {each.code for each in best.reasons}) == went_well


@pytest.mark.parametrize("later", ["rejected_by_coordinator", "closed"])
async def test_an_offer_that_was_taken_back_makes_no_no_forgotten(vera: AVolunteer, later: str) -> None:
    request = await world.family_request(trajectory="recovered_reuniting")
    await world.match(request, vera, "declined_by_volunteer", now=NOW - timedelta(days=9))
    await world.match(request, vera, later)
    assert await rule_against(vera, request) == ("H8" if later == "rejected_by_coordinator" else None)


async def test_a_coordinator_asks_again_for_a_reason(vera: AVolunteer) -> None:
    request = await world.family_request(trajectory="recovered_reuniting")
    await world.match(request, vera, "declined_by_volunteer")
    assert await service.propose(COORDINATOR, request.id, vera.id, NOW, "She asked for this family herself")


async def test_what_was_with_another_family_does_not_count(vera: AVolunteer) -> None:
    request = await world.family_request(trajectory="recovered_reuniting")
    await world.match(await world.family_request(), vera, "declined_by_volunteer")
    assert await rule_against(vera, request) is None


async def test_who_bears_a_number_of_the_family_may_know_it(vera: AVolunteer) -> None:
    request = await world.family_request(phone=vera.phone, trajectory="recovered_reuniting")
    assert await rule_against(vera, request) == "H6"
    with pytest.raises(MatchRefused) as refused:
        await service.propose(COORDINATOR, request.id, vera.id, NOW, "A reason sets it aside for nobody")
    assert refused.value.facts["why"] == "Possible connection: ask before matching."


async def test_who_bears_the_number_of_a_blocked_person_is_never_chosen(vera: AVolunteer) -> None:
    request = await world.family_request(trajectory="recovered_reuniting")
    await world.blocked_person(request.family_id, phone=vera.phone)
    assert await rule_against(vera, request) == "H6"
    async with acting_as(TESTS):
        await BlockedPerson.update({"ended_at": NOW, "end_reason": "mistake"}).where(
            BlockedPerson.family == request.family_id
        )
    assert await rule_against(vera, request) is None


async def test_what_protects_people_is_asked_again_before_they_are_introduced(vera: AVolunteer) -> None:
    request = await world.family_request(trajectory="recovered_reuniting", status="matched")
    match = await world.match(request, vera, "family_notified")
    await world.blocked_person(request.family_id, phone=vera.phone)
    with pytest.raises(MatchRefused, match="possible_connection"):
        await service_states.introduce(COORDINATOR, match.id, NOW)


@pytest.mark.parametrize(("set_aside", "refused"), [([], True), (["H10"], False)])
async def test_a_pairing_that_has_become_sensitive_is_not_introduced(
    vera: AVolunteer, set_aside: list[str], refused: bool
) -> None:
    async with acting_as(TESTS):
        of_hers = LivedExperience.volunteer == vera.id
        await LivedExperience.update({"trajectory": "deceased"}).where(of_hers)
    request = await world.family_request(trajectory="still_missing", status="matched")
    breakdown = world.as_json({"factors": {}, "set_aside": set_aside})
    match = await world.match(request, vera, "family_notified", score_breakdown=breakdown)
    if refused:
        with pytest.raises(MatchRefused, match="sensitive_pairing"):
            await service_states.introduce(COORDINATOR, match.id, NOW)
    else:
        await service_states.introduce(COORDINATOR, match.id, NOW)


async def test_somebody_under_18_is_given_to_nobody(vera: AVolunteer) -> None:
    request = await world.family_request(trajectory="recovered_reuniting", relation="sibling", contact={"adult": False})
    assert await rule_against(vera, request) == "H9"


async def test_the_first_weeks_are_not_for_somebody_on_probation(vera: AVolunteer) -> None:
    async with acting_as(TESTS):
        await world.Volunteer.update({"status": "probation"}).where(world.Volunteer.id == vera.id)
    assert await rule_against(vera, await world.family_request(urgency="urgent")) == "H12"
    assert await rule_against(vera, await world.family_request(urgency="routine")) is None


async def test_what_a_family_would_rather_have_ranks_and_excludes_nobody(vera: AVolunteer) -> None:
    wish = [{"attribute": "volunteer_gender", "value": "man", "strength": "preferred"}]
    request = await world.family_request(trajectory="recovered_reuniting", preferences=world.as_json(wish))
    him = await world.volunteer(gender="man")
    ranked = (await service.candidates(COORDINATOR, request.id, 5, NOW)).candidates
    assert [each.volunteer_id for each in ranked] == [him.id, vera.id]
    assert "wished_gender" in {each.code for each in ranked[0].reasons}
