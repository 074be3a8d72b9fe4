"""The command `report YEAR`: the same figures as the page, for a terminal, a file or a program."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import click
import msgspec

from teamhope.kit import clock
from teamhope.kit.i18n import Language, use_language
from teamhope.reports import service
from teamhope.reports.exports import as_csv, as_json, as_table
from teamhope.reports.rules import Report
from teamhope.settings import Settings
from teamhope.vocabulary.people import command

# Gives the text of what it is handed, which needs the settings and an open pool.
Runs = Callable[[Callable[[Settings], Awaitable[str]]], str]


async def report_text(year: int, form: str, language: Language, now: datetime, zone: ZoneInfo) -> str:
    """`form` is table, json or csv. Raises Invalid for a year too far away."""
    report = await service.yearly_report(command("report"), year, now, zone)
    with use_language(language):
        return FORMS[form](report, language)


def _json(report: Report, _: Language) -> str:
    return msgspec.json.format(msgspec.json.encode(as_json(report)), indent=2).decode() + "\n"


FORMS: Final[dict[str, Callable[[Report, Language], str]]] = {"table": as_table, "json": _json, "csv": as_csv}


def report_command(run: Runs) -> click.Command:
    @click.command("report", help="Print the figures of YEAR.")
    @click.argument("year", type=int)
    @click.option("--format", "form", type=click.Choice(list(FORMS)), default="table", show_default=True)
    @click.option("--lang", "language", type=click.Choice(["en", "es"]), default="en", show_default=True)
    @click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write to this file instead.")
    def report(year: int, form: str, language: Language, out: Path | None) -> None:
        async def text_for(settings: Settings) -> str:
            return await report_text(year, form, language, clock.now(), ZoneInfo(settings.report_timezone))

        _deliver(run(text_for), out)

    return report


def _deliver(text: str, out: Path | None) -> None:
    if out is None:
        click.echo(text, nl=False)
        return
    try:
        out.write_text(text, encoding="utf-8", newline="")
    except OSError as problem:
        raise click.ClickException(f"{out} cannot be written ({problem.strerror}).") from problem
