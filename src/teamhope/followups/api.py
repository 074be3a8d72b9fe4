"""JSON of promised calls (GET /api/v1/follow-ups), and another time for one."""

from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody
from litestar.status_codes import HTTP_200_OK
from msgspec import Struct

from teamhope.accounts.policy import needs
from teamhope.followups import service_lists, service_moves
from teamhope.followups.forms import MoveBody
from teamhope.followups.queries import FollowUpFacts
from teamhope.vocabulary.errors import Invalid
from teamhope.vocabulary.people import Actor, Can
from teamhope.vocabulary.states import FollowUpStatus


class PromisedWindow(Struct, frozen=True):
    """In the family's time."""

    start: datetime
    end: datetime


class FollowUpItem(Struct, frozen=True):
    id: UUID
    match_id: UUID
    due_at: datetime
    window: PromisedWindow
    status: FollowUpStatus


class FollowUpPage(Struct, frozen=True):
    """`next`: what to send as `cursor` for the following items; null at the end."""

    items: tuple[FollowUpItem, ...]
    next: str | None


class FollowUpsApi(Controller):
    path = "/api/v1/follow-ups"

    @get("/", opt=needs(Can.SEE_FOLLOW_UPS))
    async def show(
        self,
        actor: NamedDependency[Actor],
        due_before: FromQuery[datetime | None] = None,
        volunteer_id: FromQuery[UUID | None] = None,
        cursor: FromQuery[str | None] = None,
    ) -> FollowUpPage:
        """Promised calls that are still open, the first due first, as far as the token's scope reaches."""
        if due_before is not None and due_before.tzinfo is None:
            raise Invalid.field("due_before", "needs_offset")
        found = await service_lists.list_due(actor, due_before, volunteer_id, cursor)
        return FollowUpPage(tuple(_item(each) for each in found.items), found.next)

    @post("/{follow_up_id:uuid}/move", status_code=HTTP_200_OK, opt=needs(Can.MOVE_FOLLOW_UP))
    async def move(
        self,
        follow_up_id: FromPath[UUID],
        data: JSONBody[MoveBody],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
    ) -> FollowUpItem:
        """Another time for a promised call; 409 with the next `times` that both can keep if not this one."""
        moved = await service_moves.move(actor, follow_up_id, data.to, data.for_whom, now)
        return _item(moved.follow_up)


def _item(it: FollowUpFacts) -> FollowUpItem:
    start, end = (at.astimezone(ZoneInfo(it.zone)) for at in (it.due_at, it.window_end_at))
    return FollowUpItem(it.id, it.match_id, start, PromisedWindow(start, end), it.status)
