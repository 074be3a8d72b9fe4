"""The programme file: what is refused, and what the packaged one and another say."""

from pathlib import Path

import pytest

from teamhope.vocabulary.families import CadenceTemplate
from teamhope.vocabulary.programme import (
    PACKAGED,
    Kind,
    Programme,
    ProgrammeProblem,
    load_programme,
    parse_programme,
    programme,
    use_programme,
)

BEREAVEMENT = Path(__file__).parent.parent / "programmes" / "bereavement.toml"
KINDS: tuple[Kind, ...] = ("case_type", "group", "subtype", "trajectory", "relation", "topic", "language")


@pytest.fixture(scope="module")
def packaged() -> Programme:
    return load_programme()


def refusal(old: str, new: str) -> str:
    text = BEREAVEMENT.read_text()
    assert old in text
    with pytest.raises(ProgrammeProblem) as caught:
        parse_programme(text.replace(old, new, 1).encode())
    return str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('es = "Enfermedad"\n', "", "missing required field `es` - at `$.case_types[0]`"),
        ('es = "Enfermedad"', 'es = " "', "$.case_types[0].es"),
        ('code = "ILLNESS"', 'code = "ill ness"', "$.case_types[0].code"),
        ('group = "bereaved"', 'group = "lost"', "case_types ILLNESS: group: there is no lost; use one of bereaved"),
        ('of = ["ILLNESS"]', 'of = ["FLU"]', "subtypes cancer: of: there is no FLU"),
        ('ahead_of = ["first_year"]', 'ahead_of = ["x"]', "trajectories later_years: ahead_of: there is no x"),
        ('adjacent = ["later_years"]', 'adjacent = ["x"]', "trajectories first_year: adjacent: there is no x"),
        ('class = "parent"', 'class = "parent"\ngroup = "x"', "relations mother: group: there is no x"),
        ('class = "parent"', 'class = "boss"', "$.relations[0].class"),
        ('code = "ACCIDENT"', 'code = "ILLNESS"', "case_types ILLNESS: the code is given twice"),
        ('code = "es"', 'code = "fr"', "languages: there is no es"),
        ("heavy = true", "hevy = true", "unknown field `hevy`"),
        ('cadence = "long_term"', 'cadence = "weekly"', "$.case_types[0].cadence"),
        ("version = 1", "version = 0", "$.version"),
        ("[name]", "[name", "not TOML"),
    ],
)
def test_a_mistake_in_the_file_is_refused_with_its_place(old: str, new: str, said: str) -> None:
    assert said in refusal(old, new)


def test_an_empty_list_of_words_is_refused() -> None:
    head = BEREAVEMENT.read_text().split("[[groups]]")[0]
    words = ("groups", "case_types", "subtypes", "trajectories", "relations", "topics", "languages")
    with pytest.raises(ProgrammeProblem, match=r"\$\.groups"):
        parse_programme(("\n".join(f"{name} = []" for name in words) + "\n" + head).encode())


def test_a_file_that_is_not_text_is_refused() -> None:
    with pytest.raises(ProgrammeProblem, match="UTF-8"):
        parse_programme(b"\xff\xfe")


def test_a_missing_file_is_named_with_the_setting(tmp_path: Path) -> None:
    with pytest.raises(ProgrammeProblem, match=r"absent\.toml.*PROGRAMME_FILE"):
        load_programme(tmp_path / "absent.toml")


def test_nothing_is_assumed_before_a_root_has_chosen(monkeypatch: pytest.MonkeyPatch, packaged: Programme) -> None:
    monkeypatch.setattr("teamhope.vocabulary.programme._in_use", [])
    with pytest.raises(RuntimeError, match="use_programme"):
        programme()
    use_programme(packaged)
    assert programme() is packaged


def test_the_packaged_programme_has_every_code_of_the_domain(packaged: Programme) -> None:
    assert [word.code for word in packaged.case_types] == ["ERU", "FA", "NFA", "LIM", "MYA", "CSE"]
    assert [word.code for word in packaged.trajectories] == [
        "still_missing",
        "recovered_reuniting",
        "recovered_longer_term",
        "deceased",
        "exploited_minor_at_home",
        "adult_survivor",
    ]
    counts = {kind: len(packaged.words(kind)) for kind in KINDS}
    assert counts == {
        "case_type": 6,
        "group": 4,
        "subtype": 17,
        "trajectory": 6,
        "relation": 10,
        "topic": 17,
        "language": 20,
    }


def test_subtypes_are_those_of_the_case_type_and_those_of_any(packaged: Programme) -> None:
    anywhere = ["autism_wandering", "infant_abduction", "long_term_missing", "tribal"]
    assert [word.code for word in packaged.subtypes_of("FA")] == ["domestic", "international", *anywhere]
    assert [word.code for word in packaged.subtypes_of("LIM")] == anywhere


def test_an_adult_survivors_group_comes_before_the_case_types(packaged: Programme) -> None:
    assert packaged.group_of("CSE", "adult_survivor") == "adult_survivor"
    assert packaged.group_of("CSE", "mother") == "exploitation"


def test_missing_types_share_a_group_and_family_abduction_has_its_own(packaged: Programme) -> None:
    groups = {code: packaged.case_type(code).group for code in ("ERU", "NFA", "LIM", "MYA", "FA")}
    assert groups == dict.fromkeys(("ERU", "NFA", "LIM", "MYA"), "missing") | {"FA": "family_abduction"}


def test_a_sensitive_pairing_is_one_in_both_directions(packaged: Programme) -> None:
    assert packaged.both_must_have_asked("still_missing", "deceased")
    assert packaged.both_must_have_asked("deceased", "still_missing")
    assert not packaged.both_must_have_asked("still_missing", "recovered_reuniting")


def test_adjacent_steps_are_so_in_both_directions(packaged: Programme) -> None:
    assert packaged.adjacent("recovered_longer_term", "recovered_reuniting")
    assert packaged.adjacent("recovered_reuniting", "recovered_longer_term")
    assert not packaged.adjacent("still_missing", "deceased")


def test_exploitation_needs_an_advocate_an_experienced_volunteer_and_its_own_cadence(packaged: Programme) -> None:
    case = packaged.case_type("CSE")
    assert (case.advocate_review, case.not_on_probation, case.heavy) == (True, True, True)
    assert case.cadence is CadenceTemplate.EXPLOITATION


def test_families_never_read_the_words_fugitive_or_victim() -> None:
    text = PACKAGED.read_text().lower()
    assert not [word for word in ("fugitiv", "víctima", "victim") if word in text]


def test_labels_and_choices_follow_the_readers_language(packaged: Programme) -> None:
    assert packaged.label("case_type", "ERU", "es") == "Menor que se fue de casa y corre peligro"
    assert packaged.label("case_type", "ERU", "en") == "Endangered runaway"
    assert packaged.label("case_type", "GONE", "es") == "GONE"
    assert packaged.choices("relation", "es")[0] == ("mother", "Madre")
    assert packaged.has("topic", "grief")
    assert not packaged.has("topic", "ERU")


def test_another_programme_is_read_by_the_same_rules() -> None:
    other = load_programme(BEREAVEMENT)
    assert other.group_of("ILLNESS", "friend") == "bereaved"
    assert other.label("relation", "friend", "es") == "Amiga o amigo"
    with pytest.raises(KeyError):
        other.case_type("ERU")
