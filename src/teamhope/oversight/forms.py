"""What the pages of oversight may be sent."""

from datetime import date
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from teamhope.oversight.rules import BreakGlassReason, ExportReason

Code = Annotated[str, Meta(max_length=40, pattern="^[A-Za-z0-9_.:+-]+$")]


class OpenForm(Struct, frozen=True):
    family_no: Annotated[str, Meta(max_length=40)]
    reason: BreakGlassReason
    words: Annotated[str, Meta(max_length=300)]


class FilterForm(Struct, frozen=True):
    person: UUID | None = None
    act: Code | None = None
    kind: Code | None = None
    subject: UUID | None = None
    first: date | None = None
    last: date | None = None
    page: str = ""
    done: str = ""


class ExportForm(Struct, frozen=True):
    reason: ExportReason
    person: UUID | None = None
    act: Code | None = None
    kind: Code | None = None
    subject: UUID | None = None
    first: date | None = None
    last: date | None = None
