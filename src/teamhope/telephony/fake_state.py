"""What the fake provider knows: the texts and calls it took, what is to go wrong next, and which reports it sent."""

import asyncio
from collections import Counter, deque
from collections.abc import Coroutine, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Final
from uuid import uuid4

from msgspec import Meta, Struct

from teamhope.telephony.fake_conferences import Room
from teamhope.telephony.fake_handsets import Handset
from teamhope.telephony.fake_legs import Leg
from teamhope.telephony.fake_texts import PROGRESS, PROGRESS_OF_UNREACHABLE, Text

TURN_SECONDS: Final = 0.005  # between two looks at whether everything is quiet


class Fault(StrEnum):
    """What may go wrong with one request to create a text or a call."""

    BUSY = "busy"  # 429, not taken
    DOWN = "down"  # 503, not taken
    ERROR_AFTER_ACCEPT = "error_after_accept"  # taken, then 500
    HANG = "hang"  # taken, never answered
    CUT_OFF = "cut_off"  # taken, and the connection breaks in the middle of the answer


class Script(Struct, frozen=True):
    """`times` requests to come meet the fault; `retry_after` (seconds) goes with BUSY."""

    fault: Fault
    times: Annotated[int, Meta(ge=1, le=10_000)] = 1
    retry_after: Annotated[int, Meta(ge=0)] | None = None


class CallbackPlan(Struct, frozen=True):
    """How reports are sent: each `copies` times at once, `pause_seconds` before each."""

    copies: Annotated[int, Meta(ge=1, le=100)] = 1
    backwards: bool = False
    dropped: bool = False
    before_answer: bool = False
    pause_seconds: Annotated[float, Meta(ge=0, le=60)] = 0


@dataclass(frozen=True, slots=True)
class Report:
    """One status report that was posted; `answer` is the HTTP status it met, None if nobody answered."""

    sid: str
    status: str
    answer: int | None


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with our TwiML or our webhook. `code` is Twilio's."""

    sid: str
    code: int
    message: str


@dataclass(slots=True)
class FakeState:
    """All of it. `requests` counts every attempt to create a text by recipient, taken or not, `dialled` those of calls.

    `number` is the account's own, `calls` are in the order in which they came. A number without a handset of its own
    has `usual_handset`. `problems` is what Twilio would show its customer's developer.
    """

    account_sid: str
    auth_token: str
    public_url: str
    deliver_to: str
    number: str = "+12025550100"
    plan: CallbackPlan = field(default_factory=CallbackPlan)
    texts: list[Text] = field(default_factory=list)
    reports: list[Report] = field(default_factory=list)
    requests: Counter[str] = field(default_factory=Counter)
    opted_out: set[str] = field(default_factory=set)
    unreachable: set[str] = field(default_factory=set)
    calls: list[Leg] = field(default_factory=list)
    rooms: list[Room] = field(default_factory=list)
    dialled: Counter[str] = field(default_factory=Counter)
    handsets: dict[str, Handset] = field(default_factory=dict)
    usual_handset: Handset = field(default_factory=Handset)
    patience_seconds: float | None = None
    problems: list[Problem] = field(default_factory=list)
    faults: deque[Script] = field(default_factory=deque)
    released: asyncio.Event = field(default_factory=asyncio.Event)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def script(self, fault: Fault, times: int = 1, retry_after: int | None = None) -> None:
        """After the faults scripted before, the next `times` requests meet this one."""
        self.faults.extend([Script(fault, 1, retry_after)] * times)

    def next_fault(self) -> Script | None:
        return self.faults.popleft() if self.faults else None

    def take(self, form: Mapping[str, str], now: datetime) -> Text:
        sid = f"SM{uuid4().hex}"
        text = Text(sid, form["To"], form["From"], form["Body"], form.get("StatusCallback", ""), now)
        self.texts.append(text)
        return text

    def counts(self) -> dict[str, int]:
        """How many texts were taken for each recipient: more than one for one attempt is a doubled text."""
        return dict(Counter(text.to for text in self.texts))

    def progress_of(self, text: Text) -> tuple[str, ...]:
        steps = PROGRESS_OF_UNREACHABLE if text.to in self.unreachable else PROGRESS
        return steps[::-1] if self.plan.backwards else steps

    def in_background(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def is_ours(self, url: str) -> bool:
        """Whether the fake may call it: it calls nobody else."""
        return url.startswith(self.public_url + "/")

    def delivered(self, url: str) -> str:
        """Where a request to this address of ours really goes."""
        return self.deliver_to + url.removeprefix(self.public_url)

    async def quiet(self) -> None:
        """Until every report is out and no call moves on by itself. Raises what went wrong in one."""
        while self._tasks or any(leg.is_busy for leg in self.calls):
            await (asyncio.gather(*self._tasks) if self._tasks else asyncio.sleep(TURN_SECONDS))
        for leg in self.calls:
            if leg.task and leg.task.done() and not leg.task.cancelled():
                leg.task.result()

    def release(self) -> None:
        """Let every hanging request end."""
        self.released.set()
        self.released = asyncio.Event()

    def reset(self) -> None:
        """Forget everything but who we are, reports under way included."""
        self.release()
        for task in (*self._tasks, *(leg.task for leg in self.calls if leg.task)):
            task.cancel()
        for known in (self.texts, self.reports, self.requests, self.opted_out, self.unreachable, self.faults):
            known.clear()
        for known_of_calls in (self.calls, self.rooms, self.dialled, self.handsets, self.problems):
            known_of_calls.clear()
        self.plan, self.usual_handset, self.patience_seconds = CallbackPlan(), Handset(), None
