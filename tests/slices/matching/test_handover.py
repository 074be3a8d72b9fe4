"""From one volunteer to the next: only as far as the family agrees, and for nobody else."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import httpx
import pytest
from tests import world
from tests.app_kit import PASSWORD, TESTS, browser, sign_in, submit

from teamhope.accounts import service as accounts
from teamhope.families import service_contact
from teamhope.families.service_contact import How
from teamhope.kit import clock
from teamhope.kit.database import ROW_REFUSED, acting_as, connection
from teamhope.matching import service_handover, service_leaving
from teamhope.matching.rules_handover import Handover, Sharing
from teamhope.matching.rules_leaving import Leaving
from teamhope.tables.accounts import Person
from teamhope.vocabulary.calls import Helps
from teamhope.vocabulary.errors import NotFound, Refused
from teamhope.vocabulary.families import ConsentKind, ConsentMethod
from teamhope.vocabulary.people import Actor, Role

pytestmark = pytest.mark.usefixtures("db")
NOW = clock.now()
HOUR = timedelta(hours=1)
BEGAN = NOW - timedelta(days=30)
COORDINATOR = Actor(Role.COORDINATOR, name="token")
NOTE = "She likes to begin with the day."
CALL_NOTE = "What was said in a call"
LEFT = Handover(("coping_day_to_day",), (Helps.SHORT_CALLS,), NOTE)
WORDS = "2026-02"


@dataclass(frozen=True)
class Passed:
    """`first` left something and is gone; `next_` goes on with the family."""

    first: world.AMatch
    next_: world.AMatch

    @property
    def page(self) -> str:
        return f"/matches/{self.next_.id}"


async def passed(status: str = "introduced", answer: Sharing | None = None, language: str = "en") -> Passed:
    vera = await world.volunteer(password=PASSWORD)
    wanda = await world.volunteer(password=PASSWORD, language=language)
    request = await world.family_request(status="active")
    first = await world.match(request, vera, "transferring", now=BEGAN)
    await world.call(first, now=BEGAN + HOUR, note=CALL_NOTE, topics=["coping_day_to_day"])
    await service_handover.write(vera.actor, first.id, LEFT, NOW - 3 * HOUR)
    if answer:
        await service_handover.record_answer(COORDINATOR, first.id, answer, WORDS, NOW - 2 * HOUR)
    async with acting_as(TESTS):
        await connection().execute(
            "update match set status = 'closed', closed_at = $2, close_reason = 'volunteer_left' where id = $1",
            first.id,
            NOW - HOUR,
        )
    return Passed(first, await world.match(request, wanda, status, now=NOW))


@asynccontextmanager
async def signed_in(who: Any) -> AsyncIterator[httpx.AsyncClient]:
    async with browser(now=lambda: NOW) as client:
        await sign_in(client, who)
        yield client


async def seen_by_rows(actor: Actor) -> tuple[int, list[Any]]:
    """How many rows of the table, and all of the view, whatever the program asks for."""
    async with acting_as(actor):
        table = await connection().fetchval("select count(*) from handover")
        view = await connection().fetch("select topics, helps, note is not null as note from handed_over")
    return table, [tuple(row) for row in view]


# Outsiders ------------------------------------------------------------------------------------------------------------


async def test_anonymous_signs_in_first() -> None:
    of = await passed(answer=Sharing.NOTE)
    async with browser() as client:
        for path in (of.page, f"{of.page}/handover"):
            assert (await client.get(path)).status_code == 303


@pytest.mark.parametrize("answer", [None, Sharing.NOTHING])
async def test_without_the_familys_yes_the_next_volunteer_sees_nothing(answer: Sharing | None) -> None:
    of = await passed(answer=answer)
    async with signed_in(of.next_.volunteer) as client:
        shown = (await client.get(of.page)).text
    assert not [words for words in (NOTE, CALL_NOTE, "From the volunteer before you", "Short calls") if words in shown]
    assert await service_handover.received(of.next_.volunteer.actor, of.next_.id) is None
    assert await seen_by_rows(of.next_.volunteer.actor) == (0, [])


@pytest.mark.parametrize("status", ["proposed_to_volunteer", "accepted", "family_notified", "closed"])
async def test_before_the_introduction_and_after_the_end_she_sees_nothing(status: str) -> None:
    of = await passed(status, Sharing.NOTE)
    assert await service_handover.received(of.next_.volunteer.actor, of.next_.id) is None
    assert await seen_by_rows(of.next_.volunteer.actor) == (0, [])


@pytest.mark.parametrize("role", [Role.LEADERSHIP, Role.ADVOCATE, Role.ADMIN, Role.AUDITOR])
async def test_other_roles_have_no_part_in_it(role: Role) -> None:
    of = await passed(answer=Sharing.NOTE)
    who = await world.staff(role)
    async with signed_in(who) as client:
        for match in (of.first, of.next_):
            assert (await client.get(f"/matches/{match.id}/handover")).status_code == 403
    assert await seen_by_rows(who.actor) == (0, [])


async def test_no_program_reads_it() -> None:
    of = await passed(answer=Sharing.NOTE)
    for role in (Role.LEADERSHIP, Role.AUDITOR):
        secret = await accounts.create_token(TESTS, role, role, NOW)
        async with browser() as client:
            bearer = {"authorization": f"Bearer {secret}"}
            for path in (of.page, f"{of.page}/handover"):
                assert (await client.get(path, headers=bearer)).headers["location"].startswith("/login")


async def test_another_volunteer_and_her_team_lead_find_nothing() -> None:
    of, other = await passed(answer=Sharing.NOTE), await world.volunteer(password=PASSWORD)
    async with signed_in(other) as client:
        for match in (of.first, of.next_):
            assert (await client.get(f"/matches/{match.id}/handover")).status_code == 404
            assert (await submit(client, f"/matches/{match.id}/handover", page="/me", note="x")).status_code == 404
    assert await seen_by_rows(other.actor) == (0, [])
    team = await world.team("Theirs")
    lead = await world.volunteer(role=Role.TEAM_LEAD, team=team)
    async with acting_as(TESTS):
        await Person.update({"team": team}).where(Person.id == of.next_.volunteer.person_id)
    assert await seen_by_rows(lead.actor) == (0, [])
    with pytest.raises(NotFound):
        await service_handover.show(lead.actor, of.next_.id)


async def test_a_coordinator_of_another_team_finds_nothing() -> None:
    of, ours = await passed(answer=Sharing.NOTE), await world.team("Ours")
    limited = replace((await world.staff()).actor, team_id=ours)
    with pytest.raises(NotFound):
        await service_handover.show(limited, of.first.id)
    with pytest.raises(NotFound):
        await service_handover.record_answer(limited, of.first.id, Sharing.NOTE, WORDS, NOW)
    assert await seen_by_rows(limited) == (0, [])


async def test_whoever_left_it_reads_it_no_more() -> None:
    of = await passed(answer=Sharing.NOTE)
    vera = of.first.volunteer
    async with signed_in(vera) as client:
        assert (await client.get(f"/matches/{of.first.id}/handover")).status_code == 404
        assert NOTE not in (await client.get(f"/matches/{of.first.id}")).text
    assert await seen_by_rows(vera.actor) == (0, [])


async def test_a_volunteer_asks_the_family_for_nothing() -> None:
    of = await passed()
    async with signed_in(of.next_.volunteer) as client:
        sent = await submit(client, f"{of.page}/handover/answer", page="/me", sharing="note")
    assert sent.status_code == 403


async def test_nobody_writes_in_anothers_match_or_name() -> None:
    of = await passed(answer=Sharing.NOTE)
    write = """
        insert into handover (id, match, family, written_by, written_at) values (gen_random_uuid(), $1, $2, $3, now())
        on conflict (match) do update set written_by = $3
    """
    wanda = of.next_.volunteer
    for match, by in ((of.first, wanda.person_id), (of.next_, of.first.volunteer.person_id)):
        with pytest.raises(ROW_REFUSED):
            async with acting_as(wanda.actor):
                await connection().execute(write, match.id, match.request.family_id, by)


# As far as the family agrees ------------------------------------------------------------------------------------------


async def test_the_facts_without_the_note() -> None:
    of = await passed(answer=Sharing.FACTS)
    async with signed_in(of.next_.volunteer) as client:
        shown = (await client.get(of.page)).text
    assert "Short calls" in shown
    assert NOTE not in shown
    assert await seen_by_rows(of.next_.volunteer.actor) == (0, [(["coping_day_to_day"], ["short_calls"], False)])


@pytest.mark.parametrize("language", ["en", "es"])
async def test_the_note_too_and_that_she_read_it_is_kept(language: str) -> None:
    of = await passed(answer=Sharing.NOTE, language=language)
    async with signed_in(of.next_.volunteer) as client:
        shown = (await client.get(of.page)).text
    assert NOTE in shown
    assert {"en": "From the volunteer before you", "es": "De la persona voluntaria anterior"}[language] in shown
    assert CALL_NOTE not in shown
    async with acting_as(TESTS):
        reads = (
            "select count(*) from audit_event where act = 'read' and subject_kind = 'handover' and actor_person = $1"
        )
        assert await connection().fetchval(reads, of.next_.volunteer.person_id) == 1


async def test_notes_of_calls_stay_with_the_volunteer_who_made_them() -> None:
    of = await passed(answer=Sharing.NOTE)
    async with acting_as(of.next_.volunteer.actor):
        assert await connection().fetchval("select count(*) from call") == 0


@pytest.mark.parametrize("taken_back", [ConsentKind.HANDOVER_NOTE, ConsentKind.HANDOVER_FACTS])
async def test_what_is_taken_back_is_hidden_at_once(taken_back: ConsentKind) -> None:
    of = await passed(answer=Sharing.NOTE)
    how = How(ConsentMethod.VERBAL_RECORDED_BY_STAFF)
    await service_contact.revoke_consent(COORDINATOR, of.first.request.contact_id, taken_back, how, NOW)
    left = await service_handover.received(of.next_.volunteer.actor, of.next_.id)
    assert left == (replace(LEFT, note=None) if taken_back is ConsentKind.HANDOVER_NOTE else Handover(note=NOTE))


async def test_a_yes_to_the_note_is_none_to_another_note() -> None:
    of, ana = await passed(answer=Sharing.NOTE), await world.staff()
    await service_handover.write(COORDINATOR, of.first.id, replace(LEFT, note="Other words."), NOW - HOUR)
    assert await service_handover.received(of.next_.volunteer.actor, of.next_.id) == replace(LEFT, note=None)
    seen = await service_handover.show(COORDINATOR, of.first.id)
    assert (seen.answer, seen.ask_again) == (Sharing.FACTS, True)
    async with signed_in(ana) as client:
        assert "Ask the family again about the note." in (await client.get(f"/matches/{of.first.id}/handover")).text
    await service_handover.record_answer(COORDINATOR, of.first.id, Sharing.NOTE, WORDS, NOW)
    received = await service_handover.received(of.next_.volunteer.actor, of.next_.id)
    assert received == replace(LEFT, note="Other words.")
    assert not (await service_handover.show(COORDINATOR, of.first.id)).ask_again


async def test_the_yes_holds_as_long_as_the_note_is_the_same() -> None:
    of = await passed(answer=Sharing.NOTE)
    more = replace(LEFT, helps=(Helps.SILENCE,))
    await service_handover.write(COORDINATOR, of.first.id, more, NOW - HOUR)
    assert await service_handover.received(of.next_.volunteer.actor, of.next_.id) == more
    assert not (await service_handover.show(COORDINATOR, of.first.id)).ask_again


async def test_the_next_volunteer_cannot_ask_the_database_what_anybody_agreed_to() -> None:
    await passed(answer=Sharing.NOTE)
    async with acting_as(TESTS):
        granted = """select proname from pg_proc where prosecdef and prosrc like '%from consent%'
            and prorettype = 'boolean'::regtype and has_function_privilege('teamhope_app', oid, 'execute')"""
        assert await connection().fetch(granted) == []


async def test_an_answer_about_another_volunteer_counts_for_nothing() -> None:
    of = await passed()
    request = of.first.request
    for kind in (ConsentKind.HANDOVER_FACTS, ConsentKind.HANDOVER_NOTE):
        await world.consent(request.family_id, request.contact_id, kind, now=BEGAN - HOUR)
    assert await seen_by_rows(of.next_.volunteer.actor) == (0, [])
    assert (await service_handover.show(COORDINATOR, of.first.id)).answer is None


async def test_the_one_after_next_sees_what_the_next_leaves() -> None:
    of = await passed(answer=Sharing.NOTE)
    async with acting_as(TESTS):
        await connection().execute(
            "update match set status = 'closed', closed_at = $2, close_reason = 'volunteer_left' where id = $1",
            of.next_.id,
            NOW,
        )
    third = await world.match(of.first.request, await world.volunteer(), "active", now=NOW + HOUR)
    assert await seen_by_rows(third.volunteer.actor) == (0, [])


# Writing and asking ---------------------------------------------------------------------------------------------------


async def test_a_volunteer_writes_it_and_finds_it_again() -> None:
    vera, request = await world.volunteer(password=PASSWORD), await world.family_request(status="active")
    match = await world.match(request, vera, "active")
    await world.call(match, topics=["coping_day_to_day"])
    path = f"/matches/{match.id}/handover"
    async with signed_in(vera) as client:
        assert f'href="{path}"' in (await client.get(f"/matches/{match.id}")).text
        empty = (await client.get(path)).text
        assert 'value="coping_day_to_day" checked' in empty  # what they have talked about
        assert "What may the next volunteer know?" not in empty
        assert (await submit(client, path, helps=["silence"], note=NOTE)).status_code == 303
        shown = (await client.get(path)).text
        wrong = await submit(client, path, helps=["silence"], note="Her number is 202-555-0143")
    assert NOTE in shown
    assert 'value="silence" checked' in shown
    assert 'value="coping_day_to_day" checked' not in shown
    assert wrong.status_code == 422
    assert "Take the phone number out of the note" in wrong.text
    assert "Her number is 202-555-0143" in wrong.text
    left = await service_handover.show(vera.actor, match.id)
    assert left.handover == Handover((), (Helps.SILENCE,), NOTE)


@pytest.mark.parametrize(("sent", "code"), [({"note": "x" * 501}, 422), ({"topics": "gossip"}, 422), ({}, 303)])
async def test_what_cannot_be_kept_is_named(sent: dict[str, str], code: int) -> None:
    vera = await world.volunteer(password=PASSWORD)
    match = await world.match(await world.family_request(status="active"), vera, "active")
    async with signed_in(vera) as client:
        assert (await submit(client, f"/matches/{match.id}/handover", **sent)).status_code == code


async def test_before_they_know_each_other_there_is_nothing_to_leave() -> None:
    vera = await world.volunteer()
    match = await world.match(await world.family_request(status="matched"), vera, "accepted")
    for actor in (vera.actor, COORDINATOR):
        with pytest.raises(Refused):
            await service_handover.write(actor, match.id, LEFT, NOW)


@pytest.mark.parametrize("language", ["en", "es"])
async def test_a_coordinator_asks_the_family_and_records_the_answer(language: str) -> None:
    of, ana = await passed(), await world.staff(language=language)
    path = f"/matches/{of.first.id}/handover"
    async with signed_in(ana) as client:
        assert f'href="{path}"' in (await client.get(f"/matches/{of.first.id}")).text
        asked = (await client.get(path)).text
        assert "May the new volunteer read this short note?" in asked
        sent = await submit(client, f"{path}/answer", page=path, sharing="facts", wording_version=WORDS)
        assert sent.status_code == 303
        unknown = await submit(client, f"{path}/answer", page=path, sharing="facts", wording_version="made-up")
        nothing = await submit(client, f"{path}/answer", page=path)
    assert (unknown.status_code, nothing.status_code) == (422, 422)
    async with acting_as(TESTS):
        rows = await connection().fetch(
            """select kind, granted, wording_version, recorded_by, at from consent
               where contact = $1 and kind like 'handover%' order by kind""",
            of.first.request.contact_id,
        )
    assert [tuple(row) for row in rows] == [
        ("handover_facts", True, WORDS, ana.id, NOW),
        ("handover_note", False, WORDS, ana.id, NOW),
    ]


# A volunteer who stops ------------------------------------------------------------------------------------------------


async def test_a_note_goes_with_the_hand_over_of_a_leaving_volunteer() -> None:
    vera = await world.volunteer()
    match = await world.match(await world.family_request(status="active"), vera, "active")
    await service_handover.write(vera.actor, match.id, replace(LEFT, note="older"), NOW - HOUR)
    path = f"/volunteers/{vera.id}/families"
    fields = {f"way_{match.id.hex}": "handover", f"note_{match.id.hex}": "call 202-555-0143"}
    async with signed_in(await world.staff()) as client:
        assert "older" in (await client.get(path)).text
        wrong = await submit(client, path, **fields)
        assert (wrong.status_code, f"#field-note_{match.id.hex}" in wrong.text) == (422, True)
        assert "call 202-555-0143" in wrong.text
        assert (await service_handover.show(COORDINATOR, match.id)).handover.note == "older"
        fields[f"note_{match.id.hex}"] = NOTE
        assert (await submit(client, path, **fields)).status_code == 303
    left = await service_handover.show(COORDINATOR, match.id)
    assert (left.handover, left.of.status) == (LEFT, "closed")


@pytest.mark.parametrize(("sent", "kept"), [({}, "older"), ({"note": ""}, None), ({"note": "older"}, "older")])
async def test_a_note_that_is_cleared_goes(sent: dict[str, str], kept: str | None) -> None:
    vera = await world.volunteer()
    match = await world.match(await world.family_request(status="active"), vera, "active")
    bare = await world.match(await world.family_request(status="active"), vera, "active")
    await service_handover.write(vera.actor, match.id, replace(LEFT, note="older"), NOW - HOUR)
    fields = {f"way_{each.id.hex}": "stays" for each in (match, bare)} | {f"note_{bare.id.hex}": ""}
    fields |= {f"{name}_{match.id.hex}": text for name, text in sent.items()}
    async with signed_in(await world.staff()) as client:
        assert (await submit(client, f"/volunteers/{vera.id}/families", **fields)).status_code == 303
    assert (await service_handover.show(COORDINATOR, match.id)).handover == replace(LEFT, note=kept)
    assert not (await service_handover.show(COORDINATOR, bare.id)).written


async def test_all_notes_are_kept_or_none() -> None:
    vera = await world.volunteer()
    match = await world.match(await world.family_request(status="active"), vera, "active")
    other = await world.match(await world.family_request(status="active"), await world.volunteer(), "active")
    ways = {match.id: Leaving.STAYS, other.id: Leaving.STAYS}
    with pytest.raises(NotFound):
        await service_leaving.move_families(COORDINATOR, vera.id, ways, {match.id: NOTE, other.id: NOTE}, NOW)
    assert not (await service_handover.show(COORDINATOR, match.id)).written
