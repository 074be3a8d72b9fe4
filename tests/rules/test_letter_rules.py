"""Letters: what must not go, when one is tried again, and when it is given up."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teamhope.kit.i18n import LANGUAGES
from teamhope.letters import rules
from teamhope.letters.post import SmtpServer, post_of
from teamhope.letters.rules import Again, DueLetter, Ended, LetterKind, LetterStatus, Refused, Taken, Unreached
from teamhope.letters.wording import words
from teamhope.settings import SettingProblem
from teamhope.vocabulary.people import PersonStatus

NOW = datetime(2026, 11, 20, 18, tzinfo=UTC)
LINK = "https://hope.example/welcome/secret"
LETTER = DueLetter(uuid4(), LetterKind.INVITATION, LINK, 1, NOW, "rosa@example.org", PersonStatus.ACTIVE, "es")
# Whatever says that somebody here is, or has, a family in such a case.
TOLD_NOBODY = ("hope", "famil", "child", "niñ", "menor", "missing", "desapar", "volunt", "case", "caso", "call", "llam")


@pytest.mark.parametrize("change", [{"status": PersonStatus.SUSPENDED}, {"email": None}, {"email": ""}])
def test_no_letter_for_who_may_not_or_cannot_get_one(change: dict[str, object]) -> None:
    assert rules.bar(LETTER) is None
    assert rules.bar(replace(LETTER, **change)) is not None


@given(st.integers(1, 40), st.floats(0, 1, exclude_max=True))
def test_the_delay_is_between_a_minute_and_four_hours_and_never_shrinks(attempts: int, chance: float) -> None:
    delay = rules.delay_after(attempts, chance)
    assert timedelta(minutes=1) <= delay <= timedelta(hours=4)
    assert rules.delay_after(attempts, 0) <= delay
    assert rules.delay_after(attempts + 1, chance) >= delay


def test_the_first_delays_double() -> None:
    assert [rules.delay_after(n, 0).total_seconds() / 60 for n in (1, 2, 3, 4)] == [1, 2, 4, 8]
    assert rules.delay_after(40, 0) == timedelta(hours=4)


@pytest.mark.parametrize(
    ("answer", "fate"),
    [
        (Taken(), Ended(LetterStatus.SENT)),
        (Refused("550"), Ended(LetterStatus.FAILED, "550")),
        (Unreached("421"), Again(NOW + timedelta(minutes=1), "421")),
    ],
)
def test_what_becomes_of_a_letter(answer: rules.Answer, fate: Ended | Again) -> None:
    assert rules.after(LETTER, answer, NOW, 0) == fate


@pytest.mark.parametrize(("kind", "hours"), [("invitation", 24), ("break_glass", 24), ("reset", 1)])
def test_a_letter_is_given_up_when_its_time_is_over(kind: str, hours: int) -> None:
    letter = replace(LETTER, kind=LetterKind(kind))
    last = NOW + timedelta(hours=hours) - timedelta(minutes=1)
    assert isinstance(rules.after(letter, Unreached("lost"), last - timedelta(seconds=1), 0), Again)
    assert rules.after(letter, Unreached("lost"), last, 0) == Ended(LetterStatus.FAILED, "lost")


def test_a_letter_is_never_tried_when_its_link_has_ended() -> None:
    assert all(rules.TRIED_FOR[kind] <= life for kind, life in rules.LINK_LIFE.items())
    assert rules.SEND_WITHIN < rules.LEASE


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", LetterKind)
def test_the_words_tell_nobody_what_this_is(kind: LetterKind, language: str) -> None:
    subject, text = words(kind, language, LINK if kind in rules.LINK_LIFE else None)
    assert subject == {"en": "Your account", "es": "Su cuenta"}[language]
    assert (LINK in text) == (kind in rules.LINK_LIFE)
    read = (subject + text.replace(LINK, "")).casefold()
    assert not [word for word in TOLD_NOBODY if word in read]


@pytest.mark.parametrize(("kind", "life"), [(LetterKind.INVITATION, "72"), (LetterKind.RESET, "60")])
def test_the_words_name_how_long_the_link_works(kind: LetterKind, life: str) -> None:
    lasts = rules.LINK_LIFE[kind]
    assert timedelta(hours=int(life)) == lasts or timedelta(minutes=int(life)) == lasts
    assert all(life in words(kind, language, LINK)[1] for language in LANGUAGES)


@pytest.mark.parametrize(
    "url",
    [
        "smtp://mail.example",
        "smtp://mail.example?from=",
        "smtp://mail.example?from=nobody",
        "smtp://?from=hope@example.org",
        "smtp://mail.example:x?from=hope@example.org",
        "smtp://mail.example?from=a@example.org,b@example.org",
    ],
)
def test_an_address_that_cannot_work_is_named(url: str) -> None:
    with pytest.raises(SettingProblem, match="TEAMHOPE_SMTP_URL"):
        post_of(url)


@pytest.mark.parametrize(
    ("url", "port", "whole", "upgraded"),
    [
        ("smtp://mail.example?from=hope@example.org", 587, False, True),
        ("smtp://mail.example:25?from=hope@example.org", 25, False, True),
        ("smtp://localhost:25?from=hope@example.org", 25, False, False),
        ("smtp://127.0.0.1?from=hope@example.org", 587, False, False),
        ("smtp://[::1]?from=hope@example.org", 587, False, False),
        ("smtps://mail.example?from=hope@example.org", 465, True, False),
        ("smtps://localhost?from=hope@example.org", 465, True, False),
    ],
)
def test_only_this_machine_is_spoken_to_without_tls(url: str, port: int, whole: bool, upgraded: bool) -> None:
    post = post_of(url)
    assert isinstance(post, SmtpServer)
    assert (post.port, post.whole, post.upgraded) == (port, whole, upgraded)


def test_an_account_is_read_and_never_shown() -> None:
    post = post_of("smtp://ana%40example.org:p%2Fw%3A1@mail.example?from=hope@example.org")
    assert isinstance(post, SmtpServer)
    assert (post.username, post.password) == ("ana@example.org", "p/w:1")
    assert "p/w:1" not in repr(post)


def test_no_address_is_no_post_office() -> None:
    assert post_of("") is None
