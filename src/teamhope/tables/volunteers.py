"""A volunteer: what she lived through, what she can take, when she is free, what she has learned."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID as Id

from piccolo.columns import JSONB, UUID, Array, Bytea, Date, OnDelete, SmallInt, Text, Time, Timestamptz
from piccolo.table import Table

from teamhope.tables.accounts import Person
from teamhope.tables.columns import Encrypted, Reading, belongs_to, may_belong_to
from teamhope.vocabulary.families import Window, windows_on


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

    @staticmethod
    def windows(row: Mapping[str, Any]) -> tuple[Window, ...]:
        """Local, in order; none: she is not free on that date."""
        return windows_on(row["day"], ((row["from_a"], row["until_a"]), (row["from_b"], row["until_b"])))

    @classmethod
    async def by_day(cls, volunteers: list[Id]) -> defaultdict[Id, dict[date, tuple[Window, ...]]]:
        """Of each of these volunteers whom the actor may see, the windows by date, in order."""
        found: defaultdict[Id, dict[date, tuple[Window, ...]]] = defaultdict(dict)
        rows = await cls.select().where(cls.volunteer.is_in(volunteers)).order_by(cls.day) if volunteers else []
        for row in rows:
            found[row["volunteer"]][row["day"]] = cls.windows(row)
        return found


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
