"""Links that work once, and which passwords are easy to guess."""

import unicodedata
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from argon2 import Type
from tests.conftest import STRONG

from teamhope.accounts import passwords, rules_links
from teamhope.accounts.forms import SignInForm
from teamhope.accounts.forms_links import ChooseForm
from teamhope.accounts.rules_links import Doorway
from teamhope.kit.forms import FormProblems, read_form
from teamhope.letters.rules import LetterKind
from teamhope.vocabulary.people import PersonStatus

NOW = datetime(2026, 11, 20, 18, tzinfo=UTC)
HER = ("Rosa Reyes Montoya", "rosa.reyes@lighthouse.example", "Team HOPE")


class Sent:
    def __init__(self, **fields: str) -> None:
        self.fields = fields

    def multi_items(self) -> list[tuple[str, object]]:
        return list(self.fields.items())


def test_an_invitation_lasts_three_days_and_a_reset_an_hour() -> None:
    assert rules_links.expires_at(LetterKind.INVITATION, NOW) == NOW + timedelta(hours=72)
    assert rules_links.expires_at(LetterKind.RESET, NOW) == NOW + timedelta(minutes=60)


@pytest.mark.parametrize(("status", "has_email"), [*product(PersonStatus, (True, False))])
def test_only_who_may_sign_in_and_has_an_email_is_invited(status: PersonStatus, has_email: bool) -> None:
    allowed = status is PersonStatus.ACTIVE and has_email
    assert rules_links.may_be_invited(status, has_email) == allowed


def test_a_link_leads_to_this_site_however_its_address_ends() -> None:
    for url in ("https://hope.example", "https://hope.example/"):
        assert Doorway(url, letters=True).link("x") == "https://hope.example/welcome/x"


def test_asking_for_a_reset_never_slows_signing_in_down() -> None:
    assert rules_links.asking_again(" Rosa@Example.org") == rules_links.asking_again("rosa@example.org")
    assert rules_links.asking_again("rosa@example.org") != "rosa@example.org"


def test_the_words_about_her_are_whole_and_in_parts() -> None:
    assert rules_links.words_of(["José Ruiz", "jo@a.example"]) == [
        "josé ruiz", "josé", "ruiz", "jo@a.example", "example",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "password",
    [
        "aaaaaaaaaaaa", "123456789012", "password1234", "qwertyuiop12", "iloveyoumom12", "Summer2024!!",
        "contraseña123", "teamhope2026!", "rosareyes2024", "montoya-reyes1", "lighthouse2026", " " * 12,
    ],
)  # fmt: skip
async def test_what_is_easy_to_guess_is_weak(password: str) -> None:
    assert await passwords.is_weak(password, HER)


@pytest.mark.parametrize(
    "password",
    ["correct horse battery", "blue kitchen lamp", "manzana verde casa", "mi perro se llama", "k7#Vq9!xPz2w"],
)
async def test_three_words_or_twelve_of_chance_are_not(password: str) -> None:
    assert not await passwords.is_weak(password, HER)


async def test_her_own_name_makes_the_difference() -> None:
    assert await passwords.is_weak("Zbigniewa Qwilk 7", ("Zbigniewa Qwilk",))
    assert not await passwords.is_weak("Zbigniewa Qwilk 7", ())


async def test_a_long_password_is_judged_by_its_beginning() -> None:
    """zxcvbn refuses more than 72 characters, and needs seconds for 200."""
    assert not await passwords.is_weak("correct horse battery " * 9, HER)
    assert await passwords.is_weak("a" * 200, HER)


async def test_two_ways_to_write_one_letter_are_one_password() -> None:
    composed = "contraseña de mañana"
    decomposed = unicodedata.normalize("NFD", composed)
    assert composed != decomposed
    assert await passwords.fits(await passwords.hashed(decomposed), composed)
    assert await passwords.fits(await passwords.hashed(composed), decomposed)


def test_the_service_hashes_as_rfc_9106_recommends() -> None:
    work = (STRONG.type, STRONG.memory_cost, STRONG.time_cost, STRONG.parallelism)
    assert work == (Type.ID, 64 * 1024, 3, 4)


async def test_spaces_belong_to_a_password() -> None:
    password = "  blue kitchen lamp "
    chosen = read_form(ChooseForm, Sent(password=password, again=password)).password
    given = read_form(SignInForm, Sent(email="rosa@example.org", password=password)).password
    assert chosen == given == password
    assert not await passwords.fits(await passwords.hashed(chosen), password.strip())


@pytest.mark.parametrize(
    ("password", "again", "field", "code"),
    [
        ("blue lamp", "blue lamp", "password", "too_short"),
        ("blue kitchen lamp", "blue kitchen lamb", "again", "passwords_differ"),
        ("blue kitchen lamp", "blue kitchen lamp ", "again", "passwords_differ"),
        ("x" * 201, "x" * 201, "password", "too_long"),
        ("", "", "password", "required"),
        ("blue kitchen\x00lamp", "blue kitchen\x00lamp", "password", "control_characters"),
    ],
)
def test_a_form_that_cannot_be_kept(password: str, again: str, field: str, code: str) -> None:
    with pytest.raises(FormProblems) as refused:
        read_form(ChooseForm, Sent(password=password, again=again))
    assert refused.value.problems[0][:2] == (field, code)
    assert password not in str(refused.value) or not password


def test_two_hundred_characters_are_taken() -> None:
    assert read_form(ChooseForm, Sent(password="é" * 200, again="é" * 200)).password == "é" * 200
