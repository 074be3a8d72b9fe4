"""When a session ends, which codes prove something, what a browser is called."""

from datetime import UTC, datetime, timedelta
from string import ascii_letters
from uuid import uuid4

import pyotp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from teamhope.accounts import passkeys, rules, rules_second
from teamhope.accounts.rules import SecondFactor, Session, Visitor
from teamhope.accounts.rules_device import device_of
from teamhope.accounts.rules_second import Step, StepKind
from teamhope.vocabulary.people import Actor, PersonStatus, Role

NOW = datetime(2026, 10, 13, 23, tzinfo=UTC)
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
MINUTE = timedelta(minutes=1)


def session(
    *, on_call: bool = False, factor: SecondFactor | None = None, expires_in: timedelta = 720 * MINUTE
) -> Session:
    return Session(uuid4(), "", factor, on_call, NOW, NOW, NOW, NOW + expires_in)


@pytest.mark.parametrize(
    ("role", "on_call", "minutes"),
    [
        (Role.VOLUNTEER, False, 15),
        (Role.VOLUNTEER, True, 30),
        (Role.TEAM_LEAD, True, 30),
        (Role.TEAM_LEAD, False, 15),
        (Role.COORDINATOR, True, 15),
        (Role.ADMIN, True, 15),
    ],
)
def test_a_session_rests_fifteen_minutes_and_thirty_on_a_call(role: Role, on_call: bool, minutes: int) -> None:
    resting, end = session(on_call=on_call), NOW + minutes * MINUTE
    assert rules.session_ends_at(resting, role) == end
    assert rules.session_is_live(resting, role, PersonStatus.ACTIVE, end - timedelta(microseconds=1))
    assert not rules.session_is_live(resting, role, PersonStatus.ACTIVE, end)
    assert not rules.session_is_live(resting, role, PersonStatus.SUSPENDED, NOW)


def test_the_absolute_end_comes_first_when_it_is_nearer() -> None:
    assert rules.session_ends_at(session(expires_in=MINUTE), Role.ADMIN) == NOW + MINUTE


@pytest.mark.parametrize(
    ("path", "is_call"),
    [
        ("/calls", True),
        ("/calls/1/log", True),
        ("/drafts/1", True),
        ("/callsign", False),
        ("/", False),
        ("/x/calls", False),
    ],
)
def test_what_counts_as_a_calls_page(path: str, is_call: bool) -> None:
    assert rules.is_on_call(path, not is_call) is is_call


@pytest.mark.parametrize("before", [True, False])
def test_saying_that_she_is_there_leaves_the_call_open(before: bool) -> None:
    assert rules.is_on_call("/me/session", before) is before


@pytest.mark.parametrize(
    ("path", "method", "keeps"), [("/me/session", "GET", False), ("/me/session", "POST", True), ("/me", "GET", True)]
)
def test_only_asking_how_long_is_left_keeps_nothing_alive(path: str, method: str, keeps: bool) -> None:
    assert rules.keeps_alive(path, method) is keeps


def test_a_proof_lasts_ten_minutes_and_a_token_has_none() -> None:
    assert rules.proof_is_fresh(session(), NOW + timedelta(minutes=9, seconds=59))
    assert not rules.proof_is_fresh(session(), NOW + timedelta(minutes=10))
    assert not rules.proof_is_fresh(None, NOW)


@pytest.mark.parametrize(
    ("requirement", "role", "required"),
    [
        ("nobody", Role.ADMIN, False),
        ("staff", Role.ADMIN, True),
        ("staff", Role.TEAM_LEAD, True),
        ("staff", Role.VOLUNTEER, False),
        ("everyone", Role.VOLUNTEER, True),
    ],
)
def test_who_must_have_a_second_factor(requirement: str, role: Role, required: bool) -> None:
    without = Visitor(Actor(role, uuid4()), "Ada", "en", "UTC", b"hash", session())
    having = Visitor(Actor(role, uuid4()), "Ada", "en", "UTC", b"hash", session(factor=SecondFactor.PASSKEY))
    token = Visitor(Actor(role, uuid4()), "Ada", "en", "UTC", None)
    assert rules_second.must_set_up(requirement, without) is required
    assert not rules_second.must_set_up(requirement, having)
    assert not rules_second.must_set_up(requirement, token)


def code_of(half_minutes: int) -> str:
    return pyotp.TOTP(SECRET).at(NOW + half_minutes * timedelta(seconds=30))


PRESENT = int(NOW.timestamp()) // 30


@pytest.mark.parametrize(("around", "fits"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_code_of_this_half_minute_or_a_neighbour_fits(around: int, fits: bool) -> None:
    assert rules_second.fitting_step(SECRET, code_of(around), 0, NOW) == (PRESENT + around if fits else None)


@pytest.mark.parametrize(("around", "fits"), [(-1, False), (0, False), (1, True)])
def test_no_code_fits_that_was_used_or_is_older(around: int, fits: bool) -> None:
    assert (rules_second.fitting_step(SECRET, code_of(around), PRESENT, NOW) is not None) is fits


@given(st.text(max_size=12))
def test_no_other_text_is_a_code(text: str) -> None:
    known = {code_of(around) for around in (-1, 0, 1)}
    assert (rules_second.fitting_step(SECRET, text, 0, NOW) is not None) == (text in known)


@pytest.mark.parametrize(
    ("text", "bare", "of_app"), [(" 123 456 ", "123456", True), ("K7F3Q-9X2MP", "k7f3q9x2mp", False)]
)
def test_codes_are_compared_without_what_people_put_between(text: str, bare: str, of_app: bool) -> None:
    assert rules_second.bare_code(text) == bare
    assert rules_second.is_app_code(bare) is of_app


@pytest.mark.parametrize("digits", ["١٢٣٤٥٦", "12345", "1234567", "²²²²²²", ""])
def test_what_is_no_code_of_an_app(digits: str) -> None:
    assert not rules_second.is_app_code(digits)


def test_recovery_codes_are_ten_different_ones_that_cannot_be_taken_for_an_apps() -> None:
    codes = rules_second.new_recovery_codes()
    assert len(set(codes)) == 10
    assert all(len(rules_second.bare_code(code)) == 10 for code in codes)
    assert not set("".join(codes)) & set("ilo01")


@pytest.mark.parametrize(("failures", "minutes", "live"), [(0, 0, True), (9, 4, True), (10, 0, False), (0, 5, False)])
def test_a_step_lives_five_minutes_and_ten_tries(failures: int, minutes: int, live: bool) -> None:
    step = Step(StepKind.SECOND_FACTOR, uuid4(), None, failures, NOW + rules_second.STEP_LASTS)
    assert rules_second.step_is_live(step, NOW + minutes * MINUTE) is live


WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Safari/537.36"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile Safari/604.1"


@pytest.mark.parametrize(
    ("header", "words"),
    [
        (WINDOWS, "Chrome (Windows)"),
        (WINDOWS + " Edg/130.0", "Edge (Windows)"),
        (IPHONE, "Safari (iPhone)"),
        (IPHONE.replace("Version", "CriOS"), "Chrome (iPhone)"),
        ("Mozilla/5.0 (Android 14; Mobile; rv:132.0) Gecko/132.0 Firefox/132.0", "Firefox (Android)"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:132.0) Gecko Firefox/132.0", "Firefox (Mac)"),
        ("curl/8.0 (x86_64-pc-linux-gnu)", ""),
        ("Linux", "Linux"),
        ("", ""),
    ],
)
def test_a_browser_is_called_by_two_common_words(header: str, words: str) -> None:
    assert device_of(header) == words


@given(st.text(max_size=400))
def test_whatever_it_says_of_itself_forty_characters_are_kept_at_most(header: str) -> None:
    assert len(device_of(header + "SamsungBrowser iPhone")) <= 40
    assert set(device_of(header)) <= set(ascii_letters + " ()")


@pytest.mark.parametrize(
    ("url", "possible"),
    [
        ("https://hope.example.org", True),
        ("http://localhost:8000", True),
        ("http://127.0.0.1:8000", False),
        ("https://192.0.2.7", False),
        ("https://[::1]:8000", False),
        ("http://hope.example.org", False),
    ],
)
def test_where_browsers_make_passkeys(url: str, possible: bool) -> None:
    assert passkeys.is_possible(url) is possible


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://hope.example.org:8443/path/", "https://hope.example.org:8443"),
        ("https://Hope.Example.org:443", "https://hope.example.org"),
        ("http://localhost:80", "http://localhost"),
    ],
)
def test_who_asks_is_the_public_address_as_browsers_write_it(url: str, origin: str) -> None:
    party = passkeys.party_of(url, "Team HOPE")
    assert party.origin == origin
    assert party.id == origin.split("//")[1].split(":", maxsplit=1)[0]
