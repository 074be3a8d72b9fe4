"""Rows of escalations and of what was done about them, as facts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from piccolo.columns import Column

from teamhope.care.queries_on_call import organisation_zone
from teamhope.care.rules import answer_due_at
from teamhope.families.queries_policy import federal_holidays
from teamhope.kit.database import connection
from teamhope.tables.accounts import Person
from teamhope.tables.care import Escalation, EscalationStep
from teamhope.tables.families import Family
from teamhope.vocabulary.errors import NotFound
from teamhope.vocabulary.states import EscalationAct, EscalationLevel, EscalationStatus


@dataclass(frozen=True, slots=True)
class EscalationFacts:
    """`answer_due_at`: until when somebody of ours is to take it (rules.answer_due_at)."""

    id: UUID
    level: EscalationLevel
    status: EscalationStatus
    opened_by: UUID | None
    family: UUID | None
    family_no: str | None
    opened_at: datetime
    answer_due_at: datetime
    acknowledged_at: datetime | None
    acknowledged_by: UUID | None
    help_confirmed_at: datetime | None
    closed_without_confirmation: str | None
    where_now: str | None


@dataclass(frozen=True, slots=True)
class About:
    """What is known of the danger, if anything. `where_now`: city and state, or a local dispatch's number."""

    family: UUID | None = None
    match: UUID | None = None
    call: UUID | None = None
    where_now: str | None = None


async def insert_escalation(level: EscalationLevel, about: About, opened_by: UUID | None, opened_at: datetime) -> UUID:
    id_ = uuid4()
    await Escalation.insert(
        Escalation(
            id=id_,
            level=level,
            opened_by=opened_by,
            opened_at=opened_at,
            family=about.family,
            match=about.match,
            call=about.call,
            where_now=Escalation.where_now.seal_if(id_, about.where_now),
        )
    )
    return id_


async def find_family(family_no: str) -> UUID | None:
    row = await Family.select(Family.id).where(Family.family_no == family_no).first()
    return row["id"] if row else None


def _facts(row: Mapping[str, Any], zone: ZoneInfo) -> EscalationFacts:
    level, opened_at = EscalationLevel(row["level"]), row["opened_at"]
    return EscalationFacts(
        id=row["id"],
        level=level,
        status=EscalationStatus(row["status"]),
        opened_by=row["opened_by"],
        family=row["family"],
        family_no=row["family.family_no"],
        opened_at=opened_at,
        answer_due_at=answer_due_at(level, opened_at, zone, federal_holidays(opened_at.year)),
        acknowledged_at=row["acknowledged_at"],
        acknowledged_by=row["acknowledged_by"],
        help_confirmed_at=row["help_confirmed_at"],
        closed_without_confirmation=row["closed_without_confirmation"],
        where_now=Escalation.where_now.unseal_if(row["id"], row["where_now"]),
    )


COLUMNS = (*Escalation.all_columns(), Escalation.family.family_no)


async def list_open_escalations() -> list[EscalationFacts]:
    """Those the actor may see: unanswered first, and of these whose answer is due the longest or next."""
    zone = await organisation_zone()
    rows = await Escalation.select(*COLUMNS).where(Escalation.status != EscalationStatus.CLOSED)
    facts = (_facts(row, zone) for row in rows)
    return sorted(facts, key=lambda each: (each.status is not EscalationStatus.OPEN, each.answer_due_at, each.id))


async def list_unanswered() -> list[UUID]:
    """The longest open first."""
    unanswered = Escalation.status == EscalationStatus.OPEN
    rows = await Escalation.select(Escalation.id).where(unanswered).order_by(Escalation.opened_at, Escalation.id)
    return [row["id"] for row in rows]


async def load_escalation(escalation_id: UUID) -> EscalationFacts:
    """Raises NotFound if the actor may not see it."""
    row = await Escalation.select(*COLUMNS).where(Escalation.id == escalation_id).first()
    if row is None:
        raise NotFound("escalation")
    return _facts(row, await organisation_zone())


async def lock_escalation(escalation_id: UUID) -> EscalationFacts:
    """Its row stays locked to the end of the transaction. Raises NotFound if the actor may not see it."""
    mine = Escalation.id == escalation_id
    if not await Escalation.select(Escalation.id).where(mine).lock_rows("UPDATE").first():
        raise NotFound("escalation")
    return await load_escalation(escalation_id)


async def update_escalation(escalation_id: UUID, **values: Any) -> None:
    """Raises NotFound if the actor may not change it."""
    columns: dict[Column | str, Any] = dict(values.items())
    if not await Escalation.update(columns).where(Escalation.id == escalation_id).returning(Escalation.id):
        raise NotFound("escalation")


async def update_where(escalation_id: UUID, where_now: str | None) -> None:
    await update_escalation(escalation_id, where_now=Escalation.where_now.seal_if(escalation_id, where_now))


async def name_of(person_id: UUID | None) -> str | None:
    row = await Person.select(Person.name).where(Person.id == person_id).first() if person_id else None
    return Person.name.unseal(person_id, row["name"]) if person_id and row else None


# Steps ----------------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class StepFacts:
    """`by` and `to` are names; `by` is None for the worker and for whoever answered the fallback number."""

    act: EscalationAct
    by: str | None
    to: str | None
    happened_at: datetime


async def insert_step(
    escalation_id: UUID, act: EscalationAct, by: UUID | None, now: datetime, to: UUID | None = None
) -> None:
    step = EscalationStep(id=uuid4(), escalation=escalation_id, act=act, by_person=by, to_person=to, happened_at=now)
    await EscalationStep.insert(step)


STEPS: Final = """
    select s.act, s.by_person, s.to_person, s.happened_at, b.name as by_name, t.name as to_name from escalation_step s
    left join person b on b.id = s.by_person left join person t on t.id = s.to_person
    where s.escalation = $1 order by s.seq
"""
PASSED_ON_TO: Final = """
    select to_person from escalation_step where escalation = $1 and act in ('passed_on', 'taken_over')
    order by seq desc limit 1
"""


async def list_steps(escalation_id: UUID) -> list[StepFacts]:
    """In their order."""
    return [
        StepFacts(
            act=EscalationAct(row["act"]),
            by=Person.name.unseal_if(row["by_person"], row["by_name"]),
            to=Person.name.unseal_if(row["to_person"], row["to_name"]),
            happened_at=row["happened_at"],
        )
        for row in await connection().fetch(STEPS, escalation_id)
    ]


async def passed_on_to(escalation_id: UUID) -> UUID | None:
    """To whom it was last handed, if nobody has taken it since."""
    to: UUID | None = await connection().fetchval(PASSED_ON_TO, escalation_id)
    return to
