"""The provider asks what a telephone is told, and reports how far it is; whoever cannot sign is refused."""

from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from litestar import Controller, MediaType, Request, Response, post
from litestar.di import NamedDependency

from teamhope.accounts.policy import public
from teamhope.calls import service_advocate, service_bridge, service_hooks, service_page, service_voice
from teamhope.calls.hooks import LARGEST_REPORT, signed_fields
from teamhope.calls.hooks_inbound import STEPS_OF_INBOUND, told_caller
from teamhope.calls.service_inbound import leg_named
from teamhope.calls.service_tend import WARN
from teamhope.calls.service_voice import Asked, Steps, family_answered
from teamhope.settings import Settings
from teamhope.telephony.twiml import nothing
from teamhope.telephony.voice import VOICE_PATH, VOICE_STATUS_PATH
from teamhope.telephony.voice_reports import CALL_SID, ENDED, KEYS
from teamhope.vocabulary.calls import Party, PhoneCallKind

AnyRequest = Request[Any, Any, Any]

STEPS: Final[Steps] = {
    (PhoneCallKind.TO_FAMILY, Party.VOLUNTEER): service_bridge.STEPS,
    (PhoneCallKind.TO_FAMILY, Party.FAMILY): {"answered": family_answered},
    (PhoneCallKind.TO_FAMILY, Party.ADVOCATE): service_advocate.STEPS,
    (PhoneCallKind.PAGE, Party.ON_CALL): service_page.STEPS,
    **STEPS_OF_INBOUND,
}


class VoiceHooks(Controller):
    opt = public()
    include_in_schema = False

    @post(VOICE_PATH, request_max_body_size=LARGEST_REPORT)
    async def voice(self, request: AnyRequest, now: NamedDependency[datetime]) -> Response[str]:
        """What the telephone hears next; 403 for whatever is not a question about a live telephone of ours."""
        told = await _told(request, dict(await signed_fields(request) or ()), now)
        if told is None:
            return Response("", status_code=403, media_type=MediaType.TEXT)
        return Response(told, status_code=200, media_type=MediaType.XML)

    @post(VOICE_STATUS_PATH, request_max_body_size=LARGEST_REPORT)
    async def voice_status(self, request: AnyRequest, now: NamedDependency[datetime]) -> Response[bytes]:
        """204 for every signed report, new or not; 403 for all else, 413 for a form above LARGEST_REPORT."""
        fields = dict(await signed_fields(request) or ())
        leg = request.query_params.get("leg")
        if fields and leg is None:  # of a call that came in, of which nobody may be known
            leg = await leg_named(fields.get("CallSid", ""))
            if leg is None:
                return Response(b"", status_code=204)
        report = service_hooks.leg_report(fields, str(leg or ""))
        if report is None:
            return Response(b"", status_code=403)
        await service_hooks.keep_leg(report, now)
        return Response(b"", status_code=204)


async def _told(request: AnyRequest, form: dict[str, str], now: datetime) -> str | None:
    if form.get("CallStatus") in ENDED:  # asked all the same, of a telephone at which nobody listens any more
        return nothing()
    if form and "leg" not in request.query_params:
        return await told_caller(form, request.query_params, request.app.state.settings, now)
    asked = _asked(request, form)
    if asked is None:
        return None
    if asked.step == WARN:
        return await service_voice.whisper(asked.leg_id)
    heard = await service_voice.hear(asked, now)
    return await service_voice.answer(heard, STEPS) if heard else None


def _asked(request: AnyRequest, form: dict[str, str]) -> Asked | None:
    """None for a form that is no question of a call, and for an address that we never gave."""
    settings: Settings = request.app.state.settings
    query = request.query_params
    leg_id, sid, keys = service_hooks.uuid_of(query.get("leg", "")), form.get("CallSid", ""), form.get("Digits", "")
    step = query.get("step", "")
    if not form or leg_id is None or not KEYS.fullmatch(keys):
        return None
    if not CALL_SID.fullmatch(sid) and step != WARN:  # whom an announcement is for is not told
        return None
    again = query.get("again", "0")
    return Asked(
        leg_id=leg_id,
        step=step,
        sid=sid,
        keys=keys,
        again=int(again) if again.isascii() and again.isdigit() and len(again) == 1 else 0,
        public_url=settings.public_url,
        zone=ZoneInfo(settings.report_timezone),
    )
