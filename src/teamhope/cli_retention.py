"""The purge from the command line: what is over goes now, or is only counted."""

import asyncio
from zoneinfo import ZoneInfo

import click

from teamhope import settings as configuration
from teamhope.app import compose
from teamhope.cli_backups import finish
from teamhope.deployment import Deployment, deployed
from teamhope.kit import clock
from teamhope.kit.database import pool_of
from teamhope.operations.service import NIGHTLY, Unfit, refuse_unfinished_restore, run_daily
from teamhope.retention import service
from teamhope.retention.erasure_list import FILE_NAME, use_erasure_list


@click.command()
@click.option("--dry-run", is_flag=True, help="Only count what would go; nothing is changed.")
def purge(*, dry_run: bool) -> None:
    """Delete or make anonymous what has been kept long enough, and erase who asked for it.

    After a restore that is not finished it finishes that first.
    """
    with deployed(configuration.load()) as place:
        compose(place.settings)
        use_erasure_list(place.settings.backup_dir / FILE_NAME)
        if not dry_run and asyncio.run(_restore_is_unfinished(place)):
            finish(place)
            return
        counts = asyncio.run(_count(place) if dry_run else _purge(place))
    click.echo("Would go:" if dry_run else "Gone:")
    for kind, count in counts.items():
        click.echo(f"  {kind:<14} {count}")


async def _restore_is_unfinished(place: Deployment) -> bool:
    async with pool_of(place.owner_url, most=1, guarded=False):
        try:
            await refuse_unfinished_restore(NIGHTLY)
        except Unfit:
            return True
    return False


async def _count(place: Deployment) -> dict[str, int]:
    async with pool_of(place.owner_url, most=2, guarded=False):
        return await service.purge(clock.now(), dry_run=True)


async def _purge(place: Deployment) -> dict[str, int]:
    """Recorded as the day's purge if it is the first; by hand it may run again."""
    now, counts = clock.now(), dict[str, int]()

    async def work() -> dict[str, int]:
        counts.update(await service.purge(now, dry_run=False))
        return counts

    async with pool_of(place.owner_url, most=2, guarded=False):
        if not await run_daily("purge", now, ZoneInfo(place.settings.report_timezone), work):
            await work()
    return counts
