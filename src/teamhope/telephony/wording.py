"""The only texts that may leave this programme; nothing but a weekday and a time is put into one (domain.md §2.6)."""

from datetime import datetime, time
from functools import cache
from typing import Final

from teamhope.kit.i18n import LANGUAGES, N_, format_time, gettext, short_weekday_names, use_language
from teamhope.vocabulary.calls import MessageKind

REMINDER: Final = N_("You have a call due today. Sign in to see it.")
AT_START: Final = N_("It is time for your call. Sign in to see it.")
AT_END: Final = N_("A call is still to be made. Sign in to see it.")
TO_VOLUNTEER: Final = {
    MessageKind.DAILY_REMINDER: REMINDER,
    MessageKind.NUDGE_AT_START: AT_START,
    MessageKind.NUDGE_AT_END: AT_END,
}
WITHOUT_TIME: Final = N_("You have a reminder.")
WITH_TIME: Final = N_("Reminder: your call is %(when)s.")
TEXTS: Final = (*TO_VOLUNTEER.values(), WITHOUT_TIME)  # to the letter


def reminder(language: str) -> str:
    """A volunteer's reminder. `language` is a code, with or without a region; English if we do not have it."""
    return to_volunteer(MessageKind.DAILY_REMINDER, language)


def to_volunteer(kind: MessageKind, language: str) -> str:
    """As reminder, of any kind that goes to a volunteer."""
    return in_language(TO_VOLUNTEER[kind], language)


def to_family(language: str, local: datetime | None) -> str:
    """A family's reminder; `local` is the call's start on its own clock, None where the text names no time."""
    if local is None:
        return in_language(WITHOUT_TIME, language)
    with use_language(_code(language)):
        return gettext(WITH_TIME, when=f"{short_weekday_names()[local.weekday()]} {format_time(local.time())}")


def in_language(text: str, language: str) -> str:
    with use_language(_code(language)):
        return gettext(text)


def _code(language: str) -> str:
    return language.lower().partition("-")[0]


def is_ours(body: str) -> bool:
    """Whether the body is, to the letter, one of the texts in one of the languages; a weekday and a time may vary."""
    return any(_is_in(body, language) for language in LANGUAGES)


def _is_in(body: str, language: str) -> bool:
    before, after = in_language(WITH_TIME, language).split("%(when)s")
    if body.startswith(before) and body.endswith(after):
        day, _, clock = body.removeprefix(before).removesuffix(after).partition(" ")
        return day in _weekdays(language) and clock in _times(language)
    return any(body == in_language(text, language) for text in TEXTS)


@cache
def _weekdays(language: str) -> frozenset[str]:
    with use_language(language):
        return frozenset(short_weekday_names())


@cache
def _times(language: str) -> frozenset[str]:
    """Every minute of a day as it is written."""
    with use_language(language):
        return frozenset(format_time(time(minute // 60, minute % 60)) for minute in range(24 * 60))
