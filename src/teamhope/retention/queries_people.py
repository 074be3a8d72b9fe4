"""People who left, and how one becomes nobody: her minutes stay."""

# ruff: noqa: S608 - statements made of words of this file

from datetime import datetime
from typing import Final
from uuid import UUID

from teamhope.kit.database import connection
from teamhope.retention.rules import GONE
from teamhope.tables.accounts import Person
from teamhope.tables.volunteers import Volunteer
from teamhope.vocabulary.states import HOLDS_A_PLACE

LEFT: Final = """
    select p.id from person p
    where p.status = 'suspended' and p.anonymised_at is null and ($2::uuid is null or p.id = $2)
      and (select max(a.at) from audit_event a where a.subject = p.id and a.act = 'suspended_person') < $1
      and not exists (select from volunteer v join match m on m.volunteer = v.id
                      where v.person = p.id and m.status = any($3))
      and not exists (select from task t where t.status = 'open' and t.owner = p.id)
      and not exists (select from support_request r where r.owner = p.id
                      and r.status not in ('closed', 'declined', 'duplicate'))
      and not exists (select from escalation e where e.status <> 'closed' and e.acknowledged_by = p.id)
    order by p.id
"""


async def list_left(before: datetime, person_id: UUID | None = None) -> list[UUID]:
    """Suspended since before `before`, with no work that is still open."""
    rows = await connection().fetch(LEFT, before, person_id, sorted(HOLDS_A_PLACE))
    return [row["id"] for row in rows]


async def lock_person(person_id: UUID) -> None:
    await connection().fetch("select id from person where id = $1 for update", person_id)


OF_HER: Final = "volunteer in (select id from volunteer where person = $1)"
FORGET: Final = (
    "delete from sign_in_session where person = $1",
    "delete from sign_in_step where person = $1",
    "delete from passkey where person = $1",
    "delete from authenticator where person = $1",
    "delete from recovery_code where person = $1",
    "delete from one_use_link where person = $1",
    "delete from letter where person = $1",
    "delete from api_token where person = $1",
    "delete from call_draft where person = $1",
    "delete from on_call_shift where person = $1",
    f"delete from lived_experience where {OF_HER}",
    f"delete from credential where {OF_HER}",
    f"delete from time_away where {OF_HER}",
    f"delete from other_hours where {OF_HER}",
    f"delete from known_connection where {OF_HER}",
    f"delete from calendar_feed where {OF_HER}",
    f"delete from calling_pin where {OF_HER}",
    f"update call set emotional_load = null where {OF_HER}",
    """update volunteer set state = null, gender = null, languages = '[]', availability = '[]', off_limits = '{}',
       communities = '{}' where person = $1""",
)
NAMELESS: Final = """
    update person set name = $2, email = null, email_index = null, phone = null, phone_index = null,
      password_hash = null, team = null, language = 'en', timezone = 'UTC', agreed_to_sms = false, anonymised_at = $3
    where id = $1
"""


async def forget(person_id: UUID, now: datetime) -> None:
    """Takes away who she is and what she lived through; a dash stands where her name was."""
    for statement in FORGET:
        await connection().execute(statement, person_id)
    for row in await connection().fetch("select id from volunteer where person = $1", person_id):
        name = Volunteer.display_name.seal(row["id"], GONE)
        await connection().execute("update volunteer set display_name = $2 where id = $1", row["id"], name)
    await connection().execute(NAMELESS, person_id, Person.name.seal(person_id, GONE), now)
