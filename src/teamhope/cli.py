"""The command line: every command in one list, and one clear sentence for every error that can be expected."""

from typing import Any, Final

import click

from teamhope.cli_acting import act
from teamhope.cli_audit import audit
from teamhope.cli_backups import backup, restore
from teamhope.cli_check import check
from teamhope.cli_database import db
from teamhope.cli_errors import sentence_of
from teamhope.cli_keys import keys
from teamhope.cli_people import token, user
from teamhope.cli_processes import demo, serve, worker
from teamhope.cli_retention import purge
from teamhope.imports.cli import import_command
from teamhope.matching.cli import match_command
from teamhope.reports.cli import report_command

import_ = import_command(act)
match = match_command(act)
report = report_command(act)
COMMANDS: Final[tuple[click.Command, ...]] = (
    demo,
    serve,
    worker,
    db,
    check,
    user,
    token,
    import_,
    match,
    report,
    audit,
    backup,
    restore,
    purge,
    keys,
)


class TellingGroup(click.Group):
    def invoke(self, ctx: click.Context) -> Any:
        """Raises ClickException, which click prints on stderr and ends with 1, for what a person can put right."""
        try:
            return super().invoke(ctx)
        except Exception as problem:
            if told := sentence_of(problem):
                raise click.ClickException(told) from problem
            raise


@click.group(cls=TellingGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="teamhope", prog_name="teamhope")
def teamhope() -> None:
    """Team HOPE: peer support for families of missing and exploited children.

    Settings come from the environment (TEAMHOPE_...). Without TEAMHOPE_DATABASE_URL a command uses the embedded
    database of TEAMHOPE_DATA_DIR: it joins a running one, or starts it for itself.
    """


for command in COMMANDS:
    teamhope.add_command(command)


def main() -> None:
    teamhope(prog_name="teamhope")
