"""How a test, or a person who shows the programme, steers a fake that runs as another process; and what it sent."""

from typing import Final

from litestar import Router, delete, get, post, put
from litestar.params import JSONBody
from msgspec import Struct

from teamhope.telephony.fake_answers import Known
from teamhope.telephony.fake_state import CallbackPlan, Report, Script


class Number(Struct, frozen=True):
    """In the body: whatever asks may log an address."""

    number: str


@post("/faults", status_code=204)
async def script_fault(data: JSONBody[Script], fake: Known) -> None:
    fake.script(data.fault, data.times, data.retry_after)


@put("/callbacks", status_code=204)
async def plan_callbacks(data: JSONBody[CallbackPlan], fake: Known) -> None:
    fake.plan = data


@post("/opted-out", status_code=204)
async def opt_out(data: JSONBody[Number], fake: Known) -> None:
    fake.opted_out.add(data.number)


@post("/unreachable", status_code=204)
async def make_unreachable(data: JSONBody[Number], fake: Known) -> None:
    fake.unreachable.add(data.number)


@get("/counts")
async def counts(fake: Known) -> dict[str, dict[str, int]]:
    """By recipient: requests to create a text, and texts that were taken."""
    return {"requests": dict(fake.requests), "taken": fake.counts()}


@get("/texts")
async def texts(fake: Known) -> list[dict[str, object]]:
    return [text.as_json(fake.account_sid) for text in fake.texts]


@get("/reports")
async def reports(fake: Known) -> list[Report]:
    return fake.reports


@delete("/")
async def reset(fake: Known) -> None:
    fake.reset()


CONTROL: Final = Router(
    "/control",
    route_handlers=[script_fault, plan_callbacks, opt_out, make_unreachable, counts, texts, reports, reset],
)
