"""Logging a call and correcting one: the form, kept as typed whatever is wrong with it."""

from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Template

from teamhope.accounts.policy import needs
from teamhope.calls import service, service_corrections, service_drafts, service_keypad, service_ring
from teamhope.calls.forms import CallForm, Zones, call_of, problems_on_page, typed_of
from teamhope.calls.queries import CallFacts, Subject
from teamhope.calls.rules_drafts import Draft
from teamhope.calls.rules_phone import PhoneCall, minutes_of
from teamhope.calls.service_drafts import ChangedElsewhere
from teamhope.kit import i18n
from teamhope.kit.forms import Form, FormProblems, Sent, read_form
from teamhope.kit.i18n import format_clock, zone_name
from teamhope.kit.web import page, see
from teamhope.problems import form_again
from teamhope.vocabulary.calls import OUTCOMES, TILES, AnsweredBy, Direction, Need, Outcome, PhoneCallKind
from teamhope.vocabulary.errors import IllegalMove, Invalid, Refused
from teamhope.vocabulary.labels import choices, label
from teamhope.vocabulary.notes import NOTE_LONGEST
from teamhope.vocabulary.people import Actor, Can
from teamhope.vocabulary.programme import programme

AnyRequest = Request[Any, Any, Any]
LONGEST_PREFILL: Final = timedelta(hours=3)  # a form opened much later says nothing about the call's length
# Behind a second tap, under the tile that they are near to; every other outcome is behind "More…".
SECOND_TAPS: Final = {
    Outcome.LEFT_VOICEMAIL: (Outcome.VOICEMAIL_NOT_LEFT,),
    Outcome.REACHED_BRIEF: (Outcome.CALLBACK_REQUESTED,),
}
_SHOWN: Final = {*TILES, *(each for behind in SECOND_TAPS.values() for each in behind)}
MORE: Final = tuple(outcome for outcome in Outcome if outcome not in _SHOWN)


def report_zone_of(request: AnyRequest) -> ZoneInfo:
    return ZoneInfo(request.app.state.settings.report_timezone)


class LogController(Controller):
    path = "/calls"
    opt = needs(Can.LOG_CALL)
    include_in_schema = False

    @get("/{follow_up_id:uuid}/log")
    async def ask(
        self,
        request: AnyRequest,
        follow_up_id: FromPath[UUID],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
    ) -> Template:
        subject = await service.about(actor, follow_up_id)
        draft = await service_drafts.load_draft(actor, follow_up_id, now) if actor.person_id else None
        carried = await service_ring.not_logged(actor, follow_up_id)
        zone = ZoneInfo(request.user.timezone)
        if carried:
            form = form_of_carried(subject, draft, carried[0], now, zone)
        else:
            started = started_at(request.query_params.get("started", ""), now)
            form = empty_form(subject, draft, started, now, zone)
        saved = format_clock(draft.updated_at, request.user.timezone) if draft else ""
        return log_page(request, subject, form, now, draft_saved=saved)

    @post("/{follow_up_id:uuid}/log")
    async def log(
        self,
        request: AnyRequest,
        follow_up_id: FromPath[UUID],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
    ) -> Response[Any]:
        sent = await request.form()
        subject = await service.about(actor, follow_up_id)
        try:
            call_id = await self._log(request, sent, subject, actor, now)
        except (FormProblems, Invalid) as wrong:
            shown = problems_on_page(wrong.problems) if isinstance(wrong, Invalid) else wrong
            return log_page(request, subject, form_again(shown, sent), now, 422)
        except ChangedElsewhere as changed:
            return _show_both(request, subject, sent, changed, now)
        except Refused as refusal:
            if not _is_logged_already(refusal):
                raise
            return log_page(request, subject, form_again(Invalid([]), sent), now, 409, logged_already=True)
        return see(f"/calls/{call_id}/saved")

    async def _log(self, request: AnyRequest, sent: Sent, subject: Subject, actor: Actor, now: datetime) -> UUID:
        form = read_form(CallForm, sent)
        zones = Zones(ZoneInfo(subject.zone), ZoneInfo(request.user.timezone))
        call = call_of(form, None if form.again else subject.follow_up_id, subject.match_id, zones)
        carried = {each.id: each for each in await service_ring.not_logged(actor, subject.follow_up_id)}
        if form.key in carried and not form.again:
            return await service_keypad.log_form(
                actor, carried[form.key], call, now, report_zone_of(request), typed_of(form)
            )
        key = f"{form.key} again" if form.again else str(form.key)
        logged = await service.log_call(actor, call, now, key, report_zone_of(request), typed_of(form))
        return logged.call_id


def _is_logged_already(refusal: Refused) -> bool:
    """The promised call is over, or a key of the telephone was faster."""
    return isinstance(refusal, IllegalMove) or refusal.code == "same_key_other_call"


class CorrectController(Controller):
    path = "/calls"
    opt = needs(Can.LOG_CALL)
    include_in_schema = False

    @get("/{call_id:uuid}/correct")
    async def ask(
        self,
        request: AnyRequest,
        call_id: FromPath[UUID],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
    ) -> Template:
        facts = await service_corrections.open_for_correction(actor, call_id, now)
        subject = await service.about(actor, None, facts.call.match_id, facts.call.contact_id)
        return log_page(
            request, subject, form_of(facts, subject, ZoneInfo(request.user.timezone)), now, corrects=call_id
        )

    @post("/{call_id:uuid}/correct")
    async def correct(
        self,
        request: AnyRequest,
        call_id: FromPath[UUID],
        actor: NamedDependency[Actor],
        now: NamedDependency[datetime],
    ) -> Response[Any]:
        sent = await request.form()
        facts = await service_corrections.open_for_correction(actor, call_id, now)
        subject = await service.about(actor, None, facts.call.match_id, facts.call.contact_id)
        try:
            zones = Zones(ZoneInfo(subject.zone), ZoneInfo(request.user.timezone))
            call = call_of(read_form(CallForm, sent), None, subject.match_id, zones)
            new_id = await service_corrections.correct_call(actor, call_id, call, now)
        except (FormProblems, Invalid) as wrong:
            shown = problems_on_page(wrong.problems) if isinstance(wrong, Invalid) else wrong
            return log_page(request, subject, form_again(shown, sent), now, 422, corrects=call_id)
        return see(f"/calls/{new_id}", "call_corrected")


def started_at(text: str, now: datetime) -> datetime | None:
    """When the number was shown; None for anything that is not an instant of the last hours."""
    try:
        shown = datetime.fromisoformat(text)
    except ValueError:
        return None
    return shown if shown.tzinfo and now - LONGEST_PREFILL < shown <= now else None


def empty_form(subject: Subject, draft: Draft | None, started: datetime | None, now: datetime, zone: ZoneInfo) -> Form:
    local = (started or now).astimezone(zone)
    return Form.empty(
        key=uuid4(),
        draft_version=draft.version if draft else 0,
        note=draft.note if draft else "",
        answered_by=AnsweredBy.UNKNOWN,
        talk_minutes=max(1, round((now - started).total_seconds() / 60)) if started else None,
        started_date=local.date(),
        started_time=local.time().replace(second=0, microsecond=0),
        language=subject.language,
    )


def form_of_carried(subject: Subject, draft: Draft | None, call: PhoneCall, now: datetime, zone: ZoneInfo) -> Form:
    """As the programme's telephone knows it. Its key is the call's: it is never counted twice."""
    begun = empty_form(subject, draft, call.cleared_at, now, zone)
    they_called = call.kind is PhoneCallKind.FROM_FAMILY
    minutes = minutes_of(call.legs, now, call.cleared_at if they_called else None)
    known = {"key": str(call.id), "talk_minutes": str(minutes or "")}
    if they_called:
        known["outcome"] = Outcome.INBOUND_RECEIVED
    return Form(values={**begun.values, **known}, errors={})


def form_of(facts: CallFacts, subject: Subject, zone: ZoneInfo) -> Form:
    """A call as it was logged, to be corrected."""
    call = facts.call
    assert call.started_at is not None
    started = call.started_at.astimezone(zone)
    callback = call.callback_at.astimezone(ZoneInfo(subject.zone)) if call.callback_at else None
    return Form.empty(
        key=uuid4(),
        draft_version=0,
        outcome=call.outcome,
        they_called=call.direction is Direction.INBOUND and not OUTCOMES[call.outcome].inbound,
        callback_date=callback.date() if callback else None,
        callback_time=callback.time() if callback else None,
        answered_by=call.answered_by or AnsweredBy.UNKNOWN,
        talk_minutes=call.talk_minutes,
        emotional_load=call.emotional_load,
        topics=call.topics,
        note=call.note,
        needs=call.needs,
        started_date=started.date(),
        started_time=started.time(),
        language=call.language,
    )


def log_page(
    request: AnyRequest, subject: Subject, form: Form, now: datetime, status: int = 200, **more: Any
) -> Template:
    """`both`: the note as another window saved it, and as it was typed here. `corrects`: the call to be corrected."""
    language = i18n.language.get()
    usual = {"both": None, "logged_already": False, "draft_saved": "", "corrects": None}
    words = {
        "tiles": TILES,
        "second_taps": SECOND_TAPS,
        "more": MORE,
        "asks_time": [outcome for outcome, rule in OUTCOMES.items() if rule.asks_time],
        "label": label,
        "who": choices(AnsweredBy),
        "needs": choices(Need),
        "topics": programme().choices("topic", language),
        "languages": programme().choices("language", language),
        "note_longest": NOTE_LONGEST,
        "zone_name": zone_name(subject.zone, now),
    }
    return page(request, "calls/log.html", status=status, form=form, subject=subject, **{**usual, **words, **more})


def _show_both(request: AnyRequest, subject: Subject, sent: Sent, changed: ChangedElsewhere, now: datetime) -> Template:
    """The form again, as typed; sent once more it replaces what the other window saved."""
    again = form_again(Invalid.field("note", changed.code), sent)
    form = Form(values={**again.values, "draft_version": str(changed.saved.version)}, errors=again.errors)
    return log_page(request, subject, form, now, 409, both=(changed.saved.note, form.value("note")))
