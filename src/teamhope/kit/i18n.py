"""The reader's language: sentences from the catalogues; numbers, dates and times as she writes them."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, time
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Final, Literal, cast
from zoneinfo import ZoneInfo

from babel.core import Locale, get_global
from babel.dates import format_date as babel_date
from babel.dates import format_skeleton, get_day_names, get_month_names, get_timezone_name
from babel.dates import format_time as babel_time
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal
from babel.support import NullTranslations, Translations
from jinja2 import Environment

Language = Literal["en", "es"]

LANGUAGES: Final[tuple[Language, ...]] = ("en", "es")
LANGUAGE_NAMES: Final[dict[Language, str]] = {"en": "English", "es": "Español"}  # each in itself, for the switch
LOCALE_FOLDER: Final = Path(__file__).parent.parent / "locale"
# Babel's plain `es` writes 31.000 and 18:00; readers in the United States expect 31,000 and 6:00 p.m.
LOCALES: Final[dict[Language, Locale]] = {"en": Locale.parse("en_US"), "es": Locale.parse("es_US")}

language: ContextVar[Language] = ContextVar("language", default="en")


def N_(text: str) -> str:
    """Mark a sentence that is translated later, when it is shown."""
    return text


# What people in the United States call a zone, and the zone they then think of, by Babel's name for the group of zones.
# The names are ours: Babel's Spanish says "hora oriental", which nobody does.
COMMON_ZONES: Final = {
    "Alaska": (N_("Alaska Time"), "America/Anchorage"),
    "America_Central": (N_("Central Time"), "America/Chicago"),
    "America_Eastern": (N_("Eastern Time"), "America/New_York"),
    "America_Mountain": (N_("Mountain Time"), "America/Denver"),
    "America_Pacific": (N_("Pacific Time"), "America/Los_Angeles"),
    "Atlantic": (N_("Atlantic Time"), "America/Puerto_Rico"),
    "Hawaii_Aleutian": (N_("Hawaii Time"), "Pacific/Honolulu"),
}
# Babel has no name for these two; they have kept New York's time since 2006 and 1974.
KEEPS_TIME_OF: Final = {
    "America/Indiana/Indianapolis": "America/New_York",
    "America/Kentucky/Louisville": "America/New_York",
}


def is_language(code: object) -> bool:
    return code in LANGUAGES


def set_language(code: str) -> None:
    """From here on, in this task: `code` if it is one of LANGUAGES, else English."""
    language.set(cast(Language, code) if is_language(code) else "en")


@contextmanager
def use_language(code: str) -> Iterator[None]:
    """Inside the block, in this task: as set_language; the language of before returns afterwards."""
    before = language.get()
    set_language(code)
    try:
        yield
    finally:
        language.set(before)


def choose_language(
    person_preference: str | None, cookie: str | None, accept_language: str | None, default: str
) -> Language:
    """The first that names a language we have: the person's own choice, the cookie, the browser's list, the default.

    The browser's list is HTTP's Accept-Language: higher `q` first, ties in the order written, `q=0` never, unreadable
    parts skipped. Any region of a language will do (es-MX is es). English when not even the default is known.
    """
    for wish in (person_preference, cookie, *_wishes(accept_language or ""), default):
        if wish is not None and is_language(wish):
            return cast(Language, wish)
    return "en"


def _wishes(accept_language: str) -> list[str]:
    wishes = [_wish(part) for part in accept_language.split(",")]
    return [code for code, weight in sorted(wishes, key=lambda wish: -wish[1]) if weight > 0]


def _wish(part: str) -> tuple[str, float]:
    tag, _, parameter = part.partition(";")
    name, _, value = parameter.strip().partition("=")
    return tag.strip().lower().partition("-")[0], _weight(value) if name.strip().lower() == "q" else 1.0


def _weight(value: str) -> float:
    try:
        weight = float(value)
    except ValueError:
        return 0.0
    return weight if 0 < weight <= 1 else 0.0


def read_catalogue(code: str, folder: Path = LOCALE_FOLDER) -> Catalog:
    """Every slice's sentences of one language, merged in the order of file names; no fuzzy or obsolete ones."""
    merged = Catalog(locale=code)
    for path in sorted((folder / code / "LC_MESSAGES").glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale=code, ignore_obsolete=True):
                if message.id and not message.fuzzy:
                    merged.add(message.id, message.string, context=message.context)
    return merged


@cache
def translations(code: Language) -> NullTranslations:
    """The sentences of one language, read once per process. English is what the source says."""
    if code == "en":
        return NullTranslations()
    compiled = BytesIO()
    write_mo(compiled, read_catalogue(code))
    compiled.seek(0)
    return Translations(compiled)


def gettext(message: str, /, **facts: object) -> str:
    """The sentence in the reader's language, its %(name)s places filled; the English one if there is no other."""
    return _filled(translations(language.get()).gettext(message), facts)


def ngettext(singular: str, plural: str, n: int, /, **facts: object) -> str:
    """As gettext, by number. %(num)s is `n` as the reader writes numbers."""
    sentence = str(translations(language.get()).ngettext(singular, plural, n))
    return _filled(sentence, {"num": format_number(n), **facts})


def pgettext(context: str, message: str, /, **facts: object) -> str:
    """As gettext, for an English word that has two meanings: pgettext("verb", "Call")."""
    return _filled(str(translations(language.get()).pgettext(context, message)), facts)


def _filled(sentence: str, facts: dict[str, object]) -> str:
    return sentence % facts if facts else sentence


def _locale() -> Locale:
    return LOCALES[language.get()]


def format_number(number: float) -> str:
    """31,000 in both languages; at most three decimals."""
    return str(format_decimal(number, locale=_locale()))


def format_date(day: date) -> str:
    """November 24, 2026 / 24 de noviembre de 2026. A date has no zone: give format_moment an instant."""
    return str(babel_date(day, format="long", locale=_locale()))


def format_month(month: date) -> str:
    """March 2025 / marzo de 2025."""
    return str(format_skeleton("yMMMM", month, locale=_locale()))


def format_day_of_year(day: date) -> str:
    """A day that every year has, whatever the date's own: December 20 / 20 de diciembre."""
    return str(format_skeleton("MMMMd", day, locale=_locale()))


def format_time(at: time) -> str:
    """Local wall time: 6:00 PM / 6:00 p.m."""
    return _plain_spaces(babel_time(at, format="short", locale=_locale()))


def format_moment(instant: datetime, zone: str, *, with_year: bool = False) -> str:
    """Tue, Nov 24, 6:00 PM (Central Time) / mar, 24 de nov, 6:00 p.m. (hora central).

    `instant` is aware; `zone` an IANA name. Raises ZoneInfoNotFoundError for another.
    """
    return f"{format_local_moment(instant, zone, with_year=with_year)} ({zone_name(zone, instant)})"


def format_local_moment(instant: datetime, zone: str, *, with_year: bool = False) -> str:
    """As format_moment without the zone's name: only where the page has already said whose time it is."""
    day = format_skeleton("yMMMEd" if with_year else "MMMEd", instant, tzinfo=ZoneInfo(zone), locale=_locale())
    pattern = str(_locale().datetime_formats["medium"])
    return pattern.format(format_clock(instant, zone), day)


def format_clock(instant: datetime, zone: str) -> str:
    """The time of day of an instant in a zone, without its name: 6:00 PM."""
    return format_time(instant.astimezone(ZoneInfo(zone)).time())


def format_two_zones(instant: datetime, theirs: str, yours: str) -> str:
    """One instant for two people: "Tue, Nov 24, 6:00 PM where they are (Central Time) · 7:00 PM where you are (…)".

    Where both clocks and dates agree, once. The reader's day is given too where it is another.
    """
    there, here = instant.astimezone(ZoneInfo(theirs)), instant.astimezone(ZoneInfo(yours))
    if there.replace(tzinfo=None) == here.replace(tzinfo=None):
        return format_moment(instant, theirs)
    same_day = there.date() == here.date()
    return gettext(
        "%(theirs)s where they are (%(their_zone)s) · %(yours)s where you are (%(your_zone)s)",
        theirs=format_local_moment(instant, theirs),
        their_zone=zone_name(theirs, instant),
        yours=format_clock(instant, yours) if same_day else format_local_moment(instant, yours),
        your_zone=zone_name(yours, instant),
    )


def zone_name(zone: str, instant: datetime) -> str:
    """What people call the zone: "Central Time" all year; "Mountain Standard Time" in Phoenix while Denver's differs.

    Babel's names by place are not used: in Spanish they say "hora de verano" in winter too.
    """
    zone = KEEPS_TIME_OF.get(zone, zone)
    local = instant.astimezone(ZoneInfo(zone))
    name, meant = COMMON_ZONES.get(str(get_global("meta_zones").get(zone)), ("", zone))
    if name and local.utcoffset() == instant.astimezone(ZoneInfo(meant)).utcoffset():
        return gettext(name)
    return str(get_timezone_name(local, width="long", locale=_locale()))


def zone_choices(zones: Iterable[str], instant: datetime) -> list[tuple[str, str]]:
    """For a list to choose from: zone and "Central Time (Chicago)"."""
    return [(zone, f"{zone_name(zone, instant)} ({zone.split('/')[-1].replace('_', ' ')})") for zone in zones]


def weekday_names() -> tuple[str, ...]:
    """Monday first, as weekday 0 is Monday everywhere here: Monday … Sunday / lunes … domingo."""
    names = get_day_names("wide", locale=_locale())
    return tuple(names[day] for day in range(7))


def short_weekday_names() -> tuple[str, ...]:
    """Monday first, as in a text message: Mon … Sun / lun … dom."""
    names = get_day_names("abbreviated", locale=_locale())
    return tuple(names[day] for day in range(7))


def month_names() -> tuple[str, ...]:
    """January … December / enero … diciembre; the first is number 1."""
    names = get_month_names("wide", context="stand-alone", locale=_locale())
    return tuple(names[month] for month in range(1, 13))


def _plain_spaces(text: str) -> str:
    # The narrow space before PM is missing from fonts and spreadsheets, and doubles the length of a text message.
    return text.replace("\u202f", " ").replace("\u00a0", " ")


def install(jinja_environment: Environment) -> None:
    """{% trans %}, _(), and the filters number, date, month, time, moment, clock; in the reader's language."""
    jinja_environment.add_extension("jinja2.ext.i18n")
    jinja_environment.policies["ext.i18n.trimmed"] = True  # a sentence is the same however a template breaks its lines
    catalogue = jinja_environment.install_gettext_callables  # type: ignore[attr-defined]
    catalogue(_raw_gettext, _raw_ngettext, newstyle=True, pgettext=_raw_pgettext, npgettext=_raw_npgettext)
    jinja_environment.filters.update(
        number=format_number,
        date=format_date,
        month=format_month,
        time=format_time,
        moment=format_moment,
        clock=format_clock,
    )
    jinja_environment.globals.update(two_zones=format_two_zones, weekday_names=weekday_names)


# Jinja fills the places itself, escaping what it puts there, so it gets the sentences unfilled.
def _raw_gettext(message: str) -> str:
    return str(translations(language.get()).gettext(message))


def _raw_ngettext(singular: str, plural: str, n: int) -> str:
    return str(translations(language.get()).ngettext(singular, plural, n))


def _raw_pgettext(context: str, message: str) -> str:
    return str(translations(language.get()).pgettext(context, message))


def _raw_npgettext(context: str, singular: str, plural: str, n: int) -> str:
    return str(translations(language.get()).npgettext(context, singular, plural, n))
