"""Keeping what the provider reports; followups.jobs.apply_callbacks works it later."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from teamhope.calls import queries_hooks
from teamhope.kit.database import acting_as
from teamhope.vocabulary.people import DOORKEEPER

SID: Final = re.compile(r"(SM|MM)[0-9a-f]{32}")
WORD: Final = re.compile(r"[a-z][a-z_-]{0,39}")  # a word of next year is kept too
CODE: Final = re.compile(r"[0-9]{1,6}")


@dataclass(frozen=True, slots=True)
class StatusReport:
    """What is kept of a report: neither a number nor a text."""

    sid: str
    word: str
    error_code: str | None
    attempt_id: UUID | None


def status_report(form: Mapping[str, str], attempt: str) -> StatusReport | None:
    """None for a form that is no report of a text. Without a readable attempt it is matched by its sid alone."""
    sid, word, code = form.get("MessageSid", ""), form.get("MessageStatus", ""), form.get("ErrorCode", "")
    if not (SID.fullmatch(sid) and WORD.fullmatch(word)):
        return None
    return StatusReport(sid, word, code if CODE.fullmatch(code) else None, _uuid(attempt))


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


async def keep(report: StatusReport, now: datetime) -> None:
    """Kept even when it comes before our own commit of the sid; the same report once more is no other."""
    async with acting_as(DOORKEEPER):
        await queries_hooks.keep_report(report.sid, report.word, report.error_code, report.attempt_id, now)
