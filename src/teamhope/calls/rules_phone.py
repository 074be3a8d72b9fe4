"""How far one telephone has come, and what a call that the programme carries asks for next."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from math import ceil
from typing import Final
from uuid import UUID

from teamhope.telephony.outcomes import LONGEST_CALL, Dialled, Dialling, NotAccepted, Rejected, Unknown
from teamhope.telephony.voice_reports import FORWARD, OVER, advance
from teamhope.vocabulary.calls import LegStatus, Outcome, Party, PhoneCallKind

S = LegStatus

LEASE: Final = timedelta(seconds=60)
DIAL_WITHIN: Final = timedelta(seconds=15)  # more than the client's whole timeout (10 s), much less than the lease
RETRY: Final = timedelta(seconds=5)  # somebody is waiting
RINGS_WITHIN: Final = timedelta(minutes=2)  # of the tap: later than that nobody expects her telephone to ring
ASK_SOON: Final = timedelta(seconds=15)  # after a lost answer
ASK_RINGING: Final = timedelta(minutes=1)
ASK_TALKING: Final = timedelta(minutes=5)  # a lost end is made good within 15 minutes
LISTED_WITHIN: Final = timedelta(minutes=2)  # what the provider's list does not show by then is in doubt
NEVER_TAKEN_AFTER: Final = timedelta(minutes=10)  # and by then it never rang
LOST_AFTER: Final = LONGEST_CALL + timedelta(hours=1)  # and of which the provider says nothing: it is over by then
WARN_AFTER: Final = LONGEST_CALL - timedelta(minutes=10)
LEFT_ALONE_FOR: Final = timedelta(seconds=15)  # by then the conference's end has led her out of it
NOT_LOGGED: Final = timedelta(hours=24)  # after which a coordinator asks (domain.md §1.3)

TAKERS: Final = frozenset({Party.VOLUNTEER, Party.ON_CALL})  # of a call that came in
IN_OUR_HANDS: Final = frozenset({S.QUEUED, S.DIALLING, S.UNCERTAIN})


@dataclass(frozen=True, slots=True)
class Leg:
    """One telephone. `dialling_for` is how long ago, by the database's clock, the intent to dial was committed."""

    id: UUID
    phone_call_id: UUID
    party: Party
    person_id: UUID | None
    status: LegStatus
    created_at: datetime
    attempts: int = 0
    lease: str | None = None
    dialling_at: datetime | None = None
    dialling_for: timedelta = timedelta()
    sid: str | None = None
    answered_at: datetime | None = None
    joined_at: datetime | None = None
    ended_at: datetime | None = None
    talk_seconds: int | None = None

    @property
    def is_over(self) -> bool:
        return self.status in OVER


@dataclass(frozen=True, slots=True)
class PhoneCall:
    """A call that the programme's number carries, with its telephones in the order in which they were rung."""

    id: UUID
    kind: PhoneCallKind
    created_at: datetime
    volunteer_id: UUID | None = None
    family_id: UUID | None = None
    match_id: UUID | None = None
    follow_up_id: UUID | None = None
    cleared_at: datetime | None = None
    refused: str | None = None
    warned_at: datetime | None = None
    logged_as: UUID | None = None
    ended_at: datetime | None = None
    legs: tuple[Leg, ...] = field(default=())

    def leg_of(self, party: Party) -> Leg | None:
        """The latest."""
        return next((leg for leg in reversed(self.legs) if leg.party is party), None)


@dataclass(frozen=True, slots=True)
class Change:
    """What to write of a leg. `wait`: QUEUED, until the next try; else, until the provider is asked.

    `certain`: the provider said so, which counts whoever holds the lease; the rest is ours to write only with it.
    """

    status: LegStatus
    wait: timedelta | None = None
    certain: bool = False
    sid: str | None = None
    code: str | None = None
    seconds: int | None = None


def applies(current: LegStatus, change: Change, *, holds_lease: bool) -> bool:
    """Whether the change may still be written. What the provider has never goes back."""
    if change.certain:
        return FORWARD.index(change.status) >= FORWARD.index(current)
    return holds_lease and current in IN_OUR_HANDS


def is_too_late(leg: Leg, now: datetime) -> bool:
    """An old wish rings nobody; who is on call is rung however late."""
    return leg.party is not Party.ON_CALL and now - leg.created_at > RINGS_WITHIN


def after_dialling(outcome: Dialling) -> Change:
    """An Unknown stays `dialling`: the next pass asks."""
    match outcome:
        case Dialled():
            return _known(outcome)
        case NotAccepted(reason="account"):
            return Change(S.FAILED, certain=True, code=outcome.reason)
        case NotAccepted():
            return Change(S.QUEUED, max(RETRY, timedelta(seconds=outcome.retry_after or 0)), code=outcome.reason)
        case Rejected():
            return Change(S.FAILED, certain=True, code=str(outcome.code))
        case Unknown():
            return Change(S.DIALLING, ASK_SOON, code=outcome.reason)


def after_asking(leg: Leg, answer: Dialled | Unknown | None, now: datetime) -> Change:
    """What the provider's answer to "what became of it?" means; None is "no such call", Unknown is no answer.

    A no never leads to a second call: for LISTED_WITHIN the list may be late, then it is uncertain, and
    NEVER_TAKEN_AFTER it has failed. Without any answer it is lost LOST_AFTER it was wished for: for ever under way it
    would bar the next call.
    """
    if isinstance(answer, Dialled):
        return _known(answer)
    if now - leg.created_at >= LOST_AFTER:
        return Change(S.FAILED, certain=True, code="lost")
    if leg.sid is not None:
        return Change(leg.status, ASK_TALKING, certain=True)
    if answer is None and leg.dialling_for >= NEVER_TAKEN_AFTER:
        return Change(S.FAILED, code="never_taken")
    doubted = leg.dialling_for >= LISTED_WITHIN
    return Change(S.UNCERTAIN if doubted else S.DIALLING, ASK_RINGING if doubted else ASK_SOON)


def after_report(current: LegStatus, word: str, sid: str, code: str | None, seconds: int | None) -> Change:
    """What a status report means: whatever its word, the provider has the call. `seconds`: how long it was."""
    return _taken(advance(current, word), sid, seconds, code)


def after_word_from(current: LegStatus, sid: str) -> Change:
    """The provider asks what to say to whom: then that telephone was answered."""
    return _taken(advance(current, "answered"), sid)


def _known(it: Dialled) -> Change:
    return _taken(it.status, it.sid, it.seconds)


def _taken(status: LegStatus, sid: str, seconds: int | None = None, code: str | None = None) -> Change:
    wait = None if status in OVER else ASK_TALKING if status is S.ANSWERED else ASK_RINGING
    talked = seconds if status is S.COMPLETED else None
    return Change(status, wait, certain=True, sid=sid, code=code if status is S.FAILED else None, seconds=talked)


# What is to be done ---------------------------------------------------------------------------------------------------


class Deed(StrEnum):
    """What the provider, or the row, has to be told."""

    HANG_UP = "hang_up"
    CANCEL = "cancel"  # it was never dialled
    SAY_UNREACHED = "say_unreached"
    SAY_OVER = "say_over"
    WARN = "warn"
    END = "end"


@dataclass(frozen=True, slots=True)
class Act:
    deed: Deed
    leg: Leg | None = None


def next_acts(call: PhoneCall, now: datetime) -> tuple[Act, ...]:
    """What the call asks for as it stands; the same once more where it was not done. Each may be done twice."""
    if call.ended_at is not None:
        return tuple(_stop(call.legs))
    if not call.legs:
        return ()
    if all(leg.is_over for leg in call.legs):
        return (Act(Deed.END),)
    return tuple(_between(call, now) if call.kind is PhoneCallKind.TO_FAMILY else _received(call, now))


def _stop(legs: Iterable[Leg]) -> Iterator[Act]:
    """What may be ringing unknown to us is ended once its sid is known."""
    for leg in legs:
        if leg.status is S.QUEUED:
            yield Act(Deed.CANCEL, leg)
        elif not leg.is_over and leg.sid is not None:
            yield Act(Deed.HANG_UP, leg)


def _between(call: PhoneCall, now: datetime) -> Iterator[Act]:
    volunteer, family = call.leg_of(Party.VOLUNTEER), call.leg_of(Party.FAMILY)
    if volunteer is None:
        return
    if volunteer.is_over:
        if not _advocate_has_it(call, family):
            yield from _stop(leg for leg in call.legs if leg is not volunteer)
    elif family is None:
        return
    elif volunteer.joined_at is None:
        yield from _given_up(call, family)
    elif family.is_over and family.answered_at is None:
        yield Act(Deed.SAY_UNREACHED, volunteer)
    else:
        yield from _together(call, volunteer, family, now)


def _given_up(call: PhoneCall, family: Leg) -> Iterator[Act]:
    """She has said that the call is over (service_bridge.menu): nobody of ours comes back to the family."""
    if family.status is S.ANSWERED and family.joined_at is None and not _advocate_has_it(call, family):
        yield Act(Deed.HANG_UP, family)


def _together(call: PhoneCall, ours: Leg, family: Leg, now: datetime) -> Iterator[Act]:
    """Whoever came back to the conference when the family had just left it would wait there in silence."""
    if family.ended_at is not None and now - family.ended_at >= LEFT_ALONE_FOR:
        yield Act(Deed.SAY_OVER, ours)
    elif _is_nearly_over(call, now):
        yield Act(Deed.WARN, ours)


def _received(call: PhoneCall, now: datetime) -> Iterator[Act]:
    """Somebody called us: whoever of ours is rung, the latest, takes the call or does not."""
    caller = call.leg_of(Party.FAMILY)
    taker = next((leg for leg in reversed(call.legs) if leg.party in TAKERS), None)
    if caller is None or taker is None:
        return
    if caller.is_over:
        yield from _caller_gone(call, caller, taker, now)
    elif not taker.is_over and taker.joined_at is not None:
        yield from _together(call, taker, caller, now)
    elif not taker.is_over:
        yield from _given_up(call, caller) if call.cleared_at is not None else ()
    elif call.cleared_at is None and caller.joined_at is not None:
        yield Act(Deed.SAY_UNREACHED, caller)
    elif call.cleared_at is not None and not _advocate_has_it(call, caller):
        yield Act(Deed.HANG_UP, caller)


def _caller_gone(call: PhoneCall, caller: Leg, taker: Leg, now: datetime) -> Iterator[Act]:
    """A volunteer who had taken the call stays on for its log."""
    logs = taker if call.cleared_at is not None and taker.party is Party.VOLUNTEER else None
    yield from _stop(leg for leg in call.legs if leg not in {caller, logs})
    if logs is not None and logs.joined_at is not None:
        yield from _together(call, logs, caller, now)


def _is_nearly_over(call: PhoneCall, now: datetime) -> bool:
    return call.warned_at is None and call.cleared_at is not None and now - call.cleared_at >= WARN_AFTER


def _advocate_has_it(call: PhoneCall, family: Leg | None) -> bool:
    """The volunteer may leave: the family stays with the advocate."""
    joined = [leg for leg in call.legs if leg.party is Party.ADVOCATE and leg.joined_at and not leg.is_over]
    return bool(joined) and family is not None and not family.is_over


def is_talking(call: PhoneCall) -> bool:
    """The family is on the line."""
    family = call.leg_of(Party.FAMILY)
    return call.ended_at is None and family is not None and family.status is S.ANSWERED


def next_advocate(call: PhoneCall, on_call: Sequence[UUID | None]) -> UUID | None:
    """The first who was rung the fewest times in this call; None is the number behind the roster."""
    rung = [leg.person_id for leg in call.legs if leg.party is Party.ADVOCATE]
    return min(on_call, key=rung.count)


# What is known of it afterwards ---------------------------------------------------------------------------------------

KEYS: Final = {
    "1": Outcome.REACHED,
    "2": Outcome.LEFT_VOICEMAIL,
    "3": Outcome.NO_ANSWER,
    "4": Outcome.REACHED_BRIEF,
    "5": Outcome.MESSAGE_WITH_PERSON,
    "6": Outcome.ENDED_FOR_SAFETY,
}
KEYS_WHEN_THEY_CALLED: Final = {"1": Outcome.INBOUND_RECEIVED, "3": Outcome.INBOUND_MISSED}
NEED_SOMEONE: Final = "9"
LATER: Final = "#"
TRIES: Final = 3  # a wrong key is asked again twice


def keys_for(*, words_agreed: bool) -> dict[str, Outcome]:
    """What each key logs: a message can only have been left where there are agreed words."""
    return {key: outcome for key, outcome in KEYS.items() if words_agreed or outcome is not Outcome.LEFT_VOICEMAIL}


def minutes_of(legs: Sequence[Leg], now: datetime, taken_at: datetime | None = None) -> int | None:
    """Whole minutes, begun ones too, in which the family's telephone was off the hook; None if it never was.

    `taken_at`: of a call that came in, when somebody of ours took it; what the family waited is no talk.
    """
    family = next((leg for leg in reversed(legs) if leg.party is Party.FAMILY and leg.answered_at), None)
    if family is None or family.answered_at is None:
        return None
    seconds = None if taken_at else family.talk_seconds
    if seconds is None:
        seconds = int(((family.ended_at or now) - (taken_at or family.answered_at)).total_seconds())
    return max(1, ceil(seconds / 60))


class Scene(StrEnum):
    """Where a call is, as its page tells the volunteer."""

    RINGING_YOU = "ringing_you"
    PRESS_KEY = "press_key"
    RINGING_THEM = "ringing_them"
    TALKING = "talking"
    ANSWER_KEYS = "answer_keys"  # the family's telephone is down, hers is not
    NOT_RUNG = "not_rung"  # hers could not be reached
    REFUSED = "refused"
    OVER = "over"


def scene_of(call: PhoneCall) -> Scene:
    volunteer, family = call.leg_of(Party.VOLUNTEER), call.leg_of(Party.FAMILY)
    if call.refused:
        return Scene.REFUSED
    if family is not None:
        return _scene_with(volunteer, family, ended=call.ended_at is not None)
    if volunteer is None or call.ended_at is not None or volunteer.is_over:
        return Scene.OVER if volunteer is not None and volunteer.answered_at else Scene.NOT_RUNG
    return Scene.PRESS_KEY if volunteer.status is S.ANSWERED else Scene.RINGING_YOU


def _scene_with(volunteer: Leg | None, family: Leg, *, ended: bool) -> Scene:
    if ended or volunteer is None or volunteer.is_over:
        return Scene.OVER
    if family.is_over:
        return Scene.ANSWER_KEYS
    return Scene.TALKING if family.status is S.ANSWERED else Scene.RINGING_THEM


class Helper(StrEnum):
    """How far the one who is brought in has come."""

    NONE = "none"
    RINGS = "rings"
    JOINED = "joined"


def helper_of(call: PhoneCall) -> Helper:
    live = [leg for leg in call.legs if leg.party is Party.ADVOCATE and not leg.is_over]
    if not live:
        return Helper.NONE
    return Helper.JOINED if any(leg.joined_at for leg in live) else Helper.RINGS
