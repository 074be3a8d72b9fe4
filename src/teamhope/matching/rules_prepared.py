"""When a proposal for everyone is prepared, and what is otherwise by the time it is looked at."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

FROM: Final = time(5)  # on the organisation's clock: before anybody comes to work
Choice = Mapping[UUID, UUID | None]  # by request its volunteer, None where nobody is left


@dataclass(frozen=True, slots=True)
class Changes:
    """`gone`: how many families of the proposal wait no more. `anew`: requests that were worked out anew, since the
    volunteer is not free any more, or one has become free. `new`: requests that were not ready then.
    """

    at: datetime
    gone: int
    anew: frozenset[UUID]
    new: frozenset[UUID]


def date_to_prepare(now: datetime, zone: ZoneInfo) -> date | None:
    """The organisation's date that is to have its proposal by now; None before FROM."""
    local = now.astimezone(zone)
    return local.date() if local.time() >= FROM else None


def changes_since(at: datetime, then: Choice, now: Choice, ready: Mapping[UUID, datetime | None]) -> Changes:
    """`then` may lack requests that whoever looks does not see whole: nothing is said of those."""
    return Changes(
        at=at,
        gone=len(then.keys() - now.keys()),
        anew=frozenset(request for request in then.keys() & now.keys() if then[request] != now[request]),
        new=frozenset(request for request, since in ready.items() if since is not None and since > at),
    )
