"""Keeping what the provider reports; followups.jobs.apply_callbacks and calls.jobs.tend_calls work it later."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from teamhope.calls import queries_hooks
from teamhope.kit.database import acting_as
from teamhope.telephony.voice_reports import CALL_SID
from teamhope.vocabulary.people import DOORKEEPER

SID: Final = re.compile(r"(SM|MM)[0-9a-f]{32}")
WORD: Final = re.compile(r"[a-z][a-z_-]{0,39}")  # a word of next year is kept too
CODE: Final = re.compile(r"[0-9]{1,6}")
SECONDS: Final = re.compile(r"[0-9]{1,9}")
LONGEST_TALK: Final = 86_400  # seconds; the provider ends a call before


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
    return StatusReport(sid, word, code if CODE.fullmatch(code) else None, uuid_of(attempt))


@dataclass(frozen=True, slots=True)
class LegReport:
    """What is kept of a report about a telephone: no number. `seconds` is how long the call was, once it is over."""

    sid: str
    word: str
    error_code: str | None
    leg_id: UUID
    seconds: int | None


def leg_report(form: Mapping[str, str], leg: str) -> LegReport | None:
    """None for a form that is no report of a call, and without the leg that its address names."""
    sid, word, code = form.get("CallSid", ""), form.get("CallStatus", ""), form.get("ErrorCode", "")
    leg_id, seconds = uuid_of(leg), form.get("CallDuration", "")
    if leg_id is None or not (CALL_SID.fullmatch(sid) and WORD.fullmatch(word)):
        return None
    return LegReport(
        sid,
        word,
        code if CODE.fullmatch(code) else None,
        leg_id,
        min(int(seconds), LONGEST_TALK) if SECONDS.fullmatch(seconds) else None,
    )


def uuid_of(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


async def keep(report: StatusReport, now: datetime) -> None:
    """Kept even when it comes before our own commit of the sid; the same report once more is no other."""
    async with acting_as(DOORKEEPER):
        await queries_hooks.keep_report(report.sid, report.word, report.error_code, report.attempt_id, now)


async def keep_leg(report: LegReport, now: datetime) -> None:
    """As keep."""
    async with acting_as(DOORKEEPER):
        await queries_hooks.keep_leg_report(
            report.sid, report.word, report.error_code, report.leg_id, report.seconds, now
        )
