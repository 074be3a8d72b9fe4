"""Where the provider's list of a day and our log of it differ, and how complete the log is."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from teamhope.telephony.outcomes import Listed

LOGGED_WITHIN: Final = timedelta(hours=24)  # of its end; domain.md §1.3, §5 (J1)
DAYS_BACK: Final = 2  # the last day of whose calls each has had LOGGED_WITHIN
CATCHES_UP: Final = 14  # days, after a time without a worker; the provider's list goes back further
SAME_WITHIN: Final = timedelta(minutes=2)  # people round, and the bell rings before anybody talks
SAME_SHARE: Final = 0.2  # of the longer one


class Kind(StrEnum):
    NOT_LOGGED = "not_logged"  # the family answered, and nobody wrote what came of it
    NOT_CARRIED = "not_carried"  # logged as carried by the programme's number, which the provider does not know
    MINUTES_DIFFER = "minutes_differ"
    UNKNOWN_CALL = "unknown_call"  # dialled in our name, and no row of ours knows why


@dataclass(frozen=True, slots=True)
class Carried:
    """A telephone that we dialled or that called us, by the provider's `sid`; `to_family` with whom somebody spoke.

    `call_id`: the log, if there is one; `talk_seconds`: of a conversation in it, else None.
    """

    sid: str
    phone_call_id: UUID
    to_family: bool
    call_id: UUID | None = None
    logged_at: datetime | None = None
    talk_seconds: int | None = None


@dataclass(frozen=True, slots=True)
class Logged:
    """A call that was logged as carried by the programme's number. `sids`: of its family's telephones."""

    call_id: UUID
    started_at: datetime
    sids: frozenset[str]


@dataclass(frozen=True, slots=True)
class Difference:
    """About one of `phone_call_id`, `call_id` and `sid`. `listed_seconds`: by the provider, if it has the call."""

    kind: Kind
    started_at: datetime
    phone_call_id: UUID | None = None
    call_id: UUID | None = None
    sid: str | None = None
    listed_seconds: int | None = None


@dataclass(frozen=True, slots=True)
class Completeness:
    """Calls placed to families, and of them those logged within LOGGED_WITHIN of their end."""

    placed: int
    logged_in_time: int


NONE_PLACED: Final = Completeness(0, 0)


def compare(
    of_day: Iterable[Listed], around: Iterable[Listed], carried: Mapping[str, Carried], logged: Iterable[Logged]
) -> tuple[Difference, ...]:
    """What differs, the earliest first. `around`: the list of the day and some hours on both sides of it.

    A call that came in and met the greeting alone is none of ours; one that we dialled always is.
    """
    found = [difference for listed in of_day if (difference := _of_listed(listed, carried.get(listed.sid)))]
    known = {listed.sid for listed in around}
    lost = [Difference(Kind.NOT_CARRIED, each.started_at, call_id=each.call_id)
            for each in logged if not each.sids & known]  # fmt: skip
    return tuple(sorted([*found, *lost], key=lambda each: (each.started_at, each.kind)))


def _of_listed(listed: Listed, ours: Carried | None) -> Difference | None:
    at, seconds = listed.started_at, listed.seconds
    if ours is None:
        return Difference(Kind.UNKNOWN_CALL, at, sid=listed.sid, listed_seconds=seconds) if listed.ours else None
    if not ours.to_family or not seconds:
        return None
    if ours.call_id is None:
        return Difference(Kind.NOT_LOGGED, at, phone_call_id=ours.phone_call_id, listed_seconds=seconds)
    if ours.talk_seconds is not None and differs(ours.talk_seconds, seconds):
        return Difference(Kind.MINUTES_DIFFER, at, call_id=ours.call_id, listed_seconds=seconds)
    return None


def differs(logged_seconds: int, listed_seconds: int) -> bool:
    apart = abs(logged_seconds - listed_seconds)
    return apart > SAME_WITHIN.total_seconds() and apart > SAME_SHARE * max(logged_seconds, listed_seconds)


def completeness(of_day: Iterable[Listed], carried: Mapping[str, Carried]) -> Completeness:
    """J1 of one day: of the calls that we placed to families, answered or not. Source: domain.md §5."""
    placed = [(each, ours) for each in of_day if each.ours and (ours := carried.get(each.sid)) and ours.to_family]
    return Completeness(len(placed), sum(_in_time(listed, ours) for listed, ours in placed))


def _in_time(listed: Listed, ours: Carried) -> bool:
    ended_at = listed.started_at + timedelta(seconds=listed.seconds)
    return ours.logged_at is not None and ours.logged_at <= ended_at + LOGGED_WITHIN
