"""What every use case of this slice does with a promised call: put it in a slot, change its state, ask for a person.

Called inside a transaction; each act is audited, and a new time takes the volunteer's reminder along.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from teamhope.audit import service as audit
from teamhope.care import service_on_call
from teamhope.families import service_contact, service_hold
from teamhope.families.rules_contact import Caller, ContactFacts
from teamhope.followups import queries, queries_diary, states
from teamhope.followups.queries import FollowUpFacts, MatchFacts
from teamhope.followups.rules_slots import Diary, Slot, nearest_quarter
from teamhope.followups.rules_steps import Effect
from teamhope.followups.service_reminders import queue_reminder
from teamhope.tasks import service as tasks
from teamhope.tasks.queries import About
from teamhope.vocabulary.families import ContactPreference
from teamhope.vocabulary.people import Actor
from teamhope.vocabulary.states import MAY_BE_CALLED, FollowUpStatus, TaskKind

# What a call leaves for a coordinator, as kind and detail of a task (sentences: tasks/wording.py).
TASKS: Final[dict[Effect, tuple[TaskKind, str]]] = {
    Effect.TASK_PRIVACY_CHECK: (TaskKind.RECONFIRM_CONTACT, "privacy_check"),
    Effect.TASK_REMATCH: (TaskKind.OTHER, "rematch"),
    Effect.TASK_CONFIRM_SAFETY: (TaskKind.OTHER, "confirm_safety"),
    Effect.TASK_ANOTHER_WAY: (TaskKind.OTHER, "another_way"),
    Effect.TASK_MISSED_TWICE: (TaskKind.OTHER, "missed_twice"),
    Effect.TASK_NO_SHARED_TIME: (TaskKind.OTHER, "no_shared_time"),
    Effect.ADVOCATE_REVIEW: (TaskKind.OTHER, "advocate_review"),
    Effect.CALL_BACK_BY_STAFF: (TaskKind.OTHER, "call_back"),
    Effect.END_PLAN: (TaskKind.OTHER, "end_plan"),
    Effect.PAUSE_PLAN: (TaskKind.OTHER, "pause_plan"),
}


@dataclass(frozen=True, slots=True)
class Setting:
    """A locked match, how its family may be reached, by whom, and when both have time."""

    match: MatchFacts
    contact: ContactFacts
    volunteer: Caller
    diary: Diary

    @property
    def waits(self) -> bool:
        """No call is to come due: the family is on hold, or the match is paused, in transfer or over."""
        return self.contact.on_hold or self.match.status not in MAY_BE_CALLED

    @property
    def we_call(self) -> bool:
        return self.contact.preference is ContactPreference.PROGRAM_CALLS


async def gather(match_id: UUID, now: datetime, but_call_id: UUID | None = None) -> Setting:
    """The match stays locked, and its family is not put on hold meanwhile.

    `but_call_id`: a call whose time is not the usual one yet. Raises NotFound.
    """
    match = await queries.lock_match(match_id)
    # Whoever presses a hold locks the same two in the same order: it is seen here, or it comes after us.
    await service_hold.stand_still(match.family_id)
    contact = await service_contact.contact_facts(match.contact_id, match.id, now)
    volunteer = await service_contact.caller_of(match.volunteer_id)
    assert volunteer.hours is not None
    talked_at = await queries_diary.last_conversation_at(match.id, but_call_id)
    zone = contact.hours.zone
    diary = Diary(
        family=contact.hours,
        volunteer=replace(volunteer.hours, off_each_year=await queries_diary.list_own_dates(match.volunteer_id)),
        usual=nearest_quarter(talked_at.astimezone(zone)) if talked_at else None,
        holidays=contact.holidays,
        urgent=contact.must_not_wait,
        covered=await service_on_call.cover(now),
        sensitive_dates=contact.sensitive_dates,
    )
    return Setting(match, contact, volunteer, diary)


async def place(
    actor: Actor, setting: Setting, plan_id: UUID, slot: Slot, now: datetime, *, on_request: bool = False
) -> UUID:
    """A new follow-up; where calls wait it is suspended until they go on."""
    status = FollowUpStatus.SUSPENDED if setting.waits else FollowUpStatus.PLANNED
    follow_up_id = await queries.insert_follow_up(setting.match, plan_id, slot, status, now, on_request=on_request)
    await audit.record(actor, "planned_follow_up", ("follow_up", follow_up_id), now)
    if status is FollowUpStatus.PLANNED:
        await remind(setting.match.volunteer_id, slot.due_at, now)
    return follow_up_id


async def put_off(actor: Actor, follow_up: FollowUpFacts, slot: Slot, moved_for: str, now: datetime) -> None:
    """As reslot, and the volunteer is reminded on its day."""
    await reslot(actor, follow_up, slot, moved_for, now)
    await remind(follow_up.volunteer_id, slot.due_at, now)


async def reslot(actor: Actor, follow_up: FollowUpFacts, slot: Slot, moved_for: str, now: datetime) -> None:
    """Another time, its history kept. `moved_for`: as rules_ledger.MovedFor."""
    await queries.put_in_slot(follow_up.id, slot)
    await queries.insert_move(follow_up, slot.due_at, moved_for, actor.person_id, now)
    await audit.record(actor, "moved_follow_up", ("follow_up", follow_up.id), now, reason=moved_for)


async def remind(volunteer_id: UUID, due_at: datetime, now: datetime) -> None:
    person_id, zone = await queries_diary.load_person_of(volunteer_id)
    await queue_reminder(person_id, due_at, zone, now)


async def set_status(
    actor: Actor, follow_up: FollowUpFacts, target: FollowUpStatus, now: datetime, **values: Any
) -> None:
    """Raises IllegalMove when there is no way from the follow-up's state to `target`."""
    way = states.walk(follow_up.status, target)
    ended_at = now if target in states.OVER else None
    waits_since = states.waits_since(follow_up.waits_since, target, now)
    await queries.update_follow_up(follow_up.id, status=target, ended_at=ended_at, waits_since=waits_since, **values)
    for status in way:
        await audit.record(actor, f"follow_up_{status}", ("follow_up", follow_up.id), now)


async def ask_coordinator(
    actor: Actor, effect: Effect, match: MatchFacts, now: datetime, call_id: UUID | None = None
) -> None:
    kind, detail = TASKS[effect]
    about = About(family=match.family_id, volunteer=match.volunteer_id, call=call_id, detail=detail)
    await tasks.open_task(actor, kind, now, about)
