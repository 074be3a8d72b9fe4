"""The year 2021 of the demonstration: simulated, and yet what was published of it."""

from collections import Counter
from datetime import UTC, date, datetime
from statistics import median
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from teamhope.demo.rules_network import COUNTED_ON, MEMBERS, add_network
from teamhope.demo.rules_past import add_past
from teamhope.demo.rules_past_matches import add_past_matches
from teamhope.demo.rules_rows import Row, World
from teamhope.demo.rules_services import SUPPORTED_FAMILIES, add_past_services
from teamhope.demo.rules_words import PLACES
from teamhope.families.rules_hours import EASTERN
from teamhope.referrals.rules import (
    LeftHow,
    MemberFacts,
    MemberStatus,
    Participation,
    Proof,
    Request,
    counts_as_member,
    faon_standing,
)
from teamhope.vocabulary.calls import MENTAL_HEALTH_PROGRAMS, OUTCOMES

pytestmark = pytest.mark.timeout(60)
CALLERS = tuple(UUID(int=n) for n in range(90))
NOW = datetime(2026, 11, 18, 20, tzinfo=UTC)
ZONES = {place.state: ZoneInfo(place.zone) for place in PLACES}


def past(seed: int) -> World:
    world = World(EASTERN)
    add_past(world, seed, CALLERS)
    return world


def calls_made(world: World) -> list[Row]:
    """A1 of domain.md §5, counted again."""
    return [
        call
        for call in world.of("call")
        if call["counted_on"].year == 2021 and call["direction"] == "outbound" and OUTCOMES[call["outcome"]].attempt
    ]


@pytest.fixture(scope="module")
def world() -> World:
    world = past(1)
    add_past_matches(world, 1)
    add_past_services(world, 1, CALLERS)
    return world


def test_another_seed_gives_another_number_of_calls_and_each_is_over_31_000(world: World) -> None:
    numbers = [len(calls_made(world)), len(calls_made(past(2)))]
    assert all(31_000 < number < 32_000 for number in numbers)
    assert len(set(numbers)) == len(numbers)


def test_the_same_seed_gives_the_same_past(world: World) -> None:
    assert past(1).of("call") == world.of("call")


def test_about_half_of_the_calls_are_conversations(world: World) -> None:
    made = calls_made(world)
    assert 0.47 <= sum(OUTCOMES[call["outcome"]].conversation for call in made) / len(made) <= 0.5


def test_the_years_beside_it_have_fewer_calls(world: World) -> None:
    by_year = Counter(call["counted_on"].year for call in world.of("call"))
    assert 1_000 < by_year[2020] < 10_000
    assert 1_000 < by_year[2022] < 10_000
    assert set(by_year) == {2020, 2021, 2022}


def test_each_family_that_was_called_had_said_yes_to_somebody_before(world: World) -> None:
    first_called = {call["family"]: call["counted_on"] for call in reversed(world.of("call"))}
    matched = [match for match in world.of("match") if match.get("counted_accepted_on")]
    assert {match["family"] for match in matched} == set(first_called)
    assert all(match["counted_accepted_on"] < first_called[match["family"]] for match in matched)


def test_spanish_speaking_families_waited_longer_and_most_volunteers_said_yes(world: World) -> None:
    matches = [match for match in world.of("match") if match["counted_offered_on"].year == 2021]
    waits = {
        language: median(
            match["counted_wait_minutes"] / 60
            for match in matches
            if match.get("counted_accepted_on") and match["counted_language"] == language
        )
        for language in ("en", "es")
    }
    assert 20 < waits["en"] < waits["es"] < 48
    assert 0.8 < sum(bool(match.get("counted_accepted_on")) for match in matches) / len(matches) < 0.95
    assert 0.6 < sum(match["counted_concordant"] for match in matches) / len(matches) < 0.85
    assert 5 < sum(match.get("counted_rematch", False) for match in matches) < 60


def test_calls_are_counted_by_the_day_of_the_report_zone(world: World) -> None:
    assert all(call["counted_on"] == call["started_at"].astimezone(EASTERN).date() for call in world.of("call"))
    wall_dates = [call["started_at"].astimezone(ZONES[call["counted_state"]]).date() for call in world.of("call")]
    counted = [call["counted_on"] for call in world.of("call")]
    assert any(wall != on for wall, on in zip(wall_dates, counted, strict=True)), "an evening in the west is tomorrow"


def test_half_of_the_calls_are_in_the_evening_and_few_on_sundays(world: World) -> None:
    walls = [call["started_at"].astimezone(ZONES[call["counted_state"]]) for call in world.of("call")]
    assert 0.45 <= sum(17 <= wall.hour < 20 for wall in walls) / len(walls) <= 0.6
    assert all((12 if wall.weekday() == 6 else 9) <= wall.hour < 20 for wall in walls)
    assert sum(wall.weekday() == 6 for wall in walls) / len(walls) < 0.1


def test_nobody_can_be_recognised(world: World) -> None:
    assert {family["status"] for family in world.of("family")} == {"anonymised"}
    assert not {"contact", "contact_phone"} & world.rows.keys()
    assert {match["status"] for match in world.of("match")} <= {"closed", "declined_by_volunteer", "expired"}
    assert {match["proposed_at"].hour for match in world.of("match")} == {12}
    assert not any({"contact", "note", "match"} & call.keys() for call in world.of("call"))


def test_2_249_families_were_supported_in_2021(world: World) -> None:
    of_year = [event for event in world.of("service_event") if event["happened_on"].year == 2021]
    mental = [event for event in of_year if event["program"] in MENTAL_HEALTH_PROGRAMS]
    supported = Counter(event["family"] for event in mental if event["status"] == "completed")
    attempted = {event["family"] for event in mental if event["status"] == "attempted"}
    assert len(supported) == SUPPORTED_FAMILIES == 2_249
    assert max(supported.values()) > 1, "some families more than once"
    assert attempted, "some were never reached"
    assert not attempted & supported.keys()
    assert {event["program"] for event in of_year} > MENTAL_HEALTH_PROGRAMS


# The FAON network -----------------------------------------------------------------------------------------------------


def facts_of(world: World) -> list[MemberFacts]:
    """The members as the rows say, not as they were made."""
    by_member: dict[tuple[str, UUID], list[Row]] = {}
    for table in ("faon_proof", "faon_participation", "faon_request"):
        for row in world.of(table):
            by_member.setdefault((table, row["member"]), []).append(row)

    def of(table: str, member: Row) -> list[Row]:
        return by_member.get((table, member["id"]), [])

    return [
        MemberFacts(
            licence_required=member["licence_required"],
            direct_services=member["direct_services"],
            fee_modes=frozenset(member["fee_modes"]),
            joined_on=member["joined_on"],
            left_on=member["left_on"],
            left_how=LeftHow(member["left_how"]) if member["left_how"] else None,
            attested_on=member["attested_on"],
            contact_confirmed_on=member["contact_confirmed_on"],
            proofs=tuple(
                Proof(row["kind"], row["verified_on"], row["expires_on"], row["passed"])
                for row in of("faon_proof", member)
            ),
            participations=tuple(
                Participation(row["kind"], row["happened_on"]) for row in of("faon_participation", member)
            ),
            requests=tuple(
                Request(row["sent_on"], row["due_on"], row["answered_on"], row["answer"])
                for row in of("faon_request", member)
            ),
        )
        for member in world.of("faon_member")
    ]


@pytest.fixture(scope="module", params=[1, 2])
def members(request: pytest.FixtureRequest) -> list[MemberFacts]:
    world = World(EASTERN)
    add_network(world, request.param, NOW)
    return facts_of(world)


def test_exactly_300_members_were_in_good_standing_at_the_end_of_2021(members: list[MemberFacts]) -> None:
    assert date(2021, 12, 31) == COUNTED_ON
    assert sum(counts_as_member(faon_standing(member, COUNTED_ON)) for member in members) == MEMBERS == 300


def test_others_were_not_and_the_reasons_differ(members: list[MemberFacts]) -> None:
    standings = [faon_standing(member, COUNTED_ON) for member in members]
    failing = {code for standing in standings for code in standing.failing if standing.status is MemberStatus.SUSPENDED}
    assert "insurance" in failing
    assert {MemberStatus.WITHDRAWN, MemberStatus.VETTING} <= {standing.status for standing in standings}


def test_the_network_of_today_is_of_a_like_size(members: list[MemberFacts]) -> None:
    assert 250 <= sum(counts_as_member(faon_standing(member, NOW.date())) for member in members) <= 420
