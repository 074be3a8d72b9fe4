"""A call that the fake provider carries: one telephone, from its ringing to its end, and what was heard at it."""

import asyncio
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import format_datetime
from typing import Final

from teamhope.telephony.fake_handsets import Handset, Talk

EVENTS: Final = ("initiated", "ringing", "answered", "completed")
LONGEST_SECONDS: Final = 4 * 60 * 60  # Twilio's TimeLimit, if the request names none
RING_SECONDS: Final = 60  # and its Timeout
USUAL_LANGUAGE: Final = "en-US"
INBOUND: Final = "inbound"
API_VERSION: Final = "2010-04-01"


@dataclass(frozen=True, slots=True)
class Heard:
    """One Say or Play, as it reached the ear. `language` is Twilio's default where the TwiML names none."""

    text: str
    language: str = USUAL_LANGUAGE


@dataclass(slots=True)
class Outbox:
    """Reports about one thing leave one after another."""

    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    held: list[dict[str, str]] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Leg:
    """One call in Twilio's sense. `seconds` are those that a script let pass: nobody waited for them."""

    sid: str
    to: str
    sender: str
    direction: str
    handset: Handset
    created_at: datetime
    callback: str = ""
    events: frozenset[str] = frozenset()
    timeout: int = RING_SECONDS
    time_limit: int = LONGEST_SECONDS
    parent: "Leg | None" = None
    status: str = "queued"
    started_at: datetime | None = None
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    seconds: int = 0
    heard: list[Heard] = field(default_factory=list)
    keys: deque[str] = field(default_factory=deque)
    talks: deque[Talk] = field(default_factory=deque)
    outbox: Outbox = field(default_factory=Outbox)
    task: asyncio.Task[None] | None = None
    asks: str = ""  # what it waits for a person to do: lift, press, talk
    _inbox: asyncio.Queue[str] = field(default_factory=asyncio.Queue)
    _listening: bool = False

    def __post_init__(self) -> None:
        self.keys.extend(self.handset.keys)
        self.talks.extend(self.handset.talks)

    @property
    def number(self) -> str:
        """Of the telephone, whichever side it is on."""
        return self.sender if self.direction == INBOUND else self.to

    @property
    def is_over(self) -> bool:
        return self.ended_at is not None

    @property
    def is_busy(self) -> bool:
        """It moves on by itself: it waits neither for a person nor for another call."""
        if self.task is None or self.task.done():
            return False
        return bool(self.task.cancelling()) or not (self._listening and self._inbox.empty())

    def tell(self, word: str) -> None:
        self._inbox.put_nowait(word)

    async def listen(self, wait_seconds: float | None = None) -> str | None:
        """What it is told next; None if nothing is in time."""
        self._listening = True
        try:
            return await asyncio.wait_for(self._inbox.get(), wait_seconds)
        except TimeoutError:
            return None
        finally:
            self._listening = False

    def forget_words(self) -> None:
        self._inbox, self.asks = asyncio.Queue(), ""

    def answer(self, now: datetime) -> None:
        self.status, self.answered_at = "in-progress", now

    def end(self, status: str, now: datetime) -> None:
        """`ended_at` is later than now by the seconds that a script let pass; a person's time counts as it is."""
        self.status, self.ended_at, self.asks = status, now + timedelta(seconds=self.seconds), ""
        if self.answered_at and self.handset.by_hand:
            self.seconds += int((now - self.answered_at).total_seconds())

    def as_json(self, account_sid: str) -> dict[str, object]:
        """The fields of a Call resource that clients read."""
        return {
            "sid": self.sid,
            "account_sid": account_sid,
            "parent_call_sid": self.parent.sid if self.parent else None,
            "to": self.to,
            "to_formatted": self.to,
            "from": self.sender,
            "from_formatted": self.sender,
            "status": self.status,
            "direction": self.direction,
            "date_created": format_datetime(self.created_at),
            "date_updated": format_datetime(self.ended_at or self.answered_at or self.created_at),
            "start_time": self.started_at and format_datetime(self.started_at),
            "end_time": self.ended_at and format_datetime(self.ended_at),
            "duration": str(self.seconds) if self.is_over else None,
            "answered_by": None,
            "api_version": API_VERSION,
            "uri": f"/{API_VERSION}/Accounts/{account_sid}/Calls/{self.sid}.json",
        }
