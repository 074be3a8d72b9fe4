"""What an administrator does to somebody's account: its role, its team, its second factors."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from teamhope.accounts import queries, queries_people
from teamhope.accounts.queries_people import AccountFacts, TeamFacts
from teamhope.audit import service as audit
from teamhope.kit.database import acting_as
from teamhope.letters import service as letters
from teamhope.letters.rules import LetterKind, LetterStatus
from teamhope.vocabulary.errors import Forbidden, Invalid
from teamhope.vocabulary.people import PERSON_ROLES, Actor, Role


@dataclass(frozen=True, slots=True)
class People:
    accounts: list[AccountFacts]
    teams: list[TeamFacts]


@dataclass(frozen=True, slots=True)
class Account:
    """`letter`: of the newest letter its kind, what became of it, and since when."""

    person: AccountFacts
    email: str | None
    teams: list[TeamFacts]
    letter: tuple[LetterKind, LetterStatus, datetime] | None


async def list_people(actor: Actor) -> People:
    """By role, then name; teams by name."""
    async with acting_as(actor):
        return People(await queries_people.list_accounts(), await queries_people.list_teams())


async def show_account(actor: Actor, person_id: UUID) -> Account:
    """Raises NotFound."""
    async with acting_as(actor):
        return Account(
            await queries_people.load_account(person_id),
            await queries_people.load_email(person_id),
            await queries_people.list_teams(),
            await letters.last_letter(actor, person_id),
        )


async def list_taken(
    actor: Actor, emails: Iterable[str], phones: Iterable[str]
) -> tuple[frozenset[str], frozenset[str]]:
    """Which of them are somebody's already, as far as the actor may see; phones in E.164."""
    async with acting_as(actor):
        return await queries_people.list_taken(emails, phones)


async def list_teams(actor: Actor) -> list[TeamFacts]:
    """By name."""
    async with acting_as(actor):
        return await queries_people.list_teams()


async def refuse_unknown_team(actor: Actor, team: UUID | None) -> None:
    """Raises Invalid."""
    async with acting_as(actor):
        if team is not None and team not in {each.id for each in await queries_people.list_teams()}:
            raise Invalid.field("team", "not_a_choice")


async def change_role(actor: Actor, person_id: UUID, role: Role, team: UUID | None, now: datetime) -> None:
    """Ends her sessions: the next one is of the new role. Raises Forbidden for oneself, Invalid, NotFound."""
    _refuse_oneself(actor, person_id)
    if role not in PERSON_ROLES:
        raise Invalid.field("role", "not_a_choice")
    async with acting_as(actor):
        await refuse_unknown_team(actor, team)
        await queries.update_person(person_id, role=role, team=team)
        await queries.delete_sessions_of(person_id)
        await audit.record(actor, "changed_role", ("person", person_id), now, reason=role)


async def reset_second_factors(actor: Actor, person_id: UUID, now: datetime) -> None:
    """She signs in with her password alone and sets new ones up. Raises Forbidden for oneself, NotFound."""
    _refuse_oneself(actor, person_id)
    async with acting_as(actor):
        await queries_people.load_account(person_id)
        await queries_people.delete_second_factors_of(person_id)
        await queries.delete_sessions_of(person_id)
        await audit.record(actor, "reset_second_factors", ("person", person_id), now)


def _refuse_oneself(actor: Actor, person_id: UUID) -> None:
    if person_id == actor.person_id:
        raise Forbidden("not_yourself")
