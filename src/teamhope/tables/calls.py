"""Every attempt to speak with a family, and the note being written about one."""

from piccolo.columns import UUID, Array, Date, Integer, OnDelete, SmallInt, Text, Timestamptz
from piccolo.table import Table

from teamhope.tables.accounts import Person
from teamhope.tables.columns import Encrypted, Reading, belongs_to, may_belong_to
from teamhope.tables.families import Contact, Family
from teamhope.tables.followups import FollowUp
from teamhope.tables.matches import Match
from teamhope.tables.volunteers import Volunteer


class Call(Table):
    """Fixed once logged: afterwards it is voided, or corrected by a row that points to it."""

    id = UUID(primary_key=True)
    follow_up = may_belong_to(FollowUp)
    match = may_belong_to(Match)
    family = belongs_to(Family)
    contact = may_belong_to(Contact)
    volunteer = may_belong_to(Volunteer)
    direction = Text()
    channel = Text()
    placed_via = Text()
    outcome = Text()
    started_at = Timestamptz()
    talk_seconds = Integer(null=True, default=None)
    language = Text()
    topics = Array(base_column=Text())
    needs = Array(base_column=Text())
    emotional_load = SmallInt(null=True, default=None)
    callback_at = Timestamptz(null=True, default=None)
    escalation_level = Text(null=True, default=None)
    answered_by = Text(null=True, default=None)
    note = Encrypted(null=True, default=None)
    logged_at = Timestamptz()
    logged_by = may_belong_to(Person)
    idempotency_key = Text(null=True, default=None)
    corrects = may_belong_to("self")
    voided_at = Timestamptz(null=True, default=None)
    voided_by = may_belong_to(Person)
    void_reason = Text(null=True, default=None)
    counted_on = Date()
    counted_case_type = Text()
    counted_relation = Text(null=True, default=None)
    counted_state = Text(null=True, default=None)


class CallDraft(Table):
    """A note being typed; gone when the call is saved or after 72 hours."""

    id = UUID(primary_key=True)
    person = belongs_to(Person, OnDelete.cascade)
    follow_up = belongs_to(FollowUp, OnDelete.cascade)
    note = Encrypted(Reading.DOES_NOT_COUNT)  # nobody but herself sees the row
    version = Integer()
    form_key = UUID()
    updated_at = Timestamptz()
