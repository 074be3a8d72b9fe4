"""The database from the command line: bring it to this release, say how it stands, stop an embedded one."""

import asyncio
from pathlib import Path
from urllib.parse import urlsplit

import click

from teamhope import backups
from teamhope import settings as configuration
from teamhope.app import compose
from teamhope.deployment import Deployment, data_dir_of, deployed
from teamhope.kit import clock, embedded_postgres, migrations
from teamhope.kit.database import acting_as, pool_of
from teamhope.operations import queries
from teamhope.vocabulary.people import command


@click.group()
def db() -> None:
    """The database: upgrade, status, stop."""


@db.command()
def upgrade() -> None:
    """Bring the database to this release. Data that is there is backed up first; safe when run twice at once."""
    with deployed(configuration.load()) as place:
        if copy := asyncio.run(_back_up_what_may_be_lost(place)):
            click.echo(f"Backed up to {copy}")
        done = asyncio.run(migrations.upgrade(place.owner_url))
    click.echo(f"Upgraded: {', '.join(done)}" if done else "The database is up to date.")


async def _back_up_what_may_be_lost(place: Deployment) -> Path | None:
    """The backup's file; None where nothing is pending, or the database has no table yet."""
    async with pool_of(place.owner_url, most=1, guarded=False), acting_as(command("db upgrade")):
        pending = await migrations.pending()
    if not pending or len(pending) == len(migrations.known()):
        return None
    compose(place.settings)
    return await backups.back_up(
        place.owner_url, backups.new_file_in(place.settings.backup_dir, clock.now()), clock.now()
    )


@db.command()
def status() -> None:
    """Say where the database is and which migrations it has."""
    settings = configuration.load()
    if settings.embedded:
        found = embedded_postgres.status(data_dir_of(settings))
        click.echo(
            f"Server      embedded in {data_dir_of(settings)}, {'running' if found else 'started for this answer'}"
        )
    with deployed(settings) as place:
        asyncio.run(_tell_status(place))


async def _tell_status(place: Deployment) -> None:
    async with pool_of(place.database_url, most=1, guarded=False), acting_as(command("db status")):
        pending = await migrations.pending()
        demonstration = not pending and await queries.is_demonstration()
    click.echo(f"Database    {_described(place.database_url)}")
    click.echo(f"Migrations  {len(migrations.known()) - len(pending)} of {len(migrations.known())}")
    if pending:
        click.echo(f"Pending     {', '.join(pending)}: run 'teamhope db upgrade'")
    if demonstration:
        click.echo("Holds       demonstration data")


def _described(dsn: str) -> str:
    """Where it is and as whom we come, without the password."""
    parts = urlsplit(dsn)
    return f"{parts.path.lstrip('/')} at {parts.hostname}:{parts.port or 5432} as {parts.username}"


@db.command()
def stop() -> None:
    """Stop the embedded server of TEAMHOPE_DATA_DIR, if one runs."""
    data_dir = data_dir_of(configuration.load())
    stopped = embedded_postgres.stop(data_dir)
    click.echo(f"Stopped the server in {data_dir}." if stopped else f"No server was running in {data_dir}.")
