"""What may be sent to ask a volunteer, and to end a match."""

from enum import StrEnum
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from teamhope.vocabulary.states import CloseReason

UUID_TEXT = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
MOST_PAIRS = 200
SHORTEST, LONGEST = 3, 500  # characters of a reason
WhyText = Annotated[str, Meta(min_length=SHORTEST, max_length=LONGEST)]


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


PairText = Annotated[str, Meta(pattern=rf"\A{UUID_TEXT}\.{UUID_TEXT}\Z")]  # request.volunteer
Pairs = Annotated[list[PairText], Meta(max_length=MOST_PAIRS)]


class Wishes(Struct, frozen=True):
    """Which pairs a coordinator wants in the best assignment for everyone, and which not; in an address and in a form.

    `skip` are those not to be asked yet. In a form, `shown` are all pairs and `chosen` those ticked; `move` is the
    button pressed: "keep", "free", "refuse" or "allow" with a pair, or "ask". `reason`: why others than the best; it
    stands in no address, and may be unfinished as long as nobody is asked.
    """

    keep: Pairs = []
    refuse: Pairs = []
    skip: Pairs = []
    shown: Pairs = []
    chosen: Pairs = []
    move: Annotated[str, Meta(max_length=90)] | None = None
    reason: Annotated[str, Meta(max_length=LONGEST)] | None = None

    @property
    def unticked(self) -> list[str]:
        return [each for each in self.shown if each not in self.chosen] if self.shown else self.skip


def pair_of(text: str) -> tuple[UUID, UUID]:
    request, _, volunteer = text.partition(".")
    return UUID(request), UUID(volunteer)


def changed(wishes: Wishes) -> bool:
    """Whether the coordinator wants others than the best for everyone."""
    return bool(wishes.keep or wishes.refuse)


def moved(wishes: Wishes) -> Wishes:
    """The wishes after the button. A pair is kept or refused, never both; an unknown button changes nothing."""
    what, _, pair = (wishes.move or "").partition(":")
    keep = [each for each in wishes.keep if each != pair] + ([pair] if what == "keep" else [])
    refuse = [each for each in wishes.refuse if each != pair] + ([pair] if what == "refuse" else [])
    return Wishes(keep=keep, refuse=refuse, skip=wishes.unticked, reason=wishes.reason)
