"""Audit rows as CSV: codes and ids, and a first line that says who took it out, when and why."""

import csv
from collections.abc import Sequence
from datetime import UTC, datetime
from io import StringIO
from typing import Final
from uuid import UUID

from teamhope.kit.spreadsheets import harmless
from teamhope.oversight.queries_audit import Line
from teamhope.oversight.rules import EXPORT_MOST, ExportReason

HEADER: Final = ("at", "role", "person", "process", "act", "kind", "subject", "reason")  # read by programs


def as_csv(lines: Sequence[Line], by: UUID | None, reason: ExportReason, now: datetime) -> str:
    """Instants in UTC. An export that is full says that it may not be all."""
    full = f"the newest {EXPORT_MOST}, there may be more" if len(lines) == EXPORT_MOST else f"{len(lines)} rows"
    mark = (f"exported by {by or 'a token'}", now.astimezone(UTC).isoformat(timespec="seconds"), reason.value, full)
    rows = [mark, HEADER, *(_row(line) for line in lines)]
    file = StringIO()
    csv.writer(file).writerows([harmless(text) for text in row] for row in rows)
    return file.getvalue()


def _row(line: Line) -> tuple[str, ...]:
    at = line.at.astimezone(UTC).isoformat(timespec="milliseconds")
    ids = [str(id_) if id_ else "" for id_ in (line.person, line.subject)]
    return at, line.role, ids[0], line.name, line.act, line.kind, ids[1], line.reason or ""
