"""Rows of links that work once: only the hash of each secret, and at most one person who gets through."""

from datetime import datetime
from typing import Final
from uuid import UUID

from teamhope.accounts.queries import email_index
from teamhope.accounts.rules_links import LinkHolder
from teamhope.kit.database import connection
from teamhope.letters.rules import LetterKind
from teamhope.tables.accounts import OneUseLink, Person
from teamhope.vocabulary.people import Role

# Not through Piccolo's insert: it asks for the row back, and a coordinator may make a link and not read it.
INSERT: Final = """
    insert into one_use_link (token_hash, kind, person, created_by, created_at, expires_at)
    values ($1, $2, $3, $4, $5, $6)
"""
# One statement that finds the person or not: a known and an unknown e-mail cost the same.
INSERT_FOR_EMAIL: Final = """
    insert into one_use_link (token_hash, kind, person, created_at, expires_at)
    select $1, $2, p.id, $3, $4 from person p
    where p.email_index = $5 and p.status = 'active' and (
      select count(*) from one_use_link l
      where l.person = p.id and l.kind = $2 and l.used_at is null and l.expires_at > $3) < $6
    returning person
"""
LIVE: Final = """
    l.token_hash = $1 and l.used_at is null and l.expires_at > $2 and p.id = l.person and p.status = 'active'
"""


async def insert_link(
    token_hash: bytes, kind: LetterKind, person_id: UUID, created_by: UUID | None, lasts: tuple[datetime, datetime]
) -> None:
    """`lasts` is from when until when."""
    await connection().execute(INSERT, token_hash, kind, person_id, created_by, *lasts)


async def insert_reset_link(token_hash: bytes, email: str, lasts: tuple[datetime, datetime], most: int) -> UUID | None:
    """Whom it is for; None, and no row, for nobody, for a suspended person, and for one who has `most` live ones."""
    person_id: UUID | None = await connection().fetchval(
        INSERT_FOR_EMAIL, token_hash, LetterKind.RESET, *lasts, email_index(email), most
    )
    return person_id


async def load_holder(token_hash: bytes, now: datetime) -> LinkHolder | None:
    """Whom a live link of an active person is for."""
    row = await connection().fetchrow(
        f"select p.id, p.role, p.name, p.email, l.kind from one_use_link l, person p where {LIVE}",  # noqa: S608
        token_hash,
        now,
    )
    if row is None:
        return None
    return LinkHolder(
        person_id=row["id"],
        role=Role(row["role"]),
        kind=LetterKind(row["kind"]),
        name=Person.name.unseal(row["id"], row["name"]),
        email=Person.email.unseal_if(row["id"], row["email"]) or "",
    )


async def use_link(token_hash: bytes, now: datetime) -> bool:
    """Whether it was live until now. Of two at once, the second waits for the first and comes too late."""
    used = await connection().fetchval(
        f"update one_use_link l set used_at = $2 from person p where {LIVE} returning true",  # noqa: S608
        token_hash,
        now,
    )
    return used is not None


async def end_links_of(person_id: UUID) -> None:
    """Those that nobody used yet."""
    await OneUseLink.delete().where((OneUseLink.person == person_id) & OneUseLink.used_at.is_null())


async def delete_ended_links(now: datetime) -> None:
    await OneUseLink.delete().where(OneUseLink.expires_at <= now)
