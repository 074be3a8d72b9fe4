"""How long PgQueuer takes for a burst of jobs that do nothing: python dispatch_pgqueuer.py DSN JOBS; prints seconds.

It has an environment of its own (requirements/bench.txt) and imports nothing of ours.
"""

import asyncio
import sys
from time import perf_counter

import asyncpg
from pgqueuer import AsyncpgDriver, Job, Queries, QueueManager
from pgqueuer.types import QueueExecutionMode

BATCH = 200


async def main(dsn: str, jobs: int) -> float:
    connection = await asyncpg.connect(dsn)
    queries = Queries(AsyncpgDriver(connection))
    await queries.install()
    manager, done = QueueManager(queries), 0

    @manager.entrypoint("reminder")
    async def nothing(_: Job) -> None:
        nonlocal done
        done += 1

    await queries.enqueue(["reminder"] * jobs, [None] * jobs, [0] * jobs)
    start = perf_counter()
    await manager.run(batch_size=BATCH, mode=QueueExecutionMode.drain)
    taken = perf_counter() - start
    assert done == jobs, f"{done} of {jobs}"
    return taken


if __name__ == "__main__":
    print(asyncio.run(main(sys.argv[1], int(sys.argv[2]))))
