"""How long what is kept, what must not be purged yet, what is to be erased, and what was given to whom."""

from piccolo.columns import UUID, Array, Bytea, Date, Integer, Text, Timestamptz
from piccolo.table import Table

from teamhope.tables.accounts import Person
from teamhope.tables.columns import Encrypted, belongs_to, may_belong_to
from teamhope.tables.families import Family


class RetentionPeriod(Table):
    kind = Text(primary_key=True)
    days = Integer()
    changed_by = may_belong_to(Person)
    changed_at = Timestamptz()


class LegalHold(Table):
    id = UUID(primary_key=True)
    family = belongs_to(Family)
    reason = Text()
    placed_by = may_belong_to(Person)
    placed_at = Timestamptz()
    lifted_by = may_belong_to(Person)
    lifted_at = Timestamptz(null=True, default=None)


class ErasureRequest(Table):
    id = UUID(primary_key=True)
    family = belongs_to(Family)
    asked_by = may_belong_to(Person)
    asked_at = Timestamptz()
    done_at = Timestamptz(null=True, default=None)


class OptedOutNumber(Table):
    """Kept when all else of its family is gone: nobody there wants to hear from us again."""

    number_index = Bytea(primary_key=True)
    opted_out_at = Timestamptz()


class Release(Table):
    id = UUID(primary_key=True)
    family = belongs_to(Family)
    kind = Text()
    recipient = Encrypted()
    given = Array(base_column=Text())
    notice = Text()
    notice_on = Date(null=True, default=None)
    released_on = Date()
    recorded_by = may_belong_to(Person)
    recorded_at = Timestamptz()
