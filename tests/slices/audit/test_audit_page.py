"""The page of the audit, its filters and its file."""

import csv
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from io import StringIO
from uuid import uuid4

import asyncpg
import httpx
import pytest
from tests import world
from tests.app_kit import PASSWORD, TESTS, browser, sign_in, submit

from teamhope.audit import service as audit
from teamhope.audit.service_chain import seal_waiting
from teamhope.families import service as families
from teamhope.kit import clock
from teamhope.kit.database import acting_as
from teamhope.kit.embedded_roles import Addresses
from teamhope.oversight import exports, rules
from teamhope.oversight.queries_audit import Line
from teamhope.oversight.rules import ExportReason
from teamhope.vocabulary.people import PERSON_ROLES, Role

pytestmark = pytest.mark.usefixtures("db")
ROW = re.compile(r"<tr>.*?</tr>", re.DOTALL)


@pytest.fixture
async def ada() -> world.AStaffMember:
    return await world.staff(Role.ADMIN)


@pytest.fixture
async def client(ada: world.AStaffMember) -> AsyncIterator[httpx.AsyncClient]:
    async with browser() as client:
        await sign_in(client, ada)
        yield client


def rows_of(text: str) -> list[str]:
    return ROW.findall(text)[1:]


@pytest.mark.parametrize("role", sorted(PERSON_ROLES - {Role.ADMIN, Role.AUDITOR}))
async def test_other_roles_are_refused(role: Role) -> None:
    on_calls = role in {Role.VOLUNTEER, Role.TEAM_LEAD}
    who = await world.volunteer(role=role, password=PASSWORD) if on_calls else await world.staff(role)
    async with browser() as client:
        await sign_in(client, who)
        assert (await client.get("/admin/audit")).status_code == 403
        assert (await submit(client, "/admin/audit/export", page="/me", reason="incident")).status_code == 403


@pytest.mark.parametrize("role", [Role.ADMIN, Role.AUDITOR])
async def test_it_shows_acts_by_codes_and_ids_and_no_family(role: Role) -> None:
    cora, request, who = await world.staff(), await world.family_request(), await world.staff(role)
    await families.show_family(cora.actor, request.family_id)
    async with browser() as client:
        await sign_in(client, who)
        shown = await client.get("/admin/audit", params={"person": str(cora.id)})
    assert shown.status_code == 200
    assert f"?subject={request.contact_id}" in shown.text
    assert str(request.contact_id)[:8] in shown.text
    assert request.first_name not in shown.text
    assert (cora.name in shown.text) is (role is Role.ADMIN)
    assert f"?person={cora.id}" in shown.text


async def test_filters_find_what_they_say_and_nothing_else(client: httpx.AsyncClient) -> None:
    cora, request = await world.staff(), await world.family_request()
    await families.show_family(cora.actor, request.family_id)
    await families.search_families(cora.actor, request.family_no, clock.now())

    async def found(**filters: object) -> int:
        answer = await client.get("/admin/audit", params={"person": str(cora.id), **filters})
        assert answer.status_code == 200
        return len(rows_of(answer.text))

    assert await found() == 3
    assert await found(act="read") == 2
    assert await found(kind="contact") == 1
    assert await found(subject=str(request.phone_id)) == 1
    assert await found(subject=str(uuid4())) == 0
    assert await found(first="2020-01-01", last="2020-01-31") == 0
    assert await found(first="2020-01-01") == 3
    assert await found(last="2020-01-31") == 0


@pytest.mark.parametrize("wrong", [{"person": "Cora"}, {"act": "read; drop"}, {"first": "soon"}, {"name": "Fay"}])
async def test_what_is_no_code_is_refused(client: httpx.AsyncClient, wrong: dict[str, str]) -> None:
    assert (await client.get("/admin/audit", params=wrong)).status_code == 422


async def test_fifty_on_a_page_the_newest_first(client: httpx.AsyncClient) -> None:
    person = await world.staff()
    now = datetime(2026, 3, 1, tzinfo=UTC)
    async with acting_as(person.actor):
        for n in range(rules.PAGE + 2):
            await audit.record(person.actor, "searched_families", ("family", None), now + timedelta(days=n))
    first = await client.get("/admin/audit", params={"person": str(person.id)})
    assert len(rows_of(first.text)) == rules.PAGE
    assert "Mon, Apr 20, 2026, 7:00 PM" in rows_of(first.text)[0]
    assert f"?person={person.id}&amp;page=2" in first.text
    second = await client.get("/admin/audit", params={"person": str(person.id), "page": "2"})
    assert len(rows_of(second.text)) == 2


async def test_it_says_how_the_chain_stands(client: httpx.AsyncClient) -> None:
    await seal_waiting(clock.now())
    assert "No. " in (await client.get("/admin/audit")).text
    async with acting_as(TESTS):
        await audit.record(TESTS, "searched_families", ("family", None), clock.now())
    assert ", the oldest since " in (await client.get("/admin/audit")).text


async def test_taking_it_out_needs_a_reason_and_is_kept(
    client: httpx.AsyncClient, ada: world.AStaffMember, db: Addresses
) -> None:
    cora, request = await world.staff(), await world.family_request()
    await families.show_family(cora.actor, request.family_id)
    refused = await submit(client, "/admin/audit/export", page="/admin/audit")
    assert refused.status_code == 422
    answer = await submit(
        client, "/admin/audit/export", page="/admin/audit", reason="incident", person=cora.id, act="read"
    )
    assert answer.headers["content-type"].startswith("text/csv")
    lines = list(csv.reader(StringIO(answer.content.decode("utf-8-sig"))))
    assert lines[0][0] == f"exported by {ada.id}"
    assert lines[0][2:] == ["incident", "2 rows"]
    assert tuple(lines[1]) == exports.HEADER
    assert {line[6] for line in lines[2:]} == {str(request.contact_id), str(request.phone_id)}
    assert {line[2] for line in lines[2:]} == {str(cora.id)}
    assert request.first_name not in answer.text
    owner = await asyncpg.connect(db.owner)
    sql = "select actor_person, reason from audit_event where act = 'exported_audit'"
    assert [tuple(row) for row in await owner.fetch(sql)] == [(ada.id, "incident")]
    await owner.close()


def test_no_cell_of_the_file_is_a_formula_and_a_full_file_says_so() -> None:
    now = clock.now()
    line = Line(now, "command", None, "=cmd()", "+1", "@x", None, "-1")
    text = exports.as_csv([line] * rules.EXPORT_MOST, None, ExportReason.COMPLAINT, now)
    lines = list(csv.reader(StringIO(text)))
    assert lines[2][3:] == ["'=cmd()", "'+1", "'@x", "", "'-1"]
    assert "there may be more" in lines[0][3]
