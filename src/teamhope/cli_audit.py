"""Whether the audit is as it was written, for whoever must prove it."""

import sys
from collections import Counter
from typing import Final

import click

from teamhope.audit.rules_chain import Fault, FaultKind
from teamhope.audit.service_chain import Proof, verify
from teamhope.cli_acting import act
from teamhope.settings import Settings
from teamhope.vocabulary.people import command

NAMED: Final = 100  # faults of one kind; a vanished seal would name thousands of rows
SENTENCES: Final = {
    FaultKind.ROW_CHANGED: "Row {where} was changed, or was not written by this service.",
    FaultKind.ROW_DELETED: "Row {where} was deleted.",
    FaultKind.ROW_INSERTED: "Row {where} is under no seal: it was inserted, or its seal was removed.",
    FaultKind.SEAL_CHANGED: "Seal {where} was changed.",
    FaultKind.LINK_BROKEN: "Seal {where} does not follow the seal before it: one was changed, removed or moved.",
    FaultKind.DROP_FORGED: "Seal {where} says that retention dropped its rows, and retention did not.",
}


@click.group()
def audit() -> None:
    """Who did and read what."""


@audit.command("verify")
def verify_chain() -> None:
    """Prove that no audit row was changed, deleted or inserted. Fails unless all is well."""
    counts: Counter[FaultKind] = Counter()

    def tell(fault: Fault) -> None:
        counts[fault.kind] += 1
        if counts[fault.kind] <= NAMED:
            click.echo(SENTENCES[fault.kind].format(where=fault.where), err=True)

    async def prove(_: Settings) -> Proof:
        return await verify(command("audit verify"), tell)

    proof = act(prove)
    for kind, count in counts.items():
        if count > NAMED:
            click.echo(f"And {count - NAMED:,} more like it: {kind}.", err=True)
    _tell(proof)
    if proof.faults:
        sys.exit(1)


def _tell(proof: Proof) -> None:
    click.echo(f"Seals         {proof.seals:,}")
    click.echo(f"Rows sealed   {proof.rows:,}")
    if proof.dropped_rows:
        click.echo(f"Rows dropped  {proof.dropped_rows:,} by retention; their seals are kept")
    since = f", the oldest since {proof.tail.since:%Y-%m-%d %H:%M} UTC" if proof.tail.since else ""
    click.echo(f"Rows waiting  {proof.tail.rows:,}{since}")
    if proof.last:
        click.echo(f"Last seal     {proof.last.link.number} {proof.last.hmac.hex()[:16]}")
    click.echo(f"Faults        {proof.faults:,}" if proof.faults else "All is well.")
