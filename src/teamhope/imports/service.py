"""A file is looked at, imported as a whole, and for a day taken back: one function, one transaction."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from teamhope.accounts.rules_links import Doorway
from teamhope.audit import service as audit
from teamhope.imports import queries, reading, rules, rules_csv, service_families, service_volunteers
from teamhope.imports.queries import Made, Upload
from teamhope.imports.rules import Checked, Choice, ImportKind, Report
from teamhope.kit.database import acting_as
from teamhope.kit.forms import Values
from teamhope.vocabulary.errors import Forbidden, Invalid, NotFound, Refused
from teamhope.vocabulary.people import Actor, Role


@dataclass(frozen=True, slots=True)
class Steps:
    """What the slice of a kind does with a row: `read` it from answers, `check` all that could be read, `write` one."""

    read: Callable[[Values, Actor, datetime], Any]
    check: Callable[[Actor, Mapping[int, Any], datetime], Awaitable[dict[int, Checked]]]
    write: Callable[[Actor, Any, Doorway | None, datetime], Awaitable[UUID]]


STEPS: Final[Mapping[ImportKind, Steps]] = {
    ImportKind.VOLUNTEERS: Steps(service_volunteers.read, service_volunteers.check, service_volunteers.write),
    ImportKind.FAMILIES: Steps(service_families.read, service_families.check, service_families.write),
}


@dataclass(frozen=True, slots=True)
class Look:
    """An upload: what would become of each row as long as it waits, then what was made and is still there."""

    upload: Upload
    report: Report
    made: tuple[Made, ...]

    def why_it_stays(self, row: Made) -> str | None:
        """The code of what forbids taking it back; after somebody tried, there is one for each row."""
        tried = "stays_used" if self.upload.taken_back is not None else None
        return rules.why_it_stays(row.standing) or tried


def refuse_scoped(actor: Actor) -> None:
    """Raises Forbidden: whoever looks after a team, or is nobody, would not see whom a row looks like."""
    whole = actor.role is Role.COORDINATOR and actor.team_id is None and actor.person_id is not None
    if not whole and actor.role is not Role.COMMAND:
        raise Forbidden("not_the_whole_program")


async def upload(actor: Actor, kind: ImportKind, data: bytes, now: datetime) -> UUID:
    """The file's rows rest encrypted until they are imported; a file of hers that waited for it goes.

    Raises Forbidden, and Invalid of the field `file` for one that cannot be read.
    """
    refuse_scoped(actor)
    sheet = await asyncio.to_thread(rules_csv.read_sheet, data)
    reading.fields_of(kind, sheet.header)
    async with acting_as(actor):
        if actor.person_id is not None:
            await queries.delete_waiting(actor.person_id, kind)
        import_id = await queries.insert_upload(actor, kind, sheet, now)
        report, _ = await _report(actor, await queries.lock_upload(import_id), now)
        await audit.record(actor, "checked_import", ("csv_import", import_id), now, reason=report.counts)
    return import_id


async def show(actor: Actor, import_id: UUID, now: datetime, kind: ImportKind | None = None) -> Look:
    """Raises NotFound unless it is the actor's, and of this kind where one is named; Refused when the day is over."""
    refuse_scoped(actor)
    async with acting_as(actor):
        it = await _lock(import_id, now, kind)
        report, _ = await _report(actor, it, now)
        return Look(it, report, tuple(await queries.list_made(it)))


async def confirm(
    actor: Actor,
    import_id: UUID,
    choice: Choice,
    now: datetime,
    kind: ImportKind | None = None,
    doorway: Doorway | None = None,
) -> None:
    """Writes every row that may be, or none; a second time it does nothing.

    `doorway`: volunteers are invited by letter; without it by an administrator, later. Raises
    NotFound, and Refused as rules.to_write or when the day is over; `import_row_refused` when somebody was quicker.
    """
    refuse_scoped(actor)
    async with acting_as(actor):
        it = await _lock(import_id, now, kind)
        if it.imported_at is not None:
            return
        report, good = await _report(actor, it, now)
        chosen = rules.to_write(report, choice)
        for number in sorted(chosen):
            await _write(actor, it, number, good[number], doorway, now)
        await queries.mark_imported(import_id, len(report.rows) - len(chosen), now)
        counts = f"added:{len(chosen)}.left_out:{len(report.rows) - len(chosen)}"
        await audit.record(actor, "imported", ("csv_import", import_id), now, reason=counts)


async def _write(actor: Actor, it: Upload, number: int, row: object, doorway: Doorway | None, now: datetime) -> None:
    try:
        subject = await STEPS[it.kind].write(actor, row, doorway, now)
    except Invalid as wrong:
        raise Refused("import_row_refused", row=number) from wrong
    await queries.insert_made(it, number, subject)


async def discard(actor: Actor, import_id: UUID) -> None:
    """What waits is gone; what was imported stays."""
    async with acting_as(actor):
        await queries.delete_upload(import_id)


async def take_back(actor: Actor, import_id: UUID, now: datetime, kind: ImportKind | None = None) -> Look:
    """What nobody has used is deleted again; the other rows stay, each with a reason.

    Raises NotFound; Refused `import_not_done`, or `import_over` after a day.
    """
    refuse_scoped(actor)
    async with acting_as(actor):
        it = await _lock(import_id, now, kind)
        if it.imported_at is None:
            raise Refused("import_not_done")
        free = [row for row in await queries.list_made(it) if rules.why_it_stays(row.standing) is None]
        gone = [row.subject for row in free if await queries.take_back(actor, row.id)]
        for subject in gone:
            await audit.record(actor, "took_back", (queries.SUBJECTS[it.kind], subject), now)
        await queries.mark_taken_back(import_id, (it.taken_back or 0) + len(gone))
        look = await show(actor, import_id, now)
        counts = f"taken_back:{len(gone)}.stay:{len(look.made)}"
        await audit.record(actor, "took_back_import", ("csv_import", import_id), now, reason=counts)
    return look


async def take_out_errors(actor: Actor, import_id: UUID, now: datetime, kind: ImportKind) -> Look:
    """As show; that the rows leave as a file is recorded."""
    async with acting_as(actor):
        look = await show(actor, import_id, now, kind)
        await audit.record(actor, "took_out_import_errors", ("csv_import", import_id), now)
    return look


async def _lock(import_id: UUID, now: datetime, kind: ImportKind | None) -> Upload:
    it = await queries.lock_upload(import_id)
    if kind is not None and it.kind is not kind:
        raise NotFound("import")
    if rules.is_over(it.since, now):
        raise Refused("import_over")
    return it


async def _report(actor: Actor, it: Upload, now: datetime) -> tuple[Report, dict[int, Any]]:
    """Each row of what waits, and what could be read, by row; nothing once it is imported."""
    if it.sheet is None:
        return Report(()), {}
    steps = STEPS[it.kind]
    # In a thread, since a second of reading would hold up everybody's pages.
    read = await asyncio.to_thread(reading.read_rows, it.kind, it.sheet, lambda values: steps.read(values, actor, now))
    found = {number: Checked(number, problems) for number, problems in read.bad.items()}
    found |= await steps.check(actor, read.good, now)
    return Report(tuple(found[line.number] for line in it.sheet.lines)), read.good
