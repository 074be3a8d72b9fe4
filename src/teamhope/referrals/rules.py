"""Whether a FAON member is in good standing on a day, and by which rules."""

from calendar import monthrange
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from teamhope.kit.i18n import N_

ALWAYS: Final = date.max  # a rule that nothing on file can end
NEVER: Final = date.min  # a rule that nothing on file satisfies
LAPSES_WITHIN_DAYS: Final = 30  # domain.md §6, lapsing
DAY: Final = timedelta(days=1)


class FeeMode(StrEnum):
    PRO_BONO = "pro_bono"
    LOW_SLIDING_SCALE = "low_sliding_scale"
    FLEXIBLE_INSURANCE_COPAY = "flexible_insurance_copay"


class ProofKind(StrEnum):
    VETTING = "vetting"
    LICENCE = "licence"
    JUDGMENT_CHECK = "judgment_check"
    INSURANCE = "insurance"


class ParticipationKind(StrEnum):
    EVENT = "event"
    ONLINE_TRAINING = "online_training"


class Answer(StrEnum):
    """A decline is an answer: not every referral will fit."""

    ACCEPT = "accept"
    DECLINE = "decline"
    INFO = "info"


class MemberStatus(StrEnum):
    APPLICANT = "applicant"
    VETTING = "vetting"
    ACTIVE = "active"
    LAPSING = "lapsing"
    SUSPENDED = "suspended"
    WITHDRAWN = "withdrawn"
    REMOVED = "removed"


class LeftHow(StrEnum):
    WITHDRAWN = "withdrawn"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Proof:
    """Somebody looked on a day, and it was in order or it was not; a newer proof takes the place of an older one.

    A license in order is active at its board; a judgment check in order found nothing significant. Both speak of one
    state of practice; "" is the only one of a member whose states are not on file.
    """

    kind: ProofKind
    verified_on: date
    expires_on: date | None = None  # of licenses and insurance: the last valid day
    passed: bool = True
    state: str = ""


@dataclass(frozen=True, slots=True)
class Participation:
    kind: ParticipationKind
    on: date


@dataclass(frozen=True, slots=True)
class Request:
    """A request for information or a referral. A late answer is an answer."""

    sent_on: date
    due_on: date  # answer_due_on(sent_on, …)
    answered_on: date | None = None
    answer: Answer | None = None


@dataclass(frozen=True, slots=True)
class MemberFacts:
    """Everything on file, in any order. Old proofs are kept, so that any day of the past can be judged again."""

    licence_required: bool  # of every clinician and group, and of organisations with licensed staff
    direct_services: bool
    fee_modes: frozenset[FeeMode]
    joined_on: date | None = None
    left_on: date | None = None
    left_how: LeftHow | None = None
    attested_on: date | None = None  # services, fees and insurance are still as they were
    contact_confirmed_on: date | None = None
    states_of_practice: frozenset[str] = frozenset({""})
    proofs: tuple[Proof, ...] = ()
    participations: tuple[Participation, ...] = ()
    requests: tuple[Request, ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """`good_through` gives the last day on which the rule holds, by what is on file on the day asked about.

    Breaking a mandatory rule suspends after the grace; breaking another leaves the member lapsing, for review.
    """

    code: str
    asks: str  # English, marked
    good_through: Callable[[MemberFacts, date], date]
    mandatory: bool = True
    grace_days: int = 0


@dataclass(frozen=True, slots=True)
class Standing:
    """Codes in the order of RULES. An expiring rule still holds, for 30 days at most or in its grace."""

    status: MemberStatus
    failing: tuple[str, ...] = ()
    expiring: tuple[str, ...] = ()


def faon_standing(member: MemberFacts, on: date) -> Standing:
    """The standing of a member on a calendar day, by what was on file that day; never stored as truth.

    Every last day counts in full: a license that expires on the day is valid, the day after it suspends. A year after
    29 February ends on 28 February. Rules are asked of members only. Source: domain.md §6.
    """
    outside = _outside(member, on)
    if outside:
        return Standing(outside)
    left = {rule: (rule.good_through(member, on) - on).days for rule in RULES}
    failing = tuple(rule for rule in RULES if left[rule] < -rule.grace_days)
    expiring = tuple(rule for rule in RULES if -rule.grace_days <= left[rule] <= LAPSES_WITHIN_DAYS)
    status = MemberStatus.LAPSING if failing or expiring else MemberStatus.ACTIVE
    if any(rule.mandatory for rule in failing):
        status = MemberStatus.SUSPENDED
    return Standing(status, tuple(rule.code for rule in failing), tuple(rule.code for rule in expiring))


def counts_as_member(standing: Standing) -> bool:
    """Found in a referral search, and counted in K1."""
    return standing.status in {MemberStatus.ACTIVE, MemberStatus.LAPSING}


def answer_due_on(sent_on: date, holidays: Collection[date] = ()) -> date:
    """The fifth business day after a request was sent; Monday to Friday, holidays left out. Source: domain.md §6."""
    day = sent_on
    for _ in range(5):
        day += DAY
        while day.weekday() > 4 or day in holidays:
            day += DAY
    return day


def months_after(day: date, months: int) -> date:
    """The same day of a later month, or its last day where it is shorter: 29 Feb 2024 + 12 is 28 Feb 2025."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def membership_year(joined_on: date, day: date) -> int:
    """0 for the twelve months from joining, 1 for the next; a year begins on the anniversary."""
    years = day.year - joined_on.year
    return years if months_after(joined_on, 12 * years) <= day else years - 1


def _outside(member: MemberFacts, on: date) -> MemberStatus | None:
    if member.left_on and member.left_how and member.left_on <= on:
        return MemberStatus(member.left_how)
    if member.joined_on and member.joined_on <= on:
        return None
    seen = any(proof.verified_on <= on for proof in member.proofs)
    return MemberStatus.VETTING if seen else MemberStatus.APPLICANT


def _serves(member: MemberFacts, _: date) -> date:
    return ALWAYS if member.direct_services and member.fee_modes else NEVER


def _vetted(member: MemberFacts, on: date) -> date:
    return _verified_through(_latest(member, ProofKind.VETTING, on), months=24)


def _licensed(member: MemberFacts, on: date) -> date:
    return _in_every_state(member, lambda state: _valid_through(_latest(member, ProofKind.LICENCE, on, state)))


def _license_verified(member: MemberFacts, on: date) -> date:
    return _in_every_state(member, lambda state: _verified_through(_latest(member, ProofKind.LICENCE, on, state), 12))


def _no_judgments(member: MemberFacts, on: date) -> date:
    kind = ProofKind.JUDGMENT_CHECK
    return _in_every_state(member, lambda state: _verified_through(_latest(member, kind, on, state), months=12))


def _in_every_state(member: MemberFacts, good_through: Callable[[str], date]) -> date:
    return min(map(good_through, member.states_of_practice), default=NEVER) if member.licence_required else ALWAYS


def _insured(member: MemberFacts, on: date) -> date:
    return _valid_through(_latest(member, ProofKind.INSURANCE, on))


def _attested(member: MemberFacts, on: date) -> date:
    return _confirmed_through(member.attested_on, on)


def _reachable(member: MemberFacts, on: date) -> date:
    return _confirmed_through(member.contact_confirmed_on, on)


def _participated(member: MemberFacts, on: date) -> date:
    """The last day of the oldest membership year still owed: 1 event or 2 online trainings each.

    What comes late counts for the year it makes up and not again; nothing is carried forward. Who missed
    several years owes only the last of them, and stays suspended until then.
    """
    assert member.joined_on
    owed, online = 0, 0
    for done in sorted((found for found in member.participations if found.on <= on), key=lambda found: found.on):
        year = membership_year(member.joined_on, done.on)
        owed, online = (owed, online) if owed >= year - 1 else (year - 1, 0)
        if year >= 0 and owed <= year:
            online += done.kind is ParticipationKind.ONLINE_TRAINING
            owed, online = (owed + 1, 0) if done.kind is ParticipationKind.EVENT or online == 2 else (owed, online)
    return months_after(member.joined_on, 12 * (owed + 1)) - DAY


def _answers(member: MemberFacts, on: date) -> date:
    """At most one of the last five requests due was left unanswered; that is 80 %, and never two in a row."""
    due = sorted((request for request in member.requests if request.due_on < on), key=lambda request: request.sent_on)
    unanswered = [request for request in due[-5:] if request.answered_on is None or request.answered_on > on]
    return ALWAYS if len(unanswered) <= 1 else NEVER


def _latest(member: MemberFacts, kind: ProofKind, on: date, state: str = "") -> Proof | None:
    """The newest proof on file that day. Ties: one that failed, then the one that ends first."""
    known = [
        found for found in member.proofs if found.kind is kind and found.state == state and found.verified_on <= on
    ]
    return max(
        known,
        key=lambda found: (found.verified_on, not found.passed, ALWAYS - (found.expires_on or NEVER)),
        default=None,
    )


def _verified_through(proof: Proof | None, months: int) -> date:
    return months_after(proof.verified_on, months) if proof and proof.passed else NEVER


def _valid_through(proof: Proof | None) -> date:
    # Without its last day on file a license or an insurance proves nothing.
    return proof.expires_on if proof and proof.passed and proof.expires_on else NEVER


def _confirmed_through(confirmed_on: date | None, on: date) -> date:
    return months_after(confirmed_on, 12) if confirmed_on and confirmed_on <= on else NEVER


# In the order of domain.md §6. What protects families is mandatory; what keeps the file current asks for a review.
RULES: Final = (
    Rule("services", N_("Gives direct services: free, by sliding scale or with a flexible co-pay"), _serves),
    Rule("vetting", N_("Passed our checks in the last 24 months"), _vetted),
    Rule("license", N_("Has a current license in every state of practice"), _licensed),
    Rule("license_verified", N_("License verified in the last 12 months"), _license_verified),
    Rule("judgments", N_("No significant judgments, checked in the last 12 months"), _no_judgments),
    Rule("insurance", N_("Has current professional liability insurance"), _insured),
    Rule("attested", N_("Confirmed services, fees and insurance in the last 12 months"), _attested, mandatory=False),
    Rule("contact", N_("Confirmed contact information in the last 12 months"), _reachable, mandatory=False),
    Rule("participation", N_("1 event or 2 online trainings in the membership year"), _participated, grace_days=60),
    Rule("answers", N_("Answers requests for information and referrals"), _answers, mandatory=False),
)

STATUS_NAMES: Final = {
    MemberStatus.APPLICANT: N_("Applicant"),
    MemberStatus.VETTING: N_("Being checked"),
    MemberStatus.ACTIVE: N_("In good standing"),
    MemberStatus.LAPSING: N_("In good standing, something is due"),
    MemberStatus.SUSPENDED: N_("Suspended from the network"),
    MemberStatus.WITHDRAWN: N_("Left the network"),
    MemberStatus.REMOVED: N_("Removed from the network"),
}
