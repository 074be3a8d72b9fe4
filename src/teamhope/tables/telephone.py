"""Calls that the programme's number carries, and the telephones in each; what came of one is logged as a Call."""

from piccolo.columns import UUID, Date, Integer, OnDelete, SmallInt, Text, Timestamptz
from piccolo.table import Table

from teamhope.tables.accounts import Person
from teamhope.tables.calls import Call
from teamhope.tables.care import Escalation
from teamhope.tables.columns import belongs_to, may_belong_to
from teamhope.tables.families import Contact, ContactPhone, Family
from teamhope.tables.followups import FollowUp
from teamhope.tables.matches import Match
from teamhope.tables.volunteers import Volunteer


class PhoneCall(Table):
    """Whom one call brings together, and about what."""

    id = UUID(primary_key=True)
    kind = Text()
    volunteer = may_belong_to(Volunteer)
    family = may_belong_to(Family)
    contact = may_belong_to(Contact)
    match = may_belong_to(Match)
    follow_up = may_belong_to(FollowUp)
    escalation = may_belong_to(Escalation)
    cleared_at = Timestamptz(null=True, default=None)
    refused = Text(null=True, default=None)
    warned_at = Timestamptz(null=True, default=None)
    call = may_belong_to(Call)
    created_at = Timestamptz()
    ended_at = Timestamptz(null=True, default=None)


class PhoneLeg(Table):
    """One telephone in a call. `person` is whose of ours it is; of the family's there is none."""

    id = UUID(primary_key=True)
    phone_call = belongs_to(PhoneCall, OnDelete.cascade)
    party = Text()
    person = may_belong_to(Person)
    phone = may_belong_to(ContactPhone)
    status = Text(default="queued")
    due_at = Timestamptz()
    attempts = SmallInt(default=0)
    lease_until = Timestamptz(null=True, default=None)
    lease_owner = Text(null=True, default=None)
    dialling_at = Timestamptz(null=True, default=None)
    provider_sid = Text(null=True, default=None)
    answered_at = Timestamptz(null=True, default=None)
    joined_at = Timestamptz(null=True, default=None)
    ended_at = Timestamptz(null=True, default=None)
    talk_seconds = Integer(null=True, default=None)
    error_code = Text(null=True, default=None)
    created_at = Timestamptz()


class CallDifference(Table):
    """Something that the provider's list says otherwise than our rows."""

    id = UUID(primary_key=True)
    kind = Text()
    phone_call = may_belong_to(PhoneCall, OnDelete.cascade)
    call = may_belong_to(Call)
    provider_sid = Text(null=True, default=None)
    started_at = Timestamptz()
    listed_seconds = Integer(null=True, default=None)
    found_at = Timestamptz()
    settled_at = Timestamptz(null=True, default=None)
    settled_by = may_belong_to(Person)


class ComparedDay(Table):
    """One day of the provider's list, and how complete our log of it was."""

    local_date = Date(primary_key=True)
    placed = Integer()
    logged_in_time = Integer()
    compared_at = Timestamptz()
