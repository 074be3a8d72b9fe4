"""Writing every encrypted value anew under the newest key, while the service runs."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from teamhope.audit import service as audit
from teamhope.kit import crypto
from teamhope.kit.database import acting_as
from teamhope.operations import queries_keys as queries
from teamhope.operations.service import Unfit
from teamhope.vocabulary.people import command

ROTATOR: Final = command("keys rotate")
BATCH: Final = 200  # values: locked for a tenth of a second
PASSES: Final = 5  # each finds what the one before had passed over, or what an old process wrote meanwhile
FIRST: Final = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Rotation:
    """`written` by column; `left` values by the id of another key than the newest, which they still need."""

    written: Mapping[str, int]
    left: Mapping[str, int]


async def rotate(now: datetime) -> Rotation:
    """Safe to repeat, and to end at any moment: a value is under one key of the ring or another. As the owner.

    Raises Unfit while a process is connected that does not have the newest key: it could not read what we write.
    """
    newest = crypto.ids_in_use()[0]
    await _refuse_processes_without(newest)
    written: Counter[str] = Counter()
    for _ in range(PASSES):
        for column in queries.encrypted_columns():
            written[queries.name_of(column)] += await _reseal(column)
        left = await _others_than(newest)
        if not left:
            break
    async with acting_as(ROTATOR):
        await audit.record(ROTATOR, "rotated_keys", ("installation", None), now)
    return Rotation({name: count for name, count in written.items() if count}, left)


async def _refuse_processes_without(newest: str) -> None:
    async with acting_as(ROTATOR):
        if any(newest not in ids for ids in await queries.others_keys()):
            raise Unfit(
                "A process that is running does not have the newest key, and could not read what is written with it: "
                "give it the keys and restart it (serve, worker, demo), then run 'teamhope keys rotate' again."
            )


async def _reseal(column: queries.Column) -> int:
    """One transaction for each batch; how many values were written."""
    written, after = 0, FIRST
    while True:
        async with acting_as(ROTATOR):
            batch = await queries.reseal_batch(column, after, BATCH)
        written += batch.written
        if batch.last is None:
            return written
        after = batch.last


async def _others_than(newest: str) -> dict[str, int]:
    async with acting_as(ROTATOR):
        counted = await queries.count_by_key()
    return {key: count for key, count in counted.items() if key != newest}
