"""What may be sent to decide when and how often families are called; its questions follow the templates."""

import re
from collections.abc import Iterator
from datetime import date, time, timedelta
from functools import cache
from typing import Annotated, Any, Final

from msgspec import Meta, Struct, defstruct

from teamhope.families.rules_policy import DAYS_OF, ContactPolicy, KeptDays, MarkedDay, span_on, week_of
from teamhope.followups.rules_cadence import CADENCES, Cadence, Rhythms
from teamhope.followups.rules_settings import BEFORE, LAST_DAY, NUMBERS, STEPS, WITH_DAYS, CadenceSettings
from teamhope.followups.rules_steps import Ladders
from teamhope.vocabulary.errors import Invalid
from teamhope.vocabulary.families import CadenceTemplate
from teamhope.vocabulary.year_days import YearDay

Days = Annotated[str, Meta(pattern=r"^[0-9]{1,4}([ ,]+[0-9]{1,4})*$", max_length=300)]
OWN_DAY: Final = re.compile(r"([0-9]{1,2})/([0-9]{1,2})(?:/([0-9]{4}))?")
HOUR: Final = timedelta(hours=1)


@cache
def form_of() -> type[Struct]:
    """days_, reviews_, every_, before_<template>; <part of the week>_from and _until; each number by its code."""
    fields: list[tuple[str, Any]] = []
    for template in WITH_DAYS:
        fields += [(f"days_{template}", Days | None), (f"reviews_{template}", Days | None)]
        fields += [(f"every_{template}", Annotated[int, Meta(ge=7, le=LAST_DAY)] | None), (f"before_{template}", bool)]
    fields.append(("keep_in_touch", Days))
    for name in DAYS_OF:
        fields += [(f"{name}_{end}", time if name == "weekdays" else time | None) for end in ("from", "until")]
    fields += [(each.code, Annotated[int, Meta(ge=each.least, le=each.most)]) for each in (BEFORE, *NUMBERS, *STEPS)]
    fields += [("first_contact", Days | None), ("routine", Days | None)]
    fields += [("federal", bool), ("own_days", Annotated[str, Meta(max_length=600)] | None), ("marked", set[MarkedDay])]
    return defstruct("CadenceForm", fields, frozen=True)


def settings_of(form: Any) -> CadenceSettings:
    """Raises Invalid for days that cannot be read, and for a day of the week with one end."""
    return CadenceSettings(
        rhythms=Rhythms(
            {template: _cadence(form, template) for template in CadenceTemplate},
            _numbers(form.keep_in_touch),
            form.before_sensitive_days,
        ),
        ladders=Ladders(
            (0, *_numbers(form.first_contact)), (0, *_numbers(form.routine)), form.missed_tells, form.missed_pauses
        ),
        policy=ContactPolicy(
            windows=week_of({name: _span(form, name) for name in DAYS_OF}),
            gap=form.gap_hours * HOUR,
            calls_a_week=form.calls_a_week,
            first_calls_a_week=form.first_calls_a_week,
            between_voicemails=form.voicemail_hours * HOUR,
            days=_days(form),
        ),
    )


def _cadence(form: Any, template: CadenceTemplate) -> Cadence:
    built_in = CADENCES[template]
    if template not in WITH_DAYS:
        return built_in
    return Cadence(
        built_in.first_within,
        _numbers(getattr(form, f"days_{template}")),
        frozenset(_numbers(getattr(form, f"reviews_{template}"))),
        getattr(form, f"every_{template}"),
        getattr(form, f"before_{template}"),
    )


def _numbers(text: str | None) -> tuple[int, ...]:
    return tuple(map(int, re.findall(r"[0-9]+", text or "")))


def _span(form: Any, name: str) -> tuple[time, time] | None:
    start, end = getattr(form, f"{name}_from"), getattr(form, f"{name}_until")
    if (start is None) != (end is None):
        raise Invalid.field(f"{name}_{'from' if start is None else 'until'}", "window_incomplete")
    return None if start is None else (start, end)


def _days(form: Any) -> KeptDays:
    days = list(_own_days(form.own_days or ""))
    return KeptDays(
        federal=form.federal,
        each_year=tuple(sorted({day for day in days if isinstance(day, YearDay)})),
        once=tuple(sorted({day for day in days if isinstance(day, date)})),
        marked=frozenset(form.marked),
    )


def _own_days(text: str) -> Iterator[YearDay | date]:
    """As people in the United States write them: 12/24 of every year, 11/27/2026 of one."""
    for word in re.split(r"[\s,;]+", text.strip()):
        found = OWN_DAY.fullmatch(word)
        if found is None and not word:
            continue
        month, day, year = map(int, found.groups("0")) if found else (0, 0, 0)
        named = YearDay(month, day)
        if not 1 <= month <= 12 or not named.exists() or (year and named.in_year(year).day != day):
            raise Invalid.field("own_days", "own_day_unreadable", written=word[:20])
        yield named.in_year(year) if year else named


def answers_of(settings: CadenceSettings) -> dict[str, object]:
    """What the form shows of the settings."""
    rhythms, ladders, policy = settings.rhythms, settings.ladders, settings.policy
    found: dict[str, object] = {}
    for template in WITH_DAYS:
        cadence = rhythms.cadences[template]
        found |= {f"days_{template}": _text(cadence.days), f"reviews_{template}": _text(sorted(cadence.reviews))}
        found |= {f"every_{template}": cadence.then_every, f"before_{template}": cadence.before_sensitive_dates}
    for name, days in DAYS_OF.items():
        start, end = span_on(policy.windows, days[0]) or (None, None)
        found |= {f"{name}_from": start, f"{name}_until": end}
    return found | {
        "keep_in_touch": _text(rhythms.keep_in_touch),
        "before_sensitive_days": rhythms.before_sensitive_days,
        "gap_hours": policy.gap // HOUR,
        "calls_a_week": policy.calls_a_week,
        "first_calls_a_week": policy.first_calls_a_week,
        "voicemail_hours": policy.between_voicemails // HOUR,
        "first_contact": _text(ladders.first_contact[1:]),
        "routine": _text(ladders.routine[1:]),
        "missed_tells": ladders.missed_tells,
        "missed_pauses": ladders.missed_pauses,
        "federal": policy.days.federal,
        "own_days": "\n".join(_own_days_written(policy.days)),
        "marked": sorted(policy.days.marked),
    }


def _text(days: Any) -> str:
    return ", ".join(map(str, days))


def _own_days_written(days: KeptDays) -> Iterator[str]:
    yield from (f"{each.month}/{each.day}" for each in days.each_year)
    yield from (f"{each.month}/{each.day}/{each.year}" for each in days.once)
