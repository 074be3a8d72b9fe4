"""Whom a promised call is for, and how to speak with her: read only where a call is shown or made."""

from dataclasses import dataclass
from uuid import UUID

import msgspec

from teamhope.tables.families import Contact
from teamhope.vocabulary.errors import NotFound
from teamhope.vocabulary.families import IfSomeoneElseAnswers, SpokenLanguage


@dataclass(frozen=True, slots=True)
class Person:
    """The contact of a call. `relation` and `languages` are codes of the programme file."""

    contact_id: UUID
    first_name: str
    family_no: str
    relation: str
    languages: tuple[SpokenLanguage, ...]
    if_someone_else_answers: IfSomeoneElseAnswers
    answers_blocked_numbers: bool
    code_word: str | None


COLUMNS = (
    Contact.id,
    Contact.first_name,
    Contact.family.family_no,
    Contact.relation,
    Contact.languages,
    Contact.if_someone_else_answers,
    Contact.answers_blocked_numbers,
    Contact.code_word,
)


async def load_person(contact_id: UUID) -> Person:
    """Raises NotFound if the actor may not see her."""
    row = await Contact.select(*COLUMNS).where(Contact.id == contact_id).first()
    if row is None:
        raise NotFound("contact")
    return Person(
        contact_id=contact_id,
        first_name=Contact.first_name.unseal(contact_id, row["first_name"]),
        family_no=row["family.family_no"],
        relation=row["relation"],
        languages=msgspec.json.decode(row["languages"], type=tuple[SpokenLanguage, ...]),
        if_someone_else_answers=IfSomeoneElseAnswers(row["if_someone_else_answers"]),
        answers_blocked_numbers=row["answers_blocked_numbers"],
        code_word=Contact.code_word.unseal_if(contact_id, row["code_word"]),
    )
