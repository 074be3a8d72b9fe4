"""Who must not be reached or told: nobody else reads it, numbers are masked, and calls on such a line stop at once."""

from collections.abc import AsyncIterator

import httpx
import pytest
from tests import world
from tests.app_kit import PASSWORD, TESTS, browser, sign_in, submit
from tests.slices.followups.kit import HOUR, NOW, row, rows

from teamhope.families import service_blocked, service_contact
from teamhope.families.forms import BlockedSent
from teamhope.followups import service_families
from teamhope.followups.service import clear_call
from teamhope.kit.database import acting_as
from teamhope.kit.embedded_roles import Addresses
from teamhope.tables.audit import AuditEvent
from teamhope.vocabulary.errors import Invalid, Refused
from teamhope.vocabulary.families import BlockedEnd, BlockedScope
from teamhope.vocabulary.people import Role

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
async def it(db: Addresses) -> world.AFollowUp:
    request = await world.family_request(status="matched", now=NOW)
    who = await world.volunteer(password=PASSWORD, now=NOW)
    return await world.follow_up(await world.match(request, who, now=NOW), NOW + HOUR, now=NOW)


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    async with browser(now=lambda: NOW) as client:
        yield client


def page_of(it: world.AFollowUp) -> str:
    return f"/families/{it.match.request.family_id}/reach/blocked"


async def test_only_coordinators_keep_it(client: httpx.AsyncClient, it: world.AFollowUp) -> None:
    blocked = await world.blocked_person(it.match.request.family_id, name="Rex")
    for outsider in (it.match.volunteer, await world.staff(Role.ADVOCATE), await world.staff(Role.ADMIN)):
        await sign_in(client, outsider)
        assert (await client.get(page_of(it))).status_code == 403
        for act in ("", f"/{blocked}/end", f"/{blocked}/number"):
            assert (await submit(client, page_of(it) + act, page="/me")).status_code == 403


async def test_another_familys_person_is_not_there(client: httpx.AsyncClient, it: world.AFollowUp) -> None:
    theirs = await world.blocked_person((await world.family_request(now=NOW)).family_id, phone="+12025550177")
    await sign_in(client, await world.staff())
    assert (await submit(client, f"{page_of(it)}/{theirs}/number", page=page_of(it))).status_code == 404
    ending = await submit(client, f"{page_of(it)}/{theirs}/end", page=page_of(it), end="mistake")
    assert ending.status_code == 404


async def test_a_person_is_named_shown_masked_and_ended_but_never_deleted(
    client: httpx.AsyncClient, it: world.AFollowUp
) -> None:
    await sign_in(client, await world.staff())
    wrong = await submit(client, page_of(it), relation="uncle", scope="no_contact")
    assert wrong.status_code == 422
    fields = {"name": "Rex", "phone": "202-555-0188", "relation": "uncle", "scope": "no_contact", "reason": "abuser"}
    assert (await submit(client, page_of(it), **fields)).status_code == 303
    family = it.match.request.family_id
    blocked = (await row("select id from blocked_person where family = $1", family))["id"]
    masked = (await client.get(page_of(it))).text
    assert ("0188" in masked, "2025550188" in masked) == (True, False)
    shown = await submit(client, f"{page_of(it)}/{blocked}/number", page=page_of(it))
    assert "+12025550188" in shown.text
    async with acting_as(TESTS):
        read = (AuditEvent.subject == blocked) & (AuditEvent.act == "read_number")
        assert await AuditEvent.count().where(read) == 1
    assert (await submit(client, f"{page_of(it)}/{blocked}/end", page=page_of(it), end="mistake")).status_code == 303
    kept = await row("select ended_at, end_reason, name from blocked_person where id = $1", blocked)
    assert tuple(kept)[:2] == (NOW, "mistake")
    assert kept["name"]


async def test_the_familys_own_number_stops_at_once_with_a_task(it: world.AFollowUp) -> None:
    cora, request = await world.staff(), it.match.request
    assert (await clear_call(it.match.volunteer.actor, it.id, NOW)).number == request.number
    rex = BlockedSent(relation="father", scope=BlockedScope.NO_CALL_LEG, phone=request.number)
    blocked = await service_families.block(cora.actor, request.family_id, rex, NOW)
    with pytest.raises(Refused, match="not_now_number_stopped"):
        await clear_call(it.match.volunteer.actor, it.id, NOW)
    found = await rows("select kind, detail from task where family = $1", request.family_id)
    assert [tuple(each) for each in found] == [("number_stopped", "blocked_line")]
    await service_blocked.end_block(cora.actor, request.family_id, blocked, BlockedEnd.MISTAKE, NOW + HOUR)
    with pytest.raises(Refused, match="not_now_number_stopped"):
        await clear_call(it.match.volunteer.actor, it.id, NOW + HOUR)
    await service_contact.confirm_number(cora.actor, request.family_id, request.phone_id, NOW + HOUR)
    assert (await clear_call(it.match.volunteer.actor, it.id, NOW + HOUR)).number == request.number


@pytest.mark.parametrize("scope", BlockedScope)
async def test_no_call_is_cleared_to_a_blocked_persons_line(it: world.AFollowUp, scope: BlockedScope) -> None:
    await world.blocked_person(it.match.request.family_id, phone=it.match.request.number, scope=scope)
    with pytest.raises(Refused, match="not_now_blocked_person_on_line"):
        await clear_call(it.match.volunteer.actor, it.id, NOW)


@pytest.mark.parametrize(
    ("scope", "elsewhere"), [("no_contact", "refused"), ("no_call_leg", "refused"), ("no_release", "added")]
)
async def test_their_number_is_nobodys_unless_they_must_only_not_be_told(
    it: world.AFollowUp, scope: str, elsewhere: str
) -> None:
    cora, number = await world.staff(), world.a_phone(world.number())
    await world.blocked_person(it.match.request.family_id, phone=number, scope=scope)
    with pytest.raises(Invalid):
        await service_contact.add_number(cora.actor, it.match.request.contact_id, number, NOW)
    other = await world.family_request(now=NOW)
    try:
        await service_contact.add_number(cora.actor, other.contact_id, number, NOW)
    except Invalid:
        assert elsewhere == "refused"
    else:
        assert elsewhere == "added"
