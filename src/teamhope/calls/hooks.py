"""The provider's webhooks: whoever cannot sign is refused without a word, the rest is kept and answered at once."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final
from urllib.parse import parse_qsl

from litestar import Controller, MediaType, Request, Response, post
from litestar.di import NamedDependency
from litestar.exceptions import HTTPException

from teamhope.accounts.policy import public
from teamhope.calls import service_hooks
from teamhope.followups import service_replies
from teamhope.settings import Settings
from teamhope.telephony.replies import REPLY_PATH, answer_with, inbound_text
from teamhope.telephony.service import CALLBACK_PATH
from teamhope.telephony.signatures import is_signed

LARGEST_REPORT: Final = 16_384  # bytes; real ones have some hundreds
MOST_FIELDS: Final = 100

AnyRequest = Request[Any, Any, Any]


class ProviderHooks(Controller):
    opt = public()
    include_in_schema = False

    @post(CALLBACK_PATH, request_max_body_size=LARGEST_REPORT)
    async def sms_status(self, request: AnyRequest, now: NamedDependency[datetime]) -> Response[bytes]:
        """204 for every signed report, new or not; 403 for all else, 413 for a form above LARGEST_REPORT."""
        fields = await signed_fields(request)
        report = service_hooks.status_report(dict(fields), request.query_params.get("attempt", "")) if fields else None
        if report is None:
            return Response(b"", status_code=403)
        await service_hooks.keep(report, now)
        return Response(b"", status_code=204)

    @post(REPLY_PATH, request_max_body_size=LARGEST_REPORT)
    async def sms(self, request: AnyRequest, now: NamedDependency[datetime]) -> Response[str]:
        """Every signed text is kept and answered: with our number whoever asks for help, else with nothing."""
        text = inbound_text(dict(await signed_fields(request) or ()))
        if text is None:
            return Response("", status_code=403, media_type=MediaType.TEXT)
        helps = await service_replies.keep(text.sid, text.sender, text.words, now)
        settings: Settings = request.app.state.settings
        answer = answer_with(settings.twilio_number if helps else None)
        return Response(answer, status_code=200, media_type=MediaType.XML)


async def signed_fields(request: AnyRequest) -> list[tuple[str, str]] | None:
    """The form's fields if the provider signed them for this address; None for whatever else was sent."""
    settings: Settings = request.app.state.settings
    try:
        body = await request.body()
        fields = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except (HTTPException, ValueError):  # too large; not text, or too many fields
        return None
    signature = request.headers.get("x-twilio-signature")
    signed = is_signed(settings.twilio_auth_token, settings.public_url, _address(request), _each(fields), signature)
    return fields if signed else None


def _address(request: AnyRequest) -> str:
    """Path and query as they were received: the signature is over these letters."""
    path, query = request.scope["raw_path"], request.scope["query_string"]
    return (path + b"?" + query if query else path).decode("latin-1")


def _each(fields: Iterable[tuple[str, str]]) -> list[tuple[str, object]]:
    return [(name, value) for name, value in fields]
