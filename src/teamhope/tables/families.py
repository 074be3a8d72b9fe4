"""A family, whom to reach in it and how, what it agreed to, and what it asks for."""

from piccolo.columns import JSONB, UUID, Array, Boolean, Bytea, Date, SmallInt, Text, Timestamptz
from piccolo.table import Table

from teamhope.tables.accounts import Person, Team
from teamhope.tables.columns import Encrypted, Reading, belongs_to, may_belong_to


class Family(Table):
    id = UUID(primary_key=True)
    family_no = Text()
    status = Text(default="open")
    primary_language = Text(null=True, default=None)
    state = Text(null=True, default=None)
    country = Text(default="US")
    timezone = Text(null=True, default=None)
    intake_source = Text()
    duplicate_of = may_belong_to("self")
    team = may_belong_to(Team)
    held_at = Timestamptz(null=True, default=None)
    held_by = may_belong_to(Person)
    hold_reason = Text(null=True, default=None)
    hold_until = Date(null=True, default=None)
    created_at = Timestamptz()


class Contact(Table):
    id = UUID(primary_key=True)
    family = belongs_to(Family)
    first_name = Encrypted(Reading.COUNTS)
    first_name_index = Bytea(null=True, default=None)
    relation = Text()
    adult = Boolean(default=True)
    timezone = Text(null=True, default=None)
    languages = JSONB()
    windows = JSONB(default="[]")
    shared_with = Encrypted(Reading.COUNTS, null=True, default=None)
    if_someone_else_answers = Text(default="hang_up")
    code_word = Encrypted(Reading.COUNTS, null=True, default=None)
    answers_blocked_numbers = Boolean(default=False)
    contact_preference = Text(default="program_calls")
    created_at = Timestamptz()


class ContactPhone(Table):
    id = UUID(primary_key=True)
    contact = belongs_to(Contact)
    family = belongs_to(Family)
    number = Encrypted(Reading.COUNTS)
    number_index = Bytea()
    kind = Text(default="mobile")
    safe_to_call = Boolean(default=False)
    voicemail = Text(default="none")
    agreed_words = Encrypted(Reading.COUNTS, null=True, default=None)
    safe_to_text = Boolean(default=False)
    only_i_see_this_phone = Boolean(default=False)
    no_time_in_text = Boolean(default=False)
    confirmed_on = Date()
    stopped_at = Timestamptz(null=True, default=None)
    stop_reason = Text(null=True, default=None)


class Consent(Table):
    """Only ever added to: the latest of a kind counts."""

    id = UUID(primary_key=True)
    family = belongs_to(Family)
    contact = belongs_to(Contact)
    kind = Text()
    granted = Boolean()
    at = Timestamptz()
    method = Text()
    wording_version = Text()
    language = Text()
    recorded_by = may_belong_to(Person)
    recipient = Encrypted(Reading.COUNTS, null=True, default=None)
    purpose = Encrypted(Reading.COUNTS, null=True, default=None)
    expires_on = Date(null=True, default=None)
    takes_back = may_belong_to("self")


class BlockedPerson(Table):
    id = UUID(primary_key=True)
    family = belongs_to(Family)
    name = Encrypted(Reading.COUNTS, null=True, default=None)
    phone = Encrypted(Reading.COUNTS, null=True, default=None)
    phone_index = Bytea(null=True, default=None)
    relation = Encrypted(Reading.COUNTS)
    scope = Text()
    reason = Text(null=True, default=None)
    created_at = Timestamptz()
    ended_at = Timestamptz(null=True, default=None)
    ended_by = may_belong_to(Person)
    end_reason = Text(null=True, default=None)


class Incident(Table):
    id = UUID(primary_key=True)
    family = belongs_to(Family)
    case_type = Text(null=True, default=None)
    subtypes = Array(base_column=Text())
    trajectory = Text(null=True, default=None)
    event_month = Date(null=True, default=None)
    child_age_band = Text(default="unknown")
    child_gender = Text(default="unknown")


class SensitiveDate(Table):
    id = UUID(primary_key=True)
    family = belongs_to(Family)
    place = SmallInt()
    kind = Text()
    month = SmallInt()
    day = SmallInt()
    call_on = Boolean(default=False)
    created_at = Timestamptz()


class SupportRequest(Table):
    id = UUID(primary_key=True)
    family = belongs_to(Family)
    contact = may_belong_to(Contact)
    incident = belongs_to(Incident)
    requested_on = Date()
    urgency = Text()
    match_mode = Text(default="one_to_one")
    preferences = JSONB(default="[]")
    status = Text()
    status_since = Timestamptz()
    ready_at = Timestamptz(null=True, default=None)
    resume_on = Date(null=True, default=None)
    owner = may_belong_to(Person)
    entered_by = may_belong_to(Person)
    form_key = UUID(null=True, default=None)
    created_at = Timestamptz()
