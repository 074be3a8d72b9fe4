"""Use cases of volunteers: one function, one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import msgspec

from teamhope.accounts import service_links as accounts
from teamhope.accounts.queries import NewPerson
from teamhope.accounts.rules_links import Doorway
from teamhope.audit import service as audit
from teamhope.kit.database import acting_as
from teamhope.tasks import service as tasks
from teamhope.tasks.queries import About
from teamhope.vocabulary.errors import Invalid, NotFound, Refused
from teamhope.vocabulary.families import CredentialKind, Window
from teamhope.vocabulary.people import Actor
from teamhope.vocabulary.programme import programme
from teamhope.vocabulary.states import TaskKind, VolunteerStatus, check_move
from teamhope.volunteers import queries, queries_calendar, rules, rules_limits, rules_moves
from teamhope.volunteers.move_words import told
from teamhope.volunteers.queries import Away, NewVolunteer, Profile
from teamhope.volunteers.queries_days import OtherDay, list_other_days
from teamhope.volunteers.queries_lived import lock_volunteer
from teamhope.volunteers.rules_limits import Limits
from teamhope.volunteers.rules_moves import Standing

AWAY_MOST_DAYS = 400  # longer is not a pause but the end


@dataclass(frozen=True, slots=True)
class OwnTimes:
    """`calendar_since`: when she made the address that her own calendar fetches, if she has one."""

    profile: Profile
    away: tuple[Away, ...]
    other_days: tuple[OtherDay, ...]
    families: int
    calendar_since: datetime | None


async def load_profiles(actor: Actor) -> list[Profile]:
    """Everybody whom the actor may see, in the order of ids."""
    async with acting_as(actor):
        return await queries.load_profiles()


async def load_profile(actor: Actor, volunteer_id: UUID) -> Profile:
    """Raises NotFound outside the scope."""
    async with acting_as(actor):
        return await _load(volunteer_id)


async def _load(volunteer_id: UUID) -> Profile:
    found = await queries.load_profiles(volunteer_id)
    if not found:
        raise NotFound("volunteer")
    return found[0]


async def add_volunteer(
    actor: Actor, person: NewPerson, new: NewVolunteer, doorway: Doorway, now: datetime
) -> tuple[UUID, str]:
    """An applicant with an account of her own, and the link by which she chooses a password: as by accounts.invite.

    Raises Invalid when the e-mail is taken.
    """
    async with acting_as(actor):
        person_id, link = await accounts.add_invited(actor, person, doorway, now)
        return await _add(actor, person_id, new, now), link


async def add_uninvited(actor: Actor, person: NewPerson, new: NewVolunteer, now: datetime) -> UUID:
    """As add_volunteer, but she cannot sign in before somebody invites her."""
    async with acting_as(actor):
        return await _add(actor, await accounts.add_uninvited(actor, person, now), new, now)


async def _add(actor: Actor, person_id: UUID, new: NewVolunteer, now: datetime) -> UUID:
    volunteer_id = await queries.insert_volunteer(person_id, new, now)
    await audit.record(actor, "added_volunteer", ("volunteer", volunteer_id), now)
    return volunteer_id


async def record_credential(
    actor: Actor, volunteer_id: UUID, kind: CredentialKind, days: tuple[date, date | None], now: datetime
) -> None:
    """`days`: completed on, and the last valid day if it ends. Raises Invalid, NotFound."""
    completed_on, expires_on = days
    if completed_on > now.date():
        raise Invalid.field("completed_on", "day_in_future")
    if expires_on is not None and expires_on <= completed_on:
        raise Invalid.field("expires_on", "ends_before_it_starts")
    async with acting_as(actor):
        await _load(volunteer_id)
        credential_id = await queries.insert_credential(volunteer_id, kind, days)
        await audit.record(actor, "recorded_credential", ("credential", credential_id), now, reason=kind)


async def set_status(actor: Actor, volunteer_id: UUID, target: VolunteerStatus, now: datetime) -> None:
    """Raises IllegalMove; Refused with the code of the first thing that the move still asks for; NotFound."""
    async with acting_as(actor):
        await lock_volunteer(volunteer_id)
        it = await standing(await _load(volunteer_id))
        check_move(rules.MOVES, it.status, target)
        for lack in rules_moves.lacks(it, target, now.date()):
            raise Refused(lack.code, **told(lack))
        await queries.update_volunteer(volunteer_id, status=target)
        await audit.record(actor, "changed_volunteer", ("volunteer", volunteer_id), now, reason=target)


async def standing(profile: Profile) -> Standing:
    """Inside acting_as: what the moves of her state are decided by."""
    ready = rules_moves.ready_from((lived.event_month for lived in profile.lived), programme().ready_months)
    return Standing(profile.status, profile.credentials, ready, await queries.count_families(profile.id))


def own_volunteer(actor: Actor) -> UUID:
    """Raises NotFound for a person who is no volunteer."""
    if actor.volunteer_id is None:
        raise NotFound("volunteer")
    return actor.volunteer_id


async def show_own_times(actor: Actor, now: datetime) -> OwnTimes:
    volunteer_id = own_volunteer(actor)
    async with acting_as(actor):
        profile = await _load(volunteer_id)
        today = now.astimezone(profile.zone).date()
        return OwnTimes(
            profile=profile,
            away=tuple(await queries.list_away(volunteer_id, today)),
            other_days=tuple(await list_other_days(volunteer_id, today)),
            families=await queries.count_families(volunteer_id),
            calendar_since=await queries_calendar.feed_since(volunteer_id),
        )


async def set_availability(
    actor: Actor, volunteer_id: UUID, windows: Sequence[Window], most: tuple[int, int], now: datetime
) -> None:
    """Her weekly hours in her own zone; `most`: families she takes, and calls a week. Raises Invalid, NotFound."""
    problem = rules.week_problem(windows)
    if problem:
        raise Invalid.field("windows", problem)
    week = msgspec.json.encode(sorted(windows)).decode()
    async with acting_as(actor):
        limits = {"max_open_matches": most[0], "max_calls_per_week": most[1]}
        await queries.update_volunteer(volunteer_id, availability=week, **limits)
        await audit.record(actor, "set_availability", ("volunteer", volunteer_id), now)


async def set_limits(actor: Actor, volunteer_id: UUID, chosen: Limits, now: datetime) -> None:
    """What she must not be given, her own or whom the actor looks after. No reason is asked.

    What no form offers any more, such as codes of an earlier programme file, stays. Raises Invalid, NotFound.
    """
    wrong = sorted({limit[0] for limit in chosen if not rules_limits.is_offered(limit, programme())})
    if wrong:
        raise Invalid([(kind, "not_a_choice", {}) for kind in wrong])
    async with acting_as(actor):
        profile = await _load(volunteer_id)
        limits = rules_limits.changed(profile.limits, chosen, programme())
        await queries.update_volunteer(volunteer_id, off_limits=queries.limits_column(limits))
        await audit.record(actor, "set_limits", ("volunteer", volunteer_id), now)


async def take_time_away(actor: Actor, volunteer_id: UUID, first_on: date, last_on: date, now: datetime) -> int:
    """No reason is asked. Both days included. How many families somebody else is sought for, as a task of staff.

    Raises Invalid for a span that is over, ends before it starts or lasts longer than AWAY_MOST_DAYS; NotFound.
    """
    async with acting_as(actor):
        profile = await _load(volunteer_id)
        _refuse_wrong_span(first_on, last_on, now.astimezone(profile.zone).date())
        away_id = await queries.insert_away(volunteer_id, first_on, last_on)
        families = await queries.count_families(volunteer_id)
        if families:
            about = About(volunteer=volunteer_id, detail="time_away")
            await tasks.open_task(actor, TaskKind.OTHER, now, about)
        await audit.record(actor, "took_time_away", ("time_away", away_id), now)
    return families


def _refuse_wrong_span(first_on: date, last_on: date, today: date) -> None:
    if last_on < first_on:
        raise Invalid.field("last_on", "ends_before_it_starts")
    if last_on < today:
        raise Invalid.field("last_on", "day_in_past")
    if (last_on - first_on).days > AWAY_MOST_DAYS:
        raise Invalid.field("last_on", "away_too_long")


async def end_time_away(actor: Actor, volunteer_id: UUID, away_id: UUID, now: datetime) -> None:
    async with acting_as(actor):
        await queries.delete_away(volunteer_id, away_id)
        await audit.record(actor, "ended_time_away", ("time_away", away_id), now)
