"""Who acts: roles, what each may do, and the actor of a use case."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class Role(StrEnum):
    """What a person, or a process without a person, is allowed for. Row-level security reads the same words."""

    COORDINATOR = "coordinator"
    VOLUNTEER = "volunteer"
    TEAM_LEAD = "team_lead"
    ADVOCATE = "advocate"
    LEADERSHIP = "leadership"
    ADMIN = "admin"
    AUDITOR = "auditor"
    # Processes: nobody signs in as these.
    WORKER = "worker"
    COMMAND = "command"
    DOORKEEPER = "doorkeeper"  # decides who a visitor is, before anybody is signed in


PROCESS_ROLES = frozenset({Role.WORKER, Role.COMMAND, Role.DOORKEEPER})
PERSON_ROLES = frozenset(Role) - PROCESS_ROLES
TOKEN_ROLES = frozenset({Role.COORDINATOR, Role.LEADERSHIP, Role.AUDITOR})  # tokens without a person (domain.md §1.1b)


@dataclass(frozen=True, slots=True)
class Actor:
    """Who a transaction is for. `volunteer_id` is set for a person who is a volunteer, whatever her role; `opening_id`
    only while she reads a family that she opened outside her scope.
    """

    role: Role
    person_id: UUID | None = None
    volunteer_id: UUID | None = None
    team_id: UUID | None = None
    opening_id: UUID | None = None
    name: str = ""  # of a process: "worker", "demo"; never a person's


WORKER = Actor(Role.WORKER, name="worker")
DOORKEEPER = Actor(Role.DOORKEEPER, name="doorkeeper")


def command(name: str) -> Actor:
    return Actor(Role.COMMAND, name=name)


class PersonStatus(StrEnum):
    ACTIVE = "active"
    SUSPENDED = "suspended"


class Duty(StrEnum):
    """As what somebody is on call."""

    SUPERVISOR = "supervisor"
    ADVOCATE = "advocate"


class Can(StrEnum):
    """One permission per act. Which role holds which: accounts/policy.py."""

    USE_OWN_ACCOUNT = "use_own_account"
    SEE_TODAY = "see_today"
    MANAGE_PEOPLE = "manage_people"
    MANAGE_TOKENS = "manage_tokens"
    READ_SCHEMA = "read_schema"
    ENTER_REQUEST = "enter_request"
    SEE_REQUESTS = "see_requests"
    SEE_FAMILIES = "see_families"
    SEARCH_FAMILIES = "search_families"
    READ_NUMBER = "read_number"
    CHANGE_REQUEST = "change_request"
    SEE_VOLUNTEERS = "see_volunteers"
    MANAGE_VOLUNTEERS = "manage_volunteers"
    KEEP_OWN_TIMES = "keep_own_times"
    KEEP_OWN_LIMITS = "keep_own_limits"
    KEEP_OWN_RECORD = "keep_own_record"
    KEEP_OWN_TELEPHONE = "keep_own_telephone"
    PROPOSE_MATCH = "propose_match"
    SEE_MATCHES = "see_matches"
    ANSWER_PROPOSAL = "answer_proposal"
    HAND_OVER = "hand_over"
    SEE_OWN_FAMILIES = "see_own_families"
    PLACE_CALL = "place_call"
    LOG_CALL = "log_call"
    VOID_CALL = "void_call"
    SETTLE_DIFFERENCES = "settle_differences"
    SEE_FOLLOW_UPS = "see_follow_ups"
    SEE_PROMISES = "see_promises"
    MOVE_FOLLOW_UP = "move_follow_up"
    GET_HELP = "get_help"
    ANSWER_ESCALATION = "answer_escalation"
    KEEP_ON_CALL = "keep_on_call"
    RECORD_DEBRIEF = "record_debrief"
    WAIVE_OWN_DEBRIEF = "waive_own_debrief"
    WORK_TASKS = "work_tasks"
    READ_REPLIES = "read_replies"
    HOLD_FAMILY = "hold_family"
    RELEASE_HOLD = "release_hold"
    SEE_REPORTS = "see_reports"
    READ_AUDIT = "read_audit"
    SEE_SAMPLE = "see_sample"
    BREAK_GLASS = "break_glass"
    REVIEW_BREAK_GLASS = "review_break_glass"
    EXPORT_FAMILY = "export_family"
    ERASE_FAMILY = "erase_family"
    KEEP_RELEASES = "keep_releases"
    KEEP_RETENTION = "keep_retention"
    KEEP_MATCHING = "keep_matching"
    KEEP_CADENCE = "keep_cadence"
    KEEP_JOBS = "keep_jobs"


@dataclass(frozen=True, slots=True)
class StaffRecipient:
    """A person of the programme who may be sent a text, or rung: accounts.rules.may_notify and may_ring make one."""

    person_id: UUID
    phone: str  # E.164
    language: str


@dataclass(frozen=True, slots=True)
class FallbackRecipient:
    """The number behind the roster, which may be rung: care.rules_on_call.may_ring_fallback makes one."""

    phone: str  # E.164
