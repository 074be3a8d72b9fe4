"""Rows of how a family may be reached on one number, as the plan that staff keep."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

import msgspec
from piccolo.columns import Column

from teamhope.families.queries_entry import as_json
from teamhope.families.queries_view import ENDS_SHOWN
from teamhope.families.rules import CONFIRMED_WITHIN_DAYS
from teamhope.families.rules_plan import ASK_BEFORE, Plan
from teamhope.kit.database import connection
from teamhope.tables.families import Contact, ContactPhone
from teamhope.vocabulary.errors import NotFound
from teamhope.vocabulary.families import ContactPreference, IfSomeoneElseAnswers, Voicemail, Window


@dataclass(frozen=True, slots=True)
class PlanOf:
    """`ends_in`: the last digits of the number."""

    contact_id: UUID
    phone_id: UUID
    first_name: str
    ends_in: str
    confirmed_on: date
    stopped: bool
    plan: Plan


async def load_plan(family_id: UUID, phone_id: UUID) -> PlanOf:
    """Raises NotFound for another family's number, and outside the scope."""
    of = (ContactPhone.id == phone_id) & (ContactPhone.family == family_id)
    phone = await ContactPhone.select().where(of).first()
    contact = await Contact.select().where(Contact.id == phone["contact"]).first() if phone else None
    if phone is None or contact is None:
        raise NotFound("phone")
    return PlanOf(
        contact_id=contact["id"],
        phone_id=phone_id,
        first_name=Contact.first_name.unseal(contact["id"], contact["first_name"]),
        ends_in=ContactPhone.number.unseal(phone_id, phone["number"])[-ENDS_SHOWN:],
        confirmed_on=phone["confirmed_on"],
        stopped=phone["stopped_at"] is not None,
        plan=_plan(contact, phone),
    )


def _plan(contact: Mapping[str, Any], phone: Mapping[str, Any]) -> Plan:
    return Plan(
        contact_preference=ContactPreference(contact["contact_preference"]),
        safe_to_call=phone["safe_to_call"],
        answers_blocked_numbers=contact["answers_blocked_numbers"],
        voicemail=Voicemail(phone["voicemail"]),
        agreed_words=ContactPhone.agreed_words.unseal_if(phone["id"], phone["agreed_words"]),
        shared_with=Contact.shared_with.unseal_if(contact["id"], contact["shared_with"]),
        if_someone_else_answers=IfSomeoneElseAnswers(contact["if_someone_else_answers"]),
        only_i_see_this_phone=phone["only_i_see_this_phone"],
        safe_to_text=phone["safe_to_text"],
        no_time_in_text=phone["no_time_in_text"],
        code_word=Contact.code_word.unseal_if(contact["id"], contact["code_word"]),
        windows=msgspec.json.decode(contact["windows"], type=tuple[Window, ...]),
    )


async def save_plan(of: PlanOf, plan: Plan, today: date) -> None:
    """Confirmed as of `today`; a number that is safe to call is stopped no more.

    Raises NotFound if it is not the actor's to change.
    """
    words = plan.agreed_words if plan.voicemail is Voicemail.AGREED_WORDS else None
    opened: dict[Column | str, Any] = (
        {ContactPhone.stopped_at: None, ContactPhone.stop_reason: None} if plan.safe_to_call else {}
    )
    await Contact.update(
        {
            Contact.contact_preference: plan.contact_preference,
            Contact.answers_blocked_numbers: plan.answers_blocked_numbers,
            Contact.shared_with: Contact.shared_with.seal_if(of.contact_id, plan.shared_with),
            Contact.if_someone_else_answers: plan.if_someone_else_answers,
            Contact.code_word: Contact.code_word.seal_if(of.contact_id, plan.code_word),
            Contact.windows: as_json(list(plan.windows)),
        }
    ).where(Contact.id == of.contact_id)
    how: dict[Column | str, Any] = {
        ContactPhone.safe_to_call: plan.safe_to_call,
        ContactPhone.voicemail: plan.voicemail,
        ContactPhone.agreed_words: ContactPhone.agreed_words.seal_if(of.phone_id, words),
        ContactPhone.only_i_see_this_phone: plan.only_i_see_this_phone,
        ContactPhone.safe_to_text: plan.safe_to_text,
        ContactPhone.no_time_in_text: plan.no_time_in_text,
        ContactPhone.confirmed_on: today,
        **opened,
    }
    if not await ContactPhone.update(how).where(ContactPhone.id == of.phone_id).returning(ContactPhone.id):
        raise NotFound("phone")


@dataclass(frozen=True, slots=True)
class OldPlan:
    """A contact whose oldest number in use was confirmed long ago, and what staff were asked about it since."""

    contact_id: UUID
    family_id: UUID
    confirmed_on: date
    zone: str | None
    asked: frozenset[str]


OLD: Final = """
    select old.*, array(select t.detail from task t where t.contact = old.contact_id and t.kind = 'reconfirm_contact'
                        and t.opened_at >= old.confirmed_on) as asked
    from (select c.id as contact_id, c.family as family_id, min(p.confirmed_on) as confirmed_on,
            coalesce(c.timezone, f.timezone) as zone
          from contact c join family f on f.id = c.family and f.status = 'open'
          join contact_phone p on p.contact = c.id and p.safe_to_call and p.stopped_at is null
          where c.contact_preference = 'program_calls'
          group by c.id, f.timezone having min(p.confirmed_on) <= $1) old
    where not exists (select from task t where t.contact = old.contact_id and t.kind = 'reconfirm_contact'
                      and (t.status = 'open' or t.opened_at::date > old.confirmed_on + $2::integer))
    order by old.confirmed_on, old.contact_id limit 500
"""


async def list_old_plans(today: date) -> list[OldPlan]:
    """Of open families that we call and about whom nobody is asked at present, the oldest first. `today` is UTC's."""
    # Somewhere it may be tomorrow already.
    oldest = today + timedelta(days=1) + ASK_BEFORE - timedelta(days=CONFIRMED_WITHIN_DAYS)
    rows = await connection().fetch(OLD, oldest, CONFIRMED_WITHIN_DAYS + 1)
    return [OldPlan(**{**row, "asked": frozenset(row["asked"])}) for row in rows]
