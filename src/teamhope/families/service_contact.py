"""What changes about reaching a family: consent given and taken back, numbers stopped, confirmed and read."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from teamhope.audit import service as audit
from teamhope.families import queries_contact, queries_entry, queries_opt_out, rules, service_plan
from teamhope.families.entry_checks import known_versions
from teamhope.families.queries_contact import caller_of, contact_facts, number_of
from teamhope.families.queries_hours import load_hours
from teamhope.families.rules_contact import ASKS_TO_STOP, ConsentRecord
from teamhope.families.rules_entry import normal_phone
from teamhope.kit.database import acting_as
from teamhope.tasks import service as tasks
from teamhope.tasks.queries import About
from teamhope.vocabulary.consents import CURRENT, is_version
from teamhope.vocabulary.errors import Invalid, Refused
from teamhope.vocabulary.families import ConsentKind, ConsentMethod
from teamhope.vocabulary.people import Actor
from teamhope.vocabulary.states import TaskKind

__all__ = ["How", "add_consent", "add_number", "caller_of", "confirm_number", "contact_facts", "load_hours",
           "number_of", "read_number", "record_answer", "revoke_consent", "stop_number"]  # fmt: skip

NO_WORDING: Final = "none"  # nothing is read out to somebody who takes consent back


@dataclass(frozen=True, slots=True)
class How:
    """How consent was given or taken back, in which wording and language."""

    method: ConsentMethod
    wording_version: str = CURRENT.code
    language: str = "en"


async def add_consent(actor: Actor, contact_id: UUID, kind: ConsentKind, how: How, now: datetime) -> None:
    """Raises Invalid for a release, which service_release keeps, and for words that were never in use; NotFound."""
    if kind is ConsentKind.RELEASE_TO_THIRD_PARTY:
        raise Invalid.field("kind", "release_elsewhere")
    await record_answer(actor, contact_id, ConsentRecord(kind, True, now), how)


async def record_answer(actor: Actor, contact_id: UUID, answer: ConsentRecord, how: How) -> None:
    """Yes or no to words that were read. Raises Invalid for words that were never in use, NotFound."""
    if not is_version(how.wording_version):
        raise Invalid.field("wording_version", "wording_unknown", **known_versions())
    await _record(actor, contact_id, answer, how)


async def revoke_consent(actor: Actor, contact_id: UUID, kind: ConsentKind, how: How, now: datetime) -> None:
    """At once and for everybody; what was planned is cancelled by the caller. Raises NotFound outside the scope."""
    await _record(actor, contact_id, ConsentRecord(kind, False, now), replace(how, wording_version=NO_WORDING))


async def _record(actor: Actor, contact_id: UUID, record: ConsentRecord, how: How) -> None:
    act = "gave_consent" if record.granted else "revoked_consent"
    async with acting_as(actor):
        words = (how.method, how.wording_version, how.language)
        consent_id = await queries_contact.insert_consent(contact_id, record, words, actor.person_id)
        if record.kind is ConsentKind.VOICE_CALL and not record.granted:
            await queries_opt_out.keep_numbers_of(contact_id, record.at)
        await audit.record(actor, act, ("consent", consent_id), record.at, reason=record.kind)


async def stop_number(actor: Actor, phone_id: UUID, reason: str, now: datetime, detail: str | None = None) -> int:
    """No call or text to this number again, for every contact of the family that has it; `reason` is a code.

    How many rows were stopped now; if any, staff get a task. Source: domain.md §8 check 11.
    """
    async with acting_as(actor):
        family_id, stopped = await queries_contact.stop_number(phone_id, reason, now)
        for each in stopped:
            await audit.record(actor, "stopped_number", ("contact_phone", each), now, reason=reason)
        if reason in ASKS_TO_STOP:
            await queries_opt_out.keep_numbers([phone_id], now)
        if stopped:
            await tasks.open_task(actor, TaskKind.NUMBER_STOPPED, now, About(family=family_id, detail=detail))
    return len(stopped)


async def add_number(actor: Actor, contact_id: UUID, typed: str, now: datetime, *, asked_again: bool = False) -> UUID:
    """A number that the family said is safe to call. Raises Invalid for one that cannot be, NotFound outside the scope.

    One that was stopped for this family does not come back as a new one: confirm_number says that it is safe again.
    `asked_again`: whoever is at a number that had asked us to stop wants calls on it now.
    """
    number = normal_phone(typed)
    if number is None:
        raise Invalid.field("phone", "phone_unreadable")
    async with acting_as(actor):
        family_id = await queries_contact.family_of(contact_id)
        if await queries_entry.is_blocked_number(number, family_id):
            raise Invalid.field("phone", "phone_of_blocked_person")
        if not asked_again and await queries_opt_out.has_opted_out(number):
            raise Invalid.field("phone", "phone_opted_out")
        if await queries_contact.has_number(family_id, number):
            raise Invalid.field("phone", "phone_known")
        phone_id = await queries_contact.insert_number(family_id, contact_id, number, now)
        await audit.record(actor, "added_number", ("contact_phone", phone_id), now)
    return phone_id


async def confirm_number(actor: Actor, family_id: UUID, phone_id: UUID, now: datetime) -> None:
    """The family itself has said today that this number is safe to call, also if it was stopped before.

    Raises Refused for a blocked person's line; NotFound for another family's number.
    """
    async with acting_as(actor):
        phone = await queries_contact.load_phone(family_id, phone_id)
        if phone.blocked_person_on_line:
            raise Refused("not_now_blocked_person_on_line")
        await queries_contact.confirm_number(family_id, phone_id, now)
        act = "reopened_number" if phone.stopped else "confirmed_number"
        await audit.record(actor, act, ("contact_phone", phone_id), now)
        await service_plan.confirmed(actor, family_id, await queries_contact.contact_of(phone_id), now)


async def read_number(actor: Actor, family_id: UUID, phone_id: UUID, now: datetime) -> str:
    """A number of this family for its staff, and the fact that it was read; hours and gaps are theirs to keep.

    Raises Refused for a line that nobody may use: a stopped one, or a blocked person's. NotFound for another family's.
    """
    async with acting_as(actor):
        phone = await queries_contact.load_phone(family_id, phone_id)
        code = rules.closed_line(phone)
        if code is not None:
            raise Refused(f"not_now_{code}")
        number = await number_of(phone_id)
        await audit.record(actor, "read_number", ("contact_phone", phone_id), now)
    return number
