"""Rows of matches and of the requests they answer, as facts; who locks several locks the match before the request."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID, uuid4

import msgspec
from asyncpg import UniqueViolationError
from piccolo.columns import Column
from piccolo.columns.combination import WhereRaw

from teamhope.families.rules_contact import ConsentRecord, standing_consent
from teamhope.families.rules_hours import zone_of
from teamhope.kit.database import connection
from teamhope.matching.queries_snapshot import Asked
from teamhope.matching.rules import MatchRefused
from teamhope.matching.rules_counted import Counted
from teamhope.matching.rules_snapshot import Lived, Request
from teamhope.tables.families import Consent, ContactPhone, SupportRequest
from teamhope.tables.matches import Match
from teamhope.tables.volunteers import Volunteer
from teamhope.vocabulary.errors import NotFound
from teamhope.vocabulary.families import ConsentKind, SpokenLanguage, Urgency, Voicemail, Window
from teamhope.vocabulary.states import (
    HOLDS_A_PLACE,
    MAY_BE_CALLED,
    OPEN_FOLLOW_UP,
    CloseReason,
    FollowUpStatus,
    MatchStatus,
    RequestStatus,
)

# A match that no call carries on: somebody has to answer, tell, introduce or end it.
WAITS_FOR_SOMEBODY: Final = (
    MatchStatus.PROPOSED_TO_VOLUNTEER,
    MatchStatus.ACCEPTED,
    MatchStatus.FAMILY_NOTIFIED,
    MatchStatus.PAUSED,
    MatchStatus.TRANSFERRING,
    MatchStatus.UNABLE_TO_CONTACT,
    MatchStatus.CLOSING,
)


@dataclass(frozen=True, slots=True)
class Proposal:
    """What is written of a choice besides who and whom; `breakdown` is what the score is made of."""

    score: int
    breakdown: Mapping[str, Any]
    weights_version: str
    answer_due_at: datetime
    reason: str | None
    by_optimizer: bool
    counted: Counted


@dataclass(frozen=True, slots=True)
class MatchFacts:
    """`waiting_since`: when the family began to wait for this volunteer."""

    id: UUID
    request_id: UUID
    family_id: UUID
    contact_id: UUID | None
    volunteer_id: UUID
    status: MatchStatus
    waiting_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class MatchSeen:
    """A match as staff see it."""

    id: UUID
    status: MatchStatus
    status_since: datetime
    request_id: UUID
    family_id: UUID
    family_no: str
    volunteer_id: UUID
    volunteer_name: str
    score: int | None
    reason: str | None
    proposed_at: datetime
    answer_due_at: datetime | None
    close_reason: CloseReason | None
    without: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Offered:
    """An offer as the volunteer sees it before her yes: nobody's name, no number, no family."""

    match_id: UUID
    need: Request
    urgency: Urgency
    answer_due_at: datetime | None


@dataclass(frozen=True, slots=True)
class OwnMatch:
    """A volunteer's match after the offer; its family's page is hers to open once they are introduced.

    `family_id` is None once the match is over.
    """

    id: UUID
    status: MatchStatus
    family_id: UUID | None


@dataclass(frozen=True, slots=True)
class MessageRules:
    may_leave_agreed_words: bool
    may_text: bool


async def lock_request(request_id: UUID) -> None:
    """Its row stays locked to the end of the transaction. Raises NotFound if the actor may not see it."""
    asked = SupportRequest.id == request_id
    if not await SupportRequest.select(SupportRequest.id).where(asked).lock_rows("NO KEY UPDATE"):
        raise NotFound("request")


async def lock_request_of(match: MatchFacts) -> tuple[RequestStatus, UUID | None]:
    """The request's state and its owner; its row stays locked."""
    columns = (SupportRequest.status, SupportRequest.owner)
    row = (
        await SupportRequest.select(*columns)
        .where(SupportRequest.id == match.request_id)
        .lock_rows("NO KEY UPDATE")
        .first()
    )
    if row is None:
        raise NotFound("request")
    return RequestStatus(row["status"]), row["owner"]


async def standing_consents(contact_id: UUID | None) -> frozenset[ConsentKind]:
    rows = await Consent.select(Consent.kind, Consent.granted, Consent.at).where(Consent.contact == contact_id)
    return standing_consent(tuple(ConsentRecord(ConsentKind(r["kind"]), r["granted"], r["at"]) for r in rows))


async def message_rules(contact_id: UUID | None) -> MessageRules:
    """What may be left or sent on any number of hers that is not stopped."""
    columns = (ContactPhone.voicemail, ContactPhone.safe_to_text)
    in_use = (ContactPhone.contact == contact_id) & ContactPhone.stopped_at.is_null()
    phones = await ContactPhone.select(*columns).where(in_use)
    return MessageRules(
        may_leave_agreed_words=any(phone["voicemail"] == Voicemail.AGREED_WORDS for phone in phones),
        may_text=any(phone["safe_to_text"] for phone in phones),
    )


async def live_match_of(request_id: UUID) -> UUID | None:
    live = (Match.request == request_id) & Match.status.is_in(sorted(HOLDS_A_PLACE))
    row = await Match.select(Match.id).where(live).first()
    return row["id"] if row else None


async def families_of(volunteer_id: UUID) -> list[UUID]:
    """Those she has a live match with."""
    hers = (Match.volunteer == volunteer_id) & Match.status.is_in(sorted(HOLDS_A_PLACE))
    rows = await Match.select(Match.family).where(hers).order_by(Match.family)
    return list(dict.fromkeys(row["family"] for row in rows))


async def insert_proposal(
    asked: Asked, volunteer_id: UUID, proposal: Proposal, proposed_by: UUID | None, now: datetime
) -> MatchFacts:
    """A new match, proposed. Raises MatchRefused if the request has a live one (index one_live_match)."""
    match_id = uuid4()
    row = Match(
        id=match_id,
        request=asked.id,
        family=asked.family_id,
        contact=asked.contact_id,
        volunteer=volunteer_id,
        status=MatchStatus.PROPOSED_TO_VOLUNTEER,
        status_since=now,
        proposed_by=proposed_by,
        by_optimizer=proposal.by_optimizer,
        score=proposal.score,
        score_breakdown=msgspec.json.encode(proposal.breakdown).decode(),
        weights_version=proposal.weights_version,
        override_reason=Match.override_reason.seal_if(match_id, proposal.reason),
        waiting_since=proposal.counted.waiting_since,
        proposed_at=now,
        answer_due_at=proposal.answer_due_at,
        counted_offered_on=proposal.counted.offered_on,
        counted_language=proposal.counted.language,
        counted_concordant=proposal.counted.concordant,
        counted_rematch=proposal.counted.rematch,
    )
    try:
        await Match.insert(row)
    except UniqueViolationError as clash:
        raise MatchRefused("already_matched") from clash
    return MatchFacts(
        id=match_id,
        request_id=asked.id,
        family_id=asked.family_id,
        contact_id=asked.contact_id,
        volunteer_id=volunteer_id,
        status=MatchStatus.PROPOSED_TO_VOLUNTEER,
        waiting_since=proposal.counted.waiting_since,
    )


async def lock_match(match_id: UUID) -> MatchFacts:
    """Its row stays locked to the end of the transaction. Raises NotFound if the actor may not see it."""
    columns = (
        Match.id, Match.request, Match.family, Match.contact, Match.volunteer, Match.status, Match.waiting_since,
    )  # fmt: skip
    row = await Match.select(*columns).where(Match.id == match_id).lock_rows("NO KEY UPDATE").first()
    if row is None:
        raise NotFound("match")
    return MatchFacts(
        id=row["id"],
        request_id=row["request"],
        family_id=row["family"],
        contact_id=row["contact"],
        volunteer_id=row["volunteer"],
        status=MatchStatus(row["status"]),
        waiting_since=row["waiting_since"],
    )


@dataclass(frozen=True, slots=True)
class LetGo:
    """When she was chosen: the codes of the rules that a reason set aside, and what the family did without."""

    set_aside: frozenset[str]
    without: tuple[str, ...]


async def load_let_go(match_id: UUID) -> LetGo:
    row = await Match.select(Match.score_breakdown).where(Match.id == match_id).first()
    return _let_go(row["score_breakdown"] if row else "{}")


def _let_go(score_breakdown: str) -> LetGo:
    breakdown = msgspec.json.decode(score_breakdown)
    return LetGo(frozenset(breakdown.get("set_aside", ())), tuple(breakdown.get("without", ())))


async def update_match(match_id: UUID, **values: Any) -> None:
    columns: dict[Column | str, Any] = dict(values.items())
    await Match.update(columns).where(Match.id == match_id)


async def list_overdue_offers(now: datetime, limit: int) -> list[UUID]:
    """Those whose time to answer is over, the longest over first."""
    overdue = (Match.status == MatchStatus.PROPOSED_TO_VOLUNTEER) & (Match.answer_due_at <= now)
    rows = await Match.select(Match.id).where(overdue).order_by(Match.answer_due_at, Match.id).limit(limit)
    return [row["id"] for row in rows]


SEEN: Final = (*Match.all_columns(), Match.family.family_no, Match.volunteer.display_name)


async def load_match(match_id: UUID) -> MatchSeen:
    """Raises NotFound if the actor may not see the match, its family and its volunteer."""
    row = await Match.select(*SEEN).where(Match.id == match_id).first()
    if row is None or row["family.family_no"] is None or row["volunteer.display_name"] is None:
        raise NotFound("match")
    return _seen(row)


TO_COME: Final = OPEN_FOLLOW_UP - {FollowUpStatus.SUSPENDED}
# Nobody would notice: a family that we call, and no call that anybody is to make.
WITHOUT_A_CALL: Final = """
    match.status = any({}) and not exists (select from follow_up f where f.match = match.id and f.status = any({}))
    and not exists (select from contact c where c.id = match.contact and c.contact_preference = 'they_call_us')
    and not exists (select from family y where y.id = match.family and y.held_at is not null)
"""


async def list_waiting_matches(limit: int) -> list[MatchSeen]:
    """Those that wait for somebody's step, or go on without a next call, the longest first."""
    without = WhereRaw(WITHOUT_A_CALL, sorted(MAY_BE_CALLED), sorted(TO_COME))
    waiting = Match.status.is_in(list(WAITS_FOR_SOMEBODY)) | without
    rows = await Match.select(*SEEN).where(waiting).order_by(Match.status_since, Match.id).limit(limit)
    return [_seen(row) for row in rows]


async def list_live_of(volunteer_id: UUID) -> list[MatchSeen]:
    """Her matches that take one of her places, in the order in which they were proposed."""
    hers = (Match.volunteer == volunteer_id) & Match.status.is_in(sorted(HOLDS_A_PLACE))
    return [_seen(row) for row in await Match.select(*SEEN).where(hers).order_by(Match.proposed_at, Match.id)]


def _seen(row: Mapping[str, Any]) -> MatchSeen:
    return MatchSeen(
        id=row["id"],
        status=MatchStatus(row["status"]),
        status_since=row["status_since"],
        request_id=row["request"],
        family_id=row["family"],
        family_no=row["family.family_no"],
        volunteer_id=row["volunteer"],
        volunteer_name=Volunteer.display_name.unseal(row["volunteer"], row["volunteer.display_name"]),
        score=row["score"],
        reason=Match.override_reason.unseal_if(row["id"], row["override_reason"]),
        proposed_at=row["proposed_at"],
        answer_due_at=row["answer_due_at"],
        close_reason=CloseReason(row["close_reason"]) if row["close_reason"] else None,
        without=_let_go(row["score_breakdown"]).without,
    )


# The volunteer's own view ---------------------------------------------------------------------------------------------

OFFERS: Final = """
    select match, case_type, trajectory, relation, languages, windows, timezone, urgency, answer_due_at
    from match_offer where $1::uuid is null or match = $1 order by answer_due_at, match
"""


async def list_offers(match_id: UUID | None = None) -> list[Offered]:
    """The actor's open offers, or one of them, the first to be answered first."""
    return [_offered(row) for row in await connection().fetch(OFFERS, match_id)]


def _offered(row: Mapping[str, Any]) -> Offered:
    languages = msgspec.json.decode(row["languages"], type=tuple[SpokenLanguage, ...])
    need = Request(
        lived=Lived(row["case_type"], row["relation"], row["trajectory"]),
        languages={each.code: each.level for each in languages},
        windows=msgspec.json.decode(row["windows"], type=tuple[Window, ...]),
        zone=zone_of(row["timezone"]),
    )
    return Offered(row["match"], need, Urgency(row["urgency"]), row["answer_due_at"])


async def list_own(volunteer_id: UUID, statuses: Iterable[MatchStatus], match_id: UUID | None = None) -> list[OwnMatch]:
    """The volunteer's matches in these states, or one of them, the newest first."""
    mine = (Match.volunteer == volunteer_id) & Match.status.is_in(list(statuses))
    one = mine if match_id is None else mine & (Match.id == match_id)
    columns = (Match.id, Match.status, Match.family)
    rows = await Match.select(*columns).where(one).order_by(Match.proposed_at, ascending=False)
    return [OwnMatch(row["id"], MatchStatus(row["status"]), row["family"]) for row in rows]


async def find_past(volunteer_id: UUID, match_id: UUID) -> OwnMatch | None:
    """The volunteer's match or offer that is over, for as long as she still sees that it was (domain.md §1.1b)."""
    past = "select id, status from past_match where id = $1 and volunteer = $2"
    row = await connection().fetchrow(past, match_id, volunteer_id)
    return OwnMatch(row["id"], MatchStatus(row["status"]), None) if row else None
