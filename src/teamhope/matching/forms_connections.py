"""What may be sent about a volunteer and a family who may know of each other."""

from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from teamhope.vocabulary.families import ConnectionEnd, ConnectionKind


class OfFamilyForm(Struct, frozen=True):
    volunteer: UUID
    kind: ConnectionKind


class OfVolunteerForm(Struct, frozen=True):
    family_no: Annotated[str, Meta(max_length=12)]
    kind: ConnectionKind


class EndForm(Struct, frozen=True):
    reason: ConnectionEnd
