"""Rows of counted calls as an auditor may check them again."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from teamhope.kit.database import connection
from teamhope.vocabulary.calls import Outcome


@dataclass(frozen=True, slots=True)
class AuditedCall:
    """`talk_seconds` is None where nobody talked or nobody said how long."""

    id: UUID
    started_at: datetime
    outcome: Outcome
    talk_seconds: int | None
    logged_at: datetime


SAMPLE: Final = """
    select id, started_at, outcome, talk_seconds, logged_at from audited_call
    where started_at >= $1 and started_at < $2
    order by sha256(convert_to($3 || ':' || id, 'UTF8')), id limit $4
"""


async def sample(start: datetime, end: datetime, seed: str, size: int) -> list[AuditedCall]:
    """`size` counted calls of [start, end) at most, in the order of SHA-256 of "seed:call id": the same at any time."""
    return [_audited(row) for row in await connection().fetch(SAMPLE, start, end, seed, size)]


def _audited(row: Mapping[str, Any]) -> AuditedCall:
    return AuditedCall(**{**row, "outcome": Outcome(row["outcome"])})
