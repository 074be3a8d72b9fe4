"""Families out of a file: as the pages that enter a request read, check and write it."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from teamhope.accounts.rules_links import Doorway
from teamhope.families import service
from teamhope.families.forms_entry import Answers, read_answers
from teamhope.families.rules_entry import normal_phone
from teamhope.families.rules_release import REFUSED_EVERYWHERE
from teamhope.families.rules_request import PossibleDuplicate
from teamhope.imports.rules import Checked, Problem, earlier_twins
from teamhope.kit.forms import Values
from teamhope.vocabulary.people import Actor


def read(values: Values, _: Actor, __: datetime) -> Answers:
    """Raises FormProblems."""
    return read_answers(values)


async def check(actor: Actor, rows: Mapping[int, Answers], now: datetime) -> dict[int, Checked]:
    """Also against each other: who is blocked in one row must not be called by another."""
    phones = {number: normal_phone(answers.who.phone or "") for number, answers in rows.items()}
    twins, blockers = earlier_twins(phones), _blockers(rows)
    barred = await service.list_barred(actor, {phone for phone in phones.values() if phone})
    alike = await service.list_possible_duplicates(actor, [answers.request() for answers in rows.values()])
    return {
        number: Checked(
            number,
            (*service.wrong_answers(answers, barred, now), *_blocked(number, blockers.get(phones[number] or ""))),
            _alike(found, twins.get(number)),
        )
        for (number, answers), found in zip(rows.items(), alike, strict=True)
    }


def _blockers(rows: Mapping[int, Answers]) -> dict[str, int]:
    """By number, the first row that blocks it for everybody."""
    found: dict[str, int] = {}
    for number, answers in rows.items():
        for _, person in answers.consent.blocked():
            phone = normal_phone(person.phone or "")
            if phone and person.scope in REFUSED_EVERYWHERE:
                found.setdefault(phone, number)
    return found


def _blocked(number: int, by: int | None) -> tuple[Problem, ...]:
    return () if by in {None, number} else (("phone", "phone_blocked_by_row", {"row": by}),)


def _alike(found: Iterable[PossibleDuplicate], twin: int | None) -> tuple[tuple[str, dict[str, object]], ...]:
    families = [("alike_family", {"family_no": each.family_no, "family": each.family_id}) for each in found]
    return (*families, ("alike_row", {"row": twin})) if twin else tuple(families)


async def write(actor: Actor, row: Answers, _: Doorway | None, now: datetime) -> UUID:
    entered = await service.enter_request(actor, row.request(), now, circumstances=row.circumstances())
    return entered.family_id
