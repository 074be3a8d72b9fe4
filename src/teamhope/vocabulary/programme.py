"""The words of one programme, from its file: what people lived through, who they are to the child, what they talk of.

Rules read the attributes of these words and never a code: another programme needs another file and no change here.
"""

import tomllib
from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final, Literal, TypeVar

from msgspec import Meta, Struct, ValidationError, convert

from teamhope.vocabulary.families import CadenceTemplate

PACKAGED: Final = Path(__file__).parent.parent / "programmes" / "missing_children.toml"

Code = Annotated[str, Meta(pattern=r"\A[A-Za-z0-9_]{1,40}\Z")]
LanguageCode = Annotated[str, Meta(pattern=r"\A[a-z]{2}\Z")]  # ISO 639-1
Label = Annotated[str, Meta(pattern=r"\A\S(.*\S)?\Z", max_length=120)]
Kind = Literal["case_type", "group", "subtype", "trajectory", "relation", "topic", "language"]


class RelationClass(StrEnum):
    """How alike two relations are (domain.md §3.3, factor role): the same class, parent with carer, or neither."""

    PARENT = "parent"
    CARER = "carer"
    SIBLING = "sibling"
    SURVIVOR = "survivor"
    SPOUSE = "spouse"
    OTHER = "other"


class Word(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    code: Code
    en: Label
    es: Label


class Group(Word, frozen=True, kw_only=True):
    """Experiences near enough that people who lived through them may be matched (rule H4)."""


class CaseType(Word, frozen=True, kw_only=True):
    group: Code
    heavy: bool = False  # a first call on it asks for a debrief (domain.md §4.9)
    advocate_review: bool = False  # at intake, mandatory (domain.md §2.2)
    not_on_probation: bool = False  # never a volunteer's on probation (rule H12)
    cadence: CadenceTemplate | None = None


class Subtype(Word, frozen=True, kw_only=True):
    of: tuple[Code, ...] = ()  # case types; none: any
    heavy: bool = False
    cadence: CadenceTemplate | None = None


class Trajectory(Word, frozen=True, kw_only=True):
    ahead_of: tuple[Code, ...] = ()  # a volunteer here is one step ahead of a family there
    adjacent: tuple[Code, ...] = ()  # in both directions, though written once
    both_asked_with: tuple[Code, ...] = ()  # a sensitive pairing (rule H10); in both directions, though written once
    ongoing: bool = False  # what happened is not over; with urgency, the acute cadence (domain.md §2.2)
    cadence: CadenceTemplate | None = None


class Relation(Word, frozen=True, kw_only=True, rename={"class_": "class"}):
    class_: RelationClass
    group: Code | None = None  # in place of the case type's (rule H4)
    survivor_training: bool = False  # asks for a volunteer trained for it (rule H9)
    minor_needs_advocate: bool = False  # under 18 and asking alone: the advocate takes it (domain.md §1.3, rule H9)


class Topic(Word, frozen=True, kw_only=True):
    heavy: bool = False


class LanguageWord(Word, frozen=True, kw_only=True):
    code: LanguageCode


class Name(Struct, frozen=True, forbid_unknown_fields=True):
    en: Label
    es: Label


W = TypeVar("W", bound=Word)
Some = Annotated[tuple[W, ...], Meta(min_length=1)]


class Programme(Struct, frozen=True, forbid_unknown_fields=True):
    """One programme's words, in the order in which pages list them."""

    id: Code
    version: Annotated[int, Meta(ge=1)]
    name: Name
    groups: Some[Group]
    case_types: Some[CaseType]
    subtypes: Some[Subtype]
    trajectories: Some[Trajectory]
    relations: Some[Relation]
    topics: Some[Topic]
    languages: Some[LanguageWord]
    # Months since it happened to a volunteer before she begins (TAPS; domain.md §1.3 and §3.3, question 4).
    ready_months: Annotated[int, Meta(ge=0, le=240)] = 18

    def case_type(self, code: str) -> CaseType:
        """Raises KeyError for a code that is not the programme's, as the other look-ups do."""
        return _find(self.case_types, code)

    def subtype(self, code: str) -> Subtype:
        return _find(self.subtypes, code)

    def trajectory(self, code: str) -> Trajectory:
        return _find(self.trajectories, code)

    def relation(self, code: str) -> Relation:
        return _find(self.relations, code)

    def topic(self, code: str) -> Topic:
        return _find(self.topics, code)

    def words(self, kind: Kind) -> Sequence[Word]:
        by_kind: dict[Kind, Sequence[Word]] = {
            "case_type": self.case_types,
            "group": self.groups,
            "subtype": self.subtypes,
            "trajectory": self.trajectories,
            "relation": self.relations,
            "topic": self.topics,
            "language": self.languages,
        }
        return by_kind[kind]

    def has(self, kind: Kind, code: str) -> bool:
        return any(word.code == code for word in self.words(kind))

    def label(self, kind: Kind, code: str, language: str) -> str:
        """The word in `language`, English unless "es". A code of an earlier version of the file is shown as it is."""
        return next((_in(language, word) for word in self.words(kind) if word.code == code), code)

    def choices(self, kind: Kind, language: str) -> tuple[tuple[str, str], ...]:
        """(code, label) of each word, in the file's order."""
        return tuple((word.code, _in(language, word)) for word in self.words(kind))

    def subtypes_of(self, case_type: str) -> tuple[Subtype, ...]:
        return tuple(subtype for subtype in self.subtypes if not subtype.of or case_type in subtype.of)

    def group_of(self, case_type: str, relation: str) -> str:
        """The group that rule H4 compares: the relation's own where it has one, else the case type's."""
        return self.relation(relation).group or self.case_type(case_type).group

    def adjacent(self, one: str, other: str) -> bool:
        return other in self.trajectory(one).adjacent or one in self.trajectory(other).adjacent

    def both_must_have_asked(self, one: str, other: str) -> bool:
        """Whether the two trajectories are a sensitive pairing (rule H10), in either direction."""
        return other in self.trajectory(one).both_asked_with or one in self.trajectory(other).both_asked_with


class ProgrammeProblem(Exception):
    """The programme file cannot be used. The text names the place in the file and what to do there."""


def parse_programme(toml: bytes) -> Programme:
    """The programme in a file's bytes. Raises ProgrammeProblem with the first thing to put right."""
    try:
        programme = convert(tomllib.loads(toml.decode()), Programme)
    except UnicodeDecodeError:
        raise ProgrammeProblem("the file is not UTF-8 text; save it as UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        raise ProgrammeProblem(f"the file is not TOML: {error}") from None
    except ValidationError as error:
        raise ProgrammeProblem(f"{error}; every word has a code and a label in English (en) and Spanish (es)") from None
    for problem in _problems(programme):
        raise ProgrammeProblem(problem)
    return programme


def load_programme(path: Path = PACKAGED) -> Programme:
    """For composition roots and tests. Raises ProgrammeProblem naming the file, also where it cannot be read."""
    try:
        return parse_programme(path.read_bytes())
    except OSError as error:
        raise ProgrammeProblem(f"{path}: {error.strerror}; set PROGRAMME_FILE to a file that can be read") from None
    except ProgrammeProblem as problem:
        raise ProgrammeProblem(f"{path}: {problem}") from None


def _problems(programme: Programme) -> Iterator[str]:
    groups, cases = _codes(programme.groups), _codes(programme.case_types)
    trajectories = _codes(programme.trajectories)
    for words in ("groups", "case_types", "subtypes", "trajectories", "relations", "topics", "languages"):
        yield from _twice(words, getattr(programme, words))
    for case in programme.case_types:
        yield from _unknown(f"case_types {case.code}: group", [case.group], groups)
    for subtype in programme.subtypes:
        yield from _unknown(f"subtypes {subtype.code}: of", subtype.of, cases)
    for step in programme.trajectories:
        for name in ("ahead_of", "adjacent", "both_asked_with"):
            yield from _unknown(f"trajectories {step.code}: {name}", getattr(step, name), trajectories)
    for relation in programme.relations:
        yield from _unknown(f"relations {relation.code}: group", [relation.group] if relation.group else [], groups)
    yield from _unknown("languages", ["en", "es"], _codes(programme.languages))


def _twice(place: str, words: Sequence[Word]) -> Iterator[str]:
    codes = [word.code for word in words]
    for code in sorted({code for code in codes if codes.count(code) > 1}):
        yield f"{place} {code}: the code is given twice; give each word a code of its own"


def _unknown(place: str, named: Iterable[str], known: frozenset[str]) -> Iterator[str]:
    for code in named:
        if code not in known:
            yield f"{place}: there is no {code}; use one of {', '.join(sorted(known))}, or add it"


def _codes(words: Sequence[Word]) -> frozenset[str]:
    return frozenset(word.code for word in words)


def _find(words: Sequence[W], code: str) -> W:
    for word in words:
        if word.code == code:
            return word
    raise KeyError(code)


def _in(language: str, word: Word) -> str:
    return word.es if language == "es" else word.en


_in_use: list[Programme] = []


def use_programme(programme: Programme) -> None:
    """For composition roots: the programme of this process, from here on."""
    _in_use[:] = [programme]


def programme() -> Programme:
    """The programme of this process. Raises RuntimeError before use_programme: a root has forgotten to choose."""
    if not _in_use:
        raise RuntimeError("no programme is in use: the process has to call use_programme at its start")
    return _in_use[0]
