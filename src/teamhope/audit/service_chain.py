"""Sealing what was written, proving that nothing was changed since, and dropping what was kept long enough."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from teamhope.audit import queries_chain as queries
from teamhope.audit import rules_chain as rules
from teamhope.audit.queries_chain import Tail
from teamhope.audit.rules_chain import Fault, FaultKind, Seal
from teamhope.kit import crypto
from teamhope.kit.database import acting_as, take_time
from teamhope.vocabulary.people import WORKER, Actor


@dataclass(slots=True)
class Proof:
    """What was looked at. `last` is the newest seal: whoever notes its number and hmac elsewhere sees it vanish."""

    seals: int = 0
    rows: int = 0
    dropped_rows: int = 0
    faults: int = 0
    last: Seal | None = None
    tail: Tail = Tail(0, None)


def _sign() -> rules.Sign:
    return partial(crypto.sign, crypto.keys())


# Sealing --------------------------------------------------------------------------------------------------------


async def seal_waiting(now: datetime) -> None:
    """All that waits, the oldest first, a batch in a transaction. Whoever comes second leaves it to the first."""
    while await _seal_a_batch(now):
        continue


async def _seal_a_batch(now: datetime) -> bool:
    """Whether there may be more."""
    async with acting_as(WORKER):
        if not await queries.try_to_hold_the_chain():
            return False
        rows = await queries.list_waiting()
        await queries.insert_seals(rules.chained(rows, await queries.load_last_seal(), now, _sign()))
        await queries.delete_waiting(rows)
    return len(rows) == rules.BATCH


# Verifying --------------------------------------------------------------------------------------------------------


async def verify(actor: Actor, tell: Callable[[Fault], None]) -> Proof:
    """Every seal, every row under one, every row that waits, and every row that does neither; a batch in memory.

    Nothing is sealed or dropped meanwhile; pages go on.
    """
    proof, sign = Proof(), _sign()

    def found(fault: Fault) -> None:
        proof.faults += 1
        tell(fault)

    async with acting_as(actor):
        await take_time()
        await queries.hold_the_chain()
        await _verify_seals(proof, sign, found)
        await _verify_tail(proof, sign, found)
        async for event in queries.unaccounted():
            found(Fault(FaultKind.ROW_INSERTED, event))
    return proof


async def _verify_seals(proof: Proof, sign: rules.Sign, found: Callable[[Fault], None]) -> None:
    number = 0
    while seals := await queries.load_seals_after(number):
        rows = await queries.load_rows([event for seal in seals for event in seal.link.events])
        for seal in seals:
            for fault in (*rules.faults_of_link(seal, proof.last), *rules.faults_of_seal(seal, rows, sign)):
                found(fault)
            _count(proof, seal)
        number = seals[-1].link.number


def _count(proof: Proof, seal: Seal) -> None:
    proof.seals += 1
    proof.last = seal
    if seal.dropped_at is None:
        proof.rows += len(seal.link.events)
    else:
        proof.dropped_rows += len(seal.link.events)


async def _verify_tail(proof: Proof, sign: rules.Sign, found: Callable[[Fault], None]) -> None:
    proof.tail = await queries.load_tail()
    seq = 0
    while waiting := await queries.load_waiting_after(seq):
        events = [event for _, event in waiting]
        for fault in rules.faults_of_tail(events, await queries.load_rows(events), sign):
            found(fault)
        seq = waiting[-1][0]


# Dropping --------------------------------------------------------------------------------------------------------


async def count_sealed_months(before: datetime) -> int:
    """Rows that drop_sealed_months would drop. Inside acting_as."""
    return await queries.count_droppable_rows(before)


async def drop_sealed_months(before: datetime, now: datetime) -> int:
    """Drops the rows of each month (UTC) that ended by `before` and waits for no seal; says how many.

    The seals stay, and say that and when their rows were dropped. A seal that does not prove its rows keeps them: they
    are evidence. Inside acting_as, as the owner of the tables; does nothing while somebody else has the chain.
    """
    if not await queries.try_to_hold_the_chain():
        return 0
    number = dropped = 0
    while seals := await queries.load_droppable_after(number, before):
        for seal in seals:
            dropped += await _drop(seal, now)
        number = seals[-1].link.number
    return dropped


async def _drop(seal: Seal, now: datetime) -> int:
    sign = _sign()
    events = seal.link.events
    if any(rules.faults_of_seal(seal, await queries.load_rows(events), sign)):
        return 0
    await queries.drop_rows(seal.link.number, events, now, sign(rules.DROPPED, rules.dropped_text(seal, now)))
    return len(events)


async def standing(actor: Actor) -> tuple[Seal | None, Tail]:
    """The newest seal, and what waits."""
    async with acting_as(actor):
        return await queries.load_last_seal(), await queries.load_tail()
