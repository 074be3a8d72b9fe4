"""The figures of random histories, against a recount in plain Python that shares no code with the queries."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from random import Random
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from tests import world
from tests.app_kit import TESTS
from tests.slices.reports import history

from teamhope.kit.database import acting_as
from teamhope.reports import queries, rules, service
from teamhope.reports.queries import CallCounts
from teamhope.reports.rules import MonthCounts, YearCounts
from teamhope.reports.suppression import Tally
from teamhope.tables.calls import Call
from teamhope.tables.families import Family
from teamhope.tables.referrals import ServiceEvent

pytestmark = pytest.mark.usefixtures("db")

FIRST, END = date(2019, 1, 1), date(2022, 1, 1)
YEAR_ENDS = [datetime(year, 1, 1, 5, tzinfo=UTC) for year in (2019, 2020, 2021, 2022)]  # midnight in New York

# Written down again, from domain.md §1.2 and §5.
TALKED = {"reached", "crisis_escalated", "inbound_received"}
ANSWERED = TALKED | {"reached_brief", "callback_requested", "message_with_person", "wrong_number", "language_barrier"}
ANSWERED |= {"declined_today", "declined_service", "third_party_refused", "ended_for_safety"}
UNANSWERED = {"left_voicemail", "voicemail_not_left", "no_answer", "busy", "disconnected"}
SUPPORT = {"mental_health_support", "crisis_intervention"}
OUTBOUND = sorted((ANSWERED - {"inbound_received"}) | UNANSWERED | {"call_failed"})
LIKELY = ["reached", "left_voicemail"] * 4
INBOUND = ["inbound_received", "inbound_missed", "crisis_escalated"]


@dataclass
class Histories:
    """Grows from test to test; the recount is of everything so far."""

    canonical: dict[UUID, UUID]
    volunteers: list[UUID]
    calls: list[Call]
    events: list[ServiceEvent]


@pytest.fixture(scope="module")
async def histories(db: object) -> Histories:
    volunteers = [(await world.volunteer()).id for _ in range(4)]
    return Histories({}, volunteers, [], [])


async def some_families(random: Random, past: Histories) -> None:
    known = [family for family, canonical in past.canonical.items() if family == canonical]
    merged = [random.choice(known) if known and random.random() < 0.3 else None for _ in range(3)]
    rows = [history.family_row(into) for into in merged]
    async with acting_as(TESTS):
        await Family.insert(*rows)
    past.canonical |= {row.id: row.duplicate_of or row.id for row in rows}


def some_moment(random: Random) -> datetime:
    if random.random() < 0.3:
        return random.choice(YEAR_ENDS) + timedelta(minutes=random.randint(-300, 300))
    return YEAR_ENDS[0] + timedelta(minutes=random.randint(0, 3 * 365 * 1440))


def a_call(random: Random, past: Histories) -> Call:
    direction = random.choice(["outbound", "outbound", "inbound"])
    superseded = {row.corrects for row in past.calls}
    free = [row.id for row in past.calls if row.id not in superseded]
    at = some_moment(random)
    voided = random.random() < 0.1
    return history.call_row(
        random.choice(list(past.canonical)),
        at,
        direction=direction,
        outcome=random.choice([*OUTBOUND, *LIKELY] if direction == "outbound" else INBOUND),
        channel=random.choice(["voice"] * 5 + ["video", "sms_thread", "in_person"]),
        talk_seconds=random.choice([None, 0, 700, 21_600, 40_000]),
        volunteer=random.choice([*past.volunteers, None]),
        corrects=random.choice(free) if free and random.random() < 0.15 else None,
        voided_at=at if voided else None,
        void_reason="entered_twice" if voided else None,
    )


def an_event(random: Random, past: Histories) -> ServiceEvent:
    voided = random.random() < 0.2
    return ServiceEvent(
        id=uuid4(),
        family=random.choice(list(past.canonical)),
        program=random.choice(["mental_health_support", "crisis_intervention", "attorney_referral", "resource_sent"]),
        happened_on=some_moment(random).date(),
        status=random.choice(["completed", "completed", "attempted"]),
        voided_at=YEAR_ENDS[-1] if voided else None,
        void_reason="entered_twice" if voided else None,
    )


def supported(past: Histories) -> dict[int, int]:
    families: dict[int, set[UUID]] = defaultdict(set)
    for event in past.events:
        if event.status == "completed" and event.voided_at is None and event.program in SUPPORT:
            families[event.happened_on.year].add(past.canonical[event.family])
    return {year: len(found) for year, found in families.items() if FIRST.year <= year < END.year}


def recount(past: Histories) -> dict[tuple[int, int | None], CallCounts]:
    superseded = {row.corrects for row in past.calls}
    counted = [row for row in past.calls if row.voided_at is None and row.id not in superseded]
    by_period: dict[tuple[int, int | None], list[Call]] = defaultdict(list)
    for row in counted:
        local = row.started_at.astimezone(ZoneInfo("America/New_York"))
        by_period[local.year, None].append(row)
        by_period[local.year, local.month].append(row)
    asked = range(FIRST.year, END.year)
    return {
        (year, month): counts_of(rows, by_period[year, None], past)
        for (year, month), rows in list(by_period.items())
        if year in asked
    }


def counts_of(rows: list[Call], of_year: list[Call], past: Histories) -> CallCounts:
    def tally(found: Iterable[Call]) -> Tally:
        found = list(found)
        return Tally(len(found), len({past.canonical[row.family] for row in found}))

    def made(of: list[Call]) -> list[Call]:
        return [r for r in of if (r.direction, r.channel) == ("outbound", "voice") and r.outcome != "call_failed"]

    inbound = [row for row in rows if (row.direction, row.channel) == ("inbound", "voice")]
    talks = [row for row in rows if row.outcome in TALKED]
    return CallCounts(
        attempts=tally(made(rows)),
        conversations=tally(row for row in made(rows) if row.outcome in TALKED),
        inbound=tally(row for row in inbound if row.outcome in TALKED),
        voicemails=tally(row for row in made(rows) if row.outcome == "left_voicemail"),
        connected=tally(row for row in rows if row.channel == "voice" and row.outcome in ANSWERED),
        families_served=tally(talks).families,
        talk_seconds=sum(min(row.talk_seconds or 0, 6 * 60 * 60) for row in talks),
        loads=loads_of(made(of_year)),
    )


def loads_of(attempts: list[Call]) -> tuple[int, ...]:
    callers = {row.volunteer for row in attempts} - {None}
    return tuple(sorted(sum(r.volunteer == who and r.outcome in TALKED for r in attempts) for who in callers))


@pytest.mark.parametrize("seed", range(30))
async def test_the_queries_count_what_a_recount_counts(seed: int, histories: Histories) -> None:
    random = Random(seed)
    await some_families(random, histories)
    for _ in range(15):
        call = a_call(random, histories)
        await history.calls(call)
        histories.calls.append(call)
    events = [an_event(random, histories) for _ in range(5)]
    histories.events += events
    async with acting_as(TESTS):
        await ServiceEvent.insert(*events)
        assert await queries.count_calls(FIRST, END) == recount(histories)
        assert await queries.count_supported_families(FIRST, END) == supported(histories)


@pytest.mark.parametrize("year", [2020, 2021])
async def test_the_report_shows_what_a_recount_counts(year: int, histories: Histories) -> None:
    report = await service.yearly_report(TESTS, year, datetime(2022, 6, 1, tzinfo=UTC), history.ZONE)
    assert report == rules.yearly_report(year_of(year, histories), year_of(year - 1, histories))
    assert not any(figure.cell.suppressed for figure in report.figures)


def year_of(year: int, past: Histories) -> YearCounts:
    counted = recount(past)
    counts = counted[year, None]
    months = [(date(year, month, 1), counted.get((year, month), CallCounts())) for month in range(1, 13)]
    return YearCounts(
        year=year,
        timezone="America/New_York",
        as_of=datetime(2022, 6, 1, tzinfo=UTC),
        attempts=counts.attempts,
        conversations=counts.conversations,
        inbound_conversations=counts.inbound,
        voicemails=counts.voicemails,
        connected=counts.connected,
        families_served=counts.families_served,
        families_mental_health=supported(past)[year],
        talk_seconds=counts.talk_seconds,
        loads=counts.loads,
        faon_members=0,
        matches=(),
        promises=(),
        months=tuple(MonthCounts(day, of.attempts, of.conversations, of.families_served) for day, of in months),
    )


async def test_the_histories_had_every_case_in_them(histories: Histories) -> None:
    """Else the recount would prove less than it says."""
    years = {row.started_at.astimezone(ZoneInfo("America/New_York")).year for row in histories.calls}
    utc_years = {
        row.started_at.year != row.started_at.astimezone(ZoneInfo("America/New_York")).year for row in histories.calls
    }
    assert years >= {2018, 2019, 2020, 2021}
    assert utc_years == {True, False}
    assert any(row.corrects for row in histories.calls)
    assert any(row.voided_at for row in histories.calls)
    assert any(family != canonical for family, canonical in histories.canonical.items())
    assert {row.outcome for row in histories.calls} == {*OUTBOUND, *INBOUND}
