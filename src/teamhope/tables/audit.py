"""Who did and read what, sealed in a chain, and families opened outside one's scope."""

from piccolo.columns import UUID, Array, BigInt, Bytea, Date, Text, Timestamptz
from piccolo.table import Table

from teamhope.tables.accounts import Person
from teamhope.tables.columns import Encrypted, belongs_to, may_belong_to
from teamhope.tables.families import Family


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


class AuditUnsealed(Table):
    seq = BigInt(primary_key=True)
    event = UUID()


class AuditSeal(Table):
    number = BigInt(primary_key=True)
    month = Date()
    events = Array(base_column=UUID())
    sealed_at = Timestamptz()
    previous = Bytea()
    hmac = Bytea()
    dropped_at = Timestamptz(null=True, default=None)
    dropped_hmac = Bytea(null=True, default=None)


class BreakGlass(Table):
    id = UUID(primary_key=True)
    person = belongs_to(Person)
    family = belongs_to(Family)
    reason = Text()
    words = Encrypted()
    opened_at = Timestamptz()
    expires_at = Timestamptz()
    reviewed_by = may_belong_to(Person)
    reviewed_at = Timestamptz(null=True, default=None)
