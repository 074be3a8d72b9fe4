"""What may be sent about a cover person."""

from datetime import date
from uuid import UUID

from msgspec import Struct

from teamhope.vocabulary.families import ConsentMethod


class CoverForm(Struct, frozen=True):
    volunteer: UUID
    agreed_on: date
    method: ConsentMethod
