"""How the families of 2021 came to their volunteers, as it stays of families that were made anonymous."""

from datetime import UTC, date, datetime, time, timedelta
from math import log
from random import Random
from typing import Final
from uuid import UUID

from teamhope.demo.rules_rows import Row, World, chance_of, happens, new_id, one_of
from teamhope.matching.rules_settings import BUILT_IN
from teamhope.vocabulary.states import CloseReason, MatchStatus, RequestStatus

M, C = MatchStatus, CloseReason
MEDIAN_WAIT_HOURS: Final = {"en": 27.0, "es": 36.0}
WAIT_SIGMA: Final = 0.6
CONCORDANT: Final = 0.74
ASKED_BEFORE: Final = {None: 86, M.DECLINED_BY_VOLUNTEER: 8, M.EXPIRED: 4, M.CLOSED: 2}  # percent of the matches
REASONS: Final = {C.GOALS_MET: 60, C.FAMILY_REQUESTED: 20, C.CASE_RESOLVED: 15, C.UNABLE_TO_CONTACT: 5}
REMATCHED: Final = {C.POOR_FIT_REMATCH: 50, C.VOLUNTEER_LEFT: 50}
DAY_BEFORE: Final = timedelta(days=1)
TOGETHER: Final = timedelta(days=120)


def add_past_matches(world: World, seed: int) -> None:
    """One for each family that the past's calls are of, and now and then one before it that came to nothing."""
    chance = chance_of(seed, "past matches")
    first_calls: dict[UUID, Row] = {}
    for call in world.of("call"):
        if "match" not in call:  # those of today's families name theirs
            first_calls.setdefault(call["family"], call)
    for call in first_calls.values():
        _add_matches(world, chance, call)


def _add_matches(world: World, chance: Random, first_call: Row) -> None:
    accepted_on = first_call["counted_on"] - DAY_BEFORE
    request = _add_request(world, chance, first_call, accepted_on)
    before = one_of(chance, ASKED_BEFORE)
    if before is not None:
        _end_early(chance, _add_match(world, chance, request, first_call, accepted_on - DAY_BEFORE), before)
    match = _add_match(world, chance, request, first_call, accepted_on)
    match["counted_rematch"] = before is M.CLOSED
    _accept(chance, match)
    _close(match, accepted_on + TOGETHER, one_of(chance, REASONS))


def _add_request(world: World, chance: Random, first_call: Row, on: date) -> UUID:
    family, month = first_call["family"], datetime(on.year, on.month, 1, tzinfo=UTC)
    incident = world.add(
        "incident", id=new_id(chance), family=family, case_type=first_call["counted_case_type"], subtypes=[]
    )
    request = world.add(
        "support_request",
        id=new_id(chance),
        family=family,
        incident=incident["id"],
        requested_on=month.date(),
        urgency="routine",
        status=RequestStatus.CLOSED,
        status_since=month,
        ready_at=month,
        created_at=month,
    )
    id_: UUID = request["id"]
    return id_


def _add_match(world: World, chance: Random, request: UUID, first_call: Row, offered_on: date) -> Row:
    return world.add(
        "match",
        id=new_id(chance),
        request=request,
        family=first_call["family"],
        volunteer=first_call["volunteer"],
        score=chance.randint(55, 95),
        weights_version=BUILT_IN,
        proposed_at=_noon(offered_on),
        counted_offered_on=offered_on,
        counted_language=first_call["language"],
        counted_concordant=happens(chance, CONCORDANT),
    )


def _end_early(chance: Random, match: Row, status: MatchStatus) -> None:
    """She could not, gave no answer, or said yes and then could not go on."""
    if status is M.CLOSED:
        _accept(chance, match)
        _close(match, match["counted_offered_on"], one_of(chance, REMATCHED))
    else:
        match.update(status=status, status_since=match["proposed_at"])


def _accept(chance: Random, match: Row) -> None:
    hours = chance.lognormvariate(log(MEDIAN_WAIT_HOURS[match["counted_language"]]), WAIT_SIGMA)
    match.update(
        accepted_at=match["proposed_at"],
        counted_accepted_on=match["counted_offered_on"],
        counted_wait_minutes=int(hours * 60),
    )


def _close(match: Row, on: date, reason: CloseReason) -> None:
    match.update(status=M.CLOSED, status_since=_noon(on), closed_at=_noon(on), close_reason=reason)


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), UTC)
