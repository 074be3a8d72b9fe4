"""Accounts as an administrator sees them: who, in which role and team; no phone, and the e-mail of one only."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from teamhope.accounts.queries import email_index, phone_index
from teamhope.kit.database import connection
from teamhope.tables.accounts import Authenticator, Passkey, Person, RecoveryCode, Team
from teamhope.vocabulary.errors import NotFound
from teamhope.vocabulary.people import PersonStatus, Role


@dataclass(frozen=True, slots=True)
class AccountFacts:
    id: UUID
    name: str
    role: Role
    status: PersonStatus
    team: UUID | None
    has_email: bool
    has_password: bool


@dataclass(frozen=True, slots=True)
class TeamFacts:
    id: UUID
    name: str


COLUMNS = (Person.id, Person.name, Person.role, Person.status, Person.team, Person.email_index, Person.password_hash)


def _account(row: Mapping[str, Any]) -> AccountFacts:
    return AccountFacts(
        id=row["id"],
        name=Person.name.unseal(row["id"], row["name"]),
        role=Role(row["role"]),
        status=PersonStatus(row["status"]),
        team=row["team"],
        has_email=row["email_index"] is not None,
        has_password=row["password_hash"] is not None,
    )


TAKEN: Final = "select email_index, phone_index from person where email_index = any($1) or phone_index = any($2)"


async def list_accounts() -> list[AccountFacts]:
    """Everybody the actor may see and who is somebody still, by role, then name."""
    rows = await Person.select(*COLUMNS).where(Person.anonymised_at.is_null())
    accounts = [_account(row) for row in rows]
    return sorted(accounts, key=lambda each: (each.role, each.name.casefold(), each.id))


async def load_account(person_id: UUID) -> AccountFacts:
    """Raises NotFound."""
    row = await Person.select(*COLUMNS).where(Person.id == person_id).first()
    if row is None:
        raise NotFound("person")
    return _account(row)


async def load_email(person_id: UUID) -> str | None:
    row = await Person.select(Person.email).where(Person.id == person_id).first()
    return Person.email.unseal_if(person_id, row["email"]) if row else None


async def list_taken(emails: Iterable[str], phones: Iterable[str]) -> tuple[frozenset[str], frozenset[str]]:
    """Which of them are already those of somebody the actor may see; phones in E.164."""
    by_email = {each: email_index(each) for each in emails}
    by_phone = {each: phone_index(each) for each in phones}
    rows = await connection().fetch(TAKEN, [*by_email.values()], [*by_phone.values()])
    taken = {row["email_index"] for row in rows} | {row["phone_index"] for row in rows}
    known = [frozenset(each for each, index in by.items() if index in taken) for by in (by_email, by_phone)]
    return known[0], known[1]


async def list_teams() -> list[TeamFacts]:
    """By name."""
    teams = [TeamFacts(**row) for row in await Team.select(Team.id, Team.name)]
    return sorted(teams, key=lambda team: (team.name.casefold(), team.id))


async def delete_second_factors_of(person_id: UUID) -> None:
    await Passkey.delete().where(Passkey.person == person_id)
    await Authenticator.delete().where(Authenticator.person == person_id)
    await RecoveryCode.delete().where(RecoveryCode.person == person_id)
