"""Named places at which a process of these tests ends itself as kill -9 would.

CRASH_AT in its environment names one of POINTS, CRASH_AFTER how often it is passed first; without them nothing happens.
"""

import os
import signal
from collections.abc import Awaitable, Callable
from itertools import count
from types import ModuleType
from typing import Any, Final

from teamhope.calls import queries as calls_queries
from teamhope.calls import service as calls_service
from teamhope.followups import jobs, passes, queries_messages, service_messages, service_planning

Function = Callable[..., Awaitable[Any]]

# Each is the moment at which the function has come back.
OF_WORKERS: Final[dict[str, tuple[ModuleType, str]]] = {
    "a batch is leased": (service_messages, "claim_due"),
    "intents are written": (queries_messages, "commit_intents"),
    "intents are committed": (service_messages, "begin_all"),
    "the provider has answered": (jobs, "send"),
    "results are written": (queries_messages, "write_changes"),
    "results are committed": (service_messages, "record_all"),
    "a call is made due": (service_planning, "set_status"),
    "due calls are committed": (passes, "mark_due"),
}
OF_WEB: Final[dict[str, tuple[ModuleType, str]]] = {
    "a key is held": (calls_queries, "hold_key"),
    "a call is written": (calls_queries, "insert_call"),
    "what follows is written": (calls_service, "after_call"),
    "a call is committed": (calls_service, "log_call"),
}
POINTS: Final = OF_WORKERS | OF_WEB


def arm() -> None:
    if name := os.environ.get("CRASH_AT"):
        module, function = POINTS[name]
        setattr(module, function, _crashing(getattr(module, function), int(os.environ.get("CRASH_AFTER", "0"))))


def _crashing(function: Function, passed_first: int) -> Function:
    passed = count()

    async def crashing(*arguments: Any, **named: Any) -> Any:
        answer = await function(*arguments, **named)
        if next(passed) >= passed_first:
            os.kill(os.getpid(), signal.SIGKILL)
        return answer

    return crashing
