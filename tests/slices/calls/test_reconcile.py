"""The log against the telephone company's list, on real rows, with the real client; and who sees what differs."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import httpx
import pytest
from tests import world
from tests.app_kit import TESTS, submit
from tests.slices.calls.kit import at_the_browser, rows

from teamhope.calls import service_reconcile as service
from teamhope.calls.queries import fix_report_zone
from teamhope.calls.rules_reconcile import Completeness, Kind
from teamhope.calls.service_reconcile import ListUnavailable
from teamhope.kit.database import acting_as, connection
from teamhope.reports import queries as reports
from teamhope.tables.telephone import PhoneCall, PhoneLeg
from teamhope.telephony.client import Telephone, connect
from teamhope.telephony.fake import Fake, create_fake, serve
from teamhope.telephony.fake_handsets import Handset
from teamhope.telephony.fake_legs import Leg
from teamhope.vocabulary.people import Actor, Role

pytestmark = pytest.mark.usefixtures("db")
ACCOUNT, TOKEN, NUMBER = "AC" + "0" * 32, "secret", "+12025550100"
CALLED = datetime(2026, 11, 24, 18, 30, tzinfo=UTC)
NIGHT = datetime(2026, 11, 26, 8, tzinfo=UTC)  # in New York two dates after the call
MINUTES_12 = 720


@pytest.fixture
async def exchange() -> AsyncIterator[tuple[Fake, Telephone]]:
    fake = create_fake(ACCOUNT, TOKEN, "https://hope.example")
    async with serve(fake.app) as api, connect(ACCOUNT, TOKEN, NUMBER, api, "https://hope.example") as telephone:
        yield fake, telephone


@pytest.fixture(autouse=True)
async def zone_is_fixed() -> None:
    async with acting_as(TESTS):
        await fix_report_zone(ZoneInfo("America/New_York"))
        await connection().execute("delete from call_difference")


def carries(fake: Fake, seconds: int = MINUTES_12, at: datetime = CALLED) -> str:
    """A call that the provider has carried to somebody; its name for it."""
    leg = Leg(f"CA{uuid4().hex}", "+13035550101", NUMBER, "outbound-api", Handset(), at, status="completed")
    leg.started_at, leg.answered_at, leg.ended_at, leg.seconds = at, at, at + timedelta(seconds=seconds), seconds
    fake.state.calls.append(leg)
    return leg.sid


async def rang(of: world.AMatch, sid: str, call: UUID | None = None, at: datetime = CALLED, **about: Any) -> UUID:
    """Our rows of a call to the family; `about`: what else its columns hold."""
    id_ = uuid4()
    whom = {"volunteer": of.volunteer.id, "family": of.request.family_id, "match": of.id,
            "contact": of.request.contact_id}  # fmt: skip
    usual = {"kind": "to_family", "call": call, "cleared_at": at, "created_at": at, "ended_at": at}
    async with acting_as(TESTS):
        await PhoneCall.insert(PhoneCall(id=id_, **(whom | usual | about)))
        await PhoneLeg.insert(
            PhoneLeg(id=uuid4(), phone_call=id_, party="family", status="completed", due_at=at, provider_sid=sid,
                     answered_at=at, ended_at=at, created_at=at)
        )  # fmt: skip
    return id_


async def a_match(**family: Any) -> world.AMatch:
    request = await world.family_request(status="matched", now=CALLED, **family)
    return await world.match(request, await world.volunteer(now=CALLED), now=CALLED)


async def logged(of: world.AMatch, **columns: Any) -> UUID:
    return await world.call(of, now=CALLED, **({"placed_via": "masked_bridge", "talk_seconds": MINUTES_12} | columns))


COORDINATOR = Actor(Role.COORDINATOR, name="token")


async def test_each_difference_is_found_once_and_what_agrees_is_none(exchange: tuple[Fake, Telephone]) -> None:
    fake, telephone = exchange
    silent, right, other_minutes, by_hand = [await a_match() for _ in range(4)]
    await rang(silent, carries(fake))
    await rang(right, carries(fake), await logged(right))
    await rang(other_minutes, carries(fake, 3000), await logged(other_minutes))
    not_carried = await logged(by_hand)
    stranger = carries(fake)
    assert await service.reconcile(telephone, NIGHT) > 0
    assert await service.reconcile(telephone, NIGHT) == 0
    found = (await service.look(COORDINATOR)).open
    assert {each.kind for each in found} == set(Kind)
    assert len(found) == len(Kind)
    assert {each.call_id for each in found} >= {not_carried}
    unknown = await rows("select provider_sid from call_difference where kind = 'unknown_call'")
    assert [row["provider_sid"] for row in unknown] == [stranger]
    day = next(it for on, it in (await service.look(COORDINATOR)).days if on.isoformat() == "2026-11-24")
    assert (day.placed, day.logged_in_time) == (3, 2)
    async with acting_as(Actor(Role.LEADERSHIP, name="token")):
        assert await reports.count_placed(date(2026, 1, 1), date(2027, 1, 1)) == {2026: Completeness(3, 2)}


class TestLater:
    @pytest.fixture
    async def found(self, exchange: tuple[Fake, Telephone]) -> world.AMatch:
        """A call without a log, written down as the nightly pass does."""
        fake, _ = exchange
        it = await a_match()
        phone_call = await rang(it, carries(fake))
        async with acting_as(TESTS):
            await connection().execute(
                "insert into call_difference (id, kind, phone_call, started_at, listed_seconds, found_at) "
                "values (gen_random_uuid(), 'not_logged', $1, $2, 720, $3)",
                phone_call, CALLED, NIGHT,
            )  # fmt: skip
        return it

    async def test_a_late_log_takes_it_off_the_list(self, found: world.AMatch) -> None:
        assert len((await service.look(COORDINATOR)).open) == 1
        call = await logged(found)
        async with acting_as(TESTS):
            await connection().execute("update phone_call set call = $1 where match = $2", call, found.id)
        assert not (await service.look(COORDINATOR)).open

    @pytest.mark.parametrize("role", [Role.VOLUNTEER, Role.LEADERSHIP, Role.ADMIN, Role.ADVOCATE, Role.TEAM_LEAD])
    async def test_nobody_else_has_the_page(self, found: world.AMatch, role: Role) -> None:
        async with at_the_browser(await world.staff(role), NIGHT) as client:
            assert (await client.get("/calls/differences")).status_code == 403

    async def test_a_coordinator_of_another_team_sees_no_row(self, found: world.AMatch) -> None:
        other = Actor(Role.COORDINATOR, name="token", team_id=await world.team())
        assert not (await service.look(other)).open

    async def test_a_coordinator_reads_it_and_takes_it_off(self, found: world.AMatch) -> None:
        async with at_the_browser(await world.staff(Role.COORDINATOR), NIGHT) as client:
            assert "Calls and logs that differ" in (await client.get("/")).text
            page = await client.get("/calls/differences")
            assert "By the telephone company: 12 minutes." in page.text
            assert found.request.family_no in page.text
            done = await settle(client, page)
            assert "It is off the list." in (await client.get(done.headers["location"])).text
            assert "Nothing differs." in (await client.get("/calls/differences")).text
            assert (await settle(client, page)).status_code == 404


async def settle(client: httpx.AsyncClient, page: httpx.Response) -> httpx.Response:
    path = page.text.split('action="/calls/differences/')[1].split('"')[0]
    return await submit(client, f"/calls/differences/{path}", page="/calls/differences")


async def test_a_list_that_cannot_be_had_is_asked_for_again(exchange: tuple[Fake, Telephone]) -> None:
    _, telephone = exchange
    late = NIGHT + timedelta(days=3)
    async with connect(ACCOUNT, "wrong", NUMBER, "http://127.0.0.1:9", "https://hope.example") as dead:
        with pytest.raises(ListUnavailable):
            await service.reconcile(dead, late)
    assert await service.reconcile(telephone, late) == 3


async def test_without_a_telephone_nothing_is_compared() -> None:
    assert await service.reconcile(None, NIGHT + timedelta(days=30)) == 0


async def test_calls_that_are_simply_fine_are_no_difference(exchange: tuple[Fake, Telephone]) -> None:
    fake, telephone = exchange
    at, night = CALLED + timedelta(days=6), NIGHT + timedelta(days=6)
    waited, stayed = [await a_match() for _ in range(2)]
    await rang(waited, carries(fake, 1200, at), await logged(waited, started_at=at), at, kind="from_family")
    helped = await rang(stayed, carries(fake, 2400, at), await logged(stayed, started_at=at), at)
    nobody = dict.fromkeys(("volunteer", "family", "match", "contact"))
    await rang(stayed, carries(fake, at=at), None, at, kind="from_family", **nobody)  # taken by who is on call
    async with acting_as(TESTS):
        await PhoneLeg.insert(
            PhoneLeg(id=uuid4(), phone_call=helped, party="advocate", status="completed", due_at=at, joined_at=at,
                     ended_at=at, created_at=at)
        )  # fmt: skip
    it = await world.follow_up(waited, due_at=at)
    await rang(waited, carries(fake, at=at), None, at, follow_up=it.id)
    await logged(
        waited, started_at=at, logged_at=at + timedelta(hours=1), follow_up=it.id, placed_via="own_phone_logged"
    )
    await service.reconcile(telephone, night)
    assert (await service.look(COORDINATOR)).open == []
