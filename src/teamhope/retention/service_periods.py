"""How long each kind is kept here, and what tonight's purge would take."""

from dataclasses import dataclass
from datetime import datetime

from teamhope.audit import service as audit
from teamhope.kit.database import acting_as
from teamhope.retention import queries, queries_rows, rules, service
from teamhope.retention.rules import ERASURES, PERIODS, Kind, Period
from teamhope.vocabulary.errors import Invalid
from teamhope.vocabulary.people import Actor


@dataclass(frozen=True, slots=True)
class Decided:
    """A kind's period here; `due` is what a purge now would take."""

    period: Period
    days: int
    due: int


async def show_periods(actor: Actor, now: datetime) -> tuple[tuple[Decided, ...], int]:
    """Every kind that ends, and how many families wait to be erased; counts only, no row."""
    due = await service.count_due(actor, now)
    async with acting_as(actor):
        days = await queries_rows.load_days()
    decided = tuple(
        Decided(period, days.get(kind, period.default), due[kind.value]) for kind, period in PERIODS.items()
    )
    return decided, due[ERASURES]


async def change_period(actor: Actor, kind: Kind, days: int, now: datetime) -> None:
    """From the next purge on. Raises Invalid outside the period's bounds."""
    period = PERIODS.get(kind)
    if period is None:
        raise Invalid.field("kind", "not_a_choice")
    if code := rules.period_problem(period, days):
        raise Invalid.field("days", code, least=period.least, most=period.most)
    async with acting_as(actor):
        await queries.save_days(kind, days, actor.person_id, now)
        await audit.record(actor, "changed_retention", ("retention_period", None), now, reason=f"{kind}:{days}")
