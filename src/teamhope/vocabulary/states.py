"""The states of requests, matches, follow-ups, volunteers, escalations, and the moves between them (domain.md §1.3)."""

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from typing import TypeVar

from teamhope.vocabulary.errors import IllegalMove

S = TypeVar("S", bound=StrEnum)
Machine = Mapping[S, frozenset[S]]


class RequestStatus(StrEnum):
    NEW = "new"
    TRIAGE = "triage"
    READY = "ready"
    MATCHING = "matching"
    MATCHED = "matched"
    ACTIVE = "active"
    ON_HOLD = "on_hold"
    WAITLISTED = "waitlisted"
    UNABLE_TO_CONTACT = "unable_to_contact"
    REFERRED_OUT = "referred_out"
    CLOSED = "closed"
    DECLINED = "declined"
    DUPLICATE = "duplicate"


R = RequestStatus
_OPEN_REQUEST = (R.NEW, R.TRIAGE, R.READY, R.MATCHING, R.MATCHED, R.ACTIVE, R.WAITLISTED)
_ASIDE = {R.ON_HOLD, R.DECLINED, R.DUPLICATE, R.CLOSED, R.UNABLE_TO_CONTACT}
REQUEST_MOVES: Machine[RequestStatus] = {
    R.NEW: frozenset({R.TRIAGE, R.READY, *_ASIDE}),
    R.TRIAGE: frozenset({R.READY, R.REFERRED_OUT, *_ASIDE}),
    R.READY: frozenset({R.MATCHING, R.WAITLISTED, *_ASIDE}),
    R.MATCHING: frozenset({R.MATCHED, R.READY, *_ASIDE}),
    R.MATCHED: frozenset({R.ACTIVE, R.READY, *_ASIDE}),
    R.ACTIVE: frozenset({R.READY, *_ASIDE}),
    R.WAITLISTED: frozenset({R.READY, *_ASIDE}),
    R.ON_HOLD: frozenset({*_OPEN_REQUEST, R.CLOSED, R.DECLINED}),
    R.UNABLE_TO_CONTACT: frozenset({R.READY, R.CLOSED}),
    R.REFERRED_OUT: frozenset({R.READY, R.CLOSED}),
    R.CLOSED: frozenset(),
    R.DECLINED: frozenset(),
    R.DUPLICATE: frozenset(),
}
WAITING_FOR_A_VOLUNTEER = frozenset({R.NEW, R.TRIAGE, R.READY, R.WAITLISTED})


class MatchStatus(StrEnum):
    SUGGESTED = "suggested"
    PROPOSED_TO_VOLUNTEER = "proposed_to_volunteer"
    ACCEPTED = "accepted"
    FAMILY_NOTIFIED = "family_notified"
    INTRODUCED = "introduced"
    ACTIVE = "active"
    PAUSED = "paused"
    TRANSFERRING = "transferring"
    UNABLE_TO_CONTACT = "unable_to_contact"
    CLOSING = "closing"
    CLOSED = "closed"
    REJECTED_BY_COORDINATOR = "rejected_by_coordinator"
    DECLINED_BY_VOLUNTEER = "declined_by_volunteer"
    EXPIRED = "expired"


M = MatchStatus
MATCH_MOVES: Machine[MatchStatus] = {
    M.SUGGESTED: frozenset({M.PROPOSED_TO_VOLUNTEER, M.REJECTED_BY_COORDINATOR}),
    M.PROPOSED_TO_VOLUNTEER: frozenset({M.ACCEPTED, M.DECLINED_BY_VOLUNTEER, M.EXPIRED, M.REJECTED_BY_COORDINATOR}),
    M.ACCEPTED: frozenset({M.FAMILY_NOTIFIED, M.CLOSED}),
    M.FAMILY_NOTIFIED: frozenset({M.INTRODUCED, M.CLOSED}),
    M.INTRODUCED: frozenset({M.ACTIVE, M.UNABLE_TO_CONTACT, M.TRANSFERRING, M.CLOSED}),
    M.ACTIVE: frozenset({M.PAUSED, M.TRANSFERRING, M.UNABLE_TO_CONTACT, M.CLOSING}),
    M.PAUSED: frozenset({M.ACTIVE, M.CLOSING}),
    M.TRANSFERRING: frozenset({M.CLOSED}),
    M.UNABLE_TO_CONTACT: frozenset({M.INTRODUCED, M.CLOSED}),
    M.CLOSING: frozenset({M.CLOSED}),
    M.CLOSED: frozenset(),
    M.REJECTED_BY_COORDINATOR: frozenset(),
    M.DECLINED_BY_VOLUNTEER: frozenset(),
    M.EXPIRED: frozenset(),
}
# A match in one of these takes one of the volunteer's places (rule H2), and a request has one at most.
HOLDS_A_PLACE = frozenset(
    {
        M.PROPOSED_TO_VOLUNTEER,
        M.ACCEPTED,
        M.FAMILY_NOTIFIED,
        M.INTRODUCED,
        M.ACTIVE,
        M.PAUSED,
        M.TRANSFERRING,
        M.CLOSING,
    }
)
MAY_BE_CALLED = frozenset({M.INTRODUCED, M.ACTIVE, M.CLOSING})
DETAILS_AFTER_CLOSE = timedelta(days=90)  # of a match that is over (domain.md §1.1b)


class CloseReason(StrEnum):
    GOALS_MET = "goals_met"
    FAMILY_REQUESTED = "family_requested"
    VOLUNTEER_REQUESTED = "volunteer_requested"
    POOR_FIT_REMATCH = "poor_fit_rematch"
    UNABLE_TO_CONTACT = "unable_to_contact"
    CASE_RESOLVED = "case_resolved"
    VOLUNTEER_LEFT = "volunteer_left"
    SAFETY = "safety"
    DUPLICATE = "duplicate"
    DECEASED_CONTACT = "deceased_contact"
    MOVED_TO_PROFESSIONAL_CARE = "moved_to_professional_care"


class FollowUpStatus(StrEnum):
    PLANNED = "planned"
    DUE = "due"
    IN_PROGRESS = "in_progress"
    RETRY_WAIT = "retry_wait"
    COMPLETED = "completed"
    MISSED = "missed"
    SKIPPED = "skipped"
    ESCALATED_TO_COORDINATOR = "escalated_to_coordinator"
    SUSPENDED = "suspended"
    CANCELLED = "cancelled"


F = FollowUpStatus
_STOPPABLE = {F.SUSPENDED, F.CANCELLED}
FOLLOW_UP_MOVES: Machine[FollowUpStatus] = {
    F.PLANNED: frozenset({F.DUE, F.COMPLETED, *_STOPPABLE}),
    F.DUE: frozenset({F.IN_PROGRESS, F.COMPLETED, F.RETRY_WAIT, F.MISSED, *_STOPPABLE}),
    F.IN_PROGRESS: frozenset({F.COMPLETED, F.RETRY_WAIT, F.MISSED, *_STOPPABLE}),
    F.RETRY_WAIT: frozenset({F.DUE, F.COMPLETED, F.MISSED, *_STOPPABLE}),
    F.MISSED: frozenset({F.SKIPPED, F.ESCALATED_TO_COORDINATOR}),
    F.ESCALATED_TO_COORDINATOR: frozenset({F.COMPLETED, F.CANCELLED}),
    F.SUSPENDED: frozenset({F.PLANNED, F.CANCELLED}),
    F.COMPLETED: frozenset(),
    F.SKIPPED: frozenset(),
    F.CANCELLED: frozenset(),
}
OPEN_FOLLOW_UP = frozenset({F.PLANNED, F.DUE, F.IN_PROGRESS, F.RETRY_WAIT, F.SUSPENDED, F.ESCALATED_TO_COORDINATOR})


class PlanStatus(StrEnum):
    ACTIVE = "active"
    PAUSED = "paused"
    ENDED = "ended"


class VolunteerStatus(StrEnum):
    APPLICANT = "applicant"
    SCREENING = "screening"
    TRAINING = "training"
    PROBATION = "probation"
    ACTIVE = "active"
    ON_BREAK = "on_break"
    SUSPENDED = "suspended"
    ALUMNI = "alumni"
    REJECTED = "rejected"


# On a break she may still keep what she has promised.
CALLS_FAMILIES = frozenset({VolunteerStatus.PROBATION, VolunteerStatus.ACTIVE, VolunteerStatus.ON_BREAK})


class EscalationStatus(StrEnum):
    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    ACTING = "acting"
    AWAITING_CONFIRMATION = "awaiting_confirmation"
    CLOSED = "closed"


E = EscalationStatus
ESCALATION_MOVES: Machine[EscalationStatus] = {
    E.OPEN: frozenset({E.ACKNOWLEDGED}),
    E.ACKNOWLEDGED: frozenset({E.ACTING, E.AWAITING_CONFIRMATION, E.CLOSED}),
    E.ACTING: frozenset({E.AWAITING_CONFIRMATION, E.CLOSED}),
    E.AWAITING_CONFIRMATION: frozenset({E.ACTING, E.CLOSED}),
    E.CLOSED: frozenset(),
}


class EscalationLevel(StrEnum):
    IMMINENT = "imminent"
    URGENT = "urgent"
    CONCERN = "concern"


class EscalationAct(StrEnum):
    """A step that was taken; the first four are also states."""

    ACKNOWLEDGED = "acknowledged"
    ACTING = "acting"
    AWAITING_CONFIRMATION = "awaiting_confirmation"
    CLOSED = "closed"
    TAKEN_OVER = "taken_over"
    PASSED_ON = "passed_on"
    TOLD_WHERE = "told_where"
    TOLD_ON_CALL = "told_on_call"
    TOLD_COORDINATORS = "told_coordinators"


class TaskStatus(StrEnum):
    OPEN = "open"
    DONE = "done"
    DROPPED = "dropped"


class TaskKind(StrEnum):
    NEED_FROM_CALL = "need_from_call"
    TELL_FAMILY = "tell_family"
    CONFIRM_TIME_ZONE = "confirm_time_zone"
    RECONFIRM_CONTACT = "reconfirm_contact"
    NUMBER_STOPPED = "number_stopped"
    UNCERTAIN_MESSAGE = "uncertain_message"
    DECIDE_AFTER_HOLD = "decide_after_hold"
    OTHER = "other"


def check_move(machine: Machine[S], current: S, target: S) -> None:
    """Raises IllegalMove, which names what is possible, unless the machine knows the move."""
    if target not in machine[current]:
        raise IllegalMove(current, target, sorted(machine[current]))
