"""Use cases of requests and families: one function, one transaction."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from teamhope.audit import service as audit
from teamhope.families import queries, queries_past, queries_view, rules_request
from teamhope.families.indexes import first_name_index, number_index
from teamhope.families.queries import Filters, OneRequest, RequestRow
from teamhope.families.queries_past import PastFamily
from teamhope.families.queries_view import FamilyRow, FamilyView, OwnFamily
from teamhope.families.rules_entry import normal_phone
from teamhope.families.service_entry import (
    Entered,
    enter_request,
    list_barred,
    list_possible_duplicates,
    possible_duplicates,
    refuse_wrong_answers,
    wrong_answers,
)
from teamhope.families.service_hold import hold_family, list_held, release_family
from teamhope.families.service_requests import Closing, close_request, complete_triage, put_on_hold, resume, waitlist
from teamhope.kit.database import acting_as
from teamhope.vocabulary.errors import NotFound
from teamhope.vocabulary.people import Actor, Role
from teamhope.vocabulary.states import HOLDS_A_PLACE

__all__ = [
    "Closing", "Entered", "RequestView", "close_request", "complete_triage", "enter_request", "hold_family",
    "list_barred", "list_families", "list_held", "list_own_families", "list_past_families", "list_possible_duplicates",
    "list_requests", "possible_duplicates", "put_on_hold", "refuse_wrong_answers", "release_family", "resume",
    "search_families", "show_family", "show_own_family", "show_request", "waitlist", "wrong_answers",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class RequestView:
    request: OneRequest
    family: FamilyView
    missing: tuple[str, ...]


async def list_requests(actor: Actor, filters: Filters) -> list[RequestRow]:
    """Waiting first, the oldest first."""
    async with acting_as(actor):
        return await queries.list_requests(filters)


async def show_request(actor: Actor, request_id: UUID) -> RequestView:
    """Raises NotFound outside the scope."""
    async with acting_as(actor):
        request = await queries.load_request(request_id)
        family = await queries_view.load_family(request.family_id)
        facts = await queries.load_request_facts(request.family_id, request.contact_id, request.incident_id)
    return RequestView(request, family, rules_request.what_is_missing(facts))


async def show_family(actor: Actor, family_id: UUID) -> FamilyView:
    """The whole file, for coordinators. Raises NotFound outside the scope."""
    async with acting_as(actor):
        return await queries_view.load_family(family_id)


async def list_families(actor: Actor, page: int = 1) -> list[FamilyRow]:
    async with acting_as(actor):
        return await queries_view.list_families(sorted(HOLDS_A_PLACE), None, page)


async def search_families(actor: Actor, text: str, now: datetime) -> list[FamilyRow]:
    """By a whole reference, phone number or first name. That somebody searched is recorded, not for what."""
    number = normal_phone(text)
    async with acting_as(actor):
        index = number_index(number) if number else None
        found = await queries_view.find_families(text.strip().upper(), index, first_name_index(text))
        await audit.record(actor, "searched_families", ("family", None), now)
        return await queries_view.list_families(sorted(HOLDS_A_PLACE), found, 1)


async def list_own_families(actor: Actor) -> list[OwnFamily]:
    """A volunteer's own; a team lead's whole team's. The next call first."""
    async with acting_as(actor):
        return await queries_view.list_own(_whose(actor))


async def list_past_families(actor: Actor) -> list[PastFamily]:
    """The references of families that were hers, or her team's, until lately; the latest first."""
    async with acting_as(actor):
        return await queries_past.list_past()


async def show_own_family(actor: Actor, family_id: UUID) -> OwnFamily:
    """The minimum profile of a family the actor is matched with. Raises NotFound for any other."""
    async with acting_as(actor):
        found = await queries_view.list_own(_whose(actor), family_id)
        if not found:
            raise NotFound("family")
    return found[0]


def _whose(actor: Actor) -> UUID | None:
    """None for a team lead: the row policies show her the team's families and no others."""
    if actor.role is Role.TEAM_LEAD:
        return None
    if actor.volunteer_id is None:
        raise NotFound("family")
    return actor.volunteer_id
