"""What became of each family's request, how many of each there are, and how long ago they asked."""

from dataclasses import dataclass
from random import Random
from typing import Final

from teamhope.demo.rules_rows import one_of
from teamhope.vocabulary.states import CloseReason, MatchStatus, RequestStatus

R, M, C = RequestStatus, MatchStatus, CloseReason


@dataclass(frozen=True, slots=True)
class Fate:
    """`many` families asked between `days_ago` and are now in this state; `quiet_days`: not called in the last days."""

    request: RequestStatus
    match: MatchStatus | None
    many: int
    days_ago: tuple[float, float]
    quiet_days: int = 0


WITH_A_CALL_LATE = Fate(R.ACTIVE, M.ACTIVE, 4, (30, 150), quiet_days=4)
WITH_A_CALL_TODAY = Fate(R.ACTIVE, M.ACTIVE, 9, (30, 150), quiet_days=4)
HELD_BACK = Fate(R.ACTIVE, M.ACTIVE, 5, (60, 200))  # the last call asks somebody of the staff to act
FATES: Final = (
    Fate(R.TRIAGE, None, 3, (0.1, 2)),
    Fate(R.READY, None, 12, (0.1, 6)),
    Fate(R.WAITLISTED, None, 3, (5, 20)),
    Fate(R.ON_HOLD, None, 4, (10, 60)),
    Fate(R.REFERRED_OUT, None, 3, (2, 30)),
    Fate(R.DECLINED, None, 12, (10, 540)),
    Fate(R.DUPLICATE, None, 5, (10, 300)),
    Fate(R.MATCHING, M.PROPOSED_TO_VOLUNTEER, 7, (1.1, 2)),
    Fate(R.MATCHED, M.ACCEPTED, 3, (4.5, 6)),
    Fate(R.MATCHED, M.FAMILY_NOTIFIED, 2, (4.5, 6)),
    Fate(R.ACTIVE, M.ACTIVE, 15, (4.5, 8)),  # some of them have not been reached yet
    Fate(R.ACTIVE, M.ACTIVE, 128, (8, 320)),
    WITH_A_CALL_LATE,
    WITH_A_CALL_TODAY,
    HELD_BACK,
    Fate(R.ACTIVE, M.PAUSED, 4, (60, 200)),
    Fate(R.ACTIVE, M.CLOSING, 3, (150, 320)),
    Fate(R.UNABLE_TO_CONTACT, M.UNABLE_TO_CONTACT, 6, (15, 40)),
    Fate(R.CLOSED, M.CLOSED, 368, (30, 545)),
)
# Of how long a relationship lasted, in days; long ones are still alive (domain.md §7).
LENGTHS: Final = {(1, 30): 22, (30, 180): 43, (180, 400): 35}
# RUBY: who ended; our split of the family's and the volunteer's reasons (domain.md §1.2).
REASONS: Final = {
    C.GOALS_MET: 42,
    C.FAMILY_REQUESTED: 18,
    C.VOLUNTEER_REQUESTED: 9,
    C.CASE_RESOLVED: 13,
    C.UNABLE_TO_CONTACT: 9,
    C.POOR_FIT_REMATCH: 3,
    C.VOLUNTEER_LEFT: 3,
    C.MOVED_TO_PROFESSIONAL_CARE: 3,
}


def days_together(chance: Random) -> float:
    return chance.uniform(*one_of(chance, LENGTHS))
