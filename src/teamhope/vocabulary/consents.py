"""The words that are read to a family before it agrees to something, in every version that was ever in use."""

import tomllib
from pathlib import Path
from typing import Annotated, Final

from msgspec import Meta, Struct, convert

from teamhope.vocabulary.families import ConsentKind

PACKAGED: Final = Path(__file__).parent.parent / "programmes" / "consents.toml"
Text = Annotated[str, Meta(min_length=1, max_length=600)]


class Words(Struct, frozen=True, forbid_unknown_fields=True):
    """One text in the languages in which it is read out."""

    en: Text
    es: Text

    def in_language(self, code: str | None) -> str:
        """English unless "es": to others it is read by an interpreter."""
        return self.es if code == "es" else self.en


class Version(Struct, frozen=True, forbid_unknown_fields=True):
    code: Annotated[str, Meta(pattern=r"\A[A-Za-z0-9_.-]{1,40}\Z")]
    words: dict[ConsentKind, Words]


class _Sheet(Struct, frozen=True, forbid_unknown_fields=True):
    versions: Annotated[tuple[Version, ...], Meta(min_length=1)]


def read_versions(toml: bytes) -> tuple[Version, ...]:
    """The oldest first. Raises ValueError for two of one code, and if the last lacks words for a kind."""
    versions = convert(tomllib.loads(toml.decode()), _Sheet).versions
    if len({version.code for version in versions}) < len(versions):
        raise ValueError("two versions of the consent words have one code")
    if missing := set(ConsentKind) - set(versions[-1].words):
        raise ValueError(f"version {versions[-1].code} has no words for {', '.join(sorted(missing))}")
    return versions


VERSIONS: Final = read_versions(PACKAGED.read_bytes())
CURRENT: Final = VERSIONS[-1]


def is_version(code: str) -> bool:
    return any(version.code == code for version in VERSIONS)


def words_of(kind: ConsentKind) -> Words:
    """What is read out today."""
    return CURRENT.words[kind]
