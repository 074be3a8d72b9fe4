"""The ten closest volunteers for a family: ours beside one SQL statement and one pass in C. One JSON line each.

All three must name the same ten with the same scores, for every need. Without a C compiler the pass is left out.
"""

import asyncio
import tracemalloc
from collections.abc import Callable
from dataclasses import fields
from statistics import median
from time import perf_counter
from typing import TypeVar

import asyncpg

from benchmarks.kit import database, server, tell
from benchmarks.ranking_c import OnePass, compiled
from benchmarks.ranking_sql import fill, rank_sql
from benchmarks.ranking_world import needs, offers
from teamhope.kit.embedded_roles import Addresses
from teamhope.matching.rules import rank
from teamhope.matching.rules_facts import Need, Offers, Tables, tables_of
from teamhope.vocabulary.programme import programme

SIZES = (1_000, 100_000)
NEEDS, RUNS, LIMIT = 25, 9, 10

Best = list[tuple[int, int]]
Asked = TypeVar("Asked")


async def in_sql(addresses: Addresses, given: Offers, asked: list[Need], tables: Tables) -> tuple[list[Best], float]:
    """What it finds, and the median of its milliseconds. The statements are prepared; planning is not counted."""
    connection = await asyncpg.connect(addresses.owner)
    await fill(connection, given)
    found, taken = [], []
    for need in asked:
        statement = await connection.prepare(rank_sql(need, tables, LIMIT))
        for _ in range(RUNS):
            start = perf_counter()
            rows = await statement.fetch()
            taken.append(perf_counter() - start)
        found.append([(row["row"], row["score"]) for row in rows])
    await connection.close()
    return found, median(taken) * 1000


def ours(given: Offers, asked: list[Need], tables: Tables) -> tuple[list[Best], float]:
    def one(need: Need) -> Best:
        ranked = rank(need, given, tables, LIMIT)
        return list(zip(ranked.rows.tolist(), ranked.scores.tolist(), strict=True))

    return in_turn(one, asked)


def in_c(given: Offers, asked: list[Need], tables: Tables) -> tuple[list[Best], float] | None:
    library = compiled()
    if library is None:
        return None
    one_pass = OnePass(library, given, tables)
    ready = [one_pass.need(need) for need in asked]
    return in_turn(lambda need: one_pass.rank(need[0], LIMIT), ready)


def in_turn(way: Callable[[Asked], Best], asked: list[Asked]) -> tuple[list[Best], float]:
    taken = []
    for need in asked * RUNS:
        start = perf_counter()
        way(need)
        taken.append(perf_counter() - start)
    return [way(need) for need in asked], median(taken) * 1000


def memory(given: Offers, need: Need, tables: Tables) -> dict[str, float]:
    """Of the columns, and the peak of one ranking."""
    columns = sum(getattr(given, each.name).nbytes for each in fields(given))
    tracemalloc.start()
    rank(need, given, tables, LIMIT)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return {"columns_mb": round(columns / 1e6, 2), "peak_mb": round(peak / 1e6, 2)}


async def measure(addresses: Addresses, volunteers: int) -> None:
    tables = tables_of(programme())
    given, asked = offers(volunteers, tables), needs(NEEDS, tables)
    ways = {"sql": await in_sql(addresses, given, asked, tables), "one pass in C": in_c(given, asked, tables)}
    found, ms = ours(given, asked, tables)
    size = {"volunteers": volunteers, "needs": NEEDS, "limit": LIMIT}
    tell(benchmark="ranking", way="ours", **size, p50_ms=round(ms, 3), **memory(given, asked[0], tables))
    ratios = {}
    for way, (same, taken) in ((way, told) for way, told in ways.items() if told):
        assert same == found, f"{way} names others"
        tell(benchmark="ranking", way=way, **size, p50_ms=round(taken, 3))
        ratios[f"ours / {way}"] = round(ms / taken, 2)
    tell(benchmark="ranking_ratio", volunteers=volunteers, **ratios)


async def main() -> None:
    async with server() as running:
        for volunteers in SIZES:
            await measure(await database(running, f"ranking_{volunteers}"), volunteers)


if __name__ == "__main__":
    asyncio.run(main())
