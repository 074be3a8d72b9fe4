"""Whole stories of calls that come in: a volunteer without a smartphone, and a family late in the evening."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from tests import world
from tests.app_kit import submit
from tests.slices.calls.kit import NOW, at_the_browser, due, rows
from tests.slices.telephone.inbound_kit import STRANGER, Line, calls_of_match, line, pin_of_family, tasks_of

from teamhope.telephony.fake_handsets import Talk
from teamhope.vocabulary.families import Window

pytestmark = pytest.mark.usefixtures("db", "_nobody_waits")

DENVER = ZoneInfo("America/Denver")
TEN_AT_NIGHT = datetime(2026, 11, 24, 22, 0, tzinfo=DENVER).astimezone(UTC)
NINE_IN_THE_MORNING = datetime(2026, 11, 25, 9, 0, tzinfo=DENVER)
CALLED_BACK = ["We will call you back.", "To speak with someone, press 0.", "Goodbye."]
PIN = re.compile(r'<code class="th-secret">(\d{4}) (\d{4})</code>')


@pytest.fixture
async def _nobody_waits(db: object) -> None:
    await rows("delete from sign_in_throttle returning 1")


@pytest.fixture
async def our_line(db: object) -> AsyncIterator[Line]:
    async with line() as it:
        yield it


async def open_follow_ups(it: world.AFollowUp) -> list[Any]:
    return await rows(
        "select * from follow_up where match = $1 and status in ('planned', 'due', 'retry_wait') order by due_at",
        it.match.id,
    )


async def test_she_makes_a_pin_calls_from_a_booth_and_logs_by_key(our_line: Line) -> None:
    it = await due()
    her, family = it.match.volunteer, it.match.request
    async with at_the_browser(her) as browsing:
        page = await submit(browsing, "/me/telephone/pin")
    found = PIN.search(page.text)
    assert found
    our_line.state.handset(family.number, talks=(Talk(1500),))
    await our_line.rings_us(STRANGER, f"{''.join(found.groups())}#", "1", "1")
    assert our_line.heard(STRANGER)[-1] == "It is saved, and the next call is planned. Thank you. Goodbye."
    (call,) = await calls_of_match(it.match.id)
    assert (call["outcome"], call["talk_seconds"]) == ("reached", 1500)
    (match,) = await rows("select status from match where id = $1", it.match.id)
    assert match["status"] == "active"
    assert her.phone not in str(our_line.state.dialled)


async def test_a_call_at_ten_at_night_is_called_back_in_the_morning(our_line: Line) -> None:
    it = await due()
    our_line.now = TEN_AT_NIGHT
    await our_line.rings_us(it.match.request.number, await pin_of_family(it.match.request))
    assert our_line.heard(it.match.request.number)[4:] == CALLED_BACK
    assert our_line.rung(it.match.volunteer.phone) == 0
    (call,) = await calls_of_match(it.match.id)
    assert (call["outcome"], call["started_at"], call["direction"]) == ("inbound_missed", TEN_AT_NIGHT, "inbound")
    (promised,) = await open_follow_ups(it)
    assert (promised["due_at"], promised["asked_callback"]) == (NINE_IN_THE_MORNING, True)
    assert promised["due_at"] - TEN_AT_NIGHT <= timedelta(hours=12)
    reminders = await rows("select due_at from message where person = $1", it.match.volunteer.person_id)
    assert [row["due_at"] <= NINE_IN_THE_MORNING for row in reminders] == [True]
    assert await tasks_of(it.match.request.family_id) == []


async def test_a_suspended_volunteer_is_not_rung(our_line: Line) -> None:
    it = await due()
    await rows("update volunteer set status = 'suspended' where id = $1 returning id", it.match.volunteer.id)
    await our_line.rings_us(STRANGER, await pin_of_family(it.match.request))
    assert our_line.rung(it.match.volunteer.phone) == 0
    assert our_line.heard(STRANGER)[4:] == CALLED_BACK


async def test_where_neither_has_an_hour_in_time_it_is_the_staffs(our_line: Line) -> None:
    """First Candle's twelve hours (domain.md §2.1) count for more than who calls."""
    evenings = tuple(Window(day, time(18), time(20)) for day in range(7))
    it = await due(windows=evenings)
    our_line.now = TEN_AT_NIGHT
    await our_line.rings_us(STRANGER, await pin_of_family(it.match.request))
    assert our_line.heard(STRANGER)[4:] == CALLED_BACK
    assert await tasks_of(it.match.request.family_id) == ["call_back"]
    (promised,) = await open_follow_ups(it)
    assert promised["due_at"] == NOW
