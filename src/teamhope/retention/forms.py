"""What the pages about keeping, erasing and giving may be sent."""

from datetime import date
from enum import StrEnum
from typing import Annotated

from msgspec import Meta, Struct

from teamhope.retention.rules import ExportReason, Given, Kind, LegalHoldReason, Notice, ReleaseEntry, ReleaseKind


class Shape(StrEnum):
    PAGE = "page"
    FILE = "file"


class HoldForm(Struct, frozen=True):
    hold_reason: LegalHoldReason


class EraseForm(Struct, frozen=True):
    reference: Annotated[str, Meta(max_length=16)]


class ExportForm(Struct, frozen=True):
    reason: ExportReason
    shape: Shape = Shape.PAGE


class PeriodForm(Struct, frozen=True):
    kind: Kind
    days: int


class ReleaseForm(Struct, frozen=True):
    kind: ReleaseKind
    recipient: Annotated[str, Meta(min_length=1, max_length=120)]
    given: Annotated[list[Given], Meta(min_length=1, max_length=10)]
    released_on: date
    notice: Notice
    notice_on: date | None = None

    def entry(self) -> ReleaseEntry:
        given = tuple(dict.fromkeys(self.given))
        return ReleaseEntry(self.kind, self.recipient, given, self.notice, self.released_on, self.notice_on)
