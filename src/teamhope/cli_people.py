"""People and API tokens from the command line: how the first administrator comes to be."""

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import click

from teamhope.accounts import queries, service, service_links, service_people
from teamhope.accounts.queries import NewPerson
from teamhope.accounts.rules import TOKEN_LIFE
from teamhope.accounts.rules_links import Doorway
from teamhope.cli_acting import act
from teamhope.kit import clock
from teamhope.kit.database import acting_as
from teamhope.settings import Settings
from teamhope.vocabulary.errors import NotFound
from teamhope.vocabulary.people import PERSON_ROLES, TOKEN_ROLES, Actor, Role, command

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
@click.option("--print-link", is_flag=True, help="Print the link although a letter could bring it.")
def add(email: str, role: str, name: str | None, print_link: bool) -> None:
    """Add a person, and send or print a link to choose a password."""

    async def add_person(settings: Settings) -> str:
        new = NewPerson(
            name=name or email.partition("@")[0][:LONGEST_NAME],
            role=Role(role),
            timezone=settings.report_timezone,
            email=email,
            language=settings.default_language,
        )
        _, link = await service_links.add_invited(command("user add"), new, _doorway(settings, print_link), clock.now())
        return link

    click.echo(f"{email} was added as {role}. {_told(act(add_person))}")


@user.command()
@click.argument("email", callback=_email)
@click.option("--print-link", is_flag=True, help="Print the link although a letter could bring it.")
@click.option("--reset-second-factors", is_flag=True, help="Passkeys, authenticator app and recovery codes end too.")
def invite(email: str, print_link: bool, reset_second_factors: bool) -> None:
    """Send or print a new link to choose a password; links from before end."""

    async def invite_again(settings: Settings) -> str:
        actor, now = command("user invite"), clock.now()
        async with acting_as(actor):
            person_id = await _person_of(email, actor)
            if reset_second_factors:
                await service_people.reset_second_factors(actor, person_id, now)
            return await service_links.invite(actor, person_id, _doorway(settings, print_link), now)

    click.echo(_told(act(invite_again)))


def _doorway(settings: Settings, print_link: bool) -> Doorway:
    doorway = service_links.doorway_of(settings)
    return replace(doorway, letters=doorway.letters and not print_link)


def _told(link: str) -> str:
    if not link:
        return "A letter with a link to choose a password is on its way: the worker sends it."
    return f"Link to choose a password, shown this once, for 72 hours: {link}"


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
        holder = Role(role) if role else await _person_of(str(email), actor)
        return await service.create_token(actor, label, holder, clock.now(), timedelta(days=days))

    click.echo(act(create_token))


async def _person_of(email: str, actor: Actor) -> UUID:
    """Raises NotFound."""
    async with acting_as(actor):
        person = await queries.find_person_by_email(email)
    if person is None:
        raise NotFound("person")
    return person.id
