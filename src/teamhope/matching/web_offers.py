"""A match under its own address: staff see its state and next steps, a volunteer answers what she is asked."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Controller, Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from teamhope.accounts.policy import may, needs
from teamhope.kit.forms import Form
from teamhope.kit.web import page, see
from teamhope.matching import service_handover, service_offers, service_states, service_views
from teamhope.matching.rules_handover import ACCOMPANIES
from teamhope.matching.service_offers import Offer
from teamhope.matching.web import staff_page
from teamhope.matching.wording_pages import handover_facts, offer_facts, state_of_hers
from teamhope.vocabulary.errors import IllegalMove
from teamhope.vocabulary.labels import label
from teamhope.vocabulary.people import Actor, Can

AnyRequest = Request[Any, Any, Any]


class MatchesController(Controller):
    path = "/matches"
    include_in_schema = False

    @get("/", opt=needs(Can.SEE_MATCHES))
    async def show_all(
        self, request: AnyRequest, actor: NamedDependency[Actor], now: NamedDependency[datetime]
    ) -> Template:
        zone = request.user.timezone
        if may(actor.role, Can.PROPOSE_MATCH):
            matches = await service_views.list_waiting(actor)
            return page(request, "matching/waiting.html", matches=matches, label=label, zone=zone)
        offers = [
            (each.offered.match_id, offer_facts(each, zone)) for each in await service_offers.list_offers(actor, now)
        ]
        said_yes = [(each.id, state_of_hers(each.status)) for each in await service_offers.list_said_yes(actor)]
        return page(request, "matching/offers.html", offers=offers, said_yes=said_yes)

    @get("/{match_id:uuid}", opt=needs(Can.SEE_MATCHES))
    async def show(
        self,
        request: AnyRequest,
        match_id: FromPath[UUID],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
    ) -> Template:
        if may(actor.role, Can.PROPOSE_MATCH):
            return await staff_page(request, actor, match_id, Form.empty())
        own = await service_offers.show_own(actor, match_id, now)
        if isinstance(own, Offer):
            facts = offer_facts(own, request.user.timezone)
            return page(request, "matching/offer.html", match_id=match_id, facts=facts)
        accompanies = own.status in ACCOMPANIES
        return page(
            request,
            "matching/answered.html",
            state=state_of_hers(own.status),
            match_id=match_id,
            family=own.family_id if accompanies else None,
            received=await service_handover.received(actor, match_id) if accompanies else None,
            facts=handover_facts,
        )

    @post("/{match_id:uuid}/accept", opt=needs(Can.ANSWER_PROPOSAL))
    async def accept(
        self, match_id: FromPath[UUID], actor: NamedDependency[Actor], now: NamedDependency[datetime]
    ) -> Redirect:
        return await _answer(service_states.accept, actor, match_id, now, see(f"/matches/{match_id}", "offer_accepted"))

    @post("/{match_id:uuid}/decline", opt=needs(Can.ANSWER_PROPOSAL))
    async def decline(
        self, match_id: FromPath[UUID], actor: NamedDependency[Actor], now: NamedDependency[datetime]
    ) -> Redirect:
        return await _answer(service_states.decline, actor, match_id, now, see("/matches", "offer_declined"))


async def _answer(
    answer: Callable[[Actor, UUID, datetime], Awaitable[None]],
    actor: Actor,
    match_id: UUID,
    now: datetime,
    then: Redirect,
) -> Redirect:
    """To `then`, or to what became of an offer that is over. Raises IllegalMove where the family stands in the way."""
    try:
        await answer(actor, match_id, now)
    except IllegalMove:
        if isinstance(await service_offers.show_own(actor, match_id, now), Offer):
            raise
        return see(f"/matches/{match_id}")
    return then
