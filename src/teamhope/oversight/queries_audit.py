"""Rows of the audit as its page and its export show them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from teamhope.kit.database import connection
from teamhope.oversight.rules import Wanted


@dataclass(frozen=True, slots=True)
class Line:
    """`name` is a process's."""

    at: datetime
    role: str
    person: UUID | None
    name: str
    act: str
    kind: str
    subject: UUID | None
    reason: str | None


LIST: Final = """
    select at, actor_role as role, actor_person as person, actor_name as name, act, subject_kind as kind, subject,
           reason
    from audit_event
    where ($1::uuid is null or actor_person = $1) and ($2::text is null or act = $2)
      and ($3::text is null or subject_kind = $3) and ($4::uuid is null or subject = $4)
      and ($5::timestamptz is null or at >= $5) and ($6::timestamptz is null or at < $6)
    order by at desc, seq desc limit $7 offset $8
"""


async def list_lines(wanted: Wanted, most: int, skip: int = 0) -> list[Line]:
    """The newest first."""
    w = wanted
    given = (w.person, w.act, w.kind, w.subject, w.since, w.until)
    return [_line(row) for row in await connection().fetch(LIST, *given, most, skip)]


def _line(row: Mapping[str, Any]) -> Line:
    return Line(**row)
