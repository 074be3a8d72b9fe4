"""Over every change of the clock, 2026-2030, in every zone: calls and reminders stay in their hours and come once."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import cycle, pairwise
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from tests.rules.clock_changes import CHANGES, JUMPS, TICK, ZONES, ticking
from tests.rules.test_may_contact import ADVOCATE, FACTS, PHONE

from teamhope.accounts.rules import StaffFacts
from teamhope.families.rules import may_contact
from teamhope.families.rules_hours import Hours, family_hours, to_instant, volunteer_hours
from teamhope.followups.rules_messages import Change, Circumstances, DueCall, Message, decide, unreminded
from teamhope.followups.rules_promises import reminder_due
from teamhope.followups.rules_slots import PROMISED, SLOT, Diary, Slot, first_slot
from teamhope.vocabulary.calls import MessageStatus
from teamhope.vocabulary.families import Clearance, ClearedChannel, Window
from teamhope.vocabulary.people import PersonStatus

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
EARLY = timedelta(seconds=60)
NIGHT = (Window(6, time(1, 10), time(4)), Window(0, time(1, 10), time(4)))


def is_open(wall: datetime) -> bool:
    """The default hours, written the naive way."""
    return (12 if wall.weekday() == 6 else 9) <= wall.hour < 20


@pytest.mark.parametrize("change", CHANGES, ids=str)
def test_the_family_is_reached_in_its_hours_alone(change: date) -> None:
    facts = replace(FACTS, phone=replace(PHONE, confirmed_on=change))
    for zone in ZONES:
        start = datetime.combine(change, time(), UTC) + 4 * HOUR
        edges = [to_instant(change, time(hour), zone) + n * MINUTE for hour in (9, 12, 20) for n in (-1, 0, 1)]
        for at in [*edges, *(start + n * HOUR for n in range(26))]:
            answer = may_contact(replace(facts, zone=zone), ClearedChannel.VOICE, at, ADVOCATE)
            assert isinstance(answer, Clearance) is is_open(at.astimezone(zone)), (zone, at)


@pytest.mark.parametrize("change", CHANGES, ids=str)
def test_calls_are_planned_in_the_hours_of_both(change: date) -> None:
    volunteers = cycle(ZONES[::-3])
    for zone in ZONES:
        diary = Diary(family_hours(zone, ()), volunteer_hours(next(volunteers), ()))
        for day in (change + n * DAY for n in (-1, 0, 1)):
            for not_before in (None, datetime.combine(day, time(14, 7), zone)):
                slot = first_slot(diary, day, not_before)
                assert slot is not None
                assert slot.local_date >= day
                assert not_before is None or slot.due_at >= not_before
                assert_whole(slot, zone)
                for at in (slot.due_at, slot.due_at + SLOT - MINUTE):
                    assert is_open(at.astimezone(zone)), (zone, slot)
                    assert is_open(at.astimezone(diary.volunteer.zone)), (zone, slot)


def assert_whole(slot: Slot, zone: ZoneInfo) -> None:
    """Wall time and instant say the same, and what is promised ends two hours later by the clock on the wall."""
    wall = slot.due_at.astimezone(zone)
    assert (slot.local_date, slot.local_start) == (wall.date(), wall.time())
    promised = datetime.combine(wall.date(), wall.time()) + PROMISED
    assert slot.window_end_at == to_instant(promised.date(), promised.time(), zone)


@pytest.mark.parametrize("usual", [None, time(1, 30), time(2, 15), time(2, 59), time(3)])
def test_nor_does_a_call_at_night_miss_the_hour_that_is_skipped_or_repeated(usual: time | None) -> None:
    for zone in ZONES:
        nights = Hours(zone, NIGHT)
        for change in CHANGES:
            slot = first_slot(Diary(nights, nights, usual=usual), change)
            assert slot is not None
            assert_whole(slot, zone)
            assert slot.local_date == change
            assert time(1, 10) <= slot.local_start <= time(3, 15)
            nearest = to_instant(change, usual or time(1, 10), zone)
            assert slot.due_at == nearest, (zone, slot)


# A worker's passes over one call and its reminder, by a clock that may jump -------------------------------------------


def worker_days(zone: ZoneInfo, due_at: datetime, planned_at: datetime, nows: list[datetime]) -> list[datetime]:
    """When the reminder is sent, by the clock; the rows are those of `message`, one for a person and date."""
    her = StaffFacts(UUID(int=1), PersonStatus.ACTIVE, agreed_to_sms=True, phone="+12025550101", language="en")
    it = Circumstances(her, zone, (DueCall(due_at, due_at + 2 * HOUR),))
    queued, sent = {}, []
    day, remind_at = reminder_due(zone, due_at, planned_at)
    queued[day] = remind_at
    known = {day}
    for now in nows:
        reminded = replace(it.calls[0], reminded_on=frozenset(known))
        if (first := unreminded(replace(it, calls=(reminded,)), now)) is not None:
            day, remind_at = reminder_due(zone, first, now)
            queued[day] = remind_at
            known.add(day)
        for day in [day for day, at in queued.items() if at <= now]:
            message = Message(UUID(int=day.toordinal()), her.person_id, day, MessageStatus.QUEUED, 0, "lease")
            answer = decide(message, it, now)
            if not isinstance(answer, Change):
                sent.append(now)
                del queued[day]
            elif answer.status is MessageStatus.QUEUED:
                assert answer.wait
                queued[day] = now + answer.wait
            else:
                del queued[day]
    return sent


@pytest.mark.parametrize("jumps", JUMPS)
@pytest.mark.parametrize("change", CHANGES, ids=str)
def test_each_reminder_is_sent_once_on_its_day_and_not_before_nine(change: date, jumps: str) -> None:
    for zone in ZONES:
        for day in (change, change + DAY):
            due_at = to_instant(day, time(18, 30), zone)
            start, end = to_instant(day - DAY, time(15), zone), to_instant(day + DAY, time(3), zone)
            nows = list(ticking(start, end, jumps, zone))
            sent = worker_days(zone, due_at, start - DAY, nows)
            assert len(sent) == 1, (zone, day, sent)
            nine = to_instant(day, time(9), zone)
            assert nine - EARLY <= sent[0] == next(now for now in nows if now >= nine), (zone, day)
            assert sent[0] < due_at


def test_the_clocks_of_these_tests_jump() -> None:
    zone = ZONES[0]
    start, end = to_instant(CHANGES[0], time(0), zone), to_instant(CHANGES[0] + DAY, time(0), zone)
    steady = list(ticking(start, end, "right", zone))
    assert {after - before for before, after in pairwise(steady)} == {TICK}
    assert len(steady) == 23 * 3 + 1, "the day of the change has 23 hours"
    for jumps, wanted in JUMPS.items():
        shown = list(ticking(start - DAY, end, jumps, zone))
        made = [after - before - TICK for before, after in pairwise(shown)]
        assert [each for each in made if each] == [by for _, by in wanted]
