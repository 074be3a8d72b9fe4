"""The provider asks what somebody hears who calls us, as long as there is no leg of ours for the call."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from teamhope.calls import (
    service_advocate,
    service_inbound_family,
    service_inbound_staff,
    service_inbound_taking,
    service_inbound_volunteer,
)
from teamhope.calls.service_hooks import uuid_of
from teamhope.calls.service_inbound import Incoming, greet
from teamhope.calls.service_inbound_keys import keyed
from teamhope.calls.service_voice import Heard, Steps
from teamhope.settings import Settings
from teamhope.telephony.twiml import EVERY_LANGUAGE, tell
from teamhope.telephony.voice_reports import CALL_SID, KEYS
from teamhope.telephony.wording_calls import GOODBYE
from teamhope.vocabulary.calls import Party, PhoneCallKind
from teamhope.vocabulary.errors import Refused

LONGEST_CALLER: Final = 40  # characters; whatever is longer is no number
DIGITS: Final = 2


async def told_caller(
    form: Mapping[str, str], query: Mapping[str, str], settings: Settings, now: datetime
) -> str | None:
    """None for a form that is no question about a call, and for an address that we never gave."""
    sid, keys, step = form.get("CallSid", ""), form.get("Digits", ""), query.get("step", "")
    if not (CALL_SID.fullmatch(sid) and KEYS.fullmatch(keys)):
        return None
    it = Incoming(
        step=step,
        sid=sid,
        caller=form.get("From", "")[:LONGEST_CALLER],
        keys=keys,
        again=_number(query.get("again", "")),
        public_url=settings.public_url,
        zone=ZoneInfo(settings.report_timezone),
        now=now,
        volunteer_id=uuid_of(query.get("volunteer", "")),
        follow_up_id=uuid_of(query.get("call", "")),
        skip=_number(query.get("skip", "")),
    )
    try:
        return await _answer(it)
    except Refused:  # who was suspended since she entered her number
        return tell([GOODBYE], EVERY_LANGUAGE)


async def _answer(it: Incoming) -> str | None:
    match it.step:
        case "":
            return greet(it)
        case "keyed":
            return await keyed(it)
        case "chosen" if it.volunteer_id and it.follow_up_id:
            return await service_inbound_volunteer.chosen(it)
        case _:
            return None


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= DIGITS else 0


async def _not_taken(heard: Heard) -> str:
    if heard.call.leg_of(Party.ON_CALL):
        return await service_inbound_staff.not_taken(heard)
    return await service_inbound_family.not_taken(heard)


STEPS_OF_INBOUND: Final[Steps] = {
    (PhoneCallKind.FROM_FAMILY, Party.FAMILY): {
        "unreached": _not_taken,
        "someone": service_inbound_staff.wanted,
    },
    (PhoneCallKind.FROM_FAMILY, Party.VOLUNTEER): service_inbound_taking.STEPS,
    (PhoneCallKind.FROM_FAMILY, Party.ON_CALL): service_inbound_staff.STEPS,
    (PhoneCallKind.FROM_FAMILY, Party.ADVOCATE): service_advocate.STEPS,
}
