"""Who is who in these tests, and somebody to hear the provider's reports."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from litestar import Litestar, Request, Response, post

from teamhope.telephony.service import CALLBACK_PATH
from teamhope.telephony.signatures import is_signed
from teamhope.vocabulary.people import StaffRecipient

ACCOUNT = "AC00000000000000000000000000000000"
TOKEN = "a-token-for-tests"
NUMBER = "+12025550100"
PUBLIC = "https://hope.example"

ROSA = StaffRecipient(UUID(int=1), "+12025550101", "es")


@dataclass
class Heard:
    """What reached our webhook: (address, provider's word) of the signed reports; how many others there were."""

    reports: list[tuple[str, str]] = field(default_factory=list)
    forged: int = 0

    def reset(self) -> None:
        self.reports.clear()
        self.forged = 0

    @property
    def words(self) -> list[str]:
        return [word for _, word in self.reports]


def webhook(heard: Heard) -> Litestar:
    @post(CALLBACK_PATH)
    async def hear(request: Request[Any, Any, Any]) -> Response[None]:
        form = await request.form()
        address = f"{request.url.path}?{request.url.query}"
        signature = request.headers.get("X-Twilio-Signature")
        if not is_signed(TOKEN, PUBLIC, address, form.multi_items(), signature):
            heard.forged += 1
            return Response(None, status_code=403)
        heard.reports.append((address, form["MessageStatus"]))
        return Response(None, status_code=204)

    return Litestar([hear], openapi_config=None, logging_config=None)
