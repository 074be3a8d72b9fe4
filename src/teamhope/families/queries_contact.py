"""Rows about reaching a family, as the facts that may_contact decides on; and the writes to numbers and consent."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

import msgspec
from piccolo.columns import Column

from teamhope.families import queries_dates, queries_policy
from teamhope.families.indexes import number_index
from teamhope.families.queries_hours import load_hours
from teamhope.families.rules_contact import Caller, ConsentRecord, ContactFacts, PhoneFacts, standing_consent
from teamhope.families.rules_history import Attempt
from teamhope.families.rules_hours import EASTERN, zone_of
from teamhope.kit.database import acting_as, connection
from teamhope.tables.families import Consent, Contact, ContactPhone, Family
from teamhope.tables.volunteers import Volunteer
from teamhope.vocabulary.calls import OUTCOMES, CallChannel, LegStatus, Outcome
from teamhope.vocabulary.errors import NotFound
from teamhope.vocabulary.families import (
    ClearedChannel,
    ConsentKind,
    ConsentMethod,
    ContactPreference,
    FamilyStatus,
    Urgency,
    Voicemail,
    Window,
)
from teamhope.vocabulary.people import WORKER, Role
from teamhope.vocabulary.states import CALLS_FAMILIES, OPEN_FOLLOW_UP, MatchStatus, VolunteerStatus

ATTEMPTS_MOST = 200  # newest first; far more than any rule looks back
CHANNELS = {CallChannel.VOICE: ClearedChannel.VOICE, CallChannel.VIDEO: ClearedChannel.VOICE}
CHANNELS[CallChannel.SMS_THREAD] = ClearedChannel.SMS
NO_PHONE = PhoneFacts(UUID(int=0), False, False, False, Voicemail.NONE, None, None, True, True, False)

PHONES = """
    select p.*,
      exists (select from blocked_person b where b.family = p.family and b.phone_index = p.number_index
              and b.ended_at is null) as blocked,
      exists (select from consent s join contact_phone q on q.contact = s.contact
              where q.family = p.family and q.number_index = p.number_index
                and s.kind = 'sms_reminder' and s.method = 'sms_keyword' and not s.granted
                and not exists (select from consent later where later.contact = s.contact
                                and later.kind = s.kind and later.granted and later.at > s.at)) as texts_stopped
    from contact_phone p where p.contact = $1
    order by p.safe_to_call and p.stopped_at is null desc, p.kind <> 'mobile', p.id
"""
REACH = """
    select c.id, c.family, c.adult, c.contact_preference, c.windows, coalesce(c.timezone, f.timezone) as timezone,
      f.status, f.held_at is not null as held, m.status as match_status, m.first_conversation_at,
      (select r.urgency from support_request r where r.family = c.family and (m.request is null or r.id = m.request)
       order by r.created_at desc limit 1) as urgency,
      (select min(u.due_at) from follow_up u where u.match = m.id and u.asked_callback and u.status = any($3)) as asked,
      exists (select from follow_up_plan p where p.match = m.id and p.status <> 'ended' and p.template = 'acute')
        as acute
    from contact c join family f on f.id = c.family
    left join match m on m.id = $2 and m.family = c.family
    where c.id = $1
"""
# A corrected call is not counted, whoever corrected it.
ATTEMPTS = """
    select k.direction, k.channel, k.outcome, k.started_at from call k
    where k.contact = $1 and k.voided_at is null
      and not exists (select from call later where later.corrects = k.id and later.voided_at is null)
    order by k.started_at desc limit $2
"""

# By our number, over by now, and in no log yet: that she was rung counts all the same.
RUNG = """
    select coalesce(l.dialling_at, l.created_at) as at, l.status, l.ended_at
    from phone_call r join phone_leg l on l.phone_call = r.id and l.party = 'family'
    where r.contact = $1 and r.kind = 'to_family' and r.call is null and r.ended_at is not null
      and l.status in ('completed', 'busy', 'no_answer')
      and not exists (select from call k where k.match = r.match and k.direction = 'outbound'
                      and k.started_at between r.created_at and r.ended_at)
    order by l.created_at desc limit $2
"""

# What was taken back before it left, or refused, never reached her.
TEXTS = """
    select sending_at from message
    where contact = $1 and sending_at is not null and status in ('sending', 'sent', 'delivered', 'uncertain')
    order by sending_at desc limit 1
"""


async def load_phones(contact_id: UUID) -> tuple[PhoneFacts, ...]:
    """The contact's numbers, the one to call first: safe before unsafe, cell phones before others."""
    return tuple(_phone(row) for row in await connection().fetch(PHONES, contact_id))


async def load_phone(family_id: UUID, phone_id: UUID) -> PhoneFacts:
    """Raises NotFound for another family's number, and outside the scope."""
    row = (
        await ContactPhone.select(ContactPhone.contact)
        .where((ContactPhone.id == phone_id) & (ContactPhone.family == family_id))
        .first()
    )
    if row is None:
        raise NotFound("phone")
    return next(phone for phone in await load_phones(row["contact"]) if phone.phone_id == phone_id)


def _phone(row: Mapping[str, Any]) -> PhoneFacts:
    return PhoneFacts(
        phone_id=row["id"],
        safe_to_call=row["safe_to_call"],
        safe_to_text=row["safe_to_text"],
        only_i_see_this_phone=row["only_i_see_this_phone"],
        voicemail=Voicemail(row["voicemail"]),
        agreed_words=ContactPhone.agreed_words.unseal_if(row["id"], row["agreed_words"]),
        confirmed_on=row["confirmed_on"],
        stopped=row["stopped_at"] is not None,
        texts_stopped=row["texts_stopped"],
        blocked_person_on_line=row["blocked"],
    )


async def load_consents(contact_id: UUID) -> tuple[ConsentRecord, ...]:
    rows = await Consent.select(Consent.kind, Consent.granted, Consent.at).where(Consent.contact == contact_id)
    return tuple(ConsentRecord(ConsentKind(row["kind"]), row["granted"], row["at"]) for row in rows)


async def contact_facts(
    contact_id: UUID, match_id: UUID | None, now: datetime, phone_id: UUID | None = None
) -> ContactFacts:
    """What may_contact asks about `phone_id`, else about the number to call first. Raises NotFound outside the scope.

    Calls that the actor may not see (another volunteer's, a coordinator's) count all the same.
    """
    row = await connection().fetchrow(REACH, contact_id, match_id, sorted(OPEN_FOLLOW_UP))
    if row is None or (match_id is not None and row["match_status"] is None):
        raise NotFound("contact")
    phones = [phone for phone in await load_phones(contact_id) if phone_id in (None, phone.phone_id)]
    async with acting_as(WORKER):
        calls = await connection().fetch(ATTEMPTS, contact_id, ATTEMPTS_MOST)
        rung = await connection().fetch(RUNG, contact_id, ATTEMPTS_MOST)
        texted_at = await connection().fetchval(TEXTS, contact_id)
    policy = await queries_policy.load_policy()
    return ContactFacts(
        contact_id=contact_id,
        phone=phones[0] if phones else NO_PHONE,
        consents=standing_consent(await load_consents(contact_id)),
        adult=row["adult"],
        preference=ContactPreference(row["contact_preference"]),
        family_status=FamilyStatus(row["status"]),
        on_hold=row["held"],
        match=MatchStatus(row["match_status"]) if row["match_status"] else None,
        urgency=Urgency(row["urgency"]) if row["urgency"] else Urgency.ROUTINE,
        zone=zone_of(row["timezone"]),
        windows=msgspec.json.decode(row["windows"], type=tuple[Window, ...]),
        history=_attempts(calls) + tuple(map(_not_logged, rung)) + _texts(texted_at),
        first_contact=_is_first(row, calls),
        callback_at=row["asked"] or _missed_call(calls),
        holidays=queries_policy.days_without_calls(policy.days, now.date()),
        sensitive_dates=await queries_dates.load_days(row["family"]),
        acute=row["acute"],
        policy=policy,
    )


def _attempts(calls: list[Mapping[str, Any]]) -> tuple[Attempt, ...]:
    return tuple(
        Attempt(call["started_at"], CHANNELS[CallChannel(call["channel"])], Outcome(call["outcome"]))
        for call in calls
        if call["direction"] == "outbound" and CallChannel(call["channel"]) in CHANNELS
    )


def _not_logged(leg: Mapping[str, Any]) -> Attempt:
    """A line that was open may have broken off."""
    if leg["status"] == LegStatus.BUSY:
        return Attempt(leg["at"], outcome=Outcome.BUSY)
    return Attempt(leg["at"], dropped_at=leg["ended_at"] if leg["status"] == LegStatus.COMPLETED else None)


def _texts(last_at: datetime | None) -> tuple[Attempt, ...]:
    return (Attempt(last_at, ClearedChannel.SMS),) if last_at else ()


def _is_first(row: Mapping[str, Any], calls: list[Mapping[str, Any]]) -> bool:
    """In a match, the match's own first conversation decides; without one, any conversation with the contact."""
    if row["match_status"]:
        return row["first_conversation_at"] is None
    return not any(OUTCOMES[Outcome(call["outcome"])].conversation for call in calls)


def _missed_call(calls: list[Mapping[str, Any]]) -> datetime | None:
    """When she called us in vain, if nothing happened since. `calls` newest first."""
    newest = next(iter(calls), None)
    missed = newest is not None and newest["outcome"] == Outcome.INBOUND_MISSED
    return newest["started_at"] if newest is not None and missed else None


async def caller_of(volunteer_id: UUID, role: Role = Role.VOLUNTEER) -> Caller:
    """The volunteer as the one who would call. Raises NotFound.

    For whoever plans a call of a match that she may see: an advocate does so without seeing the volunteer.
    """
    async with acting_as(WORKER):
        found = await load_hours([volunteer_id])
        row = await Volunteer.select(Volunteer.status).where(Volunteer.id == volunteer_id).first()
    if row is None or volunteer_id not in found:
        raise NotFound("volunteer")
    return Caller(role, found[volunteer_id], suspended=VolunteerStatus(row["status"]) not in CALLS_FAMILIES)


async def number_of(phone_id: UUID) -> str:
    """The number in E.164, readable. The caller writes the audit row. Raises NotFound outside the scope."""
    row = await ContactPhone.select(ContactPhone.number).where(ContactPhone.id == phone_id).first()
    if row is None:
        raise NotFound("phone")
    return ContactPhone.number.unseal(phone_id, row["number"])


async def has_number(family_id: UUID, e164: str) -> bool:
    """Whether anybody of the family has the number, stopped or not."""
    same = (ContactPhone.family == family_id) & (ContactPhone.number_index == number_index(e164))
    return bool(await ContactPhone.exists().where(same))


async def insert_number(family_id: UUID, contact_id: UUID, e164: str, now: datetime) -> UUID:
    """Safe to call and confirmed today, where the family is; no messages, no texts."""
    id_ = uuid4()
    await ContactPhone.insert(
        ContactPhone(
            id=id_,
            contact=contact_id,
            family=family_id,
            number=ContactPhone.number.seal(id_, e164),
            number_index=number_index(e164),
            safe_to_call=True,
            confirmed_on=await today_of(family_id, now),
        )
    )
    return id_


async def confirm_number(family_id: UUID, phone_id: UUID, now: datetime) -> None:
    """Safe to call, as of today where the family is, and stopped no more. Raises NotFound if it is not the actor's."""
    values: dict[Column | str, Any] = {
        ContactPhone.safe_to_call: True,
        ContactPhone.confirmed_on: await today_of(family_id, now),
        ContactPhone.stopped_at: None,
        ContactPhone.stop_reason: None,
    }
    if not await ContactPhone.update(values).where(ContactPhone.id == phone_id).returning(ContactPhone.id):
        raise NotFound("phone")


async def today_of(family_id: UUID, now: datetime) -> date:
    """Where the family is."""
    row = await Family.select(Family.timezone).where(Family.id == family_id).first()
    return now.astimezone(zone_of(row["timezone"] if row else None) or EASTERN).date()


async def stop_number(phone_id: UUID, reason: str, now: datetime) -> tuple[UUID, tuple[UUID, ...]]:
    """The family, and every row of this family with the number, whoever's; those stopped before stay as they were."""
    row = await (
        ContactPhone.select(ContactPhone.family, ContactPhone.number_index).where(ContactPhone.id == phone_id).first()
    )
    if row is None:
        raise NotFound("phone")
    same_line = (ContactPhone.family == row["family"]) & (ContactPhone.number_index == row["number_index"])
    stopped = (
        await ContactPhone.update({ContactPhone.stopped_at: now, ContactPhone.stop_reason: reason})
        .where(same_line & ContactPhone.stopped_at.is_null())
        .returning(ContactPhone.id)
    )
    return row["family"], tuple(each["id"] for each in stopped)


NO_TEXTS = """
    update contact_phone p set safe_to_text = false from contact_phone this
    where this.id = $1 and p.family = this.family and p.number_index = this.number_index
"""


async def stop_texts(phone_id: UUID) -> None:
    """No text to this number, whoever of the family has it: it takes none. Calls go on."""
    await connection().execute(NO_TEXTS, phone_id)


async def index_of(phone_id: UUID) -> bytes:
    index: bytes = await connection().fetchval("select number_index from contact_phone where id = $1", phone_id)
    return index


async def contact_of(phone_id: UUID) -> UUID:
    row = await ContactPhone.select(ContactPhone.contact).where(ContactPhone.id == phone_id).first()
    if row is None:
        raise NotFound("phone")
    contact: UUID = row["contact"]
    return contact


async def see_family(family_id: UUID) -> None:
    """Raises NotFound if the actor may not see it."""
    if not await Family.exists().where(Family.id == family_id):
        raise NotFound("family")


async def family_of(contact_id: UUID) -> UUID:
    row = await Contact.select(Contact.family).where(Contact.id == contact_id).first()
    if row is None:
        raise NotFound("contact")
    family: UUID = row["family"]
    return family


async def insert_consent(
    contact_id: UUID, record: ConsentRecord, how: tuple[ConsentMethod, str, str], by: UUID | None
) -> UUID:
    """`how` is the method, the version of the wording, and the language. Raises NotFound outside the scope."""
    id_, (method, wording_version, language) = uuid4(), how
    await Consent.insert(
        Consent(
            id=id_,
            family=await family_of(contact_id),
            contact=contact_id,
            kind=record.kind,
            granted=record.granted,
            at=record.at,
            method=method,
            wording_version=wording_version,
            language=language,
            recorded_by=by,
        )
    )
    return id_
