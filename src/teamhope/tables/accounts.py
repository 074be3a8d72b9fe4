"""People, their sessions and tokens, and what they did."""

from piccolo.columns import UUID, Boolean, Bytea, Integer, OnDelete, Text, Timestamptz
from piccolo.table import Table

from teamhope.tables.columns import Encrypted, belongs_to, may_belong_to


class Team(Table):
    id = UUID(primary_key=True)
    name = Text()


class Person(Table):
    id = UUID(primary_key=True)
    name = Encrypted()
    email = Encrypted(null=True, default=None)
    email_index = Bytea(null=True, default=None)
    phone = Encrypted(null=True, default=None)
    phone_index = Bytea(null=True, default=None)
    role = Text()
    status = Text(default="active")
    language = Text(default="en")
    timezone = Text()
    team = may_belong_to(Team)
    agreed_to_sms = Boolean(default=False)
    password_hash = Text(null=True, default=None)
    created_at = Timestamptz()


class SignInSession(Table):
    id_hash = Bytea(primary_key=True)
    person = belongs_to(Person, OnDelete.cascade)
    created_at = Timestamptz()
    seen_at = Timestamptz()
    expires_at = Timestamptz()


class SignInThrottle(Table):
    email_index = Bytea(primary_key=True)
    failures = Integer()
    blocked_until = Timestamptz()


class ApiToken(Table):
    id = UUID(primary_key=True)
    token_hash = Bytea()
    label = Text()
    person = may_belong_to(Person, OnDelete.cascade)
    role = Text(null=True, default=None)
    created_by = may_belong_to(Person)
    created_at = Timestamptz()
    expires_at = Timestamptz()
    revoked_at = Timestamptz(null=True, default=None)


class AuditEvent(Table):
    id = UUID(primary_key=True)
    at = Timestamptz()
    actor_role = Text()
    actor_person = UUID(null=True, default=None)
    actor_name = Text(default="")
    act = Text()
    subject_kind = Text()
    subject = UUID(null=True, default=None)
    reason = Text(null=True, default=None)
    hmac = Bytea()
