"""JSON of requests (POST /api/v1/requests)."""

from datetime import datetime
from uuid import UUID

from litestar import Controller, post
from litestar.di import NamedDependency
from litestar.params import JSONBody
from msgspec import Struct

from teamhope.accounts.policy import needs
from teamhope.families import service
from teamhope.families.forms import NewRequest
from teamhope.vocabulary.people import Actor, Can
from teamhope.vocabulary.states import RequestStatus


class RequestEntered(Struct, frozen=True):
    id: UUID
    family_no: str
    status: RequestStatus
    missing: tuple[str, ...]


class RequestsApi(Controller):
    path = "/api/v1/requests"

    @post("/", opt=needs(Can.ENTER_REQUEST))
    async def enter(
        self, data: JSONBody[NewRequest], actor: NamedDependency[Actor], now: NamedDependency[datetime]
    ) -> RequestEntered:
        """A family asks for support. `missing` says what triage still needs before a volunteer is sought."""
        entered = await service.enter_request(actor, data, now)
        return RequestEntered(entered.request_id, entered.family_no, entered.status, entered.missing)
