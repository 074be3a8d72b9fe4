"""Texts that the provider hands on to us, and what it is told to answer."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from twilio.twiml.messaging_response import MessagingResponse

REPLY_PATH: Final = "/hooks/twilio/sms"
SID: Final = re.compile(r"(SM|MM)[0-9a-f]{32}")
NUMBER: Final = re.compile(r"\+[1-9][0-9]{4,14}")  # short codes and names of senders are no people
LONGEST: Final = 1600  # what the provider passes on at most, and as much as anybody has to read


@dataclass(frozen=True, slots=True)
class Inbound:
    """`sender` is in E.164."""

    sid: str
    sender: str
    words: str


def inbound_text(form: Mapping[str, str]) -> Inbound | None:
    """None for a form that is no text of somebody's telephone."""
    sid, sender = form.get("MessageSid", ""), form.get("From", "")
    if not (SID.fullmatch(sid) and NUMBER.fullmatch(sender)):
        return None
    return Inbound(sid, sender, form.get("Body", "").replace("\0", "")[:LONGEST])


def answer_with(number: str | None) -> str:
    """The answer as the provider reads it: the programme's number and no word more, or nothing (domain.md §2.5)."""
    answer = MessagingResponse()
    if number:
        answer.message(number)
    return str(answer)
