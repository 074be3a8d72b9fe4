"""What differs between the provider's list of calls and our log, for coordinators."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Controller, Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from teamhope.accounts.policy import needs
from teamhope.calls import service_reconcile as service
from teamhope.calls.queries_reconcile import Shown
from teamhope.calls.rules_reconcile import Kind
from teamhope.calls.wording_reconcile import ABOUT
from teamhope.kit.i18n import gettext
from teamhope.kit.web import page, see
from teamhope.vocabulary.people import Actor, Can


class DifferencesController(Controller):
    path = "/calls/differences"
    opt = needs(Can.SETTLE_DIFFERENCES)
    include_in_schema = False

    @get("/")
    async def show(self, request: Request[Any, Any, Any], actor: NamedDependency[Actor]) -> Template:
        lists = await service.look(actor)
        context = {"days": lists.days, "zone": request.user.timezone, "minutes": whole_minutes}
        return page(request, "calls/differences.html", groups=by_kind(lists.open), **context)

    @post("/{difference_id:uuid}/settle")
    async def settle(
        self, difference_id: FromPath[UUID], actor: NamedDependency[Actor], now: NamedDependency[datetime]
    ) -> Redirect:
        await service.settle(actor, difference_id, now)
        return see("/calls/differences", "difference_settled")


def by_kind(found: Sequence[Shown]) -> list[tuple[str, str, list[Shown]]]:
    """Heading, what to do, and the rows of each kind that has any."""
    groups = [(kind, [each for each in found if each.kind is kind]) for kind in Kind]
    return [(gettext(ABOUT[kind].heading), gettext(ABOUT[kind].what_to_do), rows) for kind, rows in groups if rows]


def whole_minutes(seconds: int) -> int:
    return max(1, round(seconds / 60)) if seconds else 0
