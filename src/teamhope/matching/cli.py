"""The command `match`: the best assignment for everyone waiting, shown or asked for; nobody's name."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any, Final

import click
import msgspec

from teamhope.kit import clock
from teamhope.matching import service_everyone as service
from teamhope.matching.service_everyone import Asking, Everyone
from teamhope.settings import Settings
from teamhope.vocabulary.people import command

# Gives the text of what it is handed, which needs the settings and an open pool.
Runs = Callable[[Callable[[Settings], Awaitable[str]]], str]
COMMAND: Final = command("match")


async def match_text(form: str, now: datetime, *, apply: bool) -> str:
    """`form` is table or json. With `apply` every volunteer suggested is asked, each under all rules once more."""
    everyone = await service.suggest(COMMAND, now)
    pairs = [(each.asked.id, each.candidate.volunteer_id) for each in everyone.suggestions if each.candidate]
    asked = await service.ask_all(COMMAND, pairs, now) if apply else ()
    rows = _rows(everyone, {each.asked.id: each for each in asked})
    if form == "json":
        whole = {"requests": rows, "left_out": everyone.left_out}
        return msgspec.json.format(msgspec.json.encode(whole), indent=2).decode() + "\n"
    return _table(rows, everyone.left_out)


def _rows(everyone: Everyone, asked: dict[Any, Asking]) -> list[dict[str, Any]]:
    return [_row(each, asked.get(each.asked.id)) for each in everyone.suggestions]


def _row(suggestion: service.Suggestion, asking: Asking | None) -> dict[str, Any]:
    candidate = suggestion.candidate
    return {
        "request_id": suggestion.asked.id,
        "family_no": suggestion.asked.family_no,
        "volunteer_id": candidate.volunteer_id if candidate else None,
        "score": candidate.score if candidate else None,
        "volunteers_who_fit": suggestion.fit,
        "match_id": asking.match_id if asking else None,
        "refused": asking.refusal.code if asking and asking.refusal else None,
    }


def _table(rows: list[dict[str, Any]], left_out: int) -> str:
    lines = [f"{'Family':<14} {'Volunteer':<36} {'Score':>5}  Asked"]
    lines += [
        f"{row['family_no']:<14} {row['volunteer_id'] or 'nobody'!s:<36} {row['score'] or '':>5}  {_became(row)}"
        for row in rows
    ]
    lines.append(f"{sum(row['volunteer_id'] is not None for row in rows)} of {len(rows)} have a volunteer")
    if left_out:
        lines.append(f"{left_out} more wait on hold or without consent to be matched")
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _became(row: dict[str, Any]) -> str:
    return "yes" if row["match_id"] else row["refused"] or "no"


def match_command(run: Runs) -> click.Command:
    @click.command("match", help="Work out the best volunteer for everyone who waits, all looked at together.")
    @click.option("--apply", is_flag=True, help="Ask the volunteers; without it nothing is written.")
    @click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True)
    def match(form: str, *, apply: bool) -> None:
        async def text_for(_: Settings) -> str:
            return await match_text(form, clock.now(), apply=apply)

        click.echo(run(text_for), nl=False)

    return match
