"""What a volunteer does not take, in the reader's words."""

from teamhope.kit import i18n
from teamhope.kit.i18n import gettext
from teamhope.vocabulary.words import word
from teamhope.vocabulary.year_days import YearSpan, read_span
from teamhope.volunteers.rules_limits import DATES, OF_PROGRAMME, Limit, Limits


def limit_words(limits: Limits) -> list[str]:
    """Kinds of experience, details, where things stand, states, then spans in the order of the year."""
    order = [*OF_PROGRAMME, "state", DATES]
    kinds = order + sorted({kind for kind, _ in limits} - set(order))
    return [_words(limit) for kind in kinds for limit in sorted(limits) if limit[0] == kind]


def _words(limit: Limit) -> str:
    kind, code = limit
    if kind == "state":
        return gettext("Families from %(state)s", state=code)
    if kind == DATES and (span := read_span(code)):
        return span_words(span)
    return next((word(known, code) for known in OF_PROGRAMME if known == kind), code)


def span_words(span: YearSpan) -> str:
    first, last = i18n.format_day_of_year(span.first.date()), i18n.format_day_of_year(span.last.date())
    if span.first == span.last:
        return gettext("Every year on %(day)s", day=first)
    if span.wraps:
        return gettext("Every year from %(first)s to %(last)s of the next year", first=first, last=last)
    return gettext("Every year from %(first)s to %(last)s", first=first, last=last)
