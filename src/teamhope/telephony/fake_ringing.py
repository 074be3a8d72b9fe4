"""How a call of the fake provider begins: its telephone rings until somebody, or its script, decides."""

import asyncio
from collections.abc import Coroutine
from typing import Any, Final
from uuid import uuid4

from teamhope.kit import clock
from teamhope.telephony.fake_callbacks import report_call
from teamhope.telephony.fake_handsets import Lift
from teamhope.telephony.fake_legs import INBOUND, Heard, Leg
from teamhope.telephony.fake_meetings import end
from teamhope.telephony.fake_requests import ApplicationError
from teamhope.telephony.fake_state import FakeState, Problem

LIFT: Final = "lift"
SORRY: Final = Heard("We are sorry, an application error has occurred. Goodbye.")
STATUS: Final = {Lift.BUSY: "busy", Lift.REFUSE: "busy", Lift.NO_ANSWER: "no-answer", Lift.FAIL: "failed"}


def new_leg(state: FakeState, to: str, sender: str, direction: str, number: str) -> Leg:
    """A call that is in the list, and that nobody has begun. `number` is the telephone's own."""
    handset = state.handsets.get(number, state.usual_handset)
    leg = Leg(f"CA{uuid4().hex}", to, sender, direction, handset, clock.now())
    state.calls.append(leg)
    return leg


def begin(state: FakeState, leg: Leg, work: Coroutine[Any, Any, None]) -> None:
    leg.task = asyncio.create_task(_to_the_end(state, leg, work))


async def _to_the_end(state: FakeState, leg: Leg, work: Coroutine[Any, Any, None]) -> None:
    """What nobody cuts short ends with the end of the call. One that came in is answered, whatever our TwiML lacked."""
    try:
        await work
    except ApplicationError as problem:
        state.problems.append(Problem(leg.sid, problem.code, problem.message))
        leg.heard.append(SORRY)
    if leg.direction == INBOUND and not leg.answered_at:
        answer(state, leg)
    end(state, leg)


async def ring(state: FakeState, leg: Leg) -> None:
    """Until it is answered; else this is the end of the call."""
    leg.started_at = clock.now()
    report_call(state, leg, "initiated")
    if leg.handset.lift is not Lift.FAIL:
        leg.status = "ringing"
        report_call(state, leg, "ringing")
    lift = await _decision(state, leg)
    if lift is not Lift.ANSWER:
        end(state, leg, STATUS[lift])
        await asyncio.sleep(0)  # the end of the call is the end of this task
    answer(state, leg)


def answer(state: FakeState, leg: Leg) -> None:
    leg.answer(clock.now())
    report_call(state, leg, "answered")


async def _decision(state: FakeState, leg: Leg) -> Lift:
    if leg.handset.by_hand:
        leg.asks = LIFT
        told = await leg.listen(state.patience_seconds)
        leg.asks = ""
        if told in set(Lift):
            return Lift(told)
    return Lift.NO_ANSWER if leg.handset.after_seconds > leg.timeout else leg.handset.lift
