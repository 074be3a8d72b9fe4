"""The digits by which somebody who calls our number is known."""

from piccolo.columns import UUID, Bytea, OnDelete, Timestamptz
from piccolo.table import Table

from teamhope.tables.columns import may_belong_to
from teamhope.tables.families import Contact
from teamhope.tables.volunteers import Volunteer


class CallingPin(Table):
    id = UUID(primary_key=True)
    pin_index = Bytea()
    volunteer = may_belong_to(Volunteer, OnDelete.cascade)
    contact = may_belong_to(Contact, OnDelete.cascade)
    created_at = Timestamptz()
