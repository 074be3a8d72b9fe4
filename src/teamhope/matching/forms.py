"""What may be sent to ask a volunteer, and to end a match."""

from enum import StrEnum
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from teamhope.vocabulary.states import CloseReason

WhyText = Annotated[str, Meta(min_length=3, max_length=500)]


class Ask(StrEnum):
    """Whether the volunteer is to answer, or the coordinator has spoken with both."""

    ASK_VOLUNTEER = "ask_volunteer"
    BOTH_SAID_YES = "both_said_yes"


class ProposalForm(Struct):
    ask: Ask
    override_reason: WhyText | None = None


class ProposalSent(Struct, forbid_unknown_fields=True):
    """POST /api/v1/requests/{id}/match."""

    volunteer_id: UUID
    override_reason: WhyText | None = None
    both_said_yes: bool = False


class Afterwards(StrEnum):
    """What becomes of the family's request when the match ends."""

    REMATCH = "rematch"
    CLOSE_REQUEST = "close_request"


class CloseForm(Struct):
    close_reason: CloseReason
    afterwards: Afterwards
