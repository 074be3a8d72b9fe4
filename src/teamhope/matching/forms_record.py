"""What the pages of a volunteer's languages and team may be sent."""

from collections.abc import Iterator, Mapping
from typing import Any, Final
from uuid import UUID

from msgspec import Struct, defstruct

from teamhope.kit.forms import FormProblems, Problem
from teamhope.vocabulary.families import LanguageLevel, SpokenLanguage
from teamhope.vocabulary.programme import LanguageCode
from teamhope.volunteers.rules_languages import MOST

NUMBERS: Final = range(1, MOST + 1)


class TeamForm(Struct, frozen=True):
    team: UUID | None = None


def _whole(form: Any) -> None:
    problems = list(_problems(form))
    if problems:
        raise FormProblems(problems)


def _problems(form: Any) -> Iterator[Problem]:
    for number in NUMBERS:
        language, level = _pair(form, number)
        if language is not None and level is None:
            yield f"level_{number}", "level_missing", {}


def _pair(form: Any, number: int) -> tuple[str | None, LanguageLevel | None]:
    return getattr(form, f"language_{number}"), getattr(form, f"level_{number}")


_FIELDS: list[tuple[str, Any, Any]] = [
    field
    for number in NUMBERS
    for field in ((f"language_{number}", LanguageCode | None, None), (f"level_{number}", LanguageLevel | None, None))
]
# language_1, level_1 … level_8: in the order of preference; a level without a language says nothing.
LanguagesForm: Final = defstruct("LanguagesForm", _FIELDS, namespace={"__post_init__": _whole}, frozen=True)


def spoken_of(form: Any) -> tuple[SpokenLanguage, ...]:
    """What a LanguagesForm says; where a line between two is empty, the next comes up."""
    pairs = (_pair(form, number) for number in NUMBERS)
    return tuple(SpokenLanguage(code, level) for code, level in pairs if code is not None and level is not None)


def answers_of(languages: Mapping[str, LanguageLevel]) -> dict[str, object]:
    """The answers that a LanguagesForm shows for them."""
    lines = enumerate(languages.items(), start=1)
    return {key: value for n, (code, level) in lines for key, value in ((f"language_{n}", code), (f"level_{n}", level))}
