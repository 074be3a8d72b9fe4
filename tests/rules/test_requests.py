"""A family's request: what is missing, where it starts, its number, likenesses, and fields that cannot be true."""

import re
from dataclasses import replace
from datetime import date, time
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teamhope.families import wording
from teamhope.families.rules import BARS, TIMED
from teamhope.families.rules_contact import PhoneFacts
from teamhope.families.rules_entry import (
    PhoneEntry,
    RequestEntry,
    agreed_words_problem,
    normal_phone,
    problems_of,
)
from teamhope.families.rules_request import (
    EntryFacts,
    Likeness,
    RequestFacts,
    after_entry,
    make_family_no,
    possible_duplicates,
    what_is_missing,
)
from teamhope.vocabulary.families import ConsentKind, ContactPreference, Voicemail, Window
from teamhope.vocabulary.places import STATES
from teamhope.vocabulary.states import RequestStatus

PHONE = PhoneFacts(
    phone_id=UUID(int=1),
    safe_to_call=True,
    safe_to_text=False,
    only_i_see_this_phone=False,
    voicemail=Voicemail.NONE,
    agreed_words=None,
    confirmed_on=date(2026, 3, 1),
    stopped=False,
    texts_stopped=False,
    blocked_person_on_line=False,
)
FACTS = RequestFacts(
    consents=frozenset({ConsentKind.PEER_MATCH}),
    phones=(PHONE,),
    preference=ContactPreference.PROGRAM_CALLS,
    zone="America/Chicago",
    language="es",
    case_type="FA",
)
UNSAFE = ({"safe_to_call": False}, {"stopped": True}, {"blocked_person_on_line": True})
TODAY = date(2026, 3, 3)


@pytest.mark.parametrize(
    ("change", "missing"),
    [
        ({"consents": frozenset({ConsentKind.VOICE_CALL})}, "peer_match_consent"),
        ({"phones": ()}, "safe_contact_method"),
        *(({"phones": (replace(PHONE, **unsafe),)}, "safe_contact_method") for unsafe in UNSAFE),
        ({"zone": None}, "time_zone"),
        ({"zone": "EST"}, "time_zone"),
        ({"language": None}, "language"),
        ({"case_type": ""}, "case_type"),
    ],
)
def test_a_request_without_it_stays_in_triage(change, missing) -> None:
    facts = replace(FACTS, **change)
    assert what_is_missing(facts) == (missing,)
    assert after_entry(EntryFacts(facts)) is RequestStatus.TRIAGE


def test_a_complete_request_is_ready_and_all_that_is_missing_is_named_in_order() -> None:
    assert after_entry(EntryFacts(FACTS)) is RequestStatus.READY
    nothing = RequestFacts(frozenset(), (), ContactPreference.PROGRAM_CALLS, None, None, None)
    assert what_is_missing(nothing) == tuple(wording.MISSING)


def test_a_family_that_calls_us_needs_no_number() -> None:
    assert what_is_missing(replace(FACTS, phones=(), preference=ContactPreference.THEY_CALL_US)) == ()


@pytest.mark.parametrize("risk", [{"minor_survivor_alone": True}, {"imminent_risk": True}])
def test_a_child_alone_or_in_danger_goes_to_an_advocate_even_if_something_is_missing(risk) -> None:
    assert after_entry(EntryFacts(FACTS, **risk)) is RequestStatus.REFERRED_OUT
    assert after_entry(EntryFacts(replace(FACTS, zone=None), **risk)) is RequestStatus.REFERRED_OUT


@given(st.binary(min_size=8, max_size=20))
def test_a_family_number_can_be_read_out_on_the_phone(random_bytes) -> None:
    assert re.fullmatch(r"F-[2-9B-DF-HJ-NP-TV-Z]{4}-\d\d", make_family_no(random_bytes))


def test_family_numbers_use_all_letters_and_too_few_bytes_are_refused() -> None:
    numbers = {make_family_no(n.to_bytes(8)) for n in range(0, 28**4 * 100, 9973)}
    assert len({letter for number in numbers for letter in number[2:6]}) == 28
    with pytest.raises(ValueError, match="8 random bytes"):
        make_family_no(b"1234567")


def family(
    n: int, phone: bytes = b"", name: bytes = b"ana", state: str | None = "TX", case: str | None = "FA"
) -> Likeness:
    phones = frozenset({phone}) if phone else frozenset()
    return Likeness(UUID(int=n), f"F-{n}", phones, frozenset({name}), state, case)


def test_the_same_phone_comes_before_the_same_name_and_strangers_are_left_out() -> None:
    others = [
        family(2, b"other"),
        family(3, b"mine", name=b"eva"),
        family(4, b"mine"),
        family(5, b"other", name=b"eva"),
        family(6, b"other", state="NM"),
        family(1, b"mine"),
    ]
    found = possible_duplicates(family(1, b"mine"), others)
    assert [(each.family_no, each.reasons) for each in found] == [
        ("F-4", ("same_phone", "same_name_state_kind")),
        ("F-3", ("same_phone",)),
        ("F-2", ("same_name_state_kind",)),
    ]


@pytest.mark.parametrize("unknown", [{"state": None}, {"case": None}])
def test_two_unknowns_are_not_alike_nor_are_families_without_a_phone(unknown) -> None:
    assert possible_duplicates(family(1, **unknown), [family(2, **unknown)]) == ()


ENTRY = RequestEntry(
    first_name="Ana",
    phones=(PhoneEntry("(202) 555-0143"),),
    zone="Pacific/Guam",
    windows=(Window(0, time(9), time(12)), Window(0, time(12), time(20))),
    state="GU",
    event_month=date(2026, 3, 1),
)


def test_a_true_request_has_no_problem_nor_has_one_with_nothing_optional() -> None:
    assert problems_of(ENTRY, TODAY) == ()
    assert problems_of(RequestEntry("Ana", ()), TODAY) == ()


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"first_name": "  "}, "first_name", "name_missing"),
        ({"first_name": "A" * 81}, "first_name", "name_too_long"),
        ({"phones": (PhoneEntry("911"),)}, "phones.0.number", "phone_unreadable"),
        (
            {"phones": (*ENTRY.phones, PhoneEntry("202-555-0144", of_blocked_person=True))},
            "phones.1.number",
            "phone_of_blocked_person",
        ),
        (
            {"phones": (PhoneEntry("202-555-0143", Voicemail.AGREED_WORDS),)},
            "phones.0.agreed_words",
            "words_missing",
        ),
        ({"zone": "Mars/Olympus"}, "zone", "zone_unknown"),
        ({"windows": (Window(0, time(22), time(6)),)}, "windows", "window_ends_before_it_starts"),
        ({"windows": (Window(0, time(9), time(9)),)}, "windows", "window_ends_before_it_starts"),
        ({"windows": (Window(7, time(9), time(10)),)}, "windows", "window_ends_before_it_starts"),
        ({"windows": (Window(0, time(9), time(12)), Window(0, time(11), time(13)))}, "windows", "windows_overlap"),
        ({"windows": (Window(0, time(9), time(10)),) * 29}, "windows", "windows_too_many"),
        ({"state": "ZZ"}, "state", "state_unknown"),
        ({"event_month": date(2026, 4, 1)}, "event_month", "month_in_future"),
    ],
)
def test_what_cannot_be_true_is_named_with_its_field(change, field, code) -> None:
    assert [problem[:2] for problem in problems_of(replace(ENTRY, **change), TODAY)] == [(field, code)]


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("(202) 555-0143", "+12025550143"),
        ("+52 55 1234 5678", "+525512345678"),
        ("202-555-0143 x12", None),
        ("555-0143", None),
        ("", None),
        ("call me", None),
    ],
)
def test_numbers_as_people_type_them(typed, number) -> None:
    assert normal_phone(typed) == number


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("Hi, it is Ana. Call me when you like.", None),
        ("Hola, soy Ana. Llámeme cuando pueda. Buenas tardes.", None),
        ("Hello from Casey", None),
        (" ", "words_missing"),
        ("a" * 121, "words_too_long"),
        ("Call 202", "words_hold_digits"),
        ("Call ٢٠٢", "words_hold_digits"),
        ("This is TEAM  HOPE", "words_tell_too_much"),
        ("About the missing girl", "words_tell_too_much"),
        ("your case", "words_tell_too_much"),
        ("Sobre su hijo DESAPARECIDO", "words_tell_too_much"),
        ("la explotación", "words_tell_too_much"),
        ("Llamo mañana", "words_tell_too_much"),
        ("As planned", "words_tell_too_much"),
        ("See you Tuesday", "words_tell_too_much"),
    ],
)
def test_words_on_a_voicemail_tell_nothing(words, code) -> None:
    assert agreed_words_problem(words) == code


def test_the_states_are_fifty_and_the_rest_of_the_postal_list() -> None:
    assert len(STATES) == 50 + 1 + 5 + 3 + 3
    assert all(re.fullmatch("[A-Z]{2}", state) for state in STATES)


def test_every_code_has_its_sentence() -> None:
    assert list(wording.NOT_NOW) == [code for code, _ in (*BARS, *TIMED)]
    codes = {problem[1] for problem in (*CODES_OF_ENTRIES,)}
    assert codes <= set(wording.PROBLEMS)


CODES_OF_ENTRIES = problems_of(
    RequestEntry(
        first_name="",
        phones=(
            PhoneEntry("1", Voicemail.AGREED_WORDS, "your case"),
            PhoneEntry("202-555-0143", of_blocked_person=True),
        ),
        zone="x",
        windows=(Window(9, time(1), time(0)),),
        state="x",
        event_month=date(2030, 1, 1),
    ),
    TODAY,
)
