"""Services given to families, and the members of the FAON network with their dated proofs."""

from piccolo.columns import UUID, Array, Boolean, Date, Text, Timestamptz
from piccolo.table import Table

from teamhope.tables.columns import Encrypted, Reading, belongs_to
from teamhope.tables.families import Family


class ServiceEvent(Table):
    id = UUID(primary_key=True)
    family = belongs_to(Family)
    program = Text()
    happened_on = Date()
    status = Text()
    voided_at = Timestamptz(null=True, default=None)
    void_reason = Text(null=True, default=None)


class FaonMember(Table):
    id = UUID(primary_key=True)
    name = Encrypted(Reading.DOES_NOT_COUNT)
    kind = Text()
    licence_required = Boolean(default=True)
    direct_services = Boolean()
    fee_modes = Array(base_column=Text())
    joined_on = Date()
    left_on = Date(null=True, default=None)
    left_how = Text(null=True, default=None)
    contact_confirmed_on = Date(null=True, default=None)
    attested_on = Date(null=True, default=None)
    voided_at = Timestamptz(null=True, default=None)


class FaonProof(Table):
    id = UUID(primary_key=True)
    member = belongs_to(FaonMember)
    kind = Text()
    number = Encrypted(Reading.DOES_NOT_COUNT, null=True, default=None)
    verified_on = Date()
    expires_on = Date(null=True, default=None)
    passed = Boolean(default=True)


class FaonParticipation(Table):
    id = UUID(primary_key=True)
    member = belongs_to(FaonMember)
    kind = Text()
    happened_on = Date()


class FaonRequest(Table):
    id = UUID(primary_key=True)
    member = belongs_to(FaonMember)
    sent_on = Date()
    due_on = Date()
    answered_on = Date(null=True, default=None)
    answer = Text(null=True, default=None)
