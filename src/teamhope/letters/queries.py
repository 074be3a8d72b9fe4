"""Rows of letters: queued by whoever acts, claimed by one worker at a time, without their link once they have ended."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID, uuid4

from teamhope.kit.database import connection
from teamhope.letters.rules import Again, DueLetter, Ended, LetterKind, LetterStatus
from teamhope.tables.accounts import Person
from teamhope.tables.letters import Letter
from teamhope.vocabulary.people import PersonStatus

# Not through Piccolo's insert: it asks for the row back, and whoever queues a letter may not read it.
INSERT: Final = """
    insert into letter (id, person, kind, link, due_at, created_at)
    select $1, p.id, $3, $4, $5, $5 from person p
    where p.id = $2 and p.status = 'active' and p.email is not null
"""
CLAIM: Final = """
    with due as (
      select id from letter
      where status = 'queued' and due_at <= $1 and (lease_until is null or lease_until <= $1)
      order by due_at, id limit $3 for no key update skip locked
    )
    update letter l set lease_until = $2, attempts = l.attempts + 1
    from due, person p where l.id = due.id and p.id = l.person
    returning l.id, l.kind, l.link, l.attempts, l.created_at, p.id as person, p.email, p.status, p.language
"""


async def insert_letter(person_id: UUID, kind: LetterKind, link: str | None, now: datetime) -> None:
    """The same statement, and no row, for whom the actor does not see as active and with an e-mail."""
    id_ = uuid4()
    await connection().execute(INSERT, id_, person_id, kind, Letter.link.seal_if(id_, link), now)


async def claim_due(now: datetime, lease_until: datetime, limit: int) -> list[DueLetter]:
    """The longest due first, without those that another holds; each counts as tried from here on."""
    return [_due(row) for row in await connection().fetch(CLAIM, now, lease_until, limit)]


def _due(row: Any) -> DueLetter:
    return DueLetter(
        id=row["id"],
        kind=LetterKind(row["kind"]),
        link=Letter.link.unseal_if(row["id"], row["link"]),
        attempts=row["attempts"],
        created_at=row["created_at"],
        email=Person.email.unseal_if(row["person"], row["email"]),
        status=PersonStatus(row["status"]),
        language=row["language"],
    )


async def record(letter_id: UUID, fate: Ended | Again, now: datetime) -> None:
    """Nothing when it has ended already, by a worker whose lease had run out."""
    if isinstance(fate, Again):
        await connection().execute(
            "update letter set due_at = $2, lease_until = null, error_code = $3 where id = $1 and status = 'queued'",
            letter_id, fate.due_at, fate.error_code,
        )  # fmt: skip
        return
    await connection().execute(
        """
        update letter set status = $2, error_code = $3, ended_at = $4, lease_until = null, link = null
        where id = $1 and status = 'queued'
        """,
        letter_id, fate.status, fate.error_code, now,
    )  # fmt: skip


async def give_up(kind: LetterKind, made_before: datetime, now: datetime) -> None:
    """Those whose time is over, whether or not anybody tried to send them."""
    await connection().execute(
        """
        update letter set status = 'failed', error_code = coalesce(error_code, 'too_late'), ended_at = $3,
          lease_until = null, link = null
        where status = 'queued' and kind = $1 and created_at <= $2 and (lease_until is null or lease_until <= $3)
        """,
        kind, made_before, now,
    )  # fmt: skip


async def first_due_at() -> datetime | None:
    """When a letter, or the lease of one, comes due; in the past while some are left."""
    at: datetime | None = await connection().fetchval(
        "select min(greatest(due_at, coalesce(lease_until, due_at))) from letter where status = 'queued'"
    )
    return at


async def load_last(person_id: UUID) -> tuple[LetterKind, LetterStatus, datetime] | None:
    """Of the person's newest letter: its kind, what became of it, and since when."""
    row = await connection().fetchrow(
        """
        select kind, status, coalesce(ended_at, created_at) as since from letter where person = $1
        order by created_at desc, id limit 1
        """,
        person_id,
    )
    return (LetterKind(row["kind"]), LetterStatus(row["status"]), row["since"]) if row else None
