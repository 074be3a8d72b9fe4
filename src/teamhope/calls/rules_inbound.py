"""What becomes of a call of a family that has a right PIN."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from teamhope.families.rules_contact import ContactFacts
from teamhope.vocabulary.families import ConsentKind, FamilyStatus
from teamhope.vocabulary.states import MAY_BE_CALLED

TRIES: Final = 3  # a wrong number is asked for again twice, then a person is rung
LONGEST_KEYED: Final = 20  # keys; no PIN is that long, and the pound key ends them


class Reception(StrEnum):
    RING = "ring"  # the telephone of its volunteer
    CALL_BACK = "call_back"
    REFUSE = "refuse"  # as if the PIN were wrong


@dataclass(frozen=True, slots=True)
class Calling:
    """`contact`: how she may be reached, in the match that the call is about, if there is one.

    `blocked`: the call comes from a number of somebody whom the family has blocked; `opted_out`: from one whose people
    asked us to stop. `volunteer_free`: it is in her hours, she has a telephone, and no other call is under way for her.
    """

    contact: ContactFacts
    blocked: bool = False
    opted_out: bool = False
    volunteer_free: bool = False


def receive(it: Calling) -> tuple[Reception, str]:
    """With the code of what decided; what refuses comes before everything else.

    The family's own hours count for nothing: it calls. A child talks with an advocate, whom staff find. Source:
    domain.md §1.3, §2.3 (1), §2.4.
    """
    refused = _refused(it)
    if refused:
        return Reception.REFUSE, refused
    if it.contact.match not in MAY_BE_CALLED or not it.contact.adult:
        return Reception.CALL_BACK, "no_live_match"
    return (Reception.RING, "") if it.volunteer_free else (Reception.CALL_BACK, "volunteer_not_free")


def _refused(it: Calling) -> str | None:
    bars = (
        ("blocked_caller", it.blocked),
        ("family_closed", it.contact.family_status is not FamilyStatus.OPEN),
        ("family_on_hold", it.contact.on_hold),
        ("no_consent", ConsentKind.VOICE_CALL not in it.contact.consents),
        ("opted_out_number", it.opted_out),
    )
    return next((code for code, bars_it in bars if bars_it), None)
