"""Rows of the installation: its kind, its workers, and whether our keys open its data."""

from datetime import datetime

from teamhope.accounts.queries import email_index
from teamhope.kit.crypto import KeyProblem
from teamhope.tables.accounts import Person
from teamhope.tables.operations import Installation, WorkerHeartbeat

THE_ONE = 1  # the only id that the table allows


async def is_demonstration() -> bool:
    row = await Installation.select(Installation.demonstration).first()
    return bool(row and row["demonstration"])


async def save_demonstration() -> None:
    row = Installation({Installation.id: THE_ONE, Installation.demonstration: True})
    await Installation.insert(row).on_conflict(
        target=Installation.id, action="DO UPDATE", values=[Installation.demonstration]
    )


async def restore_unfinished() -> bool:
    row = await Installation.select(Installation.restore_unfinished).first()
    return bool(row and row["restore_unfinished"])


async def save_restore_finished() -> None:
    await Installation.update({Installation.restore_unfinished: False}).where(Installation.id == THE_ONE)


async def holds_people() -> bool:
    return bool(await Person.exists())


async def keys_fit() -> bool | None:
    """Whether one person's name opens and her e-mail's index is the one we would compute; None where nobody is."""
    columns = (Person.id, Person.name, Person.email, Person.email_index)
    row = await Person.select(*columns).order_by(Person.email_index).first()
    if row is None:
        return None
    try:
        Person.name.unseal(row["id"], row["name"])
        email = Person.email.unseal_if(row["id"], row["email"])
    except KeyProblem:
        return False
    return email is None or email_index(email) == bytes(row["email_index"])


async def save_heartbeat(name: str, started_at: datetime, now: datetime) -> None:
    row = WorkerHeartbeat(name=name, started_at=started_at, seen_at=now)
    await WorkerHeartbeat.insert(row).on_conflict(
        target=WorkerHeartbeat.name, action="DO UPDATE", values=[WorkerHeartbeat.started_at, WorkerHeartbeat.seen_at]
    )


async def latest_heartbeat() -> datetime | None:
    row = (
        await WorkerHeartbeat.select(WorkerHeartbeat.seen_at).order_by(WorkerHeartbeat.seen_at, ascending=False).first()
    )
    return row["seen_at"] if row else None
