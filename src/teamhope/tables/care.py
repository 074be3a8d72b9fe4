"""Danger, debriefs, and what somebody has to do."""

from piccolo.columns import UUID, Date, Text, Timestamptz
from piccolo.table import Table

from teamhope.tables.accounts import Person
from teamhope.tables.calls import Call
from teamhope.tables.columns import Encrypted, Reading, belongs_to, may_belong_to
from teamhope.tables.families import Contact, Family
from teamhope.tables.matches import Match
from teamhope.tables.volunteers import Volunteer


class Escalation(Table):
    id = UUID(primary_key=True)
    opened_by = may_belong_to(Person)
    family = may_belong_to(Family)
    match = may_belong_to(Match)
    call = may_belong_to(Call)
    level = Text()
    status = Text(default="open")
    where_now = Encrypted(null=True, default=None)
    opened_at = Timestamptz()
    acknowledged_at = Timestamptz(null=True, default=None)
    acknowledged_by = may_belong_to(Person)
    help_confirmed_at = Timestamptz(null=True, default=None)
    closed_at = Timestamptz(null=True, default=None)
    closed_without_confirmation = Text(null=True, default=None)


class EscalationStep(Table):
    id = UUID(primary_key=True)
    escalation = belongs_to(Escalation)
    act = Text()
    by_person = may_belong_to(Person)
    to_person = may_belong_to(Person)
    happened_at = Timestamptz()


class OnCallShift(Table):
    id = UUID(primary_key=True)
    person = belongs_to(Person)
    duty = Text()
    starts_at = Timestamptz()
    ends_at = Timestamptz()
    added_by = may_belong_to(Person)
    added_at = Timestamptz()


class FallbackNumber(Table):
    """The programme's own number, which every page of help shows."""

    id = UUID(primary_key=True)
    number = Encrypted(Reading.DOES_NOT_COUNT, null=True, default=None)
    changed_by = may_belong_to(Person)
    changed_at = Timestamptz()


class Debrief(Table):
    id = UUID(primary_key=True)
    call = belongs_to(Call)
    volunteer = belongs_to(Volunteer)
    due_at = Timestamptz()
    done_at = Timestamptz(null=True, default=None)
    done_by = may_belong_to(Person)
    waived_at = Timestamptz(null=True, default=None)


class Task(Table):
    """Something for which no other state speaks. `detail` is a code, never free text."""

    id = UUID(primary_key=True)
    kind = Text()
    detail = Text(null=True, default=None)
    family = may_belong_to(Family)
    contact = may_belong_to(Contact)
    volunteer = may_belong_to(Volunteer)
    call = may_belong_to(Call)
    opened_by = may_belong_to(Person)
    owner = may_belong_to(Person)
    status = Text(default="open")
    opened_at = Timestamptz()
    due_on = Date()
    closed_at = Timestamptz(null=True, default=None)
    closed_by = may_belong_to(Person)
