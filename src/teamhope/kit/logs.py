"""One JSON line an event on stdout, with no field that is not on the list: what is not named here is not written."""

import logging
import sys
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any, Final

import structlog

ALLOWED: Final = frozenset(
    {
        "attempts", "count", "error_id", "error_type", "event", "host", "job", "level", "logger", "method",
        "migrations", "name", "pid", "port", "route", "seconds", "signal", "state", "status", "timestamp", "version",
        "where",
    }
)  # fmt: skip
# Other people's loggers put addresses, queries and values into their sentences: only that they spoke is kept.
OWN: Final = "teamhope"


def _keep_allowed(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    return {key: value for key, value in event.items() if key in ALLOWED}


class Handler(logging.Handler):
    """The standard library's records in the same form; of a foreign record its template, never its values."""

    def emit(self, record: logging.LogRecord) -> None:
        facts: dict[str, Any] = {
            "logger": record.name,
            "event": str(record.msg) if not record.args else "log",
            "where": "",
        }
        facts["where"] = f"{record.module}:{record.lineno}"
        if record.exc_info and record.exc_info[0]:
            facts["error_type"] = record.exc_info[0].__name__
        if not record.name.startswith(OWN):
            facts["event"] = "foreign_log"
        structlog.get_logger().log(record.levelno, **facts)


def place_of(problem: BaseException) -> str:
    """File and line where it was raised, without its words: they may quote a row."""
    trace = problem.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace else ""


def configure(level: str) -> None:
    number = logging.getLevelNamesMapping()[level]
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _keep_allowed,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.PrintLoggerFactory(sys.stdout),
        cache_logger_on_first_use=False,
    )
    logging.basicConfig(handlers=[Handler()], level=max(number, logging.WARNING), force=True)
