"""Leave to give information to others, and the words that are read before anybody agrees."""

import hashlib
from dataclasses import replace
from datetime import date, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from teamhope.families.rules_plan import ASK_BEFORE, reconfirmation
from teamhope.families.rules_release import (
    BARS_RELEASE,
    LONGEST,
    BlockedFacts,
    Release,
    ReleaseRecord,
    is_barred,
    problems_of_release,
    standing_releases,
)
from teamhope.vocabulary import consents
from teamhope.vocabulary.consents import PACKAGED, read_versions
from teamhope.vocabulary.families import BlockedScope, ConsentKind, ConsentMethod

TODAY = date(2026, 11, 17)
DAY = timedelta(days=1)
RELEASE = Release("Lone Star Legal Aid", "housing", TODAY + 30 * DAY)
WRITTEN = ConsentMethod.WRITTEN
REX = BlockedFacts(BlockedScope.NO_CONTACT, "Réx Miller", "+12025550143")


def codes(release: Release, method: ConsentMethod = WRITTEN, *blocked: BlockedFacts) -> list[tuple[str, str]]:
    return [(field, code) for field, code, _ in problems_of_release(release, method, blocked, TODAY)]


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"recipient": " "}, ("recipient", "release_needs_recipient")),
        ({"purpose": ""}, ("purpose", "release_needs_purpose")),
        ({"expires_on": TODAY - DAY}, ("expires_on", "release_too_long")),
        ({"expires_on": TODAY + LONGEST + DAY}, ("expires_on", "release_too_long")),
        ({"recipient": "Mr. MILLER, Rex"}, ("recipient", "recipient_is_blocked")),
        ({"recipient": "whoever answers (202) 555-0143"}, ("recipient", "recipient_is_blocked")),
    ],
)
def test_what_a_release_must_not_be(changes: dict[str, object], found: tuple[str, str]) -> None:
    assert codes(replace(RELEASE, **changes), WRITTEN, REX) == [found]


def test_a_spoken_release_is_none_and_a_written_one_is() -> None:
    assert codes(RELEASE, ConsentMethod.VERBAL_RECORDED_BY_STAFF) == [("method", "release_must_be_written")]
    assert codes(RELEASE, WRITTEN, REX) == []


def test_somebody_whose_line_alone_is_closed_may_be_told() -> None:
    released = replace(RELEASE, recipient="Rex Miller")
    assert [scope for scope in BlockedScope if not codes(released, WRITTEN, replace(REX, scope=scope))] == [
        BlockedScope.NO_CALL_LEG
    ]


NAMES = st.lists(st.text("abcdeé'ñü", min_size=1, max_size=6).filter(str.isalpha), min_size=1, max_size=3)


@given(
    NAMES,
    st.lists(st.sampled_from(["Dr.", "office of", "c/o", "&"])),
    st.sampled_from(sorted(BARS_RELEASE)),
    st.randoms(),
)
def test_no_release_names_somebody_blocked(name, others, scope, chance) -> None:
    words = [chance.choice([str.upper, str.title, str.lower])(word) for word in name] + others
    chance.shuffle(words)
    assert is_barred(" ".join(words), [BlockedFacts(scope, " ".join(name))])


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.booleans())
def test_a_release_stands_to_its_last_day_and_never_after_it(today: date, taken_back: bool) -> None:
    record = ReleaseRecord(id=object(), release=RELEASE, taken_back=taken_back)  # type: ignore[arg-type]
    stands = not taken_back and today <= RELEASE.expires_on
    assert standing_releases([record], today) == ((record,) if stands else ())


# When a number must be asked about again ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("days", "stage"),
    [(0, None), (165, None), (166, "confirm_soon"), (180, "confirm_soon"), (181, "confirm_now"), (900, "confirm_now")],
)
def test_staff_are_asked_two_weeks_before_and_when_it_has_run_out(days: int, stage: str | None) -> None:
    assert reconfirmation(TODAY, TODAY + days * DAY) == stage
    assert timedelta(days=14) == ASK_BEFORE


# The words ------------------------------------------------------------------------------------------------------------

PUBLISHED = {"2026-01": "9c04f04959e5ba08", "2026-02": "9fbbe37e4f45c1e0"}


@pytest.mark.parametrize("version", consents.VERSIONS, ids=lambda version: version.code)
def test_words_that_were_in_use_are_never_changed(version: consents.Version) -> None:
    """A new text is a new version: add it to PUBLISHED, and leave the old ones as they are."""
    found = hashlib.sha256(msgspec.json.encode(version, order="deterministic")).hexdigest()[:16]
    assert PUBLISHED.get(version.code) == found


def test_there_are_words_for_every_kind_in_both_languages() -> None:
    assert set(consents.CURRENT.words) == set(ConsentKind)
    for version in consents.VERSIONS:
        for words in version.words.values():
            assert words.in_language("es") == words.es != words.en == words.in_language("ht")


@pytest.mark.parametrize("spoiled", [b"[versions.words.email]", b'code = "2026-01"', b"es ="])
def test_a_file_that_lacks_something_is_refused(spoiled: bytes) -> None:
    toml = PACKAGED.read_bytes()
    assert read_versions(toml) == consents.VERSIONS
    with pytest.raises((ValueError, msgspec.ValidationError)):
        read_versions(toml.replace(spoiled, b"# ", 1))


def test_two_versions_do_not_share_a_code() -> None:
    with pytest.raises(ValueError, match="one code"):
        read_versions(PACKAGED.read_bytes() * 2)
