"""On which dates a family is called: the cadences as data, and the next date of a plan (domain.md §2.2)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum
from itertools import count
from typing import Final

from teamhope.families.rules_dates import SensitiveDay, is_kept_free
from teamhope.vocabulary.families import CadenceTemplate, MatchMode, Urgency
from teamhope.vocabulary.programme import Programme

ACUTE_BELOW_DAYS = 14  # missing for less than this
QUARTER_DAYS = 91
KEEP_IN_TOUCH_DAYS = (28, QUARTER_DAYS)  # the family's choice (domain.md §2.2)
BEFORE_SENSITIVE_DAYS = 7  # NCMEC works anniversaries ahead (domain.md §2.2)


@dataclass(frozen=True, slots=True)
class Cadence:
    """Calls on `days` after the first conversation, then every `then_every` days for ever; None: the plan ends.

    `first_within`: from the request being ready to the first call. `reviews`: days on which the match is looked at.
    """

    first_within: timedelta
    days: tuple[int, ...]
    reviews: frozenset[int] = frozenset()
    then_every: int | None = None
    before_sensitive_dates: bool = False


_TO_A_YEAR = tuple(range(84, 365, 28))  # every 28 days after the 8-week review, to month 12
_STANDARD_DAYS = (7, 14, 28, 42, 56, *_TO_A_YEAR)  # P2P USA: at least 4 contacts in 8 weeks
_REVIEWS = frozenset({56, 168, 364})  # 8 weeks, month 6, month 12: close, extend or keep in touch


def _then_standard(*days: int) -> tuple[int, ...]:
    return (*days, *(day for day in _STANDARD_DAYS if day > days[-1]))


# All proposals of domain.md §2.2; a programme decides its own days (Rhythms). P2P USA: first contact within 48 hours.
CADENCES: dict[CadenceTemplate, Cadence] = {
    CadenceTemplate.STANDARD: Cadence(timedelta(hours=48), _STANDARD_DAYS, _REVIEWS),
    # First Candle: within 17 hours of referral.
    CadenceTemplate.ACUTE: Cadence(timedelta(hours=17), _then_standard(1, 3, 7, 10, 14, 21, 28), _REVIEWS),
    CadenceTemplate.LONG_TERM: Cadence(
        timedelta(hours=48), _STANDARD_DAYS, _REVIEWS, then_every=QUARTER_DAYS, before_sensitive_dates=True
    ),
    CadenceTemplate.EXPLOITATION: Cadence(timedelta(hours=48), _then_standard(2, 5, 9, 16, 30), _REVIEWS),
    CadenceTemplate.ONE_TALK: Cadence(timedelta(hours=48), (14,)),
    CadenceTemplate.KEEP_IN_TOUCH: Cadence(timedelta(hours=48), (), then_every=QUARTER_DAYS),
}


@dataclass(frozen=True, slots=True)
class Rhythms:
    """The days of every template, as one version of the settings has them.

    `keep_in_touch`: the days between calls that a family may choose from. Who has not chosen gets the longest.
    """

    cadences: Mapping[CadenceTemplate, Cadence] = field(default_factory=lambda: CADENCES)
    keep_in_touch: tuple[int, ...] = KEEP_IN_TOUCH_DAYS
    before_sensitive_days: int = BEFORE_SENSITIVE_DAYS


BUILT_IN_RHYTHMS: Final = Rhythms()


def calls_in_first_week(template: CadenceTemplate, rhythms: Rhythms = BUILT_IN_RHYTHMS) -> int:
    """The first conversation, and what the cadence plans in the six days after it."""
    return 1 + sum(0 < day < 7 for day in rhythms.cadences[template].days)


@dataclass(frozen=True, slots=True)
class TemplateFacts:
    """`exploitation`, `long_term`: attributes of the programme file's codes. `missing_days`: None if unknown."""

    match_mode: MatchMode
    urgency: Urgency
    still_missing: bool
    missing_days: int | None
    exploitation: bool
    long_term: bool  # missing for long, or bereaved


@dataclass(frozen=True, slots=True)
class Happened:
    """What happened to a family, in codes of the programme file. `event_month`: its first day."""

    case_type: str | None
    trajectory: str | None
    subtypes: frozenset[str]
    event_month: date | None


def template_facts(
    words: Programme, happened: Happened, match_mode: MatchMode, urgency: Urgency, today: date
) -> TemplateFacts:
    """By the attributes of the programme's words; a code that it no longer has says nothing."""
    cadences = {
        *(each.cadence for each in words.case_types if each.code == happened.case_type),
        *(each.cadence for each in words.subtypes if each.code in happened.subtypes),
        *(each.cadence for each in words.trajectories if each.code == happened.trajectory),
    }
    return TemplateFacts(
        match_mode=match_mode,
        urgency=urgency,
        still_missing=any(each.ongoing for each in words.trajectories if each.code == happened.trajectory),
        missing_days=_days_since(happened.event_month, today),
        exploitation=CadenceTemplate.EXPLOITATION in cadences,
        long_term=CadenceTemplate.LONG_TERM in cadences,
    )


def _days_since(event_month: date | None, today: date) -> int | None:
    """At least: only the month is kept, so an event of this month counts as of today."""
    if event_month is None:
        return None
    end_of_month = (event_month.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    return max((today - min(end_of_month, today)).days, 0)


def choose_template(facts: TemplateFacts) -> CadenceTemplate:
    """The cadence a new match starts with; the first that fits, in this order. Source: domain.md §2.2."""
    lately = facts.still_missing and (facts.missing_days is None or facts.missing_days < ACUTE_BELOW_DAYS)
    fits = {
        CadenceTemplate.ONE_TALK: facts.match_mode is MatchMode.SINGLE_CONVERSATION,
        CadenceTemplate.ACUTE: facts.urgency is Urgency.URGENT and lately,
        CadenceTemplate.EXPLOITATION: facts.exploitation,
        CadenceTemplate.LONG_TERM: facts.long_term,
    }
    return next((template for template, holds in fits.items() if holds), CadenceTemplate.STANDARD)


@dataclass(frozen=True, slots=True)
class Plan:
    """`anchor_on`: local date of the first conversation, None before it. `next_index`: the first day not used yet.

    `keep_in_touch_days` is the family's choice. `rhythms`: as they were when the plan was made.
    """

    template: CadenceTemplate
    anchor_on: date | None = None
    next_index: int = 0
    keep_in_touch_days: int = QUARTER_DAYS
    sensitive_dates: tuple[SensitiveDay, ...] = ()
    rhythms: Rhythms = BUILT_IN_RHYTHMS

    @property
    def cadence(self) -> Cadence:
        return self.rhythms.cadences[self.template]


class Why(StrEnum):
    CADENCE = "cadence"
    REVIEW = "review"
    SENSITIVE_DATE = "sensitive_date"


@dataclass(frozen=True, slots=True)
class NextDate:
    """`next_index`: the plan's, once this date is planned."""

    on: date
    next_index: int
    why: Why


def next_date(plan: Plan, today: date) -> NextDate | None:
    """The plan's first date later than tomorrow, on the day of the first conversation than today; None: the plan ends.

    Before any conversation the days are counted from today. A call a week before a sensitive date comes in between, and
    none falls on such a date unless the family asked. Dates are the family's local ones. Source: domain.md §2.2.
    """
    after = today if plan.anchor_on in (None, today) else today + timedelta(days=1)
    regular = _next_regular(plan, plan.anchor_on or today, after)
    sensitive = _before_sensitive_date(plan, after)
    if sensitive is not None and (regular is None or sensitive < regular.on):
        return NextDate(sensitive, plan.next_index, Why.SENSITIVE_DATE)
    return regular


def _next_regular(plan: Plan, anchor_on: date, after: date) -> NextDate | None:
    for index, day in _days_from(plan):
        on = _off_sensitive_dates(plan, anchor_on + timedelta(days=day))
        if on > after:
            why = Why.REVIEW if day in plan.cadence.reviews else Why.CADENCE
            return NextDate(on, index + 1, why)
    return None


def _days_from(plan: Plan) -> Iterator[tuple[int, int]]:
    """(index, day after the anchor) from the plan's next index on; without end where the cadence has none."""
    cadence = plan.cadence
    yield from list(enumerate(cadence.days))[plan.next_index :]
    if cadence.then_every is None:
        return
    keeps_in_touch = plan.template is CadenceTemplate.KEEP_IN_TOUCH
    every = plan.keep_in_touch_days if keeps_in_touch else cadence.then_every
    last = cadence.days[-1] if cadence.days else 0
    beyond = len(cadence.days)
    for index in count(max(plan.next_index, beyond)):
        yield index, last + every * (index - beyond + 1)


def index_after(plan: Plan, on: date) -> int:
    """The plan's first index whose day is later than `on`; 0 before any conversation."""
    if plan.anchor_on is None:
        return 0
    later = (index for index, day in _days_from(replace(plan, next_index=0)) if _after(plan.anchor_on, day) > on)
    return next(later, len(plan.cadence.days))


def _after(anchor_on: date, day: int) -> date:
    return anchor_on + timedelta(days=day)


def _off_sensitive_dates(plan: Plan, on: date) -> date:
    while is_kept_free(plan.sensitive_dates, on):
        on += timedelta(days=1)
    return on


def _before_sensitive_date(plan: Plan, after: date) -> date | None:
    if not plan.cadence.before_sensitive_dates:
        return None
    years, before = range(after.year, after.year + 3), timedelta(days=plan.rhythms.before_sensitive_days)
    dates = (each.day.in_year(year) - before for each in plan.sensitive_dates for year in years)
    return min((_off_sensitive_dates(plan, on) for on in dates if on > after), default=None)
