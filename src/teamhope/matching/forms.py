"""What may be sent to ask a volunteer, and to end a match."""

from enum import StrEnum
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from teamhope.families.forms import CONSENT_WORDING, WordingVersion
from teamhope.matching.rules_handover import Sharing
from teamhope.matching.rules_loosening import LOOSENED
from teamhope.vocabulary.calls import Helps
from teamhope.vocabulary.states import CloseReason

Codes = Annotated[list[Annotated[str, Meta(max_length=40)]], Meta(max_length=40)]
NoteText = Annotated[str, Meta(max_length=4000)]  # the rules say how long a note may be; this only bounds what is read
UUID_TEXT = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
MOST_PAIRS = 200
SHORTEST, LONGEST = 3, 500  # characters of a reason
WhyText = Annotated[str, Meta(min_length=SHORTEST, max_length=LONGEST)]
Rules = Annotated[list[Annotated[str, Meta(pattern=r"\AH[0-9]{1,2}(\.[a-z_]{1,20})?\Z")]], Meta(max_length=16)]


class Ask(StrEnum):
    """Whether the volunteer is to answer, or the coordinator has spoken with both."""

    ASK_VOLUNTEER = "ask_volunteer"
    BOTH_SAID_YES = "both_said_yes"


class ProposalForm(Struct):
    """`aside`: the rules that the page named, which the reason sets aside."""

    ask: Ask
    override_reason: WhyText | None = None
    aside: Rules = []


class ProposalSent(Struct, forbid_unknown_fields=True):
    """POST /api/v1/requests/{id}/match."""

    volunteer_id: UUID
    override_reason: WhyText | None = None
    both_said_yes: bool = False


class HandoverForm(Struct, frozen=True):
    topics: Codes = []
    helps: Annotated[list[Helps], Meta(max_length=len(Helps))] = []
    note: NoteText | None = None


class AnswerForm(Struct, frozen=True):
    sharing: Sharing
    wording_version: WordingVersion = CONSENT_WORDING


class Afterwards(StrEnum):
    """What becomes of the family's request when the match ends."""

    REMATCH = "rematch"
    CLOSE_REQUEST = "close_request"


class CloseForm(Struct):
    close_reason: CloseReason
    afterwards: Afterwards


PairText = Annotated[str, Meta(pattern=rf"\A{UUID_TEXT}\.{UUID_TEXT}\Z")]  # request.volunteer
Pairs = Annotated[list[PairText], Meta(max_length=MOST_PAIRS)]
WishText = Annotated[str, Meta(pattern=rf"\A{UUID_TEXT}\.({'|'.join(LOOSENED)})\Z")]  # request.wish


class Wishes(Struct, frozen=True):
    """Which pairs a coordinator wants in the best assignment for everyone, and which not; in an address and in a form.

    `without`: what families do without in it. `skip` are those not to be asked yet. In a form, `shown` are all pairs
    and `chosen` those ticked; `move` is the button pressed: "keep", "free", "refuse" or "allow" with a pair, "loosen"
    or "restore" with a wish, or "ask". `reason`: why others than the best, or when the family agreed to do without; it
    stands in no address, and may be unfinished as long as nobody is asked.
    """

    keep: Pairs = []
    refuse: Pairs = []
    without: Annotated[list[WishText], Meta(max_length=MOST_PAIRS)] = []
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
    return bool(wishes.keep or wishes.refuse or wishes.without)


def wish_of(text: str) -> tuple[UUID, str]:
    request, _, wish = text.partition(".")
    return UUID(request), wish


def moved(wishes: Wishes) -> Wishes:
    """The wishes after the button. A pair is kept or refused, never both; an unknown button changes nothing."""
    what, _, of = (wishes.move or "").partition(":")

    def after(held: list[str], button: str) -> list[str]:
        return [each for each in held if each != of] + ([of] if what == button else [])

    return Wishes(
        keep=after(wishes.keep, "keep"),
        refuse=after(wishes.refuse, "refuse"),
        without=after(wishes.without, "loosen"),
        skip=wishes.unticked,
        reason=wishes.reason,
    )
