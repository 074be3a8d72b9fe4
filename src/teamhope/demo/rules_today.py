"""What is to be seen on the day of the demonstration: calls due and overdue, a danger flag, the volunteer's own day."""

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import Final

from teamhope.demo.rules_families import DEFAULT, Sketch
from teamhope.demo.rules_fates import WITH_A_CALL_LATE, WITH_A_CALL_TODAY, Fate
from teamhope.demo.rules_lives import Life
from teamhope.demo.rules_matched import Living
from teamhope.demo.rules_record import Recorder
from teamhope.demo.rules_rows import Row, new_id
from teamhope.demo.rules_story import Story, living_of
from teamhope.demo.rules_told import in_slot
from teamhope.demo.rules_volunteers import Member
from teamhope.demo.rules_words import PLACES, Place
from teamhope.families.rules_hours import to_instant
from teamhope.followups.rules_slots import PROMISED, SLOT, Diary, Slot, first_slot, free_spans, slot_at
from teamhope.vocabulary.states import FollowUpStatus, MatchStatus, RequestStatus

LATE_FROM_HOUR: Final = 16  # from then on a call of noon is over; before, yesterday evening's is not a day late yet
NOON, EVENING_BEGINS, EVENING = time(12), time(17, 45), time(18)
NOT_A_DAY_LATE: Final = timedelta(hours=22)  # at 24 a missed call is no longer hers to make (domain.md §2.4)
LIVES: Final = (
    Life("ERU", ("repeat_runaway",), "mother", "still_missing", "13-15"),
    Life("ERU", (), "mother", "recovered_reuniting", "16-17"),
    Life("NFA", (), "grandparent", "recovered_longer_term", "9-12"),
    Life("ERU", ("missing_from_care",), "mother", "recovered_reuniting", "16-17"),
)
HER_FAMILIES: Final = (  # days since they asked, where they live, and for how long they were not called
    (48, "TX", 4),  # its call is overdue
    (80, "CA", 4),  # to be called this evening
    (27, "NM", 0),
)
OFFER_FROM: Final = "FL"


def add_her_day(story: Story) -> None:
    """The volunteer who signs in: a call that is overdue, one this evening, one later, and a family offered to her."""
    living = [
        story.tell_one(story.now - timedelta(days=days), _alive(days, quiet_days), _sketch(state, life), story.her)
        for (days, state, quiet_days), life in zip(HER_FAMILIES, LIVES, strict=False)
    ]
    late, today = (each for each in living[:2] if each)
    pull(story.recorder, late, late_slot(late.diary, story.now))
    pull(story.recorder, today, this_evening(today.diary, story.now))
    offered = Fate(RequestStatus.MATCHING, MatchStatus.PROPOSED_TO_VOLUNTEER, 1, (1, 2))
    story.tell_one(story.now - timedelta(hours=30), offered, _sketch(OFFER_FROM, LIVES[-1]), story.her)


def _alive(days: int, quiet_days: int) -> Fate:
    return Fate(RequestStatus.ACTIVE, MatchStatus.ACTIVE, 1, (days, days), quiet_days)


def _sketch(state: str, life: Life) -> Sketch:
    place: Place = next(place for place in PLACES if place.state == state)
    return Sketch(place, "es", life, DEFAULT)


def add_todays_calls(story: Story, living: Iterable[Living]) -> None:
    """Several calls of other volunteers are due later today, and a few are overdue, where the hours of both allow."""
    every = list(living)
    for fate in (WITH_A_CALL_TODAY, WITH_A_CALL_LATE):
        for each in living_of(every, fate):
            late = just_over(each.diary, story.now) if fate is WITH_A_CALL_LATE else None
            slot = late or first_slot(each.diary, each.diary.local(story.now).date(), not_before=story.now)
            if slot:
                pull(story.recorder, each, slot)
    name_her_as_cover(story, living_of(every, WITH_A_CALL_LATE))


def name_her_as_cover(story: Story, late: Iterable[Living]) -> None:
    """One of the families of an overdue call has agreed that the volunteer who signs in may call instead."""
    for each in late:
        home, hers = each.pair.home, story.her.snapshot
        same = home.life.case_type in {lived.case_type for lived in hers.lived} and home.language in hers.languages
        if same and each.pair.member.id != story.her.id:
            story.recorder.world.add(
                "cover_person",
                id=new_id(story.chance),
                match=each.pair.match["id"],
                family=home.id,
                contact=home.contact_id,
                volunteer=story.her.id,
                agreed_on=(story.now - timedelta(days=20)).date(),
                method="verbal_recorded_by_staff",
                recorded_by=story.recorder.staff.coordinators[0],
                recorded_at=story.now - timedelta(days=20),
            )
            return


def late_slot(diary: Diary, now: datetime) -> Slot:
    """Promised for yesterday evening, or for noon once that is over: nobody has called, and it is not a day late."""
    local = diary.local(now)
    if local.hour >= LATE_FROM_HOUR:
        return slot_at(diary, to_instant(local.date(), NOON, diary.zone))
    return slot_at(diary, to_instant(local.date() - timedelta(days=1), EVENING, diary.zone))


def this_evening(diary: Diary, now: datetime) -> Slot:
    """At six, while that is still to come; else tomorrow."""
    local = diary.local(now)
    over = timedelta(days=local.time() >= EVENING_BEGINS)
    return slot_at(diary, to_instant(local.date() + over, EVENING, diary.zone))


def just_over(diary: Diary, now: datetime) -> Slot | None:
    """A slot whose promised window has ended, of today or of yesterday, and not a day late; None if there is none."""
    latest = now - PROMISED - timedelta(minutes=20)
    for day in (diary.local(now).date(), diary.local(now).date() - timedelta(days=1)):
        for span in reversed(free_spans(diary, day)):
            start = min(span.end - SLOT, latest)
            start -= timedelta(minutes=start.minute % 5, seconds=start.second, microseconds=start.microsecond)
            if start >= span.start and now - start < NOT_A_DAY_LATE:
                return slot_at(diary, start)
    return None


def pull(recorder: Recorder, living: Living, slot: Slot) -> None:
    """The family asked two days ago to be called earlier than was planned."""
    row = living.open_one
    if row is None or row["status"] not in {FollowUpStatus.PLANNED, FollowUpStatus.DUE, FollowUpStatus.RETRY_WAIT}:
        return
    recorder.add_move(
        row["id"],
        moved_at=min(recorder.now - timedelta(days=2), slot.due_at - timedelta(hours=1)),
        moved_for="family",
        from_due_at=row["due_at"],
        to_due_at=slot.due_at,
    )
    due = slot.due_at <= recorder.now
    waiting = FollowUpStatus.RETRY_WAIT if row["attempts_used"] else FollowUpStatus.PLANNED
    row.update(in_slot(slot), status=FollowUpStatus.DUE if due else waiting)


def add_danger_flag(recorder: Recorder, living: Iterable[Living]) -> None:
    """Somebody asked for help forty minutes ago, and nobody has answered yet."""
    pair = next(each.pair for each in living if each.fate.match is MatchStatus.ACTIVE and each.open_one)
    recorder.world.add(
        "escalation",
        id=new_id(recorder.chance),
        opened_by=pair.member.person_id,
        family=pair.home.id,
        match=pair.match["id"],
        call=None,
        level="urgent",
        status="open",
        opened_at=recorder.now - timedelta(minutes=40),
        acknowledged_at=None,
        acknowledged_by=None,
        help_confirmed_at=None,
        closed_at=None,
    )


def fill_some_volunteers(members: Iterable[Member], matches: Iterable[Row], places: frozenset[MatchStatus]) -> None:
    """A few who said that what they have is enough."""
    held: dict[object, int] = {}
    for match in matches:
        if match["status"] in places:
            held[match["volunteer"]] = held.get(match["volunteer"], 0) + 1
    full = [member for member in members if held.get(member.id, 0) >= 2][:HOW_MANY_ARE_FULL]
    for member in full:
        member.row["max_open_matches"] = held[member.id]


HOW_MANY_ARE_FULL: Final = 6
