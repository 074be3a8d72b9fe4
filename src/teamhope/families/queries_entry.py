"""Rows of a new request: what is written with it, and the families it may be the same as."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid4

import msgspec
from asyncpg import UniqueViolationError

from teamhope.families import queries_blocked
from teamhope.families.forms import BlockedSent, Circumstances, ConsentSent, NewRequest
from teamhope.families.indexes import first_name_index, number_index
from teamhope.families.rules_entry import normal_phone
from teamhope.families.rules_release import REFUSED_EVERYWHERE
from teamhope.families.rules_request import Likeness
from teamhope.kit.database import acting_as, connection
from teamhope.tables.families import Consent, Contact, ContactPhone, Family, Incident, SupportRequest
from teamhope.vocabulary.families import Voicemail
from teamhope.vocabulary.people import WORKER, Actor
from teamhope.vocabulary.states import RequestStatus


@dataclass(frozen=True, slots=True)
class Entry:
    """A request about to be written. `number` is E.164; `today` the family's own date; `language` of the consents."""

    new: NewRequest
    circumstances: Circumstances
    number: str | None
    today: date
    now: datetime
    person: UUID | None
    form_key: UUID | None

    @property
    def language(self) -> str:
        return self.new.first_language or "en"


@dataclass(frozen=True, slots=True)
class Ids:
    """The rows of one entry; all new."""

    family: UUID
    contact: UUID
    phone: UUID
    incident: UUID
    request: UUID


def new_ids() -> Ids:
    return Ids(uuid4(), uuid4(), uuid4(), uuid4(), uuid4())


def as_json(value: object) -> str:
    return msgspec.json.encode(value).decode()


BLOCKED_NUMBERS = """
    select phone_index from blocked_person where phone_index = any($1) and ended_at is null
      and (scope = any($2) or family = $3)
"""


async def list_blocked_numbers(numbers: Iterable[str], family_id: UUID | None = None) -> frozenset[str]:
    """Those, in E.164, of somebody blocked: by any family for REFUSED_EVERYWHERE, else by this one."""
    by_index = {number_index(number): number for number in numbers}
    # Whoever types the number need not see the family that has blocked it.
    async with acting_as(WORKER):
        rows = await connection().fetch(BLOCKED_NUMBERS, list(by_index), sorted(REFUSED_EVERYWHERE), family_id)
    return frozenset(by_index[row["phone_index"]] for row in rows)


async def is_blocked_number(e164: str, family_id: UUID | None = None) -> bool:
    return e164 in await list_blocked_numbers([e164], family_id)


async def request_of_form(form_key: UUID) -> UUID | None:
    row = await SupportRequest.select(SupportRequest.id).where(SupportRequest.form_key == form_key).first()
    return row["id"] if row else None


async def insert_family(actor: Actor, family_id: UUID, family_no: str, entry: Entry) -> bool:
    """False, with nothing written, if another family has the number already."""
    family = Family(
        id=family_id,
        family_no=family_no,
        primary_language=entry.new.first_language,
        state=entry.new.state,
        timezone=entry.new.timezone,
        intake_source=entry.circumstances.source,
        team=actor.team_id,
        created_at=entry.now,
    )
    try:
        async with acting_as(actor):
            await Family.insert(family)
    except UniqueViolationError:
        return False
    return True


async def insert_contact(ids: Ids, entry: Entry) -> None:
    contact, id_ = entry.new.contact, ids.contact
    name = contact.first_name.strip()
    await Contact.insert(
        Contact(
            id=id_,
            family=ids.family,
            first_name=Contact.first_name.seal(id_, name),
            first_name_index=first_name_index(name),
            relation=entry.new.relation,
            adult=entry.circumstances.adult,
            timezone=entry.new.timezone,
            languages=as_json(contact.languages),
            windows=as_json(entry.new.windows),
            shared_with=Contact.shared_with.seal_if(id_, contact.shared_with),
            if_someone_else_answers=contact.if_someone_else_answers,
            code_word=Contact.code_word.seal_if(id_, contact.code_word),
            answers_blocked_numbers=contact.answers_blocked_numbers,
            contact_preference=contact.contact_preference,
            created_at=entry.now,
        )
    )


async def insert_phone(ids: Ids, entry: Entry) -> None:
    contact, id_ = entry.new.contact, ids.phone
    assert entry.number is not None
    words = contact.agreed_words if contact.voicemail is Voicemail.AGREED_WORDS else None
    await ContactPhone.insert(
        ContactPhone(
            id=id_,
            contact=ids.contact,
            family=ids.family,
            number=ContactPhone.number.seal(id_, entry.number),
            number_index=number_index(entry.number),
            kind=entry.circumstances.phone_kind,
            safe_to_call=contact.safe_to_call,
            voicemail=contact.voicemail,
            agreed_words=ContactPhone.agreed_words.seal_if(id_, words),
            safe_to_text=contact.safe_to_text,
            only_i_see_this_phone=contact.only_i_see_this_phone,
            no_time_in_text=contact.no_time_in_text,
            confirmed_on=entry.today,
        )
    )


async def insert_consents(ids: Ids, consents: Iterable[ConsentSent], entry: Entry) -> None:
    """Of a kind that was sent twice, the first; of releases, the first to each recipient."""
    for consent in {(each.kind, each.recipient): each for each in reversed(tuple(consents))}.values():
        id_ = uuid4()
        await Consent.insert(
            Consent(
                id=id_,
                family=ids.family,
                contact=ids.contact,
                kind=consent.kind,
                granted=True,
                at=entry.now,
                method=consent.method,
                wording_version=consent.wording_version,
                language=entry.language,
                recorded_by=entry.person,
                recipient=Consent.recipient.seal_if(id_, consent.recipient),
                purpose=Consent.purpose.seal_if(id_, consent.purpose),
                expires_on=consent.expires_on,
            )
        )


async def insert_blocked(ids: Ids, people: Iterable[BlockedSent], now: datetime) -> None:
    for person in people:
        await queries_blocked.insert_blocked(ids.family, person, now)


async def insert_incident(ids: Ids, new: NewRequest) -> None:
    await Incident.insert(
        Incident(
            id=ids.incident,
            family=ids.family,
            case_type=new.case_type,
            subtypes=list(new.subtypes),
            trajectory=new.trajectory,
            event_month=new.month,
            child_age_band=new.child_age_band,
            child_gender=new.child_gender,
        )
    )


async def insert_request(ids: Ids, entry: Entry, status: RequestStatus) -> None:
    """Raises UniqueViolationError if the same form was saved by another transaction meanwhile."""
    await SupportRequest.insert(
        SupportRequest(
            id=ids.request,
            family=ids.family,
            contact=ids.contact,
            incident=ids.incident,
            requested_on=entry.today,
            urgency=entry.new.urgency,
            match_mode=entry.circumstances.match_mode,
            preferences=as_json(entry.new.preferences),
            status=status,
            status_since=entry.now,
            ready_at=entry.now if status is RequestStatus.READY else None,
            owner=entry.person,
            entered_by=entry.person,
            form_key=entry.form_key,
            created_at=entry.now,
        )
    )


def likeness_of(new: NewRequest) -> Likeness:
    number = normal_phone(new.contact.phone or "")
    return Likeness(
        family_id=UUID(int=0),
        family_no="",
        phone_indexes=frozenset({number_index(number)} if number else ()),
        first_name_indexes=frozenset({first_name_index(new.contact.first_name)}),
        state=new.state,
        case_type=new.case_type,
    )


LIKE = """
    select f.id, f.family_no, f.state, i.case_type,
           array(select p.number_index from contact_phone p where p.family = f.id) as phones,
           array(select c.first_name_index from contact c where c.family = f.id) as names
    from family f
    join incident i on i.family = f.id
    where f.status <> 'anonymised' and f.id in (
      select p.family from contact_phone p where p.number_index = any($1)
      union select c.family from contact c where c.first_name_index = any($2))
"""


async def list_alike(new: Iterable[Likeness]) -> list[Likeness]:
    """Families with a number or a name of one of the new ones, one entry for each of their incidents."""
    likes = list(new)
    phones = {index for like in likes for index in like.phone_indexes}
    names = {index for like in likes for index in like.first_name_indexes}
    rows = await connection().fetch(LIKE, list(phones), list(names))
    return [
        Likeness(r["id"], r["family_no"], frozenset(r["phones"]), frozenset(r["names"]), r["state"], r["case_type"])
        for r in rows
    ]
