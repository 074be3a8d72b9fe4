"""Everyone who waits, with the best volunteer for each as far as there is one; the coordinator changes it, and asks."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.response import Template

from teamhope.accounts.policy import needs
from teamhope.kit.forms import Form, FormProblems, read_form
from teamhope.kit.i18n import N_, gettext
from teamhope.kit.web import page, see
from teamhope.matching import service_everyone as service
from teamhope.matching.forms import SHORTEST, Wishes, changed, moved, pair_of, wish_of
from teamhope.matching.rules_loosening import may_loosen
from teamhope.matching.service_everyone import Everyone
from teamhope.matching.wording_pages import (
    loosened_in_words,
    need_facts,
    one_loosening,
    prepared_in_words,
    why_in_words,
)
from teamhope.problems import sentence
from teamhope.vocabulary.errors import IllegalMove, Invalid, Refused
from teamhope.vocabulary.labels import label
from teamhope.vocabulary.people import Actor, Can

AnyRequest = Request[Any, Any, Any]
HERE: Final = "/matches/everyone"
WAITS_NO_MORE: Final = N_("This family does not wait any more.")


class EveryoneController(Controller):
    path = HERE
    opt = needs(Can.PROPOSE_MATCH)
    include_in_schema = False

    @get("/")
    async def show(
        self, request: AnyRequest, actor: NamedDependency[Actor], now: NamedDependency[datetime]
    ) -> Template:
        return await _page(request, actor, now, _read(request.query_params))

    @post("/")
    async def change(
        self, request: AnyRequest, actor: NamedDependency[Actor], now: NamedDependency[datetime]
    ) -> Response[Any]:
        wishes = _read(await request.form())
        if wishes.move != "ask":
            # What was typed is kept, and stands in no address.
            return await _page(request, actor, now, moved(wishes)) if wishes.reason else see(_address(moved(wishes)))
        chosen, kept, without = _pairs(wishes.chosen), _pairs(wishes.keep), _without(wishes)
        reason = wishes.reason if wishes.reason and len(wishes.reason) >= SHORTEST else None
        if not chosen:
            return await _page(request, actor, now, wishes, nobody_chosen=True)
        if changed(wishes) and reason is None and await service.ask_why(actor, chosen, now, kept, without):
            return await _page(request, actor, now, wishes, errors={"reason": sentence("pairs_need_reason", {})})
        asked = await service.ask_all(actor, chosen, now, kept, reason, without)
        return page(request, "matching/everyone_asked.html", asked=asked, why=_why)


async def _page(
    request: AnyRequest,
    actor: Actor,
    now: datetime,
    wishes: Wishes,
    *,
    nobody_chosen: bool = False,
    errors: dict[str, str] | None = None,
) -> Template:
    refused, form = _pairs(wishes.refuse), Form({"reason": wishes.reason or ""}, errors or {})
    everyone, zone = await _suggest(actor, now, wishes), request.user.timezone
    return page(
        request,
        "matching/everyone.html",
        status=422 if nobody_chosen or errors else 200,
        form=form,
        everyone=everyone,
        prepared=prepared_in_words(everyone.since.at, zone) if everyone.since else "",
        wishes=wishes,
        changed=changed(wishes),
        refused=await service.name_pairs(actor, refused, now),
        skip=wishes.unticked,
        nobody_chosen=nobody_chosen,
        may_loosen=lambda wish: may_loosen(wish, actor.role),
        one_loosening=one_loosening,
        loosened=loosened_in_words,
        facts=need_facts,
        why=why_in_words,
        label=label,
        zone=zone,
    )


async def _suggest(actor: Actor, now: datetime, wishes: Wishes) -> Everyone:
    """What the night prepared, as long as the coordinator wishes for nothing else."""
    if not (wishes.keep or wishes.refuse or wishes.without):
        return await service.open_prepared(actor, now)
    return await service.suggest(actor, now, _pairs(wishes.keep), _pairs(wishes.refuse), _without(wishes))


def _read(sent: Any) -> Wishes:
    """Raises Invalid for an address or a form that is none of ours."""
    try:
        return read_form(Wishes, sent)
    except FormProblems as wrong:
        raise Invalid(wrong.problems) from wrong


def _address(wishes: Wishes) -> str:
    named = {"keep": wishes.keep, "refuse": wishes.refuse, "without": wishes.without, "skip": wishes.skip}
    query = urlencode([(name, pair) for name, pairs in named.items() for pair in pairs])
    return f"{HERE}?{query}" if query else HERE


def _pairs(texts: Iterable[str]) -> list[tuple[UUID, UUID]]:
    return [pair_of(each) for each in texts]


def _without(wishes: Wishes) -> dict[UUID, list[str]]:
    found: dict[UUID, list[str]] = {}
    for request, wish in map(wish_of, wishes.without):
        found.setdefault(request, []).append(wish)
    return found


def _why(refusal: Refused) -> str:
    if isinstance(refusal, Invalid):
        return sentence("reason_needed", {})
    return gettext(WAITS_NO_MORE) if isinstance(refusal, IllegalMove) else sentence(refusal.code, refusal.facts)
