"""Reminders that are due: volunteers who agreed to texts and have a call tonight, all clones of one."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID, uuid4

import msgspec
from tests.slices.messages.kit import TODAY, volunteers_with_a_call

from teamhope.accounts.queries import phone_index
from teamhope.tables.accounts import Person

CLONE: Final = """
    insert into {table} select made.* from {table} one, unnest($2::text[]) other,
      jsonb_populate_record(one, other::jsonb) made where one.id = $1
"""
QUEUE: Final = """
    insert into message (id, person, kind, local_date, due_at, created_at)
    select gen_random_uuid(), person, 'daily_reminder', $3, due_at, $4
    from unnest($1::uuid[], $2::timestamptz[]) as due (person, due_at)
"""
EMPTY: Final = "delete from message; delete from audit_unsealed; vacuum analyze message"


async def volunteers(owner: Any, count: int) -> list[UUID]:
    """Who they are, as persons; each is a volunteer with a call of the messages kit's TONIGHT."""
    [(who, call)] = await volunteers_with_a_call(1)
    people, hers = [uuid4() for _ in range(count)], [uuid4() for _ in range(count)]
    await _clone(owner, "person", who.person_id, map(_person, people, range(count)))
    await _clone(owner, "volunteer", who.id, ({"id": id_, "person": of} for id_, of in zip(hers, people, strict=True)))
    await _clone(
        owner, "follow_up", call.id, ({"id": uuid4(), "volunteer": of, "seq": n} for n, of in enumerate(hers, 2))
    )
    await owner.execute("analyze")
    return people


async def _clone(owner: Any, table: str, one: UUID, changes: Iterable[Mapping[str, object]]) -> None:
    encoded = [msgspec.json.encode(change).decode() for change in changes]
    await owner.execute(CLONE.format(table=table), one, encoded)


def _person(id_: UUID, n: int) -> Mapping[str, object]:
    phone = f"+1{201 + n // 100}55501{n % 100:02}"
    values = {
        "name": Person.name.seal(id_, "Vera"),
        "phone": Person.phone.seal(id_, phone),
        "phone_index": phone_index(phone),
    }
    return {
        "id": id_,
        "email": None,
        "email_index": None,
        **{name: f"\\x{value.hex()}" for name, value in values.items()},
    }


async def queue(owner: Any, people: Iterable[UUID], due_at: Iterable[datetime], now: datetime) -> None:
    """One message for each person, in the place of all that were there."""
    for statement in EMPTY.split(";"):
        await owner.execute(statement)
    await owner.execute(QUEUE, list(people), list(due_at), TODAY, now)
