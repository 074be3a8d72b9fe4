"""The words of every letter: neutral, without a name, a family or a case; only a link is ever put into one."""

from typing import Final

from teamhope.kit.i18n import N_, gettext, use_language
from teamhope.letters.rules import LetterKind

SUBJECT: Final = N_("Your account")
BODIES: Final[dict[LetterKind, str]] = {
    LetterKind.INVITATION: N_(
        "Hello,\n\n"
        "An account was made for you. Choose a password here:\n\n"
        "%(link)s\n\n"
        "The link works once, for 72 hours. After that, ask whoever invited you for a new one.\n\n"
        "If you did not expect this, delete this message.\n"
    ),
    LetterKind.RESET: N_(
        "Hello,\n\n"
        "A new password was asked for. Choose it here:\n\n"
        "%(link)s\n\n"
        "The link works once, for 60 minutes.\n\n"
        "If you did not ask for this, delete this message. Your password stays as it is.\n"
    ),
    LetterKind.CALL_FOR_HELP: N_("Hello,\n\nSomebody needs you now. Sign in to see it.\n"),
    LetterKind.BREAK_GLASS: N_("Hello,\n\nSomething needs your review. Sign in to see it.\n"),
}


def words(kind: LetterKind, language: str, link: str | None) -> tuple[str, str]:
    """Subject and text, in the person's language."""
    with use_language(language):
        return gettext(SUBJECT), gettext(BODIES[kind], link=link or "")
