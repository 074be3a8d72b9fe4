"""What the pages of requests and families may be sent, besides a new request."""

from datetime import date
from typing import Annotated

from msgspec import Meta, Struct

from teamhope.families.forms import CONSENT_WORDING, Code, Completion, Line, Number, WordingVersion, Zone
from teamhope.vocabulary.families import ConsentKind, ConsentMethod
from teamhope.vocabulary.states import RequestStatus


class TriageForm(Struct, frozen=True):
    timezone: Zone | None = None
    language: Annotated[str, Meta(pattern=r"\A[a-z]{2}\Z")] | None = None
    case_type: Code | None = None
    phone: Number | None = None
    safe_to_call: bool = False
    consents: Annotated[list[ConsentKind], Meta(max_length=10)] = []
    method: ConsentMethod = ConsentMethod.VERBAL_RECORDED_BY_STAFF
    wording_version: WordingVersion = CONSENT_WORDING

    def completion(self) -> Completion:
        return Completion(
            timezone=self.timezone,
            language=self.language,
            case_type=self.case_type,
            phone=self.phone,
            safe_to_call=self.safe_to_call,
            consents=tuple(self.consents),
            method=self.method,
            wording_version=self.wording_version,
        )


class HoldForm(Struct, frozen=True):
    resume_on: date


class CloseForm(Struct, frozen=True):
    to: RequestStatus
    duplicate_of: Annotated[str, Meta(max_length=12)] | None = None


class SearchForm(Struct, frozen=True):
    text: Line
