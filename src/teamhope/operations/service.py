"""May this process serve this database: asked before a start, and by `teamhope check`."""

from datetime import datetime

from teamhope.kit import migrations
from teamhope.kit.database import acting_as
from teamhope.operations import queries
from teamhope.vocabulary.people import Actor


class Unfit(RuntimeError):
    """The database is not one that this process may use. One or two sentences: why, and what to do."""


KEYS_DO_NOT_FIT = (
    "The data was written with other keys: give the TEAMHOPE_ENCRYPTION_KEYS and TEAMHOPE_LOOKUP_KEY of this database."
)


async def refuse_unfit(actor: Actor) -> None:
    """Raises Unfit for pending migrations, demonstration accounts, or keys that do not open the data."""
    async with acting_as(actor):
        await _refuse_pending()
        if await queries.is_demonstration():
            raise Unfit(
                "This database holds demonstration accounts, whose passwords are printed for everybody: "
                "use an empty database, or run 'teamhope demo'."
            )
        await _refuse_other_keys()


async def claim_for_demonstration(actor: Actor) -> None:
    """Marks an empty database as one for demonstration; raises Unfit when real people are in it."""
    async with acting_as(actor):
        if not await queries.is_demonstration():
            if await queries.holds_people():
                raise Unfit(
                    "This database holds real people: choose another folder for the demonstration with --data-dir."
                )
            await queries.save_demonstration()
        await _refuse_other_keys()


async def worker_seen_at(actor: Actor) -> datetime | None:
    """When any worker last gave a sign of life; None if none ever did."""
    async with acting_as(actor):
        return await queries.latest_heartbeat()


async def _refuse_pending() -> None:
    if missing := await migrations.pending():
        raise Unfit(f"The database is behind this release ({', '.join(missing)}): run 'teamhope db upgrade' first.")


async def _refuse_other_keys() -> None:
    if await queries.keys_fit() is False:
        raise Unfit(KEYS_DO_NOT_FIT)
