"""Any history of families, and what must be true of it after a purge: the rules once more, plainly."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from hypothesis import strategies as st
from tests.app_kit import TESTS
from tests.slices.reports import history
from tests.slices.retention.kit import DAY, Planted, figures, found_in_database, list_in, plant, purge, value

from teamhope.kit.database import acting_as, connection
from teamhope.kit.embedded_roles import Addresses
from teamhope.retention import erasure_list

NOW = datetime(2031, 6, 15, 3, 30, tzinfo=UTC)
KEPT_DAYS = 1096
OUTCOMES = ["reached", "left_voicemail", "no_answer", "crisis_escalated", "declined_today"]

calls = st.fixed_dictionaries(
    {
        "days": st.integers(0, 400),
        "minutes": st.integers(0, 1439),
        "outcome": st.sampled_from(OUTCOMES),
        "channel": st.sampled_from(["voice", "voice", "video", "in_person"]),
        "talk_seconds": st.sampled_from([None, 0, 61, 40_000]),
        "voided": st.sampled_from([False, False, True]),
    }
)
families = st.fixed_dictionaries(
    {
        "age": st.sampled_from([0, 30, KEPT_DAYS - 1, KEPT_DAYS, KEPT_DAYS + 1, 1500, 2500]),
        "request": st.sampled_from(["closed", "closed", "declined", "unable_to_contact", "referred_out", "ready"]),
        "match": st.sampled_from(["closed", "closed", "closed", "unable_to_contact", "introduced"]),
        "held": st.sampled_from([False, False, False, True]),
        "asks": st.sampled_from([False, False, True]),
        "same_as_first": st.sampled_from([False, False, False, True]),
        "service": st.none() | st.integers(0, 2500),
        "calls": st.lists(calls, max_size=4),
    }
)
histories = st.lists(families, min_size=1, max_size=4)


@dataclass(frozen=True)
class Told:
    """One family as the strategy told it, and as it was planted."""

    facts: dict[str, Any]
    planted: Planted


async def live_through(db: Addresses, told: Sequence[dict[str, Any]]) -> list[Told]:
    """The first family has no duplicates but those that name it."""
    lived = [Told(facts, await _family(db, facts)) for facts in told]
    for each in lived[1:]:
        if each.facts["same_as_first"]:
            await _write("update family set duplicate_of = $2 where id = $1", each, lived[0].planted.family_id)
    return lived


async def _family(db: Addresses, facts: dict[str, Any]) -> Planted:
    since = NOW - facts["age"] * DAY
    planted = await plant(db, since, status=facts["request"], match_status=facts["match"])
    for call in facts["calls"]:
        at = since - call["days"] * DAY - timedelta(minutes=call["minutes"])
        void = {"voided_at": at, "void_reason": "entered_twice"} if call["voided"] else {}
        columns = {name: call[name] for name in ("outcome", "channel", "talk_seconds")}
        who = planted.match.volunteer.id
        await history.calls(history.call_row(planted.family_id, at, volunteer=who, **columns, **void))
    if facts["service"] is not None:
        await history.service_event(planted.family_id, (NOW - facts["service"] * DAY).date())
    one = Told(facts, planted)
    if facts["held"]:
        hold = "insert into legal_hold (id, family, reason, placed_at) values ($2, $1, 'audit', $3)"
        await _write(hold, one, uuid4(), NOW)
    if facts["asks"]:
        await _write("insert into erasure_request (id, family, asked_at) values ($2, $1, $3)", one, uuid4(), NOW)
    return planted


async def _write(statement: str, of: Told, *values: object) -> None:
    async with acting_as(TESTS):
        await connection().execute(statement, of.planted.family_id, *values)


def groups(lived: Sequence[Told]) -> Iterator[list[Told]]:
    yield [each for n, each in enumerate(lived) if n == 0 or each.facts["same_as_first"]]
    yield from ([each] for each in lived[1:] if not each.facts["same_as_first"])


def is_over(group: Sequence[Told]) -> bool:
    """Whether these, who count as one family, must be anonymous after the purge."""
    facts = [each.facts for each in group]
    if any(each["held"] for each in facts):
        return False
    if any(each["asks"] for each in facts):
        return True
    at_rest = all(each["request"] != "ready" and each["match"] != "introduced" for each in facts)
    ages = [each["age"] for each in facts]
    ages += [each["service"] for each in facts if each["service"] is not None]
    return at_rest and min(ages) > KEPT_DAYS


async def assert_history(db: Addresses, told: Sequence[dict[str, Any]], folder: Path) -> None:
    erasure_list.use_erasure_list(list_in(folder))
    lived = await live_through(db, told)
    before = await figures(2021, 2031, NOW)
    would = await purge(db, NOW, dry_run=True)
    assert await figures(2021, 2031, NOW) == before
    assert await purge(db, NOW) == would
    gone: list[Planted] = []
    for group in groups(lived):
        over = is_over(group)
        for each in group:
            status = await value("select status from family where id = $1", each.planted.family_id)
            assert (status == "anonymised") is over, each.facts
        gone += [each.planted for each in group] if over else []
    assert await figures(2021, 2031, NOW) == before
    if gone:
        still_there = await found_in_database(db, _together(gone))
        assert not still_there, still_there
    kept = [each.planted for each in lived if each.planted not in gone]
    if kept:
        assert await found_in_database(db, _together(kept)) != []
    assert set((await purge(db, NOW)).values()) == {0}


def _together(planted: Sequence[Planted]) -> Planted:
    words = frozenset[str]().union(*(each.words for each in planted))
    indexes = frozenset[bytes]().union(*(each.indexes for each in planted))
    return replace(planted[0], words=words, indexes=indexes)
