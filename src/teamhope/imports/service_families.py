"""Families out of a file: as the pages that enter a request read, check and write it."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from teamhope.accounts.rules_links import Doorway
from teamhope.families import service
from teamhope.families.forms_entry import Answers, read_answers
from teamhope.families.rules_entry import normal_phone
from teamhope.imports.rules import Checked, earlier_twins
from teamhope.kit.forms import Values
from teamhope.vocabulary.errors import Invalid
from teamhope.vocabulary.people import Actor


def read(values: Values, _: Actor, __: datetime) -> Answers:
    """Raises FormProblems."""
    return read_answers(values)


async def check(actor: Actor, rows: Mapping[int, Answers], now: datetime) -> dict[int, Checked]:
    twins = earlier_twins({number: normal_phone(answers.who.phone or "") for number, answers in rows.items()})
    return {number: await _check(actor, number, answers, twins.get(number), now) for number, answers in rows.items()}


async def _check(actor: Actor, number: int, answers: Answers, twin: int | None, now: datetime) -> Checked:
    try:
        await service.refuse_wrong_answers(actor, answers, now)
    except Invalid as wrong:
        return Checked(number, wrong.problems)
    found = await service.possible_duplicates(actor, answers.request())
    alike: list[tuple[str, dict[str, object]]] = [
        ("alike_family", {"family_no": each.family_no, "family": each.family_id}) for each in found
    ]
    if twin:
        alike.append(("alike_row", {"row": twin}))
    return Checked(number, alike=tuple(alike))


async def write(actor: Actor, row: Answers, _: Doorway | None, now: datetime) -> UUID:
    entered = await service.enter_request(actor, row.request(), now, circumstances=row.circumstances())
    return entered.family_id
