"""What may be sent to call for help and to answer it."""

from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from teamhope.vocabulary.states import EscalationLevel


class HelpForm(Struct):
    """Everything may be left empty: a call for help is never held up by a form."""

    level: EscalationLevel = EscalationLevel.IMMINENT
    family_no: Annotated[str, Meta(max_length=20)] | None = None
    where_now: Annotated[str, Meta(max_length=200)] | None = None


class CloseForm(Struct):
    help_arrived: bool = False
    reason: Annotated[str, Meta(pattern="^[a-z_]{1,40}$")] | None = None


class WhereForm(Struct):
    where_now: Annotated[str, Meta(max_length=200)] | None = None


class PassOnForm(Struct):
    to: UUID
