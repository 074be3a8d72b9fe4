"""A match between a family's request and a volunteer."""

from piccolo.columns import JSONB, UUID, Boolean, Integer, SmallInt, Text, Timestamptz
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
    proposed_at = Timestamptz()
    answer_due_at = Timestamptz(null=True, default=None)
    accepted_at = Timestamptz(null=True, default=None)
    introduced_at = Timestamptz(null=True, default=None)
    first_conversation_at = Timestamptz(null=True, default=None)
    closed_at = Timestamptz(null=True, default=None)
    close_reason = Text(null=True, default=None)


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


class MatchSettings(Table):
    """Only ever added to: the highest version counts."""

    id = UUID(primary_key=True)
    version = Integer()
    weights = JSONB()
    rarity = JSONB()
    thresholds = JSONB()
    changed_by = may_belong_to(Person)
    changed_at = Timestamptz()
