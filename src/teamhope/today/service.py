"""What each role sees first. Queues are read from the states of things; nothing is stored for them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from teamhope.accounts import service as accounts
from teamhope.calls import service_drafts, service_reconcile, service_ring
from teamhope.care import service as care
from teamhope.care import service_debriefs as debriefs
from teamhope.care.queries import EscalationFacts
from teamhope.care.queries_debriefs import DebriefFacts
from teamhope.families import service as families
from teamhope.families.queries import Filters, RequestRow
from teamhope.families.queries_hold import HeldFamily
from teamhope.followups import service_lists as followups
from teamhope.followups import service_replies
from teamhope.followups.service_lists import CallToCover, OverdueCall, TodaysCall
from teamhope.matching import service_offers as offers
from teamhope.matching import service_prepared
from teamhope.matching.service_offers import Offer
from teamhope.operations import service as operations
from teamhope.operations import service_jobs
from teamhope.operations.rules_jobs import Standing
from teamhope.operations.service import BackupStanding
from teamhope.oversight import service as oversight
from teamhope.oversight.rules import Opening
from teamhope.tasks import service as tasks
from teamhope.tasks.queries import TaskFacts
from teamhope.vocabulary.people import Actor
from teamhope.vocabulary.states import WAITING_FOR_A_VOLUNTEER


@dataclass(frozen=True, slots=True)
class CoordinatorsDay:
    """Queues, each oldest first. `replies`: how many texts wait to be read. `owners` names who own requests.

    `differences`: calls to look into. `matchable`: families that have a volunteer in the day's prepared proposal.
    """

    danger: list[EscalationFacts]
    talks: list[DebriefFacts]
    waiting: list[RequestRow]
    overdue: tuple[OverdueCall, ...]
    held: list[HeldFamily]
    tasks: list[TaskFacts]
    replies: int
    differences: int
    owners: dict[UUID, str]
    matchable: int


@dataclass(frozen=True, slots=True)
class VolunteersDay:
    """`unfinished`: calls about which she has begun a note; `not_logged`: those that were put through. `talks`: those
    that staff owe her; `team_talks`: those that she owes the volunteers whom she leads. `covers`: calls that she is
    asked to make for another volunteer.
    """

    talks: list[DebriefFacts]
    team_talks: list[DebriefFacts]
    offers_break: bool
    calls: tuple[TodaysCall, ...]
    covers: tuple[CallToCover, ...]
    tasks: list[TaskFacts]
    offers: tuple[Offer, ...]
    unfinished: frozenset[UUID]
    not_logged: frozenset[UUID]

    @property
    def not_logged_elsewhere(self) -> list[UUID]:
        """Calls of another day's promises: a family called, and she took it."""
        return sorted(self.not_logged - {call.follow_up.id for call in self.calls})


@dataclass(frozen=True, slots=True)
class AdvocatesDay:
    danger: list[EscalationFacts]
    tasks: list[TaskFacts]


@dataclass(frozen=True, slots=True)
class AdministratorsDay:
    """`worker_seen_at` is None when no worker ever ran. `jobs` are those that are late or keep failing."""

    people: int
    worker_seen_at: datetime | None
    backup: BackupStanding
    jobs: list[Standing]
    openings: list[Opening]


async def coordinators_day(actor: Actor, now: datetime) -> CoordinatorsDay:
    return CoordinatorsDay(
        danger=await care.list_open(actor),
        talks=await debriefs.list_due(actor),
        waiting=await families.list_requests(actor, Filters(statuses=WAITING_FOR_A_VOLUNTEER)),
        overdue=await followups.overdue(actor, now),
        held=await families.list_held(actor),
        tasks=await tasks.list_open(actor),
        replies=len(await service_replies.list_unread(actor)),
        differences=len((await service_reconcile.look(actor)).open),
        owners={person.id: person.name for person in await accounts.list_names(actor)},
        matchable=await service_prepared.count_possible(actor, now),
    )


async def volunteers_day(actor: Actor, now: datetime) -> VolunteersDay:
    return VolunteersDay(
        talks=await debriefs.list_own(actor),
        team_talks=await debriefs.list_due(actor),
        offers_break=await debriefs.offers_break(actor, now),
        calls=await followups.todays_calls(actor, now),
        covers=await followups.calls_to_cover(actor, now),
        tasks=await tasks.list_own(actor),
        offers=await offers.list_offers(actor, now),
        unfinished=frozenset(await service_drafts.unfinished(actor)),
        not_logged=frozenset(call.follow_up_id for call in await service_ring.not_logged(actor) if call.follow_up_id),
    )


async def advocates_day(actor: Actor) -> AdvocatesDay:
    return AdvocatesDay(danger=await care.list_open(actor), tasks=await tasks.list_open(actor))


async def administrators_day(actor: Actor, now: datetime) -> AdministratorsDay:
    people = await accounts.list_names(actor)
    return AdministratorsDay(
        people=len(people),
        worker_seen_at=await operations.worker_seen_at(actor),
        backup=await operations.backup_standing(actor, now),
        jobs=await service_jobs.in_trouble(actor, now),
        openings=await oversight.waiting_for_review(actor),
    )
