"""What becomes of a request before it is matched."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from tests import world
from tests.app_kit import TESTS

from teamhope.families import jobs, queries, service
from teamhope.families.forms import Completion
from teamhope.families.queries import Filters
from teamhope.families.service import Closing
from teamhope.kit import clock
from teamhope.kit.database import acting_as
from teamhope.tables.families import Family, SupportRequest
from teamhope.vocabulary.errors import IllegalMove, Invalid, NotFound, Refused
from teamhope.vocabulary.families import ConsentKind
from teamhope.vocabulary.states import RequestStatus

pytestmark = pytest.mark.usefixtures("db")


async def state_of(request_id: UUID) -> queries.OneRequest:
    async with acting_as(TESTS):
        return await queries.load_request(request_id)


async def bare(**over: Any) -> world.ARequest:
    """In triage: nothing but a first name, a number nobody called safe, and a relation."""
    return await world.family_request(
        status="triage",
        timezone=None,
        consents=(),
        languages=(("en", "native"),),
        incident={"case_type": None},
        contact={"languages": "[]"},
        contact_phone={"safe_to_call": False},
        **over,
    )


async def test_a_volunteer_and_leadership_move_nothing() -> None:
    request, ana = await bare(), await world.volunteer()
    with pytest.raises(NotFound):
        await service.complete_triage(ana.actor, request.id, Completion(), clock.now())
    with pytest.raises(NotFound):
        await service.close_request(ana.actor, request.id, Closing(RequestStatus.DECLINED), clock.now())
    with pytest.raises(NotFound):
        await service.show_request(ana.actor, request.id)


async def test_triage_ends_when_the_last_missing_answer_is_there() -> None:
    request, cora, now = await bare(), await world.staff(), clock.now()
    half = Completion(timezone="America/Phoenix", language="es", case_type="NFA")
    first = await service.complete_triage(cora.actor, request.id, half, now)
    assert (first.status, first.missing) == ("triage", ("peer_match_consent", "safe_contact_method"))
    rest = Completion(safe_to_call=True, consents=(ConsentKind.PEER_MATCH,))
    second = await service.complete_triage(cora.actor, request.id, rest, now)
    assert (second.status, second.missing) == ("ready", ())
    assert (await state_of(request.id)).ready_at == now


@pytest.mark.parametrize(
    ("found", "field"),
    [
        (Completion(timezone="EST"), "timezone"),
        (Completion(language="xx"), "language"),
        (Completion(case_type="XX"), "case_type"),
        (Completion(phone="12"), "phone"),
    ],
)
async def test_triage_refuses_what_cannot_be_true(found: Completion, field: str) -> None:
    request, cora = await bare(), await world.staff()
    with pytest.raises(Invalid) as wrong:
        await service.complete_triage(cora.actor, request.id, found, clock.now())
    assert [name for name, _, _ in wrong.value.problems] == [field]


async def test_triage_refuses_a_blocked_persons_number_and_a_request_that_is_not_there() -> None:
    request, cora, number = await bare(), await world.staff(), world.a_phone(world.number())
    await world.blocked_person(request.family_id, phone=number)
    with pytest.raises(Invalid):
        await service.complete_triage(cora.actor, request.id, Completion(phone=number), clock.now())
    stopped = await world.family_request(
        status="triage", contact_phone={"stopped_at": clock.now(), "stop_reason": "third_party_refused"}
    )
    again = Completion(phone=stopped.number, safe_to_call=True)
    with pytest.raises(Invalid, match="invalid") as wrong:
        await service.complete_triage(cora.actor, stopped.id, again, clock.now())
    assert wrong.value.problems == (("phone", "phone_known", {}),)
    matched = await world.family_request(status="closed")
    with pytest.raises(IllegalMove):
        await service.complete_triage(cora.actor, matched.id, Completion(), clock.now())


async def test_a_request_with_a_volunteer_goes_back_to_the_queue_neither_by_triage_nor_by_resuming() -> None:
    cora = await world.staff()
    for status, of_match in (("matching", "proposed_to_volunteer"), ("matched", "introduced"), ("active", "active")):
        request = await world.family_request(status=status)
        await world.match(request, await world.volunteer(), of_match)
        with pytest.raises(IllegalMove):
            await service.complete_triage(cora.actor, request.id, Completion(), clock.now())
        with pytest.raises(Refused, match="request_has_match"):
            await service.resume(cora.actor, request.id, clock.now())
        assert (await state_of(request.id)).status == status


async def test_a_hold_ends_by_itself_on_the_day_where_the_family_is() -> None:
    request, cora = await world.family_request(timezone="Pacific/Honolulu"), await world.staff()
    monday = datetime(2026, 6, 1, 12, tzinfo=UTC)
    await service.put_on_hold(cora.actor, request.id, date(2026, 6, 3), monday)
    assert await jobs.resume_requests(datetime(2026, 6, 3, 9, 59, tzinfo=UTC)) == 0, "still the 2nd in Honolulu"
    assert await jobs.resume_requests(datetime(2026, 6, 3, 10, tzinfo=UTC)) == 1
    assert (await state_of(request.id)).status == "ready"
    assert await jobs.resume_requests(datetime(2026, 6, 3, 10, tzinfo=UTC)) == 0


async def test_whom_nobody_can_accompany_now_waits_on_a_list_and_keeps_its_place() -> None:
    request, cora, now = await world.family_request(), await world.staff(), clock.now()
    before = await state_of(request.id)
    with pytest.raises(NotFound):
        await service.waitlist((await world.volunteer()).actor, request.id, now)
    await service.waitlist(cora.actor, request.id, now)
    assert ((await state_of(request.id)).status, (await state_of(request.id)).ready_at) == (
        "waitlisted",
        before.ready_at,
    )
    with pytest.raises(IllegalMove):
        await service.waitlist(cora.actor, request.id, now)
    assert await service.resume(cora.actor, request.id, now) is RequestStatus.READY
    held = await world.family_request(status="on_hold", resume_on=date(2099, 1, 1), ready_at=None)
    with pytest.raises(IllegalMove):
        await service.waitlist(cora.actor, held.id, now)


async def test_a_hold_needs_a_later_day_and_gives_the_place_in_the_queue_back() -> None:
    request, cora, now = await world.family_request(), await world.staff(), clock.now()
    before = await state_of(request.id)
    with pytest.raises(Invalid):
        await service.put_on_hold(cora.actor, request.id, now.date() - timedelta(days=1), now)
    await service.put_on_hold(cora.actor, request.id, now.date() + timedelta(days=9), now)
    assert (await state_of(request.id)).status == "on_hold"
    assert await service.resume(cora.actor, request.id, now) is RequestStatus.READY
    after = await state_of(request.id)
    assert (after.ready_at, after.resume_on) == (before.ready_at, None)


async def test_a_matched_request_is_neither_held_nor_closed_here() -> None:
    request, cora = await world.family_request(status="active"), await world.staff()
    await world.match(request, await world.volunteer(), "active")
    with pytest.raises(Refused, match="request_has_match"):
        await service.put_on_hold(cora.actor, request.id, date(2099, 1, 1), clock.now())
    with pytest.raises(Refused, match="request_has_match"):
        await service.close_request(cora.actor, request.id, Closing(RequestStatus.CLOSED), clock.now())


async def test_the_last_request_that_ends_closes_the_family() -> None:
    request, cora = await world.family_request(), await world.staff()
    await service.close_request(cora.actor, request.id, Closing(RequestStatus.DECLINED), clock.now())
    assert (await service.show_family(cora.actor, request.family_id)).status == "closed"
    with pytest.raises(IllegalMove):
        await service.resume(cora.actor, request.id, clock.now())


async def test_a_duplicate_names_the_family_that_stays() -> None:
    request, stays, cora = await world.family_request(), await world.family_request(), await world.staff()
    for wrong in (None, "F-NONE-00", request.family_no):
        with pytest.raises(Invalid):
            await service.close_request(cora.actor, request.id, Closing(RequestStatus.DUPLICATE, wrong), clock.now())
    await service.close_request(cora.actor, request.id, Closing(RequestStatus.DUPLICATE, stays.family_no), clock.now())
    async with acting_as(TESTS):
        row = await Family.select(Family.duplicate_of).where(Family.id == request.family_id).first()
    assert row["duplicate_of"] == stays.family_id


async def test_a_family_entered_three_times_counts_as_the_one_that_stays() -> None:
    first, second, stays = [await world.family_request() for _ in range(3)]
    cora = await world.staff()
    for one, other in ((first, second), (second, stays)):
        closing = Closing(RequestStatus.DUPLICATE, other.family_no)
        await service.close_request(cora.actor, one.id, closing, clock.now())
    late = await world.family_request()
    await service.close_request(cora.actor, late.id, Closing(RequestStatus.DUPLICATE, first.family_no), clock.now())
    with pytest.raises(Invalid):
        await service.close_request(cora.actor, stays.id, Closing(RequestStatus.DUPLICATE, late.family_no), clock.now())
    async with acting_as(TESTS):
        ids = [each.family_id for each in (first, second, late)]
        rows = await Family.select(Family.duplicate_of).where(Family.id.is_in(ids))
    assert {row["duplicate_of"] for row in rows} == {stays.family_id}


async def test_a_duplicate_is_one_although_another_request_of_the_family_is_open() -> None:
    request, stays, cora = await world.family_request(), await world.family_request(), await world.staff()
    async with acting_as(TESTS):
        row = await SupportRequest.select().where(SupportRequest.id == request.id).first()
        await SupportRequest.insert(SupportRequest(**{**row, "id": uuid4()}))
    await service.close_request(cora.actor, request.id, Closing(RequestStatus.DUPLICATE, stays.family_no), clock.now())
    async with acting_as(TESTS):
        row = await Family.select(Family.duplicate_of, Family.status).where(Family.id == request.family_id).first()
    assert row == {"duplicate_of": stays.family_id, "status": "open"}


async def test_who_waits_comes_first_and_the_oldest_of_them() -> None:
    cora, now = await world.staff(), clock.now()
    made = [
        await world.family_request(owner=cora.id, status=status, now=now - timedelta(days=days))
        for status, days in (("active", 9), ("ready", 2), ("triage", 5), ("waitlisted", 7), ("closed", 30))
    ]
    mine = await service.list_requests(cora.actor, Filters(owner=cora.id))
    assert [row.id for row in mine] == [made[3].id, made[2].id, made[1].id, made[0].id]
    closed = await service.list_requests(cora.actor, Filters(frozenset({RequestStatus.CLOSED}), cora.id))
    assert [row.id for row in closed] == [made[4].id]
    assert await service.list_requests((await world.volunteer()).actor, Filters(owner=cora.id)) == []


@pytest.mark.parametrize("status", ["triage", "referred_out", "on_hold", "waitlisted", "unable_to_contact"])
async def test_from_wherever_a_family_rests_it_can_wait_for_a_volunteer_again(status: str) -> None:
    held = {"resume_on": date(2099, 1, 1)} if status == "on_hold" else {}
    request, cora = await world.family_request(status=status, **held), await world.staff()
    if status in {"triage", "referred_out"}:
        await service.complete_triage(cora.actor, request.id, Completion(), clock.now())
    else:
        await service.resume(cora.actor, request.id, clock.now())
    assert (await state_of(request.id)).status == "ready"
