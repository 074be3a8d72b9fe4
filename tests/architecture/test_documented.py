"""Whatever can be set or called is documented: nobody has to read the source to run the service."""

import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from teamhope.cli import teamhope
from teamhope.settings import PREFIX, Settings, load

ROOT = Path(__file__).parents[2]
EXAMPLE = (ROOT / ".env.example").read_text()
SETTINGS_PAGE = (ROOT / "docs/reference/settings.md").read_text()
COMMANDS_PAGE = (ROOT / "docs/reference/commands.md").read_text()
NAMES = [PREFIX + spec.name.upper() for spec in fields(Settings)]


def commands(command: click.Command, path: str = "teamhope") -> Iterator[tuple[str, click.Command]]:
    if isinstance(command, click.Group):
        for name, child in command.commands.items():
            yield from commands(child, f"{path} {name}")
    else:
        yield path, command


COMMANDS = dict(commands(teamhope))


def test_every_setting_is_in_the_example_and_nothing_else() -> None:
    assert sorted(re.findall(r"^(TEAMHOPE_\w+)=", EXAMPLE, re.MULTILINE)) == sorted(NAMES)


def test_the_example_says_the_defaults() -> None:
    given = dict(re.findall(r"^(TEAMHOPE_\w+)=(.*)$", EXAMPLE, re.MULTILINE))
    assert load({name: text.strip('"') for name, text in given.items()}) == Settings()


@pytest.mark.parametrize("spec", fields(Settings), ids=lambda spec: spec.name)
def test_every_setting_is_on_its_page_with_its_default(spec: object) -> None:
    default = str(spec.default or "") or "empty"
    row = re.search(rf"^\| `{PREFIX}{spec.name.upper()}` \| (.*?) \|", SETTINGS_PAGE, re.MULTILINE)
    assert row, f"docs/reference/settings.md does not name {spec.name}"
    assert row[1].strip("`") == ("empty" if spec.default == () else default)


@pytest.mark.parametrize("path", COMMANDS)
def test_every_command_and_option_is_on_its_page(path: str) -> None:
    row = next((line for line in COMMANDS_PAGE.splitlines() if line.startswith(f"| `{path}")), "")
    assert row, f"docs/reference/commands.md does not name {path}"
    for option in COMMANDS[path].params:
        name = option.opts[0] if isinstance(option, click.Option) else option.name.upper()
        assert name in row, f"docs/reference/commands.md: {path} lacks {name}"


@pytest.mark.parametrize("path", COMMANDS)
def test_every_command_explains_itself(path: str) -> None:
    shown = CliRunner().invoke(teamhope, [*path.split()[1:], "--help"])
    assert shown.exit_code == 0
    assert COMMANDS[path].help
