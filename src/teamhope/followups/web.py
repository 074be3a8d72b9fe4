"""Pages of promised calls: the week, and another time for a call."""

from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from teamhope.accounts.policy import may, needs
from teamhope.followups import forms, service_lists, service_moves, states
from teamhope.followups.forms import MovedFor, MoveForm
from teamhope.followups.service_moves import ToMove
from teamhope.followups.wording_refusals import NOBODY_ON_CALL
from teamhope.kit.forms import Form, FormProblems, monday_of, read_form
from teamhope.kit.i18n import N_, gettext
from teamhope.kit.web import page, see
from teamhope.problems import form_again
from teamhope.vocabulary.errors import Invalid, NotThen
from teamhope.vocabulary.labels import label
from teamhope.vocabulary.people import Actor, Can, Role
from teamhope.vocabulary.states import FollowUpStatus

AnyRequest = Request[Any, Any, Any]
BY_DAY: Final = "day"
FOR_WHOM = {
    MovedFor.FAMILY: N_("The family"),
    MovedFor.VOLUNTEER: N_("The volunteer"),
    MovedFor.STAFF: N_("The staff"),
}


class ScheduleController(Controller):
    path = "/schedule"
    opt = needs(Can.SEE_FOLLOW_UPS)
    include_in_schema = False

    @get("/")
    async def show(
        self, request: AnyRequest, actor: NamedDependency[Actor], now: NamedDependency[datetime]
    ) -> Template:
        zone = request.user.timezone
        today = now.astimezone(ZoneInfo(zone)).date()
        monday = monday_of(request.query_params.get("week"), today)
        own = actor.role is Role.VOLUNTEER
        by_day = request.query_params.get("by") == BY_DAY and not own
        weeks = await service_lists.week(actor, monday, zone, own=own)
        return page(
            request,
            "followups/schedule.html",
            weeks=weeks,
            too_much=await service_lists.overfull(monday, zone),
            marked=() if own else await service_lists.on_marked_days(actor, weeks),
            days=service_lists.by_day(weeks, ZoneInfo(zone)) if by_day else (),
            by=f"&by={BY_DAY}" if by_day else "",
            monday=monday,
            week=timedelta(days=7),
            is_this_week=monday == monday_of(None, today),
            zone=zone,
            own=own,
            may_resume=may(actor.role, Can.RELEASE_HOLD),
            movable=states.MAY_BE_MOVED,
            suspended=FollowUpStatus.SUSPENDED,
            label=label,
        )

    @get("/{follow_up_id:uuid}/move", opt=needs(Can.MOVE_FOLLOW_UP))
    async def show_move(
        self,
        request: AnyRequest,
        follow_up_id: FromPath[UUID],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
    ) -> Template:
        it = await service_moves.to_move(actor, follow_up_id, now)
        return _move_page(request, it, Form.empty(choice=_value(it.times[0].local) if it.times else forms.OTHER))

    @post("/{follow_up_id:uuid}/move", opt=needs(Can.MOVE_FOLLOW_UP))
    async def move(
        self,
        request: AnyRequest,
        follow_up_id: FromPath[UUID],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
    ) -> Response[Any]:
        sent = await request.form()
        try:
            form = read_form(MoveForm, sent)
            moved = await service_moves.move(actor, follow_up_id, form.local, form.for_whom, now)
        except (FormProblems, Invalid) as wrong:
            it = await service_moves.to_move(actor, follow_up_id, now)
            return _move_page(request, it, form_again(wrong, sent), status=422)
        except NotThen as refusal:
            it = await service_moves.to_move(actor, follow_up_id, now)
            code = "choose_covered" if refusal.code == NOBODY_ON_CALL else "choose_another"
            told = form_again(Invalid.field("choice", code), sent)
            return _move_page(request, it, told, status=409, instead=refusal.times)
        return see("/schedule", "call_moved_to_full_week" if moved.too_much else "call_moved")

    @post("/{follow_up_id:uuid}/resume", opt=needs(Can.RELEASE_HOLD))
    async def resume(
        self, follow_up_id: FromPath[UUID], actor: NamedDependency[Actor], now: NamedDependency[datetime]
    ) -> Redirect:
        await service_moves.resume_follow_up(actor, follow_up_id, now)
        return see("/schedule", "call_resumed")


def _move_page(
    request: AnyRequest, it: ToMove, form: Form, status: int = 200, instead: tuple[datetime, ...] = ()
) -> Template:
    """`instead`: the times to choose from at once where the wished one cannot be kept."""
    zones = (it.zone, request.user.timezone)
    return page(
        request,
        "followups/move.html",
        status=status,
        form=form,
        call=it.follow_up,
        family_no=it.family_no,
        zones=zones,
        times=[(_value(slot.local), slot.due_at, slot in it.too_much) for slot in it.times],
        instead=[(_value(at), at) for at in instead],
        other=forms.OTHER,
        for_whom=[(code, gettext(words)) for code, words in FOR_WHOM.items()],
    )


def _value(local: datetime) -> str:
    """A suggested time of the family's wall as its choice is sent."""
    return local.replace(tzinfo=None).isoformat(timespec="minutes")
