"""Pages around a call: before it, what came of it, and the list of one's calls."""

from datetime import date, datetime, time
from typing import Any, Final
from urllib.parse import quote
from uuid import UUID
from zoneinfo import ZoneInfo

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Template

from teamhope.accounts.policy import may, needs
from teamhope.calls import service, service_callers, service_corrections
from teamhope.calls.forms import VoidForm
from teamhope.calls.queries import CallSeen, Subject
from teamhope.calls.rules import refused_change
from teamhope.calls.wording import AFTERWARDS
from teamhope.families.rules_hours import to_instant
from teamhope.kit import i18n
from teamhope.kit.forms import Form, FormProblems, read_form
from teamhope.kit.i18n import format_date, format_moment, format_month, gettext
from teamhope.kit.web import page, see
from teamhope.problems import form_again, sentence
from teamhope.settings import Settings
from teamhope.vocabulary.calls import OUTCOMES, VoidReason
from teamhope.vocabulary.errors import Refused
from teamhope.vocabulary.labels import choices, label
from teamhope.vocabulary.people import Actor, Can
from teamhope.vocabulary.programme import programme

AnyRequest = Request[Any, Any, Any]
MONTHS_BACK: Final = 13


class PlaceController(Controller):
    """How to speak, and then the number."""

    path = "/calls"
    opt = needs(Can.PLACE_CALL)
    include_in_schema = False

    @get("/{follow_up_id:uuid}/place")
    async def ready(
        self,
        request: AnyRequest,
        follow_up_id: FromPath[UUID],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
    ) -> Template:
        ahead = await service.look(actor, follow_up_id, now)
        return await place_page(request, actor, ahead)

    @post("/{follow_up_id:uuid}/place")
    async def show_number(
        self,
        request: AnyRequest,
        follow_up_id: FromPath[UUID],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
    ) -> Template:
        ahead = await service.look(actor, follow_up_id, now)
        try:
            cleared = await service.show_number(actor, follow_up_id, now)
        except Refused as refusal:
            if not refusal.code.startswith("not_now_"):
                raise
            return await place_page(request, actor, ahead, refusal=sentence(refusal.code, refusal.facts), status=409)
        started = quote(now.strftime("%Y-%m-%dT%H:%MZ"))
        return page(
            request,
            "calls/number.html",
            subject=ahead.subject,
            words=cleared.words,
            number=spoken(cleared.number),
            dial=dial(cleared.number, cleared.dial_prefix),
            started=started,
        )


async def place_page(
    request: AnyRequest, actor: Actor, ahead: service.CallAhead, *, refusal: str = "", status: int = 200
) -> Template:
    subject = ahead.subject
    return page(
        request,
        "calls/place.html",
        status=status,
        subject=subject,
        words=ahead.words,
        refusal=refusal,
        rings=await rings(request, actor),
        relation=programme().label("relation", subject.relation, i18n.language.get()),
        languages=languages_of(subject),
    )


async def rings(request: AnyRequest, actor: Actor) -> bool:
    """Whether her calls are put through: there is a telephone of ours, and one of hers."""
    return has_telephone(request) and await service_callers.may_be_rung(actor)


def has_telephone(request: AnyRequest) -> bool:
    settings: Settings = request.app.state.settings
    return settings.telephone


def dial(number: str, prefix: str) -> str:
    """What the telephone dials. The prefix that hides one's own number is of North America and comes before its 1."""
    hides = prefix and number.startswith("+1")
    return f"{prefix}{number[1:]}" if hides else number


def spoken(number: str) -> str:
    """+1 303 555 0142, as people read it; another country's number as it is."""
    american = number.startswith("+1") and len(number) == 12
    return f"({number[2:5]}) {number[5:8]}-{number[8:]}" if american else number


def languages_of(subject: Subject) -> list[str]:
    language = i18n.language.get()
    return [programme().label("language", spoken.code, language) for spoken in subject.languages]


# Afterwards -----------------------------------------------------------------------------------------------------------


class CallController(Controller):
    path = "/calls"
    opt = needs(Can.LOG_CALL)
    include_in_schema = False

    @get("/")
    async def show_all(
        self, request: AnyRequest, actor: NamedDependency[Actor], now: NamedDependency[datetime]
    ) -> Template:
        zone = ZoneInfo(request.user.timezone)
        months = last_months(now.astimezone(zone).date())
        month = chosen_month(request.query_params.get("month", ""), months)
        after = whole_number(request.query_params.get("after", ""))
        calls, is_more = await service.list_calls(actor, span_of(month, zone), now, after)
        return page(
            request,
            "calls/list.html",
            form=Form.empty(month=f"{month:%Y-%m}"),
            months=[(f"{each:%Y-%m}", format_month(each)) for each in months],
            calls=calls,
            more_after=after + len(calls) if is_more else 0,
            own=not may(actor.role, Can.VOID_CALL),
            zone=zone.key,
            label=label,
            family_said=family_said,
        )

    @get("/{call_id:uuid}")
    async def show(
        self,
        request: AnyRequest,
        call_id: FromPath[UUID],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
    ) -> Template:
        return await self._page(request, actor, call_id, now)

    @get("/{call_id:uuid}/saved")
    async def saved(
        self,
        request: AnyRequest,
        call_id: FromPath[UUID],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
    ) -> Template:
        facts = await service.read_call(actor, call_id, now)
        coming = await service.next_of(actor, facts)
        after = AFTERWARDS.get(OUTCOMES[facts.call.outcome].next)
        words = gettext(after) if after else ""
        return page(
            request, "calls/saved.html", call=facts.call, coming=coming, after=words, zone=request.user.timezone
        )

    @post("/{call_id:uuid}/void", opt=needs(Can.VOID_CALL))
    async def void(
        self,
        request: AnyRequest,
        call_id: FromPath[UUID],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
    ) -> Response[Any]:
        sent = await request.form()
        try:
            reason = read_form(VoidForm, sent).reason
        except FormProblems as wrong:
            return await self._page(request, actor, call_id, now, form=form_again(wrong, sent), status=422)
        await service_corrections.void_call(actor, call_id, reason, now)
        return see(f"/calls/{call_id}", "call_voided")

    async def _page(
        self,
        request: AnyRequest,
        actor: Actor,
        call_id: UUID,
        now: datetime,
        *,
        form: Form | None = None,
        status: int = 200,
    ) -> Template:
        facts = await service.read_call(actor, call_id, now)
        return page(
            request,
            "calls/call.html",
            status=status,
            call_id=call_id,
            outcome=label(facts.call.outcome),
            note=facts.call.note,
            corrected=facts.standing.corrected,
            form=form or Form.empty(),
            rows=rows_of(facts, request.user.timezone),
            may_void=may(actor.role, Can.VOID_CALL) and not (facts.standing.voided or facts.standing.corrected),
            may_correct=facts.match_ended_at is None and refused_change(facts.standing, actor, now) is None,
            reasons=choices(VoidReason),
            void_reason=label(facts.void_reason) if facts.void_reason else "",
        )


def rows_of(facts: CallSeen, zone: str) -> list[tuple[str, str]]:
    """What a call's page lists, by label: only what was answered."""
    call, language = facts.call, i18n.language.get()
    assert call.started_at is not None
    rows = [
        (gettext("When"), format_moment(call.started_at, zone, with_year=True)),
        (gettext("Family"), family_said(facts.family_no, facts.match_ended_at, zone)),
        (gettext("How"), f"{label(call.direction)} · {label(call.channel)}"),
        (gettext("Minutes"), "" if call.talk_minutes is None else str(call.talk_minutes)),
        (gettext("Language"), programme().label("language", call.language or "", language)),
        (gettext("Who answered"), label(call.answered_by) if call.answered_by else ""),
        (gettext("Asked to be called"), format_moment(call.callback_at, zone) if call.callback_at else ""),
        (gettext("What you talked about"), ", ".join(programme().label("topic", t, language) for t in call.topics)),
        (gettext("What they need"), ", ".join(label(need) for need in call.needs)),
        (gettext("How heavy it was, 1 to 5"), str(call.emotional_load or "")),
    ]
    return [(words, value) for words, value in rows if value]


def family_said(family_no: str | None, ended_at: datetime | None, zone: str) -> str:
    """A family's reference, and since when it is the volunteer's no more."""
    reference = family_no or gettext("A family from before")
    return (
        reference
        if ended_at is None
        else gettext(
            "%(family)s · ended %(day)s", family=reference, day=format_date(ended_at.astimezone(ZoneInfo(zone)).date())
        )
    )


def last_months(today: date) -> list[date]:
    """The first days of this month and those before it, MONTHS_BACK in all, the newest first."""
    count = today.year * 12 + today.month - 1
    return [date((count - n) // 12, (count - n) % 12 + 1, 1) for n in range(MONTHS_BACK)]


def chosen_month(text: str, months: list[date]) -> date:
    """The month that was asked for, if it is one of the list, else the newest."""
    return next((month for month in months if f"{month:%Y-%m}" == text), months[0])


def span_of(month: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    following = date(month.year + month.month // 12, month.month % 12 + 1, 1)
    return to_instant(month, time(), zone), to_instant(following, time(), zone)


def whole_number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 6 else 0
