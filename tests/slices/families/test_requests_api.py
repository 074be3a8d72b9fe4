"""POST /api/v1/requests: strangers first, then what is written, then what is refused."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
from tests.app_kit import TESTS, browser
from tests.slices.families.entries import CONSENTS, entry

from teamhope.accounts import service as accounts
from teamhope.kit import clock
from teamhope.kit.database import acting_as
from teamhope.kit.embedded_roles import Addresses
from teamhope.tables.care import Task
from teamhope.tables.families import BlockedPerson, Consent, Contact, ContactPhone, Family, Incident, SupportRequest
from teamhope.vocabulary.people import Role

pytestmark = pytest.mark.usefixtures("db")
RELEASE: dict[str, Any] = {
    "kind": "release_to_third_party",
    "method": "written",
    "wording_version": "2026-01",
    "recipient": "Lone Star Legal Aid",
    "purpose": "housing",
    "expires_on": (clock.now() + timedelta(days=30)).date().isoformat(),
}
PATH = "/api/v1/requests"


async def bearer(role: Role) -> dict[str, str]:
    token = await accounts.create_token(TESTS, "tests", role, clock.now())
    return {"authorization": f"Bearer {token}"}


@pytest.fixture
async def client(db: Addresses) -> AsyncIterator[httpx.AsyncClient]:
    async with browser() as client:
        client.headers.update(await bearer(Role.COORDINATOR))
        yield client


async def test_anonymous_and_leadership_enter_nothing(db: Addresses) -> None:
    async with browser() as client:
        assert (await client.post(PATH, json=entry())).status_code == 401
        leadership = await client.post(PATH, json=entry(), headers=await bearer(Role.LEADERSHIP))
    assert leadership.status_code == 403
    assert leadership.headers["content-type"].startswith("application/problem+json")
    async with acting_as(TESTS):
        assert await Family.count() == 0


async def test_a_whole_request_is_ready_and_everything_said_is_kept(client: httpx.AsyncClient) -> None:
    sent = entry()
    answer = await client.post(PATH, json=sent)
    assert answer.status_code == 201, answer.text
    body = answer.json()
    assert set(body) == {"id", "family_no", "status", "missing"}
    assert (body["status"], body["missing"]) == ("ready", [])
    async with acting_as(TESTS):
        request = await SupportRequest.select().where(SupportRequest.id == body["id"]).first()
        assert request["ready_at"] is not None
        family_id = request["family"]
        assert await Family.exists().where(Family.family_no == body["family_no"])
        contact = await Contact.select().where(Contact.family == family_id).first()
        phone = await ContactPhone.select().where(ContactPhone.family == family_id).first()
        incident = await Incident.select().where(Incident.family == family_id).first()
        assert await Consent.count().where(Consent.family == family_id) == 4
        assert await BlockedPerson.count().where(BlockedPerson.family == family_id) == 1
        assert Contact.first_name.unseal(contact["id"], contact["first_name"]) == "Marisol"
        assert Contact.code_word.unseal(contact["id"], contact["code_word"]) == "bluebird"
        assert ContactPhone.number.unseal(phone["id"], phone["number"]) == sent["contact"]["phone"]
        assert ContactPhone.agreed_words.unseal(phone["id"], phone["agreed_words"]) == sent["contact"]["agreed_words"]
        assert phone["no_time_in_text"]
    assert (incident["case_type"], incident["event_month"].isoformat()) == ("FA", "2025-03-01")
    assert (incident["child_age_band"], incident["child_gender"]) == ("9-12", "boy")


@pytest.mark.parametrize(
    ("changes", "missing"),
    [
        ({"timezone": None}, ["time_zone"]),
        ({"case_type": None, "subtypes": []}, ["case_type"]),
        ({"contact__languages": []}, ["language"]),
        ({"contact__safe_to_call": False}, ["safe_contact_method"]),
        ({"contact__phone": None}, ["safe_contact_method"]),
        ({"consents": []}, ["peer_match_consent"]),
    ],
)
async def test_what_is_missing_waits_in_triage(
    client: httpx.AsyncClient, changes: dict[str, Any], missing: list[str]
) -> None:
    answer = await client.post(PATH, json=entry(**changes))
    assert answer.status_code == 201, answer.text
    assert (answer.json()["status"], answer.json()["missing"]) == ("triage", missing)


async def test_an_unknown_time_zone_becomes_somebodys_task(client: httpx.AsyncClient) -> None:
    entered = (await client.post(PATH, json=entry(timezone=None))).json()
    async with acting_as(TESTS):
        request = await SupportRequest.select(SupportRequest.family).where(SupportRequest.id == entered["id"]).first()
        tasks = await Task.select(Task.kind).where(Task.family == request["family"])
    assert [task["kind"] for task in tasks] == ["confirm_time_zone"]


async def test_a_family_that_calls_us_needs_no_number(client: httpx.AsyncClient) -> None:
    sent = entry(contact__phone=None, contact__contact_preference="they_call_us")
    assert (await client.post(PATH, json=sent)).json()["status"] == "ready"


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"timezone": "EST"}, "timezone", "zone_unknown"),
        ({"state": "ZZ"}, "state", "state_unknown"),
        ({"case_type": "XX", "subtypes": []}, "case_type", "not_a_choice"),
        ({"subtypes": ["csam"]}, "subtypes", "subtype_of_other_kind"),
        ({"trajectory": "nowhere"}, "trajectory", "not_a_choice"),
        ({"relation": "robot"}, "relation", "not_a_choice"),
        ({"event_month": "2099-01"}, "event_month", "month_in_future"),
        ({"contact__first_name": "  "}, "contact.first_name", "name_missing"),
        ({"contact__phone": "12345"}, "contact.phone", "phone_unreadable"),
        ({"contact__agreed_words": "Team HOPE called"}, "contact.agreed_words", "words_tell_too_much"),
        ({"contact__only_i_see_this_phone": False}, "contact.safe_to_text", "text_needs_own_phone"),
        ({"contact__voicemail": "none"}, "contact.if_someone_else_answers", "no_words_to_say"),
        ({"contact__languages": [{"code": "xx", "level": "native"}]}, "contact.languages", "not_a_choice"),
        ({"child_gender": "dog"}, "child_gender", "not_valid"),
        (
            {"contact__windows": [{"weekday": 0, "start": "20:00", "end": "18:00"}]},
            "contact.windows",
            "window_ends_before_it_starts",
        ),
        (
            {"consents": [{"kind": "release_to_third_party", "method": "web_form", "wording_version": "1"}]},
            "consents.0.method",
            "release_must_be_written",
        ),
        (
            {"consents": [{"kind": "voice_call", "method": "web_form", "wording_version": "1999-01"}]},
            "consents.0.wording_version",
            "wording_unknown",
        ),
        ({"consents": [{**RELEASE, "recipient": None}]}, "consents.0.recipient", "release_needs_recipient"),
        ({"consents": [{**RELEASE, "expires_on": "2099-01-01"}]}, "consents.0.expires_on", "release_too_long"),
        ({"consents": [{**RELEASE, "recipient": "Rex"}]}, "consents.0.recipient", "recipient_is_blocked"),
        ({"consents": [{**RELEASE, "kind": "email"}]}, "consents.0.recipient", "only_for_release"),
        (
            {"blocked_persons": [{"relation": "uncle", "scope": "no_contact"}]},
            "blocked_persons.0.name",
            "blocked_needs_name_or_phone",
        ),
        (
            {"preferences": [{"attribute": "volunteer_gender", "value": "cat", "strength": "required"}]},
            "preferences.0.value",
            "not_a_choice",
        ),
        *(
            (
                {"preferences": [{"attribute": name, "value": v, "strength": "required"} for v in values]},
                "preferences.1.attribute",
                "preference_twice",
            )
            for name, values in {"volunteer_gender": ("woman", "man"), "not_from_state": ("CO", "TX")}.items()
        ),
    ],
)
async def test_what_cannot_be_true_is_named_and_nothing_is_written(
    client: httpx.AsyncClient, changes: dict[str, Any], field: str, code: str
) -> None:
    async with acting_as(TESTS):
        before = await Family.count()
    answer = await client.post(PATH, json=entry(**changes), headers={"accept-language": "es"})
    assert answer.status_code == 422
    assert answer.headers["content-type"].startswith("application/problem+json")
    problem = next(each for each in answer.json()["errors"] if each["field"] == field)
    assert problem["code"] == code
    assert problem["message"]
    async with acting_as(TESTS):
        assert await Family.count() == before


@pytest.mark.parametrize(
    "changes",
    [
        {"colour": "blue"},
        {"contact__shoe_size": 7},
        {"event_month": "March"},
        {"urgency": "asap"},
        {"contact__windows": [{"weekday": 7, "start": "18:00", "end": "20:00"}]},
        {"contact__first_name": "a\x00b"},
        {"relation": None},
        {"consents": [{"kind": "peer_match", "method": "web_form", "wording_version": ""}]},
    ],
)
async def test_fields_that_the_interface_does_not_know_are_refused(
    client: httpx.AsyncClient, changes: dict[str, Any]
) -> None:
    answer = await client.post(PATH, json=entry(**changes))
    assert answer.status_code == 422, answer.text
    assert answer.json()["code"] == "invalid"


async def test_a_blocked_persons_number_is_no_contacts(client: httpx.AsyncClient) -> None:
    number = entry()["contact"]["phone"]
    rex = {"phone": number, "relation": "other parent", "scope": "no_contact"}
    same = await client.post(PATH, json=entry(contact__phone=number, blocked_persons=[rex]))
    assert same.status_code == 422
    assert (await client.post(PATH, json=entry(blocked_persons=[rex]))).status_code == 201
    later = await client.post(PATH, json=entry(contact__phone=number))
    assert (later.status_code, later.json()["errors"][0]["code"]) == (422, "phone_of_blocked_person")


async def test_a_release_says_to_whom_what_for_and_until_when(client: httpx.AsyncClient) -> None:
    answer = await client.post(PATH, json=entry(consents=[*CONSENTS, RELEASE]))
    assert answer.status_code == 201, answer.text
    async with acting_as(TESTS):
        request = await SupportRequest.select(SupportRequest.family).where(SupportRequest.id == answer.json()["id"])
        kept = await Consent.select().where(
            (Consent.family == request[0]["family"]) & (Consent.kind == "release_to_third_party")
        )
        recipients = [Consent.recipient.unseal(each["id"], each["recipient"]) for each in kept]
    assert recipients == ["Lone Star Legal Aid"]
