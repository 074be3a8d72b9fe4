"""What a match that is over says of a family and a volunteer (rule H8, factor continuity)."""

from typing import Final

from teamhope.matching.rules_facts import Past
from teamhope.vocabulary.states import HOLDS_A_PLACE, CloseReason, MatchStatus

# Neither of the two has answered: an earlier match says more.
SAYS_NOTHING: Final = sorted({*HOLDS_A_PLACE, MatchStatus.SUGGESTED, MatchStatus.REJECTED_BY_COORDINATOR})
OF_STATUS: Final = {
    MatchStatus.DECLINED_BY_VOLUNTEER: Past.SAID_NO,
    MatchStatus.EXPIRED: Past.NO_ANSWER,
    MatchStatus.REJECTED_BY_COORDINATOR: Past.TAKEN_BACK,
    MatchStatus.UNABLE_TO_CONTACT: Past.NOT_REACHED,
}
OF_CLOSING: Final = {
    CloseReason.GOALS_MET: Past.WENT_WELL,
    CloseReason.CASE_RESOLVED: Past.WENT_WELL,
    CloseReason.POOR_FIT_REMATCH: Past.DID_NOT_FIT,
    CloseReason.VOLUNTEER_REQUESTED: Past.DID_NOT_FIT,
    CloseReason.FAMILY_REQUESTED: Past.DID_NOT_FIT,
    CloseReason.SAFETY: Past.DID_NOT_FIT,
    CloseReason.UNABLE_TO_CONTACT: Past.NOT_REACHED,
    CloseReason.VOLUNTEER_LEFT: Past.STOPPED,
}


def past_of(status: MatchStatus, close_reason: str | None) -> Past:
    if close_reason is not None:
        return OF_CLOSING.get(CloseReason(close_reason), Past.ACCOMPANIED)
    return OF_STATUS.get(status, Past.NOTHING)
