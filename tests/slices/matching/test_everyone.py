"""The whole waiting list at once: who would be asked, what a choice costs the others, and asking them all."""

import asyncio
import re
from collections.abc import AsyncIterator
from uuid import uuid4

import httpx
import pytest
from tests import world
from tests.app_kit import PASSWORD, TESTS, browser, sign_in, submit
from tests.world import ARequest, AVolunteer

from teamhope.kit import clock
from teamhope.kit.database import acting_as
from teamhope.matching import service, service_everyone
from teamhope.matching.rules import MatchRefused
from teamhope.tables.accounts import Person
from teamhope.tables.matches import Match
from teamhope.vocabulary.errors import Invalid
from teamhope.vocabulary.families import ConsentKind
from teamhope.vocabulary.people import Actor, Role

pytestmark = pytest.mark.usefixtures("db", "nobody_else")
NOW = clock.now()
COORDINATOR = Actor(Role.COORDINATOR, name="token")
HERE = "/matches/everyone"
BACK = "recovered_reuniting"


async def two_and_two() -> tuple[ARequest, ARequest, AVolunteer, AVolunteer]:
    """Only `both` speaks Spanish too: whoever gives her to the English family leaves the Spanish one without."""
    english = await world.family_request(trajectory=BACK)
    spanish = await world.family_request(trajectory=BACK, languages=[("es", "native")])
    both = await world.volunteer(languages=[("en", "native"), ("es", "native")], max_open_matches=1)
    one = await world.volunteer(lived={"relation": "sibling"}, max_open_matches=1)
    return english, spanish, both, one


def chosen(everyone: service_everyone.Everyone) -> dict[object, object]:
    return {each.asked.id: each.candidate and each.candidate.volunteer_id for each in everyone.suggestions}


def named(request: ARequest, who: AVolunteer) -> str:
    return f"{request.id}.{who.id}"


@pytest.fixture
async def client(db: object) -> AsyncIterator[httpx.AsyncClient]:
    async with browser(now=lambda: NOW) as client:
        await sign_in(client, await world.staff())
        yield client


async def test_everybody_gets_somebody_though_the_closest_is_another() -> None:
    english, spanish, both, one = await two_and_two()
    assert chosen(await service_everyone.suggest(COORDINATOR, NOW)) == {english.id: one.id, spanish.id: both.id}
    first = (await service.candidates(COORDINATOR, english.id, 1, NOW)).candidates[0]
    assert first.volunteer_id == both.id


async def test_a_choice_is_shown_with_what_it_costs_the_others() -> None:
    english, spanish, both, one = await two_and_two()
    lost = await service_everyone.cost(COORDINATOR, english.id, both.id, NOW)
    assert [(each.asked.family_no, each.after) for each in lost] == [(spanish.family_no, None)]
    assert await service_everyone.cost(COORDINATOR, english.id, one.id, NOW) == ()
    assert await service_everyone.cost(COORDINATOR, spanish.id, one.id, NOW) == ()  # a rule excludes her


async def test_the_page_that_confirms_a_choice_says_what_it_costs(client: httpx.AsyncClient) -> None:
    english, spanish, both, one = await two_and_two()
    costly = (await client.get(f"/requests/{english.id}/match/{both.id}")).text
    assert f"{spanish.family_no} (Spanish) would be left without a volunteer." in costly
    free = (await client.get(f"/requests/{english.id}/match/{one.id}")).text
    assert "No other family loses its volunteer by this." in free


async def test_where_nobody_fits_the_page_says_what_the_family_could_do_without(client: httpx.AsyncClient) -> None:
    for gender in ("man", "man", "woman"):
        await world.volunteer(gender=gender, max_open_matches=3 if gender == "man" else 0)
    await world.volunteer(state="CO", gender="woman")
    wishes = [("volunteer_gender", "woman"), ("not_from_state", "CO")]
    preferences = [{"attribute": name, "value": value, "strength": "required"} for name, value in wishes]
    request = await world.family_request(trajectory=BACK, preferences=world.as_json(preferences))
    found = await service.candidates(COORDINATOR, request.id, 5, NOW)
    assert (found.candidates, found.loosening) == ((), {"gender": 2, "state": 1})
    shown = (await client.get(f"/requests/{request.id}/match")).text
    assert "Not of the gender that the family requires: 2 volunteers would fit" in shown
    assert "Also from the state that was ruled out: one volunteer would fit" in shown


async def test_pairs_are_kept_and_left_out() -> None:
    english, spanish, both, one = await two_and_two()
    kept = await service_everyone.suggest(COORDINATOR, NOW, kept=[(english.id, both.id)])
    assert chosen(kept) == {english.id: both.id, spanish.id: None}
    assert [each.kept for each in kept.suggestions if each.candidate] == [True]
    without = await service_everyone.suggest(COORDINATOR, NOW, not_=[(english.id, one.id)])
    assert set(chosen(without).values()) == {both.id, None}
    twice = await service_everyone.suggest(COORDINATOR, NOW, kept=[(english.id, both.id), (spanish.id, both.id)])
    assert (twice.dropped, chosen(twice)) == (1, {english.id: both.id, spanish.id: None})
    also_refused = await service_everyone.suggest(
        COORDINATOR, NOW, kept=[(english.id, both.id), (spanish.id, both.id)], not_=[(english.id, both.id)]
    )
    assert (also_refused.dropped, chosen(also_refused)) == (1, {english.id: one.id, spanish.id: both.id})
    excluded = await service_everyone.suggest(COORDINATOR, NOW, kept=[(spanish.id, one.id)])
    assert (excluded.dropped, chosen(excluded)[spanish.id]) == (1, both.id)


async def test_where_nobody_waits_there_is_nothing_to_ask(client: httpx.AsyncClient) -> None:
    assert await service_everyone.suggest(COORDINATOR, NOW) == service_everyone.Everyone((), 0, 0)
    assert "Nothing is waiting." in (await client.get(HERE)).text


async def test_urgent_comes_first_and_who_may_not_be_matched_is_counted() -> None:
    await world.volunteer()
    routine = await world.family_request(trajectory=BACK)
    urgent = await world.family_request(trajectory=BACK, urgency="urgent")
    await world.family_request(trajectory=BACK, family={"held_at": NOW, "hold_reason": "media"})
    await world.family_request(trajectory=BACK, consents=[ConsentKind.VOICE_CALL])
    everyone = await service_everyone.suggest(COORDINATOR, NOW)
    assert [each.asked.id for each in everyone.suggestions] == [urgent.id, routine.id]
    assert everyone.left_out == 2


async def test_all_are_asked_without_a_reason_and_nothing_is_set_aside() -> None:
    english, spanish, both, one = await two_and_two()
    pairs = [(english.id, one.id), (spanish.id, both.id)]
    assert all(each.match_id for each in await service_everyone.ask_all(COORDINATOR, pairs, NOW))
    async with acting_as(TESTS):
        rows = await Match.select(Match.volunteer, Match.by_optimizer, Match.override_reason).where(
            Match.request.is_in([english.id, spanish.id])
        )
    assert {row["volunteer"] for row in rows} == {one.id, both.id}
    assert all(row["by_optimizer"] and row["override_reason"] is None for row in rows)
    again = await service_everyone.ask_all(COORDINATOR, pairs, NOW)
    assert [each.refusal and each.refusal.code for each in again] == ["already_matched"] * 2
    other = await world.family_request(trajectory=BACK)
    refused = await service_everyone.ask_all(COORDINATOR, [(other.id, one.id)], NOW)
    assert [each.refusal and each.refusal.code for each in refused] == ["no_room"]


async def test_whom_the_coordinator_keeps_takes_a_reason_unless_she_is_best() -> None:
    english, spanish, both, one = await two_and_two()
    await world.volunteer(lived={"relation": "grandparent"}, max_open_matches=1)  # closer to the English family
    kept = [(english.id, one.id)]
    (refused,) = await service_everyone.ask_all(COORDINATOR, kept, NOW, kept)
    assert isinstance(refused.refusal, Invalid)
    pairs = [*kept, (spanish.id, both.id)]
    asked = await service_everyone.ask_all(COORDINATOR, pairs, NOW, kept, "They share a town")
    assert all(each.match_id for each in asked)
    async with acting_as(TESTS):
        rows = await Match.select().where(Match.request.is_in([english.id, spanish.id]))
    by_machine = {row["volunteer"]: (row["by_optimizer"], row["override_reason"] is None) for row in rows}
    assert by_machine == {one.id: (False, False), both.id: (True, True)}


async def test_on_probation_one_family_is_suggested() -> None:
    requests = [await world.family_request(trajectory=BACK) for _ in range(2)]
    beginner = await world.volunteer(status="probation", max_open_matches=3)
    assert list(chosen(await service_everyone.suggest(COORDINATOR, NOW)).values()).count(beginner.id) == 1
    other = await world.volunteer(lived={"relation": "sibling"}, max_open_matches=1)
    assert set(chosen(await service_everyone.suggest(COORDINATOR, NOW)).values()) == {beginner.id, other.id}
    assert len(requests) == 2


async def test_nobody_is_asked_for_a_family_on_hold() -> None:
    vera = await world.volunteer()
    held = await world.family_request(trajectory=BACK, family={"held_at": NOW, "hold_reason": "threat"})
    (answer,) = await service_everyone.ask_all(COORDINATOR, [(held.id, vera.id)], NOW)
    assert answer.refusal
    assert answer.refusal.code == "family_on_hold"


async def test_places_that_families_of_other_teams_take_count_too() -> None:
    ours, theirs = await world.team("Ours"), await world.team("Theirs")
    vera = await world.volunteer(team=theirs, max_open_matches=2)
    for team in (None, ours):
        request = await world.family_request(status="active", family={"team": team})
        await world.match(request, vera, "active")
    waiting = await world.family_request(trajectory=BACK, family={"team": ours})
    ana = await world.staff()
    async with acting_as(TESTS):
        await Person.update({"team": ours}).where(Person.id == ana.id)
    limited = Actor(Role.COORDINATOR, person_id=ana.id, team_id=ours)
    found = await service.candidates(limited, waiting.id, 5, NOW)
    assert [(each.volunteer_id, each.rule) for each in found.first_excluded if each.volunteer_id == vera.id] == [
        (vera.id, "H2")
    ]
    with pytest.raises(MatchRefused):
        await service.propose(limited, waiting.id, vera.id, NOW, "A reason")


async def test_the_last_place_is_given_once() -> None:
    requests = [await world.family_request(trajectory=BACK) for _ in range(6)]
    vera = await world.volunteer(max_open_matches=1)
    tries = [service_everyone.ask_all(COORDINATOR, [(each.id, vera.id)], NOW) for each in requests]
    answers = [answer for (answer,) in await asyncio.gather(*tries)]
    assert sum(answer.match_id is not None for answer in answers) == 1
    assert {answer.refusal.code for answer in answers if answer.refusal} == {"no_room"}


@pytest.mark.parametrize("role", [Role.VOLUNTEER, Role.TEAM_LEAD, Role.ADVOCATE, Role.LEADERSHIP, Role.ADMIN])
async def test_only_coordinators_see_everyone(role: Role) -> None:
    who = await world.volunteer(password=PASSWORD) if role is Role.VOLUNTEER else await world.staff(role)
    async with browser() as client:
        assert (await client.get(HERE)).status_code == 303
        await sign_in(client, who)
        assert (await client.get(HERE)).status_code == 403


async def test_a_coordinator_keeps_refuses_and_asks(client: httpx.AsyncClient) -> None:
    english, spanish, both, one = await two_and_two()
    shown = (await client.get(HERE)).text
    assert set(re.findall(r'name="chosen" value="([^"]+)"', shown)) == {named(english, one), named(spanish, both)}
    moved = await submit(client, HERE, move=f"refuse:{named(english, one)}")
    address = moved.headers["location"]
    assert address == f"{HERE}?refuse={named(english, one)}"
    assert "Pairs that you left out" in (await client.get(address)).text
    kept = await submit(client, HERE, page=address, refuse=named(english, one), move=f"keep:{named(spanish, both)}")
    assert kept.headers["location"] == f"{HERE}?keep={named(spanish, both)}&refuse={named(english, one)}"
    allowed = await submit(client, HERE, refuse=named(english, one), move=f"allow:{named(english, one)}")
    assert allowed.headers["location"] == HERE
    asked = await submit(client, HERE, chosen=[named(english, one), named(spanish, both)], move="ask")
    assert "2 volunteers were asked" in asked.text
    late = await submit(client, "/matches/everyone", page="/requests/new", chosen=[named(english, both)], move="ask")
    assert "Not asked, because something has changed" in late.text
    assert "This family has a volunteer, or one has been asked." in late.text


async def test_who_was_not_ticked_stays_so(client: httpx.AsyncClient) -> None:
    english, spanish, both, one = await two_and_two()
    shown = [named(english, one), named(spanish, both)]
    moved = await submit(client, HERE, shown=shown, chosen=[shown[0]], move=f"keep:{shown[0]}")
    again = (await client.get(moved.headers["location"])).text
    ticked = re.findall(r'name="chosen" value="([^"]+)" checked', again)
    assert ticked == [shown[0]]
    assert len(re.findall(r'name="chosen"[^>]*>\s*<label', again)) == 2  # else the tick is not shown
    nobody = await submit(client, HERE, shown=shown, move="ask")
    assert "checked" not in nobody.text


async def test_an_old_address_names_only_what_is_still_there(client: httpx.AsyncClient) -> None:
    english, _, _, one = await two_and_two()
    gone = f"{uuid4()}.{one.id}"
    answer = await client.get(f"{HERE}?refuse={gone}&refuse={named(english, one)}")
    assert answer.status_code == 200
    assert answer.text.count('value="allow:') == 1


async def test_asking_nobody_says_so_and_keeps_the_wishes(client: httpx.AsyncClient) -> None:
    english, _, _, one = await two_and_two()
    answer = await submit(client, HERE, move="ask", keep=named(english, one))
    assert (answer.status_code, "Tick at least one volunteer" in answer.text) == (422, True)
    assert f'name="keep" value="{named(english, one)}"' in answer.text


@pytest.mark.parametrize("typed", ["", "no"])
async def test_a_reason_is_asked_for_before_anybody_is_asked(client: httpx.AsyncClient, typed: str) -> None:
    english, spanish, both, one = await two_and_two()
    await world.volunteer(lived={"relation": "grandparent"}, max_open_matches=1)  # closer to the English family
    kept, other = named(english, one), named(spanish, both)
    ask = {"keep": kept, "chosen": [kept, other], "shown": [kept, other], "move": "ask"}
    refused = await submit(client, HERE, **ask, reason=typed)
    assert (refused.status_code, "#field-reason" in refused.text, f"{typed}</textarea>" in refused.text) == (
        422,
        True,
        True,
    )
    async with acting_as(TESTS):
        assert not await Match.exists().where(Match.request.is_in([english.id, spanish.id]))
    assert "2 volunteers were asked" in (await submit(client, HERE, **ask, reason="They share a town")).text


async def test_a_reason_stays_while_she_goes_on_choosing(client: httpx.AsyncClient) -> None:
    english, spanish, both, one = await two_and_two()
    fields = {"keep": named(english, one), "move": f"refuse:{named(spanish, both)}", "reason": "They share"}
    answer = await submit(client, HERE, **fields)
    assert (answer.status_code, "They share</textarea>" in answer.text) == (200, True)
    assert "They share" not in str(answer.url)


@pytest.mark.parametrize("query", ["?keep=1.2", "?keep=x", "?other=1"])
async def test_an_address_that_is_none_of_ours_is_refused(client: httpx.AsyncClient, query: str) -> None:
    assert (await client.get(HERE + query)).status_code == 422
