"""What a browser sends becomes a struct, or every problem at once; nothing else, whatever is sent."""

from collections.abc import Iterable
from datetime import date, datetime, time
from enum import StrEnum
from typing import Annotated
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from litestar.datastructures import FormMultiDict
from msgspec import Meta, Struct

from teamhope import problems
from teamhope.app import know_refusals
from teamhope.kit.forms import SENTENCES, Form, FormProblems, read_form, sentence, typed
from teamhope.kit.i18n import use_language


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


class Visit(Struct, frozen=True):
    name: Annotated[str, Meta(min_length=2, max_length=5)]
    day: date
    nickname: Annotated[str, Meta(max_length=5)] | None = None
    at: time | None = None
    places: Annotated[int, Meta(ge=1, le=4)] = 3
    share: Annotated[float, Meta(ge=0)] = 0.5
    colour: Colour | None = None
    colours: Annotated[list[Colour], Meta(max_length=2)] = []
    agreed: bool = True
    heard: bool | None = None
    code: Annotated[str, Meta(pattern="^[A-Z]+$")] = "A"
    volunteer_id: UUID | None = None
    moved_to: datetime | None = None


GOOD = {"name": "Rosa", "day": "2026-11-24"}


def form(*pairs: tuple[str, object], **more: str) -> FormMultiDict:
    return FormMultiDict([*pairs, *more.items()])


def read(*pairs: tuple[str, object], **more: str) -> Visit:
    return read_form(Visit, form(*pairs, **{**GOOD, **more}))


def problems_of(sent: FormMultiDict) -> list[tuple[str, str, dict[str, object]]]:
    with pytest.raises(FormProblems) as caught:
        read_form(Visit, sent)
    return list(caught.value.problems)


def test_an_unknown_field_is_refused_and_the_csrf_token_is_not() -> None:
    assert problems_of(form(**GOOD, role="admin", _csrf_token="x")) == [("role", "unknown_field", {})]


@pytest.mark.parametrize("bad", ["a\x00b", "a\x1b[2J", "a\u202eb", "a\x7fb", "a\ud800b"])
def test_characters_that_break_storage_or_turn_text_round_are_refused(bad: str) -> None:
    assert problems_of(form(**{**GOOD, "name": bad})) == [("name", "control_characters", {})]


def test_a_file_where_text_belongs_is_refused() -> None:
    assert problems_of(form(("nickname", object()), **GOOD)) == [("nickname", "not_valid", {})]


def test_all_wrong_fields_are_reported_in_the_order_of_the_form() -> None:
    sent = form(colour="green", day="24/11/2026", places="9", at="six")
    assert problems_of(sent) == [
        ("name", "required", {}),
        ("day", "not_a_date", {}),
        ("at", "not_a_time", {}),
        ("places", "too_large", {"limit": 4}),
        ("colour", "not_a_choice", {}),
    ]


@pytest.mark.parametrize(
    ("name", "text", "code", "facts"),
    [
        ("name", "R", "too_short", {"limit": 2}),
        ("name", "Rosalía", "too_long", {"limit": 5}),
        ("name", "  ", "required", {}),
        ("day", "2026-02-30", "not_a_date", {}),
        ("day", "2026-11-24T00:00", "not_a_date", {}),
        ("at", "25:00", "not_a_time", {}),
        ("at", "18:00:00Z", "not_a_time", {}),
        ("places", "0", "too_small", {"limit": 1}),
        ("places", "two", "not_a_number", {}),
        ("places", "9" * 5000, "not_a_number", {}),
        ("places", "null", "not_a_number", {}),
        ("places", "٣", "not_a_number", {}),
        ("share", "nan", "not_a_number", {}),
        ("share", "-1", "too_small", {"limit": 0}),
        ("colours", "green", "not_a_choice", {}),
        ("agreed", "maybe", "not_a_choice", {}),
        ("code", "a", "pattern", {}),
        ("volunteer_id", "1", "not_a_choice", {}),
        ("moved_to", "tomorrow", "not_a_date", {}),
    ],
)
def test_each_limit_has_its_code(name: str, text: str, code: str, facts: dict[str, object]) -> None:
    assert problems_of(form(**{**GOOD, name: text})) == [(name, code, facts)]


def test_a_name_sent_twice_is_refused_where_one_answer_is_asked() -> None:
    assert problems_of(form(("at", "18:00"), ("at", "19:00"), **GOOD)) == [("at", "only_one", {})]


def test_a_list_is_read_from_repeated_names_and_limited() -> None:
    assert read(("colours", "red"), ("colours", "blue")).colours == [Colour.RED, Colour.BLUE]
    too_many = [("colours", "red")] * 3
    assert problems_of(form(*too_many, **GOOD)) == [("colours", "too_many", {"limit": 2})]


def test_a_box_that_was_not_ticked_is_false_whatever_its_default() -> None:
    assert read().agreed is False
    assert read().heard is None
    assert read(agreed="on", heard="no") == read(agreed="true", heard="0")


def test_an_empty_answer_is_none_where_none_is_allowed_and_else_the_default() -> None:
    visit = read(nickname="", places="", at=" ")
    assert (visit.nickname, visit.places, visit.at) == (None, 3, None)


def test_a_person_called_null_keeps_her_name() -> None:
    assert read(nickname="Null").nickname == "Null"
    assert read(name="true").name == "true"


def test_text_is_stripped_normalised_and_keeps_its_lines() -> None:
    assert read(name=" Jose\u0301 ").name == "José"
    assert read(name="a\r\nb").name == "a\nb"


def test_dates_and_times_are_those_of_the_browsers_inputs() -> None:
    visit = read(at="18:30", moved_to="2026-11-24T18:30")
    assert (visit.day, visit.at) == (date(2026, 11, 24), time(18, 30))
    assert visit.moved_to == datetime(2026, 11, 24, 18, 30)  # noqa: DTZ001


class Span(Struct):
    start: time
    end: time

    def __post_init__(self) -> None:
        if self.end <= self.start:
            raise FormProblems([("end", "before_start", {})])


def test_answers_that_contradict_each_other_keep_what_was_typed() -> None:
    with pytest.raises(FormProblems) as caught:
        read_form(Span, form(start="20:00", end="18:00"))
    assert caught.value.problems == (("end", "before_start", {}),)
    assert caught.value.values == {"start": "20:00", "end": "18:00"}


def test_the_error_itself_never_holds_what_was_typed() -> None:
    with pytest.raises(FormProblems) as caught:
        read_form(Visit, form(name="Rosalía Example"))
    assert str(caught.value) == "required, too_long"


anything = st.text() | st.sampled_from(
    ["on", "red", "2026-11-24", "18:00", "1e9", "-0", "0001-01-01", "null", "\ud800"]
)
names = st.sampled_from([*Visit.__struct_fields__, "_csrf_token"]) | st.text()


def outcome(sent: FormMultiDict) -> Visit | FormProblems:
    try:
        return read_form(Visit, sent)
    except FormProblems as problems:
        return problems


@given(st.lists(st.tuples(names, anything), max_size=20))
def test_whatever_is_sent_there_is_a_struct_or_form_problems(pairs: Iterable[tuple[str, str]]) -> None:
    sent = form(*pairs)
    result = outcome(sent)
    if isinstance(result, Visit):
        assert 2 <= len(result.name) <= 5
        assert 1 <= result.places <= 4
        return
    shown = Form.refused(result)
    assert shown.errors.keys() == {name for name, _, _ in result.problems}
    assert shown.values == typed(sent)
    assert all(text.encode() is not None for value in shown.values.values() for text in value)


def test_a_refused_form_shows_what_was_typed_and_the_first_problem_of_each_field() -> None:
    again = Form.refused(
        FormProblems([("day", "not_a_date", {}), ("day", "required", {})], {"day": "x", "colours": ["red"]})
    )
    assert again.value("day") == "x"
    assert again.error("day") == "Enter a date, for example 11/24/2026"
    assert again.error("name") == ""
    assert again.has("colours", "red")
    assert not again.has("colours", "blue")


def test_an_empty_form_shows_its_defaults_as_a_browser_wants_them() -> None:
    fresh = Form.empty(day=date(2026, 11, 24), at=time(18, 0), colours=[Colour.RED], agreed=True, heard=None, places=3)
    shown = [fresh.value(name) for name in ("day", "at", "colours", "agreed", "heard", "places", "name")]
    assert shown == ["2026-11-24", "18:00", "red", "on", "", "3", ""]


@pytest.mark.parametrize("code", SENTENCES)
def test_every_code_has_a_sentence_in_spanish(code: str) -> None:
    english = sentence(code, {"limit": 1000})
    with use_language("es"):
        assert sentence(code, {"limit": 1000}) != english
    assert "%(" not in english


def test_a_code_of_a_slice_falls_back_to_a_general_sentence() -> None:
    assert sentence("before_start", {}) == "Check this answer and send it once more."


def test_a_wrong_answer_has_the_sentence_of_the_form() -> None:
    know_refusals()
    assert SENTENCES.keys().isdisjoint(problems.SENTENCES.keys())
