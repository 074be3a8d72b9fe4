"""What a family agreed to: who may read and change it, what is read aloud, and what taking it back takes along."""

from collections.abc import AsyncIterator
from datetime import timedelta

import asyncpg
import httpx
import pytest
from tests import world
from tests.app_kit import PASSWORD, TESTS, browser, sign_in, submit
from tests.slices.followups.kit import HOUR, NOW, follow_up_row, row, rows

from teamhope.families import service_contact, service_release
from teamhope.families.rules_release import Release
from teamhope.families.service_contact import How
from teamhope.followups import service_families
from teamhope.kit.database import acting_as, connection
from teamhope.kit.embedded_roles import Addresses
from teamhope.vocabulary import consents
from teamhope.vocabulary.errors import Invalid, NotFound
from teamhope.vocabulary.families import ConsentKind, ConsentMethod
from teamhope.vocabulary.people import Role

pytestmark = pytest.mark.usefixtures("db")
SPANISH = (("es", "native"),)
IN_A_MONTH = NOW.date() + timedelta(days=30)
LEGAL_AID = Release("Lone Star Legal Aid", "housing", IN_A_MONTH)
SAID = How(ConsentMethod.VERBAL_RECORDED_BY_STAFF)


@pytest.fixture
async def it(db: Addresses) -> world.AFollowUp:
    request = await world.family_request(status="matched", languages=SPANISH, now=NOW)
    who = await world.volunteer(password=PASSWORD, now=NOW)
    return await world.follow_up(await world.match(request, who, now=NOW), NOW + HOUR, now=NOW)


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    async with browser(now=lambda: NOW) as client:
        yield client


@pytest.fixture
async def cora(client: httpx.AsyncClient, db: Addresses) -> httpx.AsyncClient:
    await sign_in(client, await world.staff())
    return client


def page_of(it: world.AFollowUp) -> str:
    return f"/families/{it.match.request.family_id}/reach/consents"


async def test_only_coordinators_keep_it(client: httpx.AsyncClient, it: world.AFollowUp) -> None:
    assert (await client.get(page_of(it))).status_code == 303
    for outsider in (it.match.volunteer, await world.staff(Role.ADVOCATE), await world.staff(Role.LEADERSHIP)):
        await sign_in(client, outsider)
        assert (await client.get(page_of(it))).status_code == 403
        assert (await submit(client, f"{page_of(it)}/releases", page="/me")).status_code == 403


async def test_the_words_are_read_in_the_familys_language_and_shown_in_the_readers(
    cora: httpx.AsyncClient, it: world.AFollowUp
) -> None:
    page = (await cora.get(page_of(it))).text
    words = consents.words_of(ConsentKind.VOICE_CALL)
    assert f'<span lang="es">“{words.es}”</span>' in page
    assert f'<span lang="en">“{words.en}”</span>' in page
    old = (await cora.get("/families/consent-words")).text
    assert all(version.code in old for version in consents.VERSIONS)


async def test_a_record_holds_version_and_language_and_who_wrote_it(
    cora: httpx.AsyncClient, it: world.AFollowUp
) -> None:
    contact = it.match.request.contact_id
    fields = {"contact": contact, "kind": "voicemail", "said": "yes", "method": "written"}
    unknown = await submit(cora, page_of(it), **fields, wording_version="1999-01")
    assert (unknown.status_code, "no such version" in unknown.text) == (422, True)
    assert (await submit(cora, page_of(it), **fields, wording_version=consents.CURRENT.code)).status_code == 303
    kept = await row("select wording_version, language from consent where contact = $1 and kind = 'voicemail'", contact)
    assert tuple(kept) == (consents.CURRENT.code, "es")
    shown = (await cora.get(f"/families/{it.match.request.family_id}")).text
    assert "Recorded by" in shown
    assert "Coordinator</td>" in shown


async def test_the_history_of_another_family_is_not_there(it: world.AFollowUp) -> None:
    stranger = await world.volunteer(now=NOW)
    assert await service_release.history(stranger.actor, it.match.request.family_id) == []
    cora = await world.staff()
    given = await service_release.give(cora.actor, it.match.request.contact_id, LEGAL_AID, "es", NOW)
    other = await world.family_request(now=NOW)
    with pytest.raises(NotFound):
        await service_release.take_back(cora.actor, other.family_id, given, SAID, NOW)


async def test_a_release_stands_until_its_day_or_until_it_is_taken_back(
    cora: httpx.AsyncClient, it: world.AFollowUp
) -> None:
    family, who = it.match.request.family_id, await world.staff()
    fields = {"whose": it.match.request.contact_id, "recipient": "Lone Star Legal Aid", "purpose": "housing"}
    assert (await submit(cora, f"{page_of(it)}/releases", page=page_of(it), **fields)).status_code == 422
    until = {"expires_on": f"{IN_A_MONTH}"}
    assert (await submit(cora, f"{page_of(it)}/releases", page=page_of(it), **fields, **until)).status_code == 303
    [line] = await service_release.standing(who.actor, family, NOW)
    assert line.release == LEGAL_AID
    assert await service_release.standing(who.actor, family, NOW + timedelta(days=31)) == []
    ended = await submit(cora, f"{page_of(it)}/releases/{line.id}/end", page=page_of(it))
    assert ended.status_code == 303
    assert await service_release.standing(who.actor, family, NOW) == []
    sealed = await row("select recipient from consent where id = $1", line.id)
    assert b"Lone Star" not in sealed["recipient"]


@pytest.mark.parametrize("missing", ["recipient", "purpose", "expires_on"])
async def test_the_database_keeps_no_release_that_lacks_something(it: world.AFollowUp, missing: str) -> None:
    values = {"recipient": "'x'", "purpose": "'x'", "expires_on": "now()::date + 30"} | {missing: "null"}
    insert = (
        "insert into consent (id, family, contact, kind, granted, at, method, wording_version, language,"
        " recipient, purpose, expires_on) values (gen_random_uuid(), $1, $2, 'release_to_third_party', true, now(),"
        f" 'written', '2026-01', 'en', {values['recipient']}, {values['purpose']}, {values['expires_on']})"
    )
    request = it.match.request
    with pytest.raises(asyncpg.CheckViolationError):
        async with acting_as(TESTS):
            await connection().execute(insert, request.family_id, request.contact_id)


async def test_a_release_to_somebody_blocked_is_refused_and_ends_with_the_block(it: world.AFollowUp) -> None:
    cora, request = await world.staff(), it.match.request
    await world.blocked_person(request.family_id, name="Rex Miller")
    to_rex = Release("Mr. Rex MILLER", "custody", IN_A_MONTH)
    with pytest.raises(Invalid):
        await service_release.give(cora.actor, request.contact_id, to_rex, "en", NOW)
    await service_release.give(cora.actor, request.contact_id, LEGAL_AID, "en", NOW)
    person = service_families.BlockedSent(relation="landlord", scope="no_release", name="Legal Aid Lone Star")
    await service_families.block(cora.actor, request.family_id, person, NOW + HOUR)
    assert await service_release.standing(cora.actor, request.family_id, NOW + HOUR) == []


async def test_what_is_taken_back_takes_reminders_and_asked_for_call_backs_along(it: world.AFollowUp) -> None:
    cora, request = await world.staff(), it.match.request
    await rows(
        "insert into message (id, person, kind, local_date, due_at, created_at)"
        " values (gen_random_uuid(), $1, 'daily_reminder', $2, $3, $3) returning id",
        it.match.volunteer.person_id, NOW.date(), NOW,
    )  # fmt: skip
    await rows(
        "insert into task (id, kind, detail, family, opened_at, due_on)"
        " values (gen_random_uuid(), 'other', 'call_back', $1, $2, $3) returning id",
        request.family_id, NOW, NOW.date(),
    )  # fmt: skip
    await service_families.take_back_consent(cora.actor, request.contact_id, ConsentKind.VOICE_CALL, SAID, NOW)
    assert (await follow_up_row(it.id))["status"] == "cancelled"
    found = await row("select status from message where person = $1", it.match.volunteer.person_id)
    assert found["status"] == "cancelled"
    assert (await row("select status from task where family = $1", request.family_id))["status"] == "dropped"


async def test_an_offer_is_withdrawn_and_a_coordinator_told(db: Addresses) -> None:
    cora = await world.staff()
    request = await world.family_request(status="matching", owner=cora.id, now=NOW)
    offer = await world.match(request, await world.volunteer(now=NOW), "proposed_to_volunteer", now=NOW)
    await service_families.take_back_consent(cora.actor, request.contact_id, ConsentKind.PEER_MATCH, SAID, NOW)
    assert (await row("select status from match where id = $1", offer.id))["status"] == "rejected_by_coordinator"
    assert (await row("select status from support_request where id = $1", request.id))["status"] == "ready"
    task = await row("select detail, owner from task where family = $1", request.family_id)
    assert tuple(task) == ("consent_taken_back", cora.id)


async def test_a_release_is_kept_by_its_own_form_alone(it: world.AFollowUp) -> None:
    cora, kind = await world.staff(), ConsentKind.RELEASE_TO_THIRD_PARTY
    how = How(ConsentMethod.WRITTEN)
    with pytest.raises(Invalid):
        await service_contact.add_consent(cora.actor, it.match.request.contact_id, kind, how, NOW)
