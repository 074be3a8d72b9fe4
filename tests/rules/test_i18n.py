"""The reader's language: which one, and how numbers, dates, times and zones are written in it."""

from datetime import UTC, date, datetime, time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import Environment

from teamhope.kit import i18n
from teamhope.vocabulary import calls, families, people, states
from teamhope.vocabulary.labels import LABELS, choices, label

WINTER = datetime(2026, 11, 25, 0, 0, tzinfo=UTC)
SUMMER = datetime(2026, 7, 25, 0, 0, tzinfo=UTC)
NOT_READ = {  # codes that no page shows
    *("Can", "ClearedChannel", "EscalationAct", "LegStatus", "MessageKind", "Next", "Party", "PhoneCallKind"),
}


@pytest.mark.parametrize(
    ("person", "cookie", "browser", "chosen"),
    [
        (None, None, None, "en"),
        (None, None, "es-MX,es;q=0.9,en;q=0.8", "es"),
        (None, None, "en;q=0.5, es", "es"),
        (None, None, "en, es", "en"),
        (None, None, "fr, de", "en"),
        (None, None, "en;q=0, es;q=0.1", "es"),
        (None, None, "es;q=0", "en"),
        (None, None, "es;q=nan", "en"),
        (None, None, "*", "en"),
        (None, None, ";;,=", "en"),
        (None, "es", "en", "es"),
        (None, "xx", "es", "es"),
        ("en", "es", "es", "en"),
        ("", "es", None, "es"),
    ],
)
def test_the_first_known_wish_is_the_language(
    person: str | None, cookie: str | None, browser: str | None, chosen: str
) -> None:
    assert i18n.choose_language(person, cookie, browser, "en") == chosen


def test_the_default_of_the_deployment_comes_last_and_english_after_it() -> None:
    assert i18n.choose_language(None, None, "fr", "es") == "es"
    assert i18n.choose_language(None, None, None, "fr") == "en"


@given(st.text(), st.text(), st.text())
def test_whatever_is_wished_a_language_is_chosen(person: str, cookie: str, browser: str) -> None:
    assert i18n.choose_language(person, cookie, browser, "en") in i18n.LANGUAGES


def test_the_language_of_before_returns_after_the_block() -> None:
    with i18n.use_language("es"):
        with i18n.use_language("xx"):
            assert i18n.language.get() == "en"
        assert i18n.language.get() == "es"
    assert i18n.language.get() == "en"


def in_both(write) -> tuple[str, str]:
    with i18n.use_language("es"):
        spanish = write()
    return write(), spanish


def test_numbers_dates_and_times_are_those_of_the_united_states() -> None:
    assert in_both(lambda: i18n.format_number(31000)) == ("31,000", "31,000")
    assert in_both(lambda: i18n.format_number(69.25)) == ("69.25", "69.25")
    assert in_both(lambda: i18n.format_time(time(18, 0))) == ("6:00 PM", "6:00 p.m.")
    assert in_both(lambda: i18n.format_date(date(2026, 11, 24))) == ("November 24, 2026", "24 de noviembre de 2026")


def test_the_week_begins_on_monday() -> None:
    english, spanish = in_both(i18n.weekday_names)
    assert (english[0], english[6], spanish[0], spanish[6]) == ("Monday", "Sunday", "lunes", "domingo")


def test_the_year_begins_in_january() -> None:
    english, spanish = in_both(i18n.month_names)
    assert (english[0], english[11], spanish[0], spanish[11]) == ("January", "December", "enero", "diciembre")
    leap_day = date(2000, 2, 29)
    assert in_both(lambda: i18n.format_day_of_year(leap_day)) == ("February 29", "29 de febrero")


def test_a_moment_names_its_zone_in_the_readers_language() -> None:
    assert in_both(lambda: i18n.format_moment(WINTER, "America/Chicago")) == (
        "Tue, Nov 24, 6:00 PM (Central Time)",
        "mar, 24 de nov, 6:00 p.m. (hora del Centro)",
    )
    assert i18n.format_moment(WINTER, "America/Chicago", with_year=True) == (
        "Tue, Nov 24, 2026, 6:00 PM (Central Time)"
    )


@pytest.mark.parametrize(
    ("zone", "instant", "english", "spanish"),
    [
        ("America/Phoenix", WINTER, "Mountain Time", "hora de la Montaña"),
        ("America/Phoenix", SUMMER, "Mountain Standard Time", "hora estándar de las Montañas Rocosas"),
        ("America/Denver", SUMMER, "Mountain Time", "hora de la Montaña"),
        ("America/Indiana/Indianapolis", SUMMER, "Eastern Time", "hora del Este"),
        ("America/Kentucky/Louisville", WINTER, "Eastern Time", "hora del Este"),
        ("America/Puerto_Rico", SUMMER, "Atlantic Time", "hora del Atlántico"),
        ("Pacific/Guam", WINTER, "Chamorro Standard Time", "hora de Chamorro"),
        ("Pacific/Honolulu", SUMMER, "Hawaii Time", "hora de Hawái"),
        ("UTC", WINTER, "Coordinated Universal Time", "hora universal coordinada"),
    ],
)
def test_a_zone_has_the_name_people_use_and_only_while_its_clock_agrees(
    zone: str, instant: datetime, english: str, spanish: str
) -> None:
    assert in_both(lambda: i18n.zone_name(zone, instant)) == (english, spanish)


def test_two_zones_say_whose_time_is_whose() -> None:
    assert in_both(lambda: i18n.format_two_zones(WINTER, "America/Chicago", "America/New_York")) == (
        "Tue, Nov 24, 6:00 PM where they are (Central Time) · 7:00 PM where you are (Eastern Time)",
        "mar, 24 de nov, 6:00 p.m. donde está la otra persona (hora del Centro) · "
        "7:00 p.m. donde está usted (hora del Este)",
    )


def test_two_zones_on_two_days_give_both_days() -> None:
    assert i18n.format_two_zones(WINTER, "America/New_York", "Pacific/Guam") == (
        "Tue, Nov 24, 7:00 PM where they are (Eastern Time) · "
        "Wed, Nov 25, 10:00 AM where you are (Chamorro Standard Time)"
    )


def test_two_zones_with_one_clock_give_it_once() -> None:
    assert i18n.format_two_zones(WINTER, "America/New_York", "America/Detroit") == "Tue, Nov 24, 7:00 PM (Eastern Time)"


def test_a_page_speaks_the_readers_language_and_escapes_what_it_fills_in() -> None:
    page = Environment(autoescape=True)
    i18n.install(page)
    template = page.from_string("{{ _('Enter %(limit)s or more.', limit=name) }} {{ 31000|number }} {{ at|time }}")
    assert in_both(lambda: template.render(name="<b>", at=time(18, 0))) == (
        "Enter &lt;b&gt; or more. 31,000 6:00 PM",
        "Escriba &lt;b&gt; o más. 31,000 6:00 p.m.",
    )


def test_a_page_counts_and_ignores_how_the_template_breaks_its_lines() -> None:
    page = Environment(autoescape=True)
    i18n.install(page)
    template = page.from_string("{% trans n=n %}\n  One call\n{% pluralize %}\n  {{ n }}\n  calls\n{% endtrans %}")
    assert [template.render(n=n) for n in (1, 2)] == ["One call", "2 calls"]


def test_catalogues_of_all_slices_are_merged_without_fuzzy_and_obsolete_sentences(tmp_path: Path) -> None:
    folder = tmp_path / "es" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "calls.po").write_text(
        'msgid "Call"\nmsgstr "Llamar"\n\nmsgctxt "noun"\nmsgid "Call"\nmsgstr "Llamada"\n'
    )
    (folder / "matching.po").write_text(
        '#, fuzzy\nmsgid "Maybe"\nmsgstr "Quizás"\n\n#~ msgid "Old"\n#~ msgstr "Viejo"\n'
    )
    merged = i18n.read_catalogue("es", tmp_path)
    assert {(message.context, message.id): message.string for message in merged if message.id} == {
        (None, "Call"): "Llamar",
        ("noun", "Call"): "Llamada",
    }


def test_a_sentence_nobody_translated_is_shown_in_english() -> None:
    with i18n.use_language("es"):
        assert i18n.gettext("Nobody wrote %(what)s.", what="this") == "Nobody wrote this."
        assert i18n.ngettext("One thing", "%(num)s things", 1200) == "1,200 things"
        assert i18n.pgettext("verb", "Nobody") == "Nobody"


def test_every_code_that_people_read_has_a_label_of_its_own_in_each_language() -> None:
    enums = {
        kind
        for module in (calls, families, people, states)
        for kind in vars(module).values()
        if isinstance(kind, type) and issubclass(kind, str) and kind.__module__ == module.__name__
    }
    assert {kind.__name__ for kind in enums - LABELS.keys()} == NOT_READ
    for kind, labels in LABELS.items():
        assert list(labels) == list(kind)
        english, spanish = in_both(lambda kind=kind: tuple(label(member) for member in kind))
        assert len(set(english)) == len(set(spanish)) == len(kind), kind
    assert in_both(lambda: label(calls.Outcome.LEFT_VOICEMAIL)) == (
        "Left the agreed message",
        "Dejé el mensaje acordado",
    )


def test_choices_keep_the_order_they_are_given_in() -> None:
    assert choices([families.Gender.MAN, families.Gender.WOMAN]) == (("man", "Man"), ("woman", "Woman"))
