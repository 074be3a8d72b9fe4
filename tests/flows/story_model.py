"""What may become of a request and its matches, read from domain.md §1.3 apart from the code: the model of stories."""

from collections import deque
from dataclasses import dataclass, replace

LIVE = {"proposed_to_volunteer", "accepted", "family_notified", "introduced", "active", "paused", "transferring",
        "closing"}  # fmt: skip
ENDED_REQUEST = {"closed", "declined", "duplicate"}
# What is done to a match: in which states, what it becomes, and what its request does.
ON_A_MATCH: dict[str, tuple[set[str], str, str | None]] = {
    "accept": ({"proposed_to_volunteer"}, "accepted", "matched"),
    "decline": ({"proposed_to_volunteer"}, "declined_by_volunteer", "ready"),
    "withdraw": ({"proposed_to_volunteer"}, "rejected_by_coordinator", "ready"),
    "expire": ({"proposed_to_volunteer"}, "expired", "ready"),
    "family says yes": ({"accepted"}, "family_notified", None),
    "introduce": ({"family_notified", "unable_to_contact"}, "introduced", None),
    "first talk": ({"introduced"}, "active", "active"),
    "pause": ({"active"}, "paused", None),
    "resume": ({"paused"}, "active", None),
    "transfer": ({"introduced", "active"}, "transferring", None),
    "not reached": ({"introduced", "active"}, "unable_to_contact", "unable_to_contact"),
    "prepare the end": ({"active", "paused"}, "closing", None),
}
MAY_CLOSE = {"accepted", "family_notified", "introduced", "transferring", "unable_to_contact", "closing"}
CLOSINGS = {"close": "closed", "close for another": "ready"}
# What is done to a request without a live match: in which states, and what it becomes.
ON_A_REQUEST: dict[str, tuple[set[str], str]] = {
    "wait until a day": ({"ready", "waitlisted"}, "on_hold"),
    "take up again": ({"on_hold", "waitlisted", "unable_to_contact"}, "ready"),
    "waitlist": ({"ready"}, "waitlisted"),
    "end": ({"ready", "waitlisted", "on_hold", "unable_to_contact"}, "closed"),
    "the family declines": ({"ready", "waitlisted", "on_hold"}, "declined"),
}
PROPOSE = ("propose to the first", "propose to the second")
CONSENT = ("the family takes its yes back", "the family says yes to a match")
ACTS = (*PROPOSE, *ON_A_MATCH, *CLOSINGS, *ON_A_REQUEST, *CONSENT)


@dataclass(frozen=True)
class State:
    """`match` is the state of the latest match and `whose` its volunteer; `agrees`: the family wants to be matched."""

    request: str = "ready"
    match: str | None = None
    whose: int = 0
    agrees: bool = True

    @property
    def live(self) -> bool:
        return self.match in LIVE

    @property
    def is_over(self) -> bool:
        return self.request in ENDED_REQUEST


def after(state: State, act: str) -> State | None:
    """The state that the act leads to; None if it must be refused and change nothing."""
    if act in CONSENT:
        return replace(state, agrees=act == CONSENT[1])
    if act in PROPOSE:
        return _proposed(state, PROPOSE.index(act))
    if act in ON_A_REQUEST:
        where, target = ON_A_REQUEST[act]
        return replace(state, request=target) if state.request in where and not state.live else None
    if act in CLOSINGS:
        return _with_request(state, "closed", CLOSINGS[act]) if state.match in MAY_CLOSE else None
    return _moved(state, act)


def _moved(state: State, act: str) -> State | None:
    states, target, request = ON_A_MATCH[act]
    if state.match not in states or (act == "introduce" and not state.agrees):
        return None
    if act == "introduce" and state.match == "unable_to_contact":  # a family that is in reach again
        return None if state.request in ENDED_REQUEST else replace(state, match=target, request="matched")
    return _with_request(state, target, request)


def _proposed(state: State, whose: int) -> State | None:
    waits = state.request in {"ready", "waitlisted"} and not state.live
    return State("matching", "proposed_to_volunteer", whose) if waits and state.agrees else None


def _with_request(state: State, match: str, request: str | None) -> State:
    """The request follows unless somebody else has moved it meanwhile."""
    follows = request and state.request in {"matching", "matched", "active", "unable_to_contact"}
    return replace(state, match=match, request=request if request and follows else state.request)


def way_to(state: State, request: str) -> list[str] | None:
    """The fewest acts that bring the request there; None if there is no way."""
    waiting, seen = deque([(state, [])]), {state}
    while waiting:
        here, acts = waiting.popleft()
        if here.request == request:
            return acts
        for act in ACTS:
            there = after(here, act)
            if there is not None and there not in seen:
                seen.add(there)
                waiting.append((there, [*acts, act]))
    return None
