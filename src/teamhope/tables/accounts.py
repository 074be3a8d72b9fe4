"""People, how they sign in, their sessions and tokens."""

from piccolo.columns import UUID, BigInt, Boolean, Bytea, Integer, OnDelete, SmallInt, Text, Timestamptz
from piccolo.table import Table

from teamhope.tables.columns import Encrypted, Reading, belongs_to, may_belong_to


class Team(Table):
    id = UUID(primary_key=True)
    name = Text()


class Person(Table):
    id = UUID(primary_key=True)
    name = Encrypted(Reading.DOES_NOT_COUNT)
    email = Encrypted(Reading.COUNTS_FOR_OTHERS, null=True, default=None)
    email_index = Bytea(null=True, default=None)
    phone = Encrypted(Reading.COUNTS_FOR_OTHERS, null=True, default=None)
    phone_index = Bytea(null=True, default=None)
    role = Text()
    status = Text(default="active")
    language = Text(default="en")
    timezone = Text()
    team = may_belong_to(Team)
    agreed_to_sms = Boolean(default=False)
    password_hash = Text(null=True, default=None)
    created_at = Timestamptz()
    anonymised_at = Timestamptz(null=True, default=None)


class SignInSession(Table):
    id_hash = Bytea(primary_key=True)
    id = UUID()
    person = belongs_to(Person, OnDelete.cascade)
    device = Text(default="")
    second_factor = Text(null=True, default=None)
    on_call = Boolean(default=False)
    created_at = Timestamptz()
    confirmed_at = Timestamptz()
    seen_at = Timestamptz()
    expires_at = Timestamptz()


class Passkey(Table):
    id = UUID(primary_key=True)
    person = belongs_to(Person, OnDelete.cascade)
    credential_id = Bytea()
    public_key = Bytea()
    sign_count = BigInt()
    label = Text()
    created_at = Timestamptz()
    last_used_at = Timestamptz(null=True, default=None)


class Authenticator(Table):
    """An app that shows a new code every half minute."""

    id = UUID(primary_key=True)
    person = belongs_to(Person, OnDelete.cascade)
    secret = Encrypted(Reading.DOES_NOT_COUNT)
    created_at = Timestamptz()
    confirmed_at = Timestamptz(null=True, default=None)
    last_step = BigInt(default=0)


class RecoveryCode(Table):
    id = UUID(primary_key=True)
    person = belongs_to(Person, OnDelete.cascade)
    code_hash = Bytea()
    used_at = Timestamptz(null=True, default=None)


class SignInStep(Table):
    id_hash = Bytea(primary_key=True)
    kind = Text()
    person = may_belong_to(Person, OnDelete.cascade)
    challenge = Bytea(null=True, default=None)
    failures = SmallInt(default=0)
    expires_at = Timestamptz()


class OneUseLink(Table):
    token_hash = Bytea(primary_key=True)
    kind = Text()
    person = belongs_to(Person, OnDelete.cascade)
    created_by = may_belong_to(Person, OnDelete.cascade)
    created_at = Timestamptz()
    expires_at = Timestamptz()
    used_at = Timestamptz(null=True, default=None)


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
