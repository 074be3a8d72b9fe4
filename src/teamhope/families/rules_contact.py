"""What is known about reaching one contact by one of her numbers; no rule of its own but what her consent now says."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from teamhope.families.rules_dates import SensitiveDay
from teamhope.families.rules_history import Attempt
from teamhope.families.rules_hours import Hours, family_hours
from teamhope.families.rules_policy import BUILT_IN_POLICY, ContactPolicy
from teamhope.vocabulary.calls import Outcome
from teamhope.vocabulary.families import (
    ClearedChannel,
    ConsentKind,
    ContactPreference,
    FamilyStatus,
    Urgency,
    Voicemail,
    Window,
)
from teamhope.vocabulary.people import Role
from teamhope.vocabulary.states import MatchStatus

# Reasons to stop a number that mean: nobody there wants to hear from us again.
ASKS_TO_STOP = frozenset({Outcome.DECLINED_SERVICE, Outcome.THIRD_PARTY_REFUSED})


@dataclass(frozen=True, slots=True)
class ConsentRecord:
    """One line of the append-only list of what a contact agreed to or took back."""

    kind: ConsentKind
    granted: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class PhoneFacts:
    """How one number may be used, as the family said. `blocked_person_on_line`: its index is a blocked person's."""

    phone_id: UUID
    safe_to_call: bool
    safe_to_text: bool
    only_i_see_this_phone: bool
    voicemail: Voicemail
    agreed_words: str | None
    confirmed_on: date | None  # in the family's zone
    stopped: bool
    texts_stopped: bool  # somebody answered STOP from it, whoever she is
    blocked_person_on_line: bool


@dataclass(frozen=True, slots=True)
class ContactFacts:
    """All that decides about reaching one contact by one of her numbers.

    `match` is the match between this family and the caller, `history` every outbound attempt to reach this contact, on
    any number, in any order, of the last 7 days at least (of the first contact: all). `callback_at`: when the contact
    asked to be called back, or called us in vain. `holidays`: dates without routine calls. `acute`: the match's plan is
    the one of the first weeks.
    """

    contact_id: UUID
    phone: PhoneFacts
    consents: frozenset[ConsentKind]  # standing_consent()
    adult: bool
    preference: ContactPreference
    family_status: FamilyStatus
    on_hold: bool
    match: MatchStatus | None
    urgency: Urgency
    zone: ZoneInfo | None
    windows: tuple[Window, ...] = ()
    history: tuple[Attempt, ...] = ()
    first_contact: bool = True  # nobody of the programme has had a conversation with her in this match
    callback_at: datetime | None = None
    holidays: frozenset[date] = frozenset()
    sensitive_dates: tuple[SensitiveDay, ...] = ()
    acute: bool = False
    policy: ContactPolicy = BUILT_IN_POLICY

    @property
    def hours(self) -> Hours:
        return family_hours(self.zone, self.windows, self.policy.windows)

    @property
    def must_not_wait(self) -> bool:
        return self.acute or self.urgency is Urgency.URGENT


@dataclass(frozen=True, slots=True)
class Caller:
    """Who would reach the family. `hours`: a volunteer's; `on_familys_request`: of a coordinator or an advocate.

    `suspended`: a volunteer who calls no family at present, such as one whose background check has run out.
    """

    role: Role
    hours: Hours | None = None
    suspended: bool = False
    on_familys_request: bool = False

    @property
    def acts_for_the_family(self) -> bool:
        return self.on_familys_request and self.role in {Role.COORDINATOR, Role.ADVOCATE}


@dataclass(frozen=True, slots=True)
class NotNow:
    """The first rule that refuses; `next_allowed_at` is None when no waiting heals it (or none within HORIZON_DAYS)."""

    code: str
    next_allowed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Ask:
    """One question to the rules: this contact and number, by this channel, by this caller, at this instant?"""

    facts: ContactFacts
    channel: ClearedChannel
    caller: Caller
    at: datetime


def standing_consent(records: tuple[ConsentRecord, ...]) -> frozenset[ConsentKind]:
    """What the contact agrees to: of each kind the latest record decides; of two at one instant, the one that revokes.

    A release to a third party is for one recipient and purpose and never stands for others.
    """
    latest = {record.kind: record.granted for record in sorted(records, key=lambda each: (each.at, not each.granted))}
    return frozenset(kind for kind, granted in latest.items() if granted) - {ConsentKind.RELEASE_TO_THIRD_PARTY}
