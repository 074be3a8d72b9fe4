"""A programme's words as pages show them: in the reader's language, and as lists to choose from."""

from teamhope.kit import i18n
from teamhope.kit.i18n import gettext
from teamhope.vocabulary.programme import Kind, programme


def word(kind: Kind, code: str | None) -> str:
    """A code of the programme in the reader's language."""
    return programme().label(kind, code, i18n.language.get()) if code else gettext("Not known")


def word_choices(kind: Kind) -> list[tuple[str, str]]:
    """(code, label), in the order of the programme file."""
    return list(programme().choices(kind, i18n.language.get()))


def subtype_choices() -> list[tuple[str, str, str]]:
    """With the kinds of experience that each belongs to."""
    words = programme().subtypes
    kinds = {each.code: ", ".join(word("case_type", code) for code in each.of) for each in words}
    return [(each.code, word("subtype", each.code), kinds[each.code] or gettext("Any kind")) for each in words]
