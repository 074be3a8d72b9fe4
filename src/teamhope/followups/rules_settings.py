"""What the programme decides about calls: the days of each cadence, hours and limits, days that are kept free."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from itertools import pairwise
from typing import Final

from teamhope.families.rules_hours import OUTER_BOUND
from teamhope.families.rules_policy import DAYS_OF, OWN_DAYS_MOST, ContactPolicy, span_on
from teamhope.followups.rules import LADDER_DAYS
from teamhope.followups.rules_cadence import Plan, Rhythms, Why, next_date
from teamhope.followups.rules_slots import SLOT
from teamhope.followups.rules_steps import Ladders
from teamhope.vocabulary.families import CadenceTemplate

BUILT_IN: Final = "2026-02"  # the version of what is written in the code
LAST_DAY: Final = 730  # after the first conversation, and between two calls
DAYS_MOST: Final = 40
SHOWN: Final = 10

Problem = tuple[str, str, dict[str, object]]  # field, code, facts


@dataclass(frozen=True, slots=True)
class Number:
    """`least` and `most` belong to it; the database knows them too."""

    code: str
    least: int
    most: int


NUMBERS: Final = (
    Number("gap_hours", 12, 168),
    Number("calls_a_week", 1, 7),
    Number("first_calls_a_week", 1, 7),
    Number("voicemail_hours", 24, 336),
)
STEPS: Final = (Number("missed_tells", 1, 9), Number("missed_pauses", 2, 10))
BEFORE: Final = Number("before_sensitive_days", 1, 30)
# Keep in touch has no days of its own: Rhythms.keep_in_touch.
WITH_DAYS: Final = tuple(each for each in CadenceTemplate if each is not CadenceTemplate.KEEP_IN_TOUCH)


@dataclass(frozen=True, slots=True)
class CadenceSettings:
    version: str = BUILT_IN
    rhythms: Rhythms = Rhythms()
    ladders: Ladders = Ladders()
    policy: ContactPolicy = ContactPolicy()


@dataclass(frozen=True, slots=True)
class Rhythm:
    """What a family can choose: a template; of keep in touch also the days between two calls."""

    template: CadenceTemplate
    every: int | None = None

    @classmethod
    def of(cls, plan: Plan) -> "Rhythm":
        keeps_in_touch = plan.template is CadenceTemplate.KEEP_IN_TOUCH
        return cls(plan.template, plan.keep_in_touch_days if keeps_in_touch else None)

    @property
    def code(self) -> str:
        return self.template if self.every is None else f"{self.template}_{self.every}"


def choices_of(rhythms: Rhythms) -> tuple[Rhythm, ...]:
    keeping = (Rhythm(CadenceTemplate.KEEP_IN_TOUCH, days) for days in rhythms.keep_in_touch)
    return (*map(Rhythm, WITH_DAYS), *keeping)


def problems_of(settings: CadenceSettings) -> tuple[Problem, ...]:
    """Everything that cannot be, by its field of the form, in the form's order."""
    return (*_of_rhythms(settings.rhythms), *_of_hours(settings.policy), *_of_ladders(settings), *_of_days(settings))


def _of_rhythms(rhythms: Rhythms) -> Iterator[Problem]:
    for template in WITH_DAYS:
        cadence = rhythms.cadences[template]
        if wrong := _wrong_days(cadence.days, 1, LAST_DAY) or _none(cadence.days):
            yield f"days_{template}", *wrong
        if cadence.reviews - set(cadence.days):
            yield f"reviews_{template}", "review_without_call", {}
    if wrong := _wrong_days(rhythms.keep_in_touch, 7, LAST_DAY) or _none(rhythms.keep_in_touch):
        yield "keep_in_touch", *wrong


def _none(days: tuple[int, ...]) -> tuple[str, dict[str, object]] | None:
    return None if days else ("no_calls_planned", {})


def _wrong_days(days: tuple[int, ...], least: int, most: int) -> tuple[str, dict[str, object]] | None:
    if len(days) > DAYS_MOST:
        return "too_many_days", {"most": DAYS_MOST}
    if any(not least <= day <= most for day in days):
        return "days_outside", {"least": least, "most": most}
    return ("days_not_rising", {}) if any(a >= b for a, b in pairwise(days)) else None


def _of_hours(policy: ContactPolicy) -> Iterator[Problem]:
    earliest, latest = OUTER_BOUND
    for name, days in DAYS_OF.items():
        span = span_on(policy.windows, days[0])
        if span is None:
            continue
        start, end = span
        if start < earliest:
            yield f"{name}_from", "hours_too_wide", {}
        if end > latest:
            yield f"{name}_until", "hours_too_wide", {}
        elif _minutes(end) - _minutes(start) < SLOT.total_seconds() / 60:
            yield f"{name}_until", "hours_too_short", {"minutes": round(SLOT.total_seconds() / 60)}


def _minutes(at: time) -> int:
    return at.hour * 60 + at.minute


def _of_ladders(settings: CadenceSettings) -> Iterator[Problem]:
    """No more tries than the week allows: all of a ladder's lie within LADDER_DAYS."""
    ladders, policy = settings.ladders, settings.policy
    for name, ladder, most in (
        ("first_contact", ladders.first_contact, policy.first_calls_a_week),
        ("routine", ladders.routine, policy.calls_a_week),
    ):
        if wrong := _wrong_days(ladder[1:], 1, LADDER_DAYS - 1):
            yield name, *wrong
        elif len(ladder) > most:
            yield name, "ladder_too_long", {"most": most}
    if ladders.missed_pauses <= ladders.missed_tells:
        yield "missed_pauses", "pauses_before_telling", {}


def _of_days(settings: CadenceSettings) -> Iterator[Problem]:
    days = settings.policy.days
    if len(days.each_year) + len(days.once) > OWN_DAYS_MOST:
        yield "own_days", "too_many_days", {"most": OWN_DAYS_MOST}


@dataclass(frozen=True, slots=True)
class Previewed:
    """`dates`: the first SHOWN calls, and whether the match is reviewed then. `goes_on`: there are more."""

    dates: tuple[tuple[date, bool], ...]
    goes_on: bool


def preview(settings: CadenceSettings, template: CadenceTemplate, today: date, free: frozenset[date]) -> Previewed:
    """The dates on which a family is called that has its first conversation today, and then on each date.

    A date that is free, or on whose weekday nobody is called, gives way to the next; the acute cadence waits for no
    holiday. `free`: rules_policy.free_days of today.
    """
    open_on = {window.weekday for window in settings.policy.windows}
    skipped = frozenset() if template is CadenceTemplate.ACUTE else free
    plan, on, found = _plan(settings, template, today), today, list[tuple[date, bool]]()
    while len(found) < SHOWN and (coming := next_date(plan, on)):
        plan, on = replace(plan, next_index=coming.next_index), coming.on
        while on in skipped or on.weekday() not in open_on:
            on += timedelta(days=1)
        found.append((on, coming.why is Why.REVIEW))
    return Previewed(tuple(found), next_date(plan, on) is not None)


def _plan(settings: CadenceSettings, template: CadenceTemplate, today: date) -> Plan:
    rhythms = settings.rhythms
    return Plan(template, today, keep_in_touch_days=max(rhythms.keep_in_touch), rhythms=rhythms)
