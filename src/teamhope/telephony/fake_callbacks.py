"""The fake provider's status reports: signed as Twilio signs, posted to the address that came with the text."""

import asyncio

from aiohttp import ClientError, ClientSession, ClientTimeout
from twilio.request_validator import RequestValidator

from teamhope.kit import clock
from teamhope.telephony.fake_state import FakeState, Report, Text

LIMIT = ClientTimeout(total=10)  # seconds


async def report_progress(state: FakeState, text: Text) -> None:
    """Move the text on to its end, with a report of each step as the plan says."""
    async with ClientSession(timeout=LIMIT) as session:
        for status in state.progress_of(text):
            await asyncio.sleep(state.plan.pause_seconds)
            text.move_to(status, clock.now())
            if text.callback and not state.plan.dropped:
                await asyncio.gather(*(_post(session, state, text, status) for _ in range(state.plan.copies)))


async def _post(session: ClientSession, state: FakeState, text: Text, status: str) -> None:
    form = _form(state, text, status)
    signature = RequestValidator(state.auth_token).compute_signature(text.callback, form)
    url = state.deliver_to + text.callback.removeprefix(state.public_url)
    try:
        async with session.post(url, data=form, headers={"X-Twilio-Signature": signature}) as answer:
            met: int | None = answer.status
    except (ClientError, TimeoutError):
        met = None
    state.reports.append(Report(text.sid, status, met))


def _form(state: FakeState, text: Text, status: str) -> dict[str, str]:
    form = {
        "AccountSid": state.account_sid,
        "ApiVersion": "2010-04-01",
        "From": text.sender,
        "MessageSid": text.sid,
        "MessageStatus": status,
        "SmsSid": text.sid,
        "SmsStatus": status,
        "To": text.to,
    }
    return form | ({"ErrorCode": str(text.error_code)} if status == "undelivered" else {})
