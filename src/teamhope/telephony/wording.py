"""The only texts that may leave this programme. Each is whole: nothing is ever put into one (domain.md §2.6)."""

from typing import Final

from teamhope.kit.i18n import LANGUAGES, N_, gettext, use_language

REMINDER: Final = N_("You have a call due today. Sign in to see it.")
TEXTS: Final = (REMINDER,)


def reminder(language: str) -> str:
    """A volunteer's reminder. `language` is a code, with or without a region; English if we do not have it."""
    return in_language(REMINDER, language)


def in_language(text: str, language: str) -> str:
    with use_language(language.lower().partition("-")[0]):
        return gettext(text)


def is_ours(body: str) -> bool:
    """Whether the body is, to the letter, one of the texts in one of the languages."""
    return any(body == in_language(text, language) for text in TEXTS for language in LANGUAGES)
