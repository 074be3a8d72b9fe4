"""Volunteers out of a file: as the page that adds one reads, checks and writes them."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from teamhope.accounts import service_people
from teamhope.accounts.queries import NewPerson
from teamhope.accounts.rules import normalised_email
from teamhope.accounts.rules_links import Doorway
from teamhope.imports.rules import Checked, Problem, earlier_twins
from teamhope.kit.forms import AsSent, Values, read_form
from teamhope.kit.i18n import is_language
from teamhope.vocabulary.people import Actor
from teamhope.volunteers import service
from teamhope.volunteers.entry import entered
from teamhope.volunteers.forms import VolunteerForm
from teamhope.volunteers.queries import NewVolunteer

Row = tuple[NewPerson, NewVolunteer]


def read(values: Values, actor: Actor, now: datetime) -> Row:
    """Where no language of the pages is given, it is the first that she speaks. Raises FormProblems, Invalid."""
    spoken = str(values.get("language_1", ""))
    pages = spoken if is_language(spoken) else "en"
    return entered(read_form(VolunteerForm, AsSent({"language": pages, **values})), actor.team_id, now.date())


async def check(actor: Actor, rows: Mapping[int, Row], _: datetime) -> dict[int, Checked]:
    """An e-mail signs one person in; a telephone number may be two people's, for a coordinator to judge."""
    people = {number: person for number, (person, _) in rows.items()}
    emails = {number: normalised_email(person.email or "") for number, person in people.items()}
    phones = {number: person.phone for number, person in people.items()}
    taken = await service_people.list_taken(actor, emails.values(), filter(None, phones.values()))
    same_email, same_phone = earlier_twins(emails), earlier_twins(phones)
    return {
        number: Checked(
            number,
            tuple(_problems(emails[number] in taken[0], same_email.get(number))),
            tuple(_alike(phones[number] in taken[1], same_phone.get(number))),
        )
        for number in rows
    }


def _problems(is_taken: bool, twin: int | None) -> list[Problem]:
    found: list[Problem] = [("email", "email_taken", {})] if is_taken else []
    return [*found, ("email", "email_twice", {"row": twin})] if twin else found


def _alike(is_known: bool, twin: int | None) -> list[tuple[str, dict[str, object]]]:
    found: list[tuple[str, dict[str, object]]] = [("alike_person", {})] if is_known else []
    return [*found, ("alike_row", {"row": twin})] if twin else found


async def write(actor: Actor, row: Row, doorway: Doorway | None, now: datetime) -> UUID:
    if doorway is None:
        return await service.add_uninvited(actor, *row, now)
    volunteer_id, _ = await service.add_volunteer(actor, *row, doorway, now)
    return volunteer_id
