"""Who enters and leaves a conference of the fake provider, how time passes in it, and how a call ends."""

from typing import Final

from teamhope.kit import clock
from teamhope.telephony.fake_callbacks import report_call, report_room
from teamhope.telephony.fake_conferences import ENDED, ON_STAR, REMOVED, Place, Room
from teamhope.telephony.fake_legs import Leg
from teamhope.telephony.fake_state import FakeState

TALK: Final = "talk"
TALK_TAKES: Final = 4  # times the patience with which a ringing telephone waits for a person


def place_of(state: FakeState, leg: Leg) -> Place | None:
    return next((room.places[leg.sid] for room in state.rooms if leg.sid in room.places), None)


def enter(state: FakeState, place: Place) -> None:
    room = place.room
    room.places[place.leg.sid] = place
    place.entered = True
    report_room(state, room, "participant-join", place)
    if room.may_start():
        room.status, room.started = "in-progress", True
        report_room(state, room, "conference-start", place)
    if not place.leg.handset.by_hand:
        decide(place)
    pass_time(state, room)


def decide(place: Place) -> None:
    """From here on she talks as long as her script says."""
    place.left = place.leg.talks[0].seconds if place.leg.talks else None


def pass_time(state: FakeState, room: Room) -> None:
    """To the moment when the first of them leaves by script or by a limit, if anybody's talk is scripted."""
    if room.status != "in-progress" or all(place.left is None for place in room.present):
        return
    first = min(room.present, key=_seconds_left)
    passed = _seconds_left(first)
    for place in room.present:
        place.leg.seconds += passed
        place.time_limit -= passed
        place.left = place.left if place.left is None else place.left - passed
    _go(state, first)


def _seconds_left(place: Place) -> int:
    limit = min(place.time_limit, place.leg.time_limit - place.leg.seconds)
    return max(0, limit if place.left is None else min(limit, place.left))


def _go(state: FakeState, place: Place) -> None:
    leg = place.leg
    if leg.seconds >= leg.time_limit:
        end(state, leg)
    elif place.time_limit <= 0:
        leave(state, place, ENDED)
    elif leg.talks[0].star:
        press_star(state, place)
    else:
        end(state, leg)


def press_star(state: FakeState, place: Place) -> None:
    """It leads out of the conference if the TwiML says so, and is a sound in it otherwise."""
    if place.star:
        leave(state, place, ON_STAR)
        return
    if place.left is not None:
        place.leg.talks.popleft()
        decide(place)
        pass_time(state, place.room)


def leave(state: FakeState, place: Place, word: str | None = None) -> None:
    """`word` tells the call why it goes on without the conference; None if it does not go on, or elsewhere."""
    room, leg = place.room, place.leg
    if room.places.pop(leg.sid, None) is None:
        return
    if place.entered:
        if room.started and place.left is not None:
            leg.talks.popleft()
        report_room(state, room, "participant-leave", place)
    if word:
        leg.tell(word)
    if not room.is_over and ((place.ends and place.entered) or not room.places):
        close(state, room, _reason(place, word), leg)
    elif not room.is_over:
        pass_time(state, room)


def _reason(place: Place, word: str | None) -> str:
    who = "participant-with-end-conference-on-exit" if place.ends else "last-participant"
    return f"{who}-{'kicked' if word == REMOVED else 'left'}"


def close(state: FakeState, room: Room, reason: str, by: Leg | None = None) -> None:
    """Everybody leaves; a telephone that still rings for it stops."""
    if room.is_over:
        return
    room.status, room.reason, room.ended_by = "completed", reason, by.sid if by else None
    for place in list(room.places.values()):
        if place.entered:
            leave(state, place, ENDED)
        else:
            end(state, place.leg)
    report_room(state, room, "conference-end")


def end(state: FakeState, leg: Leg, status: str = "completed") -> None:
    """Whoever ended it: the call is over, in its conference too, and so are the calls it had made."""
    if leg.is_over:
        return
    leg.end(status if leg.answered_at or status != "completed" else "canceled", clock.now())
    depart(state, leg)
    report_call(state, leg, "completed")
    if leg.task:
        leg.task.cancel()


def depart(state: FakeState, leg: Leg) -> None:
    """Out of whatever it is in, without a word to it."""
    if place := place_of(state, leg):
        leave(state, place)
    for child in [child for child in state.calls if child.parent is leg]:
        end(state, child)


async def stay(state: FakeState, place: Place) -> str:
    """Until she leaves and the call goes on; the word why."""
    leg = place.leg
    if leg.handset.by_hand:
        leg.asks = TALK
        told = await leg.listen(state.patience_seconds and TALK_TAKES * state.patience_seconds)
        leg.asks = ""
        if told:
            return told
        decide(place)
        pass_time(state, place.room)
    told = await leg.listen()
    assert told is not None
    return told
