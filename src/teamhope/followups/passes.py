"""Passes of the clock over promised calls: which are due, which nobody made, which keep their hour by other rules.

Idempotent: a pass reads states and times alone, and a row that another worker holds is left to it.
"""

from datetime import datetime
from typing import Final

from teamhope.families import service_contact
from teamhope.families.rules import BARS, may_contact
from teamhope.families.rules_contact import Caller, NotNow
from teamhope.followups import queries, queries_passes, service_zone
from teamhope.followups import service_planning as planning
from teamhope.followups.queries import FollowUpFacts
from teamhope.followups.rules_promises import MISSED_AFTER_DUE
from teamhope.kit.database import acting_as
from teamhope.tasks import service as tasks
from teamhope.tasks.queries import About
from teamhope.vocabulary.errors import NotFound
from teamhope.vocabulary.families import ClearedChannel
from teamhope.vocabulary.people import WORKER, Role
from teamhope.vocabulary.states import FollowUpStatus, TaskKind

BATCH: Final = 50
F = FollowUpStatus
# What bars a family for good when the call comes due; any other bar waits, suspended, for a person.
CANCELS: Final = frozenset({"family_closed", "no_consent", "they_call_us"})
# Another use case has told the coordinator of these already.
KNOWN_TO_STAFF: Final = frozenset({"family_on_hold", "number_stopped", "no_live_match"})


async def mark_due(now: datetime) -> datetime | None:
    """Up to BATCH of each; when the pass is wanted next, which is in the past while some are left, None: never.

    A call that nobody has made for MISSED_AFTER_DUE is the coordinator's, and stays open until it is made good. The
    guard of planned -> due is asked again here, so that consent revoked since the planning cancels the
    call (domain.md §8 check 5). What waiting heals, such as hours, does not: the call is due and may be made later.
    """
    async with acting_as(WORKER):
        for each in await queries_passes.claim_due(now, BATCH):
            async with acting_as(WORKER):
                await _come_due(each, now)
        for each in await queries_passes.claim_unmade(now - MISSED_AFTER_DUE, BATCH):
            await planning.set_status(WORKER, each, F.ESCALATED_TO_COORDINATOR, now)
        return await _next_wanted()


async def keep_wall_time(now: datetime) -> int:
    """One pass: how many coming calls moved because their zone is another, or has other rules now."""
    return await service_zone.follow_zones(now) + await service_zone.keep_wall_time(now)


async def _come_due(follow_up: FollowUpFacts, now: datetime) -> None:
    bar = await _bar(follow_up, now)
    if bar is None:
        await planning.set_status(WORKER, follow_up, F.DUE, now)
        return
    await planning.set_status(WORKER, follow_up, F.CANCELLED if bar in CANCELS else F.SUSPENDED, now)
    if bar not in CANCELS | KNOWN_TO_STAFF:
        about = About(family=follow_up.family_id, volunteer=follow_up.volunteer_id)
        await tasks.open_task(WORKER, TaskKind.RECONFIRM_CONTACT, now, about)


async def _bar(follow_up: FollowUpFacts, now: datetime) -> str | None:
    """Why the family must not be called at all; None where it may be, now or at another hour."""
    try:
        match = await queries.load_match(follow_up.match_id)
        facts = await service_contact.contact_facts(match.contact_id, match.id, now)
    except NotFound:
        return "not_safe"
    answer = may_contact(facts, ClearedChannel.VOICE, now, Caller(Role.VOLUNTEER))
    return answer.code if isinstance(answer, NotNow) and answer.code in dict(BARS) else None


async def _next_wanted() -> datetime | None:
    waiting, unmade = await queries_passes.first_due_at(), await queries_passes.first_unmade_due_at()
    wanted = (waiting, unmade + MISSED_AFTER_DUE if unmade else None)
    return min((at for at in wanted if at is not None), default=None)
