"""Texts that come back: who may send them, that a no counts at once, what staff read, and what nobody does."""

import asyncio
from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx
import pytest
from tests import world
from tests.app_kit import TESTS, browser, sign_in, submit
from tests.slices.messages.conftest import SETTINGS
from tests.slices.messages.kit import HOUR, NOW, agreed, fetch, reminded, status_of
from tests.slices.telephony.exchange import ACCOUNT, NUMBER, PUBLIC, TOKEN
from twilio.request_validator import RequestValidator

from teamhope.accounts.queries import list_staff
from teamhope.families import service_contact
from teamhope.families.rules import may_contact
from teamhope.families.rules_contact import Caller
from teamhope.followups import service_replies
from teamhope.followups.jobs import apply_replies, dispatch_due
from teamhope.kit.database import acting_as, connection
from teamhope.kit.embedded_roles import Addresses
from teamhope.retention.queries_rows import ROWS
from teamhope.tables.families import ContactPhone
from teamhope.telephony.client import Telephone
from teamhope.telephony.fake import Fake
from teamhope.telephony.replies import REPLY_PATH
from teamhope.vocabulary.errors import NotFound
from teamhope.vocabulary.families import Clearance, ClearedChannel
from teamhope.vocabulary.people import Actor, Role

pytestmark = pytest.mark.usefixtures("db", "fake")


COORDINATOR = Actor(Role.COORDINATOR, name="token")


def a_sid() -> str:
    return "SM" + uuid4().hex


async def hand_on(sender: str, words: str, token: str = TOKEN, **fields: str) -> httpx.Response:
    form = {"AccountSid": ACCOUNT, "MessageSid": a_sid(), "From": sender, "To": NUMBER, "Body": words} | fields
    async with browser(SETTINGS, now=lambda: NOW) as web:
        return await web.post(REPLY_PATH, data=form, headers={"X-Twilio-Signature": signed(form, token)})


def signed(form: Mapping[str, str], token: str) -> str:
    return str(RequestValidator(token).compute_signature(PUBLIC + REPLY_PATH, dict(form)))


async def phone_of(person_id: UUID) -> str:
    async with acting_as(TESTS):
        staff = (await list_staff([person_id]))[person_id]
    assert staff.phone
    return staff.phone


async def stored(words: str = "*") -> list[Any]:
    return await fetch(f"select {words} from inbound_text order by received_at, id")


@pytest.fixture(autouse=True)
async def _none_before(db: Addresses) -> None:
    owner = await asyncpg.connect(db.owner)
    await owner.execute("delete from inbound_text")
    await owner.close()


@pytest.mark.parametrize(
    ("token", "fields"),
    [
        pytest.param("guess", {}, id="forged"),
        pytest.param(TOKEN, {"From": "TEAMHOPE"}, id="no telephone"),
        pytest.param(TOKEN, {"MessageSid": "SM1"}, id="no sid"),
    ],
)
async def test_what_the_provider_did_not_hand_on_is_refused(token: str, fields: dict[str, str]) -> None:
    answer = await hand_on("+12025550199", "STOP", token, **fields)
    assert (answer.status_code, answer.content) == (403, b"")
    assert await stored() == []


async def test_a_no_stops_the_reminder_that_is_due_before_anybody_works_on_it(telephone: Telephone, fake: Fake) -> None:
    vera = await reminded()
    answer = await hand_on(await phone_of(vera.person_id), "Ya no me escriban, por favor")
    assert (answer.status_code, answer.text) == (200, '<?xml version="1.0" encoding="UTF-8"?><Response />')
    await dispatch_due(telephone, NOW, "w")
    assert (await status_of(vera), fake.state.counts()) == ("cancelled", {})
    await apply_replies(NOW)
    assert not await agreed(vera.person_id)
    assert (await stored("meaning, words"))[0] == ("stop", None), "of a clear no the words are not kept"


async def test_nothing_queued_leaves_after_a_no_however_the_two_race(telephone: Telephone, fake: Fake) -> None:
    people = [await reminded() for _ in range(12)]
    numbers = [await phone_of(each.person_id) for each in people]
    told: set[UUID] = set()

    async def says_no(who: world.AVolunteer, number: str) -> None:
        await service_replies.keep(a_sid(), number, "stop", NOW)
        if await status_of(who) == "queued":
            told.add(who.person_id)

    passes = (dispatch_due(telephone, NOW, f"w{n}") for n in range(3))
    noes = (says_no(who, number) for who, number in zip(people, numbers, strict=True))
    await asyncio.gather(*passes, *noes)
    while any([await status_of(each) == "queued" for each in people]):
        await dispatch_due(telephone, NOW, "w")
    for who in people:
        if who.person_id in told:
            assert await status_of(who) == "cancelled"


async def test_a_familys_no_ends_texts_alone_and_a_person_asks_about_the_calls() -> None:
    owner = await world.staff()
    request = await world.family_request(owner=owner.id, now=NOW)
    async with acting_as(TESTS):
        number = (await service_contact.contact_facts(request.contact_id, None, NOW)).phone
    assert not number.texts_stopped
    for words in ("ALTO", "no más mensajes", "Stop please"):
        await hand_on(await number_of(request), words)
    await apply_replies(NOW)
    async with acting_as(TESTS):
        facts = await service_contact.contact_facts(request.contact_id, None, NOW)
    assert facts.phone.texts_stopped
    assert not facts.phone.stopped
    assert isinstance(
        may_contact(facts, ClearedChannel.VOICE, NOW, Caller(Role.COORDINATOR, on_familys_request=True)), Clearance
    )
    [task] = await fetch("select kind, detail, owner from task where family = $1", request.family_id)
    assert tuple(task) == ("number_stopped", "texts_stopped", owner.id)


async def number_of(request: world.ARequest) -> str:
    [row] = await fetch("select id, number from contact_phone where contact = $1", request.contact_id)
    async with acting_as(TESTS):
        return ContactPhone.number.unseal(row["id"], row["number"])


async def test_what_is_unclear_stops_texts_and_a_coordinator_reads_it() -> None:
    vera, coordinator = await reminded(), await world.staff()
    await hand_on(await phone_of(vera.person_id), "please don't stop, it helps")
    await apply_replies(NOW)
    assert not await agreed(vera.person_id)
    async with browser() as desk:
        await sign_in(desk, coordinator)
        assert "Texts to read" in (await desk.get("/")).text
        shown = await desk.get("/replies")
        assert "it helps" not in shown.text, "words are shown to whoever opens them"
        [row] = await stored("id")
        opened = await submit(desk, f"/replies/{row['id']}", page="/replies")
        assert "please don&#39;t stop, it helps" in opened.text
        assert (await submit(desk, f"/replies/{row['id']}/done", page="/replies")).status_code == 303
        assert "No text waits to be read" in (await desk.get("/replies")).text
    assert tuple((await stored("words, sender"))[0]) == (None, None), "nobody reads it again"
    read = await fetch("select act from audit_event where subject = $1", row["id"])
    assert "dealt_with_reply" in {each["act"] for each in read}


async def test_one_that_is_about_calls_holds_the_family_and_is_read() -> None:
    request = await world.family_request(now=NOW)
    await hand_on(await number_of(request), "Please don't call this number, he has my phone. Call my sister instead")
    await apply_replies(NOW)
    async with acting_as(TESTS):
        facts = await service_contact.contact_facts(request.contact_id, None, NOW)
    assert facts.on_hold
    kinds = await fetch("select kind from task where family = $1 order by kind", request.family_id)
    assert [row["kind"] for row in kinds] == ["decide_after_hold", "number_stopped"]
    [reply] = await service_replies.list_unread(COORDINATOR)
    opened = await service_replies.open_reply(COORDINATOR, reply.id)
    assert opened.words.endswith("Call my sister instead")
    assert opened.reply.family_id == request.family_id


async def test_a_text_comes_twice_and_is_kept_once() -> None:
    sid = a_sid()
    for _ in range(2):
        assert (await hand_on("+12025550188", "AYUDA", MessageSid=sid)).status_code == 200
    assert len(await stored()) == 1


async def test_help_is_answered_with_our_number_alone_and_once_a_day() -> None:
    first, second = [await hand_on("+12025550177", "Help") for _ in range(2)]
    assert first.text == f'<?xml version="1.0" encoding="UTF-8"?><Response><Message>{NUMBER}</Message></Response>'
    assert NUMBER not in second.text


async def test_a_number_of_two_families_is_nobodys_alone() -> None:
    first, second = await world.family_request(), await world.family_request()
    number = await number_of(first)
    await service_contact.add_number(TESTS, second.contact_id, number, NOW)
    await hand_on(number, "Who is this?")
    await apply_replies(NOW)
    assert tuple((await stored("family, volunteer"))[0]) == (None, None)


async def test_outsiders_see_no_text(db: Addresses) -> None:
    team = await world.team("West")
    vera = await reminded()
    await hand_on(await phone_of(vera.person_id), "Can we do 7 instead?")
    await apply_replies(NOW)
    [row] = await stored("id, applied_at")
    assert row["applied_at"] == NOW
    scoped = Actor(Role.COORDINATOR, name="token", team_id=team)
    for outsider in (vera.actor, (await world.volunteer()).actor, Actor(Role.LEADERSHIP, name="token"), scoped):
        assert await service_replies.list_unread(outsider) == []
        for act in (
            service_replies.open_reply(outsider, row["id"]),
            service_replies.dealt_with(outsider, row["id"], NOW),
        ):
            with pytest.raises(NotFound):
                await act
    for role in (Role.VOLUNTEER, Role.LEADERSHIP, Role.ADVOCATE, Role.ADMIN, Role.AUDITOR):
        async with browser() as client:
            await sign_in(client, await world.staff(role))
            assert (await client.get("/replies")).status_code == 403


async def test_what_nobody_has_read_outlives_the_purge() -> None:
    vera = await reminded()
    for words in ("stop", "Can we do 7 instead?"):
        await hand_on(await phone_of(vera.person_id), words)
    await apply_replies(NOW)
    async with acting_as(TESTS):
        [gone] = [rows for rows in ROWS if rows.table == "inbound_text"]
        left = await connection().fetch(f"select meaning from inbound_text where not ({gone.where})", NOW + HOUR)
    assert [row["meaning"] for row in left] == ["other"]


async def test_one_text_in_trouble_holds_up_no_other(db: Addresses) -> None:
    vera, olga = await reminded(), await reminded()
    for who in (vera, olga):
        await hand_on(await phone_of(who.person_id), "stop")
    owner = await asyncpg.connect(db.owner)
    await owner.execute(
        "create function trouble() returns trigger language plpgsql as $$ begin raise 'no'; end $$;"
        f"create trigger trouble before update on person for each row when (old.id = '{vera.person_id}')"
        " execute function trouble()"
    )
    try:
        with pytest.raises(asyncpg.RaiseError):
            await apply_replies(NOW)
    finally:
        await owner.execute("drop trigger trouble on person; drop function trouble()")
        await owner.close()
    assert (await agreed(vera.person_id), await agreed(olga.person_id)) == (True, False)
    await apply_replies(NOW)
    assert not await agreed(vera.person_id)
