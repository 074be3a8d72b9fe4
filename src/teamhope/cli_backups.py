"""Backup and restore from the command line."""

import asyncio
from pathlib import Path

import click

from teamhope import backups
from teamhope import settings as configuration
from teamhope.app import compose
from teamhope.deployment import deployed
from teamhope.kit import clock, migrations

FILE = click.Path(path_type=Path, dir_okay=False)


@click.command()
@click.argument("file", type=FILE, required=False)
def backup(file: Path | None) -> None:
    """Write everything in the database to one encrypted FILE (default: a new one in TEAMHOPE_BACKUP_DIR).

    It opens only with this deployment's TEAMHOPE_ENCRYPTION_KEYS and TEAMHOPE_LOOKUP_KEY: keep them elsewhere.
    """
    with deployed(configuration.load()) as place:
        compose(place.settings)
        now = clock.now()
        target = file or backups.new_file_in(place.settings.backup_dir, now)
        asyncio.run(backups.back_up(place.owner_url, target, now))
    click.echo(f"Backed up to {target}")


@click.command()
@click.argument("file", type=FILE)
@click.option("--replace", is_flag=True, help="Put it in the place of all data that is there now.")
def restore(file: Path, *, replace: bool) -> None:
    """Put a backup into an empty database, after every byte of it was verified."""
    with deployed(configuration.load()) as place:
        compose(place.settings)
        rows = asyncio.run(backups.restore(place.owner_url, file, replace=replace))
    click.echo(f"Restored {sum(rows.values())} rows in {len(rows)} tables:")
    for table, count in rows.items():
        if count:
            click.echo(f"  {table:<24} {count}")
    if rows["migration"] < len(migrations.known()):
        click.echo("The backup is of an earlier release: run 'teamhope db upgrade' now.")
