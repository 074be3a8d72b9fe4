"""The address that a volunteer's own calendar fetches: no sign-in, and one answer for all that are nobody's."""

from datetime import datetime
from typing import Final

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from teamhope.accounts.policy import public
from teamhope.followups import service_calendar
from teamhope.vocabulary.errors import NotFound

SUFFIX: Final = ".ics"
ICALENDAR: Final = "text/calendar"


@get("/cal/{file_name:str}", opt=public(), include_in_schema=False)
async def calendar_feed(file_name: FromPath[str], now: NamedDependency[datetime]) -> Response[bytes]:
    """`file_name` is the secret and SUFFIX. Raises NotFound."""
    secret = file_name.removesuffix(SUFFIX)
    if secret == file_name:
        raise NotFound
    return Response(await service_calendar.feed(secret, now), media_type=ICALENDAR)
