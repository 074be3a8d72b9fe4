"""The week, another time for a call, and the list for programs."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest
from tests import world
from tests.app_kit import PASSWORD, TESTS, browser, sign_in, submit
from tests.slices.followups.kit import DAY, HOUR, MINUTE, NOW, follow_up_row, introduced

from teamhope.accounts import service as accounts
from teamhope.followups.service_lists import overdue, todays_calls
from teamhope.kit.embedded_roles import Addresses
from teamhope.vocabulary.people import Role

pytestmark = pytest.mark.usefixtures("db")
API = "/api/v1/follow-ups"


async def of_a_volunteer(language: str = "en", **family) -> world.AMatch:
    """A match whose volunteer can sign in."""
    request = await world.family_request(status="matched", now=NOW, **family)
    who = await world.volunteer(password=PASSWORD, language=language, now=NOW)
    return await world.match(request, who, now=NOW)


@pytest.fixture
async def planned(db: Addresses) -> world.AFollowUp:
    return await world.follow_up(await of_a_volunteer(), NOW + 4 * HOUR, now=NOW)


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    async with browser(now=lambda: NOW) as client:
        yield client


async def token_of(holder: object) -> dict[str, str]:
    secret = await accounts.create_token(TESTS, "test", holder, NOW)  # type: ignore[arg-type]
    return {"authorization": f"Bearer {secret}"}


# Outsiders ------------------------------------------------------------------------------------------------------------


async def test_strangers_are_sent_to_sign_in(client: httpx.AsyncClient, planned: world.AFollowUp) -> None:
    assert (await client.get("/schedule")).status_code == 303
    assert (await client.get(f"/schedule/{planned.id}/move")).status_code == 303
    assert (await client.get(API)).status_code == 401


@pytest.mark.parametrize("role", [Role.LEADERSHIP, Role.ADMIN, Role.AUDITOR, Role.ADVOCATE])
async def test_other_roles_are_refused(client: httpx.AsyncClient, planned: world.AFollowUp, role: Role) -> None:
    someone = await world.staff(role)
    await sign_in(client, someone)
    assert (await client.get("/schedule")).status_code == 403
    assert (await client.get(f"/schedule/{planned.id}/move")).status_code == 403
    assert (await client.get(API, headers=await token_of(someone.id))).status_code == 403


async def test_another_volunteer_finds_neither_the_call_nor_the_family(
    client: httpx.AsyncClient, planned: world.AFollowUp
) -> None:
    other = await of_a_volunteer()
    await sign_in(client, other.volunteer)
    week = (await client.get("/schedule")).text
    assert planned.match.request.family_no not in week
    assert planned.match.request.first_name not in week
    assert (await client.get(f"/schedule/{planned.id}/move")).status_code == 404
    own = await world.follow_up(other, NOW + HOUR, now=NOW)
    sent = await submit(
        client, f"/schedule/{planned.id}/move", page=f"/schedule/{own.id}/move", for_whom="family", choice="x"
    )
    assert sent.status_code in {404, 422}
    assert (await follow_up_row(planned.id))["due_at"] == planned.due_at
    mine = await client.get(
        API, params={"volunteer_id": str(planned.match.volunteer.id)}, headers=await token_of(other.volunteer.person_id)
    )
    assert mine.json() == {"items": [], "next": None}


async def test_a_volunteer_cannot_let_suspended_calls_go_on(client: httpx.AsyncClient) -> None:
    it = await world.follow_up(await of_a_volunteer(), NOW + HOUR, status="suspended")
    await sign_in(client, it.match.volunteer)
    assert "Let calls go on" not in (await client.get("/schedule")).text
    answer = await submit(client, f"/schedule/{it.id}/resume", page="/schedule")
    assert answer.status_code == 403


# The week -------------------------------------------------------------------------------------------------------------


async def test_a_volunteer_sees_her_week_in_both_zones(client: httpx.AsyncClient, planned: world.AFollowUp) -> None:
    await sign_in(client, planned.match.volunteer)
    week = (await client.get("/schedule")).text
    assert f"{planned.match.request.first_name} · </span>{planned.match.request.family_no}" in week
    assert "2:10 PM where they are (Mountain Time) · 3:10 PM where you are (Central Time)" in week
    assert planned.match.request.number not in week
    assert planned.match.request.family_no not in (await client.get("/schedule?week=2026-04-13")).text


@pytest.mark.parametrize("week", ["", "nonsense", "0001-01-01", "2026-02-30", "99999-01-01"])
async def test_a_week_that_is_none_is_this_week(client: httpx.AsyncClient, planned: world.AFollowUp, week: str) -> None:
    await sign_in(client, planned.match.volunteer)
    assert planned.match.request.family_no in (await client.get("/schedule", params={"week": week})).text


async def test_a_coordinator_sees_who_has_two_calls_at_once_and_no_first_names(client: httpx.AsyncClient) -> None:
    first = await world.follow_up(await of_a_volunteer(), NOW + 3 * HOUR, now=NOW)
    other = await world.match(await world.family_request(now=NOW), first.match.volunteer, now=NOW)
    await world.follow_up(other, NOW + 3 * HOUR + 40 * MINUTE, now=NOW)
    await sign_in(client, await world.staff())
    week = (await client.get("/schedule")).text
    assert first.match.volunteer.name in week
    assert week.count("<strong>Clash</strong>") == 2
    assert f"{first.match.request.first_name} ·" not in week


async def test_the_week_by_day_names_each_volunteer_beside_her_call(client: httpx.AsyncClient) -> None:
    first = await world.follow_up(await of_a_volunteer(), NOW + 3 * HOUR, now=NOW)
    other = await world.match(await world.family_request(now=NOW), first.match.volunteer, now=NOW)
    await world.follow_up(other, NOW + 3 * HOUR + 40 * MINUTE, now=NOW)
    later = await world.follow_up(await of_a_volunteer(), NOW + 2 * DAY, now=NOW)
    await sign_in(client, await world.staff())
    assert "by=day" in (await client.get("/schedule")).text
    week = (await client.get("/schedule", params={"week": "2026-04-07", "by": "day"})).text
    assert "/schedule?week=2026-04-13&amp;by=day" in week
    days = re.split(r"<h2>(?=April)", week)[1:]
    with_first = next(day for day in days if first.match.request.family_no in day)
    assert with_first.startswith("April 7, 2026")
    hers = [line for line in with_first.split("<tr>") if first.match.volunteer.name in line]
    assert len(hers) == 2
    assert all("<strong>Clash</strong>" in line for line in hers)
    assert later.match.request.family_no not in with_first


@pytest.mark.parametrize("by", ["day", ""])
async def test_no_name_is_printed(client: httpx.AsyncClient, planned: world.AFollowUp, by: str) -> None:
    for who in (planned.match.volunteer, await world.staff()):
        await sign_in(client, who)
        week = (await client.get("/schedule", params={"by": by})).text
        names = (planned.match.volunteer.name, planned.match.request.first_name)
        shown = [line for line in week.splitlines() for name in names if name in line]
        assert shown
        assert not [line for line in shown if "th-noprint" not in line]
        await submit(client, "/logout", page="/help")


async def test_a_coordinator_lets_calls_go_on(client: httpx.AsyncClient) -> None:
    it = await world.follow_up(await of_a_volunteer(), NOW + HOUR, status="suspended")
    await sign_in(client, await world.staff())
    answer = await submit(client, f"/schedule/{it.id}/resume", page="/schedule")
    assert answer.headers["location"] == "/schedule?done=call_resumed"
    assert (await follow_up_row(it.id))["status"] == "planned"


# Moving ---------------------------------------------------------------------------------------------------------------


async def test_a_suggested_time_is_taken(client: httpx.AsyncClient, planned: world.AFollowUp) -> None:
    await sign_in(client, planned.match.volunteer)
    path = f"/schedule/{planned.id}/move"
    form = (await client.get(path)).text
    assert form.count('name="choice"') == 4
    answer = await submit(client, path, choice="2026-04-08T09:00", for_whom="family")
    assert answer.headers["location"] == "/schedule?done=call_moved"
    assert (await follow_up_row(planned.id))["local_date"].isoformat() == "2026-04-08"


async def test_a_time_that_does_not_suit_both_is_409_with_times_that_do(
    client: httpx.AsyncClient, planned: world.AFollowUp
) -> None:
    await sign_in(client, planned.match.volunteer)
    answer = await submit(
        client, f"/schedule/{planned.id}/move", choice="other", on="2026-04-08", at="06:00", for_whom="volunteer"
    )
    assert answer.status_code == 409
    assert "cannot both keep this time" in answer.text
    assert 'value="06:00"' in answer.text
    assert (await follow_up_row(planned.id))["due_at"] == planned.due_at
    offered = re.findall(r'<button[^>]* name="choice" value="([^"]*)"', answer.text)
    assert [each[:10] for each in offered] == ["2026-04-08", "2026-04-09", "2026-04-10"]
    assert '<input type="hidden" name="for_whom" value="volunteer">' in answer.text
    taken = await submit(client, f"/schedule/{planned.id}/move", choice=offered[2], for_whom="volunteer")
    assert taken.headers["location"] == "/schedule?done=call_moved"
    assert (await follow_up_row(planned.id))["local_date"].isoformat() == "2026-04-10"


@pytest.mark.parametrize(
    "sent",
    [
        {"choice": "other"},
        {},
        {"choice": "soon", "for_whom": "family"},
        {"choice": "other", "at": "25:99"},
        {"choice": "other", "on": "9999-12-31", "at": "23:59", "for_whom": "family"},
        {"choice": "9999-12-31T23:59", "for_whom": "family"},
    ],
)
async def test_half_an_answer_is_asked_again(client: httpx.AsyncClient, planned: world.AFollowUp, sent) -> None:
    await sign_in(client, planned.match.volunteer)
    answer = await submit(client, f"/schedule/{planned.id}/move", **sent)
    assert answer.status_code == 422
    assert "There is a problem" in answer.text


async def test_the_pages_speak_spanish(client: httpx.AsyncClient) -> None:
    it = await world.follow_up(await of_a_volunteer("es"), NOW + HOUR, now=NOW)
    await sign_in(client, it.match.volunteer)
    assert "Semana del 6 de abril de 2026" in (await client.get("/schedule")).text
    assert "¿Quién lo pidió?" in (await client.get(f"/schedule/{it.id}/move")).text


# Lists for other slices and programs ----------------------------------------------------------------------------------


async def test_today_holds_what_is_overdue_first_and_nothing_of_tomorrow() -> None:
    of = await introduced(contact={"if_someone_else_answers": "ask_for_contact"})
    soon = await world.follow_up(of, NOW + HOUR, now=NOW)
    late = await world.follow_up(of, NOW - 5 * HOUR, status="due", plan_id=soon.plan_id, seq=1)
    await world.follow_up(of, NOW + 15 * HOUR, plan_id=soon.plan_id, seq=2)
    await world.follow_up(of, NOW - DAY, plan_id=soon.plan_id, seq=3, status="completed")
    calls = await todays_calls(of.volunteer.actor, NOW)
    assert [call.follow_up.id for call in calls] == [late.id, soon.id]
    assert [call.overdue for call in calls] == ["ask_cover", None]
    assert calls[0].person.first_name == of.request.first_name
    assert calls[0].words is None
    assert await todays_calls((await world.volunteer()).actor, NOW) == ()


@pytest.mark.parametrize(
    ("ago", "step"), [(0, "nudge_at_start"), (2, "nudge_at_end"), (2.5, "ask_cover"), (24, "missed"), (48, "reassign")]
)
async def test_what_is_overdue_climbs_until_somebody_calls(ago: float, step: str) -> None:
    it = await world.follow_up(await introduced(), NOW - timedelta(hours=ago), status="due")
    found = await overdue((await world.staff()).actor, NOW)
    assert [each.step for each in found if each.call.follow_up.id == it.id] == [step]
    assert await overdue((await world.staff(Role.LEADERSHIP)).actor, NOW) == ()


async def test_the_list_pages_through_all_once_in_order(client: httpx.AsyncClient) -> None:
    of = await introduced()
    plan = await world.follow_up(of, NOW, now=NOW)
    for seq in range(1, 120):
        await world.follow_up(of, NOW + seq // 3 * HOUR, plan_id=plan.plan_id, seq=seq)
    bearer, seen, cursor = await token_of(Role.COORDINATOR), [], None
    params = {"volunteer_id": str(of.volunteer.id)}
    while True:
        answer = await client.get(API, params=params | ({"cursor": cursor} if cursor else {}), headers=bearer)
        body = answer.json()
        seen += [(each["due_at"], each["id"]) for each in body["items"]]
        cursor = body["next"]
        if cursor is None:
            break
        assert len(body["items"]) == 50
    assert len(set(seen)) == 120
    assert [at for at, _ in seen] == sorted(at for at, _ in seen)


async def test_an_item_gives_its_window_in_the_familys_time(client: httpx.AsyncClient) -> None:
    of = await introduced()
    it = await world.follow_up(of, NOW, status="due", now=NOW)
    bearer = await token_of(Role.COORDINATOR)
    params = {"volunteer_id": str(of.volunteer.id), "due_before": "2026-04-07T16:10:01Z"}
    answer = (await client.get(API, params=params, headers=bearer)).json()
    assert answer == {
        "items": [
            {
                "id": str(it.id),
                "match_id": str(of.id),
                "due_at": "2026-04-07T10:10:00-06:00",
                "window": {"start": "2026-04-07T10:10:00-06:00", "end": "2026-04-07T12:10:00-06:00"},
                "status": "due",
            }
        ],
        "next": None,
    }
    none = await client.get(API, params=params | {"due_before": "2026-04-07T16:10:00Z"}, headers=bearer)
    assert none.json()["items"] == []


async def test_a_program_moves_a_call_or_is_told_three_times_that_suit_both(
    client: httpx.AsyncClient, planned: world.AFollowUp
) -> None:
    path, body = f"{API}/{planned.id}/move", {"to": "2026-04-08T19:00:00-05:00", "for_whom": "family"}
    stranger = await token_of((await world.volunteer()).person_id)
    assert (await client.post(path, json=body)).status_code == 401
    assert (await client.post(path, json=body, headers=stranger)).status_code == 404
    hers = await token_of(planned.match.volunteer.person_id)
    refused = await client.post(path, json=body | {"to": "2026-04-08T06:00:00-06:00"}, headers=hers)
    assert (refused.status_code, refused.json()["code"]) == (409, "both_must_be_free")
    assert refused.json()["times"][0] == "2026-04-08T09:00:00-06:00"
    assert len(refused.json()["times"]) == 3
    moved = await client.post(path, json=body, headers=hers)
    assert (moved.status_code, moved.json()["due_at"]) == (200, "2026-04-08T18:00:00-06:00")
    assert moved.json()["window"] == {"start": "2026-04-08T18:00:00-06:00", "end": "2026-04-08T20:00:00-06:00"}


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"to": "2026-04-08T18:00:00", "for_whom": "family"},
        {"to": "9999-12-31T23:59:59Z", "for_whom": "family"},
        {"to": "0001-01-01T00:00:00+14:00", "for_whom": "family"},
        {"to": "2026-04-08T18:00:00Z", "for_whom": "me"},
        {"to": "2026-04-08T18:00:00Z", "for_whom": "family", "why": "x"},
    ],
)
async def test_a_move_that_cannot_be_read_is_422(
    client: httpx.AsyncClient, planned: world.AFollowUp, body: dict[str, str]
) -> None:
    hers = await token_of(planned.match.volunteer.person_id)
    assert (await client.post(f"{API}/{planned.id}/move", json=body, headers=hers)).status_code == 422


@pytest.mark.parametrize(
    "params", [{"due_before": "2026-04-07T16:10:00"}, {"due_before": "soon"}, {"cursor": "x"}, {"volunteer_id": "1"}]
)
async def test_what_cannot_be_read_is_422(client: httpx.AsyncClient, params: dict[str, str]) -> None:
    answer = await client.get(API, params=params, headers=await token_of(Role.COORDINATOR))
    assert answer.status_code == 422
    assert answer.headers["content-type"].startswith("application/problem+json")
