"""People and API tokens from the command line: how the first administrator comes to be."""

import re
import secrets
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import click

from teamhope.accounts import service
from teamhope.accounts.queries import NewPerson
from teamhope.accounts.rules import TOKEN_LIFE, normalised_email
from teamhope.cli_acting import act
from teamhope.kit import clock
from teamhope.settings import Settings
from teamhope.vocabulary.errors import NotFound
from teamhope.vocabulary.people import PERSON_ROLES, TOKEN_ROLES, Role, command

EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
LONGEST_EMAIL = 254  # characters (RFC 5321)
LONGEST_NAME = 80  # characters


def _email(_: click.Context, __: click.Parameter, text: Any) -> Any:
    if text is not None and (len(text) > LONGEST_EMAIL or not EMAIL.fullmatch(text)):
        raise click.BadParameter("this is not an e-mail address.")
    return text


def _name(_: click.Context, __: click.Parameter, text: Any) -> Any:
    if text is not None and not 1 <= len(text.strip()) <= LONGEST_NAME:
        raise click.BadParameter(f"give 1 to {LONGEST_NAME} characters.")
    return text


def _roles(roles: Iterable[Role]) -> click.Choice[str]:
    return click.Choice(sorted(role.value for role in roles))


@click.group()
def user() -> None:
    """People who sign in."""


@user.command()
@click.argument("email", callback=_email)
@click.option("--role", required=True, type=_roles(PERSON_ROLES), help="What the person may do.")
@click.option("--name", callback=_name, help="How pages call the person; else the e-mail up to the @.")
def add(email: str, role: str, name: str | None) -> None:
    """Add a person, and print a first password once."""
    password = secrets.token_urlsafe(15)

    async def add_person(settings: Settings) -> None:
        new = NewPerson(
            name=name or email.partition("@")[0][:LONGEST_NAME],
            role=Role(role),
            timezone=settings.report_timezone,
            email=email,
            language=settings.default_language,
        )
        await service.add_person(command("user add"), new, password, clock.now())

    act(add_person)
    click.echo(f"{email} can sign in as {role}. First password, shown this once: {password}")


@click.group()
def token() -> None:
    """API tokens: shown once, expiring, revocable."""


@token.command()
@click.option("--user", "email", callback=_email, help="E-mail of the person whose rights the token has.")
@click.option("--role", type=_roles(TOKEN_ROLES), help="Or the role of a service without a person.")
@click.option("--label", default="command line", show_default=True, callback=_name, help="What it is for.")
@click.option("--days", default=TOKEN_LIFE.days, show_default=True, type=click.IntRange(1, 365), help="How long.")
def create(email: str | None, role: str | None, label: str, days: int) -> None:
    """Create a token for a person or for a role, and print it."""
    if (email is None) == (role is None):
        raise click.UsageError("Give either --user or --role.")

    async def create_token(_: Settings) -> str:
        actor = command("token create")
        holder = Role(role) if role else await _person_of(str(email))
        return await service.create_token(actor, label, holder, clock.now(), timedelta(days=days))

    click.echo(act(create_token))


async def _person_of(email: str) -> Any:
    people = await service.list_people(command("token create"))
    wanted = normalised_email(email)
    for person in people:
        if person.email and normalised_email(person.email) == wanted:
            return person.id
    raise NotFound("person")
