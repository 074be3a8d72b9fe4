"""When the night's work is due, which backups go, and what a printed key says of itself."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teamhope.operations.rules import (
    KEEP_AT_MOST,
    KEEP_EVERY,
    LATE_AFTER,
    Backup,
    gone_by,
    is_late,
    is_night,
    superseded,
)
from teamhope.operations.rules_keys import _quint, check_word, groups_of

NEW_YORK = ZoneInfo("America/New_York")
NOW = datetime(2026, 3, 20, 7, 15, tzinfo=UTC)  # a Friday, 3:15 in New York
DAY = timedelta(days=1)


def nights(first: int, last: int) -> list[Backup]:
    """Made at 3:15 in New York so many days ago, across the clock change of March 8."""
    today = NOW.astimezone(NEW_YORK).replace(tzinfo=None)
    return [Backup(f"{ago:03}", (today - ago * DAY).replace(tzinfo=NEW_YORK)) for ago in range(first, last)]


def kept(backups: list[Backup], now: datetime = NOW) -> set[str]:
    return {each.name for each in backups} - {each.name for each in superseded(backups, now, NEW_YORK)}


@pytest.mark.parametrize(
    ("at", "due"),
    [
        (datetime(2026, 3, 20, 7, 14, 59, tzinfo=UTC), False),
        (datetime(2026, 3, 20, 7, 15, tzinfo=UTC), True),
        (datetime(2026, 3, 21, 3, 59, tzinfo=UTC), True),  # 11:59 p.m. in New York: a missed night is made good
        (datetime(2026, 3, 21, 4, 0, tzinfo=UTC), False),
    ],
)
def test_the_night_begins_at_a_quarter_past_three_where_the_report_is_counted(at: datetime, due: bool) -> None:
    assert is_night(at, NEW_YORK) is due


def test_late_is_more_than_36_hours_or_never() -> None:
    assert is_late(None, NOW)
    assert not is_late(NOW - LATE_AFTER, NOW)
    assert is_late(NOW - LATE_AFTER - timedelta(seconds=1), NOW)


def test_of_a_year_of_nights_seven_days_and_one_of_each_week_stay() -> None:
    sundays = {"012", "019", "026", "033"}  # the newest of each week; March 15 is among the seven days
    assert kept(nights(0, 365)) == {f"{ago:03}" for ago in range(7)} | sundays


def test_rotating_every_night_for_a_year_keeps_five_weeks_and_nothing_of_35_days() -> None:
    there: list[Backup] = []
    for ago in range(400, -1, -1):
        today = (NOW.astimezone(NEW_YORK).replace(tzinfo=None) - ago * DAY).replace(tzinfo=NEW_YORK)
        there.append(Backup(f"{ago:03}", today))
        gone = superseded(there, today, NEW_YORK)
        there = [each for each in there if each not in gone]
        ages = [(today.date() - each.made_at.date()).days for each in there]
        assert max(ages) < KEEP_AT_MOST
        if ago < 350:
            assert len(there) in {11, 12}
            assert sorted(ages)[:KEEP_EVERY] == list(range(KEEP_EVERY))
            assert max(ages) >= 28


def test_the_newest_stays_however_old_it_is() -> None:
    assert kept(nights(100, 130)) == {"100"}
    assert superseded([], NOW, NEW_YORK) == []


@given(st.lists(st.integers(-10 * 1440, 150 * 1440).map(lambda minutes: NOW - timedelta(minutes=minutes)), max_size=60))
def test_whatever_there_is_no_young_one_and_no_last_one_goes(made: list[datetime]) -> None:
    backups = [Backup(str(number), at) for number, at in enumerate(made)]
    gone = superseded(backups, NOW, NEW_YORK)
    assert all(NOW - each.made_at >= (KEEP_EVERY - 1) * DAY for each in gone)
    left = [each for each in backups if each not in gone]
    assert bool(left) == bool(backups)
    assert superseded(left, NOW, NEW_YORK) == []
    if backups:
        assert max(left, key=lambda each: each.made_at).made_at == max(made)


def test_a_key_may_go_when_the_last_backup_that_needs_it_has_gone() -> None:
    made = [NOW, NOW - DAY]
    assert gone_by(made, NEW_YORK) == date(2026, 4, 24)
    assert superseded([Backup("old", NOW), Backup("new", NOW + DAY)], datetime(2026, 4, 24, 7, 0, tzinfo=UTC), NEW_YORK)
    assert gone_by([], NEW_YORK) is None


def test_check_words_are_those_of_the_proposal() -> None:
    """Letters as in the paper's table: 127.0.0.1 is lusab-babad."""
    assert (_quint(0x7F00), _quint(0x0001)) == ("lusab", "babad")


@given(st.text("ABCabc012+/", min_size=1, max_size=88))
def test_groups_lose_nothing_and_the_word_tells_a_wrong_letter(key: str) -> None:
    assert "".join(groups_of(key)).replace(" ", "") == key
    assert all(len(group) == 4 for line in groups_of(key + "x" * (-len(key) % 4)) for group in line.split())
    assert check_word(key) == check_word(key)
    assert check_word(key) != check_word(key.swapcase() + "x")
