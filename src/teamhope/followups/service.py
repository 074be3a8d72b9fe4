"""Use cases around one promised call: planning the first, clearing it, and who has which calls."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from teamhope.audit import service as audit
from teamhope.families import service_contact
from teamhope.families.rules import may_contact, voicemail_words
from teamhope.families.rules_contact import Caller, NotNow
from teamhope.followups import queries, queries_cover, queries_diary, service_cover, states
from teamhope.followups import service_planning as planning
from teamhope.followups.queries import FollowUpFacts, MatchFacts, PlanFacts
from teamhope.followups.queries_people import Person, load_person
from teamhope.followups.rules import first_due
from teamhope.followups.rules_cadence import choose_template, next_date
from teamhope.followups.rules_steps import Effect
from teamhope.followups.service_planning import Setting
from teamhope.kit.database import acting_as
from teamhope.kit.i18n import format_moment, format_two_zones, gettext
from teamhope.vocabulary.errors import IllegalMove, NotFound, Refused
from teamhope.vocabulary.families import CadenceTemplate, Clearance, ClearedChannel
from teamhope.vocabulary.people import Actor, Role
from teamhope.vocabulary.programme import programme
from teamhope.vocabulary.states import MATCH_MOVES, MAY_BE_CALLED, FollowUpStatus, MatchStatus, PlanStatus

HIDE_OWN_NUMBER = "*67"  # the prefix in the United States and Canada that withholds the caller's number


async def plan_first(actor: Actor, match_id: UUID, now: datetime) -> UUID | None:
    """The plan and its first call, once the match is introduced; None where the family calls us, or nobody has time.

    The call is due in the first slot that both can keep; without one a coordinator is asked. A match that is introduced
    again goes on with its plan, and a call that is planned already stays. Raises IllegalMove before the introduction.
    """
    async with acting_as(actor):
        setting = await planning.gather(match_id, now)
        if setting.match.status is not MatchStatus.INTRODUCED:
            raise IllegalMove(setting.match.status, MatchStatus.INTRODUCED, sorted(MATCH_MOVES[setting.match.status]))
        return await _plan_unless_planned(actor, setting, now)


async def plan_next(actor: Actor, match_id: UUID, now: datetime) -> UUID | None:
    """As plan_first, of a match that has begun and has no open call: its plan was paused, ended, or found no time.

    Raises Refused for a match in which nobody calls.
    """
    async with acting_as(actor):
        setting = await planning.gather(match_id, now)
        if setting.match.status not in MAY_BE_CALLED:
            raise Refused("not_now_no_live_match")
        return await _plan_unless_planned(actor, setting, now)


async def _plan_unless_planned(actor: Actor, setting: Setting, now: datetime) -> UUID | None:
    standing = await queries.next_open_follow_up(setting.match.id)
    if standing is not None:
        return standing.id
    plan = await _standing_plan(actor, setting, now)
    if not setting.we_call:
        return None
    slot = first_due(now, setting.diary)
    if slot is None:
        await planning.ask_coordinator(actor, Effect.TASK_NO_SHARED_TIME, setting.match, now)
        return None
    return await planning.place(actor, setting, plan.id, slot, now)


async def _standing_plan(actor: Actor, setting: Setting, now: datetime) -> PlanFacts:
    plan = await queries.load_plan(setting.match.id)
    if plan is not None:
        await queries.update_plan(plan.id, status=PlanStatus.ACTIVE)
        return plan
    template = await _template(setting, setting.diary.local(now).date())
    plan = await queries.insert_plan(setting.match.id, template, setting.diary.zone.key)
    await audit.record(actor, "made_plan", ("follow_up_plan", plan.id), now, reason=plan.plan.template)
    return plan


async def _template(setting: Setting, today: date) -> CadenceTemplate:
    """Whoever has come to the end of a plan and goes on keeps in touch (domain.md §2.2)."""
    last = await queries.load_last_plan(setting.match.id)
    if last is not None and next_date(last.plan, today) is None:
        return CadenceTemplate.KEEP_IN_TOUCH
    return choose_template(await queries_diary.load_template_facts(setting.match.request_id, programme(), today))


# Clearing a call ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ClearedCall:
    """All that a caller needs to dial and to speak. `words`: exactly what may be left on voicemail; None: nothing.

    `dial_prefix` withholds her own number, where the family answers such calls; empty otherwise.
    """

    clearance: Clearance
    number: str
    dial_prefix: str
    follow_up: FollowUpFacts
    match: MatchFacts
    person: Person
    words: str | None


async def clear_call(actor: Actor, follow_up_id: UUID, now: datetime) -> ClearedCall:
    """The number, for one's own follow-up or one to cover, only now, if every rule allows it; it is then in progress.

    Raises NotFound for another's; Refused(not_now_…) with the next possible time; IllegalMove if the call is over.
    """
    async with acting_as(actor):
        cleared = await _clear(actor, follow_up_id, now)
        await _begin(actor, cleared.follow_up, now)
        await audit.record(actor, "number_shown", ("contact_phone", cleared.clearance.phone_id), now)
        person = await load_person(cleared.clearance.contact_id)
        return ClearedCall(
            clearance=cleared.clearance,
            number=await service_contact.number_of(cleared.clearance.phone_id),
            dial_prefix=HIDE_OWN_NUMBER if person.answers_blocked_numbers else "",
            follow_up=cleared.follow_up,
            match=cleared.setting.match,
            person=person,
            words=voicemail_words(cleared.setting.contact, now),
        )


async def ask_leave(actor: Actor, follow_up_id: UUID, now: datetime) -> None:
    """Whether every rule would allow the call now; nothing is begun by it. Raises as clear_call."""
    async with acting_as(actor):
        cleared = await _clear(actor, follow_up_id, now)
        if cleared.follow_up.status is not FollowUpStatus.ESCALATED_TO_COORDINATOR:
            states.walk(cleared.follow_up.status, FollowUpStatus.IN_PROGRESS)


async def clear_masked_call(actor: Actor, follow_up_id: UUID, now: datetime) -> Clearance:
    """As clear_call, for a call that the programme's number carries: nobody is shown the family's."""
    async with acting_as(actor):
        cleared = await _clear(actor, follow_up_id, now)
        await _begin(actor, cleared.follow_up, now)
        await audit.record(actor, "cleared_call", ("contact_phone", cleared.clearance.phone_id), now)
        return cleared.clearance


@dataclass(frozen=True, slots=True)
class _Cleared:
    clearance: Clearance
    follow_up: FollowUpFacts
    setting: Setting


async def _clear(actor: Actor, follow_up_id: UUID, now: datetime) -> _Cleared:
    match_id = (await queries.load_follow_up(follow_up_id)).match_id
    setting = await planning.gather(match_id, now)
    follow_up = await queries.lock_follow_up(follow_up_id)
    caller = await _caller(actor, follow_up, setting, now)
    answer = may_contact(setting.contact, ClearedChannel.VOICE, now, caller)
    if isinstance(answer, NotNow):
        raise await _not_now(actor, answer, follow_up.zone)
    return _Cleared(answer, follow_up, setting)


async def _caller(actor: Actor, follow_up: FollowUpFacts, setting: Setting, now: datetime) -> Caller:
    """A team lead calls her own families as any volunteer does; a cover person, while she is asked, for this one call.

    Raises NotFound for whoever has no part in the call.
    """
    if actor.volunteer_id == follow_up.volunteer_id:
        # Nothing is planned on a date of hers; whether she keeps a promise on it all the same is hers to say.
        return replace(setting.volunteer, hours=replace(setting.diary.volunteer, off_each_year=()))
    if actor.volunteer_id and await service_cover.may_call(actor.volunteer_id, follow_up, now):
        return await service_contact.caller_of(actor.volunteer_id)
    if actor.role is not Role.COORDINATOR:
        raise NotFound("follow_up")
    return Caller(Role.COORDINATOR)


async def _begin(actor: Actor, follow_up: FollowUpFacts, now: datetime) -> None:
    # One that a coordinator has taken in hand stays hers; the call is logged to it all the same.
    if follow_up.status is not FollowUpStatus.ESCALATED_TO_COORDINATOR:
        await planning.set_status(actor, follow_up, FollowUpStatus.IN_PROGRESS, now)


async def _not_now(actor: Actor, answer: NotNow, zone: str) -> Refused:
    hers = await queries_diary.zone_of_person(actor.person_id)
    return Refused(f"not_now_{answer.code}", next=moment_for(answer.next_allowed_at, zone, hers))


def moment_for(at: datetime | None, theirs: str, yours: str | None) -> str:
    """An instant as a refusal tells it: in the family's zone, and in the reader's where it is another."""
    if at is None:
        return gettext("none in the coming weeks")
    return format_two_zones(at, theirs, yours) if yours else format_moment(at, theirs)


async def covers(actor: Actor, match_id: UUID, now: datetime | None = None) -> bool:
    """Inside acting_as: whether the actor is asked to call in the place of the match's volunteer.

    `now` None: by the database's clock.
    """
    return actor.volunteer_id is not None and await queries_cover.is_asked_in(actor.volunteer_id, match_id, now)


# Who has which calls --------------------------------------------------------------------------------------------------


async def next_call_of(actor: Actor, match_id: UUID) -> FollowUpFacts | None:
    """The match's next open follow-up that the actor may see."""
    async with acting_as(actor):
        return await queries.next_open_follow_up(match_id)
