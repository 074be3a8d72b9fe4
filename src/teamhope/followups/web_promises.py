"""The promises of one match: what was promised, how it was moved, and what became of it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Request, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Template

from teamhope.accounts.policy import needs
from teamhope.followups import service_ledger
from teamhope.followups.wording import BECAME, FOR_WHOM
from teamhope.kit.i18n import gettext
from teamhope.kit.web import page
from teamhope.vocabulary.labels import label
from teamhope.vocabulary.people import Actor, Can


@get("/matches/{match_id:uuid}/promises", opt=needs(Can.SEE_PROMISES), include_in_schema=False)
async def promises(
    request: Request[Any, Any, Any],
    match_id: FromPath[UUID],
    actor: NamedDependency[Actor],
    now: NamedDependency[datetime],
) -> Template:
    return page(
        request,
        "followups/promises.html",
        ledger=await service_ledger.show_ledger(actor, match_id, now),
        became={state: gettext(words) for state, words in BECAME.items()},
        for_whom={why: gettext(words) for why, words in FOR_WHOM.items()},
        label=label,
        zone=request.user.timezone,
    )
