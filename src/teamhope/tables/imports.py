"""A file of volunteers or families: its rows while they wait, and what was made of each."""

from piccolo.columns import UUID, Bytea, Integer, OnDelete, Text, Timestamptz
from piccolo.table import Table

from teamhope.tables.accounts import Person
from teamhope.tables.columns import Encrypted, Reading, belongs_to, may_belong_to
from teamhope.tables.families import Family
from teamhope.tables.volunteers import Volunteer


class CsvImport(Table):
    """`sheet` is there until the import; nobody but whoever uploaded it sees the row."""

    id = UUID(primary_key=True)
    kind = Text()
    person = may_belong_to(Person, OnDelete.cascade)
    sheet = Encrypted(Reading.DOES_NOT_COUNT, null=True, default=None)
    uploaded_at = Timestamptz()
    imported_at = Timestamptz(null=True, default=None)
    left_out = Integer(null=True, default=None)
    taken_back = Integer(null=True, default=None)


class ImportedRow(Table):
    """Of one row of the file the volunteer, or the family, that was made."""

    id = UUID(primary_key=True)
    upload = belongs_to(CsvImport, OnDelete.cascade)
    number = Integer()
    volunteer = may_belong_to(Volunteer, OnDelete.cascade)
    family = may_belong_to(Family, OnDelete.cascade)
    made_hash = Bytea()
