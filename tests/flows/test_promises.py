"""A whole story of one promise that was nearly broken, by an injected clock and through the worker's passes."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from tests import world
from tests.slices.followups.kit import DAY, HOUR, MINUTE, follow_up_row, introduced, local, row, rows, watch_promises

from teamhope.calls import service as calls
from teamhope.calls.rules import LoggedCall
from teamhope.followups import passes, service_ledger, service_lists, service_moves
from teamhope.followups.rules_promises import PromiseState
from teamhope.followups.service import clear_call, plan_first
from teamhope.matching import service_cover
from teamhope.matching.queries_cover import Agreed
from teamhope.vocabulary.calls import Outcome
from teamhope.vocabulary.errors import NotFound
from teamhope.vocabulary.families import ConsentMethod

pytestmark = pytest.mark.usefixtures("db")
NOW = local(2031, 3, 10, 10)  # a Monday in Denver


async def work(now: datetime) -> None:
    """What the worker does at that moment, twice: a pass that is repeated does nothing."""
    for _ in range(2):
        await passes.mark_due(now)
        await watch_promises(now)
        await service_ledger.count_promises(now)


async def test_moved_by_the_family_forgotten_by_the_volunteer_kept_alive_by_the_cover_person() -> None:
    of = await introduced(NOW)
    hers, coordinator = of.volunteer.actor, (await world.staff()).actor
    cover = await world.volunteer(now=NOW)
    first = await plan_first(hers, of.id, NOW)
    assert first is not None

    # The family asks for Wednesday at three; it also agrees that somebody else may call.
    await service_moves.move(hers, first, (date(2031, 3, 12), time(15)), "family", NOW)
    agreed = Agreed(cover.id, date(2031, 3, 10), ConsentMethod.VERBAL_RECORDED_BY_STAFF)
    await service_cover.name_cover(coordinator, of.id, agreed, NOW)
    due = (await follow_up_row(first))["due_at"]
    assert due == local(2031, 3, 12, 15)

    # Nobody calls. The cover person learns of it half an hour after the window, and no earlier.
    for now in (due, due + 2 * HOUR, due + 2 * HOUR + 29 * MINUTE):
        await work(now)
        assert await service_lists.calls_to_cover(cover.actor, now) == ()
    now = due + 2 * HOUR + 30 * MINUTE
    await work(now)
    (asked,) = await service_lists.calls_to_cover(cover.actor, now)
    assert (asked.call.person.first_name, asked.until_at) == (of.request.first_name, now + DAY)
    (late,) = await service_lists.overdue(coordinator, now)
    assert late.asked == cover.name

    # She calls, and they talk: late, and not missed.
    assert (await clear_call(cover.actor, first, now)).number == of.request.number
    talked = LoggedCall(outcome=Outcome.REACHED, follow_up_id=first, started_at=now, talk_minutes=12)
    await calls.log_call(cover.actor, talked, now + 15 * MINUTE, "the cover's call", ZoneInfo("America/New_York"))
    await work(now + HOUR)
    assert await service_lists.calls_to_cover(cover.actor, now + HOUR) == ()
    with pytest.raises(NotFound):
        await calls.look(cover.actor, first, now + HOUR)
    assert (await row("select status from match where id = $1", of.id))["status"] == "active"
    await work(now + 5 * DAY)
    (line,) = [each for each in (await service_ledger.show_ledger(coordinator, of.id, now)).lines
               if each.promised.id == first]  # fmt: skip
    assert line.became.state is PromiseState.LATE
    stored = await follow_up_row(first)
    assert (stored["counted_on"], stored["counted_promise"], stored["counted_on_time"]) == (
        date(2031, 3, 12), "late", None,
    )  # fmt: skip

    # The next one nobody makes at all, and the family has taken back its word about the cover person.
    standing = (await service_cover.show_covers(coordinator, of.id)).standing
    assert standing is not None
    await service_cover.end_cover(coordinator, of.id, standing.id, now)
    (coming,) = await rows("select id, due_at from follow_up where match = $1 and ended_at is null", of.id)
    for after in (2 * HOUR + 30 * MINUTE, DAY, 2 * DAY, 4 * DAY):
        await work(coming["due_at"] + after)
    found = await rows("select detail from task where family = $1 order by opened_at", of.request.family_id)
    assert [each["detail"] for each in found] == ["promise_uncovered", "promise_missed", "promise_reassign"]
    assert (await follow_up_row(coming["id"]))["counted_promise"] == "missed"
    assert await service_lists.calls_to_cover(cover.actor, coming["due_at"] + 4 * DAY) == ()
    assert len(await rows("select from promise_step where follow_up = $1", coming["id"])) == 3
