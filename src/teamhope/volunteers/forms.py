"""What the pages of volunteers may be sent."""

from collections.abc import Iterator
from datetime import date, time
from typing import Annotated, Any, Final

from msgspec import Meta, Struct, defstruct

from teamhope.accounts.forms import Email, Name, Zone
from teamhope.kit.forms import FormProblems
from teamhope.vocabulary.families import ActivityKind, CredentialKind, Gender, LanguageLevel, Window
from teamhope.vocabulary.programme import LanguageCode
from teamhope.vocabulary.states import VolunteerStatus
from teamhope.volunteers.forms_lived import LivedForm
from teamhope.volunteers.rules_activities import DAY_MINUTES, Activity

WEEK: Final = range(7)  # Monday first
SPANS: Final = ("a", "b")  # two a day: before and after work


class VolunteerForm(LivedForm, frozen=True):
    """Its own fields come first."""

    name: Name
    email: Email
    phone: Annotated[str, Meta(max_length=32)] | None
    timezone: Zone
    language: Annotated[str, Meta(pattern="^(en|es)$")]
    language_1: LanguageCode
    level_1: LanguageLevel = LanguageLevel.NATIVE
    language_2: LanguageCode | None = None
    level_2: LanguageLevel = LanguageLevel.CONVERSATIONAL
    state: Annotated[str, Meta(max_length=2)] | None = None
    gender: Gender | None = None
    agreed_to_sms: bool = False


class CredentialForm(Struct, frozen=True):
    kind: CredentialKind
    completed_on: date
    expires_on: date | None = None


class ActivityForm(Struct, frozen=True):
    activity: ActivityKind
    happened_on: date
    minutes: Annotated[int, Meta(ge=1, le=DAY_MINUTES)]

    def as_given(self) -> Activity:
        return Activity(self.activity, self.happened_on, self.minutes)


class StatusForm(Struct, frozen=True):
    to: VolunteerStatus


class AwayForm(Struct, frozen=True):
    first_on: date
    last_on: date


def _names() -> Iterator[tuple[str, str]]:
    return ((f"from_{day}{span}", f"until_{day}{span}") for day in WEEK for span in SPANS)


def _whole(form: Any) -> None:
    halves = [start for start, end in _names() if (getattr(form, start) is None) != (getattr(form, end) is None)]
    if halves:
        raise FormProblems([(field, "window_incomplete", {}) for field in halves])


_FIELDS: list[tuple[str, Any, Any]] = [(name, time | None, None) for pair in _names() for name in pair]
# from_0a, until_0a … until_6b: Monday first, and how many families and calls a week she takes at most.
TimesForm: Final = defstruct(
    "TimesForm",
    [
        ("max_open_matches", Annotated[int, Meta(ge=0, le=20)]),
        ("max_calls_per_week", Annotated[int, Meta(ge=0, le=60)]),
        *_FIELDS,
    ],
    namespace={"__post_init__": _whole},
    frozen=True,
)


def windows_of(form: Any) -> tuple[Window, ...]:
    """The week that a TimesForm describes."""
    spans = ((day, getattr(form, f"from_{day}{span}"), getattr(form, f"until_{day}{span}")) for day, span in _rows())
    return tuple(Window(day, start, end) for day, start, end in spans if start is not None and end is not None)


def _rows() -> Iterator[tuple[int, str]]:
    return ((day, span) for day in WEEK for span in SPANS)


def times_of(windows: tuple[Window, ...], max_open_matches: int, max_calls_per_week: int) -> dict[str, object]:
    """The answers that a TimesForm shows for a week; of a day with more than two spans, the first two."""
    shown: dict[str, object] = {"max_open_matches": max_open_matches, "max_calls_per_week": max_calls_per_week}
    for day in WEEK:
        mine = sorted(window for window in windows if window.weekday == day)
        for span, window in zip(SPANS, mine, strict=False):
            shown |= {f"from_{day}{span}": window.start, f"until_{day}{span}": window.end}
    return shown
