"""A match between a family's request and a volunteer."""

from piccolo.columns import JSONB, UUID, Array, Boolean, Date, Integer, OnDelete, SmallInt, Text, Timestamptz
from piccolo.table import Table

from teamhope.tables.accounts import Person
from teamhope.tables.columns import Encrypted, belongs_to, may_belong_to
from teamhope.tables.families import Contact, Family, SupportRequest
from teamhope.tables.volunteers import Volunteer


class Match(Table):
    id = UUID(primary_key=True)
    request = belongs_to(SupportRequest)
    family = belongs_to(Family)
    contact = may_belong_to(Contact)
    volunteer = belongs_to(Volunteer)
    status = Text()
    status_since = Timestamptz()
    proposed_by = may_belong_to(Person)
    by_optimizer = Boolean(default=False)
    score = SmallInt(null=True, default=None)
    score_breakdown = JSONB(default="{}")
    weights_version = Text()
    override_reason = Encrypted(null=True, default=None)
    waiting_since = Timestamptz(null=True, default=None)
    proposed_at = Timestamptz()
    answer_due_at = Timestamptz(null=True, default=None)
    accepted_at = Timestamptz(null=True, default=None)
    introduced_at = Timestamptz(null=True, default=None)
    first_conversation_at = Timestamptz(null=True, default=None)
    closed_at = Timestamptz(null=True, default=None)
    close_reason = Text(null=True, default=None)
    counted_offered_on = Date()
    counted_accepted_on = Date(null=True, default=None)
    counted_wait_minutes = Integer(null=True, default=None)
    counted_language = Text(null=True, default=None)
    counted_concordant = Boolean(default=False)
    counted_rematch = Boolean(default=False)


class Handover(Table):
    """What whoever accompanied a family in this match leaves to the next."""

    id = UUID(primary_key=True)
    match = belongs_to(Match)
    family = belongs_to(Family)
    topics = Array(base_column=Text())
    helps = Array(base_column=Text())
    note = Encrypted(null=True, default=None)
    written_by = may_belong_to(Person)
    written_at = Timestamptz()


class PreparedProposal(Table):
    id = UUID(primary_key=True)
    local_date = Date()
    prepared_at = Timestamptz()
    settings_version = Text()


class PreparedPair(Table):
    id = UUID(primary_key=True)
    proposal = belongs_to(PreparedProposal, OnDelete.cascade)
    request = belongs_to(SupportRequest)
    family = belongs_to(Family)
    volunteer = may_belong_to(Volunteer)
    score = SmallInt(null=True, default=None)


class KnownConnection(Table):
    id = UUID(primary_key=True)
    family = belongs_to(Family)
    volunteer = belongs_to(Volunteer)
    kind = Text()
    recorded_by = may_belong_to(Person)
    recorded_at = Timestamptz()
    ended_at = Timestamptz(null=True, default=None)
    ended_by = may_belong_to(Person)
    end_reason = Text(null=True, default=None)


class CoverPerson(Table):
    """A second volunteer from whom the family has agreed to hear when its own cannot call."""

    id = UUID(primary_key=True)
    match = belongs_to(Match)
    family = belongs_to(Family)
    contact = belongs_to(Contact)
    volunteer = belongs_to(Volunteer)
    agreed_on = Date()
    method = Text()
    recorded_by = may_belong_to(Person)
    recorded_at = Timestamptz()
    ended_at = Timestamptz(null=True, default=None)
    ended_by = may_belong_to(Person)


class MatchSettings(Table):
    """Only ever added to: the highest version counts."""

    id = UUID(primary_key=True)
    version = Integer()
    weights = JSONB()
    rarity = JSONB()
    thresholds = JSONB()
    changed_by = may_belong_to(Person)
    changed_at = Timestamptz()
