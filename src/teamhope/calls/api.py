"""JSON of calls (POST /api/v1/calls)."""

from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from litestar import Controller, Request, post
from litestar.di import NamedDependency
from litestar.params import JSONBody
from msgspec import Struct

from teamhope.accounts.policy import needs
from teamhope.calls import service
from teamhope.calls.forms import CallBody, call_of_body
from teamhope.calls.rules import KEY_LONGEST
from teamhope.calls.web_log import report_zone_of
from teamhope.followups.api import FollowUpItem, PromisedWindow
from teamhope.followups.service_steps import NextFollowUp
from teamhope.vocabulary.errors import Invalid
from teamhope.vocabulary.people import Actor, Can


class CallLogged(Struct, frozen=True):
    call_id: UUID
    next_follow_up: FollowUpItem | None


class CallsApi(Controller):
    path = "/api/v1/calls"
    opt = needs(Can.LOG_CALL)

    @post("/")
    async def log(
        self,
        request: Request[Any, Any, Any],
        data: JSONBody[CallBody],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
    ) -> CallLogged:
        """A call that was made or received. The same Idempotency-Key gives the first answer again, and logs nothing."""
        logged = await service.log_call(actor, call_of_body(data), now, key_of(request), report_zone_of(request))
        return CallLogged(logged.call_id, _next_call(logged.next_follow_up))


def key_of(request: Request[Any, Any, Any]) -> str:
    """The header Idempotency-Key. Raises Invalid without one."""
    key = request.headers.get("idempotency-key", "").strip()
    if not 1 <= len(key) <= KEY_LONGEST:
        raise Invalid.field("Idempotency-Key", "key_needed")
    return key


def _next_call(coming: NextFollowUp | None) -> FollowUpItem | None:
    if coming is None:
        return None
    start, end = (at.astimezone(ZoneInfo(coming.zone)) for at in (coming.due_at, coming.window_end_at))
    return FollowUpItem(coming.id, coming.match_id, start, PromisedWindow(start, end), coming.status)
