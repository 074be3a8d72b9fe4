"""The address that a volunteer's own calendar fetches: what strangers get, what she gets, and what is kept of it."""

import json
import logging
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta

import httpx
import pytest
import structlog
from icalendar import Calendar, Event
from tests import world
from tests.app_kit import PASSWORD, TESTS, browser, sign_in, submit
from tests.slices.followups.kit import CHICAGO, DAY, HOUR, MINUTE, NOW, introduced, row, rows

from teamhope.accounts import rules
from teamhope.accounts import service as accounts
from teamhope.followups.service_moves import move, suspend_match
from teamhope.kit import logs
from teamhope.kit.database import UNAVAILABLE, acting_as, connection
from teamhope.settings import Settings
from teamhope.vocabulary.errors import NotFound
from teamhope.vocabulary.people import DOORKEEPER, Actor, Role
from teamhope.volunteers.service_calendar import end_feed, make_feed

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    async with browser(now=lambda: NOW) as client:
        yield client


@pytest.fixture
async def planned(db: object) -> world.AFollowUp:
    return await world.follow_up(await introduced(), NOW + 4 * HOUR, now=NOW)


async def feed_of(of: world.AVolunteer) -> str:
    return f"/cal/{await make_feed(of.actor, NOW)}.ics"


async def events(client: httpx.AsyncClient, address: str) -> list[Event]:
    answer = await client.get(address)
    assert answer.status_code == 200, answer.text
    return list(Calendar.from_ical(answer.content).events)


# Outsiders ------------------------------------------------------------------------------------------------------------


async def test_a_wrong_a_revoked_and_a_suspended_persons_address_get_one_answer(
    client: httpx.AsyncClient, planned: world.AFollowUp
) -> None:
    her = planned.match.volunteer
    replaced = await feed_of(her)
    revoked = await feed_of(her)
    await end_feed(her.actor, NOW)
    gone = await world.volunteer()
    suspended = await feed_of(gone)
    await accounts.suspend(TESTS, gone.person_id, NOW)
    promoted = await world.volunteer()
    staff_now = await feed_of(promoted)
    await rows("update person set role = 'admin' where id = $1 returning id", promoted.person_id)
    live = await feed_of(her)
    refused = [replaced, revoked, suspended, staff_now, "/cal/guess.ics", f"/cal/{rules.new_secret()}.ics"]
    refused += [
        live.removesuffix(".ics"),
        f"/cal{live[4:].swapcase()}",
        f"{live}.ics",
        "/cal/.ics",
        "/cal/%00.ics",
        "/cal/é.ics",
    ]
    answers = [await client.get(address) for address in refused]
    assert {(answer.status_code, answer.text) for answer in answers} == {(404, answers[0].text)}
    assert {tuple(sorted(answer.headers)) for answer in answers} == {tuple(sorted(answers[0].headers))}
    assert (await client.get(live)).status_code == 200


async def test_each_address_shows_her_own_calls_alone(client: httpx.AsyncClient, planned: world.AFollowUp) -> None:
    other = await world.follow_up(await introduced(), NOW + 5 * HOUR, now=NOW)
    lead = await world.volunteer(role=Role.TEAM_LEAD)
    team = await world.team("North")
    people = [planned.match.volunteer.person_id, lead.person_id]
    await rows("update person set team = $1 where id = any($2) returning id", team, people)
    assert [event.start for event in await events(client, await feed_of(planned.match.volunteer))] == [planned.due_at]
    assert [event.start for event in await events(client, await feed_of(other.match.volunteer))] == [other.due_at]
    assert await events(client, await feed_of(lead)) == []


async def test_nobody_makes_or_ends_the_address_of_another(planned: world.AFollowUp) -> None:
    her, other = planned.match.volunteer, await world.volunteer()
    await make_feed(her.actor, NOW)
    for someone in ((await world.staff()).actor, (await world.staff(Role.ADMIN)).actor):
        with pytest.raises(NotFound):
            await make_feed(someone, NOW)
        with pytest.raises(NotFound):
            await end_feed(someone, NOW)
    await end_feed(other.actor, NOW)
    assert len(await rows("select 1 from calendar_feed where volunteer = $1", her.id)) == 1


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.DOORKEEPER, Role.WORKER, Role.COMMAND}))
async def test_the_row_is_seen_by_nobody_but_her_and_the_door(planned: world.AFollowUp, role: Role) -> None:
    await make_feed(planned.match.volunteer.actor, NOW)
    other = await world.volunteer()
    for actor in (Actor(role, (await world.staff()).id), Actor(role, other.person_id, other.id)):
        async with acting_as(actor):
            assert await connection().fetchval("select count(*) from calendar_feed") == 0
            assert await connection().execute("delete from calendar_feed") == "DELETE 0"
    async with acting_as(DOORKEEPER):
        assert await connection().execute("delete from calendar_feed") == "DELETE 0"
        assert await connection().fetchval("select count(*) from calendar_feed") > 0


@pytest.mark.parametrize("path", ["/me/times/calendar", "/me/times/calendar/end"])
async def test_the_page_is_for_volunteers(client: httpx.AsyncClient, path: str) -> None:
    assert (await submit(client, path, page="/login")).headers["location"].startswith("/login")
    await sign_in(client, await world.staff())
    assert (await submit(client, path, page="/help")).status_code == 403


# What is told of it ---------------------------------------------------------------------------------------------------


async def test_only_a_hash_is_kept_and_the_audit_says_who_made_it(planned: world.AFollowUp) -> None:
    her = planned.match.volunteer
    secret = await make_feed(her.actor, NOW)
    assert len(secret) >= 43  # 256 bits
    kept = await row("select * from calendar_feed where volunteer = $1", her.id)
    assert kept["secret_hash"] == rules.hash_of(secret)
    await end_feed(her.actor, NOW)
    acts = await rows("select act from audit_event where subject = $1", her.id)
    assert {each["act"] for each in acts} >= {"made_calendar_feed", "ended_calendar_feed"}


async def test_the_answer_is_stored_nowhere_and_leads_nowhere(
    client: httpx.AsyncClient, planned: world.AFollowUp
) -> None:
    answer = await client.get(await feed_of(planned.match.volunteer))
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert (answer.headers["cache-control"], answer.headers["referrer-policy"]) == ("no-store", "no-referrer")
    assert "set-cookie" not in answer.headers
    assert "set-cookie" not in (await client.get("/cal/guess.ics")).headers


@pytest.fixture
def _logging() -> Iterator[None]:
    before = logging.getLogger().handlers[:]
    logs.configure("DEBUG")
    yield
    logging.getLogger().handlers[:] = before
    structlog.reset_defaults()


@pytest.mark.usefixtures("_logging")
async def test_no_log_metric_or_refusal_holds_the_secret(
    planned: world.AFollowUp, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    address = await feed_of(planned.match.volunteer)
    secret = address[5:-4]
    async with browser(Settings(metrics_token="watch"), now=lambda: NOW) as client:
        await client.get(address)
        refusals = [await client.post(address), await client.get(f"{address}x"), await client.get(f"{address}/more")]
        for trouble in (UNAVAILABLE[1], RuntimeError):
            monkeypatch.setattr("teamhope.followups.service_calendar.feed", _failing(trouble))
            refusals.append(await client.get(address))
        metrics = await client.get("/metrics", headers={"authorization": "Bearer watch"})
    logged = capsys.readouterr()
    assert [answer.status_code for answer in refusals] == [405, 404, 404, 503, 500]
    assert "/cal/{file_name}" in metrics.text
    everything = "".join((logged.out, logged.err, metrics.text, *(each.text for each in refusals)))
    assert secret not in everything
    assert {json.loads(line)["event"] for line in logged.out.splitlines()} >= {"internal_error"}


def _failing(trouble: type[Exception]):
    async def feed(secret: str, _: object) -> bytes:
        raise trouble(secret)

    return feed


# What she gets --------------------------------------------------------------------------------------------------------


async def test_an_event_says_when_in_her_zone_and_language_and_nothing_of_the_family(
    client: httpx.AsyncClient,
) -> None:
    request = await world.family_request(status="matched", now=NOW)
    her = await world.volunteer(language="es", now=NOW)
    it = await world.follow_up(await world.match(request, her, now=NOW), NOW + 4 * HOUR, now=NOW)
    answer = await client.get(await feed_of(her), headers={"accept-language": "en"})
    (event,) = Calendar.from_ical(answer.content).events
    assert (event["summary"], event["class"], event["sequence"]) == ("Recordatorio", "PRIVATE", 0)
    assert event.start == it.due_at
    assert event["dtstart"].params["TZID"] == CHICAGO.key
    assert event.duration == 45 * MINUTE
    ids = (it.id, it.match.id, request.id, request.family_id, request.contact_id, her.id, her.person_id)
    hidden = [form for id_ in ids for form in (str(id_), id_.hex)]
    hidden += [request.first_name, request.family_no, request.number, her.name]
    text = answer.content.decode()
    assert not [each for each in hidden if each in text]
    unfolded = text.replace("\r\n ", "")
    assert not [each for each in hidden if each in unfolded]


async def test_a_move_keeps_the_event_and_counts(client: httpx.AsyncClient, planned: world.AFollowUp) -> None:
    address = await feed_of(planned.match.volunteer)
    (before,) = await events(client, address)
    for n in (1, 2):
        to = planned.due_at + n * DAY
        await move(planned.match.volunteer.actor, planned.id, to, "family", NOW + n * MINUTE)
        (after,) = await events(client, address)
        assert (after.start, after["uid"], after["sequence"]) == (to, before["uid"], n)


@pytest.mark.parametrize(
    ("due_in", "status", "is_there"),
    [
        (4 * HOUR, "planned", True),
        (4 * HOUR, "retry_wait", True),
        (-45 * MINUTE, "due", True),
        (-46 * MINUTE, "due", False),
        (89 * DAY, "planned", True),
        (90 * DAY, "planned", False),
        (4 * HOUR, "cancelled", False),
        (4 * HOUR, "completed", False),
        (4 * HOUR, "suspended", False),
        (4 * HOUR, "escalated_to_coordinator", False),
    ],
)
async def test_only_calls_still_to_be_made_in_90_days(
    client: httpx.AsyncClient, due_in: timedelta, status: str, is_there: bool
) -> None:
    it = await world.follow_up(await introduced(), NOW + due_in, status=status, now=NOW - 2 * HOUR)
    assert len(await events(client, await feed_of(it.match.volunteer))) == is_there


async def test_what_is_called_off_disappears(client: httpx.AsyncClient, planned: world.AFollowUp) -> None:
    address = await feed_of(planned.match.volunteer)
    assert len(await events(client, address)) == 1
    await suspend_match(planned.match.volunteer.actor, planned.match.id, NOW)
    assert await events(client, address) == []


async def test_once_the_match_is_over_its_calls_are_hers_no_more(
    client: httpx.AsyncClient, planned: world.AFollowUp
) -> None:
    address = await feed_of(planned.match.volunteer)
    ended = "update match set status = 'closed', closed_at = $2, close_reason = 'goals_met' where id = $1 returning id"
    await rows(ended, planned.match.id, NOW)
    assert await events(client, address) == []


# Her page -------------------------------------------------------------------------------------------------------------


async def test_she_makes_it_reads_it_once_replaces_and_stops_it(client: httpx.AsyncClient) -> None:
    her = await world.volunteer(password=PASSWORD, now=NOW)
    await sign_in(client, her)
    assert "Make an address" in (await client.get("/me/times")).text
    seen = [_address(await submit(client, "/me/times/calendar", page="/me/times")) for _ in range(2)]
    page = (await client.get("/me/times")).text
    assert "Replace the address" in page
    assert "There is an address since April 7, 2026." in page
    assert "/cal/" not in page
    assert [(await client.get(each)).status_code for each in seen] == [404, 200]
    ended = await submit(client, "/me/times/calendar/end", page="/me/times")
    assert ended.headers["location"] == "/me/times?done=calendar_ended"
    assert (await client.get(seen[1])).status_code == 404
    assert (await client.get("/me/times/calendar")).headers["location"] == "/me/times"


def _address(page: httpx.Response) -> str:
    assert "Copy this address now" in page.text
    return page.text.partition("http://127.0.0.1:8000")[2].partition("<")[0]


async def test_the_page_explains_it_in_spanish(client: httpx.AsyncClient) -> None:
    await sign_in(client, await world.volunteer(password=PASSWORD, language="es", now=NOW))
    page = (await client.get("/me/times")).text
    assert "Quien tenga la dirección ve estas horas" in page
