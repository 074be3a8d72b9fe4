"""Texts to volunteers and staff: that they were due and what became of them, never what they said."""

from piccolo.columns import UUID, Date, SmallInt, Text, Timestamptz
from piccolo.table import Table

from teamhope.tables.accounts import Person
from teamhope.tables.columns import belongs_to


class Message(Table):
    id = UUID(primary_key=True)
    person = belongs_to(Person)
    kind = Text()
    local_date = Date()
    due_at = Timestamptz()
    status = Text(default="queued")
    attempts = SmallInt(default=0)
    lease_until = Timestamptz(null=True, default=None)
    lease_owner = Text(null=True, default=None)
    sending_at = Timestamptz(null=True, default=None)
    provider_sid = Text(null=True, default=None)
    error_code = Text(null=True, default=None)
    created_at = Timestamptz()


class ProviderCallback(Table):
    """What the provider told us of a message, kept even when it came before our own commit."""

    id = UUID(primary_key=True)
    provider_sid = Text()
    status = Text()
    error_code = Text(null=True, default=None)
    message = UUID(null=True, default=None)
    received_at = Timestamptz()
    applied_at = Timestamptz(null=True, default=None)
