"""Promised calls: the plan, each follow-up, how it was moved, and what was done when nobody made it."""

from piccolo.columns import JSONB, UUID, Boolean, Date, Integer, SmallInt, Text, Time, Timestamptz
from piccolo.table import Table

from teamhope.tables.accounts import Person
from teamhope.tables.columns import belongs_to, may_belong_to
from teamhope.tables.families import Family
from teamhope.tables.matches import CoverPerson, Match
from teamhope.tables.volunteers import Volunteer


class FollowUpPlan(Table):
    id = UUID(primary_key=True)
    match = belongs_to(Match)
    template = Text()
    timezone = Text()
    anchor_on = Date(null=True, default=None)
    next_index = SmallInt(default=0)
    status = Text(default="active")
    cadence_version = Integer(null=True, default=None)
    keep_in_touch_days = SmallInt(null=True, default=None)


class FollowUp(Table):
    id = UUID(primary_key=True)
    plan = belongs_to(FollowUpPlan)
    match = belongs_to(Match)
    family = belongs_to(Family)
    volunteer = belongs_to(Volunteer)
    seq = SmallInt()
    status = Text()
    timezone = Text()
    local_date = Date()
    local_start = Time()
    due_at = Timestamptz()
    window_end_at = Timestamptz()
    original_due_at = Timestamptz()
    attempts_used = SmallInt(default=0)
    asked_callback = Boolean(default=False)
    created_at = Timestamptz()
    ended_at = Timestamptz(null=True, default=None)
    waits_since = Timestamptz(null=True, default=None)
    count_again_at = Timestamptz(null=True, default=None)
    counted_on = Date(null=True, default=None)
    counted_promise = Text(null=True, default=None)
    counted_on_time = Boolean(null=True, default=None)


class FollowUpMove(Table):
    id = UUID(primary_key=True)
    follow_up = belongs_to(FollowUp)
    moved_at = Timestamptz()
    moved_by = may_belong_to(Person)
    moved_for = Text()
    from_due_at = Timestamptz()
    to_due_at = Timestamptz()


class PromiseStep(Table):
    """What was done because nobody called: each once for a promised time."""

    id = UUID(primary_key=True)
    follow_up = belongs_to(FollowUp)
    due_at = Timestamptz()
    step = Text()
    taken_at = Timestamptz()


class CoverCall(Table):
    """A cover person who is asked to call for one promised time, until `until_at` or `ended_at`."""

    id = UUID(primary_key=True)
    cover = belongs_to(CoverPerson)
    follow_up = belongs_to(FollowUp)
    match = belongs_to(Match)
    family = belongs_to(Family)
    volunteer = belongs_to(Volunteer)
    due_at = Timestamptz()
    asked_at = Timestamptz()
    until_at = Timestamptz()
    ended_at = Timestamptz(null=True, default=None)


class CadenceSettings(Table):
    """Only ever added to: the highest version counts, save for the plans that name an earlier one."""

    id = UUID(primary_key=True)
    version = Integer()
    rhythms = JSONB()
    ladders = JSONB()
    days = JSONB()
    weekdays_from = Time()
    weekdays_until = Time()
    saturday_from = Time(null=True, default=None)
    saturday_until = Time(null=True, default=None)
    sunday_from = Time(null=True, default=None)
    sunday_until = Time(null=True, default=None)
    gap_hours = SmallInt()
    calls_a_week = SmallInt()
    first_calls_a_week = SmallInt()
    voicemail_hours = SmallInt()
    changed_by = may_belong_to(Person)
    changed_at = Timestamptz()
