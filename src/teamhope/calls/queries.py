"""Rows of calls, and of what a call is about, as facts."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import msgspec
from asyncpg import UniqueViolationError

from teamhope.calls.rules import LoggedCall, Standing
from teamhope.care.queries_load import WAS_HERS
from teamhope.kit.database import acting_as, connection
from teamhope.tables.calls import Call
from teamhope.tables.families import Contact
from teamhope.tables.operations import Installation
from teamhope.vocabulary.calls import OUTCOMES, AnsweredBy, CallChannel, Direction, Need, Outcome, PlacedVia, VoidReason
from teamhope.vocabulary.errors import NotFound, Refused
from teamhope.vocabulary.families import IfSomeoneElseAnswers, SpokenLanguage
from teamhope.vocabulary.people import WORKER, command
from teamhope.vocabulary.states import EscalationLevel, FollowUpStatus, MatchStatus

THE_INSTALLATION: Final = 1
FIRST_CALL: Final = command("first call")
UNKNOWN_KIND: Final = "unknown"  # where the request names no kind of experience


@dataclass(frozen=True, slots=True)
class Counted:
    """What a call is counted by, as it was when the call was logged."""

    on: date
    case_type: str
    relation: str | None
    state: str | None


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom a call is with. `follow_up_id` and its status are None for a call of the match alone."""

    match_id: UUID
    match_status: MatchStatus
    volunteer_id: UUID
    family_id: UUID
    contact_id: UUID
    follow_up_id: UUID | None
    follow_up_status: FollowUpStatus | None
    family_no: str
    first_name: str
    relation: str
    zone: str
    language: str
    languages: tuple[SpokenLanguage, ...]
    case_type: str | None
    state: str | None
    if_someone_else_answers: IfSomeoneElseAnswers
    answers_blocked_numbers: bool


# Inner joins: whoever may not see the family, its request or its contact sees no subject.
SUBJECT = """
    select m.id as match, m.status as match_status, m.volunteer, f.id as family, f.family_no, f.state, i.case_type,
      u.id as follow_up, u.status as follow_up_status,
      c.id as contact, c.first_name, c.relation, c.languages, c.if_someone_else_answers, c.answers_blocked_numbers,
      coalesce(c.timezone, f.timezone, 'America/New_York') as zone,
      coalesce(f.primary_language, c.languages -> 0 ->> 'code', 'en') as language
    from match m
    left join follow_up u on u.id = $1 and u.match = m.id
    join support_request r on r.id = m.request
    join incident i on i.id = r.incident
    join family f on f.id = m.family
    join contact c on c.id = coalesce($3, m.contact, r.contact) and c.family = f.id
    where m.id = coalesce($2, (select match from follow_up where id = $1)) and (u.id is null) = ($1::uuid is null)
"""


async def load_subject(
    follow_up_id: UUID | None, match_id: UUID | None = None, contact_id: UUID | None = None
) -> Subject:
    """Of a follow-up, or of a match. Raises NotFound if the actor may not see it, or its family."""
    row = await connection().fetchrow(SUBJECT, follow_up_id, match_id, contact_id)
    if row is None:
        raise NotFound("follow_up" if follow_up_id else "match")
    return Subject(
        match_id=row["match"],
        match_status=MatchStatus(row["match_status"]),
        volunteer_id=row["volunteer"],
        family_id=row["family"],
        contact_id=row["contact"],
        follow_up_id=row["follow_up"],
        follow_up_status=FollowUpStatus(row["follow_up_status"]) if row["follow_up_status"] else None,
        family_no=row["family_no"],
        first_name=Contact.first_name.unseal(row["contact"], row["first_name"]),
        relation=row["relation"],
        zone=row["zone"],
        language=row["language"],
        languages=msgspec.json.decode(row["languages"], type=tuple[SpokenLanguage, ...]),
        case_type=row["case_type"],
        state=row["state"],
        if_someone_else_answers=IfSomeoneElseAnswers(row["if_someone_else_answers"]),
        answers_blocked_numbers=row["answers_blocked_numbers"],
    )


# Logging --------------------------------------------------------------------------------------------------------------


async def hold_key(key: str) -> None:
    """Whoever else comes with this key waits until the transaction has ended."""
    await connection().execute("select pg_advisory_xact_lock(hashtextextended($1, 0))", key)


async def find_by_key(key: str) -> tuple[UUID, LoggedCall] | None:
    """Whoever knows the key logged the call, also if that call has ended her match."""
    async with acting_as(WORKER):
        row = await Call.select().where(Call.idempotency_key == key).first()
    return (row["id"], _logged(row, Call.note.unseal_if(row["id"], row["note"]))) if row else None


async def insert_call(
    call: LoggedCall, subject: Subject, counted: Counted, by: UUID | None, now: datetime, key: str | None
) -> UUID:
    """`call` is settled."""
    row = _row(
        call,
        counted,
        (by, now),
        follow_up=subject.follow_up_id,
        match=subject.match_id,
        family=subject.family_id,
        contact=subject.contact_id,
        volunteer=subject.volunteer_id,
        idempotency_key=key,
    )
    await Call.insert(row)
    return row.id


def _row(call: LoggedCall, counted: Counted, logged: tuple[UUID | None, datetime], **whose: Any) -> Call:
    """`logged` is by whom, and when."""
    id_, (by, now) = uuid4(), logged
    return Call(
        id=id_,
        direction=call.direction,
        channel=call.channel,
        placed_via=call.placed_via,
        outcome=call.outcome,
        started_at=call.started_at,
        talk_seconds=None if call.talk_minutes is None else call.talk_minutes * 60,
        language=call.language,
        topics=list(call.topics),
        needs=list(call.needs),
        emotional_load=call.emotional_load,
        callback_at=call.callback_at,
        escalation_level=call.escalation_level,
        answered_by=call.answered_by,
        note=Call.note.seal_if(id_, call.note),
        logged_at=now,
        logged_by=by,
        counted_on=counted.on,
        counted_case_type=counted.case_type,
        counted_relation=counted.relation,
        counted_state=counted.state,
        **whose,
    )


CONVERSATIONS: Final = sorted(outcome for outcome, rule in OUTCOMES.items() if rule.conversation)


TALKED: Final = f"""
    select exists (select from call where call.volunteer = $1 and counted_case_type = $2
      and call.id is distinct from $3::uuid and outcome = any($4) and voided_at is null and {WAS_HERS})
"""  # noqa: S608 - constants


async def has_talked_about(volunteer_id: UUID, case_type: str, but_call: UUID | None = None) -> bool:
    """Whether the volunteer has ever had another conversation with a family of this kind of experience."""
    async with acting_as(WORKER):
        return bool(await connection().fetchval(TALKED, volunteer_id, case_type, but_call, CONVERSATIONS))


async def was_hers(call_id: UUID) -> bool:
    """Whether the match's volunteer was on it, as care.queries_load has it; also of a volunteer of another team."""
    async with acting_as(WORKER):
        return bool(await connection().fetchval(f"select {WAS_HERS} from call where id = $1", call_id))  # noqa: S608


async def fix_report_zone(wanted: ZoneInfo) -> ZoneInfo:
    """The zone that was fixed at the first call; this is the first if there is none yet."""
    fixed = await fixed_report_zone()
    if fixed is not None:
        return fixed
    row = Installation({Installation.id: THE_INSTALLATION, Installation.report_timezone: wanted.key})
    async with acting_as(FIRST_CALL):
        await Installation.insert(row).on_conflict(
            target=Installation.id, action="DO UPDATE", values=[Installation.report_timezone]
        )
    return wanted


async def fixed_report_zone() -> ZoneInfo | None:
    row = await Installation.select(Installation.report_timezone).first()
    return ZoneInfo(row["report_timezone"]) if row and row["report_timezone"] else None


# Reading --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CallSeen:
    """A call as it was logged. `match_ended_at`: of a family that is the volunteer's no more; nothing changes there."""

    id: UUID
    call: LoggedCall
    standing: Standing
    family_no: str | None
    match_ended_at: datetime | None
    void_reason: VoidReason | None


@dataclass(frozen=True, slots=True)
class CallFacts(CallSeen):
    """A call with all that a correction of it needs."""

    family_id: UUID
    counted: Counted
    corrects: UUID | None


@dataclass(frozen=True, slots=True)
class CallLine:
    """One line of a list: never a note. `id` and `outcome` are None where only the minutes are left."""

    id: UUID | None
    family_no: str | None
    outcome: Outcome | None
    started_at: datetime
    talk_minutes: int | None
    emotional_load: int | None
    volunteer_id: UUID | None
    match_ended_at: datetime | None
    voided: bool
    corrected: bool


def _logged(row: Mapping[str, Any], note: str | None) -> LoggedCall:
    return LoggedCall(
        follow_up_id=row["follow_up"],
        match_id=row["match"],
        contact_id=row["contact"],
        direction=Direction(row["direction"]),
        channel=CallChannel(row["channel"]),
        placed_via=PlacedVia(row["placed_via"]),
        outcome=Outcome(row["outcome"]),
        started_at=row["started_at"],
        talk_minutes=None if row["talk_seconds"] is None else row["talk_seconds"] // 60,
        language=row["language"],
        topics=tuple(row["topics"]),
        needs=tuple(Need(need) for need in row["needs"]),
        emotional_load=row["emotional_load"],
        callback_at=row["callback_at"],
        escalation_level=EscalationLevel(row["escalation_level"]) if row["escalation_level"] else None,
        answered_by=AnsweredBy(row["answered_by"]) if row["answered_by"] else None,
        note=note,
    )


async def load_call(
    call_id: UUID, *, lock: bool = False, may_read: Callable[[Standing], bool] = lambda _: True
) -> CallFacts:
    """With the note if she `may_read` it. `lock`: the row stays locked to the end of the transaction.

    Raises NotFound if the actor may not see it.
    """
    if lock and not await Call.select(Call.id).where(Call.id == call_id).lock_rows("UPDATE").first():
        raise NotFound("call")
    row = await Call.select(*Call.all_columns(), Call.family.family_no).where(Call.id == call_id).first()
    if row is None:
        raise NotFound("call")
    standing = _standing(row, corrected=bool(await Call.exists().where(Call.corrects == call_id)))
    return CallFacts(
        id=call_id,
        call=_logged(row, Call.note.unseal_if(call_id, row["note"]) if may_read(standing) else None),
        standing=standing,
        family_id=row["family"],
        family_no=row["family.family_no"],
        match_ended_at=None,
        counted=Counted(row["counted_on"], row["counted_case_type"], row["counted_relation"], row["counted_state"]),
        corrects=row["corrects"],
        void_reason=_void_reason(row),
    )


def _standing(row: Mapping[str, Any], *, corrected: bool) -> Standing:
    return Standing(row["logged_at"], row["logged_by"], row["volunteer"], row["voided_at"] is not None, corrected)


def _void_reason(row: Mapping[str, Any]) -> VoidReason | None:
    return VoidReason(row["void_reason"]) if row["void_reason"] else None


PAST: Final = """
    select k.*, null as contact, exists (select from past_call later where later.corrects = k.id) as corrected
    from past_call k where k.id = $1 and k.volunteer = $2
"""


async def find_past_call(call_id: UUID, volunteer_id: UUID) -> CallSeen | None:
    """Her own, of a family that she has no more: without contact and note, for 90 days (domain.md §1.1b)."""
    row = await connection().fetchrow(PAST, call_id, volunteer_id)
    if row is None:
        return None
    standing = _standing(row, corrected=row["corrected"])
    return CallSeen(call_id, _logged(row, None), standing, row["family_no"], row["match_ended_at"], _void_reason(row))


LINES: Final = """
    select k.id, f.family_no, k.outcome, k.started_at, k.talk_seconds / 60 as minutes, k.emotional_load, k.volunteer,
      null::timestamptz as ended_at, k.voided_at is not null as voided,
      exists (select from call later where later.corrects = k.id) as corrected
    from call k left join family f on f.id = k.family
    where k.started_at >= $1 and k.started_at < $2
"""
# Of families that are a volunteer's no more: for 90 days her calls without contact and note, then her minutes.
PAST_LINES: Final = """
    union all
    select k.id, k.family_no, k.outcome, k.started_at, k.talk_seconds / 60, k.emotional_load, k.volunteer,
      k.match_ended_at, k.voided_at is not null, exists (select from past_call later where later.corrects = k.id)
    from past_call k where k.started_at >= $1 and k.started_at < $2
    union all
    select null, null, null, k.started_at, k.talk_minutes, null, k.volunteer, null, false, false
    from past_minutes k where k.started_at >= $1 and k.started_at < $2
"""
NEWEST_FIRST: Final = "order by started_at desc, id limit $3 offset $4"


async def list_calls(start: datetime, end: datetime, page: tuple[int, int], *, with_past: bool) -> list[CallLine]:
    """Those of [start, end) that the actor may see, the newest first; `page` is limit and offset.

    `with_past`: also what is left to volunteers of families that are theirs no more.
    """
    lines = f"{LINES} {PAST_LINES if with_past else ''} {NEWEST_FIRST}"
    return [
        CallLine(
            id=row["id"],
            family_no=row["family_no"],
            outcome=Outcome(row["outcome"]) if row["outcome"] else None,
            started_at=row["started_at"],
            talk_minutes=row["minutes"],
            emotional_load=row["emotional_load"],
            volunteer_id=row["volunteer"],
            match_ended_at=row["ended_at"],
            voided=row["voided"],
            corrected=row["corrected"],
        )
        for row in await connection().fetch(lines, start, end, *page)
    ]


# Correcting -----------------------------------------------------------------------------------------------------------


async def void_call(call_id: UUID, reason: VoidReason, by: UUID | None, now: datetime) -> None:
    await Call.update({Call.voided_at: now, Call.voided_by: by, Call.void_reason: reason}).where(Call.id == call_id)


async def insert_correction(former: CallFacts, call: LoggedCall, on: date, by: UUID | None, now: datetime) -> UUID:
    """What the former call was counted by stays, but its day. Raises Refused if somebody else was faster."""
    counted = Counted(on, former.counted.case_type, former.counted.relation, former.counted.state)
    row = _row(
        call,
        counted,
        (by, now),
        follow_up=former.call.follow_up_id,
        match=former.call.match_id,
        family=former.family_id,
        contact=former.call.contact_id,
        volunteer=former.standing.volunteer_id,
        corrects=former.id,
    )
    try:
        await Call.insert(row)
    except UniqueViolationError as clash:
        raise Refused("call_is_corrected") from clash
    return row.id
