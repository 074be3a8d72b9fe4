"""Pages of families: the whole file for staff, the short profile for the volunteer who is matched with them."""

from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Template

from teamhope.accounts.policy import may, needs
from teamhope.families import service, service_contact, service_dates, service_release, service_texts
from teamhope.families.entry_words import date_words, words_for
from teamhope.families.forms_pages import SearchForm
from teamhope.families.queries_view import FAMILIES_MOST, FamilyRow
from teamhope.families.wording import NO_REMINDER
from teamhope.kit.forms import Form, FormProblems, page_number, read_form
from teamhope.kit.i18n import gettext
from teamhope.kit.web import page
from teamhope.problems import form_again
from teamhope.vocabulary.people import Actor, Can, Role

AnyRequest = Request[Any, Any, Any]
ON_CALLS = frozenset({Role.VOLUNTEER, Role.TEAM_LEAD})


class FamilyController(Controller):
    path = "/families"
    include_in_schema = False

    @get("/", opt=needs(Can.SEE_FAMILIES))
    async def list_all(self, request: AnyRequest, actor: NamedDependency[Actor]) -> Template:
        if actor.role in ON_CALLS:
            own, past = await service.list_own_families(actor), await service.list_past_families(actor)
            local = ZoneInfo(request.user.timezone)
            return page(request, "families/own.html", families=own, past=past, local=local, **words_for(request.user))
        number = page_number(request.query_params.get("page", ""))
        rows = await service.list_families(actor, number)
        return _list(request, rows, Form.empty(), next_page=number + 1 if len(rows) > FAMILIES_MOST else 0)

    @post("/search", opt=needs(Can.SEARCH_FAMILIES))
    async def search(
        self, request: AnyRequest, actor: NamedDependency[Actor], now: NamedDependency[datetime]
    ) -> Response[Any]:
        """By POST, so that no name or number stands in an address, a log or the browser's history."""
        sent = await request.form()
        try:
            form = read_form(SearchForm, sent)
        except FormProblems as wrong:
            return _list(request, await service.list_families(actor), form_again(wrong, sent), status=422)
        found = await service.search_families(actor, form.text, now)
        return _list(request, found, Form.empty(text=form.text), searched=True)

    @get("/{family_id:uuid}", opt=needs(Can.SEE_FAMILIES))
    async def show(
        self,
        request: AnyRequest,
        family_id: FromPath[UUID],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
    ) -> Template:
        if actor.role in ON_CALLS:
            family = await service.show_own_family(actor, family_id)
            near = await service_dates.near_day(actor, family_id, now)
            own = family.volunteer_id == actor.volunteer_id
            words = words_for(request.user)
            return page(request, "families/own_family.html", family=family, near=near, own=own, **words)
        return await _file(request, actor, family_id, {}, now)

    @post("/{family_id:uuid}/number/{phone_id:uuid}", opt=needs(Can.READ_NUMBER))
    async def number(
        self,
        request: AnyRequest,
        family_id: FromPath[UUID],
        phone_id: FromPath[UUID],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
    ) -> Template:
        """One number in full, this once; that it was read is recorded."""
        number = await service_contact.read_number(actor, family_id, phone_id, now)
        return await _file(request, actor, family_id, {phone_id: number}, now)


def _list(
    request: AnyRequest,
    rows: list[FamilyRow],
    form: Form,
    *,
    status: int = 200,
    next_page: int = 0,
    searched: bool = False,
) -> Template:
    return page(
        request,
        "families/families.html",
        status=status,
        rows=rows[:FAMILIES_MOST],
        form=form,
        next_page=next_page,
        searched=searched,
        may_search=may(request.user.actor.role, Can.SEARCH_FAMILIES),
        may_import=may(request.user.actor.role, Can.ENTER_REQUEST) and request.user.actor.team_id is None,
        **words_for(request.user),
    )


async def _file(
    request: AnyRequest, actor: Actor, family_id: UUID, numbers: dict[UUID, str], now: datetime
) -> Template:
    family = await service.show_family(actor, family_id)
    bars = await service_texts.bars_to_reminders(actor, family, now)
    return page(
        request,
        "families/family.html",
        family=family,
        numbers=numbers,
        texts={phone_id: gettext(NO_REMINDER[bar]) if bar else None for phone_id, bar in bars.items()},
        may_read_number=may(actor.role, Can.READ_NUMBER),
        may_hold=may(actor.role, Can.HOLD_FAMILY),
        may_release=may(actor.role, Can.RELEASE_HOLD),
        history=await service_release.history(actor, family_id),
        dates=[(each.kind, date_words(each)) for each in await service_dates.show_dates(actor, family_id)],
        names={contact.id: contact.first_name for contact in family.contacts},
        sees_requests=may(actor.role, Can.SEE_REQUESTS),
        **words_for(request.user),
    )
