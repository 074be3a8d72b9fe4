"""Every sentence that a person may read has Spanish."""

from pathlib import Path

import pytest
from tests.architecture.translations import (
    altered_places,
    contradictions,
    missing_translations,
    sentences_of,
    unused_translations,
)

import teamhope
from teamhope.kit.i18n import LANGUAGES, LOCALE_FOLDER

SOURCE = Path(teamhope.__file__).parent
CATALOGUES = [LOCALE_FOLDER / code / "LC_MESSAGES" for code in LANGUAGES if code != "en"]


def listed(problems: list[str]) -> str:
    return "\n".join(["", *problems])


def test_every_sentence_is_translated() -> None:
    problems = missing_translations(SOURCE, CATALOGUES)
    assert not problems, listed(problems)


def test_no_translation_is_left_over() -> None:
    problems = unused_translations(SOURCE, CATALOGUES)
    assert not problems, listed(problems)


def test_translations_fill_the_same_places() -> None:
    problems = altered_places(CATALOGUES)
    assert not problems, listed(problems)


def test_no_two_slices_translate_a_sentence_differently() -> None:
    problems = contradictions(CATALOGUES)
    assert not problems, listed(problems)


@pytest.fixture
def planted(tmp_path: Path) -> Path:
    """A small tree: one sentence in Python, four in a page, and a catalogue that knows none of them."""
    (tmp_path / "templates" / "calls").mkdir(parents=True)
    (tmp_path / "rules.py").write_text('TEXT = N_("Nobody is free")\nWORD = pgettext("verb", "Call")\n')
    (tmp_path / "templates" / "calls" / "page.html").write_text(
        "{% trans %}\n  Two\n  lines\n{% endtrans %}{{ _('Call') }}"
        "{% trans n=n %}One call{% pluralize %}{{ n }} calls{% endtrans %}"
    )
    (tmp_path / "calls.po").write_text("")
    return tmp_path


def translate(planted: Path, text: str, name: str = "calls.po") -> list[Path]:
    (planted / name).write_text(text)
    return [planted]


def test_the_check_reports_each_planted_sentence_with_its_place(planted: Path) -> None:
    assert missing_translations(planted, [planted]) == [
        "rules.py:1: Nobody is free",
        "rules.py:2: Call",
        "templates/calls/page.html:1: Two lines",
        "templates/calls/page.html:4: Call",
        "templates/calls/page.html:4: One call",
    ]


@pytest.mark.parametrize(
    "entry",
    [
        'msgid "Nobody is free"\nmsgstr ""\n',
        'msgid "Nobody is free"\nmsgstr "  "\n',
        '#, fuzzy\nmsgid "Nobody is free"\nmsgstr "Nadie"\n',
        '#~ msgid "Nobody is free"\n#~ msgstr "Nadie"\n',
        'msgctxt "other"\nmsgid "Nobody is free"\nmsgstr "Nadie"\n',
    ],
)
def test_an_empty_fuzzy_obsolete_or_other_translation_is_none(planted: Path, entry: str) -> None:
    assert "rules.py:1: Nobody is free" in missing_translations(planted, translate(planted, entry))


def test_a_plural_needs_both_forms(planted: Path) -> None:
    half = 'msgid "One call"\nmsgid_plural "%(n)s calls"\nmsgstr[0] "Una llamada"\nmsgstr[1] ""\n'
    assert "templates/calls/page.html:4: One call" in missing_translations(planted, translate(planted, half))
    whole = half.replace('[1] ""', '[1] "%(n)s llamadas"')
    assert "templates/calls/page.html:4: One call" not in missing_translations(planted, translate(planted, whole))
    assert altered_places([planted]) == []


def test_a_left_over_or_obsolete_entry_is_reported(planted: Path) -> None:
    entries = 'msgid "Gone"\nmsgstr "Ido"\n\n#~ msgid "Old"\n#~ msgstr "Viejo"\n'
    assert unused_translations(planted, translate(planted, entries)) == ["calls.po: Gone", "calls.po: Old"]


@pytest.mark.parametrize("spanish", ["Hola", "Hola %(nombre)s", "Hola %(name)s %(more)s"])
def test_an_altered_place_is_reported(planted: Path, spanish: str) -> None:
    assert altered_places(translate(planted, f'msgid "Hello %(name)s"\nmsgstr "{spanish}"\n')) == [
        "calls.po: Hello %(name)s"
    ]


def test_two_translations_of_one_sentence_are_reported(planted: Path) -> None:
    translate(planted, 'msgid "Call"\nmsgstr "Llamar"\n')
    translate(planted, 'msgid "Call"\nmsgstr "Llamada"\n', "matching.po")
    assert contradictions([planted]) == ["calls.po, matching.po: Call"]


def test_the_source_has_sentences_at_all() -> None:
    assert len(sentences_of(SOURCE)) > 200
