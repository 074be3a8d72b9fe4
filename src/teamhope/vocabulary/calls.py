"""What can come of a call, as data: each outcome's meaning for counting and for what happens next (domain.md §1.2)."""

from dataclasses import dataclass
from enum import StrEnum


class Direction(StrEnum):
    OUTBOUND = "outbound"
    INBOUND = "inbound"


class CallChannel(StrEnum):
    VOICE = "voice"
    VIDEO = "video"
    SMS_THREAD = "sms_thread"
    IN_PERSON = "in_person"


class PlacedVia(StrEnum):
    MASKED_BRIDGE = "masked_bridge"
    OWN_PHONE_LOGGED = "own_phone_logged"
    PROGRAM_LINE = "program_line"


class AnsweredBy(StrEnum):
    OTHER_PARENT = "other_parent"
    HOUSEHOLD_ADULT = "household_adult"
    CHILD = "child"
    UNKNOWN = "unknown"


class Need(StrEnum):
    COUNSELOR = "counselor"
    ATTORNEY = "attorney"
    CONTENT_REMOVAL = "content_removal"
    REUNIFICATION = "reunification"
    RESOURCE = "resource"
    OTHER = "other"


class Helps(StrEnum):
    """What helps a family in a call, as one volunteer leaves it to the next."""

    LISTENING = "listening"
    CLEAR_STEPS = "clear_steps"
    SHORT_CALLS = "short_calls"
    SAME_TIME = "same_time"
    SILENCE = "silence"
    NO_QUESTIONS = "no_questions"


class Outcome(StrEnum):
    REACHED = "reached"
    REACHED_BRIEF = "reached_brief"
    CALLBACK_REQUESTED = "callback_requested"
    LEFT_VOICEMAIL = "left_voicemail"
    VOICEMAIL_NOT_LEFT = "voicemail_not_left"
    MESSAGE_WITH_PERSON = "message_with_person"
    NO_ANSWER = "no_answer"
    BUSY = "busy"
    CALL_FAILED = "call_failed"
    WRONG_NUMBER = "wrong_number"
    DISCONNECTED = "disconnected"
    LANGUAGE_BARRIER = "language_barrier"
    DECLINED_TODAY = "declined_today"
    DECLINED_SERVICE = "declined_service"
    THIRD_PARTY_REFUSED = "third_party_refused"
    ENDED_FOR_SAFETY = "ended_for_safety"
    CRISIS_ESCALATED = "crisis_escalated"
    INBOUND_RECEIVED = "inbound_received"
    INBOUND_MISSED = "inbound_missed"


class Next(StrEnum):
    """What an outcome asks for by default."""

    COMPLETE = "complete"  # the follow-up is done, the next of the cadence is planned
    ASK_FOR_TIME = "ask_for_time"  # a call-back at the time the family names
    RETRY = "retry"  # the retry ladder, another time of day
    RETRY_BUSY = "retry_busy"  # the ladder, 30 minutes at the earliest
    RETRY_FAILED = "retry_failed"  # the ladder, 15 minutes at the earliest
    STOP_NUMBER = "stop_number"  # no call to this number again; a task for the coordinator
    REMATCH = "rematch"  # the coordinator finds another volunteer
    NEXT_IN_CADENCE = "next_in_cadence"
    REVOKE = "revoke"  # consent ends, the plan is cancelled
    STOP_LINE = "stop_line"  # the line is stopped, consent stays; an advocate reviews
    WAIT_FOR_COORDINATOR = "wait_for_coordinator"
    ESCALATE = "escalate"
    CALL_BACK_SOON = "call_back_soon"  # within 12 hours


@dataclass(frozen=True, slots=True)
class OutcomeRule:
    connected: bool
    conversation: bool
    attempt: bool  # counts as a call made (A1) when outbound by voice
    next: Next
    inbound: bool = False
    asks_time: bool = False
    asks_who: bool = False


OUTCOMES: dict[Outcome, OutcomeRule] = {
    Outcome.REACHED: OutcomeRule(True, True, True, Next.COMPLETE),
    Outcome.REACHED_BRIEF: OutcomeRule(True, False, True, Next.ASK_FOR_TIME, asks_time=True),
    Outcome.CALLBACK_REQUESTED: OutcomeRule(True, False, True, Next.ASK_FOR_TIME, asks_time=True),
    Outcome.LEFT_VOICEMAIL: OutcomeRule(False, False, True, Next.RETRY),
    Outcome.VOICEMAIL_NOT_LEFT: OutcomeRule(False, False, True, Next.RETRY),
    Outcome.MESSAGE_WITH_PERSON: OutcomeRule(True, False, True, Next.RETRY, asks_who=True),
    Outcome.NO_ANSWER: OutcomeRule(False, False, True, Next.RETRY),
    Outcome.BUSY: OutcomeRule(False, False, True, Next.RETRY_BUSY),
    Outcome.CALL_FAILED: OutcomeRule(False, False, False, Next.RETRY_FAILED),
    Outcome.WRONG_NUMBER: OutcomeRule(True, False, True, Next.STOP_NUMBER),
    Outcome.DISCONNECTED: OutcomeRule(False, False, True, Next.STOP_NUMBER),
    Outcome.LANGUAGE_BARRIER: OutcomeRule(True, False, True, Next.REMATCH),
    Outcome.DECLINED_TODAY: OutcomeRule(True, False, True, Next.NEXT_IN_CADENCE),
    Outcome.DECLINED_SERVICE: OutcomeRule(True, False, True, Next.REVOKE),
    Outcome.THIRD_PARTY_REFUSED: OutcomeRule(True, False, True, Next.STOP_LINE, asks_who=True),
    Outcome.ENDED_FOR_SAFETY: OutcomeRule(True, False, True, Next.WAIT_FOR_COORDINATOR),
    Outcome.CRISIS_ESCALATED: OutcomeRule(True, True, True, Next.ESCALATE),
    Outcome.INBOUND_RECEIVED: OutcomeRule(True, True, False, Next.COMPLETE, inbound=True),
    Outcome.INBOUND_MISSED: OutcomeRule(False, False, False, Next.CALL_BACK_SOON, inbound=True),
}

# The tiles of the log form, in the order of domain.md §1.2; every other outcome is behind "More…".
TILES = (
    Outcome.REACHED,
    Outcome.LEFT_VOICEMAIL,
    Outcome.NO_ANSWER,
    Outcome.REACHED_BRIEF,
    Outcome.MESSAGE_WITH_PERSON,
    Outcome.ENDED_FOR_SAFETY,
)


class MessageKind(StrEnum):
    """What a text is about. Each but the first is about one promised call; the last alone goes to a family."""

    DAILY_REMINDER = "daily_reminder"
    NUDGE_AT_START = "nudge_at_start"
    NUDGE_AT_END = "nudge_at_end"
    FAMILY_REMINDER = "family_reminder"


class MessageStatus(StrEnum):
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"
    UNCERTAIN = "uncertain"
    CANCELLED = "cancelled"


class PhoneCallKind(StrEnum):
    """A call that the programme's number carries."""

    TO_FAMILY = "to_family"  # a volunteer calls
    FROM_FAMILY = "from_family"  # a family calls us
    PAGE = "page"  # an escalation rings who is on call


class Party(StrEnum):
    """Whose telephone a leg is."""

    VOLUNTEER = "volunteer"
    FAMILY = "family"
    ADVOCATE = "advocate"  # brought into a call
    ON_CALL = "on_call"  # paged


class LegStatus(StrEnum):
    QUEUED = "queued"
    DIALLING = "dialling"  # the intent is committed, the provider may have it
    UNCERTAIN = "uncertain"  # nobody knows whether the provider took it
    RINGING = "ringing"  # the provider has it
    ANSWERED = "answered"
    COMPLETED = "completed"
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    FAILED = "failed"
    CANCELLED = "cancelled"


class ServiceProgram(StrEnum):
    MENTAL_HEALTH_SUPPORT = "mental_health_support"
    CRISIS_INTERVENTION = "crisis_intervention"
    REUNIFICATION_ASSISTANCE = "reunification_assistance"
    ATTORNEY_REFERRAL = "attorney_referral"
    CONTENT_REMOVAL_GUIDANCE = "content_removal_guidance"
    FAON_REFERRAL = "faon_referral"
    RESOURCE_SENT = "resource_sent"


MENTAL_HEALTH_PROGRAMS = frozenset({ServiceProgram.MENTAL_HEALTH_SUPPORT, ServiceProgram.CRISIS_INTERVENTION})


class VoidReason(StrEnum):
    """Why something that was counted no longer is."""

    ENTERED_TWICE = "entered_twice"
    WRONG_FAMILY = "wrong_family"
    DID_NOT_HAPPEN = "did_not_happen"
    TEST_ENTRY = "test_entry"
