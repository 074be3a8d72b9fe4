"""Rows of people who are on the telephone, as facts."""

from dataclasses import dataclass
from uuid import UUID

from teamhope.kit.database import connection
from teamhope.vocabulary.errors import NotFound
from teamhope.vocabulary.people import PersonStatus


@dataclass(frozen=True, slots=True)
class PersonCalling:
    """Who she is and which language she hears; `has_telephone`: we know a number of hers."""

    person_id: UUID
    language: str
    has_telephone: bool


COLUMNS = "p.id as person_id, p.language, p.phone is not null as has_telephone"
OF_VOLUNTEER = f"select {COLUMNS} from volunteer v join person p on p.id = v.person where v.id = $1 and p.status = $2"  # noqa: S608
OF_PERSON = f"select {COLUMNS} from person p where p.id = $1 and p.status = $2"  # noqa: S608 - constants


async def load_caller(volunteer_id: UUID) -> PersonCalling:
    """Raises NotFound for whoever is suspended, or whom the actor may not see."""
    return await _load(OF_VOLUNTEER, volunteer_id)


async def load_person_calling(person_id: UUID) -> PersonCalling:
    """Raises as load_caller."""
    return await _load(OF_PERSON, person_id)


async def _load(statement: str, id_: UUID) -> PersonCalling:
    row = await connection().fetchrow(statement, id_, PersonStatus.ACTIVE)
    if row is None:
        raise NotFound("person")
    return PersonCalling(**row)


async def zone_of(person_id: UUID | None) -> str:
    """Of whoever the actor may see."""
    zone: str = await connection().fetchval("select timezone from person where id = $1", person_id)
    return zone
