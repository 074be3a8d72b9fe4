"""Which sentences of the source have no Spanish, and which Spanish has no sentence."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.pofile import read_po

KEYWORDS = {
    "_": None,
    "N_": None,
    "gettext": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
PLACES = re.compile(r"%\(\w+\)[sd]|%%")


class Sentence(NamedTuple):
    context: str | None
    english: str  # of a sentence with a plural, the singular


def sentences_of(source_root: Path) -> dict[Sentence, str]:
    """Every marked sentence below the folder, with the place where it was first seen, as file:line."""
    found: dict[Sentence, str] = {}
    for path in sorted(source_root.rglob("*.py")):
        _collect(found, path, source_root, "python", {})
    for path in sorted(path for path in source_root.rglob("templates/**/*") if path.is_file()):
        _collect(found, path, source_root, "jinja2.ext:babel_extract", {"trimmed": "true", "silent": "false"})
    return found


def _collect(found: dict[Sentence, str], path: Path, root: Path, method: str, options: dict[str, str]) -> None:
    with path.open("rb") as file:
        for line, message, _, context in extract(method, file, KEYWORDS, options={"encoding": "utf-8", **options}):
            english = message if isinstance(message, str) else message[0]
            found.setdefault(Sentence(context, english), f"{path.relative_to(root)}:{line}")


def missing_translations(source_root: Path, catalogue_dirs: Sequence[Path]) -> list[str]:
    """Each sentence that no catalogue translates in full, not fuzzy: "file:line: sentence", by file and line."""
    done = {_sentence(message) for _, message in _messages(catalogue_dirs) if _is_done(message)}
    return [
        f"{place}: {sentence.english}" for sentence, place in sentences_of(source_root).items() if sentence not in done
    ]


def unused_translations(source_root: Path, catalogue_dirs: Sequence[Path]) -> list[str]:
    """Each entry whose sentence the source no longer has, and each that is marked obsolete: "file: sentence"."""
    used = sentences_of(source_root)
    unused = [
        f"{path.name}: {message.id}" for path, message in _messages(catalogue_dirs) if _sentence(message) not in used
    ]
    obsolete = [f"{path.name}: {old}" for path, catalogue in _catalogues(catalogue_dirs) for old in catalogue.obsolete]
    return unused + obsolete


def altered_places(catalogue_dirs: Sequence[Path]) -> list[str]:
    """Each entry whose translation fills other %(places)s than the English: "file: sentence".

    Of a plural, the singular's translation may leave the number out, as English does.
    """
    return [f"{path.name}: {message.id}" for path, message in _messages(catalogue_dirs) if not _same_places(message)]


def contradictions(catalogue_dirs: Sequence[Path]) -> list[str]:
    """Each sentence that two slices translate differently, though readers get one of them: "files: sentence"."""
    seen: dict[Sentence, tuple[Path, object]] = {}
    found = []
    for path, message in _messages(catalogue_dirs):
        first, translation = seen.setdefault(_sentence(message), (path, message.string))
        if translation != message.string:
            found.append(f"{first.name}, {path.name}: {message.id}")
    return found


def _catalogues(catalogue_dirs: Sequence[Path]) -> Iterator[tuple[Path, Catalog]]:
    for path in sorted(path for folder in catalogue_dirs for path in folder.glob("*.po")):
        with path.open("rb") as file:
            yield path, read_po(file, abort_invalid=True)


def _messages(catalogue_dirs: Sequence[Path]) -> Iterator[tuple[Path, Message]]:
    for path, catalogue in _catalogues(catalogue_dirs):
        yield from ((path, message) for message in catalogue if message.id)


def _sentence(message: Message) -> Sentence:
    return Sentence(message.context, message.id if isinstance(message.id, str) else message.id[0])


def _is_done(message: Message) -> bool:
    strings = [message.string] if isinstance(message.string, str) else message.string
    plural_fits = isinstance(message.id, str) == isinstance(message.string, str)
    return plural_fits and not message.fuzzy and all(text and text.strip() for text in strings)


def _same_places(message: Message) -> bool:
    if isinstance(message.id, str):
        return _places(message.id) == _places(message.string)
    singular, plural = _places(message.id[0]), _places(message.id[1])
    first, *others = map(_places, message.string)
    return set(first) <= set(singular + plural) and all(other == plural for other in others)


def _places(text: str) -> list[str]:
    return sorted(set(PLACES.findall(text)))
