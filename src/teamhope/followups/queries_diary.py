"""What was tried and said in a match, what it is about, and who its volunteer is: what planning asks."""

from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from teamhope.families.rules_history import Attempt
from teamhope.followups.rules_cadence import Happened, TemplateFacts, template_facts
from teamhope.kit.database import acting_as, connection
from teamhope.tables.accounts import Person
from teamhope.tables.families import SupportRequest
from teamhope.tables.followups import FollowUp
from teamhope.tables.volunteers import Volunteer
from teamhope.vocabulary.calls import OUTCOMES, CallChannel, Direction, Outcome
from teamhope.vocabulary.errors import NotFound
from teamhope.vocabulary.families import ClearedChannel, MatchMode, Urgency
from teamhope.vocabulary.people import WORKER
from teamhope.vocabulary.programme import Programme
from teamhope.vocabulary.states import OPEN_FOLLOW_UP
from teamhope.vocabulary.year_days import YearSpan
from teamhope.volunteers.rules_limits import DATES, spans_of


async def load_person_of(volunteer_id: UUID) -> tuple[UUID, ZoneInfo]:
    """The person who is this volunteer, and her zone. Raises NotFound.

    For whoever plans a call of a match that she may see: an advocate does so without seeing the volunteer.
    """
    columns = (Volunteer.person, Volunteer.person.timezone.as_alias("zone"))
    async with acting_as(WORKER):
        row = await Volunteer.select(*columns).where(Volunteer.id == volunteer_id).first()
    if row is None:
        raise NotFound("volunteer")
    return row["person"], ZoneInfo(row["zone"])


async def list_own_dates(volunteer_id: UUID) -> tuple[YearSpan, ...]:
    """The spans of each year in which she asked to be given nobody; for whom, see load_person_of."""
    async with acting_as(WORKER):
        row = await Volunteer.select(Volunteer.off_limits).where(Volunteer.id == volunteer_id).first()
    limits = msgspec.json.decode(row["off_limits"], type=dict[str, list[str]]) if row else {}
    return spans_of((DATES, code) for code in limits.get(DATES, ()))


async def list_other_calls(volunteer_id: UUID, but_follow_up_id: UUID, since: datetime) -> tuple[datetime, ...]:
    """When her other calls that are still to be made start, from `since` on; those too that the actor may not see."""
    async with acting_as(WORKER):
        others = (FollowUp.volunteer == volunteer_id) & (FollowUp.id != but_follow_up_id)
        to_make = FollowUp.status.is_in(sorted(OPEN_FOLLOW_UP)) & (FollowUp.due_at >= since)
        rows = await FollowUp.select(FollowUp.due_at).where(others & to_make).order_by(FollowUp.due_at)
    return tuple(row["due_at"] for row in rows)


async def zone_of_person(person_id: UUID | None) -> str | None:
    """None for a process, and for a token that belongs to nobody."""
    if person_id is None:
        return None
    row = await Person.select(Person.timezone).where(Person.id == person_id).first()
    return row["timezone"] if row else None


# A call counts once: neither voided nor replaced by its correction.
STANDING = "voided_at is null and not exists (select from call later where later.corrects = call.id)"


async def list_attempts(follow_up_id: UUID) -> dict[UUID, Attempt]:
    """The outbound calls made for a follow-up, by id of the call, whoever made them."""
    async with acting_as(WORKER):
        rows = await connection().fetch(
            f"""
            select id, started_at, channel, outcome from call
            where follow_up = $1 and direction = $2 and {STANDING}
            """,  # noqa: S608 - a constant
            follow_up_id,
            Direction.OUTBOUND,
        )
    return {row["id"]: attempt(row["started_at"], row["channel"], Outcome(row["outcome"])) for row in rows}


def attempt(started_at: datetime, channel: str, outcome: Outcome) -> Attempt:
    texted = channel == CallChannel.SMS_THREAD
    return Attempt(started_at, ClearedChannel.SMS if texted else ClearedChannel.VOICE, outcome)


CONVERSATIONS = sorted(outcome for outcome, rule in OUTCOMES.items() if rule.conversation)


async def last_conversation_at(match_id: UUID, but_call_id: UUID | None = None) -> datetime | None:
    """In either direction, whoever talked. `but_call_id`: a call that is left out."""
    async with acting_as(WORKER):
        talked_at: datetime | None = await connection().fetchval(
            f"""
            select max(started_at) from call
            where match = $1 and outcome = any($2) and ($3::uuid is null or id <> $3) and {STANDING}
            """,  # noqa: S608 - a constant
            match_id,
            CONVERSATIONS,
            but_call_id,
        )
    return talked_at


async def last_outcome_of(follow_up_id: UUID) -> Outcome | None:
    outcome: str | None = await connection().fetchval(
        f"select outcome from call where follow_up = $1 and {STANDING} order by started_at desc limit 1",  # noqa: S608
        follow_up_id,
    )
    return Outcome(outcome) if outcome else None


REQUEST_COLUMNS = (
    SupportRequest.match_mode,
    SupportRequest.urgency,
    SupportRequest.incident.case_type,
    SupportRequest.incident.subtypes,
    SupportRequest.incident.trajectory,
    SupportRequest.incident.event_month,
)


async def load_template_facts(request_id: UUID, words: Programme, today: date) -> TemplateFacts:
    """What decides a new match's cadence, by the attributes of the programme's words. Raises NotFound."""
    row = await SupportRequest.select(*REQUEST_COLUMNS).where(SupportRequest.id == request_id).first()
    if row is None:
        raise NotFound("request")
    happened = Happened(
        row["incident.case_type"],
        row["incident.trajectory"],
        frozenset(row["incident.subtypes"]),
        row["incident.event_month"],
    )
    return template_facts(words, happened, MatchMode(row["match_mode"]), Urgency(row["urgency"]), today)
