"""What a browser sends, as a msgspec struct or as every problem at once; and what a template shows again."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum
from typing import Any, Final, Protocol, TypeVar, cast

import msgspec
from msgspec import inspect
from msgspec.structs import FieldInfo

from teamhope.kit.i18n import N_, format_number, gettext

T = TypeVar("T", bound=msgspec.Struct)
Value = str | list[str]
Values = dict[str, Value]
Problem = tuple[str, str, dict[str, object]]  # field, code, facts for the sentence

CSRF_FIELD: Final = "_csrf_token"
YEARS: Final = range(2000, 2101)  # of days that are chosen; no clock reckons beyond the year 9999
VERBATIM: Final = "verbatim"  # Meta(extra={VERBATIM: True}): spaces around an answer belong to it, as in a password
BOXES: Final = {"on": True, "true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
WHOLE_NUMBER: Final = re.compile(r"[+-]?[0-9]{1,18}")  # within 64 bits
NUMBER: Final = re.compile(r"[+-]?[0-9]{1,15}(\.[0-9]{1,9})?")
CLOCK: Final = re.compile(r"[0-9]{2}:[0-9]{2}(:[0-9]{2})?")  # what <input type=time> sends
LOCAL_MOMENT: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2})?")
TURNS_TEXT_ROUND: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")

SENTENCES: Final = {
    "required": N_("Fill in this answer."),
    "unknown_field": N_("This form has no such question. Load the page again and send it once more."),
    "only_one": N_("Give one answer only."),
    "control_characters": N_("This text has characters that cannot be shown. Type it again instead of pasting it."),
    "too_long": N_("Shorten this to %(limit)s characters or fewer."),
    "too_short": N_("Write at least %(limit)s characters."),
    "too_small": N_("Enter %(limit)s or more."),
    "too_large": N_("Enter %(limit)s or less."),
    "too_few": N_("Choose at least %(limit)s."),
    "too_many": N_("Choose %(limit)s at most."),
    "not_a_choice": N_("Choose one of the answers in the list."),
    "not_a_number": N_("Enter a number in digits, for example 12."),
    "not_a_date": N_("Enter a date, for example 11/24/2026"),
    "not_a_time": N_("Enter a time, for example 6:00 PM"),
    "pattern": N_("Write this the way the example beside it shows."),
    "not_valid": N_("Check this answer and send it once more."),
}


class Sent(Protocol):
    """A form as it arrived: Litestar's FormMultiDict, or anything that lists its (name, value) pairs."""

    def multi_items(self) -> Iterable[tuple[str, object]]: ...


@dataclass(frozen=True, slots=True)
class AsSent:
    """Answers by name, as a form would send them."""

    values: Mapping[str, Value]

    def multi_items(self) -> Iterable[tuple[str, object]]:
        for name, value in self.values.items():
            yield from ((name, each) for each in (value if isinstance(value, list) else [value]))


class FormProblems(Exception):
    """Every wrong field, in the order of the form; `values` is what was typed, to be shown again.

    A struct's __post_init__ may raise it for answers that contradict each other; read_form adds the values.
    """

    def __init__(self, problems: Sequence[Problem], values: Mapping[str, Value] | None = None) -> None:
        super().__init__(", ".join(sorted({code for _, code, _ in problems})))  # never what was typed
        self.problems = tuple(problems)
        self.values = dict(values or {})


class _Wrong(Exception):
    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts


def read_form(form_type: type[T], sent: Sent) -> T:
    """The struct that the form describes. Raises FormProblems, and nothing else whatever was sent.

    Text is stripped (but see VERBATIM) and brought to Unicode NFC, line ends to \\n. An empty answer is None where the
    field may be None, its default where it has one, else a problem. A box that was not sent is False (None for
    `bool | None`), a list that was not sent is empty. Dates and times are the browser's ISO forms, local, without a
    zone. Other names are refused.
    """
    answers = _gather(sent)
    fields = msgspec.structs.fields(form_type)
    found: dict[str, Any] = {}
    problems: list[Problem] = []
    for info in fields:
        try:
            found[info.name] = _read_field(info, answers.get(info.encode_name, []))
        except _Wrong as wrong:
            problems.append((info.encode_name, wrong.code, wrong.facts))
    known = {info.encode_name for info in fields} | {CSRF_FIELD}
    problems += [(name, "unknown_field", {}) for name in answers if name not in known]
    values = typed(sent)
    if problems:
        raise FormProblems(problems, values)
    return _build(form_type, found, values)


def typed(sent: Sent) -> Values:
    """What was typed, by name: a list where a name came more than once. Without the CSRF token and uploaded files."""
    texts = {name: [_printable(one) for one in given if isinstance(one, str)] for name, given in _gather(sent).items()}
    return {name: given[0] if len(given) == 1 else given for name, given in texts.items() if name != CSRF_FIELD}


def _printable(text: str) -> str:
    return text.encode(errors="replace").decode()  # half a character pair cannot be sent back in a page


def _gather(sent: Sent) -> dict[str, list[object]]:
    answers: dict[str, list[object]] = {}
    for name, value in sent.multi_items():
        answers.setdefault(name, []).append(value)
    return answers


def _build(form_type: type[T], found: dict[str, Any], values: Values) -> T:
    try:
        return form_type(**found)
    except FormProblems as contradiction:
        raise FormProblems(contradiction.problems, values) from None


def _read_field(info: FieldInfo, given: list[object]) -> Any:
    kind, nullable = _kind(info.type)
    texts = [text for text in map(_clean if _is_stripped(info.type) else _tidy, given) if text]
    if isinstance(kind, inspect.CollectionType):
        return _read_list(info, kind, texts)
    if len(texts) > 1:
        raise _Wrong("only_one")
    if texts:
        return _read_one(info, kind, texts[0])
    return _unanswered(info, kind, nullable, was_sent=bool(given))


def _kind(wanted: Any) -> tuple[inspect.Type, bool]:
    """The one type behind `X | None`, and whether None is allowed."""
    kind = inspect.type_info(wanted)
    if not isinstance(kind, inspect.UnionType):
        return _bare(kind), False
    others = [_bare(one) for one in kind.types if not isinstance(one, inspect.NoneType)]
    if len(others) != 1:
        raise TypeError(f"a form's field has one type, or one type and None: {wanted}")
    return others[0], len(others) < len(kind.types)


def _bare(kind: inspect.Type) -> inspect.Type:
    return kind.type if isinstance(kind, inspect.Metadata) else kind


def _is_stripped(wanted: Any) -> bool:
    kind = inspect.type_info(wanted)
    return not (isinstance(kind, inspect.Metadata) and (kind.extra or {}).get(VERBATIM))


def _clean(text: object) -> str:
    return _tidy(text.strip() if isinstance(text, str) else text)


def _tidy(text: object) -> str:
    """Raises _Wrong for an uploaded file, and for characters that break storage or change how text reads."""
    if not isinstance(text, str):
        raise _Wrong("not_valid")
    tidy = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")
    if any(_is_control(character) for character in tidy):
        raise _Wrong("control_characters")
    return tidy


def _is_control(character: str) -> bool:
    return character in TURNS_TEXT_ROUND or (
        unicodedata.category(character) in {"Cc", "Cs"} and character not in "\n\t"
    )


def _unanswered(info: FieldInfo, kind: inspect.Type, nullable: bool, was_sent: bool) -> Any:
    if isinstance(kind, inspect.BoolType):
        return None if nullable else False
    if nullable and (was_sent or info.required):
        return None
    if info.required:
        raise _Wrong("required")
    return info.default if info.default_factory is msgspec.NODEFAULT else info.default_factory()


def _read_list(info: FieldInfo, kind: inspect.CollectionType, texts: list[str]) -> Any:
    item = _bare(kind.item_type)
    if kind.min_length is not None and len(texts) < kind.min_length:
        raise _Wrong("too_few", limit=kind.min_length)
    if kind.max_length is not None and len(texts) > kind.max_length:
        raise _Wrong("too_many", limit=kind.max_length)
    ready = [_prepare(text, item) for text in texts]
    try:
        return msgspec.convert(ready, info.type)
    except msgspec.ValidationError:
        raise next((wrong for each in ready if (wrong := _why(each, item))), _Wrong("not_valid")) from None


def _read_one(info: FieldInfo, kind: inspect.Type, text: str) -> Any:
    ready = _prepare(text, kind)
    try:
        return msgspec.convert(ready, info.type)
    except msgspec.ValidationError:
        raise (_why(ready, kind) or _Wrong("not_valid")) from None


def _prepare(text: str, kind: inspect.Type) -> object:
    """What msgspec then reads strictly: its own lenient reading takes the name "Null" for no answer."""
    return READERS.get(type(kind), str)(text)


def _box(text: str) -> bool:
    if text not in BOXES:
        raise _Wrong("not_a_choice")
    return BOXES[text]


def _matched(pattern: re.Pattern[str], text: str, code: str) -> str:
    if pattern.fullmatch(text) is None:
        raise _Wrong(code)
    return text


def _with_seconds(text: str, length: int) -> str:
    return f"{text}:00" if len(text) == length else text


READERS: Final[dict[type[inspect.Type], Callable[[str], object]]] = {
    inspect.BoolType: _box,
    inspect.IntType: lambda text: int(_matched(WHOLE_NUMBER, text, "not_a_number")),
    inspect.FloatType: lambda text: float(_matched(NUMBER, text, "not_a_number")),
    inspect.DecimalType: lambda text: _matched(NUMBER, text, "not_a_number"),
    inspect.TimeType: lambda text: _with_seconds(_matched(CLOCK, text, "not_a_time"), len("18:00")),
    inspect.DateTimeType: lambda text: _with_seconds(
        _matched(LOCAL_MOMENT, text, "not_a_date"), len("2026-11-24T18:00")
    ),
}


def _why(value: object, kind: inspect.Type) -> _Wrong | None:
    """The reason for which msgspec refuses the value; None if this kind of field gives none."""
    match kind:
        case inspect.StrType():
            return _why_text(str(value), kind)
        case inspect.IntType() | inspect.FloatType() | inspect.DecimalType():
            return _why_number(cast(float, value), kind)
        case inspect.DateType() | inspect.DateTimeType():
            return _Wrong("not_a_date")
        case inspect.TimeType():
            return _Wrong("not_a_time")
        case inspect.EnumType() | inspect.LiteralType() | inspect.UUIDType():
            return _Wrong("not_a_choice")
    return None


def _why_text(text: str, kind: inspect.StrType) -> _Wrong | None:
    if kind.max_length is not None and len(text) > kind.max_length:
        return _Wrong("too_long", limit=kind.max_length)
    if kind.min_length is not None and len(text) < kind.min_length:
        return _Wrong("too_short", limit=kind.min_length)
    if kind.pattern is not None and re.search(kind.pattern, text) is None:
        return _Wrong("pattern")
    return None


def _why_number(number: float, kind: inspect.IntType | inspect.FloatType | inspect.DecimalType) -> _Wrong | None:
    if isinstance(kind, inspect.DecimalType):
        return None
    if kind.ge is not None and number < kind.ge:
        return _Wrong("too_small", limit=kind.ge)
    if kind.le is not None and number > kind.le:
        return _Wrong("too_large", limit=kind.le)
    return None


def sentence(code: str, facts: Mapping[str, object]) -> str:
    """What is wrong and how to put it right, in the reader's language; a general sentence for a code not known here."""
    shown = {name: format_number(fact) if isinstance(fact, int | float) else fact for name, fact in facts.items()}
    return gettext(SENTENCES.get(code, SENTENCES["not_valid"]), **shown)


@dataclass(frozen=True, slots=True)
class Form:
    """What a template shows: the answers as text, and a sentence beside each wrong one."""

    values: Mapping[str, Value] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def empty(cls, **defaults: object) -> "Form":
        """A form nobody has sent yet. Defaults may be of any type that a form's field has."""
        return cls({name: _shown(value) for name, value in defaults.items()})

    @classmethod
    def refused(cls, problems: FormProblems, say: Callable[[str, Mapping[str, object]], str] = sentence) -> "Form":
        """The form as it was typed. Of several problems of one field, the first. `say` words a slice's own codes."""
        errors: dict[str, str] = {}
        for name, code, facts in problems.problems:
            errors.setdefault(name, say(code, facts))
        return cls(problems.values, errors)

    def value(self, name: str) -> str:
        """The text of one answer; empty if there is none."""
        given = self.values.get(name, "")
        return given if isinstance(given, str) else next(iter(given), "")

    def has(self, name: str, choice: str) -> bool:
        """Whether the choice was made: for `checked` and `selected`."""
        given = self.values.get(name, [])
        return given == choice or (isinstance(given, list) and choice in given)

    def error(self, name: str) -> str:
        return self.errors.get(name, "")


def page_number(asked: str) -> int:
    """Which page of a list an address asks for; the first unless it names another."""
    is_number = asked.isascii() and asked.isdigit() and len(asked) < 6
    return max(int(asked), 1) if is_number else 1


def monday_of(text: str | None, today: date) -> date:
    """The Monday of the week that a page's address names, of this week if it names none that can be read."""
    try:
        day = date.fromisoformat(text or "")
    except ValueError:
        day = today
    if day.year not in YEARS:
        day = today
    return date.fromordinal(day.toordinal() - day.weekday())


def _shown(value: object) -> Value:
    if isinstance(value, list | tuple | set | frozenset):
        return [_text(one) for one in value]
    return _text(value)


def _text(value: object) -> str:
    match value:
        case None | False:
            return ""
        case True:
            return "on"
        case StrEnum():
            return value.value
        case datetime() | time():
            return value.isoformat(timespec="minutes")
        case date():
            return value.isoformat()
    return str(value)
