"""Whether a family may be reached now, by this channel, by this caller: default deny; the only maker of a Clearance."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from teamhope.families.rules_contact import Ask, Caller, ContactFacts, NotNow, PhoneFacts
from teamhope.families.rules_dates import is_kept_free
from teamhope.families.rules_history import (
    after_the_gap,
    fewer_than_enough_this_week,
    no_text_today,
    voicemail_is_due,
)
from teamhope.families.rules_hours import FAR, HORIZON_DAYS, Span, dates_from, open_from, to_instant
from teamhope.vocabulary.families import (
    Clearance,
    ClearedChannel,
    ConsentKind,
    ContactPreference,
    FamilyStatus,
    Voicemail,
)
from teamhope.vocabulary.people import Role
from teamhope.vocabulary.states import MAY_BE_CALLED

CLEARED_FOR = timedelta(minutes=10)  # a clearance is used at once or asked for again
CONFIRMED_WITHIN_DAYS = 180  # a number is safe only as long as somebody asked lately (NNEDV; domain.md §2.3 (1))
CONSENT_FOR = {ClearedChannel.VOICE: ConsentKind.VOICE_CALL, ClearedChannel.SMS: ConsentKind.SMS_REMINDER}


def may_contact(facts: ContactFacts, channel: ClearedChannel, now: datetime, caller: Caller) -> Clearance | NotNow:
    """Leave to reach the contact on this number, or the first rule that refuses, in the order of domain.md §2.3.

    `now` is aware. A Clearance ends when the first rule closes again, after CLEARED_FOR at the latest; at
    `next_allowed_at` the answer is a Clearance if nothing else has changed by then.
    """
    ask = Ask(facts, channel, caller, now.astimezone(UTC))
    barred = first_bar(ask)
    if barred is not None:
        return NotNow(barred)
    allowed = next_open(ask)
    if allowed is None or allowed.start > ask.at:
        return NotNow(first_closed(ask), _unless_barred_then(ask, allowed))
    return Clearance(facts.contact_id, facts.phone.phone_id, channel, min(allowed.end, ask.at + CLEARED_FOR))


def _unless_barred_then(ask: Ask, allowed: Span | None) -> datetime | None:
    if allowed is None or first_bar(replace(ask, at=allowed.start)) is not None:
        return None
    return allowed.start


def closed_line(phone: PhoneFacts) -> str | None:
    """Why nobody may use this line, by whatever right; None for an open one."""
    if phone.stopped:
        return "number_stopped"
    return "blocked_person_on_line" if phone.blocked_person_on_line else None


def voicemail_words(facts: ContactFacts, now: datetime) -> str | None:
    """The exact words a caller may leave, or None: leave nothing. `facts.history` is without the call that is ringing.

    Only with consent and agreed words; one voicemail per 72 h or as the policy says; of a first contact only on the
    first and third call. Source: domain.md §2.3 (4), §2.4, §2.6.
    """
    agreed = facts.phone.voicemail is Voicemail.AGREED_WORDS and ConsentKind.VOICEMAIL in facts.consents
    if not agreed or not _leaves_voicemail(facts, now):
        return None
    return facts.phone.agreed_words or None


def _leaves_voicemail(facts: ContactFacts, now: datetime) -> bool:
    return voicemail_is_due(facts.history, facts.first_contact, now, facts.policy.between_voicemails)


# What bars a contact until somebody changes a fact --------------------------------------------------------------------


def lacks_consent(ask: Ask) -> bool:
    return CONSENT_FOR[ask.channel] not in ask.facts.consents


def not_safe(ask: Ask) -> bool:
    phone = ask.facts.phone
    if ask.channel is ClearedChannel.VOICE:
        return not phone.safe_to_call
    return not (phone.safe_to_text and phone.only_i_see_this_phone)


def not_confirmed_lately(ask: Ask) -> bool:
    """More than CONFIRMED_WITHIN_DAYS ago, never, or in a future that no zone explains."""
    confirmed_on = ask.facts.phone.confirmed_on
    today = ask.at.astimezone(ask.facts.hours.zone).date()
    return confirmed_on is None or not -1 <= (today - confirmed_on).days <= CONFIRMED_WITHIN_DAYS


def number_stopped(ask: Ask) -> bool:
    return ask.facts.phone.stopped or (ask.channel is ClearedChannel.SMS and ask.facts.phone.texts_stopped)


def no_live_match(ask: Ask) -> bool:
    return ask.facts.match not in MAY_BE_CALLED and not ask.caller.acts_for_the_family


def child_and_not_advocate(ask: Ask) -> bool:
    return not ask.facts.adult and ask.caller.role is not Role.ADVOCATE


BARS: tuple[tuple[str, Callable[[Ask], bool]], ...] = (
    ("family_closed", lambda ask: ask.facts.family_status is not FamilyStatus.OPEN),
    ("family_on_hold", lambda ask: ask.facts.on_hold),
    ("no_consent", lacks_consent),
    ("not_safe", not_safe),
    ("confirm_number", not_confirmed_lately),
    ("number_stopped", number_stopped),
    ("blocked_person_on_line", lambda ask: ask.facts.phone.blocked_person_on_line),
    ("no_live_match", no_live_match),
    ("caller_suspended", lambda ask: ask.caller.suspended),
    ("child_needs_advocate", child_and_not_advocate),
    ("they_call_us", lambda ask: ask.facts.preference is ContactPreference.THEY_CALL_US),
)


def first_bar(ask: Ask) -> str | None:
    return next((code for code, bars in BARS if bars(ask)), None)


# What waiting heals: each rule gives the first span from `ask.at` on in which it allows -------------------------------


def in_family_hours(ask: Ask) -> Span | None:
    return open_from(ask.facts.hours, ask.at)


def in_volunteer_hours(ask: Ask) -> Span | None:
    if ask.caller.role is not Role.VOLUNTEER or ask.channel is ClearedChannel.SMS:
        return Span(ask.at, FAR)
    return open_from(ask.caller.hours, ask.at) if ask.caller.hours else None


def not_too_soon(ask: Ask) -> Span | None:
    if ask.channel is ClearedChannel.SMS:
        return no_text_today(ask.facts.history, ask.at)
    return after_the_gap(ask.facts.history, ask.facts.callback_at, ask.at, ask.facts.policy.gap)


def not_too_often(ask: Ask) -> Span | None:
    if ask.channel is ClearedChannel.SMS:
        return Span(ask.at, FAR)
    most = ask.facts.policy.most_calls(first_contact=ask.facts.first_contact)
    return fewer_than_enough_this_week(ask.facts.history, most, ask.at)


def no_holiday(ask: Ask) -> Span | None:
    """Holidays of the family's date; not for who must not wait, nor for the day of a callback that was asked for."""
    if ask.facts.must_not_wait:
        return Span(ask.at, FAR)
    return _on_a_day_but(ask, lambda day: day in ask.facts.holidays)


def no_sensitive_date(ask: Ask) -> Span | None:
    """The family's own dates, however urgent; not the day of a callback that was asked for."""
    return _on_a_day_but(ask, lambda day: is_kept_free(ask.facts.sensitive_dates, day))


def _on_a_day_but(ask: Ask, skipped: Callable[[date], bool]) -> Span | None:
    zone, asked = ask.facts.hours.zone, ask.facts.callback_at
    asked_on = asked.astimezone(zone).date() if asked else None
    for day in dates_from(ask.at.astimezone(zone).date()):
        if day == asked_on or not skipped(day):
            midnight, next_midnight = (to_instant(day + timedelta(days=n), time(), zone) for n in (0, 1))
            return Span(max(midnight, ask.at), next_midnight)
    return None


TIMED: tuple[tuple[str, Callable[[Ask], Span | None]], ...] = (
    ("outside_hours", in_family_hours),
    ("volunteer_not_available", in_volunteer_hours),
    ("too_soon", not_too_soon),
    ("enough_this_week", not_too_often),
    ("holiday", no_holiday),
    ("sensitive_date", no_sensitive_date),
)


def first_closed(ask: Ask) -> str:
    """The first rule that is closed at `ask.at`; there is one."""
    spans = ((code, opens(ask)) for code, opens in TIMED)
    return next(code for code, span in spans if span is None or span.start > ask.at)


def next_open(ask: Ask) -> Span | None:
    """The first span from `ask.at` on in which every timed rule allows; None within HORIZON_DAYS.

    No rule allows before the start of the span it gives, so the latest start is the earliest instant still possible.
    """
    at, last = ask.at, ask.at + timedelta(days=HORIZON_DAYS)
    while at <= last:
        spans = [span for _, opens in TIMED if (span := opens(replace(ask, at=at))) is not None]
        if len(spans) < len(TIMED):
            return None
        start = max(span.start for span in spans)
        if start == at:
            return Span(at, min(span.end for span in spans))
        at = start
    return None
