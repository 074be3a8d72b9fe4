"""Importing on a real database: outsiders first, then what is written, what is not, and what can be taken back."""

import asyncio
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
from tests import world
from tests.app_kit import TESTS
from tests.canaries import MARK
from tests.slices.imports.files import a_family, a_file, a_volunteer

from teamhope.accounts import service_links
from teamhope.accounts.rules_links import Doorway
from teamhope.families import service as families
from teamhope.families.service_requests import Closing
from teamhope.imports import service
from teamhope.imports.rules import Choice, ImportKind
from teamhope.kit import clock, database
from teamhope.kit.database import acting_as, connection
from teamhope.kit.embedded_roles import Addresses
from teamhope.retention import service as retention
from teamhope.vocabulary.errors import Forbidden, NotFound, Refused
from teamhope.vocabulary.families import CredentialKind
from teamhope.vocabulary.people import PERSON_ROLES, WORKER, Actor, Role, command
from teamhope.vocabulary.states import RequestStatus, VolunteerStatus
from teamhope.volunteers import service as volunteers

pytestmark = [pytest.mark.usefixtures("db"), pytest.mark.timeout(60)]
NOW = clock.now()
DAY = timedelta(hours=24)
VOLUNTEERS, FAMILIES = ImportKind.VOLUNTEERS, ImportKind.FAMILIES
ALL, SKIP = Choice(with_alike=True), Choice(skip_bad=True)
Rows = Iterable[Mapping[str, str]]
COUNTED = (
    "person", "volunteer", "lived_experience", "family", "contact", "contact_phone", "consent", "blocked_person",
    "incident", "support_request", "task", "one_use_link", "letter",
)  # fmt: skip
ONE = {VOLUNTEERS: a_volunteer, FAMILIES: a_family}
# A family about whom a task is opened, and who has somebody blocked.
BLOCKED = {"blocked_name_1": f"Rex{MARK}1", "blocked_relation_1": "other parent"}
WITH_MORE = {VOLUNTEERS: {}, FAMILIES: {"Time zone": "", **BLOCKED}}
DOORWAY = Doorway("https://hope.example", letters=True)


async def uploaded(who: Actor, kind: ImportKind, rows: Rows) -> UUID:
    return await service.upload(who, kind, a_file(rows), NOW)


async def imported(who: Actor, kind: ImportKind, rows: Rows, choice: Choice = ALL) -> service.Look:
    import_id = await uploaded(who, kind, rows)
    await service.confirm(who, import_id, choice, NOW)
    return await service.show(who, import_id, NOW)


async def fetch(sql: str, *values: Any) -> list[Any]:
    async with acting_as(TESTS):
        return list(await connection().fetch(sql, *values))


async def counts() -> dict[str, int]:
    return {table: (await fetch(f"select count(*) from {table}"))[0][0] for table in COUNTED}


async def codes(who: Actor, import_id: UUID) -> dict[int, list[str]]:
    """By row, what is wrong with it and whom it looks like."""
    report = (await service.show(who, import_id, NOW)).report
    return {row.number: [p[1] for p in row.problems] + [a[0] for a in row.alike] for row in report.rows}


@pytest.fixture(scope="module")
async def cora(db: Addresses) -> Actor:
    return (await world.staff()).actor


def outsiders() -> list[Actor]:
    others = [Actor(role, uuid4()) for role in sorted(PERSON_ROLES - {Role.COORDINATOR})]
    return [*others, WORKER, Actor(Role.COORDINATOR, name="token"), Actor(Role.COORDINATOR, uuid4(), team_id=uuid4())]


@pytest.mark.parametrize("who", outsiders(), ids=lambda who: f"{who.role}{' of a team' if who.team_id else ''}")
async def test_nobody_else_imports_anything(who: Actor) -> None:
    with pytest.raises(Forbidden, match="not_the_whole_program"):
        await service.upload(who, VOLUNTEERS, a_file([a_volunteer()]), NOW)


@pytest.mark.parametrize("who", outsiders(), ids=lambda who: f"{who.role}{' of a team' if who.team_id else ''}")
async def test_the_second_wall_shows_nobody_elses_file(cora: Actor, who: Actor) -> None:
    look = await imported(cora, VOLUNTEERS, [a_volunteer()])
    waiting = await uploaded(cora, VOLUNTEERS, [a_volunteer()])
    async with acting_as(who):
        assert await connection().fetch("select id from csv_import") == []
        assert await connection().fetch("select id from imported_row") == []
        await connection().execute("delete from csv_import where id = $1", waiting)
    with pytest.raises(asyncpg.RestrictViolationError):
        async with acting_as(who):
            await connection().execute("select take_back($1)", look.made[0].id)
    assert len((await service.show(cora, look.upload.id, NOW)).made) == 1
    assert (await service.show(cora, waiting, NOW)).report.ready


async def test_nobody_writes_a_file_for_another_or_forgets_an_import(cora: Actor) -> None:
    insert = "insert into csv_import (id, kind, person, sheet, uploaded_at) values ($1, 'volunteers', $2, '', now())"
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with acting_as(Actor(Role.COORDINATOR, uuid4())):
            await connection().execute(insert, uuid4(), cora.person_id)
    look = await imported(cora, VOLUNTEERS, [a_volunteer()])
    async with acting_as(cora):
        assert await connection().execute("delete from csv_import where id = $1", look.upload.id) == "DELETE 0"


async def test_two_coordinators_have_each_their_own(cora: Actor) -> None:
    other = (await world.staff()).actor
    hers, theirs = await uploaded(cora, VOLUNTEERS, [a_volunteer()]), await uploaded(other, VOLUNTEERS, [a_volunteer()])
    for use in (service.show, service.take_back):
        with pytest.raises(NotFound):
            await use(other, hers, NOW)
    with pytest.raises(NotFound):
        await service.confirm(other, hers, ALL, NOW)
    await service.discard(other, hers)
    assert await codes(cora, hers) == await codes(other, theirs) == {2: []}


async def test_a_file_of_one_kind_is_not_there_under_the_other(cora: Actor) -> None:
    import_id = await uploaded(cora, VOLUNTEERS, [a_volunteer()])
    with pytest.raises(NotFound):
        await service.show(cora, import_id, NOW, FAMILIES)


async def test_a_second_file_takes_the_place_of_the_first(cora: Actor) -> None:
    first = await uploaded(cora, VOLUNTEERS, [a_volunteer()])
    families_, second = await uploaded(cora, FAMILIES, [a_family()]), await uploaded(cora, VOLUNTEERS, [a_volunteer()])
    with pytest.raises(NotFound):
        await service.show(cora, first, NOW)
    assert await codes(cora, families_) == await codes(cora, second) == {2: []}


@pytest.mark.parametrize("kind", ImportKind)
async def test_nothing_is_written_by_looking_or_with_an_error_in_the_file(cora: Actor, kind: ImportKind) -> None:
    one, before = ONE[kind], await counts()
    import_id = await uploaded(cora, kind, [one(), one(Phone="12"), one(Relation_to_the_child="")])
    assert await codes(cora, import_id) == {2: [], 3: ["phone_unreadable"], 4: ["required"]}
    with pytest.raises(Refused, match="import_has_errors"):
        await service.confirm(cora, import_id, Choice(), NOW)
    assert await counts() == before


async def test_bad_rows_are_left_out_when_that_is_ticked(cora: Actor) -> None:
    look = await imported(cora, VOLUNTEERS, [a_volunteer(), a_volunteer(Email="nobody"), a_volunteer()], SKIP)
    assert [row.number for row in look.made] == [2, 4]
    assert look.upload.left_out == 1
    profiles = [await volunteers.load_profile(cora, row.subject) for row in look.made]
    assert {(each.status, each.state, str(each.zone)) for each in profiles} == {("applicant", "CO", "America/Denver")}
    assert {(each.lived[0].case_type, each.lived[0].relation) for each in profiles} == {("FA", "mother")}


async def test_families_are_what_the_pages_would_have_made_of_them(cora: Actor) -> None:
    look = await imported(cora, FAMILIES, [a_family(), a_family(They_agreed_to="", How_it_was_given="")])
    sql = "select status, owner, entered_by from support_request where family = $1"
    asked = [(await fetch(sql, row.subject))[0] for row in look.made]
    assert [row["status"] for row in asked] == ["ready", "triage"]
    assert {(row["owner"], row["entered_by"]) for row in asked} == {(cora.person_id, cora.person_id)}
    family = await families.show_family(cora, look.made[0].subject)
    assert [(w.weekday, w.start.hour, w.end.hour) for w in family.contacts[0].windows] == [(0, 18, 20)]


async def test_the_same_checks_as_the_pages(cora: Actor) -> None:
    blocking = await world.family_request()
    barred, taken = world.a_phone(world.number()), await world.volunteer()
    await world.blocked_person(blocking.family_id, phone=barred)
    rows = [a_family(Phone=barred), a_family(Phone=f"'{blocking.number}"), a_family()]
    rows.append(a_family(Phone=rows[2]["Phone"]))
    told = await codes(cora, await uploaded(cora, FAMILIES, rows))
    assert told == {2: ["phone_of_blocked_person"], 3: ["alike_family"], 4: [], 5: ["alike_row"]}

    known = a_volunteer(Email=taken.email.upper())
    rows = [known, a_volunteer(Phone=taken.phone), a_volunteer()]
    rows += [a_volunteer(Email=rows[2]["Email"].title()), a_volunteer(Phone=rows[2]["Phone"])]
    told = await codes(cora, await uploaded(cora, VOLUNTEERS, rows))
    assert told == {2: ["email_taken"], 3: ["alike_person"], 4: [], 5: ["email_twice"], 6: ["alike_row"]}


async def test_who_looks_like_somebody_is_imported_only_when_ticked(cora: Actor) -> None:
    known = await world.family_request()
    rows = [a_family(), a_family(Phone=known.number)]
    assert [row.number for row in (await imported(cora, FAMILIES, rows, Choice())).made] == [2]
    rows = [a_family(), a_family(Phone=known.number)]
    assert [row.number for row in (await imported(cora, FAMILIES, rows, ALL)).made] == [2, 3]


async def test_a_file_is_imported_once_however_often_it_is_confirmed(cora: Actor) -> None:
    import_id = await uploaded(cora, VOLUNTEERS, [a_volunteer(), a_volunteer()])
    await asyncio.gather(*(service.confirm(cora, import_id, ALL, NOW) for _ in range(3)))
    assert len((await service.show(cora, import_id, NOW)).made) == 2


async def test_everything_or_nothing_where_somebody_else_was_quicker(
    cora: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The e-mail of the last row is taken between the check and the writing of it."""

    async def nobody_yet(*_: object) -> tuple[frozenset[str], frozenset[str]]:
        return frozenset(), frozenset()

    taken = (await world.volunteer()).email
    import_id = await uploaded(cora, VOLUNTEERS, [a_volunteer(), a_volunteer(Email=taken)])
    before = await counts()
    monkeypatch.setattr("teamhope.accounts.service_people.list_taken", nobody_yet)
    with pytest.raises(Refused, match="import_row_refused"):
        await service.confirm(cora, import_id, ALL, NOW)
    assert await counts() == before


async def test_nobody_is_invited_unless_that_is_ticked(cora: Actor) -> None:
    before = await counts()
    await imported(cora, VOLUNTEERS, [a_volunteer()])
    between = await counts()
    assert (between["letter"], between["one_use_link"]) == (before["letter"], before["one_use_link"])
    import_id = await uploaded(cora, VOLUNTEERS, [a_volunteer(), a_volunteer()])
    await service.confirm(cora, import_id, ALL, NOW, doorway=DOORWAY)
    assert (await counts())["letter"] == between["letter"] + 2


@pytest.mark.parametrize("kind", ImportKind)
async def test_an_import_is_taken_back_to_the_last_row(cora: Actor, kind: ImportKind) -> None:
    one, before = ONE[kind], await counts()
    import_id = await uploaded(cora, kind, [one(), one(**WITH_MORE[kind])])
    await service.confirm(cora, import_id, ALL, NOW, doorway=DOORWAY)
    assert await counts() != before
    look = await service.take_back(cora, import_id, NOW + DAY - timedelta(minutes=1))
    assert look.made == ()
    assert look.upload.taken_back == 2
    assert await counts() == before


async def test_a_volunteer_who_was_used_stays_and_the_others_go(cora: Actor) -> None:
    look = await imported(cora, VOLUNTEERS, [a_volunteer() for _ in range(6)])
    matched, signed_in, learned, moved, messaged, _ = [row.subject for row in look.made]
    await _match(await world.family_request(), matched)
    person = (await volunteers.load_profile(cora, signed_in)).person_id
    link = await service_links.invite(TESTS, person, Doorway("https://hope.example", letters=False), NOW)
    await service_links.choose_password(link.rpartition("/")[2], "correct horse battery staple", "Team HOPE", NOW)
    await volunteers.record_credential(cora, learned, CredentialKind.CORE_TRAINING, (NOW.date(), None), NOW)
    await volunteers.set_status(cora, moved, VolunteerStatus.SCREENING, NOW)
    await _message((await volunteers.load_profile(cora, messaged)).person_id)
    look = await service.take_back(cora, look.upload.id, NOW)
    stays = {row.subject: look.why_it_stays(row) for row in look.made}
    assert stays == {
        matched: "stays_matched",
        signed_in: "stays_signed_in",
        learned: "stays_changed",
        moved: "stays_changed",
        messaged: "stays_used",
    }
    assert look.upload.taken_back == 1


async def test_a_family_that_was_used_stays_and_the_others_go(cora: Actor) -> None:
    look = await imported(cora, FAMILIES, [a_family() for _ in range(5)])
    matched, again, closed, held, _ = [row.subject for row in look.made]
    await _match(await _request_of(matched), (await world.volunteer()).id)
    await _ask_again(again)
    request = (await _request_of(closed)).id
    await families.close_request(cora, request, Closing(RequestStatus.DECLINED), NOW)
    await _legal_hold(held)
    look = await service.take_back(cora, look.upload.id, NOW)
    stays = {row.subject: look.why_it_stays(row) for row in look.made}
    assert stays == {
        matched: "stays_matched",
        again: "stays_asked_again",
        closed: "stays_changed",
        held: "stays_used",
    }


async def test_what_stayed_can_be_taken_back_once_nothing_holds_it(db: Addresses, cora: Actor) -> None:
    look = await imported(cora, FAMILIES, [a_family(), a_family()])
    await _legal_hold(look.made[0].subject)
    assert len((await service.take_back(cora, look.upload.id, NOW)).made) == 1
    owner = await asyncpg.connect(db.owner)
    await owner.execute("delete from legal_hold where family = $1", look.made[0].subject)
    await owner.close()
    after = await service.take_back(cora, look.upload.id, NOW)
    assert (after.made, after.upload.taken_back) == ((), 2)


async def test_after_a_day_a_file_and_an_import_are_final(cora: Actor) -> None:
    done = await imported(cora, VOLUNTEERS, [a_volunteer()])
    waiting = await uploaded(cora, VOLUNTEERS, [a_volunteer()])
    for import_id in (done.upload.id, waiting):
        with pytest.raises(Refused, match="import_over"):
            await service.show(cora, import_id, NOW + DAY)
    with pytest.raises(Refused, match="import_over"):
        await service.take_back(cora, done.upload.id, NOW + DAY)
    with pytest.raises(Refused, match="import_over"):
        await service.confirm(cora, waiting, ALL, NOW + DAY)


async def test_the_nightly_purge_takes_files_and_leaves_people(db: Addresses, cora: Actor) -> None:
    done, waiting = await imported(cora, FAMILIES, [a_family()]), await uploaded(cora, FAMILIES, [a_family()])
    before = await counts()
    async with database.pool_of(db.owner, most=2, guarded=False):
        await retention.purge(NOW + DAY - timedelta(minutes=1), dry_run=False)
        assert await _kept(done.upload.id, waiting) == 2
        await retention.purge(NOW + DAY + timedelta(minutes=1), dry_run=False)
        assert await _kept(done.upload.id, waiting) == 0
    assert await counts() == before


async def test_nothing_can_be_taken_back_that_was_not_imported(cora: Actor) -> None:
    import_id = await uploaded(cora, VOLUNTEERS, [a_volunteer()])
    with pytest.raises(Refused, match="import_not_done"):
        await service.take_back(cora, import_id, NOW)


async def test_the_audit_knows_what_was_done_in_counts_alone(cora: Actor) -> None:
    import_id = await uploaded(cora, VOLUNTEERS, [a_volunteer(), a_volunteer(Phone="1")])
    await service.take_out_errors(cora, import_id, NOW, VOLUNTEERS)
    await service.confirm(cora, import_id, SKIP, NOW)
    await service.take_back(cora, import_id, NOW)
    found = await fetch("select act, reason from audit_event where subject = $1 order by seq", import_id)
    assert [tuple(row) for row in found] == [
        ("checked_import", "ready:1.bad:1.alike:0"),
        ("took_out_import_errors", None),
        ("imported", "added:1.left_out:1"),
        ("took_back_import", "taken_back:1.stay:0"),
    ]


async def test_a_command_imports_for_nobody_and_takes_back_anybodys(cora: Actor) -> None:
    done = await imported(cora, VOLUNTEERS, [a_volunteer()])
    of_command = await imported(command("import"), FAMILIES, [a_family()])
    with pytest.raises(NotFound):
        await service.show(cora, of_command.upload.id, NOW)
    for look in (done, of_command):
        assert (await service.take_back(command("import"), look.upload.id, NOW)).made == ()


async def _match(request: world.ARequest, volunteer: UUID) -> None:
    her = world.AVolunteer(volunteer, uuid4(), "", "", "", Role.VOLUNTEER, TESTS)
    await world.match(request, her)


async def _request_of(family: UUID) -> world.ARequest:
    row = (await fetch("select id, contact, incident from support_request where family = $1", family))[0]
    return world.ARequest(row["id"], family, "", row["contact"], uuid4(), row["incident"], "", "", None)


async def _ask_again(family: UUID) -> None:
    copy = """
        insert into support_request
          (id, family, contact, incident, requested_on, urgency, status, status_since, created_at)
        select $1, family, contact, incident, requested_on, urgency, 'triage', status_since, created_at
        from support_request where family = $2
    """
    await fetch(copy, uuid4(), family)


async def _legal_hold(family: UUID) -> None:
    await fetch(
        "insert into legal_hold (id, family, reason, placed_at) values ($1, $2, 'subpoena', $3)", uuid4(), family, NOW
    )


async def _message(person: UUID) -> None:
    sql = """insert into message (id, person, kind, local_date, due_at, created_at)
             values ($1, $2, 'daily_reminder', current_date, $3, $3)"""
    await fetch(sql, uuid4(), person, NOW)


async def _kept(*ids: UUID) -> int:
    return int((await fetch("select count(*) from csv_import where id = any($1)", list(ids)))[0][0])
