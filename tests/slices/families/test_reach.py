"""What rows say about reaching a family: other people's calls count, numbers stop for all, consent is only added to."""

from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest
from tests import world
from tests.app_kit import TESTS

from teamhope.families import queries_contact, rules, service, service_contact
from teamhope.families.rules_contact import NotNow
from teamhope.families.service_contact import How
from teamhope.kit import clock
from teamhope.kit.database import acting_as
from teamhope.tables.calls import Call
from teamhope.tables.care import Task
from teamhope.tables.families import Consent, ContactPhone
from teamhope.vocabulary.errors import Invalid, NotFound
from teamhope.vocabulary.families import Clearance, ClearedChannel, ConsentKind, ConsentMethod
from teamhope.vocabulary.people import Actor, Role

pytestmark = pytest.mark.usefixtures("db")

NOON = datetime.fromisoformat("2026-11-17T12:00:00-07:00")  # a Tuesday in Denver
SAID = How(ConsentMethod.VERBAL_RECORDED_BY_STAFF)
VOICE = ClearedChannel.VOICE


async def matched() -> world.AMatch:
    return await world.match(await world.family_request(now=NOON), await world.volunteer(now=NOON), now=NOON)


async def ask(actor: Actor, of: world.AMatch, now: datetime = NOON) -> Clearance | NotNow:
    async with acting_as(actor):
        facts = await service_contact.contact_facts(of.request.contact_id, of.id, now)
        caller = await service_contact.caller_of(of.volunteer.id)
    return rules.may_contact(facts, VOICE, now, caller)


async def code(actor: Actor, of: world.AMatch, now: datetime = NOON) -> str:
    answer = await ask(actor, of, now)
    return answer.code if isinstance(answer, NotNow) else "cleared"


async def called(of: world.AMatch, at: datetime, outcome: str = "no_answer", **columns: object) -> None:
    row = {
        "id": uuid4(),
        "family": of.request.family_id,
        "contact": of.request.contact_id,
        "match": of.id,
        "volunteer": of.volunteer.id,
        "direction": "outbound",
        "channel": "voice",
        "placed_via": "own_phone_logged",
        "outcome": outcome,
        "started_at": at,
        "language": "en",
        "logged_at": at,
        "counted_on": at.date(),
        "counted_case_type": "ERU",
    }
    async with acting_as(TESTS):
        await Call.insert(Call(**(row | columns)))


async def test_another_volunteer_learns_nothing_of_the_contact() -> None:
    of, other = await matched(), await world.volunteer()
    with pytest.raises(NotFound):
        await ask(other.actor, of)
    async with acting_as(other.actor):
        with pytest.raises(NotFound):
            await service_contact.number_of(of.request.phone_id)
    with pytest.raises(NotFound):
        await service_contact.stop_number(other.actor, of.request.phone_id, "wrong_number", NOON)
    with pytest.raises(NotFound):
        await service_contact.revoke_consent(other.actor, of.request.contact_id, ConsentKind.VOICE_CALL, SAID, NOON)


async def test_the_matched_volunteer_is_cleared_for_ten_minutes() -> None:
    of = await matched()
    answer = await ask(of.volunteer.actor, of)
    assert answer == Clearance(of.request.contact_id, of.request.phone_id, VOICE, NOON + timedelta(minutes=10))


async def test_anothers_match_gives_no_leave() -> None:
    of, other = await matched(), await matched()
    cora = await world.staff()
    with pytest.raises(NotFound):
        async with acting_as(cora.actor):
            await service_contact.contact_facts(of.request.contact_id, other.id, NOON)


async def test_a_call_that_the_volunteer_may_not_see_counts_all_the_same() -> None:
    of = await matched()
    await called(of, NOON - timedelta(hours=3), volunteer=None)
    async with acting_as(of.volunteer.actor):
        assert await Call.count() == 0
    assert await code(of.volunteer.actor, of) == "too_soon"


async def test_a_call_by_our_number_counts_before_it_is_logged() -> None:
    talked, busy, failed = [await matched() for _ in range(3)]
    for of, status in ((talked, "completed"), (busy, "busy"), (failed, "failed")):
        await world.rang(of, NOON - timedelta(hours=1), status)
    assert [await code(TESTS, of) for of in (talked, busy, failed)] == ["too_soon", "cleared", "cleared"]
    dropped = await matched()
    await world.rang(dropped, NOON - timedelta(minutes=8))
    assert await code(TESTS, dropped) == "cleared", "for ten minutes after a line that broke off"


async def test_voided_and_corrected_calls_do_not_count() -> None:
    of = await matched()
    await called(of, NOON - timedelta(hours=3), voided_at=NOON, void_reason="mistake")
    first = uuid4()
    await called(of, NOON - timedelta(hours=4), id=first)
    await called(of, NOON - timedelta(days=4), corrects=first)
    assert await code(of.volunteer.actor, of) == "cleared"


async def test_hold_consent_blocked_line_and_volunteers_hours_are_read_from_rows() -> None:
    of, cora = await matched(), await world.staff()
    await service.hold_family(cora.actor, of.request.family_id, NOON)
    assert await code(of.volunteer.actor, of) == "family_on_hold"
    await service.release_family(cora.actor, of.request.family_id, NOON)
    assert await code(of.volunteer.actor, of, NOON.replace(hour=19, minute=30)) == "volunteer_not_available"
    await world.blocked_person(of.request.family_id, phone=of.request.number)
    assert await code(of.volunteer.actor, of) == "blocked_person_on_line"
    contact = of.request.contact_id
    await service_contact.revoke_consent(cora.actor, contact, ConsentKind.VOICE_CALL, SAID, NOON)
    assert await code(of.volunteer.actor, of) == "no_consent"


async def test_time_away_closes_the_day() -> None:
    away = (NOON.date(), NOON.date() + timedelta(days=1))
    of = await world.match(await world.family_request(now=NOON), await world.volunteer(now=NOON, away=[away]), now=NOON)
    answer = await ask(of.volunteer.actor, of)
    assert isinstance(answer, NotNow)
    assert answer.next_allowed_at is not None
    assert answer.next_allowed_at.date() == date(2026, 11, 19)


async def test_routine_calls_wait_for_thanksgiving_to_pass_and_a_callback_asked_for_does_not() -> None:
    of, thanksgiving = await matched(), NOON.replace(day=26)
    assert await code(of.volunteer.actor, of, thanksgiving) == "holiday"
    await world.follow_up(of, thanksgiving - timedelta(hours=1), asked_callback=True)
    assert await code(of.volunteer.actor, of, thanksgiving) == "cleared"


async def test_a_contact_without_a_number_is_never_cleared() -> None:
    of, cora = await matched(), await world.staff()
    async with acting_as(TESTS):
        facts = await queries_contact.contact_facts(of.request.contact_id, of.id, NOON, uuid4())
        mine = await queries_contact.caller_of(of.volunteer.id)
    assert rules.may_contact(facts, VOICE, NOON, mine) == NotNow("not_safe")
    with pytest.raises(NotFound):
        await service_contact.read_number(cora.actor, uuid4(), uuid4(), NOON)


async def test_a_wrong_number_stops_for_everybody_in_the_family_and_nobody_else() -> None:
    of, cora = await matched(), await world.staff()
    elsewhere = await world.family_request(phone=of.request.number)
    async with acting_as(TESTS):
        row = await ContactPhone.select().where(ContactPhone.id == of.request.phone_id).first()
        second = uuid4()
        sealed = ContactPhone.number.seal(second, of.request.number)
        await ContactPhone.insert(ContactPhone(**(row | {"id": second, "number": sealed})))
    stopped = await service_contact.stop_number(cora.actor, of.request.phone_id, "wrong_number", NOON)
    again = await service_contact.stop_number(cora.actor, second, "disconnected", NOON)
    assert (stopped, again) == (2, 0)
    async with acting_as(TESTS):
        reasons = await ContactPhone.select(ContactPhone.stop_reason).where(ContactPhone.family == of.request.family_id)
        kept = await ContactPhone.select(ContactPhone.stopped_at).where(ContactPhone.id == elsewhere.phone_id).first()
        tasks = await Task.count().where(Task.family == of.request.family_id)
    assert [each["stop_reason"] for each in reasons] == ["wrong_number", "wrong_number"]
    assert kept["stopped_at"] is None
    assert tasks == 1
    assert await code(of.volunteer.actor, of) == "number_stopped"


async def test_consent_is_added_and_never_changed() -> None:
    of, cora = await matched(), await world.staff()
    contact, kind = of.request.contact_id, ConsentKind.VOICEMAIL
    await service_contact.add_consent(cora.actor, contact, kind, SAID, NOON)
    await service_contact.revoke_consent(cora.actor, contact, kind, SAID, NOON + timedelta(hours=1))
    async with acting_as(TESTS):
        rows = await Consent.select(Consent.granted).where((Consent.contact == contact) & (Consent.kind == kind))
        facts = await queries_contact.contact_facts(contact, of.id, NOON)
        with pytest.raises(Exception, match="permission denied"):
            async with acting_as(TESTS):
                await Consent.update({Consent.granted: True}).where(Consent.contact == contact)
    assert sorted(row["granted"] for row in rows) == [False, True]
    assert kind not in facts.consents


async def test_a_release_to_others_must_be_written() -> None:
    of, cora = await matched(), await world.staff()
    with pytest.raises(Invalid):
        await service_contact.add_consent(
            cora.actor, of.request.contact_id, ConsentKind.RELEASE_TO_THIRD_PARTY, SAID, clock.now()
        )


async def test_leadership_and_team_leads_of_other_teams_see_nobody() -> None:
    of = await matched()
    for role in (Role.LEADERSHIP, Role.TEAM_LEAD, Role.AUDITOR, Role.ADMIN):
        who = await world.staff(role)
        with pytest.raises(NotFound):
            await ask(who.actor, of)
