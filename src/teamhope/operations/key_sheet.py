"""One page with every key, to be printed and sealed: whoever is left after a fire can read the backups with it."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from textwrap import fill, indent
from typing import Final

from teamhope.kit.i18n import N_, Language, format_date, gettext, use_language
from teamhope.operations.rules_keys import check_word, groups_of

WIDTH: Final = 72  # characters: what a printer takes at its own margins
WHAT_FOR: Final = {
    "TEAMHOPE_ENCRYPTION_KEYS": N_(
        "It reads names, numbers and notes, and opens the backups made while it was the first."
    ),
    "TEAMHOPE_LOOKUP_KEY": N_("It finds a number or an address again. It never changes."),
    "TEAMHOPE_SECRET_KEY": N_("It proves that the audit was not changed, and signs forms and links."),
}
DANGER: Final = N_(
    "Whoever has this page can read everything: every family, every note, every backup. "
    "Without it nobody can, if the machine is lost."
)
KEEP_IT: Final = N_(
    "Print it twice. Seal each in an envelope, sign across the flap, and lock the two away in two places, "
    "away from the backups. After a key was added or removed, make new ones and destroy these."
)
TYPE_IT: Final = N_(
    "To use a key, type it without the spaces; capitals count. Several encryption keys stand in one line, "
    "the first one first, with a space between them. The command “teamhope keys sheet” then shows the same "
    "check words, if every letter is right."
)


def key_sheet(keys: Mapping[str, Sequence[str]], database: str, today: date, language: Language) -> str:
    """`keys` by the setting's name, each setting's in their order. Plain text that fits on one page."""
    with use_language(language):
        return "\n".join(
            [
                gettext("Team HOPE: the keys"),
                gettext("Database: %(name)s", name=database),
                gettext("Printed on %(day)s", day=format_date(today)),
                *_paragraph(DANGER),
                *_paragraph(KEEP_IT),
                *(line for name, of_it in keys.items() for line in _setting(name, of_it)),
                *_paragraph(TYPE_IT),
                "",
            ]
        )


def _paragraph(sentence: str) -> tuple[str, str]:
    return "", fill(gettext(sentence), WIDTH)


def _setting(name: str, keys: Sequence[str]) -> Iterator[str]:
    yield from ("", name, fill(gettext(WHAT_FOR[name]), WIDTH))
    for number, key in enumerate(keys, 1):
        which = gettext("Key %(number)s of %(count)s", number=number, count=len(keys))
        check = gettext("Check word: %(word)s", word=check_word(key))
        yield from ("", f"  {which} · {check}")
        yield indent("\n".join(groups_of(key)), "    ")
