"""Rows about whoever calls us: the leg of a call by the provider's name for it, and a contact with her match."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import msgspec

from teamhope.calls import queries_phone
from teamhope.calls.rules import BEGUN
from teamhope.calls.rules_phone import PhoneCall
from teamhope.kit.database import connection
from teamhope.kit.i18n import LANGUAGES
from teamhope.tables.telephone import PhoneCall as PhoneCallRow
from teamhope.tables.telephone import PhoneLeg
from teamhope.vocabulary.calls import LegStatus, Party
from teamhope.vocabulary.errors import NotFound
from teamhope.vocabulary.families import SpokenLanguage
from teamhope.vocabulary.states import MAY_BE_CALLED, MatchStatus

HER_MATCH: Final = """
    select c.id as contact_id, c.family as family_id, c.languages, f.primary_language, m.id as match_id,
      m.volunteer as volunteer_id
    from contact c join family f on f.id = c.family
    left join lateral (
      select m.id, m.volunteer from match m left join support_request r on r.id = m.request
      where m.family = c.family and coalesce(m.contact, r.contact) = c.id and m.status = any($2)
      order by m.status = any($3) desc, m.status_since desc limit 1) m on true
    where c.id = $1
"""
ON_THE_TELEPHONE: Final = """
    select exists (select from phone_call c join phone_leg l on l.phone_call = c.id
      where c.volunteer = $1 and c.ended_at is null and l.party = 'volunteer' and l.ended_at is null)
"""


@dataclass(frozen=True, slots=True)
class ContactCalling:
    """A contact who calls us, and the match that it is about. `language`: what she hears, one of kit.i18n.LANGUAGES."""

    contact_id: UUID
    family_id: UUID
    match_id: UUID | None
    volunteer_id: UUID | None
    language: str


async def load_contact(contact_id: UUID) -> ContactCalling:
    """Of several matches one in which calls go on. Raises NotFound."""
    begun = sorted(BEGUN - {MatchStatus.CLOSED})
    row = await connection().fetchrow(HER_MATCH, contact_id, begun, sorted(MAY_BE_CALLED))
    if row is None:
        raise NotFound("contact")
    return ContactCalling(contact_id, row["family_id"], row["match_id"], row["volunteer_id"], _language(row))


def _language(row: Any) -> str:
    spoken = msgspec.json.decode(row["languages"], type=tuple[SpokenLanguage, ...])
    known = (code for code in (*(each.code for each in spoken), row["primary_language"]) if code in LANGUAGES)
    return next(known, "en")


async def is_on_the_telephone(volunteer_id: UUID) -> bool:
    return bool(await connection().fetchval(ON_THE_TELEPHONE, volunteer_id))


async def insert_answered(
    phone_call_id: UUID, party: Party, sid: str, now: datetime, ask_in: timedelta, person: UUID | None = None
) -> UUID:
    """The telephone that has called us; the provider is asked about it after `ask_in`."""
    leg_id = await queries_phone.insert_leg(
        phone_call_id, party, now, person=person, status=LegStatus.ANSWERED, provider_sid=sid, answered_at=now
    )
    await connection().execute(
        "update phone_leg set lease_until = clock_timestamp() + $2::interval where id = $1", leg_id, ask_in
    )
    return leg_id


async def leg_of_sid(sid: str) -> UUID | None:
    row = await PhoneLeg.select(PhoneLeg.id).where(PhoneLeg.provider_sid == sid).first()
    return row["id"] if row else None


async def load_of_leg(leg_id: UUID) -> PhoneCall:
    """The call that a telephone is in. Raises NotFound."""
    leg = await queries_phone.find_leg(leg_id)
    if leg is None:
        raise NotFound("phone_leg")
    return await queries_phone.load_phone_call(leg.phone_call_id)


async def contact_of_call(phone_call_id: UUID) -> ContactCalling | None:
    """Who called us; None where nobody knows."""
    row = await PhoneCallRow.select(PhoneCallRow.contact).where(PhoneCallRow.id == phone_call_id).first()
    return await load_contact(row["contact"]) if row and row["contact"] else None
