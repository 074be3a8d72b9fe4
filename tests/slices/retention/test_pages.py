"""Pages of legal holds, erasure, export, the register of releases, and the periods."""

import json
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import httpx
import pytest
from tests import world
from tests.app_kit import PASSWORD, browser, sign_in, submit
from tests.slices.reports import history
from tests.slices.retention.kit import DAY, Planted, plant, purge, rows, value

from teamhope.kit.embedded_roles import Addresses
from teamhope.retention import erasure_list
from teamhope.vocabulary.people import Role

pytestmark = pytest.mark.timeout(60)
NOW = datetime(2031, 6, 15, 15, 30, tzinfo=UTC)
MONTH = timedelta(days=30)


@pytest.fixture
async def client(db: Addresses) -> AsyncIterator[httpx.AsyncClient]:
    async with browser(now=lambda: NOW) as client:
        yield client


@pytest.fixture
async def family(db: Addresses) -> Planted:
    return await plant(db, NOW - MONTH)


async def come_in(client: httpx.AsyncClient, role: Role, language: str = "en") -> world.AStaffMember:
    who = await world.staff(role, language=language)
    await sign_in(client, who)  # type: ignore[arg-type]
    return who


def paths_of(family: UUID) -> list[str]:
    return [f"/families/{family}/{page}" for page in ("kept", "erase", "export", "releases")]


async def test_a_session_left_open_takes_no_file_out(family: Planted) -> None:
    export, hours = f"/families/{family.family_id}/export", [NOW]
    async with browser(now=lambda: hours[-1]) as client:
        await come_in(client, Role.COORDINATOR)
        hours.append(NOW + timedelta(minutes=11))
        assert (await client.get(export)).headers["location"] == f"/me/confirm?next={export}"
        taken = await submit(client, export, page="/me", reason="family_asked", shape="file")
    assert taken.headers["location"] == "/me/confirm"


@pytest.mark.parametrize("role", [Role.ADVOCATE, Role.ADMIN, Role.LEADERSHIP, Role.AUDITOR])
async def test_only_coordinators_keep_give_and_erase(client: httpx.AsyncClient, family: Planted, role: Role) -> None:
    await come_in(client, role)
    for path in (*paths_of(family.family_id), "/releases"):
        assert (await client.get(path)).status_code == 403
    assert (await client.get("/admin/retention")).status_code == (200 if role is Role.ADMIN else 403)


async def test_a_volunteer_is_refused_too(client: httpx.AsyncClient, db: Addresses) -> None:
    who = await world.volunteer(password=PASSWORD, now=NOW - 90 * DAY)
    family = await plant(db, NOW - MONTH, who=who)
    await sign_in(client, who)  # type: ignore[arg-type]
    for path in (*paths_of(family.family_id), "/releases", "/admin/retention"):
        assert (await client.get(path)).status_code == 403


async def test_a_legal_hold_is_placed_and_lifted_with_a_reason_on_record(
    client: httpx.AsyncClient, family: Planted
) -> None:
    await come_in(client, Role.COORDINATOR)
    kept = f"/families/{family.family_id}/kept"
    empty = await submit(client, f"/families/{family.family_id}/legal-hold", page=kept, hold_reason="")
    assert empty.status_code == 422
    placed = await submit(client, f"/families/{family.family_id}/legal-hold", page=kept, hold_reason="subpoena")
    assert placed.headers["location"] == f"{kept}?done=legal_hold_placed"
    again = await submit(client, f"/families/{family.family_id}/legal-hold", page=kept, hold_reason="audit")
    assert again.status_code == 409
    assert "Subpoena" in (await client.get(kept)).text
    refused = await client.get(f"/families/{family.family_id}/erase")
    assert "Lift it first" in refused.text
    assert 'name="reference"' not in refused.text
    lifted = await submit(client, f"/families/{family.family_id}/legal-hold/lift", page=kept)
    assert lifted.headers["location"] == f"{kept}?done=legal_hold_lifted"
    acts = await rows("select act, reason from audit_event where subject_kind = 'legal_hold' order by seq")
    assert [tuple(act) for act in acts[-2:]] == [("placed_legal_hold", "subpoena"), ("lifted_legal_hold", None)]


async def test_erasing_asks_for_the_reference_and_says_what_goes(client: httpx.AsyncClient, family: Planted) -> None:
    await come_in(client, Role.COORDINATOR)
    erase = f"/families/{family.family_id}/erase"
    shown = (await client.get(erase)).text
    assert "3 notes of calls" in shown
    assert "3 calls, as numbers in the report" in shown
    wrong = await submit(client, erase, reference="F-TEST-99999")
    assert wrong.status_code == 422
    assert "exactly as it stands above" in wrong.text
    done = await submit(client, erase, reference=f" {family.match.request.family_no.lower()} ")
    assert done.headers["location"] == f"/families/{family.family_id}/kept?done=erasure_asked"
    assert "Asked to be erased" in (await client.get(f"/families/{family.family_id}/kept")).text
    assert 'name="reference"' not in (await client.get(erase)).text


async def test_an_erased_family_is_gone_from_every_page(
    client: httpx.AsyncClient, db: Addresses, tmp_path: object
) -> None:
    family = await plant(db, NOW - MONTH)
    erasure_list.use_erasure_list(tmp_path / "erasures.jsonl")  # type: ignore[operator]
    await come_in(client, Role.COORDINATOR)
    await submit(client, f"/families/{family.family_id}/erase", reference=family.match.request.family_no)
    await purge(db, NOW)
    gone = [f"/families/{family.family_id}", f"/families/{family.family_id}/reach", *paths_of(family.family_id)]
    gone.append(f"/requests/{family.match.request.id}")
    assert {path: (await client.get(path)).status_code for path in gone} == dict.fromkeys(gone, 404)
    for words in (family.number, family.match.request.first_name, family.match.request.family_no):
        found = await submit(client, "/families/search", page="/families", text=words)
        assert "No family was found." in found.text
    pages = ["/families", "/requests?status=closed", "/calls?month=2031-05", f"/matches/{family.match.id}",
             "/schedule?week=2031-05-12", f"/calls/{family.calls[1]}", "/tasks", "/releases", "/"]  # fmt: skip
    for path in pages:
        answer = await client.get(path)
        assert answer.status_code in {200, 404}, path
        for word in family.words:
            assert word not in answer.text.lower(), path


# Export ---------------------------------------------------------------------------------------------------------------


async def test_everything_is_written_out_for_a_reason_and_of_nobody_else(
    client: httpx.AsyncClient, family: Planted, db: Addresses
) -> None:
    other = await plant(db, NOW - MONTH)
    await history.service_event(family.family_id, NOW.date())
    await come_in(client, Role.COORDINATOR)
    export = f"/families/{family.family_id}/export"
    assert (await submit(client, export, reason="", shape="page")).status_code == 422
    paper = await submit(client, export, reason="family_asked", shape="page")
    assert paper.status_code == 200
    assert paper.headers["cache-control"] == "no-store"
    shown = paper.text.lower()
    (mark,) = [word for word in family.words if word.startswith("zqx")]
    for words in (family.number, f"{mark}bird", f"her {mark} sister comes", f"it&#39;s {mark}", f"{mark} roommate"):
        assert words in shown, words
    assert not [word for word in other.words if word.lower() in shown]
    assert not [code for code in ("program_calls", "peer_match", "no_answer", "goals_met") if code in shown]
    (act,) = await rows("select reason, subject from audit_event where act = 'exported_family'")
    assert tuple(act) == ("family_asked", family.family_id)


async def test_the_file_holds_the_same_and_no_volunteer_but_her_first_name(
    client: httpx.AsyncClient, family: Planted
) -> None:
    await come_in(client, Role.COORDINATOR)
    answer = await submit(client, f"/families/{family.family_id}/export", reason="complaint", shape="file")
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.headers["cache-control"] == "no-store"
    parts = json.loads(answer.text)
    assert [call["note"] is not None for call in parts["calls"]] == [True] * 3
    assert [match["volunteer_first_name"] for match in parts["matches"]] == [family.match.volunteer.name]
    for hers in (family.match.volunteer.id, family.match.volunteer.person_id, family.match.volunteer.email):
        assert str(hers) not in answer.text
    assert not re.search(r"[0-9a-f]{8}-[0-9a-f]{4}-", answer.text)
    assert "emotional_load" not in answer.text


# Releases -------------------------------------------------------------------------------------------------------------

GIVEN = {
    "kind": "subpoena", "recipient": "County court, clerk", "given": ["names", "calls"], "released_on": "2031-06-14",
    "notice": "given", "notice_on": "2031-06-10",
}  # fmt: skip


async def test_what_was_given_is_in_the_register(client: httpx.AsyncClient, family: Planted) -> None:
    await come_in(client, Role.COORDINATOR)
    page = f"/families/{family.family_id}/releases"
    done = await submit(client, page, **GIVEN)
    assert done.headers["location"] == f"{page}?done=release_recorded"
    for path in (page, "/releases"):
        shown = (await client.get(path)).text
        assert "County court, clerk" in shown
        assert family.match.request.family_no in shown
    (row,) = await rows("select * from release where family = $1", family.family_id)
    assert b"court" not in row["recipient"]
    assert await value("select reason from audit_event where subject = $1", row["id"]) == "subpoena"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"recipient": ""}, "recipient"),
        ({"given": []}, "given"),
        ({"kind": "favour"}, "kind"),
        ({"released_on": "2031-06-16"}, "released_on"),
        ({"notice_on": ""}, "notice_on"),
        ({"notice_on": "2031-07-01"}, "notice_on"),
        ({"notice": "forbidden_by_law"}, "notice_on"),
    ],
)
async def test_what_cannot_be_true_is_refused(
    client: httpx.AsyncClient, family: Planted, change: dict[str, object], field: str
) -> None:
    await come_in(client, Role.COORDINATOR)
    answer = await submit(client, f"/families/{family.family_id}/releases", **(GIVEN | change))
    assert answer.status_code == 422
    assert f'id="field-{field}-error"' in answer.text
    assert await value("select count(*) from release where family = $1", family.family_id) == 0


async def test_nothing_is_given_to_whom_the_family_has_blocked(client: httpx.AsyncClient, family: Planted) -> None:
    await world.blocked_person(family.family_id, name="Rex Rivera")
    await come_in(client, Role.COORDINATOR)
    answer = await submit(client, f"/families/{family.family_id}/releases", **(GIVEN | {"recipient": "Mr Rivera, Rex"}))
    assert answer.status_code == 422
    assert await value("select count(*) from release where family = $1", family.family_id) == 0


# Periods --------------------------------------------------------------------------------------------------------------


async def test_the_administrator_changes_a_period_within_its_bounds(client: httpx.AsyncClient, db: Addresses) -> None:
    await come_in(client, Role.ADMIN)
    for days, status in (("29", 422), ("731", 422), ("", 422), ("x", 422), ("180", 303)):
        assert (await submit(client, "/admin/retention", kind="notes", days=days)).status_code == status
    assert (await submit(client, "/admin/retention", kind="counts", days="30")).status_code == 422
    assert await value("select days from retention_period where kind = 'notes'") == 180
    assert await value("select reason from audit_event where act = 'changed_retention'") == "notes:180"
    sooner = await plant(db, NOW - 200 * DAY)
    await purge(db, NOW)
    assert await value("select count(*) from call where family = $1 and note is not null", sooner.family_id) == 0


async def test_the_page_tells_what_tonight_would_take_and_no_row(client: httpx.AsyncClient, db: Addresses) -> None:
    await purge(db, NOW)
    before = await counts(client)
    old = await plant(db, NOW - 4 * 365 * DAY)
    shown = await counts(client)
    assert shown["Families, after everything with them has ended"] == (
        before["Families, after everything with them has ended"] + 1
    )
    assert shown["Notes that were not finished"] == before["Notes that were not finished"] + 1
    page = (await client.get("/admin/retention")).text
    assert not [word for word in old.words if word.lower() in page.lower()]


async def counts(client: httpx.AsyncClient) -> dict[str, int]:
    """What the page says of tonight, by kind."""
    if (await client.get("/admin/retention")).status_code != 200:
        await come_in(client, Role.ADMIN)
    page = (await client.get("/admin/retention")).text
    rows_ = re.findall(r'<th scope="row"[^>]*>([^<]+)</th>.*?data-label="Tonight">([\d,]+)<', page, re.DOTALL)
    return {kind: int(count.replace(",", "")) for kind, count in rows_}
