"""The commands `import`: a file looked at row by row, imported as a whole, taken back; never what its cells hold."""

import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final
from uuid import UUID

import click

from teamhope.imports import rules, service, telling
from teamhope.imports.rules import Choice, ImportKind, Report
from teamhope.imports.service import Look
from teamhope.kit import clock
from teamhope.problems import sentence
from teamhope.settings import Settings
from teamhope.vocabulary.people import command

COMMAND: Final = command("import")
FILE: Final = click.Path(exists=True, dir_okay=False, path_type=Path)


@dataclass(frozen=True, slots=True)
class Told:
    text: str
    well: bool  # whether the command ends with 0


# Gives what is told by what it is handed, which needs the settings and an open pool.
Runs = Callable[[Callable[[Settings], Awaitable[Told]]], Told]


async def import_file(kind: ImportKind, data: bytes, choice: Choice, now: datetime, *, dry_run: bool) -> Told:
    """Nothing stays of a file that is not imported. Raises Invalid, Refused."""
    import_id = await service.upload(COMMAND, kind, data, now)
    try:
        look = await service.show(COMMAND, import_id, now)
        well = choice.skip_bad or not look.report.bad
        if well and not dry_run and rules.has_any(look.report, choice):
            await service.confirm(COMMAND, import_id, choice, now)
            return Told(_report(look) + _done(await service.show(COMMAND, import_id, now)), True)
    finally:
        await service.discard(COMMAND, import_id)
    return Told(_report(look) + "Nothing was imported.\n", well and dry_run)


async def undo(import_id: UUID, now: datetime) -> Told:
    """Raises NotFound, Refused."""
    look = await service.take_back(COMMAND, import_id, now)
    stays = [f"Row {row.number} stays: {sentence(look.why_it_stays(row) or '', {})}\n" for row in look.made]
    return Told(f"{look.upload.taken_back} rows were taken back.\n{''.join(stays)}", not stays)


def _report(look: Look) -> str:
    faults = [
        f"Row {fault.row}{f', {fault.column}' if fault.column else ''}: {fault.what_to_do}\n"
        for fault in (*telling.faults(look.upload, look.report), *telling.likenesses(look.report))
    ]
    return f"{''.join(faults)}{_counts(look.report)}\n"


def _counts(report: Report) -> str:
    bad, alike = len(report.bad), len(report.alike)
    return f"{len(report.rows)} rows: {len(report.ready)} ready, {bad} with errors, {alike} like people already here."


def _done(look: Look) -> str:
    it = look.upload
    left_out = f" {it.left_out} were left out." if it.left_out else ""
    return (
        f"{len(look.made)} rows were imported.{left_out}\n"
        f"Import {it.id}; for 24 hours it can be taken back: teamhope import undo {it.id}\n"
    )


def import_command(run: Runs) -> click.Group:
    group = click.Group("import", help="Volunteers or families out of a CSV file; for a day they can be taken back.")
    for kind in ImportKind:
        group.add_command(_of(kind, run))
    group.add_command(_undo(run))
    return group


def _of(kind: ImportKind, run: Runs) -> click.Command:
    @click.command(kind.value, help=f"Import {kind} out of FILE: every row, or none.")
    @click.argument("file", type=FILE)
    @click.option("--dry-run", is_flag=True, help="Only say what would become of each row.")
    @click.option("--skip-bad", is_flag=True, help="Leave out the rows with errors.")
    @click.option("--with-alike", is_flag=True, help="Also the rows that look like people who are here already.")
    def of_kind(file: Path, *, dry_run: bool, skip_bad: bool, with_alike: bool) -> None:
        choice, data = Choice(skip_bad, with_alike), file.read_bytes()

        async def work(_: Settings) -> Told:
            return await import_file(kind, data, choice, clock.now(), dry_run=dry_run)

        _tell(run(work))

    return of_kind


def _undo(run: Runs) -> click.Command:
    @click.command("undo", help="Take an import back: delete what nobody has used or changed since.")
    @click.argument("import_id", type=click.UUID)
    def undo_import(import_id: UUID) -> None:
        async def work(_: Settings) -> Told:
            return await undo(import_id, clock.now())

        _tell(run(work))

    return undo_import


def _tell(told: Told) -> None:
    click.echo(told.text, nl=False)
    if not told.well:
        sys.exit(1)
