"""Backup and restore from the command line."""

import asyncio
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from teamhope import backups, nightly, restores
from teamhope import settings as configuration
from teamhope.app import compose
from teamhope.demonstration import ask_to_stop_on_signals
from teamhope.deployment import Deployment, deployed
from teamhope.kit import clock, logs, migrations
from teamhope.nightly import Night
from teamhope.restores import Restored
from teamhope.retention.erasure_list import FILE_NAME, use_erasure_list

FILE = click.Path(path_type=Path, dir_okay=False)


@click.command()
@click.argument("file", type=FILE, required=False)
@click.option("--nightly", "every_night", is_flag=True, help="Stay, and do it and the purge every night from 3:15 on.")
def backup(file: Path | None, *, every_night: bool) -> None:
    """Write everything in the database to one encrypted FILE.

    Without FILE it is the backup of today: a new file in TEAMHOPE_BACKUP_DIR, read back, recorded, and old ones are
    removed: what stays are those of seven days and one of each week, none older than 35 days. It opens only with this
    deployment's TEAMHOPE_ENCRYPTION_KEYS and TEAMHOPE_LOOKUP_KEY: keep them elsewhere.
    """
    if file and every_night:
        raise click.UsageError("--nightly chooses the file itself.")
    with deployed(configuration.load()) as place:
        compose(place.settings)
        if every_night:
            logs.configure(place.settings.log_level)
            asyncio.run(_every_night(_night_of(place)))
        else:
            click.echo(f"Backed up to {asyncio.run(_back_up(place, file))}")


async def _every_night(night: Night) -> None:
    stop = asyncio.Event()
    ask_to_stop_on_signals(stop)
    await nightly.run_nights(night, stop)


async def _back_up(place: Deployment, file: Path | None) -> Path:
    """Where today's is made already, and somebody wants another, it is one more file."""
    now = clock.now()
    if file is None and (made := await nightly.back_up_today(_night_of(place), now)):
        return made
    return await backups.back_up(place.owner_url, file or backups.new_file_in(place.settings.backup_dir, now), now)


def _night_of(place: Deployment) -> Night:
    use_erasure_list(_erasures_of(place))
    return Night(place.owner_url, place.settings.backup_dir, ZoneInfo(place.settings.report_timezone))


@click.command()
@click.argument("file", type=FILE)
@click.option("--replace", is_flag=True, help="Put it in the place of all data that is there now.")
def restore(file: Path, *, replace: bool) -> None:
    """Put a backup into an empty database, after every byte of it was verified; then erase again what was erased since.

    What was erased is read from erasures.jsonl in TEAMHOPE_BACKUP_DIR. Until all is done, serve, worker and demo refuse
    to start.
    """
    with deployed(configuration.load()) as place:
        compose(place.settings)
        restored = asyncio.run(restores.restore(place.owner_url, file, replace=replace))
        _tell(restored)
        if restored.rows["migration"] < len(migrations.known()):
            click.echo("The backup is of an earlier release: run 'teamhope db upgrade', then 'teamhope purge'.")
            return
        finish(place)


def finish(place: Deployment) -> None:
    """Erases again what the list names, and lets the database be served."""
    erasures = _erasures_of(place)
    use_erasure_list(erasures)
    if not erasures.exists():
        click.echo(f"There is no {erasures}: whatever was erased after this backup is back.", err=True)
    erased = asyncio.run(restores.finish(place.owner_url, erasures, clock.now()))
    click.echo(f"Erased again: {erased}. The database may be served.")


def _erasures_of(place: Deployment) -> Path:
    """Beside the backups, and like them outside the database; never removed."""
    return place.settings.backup_dir / FILE_NAME


def _tell(restored: Restored) -> None:
    manifest = restored.manifest
    click.echo(f"A backup of {manifest.created_at:%Y-%m-%d %H:%M} UTC, made by release {manifest.release}")
    seal = manifest.seal
    click.echo(f"Last seal of the audit: {f'{seal.number}, {seal.hmac}' if seal else 'none'}")
    click.echo(f"Restored {sum(restored.rows.values())} rows in {len(restored.rows)} tables:")
    for table, count in restored.rows.items():
        if count:
            click.echo(f"  {table:<24} {count}")
