"""The start page of each role."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any, Final

from litestar import Request, get
from litestar.di import NamedDependency
from litestar.response import Redirect, Response, Template

from teamhope.accounts.policy import needs
from teamhope.calls.web import rings
from teamhope.care import rules as care_rules
from teamhope.followups.wording import OVERDUE
from teamhope.kit.i18n import gettext, language
from teamhope.kit.web import page
from teamhope.operations.wording import say_jobs
from teamhope.oversight import service as oversight
from teamhope.reports.definitions import DEFINITIONS
from teamhope.tasks.wording import detail_words
from teamhope.today import service
from teamhope.vocabulary.labels import label
from teamhope.vocabulary.people import Actor, Can, Role
from teamhope.vocabulary.programme import Kind, programme

AnyRequest = Request[Any, Any, Any]
FIRST_SHOWN: Final = 12


def _word(kind: Kind, code: str | None) -> str:
    return programme().label(kind, code, language.get()) if code else ""


async def _coordinator(request: AnyRequest, actor: Actor, now: datetime) -> Template:
    day = await service.coordinators_day(actor, now)
    late = {e.id for e in day.danger if care_rules.is_overdue(e.answer_due_at, e.acknowledged_at, now)}
    context: dict[str, Any] = {
        "day": day,
        "late": late,
        "now": now,
        "first": FIRST_SHOWN,
        "label": label,
        "word": _word,
    }
    said = {step: gettext(words) for step, words in OVERDUE.items()}
    return page(request, "today/coordinator.html", zone=_zone(request), said=said, detail_words=detail_words, **context)


async def _volunteer(request: AnyRequest, actor: Actor, now: datetime) -> Template:
    day = await service.volunteers_day(actor, now)
    context: dict[str, Any] = {
        "day": day,
        "now": now,
        "zone": _zone(request),
        "first": FIRST_SHOWN,
        "label": label,
        "word": _word,
        "detail_words": detail_words,
        "name": request.user.name,
    }
    return page(request, "today/volunteer.html", rings=await rings(request, actor), **context)


async def _advocate(request: AnyRequest, actor: Actor, now: datetime) -> Template:
    day = await service.advocates_day(actor)
    late = {e.id for e in day.danger if care_rules.is_overdue(e.answer_due_at, e.acknowledged_at, now)}
    context: dict[str, Any] = {
        "day": day,
        "late": late,
        "zone": _zone(request),
        "label": label,
        "detail_words": detail_words,
    }
    return page(request, "today/advocate.html", first=FIRST_SHOWN, today=now.date(), **context)


async def _admin(request: AnyRequest, actor: Actor, now: datetime) -> Template:
    day = await service.administrators_day(actor, now)
    return page(request, "today/admin.html", day=day, zone=_zone(request), say_jobs=say_jobs)


async def _auditor(request: AnyRequest, actor: Actor, _: datetime) -> Template:
    figures = [(each.id, gettext(each.name), gettext(each.how_counted), each.version) for each in DEFINITIONS]
    openings = await oversight.waiting_for_review(actor)
    return page(request, "today/auditor.html", figures=figures, openings=openings, zone=_zone(request))


async def _leadership(_: AnyRequest, __: Actor, ___: datetime) -> Redirect:
    return Redirect("/reports", status_code=303)


def _zone(request: AnyRequest) -> str:
    zone: str = request.user.timezone
    return zone


START: Final[dict[Role, Callable[[AnyRequest, Actor, datetime], Awaitable[Response[Any]]]]] = {
    Role.COORDINATOR: _coordinator,
    Role.VOLUNTEER: _volunteer,
    Role.TEAM_LEAD: _volunteer,
    Role.ADVOCATE: _advocate,
    Role.LEADERSHIP: _leadership,
    Role.ADMIN: _admin,
    Role.AUDITOR: _auditor,
}


@get("/", opt=needs(Can.SEE_TODAY), include_in_schema=False)
async def today(request: AnyRequest, actor: NamedDependency[Actor], now: NamedDependency[datetime]) -> Response[Any]:
    return await START[actor.role](request, actor, now)
