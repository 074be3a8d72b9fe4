"""Pages of requests: who waits, one request, and what becomes of it."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any, Final, TypeVar
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Template
from msgspec import Struct

from teamhope.accounts import service as accounts
from teamhope.accounts.policy import needs
from teamhope.families import service
from teamhope.families.entry_words import choices_of, words_for
from teamhope.families.forms import CONSENT_WORDING
from teamhope.families.forms_pages import CloseForm, HoldForm, TriageForm
from teamhope.families.queries import ROWS_MOST, Filters
from teamhope.families.service_requests import ENDS, IN_TRIAGE
from teamhope.families.wording import MISSING
from teamhope.kit.forms import Form, FormProblems, page_number, read_form
from teamhope.kit.i18n import gettext
from teamhope.kit.web import page, see
from teamhope.problems import form_again
from teamhope.vocabulary.errors import Invalid
from teamhope.vocabulary.labels import choices, label
from teamhope.vocabulary.people import Actor, Can, Role
from teamhope.vocabulary.states import REQUEST_MOVES, RequestStatus

AnyRequest = Request[Any, Any, Any]
F = TypeVar("F", bound=Struct)

MAY_BE_OFFERED: Final = frozenset({RequestStatus.READY, RequestStatus.WAITLISTED, RequestStatus.MATCHING})
RESTS: Final = frozenset({RequestStatus.ON_HOLD, RequestStatus.WAITLISTED, RequestStatus.UNABLE_TO_CONTACT})


def asked_filters(request: AnyRequest) -> Filters:
    """What the address asks for; anything unknown in it is ignored."""
    asked = request.query_params
    statuses = frozenset({RequestStatus(asked["status"])}) if asked.get("status") in set(RequestStatus) else frozenset()
    try:
        owner = UUID(asked.get("owner", ""))
    except ValueError:
        owner = None
    return Filters(statuses, owner, page_number(asked.get("page", "")))


class RequestController(Controller):
    path = "/requests"
    include_in_schema = False

    @get("/", opt=needs(Can.SEE_REQUESTS))
    async def list_all(self, request: AnyRequest, actor: NamedDependency[Actor]) -> Template:
        filters = asked_filters(request)
        rows = await service.list_requests(actor, filters)
        owners = await _coordinators(actor)
        return page(
            request,
            "families/requests.html",
            rows=rows[:ROWS_MOST],
            next_page=filters.page + 1 if len(rows) > ROWS_MOST else 0,
            filters=filters,
            form=Form.empty(status=next(iter(filters.statuses), ""), owner=filters.owner or ""),
            statuses=choices(RequestStatus),
            owners=list(owners.items()),
            owner_names=owners,
            **words_for(request.user),
        )

    @get("/{request_id:uuid}", opt=needs(Can.SEE_REQUESTS))
    async def show(self, request: AnyRequest, request_id: FromPath[UUID], actor: NamedDependency[Actor]) -> Template:
        return await _page(request, request_id, actor)

    @post("/{request_id:uuid}/triage", opt=needs(Can.CHANGE_REQUEST))
    async def triage(
        self,
        request: AnyRequest,
        request_id: FromPath[UUID],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
    ) -> Response[Any]:
        async def act(form: TriageForm) -> None:
            await service.complete_triage(actor, request_id, form.completion(), now)

        return await _act(request, (request_id, actor, now), TriageForm, act)

    @post("/{request_id:uuid}/hold", opt=needs(Can.CHANGE_REQUEST))
    async def hold(
        self,
        request: AnyRequest,
        request_id: FromPath[UUID],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
    ) -> Response[Any]:
        async def act(form: HoldForm) -> None:
            await service.put_on_hold(actor, request_id, form.resume_on, now)

        return await _act(request, (request_id, actor, now), HoldForm, act)

    @post("/{request_id:uuid}/resume", opt=needs(Can.CHANGE_REQUEST))
    async def resume(
        self, request_id: FromPath[UUID], actor: NamedDependency[Actor], now: NamedDependency[datetime]
    ) -> Response[Any]:
        await service.resume(actor, request_id, now)
        return see(f"/requests/{request_id}", "saved")

    @post("/{request_id:uuid}/waitlist", opt=needs(Can.CHANGE_REQUEST))
    async def waitlist(
        self, request_id: FromPath[UUID], actor: NamedDependency[Actor], now: NamedDependency[datetime]
    ) -> Response[Any]:
        await service.waitlist(actor, request_id, now)
        return see(f"/requests/{request_id}", "saved")

    @post("/{request_id:uuid}/close", opt=needs(Can.CHANGE_REQUEST))
    async def close(
        self,
        request: AnyRequest,
        request_id: FromPath[UUID],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
    ) -> Response[Any]:
        async def act(form: CloseForm) -> None:
            family_no = form.duplicate_of.upper() if form.duplicate_of else None
            await service.close_request(actor, request_id, service.Closing(form.to, family_no), now)

        return await _act(request, (request_id, actor, now), CloseForm, act)


async def _act(
    request: AnyRequest, what: tuple[UUID, Actor, datetime], form_type: type[F], act: Callable[[F], Awaitable[None]]
) -> Response[Any]:
    sent = await request.form()
    try:
        await act(read_form(form_type, sent))
    except (FormProblems, Invalid) as wrong:
        return await _page(request, *what[:2], form=form_again(wrong, sent), status=422)
    return see(f"/requests/{what[0]}", "saved")


async def _page(
    request: AnyRequest, request_id: UUID, actor: Actor, *, form: Form | None = None, status: int = 200
) -> Template:
    view = await service.show_request(actor, request_id)
    moves = REQUEST_MOVES[view.request.status]
    return page(
        request,
        "families/request.html",
        status=status,
        it=view.request,
        family=view.family,
        missing=[gettext(MISSING[code]) for code in view.missing],
        form=form or Form.empty(wording_version=CONSENT_WORDING),
        unfinished=view.request.status in IN_TRIAGE,
        may_be_offered=view.request.status in MAY_BE_OFFERED,
        may_resume=view.request.status in RESTS,
        may_hold=RequestStatus.ON_HOLD in moves,
        may_waitlist=view.request.status is RequestStatus.READY,
        ends=[(end, label(end)) for end in ENDS if end in moves],
        owner=(await _coordinators(actor)).get(str(view.request.owner), ""),
        choices=choices_of(view.family.language),
        **words_for(request.user),
    )


async def _coordinators(actor: Actor) -> dict[str, str]:
    people = await accounts.list_names(actor)
    return {str(person.id): person.name for person in people if person.role is Role.COORDINATOR}
