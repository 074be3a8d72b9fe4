"""E-mail to people of the programme: that it was due and what became of it, never what it said."""

from piccolo.columns import UUID, OnDelete, SmallInt, Text, Timestamptz
from piccolo.table import Table

from teamhope.tables.accounts import Person
from teamhope.tables.columns import Encrypted, Reading, belongs_to


class Letter(Table):
    id = UUID(primary_key=True)
    person = belongs_to(Person, OnDelete.cascade)
    kind = Text()
    link = Encrypted(Reading.DOES_NOT_COUNT, null=True, default=None)
    status = Text(default="queued")
    attempts = SmallInt(default=0)
    due_at = Timestamptz()
    lease_until = Timestamptz(null=True, default=None)
    error_code = Text(null=True, default=None)
    created_at = Timestamptz()
    ended_at = Timestamptz(null=True, default=None)
