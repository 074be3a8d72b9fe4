"""Texts to volunteers and families: what became of them, never what they said; and the texts that came back."""

from piccolo.columns import UUID, Bytea, Date, Integer, SmallInt, Text, Timestamptz
from piccolo.table import Table

from teamhope.tables.accounts import Person
from teamhope.tables.columns import Encrypted, may_belong_to
from teamhope.tables.families import Contact, ContactPhone, Family
from teamhope.tables.followups import FollowUp
from teamhope.tables.volunteers import Volunteer


class Message(Table):
    """To a person of the programme, or to one telephone of a family's contact."""

    id = UUID(primary_key=True)
    person = may_belong_to(Person)
    contact = may_belong_to(Contact)
    contact_phone = may_belong_to(ContactPhone)
    follow_up = may_belong_to(FollowUp)
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
    body_erased_at = Timestamptz(null=True, default=None)
    created_at = Timestamptz()


class ProviderCallback(Table):
    """What the provider told us of a message or of a telephone, kept even when it came before our own commit."""

    id = UUID(primary_key=True)
    provider_sid = Text()
    status = Text()
    error_code = Text(null=True, default=None)
    message = UUID(null=True, default=None)
    leg = UUID(null=True, default=None)
    seconds = Integer(null=True, default=None)
    received_at = Timestamptz()
    applied_at = Timestamptz(null=True, default=None)


class InboundText(Table):
    """A text that came to one of our numbers. Sender and words are kept only of what a person has to read."""

    id = UUID(primary_key=True)
    provider_sid = Text()
    sender = Encrypted(null=True, default=None)
    sender_index = Bytea()
    meaning = Text()
    words = Encrypted(null=True, default=None)
    received_at = Timestamptz()
    applied_at = Timestamptz(null=True, default=None)
    family = may_belong_to(Family)
    volunteer = may_belong_to(Volunteer)
    read_by = may_belong_to(Person)
    read_at = Timestamptz(null=True, default=None)
