"""Whom a call for help is about, and how to reach them: for whoever answers it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import msgspec

from teamhope.kit.database import connection
from teamhope.tables.families import Contact, ContactPhone
from teamhope.vocabulary.families import IfSomeoneElseAnswers, PhoneKind, SpokenLanguage


@dataclass(frozen=True, slots=True)
class NumberFacts:
    number: str
    kind: PhoneKind
    safe_to_call: bool


@dataclass(frozen=True, slots=True)
class PersonInDanger:
    """`timezone`: hers, else her family's; None where neither is known."""

    first_name: str
    relation: str
    languages: tuple[SpokenLanguage, ...]
    timezone: str | None
    if_someone_else_answers: IfSomeoneElseAnswers
    code_word: str | None
    numbers: tuple[NumberFacts, ...]


CONTACTS: Final = """
    select c.id, c.first_name, c.relation, c.languages, c.if_someone_else_answers, c.code_word,
      coalesce(c.timezone, f.timezone) as timezone
    from contact c join family f on f.id = c.family where f.id = $1 order by c.created_at, c.id
"""
# A number that is stopped may be somebody else's by now.
NUMBERS: Final = """
    select id, contact, number, kind, safe_to_call from contact_phone
    where family = $1 and stopped_at is null order by safe_to_call desc, confirmed_on desc, id
"""


async def list_people(family_id: UUID) -> list[PersonInDanger]:
    """As far as the actor may see them, each with the numbers that are in use, the safe ones first."""
    numbers: dict[UUID, list[NumberFacts]] = {}
    for row in await connection().fetch(NUMBERS, family_id):
        number = ContactPhone.number.unseal(row["id"], row["number"])
        facts = NumberFacts(number, PhoneKind(row["kind"]), row["safe_to_call"])
        numbers.setdefault(row["contact"], []).append(facts)
    rows = await connection().fetch(CONTACTS, family_id)
    return [_person(row, tuple(numbers.get(row["id"], ()))) for row in rows]


async def count_blocked(family_id: UUID) -> int:
    """Those whom the family wants kept away."""
    count = "select count(*) from blocked_person where family = $1 and ended_at is null"
    return int(await connection().fetchval(count, family_id))


def _person(row: Mapping[str, Any], numbers: tuple[NumberFacts, ...]) -> PersonInDanger:
    return PersonInDanger(
        first_name=Contact.first_name.unseal(row["id"], row["first_name"]),
        relation=row["relation"],
        languages=msgspec.json.decode(row["languages"], type=tuple[SpokenLanguage, ...]),
        timezone=row["timezone"],
        if_someone_else_answers=IfSomeoneElseAnswers(row["if_someone_else_answers"]),
        code_word=Contact.code_word.unseal_if(row["id"], row["code_word"]),
        numbers=numbers,
    )
