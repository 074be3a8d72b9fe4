"""What may be sent to log a call, to keep its note, and to take it out of the count."""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Annotated, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from msgspec import Meta, Struct

from teamhope.calls.rules import LoggedCall
from teamhope.calls.rules_drafts import Typed
from teamhope.families.rules_hours import to_instant
from teamhope.kit.forms import Problem
from teamhope.vocabulary.calls import OUTCOMES, AnsweredBy, CallChannel, Direction, Need, Outcome, VoidReason
from teamhope.vocabulary.errors import Invalid
from teamhope.vocabulary.states import EscalationLevel

Moment = Annotated[datetime, Meta(tz=True)]
Load = Annotated[int, Meta(ge=1, le=5)]
Text = Annotated[str, Meta(max_length=4000)]  # the rules say how long a note may be; this only bounds what is read
Codes = Annotated[list[Annotated[str, Meta(max_length=40)]], Meta(max_length=40)]
Needs = Annotated[list[Need], Meta(max_length=len(Need))]

# The rules speak of instants, the page asks for a day and a time.
FIELD_OF: Final = {"callback_at": "callback_date", "started_at": "started_date"}


class CallForm(Struct):
    """`key` is the window's: by it a call sent twice is one. `again`: one more call, not the same."""

    key: UUID
    outcome: Outcome
    draft_version: Annotated[int, Meta(ge=0)] = 0
    again: bool = False
    they_called: bool = False
    callback_date: date | None = None
    callback_time: time | None = None
    answered_by: AnsweredBy | None = None
    talk_minutes: int | None = None
    emotional_load: Load | None = None
    topics: Codes = []
    note: Text | None = None
    needs: Needs = []
    started_date: date | None = None
    started_time: time | None = None
    language: Annotated[str, Meta(max_length=10)] | None = None


class DraftForm(Struct):
    key: UUID
    note: Text | None = None
    draft_version: Annotated[int, Meta(ge=0)] = 0


class VoidForm(Struct):
    reason: VoidReason


class CallBody(Struct, forbid_unknown_fields=True, kw_only=True):
    """POST /api/v1/calls. A crisis needs nothing but its outcome, and whom it is about."""

    outcome: Outcome
    follow_up_id: UUID | None = None
    match_id: UUID | None = None
    contact_id: UUID | None = None
    direction: Direction = Direction.OUTBOUND
    channel: CallChannel = CallChannel.VOICE
    started_at: Moment | None = None
    talk_minutes: int | None = None
    language: str | None = None
    topics: Codes = []
    needs: Needs = []
    emotional_load: int | None = None
    callback_at: Moment | None = None
    escalation_level: EscalationLevel | None = None
    answered_by: AnsweredBy | None = None
    note: Text | None = None


@dataclass(frozen=True, slots=True)
class Zones:
    """The family's, in which a call-back is told, and the caller's, in which she says when she called."""

    theirs: ZoneInfo
    yours: ZoneInfo


def call_of(form: CallForm, follow_up_id: UUID | None, match_id: UUID, zones: Zones) -> LoggedCall:
    """What the form tells. Answers that its outcome does not ask for are left out: they stood there before she chose.

    Raises Invalid where a day came without its time, or a time without its day.
    """
    rule = OUTCOMES[form.outcome]
    return LoggedCall(
        outcome=form.outcome,
        follow_up_id=follow_up_id,
        match_id=None if follow_up_id else match_id,
        direction=Direction.INBOUND if rule.inbound or form.they_called else Direction.OUTBOUND,
        started_at=_instant("started", form.started_date, form.started_time, zones.yours),
        talk_minutes=form.talk_minutes if rule.connected else None,
        language=form.language,
        topics=tuple(dict.fromkeys(form.topics)),
        needs=tuple(dict.fromkeys(form.needs)),
        emotional_load=form.emotional_load,
        callback_at=_instant("callback", form.callback_date, form.callback_time, zones.theirs)
        if rule.asks_time
        else None,
        answered_by=form.answered_by if rule.asks_who else None,
        note=form.note,
    )


def _instant(name: str, day: date | None, at: time | None, zone: ZoneInfo) -> datetime | None:
    if day is not None and at is not None:
        return to_instant(day, at, zone)
    if day is None and at is None:
        return None
    raise Invalid.field(f"{name}_date" if day is None else f"{name}_time", "required")


def problems_on_page(problems: tuple[Problem, ...]) -> Invalid:
    """The rules' problems at the fields of the page."""
    return Invalid([(FIELD_OF.get(field, field), code, facts) for field, code, facts in problems])


def call_of_body(body: CallBody) -> LoggedCall:
    return LoggedCall(
        outcome=body.outcome,
        follow_up_id=body.follow_up_id,
        match_id=body.match_id,
        contact_id=body.contact_id,
        direction=body.direction,
        channel=body.channel,
        started_at=body.started_at,
        talk_minutes=body.talk_minutes,
        language=body.language,
        topics=tuple(body.topics),
        needs=tuple(body.needs),
        emotional_load=body.emotional_load,
        callback_at=body.callback_at,
        escalation_level=body.escalation_level,
        answered_by=body.answered_by,
        note=body.note,
    )


def typed_of(form: CallForm | DraftForm) -> Typed:
    return Typed(form.note or "", form.key, form.draft_version)
