"""The provider's own list of the calls it carried, to compare ours with."""

from datetime import datetime
from typing import Any, Final

from teamhope.telephony.client import Telephone
from teamhope.telephony.outcomes import Listed, Unknown

A_PAGE: Final = 1000  # calls; the most that the provider lists at once


async def list_calls(telephone: Telephone, start: datetime, end: datetime) -> tuple[Listed, ...] | Unknown:
    """What began in [start, end), both aware; Unknown: the provider could not be asked, or not to the end."""
    try:
        calls = await telephone.client.calls.list_async(start_time_after=start, start_time_before=end, page_size=A_PAGE)
        return tuple(_listed(call) for call in calls if call.start_time and start <= call.start_time < end)
    except Exception as fault:  # whatever it was, it is asked again
        return Unknown(type(fault).__name__)


def _listed(call: Any) -> Listed:
    answered = call.status == "completed" and str(call.duration or "").isdigit()
    return Listed(call.sid, call.start_time, int(call.duration) if answered else 0, call.direction != "inbound")
