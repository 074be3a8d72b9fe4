"""What a match is counted by: since when the family waited, and whether both lived through the same."""

from datetime import UTC, datetime, timedelta

import pytest

from teamhope.matching.rules_counted import is_concordant, waited_minutes, waiting_since
from teamhope.matching.rules_snapshot import Lived

READY = datetime(2026, 3, 2, 15, tzinfo=UTC)
LATER, LATEST = READY + timedelta(days=40), READY + timedelta(days=90)


@pytest.mark.parametrize(
    ("ended_at", "since"),
    [
        ([], READY),
        ([LATER], LATER),  # it needs another volunteer since then
        ([LATER, LATEST], LATEST),
        ([READY - timedelta(days=1)], READY),  # it was put on hold meanwhile, and is ready again since
    ],
)
def test_a_family_waits_from_when_it_was_last_ready(ended_at: list[datetime], since: datetime) -> None:
    assert waiting_since(READY, ended_at) == since


@pytest.mark.parametrize(
    ("after", "minutes"),
    [
        (timedelta(0), 0),
        (timedelta(seconds=59), 0),
        (timedelta(hours=48), 2880),
        (timedelta(hours=48, seconds=59), 2880),
        (timedelta(seconds=-3), 0),  # another machine's clock
    ],
)
def test_waiting_is_counted_in_whole_minutes(after: timedelta, minutes: int) -> None:
    assert waited_minutes(READY, READY + after) == minutes


def test_nobody_knows_how_long_where_nobody_knows_since_when() -> None:
    assert waited_minutes(None, READY) is None


@pytest.mark.parametrize(
    ("hers", "concordant"), [(["FA"], True), (["ERU", "FA"], True), (["ERU"], False), ([], False), ([None], False)]
)
def test_one_of_her_experiences_is_of_the_familys_kind(hers: list[str | None], concordant: bool) -> None:
    assert is_concordant(Lived("FA"), [Lived(kind) for kind in hers]) is concordant


def test_an_unknown_kind_is_nobodys() -> None:
    assert not is_concordant(Lived(None), [Lived(None), Lived("FA")])
