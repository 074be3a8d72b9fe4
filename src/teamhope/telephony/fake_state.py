"""What the fake provider knows: the texts it took, what is to go wrong next, and which reports it sent."""

import asyncio
from collections import Counter, deque
from collections.abc import Coroutine, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from enum import StrEnum
from typing import Annotated, Any, Final
from uuid import uuid4

from msgspec import Meta, Struct

PROGRESS: Final = ("queued", "sent", "delivered")
PROGRESS_OF_UNREACHABLE: Final = ("queued", "sent", "undelivered")
ORDER: Final = ("queued", "sent", "undelivered", "delivered")
UNREACHABLE_HANDSET: Final = 30003  # Twilio's error code


class Fault(StrEnum):
    """What may go wrong with one request to create a text."""

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


@dataclass(slots=True)
class Text:
    """One text that was taken."""

    sid: str
    to: str
    sender: str
    body: str
    callback: str
    created_at: datetime
    status: str = "queued"
    sent_at: datetime | None = None

    def move_to(self, status: str, now: datetime) -> None:
        """Forward only; `sent_at` stays empty while the text is queued, as with the real provider."""
        self.status = max(self.status, status, key=ORDER.index)
        if self.status != "queued" and self.sent_at is None:
            self.sent_at = now

    @property
    def error_code(self) -> int | None:
        return UNREACHABLE_HANDSET if self.status == "undelivered" else None

    def as_json(self, account_sid: str) -> dict[str, object]:
        """The fields of a Message resource that clients read."""
        return {
            "sid": self.sid,
            "account_sid": account_sid,
            "to": self.to,
            "from": self.sender,
            "body": self.body,
            "status": self.status,
            "direction": "outbound-api",
            "date_created": format_datetime(self.created_at),
            "date_updated": format_datetime(self.sent_at or self.created_at),
            "date_sent": self.sent_at and format_datetime(self.sent_at),
            "error_code": self.error_code,
            "error_message": None,
            "num_segments": "1",
            "api_version": "2010-04-01",
            "uri": f"/2010-04-01/Accounts/{account_sid}/Messages/{self.sid}.json",
        }


@dataclass(frozen=True, slots=True)
class Report:
    """One status report that was posted; `answer` is the HTTP status it met, None if nobody answered."""

    sid: str
    status: str
    answer: int | None


@dataclass(slots=True)
class FakeState:
    """All of it. `requests` counts every attempt to create a text by recipient, taken or not."""

    account_sid: str
    auth_token: str
    public_url: str
    deliver_to: str
    plan: CallbackPlan = field(default_factory=CallbackPlan)
    texts: list[Text] = field(default_factory=list)
    reports: list[Report] = field(default_factory=list)
    requests: Counter[str] = field(default_factory=Counter)
    opted_out: set[str] = field(default_factory=set)
    unreachable: set[str] = field(default_factory=set)
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

    async def quiet(self) -> None:
        """Until every report is out."""
        while self._tasks:
            await asyncio.gather(*self._tasks)

    def release(self) -> None:
        """Let every hanging request end."""
        self.released.set()
        self.released = asyncio.Event()

    def reset(self) -> None:
        """Forget everything but who we are, reports under way included."""
        self.release()
        for task in self._tasks:
            task.cancel()
        for known in (self.texts, self.reports, self.requests, self.opted_out, self.unreachable, self.faults):
            known.clear()
        self.plan = CallbackPlan()
