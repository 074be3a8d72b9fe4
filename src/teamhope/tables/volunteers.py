"""A volunteer: what she lived through, what she can take, when she is free, what she has learned."""

from piccolo.columns import JSONB, UUID, Array, Bytea, Date, OnDelete, SmallInt, Text, Time, Timestamptz
from piccolo.table import Table

from teamhope.tables.accounts import Person
from teamhope.tables.columns import Encrypted, Reading, belongs_to, may_belong_to


class Volunteer(Table):
    id = UUID(primary_key=True)
    person = belongs_to(Person)
    display_name = Encrypted(Reading.DOES_NOT_COUNT)
    status = Text()
    state = Text(null=True, default=None)
    gender = Text(null=True, default=None)
    languages = JSONB()
    availability = JSONB(default="[]")
    off_limits = JSONB(default="{}")
    communities = Array(base_column=Text())
    max_open_matches = SmallInt(default=3)
    max_calls_per_week = SmallInt(default=8)
    created_at = Timestamptz()


class LivedExperience(Table):
    id = UUID(primary_key=True)
    volunteer = belongs_to(Volunteer)
    case_type = Text()
    subtypes = Array(base_column=Text())
    relation = Text()
    trajectory = Text(null=True, default=None)
    event_month = Date(null=True, default=None)
    child_age_band = Text(default="unknown")
    child_gender = Text(default="unknown")


class Credential(Table):
    id = UUID(primary_key=True)
    volunteer = belongs_to(Volunteer)
    kind = Text()
    completed_on = Date()
    expires_on = Date(null=True, default=None)


class TimeAway(Table):
    id = UUID(primary_key=True)
    volunteer = belongs_to(Volunteer)
    first_on = Date()
    last_on = Date()


class OtherHours(Table):
    id = UUID(primary_key=True)
    volunteer = belongs_to(Volunteer)
    day = Date()
    from_a = Time(null=True, default=None)
    until_a = Time(null=True, default=None)
    from_b = Time(null=True, default=None)
    until_b = Time(null=True, default=None)


class Activity(Table):
    id = UUID(primary_key=True)
    volunteer = belongs_to(Volunteer)
    kind = Text()
    happened_on = Date()
    minutes = SmallInt()
    recorded_by = may_belong_to(Person)
    recorded_at = Timestamptz()
    voided_at = Timestamptz(null=True, default=None)
    voided_by = may_belong_to(Person)


class CalendarFeed(Table):
    secret_hash = Bytea(primary_key=True)
    volunteer = belongs_to(Volunteer, OnDelete.cascade)
    created_at = Timestamptz()
